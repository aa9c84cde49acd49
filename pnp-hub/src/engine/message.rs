//! What goes into the engine and what comes out: links, back-end calls, the clock.

use std::collections::BTreeMap;
use std::time::Duration;

use pnp_runtime::transport::Event;
use serde_json::Value;

use super::error::HubError;
use super::identity::Identity;
use super::if_match::IfMatch;
use super::queue::Delivery;
use super::registry::{AuthMethod, IdentityRecord, IdentityUpdate, NewIdentity};
use super::sessions::{CloseReason, Subscriptions};

/// A device's link, numbered by the adapter that holds it. A number is never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u64);

/// A back-end call, numbered by the adapter that awaits it. A number is never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// Something that happens to the hub.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Input {
    /// A device has opened a link and the adapter has found it to be who it says.
    Connect(Connect),
    /// A device has sent something.
    Uplink {
        /// On which link; of a link that is closed already it is ignored.
        link: LinkId,
        /// What.
        uplink: Uplink,
    },
    /// A link is gone: the device closed it, or it broke.
    Disconnected {
        /// Which link; one that is closed already is ignored.
        link: LinkId,
    },
    /// A back end asks for something.
    Call {
        /// Comes back in [`Output::Completed`].
        call: CallId,
        /// What it asks for.
        request: Request,
    },
    /// Nothing but time has passed. Due at the latest at [`Engine::next_deadline`].
    ///
    /// [`Engine::next_deadline`]: super::Engine::next_deadline
    Tick,
}

/// A link that a device opens. Tokens and certificates have been checked by the adapter, against what
/// [`Engine::identity`](super::Engine::identity) holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connect {
    /// The new link.
    pub link: LinkId,
    /// Who opens it.
    pub identity: Identity,
    /// The model ID that it announces.
    pub model_id: Option<String>,
    /// Whether it starts afresh, without the subscriptions of its last link.
    pub clean_session: bool,
    /// How it has proved who it is; telemetry is stamped with it.
    pub auth: AuthMethod,
    /// For how long the proof holds: the link is closed then. `None` for ever.
    pub expires_in: Option<Duration>,
}

/// What a device sends.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Uplink {
    /// It wants to receive more.
    Subscribe(Subscriptions),
    /// It wants to receive less.
    Unsubscribe(Subscriptions),
    /// It reads its twin.
    GetTwin {
        /// Comes back in the answer.
        rid: String,
    },
    /// It writes reported properties.
    PatchReported {
        /// Comes back in the answer.
        rid: String,
        /// A JSON merge patch; anything else is answered with an error.
        body: Vec<u8>,
    },
    /// It answers a direct method.
    MethodResponse {
        /// The request's id.
        rid: String,
        /// Any integer.
        status: i32,
        /// JSON text, or empty.
        body: Vec<u8>,
    },
    /// It sends telemetry.
    Telemetry {
        /// Comes back in [`Event::TelemetryAccepted`].
        id: u64,
        /// The message.
        message: Message,
    },
    /// It has a cloud-to-device message.
    Complete {
        /// The [`Delivery`]'s number.
        sequence: u64,
    },
}

/// A telemetry message as a device sends it, or a message to a device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// System properties by the names that back ends see (`content-type`, `dt-subject`, …; see
    /// [`telemetry`](super::telemetry)).
    pub system: BTreeMap<String, String>,
    /// Application properties.
    pub application: BTreeMap<String, String>,
    /// Any bytes.
    pub body: Vec<u8>,
}

