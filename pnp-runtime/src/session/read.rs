//! When to read the twin: on every link, again after a failure, and again where a change was missed.

use alloc::string::String;
use core::time::Duration;

use super::clock::{Backoff, Instant};

#[derive(Debug, Default)]
pub(super) struct Reading {
    state: State,
    backoff: Backoff,
}

#[derive(Debug, Default)]
enum State {
    /// The twin as read, and every change since, is known.
    #[default]
    Current,
    /// A read is due.
    Due,
    /// A read is on the wire.
    Asked { rid: String, until: Instant },
    /// The last read failed; the next one waits.
    Waiting { until: Instant },
}

impl Reading {
    /// The twin must be read.
    pub(super) fn request(&mut self) {
        if matches!(self.state, State::Current) {
            self.state = State::Due;
        }
    }

    /// A new link: whatever was on the old one is gone.
    pub(super) fn restart(&mut self) {
        self.state = State::Due;
        self.backoff.reset();
    }

    /// The link is gone; the next one reads.
    pub(super) fn link_lost(&mut self) {
        self.state = State::Current;
    }

    /// Whether changes must wait for the document that they apply to.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.state, State::Current)
    }

    pub(super) fn is_due(&self) -> bool {
        matches!(self.state, State::Due)
    }

    pub(super) fn asked(&mut self, rid: String, until: Instant) {
        self.state = State::Asked { rid, until };
    }

    /// Whether `rid` is the read that is on the wire.
    pub(super) fn is_answer(&self, rid: &str) -> bool {
        matches!(&self.state, State::Asked { rid: asked, .. } if asked == rid)
    }

    pub(super) fn succeeded(&mut self) {
        self.state = State::Current;
        self.backoff.reset();
    }

    /// The read failed; it is tried again whatever the status, because a device without its twin is
    /// of no use, and what is wrong at the hub may be put right there (checklist 48).
    pub(super) fn failed(&mut self, now: Instant) {
        let pause: Duration = self.backoff.next();
        self.state = State::Waiting { until: now + pause };
    }

    /// Whether an answer is overdue, which is a failure.
    pub(super) fn tick(&mut self, now: Instant) -> bool {
        match self.state {
            State::Asked { until, .. } if until <= now => {
                self.failed(now);
                true
            }
            State::Waiting { until } if until <= now => {
                self.state = State::Due;
                false
            }
            State::Current | State::Due | State::Asked { .. } | State::Waiting { .. } => false,
        }
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Asked { until, .. } | State::Waiting { until } => Some(*until),
            State::Current | State::Due => None,
        }
    }
}
