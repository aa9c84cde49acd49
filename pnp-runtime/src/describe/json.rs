//! JSON with its members in the order in which they were put: DTDL as people write it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::schema::Encoder;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Text(String),
    Integer(i64),
    True,
    List(Vec<Json>),
    Object(Object),
}

/// Members in order; the writer puts each name once.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Object(Vec<(&'static str, Json)>);

impl Object {
    pub(super) fn put(&mut self, name: &'static str, value: impl Into<Json>) {
        self.0.push((name, value.into()));
    }

    pub(super) fn put_some(&mut self, name: &'static str, value: Option<impl Into<Json>>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        self.0
            .iter()
            .find_map(|(key, value)| (*key == name).then_some(value))
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Vec<Json>> for Json {
    fn from(list: Vec<Json>) -> Self {
        Self::List(list)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl Json {
    /// Indented text with a line break at the end.
    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, 0);
        text.push('\n');
        text
    }

    fn write(&self, text: &mut String, depth: usize) {
        match self {
            Self::Text(value) => Encoder::new(text).str(value),
            Self::Integer(value) => Encoder::new(text).i64(*value),
            Self::True => text.push_str("true"),
            Self::List(items) => Self::block(text, depth, ['[', ']'], items, |text, item| {
                item.write(text, depth + 1);
            }),
            Self::Object(Object(members)) => {
                Self::block(text, depth, ['{', '}'], members, |text, (name, value)| {
                    Encoder::new(text).str(name);
                    text.push_str(": ");
                    value.write(text, depth + 1);
                });
            }
        }
    }

    fn block<T>(
        text: &mut String,
        depth: usize,
        [open, close]: [char; 2],
        parts: &[T],
        mut write: impl FnMut(&mut String, &T),
    ) {
        text.push(open);
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            new_line(text, depth + 1);
            write(text, part);
        }
        if !parts.is_empty() {
            new_line(text, depth);
        }
        text.push(close);
    }
}

fn new_line(text: &mut String, depth: usize) {
    text.push('\n');
    for _ in 0..depth {
        text.push_str("  ");
    }
}
