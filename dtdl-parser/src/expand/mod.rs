//! From documents to elements: contexts, terms, types, versions and identifiers settled, literal values
//! read. Nothing is linked yet: a reference to an element is an identifier and a place.
//!
//! One interpreter reads every class of every version; what it may find in an element is in the rows of
//! the metamodel. It keeps its own stack, so that the depth of a document costs memory only.

mod context;
mod field;
mod ids;
mod languages;
mod literals;
mod object;
mod reader;
mod sink;
mod state;
mod suggestions;
mod types;

pub use context::Active;
pub(crate) use sink::Sink;
pub(crate) use state::{Expanded, Reference};

use crate::json::Document;
use crate::metamodel::{ClassId, Metamodel};
use crate::{Options, diagnostics::Problem};

/// Reads a document into `expanded`, beside what was read before. `lenient` allows what old tools
/// allowed in documents of DTDL v2.
pub(crate) fn expand(
    document: &Document,
    lenient: bool,
    options: &Options,
    expanded: &mut Expanded,
) -> Vec<Problem> {
    let mut sink = Sink {
        stops: options.stop_like_reference,
        ..Sink::default()
    };
    if sink.stops {
        object::survey(document, &mut sink);
    }
    if !sink.stopped {
        reader::read(document, lenient, options, expanded, &mut sink);
    }
    sink.problems
}

/// The length of a text in UTF-16 units, in which the limits of the language are counted.
pub(crate) fn utf16_len(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.encode_utf16().count()
    }
}

/// Whether a text is longer than a limit of the language, in UTF-16 units. No text has more of
/// them than bytes.
pub(crate) fn is_longer(text: &str, limit: u32) -> bool {
    let limit = limit as usize;
    text.len() > limit && utf16_len(text) > limit
}

/// The names of the classes that pass for one, as words.
pub(crate) fn allowed_classes(class: ClassId, version: u8) -> String {
    let metamodel = Metamodel::get();
    let mut names: Vec<&str> = metamodel
        .class(class)
        .concrete(version)
        .iter()
        .map(|class| metamodel.class(class).name)
        .collect();
    if names.is_empty() {
        names.push(metamodel.class(class).name);
    }
    names.sort_unstable();
    names.join(" or ")
}
