//! The checked model: typed views, lookups, instance validation, writing.
//!
//! A [`Model`] exists only after every check has passed, so its views have no error cases: a
//! Telemetry has a schema, a Component's schema is an Interface, names are unique.

mod build;
mod content;
mod dtdl;
mod element;
mod instance;
mod interface;
mod reference_json;
mod schema;

pub use content::{Command, Component, Content, Payload, Property, Relationship, Telemetry};
pub use element::{Element, SuppValue};
pub use instance::{InstanceOptions, NotAnInstanceClass, Violation};
pub use interface::Interface;
pub use schema::{
    Array, Enum, EnumConst, EnumValue, EnumValueType, Field, Map, Object, Primitive, Schema,
};

use crate::graph::{ElementIx, Graph};
use crate::metamodel::names::class;
use hashbrown::HashMap;

/// A valid set of DTDL interfaces with everything that they refer to.
///
/// It can't be changed and holds no borrowed data, so it may be kept and shared between threads.
#[derive(Debug)]
pub struct Model {
    graph: Graph,
    /// The Interfaces, in the order in which their texts were read.
    interfaces: Vec<ElementIx>,
    /// Per Interface, its own contents and then those that it inherits.
    contents: HashMap<ElementIx, Vec<ElementIx>>,
    /// Per Interface, the ones that extend it directly.
    extended_by: HashMap<ElementIx, Vec<ElementIx>>,
}

impl Model {
    /// The model of a graph in which every check has passed.
    pub(crate) fn new(graph: Graph) -> Self {
        build::build(graph)
    }

    /// The Interfaces, in the order in which their texts were read.
    pub fn interfaces(&self) -> impl Iterator<Item = Interface<'_>> {
        self.interfaces.iter().map(|&ix| Interface(self.view(ix)))
    }

    /// The Interface with a DTMI, if the model has it.
    pub fn interface(&self, id: &str) -> Option<Interface<'_>> {
        let element = self.element(id)?;
        (element.class_id() == class::INTERFACE).then_some(Interface(element))
    }

    /// The element with a DTMI, written, generated or standard, if the model has it.
    pub fn element(&self, id: &str) -> Option<Element<'_>> {
        let symbol = self.graph.strings.find(id)?;
        self.graph.find(symbol).map(|ix| self.view(ix))
    }

    /// All elements: those of the documents in the order of their texts, children before their
    /// parents, then the standard elements that are referred to.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        (0..self.graph.elements.len() as u32).map(|ix| self.view(ElementIx(ix)))
    }

    /// How many elements the model has, standard ones that it refers to included.
    pub fn len(&self) -> usize {
        self.graph.elements.len()
    }

    /// Whether the model has no element at all.
    pub fn is_empty(&self) -> bool {
        self.graph.elements.is_empty()
    }

    /// The model in the shape of the reference parser's JSON object model: one object with a
    /// member per element, without insignificant white space.
    pub fn to_reference_json(&self) -> String {
        reference_json::write(self)
    }

    fn view(&self, ix: ElementIx) -> Element<'_> {
        Element { model: self, ix }
    }
}
