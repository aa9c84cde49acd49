//! What the derives implement: interfaces, their components, telemetry, properties and handlers.
//!
//! Generated code and hand-written code are the same declarations; `pnp-derive` writes these impls.

use alloc::string::String;
use core::marker::PhantomData;

use crate::describe::{Content, InterfaceDescription, Member};
use crate::outcome::{CommandError, Reason, WritableOutcome};
use crate::schema::{EncodeError, Encoder, Value};

/// A DTDL interface, as a type. `#[derive(pnp_runtime::Interface)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a DTDL interface",
    note = "derive `pnp_runtime::Interface` for it"
)]
pub trait Interface: 'static {
    /// The interface's DTMI with its version, byte for byte as the model states it.
    const ID: &'static str;

    /// What its declarations say, for [`dtdl_of`](crate::describe::dtdl_of); nothing else asks. `None`
    /// where the interface doesn't name its declarations.
    fn describe() -> Option<&'static InterfaceDescription> {
        None
    }
}

/// The address of a component of interface `I` in a device whose root interface is `Root`.
///
/// The root itself is an address too: [`Component::root`]. Values come from the accessor functions
/// that `#[derive(Interface)]` writes (`TemperatureController::thermostat1()`), so a message can't
/// be addressed to a component that the device's model doesn't have.
#[derive(Debug)]
pub struct Component<Root, I> {
    name: Option<&'static str>,
    types: PhantomData<fn() -> (Root, I)>,
}

impl<Root, I> Clone for Component<Root, I> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Root, I> Copy for Component<Root, I> {}

impl<Root, I> Component<Root, I> {
    /// A component by its wire name; for derived code, which knows that the model has it.
    pub(crate) const fn named(name: &'static str) -> Self {
        Self {
            name: Some(name),
            types: PhantomData,
        }
    }
}

impl<Root: Interface> Component<Root, Root> {
    /// The device's root interface itself.
    pub const fn root() -> Self {
        Self {
            name: None,
            types: PhantomData,
        }
    }
}

impl<Root: Interface, I: Interface> Component<Root, I> {
    /// The component's name on the wire; `None` for the root.
    pub const fn name(&self) -> Option<&'static str> {
        self.name
    }
}

/// Telemetry of one interface: one value is one message.
///
/// `#[derive(pnp_runtime::Telemetry)] #[pnp(interface = Thermostat)]` on a struct of `Option` fields.
/// A message can't mix components, because the struct holds one interface's telemetry and is sent to
/// one [`Component`] address.
pub trait Telemetry {
    /// The interface whose telemetry this is.
    type Interface: Interface;

    /// Appends the message body: a JSON object with a member for each field that is present.
    ///
    /// # Errors
    /// A value that JSON can't carry.
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError>;

    /// The telemetry that a message may hold, for [`dtdl_of`](crate::describe::dtdl_of); nothing else
    /// asks.
    fn describe() -> Option<&'static [Member]>
    where
        Self: Sized,
    {
        None
    }
}

/// Appends one value's JSON text to an encoder.
pub type ValueWriter<'w> = &'w dyn Fn(&mut Encoder<'_>) -> Result<(), EncodeError>;

/// Read-only properties of one interface, as they are reported.
///
/// `#[derive(pnp_runtime::Properties)] #[pnp(interface = Thermostat)]` on a struct of `Option` fields;
/// an absent field is left alone in the twin.
pub trait Properties {
    /// The interface whose properties these are.
    type Interface: Interface;

    /// Calls `each` with the wire name of every field that is present and a writer of its JSON text.
    ///
    /// # Errors
    /// A value that JSON can't carry.
    fn encode_each(
        &self,
        each: &mut dyn FnMut(&'static str, ValueWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError>;

    /// The properties that a report may hold, for [`dtdl_of`](crate::describe::dtdl_of); nothing else
    /// asks.
    fn describe() -> Option<&'static [Member]>
    where
        Self: Sized,
    {
        None
    }
}

/// What a handler takes: the names that the session needs to route a twin or a command by the model.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Wire names of the writable properties, in the model's order.
    pub writable: &'static [&'static str],
    /// Wire names of the commands, in the model's order.
    pub commands: &'static [&'static str],
    /// Components that take desired properties or commands, by wire name.
    pub components: &'static [(&'static str, &'static Shape)],
}

/// A property or command below the root (`component: None`) or in a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address<'a> {
    /// The component's wire name; `None` for the root.
    pub component: Option<&'a str>,
    /// The property's or command's wire name.
    pub name: &'a str,
}

/// An interface with a handler trait; written by `#[pnp_runtime::handler(interface = …)]` on that trait.
pub trait Served: Interface {
    /// The handler trait as a trait object: `dyn Handler + 'h`.
    type Handler<'h>: ?Sized;

    /// What the handler takes.
    const SHAPE: &'static Shape;

    /// The current value of a writable property as JSON text; `None` where the device has none yet or
    /// the address is not in [`SHAPE`](Self::SHAPE).
    ///
    /// # Errors
    /// A value that JSON can't carry.
    fn actual(
        handler: &mut Self::Handler<'_>,
        address: Address<'_>,
    ) -> Option<Result<String, EncodeError>>;

    /// Hands a desired value (`None`: it was removed) to the property's setter.
    ///
    /// A value that doesn't decode never reaches the setter: the outcome then rejects it with the
    /// current value. `None` where the address is not in [`SHAPE`](Self::SHAPE).
    fn desired(
        handler: &mut Self::Handler<'_>,
        address: Address<'_>,
        value: Option<&Value>,
        version: i64,
        reason: Reason,
    ) -> Option<WritableOutcome>;

    /// Runs a command; `payload` is the request as it came (may be empty), the result the response's
    /// JSON text (empty where the command has no response).
    ///
    /// # Errors
    /// [`CommandError`] with the status that the caller sees: 404 where the address is not in
    /// [`SHAPE`](Self::SHAPE), 400 where the request doesn't decode, else what the handler says.
    fn command(
        handler: &mut Self::Handler<'_>,
        address: Address<'_>,
        payload: &[u8],
    ) -> Result<String, CommandError>;

    /// The writable properties and commands, for [`dtdl_of`](crate::describe::dtdl_of); nothing else
    /// asks. The name differs from [`Interface::describe`], which the same type has.
    fn describe_handler() -> Option<&'static [Content]> {
        None
    }
}
