//! The plain types of the tables. What a field means is said here once; the facts are in the files.

pub use super::numbers::*;
use super::pattern::Pattern;
pub use super::rows::Versions;

/// One value for each limit extension, by its number.
pub type ByLimit = [u32; 3];

/// A version of the language.
#[derive(Debug)]
pub struct Version {
    /// 2, 3 or 4.
    pub number: u8,
    /// The file that describes it.
    pub at: &'static str,
    /// What an identifier must look like.
    pub id_pattern: usize,
    /// Whether undefined extensions are accepted unless the caller says otherwise.
    pub open: bool,
    /// Whether unknown `@` keywords are refused.
    pub strict: bool,
    /// Whether a context may choose limits.
    pub limits: bool,
    /// How long an identifier may be where it is defined, in UTF-16 units.
    pub define: ByLimit,
    /// How long an identifier may be where it is referred to, in UTF-16 units.
    pub refer: ByLimit,
    /// How long the text of a partition may be, in bytes.
    pub partition: Option<u32>,
    /// What becomes of undefined types and properties.
    pub unknown: [Unknown; 4],
}

/// What a name that nothing defines looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownKind {
    /// A term of no active context.
    Term,
    /// A DTMI, or a term of an active context, that stands for something else.
    Irrelevant,
    /// A name with a colon that is no DTMI.
    NonDtmi,
    /// Begins like a DTMI and is none.
    BadDtmi,
}

/// What becomes of an undefined name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tolerance {
    /// It is kept.
    Valid,
    /// It is kept if a context is active that is not known.
    Tenable,
    /// It is an error.
    Invalid,
}

/// What becomes of one kind of undefined name.
#[derive(Clone, Copy, Debug)]
pub struct Unknown {
    /// In `@type`.
    pub as_type: Tolerance,
    /// As the name of a member.
    pub as_property: Tolerance,
}

/// A class.
#[derive(Debug)]
pub struct Class {
    /// Its term.
    pub name: &'static str,
    /// The class that it inherits from.
    pub parent: Option<ClassId>,
    /// The section of the language description.
    pub see: &'static str,
    /// The versions that have it.
    pub versions: Versions,
    /// Whether it has no elements of its own.
    pub is_abstract: bool,
    /// Whether authors do not write its name.
    pub covert: bool,
    /// Whether documents hold its elements at their top, and are divided by them.
    pub partition: bool,
    /// Whether its elements need an `@id`.
    pub needs_id: bool,
    /// Whether extensions define its members.
    pub open: bool,
    /// The versions in which `@type` may be left out.
    pub untyped: Versions,
    /// How long the identifier of an element may be, if there is a rule of its own, by version.
    pub id_length: [Option<ByLimit>; 3],
    /// The properties, its own and inherited ones, in alphabetical order, by version.
    pub props: [Vec<Prop>; 3],
    /// The classes whose elements pass as elements of this one, by version.
    pub concrete: [ClassSet; 3],
    /// Those of them that authors can make elements of, by version. The others have standard ones only.
    pub instantiable: [ClassSet; 3],
    /// What a JSON value of an element is.
    pub value: Option<ValueRule>,
}

