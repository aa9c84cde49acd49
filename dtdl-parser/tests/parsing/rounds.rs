//! What one run tells, and what it asks for.

use crate::{errors, interface, run};
use dtdl_parser::diagnostics::Code;
use dtdl_parser::source::{Resolution, ResolvedText, Unreadable};
use dtdl_parser::{Options, Resolver, Sources, parse};
use std::cell::RefCell;

/// Answers with what it has, and remembers what it was asked for.
#[derive(Default)]
struct Library {
    texts: Vec<(&'static str, String)>,
    unreadable: Option<&'static str>,
    asked: RefCell<Vec<Vec<String>>>,
}

impl Resolver for Library {
    fn resolve(&self, ids: &[&str]) -> Resolution {
        let asked = ids.iter().map(|id| String::from(*id)).collect();
        self.asked.borrow_mut().push(asked);
        let known = self.texts.iter().filter(|(id, _)| ids.contains(id));
        let texts = known.map(|(id, text)| ResolvedText {
            name: format!("{id}.json"),
            text: text.clone().into_bytes(),
        });
        let unreadable = self.unreadable.filter(|id| ids.contains(id));
        Resolution {
            texts: texts.collect(),
            unreadable: unreadable
                .map(|id| Unreadable {
                    id: String::from(id),
                    name: format!("{id}.json"),
                    reason: String::from("it is a folder"),
                })
                .into_iter()
                .collect(),
        }
    }
}

fn extends(name: &str, bases: &str) -> String {
    interface(3, name, &format!(r#", "extends": [{bases}]"#))
}

#[test]
fn one_run_tells_what_is_wrong_at_every_stage_and_in_every_file() {
    let first = interface(
        3,
        "a",
        r#", "displayNme": "a", "contents": [
            {"@type": "Telemetry", "name": "t", "schema": "dubble"},
            {"@type": "Component", "name": "c", "schema": "dtmi:test:nowhere;1"},
            {"@type": "Telemetry", "name": "u", "schema": "double"},
        ]"#,
    );
    let second = interface(
        3,
        "b",
        r#", "contents": [
            {"@type": "Property", "name": "p", "schema": {"@type": "Enum", "valueSchema": "integer",
                "enumValues": [{"name": "x", "enumValue": "one"}]}}
        ]"#,
    );
    let found = errors(&[&first, &second], &Options::default());
    let wanted = [
        Code::JsonTrailingComma,
        Code::PropertyUndefinedTerm,
        Code::BadDtmiOrTerm,
        Code::UnresolvedReference,
    ];
    for code in wanted {
        assert!(found.contains(&code), "{code:?} is not in {found:?}");
    }
    // The value that is no integer, in the other file.
    assert_eq!(found.len(), wanted.len() + 1, "{found:?}");
}

#[test]
fn the_mode_that_stops_says_what_the_reference_says_and_no_more() {
    let text = interface(
        3,
        "a",
        r#", "displayNme": "a", "extends": "dtmi:test:nowhere;1""#,
    );
    let options = Options {
        stop_like_reference: true,
        ..Options::default()
    };
    assert_eq!(errors(&[&text], &options), [Code::PropertyUndefinedTerm]);
}

#[test]
fn a_reference_to_nothing_is_told_with_everybody_who_made_it() {
    let text = interface(
        3,
        "a",
        r#", "extends": "dtmi:test:nowhere;1", "contents": [
            {"@type": "Component", "name": "c", "schema": "dtmi:test:nowhere;1"}]"#,
    );
    let (sources, parsed) = run(&[&text], &Options::default());
    let places: Vec<&str> = parsed
        .unresolved
        .iter()
        .map(|reference| {
            assert_eq!(reference.id, "dtmi:test:nowhere;1");
            let span = reference.span;
            sources
                .text(span.file)
                .get(span.start as usize..span.end as usize)
                .expect("a span is a range of its text")
        })
        .collect();
    assert_eq!(places, ["\"dtmi:test:nowhere;1\""; 2]);
    assert_eq!(parsed.model.map(|model| model.len()), None);
}

#[test]
fn a_resolver_is_asked_once_a_round_for_everything_that_is_missing() {
    let library = Library {
        texts: vec![
            ("dtmi:test:b;1", extends("b", r#""dtmi:test:d;1""#)),
            (
                "dtmi:test:c;1",
                extends("c", r#""dtmi:test:d;1", "dtmi:test:b;1""#),
            ),
            ("dtmi:test:d;1", extends("d", "")),
        ],
        ..Library::default()
    };
    let mut sources = Sources::default();
    let root = extends("a", r#""dtmi:test:b;1", "dtmi:test:c;1", "dtmi:test:b;1""#);
    let root = sources.add("a.json", root);
    let parsed = parse(&mut sources, &[root], &library, &Options::default());
    assert_eq!(
        *library.asked.borrow(),
        [
            vec!["dtmi:test:b;1", "dtmi:test:c;1"],
            vec!["dtmi:test:d;1"]
        ]
    );
    let model = parsed.model.expect("everything is there");
    assert_eq!(model.interfaces().count(), 4);
    assert_eq!(parsed.files.len(), 4);
    assert_eq!(parsed.documents, 4);
}

#[test]
fn a_resolver_that_has_less_than_was_asked_for_is_asked_for_the_rest_again() {
    let library = Library {
        texts: vec![("dtmi:test:b;1", extends("b", ""))],
        ..Library::default()
    };
    let mut sources = Sources::default();
    let root = extends("a", r#""dtmi:test:b;1", "dtmi:test:nowhere;1""#);
    let root = sources.add("a.json", root);
    let parsed = parse(&mut sources, &[root], &library, &Options::default());
    let unresolved: Vec<&str> = parsed.unresolved.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(unresolved, ["dtmi:test:nowhere;1"]);
    assert!(library.asked.borrow().len() <= 2, "it ends");
}

#[test]
fn what_a_resolver_found_and_could_not_read_is_another_problem_than_nothing() {
    let library = Library {
        unreadable: Some("dtmi:test:b;1"),
        ..Library::default()
    };
    let mut sources = Sources::default();
    let root = extends("a", r#""dtmi:test:b;1""#);
    let root = sources.add("a.json", root);
    let parsed = parse(&mut sources, &[root], &library, &Options::default());
    let codes: Vec<Code> = parsed.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::UnreadableReference]);
    let value = parsed
        .problems
        .first()
        .and_then(|problem| problem.facts.value.clone());
    assert!(value.is_some_and(|value| value.contains("it is a folder")));
}

#[test]
fn a_mistake_in_what_a_resolver_found_is_told_where_it_is() {
    let library = Library {
        texts: vec![("dtmi:test:b;1", interface(3, "b", r#", "displayNme": "b""#))],
        ..Library::default()
    };
    let mut sources = Sources::default();
    let root = extends("a", r#""dtmi:test:b;1""#);
    let root = sources.add("a.json", root);
    let parsed = parse(&mut sources, &[root], &library, &Options::default());
    let place = parsed.problems.first().and_then(|problem| problem.primary);
    let file = place.map(|span| sources.name(span.file));
    assert_eq!(file, Some("dtmi:test:b;1.json"));
}
