//! A total reader of JSON: any bytes give a [`Document`], and every place where they aren't JSON gives
//! a problem.
//!
//! The reader keeps what later stages need and most readers throw away: the place of every value and
//! name, the order of members, duplicate names, and numbers as written. It does not recurse, so depth
//! costs memory only, and it copies no text except strings with escapes.

mod document;
mod pretty;
mod read;
mod scan;

pub use document::{Array, Document, Kind, Member, Object, Value};
pub use pretty::pretty;
pub(crate) use pretty::quote;
pub use read::{Limits, parse};
