//! Doc comments from a model's text, which nobody has vetted.
//!
//! Text reaches rustdoc as plain paragraphs: no code block that `cargo test` would run, no link, no
//! HTML, no control character that shows source code in another order than the compiler reads it
//! (CVE-2021-42574). It is emitted as `#[doc = "…"]` tokens, so no text can end a comment either.

use proc_macro2::TokenStream;
use quote::quote;

use super::markdown::{at_line_start, code, escape_word};
use crate::ir::{Docs, Meaning, Member, Payload, Text};

/// Columns of text in a line: with a field's indentation and `///`, 100 columns.
const WIDTH: usize = 88;

/// A doc comment being written: paragraphs of lines, in Markdown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Doc {
    paragraphs: Vec<Vec<String>>,
}

impl Doc {
    /// A first paragraph that only we wrote.
    pub(super) fn ours(markdown: &str) -> Self {
        Self::default().paragraph(markdown)
    }

    /// The first paragraph: what the model calls a part, else its name, then words of ours.
    pub(super) fn titled(docs: &Docs, name: &str, language: &str, ours: &str) -> Self {
        let title = title(docs, language).unwrap_or_else(|| code(name));
        // Words of ours go on where the author may have ended a sentence.
        let title = if ours.is_empty() {
            &title
        } else {
            title.trim_end_matches('.')
        };
        Self::ours(&format!("{title}{ours}"))
    }

    /// The first paragraph: what the model calls a part, else words of ours.
    pub(super) fn titled_or(docs: &Docs, ours: &str, language: &str) -> Self {
        Self::ours(&title(docs, language).unwrap_or_else(|| ours.to_owned()))
    }

    /// Everything that a model says about a member, `ours` behind its title.
    pub(super) fn of_member(
        member: &Member,
        meaning: &Meaning,
        language: &str,
        ours: &str,
    ) -> Self {
        Self::titled(&member.docs, &member.name, language, ours)
            .foreign(&member.docs.description, language)
            .meaning(meaning)
            .comment(&member.docs)
    }

    /// Description and comment, below what there is.
    pub(super) fn text(self, docs: &Docs, language: &str) -> Self {
        self.foreign(&docs.description, language).comment(docs)
    }

