//! What declarations say of themselves, as constant tables. The derives write them; a hand-written
//! `impl Schema` may too.

use crate::interface::Interface;

use super::Version;

/// The schema of a value, as [`Schema::describe`](crate::Schema::describe) gives it.
///
/// A type of one's own that is sent as another says so:
///
/// ```
/// use pnp_runtime::describe::Description;
/// use pnp_runtime::schema::Value;
/// use pnp_runtime::{DecodeError, EncodeError, Encoder, Schema};
///
/// struct Celsius(f64);
///
/// impl Schema for Celsius {
///     fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
///         self.0.encode(out)
///     }
///     fn decode(value: &Value) -> Result<Self, DecodeError> {
///         f64::decode(value).map(Self)
///     }
///     fn describe() -> Description {
///         f64::describe()
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Description {
    /// A hand-written impl that doesn't say.
    Unstated,
    /// No value: what a command without a response gives.
    Nothing,
    /// A primitive schema: its term, and the first version of DTDL that has it.
    Primitive(&'static str, Version),
    /// An Array: the schema of its elements.
    Array(fn() -> Description),
    /// A Map from strings: the schema of its values.
    Map(fn() -> Description),
    /// A value that may be `null`; DTDL knows it for requests and responses.
    Nullable(fn() -> Description),
    /// An Object.
    Object(&'static ObjectDescription),
    /// An Enum.
    Enum(&'static EnumDescription),
}

/// What people read about a part of the model.
#[derive(Debug, Clone, Copy, Default)]
pub struct Words {
    /// The lines of the documentation comment, as `#[doc]` holds them.
    pub docs: &'static [&'static str],
    /// Overrides what the documentation gives; empty for none.
    pub display_name: Option<&'static str>,
    /// Overrides what the documentation gives; empty for none.
    pub description: Option<&'static str>,
    /// DTDL's `comment`.
    pub comment: Option<&'static str>,
}

/// A Telemetry, a Property, or a Field of an Object.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// What people read.
    pub words: Words,
    /// The semantic type and the unit.
    pub quantity: Option<(&'static str, &'static str)>,
    /// Whether an Object always has this field.
    pub required: bool,
    /// Its values.
    pub schema: fn() -> Description,
}

/// What a handler trait answers, components aside.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Content {
    /// A writable property.
    Property(Member),
    /// A command.
    Command {
        /// Its name on the wire.
        name: &'static str,
        /// What people read.
        words: Words,
        /// What it takes.
        request: Option<Payload>,
        /// What it gives; [`Description::Nothing`] where it has no response.
        response: Payload,
    },
}

/// A command's request or response.
#[derive(Debug, Clone, Copy)]
pub struct Payload {
    /// Its name in the model; it doesn't travel.
    pub name: &'static str,
    /// What people read.
    pub words: Words,
    /// The semantic type and the unit.
    pub quantity: Option<(&'static str, &'static str)>,
    /// Its values.
    pub schema: fn() -> Description,
}

/// An Object schema.
#[derive(Debug, Clone, Copy)]
pub struct ObjectDescription {
    /// The DTMI of a schema that its interface defines by name; required of one that holds itself.
    pub id: Option<&'static str>,
    /// What people read.
    pub words: Words,
    /// Its fields, in the order of the struct.
    pub fields: &'static [Member],
}

/// An Enum schema.
#[derive(Debug, Clone, Copy)]
pub struct EnumDescription {
    /// The DTMI of a schema that its interface defines by name.
    pub id: Option<&'static str>,
    /// What people read.
    pub words: Words,
    /// Its values.
    pub values: EnumValues,
}

/// The values of an Enum, all of one kind, in the order of the variants.
#[derive(Debug, Clone, Copy)]
pub enum EnumValues {
    /// Strings.
    String(&'static [EnumValue<&'static str>]),
    /// Integers.
    Integer(&'static [EnumValue<i64>]),
}

/// One value of an Enum.
#[derive(Debug, Clone, Copy)]
pub struct EnumValue<V> {
    /// Its name in the model; it doesn't travel.
    pub name: &'static str,
    /// What people read.
    pub words: Words,
    /// What travels.
    pub value: V,
}

/// What an interface's declarations say; [`Interface::describe`] gives it.
#[derive(Debug, Clone, Copy)]
pub struct InterfaceDescription {
    /// What people read.
    pub words: Words,
    /// The interfaces that it extends.
    pub extends: &'static [InterfaceRef],
    /// Its telemetry, by the struct that the declaration names.
    pub telemetry: Option<fn() -> Option<&'static [Member]>>,
    /// Its read-only properties, by the struct that the declaration names.
    pub properties: Option<fn() -> Option<&'static [Member]>>,
    /// Its writable properties and commands, by the trait that the declaration names.
    pub handler: Option<fn() -> Option<&'static [Content]>>,
    /// Its components, in the order of the struct.
    pub components: &'static [Component],
}

/// A component.
#[derive(Debug, Clone, Copy)]
pub struct Component {
    /// Its name on the wire.
    pub name: &'static str,
    /// What people read.
    pub words: Words,
    /// Its interface.
    pub interface: InterfaceRef,
}

/// An interface, told by its type.
#[derive(Debug, Clone, Copy)]
pub struct InterfaceRef {
    pub(super) id: &'static str,
    pub(super) describe: fn() -> Option<&'static InterfaceDescription>,
}

impl InterfaceRef {
    /// The interface that the type is.
    pub const fn of<I: Interface>() -> Self {
        Self {
            id: I::ID,
            describe: I::describe,
        }
    }
}
