//! What differs between the values of a property: names, values of an Enum.

use super::literal::Literal;
use super::{Places, Scene};
use crate::diagnostics::{Code, Problem};
use crate::graph::{Element, Key, Slot};
use crate::metamodel::{Prop, PropId};
use hashbrown::HashMap;

pub(super) fn check(scene: Scene<'_>, problems: &mut Vec<Problem>) {
    // One table for all, because most elements have few values and there are many elements.
    let mut first = HashMap::new();
    for (_, element) in scene.subjects() {
        for slot in &element.slots {
            let Key::Own(id) = slot.key else { continue };
            // One value differs from all others.
            if slot.value.edges().len() < 2 {
                continue;
            }
            let Some(row) = scene.row(element, id) else {
                continue;
            };
            for &unique in &row.unique {
                first.clear();
                among(scene, element, slot, (row, unique), &mut first, problems);
            }
        }
    }
}

/// Checks that a property differs between the values in a slot.
fn among<'g>(
    scene: Scene<'g>,
    holder: &Element,
    slot: &Slot,
    (row, unique): (&Prop, PropId),
    first: &mut HashMap<Literal<'g>, &'g Element>,
    problems: &mut Vec<Problem>,
) {
    for edge in slot.value.edges() {
        let Some((_, child)) = scene.target(edge) else {
            continue;
        };
        let value = child.value(unique);
        let Some(literal) = value.and_then(|value| Literal::of(value, &scene.graph.strings)) else {
            continue;
        };
        match first.get(&literal) {
            None => {
                first.insert(literal, child);
            }
            // The same element twice is no second one.
            Some(known) if known.id == child.id => {}
            Some(known) => problems.push(
                scene
                    .problem(Code::NonUniquePropertyValue, holder)
                    .property(row.name)
                    .aux_property(scene.metamodel.prop_name(unique))
                    .value(literal.to_string())
                    .at_name(known, Key::Own(unique))
                    .against_name(child, Key::Own(unique)),
            ),
        }
    }
}
