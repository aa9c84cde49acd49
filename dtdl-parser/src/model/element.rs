//! The view that every element has.

use super::{Interface, Model};
use crate::graph::{self, Edge, ElementIx, Key, Value};
use crate::metamodel::names::{class, prop};
use crate::metamodel::{ClassId, Metamodel, PropId};
use crate::source::Span;

/// Any element of a [`Model`]. Copying is free; every other view dereferences to this one.
#[derive(Clone, Copy)]
pub struct Element<'m> {
    pub(super) model: &'m Model,
    pub(super) ix: ElementIx,
}

/// The value of a property that a co-type adds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SuppValue<'m> {
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number, as it is written in the model.
    Number(&'m str),
    /// A string, an IRI or a duration.
    Text(&'m str),
    /// Another element.
    Element(Element<'m>),
}

impl<'m> SuppValue<'m> {
    /// The element, if it is one.
    pub fn element(self) -> Option<Element<'m>> {
        if let Self::Element(element) = self {
            return Some(element);
        }
        None
    }
}

static NOTHING: std::sync::LazyLock<graph::Element> =
    std::sync::LazyLock::new(|| graph::Element::nothing(graph::Strings::default().intern("")));

impl<'m> Element<'m> {
    pub(super) fn raw(self) -> &'m graph::Element {
        // A view is only made from a place that exists, so the default is never read.
        self.model.graph.at(self.ix).unwrap_or(&NOTHING)
    }

    pub(super) fn class_id(self) -> ClassId {
        self.raw().class
    }

    fn str(self, text: graph::Str) -> &'m str {
        self.model.graph.strings.get(text)
    }

    /// The identifier: a DTMI that is written in the model, generated, or standard.
    pub fn id(self) -> &'m str {
        self.model.graph.strings.name(self.raw().id)
    }

    /// The name of the class, such as `Telemetry`.
    pub fn class(self) -> &'static str {
        Metamodel::get().class(self.raw().class).name
    }

    /// The major version of DTDL in which the element is written: 2, 3 or 4.
    pub fn language_version(self) -> u8 {
        self.raw().version
    }

    /// The `name` of the element, if its class has one.
    pub fn name(self) -> Option<&'m str> {
        self.raw().text(prop::NAME).map(|text| self.str(text))
    }

    /// The `comment` of the element.
    pub fn comment(self) -> Option<&'m str> {
        self.raw().text(prop::COMMENT).map(|text| self.str(text))
    }

    /// The texts of `displayName` with their language codes, in the order of the text.
    pub fn display_names(self) -> impl Iterator<Item = (&'m str, &'m str)> {
        self.texts(prop::DISPLAY_NAME)
    }

    /// The `displayName` in a language such as `en`.
    pub fn display_name(self, lang: &str) -> Option<&'m str> {
        self.display_names()
            .find(|(code, _)| *code == lang)
            .map(|(_, text)| text)
    }

    /// The texts of `description` with their language codes, in the order of the text.
    pub fn descriptions(self) -> impl Iterator<Item = (&'m str, &'m str)> {
        self.texts(prop::DESCRIPTION)
    }

    /// The `description` in a language such as `en`.
    pub fn description(self, lang: &str) -> Option<&'m str> {
        self.descriptions()
            .find(|(code, _)| *code == lang)
            .map(|(_, text)| text)
    }

    /// The identifiers of the co-types, such as `dtmi:standard:class:Temperature;2`.
    pub fn supplemental_types(self) -> impl Iterator<Item = &'static str> {
        self.raw()
            .co_types
            .iter()
            .map(|&co| Metamodel::get().co_type(co).id.as_str())
    }

    /// Whether the element has a co-type, by its short name in any version of its extension.
    pub fn has_co_type(self, term: &str) -> bool {
        self.raw()
            .co_types
            .iter()
            .any(|&co| Metamodel::get().co_type(co).term == term)
    }

    /// The short name of the semantic type, such as `Temperature`.
    pub fn semantic_type(self) -> Option<&'static str> {
        let metamodel = Metamodel::get();
        self.raw()
            .co_types
            .iter()
            .map(|&co| metamodel.co_type(co))
            .find(|co| co.is_semantic())
            .map(|co| co.term)
    }

    /// The short name of the `unit`, such as `degreeCelsius`.
    pub fn unit(self) -> Option<&'m str> {
        self.supplemental_properties()
            .filter(|(id, _)| term_of(id) == "unit")
            .find_map(|(_, value)| value.element())
            .map(|unit| term_of(unit.id()))
    }

    /// The properties that co-types add: the identifier of the property and one of its values. A
    /// property with several values comes once for each.
    pub fn supplemental_properties(self) -> impl Iterator<Item = (&'static str, SuppValue<'m>)> {
        self.raw().slots.iter().flat_map(move |slot| {
            let Key::Added(id) = slot.key else {
                return Vec::new();
            };
            let id = Metamodel::get().supp_prop(id).id.as_str();
            self.supp_values(&slot.value)
                .into_iter()
                .map(|value| (id, value))
                .collect()
        })
    }

    fn supp_values(self, value: &'m Value) -> Vec<SuppValue<'m>> {
        match value {
            Value::Bool(value) => vec![SuppValue::Bool(*value)],
            Value::Int(value) => vec![SuppValue::Int(*value)],
            Value::Number(text) => vec![SuppValue::Number(self.str(*text))],
            Value::Text(text) | Value::Json(text) => vec![SuppValue::Text(self.str(*text))],
            Value::Lang(texts) => texts
                .iter()
                .map(|text| SuppValue::Text(self.str(text.text)))
                .collect(),
            Value::Broken => Vec::new(),
            Value::Edges(edges) => edges
                .iter()
                .filter_map(|edge| self.follow(edge))
                .map(SuppValue::Element)
                .collect(),
        }
    }

    /// The types that no known extension defines, as they are written.
    pub fn undefined_types(self) -> impl Iterator<Item = &'m str> {
        self.raw()
            .undefined_types
            .iter()
            .map(move |&text| self.str(text))
    }

    /// The properties that no known extension defines: the name and the JSON text of the value.
    pub fn undefined_properties(self) -> impl Iterator<Item = (&'m str, &'m str)> {
        self.raw()
            .slots
            .iter()
            .filter_map(move |slot| match (slot.key, &slot.value) {
                (Key::Unknown(name), Value::Json(json)) => Some((self.str(name), self.str(*json))),
                _ => None,
            })
    }

    /// The element that this one is defined below.
    pub fn child_of(self) -> Option<Element<'m>> {
        self.raw()
            .parent
            .and_then(|id| self.model.graph.find(id))
            .map(|ix| self.model.view(ix))
    }

    /// The nearest Interface around the element; nothing for an Interface that is a root.
    pub fn defined_in(self) -> Option<Interface<'m>> {
        self.raw()
            .defined_in
            .and_then(|id| self.model.graph.find(id))
            .map(|ix| Interface(self.model.view(ix)))
    }

    /// Whether the language or an extension defines the element, and no document.
    pub fn is_standard(self) -> bool {
        self.raw().span.is_none()
    }

    /// Whether the element is an Interface.
    pub fn as_interface(self) -> Option<Interface<'m>> {
        (self.class_id() == class::INTERFACE).then_some(Interface(self))
    }

    /// Where the object of the element stands; nothing for a standard element.
    pub fn span(self) -> Option<Span> {
        self.raw().span
    }

    pub(super) fn bool(self, prop: PropId) -> bool {
        matches!(self.raw().value(prop), Some(Value::Bool(true)))
    }

    pub(super) fn one(self, prop: PropId) -> Option<Element<'m>> {
        self.raw()
            .edges(prop)
            .first()
            .and_then(|edge| self.follow(edge))
    }

    pub(super) fn many(self, prop: PropId) -> impl Iterator<Item = Element<'m>> {
        self.raw()
            .edges(prop)
            .iter()
            .filter_map(move |edge| self.follow(edge))
    }

    fn follow(self, edge: &Edge) -> Option<Element<'m>> {
        self.model
            .graph
            .find(edge.target)
            .map(|ix| self.model.view(ix))
    }

    pub(super) fn plain_text(self, prop: PropId) -> Option<&'m str> {
        self.raw().text(prop).map(|text| self.str(text))
    }

    fn texts(self, prop: PropId) -> impl Iterator<Item = (&'m str, &'m str)> {
        let texts = match self.raw().value(prop) {
            Some(Value::Lang(texts)) => texts.as_slice(),
            _ => &[],
        };
        texts
            .iter()
            .map(move |text| (self.str(text.lang), self.str(text.text)))
    }
}

impl PartialEq for Element<'_> {
    /// Whether both are the same element of the same model.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.model, other.model) && self.ix == other.ix
    }
}

impl Eq for Element<'_> {}

impl std::fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.class(), self.id())
    }
}

/// The last label of a DTMI, without its version.
pub(super) fn term_of(id: &str) -> &str {
    let path = id.split(';').next().unwrap_or_default();
    path.rsplit(':').next().unwrap_or_default()
}

/// Makes a view that is an [`Element`] with more to ask.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name<'m>(pub(super) $crate::model::Element<'m>);

        impl<'m> std::ops::Deref for $name<'m> {
            type Target = $crate::model::Element<'m>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl<'m> $name<'m> {
            /// The element behind the view.
            pub fn element(self) -> $crate::model::Element<'m> {
                self.0
            }
        }
    };
}
pub(super) use view;
