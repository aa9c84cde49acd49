//! The rules over a graph, one family a file.
//!
//! What one element says about itself is checked while it is read, and what a reference may mean
//! when it is followed; here are the rules that look at several elements at once. Each is an
//! interpreter of rows of the [`Metamodel`], and knows no class and no version. None recurses on what
//! an author wrote, and each takes time linear in the size of the graph, up to what is inherited.
//!
//! A graph that reaches this stage may still have edges to elements that do not exist and values that
//! could not be read. Both have been reported, and a rule passes over them.
//!
//! Rules that can't be broken here: values of one property in several places (`inconsistent…Values`)
//! need definitions that are merged, which no version of the language has; a value without the key by
//! which it is found lacks a required property, and has been reported for that.

pub(crate) mod conform;
mod controls;
mod cotypes;
mod groups;
mod literal;
mod parents;
mod siblings;
#[cfg(test)]
mod tests;
mod unique;
mod values;

use crate::Options;
use crate::diagnostics::{Code, Problem};
use crate::graph::{Edge, Element, ElementIx, Graph, Key};
use crate::metamodel::{CoTypeId, Metamodel, Prop, PropId, TypeRef};

/// Checks a graph by every rule that needs more than one element. Problems come a rule at a time, and
/// within a rule in the order of the elements.
///
/// `options` is what the caller chose; no rule of this stage depends on it today.
pub fn run(graph: &Graph, metamodel: &'static Metamodel, options: &Options) -> Vec<Problem> {
    let _ = options;
    let scene = Scene { graph, metamodel };
    let mut problems = Vec::new();
    values::check(scene, &mut problems);
    unique::check(scene, &mut problems);
    cotypes::check(scene, &mut problems);
    let mut subjects = scene.subjects();
    let concerned = subjects.any(|(_, element)| groups::is_concerned(scene, element));
    let inherited = controls::check(scene, concerned, &mut problems);
    if concerned {
        groups::check(scene, &inherited, &mut problems);
    }
    problems
}

/// What every rule reads.
#[derive(Clone, Copy)]
struct Scene<'g> {
    graph: &'g Graph,
    metamodel: &'static Metamodel,
}

impl<'g> Scene<'g> {
    /// The elements that documents define. Of two with one identifier, which has been reported, the
    /// first.
    fn subjects(self) -> impl Iterator<Item = (ElementIx, &'g Element)> {
        self.graph
            .places()
            .filter_map(move |ix| Some((ix, self.graph.at(ix)?)))
            .filter(move |(ix, element)| {
                element.span.is_some() && self.graph.find(element.id) == Some(*ix)
            })
    }

    /// The element that an edge leads to, if it exists.
    fn target(self, edge: &Edge) -> Option<(ElementIx, &'g Element)> {
        let ix = self.graph.find(edge.target)?;
        Some((ix, self.graph.at(ix)?))
    }

    /// The identifier of an element.
    fn id(self, element: &Element) -> String {
        self.graph.strings.name(element.id).to_owned()
    }

    /// The row of a property of an element.
    fn row(self, element: &Element, prop: PropId) -> Option<&'static Prop> {
        self.metamodel
            .class(element.class)
            .prop(element.version, prop)
    }

    /// A problem about an element.
    fn problem(self, code: Code, element: &Element) -> Problem {
        Problem::new(code).primary_id(self.id(element))
    }

    /// The co-types of an element and those that they are built from, each once.
    fn lineage(self, element: &Element) -> Vec<CoTypeId> {
        let mut all = Vec::new();
        for &co_type in &element.co_types {
            for ancestor in self.metamodel.lineage(co_type) {
                if !all.contains(&ancestor) {
                    all.push(ancestor);
                }
            }
        }
        all
    }

    /// Whether an element has a type: a class or one that inherits from it, or a co-type or one that is
    /// built from it.
    fn has_type(self, element: &Element, wanted: TypeRef) -> bool {
        match wanted {
            TypeRef::Class(base) => self.metamodel.is_a(element.class, base),
            TypeRef::CoType(base) => {
                let mut co_types = element.co_types.iter();
                co_types.any(|&it| self.metamodel.lineage(it).any(|it| it == base))
            }
        }
    }

    /// Terms of co-types as a choice between them.
    fn terms(self, co_types: &[CoTypeId]) -> String {
        let terms = co_types
            .iter()
            .map(|&co_type| self.metamodel.co_type(co_type).term);
        terms.collect::<Vec<_>>().join(" or ")
    }
}

/// Places of a problem that may be unknown: an element that the language defines has none.
trait Places {
    /// Sets the place of the name of a property as the primary one.
    fn at_name(self, element: &Element, key: Key) -> Self;
    /// Sets the place of the name of a property as the secondary one.
    fn against_name(self, element: &Element, key: Key) -> Self;
    /// Sets an element as the primary place.
    fn at_element(self, element: &Element) -> Self;
    /// Sets an element as the secondary place.
    fn against_element(self, element: &Element) -> Self;
    /// Sets the name `@type` of an element as the primary place, or the element if it has none.
    fn at_type(self, element: &Element) -> Self;
}

impl Places for Problem {
    fn at_name(mut self, element: &Element, key: Key) -> Self {
        self.primary = element.name_span(key).or(element.span);
        self
    }

    fn against_name(mut self, element: &Element, key: Key) -> Self {
        self.secondary = element.name_span(key).or(element.span);
        self
    }

    fn at_element(mut self, element: &Element) -> Self {
        self.primary = element.span;
        self
    }

    fn against_element(mut self, element: &Element) -> Self {
        self.secondary = element.span;
        self
    }

    fn at_type(mut self, element: &Element) -> Self {
        self.primary = element.type_span.or(element.span);
        self
    }
}

/// Names as a choice between them, as problems print it.
fn quoted_choice<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = names.map(|name| format!("'{name}'")).collect();
    quoted.join(" or ")
}
