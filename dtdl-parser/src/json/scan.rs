//! Where the tokens of JSON end, and what they hold.
//!
//! Functions of a text and an offset, without state. Each returns an offset that lies on a character
//! boundary.

use crate::diagnostics::Code;

/// A string that isn't plain: with escapes, or with faults.
pub(super) struct Scanned {
    /// The offset after the closing quote, or where the string must have ended.
    pub(super) end: usize,
    /// The text, with escapes resolved.
    pub(super) text: String,
    pub(super) faults: Vec<Fault>,
}

/// A fault in a string.
pub(super) struct Fault {
    pub(super) code: Code,
    pub(super) start: usize,
    pub(super) end: usize,
    /// What could stand in its place.
    pub(super) mended: Option<String>,
}

/// A string in quotes that JSON doesn't know.
#[derive(Clone, Copy)]
pub(super) struct Quoted {
    pub(super) inner: (usize, usize),
    pub(super) end: usize,
}

/// The end of a string without escapes and without faults that begins at `start` with its quote.
pub(super) fn plain_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    // Eight bytes at a time: most of the bytes of a model stand in strings.
    while let Some(Ok(chunk)) = bytes.get(at..at + 8).map(<[u8; 8]>::try_from) {
        let stops = stops(u64::from_le_bytes(chunk));
        if stops != 0 {
            at += (stops.trailing_zeros() / 8) as usize;
            return (bytes.get(at) == Some(&b'"')).then_some(at + 1);
        }
        at += 8;
    }
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' | 0..0x20 => return None,
            _ => at += 1,
        }
    }
}

/// The high bit of each byte that ends a plain run of a string: a quote, a backslash or a control
/// character. Bits above the lowest one set may be wrong (a borrow runs upward), so only the lowest
/// counts.
fn stops(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let zero_byte = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let quote = zero_byte(word ^ (ONES * 0x22));
    let backslash = zero_byte(word ^ (ONES * 0x5C));
    let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
    quote | backslash | control
}

/// Reads any string that begins at `start` with its quote.
pub(super) fn string(text: &str, start: usize) -> Scanned {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut faults = Vec::new();
    let mut at = start + 1;
    // Whether a line end lies inside of the string is decided once, by what follows the next quote.
    let mut spans_lines = None;
    loop {
        let from = at;
        while let Some(byte) = bytes.get(at)
            && *byte != b'"'
            && *byte != b'\\'
            && *byte >= 0x20
        {
            at += 1;
        }
        out.push_str(text.get(from..at).unwrap_or(""));
        match bytes.get(at) {
            Some(b'"') => {
                let end = at + 1;
                return Scanned {
                    end,
                    text: out,
                    faults,
                };
            }
            Some(b'\\') => at = escape(text, at, &mut out, &mut faults),
            Some(b'\n' | b'\r') if !*spans_lines.get_or_insert_with(|| closes_later(bytes, at)) => {
                return unterminated(text, start, at, out, faults);
            }
            None => return unterminated(text, start, at, out, faults),
            Some(control) => {
                let mended = match control {
                    b'\n' => "\\n".to_owned(),
                    b'\r' => "\\r".to_owned(),
                    b'\t' => "\\t".to_owned(),
                    other => format!("\\u{other:04x}"),
                };
                faults.push(Fault {
                    code: Code::JsonControlCharacter,
                    start: at,
                    end: at + 1,
                    mended: Some(mended),
                });
                out.push(char::from(*control));
                at += 1;
            }
        }
    }
}

/// Whether the next quote after `at` looks like the end of a string: what follows it is what follows a
/// value or a name, and not the text of a string that begins there.
fn closes_later(bytes: &[u8], at: usize) -> bool {
    let mut at = at;
    loop {
        match bytes.get(at) {
            None => return false,
            Some(b'\\') => at += 2,
            Some(b'"') => break,
            Some(_) => at += 1,
        }
    }
    let next = bytes
        .get(at + 1..)
        .unwrap_or(&[])
        .iter()
        .find(|byte| !byte.is_ascii_whitespace());
    matches!(next, None | Some(b',' | b'}' | b']' | b':'))
}

/// A string whose quote is missing ends with its line, without the comma that follows a value.
fn unterminated(
    text: &str,
    start: usize,
    line_end: usize,
    mut out: String,
    mut faults: Vec<Fault>,
) -> Scanned {
    let line = text.get(start..line_end).unwrap_or("");
    let line = line.trim_end();
    let kept = line.strip_suffix(',').unwrap_or(line).trim_end();
    // The cut part held no escape unless it is longer than what was decoded.
    let cut = (line_end - start) - kept.len();
    let mut length = out.len().saturating_sub(cut);
    while !out.is_char_boundary(length) {
        length -= 1;
    }
    out.truncate(length);
    let end = start + kept.len().max(1);
    faults.push(Fault {
        code: Code::JsonUnterminatedString,
        start,
        end,
        mended: None,
    });
    Scanned {
        end,
        text: out,
        faults,
    }
}

/// Resolves the escape at `at` and returns the offset after it.
fn escape(text: &str, at: usize, out: &mut String, faults: &mut Vec<Fault>) -> usize {
    let bytes = text.as_bytes();
    let simple = match bytes.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(text, at, out, faults),
        _ => {
            // The backslash alone is wrong; what follows is read as it stands.
            let length = text
                .get(at + 1..)
                .and_then(|rest| rest.chars().next())
                .filter(|next| *next >= ' ')
                .map_or(0, char::len_utf8);
            let end = at + 1 + length;
            let written = text.get(at..end).unwrap_or("\\");
            faults.push(Fault {
                code: Code::JsonBadEscape,
                start: at,
                end,
                mended: Some(format!("\\{written}")),
            });
            out.push_str(written);
            return end;
        }
    };
    out.push(simple);
    at + 2
}

