//! Desired properties: the document as read, the patches since, and each value's way to the handler.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::notice::{Notice, Reported};
use super::options::Removed;
use super::reconcile::{Before, Seen, Step, decide};
use super::report::find;
use super::update::{AckContent, Content};
use super::{Handlers, Session, merge};
use crate::interface::{Address, Shape};
use crate::outcome::{Reason, WritableOutcome};
use crate::status;

const VERSION: &str = "$version";

/// What the session knows of the desired section.
#[derive(Debug, Default)]
pub(super) struct Desired {
    /// The section, after every patch; `None` before the first read since the program started.
    section: Option<Map<String, Value>>,
    /// Its version: nothing up to it is applied again.
    last: i64,
    /// Patches that came while the document was being read, in their order.
    early: Vec<(i64, Map<String, Value>)>,
}

impl Desired {
    /// How many patches wait for the document at most. Beyond it the oldest is forgotten; the gap in
    /// the versions then leads to another read.
    const EARLY: usize = 64;

    /// The link is gone; the next one reads the document anew.
    pub(super) fn link_lost(&mut self) {
        self.early.clear();
    }
}

impl Session {
    /// A patch arrived.
    pub(super) fn patched(
        &mut self,
        version: Option<i64>,
        body: &[u8],
        handlers: &mut dyn Handlers,
    ) {
        let Ok(Value::Object(patch)) = serde_json::from_slice(body) else {
            self.malformed("a desired patch that is no JSON object");
            return;
        };
        // The body is what the back end's write became; a topic may repeat it.
        let Some(version) = patch.get(VERSION).and_then(Value::as_i64).or(version) else {
            self.malformed("a desired patch without $version");
            return;
        };
        if self.reading.is_open() {
            if self.desired.early.len() == Desired::EARLY {
                self.desired.early.remove(0);
            }
            self.desired.early.push((version, patch));
            return;
        }
        self.apply(version, &patch, handlers);
    }

    /// The twin document arrived.
    pub(super) fn read(&mut self, body: &[u8], handlers: &mut dyn Handlers) -> Result<(), ()> {
        let Ok(Value::Object(mut twin)) = serde_json::from_slice(body) else {
            self.malformed("a twin that is no JSON object");
            return Err(());
        };
        let mut section = |name| match twin.remove(name) {
            Some(Value::Object(section)) => section,
            _ => Map::new(),
        };
        let desired = section("desired");
        self.reported = section("reported");
        let version = desired.get(VERSION).and_then(Value::as_i64).unwrap_or(0);
        let before = self.desired.section.replace(desired);
        self.desired.last = version;
        self.reading.succeeded();
        self.ignored(version);
        for property in writable(self.shape) {
            self.reconcile(property, before.as_ref(), version, handlers);
        }
        self.notices.push(Notice::Synchronised { version });
        for (version, patch) in core::mem::take(&mut self.desired.early) {
            self.apply(version, &patch, handlers);
        }
        Ok(())
    }

    /// Settles one property after a read.
    fn reconcile(
        &mut self,
        property: Address<'static>,
        before: Option<&Map<String, Value>>,
        version: i64,
        handlers: &mut dyn Handlers,
    ) {
        let desired = self.desired_value(property);
        let reported = find(&self.reported, property);
        let seen = Seen {
            desired: desired.is_some(),
            version,
            acknowledged: self
                .reports
                .unconfirmed_ack(property)
                .or_else(|| reported.and_then(acknowledgement)),
            reported: reported.is_some(),
            pending: self.pending.get(&property).copied(),
            before: match before.map(|before| find(before, property)) {
                None => Before::FirstRead,
                Some(before) if before == desired.as_ref() => Before::Same,
                Some(Some(_)) if desired.is_none() => Before::Gone,
                Some(_) => Before::Changed,
            },
        };
        match decide(seen) {
            Step::Handle(reason) => {
                self.hand(property, desired.as_ref(), version, reason, handlers);
            }
            Step::Remove => self.hand(property, None, version, Reason::Startup, handlers),
            Step::RestoreDesired => self.restore(property, desired, version, handlers),
            Step::RestoreReported => {
                // An acknowledgement may lack a value: a refusal where none was in effect.
                let value = reported.and_then(|reported| match acknowledgement(reported) {
                    Some(_) => reported.get("value"),
                    None => Some(reported),
                });
                if let Some(value) = value.cloned() {
                    self.restore(property, Some(value), 0, handlers);
                }
            }
            Step::Default => {
                if let Some(value) = handlers.actual(property) {
                    self.report_by_device(property, value);
                }
            }
            Step::Nothing => {}
        }
    }

