//! Devices and modules, their registration in and out of JSON, and the registry's statistics.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::super::shared::Shared;
use super::call::Call;
use super::methods::unexpected;
use super::reply::Reply;
use crate::engine::error::{ErrorCode, HubError};
use crate::engine::identity::Identity;
use crate::engine::if_match::IfMatch;
use crate::engine::message::{Request, Response};
use crate::engine::reading::stamp_or_never;
use crate::engine::registry::{
    Authentication, IdentityRecord, IdentityUpdate, NewIdentity, Status,
};

/// Most devices that one listing gives (`iot-hub` 2: `top`).
const MAX_LISTED: usize = 1000;
/// Most identities of one bulk request (`iot-hub` 1.11).
const MAX_BULK: usize = 100;

pub(super) fn get(shared: &Shared, identity: &Identity) -> Result<Reply, HubError> {
    shared.core.read(|engine| {
        let record = engine.identity(identity)?;
        Ok(reply(record, engine.waiting(identity)))
    })
}

pub(super) fn list(shared: &Shared, call: &Call) -> Result<Reply, HubError> {
    let top = call
        .number("top")?
        .and_then(|top| usize::try_from(top).ok());
    let top = top.unwrap_or(MAX_LISTED).min(MAX_LISTED);
    let devices = |identity: &Identity| identity.module_id().is_none();
    Ok(Reply::json(listed(shared, devices, top)))
}

pub(super) fn modules(shared: &Shared, device: &str) -> Result<Reply, HubError> {
    let owner = Identity::device(device);
    shared
        .core
        .read(|engine| engine.identity(&owner).map(|_| ()))?;
    let below =
        |identity: &Identity| identity.module_id().is_some() && identity.device_id() == device;
    Ok(Reply::json(listed(shared, below, usize::MAX)))
}

fn listed(shared: &Shared, wanted: impl Fn(&Identity) -> bool, top: usize) -> Value {
    shared.core.read(|engine| {
        let records = engine.identities();
        records
            .filter(|record| wanted(&record.identity))
            .take(top)
            .map(|record| to_json(record, engine.waiting(&record.identity)))
            .collect()
    })
}

/// Creates where the request states no condition, updates where it does (`iot-hub` 2, If-Match).
pub(super) async fn put(
    shared: &Shared,
    call: &Call,
    identity: Identity,
) -> Result<Reply, HubError> {
    let body = call.json()?;
    check_names(&identity, &body)?;
    let module = identity.module_id().is_some();
    let if_match = call.if_match();
    let created = if_match.is_none();
    let request = match if_match {
        None => Request::CreateIdentity(new_identity(identity, &body)?),
        Some(if_match) => update(shared, identity, &body, if_match)?,
    };
    let Response::Identity(record) = shared.core.call(request).await? else {
        return Err(unexpected());
    };
    let waiting = shared.core.read(|engine| engine.waiting(&record.identity));
    let status = if module && created { 201 } else { 200 };
    Ok(reply(&record, waiting).status(status))
}

fn update(
    shared: &Shared,
    identity: Identity,
    body: &Value,
    if_match: IfMatch,
) -> Result<Request, HubError> {
    let current = shared
        .core
        .read(|engine| engine.identity(&identity).cloned())?;
    let authentication = authentication(body)?;
    // Keys that are left out stay, unless the identity had none.
    let unchanged = |new: &Authentication| {
        let no_keys = matches!(new, Authentication::Sas { primary_key, secondary_key }
            if primary_key.is_empty() && secondary_key.is_empty());
        no_keys && matches!(current.authentication, Authentication::Sas { .. })
    };
    Ok(Request::UpdateIdentity {
        identity,
        update: IdentityUpdate {
            status: status(body)?,
            status_reason: text(body, "statusReason"),
            authentication: authentication.filter(|new| !unchanged(new)),
            edge: edge(body),
        },
        if_match,
    })
}

pub(super) async fn delete(
    shared: &Shared,
    call: &Call,
    identity: Identity,
) -> Result<Reply, HubError> {
    let if_match = call.if_match().unwrap_or_default();
    let request = Request::DeleteIdentity { identity, if_match };
    shared.core.call(request).await?;
    Ok(Reply::empty(204))
}

