//! The twin: tags, desired and reported properties of one identity, and who may write which how.

pub mod limits;
mod section;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::section::{Section, Written, drop_nulls, merge_plain, without_reserved};
use super::error::{ErrorCode, HubError};
use super::if_match::IfMatch;
use super::random::twin_etag;

/// The root `version` of a new twin (`iot-hub` 1.5; the start of the counter is \[I\]).
const FIRST_VERSION: i64 = 2;

/// Whether a back-end write must name the current `$version` of `desired` where it names one at all.
/// \[I\]: off, since service clients send back whole twins that they read earlier, and have `If-Match`.
const BACK_END_VERSION_IS_CHECKED: bool = false;

/// One identity's twin.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Twin {
    tags: Map<String, Value>,
    desired: Section,
    reported: Section,
    version: i64,
    etag: u64,
}

/// How a back end writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write {
    /// PATCH: a JSON merge patch.
    Merge,
    /// PUT: each section that is present replaces the old one.
    Replace,
}

/// What a write has changed, for those who must hear of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    /// The tags as they were written.
    pub(crate) tags: Option<Map<String, Value>>,
    /// The desired properties as they were written, and the section's new `$version`.
    pub(crate) desired: Option<(Map<String, Value>, i64)>,
    /// The reported properties as they were written, and the section's new `$version`.
    pub(crate) reported: Option<(Map<String, Value>, i64)>,
    /// The twin's new root version.
    pub(crate) version: i64,
}

impl Change {
    /// The desired notification: the update as it was written, and `$version`.
    pub(crate) fn notification(&self) -> Option<(Vec<u8>, i64)> {
        let (written, version) = self.desired.as_ref()?;
        Some((
            versioned(written, *version).to_string().into_bytes(),
            *version,
        ))
    }

    /// The body of a twin change event.
    pub(crate) fn event_body(&self) -> Value {
        let mut body = Map::new();
        body.insert("version".to_owned(), json!(self.version));
        if let Some(tags) = &self.tags {
            body.insert("tags".to_owned(), Value::Object(tags.clone()));
        }
        let mut properties = Map::new();
        let sections = [("desired", &self.desired), ("reported", &self.reported)];
        for (name, section) in sections {
            if let Some((written, version)) = section {
                properties.insert(name.to_owned(), versioned(written, *version));
            }
        }
        if !properties.is_empty() {
            body.insert("properties".to_owned(), Value::Object(properties));
        }
        Value::Object(body)
    }
}

