//! What an element inherits: the values of a property of everything that it leads to.

use super::cycles::Cyclic;
use super::depth::Depths;
use super::{Root, Survey};
use crate::check::literal::Literal;
use crate::check::{Places, Scene};
use crate::diagnostics::{Code, Problem};
use crate::graph::{Element, ElementIx, Key};
use crate::metamodel::{Prop, PropId};
use hashbrown::{HashMap, HashSet};

/// The elements that hold more than is written in them, those of the documents in order. Empty
/// unless some element asks for something from its siblings.
pub(in crate::check) type Inherited = Vec<Takes>;

/// What an element holds in a property.
#[derive(Debug)]
pub(in crate::check) struct Takes {
    pub(in crate::check) holder: ElementIx,
    pub(in crate::check) prop: PropId,
    pub(in crate::check) members: Vec<ElementIx>,
}

/// Reports inherited values whose key is taken. Elements that lead to a cycle, or too far, inherit
/// nothing; both have been reported. With `keep`, what each element then holds is noted.
pub(super) fn check(
    survey: &Survey<'_>,
    cyclic: &Cyclic,
    depths: &Depths,
    keep: bool,
    inherited: &mut Inherited,
    problems: &mut Vec<Problem>,
) {
    let scene = survey.scene;
    let mut conflicts = Conflicts::default();
    let extended: HashSet<ElementIx> = survey
        .walk
        .order
        .iter()
        .flat_map(|&ix| survey.route.steps(ix).map(|step| step.to))
        .collect();
    let mut merged: HashMap<ElementIx, Taken<'_>> = HashMap::new();
    let roots: HashMap<ElementIx, Root<'_>> =
        survey.roots.iter().map(|root| (root.ix, *root)).collect();
    // What is inherited from comes before what inherits, so that a conflict is told at its root.
    for root in survey
        .walk
        .order
        .iter()
        .filter_map(|ix| roots.get(ix).copied())
    {
        let Some(row) = root
            .row
            .imports
            .and_then(|prop| scene.row(root.element, prop))
        else {
            continue;
        };
        if cyclic.has(root.ix) || depths.is_excessive(root) {
            continue;
        }
        let mut bases = survey.route.steps(root.ix).map(|step| step.to);
        let (base, more) = (bases.next(), bases.next());
        if base.is_none() && !extended.contains(&root.ix) {
            continue;
        }
        let mut heir = Heir::new(scene, root, row);
        let single = base.filter(|_| more.is_none() && !keep);
        match single.and_then(|base| merged.get(&base)) {
            // What one base brings is known, and only what is added to it can meet something.
            Some(taken) => heir.take_all(taken, extended.contains(&root.ix)),
            None => {
                let sources = sources(survey, root.ix);
                heir.sources.extend(&sources);
                for source in sources {
                    heir.take(source, &mut conflicts);
                }
            }
        }
        problems.append(&mut heir.problems);
        if keep && base.is_some() {
            inherited.push(Takes {
                holder: root.ix,
                prop: row.id,
                members: std::mem::take(&mut heir.members),
            });
        }
        if extended.contains(&root.ix) {
            merged.insert(root.ix, heir.taken);
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

/// Values by key, and the elements that hold them.
type Taken<'g> = HashMap<Literal<'g>, Origin>;

#[derive(Clone, Copy)]
struct Origin {
    value: ElementIx,
    holder: ElementIx,
}

/// An element that inherits.
struct Heir<'g> {
    scene: Scene<'g>,
    root: Root<'g>,
    row: &'static Prop,
    key: Option<PropId>,
    members: Vec<ElementIx>,
    taken: Taken<'g>,
    sources: HashSet<ElementIx>,
    problems: Vec<Problem>,
}

impl<'g> Heir<'g> {
    fn new(scene: Scene<'g>, root: Root<'g>, row: &'static Prop) -> Self {
        let mut heir = Self {
            scene,
            root,
            row,
            key: row.key,
            members: Vec::new(),
            taken: HashMap::new(),
            sources: HashSet::new(),
            problems: Vec::new(),
        };
        for (value, element) in heir.values(root.element) {
            if let Some(key) = heir.key_of(element) {
                let holder = root.ix;
                heir.taken.entry(key).or_insert(Origin { value, holder });
            }
            heir.members.push(value);
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
            let origin = Origin {
                value: ix,
                holder: source,
            };
            let taken = self.taken.entry(key).or_insert(origin).value;
            if taken == ix {
                self.members.push(ix);
            } else if conflicts.is_new((taken, ix), self.root.ix, &self.sources) {
                self.problems.extend(self.problem(origin, taken, key));
            }
        }
    }

    /// Takes everything that the only base has, and keeps it if others will take it from here.
    fn take_all(&mut self, base: &Taken<'g>, keep: bool) {
        for (value, element) in self.values(self.root.element) {
            let Some(key) = self.key_of(element) else {
                continue;
            };
            let origin = base.get(&key).filter(|origin| origin.value != value);
            if let Some(origin) = origin {
                self.problems.extend(self.problem(*origin, value, key));
            }
        }
        if keep {
            let own = std::mem::replace(&mut self.taken, base.clone());
            self.taken.extend(own);
        }
    }

    fn problem(&self, origin: Origin, taken: ElementIx, name: Literal<'_>) -> Option<Problem> {
        let graph = self.scene.graph;
        let (source, value) = (graph.at(origin.holder)?, graph.at(origin.value)?);
        let (taken, key) = (graph.at(taken)?, self.key?);
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
