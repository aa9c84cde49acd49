//! What an element inherits: the values of a property of everything that it leads to.

use super::cycles::Cyclic;
use super::depth::Depths;
use super::{Root, Survey};
use crate::check::literal::Literal;
use crate::check::{Places, Scene, groups};
use crate::diagnostics::{Code, Problem};
use crate::graph::{Element, ElementIx, Key};
use crate::metamodel::{Prop, PropId};
use hashbrown::{HashMap, HashSet};

/// The elements that hold more than is written in them, those of the documents in order. Only kept
/// while an element asks for something from its siblings.
pub(in crate::check) type Inherited = Vec<Takes>;

/// What an element holds in a property.
#[derive(Debug)]
pub(in crate::check) struct Takes {
    pub(in crate::check) holder: ElementIx,
    pub(in crate::check) prop: PropId,
    pub(in crate::check) members: Vec<ElementIx>,
}

/// Reports inherited values whose key is taken. Elements that lead to a cycle, or too far, inherit
/// nothing; both have been reported.
pub(super) fn check(
    survey: &Survey<'_>,
    cyclic: &Cyclic,
    depths: &Depths,
    inherited: &mut Inherited,
    problems: &mut Vec<Problem>,
) {
    let scene = survey.scene;
    let mut subjects = scene.subjects();
    let keep = subjects.any(|(_, element)| groups::is_concerned(scene, element));
    let mut conflicts = Conflicts::default();
    // What is inherited from comes before what inherits, so that a conflict is told at its root.
    let place: HashMap<ElementIx, usize> = survey
        .walk
        .order
        .iter()
        .enumerate()
        .map(|(place, &ix)| (ix, place))
        .collect();
    let mut roots: Vec<Root<'_>> = survey.roots.clone();
    roots.sort_by_key(|root| place.get(&root.ix).copied());
    for root in roots {
        let Some(prop) = root.row.imports else {
            continue;
        };
        let sources = match cyclic.has(root.ix) || depths.is_excessive(root) {
            true => Vec::new(),
            false => sources(survey, root.ix),
        };
        let row = scene.row(root.element, prop);
        let Some(row) = row.filter(|_| !sources.is_empty()) else {
            continue;
        };
        let mut heir = Heir::new(scene, root, row, &sources);
        for source in sources {
            heir.take(source, &mut conflicts);
        }
        problems.append(&mut heir.problems);
        if keep {
            inherited.push(Takes {
                holder: root.ix,
                prop,
                members: heir.members,
            });
        }
    }
    inherited.sort_by_key(|takes| takes.holder);
}

/// Everything that an element leads to, each once: what a link leads to, then all behind it, then the
/// next link.
fn sources(survey: &Survey<'_>, root: ElementIx) -> Vec<ElementIx> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut todo = vec![root];
    while let Some(ix) = todo.pop() {
        if !seen.insert(ix) {
            continue;
        }
        if ix != root {
            found.push(ix);
        }
        let steps: Vec<ElementIx> = survey.route.steps(ix).map(|step| step.to).collect();
        todo.extend(steps.into_iter().rev());
    }
    found
}

/// Pairs of values with one key, and the elements in which they were found to meet.
#[derive(Default)]
struct Conflicts(HashMap<(ElementIx, ElementIx), Vec<ElementIx>>);

impl Conflicts {
    /// Whether two values meet first here: in none of the sources.
    fn is_new(
        &mut self,
        pair: (ElementIx, ElementIx),
        here: ElementIx,
        sources: &HashSet<ElementIx>,
    ) -> bool {
        let known = self.0.entry(pair).or_default();
        let is_new = !known.iter().any(|met| sources.contains(met));
        if is_new {
            known.push(here);
        }
        is_new
    }
}

/// An element that inherits.
struct Heir<'g> {
    scene: Scene<'g>,
    root: Root<'g>,
    row: &'static Prop,
    key: Option<PropId>,
    members: Vec<ElementIx>,
    taken: HashMap<Literal<'g>, ElementIx>,
    sources: HashSet<ElementIx>,
    problems: Vec<Problem>,
}

impl<'g> Heir<'g> {
    fn new(scene: Scene<'g>, root: Root<'g>, row: &'static Prop, sources: &[ElementIx]) -> Self {
        let mut heir = Self {
            scene,
            root,
            row,
            key: row.key,
            members: Vec::new(),
            taken: HashMap::new(),
            sources: sources.iter().copied().collect(),
            problems: Vec::new(),
        };
        for (ix, value) in heir.values(root.element) {
            if let Some(key) = heir.key_of(value) {
                heir.taken.entry(key).or_insert(ix);
            }
            heir.members.push(ix);
        }
        heir
    }

    fn values(&self, holder: &'g Element) -> Vec<(ElementIx, &'g Element)> {
        let edges = holder.edges(self.row.id).iter();
        edges.filter_map(|edge| self.scene.target(edge)).collect()
    }

    fn key_of(&self, value: &'g Element) -> Option<Literal<'g>> {
        Literal::of(value.value(self.key?)?, &self.scene.graph.strings)
    }

    /// Takes the values of a source.
    fn take(&mut self, source: ElementIx, conflicts: &mut Conflicts) {
        let Some(holder) = self.scene.graph.at(source) else {
            return;
        };
        for (ix, value) in self.values(holder) {
            let Some(key) = self.key_of(value) else {
                continue;
            };
            let taken = *self.taken.entry(key).or_insert(ix);
            if taken == ix {
                self.members.push(ix);
            } else if conflicts.is_new((taken, ix), self.root.ix, &self.sources) {
                self.problems
                    .extend(self.problem(holder, taken, value, key));
            }
        }
    }

    fn problem(
        &self,
        source: &Element,
        taken: ElementIx,
        value: &Element,
        name: Literal<'_>,
    ) -> Option<Problem> {
        let (taken, key) = (self.scene.graph.at(taken)?, self.key?);
        let through = self.root.row.through.iter();
        let through = through.map(|&prop| self.scene.metamodel.prop_name(prop));
        Some(
            self.scene
                .problem(Code::NonUniqueImportedPropertyValue, self.root.element)
                .secondary_id(self.scene.id(source))
                .property(self.row.name)
                .transformation(crate::check::quoted_choice(through))
                .aux_property(self.scene.metamodel.prop_name(key))
                .value(name.to_string())
                .at_name(taken, Key::Own(key))
                .against_name(value, Key::Own(key)),
        )
    }
}
