//! A hub of one device: enough of IoT Hub to connect, read and write a twin, and take telemetry.

use std::sync::{Arc, Mutex};

use pnp_mqtt::packet::{Grant, Message, QoS, RefusalCode};
use pnp_mqtt::{Error, Server, server};
use pnp_runtime::topic::{ProvisioningTopic, Topic};

/// What the hub does and what it has seen, over all its connections.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    /// The next answers to CONNECT; accepted where empty.
    pub(crate) refuse: Vec<RefusalCode>,
    /// Whether subscriptions are refused.
    pub(crate) deaf: bool,
    /// What CONNACK says of the session.
    pub(crate) session_present: bool,
    /// The desired section of the twin.
    pub(crate) desired: String,
    /// Client identifier, user name and password of each CONNECT.
    pub(crate) connects: Vec<(String, String, String)>,
    /// Topics of everything that came, in order; subscriptions as `SUBSCRIBE`.
    pub(crate) log: Vec<String>,
    /// Payloads of acknowledged telemetry, in order of arrival, repetitions among them.
    pub(crate) telemetry: Vec<Vec<u8>>,
    pub(crate) telemetry_topics: Vec<String>,
    /// Bodies of reported updates.
    pub(crate) reported: Vec<String>,
    /// Status, request id and body of method replies.
    pub(crate) replies: Vec<(u16, String, String)>,
    /// How many publishes were marked as possible duplicates.
    pub(crate) repeated: usize,
    /// Messages to push to the device.
    pub(crate) push: Vec<(String, Vec<u8>)>,
    /// Bodies of registrations.
    pub(crate) registrations: Vec<String>,
    /// Messages of ours that the device acknowledged.
    pub(crate) taken: usize,
    /// Links that ended with DISCONNECT.
    pub(crate) goodbyes: usize,
}

impl Hub {
    /// Plays the provisioning service, which assigns device `d` of this hub in two steps.
    fn provision(&mut self, topic: &str, body: String) -> (String, String) {
        match ProvisioningTopic::parse(topic).unwrap() {
            ProvisioningTopic::Register { rid } => {
                self.registrations.push(body);
                (
                    format!("$dps/registrations/res/202/?$rid={rid}&retry-after=0"),
                    r#"{"operationId":"4.op","status":"assigning"}"#.into(),
                )
            }
            ProvisioningTopic::Status { rid, operation } => {
                assert_eq!(operation, "4.op");
                (
                    format!("$dps/registrations/res/200/?$rid={rid}"),
                    r#"{"status":"assigned","registrationState":
                        {"assignedHub":"localhost","deviceId":"d","status":"assigned"}}"#
                        .into(),
                )
            }
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) type Shared = Arc<Mutex<Hub>>;

pub(crate) fn hub() -> Shared {
    Arc::new(Mutex::new(Hub {
        desired: r#"{"$version":1}"#.into(),
        ..Hub::default()
    }))
}

/// One connection of it.
pub(crate) struct Connection {
    hub: Shared,
    server: Server<()>,
    pub(crate) over: bool,
}

impl Connection {
    pub(crate) fn new(hub: &Shared, now: u64) -> Self {
        Self {
            hub: hub.clone(),
            server: Server::new(server::Config::default(), now),
            over: false,
        }
    }

    pub(crate) fn receive(&mut self, mut input: &[u8], now: u64) -> Result<(), Error> {
        loop {
            let mut hub = self.hub.lock().unwrap();
            let mut accept = None;
            let mut answer = None;
            match self.server.receive(&mut input, now)? {
                None => return Ok(()),
                Some(server::Event::Connect(connect)) => {
                    let text = |bytes: Option<&[u8]>| {
                        String::from_utf8(bytes.unwrap_or_default().to_vec()).unwrap()
                    };
                    hub.connects.push((
                        connect.client_id.into(),
                        connect.user_name.unwrap_or_default().into(),
                        text(connect.password),
                    ));
                    accept = Some((!hub.refuse.is_empty()).then(|| hub.refuse.remove(0)));
                }
                Some(server::Event::Publish(message)) => {
                    hub.log.push(message.topic.into());
                    hub.repeated += usize::from(message.dup);
                    let body = || String::from_utf8(message.payload.to_vec()).unwrap();
                    match Topic::parse(message.topic) {
                        Some(Topic::TwinGet { rid }) => {
                            assert_eq!(message.payload, b" ");
                            let body = format!(r#"{{"desired":{},"reported":{{}}}}"#, hub.desired);
                            answer = Some((format!("$iothub/twin/res/200/?$rid={rid}"), body));
                        }
                        Some(Topic::TwinReport { rid }) => {
                            hub.reported.push(body());
                            let version = hub.reported.len() + 1;
                            let topic =
                                format!("$iothub/twin/res/204/?$rid={rid}&$version={version}");
                            answer = Some((topic, String::new()));
                        }
                        Some(Topic::MethodResponse { status, rid }) => {
                            hub.replies.push((status, rid, body()));
                        }
                        Some(_) => panic!("{}", message.topic),
                        None if message.topic.starts_with("$dps/") => {
                            answer = Some(hub.provision(message.topic, body()));
                        }
                        None => {
                            hub.telemetry.push(message.payload.to_vec());
                            hub.telemetry_topics.push(message.topic.into());
                        }
                    }
                    if let Some(receipt) = message.receipt {
                        self.server.acknowledge(receipt).unwrap();
                    }
                }
                Some(server::Event::Subscribe { receipt, filters }) => {
                    hub.log.push("SUBSCRIBE".into());
                    let grant = if hub.deaf {
                        Grant::Failure
                    } else {
                        Grant::Granted(QoS::AtLeastOnce)
                    };
                    let grants = vec![grant; filters.count()];
                    self.server.suback(receipt, &grants).unwrap();
                }
                Some(server::Event::Acknowledged { .. }) => hub.taken += 1,
                Some(server::Event::Disconnect) => {
                    hub.goodbyes += 1;
                    self.over = true;
                }
                Some(_) => {}
            }
            match accept {
                Some(Some(code)) => {
                    self.server.reject(code).unwrap();
                    self.over = true;
                }
                Some(None) => {
                    let kept = hub.session_present.then(|| pnp_mqtt::Outbox::new(100));
                    self.server.accept(kept).unwrap();
                }
                None => {}
            }
            if let Some((topic, body)) = answer {
                self.server
                    .publish_at_most_once(&topic, body.as_bytes())
                    .unwrap();
            }
        }
    }

    /// Sends what the test wants the device to hear.
    pub(crate) fn push(&mut self) {
        if !self.server.is_connected() {
            return;
        }
        let mut hub = self.hub.lock().unwrap();
        for (topic, body) in hub.push.drain(..) {
            self.server.publish(Message::new(topic, body), ()).unwrap();
        }
    }

    pub(crate) fn output(&self) -> &[u8] {
        self.server.output()
    }

    pub(crate) fn written(&mut self, count: usize) {
        self.server.written(count);
    }
}
