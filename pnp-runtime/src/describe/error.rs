//! Why an interface can't be described.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use core::fmt;

use super::Version;

/// A part of an interface that can't be written as DTDL, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeError {
    /// The way to the part from outside in: a DTMI, a content's name, a field's name.
    path: String,
    fault: String,
}

impl DescribeError {
    pub(super) fn new(fault: impl Into<String>) -> Self {
        Self {
            path: String::new(),
            fault: fault.into(),
        }
    }

    /// A schema that `version` doesn't have.
    pub(super) fn lacks(version: Version, what: &str) -> Self {
        Self::new(format!("DTDL {version} has no {what}"))
    }

    /// The same error, seen from one step further out.
    #[must_use]
    pub(super) fn at(mut self, step: &str) -> Self {
        self.path = if self.path.is_empty() {
            step.to_owned()
        } else {
            format!("{step}/{}", self.path)
        };
        self
    }

    /// The way to the part, its steps separated by `/`: the interface's DTMI, a content's name, and what
    /// is inside it.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for DescribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.fault)
    }
}

impl core::error::Error for DescribeError {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V2 => "v2",
            Self::V3 => "v3",
            Self::V4 => "v4",
        })
    }
}
