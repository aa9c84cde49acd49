//! Registration with the Device Provisioning Service, which tells a device its hub.
//!
//! [`Request`] is who registers; [`Registration`] does it, without I/O: what it wants published comes
//! out, what the service says goes in. Group members derive their key with
//! [`Key::of_group_member`](crate::sas::Key::of_group_member).
//!
//! ```
//! use pnp_runtime::Instant;
//! use pnp_runtime::dps::{Registration, Request};
//!
//! let request = Request::new("0ne00000001", "d1").with_model_id("dtmi:com:example:Thermostat;1");
//! assert_eq!(request.body(), r#"{"registrationId":"d1","payload":{"modelId":"dtmi:com:example:Thermostat;1"}}"#);
//!
//! let mut registration = Registration::new(request);
//! let now = Instant::from_millis(0);
//! let (topic, _body) = registration.poll(now).unwrap();
//! assert_eq!(topic, "$dps/registrations/PUT/iotdps-register/?$rid=1");
//!
//! let answer = br#"{"status":"assigned","registrationState":{"assignedHub":"h","deviceId":"d1"}}"#;
//! registration.receive("$dps/registrations/res/200/?$rid=1", answer, now);
//! assert_eq!(registration.outcome().unwrap().as_ref().unwrap().hub, "h");
//! ```

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use serde_json::{Map, Value};

use crate::mqtt::Identity;
use crate::session::Instant;
use crate::status;
use crate::topic::{PROVISIONING_API_VERSION, ProvisioningTopic};

/// The service's host for devices of every customer.
pub const GLOBAL_HOST: &str = "global.azure-devices-provisioning.net";

/// How long a request may wait for its answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait before the next request where the service doesn't say.
const PAUSE: Duration = Duration::from_secs(2);
/// How often the service may fail or be busy in a row.
const ATTEMPTS: u32 = 10;

/// Who registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    id_scope: String,
    registration_id: String,
    payload: Map<String, Value>,
}

/// A payload that is no JSON object, so that nothing can be merged into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnObject;

/// What the service assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assignment {
    /// The hub's host name.
    pub hub: String,
    /// The device's ID there; it may differ from the registration ID.
    pub device_id: String,
    /// Whether it is the first assignment or what became of the last (`initialAssignment`,
    /// `deviceDataMigrated`, …); empty where the service doesn't say.
    pub substatus: String,
    /// What the service's own allocation rule returned, as JSON text.
    pub payload: Option<String>,
}

/// Why no hub was assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistrationError {
    /// The service refused the request.
    Refused {
        /// Its answer, 400 to 428 mostly.
        status: u16,
        /// What it says of it.
        message: String,
    },
    /// The service decided against the device: `failed` or `disabled`.
    NotAssigned {
        /// The registration's status.
        status: String,
        /// What it says of it; empty where it says nothing.
        message: String,
    },
    /// No answer came in time.
    Timeout,
    /// The service was busy or failing for too long.
    Busy,
    /// The service's answer can't be read.
    Malformed,
}

/// A registration under way: requests come out of [`poll`](Self::poll), answers go into
/// [`receive`](Self::receive), on a connection that is subscribed to
/// [`PROVISIONING_RESPONSES`](crate::topic::PROVISIONING_RESPONSES).
#[derive(Debug)]
pub struct Registration {
    request: Request,
    /// What the service called the registration, once it works on it.
    operation: Option<String>,
    state: State,
    last_rid: u64,
    attempts: u32,
}

#[derive(Debug)]
enum State {
    Due(Instant),
    Asked { rid: String, until: Instant },
    Done(Result<Assignment, RegistrationError>),
}

impl Request {
    /// The registration of one device. Its ID is that of its enrollment, or any in an enrollment
    /// group; with a certificate, the certificate's common name.
    pub fn new(id_scope: impl Into<String>, registration_id: impl Into<String>) -> Self {
        Self {
            id_scope: id_scope.into(),
            registration_id: registration_id.into(),
            payload: Map::new(),
        }
    }

