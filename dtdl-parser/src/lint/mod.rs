//! What is allowed and not recommended: warnings about inputs. None of them changes a verdict.
//!
//! Some recommendations are about how a document is written, and vanish once it is read
//! ([`document`]); others are about the elements ([`graph`]).

mod contexts;
mod document;
mod graph;
mod roles;

pub(crate) use document::{Memory, check as document};
pub(crate) use graph::check as graph;
