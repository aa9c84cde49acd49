//! Rules over everything below an element: how deep, how much, never itself, never some class, of what
//! datatype; and what an element inherits.
//!
//! Rows that differ only in version and limits share a walk.

mod count;
mod cycles;
mod datatype;
mod depth;
mod exclude;
mod imports;
mod links;
mod walk;

pub(super) use imports::{Inherited, Takes};

use super::{Scene, quoted_choice};
use crate::diagnostics::Problem;
use crate::graph::{Element, ElementIx};
use crate::metamodel::{ByLimit, Control};
use hashbrown::HashSet;
use links::Links;
use walk::{Route, Walk};

/// A walk that rows share, and what was found out about it.
struct Survey<'s> {
    scene: Scene<'s>,
    route: Route<'s>,
    walk: Walk,
    /// The elements from which a row asks for something, in the order in which they were read.
    roots: Vec<Root<'s>>,
}

/// An element and the row that speaks of everything below it.
#[derive(Clone, Copy)]
struct Root<'s> {
    ix: ElementIx,
    element: &'s Element,
    row: &'s Control,
}

impl Root<'_> {
    /// The bound that is in force where the element is written.
    fn bound(self, bounds: Option<ByLimit>) -> Option<u32> {
        bounds?.get(self.element.limit.index()).copied()
    }
}

impl<'s> Survey<'s> {
    fn of(scene: Scene<'s>, links: &'s Links, rows: &[&'s Control]) -> Option<Self> {
        let first = *rows.first()?;
        let row_of = |element: &Element| {
            rows.iter().copied().find(|row| {
                row.version == element.version && scene.metamodel.is_a(element.class, row.class)
            })
        };
        let roots: Vec<Root<'_>> = scene
            .subjects()
            .filter_map(|(ix, element)| row_of(element).map(|row| Root { ix, element, row }))
            .collect();
        if roots.is_empty() {
            return None;
        }
        let route = Route {
            links,
            through: &first.through,
            narrow: first.narrow,
        };
        let places: Vec<ElementIx> = roots.iter().map(|root| root.ix).collect();
        let walk = Walk::of(route, scene.graph.elements.len(), &places);
        Some(Self {
            scene,
            route,
            walk,
            roots,
        })
    }

    fn element(&self, ix: ElementIx) -> Option<&'s Element> {
        self.scene.graph.at(ix)
    }

    /// The properties as problems name them.
    fn props(&self) -> String {
        let names = self.route.through.iter();
        quoted_choice(names.map(|&prop| self.scene.metamodel.prop_name(prop)))
    }

    /// A table with an entry for every element.
    fn table<T: Clone>(&self, value: T) -> Vec<T> {
        vec![value; self.scene.graph.elements.len()]
    }
}

/// The entry of an element.
fn entry<T: Copy + Default>(table: &[T], ix: ElementIx) -> T {
    table.get(ix.0 as usize).copied().unwrap_or_default()
}

fn set<T>(table: &mut [T], ix: ElementIx, value: T) {
    if let Some(slot) = table.get_mut(ix.0 as usize) {
        *slot = value;
    }
}

/// Checks every row, and returns what elements hold with what they inherit, if that is to be kept.
pub(super) fn check(scene: Scene<'_>, keep: bool, problems: &mut Vec<Problem>) -> Inherited {
    let links = Links::of(scene);
    let mut inherited = Inherited::new();
    let mut told = HashSet::new();
    for rows in alike(scene.metamodel.controls()) {
        let Some(row) = rows.first() else { continue };
        if row.datatype.is_some() {
            datatype::check(scene, &links, &rows, problems);
            continue;
        }
        let Some(survey) = Survey::of(scene, &links, &rows) else {
            continue;
        };
        if row.exclude.is_some() {
            exclude::check(&survey, problems);
            continue;
        }
        let cyclic = cycles::check(&survey, &mut told, problems);
        let deep = depth::check(&survey, &cyclic, problems);
        count::check(&survey, problems);
        if row.imports.is_some() {
            imports::check(&survey, &cyclic, &deep, keep, &mut inherited, problems);
        }
    }
    inherited
}

/// The rows in groups that share a walk and a kind of rule, in the order of the file.
fn alike(controls: &[Control]) -> Vec<Vec<&Control>> {
    let mut groups: Vec<Vec<&Control>> = Vec::new();
    for row in controls {
        let same = |group: &&mut Vec<&Control>| {
            group.first().is_some_and(|first| {
                (first.class, first.narrow, &first.through) == (row.class, row.narrow, &row.through)
                    && (first.exclude, first.datatype, first.imports)
                        == (row.exclude, row.datatype, row.imports)
            })
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}
