//! Values that are no elements, as something to compare.

use crate::graph::{Strings, Value};
use std::fmt;

/// A single literal value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Literal<'g> {
    Bool(bool),
    Int(i64),
    /// A number that is no integer of 32 bits, as it is written.
    Number(&'g str),
    Text(&'g str),
}

impl<'g> Literal<'g> {
    /// The literal that a value is; nothing for several values, elements, and what could not be read.
    pub(crate) fn of(value: &Value, strings: &'g Strings) -> Option<Self> {
        match value {
            Value::Bool(truth) => Some(Self::Bool(*truth)),
            Value::Int(number) => Some(Self::Int(*number)),
            Value::Number(text) => Some(Self::Number(strings.get(*text))),
            Value::Text(text) => Some(Self::Text(strings.get(*text))),
            Value::Lang(_) | Value::Edges(_) | Value::Json(_) | Value::Broken => None,
        }
    }
}

impl fmt::Display for Literal<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(truth) => truth.fmt(out),
            Self::Int(number) => number.fmt(out),
            Self::Number(text) | Self::Text(text) => out.write_str(text),
        }
    }
}
