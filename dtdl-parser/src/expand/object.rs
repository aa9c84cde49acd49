//! JSON objects as JSON-LD sees them: keywords apart from members, arrays flattened.

use super::sink::Sink;
use crate::diagnostics::{Code, Problem};
use crate::json::{Array, Document, Kind, Member, Object, Value};
use crate::source::Span;

/// An object and the value that it is, which knows where it stands.
#[derive(Clone, Copy)]
pub(super) struct Node<'d> {
    pub(super) value: Value<'d>,
    pub(super) object: Object<'d>,
}

impl<'d> Node<'d> {
    pub(super) fn of(value: Value<'d>) -> Option<Self> {
        value.as_object().map(|object| Self { value, object })
    }

    pub(super) fn span(self) -> Span {
        self.value.span()
    }

    /// The members that are no keywords.
    pub(super) fn members(self) -> impl Iterator<Item = Member<'d>> + 'd {
        self.object
            .members()
            .filter(|member| !member.name.starts_with('@'))
    }

    /// Whether the text ended, or went wrong, before the object did.
    pub(super) fn is_damaged(self) -> bool {
        self.object.is_damaged()
    }
}

/// The `@` members of an object.
#[derive(Debug, Default)]
pub(super) struct Keywords<'d> {
    pub(super) context: Option<Member<'d>>,
    pub(super) id: Option<Member<'d>>,
    pub(super) types: Option<Member<'d>>,
    pub(super) value: Option<Member<'d>>,
    pub(super) language: Option<Member<'d>>,
    pub(super) graph: Option<Member<'d>>,
    /// Those that DTDL gives no meaning.
    pub(super) others: Vec<Member<'d>>,
    /// How many members the object has, `@` or not.
    pub(super) count: usize,
    /// How many of them are no keywords.
    pub(super) plain: usize,
}

impl<'d> Keywords<'d> {
    /// The keywords of an object; repeated ones are reported and the first counts.
    pub(super) fn of(object: Object<'d>, sink: &mut Sink) -> Self {
        let mut keywords = Self {
            count: object.len(),
            plain: object.len(),
            ..Self::default()
        };
        for member in object.keywords() {
            keywords.plain -= 1;
            let (slot, code) = match member.name {
                "@context" => (&mut keywords.context, Code::RepeatedContextProperty),
                "@id" => (&mut keywords.id, Code::RepeatedIdProperty),
                "@type" => (&mut keywords.types, Code::RepeatedTypeProperty),
                "@value" => (&mut keywords.value, Code::RepeatedValueProperty),
                "@language" => (&mut keywords.language, Code::RepeatedLanguageProperty),
                "@graph" => (&mut keywords.graph, Code::RepeatedGraphProperty),
                _ => {
                    match member.duplicate_of {
                        Some(first) => sink.quit(
                            repeated(Code::RepeatedKeyword, first, &member)
                                .value(member.name.to_owned()),
                        ),
                        None => keywords.others.push(member),
                    }
                    continue;
                }
            };
            match slot {
                Some(first) => sink.quit(repeated(code, first.name_span, &member)),
                None => *slot = Some(member),
            }
        }
        keywords.shapes(sink);
        keywords
    }

    /// Reports keywords whose values have a shape that JSON-LD does not know.
    fn shapes(&self, sink: &mut Sink) {
        if let Some(graph) = &self.graph {
            let values: Vec<Value<'_>> = graph
                .value
                .as_array()
                .map_or(vec![graph.value], |array| array.iter().collect());
            for value in values
                .into_iter()
                .filter(|value| value.as_object().is_none() && !is_invalid(*value))
            {
                sink.quit(Problem::new(Code::GraphNotObject).at(value.span()));
            }
        }
        for component in self.context_components() {
            match component.kind() {
                Kind::String(_) | Kind::Invalid => {}
                Kind::Object(terms) => terms_of(terms, sink),
                Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Array(_) => {
                    sink.quit(Problem::new(Code::InvalidContext).at(component.span()));
                }
            }
        }
    }

