//! A device on MQTT against a small hub made of the server role of `pnp-mqtt`: first without sockets,
//! then over TLS on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    clippy::print_stdout,
    reason = "helpers of tests may stop at the first surprise"
)]

mod hub;
mod link;
#[cfg(feature = "mqtt")]
mod sockets;
mod thermostat;
