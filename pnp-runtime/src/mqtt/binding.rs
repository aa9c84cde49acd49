//! What an [`Action`] is on the wire, and which [`Event`] a message stands for.

use alloc::string::String;
use alloc::vec::Vec;

use pnp_mqtt::packet::{Message, QoS};

use super::identity::Identity;
use crate::topic::{self, PropertyBag, Topic};
use crate::transport::{Action, Event};

/// The filters behind [`Action::Subscribe`].
pub const SUBSCRIPTIONS: [(&str, QoS); 3] = [
    (topic::TWIN_RESPONSES, QoS::AtLeastOnce),
    (topic::DESIRED_CHANGES, QoS::AtLeastOnce),
    (topic::METHODS, QoS::AtLeastOnce),
];

/// The body of a request to read the twin: one space, as the official SDKs send it.
const TWIN_GET_BODY: &[u8] = b" ";

/// An action on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outgoing {
    /// Subscribe to [`SUBSCRIPTIONS`].
    Subscribe,
    /// Publish once. Requests have their own answers and time-outs, and a reply is worth nothing to a
    /// caller who is gone, so none of these is repeated on a later connection.
    Once {
        /// Topic name.
        topic: String,
        /// Application data.
        payload: Vec<u8>,
    },
    /// Publish until it is acknowledged.
    Telemetry {
        /// The message's number, see [`Action::Telemetry`].
        id: u64,
        /// The message.
        message: Message,
    },
}

/// A message that a back end sent to the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudMessage {
    /// The module's input that it came on; `None` at a device.
    pub input: Option<String>,
    /// The properties that travel with it, system properties (`$.mid`, `$.to`, …) among them.
    pub properties: PropertyBag,
    /// The body, as it was sent.
    pub body: Vec<u8>,
}

/// What came from the hub.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Received {
    /// For the session.
    Event(Event),
    /// For the application.
    Message(CloudMessage),
    /// On a topic that no subscription of ours covers, or malformed.
    Unknown,
}

/// The wire form of `action` for `identity`.
pub fn outgoing(action: Action, identity: &Identity) -> Outgoing {
    match action {
        Action::Subscribe => Outgoing::Subscribe,
        Action::GetTwin { rid } => once(Topic::TwinGet { rid }, TWIN_GET_BODY.into()),
        Action::PatchReported { rid, body } => once(Topic::TwinReport { rid }, body),
        Action::Respond { rid, status, body } => once(Topic::MethodResponse { status, rid }, body),
        Action::Telemetry {
            id,
            component,
            body,
        } => Outgoing::Telemetry {
            id,
            message: Message::new(telemetry_topic(identity, component.as_deref()), body),
        },
    }
}

fn once(topic: Topic<'_>, payload: Vec<u8>) -> Outgoing {
    Outgoing::Once {
        topic: alloc::format!("{topic}"),
        payload,
    }
}

/// The topic of telemetry of the root (`None`) or a component.
pub fn telemetry_topic(identity: &Identity, component: Option<&str>) -> String {
    topic::messages(
        &identity.device,
        identity.module.as_deref(),
        &topic::telemetry_properties(component),
    )
}