impl Class {
    /// The properties in a version.
    pub fn props(&self, version: u8) -> &[Prop] {
        self.props
            .get(slot(version))
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// A property in a version.
    pub fn prop(&self, version: u8, id: PropId) -> Option<&Prop> {
        self.props(version).iter().find(|prop| prop.id == id)
    }

    /// The property that a member name of a version means: a term or an identifier.
    pub fn prop_named(&self, version: u8, name: &str) -> Option<&Prop> {
        self.props(version)
            .iter()
            .find(|prop| !prop.derived && (prop.name == name || prop.uri == name))
    }

    /// The classes whose elements pass as elements of this one.
    pub fn concrete(&self, version: u8) -> ClassSet {
        self.concrete
            .get(slot(version))
            .copied()
            .unwrap_or_default()
    }

    /// Those of them that authors can make elements of.
    pub fn instantiable(&self, version: u8) -> ClassSet {
        self.instantiable
            .get(slot(version))
            .copied()
            .unwrap_or_default()
    }
}

/// The place of a version in arrays by version.
pub(crate) fn slot(version: u8) -> usize {
    usize::from(version.saturating_sub(2))
}

/// What kind of values a property has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One string.
    String,
    /// Texts by language.
    LangString,
    /// `true` or `false`.
    Boolean,
    /// An integer of 32 bits.
    Integer,
    /// A number.
    Decimal,
    /// An ISO 8601 duration.
    Duration,
    /// A string, a number or a truth value.
    Literal,
    /// An identifier that is not followed.
    Identifier,
    /// Elements of a class.
    Object(ClassId),
    /// Elements with a co-type.
    CoTyped(CoTypeId),
}

impl Kind {
    /// The class of the elements that are values, when the kind tells.
    pub fn class(self) -> Option<ClassId> {
        if let Self::Object(class) = self {
            return Some(class);
        }
        None
    }

    /// The co-type of the elements that are values, when the kind tells.
    pub fn co_type(self) -> Option<CoTypeId> {
        if let Self::CoTyped(co_type) = self {
            return Some(co_type);
        }
        None
    }
}

/// A property of a class in one version.
#[derive(Clone, Debug)]
pub struct Prop {
    /// Its number.
    pub id: PropId,
    /// Its term.
    pub name: &'static str,
    /// Its identifier.
    pub uri: String,
    /// The class that introduces it.
    pub from: ClassId,
    /// What kind of values it has.
    pub kind: Kind,
    /// Whether it may have several values.
    pub plural: bool,
    /// Whether it must have one.
    pub required: bool,
    /// Whether the values may be of a class that is abstract.
    pub is_abstract: bool,
    /// Whether authors should no longer write it.
    pub deprecated: bool,
    /// Whether the documents no longer speak of it.
    pub hidden: bool,
    /// Whether it has a value that authors do not write.
    pub derived: bool,
    /// Whether values that are written in place need an `@id`.
    pub needs_id: bool,
    /// Whether values that are written in place need a `@type`.
    pub needs_type: bool,
    /// The versions of the elements that it may hold, preferred first; empty if it holds none.
    pub refers: Vec<u8>,
    /// The least number of values.
    pub least_count: u32,
    /// The greatest number of values of a plural property.
    pub most_count: Option<u32>,
    /// The greatest length of a string, in UTF-16 units.
    pub max_length: Option<ByLimit>,
    /// What a string must look like.
    pub pattern: Option<usize>,
    /// The least integer.
    pub least: Option<i64>,
    /// The greatest integer.
    pub most: Option<i64>,
    /// The property of a value that makes part of its generated identifier.
    pub segment: Option<PropId>,
    /// The property of a value by which it is found.
    pub key: Option<PropId>,
    /// The properties that differ between the values.
    pub unique: Vec<PropId>,
    /// The terms of the only values, if they are standard elements.
    pub values: Vec<&'static str>,
    /// The language of a text that names none.
    pub default_language: &'static str,
    /// The name under which the values are listed by their class: name and class.
    pub breakout: Vec<(&'static str, ClassId)>,
    /// The name under which a value lists the elements that hold it.
    pub reverse: Option<&'static str>,
    /// Whether contents that come in through others are kept apart from own ones.
    pub shadowed: bool,
}

/// What a JSON value of a class is.
#[derive(Clone, Debug, Default)]
pub struct ValueRule {
    /// The kind of JSON value: `boolean`, `number`, `string`, `array`, `object`; empty if others say.
    pub json: &'static str,
    /// What the text must read as; empty for no rule.
    pub datatype: &'static str,
    /// What the text must look like.
    pub pattern: Option<usize>,
    /// The property that describes every item or member.
    pub each: Option<PropId>,
    /// The properties of which one element each describes the value.
    pub by: Vec<PropId>,
    /// The property that holds the name of the member.
    pub named: Option<PropId>,
    /// The property that holds the value itself.
    pub equals: Option<PropId>,
    /// The property that says whether `null` will do.
    pub null: Option<PropId>,
    /// Whether the reference parser knows no values of the class.
    pub ours: bool,
}

/// A rule over everything below an element of a class, in one version.
#[derive(Debug)]
pub struct Control {
    /// The class.
    pub class: ClassId,
    /// The version.
    pub version: u8,
    /// Whether only the properties are followed; otherwise all are, and these are counted.
    pub narrow: bool,
    /// Whether cycles are allowed.
    pub cycles: bool,
    /// The properties.
    pub through: Vec<PropId>,
    /// How deep they may nest.
    pub depth: Option<ByLimit>,
    /// How many values they may have altogether.
    pub count: Option<ByLimit>,
    /// The class that may not be found.
    pub exclude: Option<ClassId>,
    /// The property whose class says what values the properties have.
    pub datatype: Option<PropId>,
    /// The property whose values come in through the properties.
    pub imports: Option<PropId>,
}

/// What a co-type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoKind {
    /// Something that other co-types are built from.
    Base,
    /// What a value means.
    Semantic,
    /// How a unit is built.
    SemanticUnit,
    /// The class of units, in DTDL v2.
    Unit,
    /// The class of unit prefixes, in DTDL v2.
    UnitAttribute,
    /// Anything else.
    Adjunct,
}

