//! The texts of a run, their names, and the way from a byte offset to a line and a column.

use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};

/// Which text of a [`Sources`] a place lies in.
///
/// Counted from 1 inside, so that a place that may be missing takes no more room than a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(NonZeroU32);

impl FileId {
    fn new(index: usize) -> Self {
        let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        Self(NonZeroU32::new(number).unwrap_or(NonZeroU32::MAX))
    }

    /// The position of this text in the order in which texts were added, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A half-open range of bytes `start..end` of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; never below `start`.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`; an `end` before `start` is taken as an empty range.
    #[must_use]
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self {
            file,
            start,
            end: end.max(start),
        }
    }

    /// The smallest range that holds both, or `self` if `other` lies in another text.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Number of bytes.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the range holds no byte, that is, marks a place between two bytes.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A 1-based line and column. A column counts Unicode scalar values; a tab is one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1. LF, CR LF and a lone CR each end a line.
    pub line: u32,
    /// Column, from 1, in Unicode scalar values.
    pub column: u32,
}

/// How the bytes of a text were encoded when it was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Valid UTF-8.
    Utf8,
    /// Not UTF-8: the text holds U+FFFD in place of the bad bytes, the first at this offset of the
    /// stored text.
    Invalid {
        /// Offset of the first replaced byte.
        first: u32,
        /// Number of replacements made.
        count: u32,
        /// Whether the bytes begin with a UTF-16 byte-order mark.
        utf16: bool,
    },
}

/// All texts of one run, in the order in which they were added.
///
/// ```
/// use dtdl_parser::source::{Sources, Span};
///
/// let mut sources = Sources::new();
/// let file = sources.add("a.json", "{\n  \"é\": 1\n}");
/// let place = sources.position(Span::new(file, 8, 9));
/// assert_eq!((place.line, place.column), (2, 6));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

#[derive(Clone, Debug)]
struct Source {
    name: String,
    text: Arc<str>,
    encoding: Encoding,
    /// Built at the first question.
    index: OnceLock<Index>,
    /// Whether the text was longer than offsets can say, and was cut.
    cut: bool,
}

/// What makes the way from an offset to a line and a column short.
#[derive(Clone, Debug)]
struct Index {
    /// Offsets of the first byte of each line.
    lines: Vec<u32>,
    /// Number of characters before each `STRIDE`-th byte, so that a column costs the same in a text of
    /// one long line.
    marks: Vec<u32>,
}

/// Bytes between two marks of an [`Index`].
const STRIDE: usize = 1024;

/// Offsets are `u32`; a longer text is cut here and the JSON reader reports it as cut.
const LONGEST: usize = u32::MAX as usize - 16;

