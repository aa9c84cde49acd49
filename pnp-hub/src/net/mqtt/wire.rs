//! Topics and property bags to the engine's words, and back (`iot-hub` 1.3, 1.4).

use pnp_runtime::topic::{self, PropertyBag, Topic};
use pnp_runtime::transport::Event;

use crate::engine::identity::Identity;
use crate::engine::message::{Message, Uplink};
use crate::engine::queue::Delivery;
use crate::engine::reading::stamp;
use crate::engine::sessions::Subscriptions;
use crate::engine::telemetry::property;

/// System properties: their names in a topic, and as back ends see them (`iot-hub` 1.4).
const SYSTEM: [(&str, &str); 10] = [
    ("$.mid", property::MESSAGE_ID),
    ("$.cid", property::CORRELATION_ID),
    ("$.uid", property::USER_ID),
    ("$.to", property::TO),
    (topic::CONTENT_TYPE, property::CONTENT_TYPE),
    (topic::CONTENT_ENCODING, property::CONTENT_ENCODING),
    ("$.exp", property::EXPIRY),
    ("$.on", property::OUTPUT_NAME),
    (topic::COMPONENT, property::SUBJECT),
    ("$.ifid", property::INTERFACE_ID),
];

/// The application property that says what kind of message it is where that isn't telemetry.
const MESSAGE_TYPE: &str = "iothub-MessageType";
/// The application property of a message that asked to be retained, which the hub doesn't do.
const RETAIN: &str = "mqtt-retain";

/// The filter by which a device or module asks for what subscription (`iot-hub` 1.3); `None` for any
/// other: a hub is no broker.
pub(super) fn subscription(identity: &Identity, filter: &str) -> Option<Subscriptions> {
    let mut wanted = Subscriptions::default();
    match filter {
        topic::TWIN_RESPONSES => wanted.twin_responses = true,
        topic::DESIRED_CHANGES => wanted.desired = true,
        topic::METHODS => wanted.methods = true,
        filter if is_message_filter(identity, filter) => wanted.messages = true,
        _ => return None,
    }
    Some(wanted)
}

fn is_message_filter(identity: &Identity, filter: &str) -> bool {
    let (device, module) = (identity.device_id(), identity.module_id());
    // The C SDK asks for everything below a module.
    filter == topic::inbox(device, module)
        || module.is_some_and(|module| filter == format!("devices/{device}/modules/{module}/#"))
}

/// A device's topic, taken apart.
pub(super) enum Said {
    /// Something that the engine answers or not.
    Uplink(Uplink),
    /// A message, to be numbered.
    Message(Message),
}

/// What a device says with a message on a topic.
///
/// # Errors
/// No topic of this identity; the link must be closed for it.
pub(super) fn said(
    identity: &Identity,
    topic: &str,
    payload: &[u8],
    retain: bool,
) -> Result<Said, String> {
    let body = payload.to_vec();
    match Topic::parse(topic) {
        Some(Topic::TwinGet { rid }) => Ok(Said::Uplink(Uplink::GetTwin { rid })),
        Some(Topic::TwinReport { rid }) => Ok(Said::Uplink(Uplink::PatchReported { rid, body })),
        Some(Topic::MethodResponse { status, rid }) => {
            let status = status.into();
            Ok(Said::Uplink(Uplink::MethodResponse { rid, status, body }))
        }
        _ => message(identity, topic, body, retain).map(Said::Message),
    }
}

/// A message to the cloud.
///
/// # Errors
/// As [`said`].
fn message(
    identity: &Identity,
    topic: &str,
    body: Vec<u8>,
    retain: bool,
) -> Result<Message, String> {
    let own = topic::messages(
        identity.device_id(),
        identity.module_id(),
        &PropertyBag::new(),
    );
    let wrong = |what: &str| format!("{topic:?} {what}");
    let bag = topic
        .strip_prefix(&own)
        .or_else(|| {
            own.strip_suffix('/')
                .filter(|own| *own == topic)
                .map(|_| "")
        })
        .ok_or_else(|| wrong("is no topic that this identity may publish on"))?;
    // Documents begin the bag with `?`, and Node ends a module's with `/`.
    let bag = bag.strip_prefix('?').unwrap_or(bag);
    let bag = bag.strip_suffix('/').unwrap_or(bag);
    let bag = PropertyBag::parse(bag).ok_or_else(|| wrong("has a broken property bag"))?;
    let mut message = Message {
        body,
        ..Message::default()
    };
    for (name, value) in bag.iter() {
        let value = value.unwrap_or_default().to_owned();
        match SYSTEM.iter().find(|(wire, _)| *wire == name) {
            Some((_, system)) => message.system.insert((*system).to_owned(), value),
            None => message.application.insert(name.to_owned(), value),
        };
    }
    if retain {
        let application = &mut message.application;
        application.insert(RETAIN.to_owned(), "true".to_owned());
    }
    Ok(message)
}

/// The message that a device has left for the case of its link's sudden end.
///
/// # Errors
/// As [`said`].
pub(super) fn will(
    identity: &Identity,
    topic: &str,
    payload: &[u8],
    retain: bool,
) -> Result<Message, String> {
    let mut message = message(identity, topic, payload.to_vec(), retain)?;
    let application = &mut message.application;
    application.insert(MESSAGE_TYPE.to_owned(), "Will".to_owned());
    Ok(message)
}

