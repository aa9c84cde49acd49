//! Printers of a report, one a file.

mod github;
mod human;
mod json;
mod sarif;
mod write;

pub use github::github;
pub use human::Human;
pub use json::{Summary, json_line, json_lines};
pub use sarif::sarif;
