//! The product of the reader: an arena of values, and cheap views of it.

use std::fmt;
use std::sync::Arc;

use crate::source::{FileId, Span};

/// Marks "no index" in the arena.
pub(super) const NONE: u32 = u32::MAX;

/// A text read as JSON. Owns what it shows, so it outlives the `Sources` that it was read from.
///
/// Dropping it takes no recursion, whatever the depth of the text.
#[derive(Clone)]
pub struct Document {
    pub(super) file: FileId,
    pub(super) text: Arc<str>,
    pub(super) nodes: Vec<Node>,
    pub(super) members: Vec<MemberData>,
    pub(super) items: Vec<u32>,
    /// Strings whose text differs from the source: with escapes, or cut.
    pub(super) decoded: Vec<Box<str>>,
    pub(super) roots: Vec<u32>,
    pub(super) complete: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) data: Data,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Data {
    Null,
    Bool(bool),
    Number,
    /// The text between the quotes stands for itself.
    Plain,
    /// Index in `Document::decoded`.
    Decoded(u32),
    /// Indices `first..first + count` in `Document::items`.
    Array {
        damaged: bool,
        first: u32,
        count: u32,
    },
    /// Indices `first..first + count` in `Document::members`.
    Object {
        damaged: bool,
        first: u32,
        count: u32,
    },
    Invalid,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct MemberData {
    pub(super) name_start: u32,
    pub(super) name_end: u32,
    /// Index in `Document::decoded`, or `NONE` if the text between the quotes stands for itself.
    pub(super) decoded: u32,
    pub(super) value: u32,
    /// Index in `Document::members` of the first member of that name, or `NONE`.
    pub(super) duplicate_of: u32,
}

/// A view of one value of a [`Document`].
#[derive(Clone, Copy)]
pub struct Value<'d> {
    document: &'d Document,
    index: u32,
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'d> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(&'d str),
    /// A string, with its escapes resolved.
    String(&'d str),
    /// `[…]`
    Array(Array<'d>),
    /// `{…}`
    Object(Object<'d>),
    /// A place where a value should be and none could be read. The reader has reported it; a later
    /// stage says nothing more about it.
    Invalid,
}

/// A view of an array.
#[derive(Clone, Copy)]
pub struct Array<'d> {
    document: &'d Document,
    items: &'d [u32],
    damaged: bool,
}

/// A view of an object.
#[derive(Clone, Copy)]
pub struct Object<'d> {
    document: &'d Document,
    members: &'d [MemberData],
    damaged: bool,
}

/// A name and its value.
#[derive(Clone, Copy, Debug)]
pub struct Member<'d> {
    /// The name, with its escapes resolved. May be empty.
    pub name: &'d str,
    /// The place of the name, with its quotes.
    pub name_span: Span,
    /// The value.
    pub value: Value<'d>,
    /// The place of the name of the first member with this name, if this isn't the first.
    pub duplicate_of: Option<Span>,
}

/// One step from a value to a value inside of it.
enum Step<'d> {
    Item(usize),
    Member(&'d str),
}

impl Document {
    /// The text that this was read from.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The values at the top of the text: one if the text is JSON; none if it is empty; more than one
    /// if there was text after the first value, which the reader has then reported.
    pub fn roots(&self) -> impl ExactSizeIterator<Item = Value<'_>> + '_ {
        self.roots.iter().map(|index| self.value(*index))
    }

