//! The device's side: links that come up, and what is sent on them.

use pnp_runtime::transport::Event;

use super::Engine;
use super::error::{ErrorCode, HubError};
use super::events::Source;
use super::identity::Identity;
use super::message::{Connect, LinkId, Output, Record, Uplink};
use super::random;
use super::reading::Reading;
use super::registry::Status;
use super::sessions::{CloseReason, Link};
use super::telemetry;

impl Engine {
    pub(super) fn connect(&mut self, connect: Connect, now: Reading, out: &mut Vec<Output>) {
        let (link, identity) = (connect.link, connect.identity.clone());
        if let Err(error) = self.may_connect(&identity) {
            let reason = CloseReason::Refused(error);
            return out.push(Output::Close { link, reason });
        }
        // One link per identity: the newer wins (`iot-hub` 1.1).
        if let Some(old) = self.sessions.link_of(&identity) {
            self.take_down(old, Some(CloseReason::NewConnection), now, out);
        }
        // The last link's announcement counts, also where it announces nothing. \[I\]
        if let Ok(record) = self.registry.get_mut(&identity)
            && record.model_id != connect.model_id
        {
            record.model_id.clone_from(&connect.model_id);
            out.push(Output::Changed(Record::Identity(identity.clone())));
        }
        let session_present = self.sessions.open(connect, now.monotonic);
        out.push(Output::Changed(Record::Session(identity.clone())));
        self.connection_changed(&identity, true, now);
        out.push(Output::Send {
            link,
            event: Event::Connected { session_present },
        });
        self.deliver_methods(&identity, now, out);
        self.deliver_messages(&identity, now, out);
    }

    /// Refuses unknown and disabled identities, and modules of disabled devices.
    fn may_connect(&self, identity: &Identity) -> Result<(), HubError> {
        for identity in [identity, &identity.owner()] {
            if self.registry.get(identity)?.status == Status::Disabled {
                return Err(HubError::new(
                    ErrorCode::DeviceDisabled,
                    format!("{identity} is disabled"),
                ));
            }
        }
        Ok(())
    }

    pub(super) fn uplink(
        &mut self,
        link: LinkId,
        uplink: Uplink,
        now: Reading,
        out: &mut Vec<Output>,
    ) {
        let Some(on) = self.sessions.link(link).cloned() else {
            return;
        };
        if let Ok(record) = self.registry.get_mut(&on.identity) {
            record.last_activity = Some(now.wall);
        }
        let done = match uplink {
            Uplink::Subscribe(more) => {
                self.sessions.subscribe(&on.identity, more);
                out.push(Output::Changed(Record::Session(on.identity.clone())));
                self.deliver_methods(&on.identity, now, out);
                if more.messages {
                    self.deliver_messages(&on.identity, now, out);
                }
                Ok(())
            }
            Uplink::Unsubscribe(less) => {
                self.sessions.unsubscribe(&on.identity, less);
                out.push(Output::Changed(Record::Session(on.identity)));
                Ok(())
            }
            Uplink::GetTwin { rid } => {
                self.get_twin(&on.identity, rid, now, out);
                Ok(())
            }
            Uplink::PatchReported { rid, body } => {
                self.patch_reported(&on.identity, rid, &body, now, out);
                Ok(())
            }
            Uplink::MethodResponse { rid, status, body } => {
                self.methods.respond(link, &rid, status, &body, out)
            }
            Uplink::Complete { sequence } => {
                if self.queues.complete(&on.identity, sequence) {
                    out.push(Output::Changed(Record::Queue(on.identity)));
                }
                Ok(())
            }
            Uplink::Telemetry { id, message } => self.telemetry(link, &on, id, message, now, out),
        };
        if let Err(error) = done {
            self.take_down(link, Some(CloseReason::Protocol(error)), now, out);
        }
    }

    fn deliver_methods(&mut self, identity: &Identity, now: Reading, out: &mut Vec<Output>) {
        if let Some(link) = self.sessions.subscribed(identity, |wants| wants.methods) {
            self.methods.online(identity, link, now.monotonic, out);
        }
    }

    /// Hands out everything that waits: on a new link again what the last one left unacknowledged.
    fn deliver_messages(&mut self, identity: &Identity, now: Reading, out: &mut Vec<Output>) {
        if let Some(link) = self.sessions.subscribed(identity, |wants| wants.messages) {
            if self.queues.expire(identity, now.wall) {
                out.push(Output::Changed(Record::Queue(identity.clone())));
            }
            let waiting = self.queues.waiting(identity);
            out.extend(waiting.map(|delivery| Output::Deliver { link, delivery }));
        }
    }

    fn get_twin(&mut self, identity: &Identity, rid: String, now: Reading, out: &mut Vec<Output>) {
        let twin = self.twin_mut(identity).map(|twin| twin.device_json());
        let (status, body) = match twin {
            Ok(twin) => (200, twin.to_string().into_bytes()),
            Err(error) => (error.http_status(), self.refusal(&error, now)),
        };
        self.twin_response(identity, Event::Twin { rid, status, body }, out);
    }

    fn patch_reported(
        &mut self,
        identity: &Identity,
        rid: String,
        body: &[u8],
        now: Reading,
        out: &mut Vec<Output>,
    ) {
        let written = self
            .twin_mut(identity)
            .and_then(|twin| twin.report(body, now.wall));
        let (status, version, body) = match written {
            Ok(change) => {
                out.push(Output::Changed(Record::Twin(identity.clone())));
                let version = change.reported.as_ref().map(|(_, version)| *version);
                let body = change.event_body();
                self.note(Source::TwinChange, identity, "updateTwin", body, now);
                (204, version, Vec::new())
            }
            Err(error) => (error.http_status(), None, self.refusal(&error, now)),
        };
        let event = Event::Reported {
            rid,
            status,
            version,
            body,
        };
        self.twin_response(identity, event, out);
    }

    fn telemetry(
        &mut self,
        link: LinkId,
        on: &Link,
        id: u64,
        message: super::message::Message,
        now: Reading,
        out: &mut Vec<Output>,
    ) -> Result<(), HubError> {
        let record = self.registry.get(&on.identity)?;
        let event = telemetry::accept(message, on, record, now)?;
        self.events.push(event);
        out.push(Output::Send {
            link,
            event: Event::TelemetryAccepted { id },
        });
        Ok(())
    }

    /// Sends the answer to a twin request, if the device wants answers.
    fn twin_response(&self, identity: &Identity, event: Event, out: &mut Vec<Output>) {
        if let Some(link) = self
            .sessions
            .subscribed(identity, |wants| wants.twin_responses)
        {
            out.push(Output::Send { link, event });
        }
    }

    fn refusal(&mut self, error: &HubError, now: Reading) -> Vec<u8> {
        let tracking = random::hex_id(&mut *self.random);
        error.device_body(&tracking, now.wall)
    }
}
