//! IoT Hub's MQTT topics and the property bag: every wire name once, for devices and for the hub.
//!
//! Nothing here does MQTT; these are the strings that go into its packets.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

/// Answers to twin requests, to subscribe to.
pub const TWIN_RESPONSES: &str = "$iothub/twin/res/#";
/// Desired changes, to subscribe to.
pub const DESIRED_CHANGES: &str = "$iothub/twin/PATCH/properties/desired/#";
/// Direct methods, to subscribe to.
pub const METHODS: &str = "$iothub/methods/POST/#";

const TWIN_GET: &str = "$iothub/twin/GET/";
const TWIN_REPORT: &str = "$iothub/twin/PATCH/properties/reported/";
const TWIN_RESPONSE: &str = "$iothub/twin/res/";
const DESIRED_CHANGE: &str = "$iothub/twin/PATCH/properties/desired/";
const METHOD: &str = "$iothub/methods/POST/";
const METHOD_RESPONSE: &str = "$iothub/methods/res/";

const RID: &str = "$rid";
const VERSION: &str = "$version";

/// Answers of the provisioning service, to subscribe to.
pub const PROVISIONING_RESPONSES: &str = "$dps/registrations/res/#";

const PROVISIONING_RESPONSE: &str = "$dps/registrations/res/";
const REGISTER: &str = "$dps/registrations/PUT/iotdps-register/";
const REGISTRATION_STATUS: &str = "$dps/registrations/GET/iotdps-get-operationstatus/";

const RETRY_AFTER: &str = "retry-after";
const OPERATION: &str = "operationId";

/// The protocol version of the provisioning service.
pub const PROVISIONING_API_VERSION: &str = "2019-03-31";

/// The protocol version that Plug and Play needs at least.
pub const API_VERSION: &str = "2020-09-30";

/// System property: content type.
pub const CONTENT_TYPE: &str = "$.ct";
/// System property: content encoding.
pub const CONTENT_ENCODING: &str = "$.ce";
/// System property: the component that a message is of; the hub stamps it as `dt-subject`.
pub const COMPONENT: &str = "$.sub";
/// The content type of telemetry.
pub const JSON: &str = "application/json";
/// The content encoding of telemetry, in the one spelling that routes understand.
pub const UTF_8: &str = "utf-8";

/// Name and value pairs at the end of a topic, percent-encoded (RFC 3986): a space is `%20`, never `+`.
///
/// ```
/// use pnp_runtime::topic::PropertyBag;
///
/// let mut bag = PropertyBag::new();
/// bag.push("$.ct", Some("application/json"));
/// assert_eq!(bag.to_string(), "%24.ct=application%2Fjson");
/// assert_eq!(PropertyBag::parse("$.ct=application%2fjson"), Some(bag));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PropertyBag {
    pairs: Vec<(String, Option<String>)>,
}

impl PropertyBag {
    /// An empty bag.
    pub const fn new() -> Self {
        Self { pairs: Vec::new() }
    }

    /// Reads a bag; `None` where an escape is broken or gives no UTF-8.
    ///
    /// A name without `=` has no value (`None`), which differs from an empty one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bag = Self::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (name, Some(decode(value)?)),
                None => (pair, None),
            };
            bag.pairs.push((decode(name)?, value));
        }
        Some(bag)
    }

    /// Appends a pair.
    pub fn push(&mut self, name: &str, value: Option<&str>) {
        self.pairs.push((name.to_owned(), value.map(str::to_owned)));
    }

    /// The value of the first pair of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.pairs.iter().find(|(known, _)| known == name)?;
        value.as_deref()
    }

    /// The pairs, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_deref()))
    }
}

impl fmt::Display for PropertyBag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.pairs.iter().enumerate() {
            if index > 0 {
                f.write_char('&')?;
            }
            f.write_str(&encode(name))?;
            if let Some(value) = value {
                write!(f, "={}", encode(value))?;
            }
        }
        Ok(())
    }
}

