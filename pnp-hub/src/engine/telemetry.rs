//! Device-to-cloud messages: their size, what the hub stamps them with, and what it makes of the body.

use super::error::{ErrorCode, HubError};
use super::events::{Body, HubEvent, Source};
use super::message::Message;
use super::reading::Reading;
use super::registry::{AuthMethod, IdentityRecord};
use super::sessions::Link;

/// Largest message, in bytes: body, values of system properties, names and values of application
/// properties (`iot-hub` 1.4).
pub const MAX_MESSAGE: usize = 256 * 1024;

/// Names of system properties, as back ends see them (`iot-hub` 1.4).
pub mod property {
    /// The sender's name of the message.
    pub const MESSAGE_ID: &str = "message-id";
    /// The message that it belongs to.
    pub const CORRELATION_ID: &str = "correlation-id";
    /// Whose it is, as the sender says.
    pub const USER_ID: &str = "user-id";
    /// Whom a message to a device is for.
    pub const TO: &str = "to";
    /// When a message isn't worth delivering any more.
    pub const EXPIRY: &str = "absolute-expiry-time";
    /// A module's output that sent the message. The name is \[I\].
    pub const OUTPUT_NAME: &str = "iothub-outputname";
    /// A module's input that a message is for. The name is \[I\].
    pub const INPUT_NAME: &str = "iothub-inputname";
    /// The interface that sent the message, by devices from before DTDL 2.
    pub const INTERFACE_ID: &str = "iothub-interface-id";
    /// Media type of the body.
    pub const CONTENT_TYPE: &str = "content-type";
    /// Character encoding of the body.
    pub const CONTENT_ENCODING: &str = "content-encoding";
    /// The component that sent the message.
    pub const SUBJECT: &str = "dt-subject";
    /// The model ID that the device announced.
    pub const DATA_SCHEMA: &str = "dt-dataschema";
    /// The device whose link it came on.
    pub const DEVICE_ID: &str = "iothub-connection-device-id";
    /// The module whose link it came on.
    pub const MODULE_ID: &str = "iothub-connection-module-id";
    /// The identity's generation id.
    pub const AUTH_GENERATION_ID: &str = "iothub-connection-auth-generation-id";
    /// How the identity proved who it is, as JSON text.
    pub const AUTH_METHOD: &str = "iothub-connection-auth-method";
    /// When the hub took the message.
    pub const ENQUEUED_TIME: &str = "iothub-enqueuedtime";
    /// What kind of event it is.
    pub const SOURCE: &str = "iothub-message-source";
}

/// The event that a message becomes.
///
/// # Errors
/// The message is too large; IoT Hub drops the link for it.
pub(crate) fn accept(
    message: Message,
    link: &Link,
    record: &IdentityRecord,
    now: Reading,
) -> Result<HubEvent, HubError> {
    let size = size(&message);
    if size > MAX_MESSAGE {
        return Err(HubError::new(
            ErrorCode::MessageTooLarge,
            format!("the message has {size} bytes; at most {MAX_MESSAGE} are allowed"),
        ));
    }
    let body = body(&message);
    let mut system = message.system;
    let mut stamp = |name: &str, value: &str| system.insert(name.to_owned(), value.to_owned());
    stamp(property::DEVICE_ID, link.identity.device_id());
    if let Some(module) = link.identity.module_id() {
        stamp(property::MODULE_ID, module);
    }
    stamp(property::AUTH_GENERATION_ID, &record.generation_id);
    stamp(
        property::AUTH_METHOD,
        &auth_method(link.auth, link.identity.scope()),
    );
    if let Some(model_id) = &link.model_id {
        stamp(property::DATA_SCHEMA, model_id);
    }
    Ok(HubEvent {
        id: 0,
        source: Source::Telemetry,
        identity: link.identity.clone(),
        enqueued_time: now.wall,
        component: system.get(property::SUBJECT).cloned(),
        system_properties: system,
        application_properties: message.application,
        body,
        model_id: link.model_id.clone(),
    })
}

fn size(message: &Message) -> usize {
    let system: usize = message.system.values().map(String::len).sum();
    let application: usize = message
        .application
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    message.body.len() + system + application
}

/// JSON where the content type says so or says nothing, and the bytes are JSON indeed.
fn body(message: &Message) -> Body {
    let may_be_json = message
        .system
        .get(property::CONTENT_TYPE)
        .is_none_or(|content_type| {
            let media = content_type.split(';').next().unwrap_or_default().trim();
            media.eq_ignore_ascii_case("application/json")
        });
    if may_be_json && let Ok(value) = serde_json::from_slice(&message.body) {
        return Body::Json(value);
    }
    Body::Bytes(message.body.clone())
}

/// `iothub-connection-auth-method` (`iot-hub` 1.4). The words for certificates are \[I\].
fn auth_method(auth: AuthMethod, scope: &str) -> String {
    let (kind, issuer) = match auth {
        AuthMethod::Sas => ("sas", "iothub"),
        AuthMethod::X509 => ("x509Certificate", "external"),
    };
    // Words of our own only, so that nothing needs to be escaped.
    format!(r#"{{"scope":"{scope}","type":"{kind}","issuer":"{issuer}"}}"#)
}
