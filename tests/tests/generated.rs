//! Generated code compiles: that of our own models, of models made to trip a generator, and of every
//! public device, with the lints that careful crates turn on, under two editions, in a library and in a
//! program.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pnp_codegen::{Compiled, configure};
use pnp_tests::{data_dir, workspace_root};
use serde_json::{Value, json};

/// The keywords of all editions (Rust reference, "Keywords") that DTDL allows as names, and the names
/// that generated modules have for themselves.
const AWKWARD: &[&str] = &[
    "abstract",
    "as",
    "async",
    "auto",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "default",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "macro_rules",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "raw",
    "ref",
    "return",
    "safe",
    "self",
    "Self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield", // the generated module's own, the prelude's, and what lints look at
    "Telemetry",
    "Properties",
    "Handler",
    "Unknown",
    "Option",
    "Result",
    "Vec",
    "Box",
    "String",
    "Default",
    "Clone",
    "desired",
    "new",
    "len",
    "iter",
    "toZero",
    "isOn",
    "asIs",
    "intoIt",
    "fromHere",
    "core",
    "std",
];

/// Texts that end comments or strings, start doctests, or hide what a line says.
const HOSTILE: &[&str] = &[
    "\"",
    "*/ fn evil() {} /*",
    "two\nlines\r\nand more",
    "```\npanic!()\n```",
    "~~~rust\npanic!()\n~~~",
    "    panic!(\"indented\")",
    "\tpanic!(\"tabbed\")",
    "{} {0} {{",
    "]",
    "\u{202e}desrever\u{2066}",
    "Vec<T> <b>",
    "[link] [a](http://b.c) [x]: y",
    "https://example.com/?a=b, seehttp://example.com",
    "`tick",
    "a_b _c_ **d** ~f~",
    "&lt; R&D",
    "# heading\n===\n---\n> q\n- i\n1. i\n|a|b|\n|-|-|",
    "\\",
    "/// //! /** /*!",
    "r#\"raw\"#",
    "#[doc = \"x\"]",
    "IoTHub::connect() camelCase snake_case",
];

#[test]
fn code_of_our_own_and_of_hostile_models_compiles() {
    let place = Place::new("own");
    let models = workspace_root().join("models");
    for version in [1, 2] {
        let root = format!("dtmi:com:example:TemperatureController;{version}");
        place.generate(&format!("controller{version}"), &models, &root);
    }
    let made = place.folder("models");
    fs::write(made.join("awkward.json"), awkward().to_string()).unwrap();
    fs::write(made.join("hostile.json"), hostile().to_string()).unwrap();
    place.generate("awkward", &made, "dtmi:com:example:Awkward;1");
    place.generate("hostile", &made, "dtmi:com:example:Hostile;1");
    println!("{} models of ours compile", place.compile());
}

#[test]
fn code_of_every_public_device_compiles() {
    let Some(corpus) = data_dir("DTDL_CORPUS_DIR", "a folder of real models") else {
        return;
    };
    let list = fs::read_to_string(corpus.join("devices.json")).unwrap();
    let closures: Vec<(String, Vec<String>)> = serde_json::from_str(&list).unwrap();
    let place = Place::new("devices");
    let repository = corpus.join("dmr");
    let mut renamed = 0;
    for (number, (root, _)) in closures.iter().enumerate() {
        let text = fs::read(repository.join(root)).unwrap();
        let document: Value = serde_json::from_slice(&text).unwrap();
        let id = document["@id"].as_str().unwrap();
        renamed += place
            .generate(&format!("device{number}"), &repository, id)
            .warnings
            .len();
    }
    let compiled = place.compile();
    assert_eq!(compiled, closures.len());
    println!(
        "device closures generated and compiled: {compiled}/{}",
        closures.len()
    );
    println!("names that gave way to another: {renamed}");
}

