//! Elements that the language defines enter a graph when they are first referred to.

use super::{Edge, Element, Graph, Key, LangText, Slot, Sym, Value};
use crate::metamodel::names::prop;
use crate::metamodel::{LimitId, Metamodel, StdElement, StdId, StdKey, StdValue};

impl Graph {
    /// Adds a standard element, and those that it speaks of.
    pub(crate) fn add_standard(&mut self, id: StdId) {
        let metamodel = Metamodel::get();
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            let row = metamodel.element(id);
            let symbol = self.strings.intern(&row.id);
            if self.find(symbol).is_some() {
                continue;
            }
            let element = self.standard(row, symbol);
            self.add(element);
            let values = row.slots.iter().rev().filter_map(|(_, value)| match value {
                StdValue::Elements(ids) => Some(ids.iter().rev().copied()),
                StdValue::Text(_) | StdValue::Int(_) => None,
            });
            todo.extend(values.flatten());
        }
    }

    fn standard(&mut self, row: &StdElement, id: Sym) -> Element {
        let mut element = Element::nothing(id);
        element.class = row.class;
        element.version = row.version;
        element.limit = LimitId(0);
        element.parent = row
            .parent
            .map(|parent| self.strings.intern(&Metamodel::get().element(parent).id));
        element.co_types.clone_from(&row.co_types);
        let name = self.display_name(row.term);
        element.slots.push(Slot {
            key: Key::Own(prop::DISPLAY_NAME),
            place: None,
            value: name,
        });
        for (key, value) in &row.slots {
            let key = match key {
                StdKey::Own(prop) => Key::Own(*prop),
                StdKey::Added(prop) => Key::Added(*prop),
            };
            let value = match value {
                // A blank can't stand in a word of a row, so it is written as `~`.
                StdValue::Text(text) => Value::Text(self.strings.add(&text.replace('~', " "))),
                StdValue::Int(number) => Value::Int(*number),
                StdValue::Elements(ids) => Value::Edges(
                    ids.iter()
                        .map(|id| Edge {
                            target: self.strings.intern(&Metamodel::get().element(*id).id),
                            span: None,
                        })
                        .collect(),
                ),
            };
            element.slots.push(Slot {
                key,
                place: None,
                value,
            });
        }
        element
    }

    /// The words of a term, as in `metre per second` for `metrePerSecond`.
    fn display_name(&mut self, term: &str) -> Value {
        let mut words = String::with_capacity(term.len() + 4);
        for letter in term.chars() {
            if letter.is_ascii_uppercase() && !words.is_empty() {
                words.push(' ');
            }
            words.push(letter.to_ascii_lowercase());
        }
        Value::Lang(vec![LangText {
            lang: self.strings.add("en"),
            text: self.strings.add(&words),
        }])
    }
}
