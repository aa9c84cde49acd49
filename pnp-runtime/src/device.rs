//! The typed face of a session: a device with root interface `I`.

use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;
use core::marker::PhantomData;

use crate::__private::Response;
use crate::interface::{Address, Component, Interface, Properties, Served, Telemetry};
use crate::outcome::{Ack, CommandError, Reason, WritableOutcome};
use crate::schema::{EncodeError, Encoder, Schema, Value, to_json};
use crate::session::{
    CommandTicket, Handlers, Instant, MAX_MESSAGE, Notice, Options, Reported, Session,
};
use crate::transport::{Action, ConnectOptions, Event};

/// A device whose root interface is `I`: the sans-IO core behind every transport.
///
/// Feed it what the link says ([`handle`](Self::handle)) and what the clock says
/// ([`tick`](Self::tick)); carry out what it asks ([`poll_action`](Self::poll_action)).
/// [`Client`](crate::Client) does that for a [`Transport`](crate::Transport).
#[derive(Debug)]
pub struct Device<I> {
    session: Session,
    root: PhantomData<fn() -> I>,
}

/// Bytes to begin a message with, so that most need one allocation.
const TYPICAL_MESSAGE: usize = 128;

/// Why a telemetry message is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// A value that JSON can't carry.
    Encode(EncodeError),
    /// The message is larger than the hub takes, 256 KB.
    TooLarge,
    /// [`Options::telemetry_capacity`] messages wait already.
    QueueFull,
}

/// The acknowledgement is no longer owed: it was given, or a newer desired value took its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Superseded;

/// Nobody waits for the reply: it was given, its time is over, or the link is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NobodyWaits;

impl<I: Served> Default for Device<I> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Served> Device<I> {
    /// A device that is not connected yet.
    pub fn new() -> Self {
        Self::with_options(Options::default())
    }

    /// A device that is not connected yet, with choices of your own.
    pub fn with_options(options: Options) -> Self {
        Self {
            session: Session::new(I::SHAPE, options),
            root: PhantomData,
        }
    }

    /// What the device says of itself when it connects: its model.
    pub fn connect_options() -> ConnectOptions {
        ConnectOptions::of::<I>()
    }

    /// Takes an event of the link; `handler` is called for desired values and commands.
    pub fn handle(&mut self, event: Event, now: Instant, handler: &mut I::Handler<'_>) {
        self.session.handle(event, now, &mut Bound::<I>(handler));
    }

    /// Takes a reading of the clock: time-outs and retries that are due by then happen.
    pub fn tick(&mut self, now: Instant) {
        self.session.tick(now);
    }

