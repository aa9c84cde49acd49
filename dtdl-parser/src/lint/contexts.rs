//! What is in force at a place of a document, as far as recommendations need it, and the
//! recommendations about `@context` itself.

use crate::diagnostics::{Code, Problem};
use crate::dtmi::Dtmi;
use crate::json::Value;
use crate::metamodel::{ContextId, Metamodel};
use crate::source::Span;

/// The contexts in force at a place of a document.
#[derive(Clone, Default)]
pub(super) struct Contexts {
    /// The version of DTDL; 0 if none is known.
    pub(super) version: u8,
    active: Vec<ContextId>,
}

/// One text in `@context`.
struct Entry<'d> {
    text: &'d str,
    span: Span,
    /// What it names, if the metamodel knows it.
    known: Option<ContextId>,
}

impl Contexts {
    /// The term that says the same as an identifier where these contexts are in force.
    pub(super) fn term_for(&self, id: &str) -> Option<&'static str> {
        if !id.starts_with("dtmi:") {
            return None;
        }
        let metamodel = Metamodel::get();
        let term = metamodel.known_term(id)?;
        let means_it = |context: &ContextId| metamodel.term(*context, term) == Some(id);
        self.active.iter().any(means_it).then_some(term)
    }

    /// The identifier that a name or a type stands for: itself, or that of a term.
    pub(super) fn id_of<'t>(&self, name: &'t str) -> Option<&'t str> {
        if name.contains(':') {
            return Some(name);
        }
        let metamodel = Metamodel::get();
        self.active
            .iter()
            .find_map(|context| metamodel.term(*context, name))
    }

    /// The contexts of an object with this `@context` inside of `self`.
    pub(super) fn with(&self, context: Value<'_>) -> Self {
        let metamodel = Metamodel::get();
        let mut inner = self.clone();
        for entry in entries(context) {
            let Some(known) = entry.known else {
                continue;
            };
            let row = metamodel.context(known);
            if row.core {
                inner.active.retain(|old| !metamodel.context(*old).core);
                inner.active.insert(0, known);
                inner.version = row.version;
            } else if !inner.active.contains(&known) {
                inner.active.push(known);
            }
        }
        inner
    }
}

/// What an `@context` does that is not recommended.
pub(super) fn check(context: Value<'_>, problems: &mut Vec<Problem>) {
    let metamodel = Metamodel::get();
    let entries = entries(context);
    // The version set so far, whether it waits for limits, and where.
    let mut core: Option<(u8, bool, Span)> = None;
    for (index, entry) in entries.iter().enumerate() {
        let before = entries.get(..index).unwrap_or_default();
        if let Some(first) = before.iter().find(|earlier| earlier.text == entry.text) {
            problems.push(
                Problem::new(Code::DuplicateContext)
                    .value(entry.text.to_owned())
                    .at(entry.span)
                    .against(first.span),
            );
            continue;
        }
        let Some(known) = entry.known else {
            problems.push(
                Problem::new(Code::UndefinedExtension)
                    .value(entry.text.to_owned())
                    .at(entry.span),
            );
            continue;
        };
        let row = metamodel.context(known);
        if !row.core {
            let followed = entries
                .get(index..)
                .unwrap_or_default()
                .iter()
                .any(|later| later.known.is_some_and(|id| metamodel.context(id).core));
            if core.is_none() && followed {
                problems.push(
                    Problem::new(Code::ContextBeforeDtdl)
                        .value(entry.text.to_owned())
                        .at(entry.span),
                );
            }
            continue;
        }
        let limitless = entry.text.ends_with("#limitless");
        match core {
            // A second one of the same version sets the limits that the first set aside.
            Some((version, true, _)) if version == row.version => {}
            Some((version, _, first)) => {
                let code = if row.version < version {
                    Code::ContextLowersVersion
                } else {
                    Code::SeveralDtdlContexts
                };
                problems.push(
                    Problem::new(code)
                        .value(entry.text.to_owned())
                        .restriction(version.to_string())
                        .at(entry.span)
                        .against(first),
                );
            }
            None => {}
        }
        core = Some((row.version, limitless, entry.span));
    }
}

fn entries(context: Value<'_>) -> Vec<Entry<'_>> {
    let values: Vec<Value<'_>> = match context.as_array() {
        Some(items) => items.iter().collect(),
        None => vec![context],
    };
    let texts = values
        .into_iter()
        .filter_map(|value| Some((value.as_str()?, value.span())));
    texts
        .map(|(text, span)| Entry {
            text,
            span,
            known: Dtmi::parse(text)
                .ok()
                .and_then(|id| Metamodel::get().context_named(id.path(), id.major())),
        })
        .collect()
}
