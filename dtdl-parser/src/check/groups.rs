//! Elements that stand side by side in one property of one element.

use super::Scene;
use super::controls::{Inherited, Takes};
use super::parents;
use super::siblings::Siblings;
use crate::diagnostics::Problem;
use crate::graph::{Element, ElementIx, Key};
use crate::metamodel::Prop;
use hashbrown::HashSet;

/// Siblings, and what holds them.
#[derive(Clone, Copy)]
pub(super) struct Group<'g> {
    pub(super) scene: Scene<'g>,
    /// The element that holds them.
    pub(super) holder: &'g Element,
    /// The property in which it does.
    pub(super) row: &'static Prop,
    /// The siblings, in the order in which they were read.
    pub(super) members: &'g [&'g Element],
}

/// Whether a co-type of an element asks for something from its siblings or from what holds them.
pub(super) fn is_concerned(scene: Scene<'_>, element: &Element) -> bool {
    let mut lineage = element
        .co_types
        .iter()
        .flat_map(|&co_type| scene.metamodel.lineage(co_type));
    lineage.any(|co_type| {
        let row = scene.metamodel.co_type(co_type);
        !row.siblings.is_empty()
            || !row.below.is_empty()
            || row.agrees.is_some()
            || row.has.iter().any(|added| added.unique)
    })
}

pub(super) fn check(scene: Scene<'_>, inherited: &Inherited, problems: &mut Vec<Problem>) {
    let mut siblings = Siblings::default();
    let complete: HashSet<_> = inherited
        .iter()
        .map(|takes| (takes.holder, takes.prop))
        .collect();
    for (ix, holder) in scene.subjects() {
        for slot in &holder.slots {
            let Key::Own(prop) = slot.key else { continue };
            // What inherits is looked at below, together with what it inherits.
            if slot.value.edges().is_empty() || complete.contains(&(ix, prop)) {
                continue;
            }
            let targets = slot.value.edges().iter();
            let members: Vec<ElementIx> = targets
                .filter_map(|edge| scene.target(edge))
                .map(|(ix, _)| ix)
                .collect();
            let takes = Takes {
                holder: ix,
                prop,
                members,
            };
            group(scene, &takes, &mut siblings, problems);
        }
    }
    for takes in inherited {
        group(scene, takes, &mut siblings, problems);
    }
}

fn group(scene: Scene<'_>, takes: &Takes, siblings: &mut Siblings, problems: &mut Vec<Problem>) {
    let Some(holder) = scene.graph.at(takes.holder) else {
        return;
    };
    let Some(row) = scene.row(holder, takes.prop) else {
        return;
    };
    let at = |ix: &ElementIx| scene.graph.at(*ix);
    if !takes
        .members
        .iter()
        .filter_map(at)
        .any(|member| is_concerned(scene, member))
    {
        return;
    }
    let mut places = takes.members.clone();
    places.sort_unstable();
    places.dedup();
    let members: Vec<&Element> = places.iter().filter_map(at).collect();
    let group = Group {
        scene,
        holder,
        row,
        members: &members,
    };
    parents::check(group, problems);
    siblings.check(group, problems);
}
