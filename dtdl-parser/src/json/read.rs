//! The reader's grammar: a loop over states with a stack of open brackets, and what it does where the
//! text doesn't fit.
//!
//! Where a mistake has one likely mending (a comma too many, a missing quote), the reader reports it
//! once, with the mending as a fix, and reads on as if it had been made.

use std::collections::HashMap;

use super::document::{Data, Document, MemberData, NONE, Node};
use super::scan::{self, Scanned};
use crate::diagnostics::{Code, Problem};
use crate::source::{Encoding, FileId, Sources, Span};

/// Bounds of the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels of arrays and objects that are read; 1,000,000 by default. What lies deeper is skipped
    /// and reported.
    pub depth: u32,
    /// Problems after which the reader stops; 1,000 by default.
    pub problems: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 1_000_000,
            problems: 1_000,
        }
    }
}

/// Reads a text of `sources` as JSON (RFC 8259), and returns what could be read and everything that is
/// wrong with it, in source order. Never fails and never panics; takes time linear in the length of the
/// text, and no stack.
///
/// Every problem whose severity is an error makes [`Document::is_complete`] false. Members of one name
/// are no problem here: they are kept and marked ([`super::Member::duplicate_of`]).
///
/// ```
/// use dtdl_parser::diagnostics::Code;
/// use dtdl_parser::json::{self, Limits};
/// use dtdl_parser::Sources;
///
/// let mut sources = Sources::new();
/// let file = sources.add("a.json", r#"{"a": [1, 2,], "b": tru}"#);
/// let (document, problems) = json::parse(&sources, file, &Limits::default());
/// let codes: Vec<Code> = problems.iter().map(|problem| problem.code).collect();
/// assert_eq!(codes, [Code::JsonTrailingComma, Code::JsonBadLiteral]);
/// let root = document.root().and_then(|root| root.as_object()).expect("an object");
/// assert_eq!(root.get("a").and_then(|a| a.as_array()).map(|a| a.len()), Some(2));
/// ```
#[must_use]
pub fn parse(sources: &Sources, file: FileId, limits: &Limits) -> (Document, Vec<Problem>) {
    let text = sources.shared_text(file);
    let mut reader = Reader::new(file, &text, *limits);
    if let Encoding::Invalid { first, utf16, .. } = sources.encoding(file) {
        let problem = Problem::new(Code::JsonNotUtf8).at(Span::new(file, first, first + 3));
        reader.problems.push(if utf16 {
            problem.value("UTF-16")
        } else {
            problem
        });
        reader.readable = !utf16;
    }
    reader.run();
    if sources.is_cut(file) {
        let end = reader.place(text.len());
        reader.report(Problem::new(Code::JsonTooLarge).at(end));
    }
    reader.finish(std::sync::Arc::clone(&text))
}

/// An array or object that isn't closed yet.
#[derive(Clone, Copy)]
struct Frame {
    is_object: bool,
    damaged: bool,
    /// The node of this container.
    node: u32,
    /// Where its children begin in `Reader::open_items` or `Reader::open_members`.
    base: u32,
}

/// What the grammar allows next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// A value at the top of the text, or the end.
    Top,
    /// A value, or the end of an array that is still empty.
    FirstItem,
    /// A value after a comma at this offset, or after a colon.
    Item { comma: usize },
    /// The value of a member.
    MemberValue,
    /// A name, or the end of an object that is still empty.
    FirstName,
    /// A name after a comma at this offset.
    Name { comma: usize },
    /// A comma or the end of the container.
    After,
    /// The end of the text, or too many problems.
    Done,
}

/// The name of a member whose value isn't read yet.
#[derive(Clone, Copy)]
struct Name {
    start: u32,
    end: u32,
    decoded: u32,
}

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    limits: Limits,
    readable: bool,
    state: State,
    name: Option<Name>,
    frames: Vec<Frame>,
    open_items: Vec<u32>,
    open_members: Vec<MemberData>,
    nodes: Vec<Node>,
    members: Vec<MemberData>,
    items: Vec<u32>,
    decoded: Vec<Box<str>>,
    roots: Vec<u32>,
    problems: Vec<Problem>,
}

