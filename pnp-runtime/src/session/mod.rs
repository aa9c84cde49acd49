//! The session: what an IoT Plug and Play device does on its link, without the link.
//!
//! Events and a clock reading go in, actions and notices come out; there is no socket, thread or timer
//! here. [`Device`](crate::Device) is its typed face.

mod clock;
mod command;
mod desired;
mod merge;
mod notice;
mod options;
mod read;
mod reconcile;
mod report;
mod telemetry;
mod update;

use alloc::collections::{BTreeMap, VecDeque};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::{Map, Value};

pub use clock::Instant;
pub use notice::{CommandTicket, Notice, Refusal, Reported};
pub use options::{EmptyResponse, Options, Removed};

use crate::interface::{Address, Shape};
use crate::outcome::{CommandError, Reason, WritableOutcome};
use crate::status;
use crate::transport::{Action, Event};
use command::Deferred;
use desired::Desired;
use notice::Notices;
use read::Reading;
use report::{Reports, Settled};
use telemetry::Outbox;
use update::Content;

/// Largest twin section, and so the largest reported update, in bytes (IoT Hub: 32 KB).
pub const MAX_SECTION: usize = 32 * 1024;

/// Deepest nesting of objects and arrays in a twin section (IoT Hub: 10).
pub const MAX_DEPTH: usize = 10;

/// Largest telemetry message, in bytes (IoT Hub: 256 KB with its properties).
pub const MAX_MESSAGE: usize = 256 * 1024;

