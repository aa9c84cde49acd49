//! One JSON object a problem, one a line.

use super::write::Object;
use crate::diagnostics::{Diagnostic, Place, Report};
use crate::source::Sources;

/// What was read and found, for the last line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Texts read, resolved ones included.
    pub files: usize,
    /// Documents (top-level elements) in them.
    pub documents: usize,
    /// Elements that they define.
    pub elements: usize,
    /// Errors found.
    pub errors: usize,
    /// Warnings found.
    pub warnings: usize,
}

impl Summary {
    /// The last line, without a line end.
    #[must_use]
    pub fn json_line(&self) -> String {
        let mut out = String::new();
        let mut line = Object::new(&mut out);
        line.object("summary", |summary| {
            summary.number("files", self.files);
            summary.number("documents", self.documents);
            summary.number("elements", self.elements);
            summary.number("errors", self.errors);
            summary.number("warnings", self.warnings);
        });
        line.end();
        out
    }
}

/// All problems of a report, one line each, each with a line end. The summary isn't among them.
#[must_use]
pub fn json_lines(report: &Report, sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in report.diagnostics() {
        out.push_str(&json_line(diagnostic, sources, None));
        out.push('\n');
    }
    out
}

/// One problem as one line, without a line end; `root` names the root file if each file is checked as
/// a root of its own.
#[must_use]
pub fn json_line(diagnostic: &Diagnostic, sources: &Sources, root: Option<&str>) -> String {
    let facts = &diagnostic.facts;
    let mut out = String::new();
    let mut line = Object::new(&mut out);
    line.text("severity", diagnostic.severity.name());
    line.text("code", diagnostic.code.name());
    let validation_id = diagnostic.code.validation_id();
    line.text_or_null("validationId", validation_id.as_deref());
    for (name, fact) in [
        ("primaryId", &facts.primary_id),
        ("secondaryId", &facts.secondary_id),
        ("property", &facts.property),
        ("auxProperty", &facts.aux_property),
        ("type", &facts.type_),
        ("value", &facts.value),
        ("restriction", &facts.restriction),
        ("transformation", &facts.transformation),
    ] {
        line.text_or_null(name, fact.as_deref());
    }
    line.text("cause", &diagnostic.cause);
    line.text("action", &diagnostic.action);
    if let Some(root) = root {
        line.text("root", root);
    }
    match &diagnostic.primary {
        Some(label) => {
            line.text("file", sources.name(label.span.file));
            line.text("pointer", &diagnostic.pointer);
            place(&mut line, Place::of(label.span, sources));
        }
        None => {
            for name in ["file", "pointer", "line", "column", "endLine", "endColumn"] {
                line.text_or_null(name, None);
            }
        }
    }
    match &diagnostic.secondary {
        Some(label) => line.object("secondary", |other| {
            let start = sources.position(label.span);
            other.text("file", sources.name(label.span.file));
            other.number("line", start.line);
            other.number("column", start.column);
        }),
        None => line.text_or_null("secondary", None),
    }
    line.array("fixes", diagnostic.fixes(), |out, fix| {
        out.text("title", &fix.title);
        out.array("edits", &fix.edits, |out, edit| {
            out.text("file", sources.name(edit.span.file));
            place(out, Place::of(edit.span, sources));
            out.text("text", &edit.text);
        });
    });
    line.end();
    out
}

fn place(out: &mut Object<'_>, place: Place) {
    out.number("line", place.line);
    out.number("column", place.column);
    out.number("endLine", place.end_line);
    out.number("endColumn", place.end_column);
}
