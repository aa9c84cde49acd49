//! Reported properties on their way: one update a property in flight, the newest value waiting.
//!
//! The hub may apply two updates that are in flight at once in either order, so a property that is on
//! the wire waits there for its answer (checklist 62). What waits is merged into as few updates as the
//! hub's limits allow.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::MAX_DEPTH;
use super::clock::{Backoff, Instant};
use super::merge;
use super::notice::{Refusal, Reported};
use super::update::{Batch, Content};
use crate::interface::Address;

#[derive(Debug, Default)]
pub(super) struct Reports {
    /// What waits, in the order in which it was first asked for; no two for one property.
    queue: Vec<Entry>,
    in_flight: BTreeMap<String, Update>,
    retry_at: Option<Instant>,
    backoff: Backoff,
}

/// One property's next value.
#[derive(Debug, Clone)]
struct Entry {
    target: Reported,
    content: Content,
    /// It was part of an update that the hub refused, and goes alone now, to find the culprit.
    alone: bool,
}

/// An update on the wire.
#[derive(Debug)]
struct Update {
    entries: Vec<Entry>,
    body: String,
    until: Instant,
}

/// What became of an update.
pub(super) enum Settled {
    Written {
        properties: Vec<Reported>,
        body: String,
    },
    Refused {
        properties: Vec<Reported>,
    },
    /// It is queued again.
    Queued,
}

/// An update that is ready for the wire.
pub(super) struct Ready {
    entries: Vec<Entry>,
    pub(super) body: String,
}

impl Reports {
    /// Queues a value; one that waits for the same property is forgotten.
    pub(super) fn put(&mut self, target: Reported, content: Content) {
        if let Reported::Component(component) = target {
            self.queue
                .retain(|entry| component_of(entry.target) != Some(component));
        }
        let entry = Entry {
            target,
            content,
            alone: false,
        };
        match self
            .queue
            .iter_mut()
            .find(|waiting| waiting.target == target)
        {
            Some(waiting) => *waiting = entry,
            None => self.queue.push(entry),
        }
    }

    /// Version and status of the newest acknowledgement of a property that the hub hasn't confirmed.
    pub(super) fn unconfirmed_ack(&self, property: Address<'static>) -> Option<(i64, u16)> {
        let target = Reported::Property(property);
        let in_flight = self.in_flight.values().flat_map(|update| &update.entries);
        self.queue
            .iter()
            .chain(in_flight)
            .filter(|entry| entry.target == target)
            .find_map(|entry| match &entry.content {
                Content::Ack(ack) => Some((ack.version, ack.status)),
                Content::Plain(_) | Content::Removed => None,
            })
    }

    /// The next update, and what can't be sent at all.
    ///
    /// `reported` is the twin's reported section as far as it is known.
    pub(super) fn next(
        &mut self,
        reported: &Map<String, Value>,
        refused: &mut Vec<(Reported, Refusal)>,
    ) -> Option<Ready> {
        if self.queue.is_empty() || self.retry_at.is_some() {
            return None;
        }
        let mut blocked: Vec<Reported> = self
            .in_flight
            .values()
            .flat_map(|update| update.entries.iter().map(|entry| entry.target))
            .collect();
        let mut batch = Batch::default();
        let mut taken = Vec::new();
        let mut left = Vec::with_capacity(self.queue.len());
        for entry in self.queue.drain(..) {
            let free = !blocked.iter().any(|target| conflict(*target, entry.target));
            blocked.push(entry.target);
            let company = taken
                .iter()
                .any(|earlier: &Entry| earlier.alone || entry.alone);
            if !free || company {
                left.push(entry);
                continue;
            }
            let text = entry.content.text(match entry.target {
                Reported::Property(property) => find(reported, property),
                Reported::Component(_) => None,
            });
            let levels = merge::depth(&text) + usize::from(component_of(entry.target).is_some());
            if levels > MAX_DEPTH {
                refused.push((entry.target, Refusal::TooDeep));
            } else if batch.add(entry.target, &text) {
                taken.push(entry);
            } else if taken.is_empty() {
                refused.push((entry.target, Refusal::TooLarge));
            } else {
                left.push(entry);
            }
        }
        self.queue = left;
        (!taken.is_empty()).then(|| Ready {
            entries: taken,
            body: batch.finish(),
        })
    }

