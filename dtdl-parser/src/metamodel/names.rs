//! The classes and properties that the typed views of a model speak of by name.
//!
//! The loader numbers these first, in this order, and asserts that the tables define each one. All
//! other classes and properties are reached only through the tables.

macro_rules! names {
    ($(#[$doc:meta])* $module:ident, $id:ident, $raw:ty, $($name:ident = $text:literal),+ $(,)?) => {
        $(#[$doc])*
        pub mod $module {
            use crate::metamodel::$id;

            #[allow(clippy::upper_case_acronyms, non_camel_case_types, reason = "only counts the constants")]
            enum Order { $($name),+ }

            $(
                #[doc = concat!("`", $text, "`")]
                pub const $name: $id = $id(Order::$name as $raw);
            )+

            /// The names, by number.
            pub(crate) const ALL: &[&str] = &[$($text),+];
        }
    };
}

names! {
    /// Numbers of classes.
    class, ClassId, u8,
    ENTITY = "Entity",
    INTERFACE = "Interface",
    TELEMETRY = "Telemetry",
    PROPERTY = "Property",
    COMMAND = "Command",
    COMPONENT = "Component",
    RELATIONSHIP = "Relationship",
    FIELD = "Field",
    ENUM_VALUE = "EnumValue",
    MAP_KEY = "MapKey",
    MAP_VALUE = "MapValue",
    COMMAND_PAYLOAD = "CommandPayload",
    COMMAND_REQUEST = "CommandRequest",
    COMMAND_RESPONSE = "CommandResponse",
    ARRAY = "Array",
    ENUM = "Enum",
    MAP = "Map",
    OBJECT = "Object",
    BOOLEAN = "Boolean",
    BYTE = "Byte",
    BYTES = "Bytes",
    DATE = "Date",
    DATE_TIME = "DateTime",
    DECIMAL = "Decimal",
    DOUBLE = "Double",
    DURATION = "Duration",
    FLOAT = "Float",
    INTEGER = "Integer",
    LONG = "Long",
    SHORT = "Short",
    STRING = "String",
    TIME = "Time",
    UNSIGNED_BYTE = "UnsignedByte",
    UNSIGNED_INTEGER = "UnsignedInteger",
    UNSIGNED_LONG = "UnsignedLong",
    UNSIGNED_SHORT = "UnsignedShort",
    UUID = "Uuid",
}

names! {
    /// Numbers of property names.
    prop, PropId, u8,
    COMMENT = "comment",
    DESCRIPTION = "description",
    DISPLAY_NAME = "displayName",
    LANGUAGE_MAJOR_VERSION = "languageMajorVersion",
    NAME = "name",
    CONTENTS = "contents",
    EXTENDS = "extends",
    SCHEMAS = "schemas",
    SCHEMA = "schema",
    WRITABLE = "writable",
    REQUEST = "request",
    RESPONSE = "response",
    COMMAND_TYPE = "commandType",
    NULLABLE = "nullable",
    TARGET = "target",
    MIN_MULTIPLICITY = "minMultiplicity",
    MAX_MULTIPLICITY = "maxMultiplicity",
    PROPERTIES = "properties",
    ELEMENT_SCHEMA = "elementSchema",
    FIELDS = "fields",
    ENUM_VALUES = "enumValues",
    ENUM_VALUE = "enumValue",
    VALUE_SCHEMA = "valueSchema",
    MAP_KEY = "mapKey",
    MAP_VALUE = "mapValue",
}
