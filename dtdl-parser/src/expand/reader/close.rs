//! How an element ends: what it must have, and its size.

use super::{Frame, Reader};
use crate::diagnostics::{Code, Problem};
use crate::expand::field::is_object;
use crate::graph::{Edge, Key, Slot, Strings};
use crate::metamodel::{Kind, Metamodel};
use hashbrown::HashSet;

impl<'d> Reader<'_, 'd> {
    /// Ends an element.
    pub(super) fn close(&mut self) {
        let Some(mut frame) = self.stack.pop() else {
            return;
        };
        if frame.repeats {
            last_of_each(&mut frame.element.slots, &self.expanded.graph.strings);
        }
        if !frame.node.is_damaged() {
            self.required(&frame);
            self.added(&frame);
        }
        if self.sink.stopped {
            return;
        }
        let span = frame.node.span();
        let mut foreign = frame.foreign;
        if Metamodel::get().class(frame.element.class).partition {
            self.size(&frame, span.len().saturating_sub(foreign));
            foreign = span.len();
        }
        let edge = Edge {
            target: frame.element.id,
            span: Some(span),
        };
        self.expanded.graph.add(frame.element);
        if let Some(outer) = self.stack.last_mut() {
            outer.foreign += foreign;
            if let Some(values) = &mut outer.values {
                values.count += 1;
                values.edges.push(edge);
            }
        }
    }

    /// A partition has a limit for its own text, without the partitions inside.
    fn size(&mut self, frame: &Frame<'d>, size: u32) {
        let longest = frame.active.rules().partition;
        if let Some(longest) = longest.filter(|longest| size > *longest) {
            let problem = Problem::new(Code::PartitionTooLarge)
                .primary_id(self.name(frame.element.id))
                .value(Metamodel::get().class(frame.element.class).name)
                .observed(u64::from(size))
                .limit(u64::from(longest))
                .at(frame.node.span());
            self.sink.push(problem);
        }
    }

    fn required(&mut self, frame: &Frame<'d>) {
        let element = &frame.element;
        let row = Metamodel::get().class(element.class);
        for prop in row.props(element.version) {
            if prop.least_count == 0 || element.slot(Key::Own(prop.id)).is_some() {
                continue;
            }
            let code = if is_object(prop.kind) {
                Code::MissingObjectProperty
            } else {
                Code::MissingLiteralProperty
            };
            let problem = Problem::new(code)
                .primary_id(self.name(element.id))
                .property(prop.name)
                .at(frame.node.span());
            self.sink.push(problem);
        }
    }

    /// What the co-types of an element ask for.
    fn added(&mut self, frame: &Frame<'d>) {
        let metamodel = Metamodel::get();
        let element = &frame.element;
        for row in frame.co_types.iter().map(|&id| metamodel.co_type(id)) {
            for added in row.has.iter().filter(|added| added.required) {
                if element.added(added.id).is_some() {
                    continue;
                }
                let code = if added.kind == Kind::Identifier {
                    Code::MissingSupplementalIdentifierProperty
                } else if is_object(added.kind) {
                    Code::MissingSupplementalObjectProperty
                } else {
                    Code::MissingSupplementalLiteralProperty
                };
                let problem = Problem::new(code)
                    .primary_id(self.name(element.id))
                    .property(metamodel.supp_prop(added.id).term)
                    .type_(row.term)
                    .at(frame.node.span());
                self.sink.quit(problem);
            }
        }
    }
}

/// Of members that nothing defines and that have one name, the last counts, as in the reference
/// parser.
fn last_of_each(slots: &mut Vec<Slot>, strings: &Strings) {
    let mut seen = HashSet::new();
    slots.reverse();
    slots.retain(|slot| match slot.key {
        Key::Unknown(name) => seen.insert(strings.get(name)),
        Key::Own(_) | Key::Added(_) => true,
    });
    slots.reverse();
}
