//! Recommendations about how a document is written: terms rather than identifiers, no duplicates,
//! values in their full form.

use std::rc::Rc;

use super::contexts::{self, Contexts};
use super::roles::{self, Role};
use crate::diagnostics::{Code, Problem};
use crate::dtmi::Dtmi;
use crate::json::{Array, Document, Kind, Member, Object, Value};
use crate::metamodel::Metamodel;
use crate::source::Span;

/// An object that is an element.
struct Element<'d> {
    object: Object<'d>,
    contexts: Rc<Contexts>,
    /// The element around it, by its place in `Walk::elements`, and the member that holds it.
    outer: Option<(usize, &'d str)>,
}

/// What documents have in common.
#[derive(Default)]
pub(crate) struct Memory {
    /// The contexts outside of a document: none.
    none: Rc<Contexts>,
    /// The last `@context` with nothing to recommend about it, and what it says. Most documents of a
    /// set begin alike.
    contexts: Option<(String, Rc<Contexts>)>,
}

struct Walk<'d, 'p> {
    /// All elements found so far; those after the one being looked at are still to come.
    elements: Vec<Element<'d>>,
    memory: &'p mut Memory,
    problems: &'p mut Vec<Problem>,
}

/// Looks for what is not recommended in a document. Takes no stack for its depth.
pub(crate) fn check(document: &Document, memory: &mut Memory, problems: &mut Vec<Problem>) {
    let none = Rc::clone(&memory.none);
    let mut walk = Walk {
        elements: Vec::new(),
        memory,
        problems,
    };
    for root in document.roots() {
        let mut values = vec![root];
        if let Some(items) = root.as_array() {
            values = items.iter().collect();
            walk.flatten(&mut values, None);
        }
        for value in values {
            walk.push(value, &none, None);
        }
    }
    let mut next = 0;
    while next < walk.elements.len() {
        walk.element(next);
        next += 1;
    }
}

