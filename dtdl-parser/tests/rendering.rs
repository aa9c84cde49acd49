//! The renderers on hand-made problems: places, carets, escapes, caps, and the shapes of the outputs.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise, and prints what it measures"
)]

use dtdl_parser::Sources;
use dtdl_parser::diagnostics::{
    Code, Human, Problem, Report, Summary, github, json_line, json_lines, sarif,
};
use dtdl_parser::source::{FileId, Span};

/// The span of the `nth` occurrence of `needle`.
fn find(sources: &Sources, file: FileId, needle: &str, nth: usize) -> Span {
    let text = sources.text(file);
    let (start, _) = text.match_indices(needle).nth(nth).expect("in the text");
    let end = start + needle.len();
    Span::new(
        file,
        u32::try_from(start).expect("small"),
        u32::try_from(end).expect("small"),
    )
}

fn render(problems: Vec<Problem>, sources: &Sources) -> String {
    Human::default().render(&Report::new(problems, sources), sources)
}

#[test]
fn a_problem_shows_its_line_its_caret_and_what_to_do() {
    let mut sources = Sources::new();
    let file = sources.add("room.json", "{\r\n  \"name\": \"a b\"\r\n}\r\n");
    let problem = Problem::new(Code::StringInvalid)
        .primary_id("dtmi:x:a:_contents:__t;1")
        .property("name")
        .value("a b")
        .restriction("^[a-z]+$")
        .at(find(&sources, file, "\"a b\"", 0));
    let expected = "\
error[stringInvalid]: `name` of `t` in `dtmi:x:a;1` is `a b`, which doesn't have the form that is required.
 --> room.json:2:11
  |
2 |   \"name\": \"a b\"
  |           ^^^^^ not of the required form
  = help: Change it so that it fits the pattern `^[a-z]+$`.

";
    assert_eq!(render(vec![problem], &sources), expected);
}

#[test]
fn a_secondary_place_is_shown_in_its_line_or_its_file() {
    let mut sources = Sources::new();
    let one = sources.add(
        "one.json",
        "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3,\n  \"a\": 4\n}",
    );
    let two = sources.add("two.json", "\"a\"");
    let problem = Problem::new(Code::DuplicatePropertyName).property("a");
    let same = problem
        .clone()
        .at(find(&sources, one, "\"a\"", 1))
        .against(find(&sources, one, "\"a\"", 0));
    let expected = "\
error[duplicatePropertyName]: This element has the property `a` twice.
 --> one.json:5:3
  |
2 |   \"a\": 1,
  |   --- first here
...
5 |   \"a\": 4
  |   ^^^ again here
  = help: Remove one of the two.

";
    assert_eq!(render(vec![same], &sources), expected);
    let other = problem
        .at(find(&sources, one, "\"a\"", 1))
        .against(find(&sources, two, "\"a\"", 0));
    let text = render(vec![other], &sources);
    assert!(text.contains(" ::: two.json:1:1\n"), "{text}");
    assert!(text.contains("--- first here"), "{text}");
}

#[test]
fn carets_stand_under_wide_text_and_after_tabs() {
    let mut sources = Sources::new();
    let file = sources.add("wide.json", "\t{\"\u{6E29}\u{5EA6}\": x}");
    let problem = Problem::new(Code::JsonBadLiteral)
        .value("x")
        .at(find(&sources, file, "x", 0));
    let text = render(vec![problem], &sources);
    // Four columns for the tab, two for each of the two wide characters.
    assert!(text.contains("wide.json:1:9\n"), "{text}");
    assert!(
        text.contains("1 |     {\"\u{6E29}\u{5EA6}\": x}\n"),
        "{text}"
    );
    assert!(
        text.contains("  |              ^ not a JSON value\n"),
        "{text}"
    );
}

#[test]
fn a_long_line_is_clipped_around_the_caret() {
    let mut sources = Sources::new();
    let text = format!("[{}x, {}]", "1, ".repeat(5_000), "2, ".repeat(5_000));
    let file = sources.add("long.json", text);
    let problem = Problem::new(Code::JsonBadLiteral)
        .value("x")
        .at(find(&sources, file, "x", 0));
    let text = render(vec![problem], &sources);
    let lines: Vec<&str> = text.lines().collect();
    let source = lines[3].strip_prefix("1 | ").expect("a source line");
    assert!(source.chars().count() < 120, "{source}");
    assert!(source.starts_with('…') && source.ends_with('…'), "{source}");
    let caret = lines[4].strip_prefix("  | ").expect("a caret line");
    let column = caret.chars().position(|letter| letter == '^').expect("^");
    assert_eq!(source.chars().nth(column), Some('x'), "{text}");
}

