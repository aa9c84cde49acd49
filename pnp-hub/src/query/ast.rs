//! What a query says.

use serde_json::Value;

/// A query, read and found sound. Made by [`Query::parse`].
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Most rows in all pages together.
    pub(super) top: Option<usize>,
    pub(super) projection: Projection,
    pub(super) collection: Collection,
    pub(super) condition: Option<Expr>,
    pub(super) group_by: Vec<Path>,
}

/// What a query is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Collection {
    /// `devices`: the twins of devices.
    Devices,
    /// `devices.modules`: the twins of modules.
    Modules,
    /// `devices.jobs`: what scheduled jobs did to each device.
    Jobs,
}

/// What a row of the result holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Projection {
    /// `*`
    All,
    Items(Vec<Item>),
}

/// One member of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) source: ItemSource,
    /// The member's name: the alias, or what stands for it.
    pub(super) name: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum ItemSource {
    Path(Path),
    Count,
    Aggregate(Aggregate, Path),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregate {
    Avg,
    Sum,
    Min,
    Max,
}

/// A place in a row: member after member. The first is a root attribute in its own spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(pub(super) Vec<String>);

impl Path {
    /// What stands there; `None` for a place that isn't there.
    pub(super) fn get<'r>(&self, row: &'r Value) -> Option<&'r Value> {
        self.0.iter().try_fold(row, |value, key| value.get(key))
    }
}

/// Something with a value, or none (`undefined`). Conditions are expressions whose value is a boolean.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    /// `None` is `undefined`.
    Constant(Option<Value>),
    Path(Path),
    IsDefined(Path),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    /// `OR` of two or more.
    Any(Vec<Expr>),
    /// `AND` of two or more.
    All(Vec<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// A value, and what is done to it from left to right. A chain is flat, so that its length costs no
    /// stack.
    Calculate(Box<Expr>, Vec<(Arithmetic, Expr)>),
    In {
        value: Box<Expr>,
        list: Vec<Option<Value>>,
        negated: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}