impl<'d> Walk<'d, '_> {
    fn push(&mut self, value: Value<'d>, contexts: &Rc<Contexts>, outer: Option<(usize, &'d str)>) {
        let Some(object) = value.as_object() else {
            return;
        };
        let contexts = match object.get("@context") {
            Some(context) if outer.is_none() => self.outermost(context),
            Some(context) => {
                contexts::check(context, self.problems);
                Rc::new(contexts.with(context))
            }
            None => Rc::clone(contexts),
        };
        self.elements.push(Element {
            object,
            contexts,
            outer,
        });
    }

    /// What the `@context` of a document says.
    fn outermost(&mut self, context: Value<'d>) -> Rc<Contexts> {
        if let Some((text, known)) = &self.memory.contexts
            && text == context.text()
        {
            return Rc::clone(known);
        }
        let before = self.problems.len();
        contexts::check(context, self.problems);
        let contexts = Rc::new(self.memory.none.with(context));
        if self.problems.len() == before {
            self.memory.contexts = Some((context.text().to_owned(), Rc::clone(&contexts)));
        }
        contexts
    }

    fn element(&mut self, index: usize) {
        let Some(element) = self.elements.get(index) else {
            return;
        };
        let (object, contexts) = (element.object, Rc::clone(&element.contexts));
        if contexts.version == 0 {
            // Nothing can be recommended to a document that doesn't say what it is.
            return;
        }
        for member in object.members() {
            if member.name.starts_with('@') {
                self.keyword(index, member, &contexts);
            } else {
                self.member(index, member, &contexts);
            }
        }
    }

    fn keyword(&mut self, index: usize, member: Member<'d>, contexts: &Contexts) {
        match member.name {
            "@context" | "@id" => {}
            "@type" => self.types(index, member.value, contexts),
            // Later versions refuse them.
            _ if contexts.version == 2 => {
                let problem = Problem::new(Code::StrayKeyword)
                    .value(member.name.to_owned())
                    .at(member.name_span);
                self.report(index, problem);
            }
            _ => {}
        }
    }

    fn types(&mut self, index: usize, value: Value<'d>, contexts: &Contexts) {
        let Some(items) = value.as_array() else {
            if let Some(text) = value.as_str() {
                self.type_(index, text, value.span(), contexts);
            }
            return;
        };
        let mut seen: Vec<(&str, Span)> = Vec::with_capacity(items.len());
        for item in items.iter() {
            let (Some(text), span) = (item.as_str(), item.span()) else {
                continue;
            };
            self.type_(index, text, span, contexts);
            let id = contexts.id_of(text).unwrap_or(text);
            match seen.iter().find(|(earlier, _)| *earlier == id) {
                Some((_, first)) => {
                    let problem = Problem::new(Code::DuplicateType)
                        .type_(text.to_owned())
                        .at(span)
                        .against(*first);
                    self.report(index, problem);
                }
                None => seen.push((id, span)),
            }
        }
    }

    fn type_(&mut self, index: usize, text: &str, span: Span, contexts: &Contexts) {
        if let Some(term) = contexts.term_for(text) {
            let problem = Problem::new(Code::PreferTermForType)
                .value(text.to_owned())
                .type_(term)
                .at(span);
            self.report(index, use_term(problem, span, term));
        }
    }

    fn member(&mut self, index: usize, member: Member<'d>, contexts: &Rc<Contexts>) {
        let name = member.name;
        if name.starts_with("dtmi:")
            && let Some(term) = contexts.term_for(name)
        {
            let problem = Problem::new(Code::PreferTermForProperty)
                .value(name.to_owned())
                .property(term)
                .at(member.name_span);
            self.report(index, use_term(problem, member.name_span, term));
        }
        if roles::is_deprecated(name) {
            let problem = Problem::new(Code::DeprecatedProperty)
                .property(name.to_owned())
                .at(member.name_span);
            self.report(index, problem);
        }
        let asks = match member.value.kind() {
            Kind::Array(items) => !items.is_empty(),
            Kind::String(text) => text.starts_with("dtmi:"),
            Kind::Object(_) => true,
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Invalid => false,
        };
        if !asks {
            return;
        }
        let role = roles::role(name, contexts);
        match member.value.as_array() {
            Some(items) => self.array(index, (name, role), items, contexts),
            None => self.value(index, (name, role), member.value, false, contexts),
        }
    }

    fn array(
        &mut self,
        index: usize,
        (name, role): (&'d str, Role),
        items: Array<'d>,
        contexts: &Rc<Contexts>,
    ) {
        if role == Role::Unknown {
            return;
        }
        let mut values: Vec<Value<'d>> = items.iter().collect();
        self.flatten(&mut values, Some((index, name)));
        for value in values {
            self.value(index, (name, role), value, true, contexts);
        }
    }

    /// Replaces arrays among values by what they hold, which is how they are read.
    fn flatten(&mut self, values: &mut Vec<Value<'d>>, place: Option<(usize, &'d str)>) {
        if values.iter().all(|value| value.as_array().is_none()) {
            return;
        }
        // The outermost brackets without meaning are reported, not those inside of them.
        for value in values.iter().filter(|value| value.as_array().is_some()) {
            let problem = Problem::new(Code::NestedArray).at(value.span());
            match place {
                Some((index, name)) => self.report(index, problem.property(name.to_owned())),
                None => self.problems.push(problem),
            }
        }
        let mut open = std::mem::take(values);
        open.reverse();
        while let Some(value) = open.pop() {
            match value.as_array() {
                Some(items) => {
                    let from = open.len();
                    open.extend(items.iter());
                    open.get_mut(from..).unwrap_or_default().reverse();
                }
                None => values.push(value),
            }
        }
    }

    /// One value of a member, in an array or alone.
    fn value(
        &mut self,
        index: usize,
        (name, role): (&'d str, Role),
        value: Value<'d>,
        in_array: bool,
        contexts: &Rc<Contexts>,
    ) {
        match value.kind() {
            Kind::String(text) if role == Role::Elements => {
                if let Some(term) = contexts.term_for(text) {
                    let problem = Problem::new(Code::PreferTermForValue)
                        .property(name.to_owned())
                        .value(text.to_owned())
                        .restriction(term)
                        .at(value.span());
                    self.report(index, use_term(problem, value.span(), term));
                }
            }
            Kind::Object(object) => match role {
                Role::Elements => self.push(value, contexts, Some((index, name))),
                Role::Literal => self.literal(index, name, value.span(), object),
                Role::LangString if in_array => self.text(index, name, value.span(), object),
                Role::LangString | Role::Unknown => {}
            },
            Kind::String(_)
            | Kind::Array(_)
            | Kind::Null
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::Invalid => {}
        }
    }

    /// A literal in the form of an object with `@value`.
    fn literal(&mut self, index: usize, name: &str, span: Span, object: Object<'d>) {
        let Some(value) = object.get("@value") else {
            return;
        };
        let is_text = matches!(value.kind(), Kind::String(_));
        if !is_text && object.get("@type").is_none() {
            let problem = Problem::new(Code::LiteralTypeMissing)
                .property(name.to_owned())
                .at(span);
            self.report(index, problem);
        }
        self.extra(index, name, object, &["@value", "@type"]);
    }

    /// A text with its language.
    fn text(&mut self, index: usize, name: &str, span: Span, object: Object<'d>) {
        if object.get("@value").is_none() {
            return;
        }
        if object.get("@language").is_none() {
            let problem = Problem::new(Code::LanguageTagMissing)
                .property(name.to_owned())
                .at(span);
            self.report(index, problem);
        }
        self.extra(index, name, object, &["@value", "@language"]);
    }

    fn extra(&mut self, index: usize, name: &str, object: Object<'d>, known: &[&str]) {
        for member in object.members() {
            if !known.contains(&member.name) {
                let problem = Problem::new(Code::ValueObjectExtraMember)
                    .property(name.to_owned())
                    .value(member.name.to_owned())
                    .at(member.name_span);
                self.report(index, problem);
            }
        }
    }

    fn report(&mut self, index: usize, problem: Problem) {
        let problem = match self.id(index) {
            Some(id) => problem.primary_id(id),
            None => problem,
        };
        self.problems.push(problem);
    }

    /// The identifier of an element, written or as it will be generated.
    fn id(&self, index: usize) -> Option<String> {
        let metamodel = Metamodel::get();
        let mut steps = Vec::new();
        let mut at = index;
        loop {
            let element = self.elements.get(at)?;
            if let Some(id) = element.object.get("@id").and_then(Value::as_str) {
                let dtmi = Dtmi::parse(id).ok()?;
                steps.push(dtmi.path().to_owned());
                steps.reverse();
                return Some(steps.concat() + dtmi.version());
            }
            let (outer, name) = element.outer?;
            let term = element
                .contexts
                .id_of(name)
                .map_or(name, |id| metamodel.term_or_id(id));
            let key = element
                .object
                .get("name")
                .and_then(Value::as_str)
                .filter(|_| roles::has_segment(term));
            steps.push(match key {
                Some(key) => format!(":_{term}:__{key}"),
                None => format!(":_{term}"),
            });
            at = outer;
        }
    }
}

fn use_term(problem: Problem, span: Span, term: &str) -> Problem {
    problem.fix(format!("Write `{term}`"), span, format!("\"{term}\""))
}
