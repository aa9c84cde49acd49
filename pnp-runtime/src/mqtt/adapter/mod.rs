//! Sockets, TLS, a clock and a typed face for the state machines of this module's parent.

mod config;
mod connection;
mod dial;
mod engine;
mod io;
mod provision;
mod runner;
mod tls;
mod websocket;

pub use config::{Config, Proxy};
pub use connection::{
    CloudMessages, Connection, Delivery, NotSent, ReceivedMessage, Stopped, connect,
};
pub use runner::Runner;
