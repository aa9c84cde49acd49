//! Elements, their properties and the edges between them.

use super::strings::{Str, Sym};
use crate::metamodel::{ClassId, CoTypeId, PropId, SuppPropId};
use crate::source::Span;

/// The place of an element in [`Graph::elements`](super::Graph::elements).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementIx(pub u32);

/// What a slot says something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A property that the class of the element has.
    Own(PropId),
    /// A property that a co-type adds.
    Added(SuppPropId),
    /// A property of an extension that is not known.
    Unknown(Str),
}

/// A reference from one element to another.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The identifier of the element that is meant.
    pub target: Sym,
    /// Where the value stands; nothing in a standard element.
    pub span: Option<Span>,
}

/// A text in one language.
#[derive(Clone, Copy, Debug)]
pub struct LangText {
    /// The language code, such as `en`.
    pub lang: Str,
    /// The text.
    pub text: Str,
}

/// The value of a property, in the form that its row of the metamodel asks for.
#[derive(Clone, Debug)]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// An integer within 32 bits.
    Int(i64),
    /// A number, as it is written.
    Number(Str),
    /// A string, an IRI, a duration.
    Text(Str),
    /// Texts by language.
    Lang(Vec<LangText>),
    /// Other elements.
    Edges(Vec<Edge>),
    /// The JSON text of a property of an extension that is not known.
    Json(Str),
    /// Nothing that could be read; the problem has been reported.
    Broken,
}

/// Where a property stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The name.
    pub name: Span,
    /// The value, or all values together.
    pub value: Span,
}

/// A property of an element.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Which property.
    pub key: Key,
    /// Where it stands; nothing in a standard element.
    pub place: Option<Place>,
    /// The value.
    pub value: Value,
}

/// One element of a model.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its identifier, written or generated.
    pub id: Sym,
    /// Its class.
    pub class: ClassId,
    /// The major version of DTDL in which it is written.
    pub version: u8,
    /// The element that it is defined below, if any.
    pub parent: Option<Sym>,
    /// The nearest partition around it.
    pub defined_in: Option<Sym>,
    /// Its co-types.
    pub co_types: Vec<CoTypeId>,
    /// Its types that no known extension defines, as they are written.
    pub undefined_types: Vec<Str>,
    /// Its properties, in the order of the text.
    pub slots: Vec<Slot>,
    /// Where its object stands; nothing for a standard element.
    pub span: Option<Span>,
    /// Where the name of its `@type` stands, when it is written.
    pub type_span: Option<Span>,
    /// Where the name of its `@id` stands, when it is written.
    pub id_span: Option<Span>,
    /// The limits that were in force where it is written.
    pub limit: crate::metamodel::LimitId,
}

impl Element {
    /// The slot of a property.
    pub fn slot(&self, key: Key) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.key == key)
    }

    /// The value of a property of the class.
    pub fn value(&self, prop: PropId) -> Option<&Value> {
        self.slot(Key::Own(prop)).map(|slot| &slot.value)
    }

    /// The value of a property that a co-type adds.
    pub fn added(&self, prop: SuppPropId) -> Option<&Value> {
        self.slot(Key::Added(prop)).map(|slot| &slot.value)
    }

    /// The edges of a property of the class, none when it is absent.
    pub fn edges(&self, prop: PropId) -> &[Edge] {
        self.value(prop).map(Value::edges).unwrap_or_default()
    }

    /// The text of a property of the class, when it has one.
    pub fn text(&self, prop: PropId) -> Option<Str> {
        if let Value::Text(text) = self.value(prop)? {
            return Some(*text);
        }
        None
    }

    /// Where the name of a property stands.
    pub fn name_span(&self, key: Key) -> Option<Span> {
        self.slot(key)
            .and_then(|slot| slot.place)
            .map(|place| place.name)
    }

    /// Where the value of a property stands.
    pub fn value_span(&self, key: Key) -> Option<Span> {
        self.slot(key)
            .and_then(|slot| slot.place)
            .map(|place| place.value)
    }

    /// An element that says nothing.
    pub(crate) fn nothing(id: Sym) -> Self {
        Self {
            id,
            class: crate::metamodel::names::class::ENTITY,
            version: 0,
            parent: None,
            defined_in: None,
            co_types: Vec::new(),
            undefined_types: Vec::new(),
            slots: Vec::new(),
            span: None,
            type_span: None,
            id_span: None,
            limit: crate::metamodel::LimitId(0),
        }
    }
}

impl Value {
    /// The edges, none if the value is of another kind.
    pub fn edges(&self) -> &[Edge] {
        if let Self::Edges(edges) = self {
            return edges;
        }
        &[]
    }
}
