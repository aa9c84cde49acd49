//! What only holds at the top of a document.

use super::Reader;
use super::open::Opening;
use crate::diagnostics::{Code, Problem};
use crate::expand::context::{self, Active};
use crate::expand::object::{Flat, Keywords, Node};
use crate::json::{Kind as JsonKind, Value};
use crate::metamodel::Metamodel;
use std::rc::Rc;

impl<'d> Reader<'_, 'd> {
    /// Reads a document, all the way down.
    pub(super) fn root(&mut self, value: Value<'d>) {
        let Some(node) = Node::of(value) else {
            if !matches!(value.kind(), JsonKind::Invalid) {
                self.sink
                    .quit(Problem::new(Code::NotJsonObject).at(value.span()));
            }
            return;
        };
        let keywords = Keywords::of(node.object, self.sink);
        let Some(active) = self.contexts(node, &keywords) else {
            return;
        };
        if self.sink.stopped || !self.check_root(node, &keywords, &active) {
            return;
        }
        let opening = Opening {
            node,
            keywords: &keywords,
            active,
            context_span: keywords.context.as_ref().map(|member| member.value.span()),
        };
        self.open(opening, None);
        self.run();
    }

    /// The contexts of a document. Most documents of a set begin alike, so the contexts of the one
    /// before are at hand.
    fn contexts(&mut self, node: Node<'d>, keywords: &Keywords<'d>) -> Option<Rc<Active>> {
        let text = keywords
            .context
            .as_ref()
            .map(|member| member.value.text())
            .unwrap_or_default();
        if let Some((known, active)) = &self.expanded.contexts
            && known == text
        {
            return Some(Rc::clone(active));
        }
        let before = self.sink.problems.len();
        match context::enter(keywords, None, self.options, self.sink) {
            Ok(Some(active)) => {
                let active = Rc::new(active);
                if self.sink.problems.len() == before {
                    self.expanded.contexts = Some((text.to_owned(), Rc::clone(&active)));
                }
                Some(active)
            }
            Ok(None) => {
                let problem = match &keywords.context {
                    None if node.is_damaged() => return None,
                    None => Problem::new(Code::MissingContext).at(node.span()),
                    Some(member) => Problem::new(Code::EmptyContext).at(member.name_span),
                };
                self.sink.quit(problem);
                None
            }
            Err(context::Unusable) => None,
        }
    }

    fn check_root(&mut self, node: Node<'d>, keywords: &Keywords<'d>, active: &Active) -> bool {
        if let Some(graph) = &keywords.graph {
            self.sink
                .quit(Problem::new(Code::TopLevelGraphDisallowed).at(graph.name_span));
        }
        if keywords.id.is_none() && !node.is_damaged() {
            self.sink
                .quit(Problem::new(Code::MissingTopLevelId).at(node.span()));
        }
        let rooted = self.rooted(node, keywords);
        if rooted && active.rules().strict {
            for member in keywords.strangers() {
                let problem = Problem::new(Code::TopLevelKeywordDisallowed)
                    .value(member.name.to_owned())
                    .at(member.name_span);
                self.sink.quit(problem);
            }
        }
        rooted
    }

    /// Whether a document is of a class that may stand at the top.
    fn rooted(&mut self, node: Node<'d>, keywords: &Keywords<'d>) -> bool {
        let metamodel = Metamodel::get();
        let rootable = |name: &str| {
            metamodel
                .class_of_type(name)
                .is_some_and(|class| metamodel.class(class).partition)
        };
        let rooted = keywords.types.as_ref().is_some_and(|types| {
            Flat::of(types.value)
                .filter_map(Value::as_str)
                .any(rootable)
        });
        if rooted || node.is_damaged() && keywords.types.is_none() {
            return rooted;
        }
        let classes = metamodel.classes().iter();
        let names: Vec<String> = classes
            .filter(|class| class.partition)
            .map(|class| format!("'{}'", class.name))
            .collect();
        let mut problem = Problem::new(Code::TypeNotRootable)
            .type_(names.join(" or "))
            .at(node.span());
        let id = keywords.id.as_ref();
        if let Some(id) = id.and_then(|member| member.value.as_str()) {
            problem = problem.value(id.to_owned());
        }
        self.sink.quit(problem);
        false
    }
}
