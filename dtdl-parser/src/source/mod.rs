//! Texts and places in them: [`Sources`] owns every text of a run, a [`Span`] is a byte range of one.
//!
//! A text is kept as UTF-8. Bytes that aren't UTF-8 are replaced by U+FFFD when the text is added and
//! the places are remembered ([`Sources::encoding`]), so that every later stage can slice a `str` and
//! the JSON reader can still say where the first bad byte was.

mod disk;
mod resolve;
mod sources;

pub use disk::{FolderResolver, RepositoryResolver, directory, json_files, repository_path};
pub use resolve::{
    ChainResolver, MemoryResolver, NoResolver, Resolution, ResolvedText, Resolver, Touched,
    Unreadable,
};
pub use sources::{Encoding, FileId, Position, Sources, Span};
