//! The in-process links of devices: the far end of the runtime's memory transport.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use pnp_runtime::memory::Peer;
use pnp_runtime::transport::{Action, ConnectOptions, Event};

use crate::engine::identity::Identity;
use crate::engine::message::{LinkId, Message, Uplink};
use crate::engine::sessions::{CloseReason, Subscriptions};
use crate::engine::telemetry::property;
use crate::state::{State, lock};

/// What the hub holds of one memory transport: a line on which links come and go.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) identity: Identity,
    /// The link that is up, if any.
    pub(crate) link: Option<LinkId>,
    /// What the device has not taken yet.
    pub(crate) events: VecDeque<Event>,
    /// Why the hub closed the last link, or refused it.
    pub(crate) closed: Option<CloseReason>,
}

impl Line {
    pub(crate) fn new(identity: Identity) -> Self {
        Self {
            identity,
            link: None,
            events: VecDeque::new(),
            closed: None,
        }
    }
}

/// The end of a line that the device's transport holds. When it goes, so does its link.
#[derive(Debug)]
pub(crate) struct LineEnd {
    pub(crate) state: Arc<Mutex<State>>,
    pub(crate) line: u64,
}

impl Peer for LineEnd {
    fn connect(&self, options: &ConnectOptions) {
        lock(&self.state).open(self.line, options);
    }

    fn disconnect(&self) {
        lock(&self.state).hang_up(self.line);
    }

    fn deliver(&self, action: Action) {
        let mut state = lock(&self.state);
        match uplink(action) {
            Some(uplink) => state.deliver(self.line, uplink),
            // IoT Hub's only answer to what it doesn't support is to hang up.
            None => state.hang_up(self.line),
        }
    }

    fn next_event(&self) -> Option<Event> {
        lock(&self.state).next_event(self.line)
    }
}

impl Drop for LineEnd {
    fn drop(&mut self) {
        lock(&self.state).remove(self.line);
    }
}

/// What a device of the runtime does, in the engine's words; `None` for an action that is newer than
/// this hub.
fn uplink(action: Action) -> Option<Uplink> {
    Some(match action {
        Action::Subscribe => Uplink::Subscribe(Subscriptions::RUNTIME),
        Action::GetTwin { rid } => Uplink::GetTwin { rid },
        Action::PatchReported { rid, body } => Uplink::PatchReported { rid, body },
        Action::Respond { rid, status, body } => Uplink::MethodResponse {
            rid,
            status: status.into(),
            body,
        },
        Action::Telemetry {
            id,
            component,
            body,
        } => Uplink::Telemetry {
            id,
            message: message(component, body),
        },
        _ => return None,
    })
}

/// A message as the runtime's MQTT transport would put it on the wire, spelt as the Plug and Play
/// conventions want it (checklist 6).
fn message(component: Option<String>, body: Vec<u8>) -> Message {
    let system = [
        (property::CONTENT_TYPE, Some("application/json".to_owned())),
        (property::CONTENT_ENCODING, Some("utf-8".to_owned())),
        (property::SUBJECT, component),
    ];
    Message {
        system: system
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect(),
        body,
        ..Message::default()
    }
}