    /// A paragraph in Markdown, broken into lines.
    pub(super) fn paragraph(mut self, markdown: &str) -> Self {
        let mut lines: Vec<String> = Vec::new();
        let mut columns = 0;
        for word in markdown.split(' ').filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            match lines.last_mut() {
                Some(line) if columns + 1 + length <= WIDTH => {
                    line.push(' ');
                    line.push_str(word);
                    columns += 1 + length;
                }
                Some(_) | None => {
                    lines.push(at_line_start(word));
                    columns = length;
                }
            }
        }
        if !lines.is_empty() {
            self.paragraphs.push(lines);
        }
        self
    }

    /// What a request or response is, in one paragraph; nothing where the model doesn't say.
    pub(super) fn payload(self, what: &str, payload: &Payload, language: &str) -> Self {
        let text = |text: &Text| text.in_language(language).map(escape).unwrap_or_default();
        let docs = &payload.member.docs;
        let parts = [text(&docs.description), facts(&payload.meaning)];
        let said: Vec<&str> = parts
            .iter()
            .map(String::as_str)
            .filter(|it| !it.is_empty())
            .collect();
        if said.is_empty() {
            let name = text(&docs.display_name);
            return if name.is_empty() {
                self
            } else {
                self.paragraph(&format!("{what}: {name}."))
            };
        }
        self.paragraph(&format!("{what}: {}", said.join(" ")))
    }

    /// A heading of ours with a paragraph of ours.
    pub(super) fn section(mut self, heading: &str, markdown: &str) -> Self {
        self = self.paragraph(markdown);
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.insert(0, format!("# {heading}"));
        }
        self
    }

    /// Unit and semantic types.
    fn meaning(self, meaning: &Meaning) -> Self {
        self.paragraph(&facts(meaning))
    }

    fn comment(self, docs: &Docs) -> Self {
        match docs.comment.as_deref().map(escape) {
            Some(comment) if !comment.is_empty() => self.paragraph(&format!("Comment: {comment}")),
            Some(_) | None => self,
        }
    }

    fn foreign(mut self, text: &Text, language: &str) -> Self {
        let text = text.in_language(language).unwrap_or_default();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for paragraph in lines.split(|line| line.is_empty()) {
            self = self.paragraph(&escape(&paragraph.join(" ")));
        }
        self
    }

    /// The lines, an empty one between two paragraphs.
    pub(super) fn lines(&self) -> Vec<&str> {
        let mut lines = Vec::new();
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            if index > 0 {
                lines.push("");
            }
            lines.extend(paragraph.iter().map(String::as_str));
        }
        lines
    }

    /// `#[doc = " …"]` a line.
    pub(super) fn tokens(&self) -> TokenStream {
        let lines = self.lines().into_iter().map(|line| {
            let line = if line.is_empty() {
                String::new()
            } else {
                format!(" {line}")
            };
            quote!(#[doc = #line])
        });
        quote!(#(#lines)*)
    }
}

/// Unit and semantic types as sentences.
fn facts(meaning: &Meaning) -> String {
    let mut facts = Vec::new();
    if let Some(unit) = &meaning.unit {
        facts.push(format!("Unit: {}.", code(unit)));
    }
    let types: Vec<String> = meaning.types.iter().map(|term| code(term)).collect();
    match types.as_slice() {
        [] => {}
        [one] => facts.push(format!("Semantic type: {one}.")),
        several => facts.push(format!("Semantic types: {}.", several.join(", "))),
    }
    facts.join(" ")
}

/// What a model calls a part, as Markdown.
fn title(docs: &Docs, language: &str) -> Option<String> {
    let title = docs.display_name.in_language(language).map(escape)?;
    (!title.is_empty()).then_some(title)
}

/// A text as one paragraph of Markdown.
fn escape(text: &str) -> String {
    text.split_whitespace()
        .map(escape_word)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn docs(display_name: &str, description: &str) -> Docs {
        let text = |text: &str| Text(vec![("en".to_owned(), text.to_owned())]);
        Docs {
            display_name: text(display_name),
            description: text(description),
            comment: None,
        }
    }

    #[test]
    fn a_comment_has_title_description_unit_and_note_in_this_order() {
        let member = Member {
            name: "workingSet".to_owned(),
            docs: Docs {
                comment: Some("see the data sheet".to_owned()),
                ..docs("Working set", "Memory in use.\n\nWithout caches.")
            },
            ..Member::default()
        };
        let meaning = Meaning {
            types: vec!["DataSize".to_owned()],
            unit: Some("kibibyte".to_owned()),
        };
        assert_eq!(
            Doc::of_member(&member, &meaning, "en", "").lines(),
            [
                "Working set",
                "",
                "Memory in use.",
                "",
                "Without caches.",
                "",
                "Unit: `kibibyte`. Semantic type: `DataSize`.",
                "",
                "Comment: see the data sheet",
            ]
        );
    }

    #[test]
    fn what_has_no_display_name_is_called_by_its_wire_name() {
        let empty = Docs::default();
        assert_eq!(
            Doc::titled(&empty, "targetTemp", "en", ": now").lines(),
            ["`targetTemp`: now"]
        );
        let blank = docs(" \n ", "");
        assert_eq!(
            Doc::titled(&blank, "x", "en", "")
                .text(&blank, "en")
                .lines(),
            ["`x`"]
        );
    }

    #[test]
    fn a_title_that_ends_a_sentence_goes_on() {
        let docs = docs("Highest temperature.", "");
        assert_eq!(
            Doc::titled(&docs, "x", "en", "").lines(),
            ["Highest temperature."]
        );
        assert_eq!(
            Doc::titled(&docs, "x", "en", ": now").lines(),
            ["Highest temperature: now"]
        );
    }

    #[test]
    fn the_asked_language_comes_before_english_and_english_before_the_first() {
        let text = Text(vec![
            ("ja".to_owned(), "温度".to_owned()),
            ("en".to_owned(), "Temperature".to_owned()),
            ("de".to_owned(), "Temperatur".to_owned()),
        ]);
        assert_eq!(text.in_language("de"), Some("Temperatur"));
        assert_eq!(text.in_language("fr"), Some("Temperature"));
        let only_japanese = Text(text.0[..1].to_vec());
        assert_eq!(only_japanese.in_language("fr"), Some("温度"));
    }

    #[test]
    fn no_line_is_broken_into_something_that_markdown_reads_differently() {
        let filler = "x".repeat(WIDTH);
        for active in [
            "- item",
            "+ item",
            "# heading",
            "1. item",
            "2) item",
            "> quote",
            "=== ",
            "---",
        ] {
            let doc = Doc::default().paragraph(&escape(&format!("{filler} {active}")));
            let second = doc.lines()[1].to_owned();
            assert!(second.contains('\\'), "{second}");
        }
    }
}