impl<'t> Reader<'t> {
    fn new(file: FileId, text: &'t str, limits: Limits) -> Self {
        // Model files have about one value in 20 bytes; a wrong guess costs one growth.
        let guess = text.len() / 24 + 4;
        Self {
            file,
            text,
            bytes: text.as_bytes(),
            at: 0,
            limits,
            readable: true,
            state: State::Top,
            name: None,
            frames: Vec::new(),
            open_items: Vec::new(),
            open_members: Vec::new(),
            nodes: Vec::with_capacity(guess),
            members: Vec::with_capacity(guess),
            items: Vec::new(),
            decoded: Vec::new(),
            roots: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn run(&mut self) {
        if self.text.starts_with('\u{FEFF}') {
            let mark = self.span(0, 3);
            self.report(Problem::new(Code::JsonByteOrderMark).at(mark).fix(
                "Remove the byte-order mark",
                mark,
                "",
            ));
            self.at = 3;
        }
        while self.readable && self.state != State::Done {
            self.skip_space();
            match self.state {
                State::Top => self.top(),
                State::FirstItem => self.first_item(),
                State::Item { comma } => self.item(comma),
                State::MemberValue => self.member_value(),
                State::FirstName => self.first_name(),
                State::Name { comma } => self.member_name(comma),
                State::After => self.after(),
                State::Done => {}
            }
        }
        self.close_all();
    }

    fn finish(mut self, text: std::sync::Arc<str>) -> (Document, Vec<Problem>) {
        self.problems
            .sort_by_key(|problem| problem.primary.map_or(0, |span| span.start));
        let complete = self
            .problems
            .iter()
            .all(|problem| problem.code == Code::JsonByteOrderMark);
        let document = Document {
            file: self.file,
            text,
            nodes: self.nodes,
            members: self.members,
            items: self.items,
            decoded: self.decoded,
            roots: self.roots,
            complete,
        };
        (document, self.problems)
    }

    // ---- states ----

    fn top(&mut self) {
        let Some(byte) = self.peek() else {
            if self.roots.is_empty() && self.problems_are_harmless() {
                let end = self.place(self.at);
                self.report(Problem::new(Code::JsonEmpty).at(end));
            }
            self.state = State::Done;
            return;
        };
        if !self.roots.is_empty() {
            if self.roots.len() == 1 {
                let rest = self.text.get(self.at..).unwrap_or("");
                let line = rest.lines().next().unwrap_or("").trim_end();
                let place = self.span(self.at, self.at + line.len());
                self.report(Problem::new(Code::JsonTrailingText).at(place));
            }
            // A further document is read on; anything else would only repeat the complaint.
            if !matches!(byte, b'{' | b'[') || self.roots.len() >= 64 {
                self.state = State::Done;
                return;
            }
        }
        if !self.value(byte) {
            self.unexpected();
        }
    }

    fn first_item(&mut self) {
        match self.peek() {
            Some(b']') => self.close(),
            _ => self.item(usize::MAX),
        }
    }

    /// A value of an array; `comma` is where the comma before it stands, `usize::MAX` if none does.
    fn item(&mut self, comma: usize) {
        match self.peek() {
            None => self.unexpected_end(),
            Some(b']') if comma != usize::MAX => {
                self.trailing_comma(comma);
                self.close();
            }
            Some(b',') => {
                let place = self.span(self.at, self.at + 1);
                self.report(Problem::new(Code::JsonMissingValue).at(place).fix(
                    "Remove the comma",
                    place,
                    "",
                ));
                self.damage();
                self.state = State::Item { comma: self.at };
                self.at += 1;
            }
            Some(b']' | b'}') => self.after(),
            Some(byte) => {
                if !self.value(byte) {
                    self.unexpected();
                }
            }
        }
    }

    fn member_value(&mut self) {
        match self.peek() {
            None => {
                self.attach_invalid();
                self.unexpected_end();
            }
            Some(b',' | b'}' | b']') => {
                let place = self.place(self.at);
                self.report(Problem::new(Code::JsonMissingValue).at(place));
                self.attach_invalid();
            }
            Some(byte) => {
                if !self.value(byte) {
                    self.unexpected();
                }
            }
        }
    }

    fn first_name(&mut self) {
        match self.peek() {
            Some(b'}') => self.close(),
            _ => self.member_name(usize::MAX),
        }
    }

    fn member_name(&mut self, comma: usize) {
        match self.peek() {
            Some(b'"') => {
                let start = self.at;
                let decoded = self.string();
                self.name = Some(Name {
                    start: offset(start),
                    end: offset(self.at),
                    decoded,
                });
                self.colon();
            }
            None => self.unexpected_end(),
            Some(b'}') if comma != usize::MAX => {
                self.trailing_comma(comma);
                self.close();
            }
            Some(b'}' | b']') => self.after(),
            Some(b',') => {
                let place = self.span(self.at, self.at + 1);
                self.report(Problem::new(Code::JsonMissingName).at(place).fix(
                    "Remove the comma",
                    place,
                    "",
                ));
                self.damage();
                self.state = State::Name { comma: self.at };
                self.at += 1;
            }
            Some(b':') => {
                let place = self.place(self.at);
                self.report(Problem::new(Code::JsonMissingName).at(place));
                self.damage();
                self.name = None;
                self.at += 1;
                self.state = State::MemberValue;
            }
            Some(byte) => self.odd_name(byte),
        }
    }

    /// A name that isn't a string in double quotes.
    fn odd_name(&mut self, byte: u8) {
        let start = self.at;
        if let Some(quoted) = scan::wrong_quotes(self.text, start) {
            self.wrong_quotes(quoted);
            self.name = Some(self.name_from(start, quoted.inner));
            self.colon();
        } else if scan::is_word(byte) {
            let end = scan::word_end(self.bytes, start);
            let place = self.span(start, end);
            let word = self.text.get(start..end).unwrap_or("");
            self.report(
                Problem::new(Code::JsonNameNotString)
                    .at(place)
                    .value(word.to_owned())
                    .fix(
                        "Put the name in double quotes",
                        place,
                        format!("\"{word}\""),
                    ),
            );
            self.at = end;
            self.name = Some(self.name_from(start, (start, end)));
            self.colon();
        } else if matches!(byte, b'{' | b'[') {
            let place = self.place(start);
            self.report(Problem::new(Code::JsonMissingName).at(place));
            self.damage();
            self.name = None;
            self.value(byte);
        } else {
            self.unexpected();
        }
    }

    /// The name between `start` and the reader's place, whose text is `inner`.
    fn name_from(&mut self, start: usize, inner: (usize, usize)) -> Name {
        let text = self.text.get(inner.0..inner.1).unwrap_or("").to_owned();
        Name {
            start: offset(start),
            end: offset(self.at),
            decoded: self.keep(text),
        }
    }

    fn colon(&mut self) {
        self.skip_space();
        self.state = State::MemberValue;
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(b'=') => {
                let place = self.span(self.at, self.at + 1);
                self.report(Problem::new(Code::JsonMissingColon).at(place).fix(
                    "Put a colon",
                    place,
                    ":",
                ));
                self.at += 1;
            }
            Some(byte) => {
                let after_name = self
                    .name
                    .map_or(self.place(self.at), |name| self.place(name.end as usize));
                self.report(Problem::new(Code::JsonMissingColon).at(after_name).fix(
                    "Put a colon",
                    after_name,
                    ":",
                ));
                if matches!(byte, b',' | b'}' | b']') {
                    self.attach_invalid();
                }
            }
            None => {
                self.attach_invalid();
                self.unexpected_end();
            }
        }
    }

    /// After a value inside of a container.
    fn after(&mut self) {
        let Some(frame) = self.frames.last().copied() else {
            self.state = State::Top;
            return;
        };
        match self.peek() {
            None => self.unexpected_end(),
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                self.state = if frame.is_object {
                    State::Name { comma }
                } else {
                    State::Item { comma }
                };
            }
            Some(b'}') if frame.is_object => self.close(),
            Some(b']') if !frame.is_object => self.close(),
            Some(close @ (b'}' | b']')) => self.mismatched(frame, close == b'}'),
            Some(byte) => {
                let starts_next = if frame.is_object {
                    byte == b'"' || byte == b'\'' || byte.is_ascii_alphabetic()
                } else {
                    scan::starts_value(byte)
                };
                if !starts_next {
                    self.unexpected();
                    return;
                }
                let before = self.end_of_last_value();
                self.report(Problem::new(Code::JsonMissingComma).at(before).fix(
                    "Put a comma",
                    before,
                    ",",
                ));
                self.state = if frame.is_object {
                    State::Name { comma: usize::MAX }
                } else {
                    State::Item { comma: usize::MAX }
                };
            }
        }
    }

