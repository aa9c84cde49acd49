//! Elements with their properties and what they refer to.

use super::Writer;
use super::values::place;
use crate::expand::Reference;
use crate::graph::{Element, Graph, Key, Value};
use crate::metamodel::Metamodel;
use crate::source::{Sources, Span};

pub(super) fn dump(graph: &Graph, references: &[Reference], sources: &Sources) -> String {
    let mut writer = Writer::default();
    writer.object(|writer| {
        writer.name("elements").array(|writer| {
            for it in &graph.elements {
                writer.object(|writer| element(it, graph, sources, writer));
            }
        });
        writer.name("references").array(|writer| {
            for it in references {
                writer.object(|writer| {
                    writer.name("from").string(graph.strings.name(it.from));
                    writer.name("property").string(key(it.key, graph));
                    writer.name("to").string(graph.strings.name(it.target));
                    at(Some(it.span), sources, writer);
                });
            }
        });
    });
    writer.finish()
}

fn element(it: &Element, graph: &Graph, sources: &Sources, writer: &mut Writer) {
    let metamodel = Metamodel::get();
    let name = |id| graph.strings.name(id);
    writer.name("id").string(name(it.id));
    writer.name("class").string(metamodel.class(it.class).name);
    writer.name("version").display(it.version);
    writer.name("parent").optional(it.parent.map(name));
    writer.name("definedIn").optional(it.defined_in.map(name));
    writer.name("coTypes").array(|writer| {
        for &co_type in &it.co_types {
            writer.string(&metamodel.co_type(co_type).id);
        }
    });
    writer.name("undefinedTypes").array(|writer| {
        for &text in &it.undefined_types {
            writer.string(graph.strings.get(text));
        }
    });
    writer.name("properties").object(|writer| {
        for slot in &it.slots {
            value(&slot.value, graph, writer.name(key(slot.key, graph)));
        }
    });
    at(it.span, sources, writer);
}

fn key(key: Key, graph: &Graph) -> &str {
    let metamodel = Metamodel::get();
    match key {
        Key::Own(id) => metamodel.prop_name(id),
        Key::Added(id) => &metamodel.supp_prop(id).id,
        Key::Unknown(text) => graph.strings.get(text),
    }
}

fn value(value: &Value, graph: &Graph, writer: &mut Writer) {
    match value {
        Value::Bool(truth) => writer.display(truth),
        Value::Int(number) => writer.display(number),
        Value::Number(text) | Value::Json(text) => writer.raw(graph.strings.get(*text)),
        Value::Text(text) => writer.string(graph.strings.get(*text)),
        Value::Lang(texts) => writer.object(|writer| {
            for it in texts {
                let text = graph.strings.get(it.text);
                writer.name(graph.strings.get(it.lang)).string(text);
            }
        }),
        Value::Edges(edges) => writer.array(|writer| {
            for edge in edges {
                writer.string(graph.strings.name(edge.target));
            }
        }),
        Value::Broken => writer.raw("null"),
    }
}

/// `file`, `line` and `column`; nothing for what no text says.
fn at(span: Option<Span>, sources: &Sources, writer: &mut Writer) {
    if let Some(span) = span {
        writer.name("file").string(sources.name(span.file));
        place(span, sources, writer);
    }
}
