//! One [`Element`] per identifier, with edges that keep their place in the text.
//!
//! The graph is what the checks read. It still may hold what a [`Model`](crate::Model) never does:
//! edges to elements that do not exist, values out of bounds, cycles.

mod strings;

pub use strings::{Str, Strings, Sym};

use crate::metamodel::{ClassId, CoTypeId, PropId, SuppPropId};
use crate::source::Span;

/// The place of an element in [`Graph::elements`].
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
    /// Where the value stands.
    pub span: Span,
}

/// A text in one language.
#[derive(Clone, Copy, Debug)]
pub struct LangText {
    /// The language code, such as `en`.
    pub lang: Str,
    /// The text.
    pub text: Str,
    /// Where the text stands.
    pub span: Span,
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
}

/// A property of an element.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Which property.
    pub key: Key,
    /// Where the name of the property stands.
    pub name_span: Span,
    /// Where the value, or all values together, stand.
    pub value_span: Span,
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
    /// The property of the parent that holds it.
    pub parent_prop: Option<PropId>,
    /// The nearest Interface around it.
    pub defined_in: Option<Sym>,
    /// Its co-types.
    pub co_types: Vec<CoTypeId>,
    /// Its types that no known extension defines, as they are written.
    pub undefined_types: Vec<Str>,
    /// Its properties, in the order of the text.
    pub slots: Vec<Slot>,
    /// Where its object stands; nothing for a standard element.
    pub span: Option<Span>,
    /// Where its types stand, when they are written.
    pub type_span: Option<Span>,
    /// Where its identifier stands, when it is written.
    pub id_span: Option<Span>,
}

impl Element {
    /// The slot of a property of the class.
    pub fn slot(&self, prop: PropId) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.key == Key::Own(prop))
    }

    /// The edges of a property, empty when it is absent.
    pub fn edges(&self, prop: PropId) -> &[Edge] {
        match self.slot(prop).map(|slot| &slot.value) {
            Some(Value::Edges(edges)) => edges,
            _ => &[],
        }
    }

    /// The text of a property, when it has one.
    pub fn text(&self, prop: PropId) -> Option<Str> {
        match self.slot(prop)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// All elements of a set of documents.
#[derive(Debug, Default)]
pub struct Graph {
    /// The texts.
    pub strings: Strings,
    /// The elements: those of the documents, children before their parents, then standard ones.
    pub elements: Vec<Element>,
    /// The element of each identifier, by [`Sym::index`].
    pub by_id: Vec<Option<ElementIx>>,
}

impl Graph {
    /// The element at a place.
    pub fn at(&self, ix: ElementIx) -> Option<&Element> {
        self.elements.get(ix.0 as usize)
    }

    /// The element with an identifier.
    pub fn find(&self, id: Sym) -> Option<ElementIx> {
        self.by_id.get(id.index()).copied().flatten()
    }

    /// The element with an identifier.
    pub fn get(&self, id: Sym) -> Option<&Element> {
        self.find(id).and_then(|ix| self.at(ix))
    }
}

impl Element {
    /// An element that says nothing.
    pub(crate) fn nothing() -> Self {
        let id = Strings::default().intern("");
        Self {
            id,
            class: crate::metamodel::names::class::ENTITY,
            version: 0,
            parent: None,
            parent_prop: None,
            defined_in: None,
            co_types: Vec::new(),
            undefined_types: Vec::new(),
            slots: Vec::new(),
            span: None,
            type_span: None,
            id_span: None,
        }
    }
}
