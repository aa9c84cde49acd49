//! The members of an element.

use super::{Frame, Reader, Values};
use crate::diagnostics::{Code, Problem};
use crate::expand::field::{Field, is_object};
use crate::expand::languages::Languages;
use crate::expand::literals::Literals;
use crate::expand::object::Flat;
use crate::expand::suggestions;
use crate::graph::{Key, Place, Slot, Value as GraphValue};
use crate::json::Member;
use crate::metamodel::{Added, Kind, Metamodel, SuppPropId, Tolerance, UnknownKind};
use std::rc::Rc;

impl<'d> Reader<'_, 'd> {
    pub(super) fn member(&mut self, member: &Member<'d>) {
        if member.name.starts_with('@') {
            return;
        }
        let Some(frame) = self.stack.last() else {
            return;
        };
        let row = Metamodel::get().class(frame.element.class);
        if let Some(prop) = row.prop_named(frame.element.version, member.name) {
            self.field(Field::Own(prop), member);
        } else if let Some(added) = added_named(frame, member.name) {
            self.field(Field::Added(added), member);
        } else {
            self.unknown(member);
        }
    }

    fn field(&mut self, field: Field, member: &Member<'d>) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        let key = field.key();
        let id = frame.element.id;
        if let Some(first) = frame.element.slot(key) {
            let first = first.place.map_or(member.name_span, |place| place.name);
            let problem = Problem::new(Code::DuplicatePropertyName)
                .primary_id(self.expanded.graph.strings.name(id).to_owned())
                .property(field.term())
                .at(member.name_span)
                .against(first);
            self.sink.push(problem);
            return;
        }
        let place = Place {
            name: member.name_span,
            value: member.value.span(),
        };
        if is_object(field.kind()) {
            let values = Flat::of(member.value);
            frame.values = Some(Values {
                field,
                place,
                slot: frame.element.slots.len(),
                edges: Vec::with_capacity(values.len()),
                values,
                count: 0,
            });
            // The slot is there from now on, so that a second member of the name is noticed.
            frame.element.slots.push(Slot {
                key,
                place: Some(place),
                value: GraphValue::Broken,
            });
            return;
        }
        let value = self.literal(field, member);
        if let Some(frame) = self.stack.last_mut() {
            frame.element.slots.push(Slot {
                key,
                place: Some(place),
                value,
            });
        }
    }

    fn literal(&mut self, field: Field, member: &Member<'d>) -> GraphValue {
        let Some(frame) = self.stack.last() else {
            return GraphValue::Broken;
        };
        let id = frame.element.id;
        // Problems about literals name added properties by identifier, as the reference parser does.
        let prop = field.long_name();
        let bounds = field.bounds(frame.active.limit);
        let strings = &mut self.expanded.graph.strings;
        if field.kind() == Kind::LangString {
            let default = match field {
                Field::Own(prop) => prop.default_language,
                Field::Added(_) => "en",
            };
            return Languages {
                id,
                prop,
                default,
                max_length: bounds.max_length,
                active: &frame.active,
                strings,
                sink: self.sink,
            }
            .read(member.value);
        }
        Literals {
            id,
            prop,
            bounds,
            active: &frame.active,
            strings,
            sink: self.sink,
        }
        .read(field.kind(), member.value)
    }

    /// A member that nothing defines is kept or refused, as the version says.
    fn unknown(&mut self, member: &Member<'d>) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        let active = Rc::clone(&frame.active);
        let kind = match active.dtmi(member.name) {
            Some(_) => UnknownKind::Irrelevant,
            None if member.name.starts_with("dtmi:") => UnknownKind::BadDtmi,
            None if member.name.contains(':') => UnknownKind::NonDtmi,
            None => UnknownKind::Term,
        };
        let rule = active
            .rules()
            .unknown
            .get(kind as usize)
            .map_or(Tolerance::Invalid, |unknown| unknown.as_property);
        let tolerated = match rule {
            Tolerance::Valid => true,
            Tolerance::Tenable => !active.is_complete(),
            Tolerance::Invalid => false,
        };
        if tolerated && !frame.element.undefined_types.is_empty() {
            self.keep(member);
            return;
        }
        let row = Metamodel::get().class(frame.element.class);
        let id = self.expanded.graph.strings.name(frame.element.id);
        let problem = |code| {
            Problem::new(code)
                .primary_id(id.to_owned())
                .property(member.name.to_owned())
                .at(member.name_span)
        };
        let mut problem = match (tolerated, kind) {
            (true, _) if frame.typed => problem(Code::NoTypeThatAllows),
            (true, _) => problem(Code::InferredTypeDoesNotAllow)
                .type_(row.name)
                .against(frame.node.span()),
            (false, UnknownKind::Term) => {
                problem(Code::PropertyUndefinedTerm).restriction(active.version.to_string())
            }
            (false, UnknownKind::Irrelevant) => problem(Code::PropertyIrrelevantDtmiOrTerm),
            (false, UnknownKind::NonDtmi) => problem(Code::PropertyNotDtmiNorTerm),
            (false, UnknownKind::BadDtmi) => problem(Code::PropertyInvalidDtmi),
        };
        if let (Code::NoTypeThatAllows | Code::PropertyIrrelevantDtmiOrTerm, Some(span)) =
            (problem.code, frame.element.type_span)
        {
            problem = problem.against(span);
        }
        if kind == UnknownKind::Term {
            let version = frame.element.version;
            let similar = suggestions::members(member.name, row, &frame.co_types, version);
            if problem.code == Code::PropertyUndefinedTerm
                && let Some(home) = suggestions::home_of_member(member.name, version)
            {
                problem = problem.home(home);
            }
            problem = problem.suggestions(similar);
        }
        self.sink.push(problem);
    }

    /// Keeps a member as it is written.
    fn keep(&mut self, member: &Member<'d>) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        let strings = &mut self.expanded.graph.strings;
        frame.repeats |= member.duplicate_of.is_some();
        frame.element.slots.push(Slot {
            key: Key::Unknown(strings.add(member.name)),
            place: Some(Place {
                name: member.name_span,
                value: member.value.span(),
            }),
            value: GraphValue::Json(strings.add(member.value.text())),
        });
    }
}

/// The property that a co-type of an element adds under a member name.
fn added_named(frame: &Frame<'_>, name: &str) -> Option<&'static Added> {
    if frame.co_types.is_empty() {
        return None;
    }
    let metamodel = Metamodel::get();
    let id: SuppPropId = metamodel.added_with_id(frame.active.dtmi(name)?)?;
    let lineages = frame
        .co_types
        .iter()
        .flat_map(|&co_type| metamodel.lineage(co_type));
    lineages
        .flat_map(|co_type| &metamodel.co_type(co_type).has)
        .find(|added| added.id == id)
}
