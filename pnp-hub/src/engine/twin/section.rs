//! One section of a twin that is written by merge patch: values, their metadata, a version.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::limits::is_reserved;
use crate::engine::reading::stamp;

/// When and by which version of its section a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) at: Timestamp,
    /// Kept for the desired section only (`iot-hub` 1.5; that it is there at all is \[I\]).
    pub(super) version: Option<i64>,
}

/// The mirror of a section's tree: one node for every object and every value in it. Arrays are leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Metadata {
    written: Written,
    children: BTreeMap<String, Metadata>,
}

impl Metadata {
    fn new(written: Written) -> Self {
        Self {
            written,
            children: BTreeMap::new(),
        }
    }

    /// The metadata of an object that was written at once.
    fn of(members: &Map<String, Value>, written: Written) -> Self {
        let children = members.iter().map(|(key, value)| {
            let child = match value {
                Value::Object(members) => Self::of(members, written),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_) => Self::new(written),
            };
            (key.clone(), child)
        });
        Self {
            written,
            children: children.collect(),
        }
    }

    /// What [`to_json`](Self::to_json) gave.
    fn restore(metadata: &Value) -> Option<Self> {
        let members = metadata.as_object()?;
        let at = members.get("$lastUpdated")?.as_str()?.parse().ok()?;
        let version = members.get("$lastUpdatedVersion").and_then(Value::as_i64);
        let children = members.iter().filter(|(key, _)| !is_reserved(key));
        Some(Self {
            written: Written { at, version },
            children: children
                .map(|(key, child)| Some((key.clone(), Self::restore(child)?)))
                .collect::<Option<_>>()?,
        })
    }

    /// `$metadata` as the service shows it.
    fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("$lastUpdated".to_owned(), json!(stamp(self.written.at)));
        if let Some(version) = self.written.version {
            object.insert("$lastUpdatedVersion".to_owned(), json!(version));
        }
        for (key, child) in &self.children {
            object.insert(key.clone(), child.to_json());
        }
        Value::Object(object)
    }
}

/// `properties.desired` or `properties.reported` of a twin.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    values: Map<String, Value>,
    metadata: Metadata,
    version: i64,
}

impl Section {
    /// An empty section, as a new identity has it: `$version` 1.
    pub(super) fn new(at: Timestamp) -> Self {
        Self {
            values: Map::new(),
            metadata: Metadata::new(Written { at, version: None }),
            version: 1,
        }
    }

    pub(super) fn values(&self) -> &Map<String, Value> {
        &self.values
    }

    pub(super) fn version(&self) -> i64 {
        self.version
    }

    /// The section after a merge patch. `$version` goes up even where no value changes: every accepted
    /// write counts (`iot-hub` 1.5, \[I\]).
    pub(super) fn merged(&self, patch: &Map<String, Value>, written: Written) -> Self {
        let mut next = self.clone();
        next.version += 1;
        merge_members(&mut next.values, &mut next.metadata, patch, written);
        next
    }

    /// The section after it was replaced as a whole.
    pub(super) fn replaced(&self, values: &Map<String, Value>, written: Written) -> Self {
        let mut values = values.clone();
        drop_nulls(&mut values);
        Self {
            metadata: Metadata::of(&values, written),
            values,
            version: self.version + 1,
        }
    }

    /// A section as [`service_json`](Self::service_json) shows it; `None` where it is none.
    pub(super) fn restore(section: &Value) -> Option<Self> {
        let mut values = section.as_object()?.clone();
        let metadata = values.remove("$metadata")?;
        let version = values.remove("$version")?.as_i64()?;
        Some(Self {
            values,
            metadata: Metadata::restore(&metadata)?,
            version,
        })
    }

    /// The section as the device reads it: values and `$version`.
    pub(super) fn device_json(&self) -> Value {
        let mut object = self.values.clone();
        object.insert("$version".to_owned(), json!(self.version));
        Value::Object(object)
    }

    /// The section as the service shows it: values, `$metadata`, `$version`.
    pub(super) fn service_json(&self) -> Value {
        let mut object = self.values.clone();
        object.insert("$metadata".to_owned(), self.metadata.to_json());
        object.insert("$version".to_owned(), json!(self.version));
        Value::Object(object)
    }
}

/// A merge patch without the hub's own `$` members, at every level: they are skipped in what is written.
pub(super) fn without_reserved(members: &Map<String, Value>) -> Map<String, Value> {
    members
        .iter()
        .filter(|(key, _)| !is_reserved(key))
        .map(|(key, value)| (key.clone(), value_without_reserved(value)))
        .collect()
}

