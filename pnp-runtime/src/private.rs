//! What the code that `pnp-derive` writes calls. No part of the public interface; it speaks with one
//! exact version of the derives.

use alloc::string::{String, ToString};
use core::fmt::Display;

use crate::describe::{Content, Description, InterfaceRef, Member};
use crate::interface::{Address, Component, Interface, Properties, Served, Telemetry};
use crate::outcome::{Ack, CommandError, Desired, Reason, WritableOutcome};
use crate::schema::{
    DecodeError, EncodeError, Encoder, ObjectEncoder, Schema, Value, json, to_json,
};

pub use alloc::format;
pub use alloc::string::String as StdString;

/// Which interface a handler trait is for; `#[handler]` implements it for `dyn Handler`.
///
/// A component's accessor returns `&mut dyn path::Handler`, and the interface follows from the trait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the handler of an interface",
    note = "put `#[pnp_runtime::handler(interface = …)]` on the trait"
)]
pub trait HandlerOf {
    /// The interface.
    type Interface: Served;

    /// What the interface's model says of the trait.
    fn describe() -> Option<&'static [Content]> {
        Self::Interface::describe_handler()
    }
}

/// The address of a component that the root's declaration holds; its type is an interface by what
/// stands beside the name.
pub const fn component<Root, I>(name: &'static str, _: InterfaceRef) -> Component<Root, I> {
    Component::named(name)
}

/// What is asked of a type that is a value: its [`Schema`] as functions.
///
/// Everything written for a getter, its setter or a request asks for this one thing, so that a type
/// that is no `Schema` is the same error everywhere, which the compiler tells once.
#[derive(Debug)]
pub struct Codec<T> {
    encode: Encode<T>,
    decode: fn(&Value) -> Result<T, DecodeError>,
    check_known: fn(&T) -> Result<(), DecodeError>,
    /// Which schema it is.
    pub describe: fn() -> Description,
}

/// The functions of a value type.
pub const fn codec<T: Schema>() -> Codec<T> {
    Codec {
        encode: T::encode,
        decode: T::decode,
        check_known: T::check_known,
        describe: T::describe,
    }
}

impl<T> Clone for Codec<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Codec<T> {}

impl<T> Codec<T> {
    fn to_json(self, value: &T) -> Result<String, EncodeError> {
        let mut text = String::new();
        (self.encode)(value, &mut Encoder::new(&mut text))?;
        Ok(text)
    }

    /// A value that a back end asks for, which the model has to know.
    fn wanted(self, value: &Value) -> Result<T, DecodeError> {
        let value = (self.decode)(value)?;
        (self.check_known)(&value)?;
        Ok(value)
    }
}

/// The same of what a command gives.
#[derive(Debug)]
pub struct Reply<R> {
    body: fn(&R) -> Result<String, EncodeError>,
    /// Which schema it is.
    pub describe: fn() -> Description,
}

/// The functions of a command's response.
pub const fn reply<R: Response>() -> Reply<R> {
    Reply {
        body: R::body,
        describe: R::describe,
    }
}

