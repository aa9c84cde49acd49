//! What the code that `pnp-derive` writes calls. No part of the public interface; it speaks with one
//! exact version of the derives.

use alloc::string::{String, ToString};
use core::fmt::Display;

use crate::interface::{Address, Component, Interface, Served};
use crate::outcome::{Ack, CommandError, Desired, Reason, WritableOutcome};
use crate::schema::{
    DecodeError, EncodeError, Encoder, ObjectEncoder, Schema, Value, from_json, to_json,
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
}

/// The address of a component that the root's declaration holds.
pub const fn component<Root: Interface, I: Interface>(name: &'static str) -> Component<Root, I> {
    Component::__named(name)
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
}

impl Response for () {
    fn body(&self) -> Result<String, EncodeError> {
        Ok(String::new())
    }
}

impl<T: Schema> Response for T {
    fn body(&self) -> Result<String, EncodeError> {
        to_json(self)
    }
}

/// [`Served::actual`](crate::Served::actual) for one property: `get` is the handler's getter.
pub fn actual<H: ?Sized, T: Schema>(
    handler: &H,
    get: impl FnOnce(&H) -> Option<T>,
) -> Option<Result<String, EncodeError>> {
    contain(|| get(handler))
        .ok()
        .flatten()
        .map(|value| to_json(&value))
}

/// [`Served::desired`](crate::Served::desired) for one property: `set` and `get` are the handler's
/// setter and getter.
pub fn desired<H: ?Sized, T: Schema>(
    handler: &mut H,
    value: Option<&Value>,
    version: i64,
    reason: Reason,
    set: impl FnOnce(&mut H, Desired<T>) -> Ack<T>,
    get: impl FnOnce(&H) -> Option<T>,
) -> WritableOutcome {
    let decoded = value
        .map(|value| {
            let value = T::decode(value)?;
            value.check_known()?;
            Ok(value)
        })
        .transpose();
    let ack = match decoded {
        Err(error) => {
            let error: crate::DecodeError = error;
            Ack::rejected(format!("{error}"))
        }
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
    ack.into_outcome(|| actual(handler, get)?.ok())
}

/// [`Served::command`](crate::Served::command) for a command without request schema; whatever comes
/// as its payload is ignored.
///
/// # Errors
/// What the handler says; 500 where it panics or its response can't be sent.
pub fn command<H: ?Sized, R: Response>(
    handler: &mut H,
    run: impl FnOnce(&mut H) -> Result<R, CommandError>,
) -> Result<String, CommandError> {
    body_of(contain(|| run(handler)).unwrap_or_else(|Panicked| Err(CommandError::failed(PANICKED))))
}

/// A command's result in its wire form.
pub(crate) fn body_of<R: Response>(
    result: Result<R, CommandError>,
) -> Result<String, CommandError> {
    result?
        .body()
        .map_err(|error| CommandError::failed(format!("the response can't be sent: {error}")))
}

/// [`Served::command`](crate::Served::command) for a command with a request schema. A missing payload
/// is `null`, which a nullable request (`Option<T>`) accepts and any other refuses.
///
/// # Errors
/// 400 where the payload is not a value of `Q`; what the handler says; 500 where it panics or its
/// response can't be sent.
pub fn command_with<H: ?Sized, Q: Schema, R: Response>(
    handler: &mut H,
    payload: &[u8],
    run: impl FnOnce(&mut H, Q) -> Result<R, CommandError>,
) -> Result<String, CommandError> {
    let request = match payload {
        [] => Q::decode(&Value::Null),
        text => from_json::<Q>(text),
    };
    let request = request
        .and_then(|request| {
            request.check_known()?;
            Ok(request)
        })
        .map_err(|error| CommandError::bad_request(format!("request: {error}")))?;
    command(handler, |handler| run(handler, request))
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
