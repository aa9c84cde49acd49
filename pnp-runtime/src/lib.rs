//! The runtime that typed IoT Plug and Play device code runs on.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

// Generated code and derives name this crate by `::pnp_runtime`; so can the crate itself.
#[allow(
    unused_extern_crates,
    reason = "only code written by the derives names it"
)]
extern crate self as pnp_runtime;

mod client;
mod device;
mod include;
pub mod interface;
#[cfg(feature = "std")]
pub mod memory;
pub mod outcome;
pub mod schema;
pub mod session;
pub mod status;
pub mod transport;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use client::Client;
pub use device::{Device, NobodyWaits, SendError, Superseded};
pub use interface::{Address, Component, Interface, Properties, Served, Shape, Telemetry};
pub use outcome::{Ack, CommandError, Desired, Reason, WritableOutcome};
pub use schema::{
    Bytes, Date, DateTime, Decimal, DecodeError, Duration, EncodeError, Encoder, Schema, Time, Uuid,
};
pub use session::{CommandTicket, Instant, Notice, Options};
pub use transport::{Action, ConnectOptions, Event, Transport};

#[cfg(feature = "derive")]
#[doc(inline)]
pub use pnp_derive::*;

// The calendar types are newtypes over jiff's.
pub use jiff;
