//! Direct methods as commands: routed by the model, answered once each.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::notice::{CommandTicket, Notice};
use super::options::EmptyResponse;
use super::{Handlers, Instant, Session};
use crate::interface::{Address, Shape};
use crate::outcome::CommandError;
use crate::status;
use crate::transport::Action;

/// Separates component and command in a method's name.
const SEPARATOR: char = '*';

/// Commands whose reply the application owes.
#[derive(Debug, Default)]
pub(super) struct Deferred {
    open: BTreeMap<CommandTicket, Waiting>,
    next: u64,
}

#[derive(Debug)]
struct Waiting {
    rid: String,
    method: String,
    until: Instant,
}

impl Deferred {
    /// The link is gone, and with it the callers.
    pub(super) fn link_lost(&mut self) {
        self.open.clear();
    }

    pub(super) fn tick(&mut self, now: Instant) {
        self.open.retain(|_, waiting| waiting.until > now);
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.open.values().map(|waiting| waiting.until).min()
    }
}

impl Session {
    pub(super) fn method(
        &mut self,
        rid: String,
        method: String,
        payload: &[u8],
        handlers: &mut dyn Handlers,
    ) {
        let result = match find(self.shape, &method) {
            None => Err(CommandError::not_found("the model has no such command")),
            Some(command) => match handlers.command(command, payload) {
                Err(later) if later.is_deferred() => {
                    self.defer(rid, method, command);
                    return;
                }
                result => result,
            },
        };
        self.answer(rid, method, result);
    }

    /// Answers a deferred command; whether anyone still waits for it.
    pub(crate) fn respond(
        &mut self,
        ticket: CommandTicket,
        result: Result<String, CommandError>,
    ) -> bool {
        let Some(waiting) = self.deferred.open.remove(&ticket) else {
            return false;
        };
        self.answer(waiting.rid, waiting.method, result);
        true
    }

    fn defer(&mut self, rid: String, method: String, command: Address<'static>) {
        let ticket = CommandTicket(self.deferred.next);
        self.deferred.next += 1;
        let until = self.now + self.options.command_timeout;
        self.deferred
            .open
            .insert(ticket, Waiting { rid, method, until });
        self.notices
            .push(Notice::CommandDeferred { command, ticket });
    }

    fn answer(&mut self, rid: String, method: String, result: Result<String, CommandError>) {
        let (status, body) = match result {
            Ok(body) if body.is_empty() => {
                let body = match self.options.empty_response {
                    EmptyResponse::Nothing => Vec::new(),
                    EmptyResponse::EmptyObject => b"{}".to_vec(),
                };
                (status::OK, body)
            }
            Ok(body) => (status::OK, body.into_bytes()),
            // A deferred reply can't be deferred again.
            Err(again) if again.is_deferred() => (
                status::INTERNAL_ERROR,
                CommandError::failed("the device gave no reply")
                    .body()
                    .into_bytes(),
            ),
            Err(error) => (error.status(), error.body().into_bytes()),
        };
        self.actions
            .push_back(Action::Respond { rid, status, body });
        self.notices
            .push(Notice::CommandAnswered { method, status });
    }
}

/// The command of a method's name: `command`, or `component*command` split at the first `*`. Names are
/// compared byte by byte (checklist 50, 67).
fn find(shape: &'static Shape, method: &str) -> Option<Address<'static>> {
    let (component, shape, wanted) = match method.split_once(SEPARATOR) {
        None => (None, shape, method),
        Some((component, command)) => {
            let (name, shape) = shape
                .components
                .iter()
                .find(|(name, _)| *name == component)?;
            (Some(*name), *shape, command)
        }
    };
    let name = shape.commands.iter().find(|name| **name == wanted)?;
    Some(Address { component, name })
}
