//! Values of DTDL schemas: [`Schema`] turns a Rust value into its exact JSON wire form and back.

use alloc::string::String;

/// JSON as the runtime hands it to decoders.
pub use serde_json::Value;

/// A Rust type whose values are values of a DTDL schema.
///
/// Implemented here for the primitive schemas, `Vec<T>` (Array) and `BTreeMap<String, T>` (Map);
/// derived with `#[derive(pnp_runtime::Object)]` and `#[derive(pnp_runtime::Enum)]`.
pub trait Schema: Sized {
    /// Appends the value's JSON text to `out`.
    ///
    /// # Errors
    /// A value that JSON can't carry, such as `NaN` in a double.
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError>;

    /// Reads a value of this schema from JSON.
    ///
    /// # Errors
    /// JSON of another shape, or a value outside the schema's range; the error holds the path.
    fn decode(value: &Value) -> Result<Self, DecodeError>;
}

/// Where a [`Schema`] value writes its JSON text. (Methods: objects, arrays, strings, numbers.)
#[derive(Debug)]
pub struct Encoder<'o> {
    #[allow(dead_code)]
    out: &'o mut String,
}

/// Why a value can't be sent. (Holds a path; being written.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError {}

/// Why JSON is not a value of a schema. (Holds a path; being written.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {}
