//! Schemas of DTDL v4 whose wire form is a string: bytes, uuid, decimal.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub use uuid::Uuid;

use crate::describe::{Description, Version};

use super::primitive::text;
use super::{DecodeError, EncodeError, Encoder, ParseError, Schema, Value};

/// A value of `bytes`; on the wire a base64 string in the standard alphabet with padding.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub Vec<u8>);

/// A value of `decimal`; on the wire a string, which keeps every digit as it was written.
///
/// It is carried, not computed with: two spellings of one number (`1.5`, `1.50`) are two values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(String);

impl Decimal {
    /// The digits, as they go over the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Decimal {
    type Err = ParseError;

    /// Reads an optional sign, digits, and an optional fraction; no exponent.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if digits(whole) && digits(fraction) && whole.len() + fraction.len() > 0 {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseError::new("decimal"))
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Schema for Bytes {
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        out.str(&STANDARD.encode(&self.0));
        Ok(())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let text = text(value)?;
        STANDARD
            .decode(text)
            .map(Self)
            .map_err(|_| DecodeError::malformed("base64 string", text))
    }

    fn describe() -> Description {
        Description::Primitive("bytes", Version::V4)
    }
}

impl Schema for Decimal {
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        out.str(&self.0);
        Ok(())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let text = text(value)?;
        text.parse()
            .map_err(|_| DecodeError::malformed("decimal", text))
    }

    fn describe() -> Description {
        Description::Primitive("decimal", Version::V4)
    }
}

impl Schema for Uuid {
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        out.str(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        Ok(())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let text = text(value)?;
        // `uuid` also reads braces, URNs and undashed digits; the canonical form (RFC 9562 section 4)
        // is the only one of them with 36 characters.
        Uuid::try_parse(text)
            .ok()
            .filter(|_| text.len() == uuid::fmt::Hyphenated::LENGTH)
            .ok_or_else(|| DecodeError::malformed("uuid", text))
    }

    fn describe() -> Description {
        Description::Primitive("uuid", Version::V4)
    }
}