/// Topic and body by which a device hears of something; `None` for what it hears otherwise.
pub(super) fn event(event: Event) -> Option<(String, Vec<u8>)> {
    let (topic, body) = match event {
        Event::Twin { rid, status, body } => (
            Topic::TwinResponse {
                status,
                rid,
                version: None,
            },
            body,
        ),
        Event::Reported {
            rid,
            status,
            version,
            body,
        } => (
            Topic::TwinResponse {
                status,
                rid,
                version,
            },
            body,
        ),
        Event::Desired { version, body } => (Topic::DesiredChange { version }, body),
        Event::Method { rid, name, body } => {
            return Some((Topic::Method { name: &name, rid }.to_string(), body));
        }
        Event::Connected { .. } | Event::Disconnected | Event::TelemetryAccepted { .. } | _ => {
            return None;
        }
    };
    Some((topic.to_string(), body))
}

/// Topic and body of a message to a device, or to a module's input.
pub(super) fn delivery(identity: &Identity, delivery: Delivery) -> (String, Vec<u8>) {
    let mut bag = PropertyBag::new();
    let message = delivery.message;
    for (wire, name) in SYSTEM {
        if let Some(value) = message.system.get(name) {
            bag.push(wire, Some(value));
        }
    }
    if !message.system.contains_key(property::EXPIRY) {
        bag.push("$.exp", Some(&stamp(delivery.expires)));
    }
    for (name, value) in &message.application {
        bag.push(name, Some(value));
    }
    let filter = topic::inbox(identity.device_id(), identity.module_id());
    let inbox = filter.trim_end_matches('#');
    let topic = match identity.module_id() {
        None => format!("{inbox}{bag}"),
        Some(_) => {
            let input = message.system.get(property::INPUT_NAME);
            format!("{inbox}{}/{bag}", input.map_or("input", String::as_str))
        }
    };
    (topic, message.body)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;

    use super::*;

    fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = pairs.iter();
        owned
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_bag_as_python_sends_it_is_split_into_system_and_application_properties() {
        let topic = "devices/d/messages/events/%24.mid=id%201%2F2%2B%C3%A9&%24.cid=c\
                     &%24.ct=application%2Fjson&%24.ce=utf-8&%24.sub=thermostat1\
                     &a%20b=c%26d%3De%2Ff%2Bg%20%C3%A9";
        let message = message(&Identity::device("d"), topic, vec![], false).unwrap();
        let system = texts(&[
            ("message-id", "id 1/2+é"),
            ("correlation-id", "c"),
            ("content-type", "application/json"),
            ("content-encoding", "utf-8"),
            ("dt-subject", "thermostat1"),
        ]);
        assert_eq!(message.system, system);
        assert_eq!(message.application, texts(&[("a b", "c&d=e/f+g é")]));
    }

    #[test]
    fn the_bag_may_be_absent_begin_with_a_mark_or_end_with_a_slash() {
        let module = Identity::module("d#1", "m?");
        for (rest, application) in [
            ("", &[][..]),
            ("/", &[]),
            ("/?a=b", &[("a", "b")]),
            ("/a=b/", &[("a", "b")]),
            ("/a", &[("a", "")]),
        ] {
            let topic = format!("devices/d#1/modules/m?/messages/events{rest}");
            let message = message(&module, &topic, vec![], true).unwrap();
            let mut expected = texts(application);
            expected.insert(RETAIN.to_owned(), "true".to_owned());
            assert_eq!(message.application, expected, "{topic}");
        }
    }

    #[test]
    fn an_identity_asks_for_its_own_inbox_only() {
        let device = Identity::device("d");
        let module = Identity::module("d", "m");
        for (identity, filter, granted) in [
            (&device, "devices/d/messages/devicebound/#", true),
            (&device, "devices/e/messages/devicebound/#", false),
            (&device, "devices/d/modules/m/inputs/#", false),
            (&module, "devices/d/modules/m/inputs/#", true),
            (&module, "devices/d/modules/m/#", true),
            (&module, "devices/d/messages/devicebound/#", false),
        ] {
            let wanted = subscription(identity, filter).is_some_and(|wanted| wanted.messages);
            assert_eq!(wanted, granted, "{identity} {filter}");
        }
    }

    #[test]
    fn a_message_to_a_module_comes_on_the_input_that_it_names() {
        let message = Message {
            system: texts(&[(property::INPUT_NAME, "in1"), (property::MESSAGE_ID, "m/1")]),
            application: texts(&[("k", "v w")]),
            body: b"x".to_vec(),
        };
        let waiting = Delivery {
            sequence: 1,
            expires: Timestamp::UNIX_EPOCH,
            message,
        };
        let (topic, body) = delivery(&Identity::module("d", "m"), waiting);
        assert_eq!(
            topic,
            "devices/d/modules/m/inputs/in1/\
             %24.mid=m%2F1&%24.exp=1970-01-01T00%3A00%3A00.0000000Z&k=v%20w"
        );
        assert_eq!(body, b"x");
    }
}
