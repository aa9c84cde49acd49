//! The products of the stages as JSON, for people who want to see what the parser sees.
//!
//! The shapes are for reading and may change; [`Model::to_reference_json`](crate::Model::to_reference_json)
//! is the one to build on.

mod elements;
mod values;
mod writer;

pub(crate) use writer::Writer;

use crate::parse::{Products, products};
use crate::{FileId, Options, Problem, Resolver, Sources};

/// A stage before the checks. The last stage's product is the [`Model`](crate::Model).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The texts as JSON values with their places: an array with an object a text, its values in the
    /// order of the text, each with its JSON pointer.
    Json,
    /// The elements of the texts, with contexts, terms, types and versions settled and nothing linked: an
    /// object with `elements` and the `references` that are still to be found.
    Expand,
    /// The elements with all that the resolver found and the standard elements that they refer to, in the
    /// same shape; `references` are those that nobody defines.
    Graph,
}

/// The product of a stage as JSON text, and the problems met on the way there. Reads the texts as
/// [`parse`](crate::parse) does.
pub fn dump(
    stage: Stage,
    sources: &mut Sources,
    roots: &[FileId],
    resolver: &dyn Resolver,
    options: &Options,
) -> (String, Vec<Problem>) {
    if stage == Stage::Json {
        return values::dump(sources, roots, options);
    }
    let resolver = (stage == Stage::Graph).then_some(resolver);
    let Products {
        graph,
        references,
        problems,
    } = products(sources, roots, resolver, options);
    (elements::dump(&graph, &references, sources), problems)
}
