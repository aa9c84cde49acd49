//! JSON merge patch (RFC 7396), the language in which twins change.

use alloc::string::String;

use serde_json::{Map, Value};

use crate::schema::Encoder;

/// Applies `patch` to `target`.
pub(super) fn apply(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, change) in patch {
        match change {
            Value::Null => {
                target.remove(name);
            }
            Value::Object(change) => {
                let member = target.entry(name.as_str()).or_insert(Value::Null);
                if !member.is_object() {
                    *member = Value::Object(Map::new());
                }
                if let Value::Object(member) = member {
                    apply(member, change);
                }
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                target.insert(name.clone(), change.clone());
            }
        }
    }
}

/// Writes JSON text `new` as a patch that leaves exactly `new` where `old` was: members of objects
/// that `new` no longer has become `null`.
///
/// Without it a twin keeps the members of the old value beside the new ones.
pub(super) fn replace(old: Option<&Value>, new: &str, out: &mut String) {
    match (old, new.starts_with('{')) {
        (Some(Value::Object(old)), true) => match serde_json::from_str(new) {
            Ok(Value::Object(new)) => replace_object(old, &new, out),
            // Not an object after all: the hub will say so.
            _ => out.push_str(new),
        },
        _ => out.push_str(new),
    }
}

fn replace_object(old: &Map<String, Value>, new: &Map<String, Value>, out: &mut String) {
    let mut first = true;
    let mut name_of = |name: &str, out: &mut String| {
        if !core::mem::take(&mut first) {
            out.push(',');
        }
        Encoder::new(out).str(name);
        out.push(':');
    };
    out.push('{');
    for (name, value) in new {
        name_of(name, out);
        match (old.get(name), value) {
            (Some(Value::Object(old)), Value::Object(value)) => replace_object(old, value, out),
            _ => write_value(value, out),
        }
    }
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        name_of(name, out);
        out.push_str("null");
    }
    out.push('}');
}

fn write_value(value: &Value, out: &mut String) {
    use core::fmt::Write;
    // Writing to a String can't fail.
    let _ = write!(out, "{value}");
}

/// How deep objects and arrays nest in JSON text: 0 for a scalar.
pub(super) fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().expect("an object").clone()
    }

    #[test]
    fn a_patch_merges_objects_replaces_the_rest_and_removes_at_null() {
        // The rows of RFC 7396's appendix A that concern objects.
        for (target, patch, merged) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (
                json!({"a":{"b":"c"}}),
                json!({"a":{"b":"d","c":null}}),
                json!({"a":{"b":"d"}}),
            ),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (
                json!({}),
                json!({"a":{"bb":{"ccc":null}}}),
                json!({"a":{"bb":{}}}),
            ),
        ] {
            let mut result = object(target);
            apply(&mut result, &object(patch));
            assert_eq!(result, object(merged));
        }
    }

    #[test]
    fn a_replacement_applied_to_the_old_value_gives_the_new_one() {
        for (old, new) in [
            (json!(1), json!({"a":1})),
            (json!({"a":1,"b":2}), json!({"b":3})),
            (json!({"a":{"x":1,"y":2},"b":2}), json!({"a":{"y":3}})),
            (json!({"a":1}), json!([1])),
            (json!({"a":1}), json!({})),
        ] {
            let mut patch = String::from("{\"p\":");
            replace(Some(&old), &new.to_string(), &mut patch);
            patch.push('}');
            let mut twin = object(json!({ "p": old }));
            apply(&mut twin, &object(serde_json::from_str(&patch).unwrap()));
            assert_eq!(Value::Object(twin), json!({ "p": new }));
        }
    }

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert_eq!(depth("1"), 0);
        assert_eq!(depth(r#""{[\"{""#), 0);
        assert_eq!(depth(r#"{"a":[1,{"b":2}],"c":{}}"#), 3);
    }
}