    /// When [`tick`](Self::tick) should be called at the latest; `None` where nothing waits for time
    /// to pass.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.session.next_deadline()
    }

    /// The next thing to do on the link; `None` where there is nothing to do, or no link.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.session.poll_action()
    }

    /// The next thing that the application may want to know. The latest 1024 are kept.
    pub fn poll_notice(&mut self) -> Option<Notice> {
        self.session.poll_notice()
    }

    /// Queues a telemetry message and returns its id, which
    /// [`Notice::TelemetryAccepted`] gives back once the hub has it.
    ///
    /// It survives the loss of the link: what wasn't accepted is sent again on the next one.
    ///
    /// # Errors
    /// A value that JSON can't carry, a message above 256 KB, a full queue. Nothing is sent then.
    pub fn telemetry<C, T>(
        &mut self,
        component: Component<I, C>,
        telemetry: &T,
    ) -> Result<u64, SendError>
    where
        C: Interface,
        T: Telemetry<Interface = C>,
    {
        let mut body = String::with_capacity(TYPICAL_MESSAGE);
        telemetry
            .encode(&mut Encoder::new(&mut body))
            .map_err(SendError::Encode)?;
        if body.len() > MAX_MESSAGE {
            return Err(SendError::TooLarge);
        }
        self.session
            .telemetry(component.name(), body)
            .ok_or(SendError::QueueFull)
    }

    /// Queues read-only properties; those that are absent stay as they are in the twin.
    ///
    /// A newer value of a property takes the place of one that waits, and follows one that is on the
    /// wire. What becomes of it comes as [`Notice::ReportWritten`] or [`Notice::ReportRefused`].
    ///
    /// # Errors
    /// A value that JSON can't carry. Nothing is queued then.
    pub fn report<C, P>(
        &mut self,
        component: Component<I, C>,
        properties: &P,
    ) -> Result<(), EncodeError>
    where
        C: Interface,
        P: Properties<Interface = C>,
    {
        let mut encoded: Vec<(&'static str, String)> = Vec::new();
        properties.encode_each(&mut |name, write| {
            let mut text = String::new();
            write(&mut Encoder::new(&mut text)).map_err(|error| error.at(name))?;
            encoded.push((name, text));
            Ok(())
        })?;
        for (name, value) in encoded {
            let component = component.name();
            self.session.report(Address { component, name }, value);
        }
        Ok(())
    }

    /// Queues the removal of a reported property from the twin, by its wire name.
    pub fn clear<C: Interface>(&mut self, component: Component<I, C>, name: &'static str) {
        let component = component.name();
        self.session
            .clear(Reported::Property(Address { component, name }));
    }

    /// Queues the removal of everything that a component reported. The root is no component and stays.
    pub fn clear_component<C: Interface>(&mut self, component: Component<I, C>) {
        if let Some(name) = component.name() {
            self.session.clear(Reported::Component(name));
        }
    }

    /// Gives the final answer to a desired value that the handler answered with [`Ack::pending`]; it
    /// carries the same version. `name` is the property's wire name, `version` that of the
    /// [`Desired`](crate::Desired).
    ///
    /// # Errors
    /// The answer is not owed: a newer desired value has come, or it was given already. Nothing is
    /// reported then.
    pub fn complete<C: Interface, T: Schema>(
        &mut self,
        component: Component<I, C>,
        name: &str,
        version: i64,
        ack: Ack<T>,
        handler: &mut I::Handler<'_>,
    ) -> Result<(), Superseded> {
        let property = Address {
            component: component.name(),
            name,
        };
        let outcome = || ack.into_outcome(to_json, || Bound::<I>(handler).actual(property));
        self.session
            .complete(property, version, outcome)
            .then_some(())
            .ok_or(Superseded)
    }

    /// Answers a command whose handler said [`CommandError::deferred`]; `Ok(())` inside is the answer
    /// of a command without response schema.
    ///
    /// # Errors
    /// Nobody waits any more. That is no fault: late replies are dropped.
    pub fn respond<R: Response>(
        &mut self,
        ticket: CommandTicket,
        result: Result<R, CommandError>,
    ) -> Result<(), NobodyWaits> {
        let result = crate::__private::body_of(result, crate::__private::reply());
        self.session
            .respond(ticket, result)
            .then_some(())
            .ok_or(NobodyWaits)
    }
}

/// A handler as the session sees it.
struct Bound<'a, 'h, I: Served>(&'a mut I::Handler<'h>);

impl<I: Served> Handlers for Bound<'_, '_, I> {
    fn actual(&mut self, property: Address<'_>) -> Option<String> {
        I::actual(self.0, property)?.ok()
    }

    fn desired(
        &mut self,
        property: Address<'_>,
        value: Option<&Value>,
        version: i64,
        reason: Reason,
    ) -> Option<WritableOutcome> {
        I::desired(self.0, property, value, version, reason)
    }

    fn command(&mut self, command: Address<'_>, payload: &[u8]) -> Result<String, CommandError> {
        I::command(self.0, command, payload)
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encode(error) => error.fmt(f),
            Self::TooLarge => f.write_str("the message is larger than 256 KB"),
            Self::QueueFull => f.write_str("too many messages wait to be accepted"),
        }
    }
}

impl fmt::Display for Superseded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the acknowledgement is no longer owed")
    }
}

impl fmt::Display for NobodyWaits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody waits for this reply")
    }
}

impl Error for SendError {}
impl Error for Superseded {}
impl Error for NobodyWaits {}