impl CoKind {
    /// Whether it names a class of elements, and is no co-type of others.
    pub fn is_class(self) -> bool {
        matches!(self, Self::Unit | Self::UnitAttribute)
    }
}

/// A co-type, or a class that stands among them.
#[derive(Debug)]
pub struct CoType {
    /// Its identifier.
    pub id: String,
    /// Its term.
    pub term: &'static str,
    /// The context that defines it.
    pub context: ContextId,
    /// The section that states it.
    pub see: &'static str,
    /// What it says.
    pub kind: CoKind,
    /// Whether it can only be built from.
    pub is_abstract: bool,
    /// The co-type that it is built from.
    pub parent: Option<CoTypeId>,
    /// The class whose elements it names, if it names any.
    pub class: Option<ClassId>,
    /// The classes that may carry it.
    pub on: ClassSet,
    /// The versions of elements that may carry it.
    pub versions: Versions,
    /// The co-types that must stand beside it.
    pub with: Vec<CoTypeId>,
    /// The identifiers of the co-types that may not.
    pub without: Vec<String>,
    /// The co-types that may carry it in place of a class.
    pub instead: Vec<CoTypeId>,
    /// The properties that it adds.
    pub has: Vec<Added>,
    /// What it asks of the values of properties.
    pub needs: Vec<Need>,
    /// What it asks of the element that holds this one.
    pub below: Vec<Below>,
    /// What it asks of siblings.
    pub siblings: Vec<SiblingRule>,
    /// The property that must agree with a sibling.
    pub agrees: Option<Agreement>,
}

/// A property that a co-type adds.
#[derive(Debug)]
pub struct Added {
    /// Its number.
    pub id: SuppPropId,
    /// What kind of values it has.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// The standard element below which a value must be defined.
    pub child_of: Option<String>,
    /// The least integer.
    pub least: Option<i64>,
    /// The greatest length of a string, in UTF-16 units.
    pub max_length: Option<u32>,
    /// What a string must look like.
    pub pattern: Option<usize>,
    /// The property whose schema the value must conform to.
    pub instance: Option<PropId>,
    /// Whether siblings must have different values.
    pub unique: bool,
}

/// A property name that co-types add.
#[derive(Debug)]
pub struct SuppProp {
    /// Its identifier.
    pub id: String,
    /// Its term.
    pub term: &'static str,
}

