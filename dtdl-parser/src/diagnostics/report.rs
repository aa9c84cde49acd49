//! Problems with their words and places, in order.

use std::collections::{BTreeMap, BTreeSet};

use super::code::{Code, Severity};
use super::problem::{Facts, Fix, Problem};
use super::text;
use crate::json::{self, Document, Value};
use crate::source::{FileId, Sources, Span};

/// A place with words about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The words; empty for none.
    pub text: String,
}

/// A place in lines and columns, each from 1; a column counts Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line of the first character.
    pub line: u32,
    /// Column of the first character.
    pub column: u32,
    /// Line of the place after the last character.
    pub end_line: u32,
    /// Column of the place after the last character.
    pub end_column: u32,
}

impl Place {
    /// Where a span lies.
    #[must_use]
    pub fn of(span: Span, sources: &Sources) -> Self {
        let start = sources.position(span);
        let end = sources.end_position(span);
        Self {
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

/// A problem in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub code: Code,
    /// How bad it is in this run; by default that of the code.
    pub severity: Severity,
    /// What is wrong, as one or two sentences.
    pub cause: String,
    /// What to do about it, as one or two sentences.
    pub action: String,
    /// The place that is wrong.
    pub primary: Option<Label>,
    /// The place that it conflicts with.
    pub secondary: Option<Label>,
    /// The JSON pointer (RFC 6901) of the value at the primary place; empty for the whole document.
    pub pointer: String,
    /// The facts that the words were made from.
    pub facts: Box<Facts>,
}

impl Diagnostic {
    /// The edits that would mend it.
    #[must_use]
    pub fn fixes(&self) -> &[Fix] {
        &self.facts.fixes
    }

    fn order(&self) -> (bool, Option<(FileId, u32, u32)>, Code) {
        let place = self
            .primary
            .as_ref()
            .map(|label| (label.span.file, label.span.start, label.span.end));
        (place.is_none(), place, self.code)
    }
}

/// All problems of a run: by file in the order of the sources, in a file by place, those without a
/// place at the end.
///
/// ```
/// use dtdl_parser::Sources;
/// use dtdl_parser::diagnostics::{Human, Report};
/// use dtdl_parser::json::{self, Limits};
///
/// let mut sources = Sources::new();
/// let file = sources.add("a.json", "{\"name\": \"a\",}\n");
/// let (_, problems) = json::parse(&sources, file, &Limits::default());
/// let report = Report::new(problems, &sources);
/// assert_eq!(report.errors(), 1);
/// let text = Human::default().render(&report, &sources);
/// assert!(text.contains("a.json:1:13"), "{text}");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Words the problems and sorts them. Two problems with the same code, place and facts become one.
    #[must_use]
    pub fn new(problems: Vec<Problem>, sources: &Sources) -> Self {
        let spans = |problem: &Problem| [problem.primary, problem.secondary];
        let documents: BTreeMap<FileId, Document> = problems
            .iter()
            .flat_map(spans)
            .flatten()
            .map(|span| span.file)
            .collect::<BTreeSet<FileId>>()
            .into_iter()
            .map(|file| (file, read(file, sources)))
            .collect();
        let mut diagnostics: Vec<Diagnostic> = problems
            .into_iter()
            .map(|problem| {
                let words = text::words(&problem);
                let document = |span: Span| documents.get(&span.file);
                let place = |span: Span| match document(span) {
                    Some(document) => narrow(&problem, span, document, sources),
                    None => span,
                };
                let primary = problem.primary.map(place);
                let secondary = problem.secondary.map(place);
                let secondary = secondary.filter(|span| Some(*span) != primary);
                let pointer = problem
                    .primary
                    .and_then(|span| Some(document(span)?.pointer_at(span)))
                    .unwrap_or_default();
                let label = |span: Option<Span>, text: String| Some(Label { span: span?, text });
                Diagnostic {
                    code: problem.code,
                    severity: problem.code.severity(),
                    cause: words.cause,
                    action: words.action,
                    primary: label(primary, words.label),
                    secondary: label(secondary, words.other),
                    pointer,
                    facts: problem.facts,
                }
            })
            .collect();
        diagnostics.sort_by_key(Diagnostic::order);
        diagnostics.dedup();
        Self { diagnostics }
    }

    /// The problems, in order.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The problems, in order, to change their severity or leave some out.
    pub fn retain_mut(&mut self, keep: impl FnMut(&mut Diagnostic) -> bool) {
        self.diagnostics.retain_mut(keep);
    }

    /// Number of errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// Number of warnings.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    fn count(&self, severity: Severity) -> usize {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    }
}

/// Where the caret goes: a problem at the name of a member is about its value if that is what the facts
/// speak of. Never to another line, since the line is what the reference reports too.
fn narrow(problem: &Problem, span: Span, document: &Document, sources: &Sources) -> Span {
    let Some(value) = document.value_named_at(span) else {
        return span;
    };
    let facts = &problem.facts;
    let is_meant = |value: &Value<'_>| {
        let text = value.as_str();
        text.is_some_and(|text| {
            [&facts.value, &facts.type_, &facts.secondary_id]
                .iter()
                .any(|fact| fact.as_deref() == Some(text))
        })
    };
    let meant = match value.as_array() {
        Some(items) => items.iter().find(is_meant),
        None => Some(value).filter(is_meant),
    };
    let same_line = |inner: &Span| sources.position(*inner).line == sources.position(span).line;
    let is_about_value = matches!(problem.code, Code::BadType | Code::BadDtmiOrTerm);
    let whole = || Some(value).filter(|value| is_about_value && value.as_str().is_some());
    meant
        .or_else(whole)
        .map(Value::span)
        .filter(same_line)
        .unwrap_or(span)
}

/// Pointers are only needed for texts with problems, so the text is read again rather than kept.
fn read(file: FileId, sources: &Sources) -> Document {
    json::parse(sources, file, &json::Limits::default()).0
}
