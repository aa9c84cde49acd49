//! The words: one row a code, in one file a stage, and the expansion of a row with a problem's facts.
//!
//! A row is a template. In it `{element}` and `{other}` stand for a description of the primary and the
//! secondary element, `{property}`, `{aux}`, `{type}`, `{value}`, `{restriction}`, `{transformation}`
//! and `{expected}` for those facts in back quotes (without quotes if the name ends with `!`),
//! `{observed}` and `{limit}` for the numbers, `{violations}` for the list, `{fault}` for what is wrong
//! with a DTMI, and `{kind}` for the row's own kind of value. A fact that a problem doesn't have is
//! replaced by general words.

mod context;
mod element;
mod json;
mod link;
mod lint;
mod literal;
mod rule;

use super::code::{Code, Stage};
use super::describe::describe;
use super::problem::{Facts, Problem};
use crate::dtmi::{Dtmi, VersionRule};

/// The wording of one code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    code: Code,
    cause: &'static str,
    action: &'static str,
    /// What the caret's label says; empty for none.
    label: &'static str,
    /// What the label of the secondary place says.
    other: &'static str,
    kind: &'static str,
    /// Why the rule exists, for `pnp explain`.
    why: &'static str,
    /// A text that has this problem, for `pnp explain`.
    example: &'static str,
}

const fn row(code: Code, cause: &'static str, action: &'static str) -> Row {
    Row {
        code,
        cause,
        action,
        label: "",
        other: "the other place",
        kind: "",
        why: "",
        example: "",
    }
}

impl Row {
    const fn label(mut self, text: &'static str) -> Self {
        self.label = text;
        self
    }

    const fn other(mut self, text: &'static str) -> Self {
        self.other = text;
        self
    }

    const fn kind(mut self, text: &'static str) -> Self {
        self.kind = text;
        self
    }

    const fn why(mut self, text: &'static str) -> Self {
        self.why = text;
        self
    }

    const fn example(mut self, text: &'static str) -> Self {
        self.example = text;
        self
    }
}

/// An example: an interface with the given further members (each with a comma before it).
macro_rules! interface {
    ($members:literal) => {
        interface!("dtmi:dtdl:context;3", $members)
    };
    ($context:literal, $members:literal) => {
        concat!(
            "{\n  \"@context\": \"",
            $context,
            "\",\n  \"@id\": \"dtmi:com:example:Thermostat;1\",\n  \"@type\": \"Interface\"",
            $members,
            "\n}\n"
        )
    };
}

/// An example: an interface with one content, given by its members.
macro_rules! content {
    ($content:literal) => {
        content!("dtmi:dtdl:context;3", $content)
    };
    ($context:literal, $content:literal) => {
        concat!(
            "{\n  \"@context\": \"",
            $context,
            "\",\n  \"@id\": \"dtmi:com:example:Thermostat;1\",\n  \"@type\": \"Interface\",\n  \"contents\": [\n    ",
            $content,
            "\n  ]\n}\n"
        )
    };
}

use {content, interface};

/// The words of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) cause: String,
    pub(super) action: String,
    pub(super) label: String,
    pub(super) other: String,
}

/// What is known about a code beside its words: for `pnp explain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The code.
    pub code: Code,
    /// The wording of its problems, as a template with places such as `{property}`.
    pub cause: &'static str,
    /// What to do about it, as a template.
    pub action: &'static str,
    /// Why the rule exists, or empty where the cause says it all.
    pub why: &'static str,
    /// A text that has this problem, or empty.
    pub example: &'static str,
}

/// What is known about a code: its wording in general, the reason for the rule, and an example.
///
/// ```
/// use dtdl_parser::diagnostics::{Code, explain};
///
/// let page = explain(Code::MissingContext).to_string();
/// assert!(page.starts_with("missingContext (error)"));
/// assert!(page.contains("dtmi:dtdl:context;"));
/// ```
#[must_use]
pub fn explain(code: Code) -> Explanation {
    let row = find(code);
    Explanation {
        code,
        cause: row.cause,
        action: row.action,
        why: row.why,
        example: row.example,
    }
}

impl std::fmt::Display for Explanation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let none = Problem::new(self.code);
        let words = words(&none);
        writeln!(out, "{} ({})\n", self.code, self.code.severity().name())?;
        writeln!(out, "{}", words.cause)?;
        if !self.why.is_empty() {
            writeln!(out, "{}", self.why)?;
        }
        writeln!(out, "\nWhat to do: {}", words.action)?;
        if !self.example.is_empty() {
            writeln!(out, "\nA text with this problem:\n")?;
            for line in self.example.lines() {
                writeln!(out, "    {line}")?;
            }
        }
        if let Some(id) = self.code.validation_id() {
            writeln!(out, "\nThe reference parser calls it {id}.")?;
        }
        Ok(())
    }
}

/// The words of a problem, made from its row and its facts.
pub(super) fn words(problem: &Problem) -> Words {
    let row = find(problem.code);
    let facts = &problem.facts;
    let mut action = sentence(&expand(row.action, &row, facts));
    if let Some(home) = &facts.home {
        action = format!("It is defined by `{home}`: add that to `@context`.");
    } else if let Some(hint) = did_you_mean(&facts.suggestions) {
        action = format!("{hint} {action}");
    }
    Words {
        cause: sentence(&expand(row.cause, &row, facts)),
        action,
        label: expand(row.label, &row, facts),
        other: expand(row.other, &row, facts),
    }
}

