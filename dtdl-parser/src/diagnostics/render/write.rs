//! The little JSON that the renderers write.

use std::fmt::Write;

use crate::json::quote;

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
        quote(self.out, name);
        self.out.push(':');
        self.out
    }

    pub(super) fn text(&mut self, name: &str, value: &str) {
        quote(self.name(name), value);
    }

    pub(super) fn text_or_null(&mut self, name: &str, value: Option<&str>) {
        let out = self.name(name);
        match value {
            Some(value) => quote(out, value),
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
