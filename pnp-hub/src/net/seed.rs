//! The seed file: what the hub holds from the beginning, so that a test bench needs no script.
//!
//! ```json
//! {
//!   "devices": [
//!     {
//!       "deviceId": "thermostat-1",
//!       "authentication": { "symmetricKey": { "primaryKey": "…", "secondaryKey": "…" } },
//!       "tags": { "floor": 1 },
//!       "properties": { "desired": { "targetTemperature": 21 } }
//!     },
//!     { "deviceId": "thermostat-1", "moduleId": "m1" }
//!   ]
//! }
//! ```
//!
//! A device is written as the service's REST interface takes it, with `moduleId` for a module, and with
//! what its twin holds beside it. Whatever is there already, from an earlier start, stays as it is.

use std::path::Path;

use serde_json::Value;

use super::http::new_identity;
use super::shared::Shared;
use super::{ServeError, in_file};
use crate::engine::error::HubError;
use crate::engine::identity::Identity;
use crate::engine::if_match::IfMatch;
use crate::engine::message::Request;

/// Brings what a seed file lists into the hub.
pub(super) async fn plant(shared: &Shared, path: &Path) -> Result<(), ServeError> {
    let wrong = |what: String| ServeError::Content(path.to_owned(), what);
    let text = std::fs::read(path).map_err(in_file(path))?;
    let seed: Value = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    let devices = seed.get("devices").and_then(Value::as_array);
    let devices = devices.ok_or_else(|| wrong("there is no list of devices".to_owned()))?;
    for device in devices {
        let text = |name| device.get(name).and_then(Value::as_str);
        let name = text("deviceId").ok_or_else(|| wrong("a device has no deviceId".to_owned()))?;
        let identity = match text("moduleId") {
            None => Identity::device(name),
            Some(module) => Identity::module(name, module),
        };
        let planted = plant_one(shared, identity.clone(), device).await;
        planted.map_err(|error| wrong(format!("{identity}: {}", error.message())))?;
    }
    Ok(())
}

async fn plant_one(shared: &Shared, identity: Identity, device: &Value) -> Result<(), HubError> {
    let exists = |engine: &crate::engine::Engine| engine.identity(&identity).is_ok();
    if shared.core.read(exists) {
        return Ok(());
    }
    let new = new_identity(identity.clone(), device)?;
    shared.core.call(Request::CreateIdentity(new)).await?;
    if device.get("tags").is_none() && device.get("properties").is_none() {
        return Ok(());
    }
    let request = Request::UpdateTwin {
        identity,
        patch: device.clone(),
        if_match: IfMatch::Any,
    };
    shared.core.call(request).await.map(|_| ())
}
