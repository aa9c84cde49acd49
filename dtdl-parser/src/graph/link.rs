//! References followed: what each means, and whether it may mean that.

use super::{Element, Graph, Key, Sym};
use crate::diagnostics::{Code, Problem};
use crate::expand::{Reference, allowed_classes};
use crate::metamodel::{Kind, Metamodel};

/// Finds what references mean among the elements of the documents and of the language.
#[derive(Debug, Default)]
pub(crate) struct Linker {
    /// How many references have been looked at.
    seen: usize,
    /// References whose target is still missing, by their place in the list.
    open: Vec<usize>,
}

impl Linker {
    /// Looks at new references and at those that are still open. Returns problems of references that
    /// nobody can resolve.
    pub(crate) fn settle(&mut self, graph: &mut Graph, references: &[Reference]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let metamodel = Metamodel::get();
        let again = std::mem::take(&mut self.open);
        let fresh = self.seen..references.len();
        self.seen = references.len();
        for index in again.into_iter().chain(fresh) {
            let Some(reference) = references.get(index) else {
                continue;
            };
            if graph.find(reference.target).is_some() {
                continue;
            }
            let id = graph.strings.name(reference.target);
            if let Some(standard) = metamodel.element_with_id(id) {
                graph.add_standard(standard);
            } else if reference.term {
                let mut problem = about(graph, reference, Code::BadType);
                if let Some(class) = reference.expected {
                    problem = problem.expected(allowed_classes(class, reference.version));
                }
                problems.push(problem.against(reference.span));
            } else if metamodel
                .contexts()
                .iter()
                .any(|context| context.reserves.iter().any(|start| id.starts_with(start)))
            {
                problems.push(
                    about(graph, reference, Code::UndefinedReservedId).against(reference.span),
                );
            } else {
                self.open.push(index);
            }
        }
        problems
    }

    /// The identifiers that are referred to and defined nowhere, in the order of their first
    /// references.
    pub(crate) fn missing(&self, references: &[Reference]) -> Vec<Sym> {
        let mut ids = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for reference in self.open_references(references) {
            if seen.insert(reference.target) {
                ids.push(reference.target);
            }
        }
        ids
    }

    /// The references whose targets are missing.
    pub(crate) fn open_references<'r>(
        &self,
        references: &'r [Reference],
    ) -> impl Iterator<Item = &'r Reference> {
        self.open.iter().filter_map(|&index| references.get(index))
    }
}

/// Checks that each reference may mean what it means: the class, the version, the place of
/// definition. References whose targets are missing are passed over.
pub(crate) fn check(graph: &Graph, references: &[Reference]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for reference in references {
        if let (Some(from), Some(target)) = (graph.get(reference.from), graph.get(reference.target))
        {
            Check {
                graph,
                reference,
                from,
                target,
                problems: &mut problems,
            }
            .run();
        }
    }
    problems
}

/// A problem about a reference: who refers, through what, to what, at the name of the property.
pub(crate) fn about(graph: &Graph, reference: &Reference, code: Code) -> Problem {
    Problem::new(code)
        .primary_id(graph.strings.name(reference.from).to_owned())
        .property(long_name(reference.key))
        .secondary_id(graph.strings.name(reference.written).to_owned())
        .at(reference.name_span)
}

/// The name of a property as problems about links give it: added properties by identifier.
pub(crate) fn long_name(key: Key) -> &'static str {
    let metamodel = Metamodel::get();
    match key {
        Key::Own(prop) => metamodel.prop_name(prop),
        Key::Added(prop) => metamodel.supp_prop(prop).id.as_str(),
        Key::Unknown(_) => "",
    }
}

struct Check<'c> {
    graph: &'c Graph,
    reference: &'c Reference,
    from: &'c Element,
    target: &'c Element,
    problems: &'c mut Vec<Problem>,
}

impl Check<'_> {
    fn run(&mut self) {
        self.partition();
        if self.class() {
            self.version();
            self.parent();
            self.key();
        }
    }

    fn about(&self, code: Code) -> Problem {
        about(self.graph, self.reference, code)
    }

    /// What is defined inside of a partition may only be referred to from there.
    fn partition(&mut self) {
        let metamodel = Metamodel::get();
        if metamodel.class(self.target.class).partition {
            return;
        }
        let source = match self.from.defined_in {
            Some(around) if !metamodel.class(self.from.class).partition => around,
            _ => self.from.id,
        };
        if let Some(home) = self.target.defined_in.filter(|home| *home != source) {
            let name = |id| self.graph.strings.name(id).to_owned();
            let problem = self
                .about(Code::CrossPartitionReference)
                .value(name(home))
                .restriction(name(source));
            self.report_against_target(problem);
        }
    }

    fn report_against_target(&mut self, problem: Problem) {
        self.problems.push(match self.target.span {
            Some(span) => problem.against(span),
            None => problem,
        });
    }

    fn class(&mut self) -> bool {
        let metamodel = Metamodel::get();
        let Some(expected) = self.reference.expected else {
            return true;
        };
        if metamodel
            .class(expected)
            .concrete(self.reference.version)
            .has(self.target.class)
        {
            return true;
        }
        let problem = self
            .about(Code::BadType)
            .value(metamodel.class(self.target.class).name)
            .expected(allowed_classes(expected, self.reference.version))
            .against(self.reference.span);
        self.problems.push(problem);
        false
    }

    fn version(&mut self) {
        let Key::Own(id) = self.reference.key else {
            return;
        };
        let Some(prop) = Metamodel::get()
            .class(self.from.class)
            .prop(self.from.version, id)
        else {
            return;
        };
        if matches!(prop.kind, Kind::Object(_)) && !prop.refers.contains(&self.target.version) {
            let versions: Vec<String> = prop.refers.iter().map(u8::to_string).collect();
            let problem = self
                .about(Code::DisallowedVersionReference)
                .value(self.target.version.to_string())
                .restriction(versions.join(" ,"));
            self.report_against_target(problem);
        }
    }

    /// Some added properties only take what is defined below a given element, such as the units of
    /// one kind.
    fn parent(&mut self) {
        let Key::Added(id) = self.reference.key else {
            return;
        };
        let metamodel = Metamodel::get();
        let added = self
            .from
            .co_types
            .iter()
            .flat_map(|&co_type| &metamodel.co_type(co_type).has)
            .find(|added| added.id == id);
        let Some(wanted) = added.and_then(|added| added.child_of.as_deref()) else {
            return;
        };
        let parent = self
            .target
            .parent
            .map(|parent| self.graph.strings.name(parent));
        if parent != Some(wanted) {
            let relation = parent.map_or_else(
                || String::from("top-level element"),
                |parent| format!("child of {parent}"),
            );
            let problem = self
                .about(Code::WrongParent)
                .value(relation)
                .restriction(wanted);
            self.problems.push(problem);
        }
    }

    /// Values that are found by a key must have it.
    fn key(&mut self) {
        let Key::Own(id) = self.reference.key else {
            return;
        };
        let metamodel = Metamodel::get();
        let key = metamodel
            .class(self.from.class)
            .prop(self.from.version, id)
            .and_then(|prop| prop.key);
        if let Some(key) = key.filter(|&key| self.target.text(key).is_none()) {
            let problem = self
                .about(Code::MissingDictKeyPropertyValue)
                .value(metamodel.prop_name(key));
            self.report_against_target(problem);
        }
    }
}
