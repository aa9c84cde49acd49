//! The adapter over TLS on loopback.

mod connect;
mod loss;
mod provision;
mod server;
mod ways;
