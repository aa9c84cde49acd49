//! MQTT 3.1.1 for a device and for a hub: two state machines over one codec, without I/O.
//!
//! Bytes and a clock reading go in, events and bytes come out; sockets, timers and threads are the
//! caller's. `no_std` with `alloc`, no dependencies, no `unsafe`.
//!
//! ```text
//!  input ─ frame ─► Frame ─ decode ─► Packet ─ client │ server ─► Event
//!                                                    │
//!  output ◄──────────────── encode ◄─────────────────┴◄─ publish, subscribe, accept, acknowledge …
//! ```
//!
//! - [`client`]: [`Client`] outlives its connections. What was published with QoS 1 stays in its
//!   [`Outbox`] until the server has acknowledged it, and is sent again on every new connection, in
//!   order, whatever the server says of the session.
//! - [`server`]: [`Server`] is one connection. It keeps the protocol's order and leaves every decision
//!   to its owner.
//! - [`frame`], [`decode`], [`encode`], [`packet`], [`topic`]: the codec, borrowed and strict.
//!
//! In steady traffic neither role allocates: a message is handed over, kept as it is and dropped when
//! it is acknowledged; what comes is borrowed from the input. An idle link gives its buffers back.
//!
//! QoS 0 and 1 are spoken; a PUBLISH with QoS 2 closes the link, as IoT Hub does. Every breach of the
//! protocol is an [`Error`] that says which, and ends the link.
//!
//! # Both roles
//!
//! ```
//! use pnp_mqtt::packet::{Connect, Grant, Message, QoS};
//! use pnp_mqtt::{Client, Server, client, server};
//!
//! let mut device: Client<&str> = Client::default();
//! let mut hub: Server<&str> = Server::new(server::Config::default(), 0);
//!
//! // Without a link a message waits in the outbox.
//! device.publish(Message::new("devices/d1/messages/events/", *b"21.5"), "telemetry")?;
//! device.subscribe(&[("devices/d1/messages/devicebound/#", QoS::AtLeastOnce)], "commands")?;
//! device.connect(&Connect { user_name: Some("hub/d1"), ..Connect::new("d1") }, 0)?;
//!
//! let mut done = Vec::new();
//! for now in 0..4 {
//!     // What a socket would carry to the hub …
//!     let bytes = device.output().to_vec();
//!     device.written(bytes.len(), now);
//!     let mut input = bytes.as_slice();
//!     while let Some(event) = hub.receive(&mut input, now)? {
//!         match event {
//!             server::Event::Connect(connect) => {
//!                 assert_eq!(connect.client_id, "d1");
//!                 hub.accept(None)?;
//!             }
//!             server::Event::Publish(message) => {
//!                 assert_eq!(message.payload, b"21.5");
//!                 if let Some(receipt) = message.receipt {
//!                     hub.acknowledge(receipt)?;
//!                 }
//!             }
//!             server::Event::Subscribe { receipt, .. } => {
//!                 hub.suback(receipt, &[Grant::Granted(QoS::AtLeastOnce)])?;
//!             }
//!             _ => {}
//!         }
//!     }
//!     // … and back.
//!     let bytes = hub.output().to_vec();
//!     hub.written(bytes.len());
//!     let mut input = bytes.as_slice();
//!     while let Some(event) = device.receive(&mut input, now)? {
//!         match event {
//!             client::Event::Acknowledged { token } | client::Event::Subscribed { token, .. } => done.push(token),
//!             _ => {}
//!         }
//!     }
//! }
//! assert_eq!(done, ["commands", "telemetry"]);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod client;
pub mod server;

pub mod decode;
pub mod encode;
pub mod frame;
pub mod outbox;
pub mod packet;
pub mod topic;

mod error;
mod incoming;

pub use client::Client;
pub use error::{Error, Returned, SendError};
pub use incoming::{Incoming, Receipt, SubscribeReceipt, UnsubscribeReceipt};
pub use outbox::Outbox;
pub use server::Server;

/// Largest packet in bytes that a role takes where nothing else is said: twice the largest message of
/// IoT Hub (256 KiB), because its properties travel percent-encoded in the topic.
pub const DEFAULT_PACKET_LIMIT: usize = 512 * 1024;
