//! Why a value can't cross the wire, with the path to the place inside it.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use core::error::Error;
use core::fmt;

use super::Value;

/// Longest excerpt of a refused value that an error repeats, in characters: errors go into
/// acknowledgements, whose strings a twin limits to 4 KB.
const EXCERPT: usize = 64;

/// Why a value can't be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError {
    path: String,
    number: String,
}

/// Why JSON is not a value of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    path: String,
    fault: Fault,
}

/// Why text is not a value of a schema whose wire form is a string, such as a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    schema: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Fault {
    NotJson,
    Missing,
    WrongType {
        expected: &'static str,
        found: &'static str,
    },
    OutOfRange {
        schema: &'static str,
        found: String,
    },
    Malformed {
        schema: &'static str,
        found: String,
    },
    UnknownValue {
        found: String,
    },
}

impl EncodeError {
    /// A number that JSON has no form for: NaN or an infinity.
    pub(crate) fn not_finite(number: &dyn fmt::Display) -> Self {
        Self {
            path: String::new(),
            number: number.to_string(),
        }
    }

    /// The same error, seen from the object whose member `name` holds the value.
    #[must_use]
    pub fn at(mut self, name: &str) -> Self {
        self.path = member(name, &self.path);
        self
    }

    /// The same error, seen from the array whose item `index` holds the value.
    #[must_use]
    pub fn at_index(mut self, index: usize) -> Self {
        self.path = item(index, &self.path);
        self
    }

    /// Where the value is, such as `report.samples[3]`; empty for the outermost value.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl DecodeError {
    /// Text that is not JSON at all.
    pub fn not_json() -> Self {
        Fault::NotJson.into()
    }

    /// A member that the schema requires is absent.
    pub fn missing() -> Self {
        Fault::Missing.into()
    }

    /// JSON of another type; `expected` names the schema's type with its article, as in "a string".
    pub fn wrong_type(expected: &'static str, found: &Value) -> Self {
        Fault::WrongType {
            expected,
            found: type_of(found),
        }
        .into()
    }

    /// A number that the schema, such as `integer`, can't hold.
    pub fn out_of_range(schema: &'static str, found: &Value) -> Self {
        Fault::OutOfRange {
            schema,
            found: excerpt(&found.to_string()),
        }
        .into()
    }

    /// A string that is not in the lexical form of the schema, such as `dateTime`.
    pub fn malformed(schema: &'static str, found: &str) -> Self {
        Fault::Malformed {
            schema,
            found: excerpt(found),
        }
        .into()
    }

    /// An enum value that the model doesn't name.
    pub fn unknown_value(found: &str) -> Self {
        Fault::UnknownValue {
            found: excerpt(found),
        }
        .into()
    }

    /// The same error, seen from the object whose member `name` holds the value.
    #[must_use]
    pub fn at(mut self, name: &str) -> Self {
        self.path = member(name, &self.path);
        self
    }

    /// The same error, seen from the array whose item `index` holds the value.
    #[must_use]
    pub fn at_index(mut self, index: usize) -> Self {
        self.path = item(index, &self.path);
        self
    }

    /// Where the value is, such as `report.samples[3]`; empty for the outermost value.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl From<Fault> for DecodeError {
    fn from(fault: Fault) -> Self {
        Self {
            path: String::new(),
            fault,
        }
    }
}

impl ParseError {
    pub(crate) const fn new(schema: &'static str) -> Self {
        Self { schema }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_path(&self.path, f)?;
        write!(f, "JSON has no number {}", self.number)
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_path(&self.path, f)?;
        match &self.fault {
            Fault::NotJson => write!(f, "not JSON"),
            Fault::Missing => write!(f, "required, but absent"),
            Fault::WrongType { expected, found } => write!(f, "expected {expected}, found {found}"),
            Fault::OutOfRange { schema, found } => write!(f, "{found} is no value of {schema}"),
            Fault::Malformed { schema, found } => write!(f, "{found:?} is not a {schema}"),
            Fault::UnknownValue { found } => write!(f, "the model's enum has no value {found}"),
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}", self.schema)
    }
}

impl Error for EncodeError {}
impl Error for DecodeError {}
impl Error for ParseError {}

fn write_path(path: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if path.is_empty() {
        return Ok(());
    }
    write!(f, "{path}: ")
}

fn member(name: &str, inner: &str) -> String {
    match inner.as_bytes().first() {
        None => name.to_owned(),
        Some(b'[') => format!("{name}{inner}"),
        Some(_) => format!("{name}.{inner}"),
    }
}

fn item(index: usize, inner: &str) -> String {
    match inner.as_bytes().first() {
        None | Some(b'[') => format!("[{index}]{inner}"),
        Some(_) => format!("[{index}].{inner}"),
    }
}

fn excerpt(text: &str) -> String {
    let mut characters = text.chars();
    let mut short: String = characters.by_ref().take(EXCERPT).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
