//! The hub without sockets, threads, clock or chance: inputs and a clock reading in, outputs back.
//!
//! [`Engine::handle`] takes one [`Input`] after the other and says what is to be done as [`Output`]s, in
//! order. Whatever holds an engine (the in-process [`Hub`](crate::Hub), later MQTT and REST servers)
//! carries links and calls by number, reads the clock, and does as told.

mod backend;
mod device;
pub mod error;
pub mod events;
pub mod identity;
pub mod if_match;
pub mod message;
pub mod methods;
pub mod queue;
pub mod random;
pub mod reading;
mod records;
pub mod registry;
pub mod sessions;
pub mod telemetry;
pub mod twin;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use self::error::HubError;
use self::events::{EventFilter, HubEvent, Ring, Source, notice};
use self::identity::Identity;
use self::message::{Input, LinkId, Output};
use self::methods::Methods;
use self::queue::Queues;
use self::random::Randomness;
use self::reading::{Reading, stamp_or_never};
use self::registry::{Authentication, IdentityRecord, Registry};
use self::sessions::{CloseReason, Sessions, Subscriptions};
use self::twin::Twin;
use crate::query::{Collection, Page, Query};

/// The state of a hub and the rules by which it changes.
#[derive(Debug)]
pub struct Engine {
    random: Box<dyn Randomness>,
    registry: Registry,
    /// One for each identity of the registry.
    twins: BTreeMap<Identity, Twin>,
    sessions: Sessions,
    methods: Methods,
    queues: Queues,
    events: Ring,
}

impl Engine {
    /// An empty hub that keeps the last `event_capacity` events and takes its keys and ids from `random`.
    #[must_use]
    pub fn new(event_capacity: usize, random: Box<dyn Randomness>) -> Self {
        Self {
            random,
            registry: Registry::default(),
            twins: BTreeMap::new(),
            sessions: Sessions::default(),
            methods: Methods::default(),
            queues: Queues::default(),
            events: Ring::new(event_capacity),
        }
    }

    /// Lets the hub deal with one input at the time `now`, and says what follows from it.
    ///
    /// Calls whose time is over by then are ended first, whatever the input is.
    pub fn handle(&mut self, input: Input, now: Reading) -> Vec<Output> {
        let mut out = Vec::new();
        self.methods.expire(now.monotonic, &mut out);
        while let Some(link) = self.sessions.expired(now.monotonic) {
            self.take_down(link, Some(CloseReason::Expired), now, &mut out);
        }
        match input {
            Input::Connect(connect) => self.connect(connect, now, &mut out),
            Input::Uplink { link, uplink } => self.uplink(link, uplink, now, &mut out),
            Input::Disconnected { link } => self.take_down(link, None, now, &mut out),
            Input::Call { call, request } => self.call(call, request, now, &mut out),
            Input::Tick => {}
        }
        out
    }

