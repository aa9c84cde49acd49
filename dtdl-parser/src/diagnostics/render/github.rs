//! Annotations as GitHub's runners read them from the output of a job.

use std::fmt::Write;

use crate::diagnostics::{Place, Report, Severity};
use crate::source::Sources;

/// One workflow command a problem, each with a line end.
///
/// A problem of several lines is annotated at its first line only, since GitHub ignores columns of
/// annotations that end on another line.
#[must_use]
pub fn github(report: &Report, sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in report.diagnostics() {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        out.push_str("::");
        out.push_str(command);
        out.push(' ');
        if let Some(label) = &diagnostic.primary {
            let place = Place::of(label.span, sources);
            let file = property(sources.name(label.span.file));
            let _ = write!(out, "file={file},line={},col={}", place.line, place.column);
            if place.end_line == place.line {
                // The last column of the annotation, not the one after it.
                let last = place.end_column.saturating_sub(1).max(place.column);
                let _ = write!(out, ",endLine={},endColumn={last}", place.end_line);
            }
            out.push(',');
        }
        let title = property(diagnostic.code.name());
        let text = message(&format!("{} {}", diagnostic.cause, diagnostic.action));
        let _ = writeln!(out, "title={title}::{text}");
    }
    out
}

fn message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
