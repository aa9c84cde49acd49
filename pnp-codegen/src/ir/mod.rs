//! The generator's own picture of a model: what an emitter needs, for any target language.
//!
//! A [`Package`] is plain data in source order. Inherited contents are flat, every Object and Enum
//! stands once in the scope that declares it, and recursion is settled: an emitter only prints. It
//! knows nothing of JSON-LD, of hub topics, or of Rust.

mod json;
mod lower;
mod recursion;

pub use lower::{LowerError, lower};

/// Everything that one or several root interfaces reach.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Package {
    /// DTMIs of the root interfaces, as they were asked for.
    pub roots: Vec<String>,
    /// The roots, then the interfaces that they reach, in source order.
    pub interfaces: Vec<Interface>,
    /// Objects and Enums that no interface of the package declares: standard schemas such as `point`,
    /// and schemas of interfaces that are named for them only.
    pub types: Vec<NamedType>,
}

/// A DTDL interface with its inherited contents.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Interface {
    /// Its DTMI.
    pub id: String,
    /// What the model says about it.
    pub docs: Docs,
    /// How the roots reach it.
    pub reach: Reach,
    /// DTMIs of the interfaces that it extends directly.
    pub extends: Vec<String>,
    /// Telemetry, own first, then inherited.
    pub telemetries: Vec<Telemetry>,
    /// Properties, own first, then inherited.
    pub properties: Vec<Property>,
    /// Commands, own first, then inherited.
    pub commands: Vec<Command>,
    /// Components, own first, then inherited.
    pub components: Vec<Component>,
    /// Relationships, own first, then inherited.
    pub relationships: Vec<Relationship>,
    /// Objects and Enums that this interface declares and that the package uses.
    pub types: Vec<NamedType>,
    /// Where the model states it.
    pub place: Option<Place>,
}

/// How the roots of a package reach an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// It is one of the roots.
    pub root: bool,
    /// It is the schema of a component.
    pub component: bool,
    /// An interface in the package inherits from it.
    pub base: bool,
}

/// What every named part of a model has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Member {
    /// The name on the wire, byte for byte.
    pub name: String,
    /// The DTMI, given by the author or by the language's own rule.
    pub id: String,
    /// The interface or schema that declares it.
    pub declared_in: String,
    /// What the model says about it.
    pub docs: Docs,
    /// Where the model states it.
    pub place: Option<Place>,
}

/// Text for people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Docs {
    /// Short name.
    pub display_name: Text,
    /// Explanation.
    pub description: Text,
    /// The author's note, in no particular language.
    pub comment: Option<String>,
}

/// A text in several languages, in source order: language tag, then text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text(pub Vec<(String, String)>);

impl Text {
    /// The text in `language`, else in English, else in the first language that there is.
    #[must_use]
    pub fn in_language(&self, language: &str) -> Option<&str> {
        let find = |wanted: &str| {
            self.0
                .iter()
                .find(|(tag, _)| tag.eq_ignore_ascii_case(wanted))
        };
        find(language)
            .or_else(|| find("en"))
            .or_else(|| self.0.first())
            .map(|(_, text)| text.as_str())
    }
}

/// A line of a model's source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// File, as the resolver names it.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// What a value measures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meaning {
    /// Semantic types and other co-types, as terms where the model's context has one.
    pub types: Vec<String>,
    /// Unit of measure, as a term.
    pub unit: Option<String>,
}

/// A telemetry.
#[derive(Debug, Clone, PartialEq)]
pub struct Telemetry {
    /// Name, id, text.
    pub member: Member,
    /// What its values measure.
    pub meaning: Meaning,
    /// Its values.
    pub schema: Schema,
}

/// A property of an interface or of a relationship.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Name, id, text.
    pub member: Member,
    /// What its values measure.
    pub meaning: Meaning,
    /// Its values.
    pub schema: Schema,
    /// Whether a back end may ask for a value.
    pub writable: bool,
}

/// A command.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// Name, id, text.
    pub member: Member,
    /// What its caller sends.
    pub request: Option<Payload>,
    /// What its caller gets.
    pub response: Option<Payload>,
}

/// A command's request or response.
#[derive(Debug, Clone, PartialEq)]
pub struct Payload {
    /// Name, id, text.
    pub member: Member,
    /// What its values measure.
    pub meaning: Meaning,
    /// Its value.
    pub schema: Schema,
    /// Whether it may be absent or `null`.
    pub nullable: bool,
}

/// A component.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Name, id, text.
    pub member: Member,
    /// DTMI of its interface, which is in the package.
    pub interface: String,
}

