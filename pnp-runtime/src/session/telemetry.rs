//! Telemetry on its way: kept until the hub accepts it, sent again on the next link where it didn't.

use alloc::collections::VecDeque;
use alloc::string::String;

use crate::transport::Action;

#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// Oldest first; the first `sent` of them are on the wire.
    messages: VecDeque<Message>,
    sent: usize,
    next_id: u64,
}

#[derive(Debug)]
struct Message {
    id: u64,
    component: Option<&'static str>,
    body: String,
}

impl Outbox {
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(super) fn push(&mut self, component: Option<&'static str>, body: String) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.messages.push_back(Message {
            id,
            component,
            body,
        });
        id
    }

    /// The next message that is not on the wire yet.
    pub(super) fn next(&mut self) -> Option<Action> {
        let message = self.messages.get(self.sent)?;
        self.sent += 1;
        Some(Action::Telemetry {
            id: message.id,
            component: message.component.map(String::from),
            body: message.body.clone().into_bytes(),
        })
    }

    /// Whether a message with this id was waiting for acceptance.
    pub(super) fn accepted(&mut self, id: u64) -> bool {
        let position = self
            .messages
            .iter()
            .take(self.sent)
            .position(|message| message.id == id);
        let Some(position) = position else {
            return false;
        };
        self.messages.remove(position);
        self.sent -= 1;
        true
    }

    /// The link is gone, and with it what is on the wire, as far as anyone can tell: at least once.
    pub(super) fn link_lost(&mut self) {
        self.sent = 0;
    }
}