    /// The parts of `@context`, in order.
    pub(super) fn context_components(&self) -> Vec<Value<'d>> {
        let Some(context) = &self.context else {
            return Vec::new();
        };
        context
            .value
            .as_array()
            .map_or(vec![context.value], |array| array.iter().collect())
    }

    /// The keywords that have no place in an element, in versions that are strict about it.
    pub(super) fn strangers(&self) -> impl Iterator<Item = &Member<'d>> {
        [&self.language, &self.value]
            .into_iter()
            .flatten()
            .chain(&self.others)
    }

    /// Where the name of `@type` stands.
    pub(super) fn type_span(&self) -> Option<Span> {
        self.types.as_ref().map(|member| member.name_span)
    }
}

fn repeated(code: Code, first: Span, again: &Member<'_>) -> Problem {
    Problem::new(code).at(first).against(again.name_span)
}

/// Reports term definitions whose shape JSON-LD does not know.
fn terms_of(terms: Object<'_>, sink: &mut Sink) {
    for term in terms.members() {
        let problem = |code, span| {
            Problem::new(code)
                .at(span)
                .aux_property(term.name.to_owned())
        };
        if let Some(first) = term.duplicate_of {
            sink.quit(problem(Code::DuplicateTermInContextObject, term.name_span).against(first));
        }
        match term.value.kind() {
            Kind::Null | Kind::String(_) | Kind::Invalid => {}
            Kind::Object(definition) => match definition.get("@id").map(Value::kind) {
                None => sink.quit(problem(
                    Code::TermDefinitionMissingIdProperty,
                    term.value.span(),
                )),
                Some(Kind::String(_)) => {}
                Some(_) => {
                    let span = definition.get("@id").map_or(term.value.span(), Value::span);
                    sink.quit(problem(Code::TermDefinitionIdPropertyNotString, span));
                }
            },
            Kind::Bool(_) | Kind::Number(_) | Kind::Array(_) => {
                sink.quit(problem(
                    Code::TermDefinitionNotStringOrObject,
                    term.value.span(),
                ));
            }
        }
    }
}

fn is_invalid(value: Value<'_>) -> bool {
    matches!(value.kind(), Kind::Invalid)
}

/// Reports what the reference reports of a whole text before it looks at any element.
pub(super) fn survey(document: &Document, sink: &mut Sink) {
    let mut todo: Vec<Value<'_>> = document.roots().collect();
    todo.reverse();
    while let Some(value) = todo.pop() {
        match value.kind() {
            Kind::Array(array) => todo.extend(reversed(array)),
            Kind::Object(object) => {
                Keywords::of(object, sink);
                let mut values: Vec<_> = object.members().map(|member| member.value).collect();
                values.reverse();
                todo.extend(values);
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Invalid => {}
        }
        if sink.stopped {
            return;
        }
    }
}

fn reversed(array: Array<'_>) -> Vec<Value<'_>> {
    let mut values: Vec<_> = array.iter().collect();
    values.reverse();
    values
}

/// The values of a member: arrays in arrays are taken apart, as JSON-LD does with sets.
pub(super) struct Flat<'d> {
    one: Option<Value<'d>>,
    /// The array that is being read, and the place in it.
    array: Option<(Array<'d>, usize)>,
    /// Those around it, outermost first.
    outer: Vec<(Array<'d>, usize)>,
}

impl<'d> Flat<'d> {
    pub(super) fn of(value: Value<'d>) -> Self {
        let array = value.as_array();
        Self {
            one: array.is_none().then_some(value),
            array: array.map(|array| (array, 0)),
            outer: Vec::new(),
        }
    }

    /// About how many values there are.
    pub(super) fn len(&self) -> usize {
        self.array.map_or(1, |(array, _)| array.len())
    }

    /// The only value; nothing if there is none or more than one.
    pub(super) fn single(mut self) -> Option<Value<'d>> {
        let first = self.next()?;
        self.next().is_none().then_some(first)
    }
}

impl<'d> Iterator for Flat<'d> {
    type Item = Value<'d>;

    fn next(&mut self) -> Option<Value<'d>> {
        if let Some(one) = self.one.take() {
            return Some(one);
        }
        while let Some((array, at)) = &mut self.array {
            let Some(value) = array.get(*at) else {
                self.array = self.outer.pop();
                continue;
            };
            *at += 1;
            match value.as_array() {
                None => return Some(value),
                Some(inner) => self.outer.extend(self.array.replace((inner, 0))),
            }
        }
        None
    }
}
