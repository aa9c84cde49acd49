//! What the row of a property says of its values that only links can tell: how many of them there
//! are, and which standard elements they may be.

use super::{Places, Scene, quoted_choice};
use crate::diagnostics::{Code, Problem};
use crate::graph::{Element, Key, Slot};
use crate::metamodel::{Kind, Prop};

pub(super) fn check(scene: Scene<'_>, problems: &mut Vec<Problem>) {
    for (_, element) in scene.subjects() {
        for slot in &element.slots {
            let Key::Own(id) = slot.key else { continue };
            if slot.value.edges().is_empty() {
                continue;
            }
            let Some(row) = scene.row(element, id) else {
                continue;
            };
            count(scene, element, slot, row, problems);
            choice(scene, element, slot, row, problems);
        }
    }
}

fn count(
    scene: Scene<'_>,
    element: &Element,
    slot: &Slot,
    row: &Prop,
    problems: &mut Vec<Problem>,
) {
    let found = slot.value.edges().len() as u64;
    if let Some(most) = row.most_count.filter(|&most| found > u64::from(most)) {
        problems.push(
            scene
                .problem(Code::ObjectCountAboveMax, element)
                .property(row.name)
                .observed(found)
                .limit(u64::from(most))
                .at_name(element, slot.key),
        );
    }
}

/// Checks that values are among the standard elements that the row lists by their terms. An element
/// of a class that is not allowed has been reported as such.
fn choice(
    scene: Scene<'_>,
    element: &Element,
    slot: &Slot,
    row: &Prop,
    problems: &mut Vec<Problem>,
) {
    let Kind::Object(class) = row.kind else {
        return;
    };
    if row.values.is_empty() {
        return;
    }
    let classes = scene.metamodel.class(class).concrete(element.version);
    for edge in slot.value.edges() {
        let Some((_, target)) = scene.target(edge) else {
            continue;
        };
        let id = scene.graph.strings.name(target.id);
        let term = scene.metamodel.term_or_id(id);
        let standard = scene.metamodel.element_with_id(id).is_some();
        if classes.has(target.class) && !(standard && row.values.contains(&term)) {
            problems.push(
                scene
                    .problem(Code::IncorrectPropertyValue, element)
                    .property(row.name)
                    .value(term.to_owned())
                    .restriction(quoted_choice(row.values.iter().copied()))
                    .at_name(element, slot.key),
            );
        }
    }
}