#[test]
fn a_place_at_the_end_of_the_text_and_an_empty_text_have_a_caret() {
    let mut sources = Sources::new();
    let file = sources.add("end.json", "{\n");
    let empty = sources.add("empty.json", "");
    let problems = vec![
        Problem::new(Code::JsonUnexpectedEnd)
            .at(Span::new(file, 2, 2))
            .against(Span::new(file, 0, 1)),
        Problem::new(Code::JsonEmpty).at(Span::new(empty, 0, 0)),
    ];
    let text = render(problems, &sources);
    assert!(text.contains("end.json:2:1\n"), "{text}");
    assert!(text.contains("empty.json:1:1\n"), "{text}");
    assert!(
        text.contains("1 | {\n  | - this is never closed\n2 |"),
        "{text}"
    );
}

#[test]
fn nothing_in_a_model_commands_the_terminal() {
    let mut sources = Sources::new();
    let file = sources.add("a\u{1b}[2J.json", "\"\u{1b}[31m\u{202E}x\"");
    let problem = Problem::new(Code::StringInvalid)
        .property("\u{1b}]0;title\u{7}")
        .value("\u{9B}1m")
        .at(Span::new(file, 0, 1));
    let report = Report::new(vec![problem], &sources);
    let text = Human::default().render(&report, &sources);
    assert!(
        !text.chars().any(|c| c.is_control() && c != '\n'),
        "{text:?}"
    );
    assert!(!text.contains('\u{202E}'));
    let colored = Human {
        color: true,
        ..Human::default()
    };
    let colored = colored.render(&report, &sources);
    assert!(colored.contains("\u{1b}[1;31merror[stringInvalid]\u{1b}[0m"));
}

#[test]
fn the_cap_of_one_file_hides_no_other_file_and_no_error_behind_warnings() {
    let mut sources = Sources::new();
    let many = sources.add("many.json", "x".repeat(100));
    let few = sources.add("few.json", "x");
    let mut problems: Vec<Problem> = (0..50)
        .map(|at| Problem::new(Code::DuplicateType).at(Span::new(many, at, at + 1)))
        .collect();
    problems.push(Problem::new(Code::JsonBadLiteral).at(Span::new(many, 90, 91)));
    problems.push(Problem::new(Code::JsonBadLiteral).at(Span::new(few, 0, 1)));
    let report = Report::new(problems, &sources);
    let human = Human {
        per_file: 5,
        ..Human::default()
    };
    let text = human.render(&report, &sources);
    assert_eq!(text.matches("warning[duplicateType]").count(), 4);
    assert!(text.contains("many.json:1:91\n"));
    assert!(text.contains("… and 46 more in many.json\n"));
    assert!(text.contains("few.json:1:1\n"));
}

#[test]
fn problems_are_sorted_by_place_and_told_once() {
    let mut sources = Sources::new();
    let first = sources.add("b.json", "x y");
    let second = sources.add("a.json", "x");
    let at = |file, start| Problem::new(Code::JsonBadLiteral).at(Span::new(file, start, start + 1));
    let nowhere = Problem::new(Code::UnreadableFile).value("no");
    let report = Report::new(
        vec![
            nowhere,
            at(second, 0),
            at(first, 2),
            at(first, 0),
            at(first, 2),
        ],
        &sources,
    );
    let order: Vec<Option<(FileId, u32)>> = report
        .diagnostics()
        .iter()
        .map(|it| it.primary.as_ref().map(|it| (it.span.file, it.span.start)))
        .collect();
    assert_eq!(
        order,
        [Some((first, 0)), Some((first, 2)), Some((second, 0)), None]
    );
}

