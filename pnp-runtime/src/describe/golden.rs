//! A test's line: the code's DTDL is what the checked-in file says.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use std::path::Path;

use serde_json::Value;

use super::{Version, dtdl_of};
use crate::Interface;

/// The variable that, where it is set, makes [`assert_dtdl`] write the file.
const BLESS: &str = "PNP_BLESS";

/// Asserts that the interface's DTDL is that of a file: a test that keeps code and model together.
///
/// The order of members and of contents, fields and enum values, layout, and whether a list of one is
/// written as a list make no difference; none of them has a meaning in DTDL. With `PNP_BLESS` set in
/// the environment, a file that differs (or isn't there) is written instead; a plain run never writes.
/// A relative path starts at the package's folder, as every path in a test does.
///
/// ```no_run
/// # use pnp_runtime::Interface;
/// # #[derive(Interface)]
/// # #[pnp(id = "dtmi:com:example:Thermostat;1")]
/// # struct Thermostat;
/// use pnp_runtime::describe::{Version, assert_dtdl};
///
/// assert_dtdl::<Thermostat>(Version::V3, "models/dtmi/com/example/thermostat-1.json");
/// ```
///
/// # Panics
/// Where they differ, with each difference; where the interface can't be described, or the file can't
/// be read or written.
#[track_caller]
#[allow(clippy::panic, reason = "an assertion: failing the test is its job")]
pub fn assert_dtdl<T: Interface>(version: Version, file: impl AsRef<Path>) {
    let bless = std::env::var_os(BLESS).is_some();
    let compared = dtdl_of::<T>(version)
        .map_err(|error| error.to_string())
        .and_then(|text| compare(&text, file.as_ref(), bless));
    if let Err(fault) = compared {
        panic!("{fault}");
    }
}

fn compare(text: &str, file: &Path, bless: bool) -> Result<(), String> {
    let name = file.display();
    let found = std::fs::read(file);
    let difference = match &found {
        Ok(bytes) => match serde_json::from_slice(bytes) {
            Ok(expected) => {
                let ours = serde_json::from_str(text).map_err(|error| error.to_string())?;
                differences(&expected, &ours)
            }
            Err(error) => vec![format!("  the file is no JSON: {error}")],
        },
        Err(error) => vec![format!("  the file can't be read: {error}")],
    };
    if difference.is_empty() {
        return Ok(());
    }
    if bless {
        return std::fs::write(file, text)
            .map_err(|error| format!("{name} can't be written: {error}"));
    }
    Err(format!(
        "{name} is not what the code says ({BLESS}=1 writes what it says):\n{}",
        difference.join("\n")
    ))
}

/// The differences, one a line, each with the way to it.
fn differences(file: &Value, code: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    differ("", &Normal::of(file), &Normal::of(code), &mut lines);
    lines
}

/// JSON without what has no meaning in DTDL.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Normal {
    /// A string, a number or another leaf, as text.
    Leaf(String),
    /// An object, or a list of objects by their names.
    Parts(BTreeMap<String, Normal>),
    /// A list of anything else, sorted.
    List(Vec<Normal>),
}

impl Normal {
    fn of(value: &Value) -> Self {
        match value {
            Value::Object(members) => Self::Parts(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), Self::of(value)))
                    .collect(),
            ),
            Value::Array(items) => Self::of_list(items),
            leaf @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                Self::Leaf(leaf.to_string())
            }
        }
    }

    fn of_list(items: &[Value]) -> Self {
        if let [only] = items
            && !only.is_object()
        {
            return Self::of(only);
        }
        let named: BTreeMap<String, Self> = items
            .iter()
            .filter_map(|item| Some((name_of(item)?.to_owned(), Self::of(item))))
            .collect();
        if named.len() == items.len() {
            return Self::Parts(named);
        }
        let mut items: Vec<Self> = items.iter().map(Self::of).collect();
        items.sort();
        Self::List(items)
    }

    fn text(&self) -> String {
        match self {
            Self::Leaf(text) => text.clone(),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::text).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Parts(parts) => {
                let parts = parts
                    .iter()
                    .map(|(name, part)| format!("{name}: {}", part.text()));
                format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// What tells an item of a list from the others: a content's name, a schema's id.
fn name_of(item: &Value) -> Option<&str> {
    item.get("name").or_else(|| item.get("@id"))?.as_str()
}

fn differ(path: &str, file: &Normal, code: &Normal, lines: &mut Vec<String>) {
    let (Normal::Parts(of_file), Normal::Parts(of_code)) = (file, code) else {
        if file != code {
            lines.push(format!(
                "  {path}: the file says {}, the code {}",
                file.text(),
                code.text()
            ));
        }
        return;
    };
    for (name, part) in of_file {
        let path = format!("{path}/{name}");
        match of_code.get(name) {
            Some(other) => differ(&path, part, other, lines),
            None => lines.push(format!("  {path}: only the file has it, {}", part.text())),
        }
    }
    for (name, part) in of_code {
        if !of_file.contains_key(name) {
            lines.push(format!(
                "  {path}/{name}: only the code has it, {}",
                part.text()
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{compare, differences};

    #[test]
    fn order_layout_and_lists_of_one_are_no_differences() {
        let file = json!({
            "@type": ["Interface"],
            "contents": [{ "name": "a", "@type": ["X", "Y"] }, { "name": "b" }],
        });
        let code = json!({
            "contents": [{ "name": "b" }, { "@type": ["Y", "X"], "name": "a" }],
            "@type": "Interface",
        });
        assert!(differences(&file, &code).is_empty());
    }

    #[test]
    fn each_difference_is_told_with_its_place() {
        let file = json!({ "contents": [{ "name": "a", "schema": "double" }, { "name": "b" }] });
        let code = json!({ "contents": [{ "name": "a", "schema": "float" }, { "name": "c" }] });
        assert_eq!(
            differences(&file, &code),
            [
                r#"  /contents/a/schema: the file says "double", the code "float""#,
                r#"  /contents/b: only the file has it, {name: "b"}"#,
                r#"  /contents/c: only the code has it, {name: "c"}"#,
            ]
        );
    }

    #[test]
    fn only_blessing_writes_and_only_a_file_that_differs() {
        let folder = std::env::temp_dir().join(format!("pnp-describe-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("model.json");
        assert!(compare("{}", &file, false).is_err() && !file.exists());
        assert_eq!(compare("{}\n", &file, true), Ok(()));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "{}\n");
        assert_eq!(compare("{ }", &file, true), Ok(()));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "{}\n");
        let told = compare(r#"{"a":1}"#, &file, false).unwrap_err();
        assert!(told.ends_with("\n  /a: only the code has it, 1"), "{told}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
