//! The five kinds of content of an Interface.

use super::element::{term_of, view};
use super::{Element, Interface, Schema};
use crate::graph::Value;
use crate::metamodel::PropId;
use crate::metamodel::names::{class, prop};

/// A content of an Interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'m> {
    /// Data that a device sends.
    Telemetry(Telemetry<'m>),
    /// State of a device or of a twin.
    Property(Property<'m>),
    /// An operation that can be called.
    Command(Command<'m>),
    /// Another Interface inside this one.
    Component(Component<'m>),
    /// A link to other twins.
    Relationship(Relationship<'m>),
}

impl<'m> Content<'m> {
    pub(super) fn of(element: Element<'m>) -> Option<Self> {
        Some(match element.class_id() {
            class::TELEMETRY => Self::Telemetry(Telemetry(element)),
            class::PROPERTY => Self::Property(Property(element)),
            class::COMMAND => Self::Command(Command(element)),
            class::COMPONENT => Self::Component(Component(element)),
            class::RELATIONSHIP => Self::Relationship(Relationship(element)),
            _ => return None,
        })
    }

    /// The element behind the view.
    pub fn element(self) -> Element<'m> {
        match self {
            Self::Telemetry(it) => it.0,
            Self::Property(it) => it.0,
            Self::Command(it) => it.0,
            Self::Component(it) => it.0,
            Self::Relationship(it) => it.0,
        }
    }

    /// The name, unique within the Interface and everything it extends.
    pub fn name(self) -> &'m str {
        name_of(self.element())
    }

    /// The Interface that defines the content, which for an inherited one is not the Interface
    /// that was asked.
    pub fn defined_in(self) -> Option<Interface<'m>> {
        self.element().defined_in()
    }
}

fn name_of(element: Element<'_>) -> &str {
    element.name().unwrap_or_default()
}

/// The methods that each named view with a required name has.
macro_rules! named {
    ($name:ident) => {
        impl<'m> $name<'m> {
            /// The name, unique among its siblings.
            pub fn name(self) -> &'m str {
                name_of(self.0)
            }
        }
    };
}

/// The schema of a view, which the checks have made sure of.
macro_rules! with_schema {
    ($name:ident) => {
        impl<'m> $name<'m> {
            /// The schema of the values.
            pub fn schema(self) -> Schema<'m> {
                Schema::below(self.0, prop::SCHEMA)
            }
        }
    };
}

view! {
    /// Data that a device sends.
    Telemetry
}
named!(Telemetry);
with_schema!(Telemetry);

view! {
    /// State of a device or of a twin.
    Property
}
named!(Property);
with_schema!(Property);

impl Property<'_> {
    /// Whether the property may be written from outside; `false` when the model does not say.
    pub fn writable(self) -> bool {
        self.0.bool(prop::WRITABLE)
    }
}

view! {
    /// An operation that can be called.
    Command
}
named!(Command);

impl<'m> Command<'m> {
    /// The input of the command, if it takes one.
    pub fn request(self) -> Option<Payload<'m>> {
        self.0.one(prop::REQUEST).map(Payload)
    }

    /// The output of the command, if it has one.
    pub fn response(self) -> Option<Payload<'m>> {
        self.0.one(prop::RESPONSE).map(Payload)
    }

    /// The `commandType`, `synchronous` or `asynchronous`, when the model says it. It is
    /// deprecated and means nothing to a device.
    pub fn command_type(self) -> Option<&'m str> {
        self.0
            .one(prop::COMMAND_TYPE)
            .map(|element| term_of(element.id()))
    }
}

view! {
    /// The request or the response of a Command.
    Payload
}
named!(Payload);
with_schema!(Payload);

impl Payload<'_> {
    /// Whether the value may be null (DTDL v4); `false` when the model does not say.
    pub fn nullable(self) -> bool {
        self.0.bool(prop::NULLABLE)
    }
}

view! {
    /// Another Interface inside an Interface.
    Component
}
named!(Component);

impl<'m> Component<'m> {
    /// The Interface of the component.
    pub fn schema(self) -> Interface<'m> {
        // The checks made sure of it; the element itself is never taken for an Interface.
        Interface(self.0.one(prop::SCHEMA).unwrap_or(self.0))
    }
}

view! {
    /// A link to other twins.
    Relationship
}
named!(Relationship);

impl<'m> Relationship<'m> {
    /// The DTMI of the Interface that the target must have. It is never resolved.
    pub fn target(self) -> Option<&'m str> {
        self.0.plain_text(prop::TARGET)
    }

    /// Whether links may be changed; `false` when the model does not say.
    pub fn writable(self) -> bool {
        self.0.bool(prop::WRITABLE)
    }

    /// The least number of links, which DTDL allows only to be 0.
    pub fn min_multiplicity(self) -> Option<i64> {
        self.integer(prop::MIN_MULTIPLICITY)
    }

    /// The greatest number of links, at least 1; nothing when there is no limit.
    pub fn max_multiplicity(self) -> Option<i64> {
        self.integer(prop::MAX_MULTIPLICITY)
    }

    /// The Properties of a link.
    pub fn properties(self) -> impl Iterator<Item = Property<'m>> {
        self.0.many(prop::PROPERTIES).map(Property)
    }

    fn integer(self, prop: PropId) -> Option<i64> {
        if let Value::Int(value) = self.0.raw().value(prop)? {
            return Some(*value);
        }
        None
    }
}
