//! 1.5, "Limits": each at its bound and one beyond, in each section that it holds for.

use pnp_hub::engine::twin::limits::{
    MAX_DEPTH, MAX_DESIRED, MAX_INTEGER, MAX_KEY, MAX_REPORTED, MAX_STRING, MAX_TAGS, MIN_INTEGER,
    size,
};
use pnp_hub::{ErrorCode, Hub, HubError, IfMatch};
use serde_json::{Map, Value, json};

use crate::device::{connected, hub};

/// Writes the same members as tags, as desired properties by PATCH and PUT, and as reported properties,
/// each into a new twin, and gives the error codes, 0 for none.
fn codes(members: &Value) -> [u64; 4] {
    let tags = json!({ "tags": members });
    let desired = json!({ "properties": { "desired": members } });
    let (hub, identity, mut device) = connected();
    let code = |result: Result<Value, HubError>| match result {
        Ok(_) => 0,
        Err(error) => u64::from(error.code().number()),
    };
    let write = |body: &Value| hub.update_twin(&identity, body.clone(), IfMatch::Any);
    let by_tags = code(write(&tags));
    let by_patch = code(write(&desired));
    let by_put = code(hub.replace_twin(&identity, desired, IfMatch::Any));
    device.drain();
    let reported = device.report(members.to_string());
    let by_report = if reported.status == 204 {
        0
    } else {
        reported.code()
    };
    [by_tags, by_patch, by_put, by_report]
}

#[track_caller]
fn allowed(members: Value) {
    assert_eq!(codes(&members), [0; 4]);
}

#[track_caller]
fn refused(members: Value) {
    assert_eq!(codes(&members), [400_004; 4]);
}

fn one(key: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), value)]))
}

#[test]
fn a_key_has_at_most_1024_bytes_of_utf_8() {
    allowed(one(&"k".repeat(MAX_KEY), json!(1)));
    refused(one(&"k".repeat(MAX_KEY + 1), json!(1)));
    allowed(one(&"é".repeat(MAX_KEY / 2), json!(1)));
    refused(one(&("é".repeat(MAX_KEY / 2) + "k"), json!(1)));
    refused(one("a", one(&"k".repeat(MAX_KEY + 1), json!(1))));
}

#[test]
fn a_key_holds_no_dot_dollar_space_or_control_character() {
    for key in [
        "a.b", "a b", "a$b", "a\u{0}", "a\u{1f}", "\u{7f}", "\u{9f}", "",
    ] {
        refused(one(key, json!(1)));
        refused(one("a", one(key, json!(1))));
        refused(one("a", json!([one(key, json!(1))])));
    }
    for key in ["a_b", "__t", "ключ", "a*b", "a-b", "\u{a0}"] {
        allowed(one(key, json!(1)));
    }
}

#[test]
fn a_string_has_at_most_4096_bytes_of_utf_8() {
    allowed(json!({ "a": "x".repeat(MAX_STRING) }));
    refused(json!({ "a": "x".repeat(MAX_STRING + 1) }));
    allowed(json!({ "a": "é".repeat(MAX_STRING / 2) }));
    refused(json!({ "a": ["é".repeat(MAX_STRING / 2 + 1)] }));
}

#[test]
fn an_integer_lies_in_its_range_and_other_numbers_are_free() {
    allowed(json!({ "a": MIN_INTEGER, "b": MAX_INTEGER }));
    refused(json!({ "a": MIN_INTEGER - 1 }));
    refused(json!({ "a": MAX_INTEGER + 1 }));
    refused(json!({ "a": { "b": [u64::MAX] } }));
    allowed(json!({ "a": 1e300, "b": -0.5 }));
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!({ "property": "value" }), |inner, _| one("l", inner))
}

#[test]
fn objects_and_arrays_nest_at_most_ten_deep() {
    allowed(nested(MAX_DEPTH));
    refused(nested(MAX_DEPTH + 1));
    let array = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    allowed(one("a", array(MAX_DEPTH)));
    refused(one("a", array(MAX_DEPTH + 1)));
}

