//! A tiny thermostat, written by hand, lives through a day with the hub: start, desired change,
//! command, restart, offline change.

use std::time::Duration;

use pnp_hub::{ConnectOptions, EventFilter, Hub, Identity, IfMatch, MethodCall, Source};
use pnp_runtime::memory::MemoryTransport;
use pnp_runtime::transport::{Action, Event, Transport};
use serde_json::{Value, json};

/// A device that acknowledges `targetTemperature` and answers `getMaximum`, and nothing more.
struct Thermostat {
    transport: MemoryTransport,
    target: f64,
    maximum: f64,
    /// The desired version that was handled last.
    version: i64,
    requests: u32,
}

impl Thermostat {
    fn new(transport: MemoryTransport) -> Self {
        Self {
            transport,
            target: 20.0,
            maximum: 20.0,
            version: 0,
            requests: 0,
        }
    }

    fn send(&mut self, action: Action) {
        self.transport.send(action).unwrap();
    }

    fn rid(&mut self) -> String {
        self.requests += 1;
        self.requests.to_string()
    }

    /// Handles all that has arrived.
    fn run(&mut self) {
        while let Some(event) = self.transport.poll().unwrap() {
            match event {
                Event::Connected { .. } => {
                    self.send(Action::Subscribe);
                    let rid = self.rid();
                    self.send(Action::GetTwin { rid });
                }
                Event::Twin { body, .. } => {
                    let twin: Value = serde_json::from_slice(&body).unwrap();
                    self.desired(&twin["desired"]);
                }
                Event::Desired { body, .. } => {
                    self.desired(&serde_json::from_slice(&body).unwrap());
                }
                Event::Method { rid, name, .. } => {
                    let (status, body) = match name.as_str() {
                        "getMaximum" => (200, json!(self.maximum)),
                        _ => (404, json!({})),
                    };
                    let body = body.to_string().into_bytes();
                    self.send(Action::Respond { rid, status, body });
                }
                Event::Reported { status, .. } => assert_eq!(status, 204),
                Event::TelemetryAccepted { .. } | Event::Disconnected => {}
                other => panic!("{other:?}"),
            }
        }
    }

    fn desired(&mut self, desired: &Value) {
        let version = desired["$version"].as_i64().unwrap();
        let Some(target) = desired["targetTemperature"].as_f64() else {
            return;
        };
        if version <= self.version {
            return;
        }
        self.version = version;
        self.target = target;
        self.maximum = self.maximum.max(target);
        let ack = json!({ "targetTemperature": { "value": target, "ac": 200, "av": version } });
        let rid = self.rid();
        self.send(Action::PatchReported {
            rid,
            body: ack.to_string().into_bytes(),
        });
    }

    fn measure(&mut self) {
        let body = json!({ "temperature": self.target })
            .to_string()
            .into_bytes();
        self.send(Action::Telemetry {
            id: 0,
            component: None,
            body,
        });
    }
}

fn acknowledged(hub: &Hub, identity: &Identity) -> Value {
    hub.twin(identity).unwrap()["properties"]["reported"]["targetTemperature"].clone()
}

#[test]
fn a_thermostat_lives_through_a_day() {
    let hub = Hub::default();
    let identity = hub.create_device("thermostat-1").unwrap();
    let set = |target: f64| {
        let patch = json!({ "properties": { "desired": { "targetTemperature": target } } });
        hub.update_twin(&identity, patch, IfMatch::Any).unwrap();
    };
    let mut options = ConnectOptions::default();
    options.model_id = Some("dtmi:com:example:Thermostat;1".into());

    // It starts, finds nothing desired, and measures.
    let mut device = Thermostat::new(hub.connect(&identity, &options).unwrap());
    device.run();
    device.measure();
    assert_eq!(acknowledged(&hub, &identity), Value::Null);

    // A desired change reaches it and is acknowledged.
    set(23.0);
    device.run();
    assert_eq!(
        acknowledged(&hub, &identity),
        json!({ "value": 23.0, "ac": 200, "av": 2 })
    );

    // Its command answers, an unknown one too.
    let invoke = |device: &mut Thermostat, name: &str| {
        let mut call = hub.invoke(MethodCall::new(identity.clone(), name));
        device.run();
        call.try_result().unwrap().unwrap()
    };
    assert_eq!(invoke(&mut device, "getMaximum").payload, json!(23.0));
    assert_eq!(invoke(&mut device, "selfDestruct").status, 404);

    // The device dies. What is desired meanwhile waits in the twin.
    drop(device);
    set(18.0);
    let twin = hub.twin(&identity).unwrap();
    assert_eq!(twin["connectionState"], "Disconnected");
    assert_eq!(acknowledged(&hub, &identity)["av"], 2);

    // A call waits for it to come back. It does, forgetful, but its session is there.
    let call = MethodCall::new(identity.clone(), "getMaximum");
    let mut call = hub.invoke(call.connect_timeout(Duration::from_secs(60)));
    hub.advance(Duration::from_secs(30));
    let mut device = Thermostat::new(hub.connect(&identity, &options).unwrap());
    device.run();
    assert_eq!(call.try_result().unwrap().unwrap().status, 200);
    assert_eq!(
        acknowledged(&hub, &identity),
        json!({ "value": 18.0, "ac": 200, "av": 3 })
    );

    // A network fault; the device opens its link again by itself and misses nothing.
    hub.drop_link(&identity).unwrap();
    device.run();
    set(19.0);
    device.transport.connect(&options);
    device.run();
    assert_eq!(acknowledged(&hub, &identity)["av"], 4);
    device.measure();

    let telemetry = EventFilter::default().source(Source::Telemetry);
    let temperatures: Vec<_> = hub
        .events(0, &telemetry)
        .iter()
        .map(|event| event.to_json()["body"]["temperature"].clone())
        .collect();
    assert_eq!(temperatures, [json!(20.0), json!(19.0)]);
}
