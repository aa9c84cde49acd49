//! The text of a reported update: values, acknowledgements, components and the hub's limit.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use serde_json::{Map, Value};

use super::MAX_SECTION;
use super::merge;
use super::notice::Reported;
use crate::interface::Address;
use crate::schema::Encoder;

/// What a property becomes.
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

/// The text of an update, growing component by component within the hub's limit.
#[derive(Default)]
pub(super) struct Batch {
    /// Members by component, in the order of arrival; each text is `"name":value` pairs.
    groups: Vec<(Option<&'static str>, String)>,
    size: usize,
}

impl Batch {
    /// What brackets, quotes, comma and component mark add to names at most.
    const FRAME: usize = r#",{"":"","__t":"c"}"#.len();

    /// Adds a member, if the update stays within the limit.
    pub(super) fn add(&mut self, target: Reported, text: &str) -> bool {
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
    pub(super) fn finish(self) -> String {
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

impl Content {
    /// The JSON text that makes a property this, where it was `old` in the twin.
    pub(super) fn text(&self, old: Option<&Value>) -> String {
        let mut text = String::new();
        match self {
            Self::Removed => text.push_str("null"),
            Self::Plain(new) => merge::replace(old, new, &mut text),
            Self::Ack(ack) => ack.write(old, &mut text),
        }
        text
    }
}

impl AckContent {
    /// Writes `{"value":…,"ac":…,"av":…,"ad":…}`, the description only where there is one (checklist
    /// 22); what the twin holds beside these from earlier is removed.
    fn write(&self, old: Option<&Value>, text: &mut String) {
        let old = old.and_then(Value::as_object);
        text.push_str("{\"value\":");
        match &self.value {
            Some(value) => merge::replace(old.and_then(|old| old.get("value")), value, text),
            None => text.push_str("null"),
        }
        // Writing to a String can't fail.
        let _ = write!(text, ",\"ac\":{},\"av\":{}", self.status, self.version);
        if let Some(description) = &self.description {
            text.push_str(",\"ad\":");
            Encoder::new(text).str(description);
        }
        let stale = old
            .into_iter()
            .flat_map(Map::keys)
            .filter(|name| match name.as_str() {
                "value" | "ac" | "av" => false,
                "ad" => self.description.is_none(),
                _ => true,
            });
        for name in stale {
            text.push(',');
            Encoder::new(text).str(name);
            text.push_str(":null");
        }
        text.push('}');
    }
}