    /// Announces the device's model, beside what the payload holds already.
    #[must_use]
    pub fn with_model_id(mut self, model_id: &str) -> Self {
        let model_id = Value::String(model_id.to_owned());
        self.payload.insert("modelId".to_owned(), model_id);
        self
    }

    /// Adds the members of a JSON object to the payload, for the service's own allocation rule.
    ///
    /// # Errors
    /// `json` is no object.
    pub fn with_payload(mut self, json: &str) -> Result<Self, NotAnObject> {
        let Ok(Value::Object(members)) = serde_json::from_str(json) else {
            return Err(NotAnObject);
        };
        for (name, value) in members {
            // The model that the code implements is not a matter of configuration.
            self.payload.entry(name).or_insert(value);
        }
        Ok(self)
    }

    /// The registration ID, which is the MQTT client identifier too.
    pub fn registration_id(&self) -> &str {
        &self.registration_id
    }

    /// The MQTT user name.
    pub fn user_name(&self) -> String {
        // No question mark here, unlike at a hub.
        format!(
            "{}/api-version={PROVISIONING_API_VERSION}&ClientVersion=pnp-runtime%2F{}",
            self.resource(),
            env!("CARGO_PKG_VERSION")
        )
    }

    /// What the token of this registration opens, not escaped.
    pub fn resource(&self) -> String {
        format!("{}/registrations/{}", self.id_scope, self.registration_id)
    }

    /// The body of the registration.
    pub fn body(&self) -> String {
        let mut body = format!(
            "{{\"registrationId\":{}",
            Value::String(self.registration_id.clone())
        );
        if !self.payload.is_empty() {
            body.push_str(",\"payload\":");
            body.push_str(&Value::Object(self.payload.clone()).to_string());
        }
        body.push('}');
        body
    }
}

impl Registration {
    /// A registration that has not begun.
    pub fn new(request: Request) -> Self {
        Self {
            request,
            operation: None,
            state: State::Due(Instant::default()),
            last_rid: 0,
            attempts: 0,
        }
    }

    /// Topic and body of what is to be published at `now`, with QoS 1; `None` where nothing is before
    /// [`next_deadline`](Self::next_deadline).
    pub fn poll(&mut self, now: Instant) -> Option<(String, Vec<u8>)> {
        match &self.state {
            State::Due(due) if *due <= now => {}
            State::Asked { until, .. } if *until <= now => {
                self.state = State::Done(Err(RegistrationError::Timeout));
                return None;
            }
            State::Due(_) | State::Asked { .. } | State::Done(_) => return None,
        }
        self.last_rid += 1;
        let rid = self.last_rid.to_string();
        let (topic, body) = match &self.operation {
            None => (
                ProvisioningTopic::Register { rid: rid.clone() },
                self.request.body(),
            ),
            Some(operation) => (
                ProvisioningTopic::Status {
                    rid: rid.clone(),
                    operation: operation.clone(),
                },
                String::from(" "),
            ),
        };
        let until = now + ANSWER_TIMEOUT;
        self.state = State::Asked { rid, until };
        Some((topic.to_string(), body.into_bytes()))
    }

    /// Takes a message that came. What answers nothing that was asked is ignored.
    pub fn receive(&mut self, topic: &str, payload: &[u8], now: Instant) {
        let Some(ProvisioningTopic::Response {
            status,
            rid,
            retry_after,
        }) = ProvisioningTopic::parse(topic)
        else {
            return;
        };
        if !matches!(&self.state, State::Asked { rid: asked, .. } if *asked == rid) {
            return;
        }
        let pause = retry_after.map_or(PAUSE, Duration::from_secs);
        if status::is_passing(status) {
            self.attempts += 1;
            self.state = if self.attempts < ATTEMPTS {
                State::Due(now + pause)
            } else {
                State::Done(Err(RegistrationError::Busy))
            };
            return;
        }
        self.attempts = 0;
        let answer: Value = serde_json::from_slice(payload).unwrap_or_default();
        self.state = if status == status::PENDING {
            match answer.get("operationId").and_then(Value::as_str) {
                Some(operation) => {
                    self.operation = Some(operation.to_owned());
                    State::Due(now + pause)
                }
                None => State::Done(Err(RegistrationError::Malformed)),
            }
        } else if status == status::OK {
            State::Done(assignment(&answer))
        } else {
            let message = text(&answer, "message");
            State::Done(Err(RegistrationError::Refused { status, message }))
        };
    }

