//! Recommendations about elements: what authors ask a checker to notice.

use std::hash::{Hash, Hasher};

use hashbrown::{HashMap, HashSet};

use crate::diagnostics::{Code, Problem};
use crate::expand::is_longer;
use crate::graph::{Element, Graph, Key, LangText, Sym, Value};
use crate::metamodel::names::{class, prop};
use crate::metamodel::{CoType, Metamodel};

/// What services that were made for DTDL 2 take, whose display names have at most this many UTF-16
/// units; later versions of the language allow more.
const LONG_DISPLAY_NAME: u32 = 64;

/// Looks for what is not recommended among the elements of a graph without errors.
pub(crate) fn check(graph: &Graph, problems: &mut Vec<Problem>) {
    let metamodel = Metamodel::get();
    let concerned = |element: &Element| {
        let mut rows = element.co_types.iter().map(|co| metamodel.co_type(*co));
        rows.any(|row| !row.siblings.is_empty())
    };
    let named = match graph.elements.iter().any(concerned) {
        true => named(graph),
        false => HashSet::new(),
    };
    let reuses = |element: &Element| !element.edges(prop::SCHEMAS).is_empty();
    let used = match graph.elements.iter().any(reuses) {
        true => used(graph),
        false => HashSet::new(),
    };
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
    let is_long = |text: &LangText| is_longer(graph.strings.get(text.text), LONG_DISPLAY_NAME);
    if texts.iter().any(is_long)
        && let Some(span) = element.value_span(key)
    {
        problems.push(
            about(graph, element, Code::DisplayNameLong)
                .limit(u64::from(LONG_DISPLAY_NAME))
                .at(span),
        );
    }
}

/// A name without regard to case. Names are of ASCII letters.
struct Folded<'g>(&'g str);

impl Hash for Folded<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for bytes in self.0.as_bytes().chunks(8) {
            let mut folded = [0; 8];
            for (to, byte) in folded.iter_mut().zip(bytes) {
                *to = byte.to_ascii_lowercase();
            }
            state.write_u64(u64::from_ne_bytes(folded));
        }
    }
}

impl PartialEq for Folded<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

impl Eq for Folded<'_> {}

/// Contents whose names differ only by case.
fn names(graph: &Graph, element: &Element, problems: &mut Vec<Problem>) {
    let edges = element.edges(prop::CONTENTS);
    let mut seen: HashMap<Folded<'_>, &Element> = HashMap::with_capacity(edges.len());
    for edge in edges {
        let Some(content) = graph.get(edge.target) else {
            continue;
        };
        let Some(name) = content.text(prop::NAME) else {
            continue;
        };
        let name = graph.strings.get(name);
        let first = *seen.entry(Folded(name)).or_insert(content);
        if first.id == content.id {
            continue;
        }
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
