//! The hub on ports: MQTT, REST and its own surface, by raw clients, each rule as a sentence.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::string_slice,
    reason = "a test stops at the first surprise, helpers that clippy.toml doesn't know as tests too"
)]

mod bad_input;
mod bench;
mod devices;
mod kill;
mod service;
