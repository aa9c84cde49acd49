//! A device written by hand, as small as it can be: it sends and takes what passes on its link.

use pnp_hub::{ConnectOptions, Hub, Identity};
use pnp_runtime::memory::MemoryTransport;
use pnp_runtime::transport::{Action, Event, Transport};
use serde_json::Value;

pub(crate) const MODEL_ID: &str = "dtmi:com:example:Thermostat;1";

pub(crate) fn thermostat() -> ConnectOptions {
    let mut options = ConnectOptions::default();
    options.model_id = Some(MODEL_ID.into());
    options
}

/// A hub with one device.
pub(crate) fn hub() -> (Hub, Identity) {
    let hub = Hub::default();
    let identity = hub.create_device("d").unwrap();
    (hub, identity)
}

/// A hub with one device that is connected and subscribed.
pub(crate) fn connected() -> (Hub, Identity, Device) {
    let (hub, identity) = hub();
    let device = Device::connect(&hub, &identity);
    (hub, identity, device)
}

pub(crate) struct Device {
    pub(crate) transport: MemoryTransport,
}

/// What the hub answered to a reported patch.
#[derive(Debug, PartialEq)]
pub(crate) struct Reported {
    pub(crate) status: u16,
    pub(crate) version: Option<i64>,
    pub(crate) body: Vec<u8>,
}

impl Reported {
    /// The error code of a refusal.
    pub(crate) fn code(&self) -> u64 {
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        body["errorCode"].as_u64().unwrap()
    }
}

impl Device {
    /// Connects with a model ID and subscribes to everything.
    pub(crate) fn connect(hub: &Hub, identity: &Identity) -> Self {
        let mut device = Self::connect_only(hub, identity);
        device.send(Action::Subscribe);
        device
    }

    /// Connects and does nothing else.
    pub(crate) fn connect_only(hub: &Hub, identity: &Identity) -> Self {
        let mut device = Self {
            transport: hub.connect(identity, &thermostat()).unwrap(),
        };
        let event = device.next().unwrap();
        assert!(matches!(event, Event::Connected { .. }), "{event:?}");
        device
    }

    pub(crate) fn send(&mut self, action: Action) {
        self.transport.send(action).unwrap();
    }

    pub(crate) fn next(&mut self) -> Option<Event> {
        self.transport.poll().unwrap()
    }

    /// Everything that has arrived.
    pub(crate) fn drain(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.next()).collect()
    }

    /// Sends a reported patch and takes its answer, which is all that arrives.
    pub(crate) fn report(&mut self, patch: impl Into<Vec<u8>>) -> Reported {
        self.send(Action::PatchReported {
            rid: "r".into(),
            body: patch.into(),
        });
        match self.drain().as_slice() {
            [
                Event::Reported {
                    rid,
                    status,
                    version,
                    body,
                },
            ] => {
                assert_eq!(rid, "r");
                Reported {
                    status: *status,
                    version: *version,
                    body: body.clone(),
                }
            }
            other => panic!("not one answer to a reported patch: {other:?}"),
        }
    }

    /// Sends a reported patch as JSON.
    pub(crate) fn report_json(&mut self, patch: Value) -> Reported {
        self.report(patch.to_string())
    }

    /// Reads the twin.
    pub(crate) fn twin(&mut self) -> Value {
        self.send(Action::GetTwin { rid: "g".into() });
        match self.drain().as_slice() {
            [Event::Twin { rid, status, body }] => {
                assert_eq!((rid.as_str(), *status), ("g", 200));
                serde_json::from_slice(body).unwrap()
            }
            other => panic!("not one answer to a twin request: {other:?}"),
        }
    }

    /// Sends telemetry of the root.
    pub(crate) fn telemetry(&mut self, id: u64, body: impl Into<Vec<u8>>) {
        self.send(Action::Telemetry {
            id,
            component: None,
            body: body.into(),
        });
    }

    /// The one method request that has arrived: its id, name and body.
    pub(crate) fn method(&mut self) -> (String, String, Vec<u8>) {
        match self.drain().as_slice() {
            [Event::Method { rid, name, body }] => (rid.clone(), name.clone(), body.clone()),
            other => panic!("not one method request: {other:?}"),
        }
    }

    pub(crate) fn respond(&mut self, rid: &str, status: u16, body: impl Into<Vec<u8>>) {
        self.send(Action::Respond {
            rid: rid.into(),
            status,
            body: body.into(),
        });
    }

    /// The desired changes that have arrived, each with its version; nothing else has.
    pub(crate) fn desired(&mut self) -> Vec<(i64, Value)> {
        let of_desired = |event| match event {
            Event::Desired { version, body } => {
                (version.unwrap(), serde_json::from_slice(&body).unwrap())
            }
            other => panic!("not a desired change: {other:?}"),
        };
        self.drain().into_iter().map(of_desired).collect()
    }
}
