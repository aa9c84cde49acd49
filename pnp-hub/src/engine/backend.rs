//! The back end's side: what it may ask for, and what follows.

use pnp_runtime::transport::Event;
use serde_json::Value;

use super::Engine;
use super::error::HubError;
use super::events::Source;
use super::identity::Identity;
use super::if_match::IfMatch;
use super::message::{CallId, Output, Record, Request, Response};
use super::reading::Reading;
use super::registry::{IdentityUpdate, NewIdentity, Status};
use super::sessions::CloseReason;
use super::twin::{Twin, Write};

impl Engine {
    pub(super) fn call(
        &mut self,
        call: CallId,
        request: Request,
        now: Reading,
        out: &mut Vec<Output>,
    ) {
        let result = match self.answer(call, request, now, out) {
            Ok(None) => return,
            Ok(Some(response)) => Ok(response),
            Err(error) => Err(error),
        };
        out.push(Output::Completed { call, result });
    }

    /// Does what a call asks for and gives its result; `None` where the result is still to come.
    fn answer(
        &mut self,
        call: CallId,
        request: Request,
        now: Reading,
        out: &mut Vec<Output>,
    ) -> Result<Option<Response>, HubError> {
        let response = match request {
            Request::CreateIdentity(new) => self.create(new, now, out)?,
            Request::UpdateIdentity {
                identity,
                update,
                if_match,
            } => self.update(&identity, update, &if_match, now, out)?,
            Request::DeleteIdentity { identity, if_match } => {
                self.delete(&identity, &if_match, now, out)?
            }
            Request::UpdateTwin {
                identity,
                patch,
                if_match,
            } => self.write_twin(&identity, &patch, Write::Merge, &if_match, now, out)?,
            Request::ReplaceTwin {
                identity,
                twin,
                if_match,
            } => self.write_twin(&identity, &twin, Write::Replace, &if_match, now, out)?,
            Request::InvokeMethod(method) => {
                self.registry.get(&method.identity)?;
                let link = self
                    .sessions
                    .subscribed(&method.identity, |wants| wants.methods);
                self.methods.start(call, method, link, now.monotonic, out)?;
                return Ok(None);
            }
            Request::SendToDevice {
                identity,
                message,
                ttl,
            } => {
                self.registry.get(&identity)?;
                self.queues.expire(&identity, now.wall);
                let delivery = self.queues.push(&identity, message, ttl, now.wall)?;
                let sequence = delivery.sequence;
                out.push(Output::Changed(Record::Queue(identity.clone())));
                let link = self.sessions.subscribed(&identity, |wants| wants.messages);
                out.extend(link.map(|link| Output::Deliver { link, delivery }));
                Response::Queued(sequence)
            }
            Request::PurgeQueue { identity } => {
                self.registry.get(&identity)?;
                out.push(Output::Changed(Record::Queue(identity.clone())));
                Response::Purged(self.queues.purge(&identity))
            }
            Request::DropLink { identity } => {
                self.registry.get(&identity)?;
                let link = self.sessions.link_of(&identity);
                if let Some(link) = link {
                    self.take_down(link, Some(CloseReason::Fault), now, out);
                }
                Response::Dropped(link.is_some())
            }
        };
        Ok(Some(response))
    }

    fn create(
        &mut self,
        new: NewIdentity,
        now: Reading,
        out: &mut Vec<Output>,
    ) -> Result<Response, HubError> {
        let record = self.registry.create(new, &mut *self.random)?.clone();
        let identity = record.identity.clone();
        self.twins.insert(identity.clone(), Twin::new(now.wall));
        out.push(Output::Changed(Record::Identity(identity.clone())));
        out.push(Output::Changed(Record::Twin(identity.clone())));
        self.lifecycle("create", &identity, now);
        Ok(Response::Identity(Box::new(record)))
    }

    fn update(
        &mut self,
        identity: &Identity,
        update: IdentityUpdate,
        if_match: &IfMatch,
        now: Reading,
        out: &mut Vec<Output>,
    ) -> Result<Response, HubError> {
        let disabled = update.status == Some(Status::Disabled);
        self.registry
            .update(identity, update, if_match, &mut *self.random, now.wall)?;
        out.push(Output::Changed(Record::Identity(identity.clone())));
        if disabled {
            for member in self.registry.family(identity) {
                if let Some(link) = self.sessions.link_of(&member) {
                    self.take_down(link, Some(CloseReason::Disabled), now, out);
                }
            }
        }
        let record = self.registry.get(identity)?.clone();
        Ok(Response::Identity(Box::new(record)))
    }

    fn delete(
        &mut self,
        identity: &Identity,
        if_match: &IfMatch,
        now: Reading,
        out: &mut Vec<Output>,
    ) -> Result<Response, HubError> {
        if_match.check(&self.registry.get(identity)?.etag)?;
        // Modules go before their device, so that at no time one stands alone.
        for member in self.registry.family(identity).into_iter().rev() {
            if let Some(link) = self.sessions.link_of(&member) {
                self.take_down(link, Some(CloseReason::Deleted), now, out);
            }
            self.lifecycle("delete", &member, now);
            self.methods.deleted(&member, out);
            self.sessions.forget(&member);
            self.queues.forget(&member);
            self.twins.remove(&member);
            self.registry.remove(&member);
            out.extend([
                Output::Changed(Record::Queue(member.clone())),
                Output::Changed(Record::Session(member.clone())),
                Output::Changed(Record::Twin(member.clone())),
                Output::Changed(Record::Identity(member)),
            ]);
        }
        Ok(Response::Deleted)
    }

    fn write_twin(
        &mut self,
        identity: &Identity,
        body: &Value,
        how: Write,
        if_match: &IfMatch,
        now: Reading,
        out: &mut Vec<Output>,
    ) -> Result<Response, HubError> {
        let twin = self.twin_mut(identity)?;
        if let Some(change) = twin.write(body, how, if_match, now.wall)? {
            out.push(Output::Changed(Record::Twin(identity.clone())));
            let operation = match how {
                Write::Merge => "updateTwin",
                Write::Replace => "replaceTwin",
            };
            let body = change.event_body();
            self.note(Source::TwinChange, identity, operation, body, now);
            // Only to who is there to hear it; a device that comes later reads its twin (`iot-hub` 1.5).
            let link = self.sessions.subscribed(identity, |wants| wants.desired);
            if let (Some(link), Some((body, version))) = (link, change.notification()) {
                out.push(Output::Send {
                    link,
                    event: Event::Desired {
                        version: Some(version),
                        body,
                    },
                });
            }
        }
        Ok(Response::Twin(self.twin(identity)?))
    }

    /// Adds `createDeviceIdentity` and its like to the feed, with the twin as it is.
    fn lifecycle(&mut self, verb: &str, identity: &Identity, now: Reading) {
        let kind = if identity.module_id().is_some() {
            "Module"
        } else {
            "Device"
        };
        let twin = self.twin(identity).unwrap_or_default();
        let operation = format!("{verb}{kind}Identity");
        self.note(Source::DeviceLifecycle, identity, &operation, twin, now);
    }
}
