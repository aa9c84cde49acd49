//! The report for people: cause, place with the source line and carets, action.

use std::collections::BTreeMap;
use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

use crate::diagnostics::{Diagnostic, Label, Report, Severity};
use crate::source::{FileId, Sources};

/// How a report is printed for people.
///
/// ```text
/// error[jsonTrailingComma]: There is a comma with nothing after it.
///  --> a.json:1:13
///   |
/// 1 | {"name": "a",}
///   |             ^ nothing follows this comma
///   = help: Remove the comma; JSON allows commas only between two items.
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Human {
    /// Whether to colour the text with ANSI sequences. Off by default.
    pub color: bool,
    /// Columns of a source line that are shown; longer lines are clipped around the caret. 110 by
    /// default, at least 40.
    pub width: usize,
    /// Problems shown of one file, errors before others; the rest is counted. 20 by default, 0 for no
    /// bound.
    pub per_file: usize,
}

impl Default for Human {
    fn default() -> Self {
        Self {
            color: false,
            width: 110,
            per_file: 20,
        }
    }
}

impl Human {
    /// The report as text. Each problem is followed by an empty line; a report without problems is
    /// empty.
    #[must_use]
    pub fn render(&self, report: &Report, sources: &Sources) -> String {
        let mut files: BTreeMap<Option<FileId>, Vec<&Diagnostic>> = BTreeMap::new();
        for diagnostic in report.diagnostics() {
            let file = diagnostic.primary.as_ref().map(|label| label.span.file);
            files.entry(file).or_default().push(diagnostic);
        }
        let mut out = String::new();
        // Problems of no file have their order after those of files.
        let (nowhere, somewhere): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(file, _)| file.is_none());
        for (file, all) in somewhere.into_iter().chain(nowhere) {
            let shown = self.choose(&all);
            for diagnostic in &shown {
                self.diagnostic(&mut out, diagnostic, sources);
                out.push('\n');
            }
            let hidden = all.len() - shown.len();
            if hidden > 0 {
                let place = file.map_or_else(String::new, |file| {
                    format!(" in {}", printable(sources.name(file)))
                });
                let _ = writeln!(out, "… and {hidden} more{place}\n");
            }
        }
        out
    }

    /// The problems of one file that are shown: errors first if not all are, and in their order.
    fn choose<'r>(&self, all: &[&'r Diagnostic]) -> Vec<&'r Diagnostic> {
        if self.per_file == 0 || all.len() <= self.per_file {
            return all.to_vec();
        }
        let mut by_severity: Vec<(usize, &&Diagnostic)> = all.iter().enumerate().collect();
        by_severity.sort_by_key(|(index, diagnostic)| (diagnostic.severity, *index));
        by_severity.truncate(self.per_file);
        by_severity.sort_by_key(|(index, _)| *index);
        by_severity.into_iter().map(|(_, it)| *it).collect()
    }

    fn diagnostic(&self, out: &mut String, diagnostic: &Diagnostic, sources: &Sources) {
        let head = match diagnostic.severity {
            Severity::Error => Style::Error,
            Severity::Warning => Style::Warning,
            Severity::Note => Style::Note,
        };
        let title = format!("{}[{}]", diagnostic.severity.name(), diagnostic.code);
        self.paint(out, head, &title);
        self.paint(out, Style::Bold, &format!(": {}", diagnostic.cause));
        out.push('\n');
        let labels: Vec<(&Label, Style, char)> = diagnostic
            .primary
            .iter()
            .map(|label| (label, head, '^'))
            .chain(
                diagnostic
                    .secondary
                    .iter()
                    .map(|it| (it, Style::Frame, '-')),
            )
            .collect();
        let last_line = labels
            .iter()
            .map(|(label, ..)| sources.position(label.span).line)
            .max()
            .unwrap_or(0);
        let gutter = last_line.to_string().len().max(1);
        self.labels(out, &labels, gutter, sources);
        let help = format!("{:gutter$} = help: ", "");
        self.paint(out, Style::Frame, &help);
        out.push_str(&diagnostic.action);
        out.push('\n');
        if !diagnostic.facts.others.is_empty() {
            self.paint(out, Style::Frame, &format!("{:gutter$} = note: ", ""));
            out.push_str("also at ");
            out.push_str(&places(diagnostic, sources));
            out.push('\n');
        }
    }

    /// The source lines with their carets, file by file, the primary place's file first.
    fn labels(
        &self,
        out: &mut String,
        labels: &[(&Label, Style, char)],
        gutter: usize,
        sources: &Sources,
    ) {
        let empty = format!("{:gutter$} |", "");
        let mut shown_file = None;
        let mut sorted = labels.to_vec();
        let first_file = labels.first().map(|(label, ..)| label.span.file);
        sorted.sort_by_key(|(label, ..)| {
            let foreign = Some(label.span.file) != first_file;
            (foreign, sources.position(label.span).line)
        });
        let mut last_line = 0;
        for (label, style, mark) in sorted {
            let at = sources.position(label.span);
            if shown_file != Some(label.span.file) {
                // The header names the primary place, wherever the first line shown is.
                let head = labels.first().map_or(label, |(first, ..)| first);
                let named = if head.span.file == label.span.file {
                    sources.position(head.span)
                } else {
                    at
                };
                let arrow = if shown_file.is_none() { "-->" } else { ":::" };
                self.paint(out, Style::Frame, &format!("{:gutter$}{arrow} ", ""));
                let name = printable(sources.name(label.span.file));
                let _ = writeln!(out, "{name}:{}:{}", named.line, named.column);
                self.paint(out, Style::Frame, &empty);
                out.push('\n');
                shown_file = Some(label.span.file);
                last_line = 0;
            }
            let line = Line::around(label, self.width.max(40), sources);
            if at.line != last_line {
                if last_line != 0 && at.line > last_line + 1 {
                    self.paint(out, Style::Frame, "...");
                    out.push('\n');
                }
                self.paint(out, Style::Frame, &format!("{:>gutter$} |", at.line));
                let _ = writeln!(out, " {}", line.text);
                last_line = at.line;
            }
            self.paint(out, Style::Frame, &empty);
            let carets: String = std::iter::repeat_n(mark, line.length).collect();
            let _ = write!(out, " {:1$}", "", line.indent);
            let text = format!("{carets} {}", label.text);
            self.paint(out, style, text.trim_end());
            out.push('\n');
        }
    }

    fn paint(&self, out: &mut String, style: Style, text: &str) {
        if self.color {
            let code = match style {
                Style::Error => "1;31",
                Style::Warning => "1;33",
                Style::Note => "1;36",
                Style::Bold => "1",
                Style::Frame => "1;34",
            };
            let _ = write!(out, "\u{1b}[{code}m{text}\u{1b}[0m");
        } else {
            out.push_str(text);
        }
    }
}

