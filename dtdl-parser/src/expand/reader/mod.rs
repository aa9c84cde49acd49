//! The interpreter: elements and their members, by the rows of the metamodel.

mod close;
mod members;
mod open;
mod root;
mod values;

use super::context::Active;
use super::field::Field;
use super::object::{Flat, Node};
use super::sink::Sink;
use super::state::Expanded;
use crate::Options;
use crate::graph::{Edge, Element, Place, Sym};
use crate::json::Document;
use crate::metamodel::CoTypeId;
use std::rc::Rc;

/// Reads the roots of a document.
pub(super) fn read(
    document: &Document,
    lenient: bool,
    options: &Options,
    expanded: &mut Expanded,
    sink: &mut Sink,
) {
    let mut reader = Reader {
        lenient,
        options,
        expanded,
        sink,
        stack: Vec::new(),
    };
    for root in document.roots().flat_map(Flat::of) {
        reader.root(root);
        if reader.sink.stopped {
            return;
        }
    }
}

/// An element that is being read.
struct Frame<'d> {
    element: Element,
    node: Node<'d>,
    /// The place of the next member in the object.
    next: usize,
    active: Rc<Active>,
    /// All co-types that are written, also those that may not stand here.
    co_types: Vec<CoTypeId>,
    typed: bool,
    /// Whether members that nothing defines have a name twice.
    repeats: bool,
    /// The values of the property that is being read.
    values: Option<Values<'d>>,
    /// Bytes of partitions inside, which do not count for this one.
    foreign: u32,
}

/// The values of a property that holds elements.
struct Values<'d> {
    field: Field,
    place: Place,
    /// The place of the property among the slots of the element.
    slot: usize,
    values: Flat<'d>,
    edges: Vec<Edge>,
    count: u32,
}

struct Reader<'r, 'd> {
    lenient: bool,
    options: &'r Options,
    expanded: &'r mut Expanded,
    sink: &'r mut Sink,
    /// The elements around the place that is being read, outermost first.
    stack: Vec<Frame<'d>>,
}

impl<'d> Reader<'_, 'd> {
    fn run(&mut self) {
        while !self.stack.is_empty() && !self.sink.stopped {
            self.step();
        }
        self.stack.clear();
    }

    /// Reads one member, or one value of the property that is being read.
    fn step(&mut self) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        if let Some(values) = &mut frame.values {
            match values.values.next() {
                Some(value) => self.value(value),
                None => self.end_values(),
            }
            return;
        }
        match frame.node.object.at(frame.next) {
            Some(member) => {
                frame.next += 1;
                self.member(&member);
            }
            None => self.close(),
        }
    }

    fn name(&self, id: Sym) -> String {
        self.expanded.graph.strings.name(id).to_owned()
    }

    /// The identifier of the partition that elements below a frame belong to.
    fn partition_of(frame: &Frame<'_>) -> Sym {
        let id = frame.element.id;
        if crate::metamodel::Metamodel::get()
            .class(frame.element.class)
            .partition
        {
            return id;
        }
        frame.element.defined_in.unwrap_or(id)
    }

    /// The element and the property whose values are being read.
    fn here(&self) -> Option<(&Frame<'d>, &Values<'d>)> {
        let frame = self.stack.last()?;
        frame.values.as_ref().map(|values| (frame, values))
    }
}