    /// An update goes to the wire.
    pub(super) fn sent(&mut self, rid: String, ready: Ready, until: Instant) {
        self.in_flight.insert(
            rid,
            Update {
                entries: ready.entries,
                body: ready.body,
                until,
            },
        );
    }

    /// The hub's answer to an update; `None` where no such update is in flight.
    pub(super) fn answered(&mut self, rid: &str, status: u16, now: Instant) -> Option<Settled> {
        let update = self.in_flight.remove(rid)?;
        if (200..300).contains(&status) {
            self.backoff.reset();
            return Some(Settled::Written {
                properties: targets(&update.entries),
                body: update.body,
            });
        }
        if crate::status::is_passing(status) {
            self.requeue(update.entries);
            self.retry_at = Some(now + self.backoff.next());
            return Some(Settled::Queued);
        }
        if update.entries.len() > 1 {
            // One bad value must not take the others of its update down with it.
            let mut entries = update.entries;
            for entry in &mut entries {
                entry.alone = true;
            }
            self.requeue(entries);
            return Some(Settled::Queued);
        }
        Some(Settled::Refused {
            properties: targets(&update.entries),
        })
    }

    /// The link is gone: what is in flight may or may not be written, and is written again. A merge
    /// patch that comes twice does no harm.
    pub(super) fn link_lost(&mut self) {
        for (_, update) in core::mem::take(&mut self.in_flight) {
            self.requeue(update.entries);
        }
        self.retry_at = None;
    }

    /// Whether an answer is overdue.
    pub(super) fn tick(&mut self, now: Instant) -> bool {
        if self.retry_at.is_some_and(|at| at <= now) {
            self.retry_at = None;
        }
        let overdue: Vec<String> = self
            .in_flight
            .iter()
            .filter(|(_, update)| update.until <= now)
            .map(|(rid, _)| rid.clone())
            .collect();
        for rid in &overdue {
            if let Some(update) = self.in_flight.remove(rid) {
                self.requeue(update.entries);
            }
        }
        if overdue.is_empty() {
            return false;
        }
        self.retry_at = Some(now + self.backoff.next());
        true
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let answers = self.in_flight.values().map(|update| update.until);
        answers.chain(self.retry_at).min()
    }

    /// Puts entries back at the front, except where something newer waits in their place.
    fn requeue(&mut self, entries: Vec<Entry>) {
        for entry in entries.into_iter().rev() {
            let superseded = self.queue.iter().any(|newer| {
                newer.target == entry.target
                    || matches!(newer.target, Reported::Component(component)
                        if component_of(entry.target) == Some(component))
            });
            if !superseded {
                self.queue.insert(0, entry);
            }
        }
    }
}

/// A property's value in a twin section.
pub(super) fn find<'v>(
    section: &'v Map<String, Value>,
    property: Address<'_>,
) -> Option<&'v Value> {
    match property.component {
        None => section.get(property.name),
        Some(component) => section.get(component)?.as_object()?.get(property.name),
    }
}

/// Whether the order of two changes matters.
fn conflict(one: Reported, other: Reported) -> bool {
    match (one, other) {
        (Reported::Property(one), Reported::Property(other)) => one == other,
        _ => component_of(one) == component_of(other),
    }
}

fn component_of(target: Reported) -> Option<&'static str> {
    match target {
        Reported::Property(property) => property.component,
        Reported::Component(component) => Some(component),
    }
}

fn targets(entries: &[Entry]) -> Vec<Reported> {
    entries.iter().map(|entry| entry.target).collect()
}
