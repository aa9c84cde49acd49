//! The Interface view.

use super::element::view;
use super::{Command, Component, Content, Property, Relationship, Schema, Telemetry};
use crate::metamodel::names::prop;

view! {
    /// An Interface.
    Interface
}

impl<'m> Interface<'m> {
    /// All contents: its own in the order of the text, then those that it inherits, in the order
    /// of `extends`. What two paths inherit from one Interface comes once.
    pub fn contents(self) -> impl Iterator<Item = Content<'m>> {
        let model = self.0.model;
        let contents = model
            .contents
            .get(&self.0.ix)
            .map(Vec::as_slice)
            .unwrap_or_default();
        contents
            .iter()
            .filter_map(move |&ix| Content::of(model.view(ix)))
    }

    /// The contents that the Interface itself defines, in the order of the text.
    pub fn own_contents(self) -> impl Iterator<Item = Content<'m>> {
        self.0.many(prop::CONTENTS).filter_map(Content::of)
    }

    /// The content with a name, own or inherited.
    pub fn content(self, name: &str) -> Option<Content<'m>> {
        self.contents().find(|content| content.name() == name)
    }

    /// The Telemetries among [`contents`](Self::contents).
    pub fn telemetries(self) -> impl Iterator<Item = Telemetry<'m>> {
        self.contents().filter_map(|content| {
            if let Content::Telemetry(it) = content {
                Some(it)
            } else {
                None
            }
        })
    }

    /// The Properties among [`contents`](Self::contents).
    pub fn properties(self) -> impl Iterator<Item = Property<'m>> {
        self.contents().filter_map(|content| {
            if let Content::Property(it) = content {
                Some(it)
            } else {
                None
            }
        })
    }

    /// The Commands among [`contents`](Self::contents).
    pub fn commands(self) -> impl Iterator<Item = Command<'m>> {
        self.contents().filter_map(|content| {
            if let Content::Command(it) = content {
                Some(it)
            } else {
                None
            }
        })
    }

    /// The Components among [`contents`](Self::contents).
    pub fn components(self) -> impl Iterator<Item = Component<'m>> {
        self.contents().filter_map(|content| {
            if let Content::Component(it) = content {
                Some(it)
            } else {
                None
            }
        })
    }

    /// The Relationships among [`contents`](Self::contents).
    pub fn relationships(self) -> impl Iterator<Item = Relationship<'m>> {
        self.contents().filter_map(|content| {
            if let Content::Relationship(it) = content {
                Some(it)
            } else {
                None
            }
        })
    }

    /// The Interfaces that it extends directly, in the order of the text.
    pub fn extends(self) -> impl Iterator<Item = Interface<'m>> {
        self.0.many(prop::EXTENDS).map(Interface)
    }

    /// The Interfaces of the model that extend it directly.
    pub fn extended_by(self) -> impl Iterator<Item = Interface<'m>> {
        let model = self.0.model;
        let below = model
            .extended_by
            .get(&self.0.ix)
            .map(Vec::as_slice)
            .unwrap_or_default();
        below.iter().map(move |&ix| Interface(model.view(ix)))
    }

    /// The schemas that it defines for use by their identifiers, in the order of the text.
    pub fn schemas(self) -> impl Iterator<Item = Schema<'m>> {
        self.0.many(prop::SCHEMAS).filter_map(Schema::of)
    }
}
