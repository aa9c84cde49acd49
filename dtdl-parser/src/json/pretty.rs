//! JSON written out for people.

use std::fmt::Write as _;

use super::document::{Array, Kind, Object, Value};

/// A value as text: indented by two spaces, one member or item a line, `{}` and `[]` for the empty, in
/// the order of the source, numbers as they were written. Takes no stack for its depth; what the reader
/// couldn't read comes out as it stands in the source.
///
/// ```
/// use dtdl_parser::Sources;
/// use dtdl_parser::json::{self, Limits};
///
/// let mut sources = Sources::new();
/// let file = sources.add("a.json", r#"{"b":[1.50,{}],"a":"\u00e9"}"#);
/// let (document, _) = json::parse(&sources, file, &Limits::default());
/// let text = document.root().map(json::pretty);
/// assert_eq!(text.as_deref(), Some("{\n  \"b\": [\n    1.50,\n    {}\n  ],\n  \"a\": \"é\"\n}"));
/// ```
#[must_use]
pub fn pretty(value: Value<'_>) -> String {
    let mut out = String::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut next = Some(value);
    loop {
        if let Some(value) = next.take() {
            match value.kind() {
                Kind::Array(items) if !items.is_empty() => {
                    out.push('[');
                    open.push(Open::Array { items, at: 0 });
                }
                Kind::Object(object) if !object.is_empty() => {
                    out.push('{');
                    open.push(Open::Object { object, at: 0 });
                }
                Kind::Array(_) => out.push_str("[]"),
                Kind::Object(_) => out.push_str("{}"),
                Kind::String(text) => quote(&mut out, text),
                Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Invalid => {
                    out.push_str(value.text());
                }
            }
        }
        let depth = open.len();
        let Some(top) = open.last_mut() else {
            return out;
        };
        let (at, length, close) = match top {
            Open::Array { items, at } => (at, items.len(), ']'),
            Open::Object { object, at } => (at, object.len(), '}'),
        };
        let index = *at;
        *at += 1;
        if index == length {
            let _ = write!(out, "\n{:1$}{close}", "", (depth - 1) * 2);
            open.pop();
            continue;
        }
        out.push_str(if index == 0 { "" } else { "," });
        let _ = write!(out, "\n{:1$}", "", depth * 2);
        next = match top {
            Open::Array { items, .. } => items.get(index),
            Open::Object { object, .. } => object.at(index).map(|member| {
                quote(&mut out, member.name);
                out.push_str(": ");
                member.value
            }),
        };
    }
}

/// A container that isn't written to its end, and the place of what comes next in it.
enum Open<'d> {
    Array { items: Array<'d>, at: usize },
    Object { object: Object<'d>, at: usize },
}

/// Appends a JSON string. Escapes what JSON requires and the separators that some readers of lines and
/// of JavaScript trip over.
pub(crate) fn quote(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' || matches!(control, '\u{7F}' | '\u{2028}' | '\u{2029}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