fn unicode_escape(text: &str, at: usize, out: &mut String, faults: &mut Vec<Fault>) -> usize {
    let bytes = text.as_bytes();
    let Some(unit) = hex4(bytes, at + 2) else {
        let digits = bytes
            .get(at + 2..)
            .unwrap_or(&[])
            .iter()
            .take(4)
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count();
        faults.push(Fault {
            code: Code::JsonBadEscape,
            start: at,
            end: at + 2 + digits,
            mended: None,
        });
        out.push('\u{FFFD}');
        return at + 2 + digits;
    };
    if let Some(letter) = char::from_u32(unit) {
        out.push(letter);
        return at + 6;
    }
    let low = match bytes.get(at + 6..at + 8) {
        Some(b"\\u") => hex4(bytes, at + 8),
        _ => None,
    };
    if let Some(low) = low
        && (0xD800..0xDC00).contains(&unit)
        && (0xDC00..0xE000).contains(&low)
        && let Some(letter) = char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
    {
        out.push(letter);
        return at + 12;
    }
    faults.push(Fault {
        code: Code::JsonLoneSurrogate,
        start: at,
        end: at + 6,
        mended: None,
    });
    out.push('\u{FFFD}');
    at + 6
}

fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0, |sum, digit| {
        Some(sum * 16 + char::from(*digit).to_digit(16)?)
    })
}

/// The end of a number as JSON writes it, if one begins at `start` and nothing that belongs to a word
/// or number follows it.
pub(super) fn number_end(bytes: &[u8], start: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut at = start;
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    let whole = at;
    at = digits(at);
    if at == whole || (at > whole + 1 && bytes.get(whole) == Some(&b'0')) {
        return None;
    }
    if bytes.get(at) == Some(&b'.') {
        let fraction = at + 1;
        at = digits(fraction);
        if at == fraction {
            return None;
        }
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        let exponent = at;
        at = digits(exponent);
        if at == exponent {
            return None;
        }
    }
    let ends = !bytes
        .get(at)
        .is_some_and(|byte| is_word(*byte) || matches!(byte, b'.' | b'+'));
    ends.then_some(at)
}

/// The end of what was meant as a number.
pub(super) fn number_like_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while bytes
        .get(at)
        .is_some_and(|byte| is_word(*byte) || matches!(byte, b'.' | b'+'))
    {
        at += 1;
    }
    at.max(start + 1)
}

/// The number as JSON would write it, where that is clear.
pub(super) fn mended_number(text: &str) -> Option<String> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let mended = if text.starts_with('.') {
        format!("{sign}0{text}")
    } else if let Some(whole) = text.strip_suffix('.') {
        format!("{sign}{whole}")
    } else {
        let trimmed = text.trim_start_matches('0');
        let zero = if trimmed.starts_with(|first: char| first.is_ascii_digit()) {
            ""
        } else {
            "0"
        };
        format!("{sign}{zero}{trimmed}")
    };
    (number_end(mended.as_bytes(), 0) == Some(mended.len())).then_some(mended)
}

/// Whether a byte can be part of a bare word.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'@' | b'-')
}

/// Whether a value can begin with the byte, or someone may have meant it to.
pub(super) fn starts_value(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'"' | b'{' | b'[' | b'\'' | b'+' | b'.')
}

/// The end of a bare word such as an unquoted name; dots belong to it.
pub(super) fn word_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while bytes
        .get(at)
        .is_some_and(|byte| is_word(*byte) || *byte == b'.')
    {
        at += 1;
    }
    at.max(start + 1)
}

/// A string in single or typographic quotes that ends on its line.
pub(super) fn wrong_quotes(text: &str, start: usize) -> Option<Quoted> {
    let rest = text.get(start..)?;
    let open = rest.chars().next()?;
    let closing: &[char] = match open {
        '\'' => &['\''],
        '`' => &['`'],
        '\u{201C}' | '\u{201D}' | '\u{201E}' => &['\u{201C}', '\u{201D}', '"'],
        '\u{2018}' | '\u{2019}' => &['\u{2018}', '\u{2019}', '\''],
        _ => return None,
    };
    let inner_start = start + open.len_utf8();
    let inner = text.get(inner_start..)?;
    let line = inner.get(..inner.find(['\n', '\r']).unwrap_or(inner.len()))?;
    let length = line.find(closing)?;
    let close = line.get(length..)?.chars().next()?;
    Some(Quoted {
        inner: (inner_start, inner_start + length),
        end: inner_start + length + close.len_utf8(),
    })
}

/// The end of a comment that begins at `start`, if one does. One that isn't closed goes to the end.
pub(super) fn comment_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    if rest.starts_with("//") {
        return Some(start + rest.find(['\n', '\r']).unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        let close = rest.get(2..)?.find("*/").map(|at| at + 4);
        return Some(start + close.unwrap_or(rest.len()));
    }
    None
}

/// The end of a run of characters that can't begin anything.
pub(super) fn unexpected_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or("");
    let first = rest.chars().next().map_or(1, char::len_utf8);
    let stop = |byte: u8| {
        byte.is_ascii_whitespace()
            || starts_value(byte)
            || matches!(byte, b',' | b':' | b'}' | b']' | b'/')
    };
    let length = rest
        .bytes()
        .skip(first)
        .position(stop)
        .map_or(rest.len(), |length| first + length);
    start + length
}

/// The end of the array or object that begins at `start`, by counting brackets outside of strings.
pub(super) fn balanced_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0u64;
    let mut at = start;
    let mut in_string = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