impl Sources {
    /// No texts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under a name (a path, or anything that tells a reader where it came from) and
    /// returns its id. Bytes that aren't UTF-8 are replaced by U+FFFD.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Vec<u8>>) -> FileId {
        let mut bytes: Vec<u8> = text.into();
        let cut = bytes.len() > LONGEST;
        bytes.truncate(LONGEST);
        let (text, encoding) = decode(bytes);
        let id = FileId::new(self.files.len());
        self.files.push(Source {
            name: name.into(),
            text,
            encoding,
            index: OnceLock::new(),
            cut,
        });
        id
    }

    /// The ids of all texts, in the order in which they were added.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = FileId> + '_ {
        (0..self.files.len()).map(FileId::new)
    }

    /// Number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether no text was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The name given to [`Sources::add`], or `""` for an id of another `Sources`.
    #[must_use]
    pub fn name(&self, file: FileId) -> &str {
        self.get(file).map_or("", |source| &source.name)
    }

    /// The text, as UTF-8; empty for an id of another `Sources`.
    #[must_use]
    pub fn text(&self, file: FileId) -> &str {
        self.get(file).map_or("", |source| &source.text)
    }

    /// The text as a shared pointer, for those who keep it longer than the `Sources`.
    #[must_use]
    pub fn shared_text(&self, file: FileId) -> Arc<str> {
        self.get(file)
            .map_or_else(|| Arc::from(""), |source| Arc::clone(&source.text))
    }

    /// How the text's bytes were encoded.
    #[must_use]
    pub fn encoding(&self, file: FileId) -> Encoding {
        self.get(file)
            .map_or(Encoding::Utf8, |source| source.encoding)
    }

    /// The text under a span, or `""` if the span doesn't fit the text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file)
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// Line and column of the span's first byte.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        self.at(span.file, span.start)
    }

    /// Line and column after the span's last byte.
    #[must_use]
    pub fn end_position(&self, span: Span) -> Position {
        self.at(span.file, span.end)
    }

    /// Line and column of a byte offset. An offset beyond the end is taken as the end, one inside a
    /// character as the character's start.
    #[must_use]
    pub fn at(&self, file: FileId, offset: u32) -> Position {
        let Some(source) = self.get(file) else {
            return Position { line: 1, column: 1 };
        };
        let index = source.index();
        let line = index
            .lines
            .partition_point(|start| *start <= offset)
            .saturating_sub(1);
        let start = index.lines.get(line).copied().unwrap_or(0) as usize;
        let end = (offset as usize).min(source.text.len());
        let mut before = source
            .characters_before(end)
            .saturating_sub(source.characters_before(start));
        if start == 0 && end >= 3 && source.text.starts_with('\u{FEFF}') {
            // A byte-order mark takes no room in an editor.
            before -= 1;
        }
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX).saturating_add(1),
            column: before.saturating_add(1),
        }
    }

    /// Whether the text was longer than 4 GiB, so that its end is missing here.
    #[must_use]
    pub fn is_cut(&self, file: FileId) -> bool {
        self.get(file).is_some_and(|source| source.cut)
    }

    /// Number of lines; an empty text has one.
    #[must_use]
    pub fn line_count(&self, file: FileId) -> u32 {
        self.get(file).map_or(1, |source| {
            u32::try_from(source.index().lines.len()).unwrap_or(u32::MAX)
        })
    }

    /// The bytes of a 1-based line, without the characters that end it.
    #[must_use]
    pub fn line_span(&self, file: FileId, line: u32) -> Option<Span> {
        let source = self.get(file)?;
        let lines = &source.index().lines;
        let index = (line as usize).checked_sub(1)?;
        let start = *lines.get(index)?;
        let end = lines
            .get(index + 1)
            .map_or(source.text.len(), |end| *end as usize);
        let text = source.text.get(start as usize..end)?;
        let kept = text.trim_end_matches(['\n', '\r']).len();
        Some(Span::new(
            file,
            start,
            start + u32::try_from(kept).unwrap_or(0),
        ))
    }

    fn get(&self, file: FileId) -> Option<&Source> {
        self.files.get(file.index())
    }
}

impl Source {
    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut lines = vec![0];
            let mut marks = Vec::with_capacity(bytes.len() / STRIDE + 1);
            let mut characters = 0u32;
            for (index, byte) in bytes.iter().enumerate() {
                if index % STRIDE == 0 {
                    marks.push(characters);
                }
                if begins_character(*byte) {
                    characters += 1;
                }
                let ends_line = match byte {
                    b'\n' => true,
                    b'\r' => bytes.get(index + 1) != Some(&b'\n'),
                    _ => false,
                };
                if ends_line {
                    lines.push(u32::try_from(index + 1).unwrap_or(u32::MAX));
                }
            }
            Index { lines, marks }
        })
    }

    /// Number of characters that begin before an offset.
    fn characters_before(&self, offset: usize) -> u32 {
        let block = offset / STRIDE;
        let (mark, from) = match self.index().marks.get(block) {
            Some(mark) => (*mark, block * STRIDE),
            // The offset is the end of a text whose length is a multiple of the stride.
            None => (
                self.index().marks.last().copied().unwrap_or(0),
                block.saturating_sub(1) * STRIDE,
            ),
        };
        let rest = self.text.as_bytes().get(from..offset).unwrap_or(&[]);
        let rest = rest.iter().filter(|byte| begins_character(**byte)).count();
        mark + u32::try_from(rest).unwrap_or(0)
    }
}

/// Whether a byte of UTF-8 is the first of its character.
fn begins_character(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

fn decode(bytes: Vec<u8>) -> (Arc<str>, Encoding) {
    let utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return (Arc::from(text), Encoding::Utf8),
        Err(error) => error.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len() + 16);
    let mut first = None;
    let mut count = 0u32;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            first.get_or_insert(text.len());
            count = count.saturating_add(1);
            text.push('\u{FFFD}');
        }
    }
    let encoding = Encoding::Invalid {
        first: u32::try_from(first.unwrap_or(0)).unwrap_or(u32::MAX),
        count,
        utf16,
    };
    (Arc::from(text), encoding)
}
