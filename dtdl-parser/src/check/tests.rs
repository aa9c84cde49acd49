//! Rules on models that are as small as the rule allows; the conformance suite has the others.

use crate::diagnostics::Code;
use crate::source::NoResolver;
use crate::{Options, Problem, Sources, parse};

/// The errors of texts that are read as one set.
fn errors(texts: &[String]) -> Vec<Problem> {
    let mut sources = Sources::new();
    let files: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| sources.add(format!("{index}.json"), text.as_str()))
        .collect();
    let parsed = parse(&mut sources, &files, &NoResolver, &Options::default());
    let is_error =
        |problem: &Problem| problem.code.severity() == crate::diagnostics::Severity::Error;
    let errors: Vec<Problem> = parsed.problems.into_iter().filter(is_error).collect();
    assert_eq!(parsed.model.is_some(), errors.is_empty());
    errors
}

fn codes(texts: &[String]) -> Vec<Code> {
    errors(texts).iter().map(|problem| problem.code).collect()
}

/// An Interface of a version: its name and its further members.
fn interface(version: u8, name: &str, members: &str) -> String {
    format!(
        r#"{{"@context": ["dtmi:dtdl:context;{version}"], "@id": "dtmi:x:{name};1", "@type": "Interface", {members}}}"#
    )
}

/// An Interface of version 4 with the mqtt extension and some contents.
fn mqtt(contents: &str) -> String {
    format!(
        r#"{{"@context": ["dtmi:dtdl:context;4", "dtmi:dtdl:extension:mqtt;4"], "@id": "dtmi:x:a;1", "@type": "Interface", "contents": [{contents}]}}"#
    )
}

fn extends(names: impl Iterator<Item = String>) -> String {
    let ids: Vec<String> = names.map(|name| format!("\"dtmi:x:{name};1\"")).collect();
    format!("\"extends\": [{}]", ids.join(", "))
}

/// `contents` with one Telemetry.
fn telemetry(name: &str) -> String {
    format!(r#""contents": [{{"@type": "Telemetry", "name": "{name}", "schema": "double"}}]"#)
}

#[test]
fn what_is_extended_in_many_ways_counts_once() {
    // 10 by 10 by 10 interfaces: 1,110 ways down from the top, and 210 values of extends.
    let layer = |layer: &'static str| (0..10).map(move |index| format!("{layer}{index}"));
    let mut texts: Vec<String> = vec![interface(3, "top", &extends(layer("a")))];
    texts.extend(layer("a").map(|name| interface(3, &name, &extends(layer("b")))));
    texts.extend(layer("b").map(|name| interface(3, &name, &extends(layer("c")))));
    texts.extend(layer("c").map(|name| interface(3, &name, "\"contents\": []")));
    assert_eq!(codes(&texts), []);
}

#[test]
fn more_than_1024_values_of_extends_are_too_many() {
    let all = |count: usize| {
        let names = move || (0..count).map(|index| format!("b{index}"));
        let mut texts = vec![interface(3, "top", &extends(names()))];
        texts.extend(names().map(|name| interface(3, &name, "\"contents\": []")));
        texts
    };
    assert_eq!(codes(&all(1024)), []);
    let errors = errors(&all(1025));
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].code, Code::ExcessiveCount);
    assert_eq!(errors[0].facts.observed, Some(1025));
    assert_eq!(errors[0].facts.limit, Some(1024));
}

