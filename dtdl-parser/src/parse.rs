//! The way from texts to a model: stage after stage, and round after round of resolving.

use std::collections::HashSet;

use crate::diagnostics::{Code, Problem, Severity};
use crate::expand::{self, Expanded, Reference};
use crate::graph::Graph;
use crate::graph::link::{self, Linker};
use crate::json::{self, Limits};
use crate::metamodel::Metamodel;
use crate::source::{FileId, Resolver, Sources, Span};
use crate::{Model, Options, check, lint};

/// What [`parse`] found out.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The model, if there was no error.
    pub model: Option<Model>,
    /// Everything that is wrong, unresolved references included.
    pub problems: Vec<Problem>,
    /// The references that neither the texts nor the resolver define.
    pub unresolved: Vec<Unresolved>,
    /// The texts that were read: the inputs, then those that the resolver found.
    pub files: Vec<FileId>,
    /// How many documents, that is top-level elements, the texts hold.
    pub documents: usize,
    /// How many elements the documents define, standard elements left out.
    pub elements: usize,
}

/// A reference to something that nobody defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The identifier that was asked for.
    pub id: String,
    /// Where it is referred to.
    pub span: Span,
}

/// Reads texts as one set of DTDL documents and checks them by every rule of the language.
///
/// References to identifiers that the texts do not define go to the resolver, all of one round
/// together, until nothing is missing; what it finds is added to `sources`. It never fails and
/// never panics: what is wrong comes back as problems, and a model only when there is no error.
pub fn parse(
    sources: &mut Sources,
    roots: &[FileId],
    resolver: &dyn Resolver,
    options: &Options,
) -> Parsed {
    let mut run = Run {
        sources,
        options,
        parsed: Parsed::default(),
        expanded: Expanded::default(),
        linker: Linker::default(),
        memory: lint::Memory::default(),
    };
    let done = run.inputs(roots) && run.resolve(resolver);
    run.finish(done)
}

/// What the stages before the checks make of the texts.
pub(crate) struct Products {
    pub(crate) graph: Graph,
    /// The references that were not linked, because nobody was asked or nobody knew.
    pub(crate) references: Vec<Reference>,
    pub(crate) problems: Vec<Problem>,
}

/// Reads the texts, and links them if there is a resolver to ask for what is missing.
pub(crate) fn products(
    sources: &mut Sources,
    roots: &[FileId],
    resolver: Option<&dyn Resolver>,
    options: &Options,
) -> Products {
    let mut run = Run {
        sources,
        options,
        parsed: Parsed::default(),
        expanded: Expanded::default(),
        linker: Linker::default(),
        memory: lint::Memory::default(),
    };
    if run.inputs(roots)
        && let Some(resolver) = resolver
    {
        run.resolve(resolver);
        let graph = &run.expanded.graph;
        run.expanded
            .references
            .retain(|reference| graph.find(reference.target).is_none());
    }
    Products {
        graph: run.expanded.graph,
        references: run.expanded.references,
        problems: run.parsed.problems,
    }
}

struct Run<'r> {
    sources: &'r mut Sources,
    options: &'r Options,
    parsed: Parsed,
    expanded: Expanded,
    linker: Linker,
    memory: lint::Memory,
}

/// Whether to go on to the next stage. Only the mode that stops like the reference ever stops.
type GoOn = bool;

