//! Derived Objects and Enums: exact JSON both ways.
#![cfg(feature = "derive")]

use std::collections::BTreeMap;

use pnp_runtime::schema::{from_json, to_json};
use pnp_runtime::{Enum, Object, Schema};

#[derive(Debug, Clone, PartialEq, Object)]
struct Report {
    #[pnp(name = "maxTemp")]
    max_temp: Option<f64>,
    #[pnp(name = "sampleCount")]
    count: i32,
    r#type: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Enum)]
#[pnp(values = "string")]
enum Direction {
    #[pnp(value = "up")]
    Up,
    #[pnp(value = "down \"quoted\"")]
    Down,
    #[pnp(unknown)]
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Enum)]
#[pnp(values = "integer")]
enum Code {
    #[pnp(value = -1)]
    Failed,
    #[pnp(value = 9_223_372_036_854_775_807)]
    Far,
    #[pnp(unknown)]
    Other(i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum Switch {
    #[pnp(value = 0)]
    Off,
    #[pnp(value = 1)]
    On,
}

#[derive(Debug, Clone, PartialEq, Object)]
struct Node<T> {
    value: T,
    children: Option<Vec<Node<T>>>,
    next: Option<Box<Node<T>>>,
}

#[derive(Debug, Clone, PartialEq, Object)]
struct Empty {}

fn decode_error<T: Schema + std::fmt::Debug>(json: &str) -> String {
    from_json::<T>(json.as_bytes()).map_or_else(|error| error.to_string(), |v| format!("{v:?}"))
}

#[test]
fn an_absent_option_is_left_out_and_a_present_one_is_written_in_declared_order() {
    let mut report = Report {
        max_temp: None,
        count: 3,
        r#type: None,
    };
    assert_eq!(to_json(&report).unwrap(), r#"{"sampleCount":3}"#);
    report.max_temp = Some(21.5);
    report.r#type = Some("daily".into());
    assert_eq!(
        to_json(&report).unwrap(),
        r#"{"maxTemp":21.5,"sampleCount":3,"type":"daily"}"#
    );
}

#[test]
fn null_and_absent_read_as_none_and_unknown_members_are_ignored() {
    let report: Report =
        from_json(br#"{"extra":[1],"maxTemp":null,"sampleCount":3.0,"type":"x"}"#).unwrap();
    assert_eq!(
        report,
        Report {
            max_temp: None,
            count: 3,
            r#type: Some("x".into())
        }
    );
}

#[test]
fn a_required_field_that_is_absent_is_an_error_that_names_it() {
    let error = from_json::<Vec<Report>>(br#"[{"sampleCount":1},{}]"#).unwrap_err();
    assert_eq!(error.path(), "[1].sampleCount");
    assert_eq!(
        decode_error::<Report>("[]"),
        "expected an object, found an array"
    );
    assert_eq!(
        decode_error::<Report>(r#"{"maxTemp":"hot","sampleCount":1}"#),
        "maxTemp: expected a number, found a string"
    );
}

#[test]
fn a_number_that_json_cannot_carry_is_refused_with_its_path() {
    let report = Report {
        max_temp: Some(f64::NAN),
        count: 0,
        r#type: None,
    };
    assert_eq!(to_json(&report).unwrap_err().path(), "maxTemp");
}

#[test]
fn string_enums_send_their_value_and_keep_unknown_ones() {
    assert_eq!(to_json(&Direction::Up).unwrap(), r#""up""#);
    assert_eq!(to_json(&Direction::Down).unwrap(), r#""down \"quoted\"""#);
    let other: Direction = from_json(br#""sideways""#).unwrap();
    assert_eq!(other, Direction::Other("sideways".into()));
    assert_eq!(to_json(&other).unwrap(), r#""sideways""#);
    assert_eq!(from_json::<Direction>(br#""up""#).unwrap(), Direction::Up);
    assert!(from_json::<Direction>(b"1").is_err());
}

#[test]
fn integer_enums_hold_all_of_i64() {
    assert_eq!(to_json(&Code::Failed).unwrap(), "-1");
    assert_eq!(to_json(&Code::Far).unwrap(), "9223372036854775807");
    assert_eq!(from_json::<Code>(b"-1").unwrap(), Code::Failed);
    assert_eq!(
        from_json::<Code>(b"9223372036854775807").unwrap(),
        Code::Far
    );
    assert_eq!(from_json::<Code>(b"7").unwrap(), Code::Other(7));
    assert_eq!(to_json(&Code::Other(7)).unwrap(), "7");
    assert!(from_json::<Code>(br#""1""#).is_err());
}

#[test]
fn a_closed_enum_refuses_what_it_does_not_name() {
    assert_eq!(from_json::<Switch>(b"1").unwrap(), Switch::On);
    assert_eq!(to_json(&Switch::Off).unwrap(), "0");
    assert_eq!(
        decode_error::<Switch>("2"),
        "the model's enum has no value 2"
    );
}

#[test]
fn unknown_values_are_found_wherever_they_are() {
    #[derive(Object)]
    struct Holder {
        #[pnp(name = "byName")]
        by_name: Option<BTreeMap<String, Direction>>,
        code: Code,
    }
    let holder: Holder = from_json(br#"{"byName":{"a":"x"},"code":-1}"#).unwrap();
    let error = holder.check_known().unwrap_err();
    assert_eq!(error.path(), "byName.a");
    let holder: Holder = from_json(br#"{"byName":{"a":"up"},"code":5}"#).unwrap();
    assert_eq!(holder.check_known().unwrap_err().path(), "code");
    let holder: Holder = from_json(br#"{"code":-1}"#).unwrap();
    assert!(holder.check_known().is_ok());
}

#[test]
fn generic_and_recursive_objects_round_trip() {
    let json = r#"{"value":1,"children":[{"value":2}],"next":{"value":3}}"#;
    let node: Node<i32> = from_json(json.as_bytes()).unwrap();
    assert_eq!(to_json(&node).unwrap(), json);
}

#[test]
fn an_object_without_fields_is_still_an_object() {
    assert_eq!(to_json(&Empty {}).unwrap(), "{}");
    assert!(from_json::<Empty>(br#"{"more":1}"#).is_ok());
    assert!(from_json::<Empty>(b"null").is_err());
}
