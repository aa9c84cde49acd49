//! From facts to words: a [`Problem`] is what a stage reports, a [`Diagnostic`] what a user reads.
//!
//! Stages report problems: a code, facts, places. [`Report::new`] words them, sorts them and finds
//! their places in lines and columns; the renderers print a report for people, for scripts (JSON, one
//! line a problem), for code scanning (SARIF) and for GitHub's annotations.

mod code;
mod describe;
mod problem;
mod render;
mod report;
mod suggest;
mod text;

pub use code::{Code, Origin, Severity, Stage};
pub use describe::describe;
pub use problem::{Edit, Facts, Fix, Problem, Text};
pub use render::{Human, Summary, github, json_line, json_lines, sarif};
pub use report::{Diagnostic, Label, Place, Report};
pub use suggest::suggest;
pub use text::{Explanation, explain};