/// An interface whose every name is one that Rust, its prelude or our own output uses.
fn awkward() -> Value {
    let id = |name: &str| format!("dtmi:com:example:awkward:{name};1");
    let content = |kind: &str, name: &str, more: Value| {
        let mut content = json!({"@type": kind, "name": name});
        content
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        content
    };
    let values: Vec<Value> = AWKWARD
        .iter()
        .map(|name| json!({"name": name, "enumValue": format!("{name}!")}))
        .collect();
    // An Object has at most 30 fields.
    let objects = AWKWARD.chunks(30).enumerate().map(|(number, names)| {
        let field = |name: &&str| json!({"name": name, "schema": "double"});
        let fields: Vec<Value> = names.iter().map(field).collect();
        json!({"@type": "Object", "@id": id(&format!("Fields{number}")), "fields": fields})
    });
    let mut schemas: Vec<Value> = objects.collect();
    schemas.push(json!({
        "@type": "Enum", "@id": id("Values"), "valueSchema": "string", "enumValues": values}));
    let part = |label: &str, contents: Vec<Value>| {
        json!({
            "@context": "dtmi:dtdl:context;3", "@type": "Interface", "@id": id(label),
            "contents": contents,
        })
    };
    let payload = |name: &str| json!({"name": name, "schema": "integer"});
    let of_each = |make: &dyn Fn(&str) -> Value| AWKWARD.iter().map(|name| make(name)).collect();
    let telemetry = of_each(&|name| {
        let schema = json!({"@type": "Enum", "valueSchema": "string", "enumValues": [
            {"name": "on", "enumValue": "On"}]});
        content("Telemetry", name, json!({"schema": schema}))
    });
    let mut properties: Vec<Value> = of_each(&|name| {
        content(
            "Property",
            name,
            json!({"schema": "string", "writable": true}),
        )
    });
    // A type so long that it is broken over lines.
    let durations = json!({"@type": "Map", "mapKey": {"name": "key", "schema": "string"},
        "mapValue": {"name": "value", "schema": "duration"}});
    let more = json!({"schema": durations, "writable": true});
    properties.push(content("Property", "durationsOfTheLastRuns", more));
    let commands = of_each(&|name| content("Command", name, json!({"request": payload(name)})));
    let mut documents = vec![
        part("Telemetry", telemetry),
        part("Properties", properties),
        part("Commands", commands),
    ];
    let mut components: Vec<Value> = ["Telemetry", "Properties", "Commands"]
        .iter()
        .map(|label| {
            content(
                "Component",
                &format!("all{label}"),
                json!({"schema": id(label)}),
            )
        })
        .collect();
    // A component that is called like its device.
    components.push(content(
        "Component",
        "awkward",
        json!({"schema": id("Commands")}),
    ));
    for (number, name) in AWKWARD.iter().enumerate() {
        let label = format!("module{number}:{name}");
        documents.push(part(&label, vec![content("Command", name, json!({}))]));
        components.push(content("Component", name, json!({"schema": id(&label)})));
    }
    for schema in &schemas {
        let name = format!("schema{}", components.len());
        components.push(content(
            "Telemetry",
            &name,
            json!({"schema": schema["@id"]}),
        ));
    }
    documents.push(json!({
        "@context": "dtmi:dtdl:context;3", "@type": "Interface", "@id": "dtmi:com:example:Awkward;1",
        "contents": components,
        "schemas": schemas,
    }));
    Value::Array(documents)
}

/// An interface that says hostile things wherever a model can say something.
fn hostile() -> Value {
    let mut contents = Vec::new();
    for (number, text) in HOSTILE.iter().enumerate() {
        let said = |mut value: Value| {
            let members = value.as_object_mut().unwrap();
            for name in ["displayName", "description", "comment"] {
                members.insert(name.to_owned(), json!(text));
            }
            value
        };
        let schema = json!({"@type": "Enum", "valueSchema": "string", "enumValues": [
            said(json!({"name": "only", "enumValue": text}))]});
        contents.push(said(json!({
            "@type": ["Telemetry"], "name": format!("telemetry{number}"), "schema": said(schema)})));
        contents.push(said(json!({
            "@type": "Property", "name": format!("property{number}"), "schema": "double",
            "writable": true})));
        contents.push(said(json!({
            "@type": "Command", "name": format!("command{number}"),
            "request": said(json!({"name": "request", "schema": "string"})),
            "response": said(json!({"name": "response", "schema": "string"}))})));
    }
    json!({
        "@context": "dtmi:dtdl:context;2", "@type": "Interface", "@id": "dtmi:com:example:Hostile;1",
        "displayName": HOSTILE.concat().chars().take(60).collect::<String>(),
        "description": HOSTILE.concat().chars().take(500).collect::<String>(),
        "contents": contents,
    })
}

