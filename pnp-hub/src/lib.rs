//! A local IoT hub: device twins, direct methods and telemetry, in this process.
//!
//! Microsoft offers no emulator of IoT Hub. This crate is one for tests and first steps: a [`Hub`] needs
//! no account, no network and no port, and by default its clock stands still, so that a test sees the
//! same at every run. What it does toward a device and a back end follows IoT Hub's documented and
//! observed behaviour, limits and error codes included.
//!
//! # A device, a twin, a direct method
//!
//! A device here is whatever drives a [`Transport`](pnp_runtime::Transport); the typed devices of
//! `pnp-runtime` do. To show what passes, this one is written by hand.
//!
//! ```
//! use pnp_hub::{EventFilter, Hub, HubOptions, IfMatch, MethodCall, Source};
//! use pnp_runtime::transport::{Action, ConnectOptions, Event, Transport};
//! use serde_json::json;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hub = Hub::new(HubOptions::default());
//! let identity = hub.create_device("thermostat-1")?;
//!
//! let mut options = ConnectOptions::default();
//! options.model_id = Some("dtmi:com:example:Thermostat;1".into());
//! let mut device = hub.connect(&identity, &options)?;
//! assert_eq!(device.poll()?, Some(Event::Connected { session_present: false }));
//! device.send(Action::Subscribe)?;
//!
//! // Telemetry is stamped and comes out of the event feed.
//! let body = br#"{"temperature":21.5}"#.to_vec();
//! device.send(Action::Telemetry { id: 1, component: None, body })?;
//! assert_eq!(device.poll()?, Some(Event::TelemetryAccepted { id: 1 }));
//! let events = hub.events(0, &EventFilter::default().source(Source::Telemetry));
//! assert_eq!(events[0].model_id.as_deref(), Some("dtmi:com:example:Thermostat;1"));
//!
//! // A desired change reaches the device as it was written, with its version.
//! let patch = json!({ "properties": { "desired": { "targetTemperature": 23 } } });
//! let twin = hub.update_twin(&identity, patch, IfMatch::Any)?;
//! assert_eq!(twin["properties"]["desired"]["$version"], 2);
//! let Some(Event::Desired { body, .. }) = device.poll()? else {
//!     panic!("the change should have arrived");
//! };
//! let written: serde_json::Value = serde_json::from_slice(&body)?;
//! assert_eq!(written, json!({ "targetTemperature": 23, "$version": 2 }));
//!
//! // A direct method: start the call, let the device answer, take the result.
//! let mut call = hub.invoke(MethodCall::new(identity, "reboot").payload(5));
//! assert_eq!(call.try_result(), None);
//! let Some(Event::Method { rid, body, .. }) = device.poll()? else {
//!     panic!("the method should have arrived");
//! };
//! assert_eq!(body, b"5");
//! device.send(Action::Respond { rid, status: 200, body: vec![] })?;
//! assert_eq!(call.try_result().unwrap()?.status, 200);
//! # Ok(())
//! # }
//! ```
//!
//! # How it is built
//!
//! [`engine::Engine`] is the hub itself: state and rules, without sockets, threads, clock or chance.
//! [`Engine::handle`](engine::Engine::handle) takes an input and a clock reading and returns what is to
//! be done. [`Hub`] wraps one in a lock, gives it a clock, and ties it to the runtime's memory transport.
//!
//! [`query`] is IoT Hub's query language for twins, a room of its own that knows rows and no hub.
//!
//! Network servers and a store go around the same engine (feature `server`, module `net`):
//!
//! - The MQTT server numbers each connection ([`LinkId`](engine::message::LinkId)), checks its token or
//!   certificate against [`Engine::identity`](engine::Engine::identity), turns packets into
//!   [`Uplink`](engine::message::Uplink)s and events into packets. Topics and property bags are its
//!   matter; the engine doesn't know them.
//! - The REST server turns requests into [`Request`](engine::message::Request)s, numbered by
//!   [`CallId`](engine::message::CallId), and [`HubError`]s into statuses and bodies.
//! - The store looks at the outputs on their way out. [`Output::Changed`](engine::message::Output::Changed)
//!   names each record that changed, ahead of every output that acknowledges the change: it writes
//!   [`Engine::record`](engine::Engine::record), commits, then lets the rest pass.
//! - A timer sends [`Input::Tick`](engine::message::Input::Tick) when
//!   [`Engine::next_deadline`](engine::Engine::next_deadline) is due.

mod clock;
pub mod engine;
mod hub;
mod link;
#[cfg(feature = "server")]
pub mod net;
pub mod query;
mod state;

pub use clock::ClockOption;
pub use engine::error::{ErrorCode, HubError};
pub use engine::events::{Body, EventFilter, HubEvent, Source};
pub use engine::identity::Identity;
pub use engine::if_match::IfMatch;
pub use engine::message::{MethodCall, MethodResult};
pub use engine::registry::{Authentication, IdentityRecord, IdentityUpdate, NewIdentity, Status};
pub use engine::sessions::CloseReason;
pub use hub::{Hub, HubOptions, PendingCall};
pub use pnp_runtime::transport::ConnectOptions;
pub use query::{ItemType, Page, Query, QueryError};
