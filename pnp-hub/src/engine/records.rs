//! The engine's records as JSON, for a store and for snapshots: written here, and read back here.
//!
//! What a link or a call is about is not kept: after a restart every device is disconnected.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Engine;
use super::identity::Identity;
use super::message::{Message, Record};
use super::queue::Delivery;
use super::registry::{Authentication, IdentityRecord, Status};
use super::sessions::Subscriptions;
use super::twin::Twin;

/// Makes the record of one kind for an identity.
type Make = fn(Identity) -> Record;

/// The kinds of records by the names under which they are kept, each before those that need it.
const KINDS: [(&str, Make); 4] = [
    ("identity", Record::Identity),
    ("twin", Record::Twin),
    ("session", Record::Session),
    ("queue", Record::Queue),
];

impl Record {
    /// The record's kind and whose it is: together its key in a store.
    #[must_use]
    pub const fn key(&self) -> (&'static str, &Identity) {
        match self {
            Self::Identity(identity) => ("identity", identity),
            Self::Twin(identity) => ("twin", identity),
            Self::Session(identity) => ("session", identity),
            Self::Queue(identity) => ("queue", identity),
        }
    }

    /// The record of that key; `None` where there is no such kind.
    #[must_use]
    pub fn from_key(kind: &str, identity: Identity) -> Option<Self> {
        let (_, make) = KINDS.iter().find(|(name, _)| *name == kind)?;
        Some(make(identity))
    }
}

impl Engine {
    /// A record's content; `None` where it is gone.
    #[must_use]
    pub fn record(&self, record: &Record) -> Option<Value> {
        match record {
            Record::Identity(identity) => self.registry.get(identity).ok().map(identity_json),
            Record::Twin(identity) => self.twins.get(identity).map(Twin::record),
            Record::Session(identity) => self.sessions.kept(identity).map(session_json),
            Record::Queue(identity) => {
                let last = self.queues.last_sequence(identity)?;
                let waiting: Vec<_> = self.queues.waiting(identity).map(delivery_json).collect();
                Some(json!({ "lastSequence": last, "waiting": waiting }))
            }
        }
    }

    /// All records, each device's identity before the rest of it.
    #[must_use]
    pub fn records(&self) -> Vec<(Record, Value)> {
        let identities = self.registry.all().map(|record| &record.identity);
        identities
            .flat_map(|identity| KINDS.map(|(_, make)| make(identity.clone())))
            .filter_map(|record| {
                let content = self.record(&record)?;
                Some((record, content))
            })
            .collect()
    }

    /// Takes over a record that [`record`](Self::record) gave: an identity's registration before its
    /// twin, session and queue. Gives whether it was one; nothing is changed where it wasn't.
    pub fn restore(&mut self, record: &Record, content: &Value) -> bool {
        self.try_restore(record, content).is_some()
    }

    fn try_restore(&mut self, record: &Record, content: &Value) -> Option<()> {
        let (_, identity) = record.key();
        if !matches!(record, Record::Identity(_)) {
            self.registry.get(identity).ok()?;
        }
        let identity = identity.clone();
        match record {
            Record::Identity(_) => self.registry.restore(read_identity(identity, content)?),
            Record::Twin(_) => {
                self.twins.insert(identity, Twin::restore(content)?);
            }
            Record::Session(_) => {
                let subscriptions = read_session(content)?;
                self.sessions.restore(identity, subscriptions);
            }
            Record::Queue(_) => {
                let last = content.get("lastSequence")?.as_u64()?;
                let waiting = content.get("waiting")?.as_array()?;
                let waiting = waiting.iter().map(read_delivery).collect::<Option<_>>()?;
                self.queues.restore(identity, last, waiting);
            }
        }
        Some(())
    }
}

fn identity_json(record: &IdentityRecord) -> Value {
    let authentication = match &record.authentication {
        Authentication::Sas {
            primary_key,
            secondary_key,
        } => json!([primary_key, secondary_key]),
        Authentication::SelfSigned {
            primary_thumbprint,
            secondary_thumbprint,
        } => json!([primary_thumbprint, secondary_thumbprint]),
        Authentication::CertificateAuthority => json!([]),
    };
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    json!({
        "generationId": record.generation_id,
        "etag": record.etag,
        "enabled": record.status == Status::Enabled,
        "statusReason": record.status_reason,
        "statusUpdated": time(record.status_updated),
        "connectionUpdated": time(record.connection_updated),
        "lastActivity": time(record.last_activity),
        "authentication": { record.authentication.name(): authentication },
        "edge": record.edge,
        "modelId": record.model_id,
    })
}

fn read_identity(identity: Identity, content: &Value) -> Option<IdentityRecord> {
    let text = |name| content.get(name)?.as_str().map(str::to_owned);
    let time = |name| text(name)?.parse().ok();
    let (kind, secrets) = content.get("authentication")?.as_object()?.iter().next()?;
    let secret = |index: usize| secrets.get(index)?.as_str().map(str::to_owned);
    let authentication = match kind.as_str() {
        "sas" => Authentication::Sas {
            primary_key: secret(0)?,
            secondary_key: secret(1)?,
        },
        "selfSigned" => Authentication::SelfSigned {
            primary_thumbprint: secret(0),
            secondary_thumbprint: secret(1),
        },
        "certificateAuthority" => Authentication::CertificateAuthority,
        _ => return None,
    };
    identity.check().ok()?;
    Some(IdentityRecord {
        identity,
        generation_id: text("generationId")?,
        etag: text("etag")?,
        status: if content.get("enabled")?.as_bool()? {
            Status::Enabled
        } else {
            Status::Disabled
        },
        status_reason: text("statusReason"),
        status_updated: time("statusUpdated"),
        connected: false,
        connection_updated: time("connectionUpdated"),
        last_activity: time("lastActivity"),
        authentication,
        edge: content.get("edge")?.as_bool()?,
        model_id: text("modelId"),
    })
}

fn session_json(subscriptions: Subscriptions) -> Value {
    json!({
        "twinResponses": subscriptions.twin_responses,
        "desired": subscriptions.desired,
        "methods": subscriptions.methods,
        "messages": subscriptions.messages,
    })
}

fn read_session(content: &Value) -> Option<Subscriptions> {
    let wanted = |name| content.get(name)?.as_bool();
    Some(Subscriptions {
        twin_responses: wanted("twinResponses")?,
        desired: wanted("desired")?,
        methods: wanted("methods")?,
        messages: wanted("messages")?,
    })
}

fn delivery_json(delivery: Delivery) -> Value {
    json!({
        "sequence": delivery.sequence,
        "expires": delivery.expires.to_string(),
        "system": delivery.message.system,
        "application": delivery.message.application,
        "body": STANDARD.encode(delivery.message.body),
    })
}

fn read_delivery(content: &Value) -> Option<Delivery> {
    let texts = |name| {
        let members = content.get(name)?.as_object()?.iter();
        members
            .map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect::<Option<BTreeMap<_, _>>>()
    };
    Some(Delivery {
        sequence: content.get("sequence")?.as_u64()?,
        expires: content.get("expires")?.as_str()?.parse().ok()?,
        message: Message {
            system: texts("system")?,
            application: texts("application")?,
            body: STANDARD.decode(content.get("body")?.as_str()?).ok()?,
        },
    })
}