/// A folder of generated modules, and the cargo workspace that compiles them.
struct Place {
    root: PathBuf,
}

impl Place {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("generated")
            .join(name);
        // What an earlier run left must not be compiled.
        let _ = fs::remove_dir_all(&root);
        let place = Self { root };
        place.folder("code");
        place
    }

    fn folder(&self, name: &str) -> PathBuf {
        let folder = self.root.join(name);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Generates a model's code as a module.
    fn generate(&self, module: &str, models: &Path, root: &str) -> Compiled {
        let compiled = configure()
            .search_dir(models)
            .model(root)
            .out_dir(self.folder("code").join(module))
            .emit_rerun_if_changed(false)
            .compile();
        compiled.unwrap_or_else(|error| panic!("{root}: {error}"))
    }

    /// Compiles every module, documents it, and returns how many there are.
    fn compile(&self) -> usize {
        let mut modules = BTreeMap::new();
        for folder in fs::read_dir(self.root.join("code")).unwrap() {
            let folder = folder.unwrap();
            let file = fs::read_dir(folder.path())
                .unwrap()
                .next()
                .unwrap()
                .unwrap()
                .path();
            modules.insert(folder.file_name().into_string().unwrap(), file);
        }
        let lints =
            "#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]\n";
        let includes = |visibility: &str| -> String {
            let include = |(name, file): (&String, &PathBuf)| {
                format!("/// A device.\n{visibility}mod {name} {{ include!({file:?}); }}\n")
            };
            modules.iter().map(include).collect()
        };
        let library = format!("//! Generated code.\n{lints}{}", includes("pub "));
        let program = format!(
            "//! Generated code.\n{lints}{}fn main() {{}}\n",
            includes("")
        );
        for (member, edition, file, text) in [
            ("library2021", "2021", "lib.rs", &library),
            ("library2024", "2024", "lib.rs", &library),
            ("program", "2024", "main.rs", &program),
        ] {
            let manifest = format!(
                "[package]\nname = \"{member}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\n\
                 [dependencies]\npnp-runtime.workspace = true\n"
            );
            fs::write(self.folder(member).join("Cargo.toml"), manifest).unwrap();
            fs::write(self.folder(&format!("{member}/src")).join(file), text).unwrap();
        }
        let runtime = workspace_root().join("pnp-runtime");
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\"library2021\", \"library2024\", \"program\"]\n\n\
             [workspace.dependencies]\npnp-runtime = {{ path = {runtime:?} }}\n"
        );
        fs::write(self.root.join("Cargo.toml"), manifest).unwrap();
        fs::copy(
            workspace_root().join("Cargo.lock"),
            self.root.join("Cargo.lock"),
        )
        .unwrap();
        self.cargo(&[if has_clippy() { "clippy" } else { "check" }, "--workspace"]);
        self.cargo(&["doc", "--no-deps", "-p", "library2024"]);
        modules.len()
    }

    fn cargo(&self, arguments: &[&str]) {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated/target");
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .args(["--offline", "--quiet"])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_INCREMENTAL", "0")
            .env("RUSTDOCFLAGS", "-Dwarnings")
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "cargo {}\n{said}",
            arguments.join(" ")
        );
    }
}

/// Clippy is no part of every installation; the compiler's own lints are.
fn has_clippy() -> bool {
    let output = Command::new(env!("CARGO"))
        .args(["clippy", "--version"])
        .output();
    output.is_ok_and(|output| output.status.success())
}
