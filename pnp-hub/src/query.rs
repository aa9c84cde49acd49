//! IoT Hub's query language for twins (`iot-hub` 1.12): text in, rows out.
//!
//! [`Query::parse`] reads a query and says where it stumbles; [`Query::run`] asks it of a collection,
//! page by page. Where IoT Hub's documents are silent, the choice is noted as \[I\] at the code that
//! makes it.
//!
//! ```
//! use pnp_hub::{Hub, IfMatch};
//! use serde_json::json;
//!
//! # fn main() -> Result<(), pnp_hub::HubError> {
//! let hub = Hub::default();
//! for (device, floor) in [("d1", 1), ("d2", 2), ("d3", 2)] {
//!     let identity = hub.create_device(device)?;
//!     hub.update_twin(&identity, json!({ "tags": { "floor": floor } }), IfMatch::Any)?;
//! }
//! let page = hub.query(
//!     "SELECT tags.floor, COUNT() AS devices FROM devices GROUP BY tags.floor",
//!     100,
//!     None,
//! )?;
//! assert_eq!(
//!     page.items,
//!     [json!({ "floor": 1, "devices": 1 }), json!({ "floor": 2, "devices": 2 })]
//! );
//! # Ok(())
//! # }
//! ```

mod ast;
mod condition;
mod cursor;
mod evaluate;
mod lexer;
mod page;
mod parser;
mod select;

use std::fmt;

use crate::engine::error::HubError;

pub use ast::{Collection, Query};
pub use page::{ItemType, MAX_PAGE, Page};

/// Longest query text, in characters (`iot-hub` 1.11).
pub const MAX_QUERY: usize = 8192;

/// Why a text is no query, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    at: usize,
    message: String,
}

impl QueryError {
    fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }

    /// The character at which the text goes wrong, counted from 1; one beyond the last where it ends
    /// too early.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.at
    }

    /// What is wrong there.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}", self.at, self.message)
    }
}

impl std::error::Error for QueryError {}

impl From<QueryError> for HubError {
    fn from(error: QueryError) -> Self {
        Self::invalid(format!("the query is wrong {error}"))
    }
}
