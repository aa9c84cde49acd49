//! How an element begins: its contexts, version, identifier and types.

use super::{Frame, Reader};
use crate::diagnostics::{Code, Problem};
use crate::expand::context::{self, Active};
use crate::expand::field::Field;
use crate::expand::ids::{self, Identity, Nest};
use crate::expand::object::{Flat, Keywords, Node};
use crate::expand::state::First;
use crate::expand::types::{self, Expected};
use crate::graph::{Element, Place, Sym};
use crate::json::{Member, Value};
use crate::metamodel::Metamodel;
use crate::metamodel::names::class;
use crate::source::Span;
use std::rc::Rc;

/// How deep elements may stand in elements. No version and no limit extension allows a twentieth of
/// it; below, each level would cost a generated identifier as long as the way to it.
const DEEPEST: usize = 500;

/// What an element is opened with.
pub(super) struct Opening<'k, 'd> {
    pub(super) node: Node<'d>,
    pub(super) keywords: &'k Keywords<'d>,
    pub(super) active: Rc<Active>,
    /// Where the part of `@context` stands that settles the version, if the element has one.
    pub(super) context_span: Option<Span>,
}

impl<'d> Reader<'_, 'd> {
    /// An object that is the value of a property.
    pub(super) fn nested(&mut self, value: Value<'d>, node: Node<'d>) {
        let Some((frame, values)) = self.here() else {
            return;
        };
        let (parent, field, place) = (frame.element.id, values.field, values.place);
        let outer = Rc::clone(&frame.active);
        let about = |reader: &Self, code| {
            Problem::new(code)
                .primary_id(reader.name(parent))
                .property(field.term())
        };
        let keywords = Keywords::of(node.object, self.sink);
        if self.stack.len() >= DEEPEST {
            let problem = about(self, Code::ElementsTooDeep)
                .restriction(DEEPEST.to_string())
                .at(place.name);
            self.sink.push(problem);
            return;
        }
        if field.nested_class().is_none() {
            let problem = about(self, Code::RefObjectNotAllowed)
                .at(place.name)
                .against(value.span());
            self.sink.push(problem);
            return;
        }
        let entered = context::enter(&keywords, Some(&outer), self.options, self.sink);
        let (active, context_span) = match entered {
            Ok(Some(active)) => (
                Rc::new(active),
                keywords.context.as_ref().map(|member| member.value.span()),
            ),
            Ok(None) => (outer, None),
            Err(context::Unusable) => return,
        };
        if self.sink.stopped {
            return;
        }
        if let (1, Some(id)) = (keywords.count, &keywords.id) {
            self.id_reference(id, field, parent, &active, node);
            return;
        }
        if let Some(graph) = &keywords.graph {
            let problem = about(self, Code::GraphDisallowed).at(graph.name_span);
            self.sink.push(problem);
        }
        if active.rules().strict {
            for member in keywords.strangers() {
                let problem = about(self, Code::KeywordDisallowed)
                    .value(member.name.to_owned())
                    .at(member.name_span);
                self.sink.push(problem);
            }
        }
        let opening = Opening {
            node,
            keywords: &keywords,
            active,
            context_span,
        };
        self.open(opening, Some((field, place)));
    }

    /// `{"@id": …}` stands for a reference only where old tools are to be followed.
    fn id_reference(
        &mut self,
        id: &Member<'d>,
        field: Field,
        parent: Sym,
        active: &Active,
        node: Node<'d>,
    ) {
        let text = id.value.as_str().unwrap_or_default();
        let lenient = self.lenient && active.rules().open;
        let problem = |code| {
            Problem::new(code)
                .property(field.term())
                .value(text.to_owned())
        };
        if !lenient {
            let problem = problem(Code::IdReference)
                .primary_id(self.name(parent))
                .at(node.span());
            let problem = problem.fix(
                "write the identifier alone",
                node.span(),
                format!("\"{text}\""),
            );
            self.sink.push(problem);
        } else if !self.refer(text, id.value) {
            let problem = problem(Code::IdRefBadDtmiOrTerm)
                .primary_id(self.name(parent))
                .at(id.name_span);
            self.sink
                .push(problem.restriction(active.version.to_string()));
        }
    }

    /// Begins an element. If it can't be taken for anything, its members say nothing and are left out.
    pub(super) fn open(&mut self, opening: Opening<'_, 'd>, at: Option<(Field, Place)>) {
        let Opening { node, keywords, .. } = opening;
        let active = &opening.active;
        let around = self.stack.last();
        let defined_in = around.map(Self::partition_of);
        let field = at.map(|(field, _)| field);
        let nest = Nest {
            parent: around.map(|frame| frame.element.id),
            prop: field.map_or("", Field::long_name),
            segment: field.and_then(Field::segment),
            needs_id: field.is_none_or(Field::needs_id),
        };
        self.check_version(&opening, field, nest);
        // A root without an identifier has been reported, and has no parent to take one from.
        if nest.parent.is_none() && keywords.id.is_none() {
            return;
        }
        let lenient = self.lenient && active.rules().open;
        let strings = &mut self.expanded.graph.strings;
        let identity = ids::identify(node, keywords, nest, active, lenient, strings, self.sink);
        if self.sink.stopped || !self.define(&identity, node, nest, lenient) {
            return;
        }
        let expected = Expected {
            class: field.and_then(Field::nested_class).unwrap_or(class::ENTITY),
            typed: field.is_none_or(Field::needs_type),
            parent: nest.parent,
            prop: nest.prop,
            prop_span: at.map(|(_, place)| place.name),
        };
        let strings = &mut self.expanded.graph.strings;
        let types = types::types_of(
            node,
            keywords,
            identity.id,
            expected,
            active,
            strings,
            self.sink,
        );
        let Some(class) = types.class else { return };
        let element = Element {
            id: identity.id,
            class,
            version: active.version,
            parent: nest.parent,
            defined_in,
            co_types: types.co_types,
            undefined_types: types.undefined,
            slots: Vec::with_capacity(keywords.plain),
            span: Some(node.span()),
            type_span: keywords.type_span(),
            id_span: identity.written,
            limit: active.limit,
        };
        self.stack.push(Frame {
            element,
            node,
            next: 0,
            co_types: types.written,
            typed: keywords.types.is_some(),
            repeats: false,
            values: None,
            foreign: 0,
            active: opening.active,
        });
    }

    /// Whether an element of this version may be defined below one of that version.
    fn check_version(&mut self, opening: &Opening<'_, 'd>, field: Option<Field>, nest: Nest<'_>) {
        let version = opening.active.version;
        if let (Some(Field::Own(prop)), Some(parent)) = (field, nest.parent)
            && !prop.refers.contains(&version)
        {
            let versions: Vec<String> = prop.refers.iter().map(u8::to_string).collect();
            let problem = Problem::new(Code::DisallowedVersionDefinition)
                .primary_id(self.name(parent))
                .property(prop.name)
                .value(version.to_string())
                .restriction(versions.join(" ,"))
                .at(opening.context_span.unwrap_or(opening.node.span()));
            self.sink.push(problem);
        }
    }

    /// Takes an identifier for an element, unless another one has it.
    fn define(
        &mut self,
        identity: &Identity<'d>,
        node: Node<'d>,
        nest: Nest<'_>,
        lenient: bool,
    ) -> bool {
        let index = identity.id.index();
        if self.expanded.defined.len() <= index {
            self.expanded.defined.resize(index + 1, None);
        }
        let Some(slot) = self.expanded.defined.get_mut(index) else {
            return false;
        };
        let segment = identity.segment.as_ref().map(|member| member.name_span);
        let Some(first) = *slot else {
            *slot = Some(First {
                id_span: identity.written,
                span: node.span(),
                segment,
            });
            return true;
        };
        if let Some(again) = identity.written {
            let problem = Problem::new(Code::DuplicateDefinition)
                .primary_id(self.name(identity.id))
                .at(first.id_span.unwrap_or(first.span))
                .against(again);
            self.sink.push(problem);
        } else if let (Some(member), Some(segment), Some(parent), false) =
            (&identity.segment, nest.segment, nest.parent, lenient)
        {
            let value = Flat::of(member.value).next().map(plain_text);
            let problem = Problem::new(Code::NonUniquePropertyValue)
                .primary_id(self.name(parent))
                .property(nest.prop.to_owned())
                .aux_property(Metamodel::get().prop_name(segment))
                .value(value.unwrap_or_default())
                .at(first.segment.unwrap_or(first.span))
                .against(member.name_span);
            self.sink.push(problem);
        }
        false
    }
}

/// A literal as problems quote it.
fn plain_text(value: Value<'_>) -> String {
    let inner = value
        .as_object()
        .and_then(|object| object.get("@value"))
        .unwrap_or(value);
    inner
        .as_str()
        .map_or_else(|| inner.text().to_owned(), str::to_owned)
}