/// What a message that came on `topic` stands for. `read` is the id of the twin read that waits for its
/// answer: reads and updates are answered on one topic, and an error says nothing of its kind.
pub fn received(identity: &Identity, read: Option<&str>, topic: &str, payload: &[u8]) -> Received {
    let body = Vec::from(payload);
    let event = match Topic::parse(topic) {
        Some(Topic::TwinResponse { status, rid, .. }) if read == Some(rid.as_str()) => {
            Event::Twin { rid, status, body }
        }
        Some(Topic::TwinResponse {
            status,
            rid,
            version,
        }) => Event::Reported {
            rid,
            status,
            version,
            body,
        },
        Some(Topic::DesiredChange { version }) => Event::Desired { version, body },
        Some(Topic::Method { name, rid }) => Event::Method {
            rid,
            // A hub may escape what a topic can't carry; what is no escape stands for itself.
            name: topic::decode(name).unwrap_or_else(|| name.into()),
            body,
        },
        Some(Topic::TwinGet { .. } | Topic::TwinReport { .. } | Topic::MethodResponse { .. }) => {
            return Received::Unknown;
        }
        None => {
            let module = identity.module.as_deref();
            return match topic::parse_inbox(&identity.device, module, topic) {
                Some((input, properties)) => Received::Message(CloudMessage {
                    input: input.map(String::from),
                    properties,
                    body,
                }),
                None => Received::Unknown,
            };
        }
    };
    Received::Event(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> Identity {
        Identity::device("h", "d")
    }

    fn event(read: Option<&str>, topic: &str, payload: &[u8]) -> Event {
        let Received::Event(event) = received(&device(), read, topic, payload) else {
            panic!("{topic} is no event");
        };
        event
    }

    #[test]
    fn every_action_goes_out_on_its_topic() {
        let rid = || String::from("r1");
        for (action, topic, payload) in [
            (
                Action::GetTwin { rid: rid() },
                "$iothub/twin/GET/?$rid=r1",
                " ",
            ),
            (
                Action::PatchReported {
                    rid: rid(),
                    body: b"{}".to_vec(),
                },
                "$iothub/twin/PATCH/properties/reported/?$rid=r1",
                "{}",
            ),
            (
                Action::Respond {
                    rid: rid(),
                    status: 404,
                    body: b"null".to_vec(),
                },
                "$iothub/methods/res/404/?$rid=r1",
                "null",
            ),
        ] {
            let payload = payload.as_bytes().to_vec();
            let expected = Outgoing::Once {
                topic: topic.into(),
                payload,
            };
            assert_eq!(outgoing(action, &device()), expected);
        }
        assert_eq!(outgoing(Action::Subscribe, &device()), Outgoing::Subscribe);
        let action = Action::Telemetry {
            id: 7,
            component: Some("t1".into()),
            body: b"{}".to_vec(),
        };
        let topic = "devices/d/messages/events/%24.ct=application%2Fjson&%24.ce=utf-8&%24.sub=t1";
        let message = Message::new(topic, *b"{}");
        assert_eq!(
            outgoing(action, &device()),
            Outgoing::Telemetry { id: 7, message }
        );
    }

    #[test]
    fn an_answer_is_that_of_the_read_by_its_id_alone_also_where_it_is_an_error() {
        for status in [200, 429, 500] {
            let topic = alloc::format!("$iothub/twin/res/{status}/?$rid=5");
            let read = event(Some("5"), &topic, b"{}");
            assert!(matches!(read, Event::Twin { status: s, .. } if s == status));
            let update = event(Some("6"), &topic, b"{}");
            assert!(matches!(update, Event::Reported { status: s, .. } if s == status));
        }
        let written = event(None, "$iothub/twin/res/204/?$rid=5&$version=9", b"");
        let (rid, body) = ("5".into(), Vec::new());
        assert_eq!(
            written,
            Event::Reported {
                rid,
                status: 204,
                version: Some(9),
                body
            }
        );
    }

    #[test]
    fn desired_changes_and_methods_reach_the_session() {
        let changed = event(
            None,
            "$iothub/twin/PATCH/properties/desired/?$version=3",
            b"{}",
        );
        assert_eq!(
            changed,
            Event::Desired {
                version: Some(3),
                body: b"{}".to_vec()
            }
        );
        for name in ["t1*reboot", "t1%2Areboot"] {
            let topic = alloc::format!("$iothub/methods/POST/{name}/?$rid=0af");
            let called = event(None, &topic, b"1");
            let (rid, name, body) = ("0af".into(), "t1*reboot".into(), b"1".to_vec());
            assert_eq!(called, Event::Method { rid, name, body });
        }
    }

    #[test]
    fn messages_of_back_ends_reach_the_application_and_foreign_topics_nobody() {
        let topic = "devices/d/messages/devicebound/%24.to=%2Fdevices%2Fd&k=v";
        let Received::Message(message) = received(&device(), None, topic, b"hi") else {
            panic!("no message");
        };
        assert_eq!(message.properties.get("k"), Some("v"));
        assert_eq!((message.input, message.body), (None, b"hi".to_vec()));
        for topic in [
            "devices/e/messages/devicebound/",
            "$iothub/twin/GET/?$rid=1",
            "a",
        ] {
            assert_eq!(received(&device(), None, topic, b""), Received::Unknown);
        }
    }
}