fn value_without_reserved(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(without_reserved(members)),
        Value::Array(items) => Value::Array(items.iter().map(value_without_reserved).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// RFC 7396 on a plain object, for `tags`, which have no metadata.
pub(super) fn merge_plain(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (key, value) in patch {
        match (value, target.get_mut(key)) {
            (Value::Null, _) => {
                target.remove(key);
            }
            (Value::Object(changes), Some(Value::Object(members))) => merge_plain(members, changes),
            (Value::Object(changes), _) => {
                let mut members = changes.clone();
                drop_nulls(&mut members);
                target.insert(key.clone(), Value::Object(members));
            }
            (value, _) => {
                target.insert(key.clone(), value.clone());
            }
        }
    }
}

/// RFC 7396, with the metadata kept in step.
fn merge_members(
    target: &mut Map<String, Value>,
    metadata: &mut Metadata,
    patch: &Map<String, Value>,
    written: Written,
) {
    metadata.written = written;
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
            metadata.children.remove(key);
            continue;
        }
        let child = metadata
            .children
            .entry(key.clone())
            .or_insert_with(|| Metadata::new(written));
        match (value, target.get_mut(key)) {
            (Value::Object(changes), Some(Value::Object(members))) => {
                merge_members(members, child, changes, written);
            }
            (Value::Object(changes), _) => {
                let mut members = changes.clone();
                drop_nulls(&mut members);
                *child = Metadata::of(&members, written);
                target.insert(key.clone(), Value::Object(members));
            }
            (value, _) => {
                *child = Metadata::new(written);
                target.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Leaves what a patch makes where nothing stood: itself without the members that it removes.
pub(super) fn drop_nulls(members: &mut Map<String, Value>) {
    members.retain(|_, value| !value.is_null());
    for value in members.values_mut() {
        if let Value::Object(members) = value {
            drop_nulls(members);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::{Randomness, Seeded};

    /// RFC 7396's own pseudocode, as plainly as it can be written down.
    fn naive(target: Value, patch: &Value) -> Value {
        let Value::Object(changes) = patch else {
            return patch.clone();
        };
        let mut result = match target {
            Value::Object(members) => members,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        };
        for (key, value) in changes {
            if value.is_null() {
                result.remove(key);
            } else {
                let old = result.remove(key).unwrap_or(Value::Null);
                result.insert(key.clone(), naive(old, value));
            }
        }
        Value::Object(result)
    }

    fn random_value(random: &mut Seeded, depth: u32) -> Value {
        match random.next() % if depth == 0 { 4 } else { 7 } {
            0 => Value::Null,
            1 => json!(random.next().is_multiple_of(3)),
            2 => json!(random.next() % 5),
            3 => json!(["x", null, {"a": null}]),
            _ => Value::Object(random_object(random, depth - 1)),
        }
    }

    fn random_object(random: &mut Seeded, depth: u32) -> Map<String, Value> {
        (0..random.next() % 4)
            .map(|_| {
                let key = ["a", "b", "c", "d"][(random.next() % 4) as usize];
                (key.to_owned(), random_value(random, depth))
            })
            .collect()
    }

    /// A tree with every leaf replaced by nothing, to compare values with their metadata.
    fn outline(value: &Value) -> Value {
        match value {
            Value::Object(members) => members
                .iter()
                .filter(|(key, _)| !key.starts_with('$'))
                .map(|(key, value)| (key.clone(), outline(value)))
                .collect::<Map<_, _>>()
                .into(),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => json!({}),
        }
    }

    #[test]
    fn merging_is_what_rfc_7396_says_and_metadata_mirrors_the_tree() {
        let mut random = Seeded::new(7396);
        for _ in 0..500 {
            let mut section = Section::new(Timestamp::UNIX_EPOCH);
            let mut tags = Map::new();
            let mut expected = json!({});
            for round in 0..8 {
                let patch = random_object(&mut random, 3);
                let written = Written {
                    at: Timestamp::from_second(round).unwrap(),
                    version: Some(section.version + 1),
                };
                section = section.merged(&patch, written);
                merge_plain(&mut tags, &patch);
                expected = naive(expected, &Value::Object(patch));
                assert_eq!(Value::Object(section.values.clone()), expected);
                assert_eq!(Value::Object(tags.clone()), expected);
                assert_eq!(outline(&section.metadata.to_json()), outline(&expected));
                assert_eq!(section.version, round + 2);
            }
        }
    }

    #[test]
    fn replacing_is_merging_into_nothing() {
        let mut random = Seeded::new(1);
        for _ in 0..500 {
            let values = random_object(&mut random, 3);
            let written = Written {
                at: Timestamp::UNIX_EPOCH,
                version: None,
            };
            let old = Section::new(Timestamp::UNIX_EPOCH)
                .merged(&random_object(&mut random, 2), written)
                .replaced(&values, written);
            let merged = Section::new(Timestamp::UNIX_EPOCH).merged(&values, written);
            assert_eq!(old.values, merged.values);
            assert_eq!(old.metadata, merged.metadata);
        }
    }
}
