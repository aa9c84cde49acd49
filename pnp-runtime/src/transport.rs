//! The border to the wire: twin, method and telemetry traffic as [`Event`]s in and [`Action`]s out.
//!
//! A transport knows topics, frames and tokens, and nothing of models; the session knows models, and
//! nothing of topics. `mqtt` (IoT Hub) and `memory` (tests, local hub) are transports.

use alloc::string::String;
use alloc::vec::Vec;

use crate::interface::Interface;

/// What a device says of itself when it connects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectOptions {
    /// The DTMI of the device's model; `None` for a device that is not Plug and Play.
    pub model_id: Option<String>,
}

impl ConnectOptions {
    /// Announces root interface `I`.
    pub fn of<I: Interface>() -> Self {
        Self {
            model_id: Some(I::ID.into()),
        }
    }
}

/// What a transport tells the session.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The link is up. `session_present`: the peer kept the subscriptions of the last link.
    ///
    /// The session asks for everything anew that was not confirmed on the last link, telemetry
    /// included; a transport keeps nothing of it.
    Connected {
        /// Whether the peer kept the session.
        session_present: bool,
    },
    /// The link is down.
    Disconnected,
    /// Answer to [`Action::GetTwin`]: `body` is the twin document where `status` is 200.
    Twin {
        /// The request's id.
        rid: String,
        /// 200, or an error.
        status: u16,
        /// JSON text.
        body: Vec<u8>,
    },
    /// Answer to [`Action::PatchReported`].
    Reported {
        /// The request's id.
        rid: String,
        /// 204, or an error.
        status: u16,
        /// The reported section's new `$version`.
        version: Option<i64>,
        /// JSON text of an error.
        body: Vec<u8>,
    },
    /// Desired properties changed; `body` is the merge patch as the back end wrote it.
    Desired {
        /// `$version` as the transport knows it (a topic's query); the body may hold it too.
        version: Option<i64>,
        /// JSON text.
        body: Vec<u8>,
    },
    /// A direct method is invoked.
    Method {
        /// The request's id, to be given back in [`Action::Respond`].
        rid: String,
        /// `command` or `component*command`.
        name: String,
        /// JSON text, or empty.
        body: Vec<u8>,
    },
    /// A telemetry message is accepted by the peer.
    TelemetryAccepted {
        /// The id of [`Action::Telemetry`].
        id: u64,
    },
}

/// What the session asks of a transport.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// Subscribe to twin responses, desired changes and methods. What comes after it must not overtake
    /// it: a twin read before the subscription is in force may miss a change in between.
    Subscribe,
    /// Read the twin.
    GetTwin {
        /// Unique among outstanding requests.
        rid: String,
    },
    /// Write reported properties; `body` is a JSON merge patch.
    PatchReported {
        /// Unique among outstanding requests.
        rid: String,
        /// JSON text.
        body: Vec<u8>,
    },
    /// Answer a direct method.
    Respond {
        /// The request's id.
        rid: String,
        /// The status that the caller sees.
        status: u16,
        /// JSON text.
        body: Vec<u8>,
    },
    /// Send a telemetry message.
    Telemetry {
        /// Comes back in [`Event::TelemetryAccepted`].
        id: u64,
        /// The component's wire name (`$.sub`); `None` for the root.
        component: Option<String>,
        /// JSON text; content type `application/json`, encoding `utf-8`.
        body: Vec<u8>,
    },
}

/// A link to a hub, or anything that plays one.
pub trait Transport {
    /// Why the link can't be used.
    type Error: core::error::Error;

    /// Hands an action to the peer.
    ///
    /// # Errors
    /// The link is down or broken.
    fn send(&mut self, action: Action) -> Result<(), Self::Error>;

    /// The next event, `None` where there is none now. Never blocks.
    ///
    /// # Errors
    /// The link is broken.
    fn poll(&mut self) -> Result<Option<Event>, Self::Error>;
}
