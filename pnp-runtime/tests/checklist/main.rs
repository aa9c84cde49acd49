//! The IoT Plug and Play checklist on the sans-IO core, with a virtual clock: a test `cNN_…` shows
//! point NN of the project's list of conventions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test may stop at the first surprise, in its helpers too"
)]

mod bench;
mod commands;
mod fuzz;
mod memory;
mod model;
mod order;
mod readonly;
mod reconnect;
mod schema;
mod startup;
mod telemetry;
mod writable;
