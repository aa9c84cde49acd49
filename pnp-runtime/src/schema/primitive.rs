//! The primitive schemas that are Rust primitives.
//!
//! JSON has one kind of number, so `21` is a double and `21.0` is an integer (checklist 35). Integers
//! never pass through a double on their way: all of `long` and `unsignedLong` survive (checklist 11).

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::describe::{Description, Version};

use super::{DecodeError, EncodeError, Encoder, Schema, Value};

/// 2^53: below it a double tells neighbouring integers apart. An integer written with a fraction or an
/// exponent may have lost its last digits from here on, so it is refused, not guessed.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Schema for bool {
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        out.bool(*self);
        Ok(())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        value
            .as_bool()
            .ok_or_else(|| DecodeError::wrong_type("a boolean", value))
    }

    fn describe() -> Description {
        Description::Primitive("boolean", Version::V2)
    }
}

impl Schema for String {
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        out.str(self);
        Ok(())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        text(value).map(ToOwned::to_owned)
    }

    fn describe() -> Description {
        Description::Primitive("string", Version::V2)
    }
}

impl Schema for f64 {
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        out.f64(*self)
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        value
            .as_f64()
            .ok_or_else(|| DecodeError::wrong_type("a number", value))
    }

    fn describe() -> Description {
        Description::Primitive("double", Version::V2)
    }
}

impl Schema for f32 {
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        out.f32(*self)
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        // `as` rounds to the nearest single, which is what a value written in decimal means.
        let single = f64::decode(value)? as f32;
        if single.is_finite() {
            Ok(single)
        } else {
            Err(DecodeError::out_of_range("float", value))
        }
    }

    fn describe() -> Description {
        Description::Primitive("float", Version::V2)
    }
}

/// The integer schemas: Rust type, DTDL term, the first version that has it, encoder method.
macro_rules! integers {
    ($($type:ty, $schema:literal, $since:ident, $write:ident;)*) => {$(
        impl Schema for $type {
            fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
                out.$write((*self).into());
                Ok(())
            }

            fn decode(value: &Value) -> Result<Self, DecodeError> {
                integer(value)?
                    .and_then(|integer| integer.try_into().ok())
                    .ok_or_else(|| DecodeError::out_of_range($schema, value))
            }

            fn describe() -> Description {
                Description::Primitive($schema, Version::$since)
            }
        }
    )*};
}

integers! {
    i8, "byte", V4, i64;
    i16, "short", V4, i64;
    i32, "integer", V2, i64;
    i64, "long", V2, i64;
    u8, "unsignedByte", V4, u64;
    u16, "unsignedShort", V4, u64;
    u32, "unsignedInteger", V4, u64;
    u64, "unsignedLong", V4, u64;
}

/// The string in `value`.
pub(super) fn text(value: &Value) -> Result<&str, DecodeError> {
    value
        .as_str()
        .ok_or_else(|| DecodeError::wrong_type("a string", value))
}

/// The integer in `value`, `None` where the number has a fraction or lost its last digits.
fn integer(value: &Value) -> Result<Option<i128>, DecodeError> {
    let Value::Number(number) = value else {
        return Err(DecodeError::wrong_type("an integer", value));
    };
    if let Some(integer) = number.as_i64() {
        return Ok(Some(integer.into()));
    }
    if let Some(integer) = number.as_u64() {
        return Ok(Some(integer.into()));
    }
    Ok(number.as_f64().and_then(|double| {
        let integer = double as i64;
        (double.abs() < EXACT && integer as f64 == double).then_some(integer.into())
    }))
}
