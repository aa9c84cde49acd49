//! The little JSON that the renderers write.

use std::fmt::Write;

/// Appends a JSON string. Escapes what JSON requires and the separators that some readers of lines and
/// of JavaScript trip over.
pub(super) fn string(out: &mut String, text: &str) {
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

/// An object being written; closed by [`Object::end`].
pub(super) struct Object<'o> {
    out: &'o mut String,
    empty: bool,
}

impl<'o> Object<'o> {
    pub(super) fn new(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    /// Writes a name; the caller writes its value.
    pub(super) fn name(&mut self, name: &str) -> &mut String {
        if !self.empty {
            self.out.push(',');
        }
        self.empty = false;
        string(self.out, name);
        self.out.push(':');
        self.out
    }

    pub(super) fn text(&mut self, name: &str, value: &str) {
        string(self.name(name), value);
    }

    pub(super) fn text_or_null(&mut self, name: &str, value: Option<&str>) {
        let out = self.name(name);
        match value {
            Some(value) => string(out, value),
            None => out.push_str("null"),
        }
    }

    pub(super) fn number(&mut self, name: &str, value: impl std::fmt::Display) {
        let _ = write!(self.name(name), "{value}");
    }

    pub(super) fn object(&mut self, name: &str, fill: impl FnOnce(&mut Object<'_>)) {
        let mut inner = Object::new(self.name(name));
        fill(&mut inner);
        inner.end();
    }

    pub(super) fn array<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Object<'_>, T),
    ) {
        let out = self.name(name);
        out.push('[');
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            let mut inner = Object::new(out);
            fill(&mut inner, item);
            inner.end();
        }
        out.push(']');
    }

    pub(super) fn end(self) {
        self.out.push('}');
    }
}
