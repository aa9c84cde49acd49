//! What a twin may hold (`iot-hub` 1.5, "Limits"): keys, values, depth and sizes.

use serde_json::{Map, Value};

use crate::engine::error::{ErrorCode, HubError};

/// Longest key, in bytes of UTF-8.
pub const MAX_KEY: usize = 1024;
/// Longest string value, in bytes of UTF-8.
pub const MAX_STRING: usize = 4096;
/// Smallest integer.
pub const MIN_INTEGER: i64 = -4_503_599_627_370_496;
/// Largest integer.
pub const MAX_INTEGER: i64 = 4_503_599_627_370_495;
/// Deepest nesting of objects below a section. Arrays count as objects do; that is our reading, the
/// documents speak of objects only.
pub const MAX_DEPTH: usize = 10;
/// Largest `tags`, by [`size`].
pub const MAX_TAGS: usize = 8 * 1024;
/// Largest `properties.desired`, by [`size`].
pub const MAX_DESIRED: usize = 32 * 1024;
/// Largest `properties.reported`, by [`size`].
pub const MAX_REPORTED: usize = 32 * 1024;

/// What a number adds to a section's size.
const NUMBER_SIZE: usize = 8;
/// What a boolean adds to a section's size.
const BOOLEAN_SIZE: usize = 4;

/// Whether a key belongs to the hub (`$version`, `$metadata`): such keys are skipped in what is written.
pub(crate) fn is_reserved(key: &str) -> bool {
    key.starts_with('$')
}

/// The size of a section as IoT Hub counts it: keys and strings by their characters without control
/// characters, 8 for a number, 4 for a boolean, nothing for the hub's own `$` members.
#[must_use]
pub fn size(section: &Map<String, Value>) -> usize {
    section
        .iter()
        .filter(|(key, _)| !is_reserved(key))
        .map(|(key, value)| text_size(key) + value_size(value))
        .sum()
}

fn value_size(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Bool(_) => BOOLEAN_SIZE,
        Value::Number(_) => NUMBER_SIZE,
        Value::String(text) => text_size(text),
        Value::Array(items) => items.iter().map(value_size).sum(),
        Value::Object(members) => size(members),
    }
}

fn text_size(text: &str) -> usize {
    text.chars().filter(|c| !c.is_control()).count()
}

/// Refuses a section, or a merge patch of one, that holds what a twin can't.
///
/// `section` names it in the message. The walk stops below [`MAX_DEPTH`], so no input is too deep for it.
pub(crate) fn check(section: &str, values: &Map<String, Value>) -> Result<(), HubError> {
    let mut path = vec![section.to_owned()];
    check_members(values, 0, &mut path)
}

/// Refuses a section that has grown beyond its bound.
pub(crate) fn check_size(
    section: &str,
    values: &Map<String, Value>,
    max: usize,
) -> Result<(), HubError> {
    let size = size(values);
    if size <= max {
        return Ok(());
    }
    Err(HubError::new(
        ErrorCode::MessageTooLarge,
        format!("{section} would have a size of {size}; at most {max} is allowed"),
    ))
}

fn check_members(
    members: &Map<String, Value>,
    depth: usize,
    path: &mut Vec<String>,
) -> Result<(), HubError> {
    for (key, value) in members.iter().filter(|(key, _)| !is_reserved(key)) {
        path.push(shortened(key));
        check_key(key, path)?;
        check_value(value, depth, path)?;
        path.pop();
    }
    Ok(())
}

fn check_key(key: &str, path: &[String]) -> Result<(), HubError> {
    let why = if key.is_empty() {
        "is empty".to_owned()
    } else if key.len() > MAX_KEY {
        format!("has {} bytes; at most {MAX_KEY} are allowed", key.len())
    } else if let Some(c) = key
        .chars()
        .find(|c| c.is_control() || matches!(c, '.' | '$' | ' '))
    {
        format!("holds {c:?}, which a key can't")
    } else {
        return Ok(());
    };
    Err(HubError::invalid(format!("the key {} {why}", shown(path))))
}

fn check_value(value: &Value, depth: usize, path: &mut Vec<String>) -> Result<(), HubError> {
    let why = match value {
        Value::Null | Value::Bool(_) => return Ok(()),
        Value::Number(number) => {
            // A number beyond i64 is too large in any case; one with a fraction or an exponent has no bound.
            let out_of_range = match number.as_i64() {
                Some(integer) => !(MIN_INTEGER..=MAX_INTEGER).contains(&integer),
                None => number.is_u64(),
            };
            if !out_of_range {
                return Ok(());
            }
            format!("is {number}; integers lie between {MIN_INTEGER} and {MAX_INTEGER}")
        }
        Value::String(text) if text.len() > MAX_STRING => {
            format!(
                "is a string of {} bytes; at most {MAX_STRING} are allowed",
                text.len()
            )
        }
        Value::String(_) => return Ok(()),
        Value::Array(_) | Value::Object(_) if depth >= MAX_DEPTH => {
            format!("lies deeper than {MAX_DEPTH} levels")
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                check_value(item, depth + 1, path)?;
                path.pop();
            }
            return Ok(());
        }
        Value::Object(members) => return check_members(members, depth + 1, path),
    };
    Err(HubError::invalid(format!("{} {why}", shown(path))))
}

/// A key as a message shows it: a key of a kilobyte would bury the rest.
fn shortened(key: &str) -> String {
    const SHOWN: usize = 64;
    match key.char_indices().nth(SHOWN) {
        None => key.to_owned(),
        Some((end, _)) => format!("{}…", key.get(..end).unwrap_or_default()),
    }
}

fn shown(path: &[String]) -> String {
    path.join(".")
}
