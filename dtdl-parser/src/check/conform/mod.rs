//! Whether a JSON value is a value of an element, by the `value` rows of the tables.
//!
//! The walk keeps its own list of what is still to look at, so that the depth of a payload costs
//! memory only.

mod datatype;

use super::literal::Literal;
use crate::graph::{Edge, Element, ElementIx, Graph, Value as GraphValue};
use crate::json::{Kind, Value};
use crate::metamodel::{Metamodel, PropId, ValueRule};
use hashbrown::HashMap;

/// The term of the co-type without which a member may be missing (specification of the requirement
/// extension; the reference parser does not look at it).
const REQUIRED: &str = "Required";

/// One thing that is wrong with a value.
pub(crate) struct Violation<'d> {
    /// The value that is wrong.
    pub(crate) value: Option<Value<'d>>,
    /// What is wrong, as a sentence without a full stop.
    pub(crate) message: String,
}

/// What describes values of a class, if anything does.
pub(crate) fn rule_of(
    metamodel: &'static Metamodel,
    element: &Element,
) -> Option<&'static ValueRule> {
    metamodel.class(element.class).value.as_ref()
}

/// What is wrong with a value as a value of an element.
pub(crate) fn value<'d>(
    graph: &Graph,
    metamodel: &'static Metamodel,
    element: ElementIx,
    value: Value<'d>,
    required: bool,
) -> Vec<Violation<'d>> {
    let mut conform = Conform::new(graph, metamodel, required);
    conform.todo.push((Found::of(value), element));
    conform.run();
    conform.violations
}

/// What is wrong with a value that is no array and no object as a value of an element.
pub(super) fn literal(
    graph: &Graph,
    metamodel: &'static Metamodel,
    element: ElementIx,
    kind: Kind<'_>,
) -> Vec<String> {
    let mut conform = Conform::new(graph, metamodel, false);
    conform.todo.push((Found { kind, value: None }, element));
    conform.run();
    let violations = conform.violations.into_iter();
    violations.map(|violation| violation.message).collect()
}

/// A value, and where it stands if it stands anywhere.
#[derive(Clone, Copy)]
struct Found<'d> {
    kind: Kind<'d>,
    value: Option<Value<'d>>,
}

impl<'d> Found<'d> {
    fn of(value: Value<'d>) -> Self {
        Self {
            kind: value.kind(),
            value: Some(value),
        }
    }
}

struct Conform<'g, 'd> {
    graph: &'g Graph,
    metamodel: &'static Metamodel,
    /// Whether members that must be there are looked for.
    required: bool,
    /// Values and what describes them, the next one last.
    todo: Vec<(Found<'d>, ElementIx)>,
    /// The members of elements that describe objects, by name.
    members: HashMap<ElementIx, HashMap<&'g str, ElementIx>>,
    violations: Vec<Violation<'d>>,
}

impl<'g, 'd> Conform<'g, 'd> {
    fn new(graph: &'g Graph, metamodel: &'static Metamodel, required: bool) -> Self {
        Self {
            graph,
            metamodel,
            required,
            todo: Vec::new(),
            members: HashMap::new(),
            violations: Vec::new(),
        }
    }

    fn run(&mut self) {
        while let Some((found, ix)) = self.todo.pop() {
            let element = self.graph.at(ix);
            let rule = element.and_then(|element| rule_of(self.metamodel, element));
            if let (Some(element), Some(rule)) = (element, rule) {
                self.one(found, ix, element, rule);
            }
        }
    }

    fn violation(&mut self, found: Found<'d>, message: String) {
        self.violations.push(Violation {
            value: found.value,
            message,
        });
    }

    fn one(&mut self, found: Found<'d>, ix: ElementIx, element: &'g Element, rule: &ValueRule) {
        if matches!(found.kind, Kind::Null) && self.takes_null(element, rule) {
            return;
        }
        if let Some(message) = self.leaf(found.kind, element, rule) {
            self.violation(found, message);
            return;
        }
        for &by in &rule.by {
            self.by(found, element, by);
        }
        if let Some(each) = rule.each {
            self.each(found, ix, element, each);
        }
    }

