//! Markdown that shows a text as it is.

use std::fmt::Write as _;

/// Characters that mean something to rustdoc's Markdown wherever they stand.
const ACTIVE: &[char] = &['\\', '`', '*', '[', ']', '<', '|', '~'];

/// Characters that mean something at the start of a line only: headings, lists, quotes, underlines of
/// headings, borders of tables.
const ACTIVE_AT_START: &[char] = &['#', '+', '-', '=', '>', ':'];

/// What may stand around a web address in a sentence.
const OPENING: &[char] = &['(', '[', '{', '<', '"', '\''];
const CLOSING: &[char] = &['.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\''];

/// A word (no white space) as Markdown text. A web address becomes a link to itself.
pub(super) fn escape_word(word: &str) -> String {
    let head = word.trim_start_matches(OPENING);
    let address = head.trim_end_matches(CLOSING);
    if !is_address(address) {
        return escape_text(word);
    }
    let before = word.strip_suffix(head).unwrap_or_default();
    let after = head.strip_prefix(address).unwrap_or_default();
    format!("{}<{address}>{}", escape_text(before), escape_text(after))
}

/// A word as it must be at the start of a line.
pub(super) fn at_line_start(word: &str) -> String {
    if word.starts_with(ACTIVE_AT_START) {
        return format!("\\{word}");
    }
    // `1.` and `1)` begin a list.
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    match word.strip_suffix(rest) {
        Some(digits) if !digits.is_empty() && rest.starts_with(['.', ')']) => {
            format!("{digits}\\{rest}")
        }
        Some(_) | None => word.to_owned(),
    }
}

/// A term as code, where it can be code.
pub(super) fn code(term: &str) -> String {
    if !term.is_empty() && term.chars().all(|c| c.is_ascii_graphic() && c != '`') {
        format!("`{term}`")
    } else {
        term.split_whitespace()
            .map(escape_word)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Whether a word may stand between `<` and `>` as a link to itself.
fn is_address(word: &str) -> bool {
    let Some(rest) = word
        .strip_prefix("https://")
        .or_else(|| word.strip_prefix("http://"))
    else {
        return false;
    };
    !rest.is_empty()
        && rest
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c))
}

fn escape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied();
        let is_alphanumeric = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let active = match c {
            // Inside a word an underscore is a letter.
            '_' => !(is_alphanumeric(before) && is_alphanumeric(after)),
            '&' => is_alphanumeric(after) || after == Some('#'),
            // rustdoc warns about an address that isn't a link; parted, it is none.
            '/' => before == Some(':') && after == Some('/'),
            c => ACTIVE.contains(&c),
        };
        if is_invisible(c) {
            // Writing to a String can't fail.
            let _ = write!(out, "U+{:04X}", u32::from(c));
        } else {
            if active {
                out.push('\\');
            }
            out.push(c);
        }
        before = Some(c);
    }
    out
}

/// Characters that show nothing, or change how others are shown: controls, directional formatting,
/// spaces without width, tags. Joiners stay, because scripts and emoji need them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_markdown_would_read_is_escaped() {
        let table = [
            ("```rust", r"\`\`\`rust"),
            ("~~~", r"\~\~\~"),
            ("Vec<T>", r"Vec\<T>"),
            ("[link]", r"\[link\]"),
            ("a|b", r"a\|b"),
            ("*/", r"\*/"),
            (r"\", r"\\"),
            ("max_temp", "max_temp"),
            ("_x_", r"\_x\_"),
            ("__init__", r"\_\_init\_\_"),
            ("R&D", r"R\&D"),
            ("&lt;", r"\&lt;"),
            ("&", "&"),
            ("{}", "{}"),
            ("a\u{202e}b", "aU+202Eb"),
            ("\0", "U+0000"),
            ("温度", "温度"),
        ];
        for (word, markdown) in table {
            assert_eq!(escape_word(word), markdown);
        }
    }

    #[test]
    fn an_address_becomes_a_link_to_itself_and_never_stands_bare() {
        let table = [
            (
                "https://example.com/a_b?c=1",
                "<https://example.com/a_b?c=1>",
            ),
            ("(https://example.com).", "(<https://example.com>)."),
            ("[https://example.com]", r"\[<https://example.com>\]"),
            ("seehttps://example.com", r"seehttps:\//example.com"),
            ("https://example.com/<T>", r"https:\//example.com/\<T>"),
            ("https://", r"https:\//"),
        ];
        for (word, markdown) in table {
            assert_eq!(escape_word(word), markdown);
        }
    }

    #[test]
    fn a_term_with_a_backtick_is_not_code() {
        assert_eq!(code("degreeCelsius"), "`degreeCelsius`");
        assert_eq!(code("a`b"), r"a\`b");
        assert_eq!(code("VolumeFlowRate "), "VolumeFlowRate");
        assert_eq!(code(""), "");
    }

    #[test]
    fn a_line_starts_with_no_mark() {
        for (word, start) in [
            ("-", r"\-"),
            ("1.", r"1\."),
            ("12)", r"12\)"),
            ("1.5", r"1\.5"),
            ("a-b", "a-b"),
            ("2", "2"),
        ] {
            assert_eq!(at_line_start(word), start);
        }
    }
}
