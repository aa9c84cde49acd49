//! Schemas: primitive, Array, Enum, Map, Object.

use super::Element;
use super::element::view;
use crate::graph::Value;
use crate::metamodel::names::{class, prop};
use crate::metamodel::{ClassId, PropId};

/// A primitive schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Primitive {
    /// `true` or `false`.
    Boolean,
    /// An integer of 8 bits (DTDL v4).
    Byte,
    /// Bytes, base64 on the wire (DTDL v4).
    Bytes,
    /// A date, RFC 3339 `full-date`.
    Date,
    /// A moment, RFC 3339 `date-time`.
    DateTime,
    /// A decimal number of any precision, a string on the wire (DTDL v4).
    Decimal,
    /// A number, IEEE 754 with 64 bits.
    Double,
    /// A duration, ISO 8601.
    Duration,
    /// A number, IEEE 754 with 32 bits.
    Float,
    /// An integer of 32 bits.
    Integer,
    /// An integer of 64 bits.
    Long,
    /// An integer of 16 bits (DTDL v4).
    Short,
    /// A text.
    String,
    /// A time of day, RFC 3339 `full-time`.
    Time,
    /// An unsigned integer of 8 bits (DTDL v4).
    UnsignedByte,
    /// An unsigned integer of 32 bits (DTDL v4).
    UnsignedInteger,
    /// An unsigned integer of 64 bits (DTDL v4).
    UnsignedLong,
    /// An unsigned integer of 16 bits (DTDL v4).
    UnsignedShort,
    /// A UUID (DTDL v4).
    Uuid,
}

/// Which view each primitive class gets.
const PRIMITIVES: &[(ClassId, Primitive)] = &[
    (class::BOOLEAN, Primitive::Boolean),
    (class::BYTE, Primitive::Byte),
    (class::BYTES, Primitive::Bytes),
    (class::DATE, Primitive::Date),
    (class::DATE_TIME, Primitive::DateTime),
    (class::DECIMAL, Primitive::Decimal),
    (class::DOUBLE, Primitive::Double),
    (class::DURATION, Primitive::Duration),
    (class::FLOAT, Primitive::Float),
    (class::INTEGER, Primitive::Integer),
    (class::LONG, Primitive::Long),
    (class::SHORT, Primitive::Short),
    (class::STRING, Primitive::String),
    (class::TIME, Primitive::Time),
    (class::UNSIGNED_BYTE, Primitive::UnsignedByte),
    (class::UNSIGNED_INTEGER, Primitive::UnsignedInteger),
    (class::UNSIGNED_LONG, Primitive::UnsignedLong),
    (class::UNSIGNED_SHORT, Primitive::UnsignedShort),
    (class::UUID, Primitive::Uuid),
];

/// A schema of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema<'m> {
    /// A primitive schema, with its standard element.
    Primitive(Primitive, Element<'m>),
    /// A list of values of one schema.
    Array(Array<'m>),
    /// One of a set of named values.
    Enum(Enum<'m>),
    /// Values of one schema by key.
    Map(Map<'m>),
    /// A structure with named fields.
    Object(Object<'m>),
}

impl<'m> Schema<'m> {
    pub(super) fn of(element: Element<'m>) -> Option<Self> {
        let id = element.class_id();
        Some(match id {
            class::ARRAY => Self::Array(Array(element)),
            class::ENUM => Self::Enum(Enum(element)),
            class::MAP => Self::Map(Map(element)),
            class::OBJECT => Self::Object(Object(element)),
            _ => {
                let (_, primitive) = PRIMITIVES.iter().find(|(known, _)| *known == id)?;
                Self::Primitive(*primitive, element)
            }
        })
    }

    /// The schema that a property of an element holds.
    pub(super) fn below(element: Element<'m>, prop: PropId) -> Self {
        let found = element.one(prop).and_then(Self::of);
        // Every schema property is required and its class is checked before a model exists.
        found.unwrap_or(Self::Primitive(Primitive::String, element))
    }

    /// The element behind the view.
    pub fn element(self) -> Element<'m> {
        match self {
            Self::Primitive(_, element) => element,
            Self::Array(it) => it.0,
            Self::Enum(it) => it.0,
            Self::Map(it) => it.0,
            Self::Object(it) => it.0,
        }
    }

    /// The identifier, written, generated or standard.
    pub fn id(self) -> &'m str {
        self.element().id()
    }
}

view! {
    /// A list of values of one schema.
    Array
}

impl<'m> Array<'m> {
    /// The schema of the values in the list.
    pub fn element_schema(self) -> Schema<'m> {
        Schema::below(self.0, prop::ELEMENT_SCHEMA)
    }
}

view! {
    /// One of a set of named values.
    Enum
}

/// What the values of an Enum are on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumValueType {
    /// Integers of 32 bits.
    Integer,
    /// Strings.
    String,
}