impl Twin {
    /// The twin of an identity that is created now.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            tags: Map::new(),
            desired: Section::new(now),
            reported: Section::new(now),
            version: FIRST_VERSION,
            etag: 1,
        }
    }

    /// All of the twin, for a store.
    pub(crate) fn record(&self) -> Value {
        json!({
            "tags": self.tags,
            "properties": self.properties_json(),
            "version": self.version,
            "etag": self.etag,
        })
    }

    /// What [`record`](Self::record) gave; `None` where it is none.
    pub(crate) fn restore(record: &Value) -> Option<Self> {
        let properties = record.get("properties")?;
        Some(Self {
            tags: record.get("tags")?.as_object()?.clone(),
            desired: Section::restore(properties.get("desired")?)?,
            reported: Section::restore(properties.get("reported")?)?,
            version: record.get("version")?.as_i64()?,
            etag: record.get("etag")?.as_u64()?,
        })
    }

    /// The etag that back-end writes are conditional on. Reported writes leave it alone (\[I\]).
    pub(crate) fn etag(&self) -> String {
        twin_etag(self.etag)
    }

    /// The root `version`: one more at each write.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    pub(crate) fn tags(&self) -> &Map<String, Value> {
        &self.tags
    }

    /// What the device reads: desired and reported with their `$version`, no metadata, no tags.
    pub(crate) fn device_json(&self) -> Value {
        json!({ "desired": self.desired.device_json(), "reported": self.reported.device_json() })
    }

    /// `properties` as the service shows it.
    pub(crate) fn properties_json(&self) -> Value {
        json!({ "desired": self.desired.service_json(), "reported": self.reported.service_json() })
    }

    /// Writes tags and desired properties as a back end does; whatever else `body` holds is skipped.
    ///
    /// `None` where the body names neither section: nothing is written then, and no version goes up.
    pub(crate) fn write(
        &mut self,
        body: &Value,
        how: Write,
        if_match: &IfMatch,
        now: Timestamp,
    ) -> Result<Option<Change>, HubError> {
        if_match.check(&self.etag())?;
        let body = object("a twin", body)?;
        let properties = match body.get("properties") {
            Some(properties) => object("properties", properties)?,
            None => &Map::new(),
        };
        let tags = section_write("tags", body.get("tags"), &self.tags, how)?;
        let desired = properties.get("desired");
        let desired = section_write(DESIRED, desired, self.desired.values(), how)?;
        if BACK_END_VERSION_IS_CHECKED {
            check_version(DESIRED, properties.get("desired"), self.desired.version())?;
        }
        if tags.is_none() && desired.is_none() {
            return Ok(None);
        }

        let new_tags = tags.as_ref().map(|written| {
            let mut new = match how {
                Write::Merge => self.tags.clone(),
                Write::Replace => Map::new(),
            };
            merge_plain(&mut new, written);
            new
        });
        let new_desired = desired.as_ref().map(|written| {
            let by = Written {
                at: now,
                version: Some(self.desired.version() + 1),
            };
            match how {
                Write::Merge => self.desired.merged(written, by),
                Write::Replace => self.desired.replaced(written, by),
            }
        });
        // Both sections are checked before either is taken over: a write is done whole or not at all.
        if let Some(tags) = &new_tags {
            limits::check_size("tags", tags, limits::MAX_TAGS)?;
        }
        if let Some(desired) = &new_desired {
            limits::check_size(DESIRED, desired.values(), limits::MAX_DESIRED)?;
        }
        if let Some(new) = new_tags {
            self.tags = new;
        }
        if let Some(new) = new_desired {
            self.desired = new;
        }
        self.version += 1;
        self.etag += 1;
        Ok(Some(Change {
            tags,
            desired: desired.map(|written| (written, self.desired.version())),
            reported: None,
            version: self.version,
        }))
    }

    /// Merges what the device reports: the bytes of a merge patch, in which `$version`, where it is
    /// present, must be the section's current one.
    pub(crate) fn report(&mut self, body: &[u8], now: Timestamp) -> Result<Change, HubError> {
        let patch: Value = serde_json::from_slice(body).map_err(|error| {
            HubError::new(
                ErrorCode::DeserializationError,
                format!("the reported patch is no JSON: {error}"),
            )
        })?;
        let members = object(REPORTED, &patch)?;
        check_version(REPORTED, Some(&patch), self.reported.version())?;
        limits::check(REPORTED, members)?;
        let written = without_reserved(members);
        let by = Written {
            at: now,
            version: None,
        };
        let next = self.reported.merged(&written, by);
        limits::check_size(REPORTED, next.values(), limits::MAX_REPORTED)?;
        self.reported = next;
        self.version += 1;
        Ok(Change {
            tags: None,
            desired: None,
            reported: Some((written, self.reported.version())),
            version: self.version,
        })
    }
}

const DESIRED: &str = "properties.desired";
const REPORTED: &str = "properties.reported";

/// What a back end writes to one section, checked and without the hub's own members.
fn section_write(
    section: &str,
    written: Option<&Value>,
    current: &Map<String, Value>,
    how: Write,
) -> Result<Option<Map<String, Value>>, HubError> {
    let Some(written) = written else {
        return Ok(None);
    };
    // `null` removes a section as it removes a member: all that it holds goes. \[I\]
    if written.is_null() {
        let removals = current.keys().map(|key| (key.clone(), Value::Null));
        return Ok(Some(match how {
            Write::Merge => removals.collect(),
            Write::Replace => Map::new(),
        }));
    }
    let members = object(section, written)?;
    limits::check(section, members)?;
    let mut members = without_reserved(members);
    if how == Write::Replace {
        drop_nulls(&mut members);
    }
    Ok(Some(members))
}

/// A section as it was written, with its new version: what a notification holds.
fn versioned(written: &Map<String, Value>, version: i64) -> Value {
    let mut body = written.clone();
    body.insert("$version".to_owned(), json!(version));
    Value::Object(body)
}

fn object<'v>(what: &str, value: &'v Value) -> Result<&'v Map<String, Value>, HubError> {
    value.as_object().ok_or_else(|| {
        HubError::new(
            ErrorCode::IotHubFormatError,
            format!("{what} must be a JSON object"),
        )
    })
}

fn check_version(section: &str, written: Option<&Value>, current: i64) -> Result<(), HubError> {
    match written.and_then(|written| written.get("$version")) {
        None | Some(Value::Null) => Ok(()),
        Some(version) if version.as_i64() == Some(current) => Ok(()),
        Some(version) => Err(HubError::new(
            ErrorCode::PreconditionFailed,
            format!("{section} is at version {current}, not {version}"),
        )),
    }
}
