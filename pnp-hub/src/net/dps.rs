//! The provisioning service, beside the hub: enrollments, and devices that ask where they belong
//! (`iot-hub` 1.9). It always answers with this hub.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::Method;
use jiff::Timestamp;
use pnp_runtime::sas::{Key, Token};
use pnp_runtime::status;
use pnp_runtime::topic::ProvisioningTopic;
use serde_json::{Map, Value, json};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use super::files;
use super::http::Reply;
use super::shared::Shared;
use super::tls::Thumbprints;
use crate::engine::error::{ErrorCode, HubError};
use crate::engine::identity::Identity;
use crate::engine::if_match::IfMatch;
use crate::engine::message::Request;
use crate::engine::random::{Randomness, generation_id, symmetric_key};
use crate::engine::reading::stamp;
use crate::engine::registry::{Authentication, IdentityUpdate, NewIdentity};

/// What assigned devices connect to: hub and provisioning share their ports.
const ASSIGNED_HUB: &str = "localhost";
/// How long a device is to wait before it asks again, in seconds.
const RETRY_AFTER: u64 = 1;
/// The group that every hub has, so that a device can be provisioned without a back end.
const DEFAULT_GROUP: &str = "default";

/// The service's state.
#[derive(Debug)]
pub(super) struct Provisioning {
    state: Mutex<State>,
    id_scope: String,
    /// Where the state is kept.
    file: Option<PathBuf>,
}

#[derive(Debug, Default)]
struct State {
    individual: BTreeMap<String, Enrollment>,
    groups: BTreeMap<String, Enrollment>,
    /// When each device was first assigned, by registration.
    assigned: BTreeMap<String, Timestamp>,
}

/// Who may register, and as what.
#[derive(Debug, Clone)]
struct Enrollment {
    attestation: Attestation,
    /// The device's id where that isn't the registration's.
    device_id: Option<String>,
    enabled: bool,
    /// Desired properties and tags of the twin at the first assignment.
    initial_twin: Option<Value>,
}

#[derive(Debug, Clone)]
enum Attestation {
    /// Two keys in base64: of the device, or that its own are derived from.
    Keys([String; 2]),
    /// Certificates by their thumbprints.
    Thumbprints(Vec<String>),
}

/// A connection's device.
#[derive(Debug, Clone)]
pub(super) struct Registration {
    pub(super) id_scope: String,
    pub(super) registration_id: String,
    pub(super) password: Option<Vec<u8>>,
}

impl Provisioning {
    /// A service that keeps its state in `folder`, or nowhere, with an enrollment group from the
    /// beginning.
    ///
    /// # Errors
    /// The folder's state can't be read, or is none.
    pub(super) fn open(folder: Option<&Path>, random: &mut dyn Randomness) -> Result<Self, String> {
        let file = folder.map(|folder| folder.join("provisioning.json"));
        let kept = match &file {
            Some(path) if path.exists() => {
                let text = std::fs::read(path).map_err(|error| error.to_string())?;
                let value: Value =
                    serde_json::from_slice(&text).map_err(|error| error.to_string())?;
                Some(read(&value).ok_or("this is no state of a provisioning service")?)
            }
            _ => None,
        };
        if let Some((id_scope, state)) = kept {
            return Ok(Self {
                state: Mutex::new(state),
                id_scope,
                file,
            });
        }
        let group = Enrollment {
            attestation: Attestation::Keys([symmetric_key(random), symmetric_key(random)]),
            device_id: None,
            enabled: true,
            initial_twin: None,
        };
        let service = Self {
            state: Mutex::new(State {
                groups: BTreeMap::from([(DEFAULT_GROUP.to_owned(), group)]),
                ..State::default()
            }),
            // As the cloud's: `0ne` and eight hexadecimal digits.
            id_scope: format!("0ne{}", generation_id(random).get(..8).unwrap_or_default()),
            file,
        };
        service.save(&service.lock())?;
        Ok(service)
    }

    pub(super) fn id_scope(&self) -> &str {
        &self.id_scope
    }