    /// When [`poll`](Self::poll) has something to do; `None` once there is an outcome.
    pub fn next_deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Due(due) => Some(*due),
            State::Asked { until, .. } => Some(*until),
            State::Done(_) => None,
        }
    }

    /// What became of it; `None` while it is under way.
    pub fn outcome(&self) -> Option<&Result<Assignment, RegistrationError>> {
        match &self.state {
            State::Done(outcome) => Some(outcome),
            State::Due(_) | State::Asked { .. } => None,
        }
    }
}

impl Assignment {
    /// Who the device is at its hub.
    pub fn identity(&self) -> Identity {
        Identity::device(self.hub.clone(), self.device_id.clone())
    }
}

impl RegistrationError {
    /// Whether a later registration may succeed as it is.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Timeout | Self::Busy | Self::Malformed => true,
            Self::Refused { .. } | Self::NotAssigned { .. } => false,
        }
    }
}

fn assignment(answer: &Value) -> Result<Assignment, RegistrationError> {
    let status = text(answer, "status");
    let state = answer
        .get("registrationState")
        .ok_or(RegistrationError::Malformed)?;
    if status != "assigned" {
        let message = text(state, "errorMessage");
        return Err(RegistrationError::NotAssigned { status, message });
    }
    let (hub, device_id) = (text(state, "assignedHub"), text(state, "deviceId"));
    if hub.is_empty() || device_id.is_empty() {
        return Err(RegistrationError::Malformed);
    }
    Ok(Assignment {
        hub,
        device_id,
        substatus: text(state, "substatus"),
        payload: state
            .get("payload")
            .filter(|payload| !payload.is_null())
            .map(Value::to_string),
    })
}

fn text(object: &Value, name: &str) -> String {
    let text = object.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

impl fmt::Display for NotAnObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the payload is no JSON object")
    }
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { status, message } => write!(f, "refused with {status}: {message}"),
            Self::NotAssigned { status, message } => write!(f, "{status}: {message}"),
            Self::Timeout => f.write_str("no answer came in time"),
            Self::Busy => f.write_str("the service is busy"),
            Self::Malformed => f.write_str("the answer can't be read"),
        }
    }
}

impl core::error::Error for NotAnObject {}
impl core::error::Error for RegistrationError {}

#[cfg(test)]
mod tests {
    use super::*;