fn find(code: Code) -> Row {
    let rows = match code.stage() {
        Stage::Input | Stage::Json => json::ROWS,
        Stage::Context => context::ROWS,
        Stage::Element => element::ROWS,
        Stage::Literal => literal::ROWS,
        Stage::Link => link::ROWS,
        Stage::Rule => rule::ROWS,
        Stage::Lint => lint::ROWS,
    };
    let found = rows.iter().find(|row| row.code == code);
    found.copied().unwrap_or(row(code, "{value}", ""))
}

fn did_you_mean(names: &[String]) -> Option<String> {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => None,
        [one] => Some(format!("Did you mean {one}?")),
        [first @ .., last] => Some(format!("Did you mean {} or {last}?", first.join(", "))),
    }
}

fn expand(template: &str, row: &Row, facts: &Facts) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            // Braces around anything but a name of letters are text.
            Some((name, tail)) if is_place(name) => {
                out.push_str(&place(name, row, facts));
                rest = tail;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_place(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '!')
}

fn place(name: &str, row: &Row, facts: &Facts) -> String {
    let (bare, quote) = match name.strip_suffix('!') {
        Some(bare) => (bare, false),
        None => (name, true),
    };
    let fact = |fact: &Option<super::problem::Text>, otherwise: &str| match fact {
        Some(text) if quote => format!("`{}`", visible(text)),
        Some(text) => visible(text),
        None => otherwise.to_owned(),
    };
    let number = |number: Option<u64>, otherwise: &str| {
        number.map_or_else(|| otherwise.to_owned(), |number| number.to_string())
    };
    match bare {
        "element" => describe(facts.primary_id.as_deref(), "this element"),
        "other" => describe(facts.secondary_id.as_deref(), "the other element"),
        "property" => fact(&facts.property, "the property"),
        "aux" => fact(&facts.aux_property, "the name"),
        "type" => fact(&facts.type_, "the type"),
        "value" => fact(&facts.value, "the value"),
        "restriction" => fact(&facts.restriction, "what is allowed"),
        "expected" => fact(&facts.expected, "one that is allowed"),
        "transformation" => fact(&facts.transformation, "an import"),
        "observed" => number(facts.observed, "more"),
        "limit" => number(facts.limit, "the allowed number"),
        "violations" if facts.violations.is_empty() => "it doesn't fit".to_owned(),
        "violations" => facts.violations.join("; "),
        "fault" => fault(facts),
        "kind" => row.kind.to_owned(),
        _ => format!("{{{name}}}"),
    }
}

/// What is wrong with the value as a DTMI of the version that the restriction names.
fn fault(facts: &Facts) -> String {
    let rule = if facts.restriction.as_deref() == Some("2") {
        VersionRule::Major
    } else {
        VersionRule::Optional
    };
    let value = facts.value.as_deref().unwrap_or_default();
    match Dtmi::check_user(value, rule) {
        Err(error) => error.fault.to_string(),
        Ok(_) => "it isn't of the required form".to_owned(),
    }
}

/// User text inside a sentence: on one line, without control characters, and not too long.
fn visible(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for (count, letter) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        if letter.is_control()
            || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    out
}

/// Templates may begin with a place; what it expands to is given a capital.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + letters.as_str(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_words_once_in_the_file_of_its_stage() {
        let all = [
            (Stage::Json, json::ROWS),
            (Stage::Context, context::ROWS),
            (Stage::Element, element::ROWS),
            (Stage::Literal, literal::ROWS),
            (Stage::Link, link::ROWS),
            (Stage::Rule, rule::ROWS),
            (Stage::Lint, lint::ROWS),
        ];
        for code in Code::ALL {
            let found: Vec<Stage> = all
                .iter()
                .flat_map(|(stage, rows)| rows.iter().map(move |row| (stage, row)))
                .filter(|(_, row)| row.code == *code)
                .map(|(stage, _)| *stage)
                .collect();
            let mut stage = code.stage();
            if stage == Stage::Input {
                stage = Stage::Json;
            }
            assert_eq!(found, [stage], "{code}");
        }
    }

    #[test]
    fn every_place_in_a_template_is_known_and_every_row_says_what_to_do() {
        for code in Code::ALL {
            let row = find(*code);
            let words = words(&Problem::new(*code));
            for text in [&words.cause, &words.action, &words.label, &words.other] {
                let unknown = text
                    .split('{')
                    .skip(1)
                    .any(|part| part.split_once('}').is_some_and(|(name, _)| is_place(name)));
                assert!(!unknown, "{code}: {text}");
            }
            assert!(row.cause.ends_with(['.', '?']), "{code}: {}", row.cause);
            assert!(row.action.ends_with('.'), "{code}: {}", row.action);
        }
    }

    #[test]
    fn user_text_in_a_sentence_stays_on_one_line() {
        let problem = Problem::new(Code::StringInvalid)
            .property("name")
            .value("a\nb\u{202E}c")
            .suggestions(vec!["one".into(), "two".into()]);
        let words = words(&problem);
        assert!(words.cause.contains(r"`a\nb\u{202e}c`"), "{}", words.cause);
        assert!(words.action.starts_with("Did you mean `one` or `two`?"));
    }
}