    /// Applies a patch, unless it is known already.
    fn apply(&mut self, version: i64, patch: &Map<String, Value>, handlers: &mut dyn Handlers) {
        if version <= self.desired.last {
            return;
        }
        if version > self.desired.last.saturating_add(1) {
            // A change in between never arrived. This one is good, and the document has the others.
            self.reading.request();
        }
        self.desired.last = version;
        merge::apply(self.desired.section.get_or_insert_default(), patch);
        for (name, change) in content(patch) {
            if let Some(name) = known(self.shape.writable, name) {
                let property = Address {
                    component: None,
                    name,
                };
                self.hand_current(property, version, handlers);
            } else if let Some((component, shape)) = component(self.shape, name) {
                self.apply_component(component, shape, change, version, handlers);
            } else {
                self.ignore(None, name, version);
            }
        }
    }

    fn apply_component(
        &mut self,
        component: &'static str,
        shape: &'static Shape,
        change: &Value,
        version: i64,
        handlers: &mut dyn Handlers,
    ) {
        let property = |name| Address {
            component: Some(component),
            name,
        };
        match change {
            Value::Object(members) => {
                for (name, _) in content(members) {
                    match known(shape.writable, name) {
                        Some(name) => self.hand_current(property(name), version, handlers),
                        None => self.ignore(Some(component), name, version),
                    }
                }
            }
            // The whole component is gone from the section (checklist 37).
            Value::Null => {
                for name in shape.writable {
                    self.hand(property(name), None, version, Reason::Changed, handlers);
                }
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                self.ignore(Some(component), "", version);
            }
        }
    }

    /// Hands over a property as the section now has it: what a patch says of an object is only part
    /// of it.
    fn hand_current(
        &mut self,
        property: Address<'static>,
        version: i64,
        handlers: &mut dyn Handlers,
    ) {
        let value = self.desired_value(property);
        self.hand(property, value.as_ref(), version, Reason::Changed, handlers);
    }

    /// Hands a desired value to the handler and queues its answer.
    fn hand(
        &mut self,
        property: Address<'static>,
        value: Option<&Value>,
        version: i64,
        reason: Reason,
        handlers: &mut dyn Handlers,
    ) {
        self.pending.remove(&property);
        let Some(outcome) = handlers.desired(property, value, version, reason) else {
            self.ignore(property.component, property.name, version);
            return;
        };
        if value.is_some() {
            self.acknowledge(property, version, outcome);
        } else if let (Removed::ReportDefault, Some(value)) = (self.options.removed, outcome.value)
        {
            self.report_by_device(property, value);
        }
    }

    /// Hands over a value as initial state; the twin knows of it already.
    fn restore(
        &mut self,
        property: Address<'static>,
        value: Option<Value>,
        version: i64,
        handlers: &mut dyn Handlers,
    ) {
        let outcome = handlers.desired(property, value.as_ref(), version, Reason::Restored);
        if let Some(outcome) = outcome
            && outcome.status >= status::BAD_REQUEST
            && version > 0
        {
            // The twin says that the value is in effect, and this program refuses it.
            self.acknowledge(property, version, outcome);
        }
    }