    fn takes_null(&self, element: &Element, rule: &ValueRule) -> bool {
        let value = rule.null.and_then(|null| element.value(null));
        matches!(value, Some(GraphValue::Bool(true)))
    }

    /// What is wrong with a value whatever it holds.
    fn leaf(&self, kind: Kind<'d>, element: &Element, rule: &ValueRule) -> Option<String> {
        if !rule.json.is_empty() && !is_kind(kind, rule.json) {
            return Some(format!(
                "{} is no {}, as {} asks for",
                shown(kind),
                rule.json,
                self.class(element)
            ));
        }
        if let (Kind::Number(text) | Kind::String(text), true) = (kind, !rule.json.is_empty()) {
            let pattern = rule.pattern.map(|pattern| self.metamodel.pattern(pattern));
            let fits = pattern.is_none_or(|pattern| pattern.matches(text))
                && datatype::reads(rule.datatype, text);
            if !fits {
                return Some(format!("{} is no {}", shown(kind), self.class(element)));
            }
        }
        if let Some(equals) = rule.equals {
            let wanted = element.value(equals);
            let wanted = wanted.and_then(|value| Literal::of(value, &self.graph.strings))?;
            if !equal(kind, wanted) {
                return Some(format!("{} is not {wanted}", shown(kind)));
            }
        }
        None
    }

    /// One element of the property must describe the value.
    fn by(&mut self, found: Found<'d>, element: &'g Element, by: PropId) {
        let row = self
            .metamodel
            .class(element.class)
            .prop(element.version, by);
        let edges = element.edges(by);
        if row.is_none_or(|row| !row.plural) {
            let target = edges.first().and_then(|edge| self.graph.find(edge.target));
            self.todo.extend(target.map(|target| (found, target)));
            return;
        }
        // A value of another kind than any of them is reported for that alone.
        let same_kind = |edge: &&Edge| {
            let target = self.graph.get(edge.target);
            let rule = target.and_then(|target| rule_of(self.metamodel, target));
            let literal = rule.and_then(|rule| target?.value(rule.equals?));
            literal
                .and_then(|value| Literal::of(value, &self.graph.strings))
                .is_some_and(|literal| is_same_kind(found.kind, literal))
        };
        let describes = |edge: &&Edge| {
            let target = self.graph.get(edge.target);
            let rule = target.and_then(|target| rule_of(self.metamodel, target));
            target
                .zip(rule)
                .is_some_and(|(target, rule)| self.leaf(found.kind, target, rule).is_none())
        };
        if edges.iter().any(|edge| describes(&edge)) {
            return;
        }
        if edges.is_empty() || edges.iter().any(|edge| same_kind(&edge)) {
            let message = format!(
                "{} is none of the values of the {}",
                shown(found.kind),
                self.class(element)
            );
            self.violation(found, message);
        }
    }

