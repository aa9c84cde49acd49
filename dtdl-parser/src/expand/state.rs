//! What reading leaves behind for the stages after it.

use super::context::Active;
use crate::graph::{Graph, Key, Sym};
use crate::metamodel::ClassId;
use crate::source::Span;
use std::rc::Rc;

/// What has been read so far.
#[derive(Debug, Default)]
pub(crate) struct Expanded {
    /// The elements, children before their parents.
    pub(crate) graph: Graph,
    /// The references between them that are written as identifiers or terms.
    pub(crate) references: Vec<Reference>,
    /// Where each element was first defined: the name of its `@id`, or the object.
    pub(super) defined: Vec<Option<First>>,
    /// The `@context` of the last document without a mistake in it, and what it means.
    pub(super) contexts: Option<(String, Rc<Active>)>,
}

/// Where an element was first defined.
#[derive(Clone, Copy, Debug)]
pub(super) struct First {
    pub(super) id_span: Option<Span>,
    pub(super) span: Span,
    /// The name of the member that its generated identifier was made from.
    pub(super) segment: Option<Span>,
}

/// A reference that is written as an identifier or a term.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// The element that refers.
    pub(crate) from: Sym,
    /// The property.
    pub(crate) key: Key,
    /// The element that is meant.
    pub(crate) target: Sym,
    /// The element as it is written, which may only be another name of the one that is meant.
    pub(crate) written: Sym,
    /// Whether it is written as a term.
    pub(crate) term: bool,
    /// Where the name of the property stands.
    pub(crate) name_span: Span,
    /// Where the reference stands.
    pub(crate) span: Span,
    /// The version and the limits in force where it stands.
    pub(crate) version: u8,
    /// The class that is asked for, if any.
    pub(crate) expected: Option<ClassId>,
}
