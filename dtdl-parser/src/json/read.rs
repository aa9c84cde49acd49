//! The reader's grammar: a loop over states with a stack of open brackets, and what it does where the
//! text doesn't fit.
//!
//! Where a mistake has one likely mending (a comma too many, a missing quote), the reader reports it
//! once, with the mending as a fix, and reads on as if it had been made.

mod containers;
mod mend;
mod values;

use super::document::{Document, MemberData, NONE, Node};
use super::scan;
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
    /// How many of the frames are objects.
    open_objects: u32,
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
            frames: Vec::with_capacity(16),
            open_objects: 0,
            open_items: Vec::with_capacity(32),
            open_members: Vec::with_capacity(32),
            nodes: Vec::with_capacity(guess),
            members: Vec::with_capacity(guess),
            items: Vec::with_capacity(guess / 4),
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

/// Texts are shorter than 4 GiB (`Sources` sees to that), so offsets and counts fit.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}
