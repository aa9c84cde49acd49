//! Every example of `pnp explain` has the problem that it is an example of.

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

use dtdl_parser::diagnostics::{Code, Human, Report, Stage, explain};
use dtdl_parser::source::{NoResolver, Sources};
use dtdl_parser::{Options, parse};

#[test]
fn every_example_shows_its_problem_at_a_place() {
    let mut missing = Vec::new();
    let mut examples = 0;
    for code in Code::ALL {
        let page = explain(*code);
        if page.example.is_empty() {
            continue;
        }
        examples += 1;
        let mut sources = Sources::new();
        let file = sources.add("example.json", page.example);
        let parsed = parse(&mut sources, &[file], &NoResolver, &Options::default());
        let found = parsed
            .problems
            .iter()
            .any(|problem| problem.code == *code && problem.primary.is_some());
        if !found {
            let report = Report::new(parsed.problems, &sources);
            let text = Human::default().render(&report, &sources);
            missing.push(format!("{code}:\n{}\n{text}", page.example));
        }
    }
    assert!(examples > 50, "only {examples} examples");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_code_of_the_json_reader_that_a_text_can_show_has_an_example() {
    // What needs bytes, a limit or four gigabytes can't be shown in a text.
    let without = [
        Code::JsonNotUtf8,
        Code::JsonTooDeep,
        Code::JsonTooLarge,
        Code::JsonByteOrderMark,
        Code::JsonDuplicateMember,
    ];
    for code in Code::ALL {
        if code.stage() == Stage::Json {
            let has = !explain(*code).example.is_empty();
            assert_eq!(has, !without.contains(code), "{code}");
        }
    }
}
