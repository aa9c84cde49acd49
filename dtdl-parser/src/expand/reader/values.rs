//! Values that are elements, or refer to some.

use super::Reader;
use crate::diagnostics::{Code, Problem};
use crate::expand::field::{Field, class_of};
use crate::expand::object::Node;
use crate::expand::state::Reference;
use crate::expand::suggestions;
use crate::graph::{Edge, Value as GraphValue};
use crate::json::{Kind as JsonKind, Value};
use crate::metamodel::Metamodel;

impl<'d> Reader<'_, 'd> {
    pub(super) fn value(&mut self, value: Value<'d>) {
        let Some((frame, values)) = self.here() else {
            return;
        };
        let about = |code| {
            Problem::new(code)
                .primary_id(self.name(frame.element.id))
                .property(values.field.term())
        };
        if !values.field.plural() && values.count > 0 {
            let problem = about(Code::ObjectMultipleValues).at(values.place.value);
            self.sink.push(problem);
            self.finish_values();
            return;
        }
        match value.kind() {
            JsonKind::String(text) => {
                if !self.refer(text, value) {
                    self.bad_term(text, value);
                }
            }
            JsonKind::Object(object) => self.nested(value, Node { value, object }),
            // It has been reported, and stands for something that is there.
            JsonKind::Invalid => self.count(),
            JsonKind::Null | JsonKind::Bool(_) | JsonKind::Number(_) | JsonKind::Array(_) => {
                let problem = about(Code::RefNotStringOrObject)
                    .at(values.place.name)
                    .against(value.span());
                self.sink.push(problem);
            }
        }
    }

    fn count(&mut self) {
        let values = self.stack.last_mut().and_then(|it| it.values.as_mut());
        if let Some(values) = values {
            values.count += 1;
        }
    }

    /// Notes a reference to an element, and says whether the text is one.
    pub(super) fn refer(&mut self, text: &str, value: Value<'d>) -> bool {
        let Some(frame) = self.stack.last_mut() else {
            return false;
        };
        let Some(values) = &mut frame.values else {
            return false;
        };
        let Some(id) = frame.active.dtmi(text) else {
            return false;
        };
        let strings = &mut self.expanded.graph.strings;
        let written = strings.intern(id);
        let target = Metamodel::get()
            .alias(id)
            .map_or(written, |target| strings.intern(target));
        values.count += 1;
        values.edges.push(Edge {
            target,
            span: Some(value.span()),
        });
        let expected = match values.field {
            Field::Own(prop) => prop.kind.class(),
            Field::Added(_) => None,
        };
        self.expanded.references.push(Reference {
            from: frame.element.id,
            key: values.field.key(),
            target,
            written,
            term: !text.starts_with("dtmi:"),
            name_span: values.place.name,
            span: value.span(),
            version: frame.active.version,
            expected,
        });
        true
    }

    fn bad_term(&mut self, text: &str, value: Value<'d>) {
        let Some((frame, values)) = self.here() else {
            return;
        };
        let similar = class_of(values.field.kind())
            .map(|class| suggestions::elements(text, class, &frame.active))
            .unwrap_or_default();
        let problem = Problem::new(Code::BadDtmiOrTerm)
            .primary_id(self.name(frame.element.id))
            .property(values.field.term())
            .value(text.to_owned())
            .restriction(frame.active.version.to_string())
            .suggestions(similar)
            .at(values.place.name)
            .against(value.span());
        self.sink.push(problem);
    }

    pub(super) fn end_values(&mut self) {
        let Some((frame, values)) = self.here() else {
            return;
        };
        let least = values.field.least_count();
        if values.count < least {
            let problem = Problem::new(Code::ObjectCountBelowMin)
                .primary_id(self.name(frame.element.id))
                .property(values.field.term())
                .observed(u64::from(values.count))
                .limit(u64::from(least))
                .at(values.place.name);
            self.sink.push(problem);
        }
        self.finish_values();
    }

    fn finish_values(&mut self) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        let Some(values) = frame.values.take() else {
            return;
        };
        if let Some(slot) = frame.element.slots.get_mut(values.slot) {
            slot.value = GraphValue::Edges(values.edges);
        }
    }
}
