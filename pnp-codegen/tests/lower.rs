//! What a package holds of a model, from DTDL texts.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use dtdl_parser::source::NoResolver;
use dtdl_parser::{Options, Sources, parse};
use pnp_codegen::ir::{self, Package, Primitive, Schema, TypeKind};

/// The package of the first interface of a DTDL text.
fn package(root: &str, text: &str) -> Package {
    let mut sources = Sources::new();
    let file = sources.add("model.json", text);
    let parsed = parse(&mut sources, &[file], &NoResolver, &Options::default());
    assert_eq!(parsed.problems, []);
    ir::lower(&parsed.model.unwrap(), &sources, &[root]).unwrap()
}

/// Paths of the types of an interface.
fn paths(package: &Package, id: &str) -> Vec<String> {
    package
        .interface(id)
        .unwrap()
        .types
        .iter()
        .map(|named| named.path.join("."))
        .collect()
}

#[test]
fn a_type_is_called_by_the_path_to_it_and_a_reusable_one_by_its_own_name() {
    let package = package(
        "dtmi:x:Lift;1",
        r#"{
            "@context": "dtmi:dtdl:context;3", "@id": "dtmi:x:Lift;1", "@type": "Interface",
            "contents": [
                {"@type": "Telemetry", "name": "state", "schema": {
                    "@type": "Enum", "valueSchema": "integer", "enumValues": [
                        {"name": "up", "enumValue": 1}, {"name": "down", "enumValue": -1}]}},
                {"@type": "Property", "name": "calls", "schema": {
                    "@type": "Array", "elementSchema": {
                        "@type": "Map", "mapKey": {"name": "floor", "schema": "string"},
                        "mapValue": {"name": "who", "schema": {
                            "@type": "Object", "fields": [{"name": "at", "schema": "dateTime"}]}}}}},
                {"@type": "Command", "name": "go",
                    "request": {"name": "to", "schema": {
                        "@type": "Object", "fields": [{"name": "door", "schema": {
                            "@type": "Enum", "valueSchema": "string", "enumValues": [
                                {"name": "front", "enumValue": "F"}]}}]}},
                    "response": {"name": "trip", "schema": "dtmi:x:Lift:Trip;1"}}
            ],
            "schemas": [{"@id": "dtmi:x:Lift:Trip;1", "@type": "Object", "fields": [
                {"name": "floors", "schema": "integer"}]}]
        }"#,
    );
    assert_eq!(
        paths(&package, "dtmi:x:Lift;1"),
        [
            "state",
            "calls.item.value",
            "go.request",
            "go.request.door",
            "Trip"
        ]
    );
    let lift = &package.interfaces[0];
    assert!(lift.types[4].reusable);
    assert_eq!(
        lift.commands[0].response.as_ref().unwrap().schema,
        Schema::Named("dtmi:x:Lift:Trip;1".to_owned())
    );
    let TypeKind::IntegerEnum(values) = &lift.types[0].kind else {
        unreachable!("an enum of integers")
    };
    assert_eq!(
        values.iter().map(|it| it.value).collect::<Vec<_>>(),
        [1, -1]
    );
    assert!(
        matches!(&lift.properties[0].schema, Schema::Array(item) if matches!(**item, Schema::Map(_)))
    );
}

#[test]
fn inherited_contents_are_flat_and_come_once_through_a_diamond() {
    let package = package(
        "dtmi:x:Bottom;1",
        r#"[
            {"@context": "dtmi:dtdl:context;3", "@id": "dtmi:x:Top;1", "@type": "Interface", "contents": [
                {"@type": "Telemetry", "name": "mode", "schema": {"@type": "Enum", "valueSchema": "string",
                    "enumValues": [{"name": "on", "enumValue": "on"}]}}]},
            {"@context": "dtmi:dtdl:context;3", "@id": "dtmi:x:Left;1", "@type": "Interface",
                "extends": "dtmi:x:Top;1", "contents": [
                    {"@type": "Property", "name": "left", "schema": "long", "writable": true}]},
            {"@context": "dtmi:dtdl:context;3", "@id": "dtmi:x:Right;1", "@type": "Interface",
                "extends": "dtmi:x:Top;1"},
            {"@context": "dtmi:dtdl:context;3", "@id": "dtmi:x:Bottom;1", "@type": "Interface",
                "extends": ["dtmi:x:Left;1", "dtmi:x:Right;1"], "contents": [
                    {"@type": "Command", "name": "go"}]}
        ]"#,
    );
    let ids: Vec<&str> = package.interfaces.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "dtmi:x:Bottom;1",
            "dtmi:x:Left;1",
            "dtmi:x:Right;1",
            "dtmi:x:Top;1"
        ]
    );
    let bottom = &package.interfaces[0];
    assert_eq!(bottom.telemetries.len(), 1);
    assert_eq!(bottom.telemetries[0].member.declared_in, "dtmi:x:Top;1");
    assert!(bottom.properties[0].writable);
    assert_eq!(bottom.commands.len(), 1);
    assert_eq!(paths(&package, "dtmi:x:Top;1"), ["mode"]);
    assert!(bottom.reach.root && !bottom.reach.base);
    assert!(package.interfaces[3].reach.base && !package.interfaces[3].reach.component);
}