/// Does up to 100 things to identities, and tells which of them failed.
pub(super) async fn bulk(shared: &Shared, call: &Call) -> Result<Reply, HubError> {
    let body = call.json()?;
    let items = body.as_array().filter(|items| items.len() <= MAX_BULK);
    let items = items.ok_or_else(|| {
        HubError::invalid(format!("the body must be a list of at most {MAX_BULK}"))
    })?;
    let mut errors = Vec::new();
    for item in items {
        let device = text(item, "id").unwrap_or_default();
        let identity = match text(item, "moduleId") {
            None => Identity::device(&device),
            Some(module) => Identity::module(&device, module),
        };
        if let Err(error) = bulk_item(shared, item, identity).await {
            errors.push(json!({
                "deviceId": device,
                "errorCode": error.code().name(),
                "errorStatus": error.message(),
            }));
        }
    }
    let status = if errors.is_empty() { 200 } else { 400 };
    let reply = json!({ "isSuccessful": errors.is_empty(), "errors": errors, "warnings": [] });
    Ok(Reply::json(reply).status(status))
}

async fn bulk_item(shared: &Shared, item: &Value, identity: Identity) -> Result<(), HubError> {
    let etag = |name: &str| text(item, name).map_or(IfMatch::Any, |etag| IfMatch::parse(&etag));
    let mode = text(item, "importMode").unwrap_or_else(|| "create".to_owned());
    let request = match mode.to_ascii_lowercase().as_str() {
        "create" => {
            let new = new_identity(identity.clone(), item)?;
            shared.core.call(Request::CreateIdentity(new)).await?;
            if item.get("tags").is_none() && item.get("properties").is_none() {
                return Ok(());
            }
            Request::UpdateTwin {
                identity,
                patch: item.clone(),
                if_match: IfMatch::Any,
            }
        }
        "update" => update(shared, identity, item, IfMatch::Any)?,
        "updateifmatchetag" => update(shared, identity, item, etag("eTag"))?,
        "delete" => Request::DeleteIdentity {
            identity,
            if_match: IfMatch::Any,
        },
        "deleteifmatchetag" => Request::DeleteIdentity {
            identity,
            if_match: etag("eTag"),
        },
        "updatetwin" => Request::UpdateTwin {
            identity,
            patch: item.clone(),
            if_match: IfMatch::Any,
        },
        "updatetwinifmatchetag" => Request::UpdateTwin {
            identity,
            patch: item.clone(),
            if_match: etag("twinETag"),
        },
        other => {
            return Err(HubError::invalid(format!("{other:?} is no import mode")));
        }
    };
    shared.core.call(request).await.map(|_| ())
}

pub(super) fn device_statistics(shared: &Shared) -> Reply {
    shared.core.read(|engine| {
        let devices = || {
            engine
                .identities()
                .filter(|record| record.identity.module_id().is_none())
        };
        let total = devices().count();
        let enabled = devices()
            .filter(|record| record.status == Status::Enabled)
            .count();
        Reply::json(json!({
            "totalDeviceCount": total,
            "enabledDeviceCount": enabled,
            "disabledDeviceCount": total - enabled,
        }))
    })
}

pub(super) fn service_statistics(shared: &Shared) -> Reply {
    let connected = shared.core.read(crate::engine::Engine::connected_devices);
    Reply::json(json!({ "connectedDeviceCount": connected }))
}

/// Refuses a body that speaks of another identity than the path does.
fn check_names(identity: &Identity, body: &Value) -> Result<(), HubError> {
    let names = [
        ("deviceId", Some(identity.device_id())),
        ("moduleId", identity.module_id()),
    ];
    for (member, expected) in names {
        if let (Some(named), Some(expected)) = (text(body, member), expected)
            && named != expected
        {
            return Err(HubError::invalid(format!(
                "{member} is {named:?} in the body and {expected:?} in the path"
            )));
        }
    }
    Ok(())
}

/// An identity to be registered, from the service's JSON.
pub(in crate::net) fn new_identity(
    identity: Identity,
    body: &Value,
) -> Result<NewIdentity, HubError> {
    let mut new = NewIdentity::new(identity);
    new.status = status(body)?.unwrap_or_default();
    new.status_reason = text(body, "statusReason");
    new.authentication = authentication(body)?;
    new.edge = edge(body).unwrap_or_default();
    Ok(new)
}