    /// The first value of the text.
    #[must_use]
    pub fn root(&self) -> Option<Value<'_>> {
        self.roots().next()
    }

    /// Whether the text was read without an error, that is, whether it is JSON.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Number of values in the text, names not counted.
    #[must_use]
    pub fn value_count(&self) -> usize {
        self.nodes.len()
    }

    /// The JSON pointer of the innermost value that holds the whole of `span`; if `span` lies in the
    /// name of a member, the pointer of that member. Empty for a place outside of the first root. A
    /// place deeper than 10,000 levels gives the pointer of the value around it at that level.
    #[must_use]
    pub fn pointer_at(&self, span: Span) -> String {
        let mut pointer = String::new();
        self.walk_to(span, |step| {
            pointer.push('/');
            match step {
                Step::Item(index) => pointer.push_str(&index.to_string()),
                Step::Member(name) => {
                    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                }
            }
        });
        pointer
    }

    /// The value of the member whose name stands at `name`.
    pub(crate) fn value_named_at(&self, name: Span) -> Option<Value<'_>> {
        let member = self.walk_to(name, |_| {})?;
        (member.name_span == name).then_some(member.value)
    }

    /// Goes from the root to the innermost value that holds `span`, and returns the member in whose
    /// name the span lies, if it lies in one.
    fn walk_to<'d>(&'d self, span: Span, mut visit: impl FnMut(Step<'d>)) -> Option<Member<'d>> {
        const DEEPEST: usize = 10_000;
        let mut value = self.root().filter(|root| root.holds(span))?;
        if span.file != self.file {
            return None;
        }
        for _ in 0..DEEPEST {
            match value.kind() {
                Kind::Array(array) => {
                    let after = array.items.partition_point(|index| {
                        self.node(*index)
                            .is_some_and(|node| node.start <= span.start)
                    });
                    let index = after.checked_sub(1)?;
                    value = array.get(index).filter(|inner| inner.holds(span))?;
                    visit(Step::Item(index));
                }
                Kind::Object(object) => {
                    let after = object
                        .members
                        .partition_point(|member| member.name_start <= span.start);
                    let member = self.member(object.members.get(after.checked_sub(1)?)?);
                    let in_name = member.name_span.end >= span.end;
                    if !in_name && !member.value.holds(span) {
                        return None;
                    }
                    visit(Step::Member(member.name));
                    if in_name {
                        return Some(member);
                    }
                    value = member.value;
                }
                Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Invalid => {
                    return None;
                }
            }
        }
        None
    }

    fn value(&self, index: u32) -> Value<'_> {
        Value {
            document: self,
            index,
        }
    }

    fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    fn string(&self, start: u32, end: u32, decoded: u32) -> &str {
        if decoded == NONE {
            self.slice(start + 1, end - 1)
        } else {
            self.decoded.get(decoded as usize).map_or("", |text| text)
        }
    }

    fn member(&self, data: &MemberData) -> Member<'_> {
        let place = |data: &MemberData| Span::new(self.file, data.name_start, data.name_end);
        Member {
            name: self.string(data.name_start, data.name_end, data.decoded),
            name_span: place(data),
            value: self.value(data.value),
            duplicate_of: self.members.get(data.duplicate_of as usize).map(place),
        }
    }
}

impl<'d> Value<'d> {
    /// The place of the value; of an array or object with its brackets, of a string with its quotes.
    #[must_use]
    pub fn span(self) -> Span {
        let (start, end) = self
            .document
            .node(self.index)
            .map_or((0, 0), |node| (node.start, node.end));
        Span::new(self.document.file, start, end)
    }

    /// The value itself.
    #[must_use]
    pub fn kind(self) -> Kind<'d> {
        let document = self.document;
        let Some(node) = document.node(self.index) else {
            return Kind::Invalid;
        };
        match node.data {
            Data::Null => Kind::Null,
            Data::Bool(value) => Kind::Bool(value),
            Data::Number => Kind::Number(document.slice(node.start, node.end)),
            Data::Plain => Kind::String(document.string(node.start, node.end, NONE)),
            Data::Decoded(index) => Kind::String(document.string(node.start, node.end, index)),
            Data::Array {
                damaged,
                first,
                count,
            } => Kind::Array(Array {
                document,
                items: part(&document.items, first, count),
                damaged,
            }),
            Data::Object {
                damaged,
                first,
                count,
            } => Kind::Object(Object {
                document,
                members: part(&document.members, first, count),
                damaged,
            }),
            Data::Invalid => Kind::Invalid,
        }
    }

    /// The text of a string, or `None` for anything else.
    #[must_use]
    pub fn as_str(self) -> Option<&'d str> {
        if let Kind::String(text) = self.kind() {
            Some(text)
        } else {
            None
        }
    }

    /// The text of a number, or `None` for anything else.
    #[must_use]
    pub fn as_number(self) -> Option<&'d str> {
        if let Kind::Number(text) = self.kind() {
            Some(text)
        } else {
            None
        }
    }

    /// The object, or `None` for anything else.
    #[must_use]
    pub fn as_object(self) -> Option<Object<'d>> {
        if let Kind::Object(object) = self.kind() {
            Some(object)
        } else {
            None
        }
    }

    /// The array, or `None` for anything else.
    #[must_use]
    pub fn as_array(self) -> Option<Array<'d>> {
        if let Kind::Array(array) = self.kind() {
            Some(array)
        } else {
            None
        }
    }

    /// The source text of the value.
    #[must_use]
    pub fn text(self) -> &'d str {
        self.document
            .node(self.index)
            .map_or("", |node| self.document.slice(node.start, node.end))
    }

    /// A number that tells this value from every other value of its document; lower for a value that
    /// starts earlier.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    /// The JSON pointer of the value (RFC 6901); empty for the root.
    ///
    /// Found by a search from the root, so it costs nothing until it is asked for.
    #[must_use]
    pub fn pointer(self) -> String {
        self.document.pointer_at(self.span())
    }

    fn holds(self, span: Span) -> bool {
        let own = self.span();
        own.start <= span.start && span.end <= own.end
    }
}

