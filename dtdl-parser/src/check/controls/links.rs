//! The edges between elements, laid out for walks.

use crate::check::Scene;
use crate::graph::{ElementIx, Key};
use crate::metamodel::PropId;

/// An edge through a property of a class.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) prop: PropId,
    pub(super) to: ElementIx,
}

/// The edges of every element through properties of its class, those to missing elements left out. The
/// properties of an element come in the order of their names, as walks of the reference parser take
/// them, and the values of one property in the order of the text.
#[derive(Debug)]
pub(super) struct Links {
    /// Where the links of each element begin, and at last where those of the last one end.
    starts: Vec<usize>,
    links: Vec<Link>,
}

impl Links {
    pub(super) fn of(scene: Scene<'_>) -> Self {
        let mut starts = Vec::with_capacity(scene.graph.elements.len() + 1);
        let mut links = Vec::new();
        let mut slots = Vec::new();
        for element in &scene.graph.elements {
            starts.push(links.len());
            slots.clear();
            for slot in &element.slots {
                if let (Key::Own(prop), false) = (slot.key, slot.value.edges().is_empty()) {
                    slots.push((prop, slot));
                }
            }
            slots.sort_by_key(|(prop, _)| scene.metamodel.prop_name(*prop));
            for &(prop, slot) in &slots {
                let targets = slot.value.edges().iter();
                let targets = targets.filter_map(|edge| scene.graph.find(edge.target));
                links.extend(targets.map(|to| Link { prop, to }));
            }
        }
        starts.push(links.len());
        Self { starts, links }
    }

    /// The links of an element.
    pub(super) fn from(&self, ix: ElementIx) -> &[Link] {
        let at = ix.0 as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(&start), Some(&end)) => self.links.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }
}
