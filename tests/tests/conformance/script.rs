//! The texts of a case as the reference is given them, and its scripted resolver.

use std::cell::RefCell;
use std::collections::BTreeSet;

use dtdl_parser::json::{self, Kind, Limits, Value};
use dtdl_parser::source::{FileId, Resolution, ResolvedText, Resolver, Sources};
use serde_json::value::RawValue;

use crate::case::Call;

/// The text of an input: indented by two spaces, one member or item a line, since the expected lines
/// count in that form; `null` becomes the empty text.
pub(crate) fn text(raw: &RawValue) -> String {
    let mut sources = Sources::new();
    let file = sources.add("", raw.get());
    let (document, problems) = json::parse(&sources, file, &Limits::default());
    assert!(problems.is_empty(), "a raw value is JSON: {problems:?}");
    let root = document.root().expect("a raw value holds a value");
    match root.kind() {
        Kind::Null => String::new(),
        _ => json::pretty(root),
    }
}

/// Answers as the case says, and remembers where the parser asked for something else.
pub(crate) struct Script<'c> {
    calls: Option<&'c [Call]>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    made: usize,
    fault: Option<String>,
}

impl<'c> Script<'c> {
    pub(crate) fn new(calls: Option<&'c [Call]>) -> Self {
        Self {
            calls,
            state: RefCell::default(),
        }
    }

    /// What was wrong with the calls; a valid case must have made all of them.
    pub(crate) fn verdict(&self, valid: bool) -> Result<(), String> {
        let state = self.state.borrow();
        if let Some(fault) = &state.fault {
            return Err(fault.clone());
        }
        let expected = self.calls.map_or(0, <[Call]>::len);
        if valid && state.made != expected {
            return Err(format!(
                "{} of {expected} resolver calls were made",
                state.made
            ));
        }
        Ok(())
    }
}

impl Resolver for Script<'_> {
    fn resolve(&self, ids: &[&str]) -> Resolution {
        let mut found = Resolution::default();
        let Some(calls) = self.calls else {
            return found;
        };
        let mut state = self.state.borrow_mut();
        let made = state.made;
        state.made += 1;
        let Some(call) = calls.get(made) else {
            state.fault = Some(format!(
                "call {made} of the resolver is one too many: {ids:?}"
            ));
            return found;
        };
        let asked: BTreeSet<&str> = ids.iter().copied().collect();
        let expected: BTreeSet<&str> = call.request.iter().map(String::as_str).collect();
        if asked != expected {
            state.fault = Some(format!(
                "the resolver was asked for {asked:?}, not {expected:?}"
            ));
        }
        for (index, response) in call.response.iter().flatten().enumerate() {
            found.texts.push(ResolvedText {
                name: format!("resolved {made} {index}"),
                text: text(response).into_bytes(),
            });
        }
        found
    }
}

/// A place as the reference names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    /// The index of an input, or the identifier of a resolved element.
    pub(crate) name: String,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Where a span lies, as the reference would say: the inputs by index; a resolved text by the
/// identifier of the top-level element, with lines from that element's first line.
pub(crate) fn location(
    span: dtdl_parser::source::Span,
    sources: &Sources,
    inputs: &[FileId],
) -> Location {
    let mut start = sources.position(span).line;
    // The end is that of the last character, not of the place after it.
    let mut end = sources.end_position(span).line;
    let name = match inputs.iter().position(|file| *file == span.file) {
        Some(index) => index.to_string(),
        None => {
            let (document, _) = json::parse(sources, span.file, &Limits::default());
            let tops: Vec<Value<'_>> = match document.root().map(Value::kind) {
                Some(Kind::Array(items)) => items.iter().collect(),
                _ => document.roots().collect(),
            };
            let top = tops.into_iter().find(|top| {
                let whole = top.span();
                whole.start <= span.start && span.end <= whole.end
            });
            let first = top.map_or(1, |top| sources.position(top.span()).line);
            start = start + 1 - first;
            end = end + 1 - first;
            top.and_then(Value::as_object)
                .and_then(|object| object.get("@id"))
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        }
    };
    Location { name, start, end }
}
