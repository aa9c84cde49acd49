//! JSON values with their places.

use super::Writer;
use crate::json::{self, Kind, Limits, Value};
use crate::source::{FileId, Sources, Span};
use crate::{Options, Problem};

pub(super) fn dump(
    sources: &Sources,
    roots: &[FileId],
    options: &Options,
) -> (String, Vec<Problem>) {
    let limits = Limits {
        depth: options.max_json_depth,
        ..Limits::default()
    };
    let mut problems = Vec::new();
    let mut writer = Writer::default();
    writer.array(|writer| {
        for &file in roots {
            let (document, found) = json::parse(sources, file, &limits);
            problems.extend(found);
            writer.object(|writer| {
                writer.name("file").string(sources.name(file));
                writer.name("values").array(|writer| {
                    for root in document.roots() {
                        tree(root, sources, writer);
                    }
                });
            });
        }
    });
    (writer.finish(), problems)
}

/// A value and all below it, one after the other: nesting in the output would be as deep as the input.
fn tree(root: Value<'_>, sources: &Sources, writer: &mut Writer) {
    let mut waiting = vec![(String::new(), root)];
    while let Some((pointer, value)) = waiting.pop() {
        writer.object(|writer| {
            writer.name("pointer").string(&pointer);
            place(value.span(), sources, writer);
            match value.kind() {
                Kind::Object(_) => writer.name("kind").string("object"),
                Kind::Array(_) => writer.name("kind").string("array"),
                Kind::Invalid => writer.name("kind").string("invalid"),
                Kind::String(text) => writer.name("value").string(text),
                Kind::Null | Kind::Bool(_) | Kind::Number(_) => {
                    writer.name("value").raw(value.text());
                }
            }
        });
        let first = waiting.len();
        if let Some(object) = value.as_object() {
            waiting.extend(object.members().map(|member| {
                let name = member.name.replace('~', "~0").replace('/', "~1");
                (format!("{pointer}/{name}"), member.value)
            }));
        } else if let Some(array) = value.as_array() {
            let items = array.iter().enumerate();
            waiting.extend(items.map(|(index, item)| (format!("{pointer}/{index}"), item)));
        }
        // The next one to be taken is the last.
        if let Some(below) = waiting.get_mut(first..) {
            below.reverse();
        }
    }
}

/// `line` and `column` of a place.
pub(super) fn place(span: Span, sources: &Sources, writer: &mut Writer) {
    let position = sources.position(span);
    writer.name("line").display(position.line);
    writer.name("column").display(position.column);
}