    /// Every item or member is described by the property.
    fn each(&mut self, found: Found<'d>, ix: ElementIx, element: &'g Element, each: PropId) {
        let row = self
            .metamodel
            .class(element.class)
            .prop(element.version, each);
        if row.is_some_and(|row| row.plural) {
            self.named(found, ix, element, each);
            return;
        }
        let edge = element.edges(each).first();
        let Some(target) = edge.and_then(|edge| self.graph.find(edge.target)) else {
            return;
        };
        match found.kind {
            Kind::Array(array) => {
                let items: Vec<_> = array.iter().map(|item| (Found::of(item), target)).collect();
                self.todo.extend(items.into_iter().rev());
            }
            Kind::Object(object) => {
                let members = object.members();
                let members: Vec<_> = members
                    .map(|member| (Found::of(member.value), target))
                    .collect();
                self.todo.extend(members.into_iter().rev());
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Invalid => {}
        }
    }

    /// Every member is described by the element that holds its name.
    fn named(&mut self, found: Found<'d>, ix: ElementIx, element: &'g Element, each: PropId) {
        let Kind::Object(object) = found.kind else {
            return;
        };
        let (graph, metamodel) = (self.graph, self.metamodel);
        let members = self
            .members
            .entry(ix)
            .or_insert_with(|| by_name(graph, metamodel, element.edges(each)));
        let mut next = Vec::new();
        let mut unknown = Vec::new();
        for member in object.members() {
            match members.get(member.name) {
                Some(&target) => next.push((Found::of(member.value), target)),
                None => unknown.push(member),
            }
        }
        for member in unknown {
            let message = format!("the {} has no {:?}", self.class(element), member.name);
            self.violation(Found::of(member.value), message);
        }
        if self.required {
            self.missing(found, element, each);
        }
        self.todo.extend(next.into_iter().rev());
    }

    /// Reports members that must be there and are not.
    fn missing(&mut self, found: Found<'d>, element: &'g Element, each: PropId) {
        let Kind::Object(object) = found.kind else {
            return;
        };
        let is_required = |target: &Element| {
            let mut co_types = target.co_types.iter();
            co_types.any(|&co_type| self.metamodel.co_type(co_type).term == REQUIRED)
        };
        let targets = element.edges(each).iter();
        let required = targets
            .filter_map(|edge| self.graph.get(edge.target))
            .filter(|target| is_required(target));
        let names: Vec<&str> = required
            .filter_map(|target| name_of(self.graph, self.metamodel, target))
            .collect();
        if names.is_empty() {
            return;
        }
        let present: hashbrown::HashSet<&str> =
            object.members().map(|member| member.name).collect();
        for name in names.into_iter().filter(|name| !present.contains(name)) {
            let message = format!(
                "{name:?}, which the {} requires, is missing",
                self.class(element)
            );
            self.violation(found, message);
        }
    }

    fn class(&self, element: &Element) -> &'static str {
        self.metamodel.class(element.class).name
    }
}

/// Elements by the names of the members that they describe.
fn by_name<'g>(
    graph: &'g Graph,
    metamodel: &'static Metamodel,
    edges: &[Edge],
) -> HashMap<&'g str, ElementIx> {
    let mut members = HashMap::new();
    for ix in edges.iter().filter_map(|edge| graph.find(edge.target)) {
        let name = graph
            .at(ix)
            .and_then(|element| name_of(graph, metamodel, element));
        if let Some(name) = name {
            members.entry(name).or_insert(ix);
        }
    }
    members
}

/// The name of the member that an element describes.
fn name_of<'g>(
    graph: &'g Graph,
    metamodel: &'static Metamodel,
    element: &Element,
) -> Option<&'g str> {
    let named = rule_of(metamodel, element)?.named?;
    element.text(named).map(|name| graph.strings.get(name))
}

fn is_kind(kind: Kind<'_>, name: &str) -> bool {
    match kind {
        Kind::Bool(_) => name == "boolean",
        Kind::Number(_) => name == "number",
        Kind::String(_) => name == "string",
        Kind::Array(_) => name == "array",
        Kind::Object(_) => name == "object",
        Kind::Null | Kind::Invalid => false,
    }
}

fn is_same_kind(kind: Kind<'_>, literal: Literal<'_>) -> bool {
    matches!(
        (kind, literal),
        (Kind::Bool(_), Literal::Bool(_))
            | (Kind::Number(_), Literal::Int(_) | Literal::Number(_))
            | (Kind::String(_), Literal::Text(_))
    )
}

fn equal(kind: Kind<'_>, literal: Literal<'_>) -> bool {
    match (kind, literal) {
        (Kind::Bool(one), Literal::Bool(other)) => one == other,
        (Kind::String(one), Literal::Text(other)) | (Kind::Number(one), Literal::Number(other)) => {
            one == other
        }
        (Kind::Number(text), Literal::Int(number)) => text.parse() == Ok(number),
        _ => false,
    }
}

/// A value as a sentence names it: literals as they are, if they are short, and others by their kind.
fn shown(kind: Kind<'_>) -> String {
    const LONGEST: usize = 60;
    let text = match kind {
        Kind::Null => return "null".to_owned(),
        Kind::Bool(truth) => return truth.to_string(),
        Kind::Array(_) => return "an array".to_owned(),
        Kind::Object(_) => return "an object".to_owned(),
        Kind::Invalid => return "what can't be read".to_owned(),
        Kind::Number(text) => text.to_owned(),
        Kind::String(text) => format!("{text:?}"),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}…")
}
