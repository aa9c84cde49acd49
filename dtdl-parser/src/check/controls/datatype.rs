//! Values below an element are of the datatype that one of its properties states.

use super::links::Links;
use crate::check::literal::Literal;
use crate::check::{Places, Scene};
use crate::diagnostics::{Code, Problem};
use crate::graph::{Element, ElementIx, Key};
use crate::metamodel::{Control, PropId, ValueRule};
use hashbrown::HashSet;

pub(super) fn check(
    scene: Scene<'_>,
    links: &Links,
    rows: &[&Control],
    problems: &mut Vec<Problem>,
) {
    for (ix, root) in scene.subjects() {
        let row = rows
            .iter()
            .find(|row| row.version == root.version && scene.metamodel.is_a(root.class, row.class));
        let Some((row, governing)) = row.and_then(|row| Some((row, row.datatype?))) else {
            continue;
        };
        let schema = root.edges(governing).first();
        let Some((_, schema)) = schema.and_then(|edge| scene.target(edge)) else {
            continue;
        };
        let Some(rule) = &scene.metamodel.class(schema.class).value else {
            continue;
        };
        let governed = Governed {
            scene,
            root,
            governing,
            rule,
            datatype: scene
                .metamodel
                .term_or_id(scene.graph.strings.name(schema.id)),
        };
        for element in below(scene, links, ix) {
            for &prop in &row.through {
                problems.extend(governed.problem(element, prop));
            }
        }
    }
}

/// Everything below an element, elements of its own class and what is below those left out: those have
/// a property of their own that states a datatype.
fn below<'g>(scene: Scene<'g>, links: &Links, root: ElementIx) -> Vec<&'g Element> {
    let class = scene.graph.at(root).map(|element| element.class);
    let mut seen: HashSet<ElementIx> = HashSet::from_iter([root]);
    let mut todo = vec![root];
    let mut found = Vec::new();
    while let Some(ix) = todo.pop() {
        for link in links.from(ix).iter().rev() {
            let Some(element) = scene.graph.at(link.to) else {
                continue;
            };
            if Some(element.class) != class && seen.insert(link.to) {
                todo.push(link.to);
            }
        }
        found.extend(scene.graph.at(ix).filter(|_| ix != root));
    }
    found
}

/// What states the datatype.
struct Governed<'g> {
    scene: Scene<'g>,
    root: &'g Element,
    governing: PropId,
    rule: &'static ValueRule,
    datatype: &'g str,
}

impl Governed<'_> {
    fn problem(&self, element: &Element, prop: PropId) -> Option<Problem> {
        let value = Literal::of(element.value(prop)?, &self.scene.graph.strings)?;
        let fits = match (self.rule.json, value) {
            ("string", Literal::Text(_)) | ("boolean", Literal::Bool(_)) => true,
            ("number", Literal::Int(_)) => true,
            // Other numbers than integers of 32 bits are for the datatypes that have them.
            ("number", Literal::Number(_)) => self.rule.datatype != "int",
            _ => false,
        };
        if fits {
            return None;
        }
        let metamodel = self.scene.metamodel;
        Some(
            self.scene
                .problem(Code::NonConformantDatatype, element)
                .property(metamodel.prop_name(prop))
                .secondary_id(self.scene.id(self.root))
                .restriction(metamodel.prop_name(self.governing))
                .value(value.to_string())
                .type_(self.datatype.to_owned())
                .at_name(element, Key::Own(prop))
                .against_name(self.root, Key::Own(self.governing)),
        )
    }
}
