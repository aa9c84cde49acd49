//! The object model, as `pnp inspect` prints it, against expected elements.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::case::{Expect, ExpectedElement};

/// Compares a model, in the shape of the reference's JSON object model, with what the case expects.
pub(crate) fn check(model: &Map<String, Value>, expect: &Expect) -> Result<(), String> {
    if let Some(count) = expect.element_count
        && count != model.len()
    {
        let ids: Vec<&String> = model.keys().collect();
        return Err(format!(
            "  {count} elements expected, {} found: {ids:?}",
            model.len()
        ));
    }
    for expected in &expect.elements {
        let Some(actual) = model.get(&expected.id).and_then(Value::as_object) else {
            return Err(format!("  {} isn't in the model", expected.id));
        };
        element(actual, expected).map_err(|reason| format!("  {}: {reason}", expected.id))?;
    }
    Ok(())
}

/// Properties of standard elements that hold texts: ours are in our own words.
const WORDED: [&str; 2] = ["displayName", "description"];

fn is_standard(id: &str) -> bool {
    ["dtmi:dtdl:", "dtmi:standard:", "dtmi:iotcentral:"]
        .iter()
        .any(|prefix| id.starts_with(prefix))
}

fn element(actual: &Map<String, Value>, expected: &ExpectedElement) -> Result<(), String> {
    let kind = actual
        .get("EntityKind")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if kind != expected.kind {
        return Err(format!("it is a {kind} and not a {}", expected.kind));
    }
    for (name, wanted) in &expected.properties {
        if is_standard(&expected.id) && WORDED.contains(&name.as_str()) {
            continue;
        }
        // The common members are capitalised in the JSON object model.
        let mut capital = name.clone();
        capital[..1].make_ascii_uppercase();
        let value = actual.get(name).or_else(|| actual.get(&capital));
        let value = value.unwrap_or(&Value::Null);
        if !fits(value, wanted) {
            return Err(format!("{name} is {value} and not {wanted}"));
        }
    }
    let list = |texts: &Vec<String>| Value::from(texts.clone());
    let map = |values: &BTreeMap<String, Value>| Value::from_iter(values.clone());
    for (name, wanted) in [
        (
            "SupplementalTypes",
            expected.supplemental_types.as_ref().map(list),
        ),
        (
            "SupplementalProperties",
            expected.supplemental_properties.as_ref().map(map),
        ),
        (
            "UndefinedTypes",
            expected.undefined_types.as_ref().map(list),
        ),
        (
            "UndefinedProperties",
            expected.undefined_properties.as_ref().map(map),
        ),
    ] {
        let (Some(wanted), Some(value)) = (wanted, actual.get(name)) else {
            continue;
        };
        if !fits(value, &wanted) {
            return Err(format!("{name} is {value} and not {wanted}"));
        }
    }
    Ok(())
}

/// Arrays are equal in any order, numbers by value, and all else as it stands.
pub(crate) fn fits(actual: &Value, wanted: &Value) -> bool {
    match (actual, wanted) {
        (Value::Array(actual), Value::Array(wanted)) => {
            let mut left: Vec<&Value> = actual.iter().collect();
            actual.len() == wanted.len()
                && wanted.iter().all(|wanted| {
                    let found = left.iter().position(|actual| fits(actual, wanted));
                    found.map(|index| left.swap_remove(index)).is_some()
                })
        }
        (Value::Object(actual), Value::Object(wanted)) => {
            actual.len() == wanted.len()
                && wanted.iter().all(|(name, wanted)| {
                    actual.get(name).is_some_and(|actual| fits(actual, wanted))
                })
        }
        (Value::Number(actual), Value::Number(wanted)) => actual.as_f64() == wanted.as_f64(),
        (actual, wanted) => actual == wanted,
    }
}
