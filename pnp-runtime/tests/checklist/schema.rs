use std::collections::BTreeMap;
use std::fmt::Debug;

use pnp_runtime::schema::{from_json, to_json};
use pnp_runtime::{Bytes, Date, DateTime, Decimal, Duration, Schema, Time, Uuid};

use crate::model::controller::Mode;

/// `value` is `json` on the wire, and comes back as it was.
fn both_ways<T: Schema + PartialEq + Debug>(value: T, json: &str) {
    assert_eq!(to_json(&value).unwrap(), json);
    assert_eq!(from_json::<T>(json.as_bytes()).unwrap(), value, "{json}");
}

fn reads_as<T: Schema>(json: &str, again: &str) {
    let value: T = from_json(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"));
    assert_eq!(to_json(&value).unwrap(), again);
}

fn refuses<T: Schema + Debug>(texts: &[&str]) {
    for json in texts {
        assert!(from_json::<T>(json.as_bytes()).is_err(), "{json}");
    }
}

#[test]
fn c10_numbers_that_json_lacks_are_errors_with_their_place() {
    let error = to_json(&vec![1.0, f64::NAN]).unwrap_err();
    assert_eq!(error.path(), "[1]");
    assert!(to_json(&f32::INFINITY).is_err());
    let map = BTreeMap::from([("a".to_owned(), vec![f64::NEG_INFINITY])]);
    assert_eq!(to_json(&map).unwrap_err().path(), "a[0]");
}

#[test]
fn c11_integers_keep_every_digit() {
    both_ways(i64::MIN, "-9223372036854775808");
    both_ways(i64::MAX, "9223372036854775807");
    both_ways(9_007_199_254_740_993_i64, "9007199254740993");
    both_ways(u64::MAX, "18446744073709551615");
    both_ways(i8::MIN, "-128");
    both_ways(u16::MAX, "65535");
}

#[test]
fn c11_c35_an_integer_out_of_range_or_with_a_fraction_is_none() {
    refuses::<i8>(&["128", "-129", "1.5", "\"1\"", "null", "true"]);
    refuses::<i32>(&["2147483648", "1e300"]);
    refuses::<i64>(&["9223372036854775808", "9007199254740993.0", "1e19"]);
    refuses::<u64>(&["-1", "18446744073709551616"]);
    reads_as::<i32>("21.0", "21");
    reads_as::<i64>("1e3", "1000");
    reads_as::<u8>("-0.0", "0");
}

#[test]
fn c13_doubles_and_singles_come_back_bit_by_bit() {
    for value in [0.1, 1.0 / 3.0, f64::MAX, f64::MIN_POSITIVE, 5e-324, -1e21] {
        let json = to_json(&value).unwrap();
        assert_eq!(
            from_json::<f64>(json.as_bytes()).unwrap().to_bits(),
            value.to_bits()
        );
    }
    both_ways(0.1_f32, "0.1");
    both_ways(21.0, "21.0");
    refuses::<f32>(&["1e39", "-1e300"]);
}

#[test]
fn c12_date_times_print_in_utc_and_keep_their_fraction() {
    reads_as::<DateTime>("\"2026-03-01T13:30:00+01:00\"", "\"2026-03-01T12:30:00Z\"");
    reads_as::<DateTime>(
        "\"2026-03-01t12:30:00.1234567z\"",
        "\"2026-03-01T12:30:00.1234567Z\"",
    );
    refuses::<DateTime>(&[
        "\"2026-03-01T12:30:00\"",
        "\"2026-03-01 12:30:00Z\"",
        "\"2026-03-01T12:30Z\"",
        "\"2026-03-01T12:30:00+01\"",
        "\"2026-03-01T12:30:00Z[UTC]\"",
        "\"2026-03-01T12:30:00.Z\"",
        "\"2026-02-30T12:30:00Z\"",
        "\"2026-03-01T25:30:00Z\"",
        "\"20260301T123000Z\"",
        "\"2026-03-01T12:30:00€\"",
        "\"\"",
        "1",
    ]);
}

#[test]
fn c12_dates_and_times_are_rfc_3339() {
    both_ways("2026-03-01".parse::<Date>().unwrap(), "\"2026-03-01\"");
    refuses::<Date>(&[
        "\"2026-3-1\"",
        "\"20260301\"",
        "\"2026-03-01T00:00:00Z\"",
        "\"2026-13-01\"",
    ]);
    for text in [
        "12:30:00",
        "12:30:00.5",
        "12:30:00Z",
        "23:59:59.000000001+05:30",
        "00:00:00-08:00",
    ] {
        both_ways(text.parse::<Time>().unwrap(), &format!("\"{text}\""));
    }
    reads_as::<Time>("\"12:30:00+00:00\"", "\"12:30:00Z\"");
    refuses::<Time>(&[
        "\"12:30\"",
        "\"24:00:00\"",
        "\"12:30:00.\"",
        "\"12:30:00+25:00\"",
        "\"T12:30:00\"",
    ]);
}

#[test]
fn c12_durations_come_back_unit_by_unit() {
    for text in [
        "P1Y2M",
        "PT0.5S",
        "PT90M",
        "P2W",
        "-P1D",
        "PT36H",
        "P1Y2M3DT4H5M6.007S",
        "PT0S",
    ] {
        both_ways(text.parse::<Duration>().unwrap(), &format!("\"{text}\""));
    }
    assert_ne!(
        "PT60M".parse::<Duration>().unwrap(),
        "PT1H".parse::<Duration>().unwrap()
    );
    refuses::<Duration>(&["\"\"", "\"P\"", "\"1 hour\"", "\"PT\"", "\"P1\"", "60"]);
}

#[test]
fn c14_strings_are_escaped() {
    both_ways(
        "a\"b\\c\n\r\t\u{0}\u{1b}\u{2028}\u{2029}é€😀/".to_owned(),
        "\"a\\\"b\\\\c\\n\\r\\t\\u0000\\u001b\\u2028\\u2029é€😀/\"",
    );
}

#[test]
fn c15_c17_an_enum_is_its_value_and_keeps_one_that_the_model_lacks() {
    both_ways(Mode::Eco, "1");
    both_ways(Mode::Boost, "5000000000");
    both_ways(Mode::Unknown(7), "7");
    assert!(Mode::Unknown(7).check_known().is_err());
    assert!(vec![Mode::Eco, Mode::Boost].check_known().is_ok());
    assert_eq!(
        vec![Mode::Eco, Mode::Unknown(7)]
            .check_known()
            .unwrap_err()
            .path(),
        "[1]"
    );
}

#[test]
fn c16_bytes_uuids_and_decimals_are_strings_of_one_form() {
    both_ways(Bytes(vec![0, 255, 62]), "\"AP8+\"");
    both_ways(Bytes(Vec::new()), "\"\"");
    refuses::<Bytes>(&["\"AP8\"", "\"AP8-\"", "\" AP8+\"", "[0,255]"]);
    let uuid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    both_ways(Uuid::parse_str(uuid).unwrap(), &format!("\"{uuid}\""));
    reads_as::<Uuid>(
        "\"F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6\"",
        &format!("\"{uuid}\""),
    );
    refuses::<Uuid>(&[
        "\"f81d4fae7dec11d0a76500a0c91e6bf6\"",
        "\"{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}\"",
        "\"\"",
    ]);
    for text in ["12345678901234567890.123456789", "-0.50", "7"] {
        both_ways(text.parse::<Decimal>().unwrap(), &format!("\"{text}\""));
    }
    refuses::<Decimal>(&["\"1e5\"", "\"\"", "\"-\"", "\".\"", "\"1.2.3\"", "1.5"]);
}

#[derive(Debug, PartialEq, pnp_runtime::Object)]
struct Tree {
    name: String,
    left: Option<Box<Tree>>,
    others: Option<Vec<Tree>>,
}

#[test]
fn c16_a_schema_that_contains_itself_comes_back() {
    let leaf = |name: &str| Tree {
        name: name.to_owned(),
        left: None,
        others: None,
    };
    let tree = Tree {
        left: Some(Box::new(leaf("b"))),
        others: Some(vec![leaf("c")]),
        ..leaf("a")
    };
    both_ways(
        tree,
        r#"{"name":"a","left":{"name":"b"},"others":[{"name":"c"}]}"#,
    );
}

#[test]
fn an_error_says_where() {
    let error = from_json::<Tree>(br#"{"name":"a","others":[{"name":"b"},{"left":1}]}"#);
    assert_eq!(
        error.unwrap_err().to_string(),
        "others[1].name: required, but absent"
    );
    let error = from_json::<Vec<i32>>(b"[1,\"x\"]").unwrap_err();
    assert_eq!(
        error.to_string(),
        "[1]: expected an integer, found a string"
    );
}
