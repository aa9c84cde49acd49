//! The runtime that typed IoT Plug and Play device code runs on.
//!
//! `pnp generate` prints declarations from a DTDL model, or a developer writes the same declarations
//! by hand; the derives of this crate turn them into impls of its traits; the algorithms are here:
//!
//! ```text
//!             Event, Instant                                 Desired<T>, request
//!  transport ───────────────► Device<I> ─ session ─ Served ──────────────────────► handler
//!            ◄───────────────     │                        ◄──────────────────────
//!                 Action          ▼ Notice                    Ack<T>, response
//! ```
//!
//! - [`interface`]: what the derives implement; [`schema`]: values and their exact wire form;
//!   [`outcome`]: what a handler answers.
//! - [`Device`]: the typed face of the [`session`], a state machine without I/O. It reads the twin on
//!   every link, settles each writable property by `$version`, acknowledges, retries, splits updates
//!   within the hub's limits, answers commands, and keeps telemetry until it is accepted.
//! - [`Transport`]: the border to a wire; `memory` (feature `std`) is one without a wire, for tests
//!   and the hub in the same process. [`Client`] pumps a transport.
//! - [`describe`]: the way back, from the declarations to a DTDL model.
//! - [`mqtt`]: a device on IoT Hub; its state machines without I/O, and with feature `mqtt` the sockets,
//!   TLS and tokio around them. [`dps`]: how it gets its hub.
//! - [`topic`], [`status`], [`sas`], [`connection_string`]: what goes over the wire, once, for devices
//!   and the hub.
//!
//! # A device without a wire
//!
//! ```
//! use pnp_runtime::{Ack, Action, CommandError, Desired, Device, Event, Instant};
//!
//! #[derive(pnp_runtime::Interface)]
//! #[pnp(id = "dtmi:com:example:Thermostat;1")]
//! struct Thermostat;
//!
//! #[derive(pnp_runtime::Telemetry)]
//! #[pnp(interface = Thermostat)]
//! struct Telemetry {
//!     temperature: Option<f64>,
//! }
//!
//! #[pnp_runtime::handler(interface = Thermostat)]
//! trait Handler {
//!     #[pnp(property = "targetTemperature")]
//!     fn target(&self) -> Option<f64>;
//!     #[pnp(desired = "targetTemperature")]
//!     fn set_target(&mut self, desired: Desired<f64>) -> Ack<f64>;
//!     #[pnp(command = "reboot")]
//!     fn reboot(&mut self, delay: i32) -> Result<(), CommandError>;
//! }
//!
//! struct Heater {
//!     target: f64,
//! }
//!
//! impl Handler for Heater {
//!     fn target(&self) -> Option<f64> {
//!         Some(self.target)
//!     }
//!     fn set_target(&mut self, desired: Desired<f64>) -> Ack<f64> {
//!         match desired.value {
//!             Some(target) if target > 90.0 => return Ack::rejected("too hot"),
//!             Some(target) => self.target = target,
//!             None => self.target = 20.0,
//!         }
//!         Ack::current()
//!     }
//!     fn reboot(&mut self, _delay: i32) -> Result<(), CommandError> {
//!         Ok(())
//!     }
//! }
//!
//! let mut heater = Heater { target: 20.0 };
//! let mut device = Device::<Thermostat>::new();
//! let now = Instant::from_millis(0);
//!
//! // The link is up; what would go over the wire comes out.
//! device.handle(Event::Connected { session_present: false }, now, &mut heater);
//! assert_eq!(device.poll_action(), Some(Action::Subscribe));
//! let Some(Action::GetTwin { rid }) = device.poll_action() else { panic!() };
//!
//! // The twin desires more than the heater takes: refused, with the value in effect.
//! let body = br#"{"desired":{"targetTemperature":95,"$version":4},"reported":{}}"#.to_vec();
//! device.handle(Event::Twin { rid, status: 200, body }, now, &mut heater);
//! let Some(Action::PatchReported { body, .. }) = device.poll_action() else { panic!() };
//! assert_eq!(
//!     String::from_utf8(body)?,
//!     r#"{"targetTemperature":{"value":20.0,"ac":400,"av":4,"ad":"too hot"}}"#
//! );
//!
//! // Telemetry and a command.
//! let reading = Telemetry { temperature: Some(21.5) };
//! device.telemetry(pnp_runtime::Component::root(), &reading)?;
//! let Some(Action::Telemetry { body, .. }) = device.poll_action() else { panic!() };
//! assert_eq!(body, br#"{"temperature":21.5}"#);
//! let (rid, name) = ("7".into(), "reboot".into());
//! device.handle(Event::Method { rid, name, body: b"\"soon\"".to_vec() }, now, &mut heater);
//! let Some(Action::Respond { status, .. }) = device.poll_action() else { panic!() };
//! assert_eq!(status, 400);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where the conventions are silent
//!
//! | question | what a device does | to choose |
//! |---|---|---|
//! | a desired value is removed (`null`) | the handler is told; nothing is reported, the last acknowledgement stands | [`Options::removed`]: report the value now in effect with 203 and version 0 |
//! | the twin desires what the model lacks, or a read-only property | no acknowledgement; [`Notice::DesiredIgnored`] | |
//! | desired `$version` is below the acknowledged one | the twin is another one than before: handled and acknowledged as new | |
//! | desired `$version` is acknowledged with 400 | the value is not tried again; the value reported in its place is restored | |
//! | unknown command, unknown component, empty name | 404 with a JSON body; 501 is for a command that the model has and the device doesn't | [`CommandError::not_implemented`] |
//! | a command without response schema | status 200, empty payload | [`Options::empty_response`]: `{}` |
//! | a request or desired value holds an enum value that the model lacks | refused with 400; when reading, an open enum keeps it | |
//! | a value with fewer members replaces an object in the twin | the members that are gone are sent as `null`, so that the twin loses them | |
//! | the hub refuses an update of several properties | each is sent alone once, so that one bad value takes no other down | |
//!
//! # Promises
//!
//! An acknowledgement never carries a version below one that was sent for that property before, except
//! where the twin itself starts over. One update of a property is in flight at a time. Nothing from
//! the wire panics. A panic in a handler becomes status 500 (with `std`).
//!
//! # Features
//!
//! | feature | default | what |
//! |---|---|---|
//! | `derive` | yes | the derives, re-exported |
//! | `std` | yes | the memory transport, clocks, containment of panics; without it the crate is `no_std` with `alloc` |
//! | `mqtt` | no | a connection to IoT Hub over TLS, WebSocket and proxies, on tokio and rustls |
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

// Generated code and derives name this crate by `::pnp_runtime`; so can the crate itself.
#[allow(
    unused_extern_crates,
    reason = "only code written by the derives names it"
)]
extern crate self as pnp_runtime;

mod client;
pub mod connection_string;
pub mod describe;
mod device;
pub mod dps;
mod include;
pub mod interface;
#[cfg(feature = "std")]
pub mod memory;
pub mod mqtt;
pub mod outcome;
pub mod sas;
pub mod schema;
pub mod session;
pub mod status;
pub mod topic;
pub mod transport;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use client::Client;
pub use describe::dtdl_of;
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
pub use pnp_derive::{Enum, Interface, Object, Properties, Telemetry, handler};

// The calendar types are newtypes over jiff's.
pub use jiff;