/// A topic between device and hub, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Topic<'t> {
    /// A device reads its twin.
    TwinGet {
        /// The request's id.
        rid: String,
    },
    /// A device writes reported properties.
    TwinReport {
        /// The request's id.
        rid: String,
    },
    /// The hub answers one of these two.
    TwinResponse {
        /// 200, 204, or an error.
        status: u16,
        /// The request's id.
        rid: String,
        /// The section's new version, after a write.
        version: Option<i64>,
    },
    /// The hub tells of changed desired properties.
    DesiredChange {
        /// The section's new version.
        version: Option<i64>,
    },
    /// The hub invokes a direct method.
    Method {
        /// The method's name, as it stands in the topic.
        name: &'t str,
        /// The request's id.
        rid: String,
    },
    /// A device answers it.
    MethodResponse {
        /// The status that the caller sees.
        status: u16,
        /// The request's id.
        rid: String,
    },
}

impl<'t> Topic<'t> {
    /// Takes a twin or method topic apart; `None` where it is neither.
    pub fn parse(topic: &'t str) -> Option<Self> {
        let (path, query) = topic.split_once('?').unwrap_or((topic, ""));
        let bag = PropertyBag::parse(query)?;
        let rid = || bag.get(RID).map(str::to_owned);
        let version = || bag.get(VERSION)?.parse().ok();
        let last = |prefix| path.strip_prefix(prefix)?.strip_suffix('/');
        if path == TWIN_GET {
            Some(Self::TwinGet { rid: rid()? })
        } else if path == TWIN_REPORT {
            Some(Self::TwinReport { rid: rid()? })
        } else if path == DESIRED_CHANGE {
            Some(Self::DesiredChange { version: version() })
        } else if let Some(status) = last(TWIN_RESPONSE) {
            Some(Self::TwinResponse {
                status: status.parse().ok()?,
                rid: rid()?,
                version: version(),
            })
        } else if let Some(status) = last(METHOD_RESPONSE) {
            Some(Self::MethodResponse {
                status: status.parse().ok()?,
                rid: rid()?,
            })
        } else {
            let name = last(METHOD)?;
            Some(Self::Method { name, rid: rid()? })
        }
    }
}

impl fmt::Display for Topic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TwinGet { rid } => write!(f, "{TWIN_GET}?{RID}={}", encode(rid)),
            Self::TwinReport { rid } => write!(f, "{TWIN_REPORT}?{RID}={}", encode(rid)),
            Self::TwinResponse {
                status,
                rid,
                version,
            } => {
                write!(f, "{TWIN_RESPONSE}{status}/?{RID}={}", encode(rid))?;
                match version {
                    Some(version) => write!(f, "&{VERSION}={version}"),
                    None => Ok(()),
                }
            }
            Self::DesiredChange { version } => {
                f.write_str(DESIRED_CHANGE)?;
                match version {
                    Some(version) => write!(f, "?{VERSION}={version}"),
                    None => Ok(()),
                }
            }
            Self::Method { name, rid } => write!(f, "{METHOD}{name}/?{RID}={}", encode(rid)),
            Self::MethodResponse { status, rid } => {
                write!(f, "{METHOD_RESPONSE}{status}/?{RID}={}", encode(rid))
            }
        }
    }
}

/// A topic between a device and the provisioning service, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProvisioningTopic {
    /// A device registers.
    Register {
        /// The request's id.
        rid: String,
    },
    /// A device asks what has become of it.
    Status {
        /// The request's id.
        rid: String,
        /// What the service called the registration.
        operation: String,
    },
    /// The service answers one of these two.
    Response {
        /// 200, 202 while it works on it, or an error.
        status: u16,
        /// The request's id.
        rid: String,
        /// How long to wait before the next request, in seconds.
        retry_after: Option<u64>,
    },
}

impl ProvisioningTopic {
    /// Takes a topic of the provisioning service apart; `None` where it is none.
    pub fn parse(topic: &str) -> Option<Self> {
        let (path, query) = topic.split_once('?')?;
        let bag = PropertyBag::parse(query)?;
        let rid = bag.get(RID)?.to_owned();
        if path == REGISTER {
            Some(Self::Register { rid })
        } else if path == REGISTRATION_STATUS {
            let operation = bag.get(OPERATION)?.to_owned();
            Some(Self::Status { rid, operation })
        } else {
            let status = path.strip_prefix(PROVISIONING_RESPONSE)?;
            Some(Self::Response {
                status: status.strip_suffix('/')?.parse().ok()?,
                rid,
                retry_after: bag.get(RETRY_AFTER).and_then(|text| text.parse().ok()),
            })
        }
    }
}