    const ASSIGNED: &str = r#"{"operationId":"4.x.y","status":"assigned","registrationState":{
        "registrationId":"r","assignedHub":"hub.example","deviceId":"d","status":"assigned",
        "substatus":"initialAssignment","payload":{"site":7}}}"#;

    fn at(seconds: u64) -> Instant {
        Instant::from_millis(seconds * 1000)
    }

    fn registration() -> Registration {
        Registration::new(Request::new("0ne1", "r"))
    }

    #[test]
    fn c02_the_model_is_merged_into_the_payload_and_wins_over_it() {
        let payload = r#"{"site":"é\"","modelId":"dtmi:other;1"}"#;
        let model = "dtmi:com:example:Thermostat;1";
        let expected = r#"{"registrationId":"r","payload":{"modelId":"dtmi:com:example:Thermostat;1","site":"é\""}}"#;
        let request = Request::new("0ne1", "r").with_model_id(model);
        assert_eq!(request.with_payload(payload).unwrap().body(), expected);
        let request = Request::new("0ne1", "r").with_payload(payload).unwrap();
        assert_eq!(request.with_model_id(model).body(), expected);
        assert_eq!(Request::new("s", "r").body(), r#"{"registrationId":"r"}"#);
        assert_eq!(Request::new("s", "r").with_payload("[]"), Err(NotAnObject));
    }

    #[test]
    fn the_user_name_has_no_question_mark() {
        let name = Request::new("0ne1", "r").user_name();
        let expected = "0ne1/registrations/r/api-version=2019-03-31&ClientVersion=pnp-runtime%2F";
        assert!(name.starts_with(expected), "{name}");
    }

    #[test]
    fn a_registration_waits_as_long_as_the_service_says_and_gets_its_hub() {
        let mut registration = registration();
        let (topic, body) = registration.poll(at(0)).unwrap();
        assert_eq!(topic, "$dps/registrations/PUT/iotdps-register/?$rid=1");
        assert_eq!(body, br#"{"registrationId":"r"}"#);
        let working = br#"{"operationId":"4.x.y","status":"assigning"}"#;
        registration.receive(
            "$dps/registrations/res/202/?$rid=1&retry-after=3",
            working,
            at(1),
        );
        assert_eq!(registration.poll(at(3)), None);
        assert_eq!(registration.next_deadline(), Some(at(4)));
        let (topic, body) = registration.poll(at(4)).unwrap();
        assert_eq!(
            topic,
            "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId=4.x.y"
        );
        assert_eq!(body, b" ");
        // The answer to another request is none to this.
        registration.receive(
            "$dps/registrations/res/200/?$rid=1",
            ASSIGNED.as_bytes(),
            at(5),
        );
        assert_eq!(registration.outcome(), None);
        registration.receive(
            "$dps/registrations/res/200/?$rid=2",
            ASSIGNED.as_bytes(),
            at(5),
        );
        let assignment = registration.outcome().unwrap().as_ref().unwrap();
        assert_eq!(assignment.identity(), Identity::device("hub.example", "d"));
        assert_eq!(assignment.substatus, "initialAssignment");
        assert_eq!(assignment.payload.as_deref(), Some(r#"{"site":7}"#));
        assert_eq!(registration.next_deadline(), None);
    }

    #[test]
    fn a_busy_service_is_asked_again_but_not_for_ever() {
        let mut registration = registration();
        let mut now = at(0);
        let mut asked = 0;
        while let Some(due) = registration.next_deadline() {
            now = now.max(due);
            registration.poll(now).unwrap();
            asked += 1;
            let topic = format!("$dps/registrations/res/429/?$rid={asked}&retry-after=5");
            registration.receive(&topic, b"{}", now);
        }
        assert_eq!(asked, 10);
        assert_eq!(now, at(45));
        let error = registration.outcome().unwrap().as_ref().unwrap_err();
        assert!(*error == RegistrationError::Busy && error.is_passing());
    }

    #[test]
    fn silence_refusal_and_a_decision_against_the_device_are_told_apart() {
        let mut silent = registration();
        silent.poll(at(0));
        assert_eq!(silent.next_deadline(), Some(at(30)));
        assert_eq!(silent.poll(at(30)), None);
        let error = silent.outcome().unwrap().as_ref().unwrap_err();
        assert!(*error == RegistrationError::Timeout && error.is_passing());

        let refused = br#"{"errorCode":401002,"trackingId":"t","message":"Unauthorized"}"#;
        let disabled = br#"{"status":"disabled","registrationState":{"status":"disabled","errorMessage":"off"}}"#;
        let message = String::from("Unauthorized");
        for (status, body, expected) in [
            (
                401,
                refused.as_slice(),
                RegistrationError::Refused {
                    status: 401,
                    message,
                },
            ),
            (
                200,
                disabled.as_slice(),
                RegistrationError::NotAssigned {
                    status: "disabled".into(),
                    message: "off".into(),
                },
            ),
            (200, b"{}", RegistrationError::Malformed),
            (202, b"!", RegistrationError::Malformed),
        ] {
            let mut registration = registration();
            registration.poll(at(0));
            let topic = format!("$dps/registrations/res/{status}/?$rid=1");
            registration.receive(&topic, body, at(0));
            assert_eq!(registration.outcome(), Some(&Err(expected)));
        }
    }
}