    /// Queues an acknowledgement, and remembers where the final one is owed.
    pub(super) fn acknowledge(
        &mut self,
        property: Address<'static>,
        version: i64,
        outcome: WritableOutcome,
    ) {
        if outcome.status == status::PENDING {
            self.pending.insert(property, version);
        } else {
            self.pending.remove(&property);
        }
        self.put_ack(
            property,
            AckContent {
                value: outcome.value,
                status: outcome.status,
                version,
                description: outcome.description,
            },
        );
    }

    /// Queues a value that the device set by itself.
    fn report_by_device(&mut self, property: Address<'static>, value: String) {
        self.put_ack(
            property,
            AckContent {
                value: Some(value),
                status: status::BY_DEVICE,
                version: 0,
                description: None,
            },
        );
    }

    fn put_ack(&mut self, property: Address<'static>, ack: AckContent) {
        self.notices.push(Notice::Acknowledged {
            property,
            status: ack.status,
            version: ack.version,
        });
        self.reports
            .put(Reported::Property(property), Content::Ack(ack));
    }

    /// A property's desired value; `null` counts as none.
    fn desired_value(&self, property: Address<'_>) -> Option<Value> {
        let section = self.desired.section.as_ref()?;
        find(section, property)
            .filter(|value| !value.is_null())
            .cloned()
    }

    fn ignore(&mut self, component: Option<&str>, name: &str, version: i64) {
        self.notices.push(Notice::DesiredIgnored {
            component: component.map(String::from),
            name: String::from(name),
            version,
        });
    }

    /// Tells of everything in the section that no handler takes.
    fn ignored(&mut self, version: i64) {
        let mut unknown: Vec<(Option<&'static str>, String)> = Vec::new();
        for (name, value) in self.desired.section.iter().flat_map(content) {
            if known(self.shape.writable, name).is_some() {
                continue;
            }
            match (component(self.shape, name), value) {
                (Some((component, shape)), Value::Object(members)) => unknown.extend(
                    content(members)
                        .filter(|(name, _)| known(shape.writable, name).is_none())
                        .map(|(name, _)| (Some(component), name.clone())),
                ),
                (Some((component, _)), _) => unknown.push((Some(component), String::new())),
                (None, _) => unknown.push((None, name.clone())),
            }
        }
        for (component, name) in unknown {
            self.ignore(component, &name, version);
        }
    }

    /// A payload can't be used. The document will tell what it was.
    fn malformed(&mut self, what: &'static str) {
        self.notices.push(Notice::Malformed { what });
        self.reading.request();
    }
}

/// Every writable property of a device, root first, in the model's order.
fn writable(shape: &'static Shape) -> impl Iterator<Item = Address<'static>> {
    let component = |component: Option<&'static str>, shape: &'static Shape| {
        shape
            .writable
            .iter()
            .map(move |name| Address { component, name })
    };
    let components = shape
        .components
        .iter()
        .flat_map(move |(name, shape)| component(Some(name), shape));
    component(None, shape).chain(components)
}

/// The members of a section or component that are content: `$version`, `$metadata` and `__t` are the
/// twin's own. DTDL names begin with a letter, so no content looks like them.
fn content(members: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    members
        .iter()
        .filter(|(name, _)| !name.starts_with('$') && *name != "__t")
}

fn known(names: &'static [&'static str], wanted: &str) -> Option<&'static str> {
    names.iter().find(|name| **name == wanted).copied()
}

fn component(shape: &'static Shape, wanted: &str) -> Option<(&'static str, &'static Shape)> {
    shape
        .components
        .iter()
        .find(|(name, _)| *name == wanted)
        .copied()
}

/// Version and status of a reported acknowledgement.
fn acknowledgement(reported: &Value) -> Option<(i64, u16)> {
    let version = reported.get("av")?.as_i64()?;
    let status = reported.get("ac")?.as_u64()?;
    Some((version, u16::try_from(status).ok()?))
}