#[test]
fn a_cycle_of_extends_is_told_once() {
    let texts = [
        interface(3, "a", r#""extends": "dtmi:x:b;1""#),
        interface(3, "b", r#""extends": "dtmi:x:c;1""#),
        interface(3, "c", r#""extends": "dtmi:x:a;1""#),
        interface(3, "d", r#""extends": "dtmi:x:a;1""#),
    ];
    assert_eq!(codes(&texts), [Code::RecursiveStructureNarrow]);
}

#[test]
fn a_chain_that_is_too_long_is_told_of_its_beginning() {
    let chain = |length: usize| -> Vec<String> {
        let next = |index: usize| match index + 1 < length {
            true => extends(std::iter::once(format!("i{}", index + 1))),
            false => "\"contents\": []".to_owned(),
        };
        (0..length)
            .map(|index| interface(3, &format!("i{index}"), &next(index)))
            .collect()
    };
    assert_eq!(codes(&chain(11)), []);
    let errors = errors(&chain(20));
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].code, Code::ExcessiveDepthNarrow);
    assert_eq!(errors[0].facts.primary_id.as_deref(), Some("dtmi:x:i0;1"));
    assert_eq!(
        errors[0].facts.secondary_id.as_deref(),
        Some("dtmi:x:i11;1")
    );
}

#[test]
fn a_name_that_is_inherited_twice_is_told_where_both_meet_first() {
    let texts = [
        interface(3, "base", &telemetry("t")),
        interface(
            3,
            "heir",
            &format!("{}, {}", r#""extends": "dtmi:x:base;1""#, telemetry("t")),
        ),
        interface(3, "last", r#""extends": "dtmi:x:heir;1""#),
    ];
    let errors = errors(&texts);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].code, Code::NonUniqueImportedPropertyValue);
    assert_eq!(errors[0].facts.primary_id.as_deref(), Some("dtmi:x:heir;1"));
    assert_eq!(
        errors[0].facts.secondary_id.as_deref(),
        Some("dtmi:x:base;1")
    );
}

#[test]
fn a_name_is_told_to_meet_the_one_of_the_interface_that_has_it_however_far() {
    let texts = [
        interface(3, "base", &telemetry("t")),
        interface(3, "middle", r#""extends": "dtmi:x:base;1""#),
        interface(
            3,
            "heir",
            &format!("{}, {}", r#""extends": "dtmi:x:middle;1""#, telemetry("t")),
        ),
        interface(3, "other", &telemetry("t")),
        interface(
            3,
            "both",
            r#""extends": ["dtmi:x:middle;1", "dtmi:x:other;1"]"#,
        ),
        interface(
            3,
            "last",
            r#""extends": ["dtmi:x:both;1", "dtmi:x:middle;1"]"#,
        ),
    ];
    let found: Vec<_> = errors(&texts)
        .into_iter()
        .map(|error| (error.code, error.facts.primary_id, error.facts.secondary_id))
        .collect();
    let told = |heir: &'static str, source: &'static str| {
        let code = Code::NonUniqueImportedPropertyValue;
        (code, Some(heir.into()), Some(source.into()))
    };
    let expected = [
        told("dtmi:x:heir;1", "dtmi:x:base;1"),
        told("dtmi:x:both;1", "dtmi:x:other;1"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_interface_that_is_extended_in_two_ways_brings_its_contents_once() {
    let texts = [
        interface(3, "base", &telemetry("t")),
        interface(3, "left", r#""extends": "dtmi:x:base;1""#),
        interface(3, "right", r#""extends": "dtmi:x:base;1""#),
        interface(
            3,
            "both",
            r#""extends": ["dtmi:x:left;1", "dtmi:x:right;1"]"#,
        ),
    ];
    assert_eq!(codes(&texts), []);
}

/// `schemas` with objects, each of which holds the next; the last holds what is given.
fn nest(count: usize, last: &str) -> String {
    let schema = |index: usize| match index + 1 < count {
        true => format!("dtmi:x:o{};1", index + 1),
        false => last.to_owned(),
    };
    let objects: Vec<String> = (0..count)
        .map(|index| {
            format!(
                r#"{{"@id": "dtmi:x:o{index};1", "@type": "Object", "fields": [{{"name": "f", "schema": "{}"}}]}}"#,
                schema(index)
            )
        })
        .collect();
    format!("\"schemas\": [{}]", objects.join(", "))
}

#[test]
fn version_4_allows_cycles_that_are_no_longer_than_it_may_be_deep() {
    assert_eq!(codes(&[interface(4, "a", &nest(8, "double"))]), []);
    assert_eq!(codes(&[interface(4, "a", &nest(8, "dtmi:x:o0;1"))]), []);
    assert_eq!(
        codes(&[interface(4, "a", &nest(9, "double"))]),
        [Code::ExcessiveDepthWide]
    );
    assert_eq!(
        codes(&[interface(4, "a", &nest(9, "dtmi:x:o0;1"))]),
        [Code::ExcessiveDepthWide]
    );
}

#[test]
fn version_3_allows_no_cycle_and_tells_it_once() {
    assert_eq!(
        codes(&[interface(3, "a", &nest(7, "dtmi:x:o0;1"))]),
        [Code::RecursiveStructureWide]
    );
}

#[test]
fn a_component_below_a_component_is_told_also_around_a_cycle() {
    let component = |target: &str| {
        format!(
            r#""contents": [{{"@type": "Component", "name": "c", "schema": "dtmi:x:{target};1"}}]"#
        )
    };
    let texts = [
        interface(4, "a", &component("b")),
        interface(4, "b", &component("c")),
        interface(4, "c", &telemetry("t")),
    ];
    let errors = errors(&texts);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].code, Code::ExcludedType);
    assert_eq!(
        errors[0].facts.secondary_id.as_deref(),
        Some("dtmi:x:b:_contents:__c;1")
    );
    let texts = [
        interface(4, "a", &component("b")),
        interface(4, "b", &component("a")),
    ];
    assert_eq!(codes(&texts), [Code::ExcludedType, Code::ExcludedType]);
}

#[test]
fn depth_costs_no_stack() {
    let texts = [interface(4, "a", &nest(9_000, "double"))];
    assert_eq!(codes(&texts), [Code::ExcessiveDepthWide]);
}

#[test]
fn ten_thousand_indexed_fields_are_compared_in_no_time() {
    let fields = |last: usize| -> String {
        let field = |index: usize| {
            let value = if index == 9_999 { last } else { index + 1 };
            format!(
                r#"{{"@type": ["Field", "Indexed"], "name": "f{index}", "schema": "double", "index": {value}}}"#
            )
        };
        let fields: Vec<String> = (0..10_000).map(field).collect();
        let fields = fields.join(", ");
        mqtt(&format!(
            r#"{{"@type": "Telemetry", "name": "t", "schema": {{"@type": "Object", "fields": [{fields}]}}}}"#
        ))
    };
    assert_eq!(codes(&[fields(10_000)]), []);
    let errors = errors(&[fields(1)]);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].code, Code::NonUniquePropertyValue);
    assert_eq!(errors[0].facts.value.as_deref(), Some("1"));
}

#[test]
fn an_enum_value_is_of_the_value_schema_of_its_own_enum() {
    let model = |schema: &str, value: &str| {
        interface(
            3,
            "a",
            &format!(
                r#""schemas": [{{"@id": "dtmi:x:e;1", "@type": "Enum", "valueSchema": "{schema}", "enumValues": [{{"name": "v", "enumValue": {value}}}]}}]"#
            ),
        )
    };
    assert_eq!(codes(&[model("integer", "1")]), []);
    assert_eq!(codes(&[model("string", "\"1\"")]), []);
    for (schema, value) in [
        ("integer", "\"1\""),
        ("integer", "1.5"),
        ("integer", "3000000000"),
        ("string", "1"),
        ("string", "true"),
    ] {
        assert_eq!(
            codes(&[model(schema, value)]),
            [Code::NonConformantDatatype],
            "{schema} {value}"
        );
    }
}

#[test]
fn equal_texts_and_numbers_differ_and_an_element_that_is_named_twice_is_one() {
    let texts = [interface(
        2,
        "a",
        r#""contents": [{"@id": "dtmi:x:t;1", "@type": "Telemetry", "name": "t", "schema": "double"}, "dtmi:x:t;1"]"#,
    )];
    assert_eq!(codes(&texts), []);
}

#[test]
fn what_could_not_be_read_and_what_is_missing_is_told_once() {
    let texts = [interface(
        3,
        "a",
        r#""extends": ["dtmi:x:missing;1", 5], "contents": [
            {"@type": "Telemetry", "name": "t", "schema": {"@type": "Enum", "valueSchema": "dtmi:x:none;1", "enumValues": [{"name": "v", "enumValue": {}}]}},
            {"@type": "Component", "name": "c", "schema": "dtmi:x:missing;1"}
        ]"#,
    )];
    let codes = codes(&texts);
    assert!(codes.contains(&Code::UnresolvedReference));
    assert!(!codes.contains(&Code::NonConformantDatatype));
    assert!(!codes.contains(&Code::IncorrectPropertyValue));
}

#[test]
fn siblings_are_found_among_what_is_inherited_and_told_once() {
    let text = |name: &str, members: &str| {
        format!(
            r#"{{"@context": ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:annotation;2"], "@id": "dtmi:x:{name};1", "@type": "Interface", {members}}}"#
        )
    };
    let texts = [
        text(
            "base",
            r#""contents": [{"@type": "Command", "name": "go"}]"#,
        ),
        text(
            "heir",
            r#""extends": "dtmi:x:base;1", "contents": [{"@type": ["Property", "ValueAnnotation"], "name": "note", "annotates": "go", "schema": "string"}]"#,
        ),
        text("last", r#""extends": "dtmi:x:heir;1""#),
    ];
    assert_eq!(codes(&texts), [Code::NotSiblingRequiredType]);
}

#[test]
fn of_several_siblings_with_a_type_that_only_one_may_have_each_but_one_is_told() {
    let model = mqtt(
        r#"{"@type": "Telemetry", "name": "t", "schema": {"@type": ["Object", "Error"], "fields": [
            {"@type": ["Field", "ErrorMessage"], "name": "c", "schema": "string"},
            {"@type": ["Field", "ErrorMessage"], "name": "a", "schema": "string"},
            {"@type": ["Field", "ErrorMessage"], "name": "b", "schema": "string"}
        ]}}"#,
    );
    let errors = errors(&[model]);
    let pairs: Vec<_> = errors
        .iter()
        .map(|error| {
            assert_eq!(error.code, Code::SiblingDuplicatesCotype);
            let name = |id: &Option<crate::diagnostics::Text>| {
                id.as_deref()
                    .and_then(|id| id.rsplit("__").next())
                    .map(str::to_owned)
            };
            (
                name(&error.facts.primary_id),
                name(&error.facts.secondary_id),
            )
        })
        .collect();
    let named = |one: &str, other: &str| (Some(format!("{one};1")), Some(format!("{other};1")));
    assert_eq!(pairs, [named("a", "b"), named("a", "c")]);
}
