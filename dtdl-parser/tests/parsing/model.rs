//! The views of a model.

use crate::{interface, model};
use dtdl_parser::model::{Content, EnumConst, EnumValueType, Primitive, Schema};

#[test]
fn contents_are_its_own_and_then_those_inherited_in_order_and_once() {
    let telemetry =
        |name: &str| format!(r#"{{"@type": "Telemetry", "name": "{name}", "schema": "double"}}"#);
    let text = |name: &str, own: &[&str], bases: &str| {
        let own: Vec<String> = own.iter().map(|name| telemetry(name)).collect();
        let own = own.join(",");
        interface(
            3,
            name,
            &format!(r#", "extends": [{bases}], "contents": [{own}]"#),
        )
    };
    let model = model(&[
        &text("d", &["z", "a"], r#""dtmi:test:b;1", "dtmi:test:c;1""#),
        &text("b", &["m"], r#""dtmi:test:base;1""#),
        &text("c", &["k"], r#""dtmi:test:base;1""#),
        &text("base", &["q"], ""),
    ]);
    let interface = |name| model.interface(name).expect("it is there");
    let derived = interface("dtmi:test:d;1");
    let names: Vec<&str> = derived.contents().map(Content::name).collect();
    assert_eq!(names, ["z", "a", "m", "q", "k"]);
    let own: Vec<&str> = derived.own_contents().map(Content::name).collect();
    assert_eq!(own, ["z", "a"]);
    let home = derived.content("q").and_then(Content::defined_in);
    assert_eq!(home.map(|home| home.id()), Some("dtmi:test:base;1"));
    let heirs = interface("dtmi:test:base;1").extended_by();
    let heirs: Vec<&str> = heirs.map(|heir| heir.id()).collect();
    assert_eq!(heirs, ["dtmi:test:b;1", "dtmi:test:c;1"]);
}

#[test]
fn a_schema_says_what_it_is() {
    let text = interface(
        3,
        "a",
        r#", "contents": [
            {"@type": "Property", "name": "mode", "writable": true, "schema": {"@type": "Enum", "valueSchema": "integer",
                "enumValues": [{"name": "on", "enumValue": 1}, {"name": "off", "enumValue": 0}]}},
            {"@type": "Property", "name": "places", "schema": {"@type": "Map",
                "mapKey": {"name": "place", "schema": "string"},
                "mapValue": {"name": "height", "schema": "dtmi:test:a:Heights;1"}}}],
        "schemas": [{"@id": "dtmi:test:a:Heights;1", "@type": "Array", "elementSchema": "double"}]"#,
    );
    let model = model(&[&text]);
    let interface = model.interface("dtmi:test:a;1").expect("it is there");
    let property = |name: &str| {
        let mut properties = interface.properties();
        properties
            .find(|it| it.name() == name)
            .expect("it is there")
    };
    let mode = property("mode");
    assert!(mode.writable() && !property("places").writable());
    let Schema::Enum(values) = mode.schema() else {
        panic!("it is an Enum");
    };
    assert_eq!(values.value_schema(), EnumValueType::Integer);
    let values: Vec<(&str, EnumConst<'_>)> =
        values.values().map(|it| (it.name(), it.value())).collect();
    assert_eq!(
        values,
        [("on", EnumConst::Int(1)), ("off", EnumConst::Int(0))]
    );
    let Schema::Map(places) = property("places").schema() else {
        panic!("it is a Map");
    };
    assert_eq!(
        (places.key_name(), places.value_name()),
        ("place", "height")
    );
    let Schema::Array(heights) = places.value_schema() else {
        panic!("it is the Array of `schemas`");
    };
    assert!(matches!(
        heights.element_schema(),
        Schema::Primitive(Primitive::Double, _)
    ));
    let reused: Vec<&str> = interface.schemas().map(|schema| schema.id()).collect();
    assert_eq!(reused, ["dtmi:test:a:Heights;1"]);
}

#[test]
fn semantic_types_bring_their_unit() {
    let text = r#"{"@context": ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:quantitativeTypes;1"],
        "@id": "dtmi:test:a;1", "@type": "Interface", "contents": [
            {"@type": ["Telemetry", "Temperature"], "name": "t", "schema": "double", "unit": "degreeCelsius",
                "displayName": {"en": "heat", "de": "Wärme"}}]}"#;
    let model = model(&[text]);
    let interface = model.interface("dtmi:test:a;1").expect("it is there");
    let telemetry = interface.content("t").expect("it is there").element();
    assert_eq!(telemetry.semantic_type(), Some("Temperature"));
    assert_eq!(telemetry.unit(), Some("degreeCelsius"));
    assert_eq!(telemetry.display_name("de"), Some("Wärme"));
    assert!(telemetry.has_co_type("Temperature"));
}

#[test]
fn standard_elements_are_there_when_they_are_referred_to() {
    let bare = model(&[&interface(3, "a", "")]);
    assert_eq!(bare.len(), 1);
    let text = interface(
        3,
        "a",
        r#", "contents": [{"@type": "Telemetry", "name": "t", "schema": "double"}]"#,
    );
    let model = model(&[&text]);
    let double = model.element("dtmi:dtdl:instance:Schema:double;2");
    assert!(double.is_some_and(|element| element.is_standard()));
    assert!(model.element("dtmi:dtdl:instance:Schema:float;2").is_none());
}

#[test]
fn a_model_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&model(&[&interface(3, "a", "")]));
}
