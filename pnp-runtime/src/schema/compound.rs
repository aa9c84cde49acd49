//! Array, Map, nullable and recursive schemas, and the reader that derived Objects use.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::describe::Description;

use super::{DecodeError, EncodeError, Encoder, Schema, Value};

/// The members of a JSON object, for decoders of Object schemas.
///
/// Members that the schema doesn't name are ignored: a newer model may have added them.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'v> {
    members: &'v serde_json::Map<String, Value>,
}

impl<'v> Fields<'v> {
    /// The members of `value`.
    ///
    /// # Errors
    /// JSON that is not an object.
    pub fn of(value: &'v Value) -> Result<Self, DecodeError> {
        let members = value
            .as_object()
            .ok_or_else(|| DecodeError::wrong_type("an object", value))?;
        Ok(Self { members })
    }

    /// A field that may be absent or `null`.
    ///
    /// # Errors
    /// A value that is present and not one of `T`.
    pub fn optional<T: Schema>(&self, name: &str) -> Result<Option<T>, DecodeError> {
        self.optional_with(name, T::decode)
    }

    /// A field that may be absent or `null`, read by `decode`.
    ///
    /// # Errors
    /// What `decode` returns, with its path from here.
    pub fn optional_with<T>(
        &self,
        name: &str,
        decode: fn(&Value) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => decode(value).map(Some).map_err(|error| error.at(name)),
        }
    }

    /// A field that must be present.
    ///
    /// # Errors
    /// A field that is absent, or not a value of `T`.
    pub fn required<T: Schema>(&self, name: &str) -> Result<T, DecodeError> {
        self.required_with(name, T::decode)
    }

    /// A field that must be present, read by `decode`.
    ///
    /// # Errors
    /// A field that is absent; what `decode` returns, with its path from here.
    pub fn required_with<T>(
        &self,
        name: &str,
        decode: fn(&Value) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let value = self
            .members
            .get(name)
            .ok_or_else(|| DecodeError::missing().at(name))?;
        decode(value).map_err(|error| error.at(name))
    }
}

impl<T: Schema> Schema for Vec<T> {
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        out.array(self)
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let Value::Array(items) = value else {
            return Err(DecodeError::wrong_type("an array", value));
        };
        items
            .iter()
            .enumerate()
            .map(|(index, item)| T::decode(item).map_err(|error| error.at_index(index)))
            .collect()
    }

    fn check_known(&self) -> Result<(), DecodeError> {
        self.iter()
            .enumerate()
            .try_for_each(|(index, item)| item.check_known().map_err(|error| error.at_index(index)))
    }

    fn describe() -> Description {
        Description::Array(T::describe)
    }
}

impl<T: Schema> Schema for BTreeMap<String, T> {
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        let mut object = out.object();
        for (key, value) in self {
            object.field(key, value)?;
        }
        object.end();
        Ok(())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        Fields::of(value)?
            .members
            .iter()
            .map(|(key, value)| match T::decode(value) {
                Ok(value) => Ok((key.clone(), value)),
                Err(error) => Err(error.at(key)),
            })
            .collect()
    }

    fn check_known(&self) -> Result<(), DecodeError> {
        self.iter()
            .try_for_each(|(key, value)| value.check_known().map_err(|error| error.at(key)))
    }

    fn describe() -> Description {
        Description::Map(T::describe)
    }
}

impl<T: Schema> Schema for Option<T> {
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        match self {
            Some(value) => value.encode(out),
            None => {
                out.null();
                Ok(())
            }
        }
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        if value.is_null() {
            return Ok(None);
        }
        T::decode(value).map(Some)
    }

    fn check_known(&self) -> Result<(), DecodeError> {
        self.as_ref().map_or(Ok(()), T::check_known)
    }

    fn describe() -> Description {
        Description::Nullable(T::describe)
    }
}

impl<T: Schema> Schema for Box<T> {
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        T::encode(self, out)
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        T::decode(value).map(Box::new)
    }

    fn check_known(&self) -> Result<(), DecodeError> {
        T::check_known(self)
    }

    fn describe() -> Description {
        T::describe()
    }
}