    // ---- values ----

    /// Reads a value that begins with `byte`; false if none does, with nothing consumed.
    fn value(&mut self, byte: u8) -> bool {
        let start = self.at;
        let data = match byte {
            b'{' | b'[' => {
                self.open(byte == b'{');
                return true;
            }
            b'"' => match self.string() {
                NONE => Data::Plain,
                decoded => Data::Decoded(decoded),
            },
            b'-' | b'+' | b'.' | b'0'..=b'9' => self.number(),
            b't' if self.literal("true") => Data::Bool(true),
            b'f' if self.literal("false") => Data::Bool(false),
            b'n' if self.literal("null") => Data::Null,
            byte if scan::is_word(byte) => self.bad_literal(),
            _ => {
                let Some(quoted) = scan::wrong_quotes(self.text, start) else {
                    return false;
                };
                self.wrong_quotes(quoted);
                let inner = self.text.get(quoted.inner.0..quoted.inner.1).unwrap_or("");
                Data::Decoded(self.keep(inner.to_owned()))
            }
        };
        self.attach(start, self.at, data);
        true
    }

    fn literal(&mut self, word: &str) -> bool {
        let end = self.at + word.len();
        let fits = self.bytes.get(self.at..end) == Some(word.as_bytes())
            && !self.bytes.get(end).copied().is_some_and(scan::is_word);
        if fits {
            self.at = end;
        }
        fits
    }