/// What a back end asks for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Request {
    /// Register a device or module.
    CreateIdentity(NewIdentity),
    /// Change a registered identity.
    UpdateIdentity {
        /// Whose.
        identity: Identity,
        /// What changes.
        update: IdentityUpdate,
        /// Compared with the identity's etag.
        if_match: IfMatch,
    },
    /// Remove a device with its modules, or a module.
    DeleteIdentity {
        /// Whose.
        identity: Identity,
        /// Compared with the identity's etag.
        if_match: IfMatch,
    },
    /// Merge into tags and desired properties.
    UpdateTwin {
        /// Whose.
        identity: Identity,
        /// `{"tags":…,"properties":{"desired":…}}`, either or both.
        patch: Value,
        /// Compared with the twin's etag.
        if_match: IfMatch,
    },
    /// Replace tags and desired properties, where present.
    ReplaceTwin {
        /// Whose.
        identity: Identity,
        /// `{"tags":…,"properties":{"desired":…}}`, either or both.
        twin: Value,
        /// Compared with the twin's etag.
        if_match: IfMatch,
    },
    /// Call a direct method.
    InvokeMethod(MethodCall),
    /// Queue a cloud-to-device message.
    SendToDevice {
        /// To whom.
        identity: Identity,
        /// The message.
        message: Message,
        /// How long it is worth delivering; one hour where nothing is said.
        ttl: Option<Duration>,
    },
    /// Forget the messages that wait for a device.
    PurgeQueue {
        /// Whose.
        identity: Identity,
    },
    /// Drop a device's link now, as a fault.
    DropLink {
        /// Whose.
        identity: Identity,
    },
}

/// A direct method to be called on a device or module.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodCall {
    /// On whom.
    pub identity: Identity,
    /// `command`, or `component*command` by the Plug and Play conventions.
    pub method: String,
    /// The request; `None` sends an empty body.
    pub payload: Option<Value>,
    /// How long to wait for a device that isn't connected: 0 to 300 s.
    pub connect_timeout: Duration,
    /// How long to wait for the answer: 5 to 300 s.
    pub response_timeout: Duration,
}

impl MethodCall {
    /// A call without payload, with IoT Hub's default timeouts: 0 s to connect, 30 s to answer
    /// (`iot-hub` 1.6).
    pub fn new(identity: Identity, method: impl Into<String>) -> Self {
        Self {
            identity,
            method: method.into(),
            payload: None,
            connect_timeout: Duration::ZERO,
            response_timeout: super::methods::DEFAULT_RESPONSE_TIMEOUT,
        }
    }

    /// The same call with a payload.
    #[must_use]
    pub fn payload(mut self, payload: impl Into<Value>) -> Self {
        self.payload = Some(payload.into());
        self
    }

    /// The same call, waiting so long for the device to come online.
    #[must_use]
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The same call, waiting so long for the answer.
    #[must_use]
    pub const fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }
}

/// What a device answered to a direct method.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodResult {
    /// The device's own status; any integer.
    pub status: i32,
    /// What it returned; `null` for an empty body.
    pub payload: Value,
}

/// What a call gives where it succeeds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Response {
    /// Of a call that creates or changes an identity.
    Identity(Box<IdentityRecord>),
    /// Of a call that removes one.
    Deleted,
    /// Of a twin write: the twin afterwards, in the service's shape.
    Twin(Value),
    /// Of a direct method.
    Method(MethodResult),
    /// Of a message to a device: its number in the device's queue.
    Queued(u64),
    /// Of a purge: how many messages were forgotten.
    Purged(usize),
    /// Of a dropped link: whether there was one.
    Dropped(bool),
}

/// What the engine wants done, in this order.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Output {
    /// A record has changed. A store writes it before it lets any output after this one go out, so
    /// that what the hub has acknowledged is kept.
    Changed(Record),
    /// Tell a device something.
    Send {
        /// On which link.
        link: LinkId,
        /// What.
        event: Event,
    },
    /// Give a device a cloud-to-device message, and say [`Uplink::Complete`] once it has it.
    Deliver {
        /// On which link.
        link: LinkId,
        /// What.
        delivery: Delivery,
    },
    /// Close a link, or refuse one that [`Input::Connect`] asked for. Nothing more comes for it, and
    /// nothing more is taken from it.
    Close {
        /// Which.
        link: LinkId,
        /// Why; belongs into the log, since MQTT can't tell the device.
        reason: CloseReason,
    },
    /// A call is done.
    Completed {
        /// Which.
        call: CallId,
        /// With what.
        result: Result<Response, HubError>,
    },
}

/// A piece of the hub's state that a store keeps.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Record {
    /// An identity's registration; gone where [`Engine::identity`](super::Engine::identity) has none.
    Identity(Identity),
    /// An identity's twin.
    Twin(Identity),
    /// An identity's session: its subscriptions.
    Session(Identity),
    /// The cloud-to-device messages that wait for an identity.
    Queue(Identity),
}
