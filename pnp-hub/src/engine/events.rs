//! The event feed: everything that devices sent and the hub stamped, in a ring of bounded length.

use std::collections::{BTreeMap, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::identity::Identity;
use super::reading::stamp;
use super::telemetry::property;

/// Where an event comes from: `iothub-message-source`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Source {
    /// A device sent a message.
    Telemetry,
    /// A twin was written.
    TwinChange,
    /// An identity was created or removed.
    DeviceLifecycle,
    /// A device's link came up or went down.
    ConnectionState,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 4] = [
        Self::Telemetry,
        Self::TwinChange,
        Self::DeviceLifecycle,
        Self::ConnectionState,
    ];

    /// The source as IoT Hub spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Telemetry => "Telemetry",
            Self::TwinChange => "twinChangeEvents",
            Self::DeviceLifecycle => "deviceLifecycleEvents",
            Self::ConnectionState => "deviceConnectionStateEvents",
        }
    }
}

/// One event of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct HubEvent {
    /// 1 for the hub's first event; one more for each after it.
    pub id: u64,
    /// Where it comes from.
    pub source: Source,
    /// Whose it is.
    pub identity: Identity,
    /// When the hub took it.
    pub enqueued_time: Timestamp,
    /// What the sender and the hub say about the message.
    pub system_properties: BTreeMap<String, String>,
    /// What the sender's application says about it.
    pub application_properties: BTreeMap<String, String>,
    /// The content.
    pub body: Body,
    /// The component that sent it; `None` for the root.
    pub component: Option<String>,
    /// The model ID that its device announced.
    pub model_id: Option<String>,
}

/// An event's content.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// JSON.
    Json(Value),
    /// Anything else, or what claims to be JSON and isn't.
    Bytes(Vec<u8>),
}

impl HubEvent {
    /// The event in the shape of the feed `/_hub/events`. `verdict` stays `null`: it is what a model
    /// says of the message, for hubs that know models.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let (body, base64) = match &self.body {
            Body::Json(value) => (value.clone(), Value::Null),
            Body::Bytes(bytes) => (Value::Null, json!(STANDARD.encode(bytes))),
        };
        json!({
            "id": self.id,
            "source": self.source.name(),
            "deviceId": self.identity.device_id(),
            "moduleId": self.identity.module_id(),
            "enqueuedTime": stamp(self.enqueued_time),
            "systemProperties": self.system_properties,
            "applicationProperties": self.application_properties,
            "body": body,
            "bodyBase64": base64,
            "component": self.component,
            "modelId": self.model_id,
            "verdict": null,
        })
    }
}

/// Which events to show; an empty filter shows all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only of this device and its modules.
    pub device: Option<String>,
    /// Only from here.
    pub source: Option<Source>,
}

impl EventFilter {
    /// Only events of this device and its modules.
    #[must_use]
    pub fn device(mut self, device: impl Into<String>) -> Self {
        self.device = Some(device.into());
        self
    }

    /// Only events of this source.
    #[must_use]
    pub const fn source(mut self, source: Source) -> Self {
        self.source = Some(source);
        self
    }

    fn shows(&self, event: &HubEvent) -> bool {
        self.source.is_none_or(|source| source == event.source)
            && self
                .device
                .as_deref()
                .is_none_or(|device| device == event.identity.device_id())
    }
}

/// The last events, oldest first.
#[derive(Debug)]
pub(crate) struct Ring {
    events: VecDeque<HubEvent>,
    capacity: usize,
    last_id: u64,
}

impl Ring {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            events: VecDeque::new(),
            capacity,
            last_id: 0,
        }
    }

    /// Numbers the event, stamps its source and time into its system properties, and keeps it.
    pub(crate) fn push(&mut self, mut event: HubEvent) {
        self.last_id += 1;
        event.id = self.last_id;
        let stamps = [
            (property::SOURCE, event.source.name().to_owned()),
            (property::ENQUEUED_TIME, stamp(event.enqueued_time)),
        ];
        for (name, value) in stamps {
            event.system_properties.insert(name.to_owned(), value);
        }
        self.events.push_back(event);
        while self.events.len() > self.capacity {
            self.events.pop_front();
        }
    }

    /// The events after `since` that the filter shows.
    pub(crate) fn after(&self, since: u64, filter: &EventFilter) -> Vec<HubEvent> {
        let first = self.events.partition_point(|event| event.id <= since);
        let newer = self.events.range(first..);
        newer.filter(|event| filter.shows(event)).cloned().collect()
    }

    pub(crate) fn last_id(&self) -> u64 {
        self.last_id
    }
}

/// An event that the hub itself writes about an identity: JSON, with the properties that tell back ends
/// what it is about.
pub(crate) fn notice(
    source: Source,
    identity: &Identity,
    operation: &str,
    body: Value,
    now: Timestamp,
) -> HubEvent {
    let schema = match source {
        Source::Telemetry => "telemetry",
        Source::TwinChange => "twinChangeNotification",
        // Modules have a schema of their own here, which devices' twins and connections don't.
        Source::DeviceLifecycle if identity.module_id().is_some() => "moduleLifecycleNotification",
        Source::DeviceLifecycle => "deviceLifecycleNotification",
        Source::ConnectionState => "deviceConnectionStateNotification",
    };
    let system = [
        (property::CONTENT_TYPE, "application/json"),
        (property::CONTENT_ENCODING, "utf-8"),
    ];
    let mut application = BTreeMap::from([
        ("opType".to_owned(), operation.to_owned()),
        ("operationTimestamp".to_owned(), stamp(now)),
        ("deviceId".to_owned(), identity.device_id().to_owned()),
        ("iothub-message-schema".to_owned(), schema.to_owned()),
    ]);
    if let Some(module) = identity.module_id() {
        application.insert("moduleId".to_owned(), module.to_owned());
    }
    HubEvent {
        id: 0,
        source,
        identity: identity.clone(),
        enqueued_time: now,
        system_properties: system
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        application_properties: application,
        body: Body::Json(body),
        component: None,
        model_id: None,
    }
}