impl fmt::Display for ProvisioningTopic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Register { rid } => write!(f, "{REGISTER}?{RID}={}", encode(rid)),
            Self::Status { rid, operation } => write!(
                f,
                "{REGISTRATION_STATUS}?{RID}={}&{OPERATION}={}",
                encode(rid),
                encode(operation)
            ),
            Self::Response {
                status,
                rid,
                retry_after,
            } => {
                write!(f, "{PROVISIONING_RESPONSE}{status}/?{RID}={}", encode(rid))?;
                match retry_after {
                    Some(seconds) => write!(f, "&{RETRY_AFTER}={seconds}"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// The topic of a device's messages. Identifiers go in as they are; the bag is escaped.
pub fn messages(device: &str, module: Option<&str>, bag: &PropertyBag) -> String {
    match module {
        None => format!("devices/{device}/messages/events/{bag}"),
        Some(module) => format!("devices/{device}/modules/{module}/messages/events/{bag}"),
    }
}

/// The filter of what back ends send to a device, or of a module's inputs.
pub fn inbox(device: &str, module: Option<&str>) -> String {
    format!("{}#", inbox_prefix(device, module))
}

/// Takes the topic of such a message apart: the module's input, where it is a module's, and the
/// message's properties. `None` where the topic is another, or its properties are malformed.
///
/// Identifiers are not escaped and may hold what separates a topic, so they are compared as a prefix.
pub fn parse_inbox<'t>(
    device: &str,
    module: Option<&str>,
    topic: &'t str,
) -> Option<(Option<&'t str>, PropertyBag)> {
    let rest = topic.strip_prefix(inbox_prefix(device, module).as_str())?;
    let (input, bag) = match module {
        None => (None, rest),
        Some(_) => {
            let (input, bag) = rest.split_once('/').unwrap_or((rest, ""));
            (Some(input), bag)
        }
    };
    // Documentation shows bags with a question mark before them.
    Some((input, PropertyBag::parse(bag.trim_start_matches('?'))?))
}

fn inbox_prefix(device: &str, module: Option<&str>) -> String {
    match module {
        None => format!("devices/{device}/messages/devicebound/"),
        Some(module) => format!("devices/{device}/modules/{module}/inputs/"),
    }
}

/// The system properties of a telemetry message of the root (`None`) or of a component.
pub fn telemetry_properties(component: Option<&str>) -> PropertyBag {
    let mut bag = PropertyBag::new();
    bag.push(CONTENT_TYPE, Some(JSON));
    bag.push(CONTENT_ENCODING, Some(UTF_8));
    if let Some(component) = component {
        bag.push(COMPONENT, Some(component));
    }
    bag
}

/// The MQTT user name, which announces the model (`model_id`; `None` for a device without one).
///
/// ```
/// let name = pnp_runtime::topic::user_name("h", "d", None, Some("dtmi:com:example:Thermostat;1"));
/// assert_eq!(
///     name,
///     "h/d/?api-version=2020-09-30&model-id=dtmi%3Acom%3Aexample%3AThermostat%3B1"
/// );
/// ```
pub fn user_name(host: &str, device: &str, module: Option<&str>, model_id: Option<&str>) -> String {
    let mut name = match module {
        None => format!("{host}/{device}/?api-version={API_VERSION}"),
        Some(module) => format!("{host}/{device}/{module}/?api-version={API_VERSION}"),
    };
    if let Some(model_id) = model_id {
        name.push_str("&model-id=");
        name.push_str(&encode(model_id));
    }
    name
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Undoes percent-encoding; `None` where an escape is broken or gives no UTF-8.
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c01_the_user_name_carries_the_escaped_model_and_none_without_model() {
        let model = Some("dtmi:com:example:Thermostat;1");
        assert_eq!(
            user_name("hub.example", "dev 1", Some("m"), model),
            "hub.example/dev 1/m/?api-version=2020-09-30\
             &model-id=dtmi%3Acom%3Aexample%3AThermostat%3B1"
        );
        assert!(!user_name("h", "d", None, None).contains("model-id"));
    }

    #[test]
    fn c04_c05_c06_telemetry_topics_name_component_type_and_encoding_escaped() {
        assert_eq!(
            messages("d", None, &telemetry_properties(None)),
            "devices/d/messages/events/%24.ct=application%2Fjson&%24.ce=utf-8"
        );
        assert_eq!(
            messages("d", Some("m"), &telemetry_properties(Some("thermostat1"))),
            "devices/d/modules/m/messages/events/\
             %24.ct=application%2Fjson&%24.ce=utf-8&%24.sub=thermostat1"
        );
    }

    #[test]
    fn a_bag_survives_its_own_text_and_reads_both_spellings() {
        let mut bag = PropertyBag::new();
        bag.push("a b", Some("c&d=e/f+g é"));
        bag.push("null", None);
        bag.push("empty", Some(""));
        assert_eq!(
            bag.to_string(),
            "a%20b=c%26d%3De%2Ff%2Bg%20%C3%A9&null&empty="
        );
        assert_eq!(PropertyBag::parse(&bag.to_string()), Some(bag));
        assert_eq!(
            PropertyBag::parse("$.mid=x"),
            PropertyBag::parse("%24.mid=x")
        );
        for broken in ["a=%", "a=%4", "a=%zz", "a=%ff", "%=1"] {
            assert_eq!(PropertyBag::parse(broken), None, "{broken}");
        }
    }

    #[test]
    fn what_back_ends_send_is_known_by_the_whole_identity_before_it() {
        let (input, bag) = parse_inbox(
            "d/1",
            None,
            "devices/d/1/messages/devicebound/%24.to=x&a&b=",
        )
        .unwrap();
        assert_eq!((input, bag.get("$.to")), (None, Some("x")));
        assert_eq!(bag.iter().count(), 3);
        let topic = "devices/d/modules/m/inputs/in 1/?$.mid=7";
        let (input, bag) = parse_inbox("d", Some("m"), topic).unwrap();
        assert_eq!((input, bag.get("$.mid")), (Some("in 1"), Some("7")));
        let empty = parse_inbox("d", None, "devices/d/messages/devicebound/");
        assert_eq!(empty, Some((None, PropertyBag::new())));
        assert_eq!(
            parse_inbox("d", None, "devices/e/messages/devicebound/"),
            None
        );
        assert_eq!(
            parse_inbox("d", None, "devices/d/messages/devicebound/a=%"),
            None
        );
        assert_eq!(inbox("d", None), "devices/d/messages/devicebound/#");
        assert_eq!(inbox("d", Some("m")), "devices/d/modules/m/inputs/#");
    }

    #[test]
    fn topics_of_the_provisioning_service_survive_their_own_text() {
        for topic in [
            "$dps/registrations/PUT/iotdps-register/?$rid=1",
            "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId=4.x.y",
            "$dps/registrations/res/202/?$rid=1&retry-after=3",
            "$dps/registrations/res/200/?$rid=1",
        ] {
            assert_eq!(ProvisioningTopic::parse(topic).unwrap().to_string(), topic);
        }
        for other in [
            "",
            "$dps/registrations/res/202/",
            "$dps/registrations/res/x/?$rid=1",
        ] {
            assert_eq!(ProvisioningTopic::parse(other), None, "{other}");
        }
    }

    #[test]
    fn c59_topics_survive_their_own_text_with_any_request_id() {
        for topic in [
            "$iothub/twin/GET/?$rid=1",
            "$iothub/twin/PATCH/properties/reported/?$rid=2f",
            "$iothub/twin/res/200/?$rid=1",
            "$iothub/twin/res/204/?$rid=1&$version=7",
            "$iothub/twin/PATCH/properties/desired/?$version=8",
            "$iothub/methods/POST/thermostat1*getMaxMinReport/?$rid=0a%20b",
            "$iothub/methods/res/404/?$rid=x",
        ] {
            assert_eq!(Topic::parse(topic).unwrap().to_string(), topic);
        }
        for other in [
            "",
            "?",
            "$iothub/twin/res/x/?$rid=1",
            "$iothub/twin/GET/",
            "a/b",
        ] {
            assert_eq!(Topic::parse(other), None, "{other}");
        }
    }
}
