//! Writes JSON text.

use std::fmt::Write as _;

/// JSON text that grows; commas are its own business.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: String,
    /// Whether something stands before what comes next in the innermost array or object.
    follows: bool,
}

impl Writer {
    /// The text so far.
    pub(crate) fn finish(self) -> String {
        self.out
    }

    fn separate(&mut self) {
        if self.follows {
            self.out.push(',');
        }
        self.follows = true;
    }

    fn nest(&mut self, open: char, close: char, body: impl FnOnce(&mut Self)) {
        self.separate();
        self.out.push(open);
        self.follows = false;
        body(self);
        self.out.push(close);
        self.follows = true;
    }

    /// An object.
    pub(crate) fn object(&mut self, body: impl FnOnce(&mut Self)) {
        self.nest('{', '}', body);
    }

    /// An array.
    pub(crate) fn array(&mut self, body: impl FnOnce(&mut Self)) {
        self.nest('[', ']', body);
    }

    /// A member of an object; what comes next is its value.
    pub(crate) fn name(&mut self, name: &str) -> &mut Self {
        self.separate();
        self.quote(name);
        self.out.push(':');
        self.follows = false;
        self
    }

    /// A string.
    pub(crate) fn string(&mut self, text: &str) {
        self.separate();
        self.quote(text);
    }

    /// A string, or `null`.
    pub(crate) fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.string(text),
            None => self.raw("null"),
        }
    }

    /// Text that is JSON already: a number, `true`, `null`, a value as it was read.
    pub(crate) fn raw(&mut self, json: &str) {
        self.separate();
        self.out.push_str(json);
    }

    /// Anything that prints as JSON.
    pub(crate) fn display(&mut self, value: impl std::fmt::Display) {
        self.separate();
        // Writing to a string does not fail.
        let _ = write!(self.out, "{value}");
    }

    fn quote(&mut self, text: &str) {
        self.out.push('"');
        for letter in text.chars() {
            match letter {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                letter if letter < ' ' => {
                    let _ = write!(self.out, "\\u{:04x}", u32::from(letter));
                }
                letter => self.out.push(letter),
            }
        }
        self.out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_and_escapes_are_where_they_belong() {
        let mut writer = Writer::default();
        writer.object(|it| {
            it.name("a\"\n\u{1}").array(|it| {
                it.raw("1");
                it.string("x");
                it.object(|_| {});
            });
            it.name("b").optional(None);
            it.name("c").display(true);
        });
        assert_eq!(
            writer.finish(),
            "{\"a\\\"\\n\\u0001\":[1,\"x\",{}],\"b\":null,\"c\":true}"
        );
    }
}
