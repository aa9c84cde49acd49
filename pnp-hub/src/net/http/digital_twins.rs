//! Digital twins: the twin as its model sees it, and JSON Patch on it (`iot-hub` 2).

use serde_json::{Map, Value, json};

use super::super::shared::Shared;
use super::call::Call;
use super::methods::unexpected;
use super::reply::Reply;
use crate::engine::error::HubError;
use crate::engine::identity::Identity;
use crate::engine::message::{Request, Response};

/// Marks an object as a component, with this value.
const MARKER: &str = "__t";
const COMPONENT: &str = "c";
const METADATA: &str = "$metadata";

pub(super) fn get(shared: &Shared, identity: &Identity) -> Result<Reply, HubError> {
    let twin = shared.core.read(|engine| engine.twin(identity))?;
    let etag = twin.get("etag").and_then(Value::as_str).unwrap_or_default();
    Ok(Reply::json(digital_twin(&twin)).etag(etag))
}

pub(super) async fn update(
    shared: &Shared,
    call: &Call,
    identity: Identity,
) -> Result<Reply, HubError> {
    let location = format!("/digitaltwins/{}", identity.device_id());
    let desired = desired_patch(&call.json()?)?;
    let request = Request::UpdateTwin {
        identity,
        patch: json!({ "properties": { "desired": desired } }),
        if_match: call.if_match().unwrap_or_default(),
    };
    let Response::Twin(twin) = shared.core.call(request).await? else {
        return Err(unexpected());
    };
    let etag = twin.get("etag").and_then(Value::as_str).unwrap_or_default();
    Ok(Reply::empty(202).etag(etag).header("location", location))
}

/// A twin in the service's shape as a digital twin.
fn digital_twin(twin: &Value) -> Value {
    let part = |path: &str| twin.pointer(path).unwrap_or(&Value::Null);
    let (desired, reported) = (part("/properties/desired"), part("/properties/reported"));
    let view = View {
        desired,
        reported,
        desired_metadata: member(desired, METADATA),
        reported_metadata: member(reported, METADATA),
        desired_version: member(desired, "$version"),
    };
    let mut root = view.members();
    root.insert("$dtId".to_owned(), part("/deviceId").clone());
    if let Some(Value::Object(metadata)) = root.get_mut(METADATA) {
        metadata.insert("$model".to_owned(), part("/modelId").clone());
    }
    Value::Object(root)
}

/// The same object in both sections, and what is known of its members.
struct View<'t> {
    desired: &'t Value,
    reported: &'t Value,
    desired_metadata: &'t Value,
    reported_metadata: &'t Value,
    desired_version: &'t Value,
}

impl View<'_> {
    /// Properties, components, and `$metadata` of the properties.
    fn members(&self) -> Map<String, Value> {
        let mut members = Map::new();
        let mut metadata = Map::new();
        let sections = [self.desired, self.reported];
        let names = sections.into_iter().filter_map(Value::as_object);
        let names = names.flat_map(Map::keys);
        let mut names: Vec<_> = names
            .filter(|name| !name.starts_with('$') && *name != MARKER)
            .collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let below = View {
                desired: member(self.desired, name),
                reported: member(self.reported, name),
                desired_metadata: member(self.desired_metadata, name),
                reported_metadata: member(self.reported_metadata, name),
                desired_version: self.desired_version,
            };
            if is_component(below.desired) || is_component(below.reported) {
                members.insert(name.clone(), Value::Object(below.members()));
                continue;
            }
            let (value, about) = below.property();
            members.extend(value.map(|value| (name.clone(), value)));
            metadata.insert(name.clone(), Value::Object(about));
        }
        members.insert(METADATA.to_owned(), Value::Object(metadata));
        members
    }

    /// A property's reported value, where there is one, and its metadata.
    fn property(&self) -> (Option<Value>, Map<String, Value>) {
        let mut about = Map::new();
        let mut note = |name: &str, value: &Value| {
            if !value.is_null() {
                about.insert(name.to_owned(), value.clone());
            }
        };
        if !self.desired.is_null() {
            note("desiredValue", self.desired);
            let written = member(self.desired_metadata, "$lastUpdatedVersion");
            let version = if written.is_null() {
                self.desired_version
            } else {
                written
            };
            note("desiredVersion", version);
        }
        let acknowledged = is_acknowledgement(self.reported);
        if acknowledged {
            note("ackVersion", member(self.reported, "av"));
            note("ackCode", member(self.reported, "ac"));
            note("ackDescription", member(self.reported, "ad"));
        }
        let metadata = if self.reported.is_null() {
            self.desired_metadata
        } else {
            self.reported_metadata
        };
        note("lastUpdateTime", member(metadata, "$lastUpdated"));
        let value = if acknowledged {
            member(self.reported, "value")
        } else {
            self.reported
        };
        ((!value.is_null()).then(|| value.clone()), about)
    }
}

fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    value.get(name).unwrap_or(&Value::Null)
}

fn is_component(value: &Value) -> bool {
    member(value, MARKER) == COMPONENT
}

fn is_acknowledgement(value: &Value) -> bool {
    let has = |name| value.get(name).is_some();
    has("value") && (has("ac") || has("av"))
}

/// The desired properties that a JSON Patch of a digital twin writes, as a merge patch.
///
/// # Errors
/// It is no patch that a digital twin takes.
fn desired_patch(patch: &Value) -> Result<Value, HubError> {
    let operations = patch
        .as_array()
        .ok_or_else(|| HubError::invalid("the body must be a JSON Patch: a list of operations"))?;
    let mut desired = Map::new();
    for operation in operations {
        let text = |name| operation.get(name).and_then(Value::as_str);
        let path = text("path").ok_or_else(|| HubError::invalid("an operation has no path"))?;
        let value = match text("op") {
            Some("remove") => Value::Null,
            Some("add" | "replace") => {
                let value = operation.get("value");
                value
                    .cloned()
                    .ok_or_else(|| HubError::invalid(format!("{path:?}: there is no value")))?
            }
            other => {
                return Err(HubError::invalid(format!(
                    "{path:?}: a digital twin takes add, replace and remove, not {other:?}"
                )));
            }
        };
        let value = checked(path, value)?;
        let segments: Vec<String> = path
            .split('/')
            .skip(1)
            .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
            .collect();
        match segments.as_slice() {
            [name] => {
                desired.insert(name.clone(), value);
            }
            [component, name] => {
                let members = desired
                    .entry(component.clone())
                    .or_insert_with(|| json!({ MARKER: COMPONENT }));
                if let Some(members) = members.as_object_mut() {
                    members.insert(name.clone(), value);
                }
            }
            _ => {
                return Err(HubError::invalid(format!(
                    "{path:?} is neither a property nor one of a component"
                )));
            }
        }
    }
    Ok(Value::Object(desired))
}

/// A value as it is written: of a component its properties with their marker, never an array.
fn checked(path: &str, mut value: Value) -> Result<Value, HubError> {
    if value.is_array() {
        return Err(HubError::invalid(format!(
            "{path:?}: a digital twin takes no arrays"
        )));
    }
    if let Some(members) = value.as_object_mut()
        && members.remove(METADATA).is_some()
    {
        members.insert(MARKER.to_owned(), json!(COMPONENT));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acknowledged_values_and_components_are_shown_as_the_model_sees_them() {
        let twin = json!({
            "deviceId": "d", "modelId": "dtmi:x;1", "properties": {
                "desired": {
                    "target": 23, "$version": 4,
                    "$metadata": { "$lastUpdated": "t1", "target": { "$lastUpdated": "t1", "$lastUpdatedVersion": 3 } },
                },
                "reported": {
                    "target": { "value": 21, "ac": 200, "av": 3, "ad": "ok" }, "serial": "s",
                    "part": { "__t": "c", "level": 5 }, "$version": 2,
                    "$metadata": { "$lastUpdated": "t2", "target": { "$lastUpdated": "t2" }, "serial": { "$lastUpdated": "t2" },
                        "part": { "$lastUpdated": "t2", "level": { "$lastUpdated": "t2" } } },
                },
            },
        });
        assert_eq!(
            digital_twin(&twin),
            json!({
                "$dtId": "d",
                "target": 21,
                "serial": "s",
                "part": { "level": 5, "$metadata": { "level": { "lastUpdateTime": "t2" } } },
                "$metadata": {
                    "$model": "dtmi:x;1",
                    "target": { "desiredValue": 23, "desiredVersion": 3, "ackVersion": 3, "ackCode": 200,
                        "ackDescription": "ok", "lastUpdateTime": "t2" },
                    "serial": { "lastUpdateTime": "t2" },
                },
            })
        );
    }

    #[test]
    fn a_json_patch_becomes_desired_properties() {
        let patch = json!([
            { "op": "add", "path": "/target", "value": 23 },
            { "op": "replace", "path": "/part/level", "value": 5 },
            { "op": "remove", "path": "/part/old" },
            { "op": "add", "path": "/whole", "value": { "$metadata": {}, "a": 1 } },
        ]);
        assert_eq!(
            desired_patch(&patch).unwrap(),
            json!({
                "target": 23,
                "part": { "__t": "c", "level": 5, "old": null },
                "whole": { "__t": "c", "a": 1 },
            })
        );
        for wrong in [
            json!({}),
            json!([{ "op": "add", "path": "/a/b/c", "value": 1 }]),
            json!([{ "op": "add", "path": "/a" }]),
            json!([{ "op": "move", "path": "/a" }]),
            json!([{ "op": "add", "path": "/a", "value": [1] }]),
            json!([{ "op": "add", "value": 1 }]),
        ] {
            assert!(desired_patch(&wrong).is_err(), "{wrong}");
        }
    }
}