#[test]
fn unit_semantic_type_and_texts_come_along_defined_or_not() {
    let package = package(
        "dtmi:x:Meter;1",
        r#"{
            "@context": "dtmi:dtdl:context;2", "@id": "dtmi:x:Meter;1", "@type": "Interface",
            "displayName": {"ja": "メーター", "en": "Meter"}, "comment": "ours",
            "contents": [
                {"@type": ["Telemetry", "Temperature"], "name": "t", "schema": "double",
                    "unit": "degreeCelsius"},
                {"@type": ["Telemetry", "TurnRate"], "name": "turn", "schema": "double",
                    "unit": "mdps"}
            ]
        }"#,
    );
    let meter = &package.interfaces[0];
    assert_eq!(meter.docs.display_name.in_language("ja"), Some("メーター"));
    assert_eq!(meter.docs.comment.as_deref(), Some("ours"));
    let meaning = |index: usize| {
        let meaning = &meter.telemetries[index].meaning;
        (
            meaning.types.join(" "),
            meaning.unit.as_deref().unwrap_or_default(),
        )
    };
    assert_eq!(meaning(0), ("Temperature".to_owned(), "degreeCelsius"));
    assert_eq!(meaning(1), ("TurnRate".to_owned(), "mdps"));
    let place = meter.telemetries[1].member.place.as_ref().unwrap();
    assert_eq!(place.to_string(), "model.json:7:17");
}

#[test]
fn a_standard_object_is_a_type_of_no_interface() {
    let package = package(
        "dtmi:x:Car;1",
        r#"{
            "@context": "dtmi:dtdl:context;2", "@id": "dtmi:x:Car;1", "@type": "Interface",
            "contents": [{"@type": "Telemetry", "name": "place", "schema": "point"}]
        }"#,
    );
    assert!(package.interfaces[0].types.is_empty());
    let paths: Vec<String> = package
        .types
        .iter()
        .map(|named| named.path.join("."))
        .collect();
    assert_eq!(paths, ["point", "geospatialPointType"]);
    assert!(
        package
            .types
            .iter()
            .all(|named| named.reusable && named.place.is_none())
    );
}

#[test]
fn an_object_that_holds_itself_is_marked_where_it_does() {
    let package = package(
        "dtmi:x:Tree;1",
        r#"{
            "@context": "dtmi:dtdl:context;4", "@id": "dtmi:x:Tree;1", "@type": "Interface",
            "contents": [{"@type": "Telemetry", "name": "tree", "schema": "dtmi:x:Node;1"}],
            "schemas": [
                {"@id": "dtmi:x:Node;1", "@type": "Object", "fields": [
                    {"name": "leaf", "schema": "dtmi:x:Leaf;1"},
                    {"name": "next", "schema": "dtmi:x:Node;1"},
                    {"name": "all", "schema": {"@type": "Array", "elementSchema": "dtmi:x:Node;1"}}]},
                {"@id": "dtmi:x:Leaf;1", "@type": "Object", "fields": [
                    {"name": "size", "schema": "uuid"}]}
            ]
        }"#,
    );
    let TypeKind::Object(fields) = &package.interfaces[0].types[0].kind else {
        unreachable!("the node")
    };
    let recursive: Vec<bool> = fields.iter().map(|field| field.recursive).collect();
    assert_eq!(recursive, [false, true, false]);
    let TypeKind::Object(fields) = &package.interfaces[0].types[1].kind else {
        unreachable!("the leaf")
    };
    assert_eq!(fields[0].schema, Schema::Primitive(Primitive::Uuid));
}

#[test]
fn a_root_that_the_model_lacks_is_named() {
    let mut sources = Sources::new();
    let text = r#"{"@context": "dtmi:dtdl:context;3", "@id": "dtmi:x:A;1", "@type": "Interface"}"#;
    let file = sources.add("model.json", text);
    let model = parse(&mut sources, &[file], &NoResolver, &Options::default())
        .model
        .unwrap();
    let error = ir::lower(&model, &sources, &["dtmi:x:B;1"]).unwrap_err();
    assert_eq!(error.to_string(), "the model has no interface dtmi:x:B;1");
}
