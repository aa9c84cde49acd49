//! SARIF 2.1.0, as code scanning services read it.

use std::collections::BTreeMap;

use super::write::Object;
use crate::diagnostics::{Code, Diagnostic, Label, Place, Report, explain};
use crate::source::{Sources, Span};

/// The report as one SARIF log with one run, with a line end.
///
/// Rules are the codes that occur, by name. File names become URIs relative to where the tool runs.
#[must_use]
pub fn sarif(report: &Report, sources: &Sources) -> String {
    let codes: Vec<Code> = {
        let mut codes: Vec<Code> = report.diagnostics().iter().map(|it| it.code).collect();
        codes.sort_by_key(|code| code.name());
        codes.dedup();
        codes
    };
    let index: BTreeMap<&str, usize> = codes
        .iter()
        .enumerate()
        .map(|(index, code)| (code.name(), index))
        .collect();
    let mut out = String::new();
    let mut log = Object::new(&mut out);
    log.text("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    log.text("version", "2.1.0");
    log.array("runs", [()], |run, ()| {
        run.object("tool", |tool| {
            tool.object("driver", |driver| {
                driver.text("name", "pnp");
                driver.array("rules", &codes, |out, code| rule(out, *code));
            });
        });
        run.text("columnKind", "unicodeCodePoints");
        run.array("results", report.diagnostics(), |out, diagnostic| {
            let rule = index.get(diagnostic.code.name()).copied().unwrap_or(0);
            result(out, diagnostic, rule, sources);
        });
    });
    log.end();
    out.push('\n');
    out
}

fn rule(out: &mut Object<'_>, code: Code) {
    out.text("id", code.name());
    let page = explain(code).to_string();
    let short = page.lines().nth(2).unwrap_or("").to_owned();
    out.object("shortDescription", |text| text.text("text", &short));
    out.object("help", |text| text.text("text", &page));
    out.object("defaultConfiguration", |level| {
        level.text("level", code.severity().name());
    });
}

fn result(out: &mut Object<'_>, diagnostic: &Diagnostic, rule: usize, sources: &Sources) {
    out.text("ruleId", diagnostic.code.name());
    out.number("ruleIndex", rule);
    out.text("level", diagnostic.severity.name());
    let text = format!("{} {}", diagnostic.cause, diagnostic.action);
    out.object("message", |message| message.text("text", &text));
    out.array("locations", &diagnostic.primary, |out, label| {
        physical(out, label.span, sources);
    });
    if let Some(label) = &diagnostic.secondary {
        out.array("relatedLocations", [label], |out, label: &Label| {
            out.number("id", 0);
            physical(out, label.span, sources);
            out.object("message", |message| message.text("text", &label.text));
        });
    }
    if !diagnostic.fixes().is_empty() {
        out.array("fixes", diagnostic.fixes(), |out, fix| {
            out.object("description", |text| text.text("text", &fix.title));
            // All edits of a fix lie in one text: a fix mends the place of its problem.
            let file = fix.edits.first().map(|edit| edit.span.file);
            out.array("artifactChanges", file, |out, file| {
                out.object("artifactLocation", |it| {
                    it.text("uri", &uri(sources.name(file)));
                });
                out.array("replacements", &fix.edits, |out, edit| {
                    out.object("deletedRegion", |it| region(it, edit.span, sources));
                    out.object("insertedContent", |it| it.text("text", &edit.text));
                });
            });
        });
    }
}

fn physical(out: &mut Object<'_>, span: Span, sources: &Sources) {
    out.object("physicalLocation", |out| {
        out.object("artifactLocation", |it| {
            it.text("uri", &uri(sources.name(span.file)));
        });
        out.object("region", |it| region(it, span, sources));
    });
}

fn region(out: &mut Object<'_>, span: Span, sources: &Sources) {
    let place = Place::of(span, sources);
    out.number("startLine", place.line);
    out.number("startColumn", place.column);
    out.number("endLine", place.end_line);
    out.number("endColumn", place.end_column);
}

/// A path as a relative or `file:` URI.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut out = String::with_capacity(path.len());
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
