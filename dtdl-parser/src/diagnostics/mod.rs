//! From facts to words: a [`Problem`] is what a stage reports, a diagnostic what a user reads.

mod code;
mod problem;

pub use code::{Code, Origin, Severity, Stage};
pub use problem::{Edit, Facts, Fix, Problem, Text};
