//! A display name and a description out of a documentation comment.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::Words;

impl Words {
    /// What is read first: what the key says, else a title in the documentation.
    pub(super) fn display_name(&self) -> Option<String> {
        match self.display_name {
            Some(text) => stated(text),
            None => Paragraphs::of(self.docs).title,
        }
    }

    /// What explains: what the key says, else the documentation below its title.
    pub(super) fn description(&self) -> Option<String> {
        match self.description {
            Some(text) => stated(text),
            None => stated(&Paragraphs::of(self.docs).rest.join("\n\n")),
        }
    }
}

fn stated(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A documentation comment, read as Rust programmers write them.
struct Paragraphs {
    /// The first paragraph, where it ends no sentence.
    title: Option<String>,
    rest: Vec<String>,
}

impl Paragraphs {
    fn of(docs: &[&str]) -> Self {
        let mut paragraphs: Vec<String> = Vec::new();
        let mut goes_on = false;
        for line in docs.iter().flat_map(|doc| doc.split('\n')).map(str::trim) {
            // `# Errors`, `# Examples`, and what only programmers read.
            if line.starts_with("# ") || line.starts_with("```") || line.starts_with("~~~") {
                break;
            }
            match paragraphs.last_mut() {
                _ if line.is_empty() => goes_on = false,
                Some(paragraph) if goes_on => {
                    paragraph.push(' ');
                    paragraph.push_str(line);
                }
                _ => {
                    paragraphs.push(line.to_owned());
                    goes_on = true;
                }
            }
        }
        let has_title = paragraphs
            .first()
            .is_some_and(|first| !first.ends_with(['.', '!', '?', ':']));
        let title = has_title.then(|| paragraphs.remove(0));
        Self {
            title,
            rest: paragraphs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    fn read(docs: &'static [&'static str]) -> (Option<String>, Option<String>) {
        let words = Words {
            docs,
            ..Words::default()
        };
        (words.display_name(), words.description())
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_first_paragraph_that_ends_no_sentence_is_the_display_name() {
        let docs = &[" Working set", "", " Memory that is used", " now.", ""];
        assert_eq!(
            read(docs),
            (some("Working set"), some("Memory that is used now."))
        );
    }

    #[test]
    fn a_sentence_alone_is_the_description() {
        assert_eq!(read(&[" The memory."]), (None, some("The memory.")));
        assert_eq!(read(&[" A title"]), (some("A title"), None));
        assert_eq!(read(&[]), (None, None));
        assert_eq!(read(&["", "  "]), (None, None));
    }

    #[test]
    fn headings_and_code_end_what_belongs_to_the_model() {
        let docs = &[" Reboots.", "", " Later.", "", " # Errors", " None."];
        assert_eq!(read(docs), (None, some("Reboots.\n\nLater.")));
        assert_eq!(read(&["\n Text.\n\n ```\n code\n "]), (None, some("Text.")));
    }

    #[test]
    fn keys_override_documentation_and_an_empty_one_says_none() {
        let words = Words {
            docs: &["Title", "", "Text."],
            display_name: Some(""),
            description: Some("other"),
            comment: None,
        };
        assert_eq!(words.display_name(), None);
        assert_eq!(words.description(), some("other"));
    }
}