/// A class or a co-type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeRef {
    /// A class of any version.
    Class(ClassId),
    /// A co-type, or anything built from it.
    CoType(CoTypeId),
}

/// What a co-type asks of the values of a property.
#[derive(Debug)]
pub struct Need {
    /// The property.
    pub prop: PropId,
    /// Types of which a value must have one; empty for any.
    pub types: Vec<TypeRef>,
    /// The versions in which classes are meant.
    pub class_versions: Versions,
    /// Standard elements that are the only values; empty for any.
    pub values: Vec<String>,
}

/// What a co-type asks of the element that holds this one.
#[derive(Debug)]
pub struct Below {
    /// The property that holds it.
    pub prop: PropId,
    /// Co-types of which the holder must have one.
    pub types: Vec<CoTypeId>,
    /// Whether no sibling may have the co-type.
    pub alone: bool,
    /// A co-type that some sibling must have.
    pub beside: Option<CoTypeId>,
}

/// What a co-type asks of the sibling whose name is the value of an added property.
#[derive(Debug)]
pub struct SiblingRule {
    /// The added property.
    pub by: SuppPropId,
    /// Classes of which the sibling must have one; empty for any.
    pub types: Vec<ClassId>,
    /// A co-type that it may not have.
    pub not: Option<CoTypeId>,
    /// The added property that names an added property which the sibling must have.
    pub path: Option<SuppPropId>,
    /// Whether nobody else may speak of the same sibling and property.
    pub once: bool,
}

/// A property that must equal what the sibling's added property is declared to be.
#[derive(Debug)]
pub struct Agreement {
    /// The property.
    pub prop: PropId,
    /// The added property that holds the name of the sibling.
    pub by: SuppPropId,
    /// The added property that names an added property of the sibling.
    pub path: SuppPropId,
}

/// A context.
#[derive(Debug)]
pub struct Context {
    /// Its identifier.
    pub id: String,
    /// The identifier without the version.
    pub name: &'static str,
    /// The version.
    pub version: u8,
    /// Whether it is the context of a version of the language.
    pub core: bool,
    /// Beginnings of identifiers that authors may not define while it is active.
    pub reserves: Vec<&'static str>,
    /// The version of DTDL before whose context it may stand.
    pub implies: Option<u8>,
    /// The limits that it stands for, and the version of DTDL.
    pub limit: Option<(LimitId, u8)>,
}

/// What an identifier or a term of a context stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A class, in one version.
    Class(ClassId, u8),
    /// A property of classes, in one version.
    Prop(PropId, u8),
    /// A co-type.
    CoType(CoTypeId),
    /// A property that co-types add.
    Added(SuppPropId),
    /// A standard element.
    Element(StdId),
    /// Something that has no use in a document.
    Other,
}

/// A value of a property of a standard element.
#[derive(Clone, Debug)]
pub enum StdValue {
    /// A string.
    Text(&'static str),
    /// An integer.
    Int(i64),
    /// Other standard elements.
    Elements(Vec<StdId>),
}

/// What a property of a standard element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StdKey {
    /// A property of its class.
    Own(PropId),
    /// A property that a co-type adds.
    Added(SuppPropId),
}

/// An element that the language or an extension defines.
#[derive(Debug)]
pub struct StdElement {
    /// Its identifier.
    pub id: String,
    /// Its term.
    pub term: &'static str,
    /// Its class.
    pub class: ClassId,
    /// The version of DTDL in which it is written.
    pub version: u8,
    /// Its co-types.
    pub co_types: Vec<CoTypeId>,
    /// The element below which it is defined.
    pub parent: Option<StdId>,
    /// The element that it only is another name of.
    pub alias_of: Option<StdId>,
    /// Its properties.
    pub slots: Vec<(StdKey, StdValue)>,
}

/// The patterns, by number.
pub(super) type Patterns = Vec<(&'static str, Pattern)>;
