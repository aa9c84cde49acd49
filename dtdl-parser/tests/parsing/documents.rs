//! Contexts, identifiers and what options allow.

use crate::{errors, interface, model, run};
use dtdl_parser::diagnostics::Code;
use dtdl_parser::{Leniency, Options, UndefinedExtensions};

fn with_context(context: &str, members: &str) -> String {
    format!(r#"{{"@context": {context}, "@id": "dtmi:test:a;1", "@type": "Interface"{members}}}"#)
}

#[test]
fn a_caller_may_refuse_late_versions() {
    let options = Options {
        max_dtdl_version: 3,
        ..Options::default()
    };
    assert_eq!(errors(&[&interface(3, "a", "")], &options), []);
    assert_eq!(
        errors(&[&interface(4, "a", "")], &options),
        [Code::DisallowedContextVersion]
    );
}

#[test]
fn a_limit_extension_must_be_asked_for_and_allowed() {
    let text = with_context(
        r#"["dtmi:dtdl:context;4#limitless", "dtmi:dtdl:limits:onvif;1"]"#,
        "",
    );
    assert_eq!(
        errors(&[&text], &Options::default()),
        [Code::DisallowedLimitContext]
    );
    let options = Options {
        limits: vec![String::from("dtmi:dtdl:limits:onvif;1")],
        ..Options::default()
    };
    assert_eq!(errors(&[&text], &options), []);
    let alone = with_context(r#""dtmi:dtdl:context;4#limitless""#, "");
    assert_eq!(errors(&[&alone], &options), [Code::MissingLimitContext]);
}

#[test]
fn types_and_properties_of_an_unknown_extension_are_kept_or_refused() {
    let text = with_context(
        r#"["dtmi:dtdl:context;3", "dtmi:test:extension;1"]"#,
        r#", "contents": [{"@type": ["Telemetry", "Soft"], "name": "t", "schema": "double",
            "colour": "red", "colour": {"r": 1}, "shade": 2}]"#,
    );
    assert_eq!(
        errors(&[&text], &Options::default()).first(),
        Some(&Code::UnresolvableContextSpecifier)
    );
    let options = Options {
        undefined_extensions: UndefinedExtensions::Always,
        ..Options::default()
    };
    let (_, parsed) = run(&[&text], &options);
    let model = parsed.model.expect("it is allowed");
    let id = "dtmi:test:a:_contents:__t;1";
    let telemetry = model.element(id).expect("its id is made from its name");
    assert_eq!(telemetry.undefined_types().collect::<Vec<_>>(), ["Soft"]);
    // Of members with one name the last counts.
    assert_eq!(
        telemetry.undefined_properties().collect::<Vec<_>>(),
        [("colour", r#"{"r": 1}"#), ("shade", "2")]
    );
}

#[test]
fn an_extension_in_an_element_holds_below_it_and_nowhere_else() {
    let typed = r#"{"@type": ["Telemetry", "Temperature"], "name": "NAME", "schema": "double", "unit": "kelvin""#;
    let inside =
        typed.replace("NAME", "t") + r#", "@context": "dtmi:dtdl:extension:quantitativeTypes;1"}"#;
    let outside = typed.replace("NAME", "u") + "}";
    let both = interface(3, "a", &format!(r#", "contents": [{inside}, {outside}]"#));
    let (sources, parsed) = run(&[&both], &Options::default());
    let problem = parsed
        .problems
        .first()
        .expect("one of them has no extension");
    assert_eq!(problem.code, Code::TypeUndefinedTerm);
    assert_eq!(problem.facts.value.as_deref(), Some("Temperature"));
    let place = problem.primary.expect("it has a place");
    let after = sources.text(place.file).get(place.start as usize..);
    assert!(
        after.is_some_and(|text| !text.contains("\"t\"")),
        "the second one is meant"
    );
}

#[test]
fn identifiers_are_made_of_what_holds_an_element_and_of_its_name() {
    let text = interface(
        3,
        "a",
        r#", "contents": [{"@type": "Property", "name": "p", "schema": {"@type": "Object", "fields": [
            {"name": "f", "schema": {"@type": "Array", "elementSchema": "double"}}]}}]"#,
    );
    let model = model(&[&text]);
    for id in [
        "dtmi:test:a:_contents:__p;1",
        "dtmi:test:a:_contents:__p:_schema;1",
        "dtmi:test:a:_contents:__p:_schema:_fields:__f;1",
        "dtmi:test:a:_contents:__p:_schema:_fields:__f:_schema;1",
    ] {
        assert!(model.element(id).is_some(), "{id}");
    }
}

#[test]
fn one_identifier_defines_one_element() {
    let text = interface(3, "a", "");
    let (sources, parsed) = run(&[&text, &text], &Options::default());
    let problem = parsed.problems.first().expect("it is there twice");
    assert_eq!(problem.code, Code::DuplicateDefinition);
    let files = [problem.primary, problem.secondary];
    let files = files.map(|span| span.map(|span| sources.name(span.file)));
    assert_eq!(files, [Some("0.json"), Some("1.json")]);
}

#[test]
fn old_tools_are_followed_only_in_old_documents_and_only_if_asked() {
    let text = |version| {
        interface(
            version,
            "a",
            r#", "contents": [{"@type": "Telemetry", "name": "t",
                "schema": {"@id": "dtmi:dtdl:instance:Schema:double;2"}}]"#,
        )
    };
    let options = Options {
        leniency: Leniency {
            in_inputs: true,
            in_resolved: false,
        },
        ..Options::default()
    };
    assert_eq!(
        errors(&[&text(2)], &Options::default()).first(),
        Some(&Code::IdReference)
    );
    assert_eq!(errors(&[&text(2)], &options), []);
    assert_eq!(
        errors(&[&text(3)], &options).first(),
        Some(&Code::IdReference)
    );
}

#[test]
fn several_documents_may_stand_in_one_text() {
    let text = format!("[{}, [{}]]", interface(2, "a", ""), interface(4, "b", ""));
    let model = model(&[&text]);
    let versions: Vec<u8> = model
        .interfaces()
        .map(|interface| interface.element().language_version())
        .collect();
    assert_eq!(versions, [2, 4]);
}