    /// When [`Input::Tick`] is due, on the monotonic clock; `None` where nothing waits for time to pass.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        let deadlines = [self.methods.next_deadline(), self.sessions.next_deadline()];
        deadlines.into_iter().flatten().min()
    }

    /// The id of the feed's last event; 0 before the first.
    #[must_use]
    pub fn last_event(&self) -> u64 {
        self.events.last_id()
    }

    /// How many cloud-to-device messages wait for an identity.
    #[must_use]
    pub fn waiting(&self, identity: &Identity) -> usize {
        self.queues.len(identity)
    }

    /// Whether a cloud-to-device message still waits for its identity.
    #[must_use]
    pub fn is_waiting(&self, identity: &Identity, sequence: u64) -> bool {
        let mut waiting = self.queues.waiting(identity);
        waiting.any(|delivery| delivery.sequence == sequence)
    }

    /// How many devices, modules not counted, have a link.
    #[must_use]
    pub fn connected_devices(&self) -> usize {
        let devices = self.sessions.links();
        devices
            .filter(|link| link.identity.module_id().is_none())
            .count()
    }

    /// An identity's registration.
    ///
    /// # Errors
    /// `DeviceNotFound` or `ModuleNotFound`.
    pub fn identity(&self, identity: &Identity) -> Result<&IdentityRecord, HubError> {
        self.registry.get(identity)
    }

    /// All registrations, ordered by device, each device before its modules.
    pub fn identities(&self) -> impl Iterator<Item = &IdentityRecord> {
        self.registry.all()
    }

    /// What an identity's session is subscribed to; `None` where it has no session.
    #[must_use]
    pub fn subscriptions(&self, identity: &Identity) -> Option<Subscriptions> {
        self.sessions.subscriptions(identity)
    }

    /// An identity's twin in the service's shape (`iot-hub` 1.5).
    ///
    /// # Errors
    /// `DeviceNotFound` or `ModuleNotFound`.
    pub fn twin(&self, identity: &Identity) -> Result<Value, HubError> {
        let record = self.registry.get(identity)?;
        let twin = self.twins.get(identity);
        twin.map(|twin| service_json(record, twin, self.queues.len(identity)))
            .ok_or_else(|| identity.not_found())
    }

    /// One page of a query's result.
    ///
    /// # Errors
    /// As [`Query::run`].
    pub fn query(
        &self,
        query: &Query,
        page_size: usize,
        continuation: Option<&str>,
    ) -> Result<Page, HubError> {
        let wanted = |identity: &Identity| match query.collection() {
            Collection::Devices => identity.module_id().is_none(),
            Collection::Modules => identity.module_id().is_some(),
            // No jobs run here, so none has left a row.
            Collection::Jobs => false,
        };
        let records = self.registry.all();
        let rows = records
            .filter(|record| wanted(&record.identity))
            .filter_map(|record| {
                let twin = self.twins.get(&record.identity)?;
                let waiting = self.queues.len(&record.identity);
                Some((record.identity.clone(), service_json(record, twin, waiting)))
            });
        query.run(rows, page_size, continuation)
    }

    /// The events after event `since` (0: from the oldest that is kept) that the filter shows.
    #[must_use]
    pub fn events(&self, since: u64, filter: &EventFilter) -> Vec<HubEvent> {
        self.events.after(since, filter)
    }

    fn twin_mut(&mut self, identity: &Identity) -> Result<&mut Twin, HubError> {
        self.twins
            .get_mut(identity)
            .ok_or_else(|| identity.not_found())
    }

    /// Takes a link down: on the hub's own account where there is a reason, otherwise because it is gone.
    fn take_down(
        &mut self,
        link: LinkId,
        reason: Option<CloseReason>,
        now: Reading,
        out: &mut Vec<Output>,
    ) {
        let Some(closed) = self.sessions.close(link) else {
            return;
        };
        if let Some(reason) = reason {
            out.push(Output::Close { link, reason });
        }
        self.methods.link_closed(link, out);
        self.connection_changed(&closed.identity, false, now);
    }

    /// Notes in the registry and in the feed that an identity has a link now, or none any more.
    fn connection_changed(&mut self, identity: &Identity, connected: bool, now: Reading) {
        if let Ok(record) = self.registry.get_mut(identity) {
            record.connected = connected;
            record.connection_updated = Some(now.wall);
            record.last_activity = Some(now.wall);
        }
        let verb = if connected {
            "Connected"
        } else {
            "Disconnected"
        };
        let operation = format!("{}{verb}", identity.scope());
        // Back ends compare these numbers to tell which of two events is the later one.
        let body = json!({ "sequenceNumber": format!("{:064X}", self.events.last_id() + 1) });
        self.note(Source::ConnectionState, identity, &operation, body, now);
    }

    /// Adds an event of the hub's own to the feed.
    fn note(
        &mut self,
        source: Source,
        identity: &Identity,
        operation: &str,
        body: Value,
        now: Reading,
    ) {
        let mut event = notice(source, identity, operation, body, now.wall);
        if let Ok(record) = self.registry.get(identity) {
            event.model_id = record.model_id.clone();
        }
        self.events.push(event);
    }
}

/// A twin as the service shows it.
fn service_json(record: &IdentityRecord, twin: &Twin, waiting: usize) -> Value {
    let (primary, secondary) = match &record.authentication {
        Authentication::SelfSigned {
            primary_thumbprint,
            secondary_thumbprint,
        } => (primary_thumbprint.as_ref(), secondary_thumbprint.as_ref()),
        Authentication::Sas { .. } | Authentication::CertificateAuthority => (None, None),
    };
    let mut json = json!({
        "deviceId": record.identity.device_id(),
        "etag": twin.etag(),
        "deviceEtag": record.etag,
        "status": record.status.name(),
        "statusUpdateTime": stamp_or_never(record.status_updated),
        "connectionState": record.connection_state(),
        "lastActivityTime": stamp_or_never(record.last_activity),
        "cloudToDeviceMessageCount": waiting,
        "authenticationType": record.authentication.name(),
        "x509Thumbprint": { "primaryThumbprint": primary, "secondaryThumbprint": secondary },
        "modelId": record.model_id.as_deref().unwrap_or_default(),
        "version": twin.version(),
        "tags": twin.tags(),
        "properties": twin.properties_json(),
        "capabilities": { "iotEdge": record.edge },
    });
    if let (Some(module), Some(members)) = (record.identity.module_id(), json.as_object_mut()) {
        members.insert("moduleId".to_owned(), json!(module));
    }
    json
}