#[derive(Clone, Copy)]
enum Style {
    Error,
    Warning,
    Note,
    Bold,
    Frame,
}

/// A source line as shown, and where the carets go, in columns of a terminal.
struct Line {
    text: String,
    indent: usize,
    length: usize,
}

impl Line {
    /// The line of a label's first character. Of a long line, the part around the label.
    fn around(label: &Label, width: usize, sources: &Sources) -> Self {
        let file = label.span.file;
        let position = sources.position(label.span);
        let whole = sources.line_span(file, position.line);
        let (line_start, line) = match whole {
            Some(span) => (span.start as usize, sources.slice(span)),
            None => (0, ""),
        };
        // Only bytes near the place are looked at: a line may be the whole of a large file.
        let reach = width * 4;
        let start = (label.span.start as usize)
            .saturating_sub(line_start)
            .min(line.len());
        let end = (label.span.end as usize)
            .saturating_sub(line_start)
            .clamp(start, line.len());
        let from = boundary(line, start.saturating_sub(reach));
        let to = boundary(line, end.min(start + reach).saturating_add(reach));
        let mut cells: Vec<Cell> = Vec::new();
        for (offset, letter) in line.get(from..to).unwrap_or("").char_indices() {
            cells.push(Cell::of(letter, from + offset));
        }
        let before = |stop: usize| cells.iter().take_while(|cell| cell.at < stop).count();
        let (first, last) = (before(start), before(end));
        // Columns before each cell, and after the last.
        let mut sums = Vec::with_capacity(cells.len() + 1);
        let mut all = 0;
        for cell in &cells {
            sums.push(all);
            all += cell.width;
        }
        let upto = |index: usize| sums.get(index).copied().unwrap_or(all);
        // Clip on the left so that the label begins within the first third, on the right at the width.
        let mut left = 0;
        if from > 0 || upto(last.max(first)) > width || all > width {
            while left < first && upto(first) - upto(left) > width / 3 {
                left += 1;
            }
        }
        let clipped_left = left > 0 || from > 0;
        let mut text = String::new();
        if clipped_left {
            text.push('…');
        }
        let mut used = usize::from(clipped_left);
        let indent = used + upto(first) - upto(left);
        let mut length = 0;
        let mut clipped_right = to < line.len();
        for (index, cell) in cells.iter().enumerate().skip(left) {
            if used + cell.width > width {
                clipped_right = true;
                break;
            }
            used += cell.width;
            if (first..last).contains(&index) {
                length += cell.width;
            }
            cell.show(&mut text);
        }
        if clipped_right {
            text.push('…');
        }
        Self {
            text: text.trim_end().to_owned(),
            indent,
            length: length.max(1),
        }
    }
}

/// One character of a source line as shown.
struct Cell {
    letter: char,
    at: usize,
    width: usize,
}

impl Cell {
    const TAB: usize = 4;

    fn of(letter: char, at: usize) -> Self {
        let width = match letter {
            '\t' => Self::TAB,
            '\u{FEFF}' => 0,
            hidden if is_hidden(hidden) => 1,
            other => other.width().unwrap_or(1),
        };
        Self { letter, at, width }
    }

    fn show(&self, out: &mut String) {
        match self.letter {
            '\t' => out.extend(std::iter::repeat_n(' ', Self::TAB)),
            '\u{FEFF}' => {}
            // Nothing in a model may command the terminal or turn the text around.
            hidden if is_hidden(hidden) => out.push('\u{FFFD}'),
            other => out.push(other),
        }
    }
}

fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{200E}' | '\u{200F}')
        || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn printable(name: &str) -> String {
    name.chars()
        .map(|letter| {
            if is_hidden(letter) {
                '\u{FFFD}'
            } else {
                letter
            }
        })
        .collect()
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The further places of a problem: the first three, and how many more.
fn places(diagnostic: &Diagnostic, sources: &Sources) -> String {
    const SHOWN: usize = 3;
    let others = &diagnostic.facts.others;
    let mut names: Vec<String> = others
        .iter()
        .take(SHOWN)
        .map(|span| {
            let at = sources.position(*span);
            let name = printable(sources.name(span.file));
            format!("{name}:{}:{}", at.line, at.column)
        })
        .collect();
    if others.len() > SHOWN {
        names.push(format!("{} more places", others.len() - SHOWN));
    }
    names.join(", ")
}
