//! A device on IoT Hub's MQTT.
//!
//! Three state machines without I/O, which also run on a microcontroller, and behind feature `mqtt` an
//! adapter that gives them sockets, TLS and a clock:
//!
//! ```text
//!  Action ─► ┌───────────────┐ ─► bytes
//!            │ Link          │        ▲  open, close
//!  Event ◄── │ MQTT, binding │ ◄─ bytes        │
//!            └───────────────┘        ┌────────┴───┐
//!                  failure ─────────► │ Supervisor │ ◄─ clock
//!                                     └────────────┘
//! ```
//!
//! - [`Link`]: the traffic of one identity over any number of connections.
//! - [`Supervisor`]: when to open, renew, try again and give up.
//! - [`binding`]: which topic an [`Action`](crate::Action) goes out on, and which
//!   [`Event`](crate::Event) a message stands for.
//! - [`Identity`], [`Credentials`]: who it is, and the proof.

#[cfg(feature = "mqtt")]
mod adapter;
pub mod binding;
mod failure;
mod identity;
mod link;
mod supervisor;

#[cfg(feature = "mqtt")]
pub use adapter::{
    CloudMessages, Config, Connection, Delivery, NotSent, Proxy, ReceivedMessage, Runner, Stopped,
    connect,
};
pub use binding::CloudMessage;
pub use failure::{Failure, Outlook};
pub use identity::{Credentials, FixedToken, Identity, Password};
pub use link::{Link, LinkConfig, LinkError, LinkEvent};
pub use supervisor::{HubKnown, Order, Patience, Status, Supervisor};