    /// The primary key of the group that every hub has; `None` where somebody changed the group.
    pub(super) fn default_group_key(&self) -> Option<String> {
        match &self.lock().groups.get(DEFAULT_GROUP)?.attestation {
            Attestation::Keys([primary, _]) => Some(primary.clone()),
            Attestation::Thumbprints(_) => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, state: &State) -> Result<(), String> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let text = state.to_json(&self.id_scope).to_string();
        files::write_whole(file, text.as_bytes()).map_err(|error| error.to_string())
    }

    /// Whether the device is who it says.
    ///
    /// # Errors
    /// It isn't, for the log.
    pub(super) fn prove(
        &self,
        registration: &Registration,
        certificate: Option<&Thumbprints>,
        now: Timestamp,
    ) -> Result<(), String> {
        if registration.id_scope != self.id_scope {
            return Err(format!("{:?} is not our id scope", registration.id_scope));
        }
        self.find(registration, certificate, now).map(|_| ())
    }

    /// The device's enrollment, and what it is to prove itself with at the hub.
    fn find(
        &self,
        registration: &Registration,
        certificate: Option<&Thumbprints>,
        now: Timestamp,
    ) -> Result<(Enrollment, Authentication), String> {
        let id = &registration.registration_id;
        let state = self.lock();
        if let Some(enrollment) = state.individual.get(id) {
            let authentication = enrollment
                .proof(registration, certificate, now, |key| key)
                .ok_or("neither token nor certificate is that of the enrollment")?;
            return Ok((enrollment.clone(), authentication));
        }
        let of_group = |group: &Enrollment| {
            group.proof(registration, certificate, now, |key| {
                key.of_group_member(id)
            })
        };
        let mut groups = state.groups.values();
        groups
            .find_map(|group| Some((group.clone(), of_group(group)?)))
            .ok_or_else(|| format!("no enrollment takes registration {id:?} with this token"))
    }
}

impl Enrollment {
    /// What the device proves itself with at the hub, where it has proved itself here. `member` makes
    /// a device's key of the enrollment's.
    fn proof(
        &self,
        registration: &Registration,
        certificate: Option<&Thumbprints>,
        now: Timestamp,
        member: impl Fn(Key) -> Key,
    ) -> Option<Authentication> {
        match &self.attestation {
            Attestation::Thumbprints(known) => {
                let shown = certificate?;
                let known = known.iter().find(|known| shown.is(known))?;
                Some(Authentication::SelfSigned {
                    primary_thumbprint: Some(known.clone()),
                    secondary_thumbprint: None,
                })
            }
            Attestation::Keys(keys) => {
                let text = std::str::from_utf8(registration.password.as_deref()?).ok()?;
                let token = Token::parse(text).ok()?;
                let resource = format!(
                    "{}/registrations/{}",
                    registration.id_scope, registration.registration_id
                );
                if token.is_expired(u64::try_from(now.as_second()).ok()?)
                    || !token.covers(&resource)
                {
                    return None;
                }
                let [primary, secondary] = keys
                    .each_ref()
                    .map(|key| Key::from_base64(key).map(&member));
                let (primary, secondary) = (primary.ok()?, secondary.ok()?);
                (token.is_signed_by(&primary) || token.is_signed_by(&secondary)).then(|| {
                    Authentication::Sas {
                        primary_key: primary.to_base64(),
                        secondary_key: secondary.to_base64(),
                    }
                })
            }
        }
    }
}

/// What a device's message is answered with: a topic and a body.
///
/// # Errors
/// The topic is none of provisioning; the link must be closed for it.
pub(super) async fn answer(
    shared: &Shared,
    registration: &Registration,
    certificate: Option<&Thumbprints>,
    topic: &str,
) -> Result<(String, Vec<u8>), String> {
    let id = &registration.registration_id;
    let operation_id = format!("5.{id}");
    let (rid, status, retry_after, body) = match ProvisioningTopic::parse(topic) {
        Some(ProvisioningTopic::Register { rid }) => {
            let body = json!({ "operationId": operation_id, "status": "assigning" });
            (rid, status::PENDING, Some(RETRY_AFTER), body)
        }
        Some(ProvisioningTopic::Status { rid, operation }) if operation == operation_id => {
            match assign(shared, registration, certificate).await {
                Ok(state) => {
                    let body = json!({
                        "operationId": operation,
                        "status": state.get("status"),
                        "registrationState": state,
                    });
                    (rid, status::OK, None, body)
                }
                Err(error) => (rid, error.http_status(), None, error_json(&error, shared)),
            }
        }
        Some(ProvisioningTopic::Status { rid, .. }) => {
            let error = HubError::invalid("there is no such operation");
            (rid, status::NOT_FOUND, None, error_json(&error, shared))
        }
        _ => {
            return Err(format!("{topic:?} is no topic of provisioning"));
        }
    };
    let topic = ProvisioningTopic::Response {
        status,
        rid,
        retry_after,
    };
    Ok((topic.to_string(), body.to_string().into_bytes()))
}

