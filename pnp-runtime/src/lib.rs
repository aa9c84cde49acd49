//! The runtime that typed IoT Plug and Play device code runs on.
//!
//! (crate docs being written)
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

// Generated code and derives name this crate by `::pnp_runtime`; so can the crate itself.
extern crate self as pnp_runtime;

pub mod interface;
pub mod outcome;
pub mod schema;
pub mod transport;

pub use interface::{Address, Component, Interface, Properties, Served, Shape, Telemetry};
pub use outcome::{Ack, CommandError, Desired, Reason};
pub use schema::{DecodeError, EncodeError, Encoder, Schema};
pub use transport::{Action, Event, Transport};