impl Run<'_> {
    fn go_on(&self) -> GoOn {
        !(self.options.stop_like_reference && has_error(&self.parsed.problems))
    }

    fn inputs(&mut self, roots: &[FileId]) -> GoOn {
        roots
            .iter()
            .all(|&root| self.read(root, self.options.leniency.in_inputs, true))
    }

    /// Recommendations are only given for inputs: who checks a model doesn't own what it refers to.
    fn read(&mut self, file: FileId, lenient: bool, is_input: bool) -> GoOn {
        let limits = Limits {
            depth: self.options.max_json_depth,
            ..Limits::default()
        };
        let (document, problems) = json::parse(self.sources, file, &limits);
        self.parsed.files.push(file);
        self.parsed.problems.extend(problems);
        if !self.go_on() {
            return false;
        }
        let problems = expand::expand(&document, lenient, self.options, &mut self.expanded);
        self.parsed.problems.extend(problems);
        if is_input && !self.options.stop_like_reference {
            lint::document(&document, &mut self.memory, &mut self.parsed.problems);
        }
        self.go_on()
    }

    /// Asks for what is missing, round after round.
    fn resolve(&mut self, resolver: &dyn Resolver) -> GoOn {
        loop {
            let problems = self
                .linker
                .settle(&mut self.expanded.graph, &self.expanded.references);
            self.parsed.problems.extend(problems);
            if !self.go_on() {
                return false;
            }
            let missing = self.linker.missing(&self.expanded.references);
            if missing.is_empty() {
                return true;
            }
            let ids: Vec<String> = missing
                .iter()
                .map(|&id| self.expanded.graph.strings.name(id).to_owned())
                .collect();
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let found = resolver.resolve(&ids);
            let unreadable: Vec<(String, String)> = found
                .unreadable
                .into_iter()
                .map(|it| (it.id, format!("{}: {}", it.name, it.reason)))
                .collect();
            for text in found.texts {
                let file = self.sources.add(text.name, text.text);
                if !self.read(file, self.options.leniency.in_resolved, false) {
                    return false;
                }
            }
            // What was asked for and is still missing will not be found by asking again.
            let graph = &self.expanded.graph;
            if missing.iter().any(|&id| graph.find(id).is_none()) {
                let progress = missing.iter().any(|&id| graph.find(id).is_some());
                if !progress || self.options.stop_like_reference {
                    self.give_up(&unreadable);
                    return !self.options.stop_like_reference;
                }
            }
        }
    }

    /// Reports the references whose targets nobody defines.
    fn give_up(&mut self, unreadable: &[(String, String)]) {
        let problems = self
            .linker
            .settle(&mut self.expanded.graph, &self.expanded.references);
        self.parsed.problems.extend(problems);
        let graph = &self.expanded.graph;
        for reference in self.linker.open_references(&self.expanded.references) {
            let id = graph.strings.name(reference.target);
            let reason = unreadable
                .iter()
                .find(|(known, _)| known == id)
                .map(|(_, reason)| reason);
            let problem = match reason {
                Some(reason) => {
                    link::about(graph, reference, Code::UnreadableReference).value(reason.clone())
                }
                None => link::about(graph, reference, Code::UnresolvedReference),
            };
            self.parsed.problems.push(problem.at(reference.span));
            self.parsed.unresolved.push(Unresolved {
                id: id.to_owned(),
                span: reference.span,
            });
        }
    }

    fn finish(mut self, done: GoOn) -> Parsed {
        let graph = &self.expanded.graph;
        let metamodel = Metamodel::get();
        let own = || {
            graph
                .elements
                .iter()
                .filter(|element| element.span.is_some())
        };
        self.parsed.elements = own().count();
        self.parsed.documents = own()
            .filter(|element| element.parent.is_none() && metamodel.class(element.class).partition)
            .count();
        if !done {
            return self.parsed;
        }
        let problems = link::check(graph, &self.expanded.references);
        self.parsed.problems.extend(problems);
        if !self.go_on() {
            return self.parsed;
        }
        let problems = check::run(graph, metamodel, self.options);
        self.parsed.problems.extend(problems);
        if !self.options.stop_like_reference {
            suppress_cascades(&mut self.parsed.problems);
        }
        if !has_error(&self.parsed.problems) {
            if !self.options.stop_like_reference {
                lint::graph(graph, &mut self.parsed.problems);
            }
            self.parsed.model = Some(Model::new(self.expanded.graph));
        }
        self.parsed
    }
}

/// Leaves out that a property has too few values where a value of it couldn't be taken, which was
/// said. The reference says both.
fn suppress_cascades(problems: &mut Vec<Problem>) {
    let blamed: HashSet<Span> = problems
        .iter()
        .filter(|problem| problem.code != Code::ObjectCountBelowMin)
        .filter(|problem| problem.code.severity() == Severity::Error)
        .filter_map(|problem| problem.primary)
        .collect();
    problems.retain(|problem| {
        problem.code != Code::ObjectCountBelowMin
            || problem.primary.is_none_or(|span| !blamed.contains(&span))
    });
}

fn has_error(problems: &[Problem]) -> bool {
    problems
        .iter()
        .any(|problem| problem.code.severity() == Severity::Error)
}
