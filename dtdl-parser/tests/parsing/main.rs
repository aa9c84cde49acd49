//! From texts to a model, through the public API.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod documents;
mod model;
mod rounds;

use dtdl_parser::diagnostics::{Code, Severity};
use dtdl_parser::source::NoResolver;
use dtdl_parser::{Model, Options, Parsed, Sources, parse};

/// Parses texts, named `0.json` and on, without a resolver.
fn run(texts: &[&str], options: &Options) -> (Sources, Parsed) {
    let mut sources = Sources::default();
    let roots: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| sources.add(format!("{number}.json"), *text))
        .collect();
    let parsed = parse(&mut sources, &roots, &NoResolver, options);
    (sources, parsed)
}

/// The errors of texts, in the order in which they were found.
fn errors(texts: &[&str], options: &Options) -> Vec<Code> {
    let (_, parsed) = run(texts, options);
    assert_eq!(
        parsed.model.is_none(),
        has_errors(&parsed),
        "a model exactly if there is no error"
    );
    let codes = parsed.problems.iter().map(|problem| problem.code);
    codes
        .filter(|code| code.severity() == Severity::Error)
        .collect()
}

fn has_errors(parsed: &Parsed) -> bool {
    let mut problems = parsed.problems.iter();
    problems.any(|problem| problem.code.severity() == Severity::Error)
}

/// The model of texts without errors.
fn model(texts: &[&str]) -> Model {
    let (_, parsed) = run(texts, &Options::default());
    assert!(!has_errors(&parsed), "{:#?}", parsed.problems);
    parsed.model.expect("no error, so a model")
}

/// An Interface of a version of DTDL with further members, each with a comma before it.
fn interface(version: u8, name: &str, members: &str) -> String {
    format!(
        r#"{{"@context": "dtmi:dtdl:context;{version}", "@id": "dtmi:test:{name};1", "@type": "Interface"{members}}}"#
    )
}