fn error_json(error: &HubError, shared: &Shared) -> Value {
    json!({
        "errorCode": error.code().number(),
        "trackingId": "",
        "message": error.message(),
        "timestampUtc": stamp(shared.core.now()),
    })
}

/// Registers the device at the hub, and gives the registration's state.
async fn assign(
    shared: &Shared,
    registration: &Registration,
    certificate: Option<&Thumbprints>,
) -> Result<Value, HubError> {
    let now = shared.core.now();
    let id = &registration.registration_id;
    let unauthorized = |why: String| HubError::new(ErrorCode::IotHubUnauthorizedAccess, why);
    let found = shared.dps.find(registration, certificate, now);
    let (enrollment, authentication) = found.map_err(unauthorized)?;
    if !enrollment.enabled {
        return Ok(json!({ "registrationId": id, "status": "disabled" }));
    }
    let device = enrollment.device_id.as_deref().unwrap_or(id);
    let identity = Identity::device(device);
    let exists = shared
        .core
        .read(|engine| engine.identity(&identity).is_ok());
    if exists {
        let request = Request::UpdateIdentity {
            identity,
            update: IdentityUpdate {
                authentication: Some(authentication),
                ..IdentityUpdate::default()
            },
            if_match: IfMatch::Any,
        };
        shared.core.call(request).await?;
    } else {
        let mut new = NewIdentity::new(identity.clone());
        new.authentication = Some(authentication);
        shared.core.call(Request::CreateIdentity(new)).await?;
        if let Some(patch) = enrollment.initial_twin {
            let request = Request::UpdateTwin {
                identity,
                patch,
                if_match: IfMatch::Any,
            };
            shared.core.call(request).await?;
        }
    }
    let created = {
        let mut state = shared.dps.lock();
        let created = *state.assigned.entry(id.clone()).or_insert(now);
        shared.dps.save(&state).map_err(HubError::internal)?;
        created
    };
    Ok(json!({
        "registrationId": id,
        "createdDateTimeUtc": stamp(created),
        "assignedHub": ASSIGNED_HUB,
        "deviceId": device,
        "status": "assigned",
        "substatus": "initialAssignment",
        "lastUpdatedDateTimeUtc": stamp(now),
        "etag": "",
        "payload": {},
    }))
}

/// Enrollments over REST: `/enrollments/{id}` and `/enrollmentGroups/{id}`, read, written, removed.
///
/// # Errors
/// The body is no enrollment.
pub(super) fn rest(
    shared: &Arc<Shared>,
    method: &Method,
    path: &[&str],
    body: Option<Value>,
) -> Result<Reply, HubError> {
    let [family, id] = path else {
        return Ok(Reply::problem(404, "there is no such enrollment"));
    };
    let mut state = shared.dps.lock();
    let state = &mut *state;
    let (enrollments, name) = match *family {
        "enrollments" => (&mut state.individual, "registrationId"),
        _ => (&mut state.groups, "enrollmentGroupId"),
    };
    let missing = || Reply::problem(404, "there is no such enrollment");
    let show = |enrollment: &Enrollment| {
        let mut json = enrollment.to_json();
        if let Some(members) = json.as_object_mut() {
            members.insert(name.to_owned(), json!(id));
        }
        Reply::json(json)
    };
    let reply = match *method {
        Method::GET => return Ok(enrollments.get(*id).map_or_else(missing, show)),
        Method::DELETE => match enrollments.remove(*id) {
            Some(_) => Reply::json(Value::Null).status(204),
            None => return Ok(missing()),
        },
        _ => {
            let body = body.unwrap_or_default();
            let enrollment = Enrollment::read(&body)
                .ok_or_else(|| HubError::invalid("the body is no enrollment"))?;
            let reply = show(&enrollment);
            enrollments.insert((*id).to_owned(), enrollment);
            reply
        }
    };
    shared.dps.save(state).map_err(HubError::internal)?;
    Ok(reply)
}

