//! Reported properties on their way: one update a property in flight, the newest value waiting.
//!
//! The hub may apply two updates that are in flight at once in either order, so a property that is on
//! the wire waits there for its answer (checklist 62). What waits is merged into as few updates as the
//! hub's limits allow.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use serde_json::{Map, Value};

use super::clock::{Backoff, Instant};
use super::merge;
use super::notice::{Refusal, Reported};
use super::{MAX_DEPTH, MAX_SECTION};
use crate::interface::Address;
use crate::schema::Encoder;

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

#[derive(Debug, Clone)]
pub(super) enum Content {
    /// A read-only property's JSON text.
    Plain(String),
    /// A writable property's acknowledgement.
    Ack(AckContent),
    /// `null`.
    Removed,
}

#[derive(Debug, Clone)]
pub(super) struct AckContent {
    /// JSON text of the value in effect.
    pub(super) value: Option<String>,
    pub(super) status: u16,
    pub(super) version: i64,
    pub(super) description: Option<String>,
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
            let text = render(&entry, reported);
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

/// The text of an update, growing component by component within the hub's limit.
#[derive(Default)]
struct Batch {
    /// Members by component, in the order of arrival; each text is `"name":value` pairs.
    groups: Vec<(Option<&'static str>, String)>,
    size: usize,
}

impl Batch {
    /// What brackets, quotes, comma and component mark add to names at most.
    const FRAME: usize = r#",{"":"","__t":"c"}"#.len();

    /// Adds a member, if the update stays within the limit.
    fn add(&mut self, target: Reported, text: &str) -> bool {
        let (group, name) = match target {
            Reported::Component(component) => (None, component),
            Reported::Property(Address { component, name }) => (component, name),
        };
        let size = text.len() + name.len() + group.map_or(0, str::len) + Self::FRAME;
        if self.size + size > MAX_SECTION {
            return false;
        }
        self.size += size;
        let index = self.groups.iter().position(|(known, _)| *known == group);
        let members = match index.and_then(|index| self.groups.get_mut(index)) {
            Some((_, members)) => {
                members.push(',');
                members
            }
            None => {
                self.groups.push((group, String::new()));
                match self.groups.last_mut() {
                    Some((_, members)) => members,
                    None => return false,
                }
            }
        };
        Encoder::new(members).str(name);
        members.push(':');
        members.push_str(text);
        true
    }

    /// The update: root members as they are, each component one object with its mark, which tells
    /// back ends that it is a component.
    fn finish(self) -> String {
        let mut body = String::with_capacity(self.size + 2);
        body.push('{');
        for (index, (component, members)) in self.groups.iter().enumerate() {
            if index > 0 {
                body.push(',');
            }
            match component {
                None => body.push_str(members),
                Some(component) => {
                    Encoder::new(&mut body).str(component);
                    body.push_str(r#":{"__t":"c","#);
                    body.push_str(members);
                    body.push('}');
                }
            }
        }
        body.push('}');
        body
    }
}

fn render(entry: &Entry, reported: &Map<String, Value>) -> String {
    let old = match entry.target {
        Reported::Property(property) => find(reported, property),
        Reported::Component(_) => None,
    };
    let mut text = String::new();
    match &entry.content {
        Content::Removed => text.push_str("null"),
        Content::Plain(new) => merge::replace(old, new, &mut text),
        Content::Ack(ack) => render_ack(ack, old, &mut text),
    }
    text
}

/// `{"value":…,"ac":…,"av":…,"ad":…}`, the description only where there is one (checklist 22); what the
/// twin holds beside these from earlier is removed.
fn render_ack(ack: &AckContent, old: Option<&Value>, text: &mut String) {
    let old = old.and_then(Value::as_object);
    text.push_str("{\"value\":");
    match &ack.value {
        Some(value) => merge::replace(old.and_then(|old| old.get("value")), value, text),
        None => text.push_str("null"),
    }
    // Writing to a String can't fail.
    let _ = write!(text, ",\"ac\":{},\"av\":{}", ack.status, ack.version);
    if let Some(description) = &ack.description {
        text.push_str(",\"ad\":");
        Encoder::new(text).str(description);
    }
    let stale = old
        .into_iter()
        .flat_map(Map::keys)
        .filter(|name| match name.as_str() {
            "value" | "ac" | "av" => false,
            "ad" => ack.description.is_none(),
            _ => true,
        });
    for name in stale {
        text.push(',');
        Encoder::new(text).str(name);
        text.push_str(":null");
    }
    text.push('}');
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