fn text(body: &Value, name: &str) -> Option<String> {
    let text = body.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn edge(body: &Value) -> Option<bool> {
    body.get("capabilities")?.get("iotEdge")?.as_bool()
}

fn status(body: &Value) -> Result<Option<Status>, HubError> {
    let Some(name) = text(body, "status") else {
        return Ok(None);
    };
    let all = [Status::Enabled, Status::Disabled];
    let known = all
        .into_iter()
        .find(|status| status.name().eq_ignore_ascii_case(&name));
    known
        .map(Some)
        .ok_or_else(|| HubError::invalid(format!("{name:?} is no status")))
}

/// `authentication`; `None` where the body says nothing of it.
fn authentication(body: &Value) -> Result<Option<Authentication>, HubError> {
    let Some(authentication) = body.get("authentication").filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let part = |name: &str| authentication.get(name).cloned().unwrap_or_default();
    let (keys, prints) = (part("symmetricKey"), part("x509Thumbprint"));
    let thumbprint = |name| text(&prints, name);
    let has_thumbprint =
        thumbprint("primaryThumbprint").is_some() || thumbprint("secondaryThumbprint").is_some();
    let kind = text(authentication, "type");
    // Bodies from before the type existed are told by what they hold.
    let kind = kind
        .as_deref()
        .unwrap_or(if has_thumbprint { "selfSigned" } else { "sas" });
    Ok(Some(match kind.to_ascii_lowercase().as_str() {
        "sas" => {
            let key = |name| text(&keys, name).unwrap_or_default();
            let keys = [key("primaryKey"), key("secondaryKey")];
            for key in keys.iter().filter(|key| !key.is_empty()) {
                if pnp_runtime::sas::Key::from_base64(key).is_err() {
                    return Err(HubError::invalid("a symmetric key is not base64"));
                }
            }
            let [primary_key, secondary_key] = keys;
            Authentication::Sas {
                primary_key,
                secondary_key,
            }
        }
        "selfsigned" => Authentication::SelfSigned {
            primary_thumbprint: thumbprint("primaryThumbprint"),
            secondary_thumbprint: thumbprint("secondaryThumbprint"),
        },
        "certificateauthority" => Authentication::CertificateAuthority,
        other => {
            return Err(HubError::new(
                ErrorCode::ArgumentInvalid,
                format!("{other:?} is no type of authentication"),
            ));
        }
    }))
}

fn reply(record: &IdentityRecord, waiting: usize) -> Reply {
    Reply::json(to_json(record, waiting)).etag(&record.etag)
}

/// A registration in the service's shape (`iot-hub` 2, identity resource).
fn to_json(record: &IdentityRecord, waiting: usize) -> Value {
    let (keys, prints) = match &record.authentication {
        Authentication::Sas {
            primary_key,
            secondary_key,
        } => ([Some(primary_key), Some(secondary_key)], [None, None]),
        Authentication::SelfSigned {
            primary_thumbprint,
            secondary_thumbprint,
        } => (
            [None, None],
            [primary_thumbprint.as_ref(), secondary_thumbprint.as_ref()],
        ),
        Authentication::CertificateAuthority => ([None, None], [None, None]),
    };
    let ([primary_key, secondary_key], [primary_print, secondary_print]) = (keys, prints);
    let stamp = |time: Option<Timestamp>| stamp_or_never(time);
    let mut json = Map::new();
    json.insert("deviceId".to_owned(), json!(record.identity.device_id()));
    if let Some(module) = record.identity.module_id() {
        json.insert("moduleId".to_owned(), json!(module));
        json.insert("managedBy".to_owned(), Value::Null);
    }
    let rest = json!({
        "generationId": record.generation_id,
        "etag": record.etag,
        "connectionState": record.connection_state(),
        "status": record.status.name(),
        "statusReason": record.status_reason,
        "connectionStateUpdatedTime": stamp(record.connection_updated),
        "statusUpdatedTime": stamp(record.status_updated),
        "lastActivityTime": stamp(record.last_activity),
        "cloudToDeviceMessageCount": waiting,
        "authentication": {
            "symmetricKey": { "primaryKey": primary_key, "secondaryKey": secondary_key },
            "x509Thumbprint": {
                "primaryThumbprint": primary_print,
                "secondaryThumbprint": secondary_print,
            },
            "type": record.authentication.name(),
        },
        "capabilities": { "iotEdge": record.edge },
    });
    if let Value::Object(rest) = rest {
        json.extend(rest);
    }
    Value::Object(json)
}