    fn bad_literal(&mut self) -> Data {
        let start = self.at;
        let end = scan::word_end(self.bytes, start);
        self.at = end;
        let word = self.text.get(start..end).unwrap_or("");
        let place = self.span(start, end);
        let meant = match word {
            "True" | "TRUE" => Some("true"),
            "False" | "FALSE" => Some("false"),
            "Null" | "NULL" | "None" | "nil" | "undefined" => Some("null"),
            _ => None,
        };
        let code = match word {
            "NaN" | "Infinity" => Code::JsonBadNumber,
            _ => Code::JsonBadLiteral,
        };
        let problem = Problem::new(code).at(place).value(word.to_owned());
        let problem = match meant {
            Some(meant) => problem.suggestions(vec![meant.to_owned()]).fix(
                format!("Write `{meant}`"),
                place,
                meant,
            ),
            None => problem.fix("Put it in double quotes", place, format!("\"{word}\"")),
        };
        self.report(problem);
        match meant {
            Some("true") => Data::Bool(true),
            Some("false") => Data::Bool(false),
            Some("null") => Data::Null,
            _ => Data::Invalid,
        }
    }

    fn number(&mut self) -> Data {
        let start = self.at;
        if let Some(end) = scan::number_end(self.bytes, start) {
            self.at = end;
            return Data::Number;
        }
        self.at = scan::number_like_end(self.bytes, start);
        let place = self.span(start, self.at);
        let text = self.text.get(start..self.at).unwrap_or("");
        let problem = Problem::new(Code::JsonBadNumber)
            .at(place)
            .value(text.to_owned());
        let problem = match scan::mended_number(text) {
            Some(meant) => problem.suggestions(vec![meant.clone()]).fix(
                format!("Write `{meant}`"),
                place,
                meant,
            ),
            None => problem,
        };
        self.report(problem);
        Data::Invalid
    }

    /// Reads a string and returns its index in `decoded`, or `NONE` if it stands for itself.
    fn string(&mut self) -> u32 {
        let start = self.at;
        if let Some(end) = scan::plain_string_end(self.bytes, start) {
            self.at = end;
            return NONE;
        }
        let Scanned { end, text, faults } = scan::string(self.text, start);
        for fault in faults {
            let place = self.span(fault.start, fault.end);
            let mut problem = Problem::new(fault.code).at(place);
            if fault.code == Code::JsonUnterminatedString {
                let end = self.place(end);
                problem = problem.fix("Close the string", end, "\"");
            } else {
                let value = self.text.get(fault.start..fault.end).unwrap_or("");
                problem = problem.value(value.escape_default().to_string());
                if let Some(text) = fault.mended {
                    problem = problem.fix("Escape it", place, text);
                }
            }
            self.report(problem);
        }
        self.at = end;
        self.keep(text)
    }

