//! Values of DTDL schemas: [`Schema`] turns a Rust value into its exact JSON wire form and back.

mod calendar;
mod compound;
mod encoder;
mod error;
mod primitive;
mod text;

use alloc::string::String;

pub use calendar::{Date, DateTime, Duration, Time};
pub use compound::Fields;
pub use encoder::{Encoder, ObjectEncoder};
pub use error::{DecodeError, EncodeError, ParseError};
pub use text::{Bytes, Decimal, Uuid};

use crate::describe::Description;

/// JSON as the runtime hands it to decoders.
pub use serde_json::Value;

/// A Rust type whose values are values of a DTDL schema.
///
/// Implemented here for the primitive schemas, `Vec<T>` (Array), `BTreeMap<String, T>` (Map), `Box<T>`
/// (recursive schemas) and `Option<T>` (a nullable request or response);
/// derived with `#[derive(pnp_runtime::Object)]` and `#[derive(pnp_runtime::Enum)]`.
///
/// ```
/// use pnp_runtime::{Schema, schema::to_json};
///
/// let json = to_json(&vec![20.5, 21.0])?;
/// assert_eq!(json, "[20.5,21.0]");
/// let value = serde_json::from_str(&json)?;
/// assert_eq!(Vec::<f64>::decode(&value)?, [20.5, 21.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of a DTDL schema",
    note = "for a type of your own, derive `pnp_runtime::Object` or `pnp_runtime::Enum`"
)]
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

    /// Checks what decoding lets pass: an enum value that the model doesn't name.
    ///
    /// An open enum keeps such a value, so that reading and writing back loses nothing. What a back
    /// end *asks for* is another matter: a desired property or a command request that fails here is
    /// refused with 400. Object, Array and Map ask their parts.
    ///
    /// # Errors
    /// The first such value, with its path.
    fn check_known(&self) -> Result<(), DecodeError> {
        Ok(())
    }

    /// Which DTDL schema this is, for [`dtdl_of`](crate::describe::dtdl_of); nothing else asks.
    fn describe() -> Description {
        Description::Unstated
    }
}

/// The JSON text of a value.
///
/// # Errors
/// A value that JSON can't carry, such as `NaN` in a double.
pub fn to_json<T: Schema>(value: &T) -> Result<String, EncodeError> {
    let mut text = String::new();
    value.encode(&mut Encoder::new(&mut text))?;
    Ok(text)
}

/// Reads a value from JSON text.
///
/// # Errors
/// Text that is not JSON, or JSON that is not a value of the schema.
pub fn from_json<T: Schema>(text: &[u8]) -> Result<T, DecodeError> {
    T::decode(&json(text)?)
}

/// JSON text as a value.
///
/// # Errors
/// Text that is not JSON.
pub(crate) fn json(text: &[u8]) -> Result<Value, DecodeError> {
    serde_json::from_slice(text).map_err(|_| DecodeError::not_json())
}