impl<'d> Array<'d> {
    /// The items, in source order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Value<'d>> + Clone + 'd {
        let document = self.document;
        self.items.iter().map(|index| document.value(*index))
    }

    /// Number of items.
    #[must_use]
    pub fn len(self) -> usize {
        self.items.len()
    }

    /// Whether there are no items.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.items.is_empty()
    }

    /// The item at `index`, from 0.
    #[must_use]
    pub fn get(self, index: usize) -> Option<Value<'d>> {
        self.items
            .get(index)
            .map(|index| self.document.value(*index))
    }

    /// Whether a mistake in the text may have cost this array items (see [`Object::is_damaged`]).
    #[must_use]
    pub fn is_damaged(self) -> bool {
        self.damaged
    }
}

impl<'d> Object<'d> {
    /// The members, in source order, duplicates included.
    pub fn members(self) -> impl ExactSizeIterator<Item = Member<'d>> + Clone + 'd {
        let document = self.document;
        self.members.iter().map(|data| document.member(data))
    }

    /// The members whose names begin with `@`, in source order, duplicates included.
    pub fn keywords(self) -> impl Iterator<Item = Member<'d>> + 'd {
        let document = self.document;
        let text = document.text.as_bytes();
        self.members
            .iter()
            .filter(move |data| {
                // A name that is written with escapes is looked at in full below.
                data.decoded != NONE || text.get(data.name_start as usize + 1) == Some(&b'@')
            })
            .map(|data| document.member(data))
            .filter(|member| member.name.starts_with('@'))
    }

    /// Number of members, duplicates included.
    #[must_use]
    pub fn len(self) -> usize {
        self.members.len()
    }

    /// Whether there are no members.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.members.is_empty()
    }

    /// The member at `index`, from 0, duplicates included.
    #[must_use]
    pub fn at(self, index: usize) -> Option<Member<'d>> {
        self.members
            .get(index)
            .map(|data| self.document.member(data))
    }

    /// The value of the first member of that name. Takes time linear in the number of members.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Value<'d>> {
        self.member(name).map(|member| member.value)
    }

    /// The first member of that name. Takes time linear in the number of members.
    #[must_use]
    pub fn member(self, name: &str) -> Option<Member<'d>> {
        let document = self.document;
        self.members
            .iter()
            .find(|data| document.string(data.name_start, data.name_end, data.decoded) == name)
            .map(|data| document.member(data))
    }

    /// Whether a mistake in the text may have cost this object members: it isn't closed, or something
    /// in it couldn't be read. A stage that misses a member here says nothing.
    #[must_use]
    pub fn is_damaged(self) -> bool {
        self.damaged
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Document")
            .field("file", &self.file)
            .field("values", &self.nodes.len())
            .field("complete", &self.complete)
            .finish_non_exhaustive()
    }
}

/// Shows the source text and not the tree, which may be deep.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.text())
    }
}

impl fmt::Debug for Array<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Array({})", self.items.len())
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Object({})", self.members.len())
    }
}

fn part<T>(all: &[T], first: u32, count: u32) -> &[T] {
    let first = first as usize;
    all.get(first..first + count as usize).unwrap_or(&[])
}
