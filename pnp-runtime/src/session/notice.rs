//! What the session tells the application beside calling its handler.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

use crate::interface::Address;

/// Something that happened and that the application may want to know, log or react to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Notice {
    /// The link is up; subscriptions and the twin read are on their way.
    Connected,
    /// The link is down. Nothing that was sent is forgotten before the hub confirms it.
    Disconnected,
    /// The twin was read and every writable property is settled.
    Synchronised {
        /// `$version` of the desired section that was read.
        version: i64,
    },
    /// The twin could not be read; it is tried again with growing pauses.
    TwinUnavailable {
        /// The hub's answer; `None` where none came in time.
        status: Option<u16>,
    },
    /// The handler answered a desired value, and the acknowledgement is queued.
    Acknowledged {
        /// The writable property.
        property: Address<'static>,
        /// The status, `ac`.
        status: u16,
        /// The version, `av`; 0 where the device set the value itself.
        version: i64,
    },
    /// The twin desires something that no handler takes: a name or component that the model doesn't
    /// have, or a read-only property. Nothing is reported for it (checklist 38).
    DesiredIgnored {
        /// The component's name; `None` at the root.
        component: Option<String>,
        /// The property's name; empty where a component is desired to be something other than an
        /// object.
        name: String,
        /// `$version` of the desired section.
        version: i64,
    },
    /// A payload from the hub is not what its topic promises; it is ignored, and the twin read again.
    Malformed {
        /// What came: a phrase for a log.
        what: &'static str,
    },
    /// The hub wrote a reported update.
    ReportWritten {
        /// What it held.
        properties: Vec<Reported>,
        /// `$version` of the reported section, where the hub said it.
        version: Option<i64>,
    },
    /// The hub is busy, or silent; the update is tried again with growing pauses.
    ReportDelayed {
        /// The hub's answer; `None` where none came in time.
        status: Option<u16>,
    },
    /// A reported update is lost: the hub will not take it.
    ReportRefused {
        /// What it held.
        properties: Vec<Reported>,
        /// Why.
        refusal: Refusal,
    },
    /// A telemetry message is safe with the hub.
    TelemetryAccepted {
        /// As [`Device::telemetry`](crate::Device::telemetry) returned it.
        id: u64,
    },
    /// A command was answered.
    CommandAnswered {
        /// The method's name as the back end wrote it, `command` or `component*command`.
        method: String,
        /// The status that the caller sees.
        status: u16,
    },
    /// The handler answered [`CommandError::deferred`](crate::CommandError::deferred): the caller
    /// waits for [`Device::respond`](crate::Device::respond) with this ticket.
    CommandDeferred {
        /// The command.
        command: Address<'static>,
        /// What the reply takes.
        ticket: CommandTicket,
    },
}

/// What a reported update holds a value for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reported {
    /// One property.
    Property(Address<'static>),
    /// A whole component, which the update removes.
    Component(&'static str),
}

/// Why a reported update is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The hub's answer.
    Status {
        /// 400 or 413, mostly.
        status: u16,
        /// What the hub says of it, as text.
        body: String,
    },
    /// One property's value alone is larger than a twin section, [`MAX_SECTION`](super::MAX_SECTION).
    TooLarge,
    /// One property's value is nested deeper than a twin allows, [`MAX_DEPTH`](super::MAX_DEPTH).
    TooDeep,
}

/// Stands for a command that waits for its reply; good for one reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandTicket(pub(super) u64);

/// Notices that wait to be taken; the oldest go first where the application takes none.
#[derive(Debug, Default)]
pub(super) struct Notices {
    waiting: VecDeque<Notice>,
}

impl Notices {
    /// How many notices wait at most, so that an application which never asks loses nothing but them.
    const CAPACITY: usize = 1024;

    pub(super) fn push(&mut self, notice: Notice) {
        if self.waiting.len() == Self::CAPACITY {
            self.waiting.pop_front();
        }
        self.waiting.push_back(notice);
    }

    pub(super) fn pop(&mut self) -> Option<Notice> {
        self.waiting.pop_front()
    }
}
