//! The command as scripts see it: exit codes, streams, shapes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What a run printed and how it ended.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn pnp(folder: &Path, args: &[&str]) -> Ran {
    pnp_with_input(folder, args, b"")
}

fn pnp_with_input(folder: &Path, args: &[&str], input: &[u8]) -> Ran {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_pnp"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that doesn't read its input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn interface(name: &str, rest: &str) -> String {
    format!(
        r#"{{"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:{name};1","@type":"Interface"{rest}}}"#
    )
}

fn json_lines(out: &str) -> Vec<Value> {
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_valid_model_is_fine() {
    let folder = folder(&[("a.json", &interface("A", ""))]);
    let ran = pnp(folder.path(), &["check", "a.json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out, "no problems in 1 file, 1 document, 1 element\n");
}

#[test]
fn wrong_usage_exits_with_2() {
    let folder = folder(&[]);
    for args in [
        &["check"][..],
        &["frobnicate"],
        &["check", "--format", "xml", "a.json"],
        &["explain", "noSuchCode"],
    ] {
        let ran = pnp(folder.path(), args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
        assert!(!ran.err.is_empty());
    }
}

#[test]
fn a_missing_file_exits_with_3_and_the_others_are_still_checked() {
    let folder = folder(&[("bad.json", &interface("A", r#","displyName":"x""#))]);
    let ran = pnp(folder.path(), &["check", "missing.json", "bad.json"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("missing.json"), "{}", ran.err);
    assert!(ran.err.contains("bad.json:1:"), "{}", ran.err);
}

#[test]
fn every_kind_of_bad_input_gets_a_diagnostic_with_a_place_and_exit_code_1() {
    let cases: [(&str, Vec<u8>, &str); 6] = [
        (
            "truncated",
            br#"{"@context": "dtmi:dtdl:context;3", "#.to_vec(),
            "",
        ),
        (
            "not UTF-8",
            b"{\"@id\": \"\xff\xfe\"}".to_vec(),
            "jsonNotUtf8",
        ),
        (
            "unknown term",
            interface("A", r#","contnets":[]"#).into_bytes(),
            "propertyUndefinedTerm",
        ),
        (
            "unresolved",
            interface("A", r#","extends":"dtmi:test:B;1""#).into_bytes(),
            "unresolvedReference",
        ),
        (
            "cycle",
            format!(
                "[{},{}]",
                interface("A", r#","extends":"dtmi:test:B;1""#),
                interface("B", r#","extends":"dtmi:test:A;1""#)
            )
            .into_bytes(),
            "recursiveStructureNarrow",
        ),
        ("nothing", Vec::new(), ""),
    ];
    for (name, bytes, code) in cases {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("x.json"), bytes).unwrap();
        let ran = pnp(folder.path(), &["check", "x.json"]);
        assert_eq!(ran.code, 1, "{name}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(" x.json:1:"), "{name}: {}", ran.err);
        assert!(
            ran.err.contains(&format!("error[{code}")),
            "{name}: {}",
            ran.err
        );
        assert!(
            ran.err.contains('^') && ran.err.contains("help: "),
            "{name}: {}",
            ran.err
        );
    }
}

#[test]
fn all_problems_of_all_files_come_in_one_run() {
    let folder = folder(&[
        ("models/a.json", "{ \"@id\": "),
        (
            "models/b.json",
            &interface(
                "B",
                r#","contents":[{"@type":"Property","name":"p"},{"@type":"Telemetry","name":"1t","schema":"double"}]"#,
            ),
        ),
        (
            "models/c.json",
            &interface("C", r#","extends":"dtmi:test:Missing;1""#),
        ),
    ]);
    let ran = pnp(folder.path(), &["check", "models", "--format", "json"]);
    assert_eq!(ran.code, 1);
    let lines = json_lines(&ran.out);
    let (summary, problems) = lines.split_last().unwrap();
    assert_eq!(summary["summary"]["files"], 3);
    assert_eq!(summary["summary"]["errors"], problems.len());
    for (file, code) in [
        ("b.json", "missingObjectProperty"),
        ("b.json", "stringInvalid"),
        ("c.json", "unresolvedReference"),
    ] {
        let found = problems.iter().any(|problem| {
            problem["code"] == code
                && problem["file"]
                    .as_str()
                    .is_some_and(|name| name.ends_with(file))
        });
        assert!(found, "{code} in {file}: {}", ran.out);
    }
    assert!(problems.iter().any(|problem| {
        problem["file"]
            .as_str()
            .is_some_and(|name| name.ends_with("a.json"))
    }));
}

#[test]
fn a_json_problem_has_the_members_of_the_contract() {
    let folder = folder(&[(
        "b.json",
        &interface("B", r#","contents":[{"@type":"Property","name":"p"}]"#),
    )]);
    let ran = pnp(folder.path(), &["check", "b.json", "--format", "json"]);
    let lines = json_lines(&ran.out);
    let problem = &lines[0];
    let mut keys: Vec<_> = problem
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "action",
            "auxProperty",
            "cause",
            "code",
            "column",
            "endColumn",
            "endLine",
            "file",
            "fixes",
            "line",
            "pointer",
            "primaryId",
            "property",
            "restriction",
            "secondary",
            "secondaryId",
            "severity",
            "transformation",
            "type",
            "validationId",
            "value"
        ]
    );
    assert_eq!(problem["code"], "missingObjectProperty");
    assert_eq!(
        problem["validationId"],
        "dtmi:dtdl:parsingError:missingObjectProperty"
    );
    assert_eq!(problem["primaryId"], "dtmi:test:B:_contents:__p;1");
    assert_eq!(problem["property"], "schema");
    assert_eq!(problem["pointer"], "/contents/0");
    assert_eq!(problem["severity"], "error");
    assert_eq!(problem["line"], 1);
}

#[test]
fn each_file_is_its_own_root_when_asked() {
    // Both files define the same interface: wrong together, fine each for itself.
    let folder = folder(&[
        ("a.json", &interface("A", "")),
        ("b.json", &interface("A", "")),
        ("c.json", &interface("C", r#","extends":"dtmi:test:D;1""#)),
        ("repo/d.json", &interface("D", "")),
    ]);
    let files = ["a.json", "b.json", "c.json"];
    let together = pnp(
        folder.path(),
        &[&["check", "--repo", "repo"], &files[..]].concat(),
    );
    assert_eq!(together.code, 1, "{}", together.out);
    assert!(
        together.err.contains("duplicateDefinition"),
        "{}",
        together.err
    );
    let each = pnp(
        folder.path(),
        &[&["check", "--each", "--repo", "repo"], &files[..]].concat(),
    );
    assert_eq!((each.code, each.err.as_str()), (0, ""), "{}", each.out);
    let alone = pnp(
        folder.path(),
        &["check", "--each", "--format", "json", "a.json", "c.json"],
    );
    assert_eq!(alone.code, 1);
    assert_eq!(json_lines(&alone.out)[0]["root"], "c.json");
}

#[test]
fn standard_input_is_a_file_too() {
    let folder = folder(&[]);
    let fine = pnp_with_input(
        folder.path(),
        &["check", "-"],
        interface("A", "").as_bytes(),
    );
    assert_eq!((fine.code, fine.err.as_str()), (0, ""));
    let bad = pnp_with_input(folder.path(), &["check", "-"], b"[1]");
    assert_eq!(bad.code, 1);
    assert!(bad.err.contains("<stdin>:1:2"), "{}", bad.err);
}

#[test]
fn generated_code_is_written_checked_and_printed() {
    let thermostat = interface(
        "Thermostat",
        r#","contents":[{"@type":"Telemetry","name":"temperature","schema":"double"}]"#,
    );
    let folder = folder(&[("t.json", &thermostat)]);
    let generate = |more: &[&str]| {
        let args = [
            "generate",
            "t.json",
            "--model",
            "dtmi:test:Thermostat;1",
            "--lang",
            "rust",
        ];
        pnp(folder.path(), &[&args[..], more].concat())
    };
    let printed = generate(&["--out", "-"]);
    assert_eq!((printed.code, printed.err.as_str()), (0, ""));
    assert!(printed.out.contains("pub temperature: "), "{}", printed.out);

    let missing = generate(&["--out", "gen", "--check"]);
    assert_eq!(missing.code, 1);
    assert!(missing.out.contains("+++ "), "{}", missing.out);
    assert!(
        !folder.path().join("gen").exists(),
        "--check writes nothing"
    );

    assert_eq!(generate(&["--out", "gen"]).code, 0);
    assert_eq!(
        fs::read_to_string(folder.path().join("gen/thermostat.rs")).unwrap(),
        printed.out
    );
    let clean = generate(&["--out", "gen", "--check"]);
    assert_eq!((clean.code, clean.out.as_str()), (0, ""));

    let unknown = pnp(
        folder.path(),
        &[
            "generate",
            "t.json",
            "--model",
            "dtmi:test:Other;1",
            "--out",
            "-",
        ],
    );
    assert_eq!(unknown.code, 2);
    let broken = pnp_with_input(folder.path(), &["generate", "-", "--out", "gen2"], b"{}");
    assert_eq!(broken.code, 1);
    assert!(!folder.path().join("gen2").exists());
}

#[test]
fn every_stage_can_be_dumped_as_json() {
    let folder = folder(&[(
        "a.json",
        &interface(
            "A",
            r#","contents":[{"@type":"Property","name":"p","schema":"double"}]"#,
        ),
    )]);
    for stage in ["json", "expand", "graph", "model", "ir"] {
        let ran = pnp(folder.path(), &["dump", "--stage", stage, "a.json"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{stage}");
        let value: Value = serde_json::from_str(&ran.out)
            .unwrap_or_else(|error| panic!("{stage}: {error}: {}", ran.out));
        assert!(value.is_object() || value.is_array(), "{stage}");
        assert!(ran.out.contains("dtmi:test:A;1"), "{stage}: {}", ran.out);
    }
    let inspected = pnp(folder.path(), &["inspect", "a.json"]);
    let value: Value = serde_json::from_str(&inspected.out).unwrap();
    assert_eq!(value["dtmi:test:A;1"]["EntityKind"], "Interface");
}

#[test]
fn a_code_is_explained_and_a_misspelt_one_corrected() {
    let folder = folder(&[]);
    let known = pnp(folder.path(), &["explain", "missingObjectProperty"]);
    assert_eq!(known.code, 0);
    assert!(known.out.contains("missingObjectProperty"));
    let by_id = pnp(
        folder.path(),
        &["explain", "dtmi:dtdl:parsingError:missingObjectProperty"],
    );
    assert_eq!(by_id.out, known.out);
    let misspelt = pnp(folder.path(), &["explain", "missingObjectPropery"]);
    assert_eq!(misspelt.code, 2);
    assert!(
        misspelt.err.contains("did you mean missingObjectProperty"),
        "{}",
        misspelt.err
    );
}
