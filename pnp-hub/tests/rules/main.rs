//! What the hub does, rule by rule, each rule as a sentence. Numbers such as 1.5 are sections of the
//! notes on IoT Hub's behaviour that the rules come from.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise, helpers that clippy.toml doesn't know as tests too"
)]

mod device;

mod end_to_end;
mod engine;
mod events;
mod limits;
mod methods;
mod query;
mod query_mistakes;
mod query_property;
mod registry;
mod sessions;
mod twin;