/// A relationship to other twins.
#[derive(Debug, Clone, PartialEq)]
pub struct Relationship {
    /// Name, id, text.
    pub member: Member,
    /// DTMI of the interface that a target must have; the package need not hold it.
    pub target: Option<String>,
    /// Fewest targets.
    pub min_multiplicity: Option<i64>,
    /// Most targets.
    pub max_multiplicity: Option<i64>,
    /// Whether a back end may write its properties.
    pub writable: bool,
    /// Properties of each link.
    pub properties: Vec<Property>,
}

/// The shape of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schema {
    /// One of the language's own scalar types.
    Primitive(Primitive),
    /// A list of values.
    Array(Box<Schema>),
    /// Values by string key.
    Map(Box<Schema>),
    /// An Object or Enum of the package, by DTMI.
    Named(String),
}

/// The scalar types of DTDL, versions 2 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the language's own")]
pub enum Primitive {
    Boolean,
    Byte,
    Bytes,
    Date,
    DateTime,
    Decimal,
    Double,
    Duration,
    Float,
    Integer,
    Long,
    Short,
    String,
    Time,
    UnsignedByte,
    UnsignedInteger,
    UnsignedLong,
    UnsignedShort,
    Uuid,
}

/// Each primitive and its DTDL term.
pub const PRIMITIVES: &[(Primitive, &str)] = &[
    (Primitive::Boolean, "boolean"),
    (Primitive::Byte, "byte"),
    (Primitive::Bytes, "bytes"),
    (Primitive::Date, "date"),
    (Primitive::DateTime, "dateTime"),
    (Primitive::Decimal, "decimal"),
    (Primitive::Double, "double"),
    (Primitive::Duration, "duration"),
    (Primitive::Float, "float"),
    (Primitive::Integer, "integer"),
    (Primitive::Long, "long"),
    (Primitive::Short, "short"),
    (Primitive::String, "string"),
    (Primitive::Time, "time"),
    (Primitive::UnsignedByte, "unsignedByte"),
    (Primitive::UnsignedInteger, "unsignedInteger"),
    (Primitive::UnsignedLong, "unsignedLong"),
    (Primitive::UnsignedShort, "unsignedShort"),
    (Primitive::Uuid, "uuid"),
];

impl Primitive {
    /// The DTDL term.
    #[must_use]
    pub fn term(self) -> &'static str {
        PRIMITIVES
            .iter()
            .find(|(primitive, _)| *primitive == self)
            .map_or("", |(_, term)| term)
    }

    /// The primitive that a DTDL term names.
    #[must_use]
    pub fn from_term(term: &str) -> Option<Self> {
        PRIMITIVES
            .iter()
            .find(|(_, name)| *name == term)
            .map(|(primitive, _)| *primitive)
    }
}

/// An Object or Enum: a type that needs a name.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedType {
    /// Its DTMI; every [`Schema::Named`] with it means this type.
    pub id: String,
    /// Words of its name, from the outside in: the command and `response`, the property and the field.
    pub path: Vec<String>,
    /// Whether the author named it: a reusable schema, whose last path word is the end of its DTMI.
    pub reusable: bool,
    /// What the model says about it.
    pub docs: Docs,
    /// Where the model states it.
    pub place: Option<Place>,
    /// Object or Enum.
    pub kind: TypeKind,
}

/// What a [`NamedType`] is.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// Named fields.
    Object(Vec<Field>),
    /// Named string constants.
    StringEnum(Vec<EnumValue<String>>),
    /// Named integer constants.
    IntegerEnum(Vec<EnumValue<i64>>),
}

/// A field of an Object.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Name, id, text.
    pub member: Member,
    /// What its values measure.
    pub meaning: Meaning,
    /// Its values.
    pub schema: Schema,
    /// Whether every value of the Object has it.
    pub required: bool,
    /// Whether its value holds, by value, a value of the Object itself: such a field needs indirection
    /// in a language whose objects lie within each other.
    pub recursive: bool,
}

/// A value of an Enum.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumValue<T> {
    /// Name, id, text. The name is not on the wire.
    pub member: Member,
    /// What is on the wire.
    pub value: T,
}

impl Package {
    /// The interface with a DTMI.
    #[must_use]
    pub fn interface(&self, id: &str) -> Option<&Interface> {
        self.interfaces.iter().find(|interface| interface.id == id)
    }

    /// Every type, in the order of the scopes: the interfaces', then those of no interface.
    pub fn all_types(&self) -> impl Iterator<Item = &NamedType> {
        self.interfaces
            .iter()
            .flat_map(|interface| &interface.types)
            .chain(&self.types)
    }

    /// The package as JSON text, ended by a newline: what `pnp dump --stage ir` prints.
    #[must_use]
    pub fn to_json(&self) -> String {
        json::package(self)
    }
}