/// The application's handler, without its type.
pub(crate) trait Handlers {
    /// JSON text of a writable property's value in effect.
    fn actual(&mut self, property: Address<'_>) -> Option<String>;

    fn desired(
        &mut self,
        property: Address<'_>,
        value: Option<&Value>,
        version: i64,
        reason: Reason,
    ) -> Option<WritableOutcome>;

    fn command(&mut self, command: Address<'_>, payload: &[u8]) -> Result<String, CommandError>;
}

/// The state machine; one file a topic, each with its part of `impl Session`.
#[derive(Debug)]
pub(crate) struct Session {
    shape: &'static Shape,
    options: Options,
    now: Instant,
    up: bool,
    last_rid: u64,
    actions: VecDeque<Action>,
    notices: Notices,
    reading: Reading,
    desired: Desired,
    /// Writable properties whose final acknowledgement is owed, and for which version.
    pending: BTreeMap<Address<'static>, i64>,
    reports: Reports,
    /// The twin's reported section as far as it is known: as read, and every confirmed update since.
    reported: Map<String, Value>,
    /// Updates wait for the first answer to a read, so that they are made against a known section.
    reports_open: bool,
    deferred: Deferred,
    outbox: Outbox,
}

impl Session {
    pub(crate) fn new(shape: &'static Shape, options: Options) -> Self {
        Self {
            shape,
            options,
            now: Instant::default(),
            up: false,
            last_rid: 0,
            actions: VecDeque::new(),
            notices: Notices::default(),
            reading: Reading::default(),
            desired: Desired::default(),
            pending: BTreeMap::new(),
            reports: Reports::default(),
            reported: Map::new(),
            reports_open: false,
            deferred: Deferred::default(),
            outbox: Outbox::default(),
        }
    }

    pub(crate) fn handle(&mut self, event: Event, now: Instant, handlers: &mut dyn Handlers) {
        self.tick(now);
        match event {
            Event::Connected { .. } => {
                self.link_lost();
                self.up = true;
                // Subscribed anew even where the peer kept the session: it costs one packet, and a
                // session that was not kept after all costs every command.
                self.actions.push_back(Action::Subscribe);
                self.reading.restart();
                self.notices.push(Notice::Connected);
            }
            Event::Disconnected => {
                self.link_lost();
                self.notices.push(Notice::Disconnected);
            }
            // What is left of a link that is gone.
            _ if !self.up => {}
            Event::Twin { rid, status, body } => self.twin(&rid, status, &body, handlers),
            Event::Reported {
                rid,
                status,
                version,
                body,
            } => self.report_answered(&rid, status, version, &body),
            Event::Desired { version, body } => self.patched(version, &body, handlers),
            Event::Method { rid, name, body } => self.method(rid, name, &body, handlers),
            Event::TelemetryAccepted { id } => {
                if self.outbox.accepted(id) {
                    self.notices.push(Notice::TelemetryAccepted { id });
                }
            }
        }
    }

    pub(crate) fn tick(&mut self, now: Instant) {
        self.now = self.now.max(now);
        self.deferred.tick(self.now);
        if self.reading.tick(self.now) {
            self.reports_open = true;
            self.notices.push(Notice::TwinUnavailable { status: None });
        }
        if self.reports.tick(self.now) {
            self.notices.push(Notice::ReportDelayed { status: None });
        }
    }

    /// When [`tick`](Self::tick) has something to do.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        [
            self.reading.next_deadline(),
            self.reports.next_deadline(),
            self.deferred.next_deadline(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    pub(crate) fn poll_action(&mut self) -> Option<Action> {
        if !self.up {
            return None;
        }
        if let Some(action) = self.actions.pop_front() {
            return Some(action);
        }
        if self.reading.is_due() {
            let rid = self.next_rid();
            self.reading
                .asked(rid.clone(), self.now + self.options.request_timeout);
            return Some(Action::GetTwin { rid });
        }
        if let Some(message) = self.outbox.next() {
            return Some(message);
        }
        self.next_report()
    }

    pub(crate) fn poll_notice(&mut self) -> Option<Notice> {
        self.notices.pop()
    }

    /// Queues a telemetry message; `None` where no more fit.
    pub(crate) fn telemetry(
        &mut self,
        component: Option<&'static str>,
        body: String,
    ) -> Option<u64> {
        let room = self.outbox.len() < self.options.telemetry_capacity;
        room.then(|| self.outbox.push(component, body))
    }

    /// Queues a read-only property's value.
    pub(crate) fn report(&mut self, property: Address<'static>, value: String) {
        self.reports
            .put(Reported::Property(property), Content::Plain(value));
    }

    /// Queues the removal of a property or a component.
    pub(crate) fn clear(&mut self, target: Reported) {
        self.reports.put(target, Content::Removed);
    }

    /// Queues the final acknowledgement of a value that the handler answered with 202; whether it was
    /// still owed for that version.
    pub(crate) fn complete(
        &mut self,
        property: Address<'_>,
        version: i64,
        outcome: impl FnOnce() -> WritableOutcome,
    ) -> bool {
        let owed = self
            .pending
            .iter()
            .find(|(owed, owed_for)| **owed == property && **owed_for == version)
            .map(|(owed, _)| *owed);
        match owed {
            None => false,
            Some(property) => {
                self.acknowledge(property, version, outcome());
                true
            }
        }
    }

    fn twin(&mut self, rid: &str, status: u16, body: &[u8], handlers: &mut dyn Handlers) {
        if !self.reading.is_answer(rid) {
            return;
        }
        self.reports_open = true;
        if status == status::OK && self.read(body, handlers).is_ok() {
            return;
        }
        self.reading.failed(self.now);
        self.notices.push(Notice::TwinUnavailable {
            status: Some(status),
        });
    }

    fn next_report(&mut self) -> Option<Action> {
        if !self.reports_open {
            return None;
        }
        let mut refused = Vec::new();
        let ready = self.reports.next(&self.reported, &mut refused);
        for (property, refusal) in refused {
            self.notices.push(Notice::ReportRefused {
                properties: Vec::from([property]),
                refusal,
            });
        }
        let ready = ready?;
        let rid = self.next_rid();
        let body = ready.body.clone().into_bytes();
        self.reports
            .sent(rid.clone(), ready, self.now + self.options.request_timeout);
        Some(Action::PatchReported { rid, body })
    }

    fn report_answered(&mut self, rid: &str, status: u16, version: Option<i64>, body: &[u8]) {
        match self.reports.answered(rid, status, self.now) {
            // Answers to nothing that is asked are ignored (checklist 65).
            None => {}
            Some(Settled::Written { properties, body }) => {
                if let Ok(Value::Object(patch)) = serde_json::from_str(&body) {
                    merge::apply(&mut self.reported, &patch);
                }
                self.notices.push(Notice::ReportWritten {
                    properties,
                    version,
                });
            }
            Some(Settled::Refused { properties }) => {
                self.notices.push(Notice::ReportRefused {
                    properties,
                    refusal: Refusal::Status {
                        status,
                        body: String::from_utf8_lossy(body).into_owned(),
                    },
                });
            }
            Some(Settled::Queued) => {
                self.notices.push(Notice::ReportDelayed {
                    status: Some(status),
                });
            }
        }
    }

    fn link_lost(&mut self) {
        self.up = false;
        self.reports_open = false;
        // Subscriptions are asked for anew; replies have nobody left to go to.
        self.actions.clear();
        self.reading.link_lost();
        self.desired.link_lost();
        self.reports.link_lost();
        self.deferred.link_lost();
        self.outbox.link_lost();
    }

    fn next_rid(&mut self) -> String {
        self.last_rid += 1;
        self.last_rid.to_string()
    }
}
