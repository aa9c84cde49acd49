//! The products of the stages as JSON, for people who want to see what the parser sees.

mod writer;

pub(crate) use writer::Writer;
