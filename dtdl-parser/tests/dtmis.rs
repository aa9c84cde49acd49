//! The grammar of DTMIs against the conformance data's own cases.

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

use std::path::PathBuf;
use std::{env, fs};

use dtdl_parser::dtmi::Dtmi;
use serde_json::Value;

#[test]
fn every_dtmi_case_is_taken_apart_as_it_says() {
    let Some(folder) = env::var_os("DTDL_CONFORMANCE_DIR") else {
        assert!(env::var("CI").as_deref() != Ok("true"), "CI needs the data");
        println!("SKIPPED: set DTDL_CONFORMANCE_DIR to a folder with the folder `dtmis`");
        return;
    };
    let folder = PathBuf::from(folder).join("dtmis");
    let mut failures = Vec::new();
    let mut cases = 0;
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let text = fs::read_to_string(entry.path()).expect("a readable case");
        let case: Value =
            serde_json::from_str(text.trim_start_matches('\u{FEFF}')).expect("a case is JSON");
        cases += 1;
        if let Err(reason) = run(&case) {
            failures.push(format!("{}: {reason}", entry.path().display()));
        }
    }
    println!("dtmis: {}/{cases}", cases - failures.len());
    assert!(failures.is_empty(), "{failures:#?}");
}

fn run(case: &Value) -> Result<(), String> {
    let text = case["idText"].as_str().ok_or("no idText")?;
    let valid = case["valid"].as_bool().ok_or("no valid")?;
    let dtmi = match (Dtmi::parse(text), valid) {
        (Ok(dtmi), true) => dtmi,
        (Err(_), false) => return Ok(()),
        (Ok(_), false) => return Err(format!("{text} was accepted")),
        (Err(error), true) => return Err(format!("{text}: {error}")),
    };
    let Some(expected) = case.get("expect").and_then(Value::as_object) else {
        return Ok(());
    };
    for (name, expected) in expected {
        let actual = match name.as_str() {
            "MajorVersion" => Value::from(dtmi.major()),
            "MinorVersion" => Value::from(dtmi.minor()),
            "CompleteVersion" => {
                let expected = expected.as_f64().ok_or("no number")?;
                let near = (dtmi.complete_version() - expected).abs() < 1e-9;
                if near {
                    continue;
                }
                Value::from(dtmi.complete_version())
            }
            "Versionless" => Value::from(dtmi.versionless()),
            "Labels" => Value::from(dtmi.labels().collect::<Vec<_>>()),
            "IsReserved" => Value::from(dtmi.is_reserved()),
            "Fragment" => Value::from(dtmi.fragment()),
            other => return Err(format!("unknown expectation {other}")),
        };
        if actual != *expected {
            return Err(format!("{text}: {name} is {actual} and not {expected}"));
        }
    }
    Ok(())
}