impl Enrollment {
    fn to_json(&self) -> Value {
        let attestation = match &self.attestation {
            Attestation::Keys([primary, secondary]) => json!({
                "type": "symmetricKey",
                "symmetricKey": { "primaryKey": primary, "secondaryKey": secondary },
            }),
            Attestation::Thumbprints(known) => {
                let certificate = |index: usize| {
                    known
                        .get(index)
                        .map(|known| json!({ "info": { "sha256Thumbprint": known } }))
                };
                json!({ "type": "x509", "x509": { "clientCertificates": {
                    "primary": certificate(0), "secondary": certificate(1),
                } } })
            }
        };
        json!({
            "deviceId": self.device_id,
            "attestation": attestation,
            "provisioningStatus": if self.enabled { "enabled" } else { "disabled" },
            "initialTwin": self.initial_twin,
        })
    }

    /// An enrollment in the provisioning service's JSON; `None` where it is none.
    fn read(body: &Value) -> Option<Self> {
        let attestation = body.get("attestation")?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let attestation = if let Some(keys) = attestation.get("symmetricKey") {
            let key = |name: &str| {
                let key = text(keys.get(name)?)?;
                Key::from_base64(&key).is_ok().then_some(key)
            };
            Attestation::Keys([key("primaryKey")?, key("secondaryKey")?])
        } else {
            let certificates = attestation.get("x509")?.get("clientCertificates")?;
            let known: Vec<_> = ["primary", "secondary"]
                .into_iter()
                .filter_map(|name| thumbprint(certificates.get(name)?))
                .collect();
            if known.is_empty() {
                return None;
            }
            Attestation::Thumbprints(known)
        };
        Some(Self {
            attestation,
            device_id: body.get("deviceId").and_then(text),
            enabled: body.get("provisioningStatus").and_then(Value::as_str) != Some("disabled"),
            initial_twin: body
                .get("initialTwin")
                .filter(|twin| !twin.is_null())
                .cloned(),
        })
    }
}

/// The thumbprint of a certificate that is given whole, as PEM text, or by its thumbprint.
fn thumbprint(certificate: &Value) -> Option<String> {
    let info = certificate.get("info");
    let named = info.and_then(|info| info.get("sha256Thumbprint").or(info.get("sha1Thumbprint")));
    if let Some(named) = named.and_then(Value::as_str) {
        return Some(named.to_owned());
    }
    let text = certificate.get("certificate")?.as_str()?;
    let certificate = CertificateDer::from_pem_slice(text.as_bytes()).ok()?;
    Some(Thumbprints::of(&certificate).sha256().to_owned())
}

impl State {
    fn to_json(&self, id_scope: &str) -> Value {
        let all = |enrollments: &BTreeMap<String, Enrollment>| -> Map<String, Value> {
            enrollments
                .iter()
                .map(|(id, enrollment)| (id.clone(), enrollment.to_json()))
                .collect()
        };
        let assigned = self.assigned.iter();
        let assigned = assigned.map(|(id, time)| (id.clone(), json!(time.to_string())));
        json!({
            "idScope": id_scope,
            "enrollments": all(&self.individual),
            "enrollmentGroups": all(&self.groups),
            "assigned": assigned.collect::<Map<_, _>>(),
        })
    }
}

/// What [`State::to_json`] gave.
fn read(value: &Value) -> Option<(String, State)> {
    let members = |name| value.get(name)?.as_object();
    let all = |name| {
        let members = members(name)?.iter();
        members
            .map(|(id, enrollment)| Some((id.clone(), Enrollment::read(enrollment)?)))
            .collect::<Option<BTreeMap<_, _>>>()
    };
    let assigned = members("assigned")?.iter();
    let assigned = assigned.map(|(id, time)| Some((id.clone(), time.as_str()?.parse().ok()?)));
    let state = State {
        individual: all("enrollments")?,
        groups: all("enrollmentGroups")?,
        assigned: assigned.collect::<Option<_>>()?,
    };
    Some((value.get("idScope")?.as_str()?.to_owned(), state))
}
