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
//!
//! With feature `mqtt`, `connect` makes a `Connection` for the application and a `Runner` that keeps it
//! connected; `docs/connect-a-device.md` goes from a connection string to a running device:
//!
#![cfg_attr(feature = "mqtt", doc = "```no_run")]
#![cfg_attr(not(feature = "mqtt"), doc = "```ignore")]
//! use pnp_runtime::Component;
//! use pnp_runtime::mqtt::{self, Config};
//! # #[derive(pnp_runtime::Interface)]
//! # #[pnp(id = "dtmi:com:example:Thermostat;1")]
//! # struct Thermostat;
//! # #[derive(pnp_runtime::Telemetry)]
//! # #[pnp(interface = Thermostat)]
//! # struct Telemetry { temperature: Option<f64> }
//! # #[pnp_runtime::handler(interface = Thermostat)]
//! # trait Handler {
//! #     #[pnp(command = "reboot")]
//! #     fn reboot(&mut self) -> Result<(), pnp_runtime::CommandError>;
//! # }
//! # struct Heater;
//! # impl Handler for Heater {
//! #     fn reboot(&mut self) -> Result<(), pnp_runtime::CommandError> { Ok(()) }
//! # }
//!
//! # async fn run(text: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::from_connection_string(text)?;
//! let (connection, runner) = mqtt::connect::<Thermostat>(config)?;
//! let device = tokio::spawn(runner.run_owned(Heater, |heater| heater));
//! let reading = Telemetry { temperature: Some(21.5) };
//! connection.telemetry(Component::root(), &reading).await?;
//! connection.shutdown(std::time::Duration::from_secs(10)).await;
//! device.await??;
//! # Ok(())
//! # }
//! ```

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

/// The code of the pages compiles.
#[cfg(all(doctest, feature = "mqtt"))]
mod pages {
    #[doc = include_str!("../../../docs/connect-a-device.md")]
    mod connect {}
    #[doc = include_str!("../../../docs/provision-a-device.md")]
    mod provision {}
}
