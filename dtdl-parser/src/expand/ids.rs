//! Identifiers: written ones checked, missing ones generated.

use super::context::Active;
use super::object::{Flat, Keywords, Node};
use super::sink::Sink;
use crate::diagnostics::{Code, Problem};
use crate::graph::{Strings, Sym};
use crate::json::{Kind, Member, Value};
use crate::metamodel::{Meaning, Metamodel, PropId};
use crate::source::Span;
use std::borrow::Cow;

/// Where an element stands: what its identifier is made from if it has none.
#[derive(Clone, Copy)]
pub(super) struct Nest<'p> {
    /// The identifier of the element around it; nothing at the top.
    pub(super) parent: Option<Sym>,
    /// The property that holds it, as identifiers name it.
    pub(super) prop: &'p str,
    /// The property whose value tells it from its siblings.
    pub(super) segment: Option<PropId>,
    /// Whether it must have an identifier of its own.
    pub(super) needs_id: bool,
}

/// The identifier of an element and whether it was written.
pub(super) struct Identity<'d> {
    pub(super) id: Sym,
    /// Where the name of `@id` stands.
    pub(super) written: Option<Span>,
    /// The member that the generated identifier was made from.
    pub(super) segment: Option<Member<'d>>,
}

/// The identifier of an element.
pub(super) fn identify<'d>(
    node: Node<'d>,
    keywords: &Keywords<'d>,
    nest: Nest<'_>,
    active: &Active,
    lenient: bool,
    strings: &mut Strings,
    sink: &mut Sink,
) -> Identity<'d> {
    match &keywords.id {
        Some(member) => {
            if let Some(id) = written(member, active, lenient, sink) {
                return Identity {
                    id: strings.intern(id),
                    written: Some(member.name_span),
                    segment: None,
                };
            }
        }
        None if nest.needs_id => {
            sink.quit(match nest.parent {
                None => Problem::new(Code::MissingTopLevelId).at(node.span()),
                Some(parent) => Problem::new(Code::MissingRequiredId)
                    .primary_id(strings.name(parent).to_owned())
                    .property(nest.prop.to_owned())
                    .at(node.span()),
            });
        }
        None => {}
    }
    let (label, segment) = segment(node, keywords, nest, strings, sink);
    Identity {
        id: generate(nest, label.as_deref(), strings),
        written: None,
        segment,
    }
}

/// Checks an identifier that is written. Even a wrong one names the element for what follows, unless
/// there is none to name it by.
fn written<'d>(
    member: &Member<'d>,
    active: &Active,
    lenient: bool,
    sink: &mut Sink,
) -> Option<&'d str> {
    let problem = |code| Problem::new(code).at(member.name_span);
    let Some(id) = member.value.as_str().filter(|id| !id.is_empty()) else {
        if !matches!(member.value.kind(), Kind::Invalid) {
            sink.quit(problem(Code::IdNotString));
        }
        return None;
    };
    let rules = active.rules();
    let longest = rules
        .define
        .get(active.limit.index())
        .copied()
        .unwrap_or(u32::MAX);
    let metamodel = Metamodel::get();
    if super::is_longer(id, longest) {
        let limit = metamodel
            .limits()
            .get(active.limit.index())
            .copied()
            .unwrap_or_default();
        let problem = problem(Code::IdTooLong)
            .value(id.to_owned())
            .limit(u64::from(longest))
            .restriction(active.version.to_string());
        sink.quit(if limit.is_empty() {
            problem
        } else {
            problem.transformation(limit)
        });
    } else if !metamodel.pattern(rules.id_pattern).matches(id) {
        sink.quit(
            problem(Code::InvalidId)
                .value(id.to_owned())
                .restriction(active.version.to_string()),
        );
    } else if !lenient && active.reserved().any(|start| id.starts_with(start)) {
        let starts: Vec<String> = active
            .reserved()
            .map(|start| format!("'{start}'"))
            .collect();
        sink.quit(
            problem(Code::ReservedId)
                .value(id.to_owned())
                .restriction(starts.join(", ")),
        );
    }
    Some(id)
}

/// The label that tells an element from its siblings.
fn segment<'d>(
    node: Node<'d>,
    keywords: &Keywords<'d>,
    nest: Nest<'_>,
    strings: &Strings,
    sink: &mut Sink,
) -> (Option<Cow<'d, str>>, Option<Member<'d>>) {
    let Some(segment) = nest.segment else {
        return (None, None);
    };
    let metamodel = Metamodel::get();
    let name = metamodel.prop_name(segment);
    let means = |member: &Member<'_>| {
        member.name.starts_with("dtmi:")
            && matches!(metamodel.meaning(member.name), Some(Meaning::Prop(prop, _)) if prop == segment)
    };
    let problem = |code| {
        let parent = nest
            .parent
            .map(|parent| strings.name(parent))
            .unwrap_or_default()
            .to_owned();
        Problem::new(code)
            .primary_id(parent)
            .property(nest.prop.to_owned())
            .value(name)
            .at(node.span())
    };
    // In an object that could not be read to its end, what is missing may only be out of sight.
    let placeholder = || Some(Cow::Owned(node.span().start.to_string()));
    let by_term = node.object.member(name);
    let Some(member) = by_term.or_else(|| node.members().find(means)) else {
        if !node.is_damaged() && keywords.id.is_none() {
            sink.quit(problem(Code::MissingDtmiSegPropertyValue));
        }
        return (placeholder(), None);
    };
    match label(member.value) {
        Some(label) => (Some(label), Some(member)),
        None => {
            if !is_broken(member.value) {
                sink.quit(
                    problem(Code::DtmiSegPropertyNotStringOrNumber).against(member.name_span),
                );
            }
            (placeholder(), Some(member))
        }
    }
}

fn is_broken(value: Value<'_>) -> bool {
    Flat::of(value).any(|value| matches!(value.kind(), Kind::Invalid))
}

/// The text of a single string or number, alone or as a value object.
fn label(value: Value<'_>) -> Option<Cow<'_, str>> {
    let mut plain = Flat::of(value).single()?;
    if let Some(object) = plain.as_object() {
        plain = object.get("@value")?;
    }
    match plain.kind() {
        Kind::String(text) => Some(Cow::Borrowed(text)),
        Kind::Number(text) => Some(match super::literals::integer(text) {
            Some(number) => Cow::Owned(number.to_string()),
            None => Cow::Owned(text.replace('.', "_")),
        }),
        Kind::Null | Kind::Bool(_) | Kind::Array(_) | Kind::Object(_) | Kind::Invalid => None,
    }
}

/// Makes the identifier of an element that has none: that of its parent, before the version, then the
/// property and the label.
fn generate(nest: Nest<'_>, label: Option<&str>, strings: &mut Strings) -> Sym {
    let prop = nest.prop.split(';').next().unwrap_or_default();
    match label {
        Some(label) => strings.intern_below(nest.parent, &[":_", prop, ":__", label]),
        None => strings.intern_below(nest.parent, &[":_", prop]),
    }
}