#[test]
fn every_json_type_may_stand_in_a_twin() {
    allowed(
        json!({ "a": true, "b": 1, "c": 1.5, "d": "x", "e": {}, "f": [], "g": [1, "x", [], {}] }),
    );
}

#[test]
fn size_counts_characters_without_control_characters_8_a_number_and_4_a_boolean() {
    let section = |value: Value| value.as_object().unwrap().clone();
    assert_eq!(size(&section(json!({}))), 0);
    assert_eq!(size(&section(json!({ "ab": "xyz" }))), 5);
    assert_eq!(size(&section(json!({ "ab": "x\n\u{9f}é" }))), 4);
    assert_eq!(size(&section(json!({ "a": 1, "b": 1.5, "c": true }))), 23);
    assert_eq!(size(&section(json!({ "a": { "b": [1, "xy"] } }))), 12);
    assert_eq!(
        size(&section(json!({ "$version": 1, "a": { "$metadata": 1 } }))),
        1
    );
}

/// Members that make a section of exactly this size.
fn sized(total: usize) -> Value {
    let mut members = Map::new();
    let mut left = total;
    while left > 0 {
        let key = format!("k{:03}", members.len());
        let value = left.saturating_sub(key.len()).min(4000);
        left -= key.len() + value;
        members.insert(key, json!("x".repeat(value)));
        // A remainder too small for a key goes to the last member instead.
        if (1..5).contains(&left) {
            members.insert(["y", "yy", "yyy", "yyyy"][left - 1].to_owned(), json!(""));
            left = 0;
        }
    }
    assert_eq!(size(&members), total);
    Value::Object(members)
}

#[test]
fn each_section_takes_its_size_and_not_one_more() {
    let (hub, identity, mut device) = connected();
    let tags = |size| json!({ "tags": sized(size) });
    let desired = |size| json!({ "properties": { "desired": sized(size) } });
    let too_large = |result: Result<Value, HubError>| {
        let error = result.unwrap_err();
        assert_eq!(error.code(), ErrorCode::MessageTooLarge);
        assert_eq!((error.code().number(), error.http_status()), (413_001, 413));
    };
    let bounds: [(&dyn Fn(usize) -> Value, usize); 2] =
        [(&tags, MAX_TAGS), (&desired, MAX_DESIRED)];
    for (body, bound) in bounds {
        too_large(hub.update_twin(&identity, body(bound + 1), IfMatch::Any));
        too_large(hub.replace_twin(&identity, body(bound + 1), IfMatch::Any));
        hub.replace_twin(&identity, body(bound), IfMatch::Any)
            .unwrap();
    }
    device.drain();
    let refused = device.report_json(sized(MAX_REPORTED + 1));
    assert_eq!((refused.status, refused.code()), (413, 413_001));
    assert_eq!(device.report_json(sized(MAX_REPORTED)).status, 204);
}

#[test]
fn what_counts_is_the_section_that_a_patch_would_leave() {
    let (hub, identity) = hub();
    let write =
        |hub: &Hub, tags: Value| hub.update_twin(&identity, json!({ "tags": tags }), IfMatch::Any);
    write(&hub, sized(MAX_TAGS)).unwrap();
    assert!(write(&hub, json!({ "z": true })).is_err());
    // Making room in the same patch is enough.
    write(&hub, json!({ "k000": null, "z": true })).unwrap();
}

#[test]
fn a_message_names_the_place_and_not_a_kilobyte_of_key() {
    let (hub, identity) = hub();
    let long = "k".repeat(MAX_KEY + 1);
    let patch = json!({ "properties": { "desired": { "a": { long: 1 } } } });
    let error = hub.update_twin(&identity, patch, IfMatch::Any).unwrap_err();
    assert!(
        error.message().contains("properties.desired.a.kkk"),
        "{error}"
    );
    assert!(error.message().len() < 200, "{error}");
}
