//! The adapter over TLS on loopback.

mod connect;
mod loss;
mod mosquitto;
mod provision;
mod server;
mod ways;