    fn wrong_quotes(&mut self, quoted: scan::Quoted) {
        let place = self.span(self.at, quoted.end);
        let inner = self.text.get(quoted.inner.0..quoted.inner.1).unwrap_or("");
        let fixed = format!("\"{}\"", inner.replace('"', "\\\""));
        self.report(Problem::new(Code::JsonWrongQuote).at(place).fix(
            "Use straight double quotes",
            place,
            fixed,
        ));
        self.at = quoted.end;
    }

    fn keep(&mut self, text: String) -> u32 {
        self.decoded.push(text.into_boxed_str());
        offset(self.decoded.len() - 1)
    }

    // ---- containers ----

    fn open(&mut self, is_object: bool) {
        if self.frames.len() >= self.limits.depth as usize {
            let start = self.at;
            let place = self.span(start, start + 1);
            let limit = self.limits.depth.to_string();
            self.report(Problem::new(Code::JsonTooDeep).at(place).restriction(limit));
            self.at = scan::balanced_end(self.bytes, start);
            self.attach(start, self.at, Data::Invalid);
            return;
        }
        let node = offset(self.nodes.len());
        let start = self.at;
        self.attach(start, start + 1, Data::Invalid);
        let base = if is_object {
            self.open_members.len()
        } else {
            self.open_items.len()
        };
        self.frames.push(Frame {
            is_object,
            damaged: false,
            node,
            base: offset(base),
        });
        self.at += 1;
        self.state = if is_object {
            State::FirstName
        } else {
            State::FirstItem
        };
    }

    /// Closes the innermost container at the bracket that the reader stands on.
    fn close(&mut self) {
        self.at += 1;
        self.close_at(self.at);
    }

