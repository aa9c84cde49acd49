//! Recommendations about elements: what authors ask a checker to notice.

use std::collections::{HashMap, HashSet};

use crate::diagnostics::{Code, Problem};
use crate::expand::utf16_len;
use crate::graph::{Element, Graph, Key, Sym, Value};
use crate::metamodel::names::{class, prop};
use crate::metamodel::{CoType, Metamodel};

/// What services that were made for DTDL 2 take, whose display names have at most this many UTF-16
/// units; later versions of the language allow more.
const LONG_DISPLAY_NAME: usize = 64;

/// Looks for what is not recommended among the elements of a graph without errors.
pub(crate) fn check(graph: &Graph, problems: &mut Vec<Problem>) {
    let used = used(graph);
    let named = named(graph);
    for element in graph.elements.iter().filter(|it| it.span.is_some()) {
        display_name(graph, element, problems);
        siblings(graph, element, &named, problems);
        if element.class == class::INTERFACE {
            names(graph, element, problems);
            unused(graph, element, &used, problems);
        }
    }
}

fn about(graph: &Graph, element: &Element, code: Code) -> Problem {
    Problem::new(code).primary_id(graph.strings.name(element.id).to_owned())
}

fn display_name(graph: &Graph, element: &Element, problems: &mut Vec<Problem>) {
    let key = Key::Own(prop::DISPLAY_NAME);
    let Some(Value::Lang(texts)) = element.value(prop::DISPLAY_NAME) else {
        return;
    };
    let longest = texts.iter().map(|it| utf16_len(graph.strings.get(it.text)));
    if longest.max().unwrap_or(0) > LONG_DISPLAY_NAME
        && let Some(span) = element.value_span(key)
    {
        problems.push(
            about(graph, element, Code::DisplayNameLong)
                .limit(LONG_DISPLAY_NAME as u64)
                .at(span),
        );
    }
}

/// Contents whose names differ only by case.
fn names(graph: &Graph, element: &Element, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<String, &Element> = HashMap::new();
    for edge in element.edges(prop::CONTENTS) {
        let Some(content) = graph.get(edge.target) else {
            continue;
        };
        let Some(name) = content.text(prop::NAME) else {
            continue;
        };
        let name = graph.strings.get(name);
        let Some(first) = seen.get(&name.to_lowercase()) else {
            seen.insert(name.to_lowercase(), content);
            continue;
        };
        let earlier = first.text(prop::NAME).map(|text| graph.strings.get(text));
        let key = Key::Own(prop::NAME);
        if earlier.is_some_and(|earlier| earlier != name)
            && let (Some(here), Some(there)) = (content.value_span(key), first.value_span(key))
        {
            problems.push(
                about(graph, element, Code::NamesDifferByCase)
                    .property(Metamodel::get().prop_name(prop::CONTENTS))
                    .value(name.to_owned())
                    .restriction(earlier.unwrap_or_default().to_owned())
                    .at(here)
                    .against(there),
            );
        }
    }
}

/// The identifiers that something other than `schemas` refers to.
fn used(graph: &Graph) -> HashSet<Sym> {
    graph
        .elements
        .iter()
        .flat_map(|element| &element.slots)
        .filter(|slot| slot.key != Key::Own(prop::SCHEMAS))
        .flat_map(|slot| slot.value.edges())
        .map(|edge| edge.target)
        .collect()
}

fn unused(graph: &Graph, element: &Element, used: &HashSet<Sym>, problems: &mut Vec<Problem>) {
    for edge in element.edges(prop::SCHEMAS) {
        if let Some(schema) = graph.get(edge.target)
            && !used.contains(&edge.target)
            && let Some(span) = schema.id_span.or(schema.span)
        {
            problems.push(about(graph, schema, Code::UnusedSchema).at(span));
        }
    }
}

/// Added properties that name a sibling which doesn't exist.
fn siblings(
    graph: &Graph,
    element: &Element,
    named: &HashSet<(Sym, &str)>,
    problems: &mut Vec<Problem>,
) {
    let metamodel = Metamodel::get();
    let co_types = element.co_types.iter().map(|co| metamodel.co_type(*co));
    for rule in co_types.flat_map(|co: &CoType| &co.siblings) {
        let (Some(Value::Text(text)), Some(parent)) = (element.added(rule.by), element.parent)
        else {
            continue;
        };
        let wanted = graph.strings.get(*text);
        if !named.contains(&(parent, wanted))
            && let Some(span) = element.value_span(Key::Added(rule.by))
        {
            problems.push(
                about(graph, element, Code::AnnotatedSiblingMissing)
                    .property(metamodel.supp_prop(rule.by).term)
                    .value(wanted.to_owned())
                    .at(span),
            );
        }
    }
}

/// The names of all elements, each with the element around it.
fn named(graph: &Graph) -> HashSet<(Sym, &str)> {
    let named = graph.elements.iter().filter_map(|element| {
        let name = element.text(prop::NAME)?;
        Some((element.parent?, graph.strings.get(name)))
    });
    named.collect()
}