#[test]
fn a_json_line_has_the_members_of_the_contract_in_their_order() {
    let mut sources = Sources::new();
    let file = sources.add("a.json", "{\"contents\": [{\"name\": \"x\"}]}");
    let problem = Problem::new(Code::MissingLiteralProperty)
        .primary_id("dtmi:x:a;1")
        .property("schema")
        .at(find(&sources, file, "{\"name\": \"x\"}", 0))
        .against(find(&sources, file, "\"contents\"", 0))
        .fix(
            "Add it",
            Span::new(file, 15, 15),
            "\"schema\": \"double\", ",
        );
    let report = Report::new(vec![problem], &sources);
    let line = json_lines(&report, &sources);
    let value: serde_json::Value = serde_json::from_str(line.trim_end()).expect("JSON");
    assert_eq!(value["pointer"], "/contents/0");
    assert_eq!(value["line"], 1);
    assert_eq!(value["column"], 15);
    assert_eq!(value["endColumn"], 28);
    assert_eq!(value["secondary"]["column"], 2);
    assert_eq!(value["fixes"][0]["edits"][0]["column"], 16);
    assert_eq!(value["secondaryId"], serde_json::Value::Null);
    let mut place = 0;
    for name in [
        "severity",
        "code",
        "validationId",
        "primaryId",
        "secondaryId",
        "property",
        "auxProperty",
        "type",
        "value",
        "restriction",
        "transformation",
        "cause",
        "action",
        "file",
        "pointer",
        "line",
        "column",
        "endLine",
        "endColumn",
        "secondary",
        "fixes",
    ] {
        let quoted = format!("\"{name}\":");
        place += line[place..]
            .find(&quoted)
            .unwrap_or_else(|| panic!("{name} after {place}"));
    }
    let rooted = json_line(&report.diagnostics()[0], &sources, Some("root.json"));
    let rooted: serde_json::Value = serde_json::from_str(&rooted).expect("JSON");
    assert_eq!(rooted["root"], "root.json");
    let summary = Summary {
        files: 1,
        documents: 2,
        elements: 3,
        errors: 4,
        warnings: 5,
    };
    assert_eq!(
        summary.json_line(),
        r#"{"summary":{"files":1,"documents":2,"elements":3,"errors":4,"warnings":5}}"#
    );
}

#[test]
fn a_problem_without_a_place_still_is_a_json_line() {
    let sources = Sources::new();
    let report = Report::new(
        vec![Problem::new(Code::UnreadableFile).value("a\n\"b")],
        &sources,
    );
    let value: serde_json::Value =
        serde_json::from_str(json_lines(&report, &sources).trim_end()).expect("JSON");
    assert_eq!(value["file"], serde_json::Value::Null);
    assert_eq!(value["value"], "a\n\"b");
}

#[test]
fn github_annotations_escape_what_would_end_them() {
    let mut sources = Sources::new();
    let file = sources.add("a,b:c.json", "x\ny");
    let problem = Problem::new(Code::NonConformantPropertyValue)
        .property("x")
        .violations(vec!["50% is\ntoo much".to_owned()])
        .at(Span::new(file, 2, 3));
    let text = github(&Report::new(vec![problem], &sources), &sources);
    let head = "::error file=a%2Cb%3Ac.json,line=2,col=1,endLine=2,endColumn=1,title=nonConformantPropertyValue::";
    assert!(text.starts_with(head), "{text}");
    assert!(text.contains("50%25 is%0Atoo much"), "{text}");
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn sarif_names_rules_places_and_fixes() {
    let mut sources = Sources::new();
    let file = sources.add("models/my room.json", "{\"a\": 1,}");
    let problem = Problem::new(Code::JsonTrailingComma)
        .at(Span::new(file, 7, 8))
        .fix("Remove the comma", Span::new(file, 7, 8), "");
    let text = sarif(&Report::new(vec![problem], &sources), &sources);
    let log: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "jsonTrailingComma");
    let result = &run["results"][0];
    assert_eq!(result["ruleIndex"], 0);
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "models/my%20room.json");
    assert_eq!(physical["region"]["startColumn"], 8);
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "");
}

#[test]
fn ten_thousand_problems_in_one_long_line_take_no_quadratic_time() {
    let mut sources = Sources::new();
    let file = sources.add("long.json", format!("[{}1]", "1,".repeat(1_000_000)));
    let problems: Vec<Problem> = (0..10_000)
        .map(|index| {
            Problem::new(Code::JsonBadLiteral).at(Span::new(file, index * 200, index * 200 + 1))
        })
        .collect();
    let started = std::time::Instant::now();
    let report = Report::new(problems, &sources);
    let all = Human {
        per_file: 0,
        ..Human::default()
    };
    assert_eq!(
        all.render(&report, &sources).matches("error[").count(),
        10_000
    );
    assert_eq!(json_lines(&report, &sources).lines().count(), 10_000);
    // Quadratic work would take minutes in this build; linear work takes a second or two.
    assert!(started.elapsed().as_secs() < 60);
}