    fn close_at(&mut self, end: usize) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let base = frame.base as usize;
        let damaged = frame.damaged;
        let data = if frame.is_object {
            let first = offset(self.members.len());
            if let Some(own) = self.open_members.get_mut(base..) {
                mark_duplicates(self.text, &self.decoded, own, first);
                self.members.extend_from_slice(own);
            }
            let count = offset(self.open_members.len().saturating_sub(base));
            self.open_members.truncate(base);
            Data::Object {
                damaged,
                first,
                count,
            }
        } else {
            let first = offset(self.items.len());
            self.items
                .extend_from_slice(self.open_items.get(base..).unwrap_or(&[]));
            let count = offset(self.open_items.len().saturating_sub(base));
            self.open_items.truncate(base);
            Data::Array {
                damaged,
                first,
                count,
            }
        };
        if let Some(node) = self.nodes.get_mut(frame.node as usize) {
            node.end = offset(end);
            node.data = data;
        }
        self.state = if self.frames.is_empty() {
            State::Top
        } else {
            State::After
        };
    }

    fn close_all(&mut self) {
        let end = self.bytes.len().min(self.at.max(1));
        while !self.frames.is_empty() {
            self.damage();
            self.close_at(end);
        }
    }

    fn attach_invalid(&mut self) {
        let at = self.at;
        self.attach(at, at, Data::Invalid);
    }

    /// Makes a node and hangs it where the state says.
    fn attach(&mut self, start: usize, end: usize, data: Data) {
        let node = offset(self.nodes.len());
        self.nodes.push(Node {
            start: offset(start),
            end: offset(end),
            data,
        });
        match self.frames.last() {
            None => {
                self.roots.push(node);
                self.state = State::Top;
            }
            Some(frame) => {
                if frame.is_object {
                    if let Some(name) = self.name.take() {
                        self.open_members.push(MemberData {
                            name_start: name.start,
                            name_end: name.end,
                            decoded: name.decoded,
                            value: node,
                            duplicate_of: NONE,
                        });
                    }
                } else {
                    self.open_items.push(node);
                }
                self.state = State::After;
            }
        }
    }

    // ---- mistakes ----

    fn trailing_comma(&mut self, comma: usize) {
        let place = self.span(comma, comma + 1);
        self.report(Problem::new(Code::JsonTrailingComma).at(place).fix(
            "Remove the comma",
            place,
            "",
        ));
    }

    /// A closing bracket of the other kind: it closes an outer container, or nothing.
    fn mismatched(&mut self, frame: Frame, closes_object: bool) {
        let place = self.span(self.at, self.at + 1);
        let opening = self.opening(frame);
        self.report(
            Problem::new(Code::JsonMismatchedBracket)
                .at(place)
                .against(opening)
                .value(if closes_object { "}" } else { "]" })
                .restriction(if frame.is_object { "}" } else { "]" }),
        );
        self.damage();
        let outer = self
            .frames
            .iter()
            .any(|frame| frame.is_object == closes_object);
        if outer {
            self.close_at(self.at);
        } else {
            self.close();
        }
    }

    fn unexpected_end(&mut self) {
        let end = self.place(self.bytes.len());
        let mut problem = Problem::new(Code::JsonUnexpectedEnd).at(end);
        if let Some(frame) = self.frames.last().copied() {
            problem = problem
                .against(self.opening(frame))
                .value(if frame.is_object { "}" } else { "]" })
                .observed(self.frames.len() as u64);
        }
        self.report(problem);
        self.state = State::Done;
    }

    /// Something that fits nowhere: reports it and skips it.
    fn unexpected(&mut self) {
        let start = self.at;
        let end = scan::unexpected_end(self.text, start);
        let place = self.span(start, end);
        let text = self.text.get(start..end).unwrap_or("");
        self.report(
            Problem::new(Code::JsonUnexpectedCharacter)
                .at(place)
                .value(text.to_owned()),
        );
        self.damage();
        self.at = end.max(start + 1);
    }

    fn damage(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.damaged = true;
        }
    }

    fn report(&mut self, problem: Problem) {
        if self.problems.len() >= self.limits.problems as usize {
            self.state = State::Done;
            self.readable = false;
            return;
        }
        self.problems.push(problem);
    }

    fn problems_are_harmless(&self) -> bool {
        self.problems
            .iter()
            .all(|problem| problem.code == Code::JsonByteOrderMark)
    }

    // ---- places ----

    #[inline]
    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                b'/' => {
                    if !self.comment() {
                        return;
                    }
                }
                _ => return,
            }
        }
    }

    /// Skips and reports a comment, if one begins here.
    #[cold]
    fn comment(&mut self) -> bool {
        let Some(end) = scan::comment_end(self.text, self.at) else {
            return false;
        };
        let place = self.span(self.at, end);
        self.report(
            Problem::new(Code::JsonComment)
                .at(place)
                .fix("Remove the comment", place, ""),
        );
        self.at = end;
        true
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, offset(start), offset(end))
    }

    fn place(&self, at: usize) -> Span {
        self.span(at, at)
    }

    fn opening(&self, frame: Frame) -> Span {
        let start = self
            .nodes
            .get(frame.node as usize)
            .map_or(0, |node| node.start);
        Span::new(self.file, start, start + 1)
    }

    /// The place after what was read last, where a missing comma belongs.
    fn end_of_last_value(&self) -> Span {
        let before = self.text.get(..self.at).unwrap_or("");
        self.place(before.trim_end().len())
    }
}

/// Marks the members whose name an earlier one of the same object has.
fn mark_duplicates(text: &str, decoded: &[Box<str>], own: &mut [MemberData], first: u32) {
    let name = |member: &MemberData| -> &str {
        if member.decoded == NONE {
            text.get(member.name_start as usize + 1..member.name_end as usize - 1)
                .unwrap_or("")
        } else {
            decoded.get(member.decoded as usize).map_or("", |text| text)
        }
    };
    // Below this size comparing each with each is faster than a table.
    const SMALL: usize = 12;
    if own.len() <= SMALL {
        for later in 1..own.len() {
            let (before, rest) = own.split_at_mut(later);
            let Some(member) = rest.first_mut() else {
                continue;
            };
            if let Some(index) = before
                .iter()
                .position(|earlier| name(earlier) == name(member))
            {
                member.duplicate_of = first + offset(index);
            }
        }
        return;
    }
    let mut seen: HashMap<&str, u32> = HashMap::with_capacity(own.len());
    for (index, member) in own.iter_mut().enumerate() {
        let index = first + offset(index);
        let earlier = *seen.entry(name(member)).or_insert(index);
        if earlier != index {
            member.duplicate_of = earlier;
        }
    }
}

/// Texts are shorter than 4 GiB (`Sources` sees to that), so offsets and counts fit.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}