/// What [`Properties::encode_each`](crate::Properties::encode_each) calls.
pub type Each<'e> = dyn FnMut(
        &'static str,
        &dyn Fn(&mut Encoder<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError>
    + 'e;

/// Stands in for the interface that a faulty declaration doesn't name. Such code never runs.
#[derive(Debug)]
pub enum NoInterface {}

impl Interface for NoInterface {
    const ID: &'static str = "";
}

/// What a command's handler method gives: a value of the response schema, or `()` where the command
/// has none.
pub trait Response {
    /// The response's JSON text; empty where the command has no response schema.
    ///
    /// # Errors
    /// A value that JSON can't carry.
    fn body(&self) -> Result<String, EncodeError>;

    /// Its schema.
    fn describe() -> Description;
}

impl Response for () {
    fn body(&self) -> Result<String, EncodeError> {
        Ok(String::new())
    }

    fn describe() -> Description {
        Description::Nothing
    }
}

impl<T: Schema> Response for T {
    fn body(&self) -> Result<String, EncodeError> {
        to_json(self)
    }

    fn describe() -> Description {
        T::describe()
    }
}

/// What an interface's `telemetry = …` names: a struct of its own telemetry.
pub const fn telemetry<I, T>() -> Option<fn() -> Option<&'static [Member]>>
where
    T: Telemetry<Interface = I>,
{
    Some(T::describe)
}

/// What an interface's `properties = …` names: a struct of its own properties.
pub const fn properties<I, T>() -> Option<fn() -> Option<&'static [Member]>>
where
    T: Properties<Interface = I>,
{
    Some(T::describe)
}

/// What an interface's `handler = …` names: its own trait.
pub const fn handler<I, H>() -> Option<fn() -> Option<&'static [Content]>>
where
    H: HandlerOf<Interface = I> + ?Sized,
{
    Some(H::describe)
}

/// [`Served::actual`](crate::Served::actual) for one property: `get` is the handler's getter.
pub fn actual<H: ?Sized, T>(
    handler: &H,
    codec: Codec<T>,
    get: impl FnOnce(&H) -> Option<T>,
) -> Option<Result<String, EncodeError>> {
    contain(|| get(handler))
        .ok()
        .flatten()
        .map(|value| codec.to_json(&value))
}

/// [`Served::desired`](crate::Served::desired) for one property: `set` and `get` are the handler's
/// setter and getter.
pub fn desired<H: ?Sized, T>(
    handler: &mut H,
    codec: Codec<T>,
    value: Option<&Value>,
    version: i64,
    reason: Reason,
    set: impl FnOnce(&mut H, Desired<T>) -> Ack<T>,
    get: impl FnOnce(&H) -> Option<T>,
) -> WritableOutcome {
    let decoded = value.map(|value| codec.wanted(value)).transpose();
    let ack = match decoded {
        Err(error) => Ack::rejected(format!("{error}")),
        Ok(value) => contain(|| {
            set(
                handler,
                Desired {
                    value,
                    version,
                    reason,
                },
            )
        })
        .unwrap_or_else(|Panicked| Ack::failed(PANICKED)),
    };
    ack.into_outcome(
        |value| codec.to_json(value),
        || actual(handler, codec, get)?.ok(),
    )
}

/// [`Served::command`](crate::Served::command) for a command without request schema; whatever comes
/// as its payload is ignored.
///
/// # Errors
/// What the handler says; 500 where it panics or its response can't be sent.
pub fn command<H: ?Sized, R>(
    handler: &mut H,
    reply: Reply<R>,
    run: impl FnOnce(&mut H) -> Result<R, CommandError>,
) -> Result<String, CommandError> {
    let result =
        contain(|| run(handler)).unwrap_or_else(|Panicked| Err(CommandError::failed(PANICKED)));
    body_of(result, reply)
}

/// A command's result in its wire form.
pub(crate) fn body_of<R>(
    result: Result<R, CommandError>,
    reply: Reply<R>,
) -> Result<String, CommandError> {
    (reply.body)(&result?)
        .map_err(|error| CommandError::failed(format!("the response can't be sent: {error}")))
}

/// [`Served::command`](crate::Served::command) for a command with a request schema. A missing payload
/// is `null`, which a nullable request (`Option<T>`) accepts and any other refuses.
///
/// # Errors
/// 400 where the payload is not a value of `Q`; what the handler says; 500 where it panics or its
/// response can't be sent.
pub fn command_with<H: ?Sized, Q, R>(
    handler: &mut H,
    payload: &[u8],
    codec: Codec<Q>,
    reply: Reply<R>,
    run: impl FnOnce(&mut H, Q) -> Result<R, CommandError>,
) -> Result<String, CommandError> {
    let value = match payload {
        [] => Ok(Value::Null),
        text => json(text),
    };
    let request = value
        .and_then(|value| codec.wanted(&value))
        .map_err(|error| CommandError::bad_request(format!("request: {error}")))?;
    command(handler, reply, |handler| run(handler, request))
}

/// How a value is written: `<T as Schema>::encode`.
///
/// Given as a function, beside a type without bounds, so that a type that is no `Schema` is one error
/// at its own place rather than one for each call that asks for the bound.
type Encode<T> = fn(&T, &mut Encoder<'_>) -> Result<(), EncodeError>;

/// Writes a member.
///
/// # Errors
/// What `encode` returns, with its path from here.
pub fn field<T>(
    object: &mut ObjectEncoder<'_>,
    name: &str,
    value: &T,
    encode: Encode<T>,
) -> Result<(), EncodeError> {
    object.field_with(name, |out| encode(value, out))
}

/// Writes a member where there is a value.
///
/// # Errors
/// What `encode` returns, with its path from here.
pub fn optional<T>(
    object: &mut ObjectEncoder<'_>,
    name: &str,
    value: Option<&T>,
    encode: Encode<T>,
) -> Result<(), EncodeError> {
    match value {
        Some(value) => field(object, name, value, encode),
        None => Ok(()),
    }
}

/// The address as the component itself sees it.
pub fn within(address: Address<'_>) -> Address<'_> {
    Address {
        component: None,
        name: address.name,
    }
}

/// 404: no command has this address.
pub fn no_command(address: Address<'_>) -> CommandError {
    CommandError::not_found(match address.component {
        None => format!("there is no command {:?}", address.name),
        Some(component) => format!(
            "there is no command {:?} in component {component:?}",
            address.name
        ),
    })
}

/// The string that an enum with string values reads.
///
/// # Errors
/// JSON that is not a string.
pub fn enum_string(value: &Value) -> Result<&str, DecodeError> {
    value
        .as_str()
        .ok_or_else(|| DecodeError::wrong_type("a string", value))
}

/// An enum value that the model doesn't name.
pub fn unknown_value(found: &dyn Display) -> DecodeError {
    DecodeError::unknown_value(&found.to_string())
}

/// What a back end reads where application code panicked; the panic's own text stays on the device.
const PANICKED: &str = "the device's handler panicked";

struct Panicked;

/// Runs application code; with the standard library a panic in it ends there.
#[cfg(feature = "std")]
fn contain<R>(run: impl FnOnce() -> R) -> Result<R, Panicked> {
    // The handler may be left half changed. It is the application's own state, which nothing here
    // relies on, and a device that stays in touch beats one that dies.
    std::panic::catch_unwind(core::panic::AssertUnwindSafe(run)).map_err(|_| Panicked)
}

#[cfg(not(feature = "std"))]
fn contain<R>(run: impl FnOnce() -> R) -> Result<R, Panicked> {
    Ok(run())
}