impl<'m> Enum<'m> {
    /// What the values are on the wire.
    pub fn value_schema(self) -> EnumValueType {
        let schema = Schema::below(self.0, prop::VALUE_SCHEMA);
        if matches!(schema, Schema::Primitive(Primitive::Integer, _)) {
            return EnumValueType::Integer;
        }
        EnumValueType::String
    }

    /// The values, in the order of the text.
    pub fn values(self) -> impl Iterator<Item = EnumValue<'m>> {
        self.0.many(prop::ENUM_VALUES).map(EnumValue)
    }
}

view! {
    /// A named value of an Enum.
    EnumValue
}

/// What stands on the wire for a value of an Enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumConst<'m> {
    /// A string.
    Str(&'m str),
    /// An integer of 32 bits.
    Int(i64),
}

impl<'m> EnumValue<'m> {
    /// The name, unique within the Enum.
    pub fn name(self) -> &'m str {
        self.0.name().unwrap_or_default()
    }

    /// What stands on the wire.
    pub fn value(self) -> EnumConst<'m> {
        match self.0.raw().value(prop::ENUM_VALUE) {
            Some(Value::Int(value)) => EnumConst::Int(*value),
            _ => EnumConst::Str(self.0.plain_text(prop::ENUM_VALUE).unwrap_or_default()),
        }
    }
}

view! {
    /// Values of one schema by key.
    Map
}

impl<'m> Map<'m> {
    /// The name that the model gives to the keys, which are strings.
    pub fn key_name(self) -> &'m str {
        self.0
            .one(prop::MAP_KEY)
            .and_then(Element::name)
            .unwrap_or_default()
    }

    /// The name that the model gives to the values.
    pub fn value_name(self) -> &'m str {
        self.0
            .one(prop::MAP_VALUE)
            .and_then(Element::name)
            .unwrap_or_default()
    }

    /// The element that describes the keys.
    pub fn key(self) -> Option<Element<'m>> {
        self.0.one(prop::MAP_KEY)
    }

    /// The element that describes the values, where a semantic type and a unit stand.
    pub fn value(self) -> Option<Element<'m>> {
        self.0.one(prop::MAP_VALUE)
    }

    /// The schema of the values.
    pub fn value_schema(self) -> Schema<'m> {
        Schema::below(self.value().unwrap_or(self.0), prop::SCHEMA)
    }
}

view! {
    /// A structure with named fields.
    Object
}

impl<'m> Object<'m> {
    /// The fields, in the order of the text.
    pub fn fields(self) -> impl Iterator<Item = Field<'m>> {
        self.0.many(prop::FIELDS).map(Field)
    }
}

view! {
    /// A field of an Object.
    Field
}

impl<'m> Field<'m> {
    /// The name, unique within the Object.
    pub fn name(self) -> &'m str {
        self.0.name().unwrap_or_default()
    }

    /// The schema of the values.
    pub fn schema(self) -> Schema<'m> {
        Schema::below(self.0, prop::SCHEMA)
    }

    /// Whether the field carries the co-type `Required` of the requirement extension.
    pub fn required(self) -> bool {
        self.0.has_co_type("Required")
    }
}
