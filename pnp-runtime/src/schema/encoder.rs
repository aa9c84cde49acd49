//! A writer of JSON text whose commas and escapes can't be got wrong.

use alloc::string::String;
use core::fmt::Write;

use super::Schema;
use super::error::EncodeError;

/// Where a [`Schema`] value writes its JSON text.
#[derive(Debug)]
pub struct Encoder<'o> {
    out: &'o mut String,
}

/// An object being written; made by [`Encoder::object`], closed by [`end`](Self::end).
#[derive(Debug)]
#[must_use = "an object needs its closing brace: call end()"]
pub struct ObjectEncoder<'e> {
    encoder: Encoder<'e>,
    empty: bool,
}

impl<'o> Encoder<'o> {
    /// An encoder that appends to `out`.
    pub fn new(out: &'o mut String) -> Self {
        Self { out }
    }

    /// Writes `null`.
    pub fn null(&mut self) {
        self.out.push_str("null");
    }

    /// Writes `true` or `false`.
    pub fn bool(&mut self, value: bool) {
        self.out.push_str(if value { "true" } else { "false" });
    }

    /// Writes an integer, with all its digits.
    pub fn i64(&mut self, value: i64) {
        self.out.push_str(itoa::Buffer::new().format(value));
    }

    /// Writes an integer, with all its digits.
    pub fn u64(&mut self, value: u64) {
        self.out.push_str(itoa::Buffer::new().format(value));
    }

    /// Writes the shortest number that reads back as the same single.
    ///
    /// # Errors
    /// `NaN` and the infinities, which JSON can't carry.
    pub fn f32(&mut self, value: f32) -> Result<(), EncodeError> {
        if !value.is_finite() {
            return Err(EncodeError::not_finite(&value));
        }
        self.out.push_str(zmij::Buffer::new().format_finite(value));
        Ok(())
    }

    /// Writes the shortest number that reads back as the same double.
    ///
    /// # Errors
    /// `NaN` and the infinities, which JSON can't carry.
    pub fn f64(&mut self, value: f64) -> Result<(), EncodeError> {
        if !value.is_finite() {
            return Err(EncodeError::not_finite(&value));
        }
        self.out.push_str(zmij::Buffer::new().format_finite(value));
        Ok(())
    }

    /// Writes a string, quoted and escaped.
    pub fn str(&mut self, value: &str) {
        self.out.push('"');
        let mut plain = value;
        while let Some((head, special, tail)) = split_at_special(plain) {
            self.out.push_str(head);
            match special {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                other => {
                    // Writing to a String can't fail.
                    let _ = write!(self.out, "\\u{:04x}", u32::from(other));
                }
            }
            plain = tail;
        }
        self.out.push_str(plain);
        self.out.push('"');
    }

    /// Writes text that is JSON already.
    pub fn raw(&mut self, json: &str) {
        self.out.push_str(json);
    }

    /// Opens an object.
    ///
    /// ```
    /// use pnp_runtime::Encoder;
    ///
    /// let mut text = String::new();
    /// let mut encoder = Encoder::new(&mut text);
    /// let mut object = encoder.object();
    /// object.field("maxTemp", &21.5)?;
    /// object.optional("minTemp", &None::<f64>)?;
    /// object.end();
    /// assert_eq!(text, r#"{"maxTemp":21.5}"#);
    /// # Ok::<(), pnp_runtime::EncodeError>(())
    /// ```
    pub fn object(&mut self) -> ObjectEncoder<'_> {
        self.out.push('{');
        ObjectEncoder {
            encoder: Encoder { out: self.out },
            empty: true,
        }
    }

    /// Writes an array of the items.
    ///
    /// # Errors
    /// The first item that JSON can't carry, with its index.
    pub fn array<'a, T: Schema + 'a>(
        &mut self,
        items: impl IntoIterator<Item = &'a T>,
    ) -> Result<(), EncodeError> {
        self.out.push('[');
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            item.encode(self).map_err(|error| error.at_index(index))?;
        }
        self.out.push(']');
        Ok(())
    }
}

impl ObjectEncoder<'_> {
    /// Writes a member.
    ///
    /// # Errors
    /// A value that JSON can't carry, with its path from here.
    pub fn field<T: Schema>(&mut self, name: &str, value: &T) -> Result<(), EncodeError> {
        self.field_with(name, |encoder| value.encode(encoder))
    }

    /// Writes a member where there is a value; an absent one is left out, never `null`.
    ///
    /// # Errors
    /// A value that JSON can't carry, with its path from here.
    pub fn optional<T: Schema>(
        &mut self,
        name: &str,
        value: &Option<T>,
    ) -> Result<(), EncodeError> {
        match value {
            Some(value) => self.field(name, value),
            None => Ok(()),
        }
    }

    /// Writes a member whose value `write` writes, exactly one.
    ///
    /// # Errors
    /// What `write` returns, with its path from here.
    pub fn field_with(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut Encoder<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        if !self.empty {
            self.encoder.out.push(',');
        }
        self.empty = false;
        self.encoder.str(name);
        self.encoder.out.push(':');
        write(&mut self.encoder).map_err(|error| error.at(name))
    }

    /// Closes the object.
    pub fn end(self) {
        self.encoder.out.push('}');
    }
}

/// The text before the first character that needs an escape, that character, and the text after it.
fn split_at_special(text: &str) -> Option<(&str, char, &str)> {
    let mut from = 0;
    loop {
        let rest = text.as_bytes().get(from..)?;
        from += rest.iter().position(|byte| may_be_special(*byte))?;
        let (head, tail) = text.split_at_checked(from)?;
        let mut characters = tail.chars();
        let special = characters.next()?;
        if is_special(special) {
            return Some((head, special, characters.as_str()));
        }
        from += special.len_utf8();
    }
}

/// Whether JSON, or a script that JSON is pasted into, needs `character` escaped: JSON allows U+2028
/// and U+2029 bare, JavaScript source did not before 2019.
const fn is_special(character: char) -> bool {
    matches!(
        character,
        '"' | '\\' | '\0'..='\u{1f}' | '\u{7f}' | '\u{2028}' | '\u{2029}'
    )
}

/// Whether a character that begins with `byte` may be special. A table, because it is asked for every
/// byte that is sent: a quarter of the time of a typical message.
fn may_be_special(byte: u8) -> bool {
    MAY_BE_SPECIAL.get(usize::from(byte)) == Some(&true)
}

/// True for special characters of one byte, and for `E2`, with which the line separators begin.
#[allow(
    clippy::indexing_slicing,
    reason = "a wrong index in a constant is a compile error"
)]
const MAY_BE_SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        table[byte as usize] = is_special(byte as char);
        byte += 1;
    }
    table[0xe2] = true;
    table
};
