//! What an application holds of its connection.

use core::error::Error;
use core::fmt;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

use pnp_mqtt::Receipt;
use tokio::sync::{Mutex, broadcast, mpsc, oneshot, watch};

use super::config::{Config, Target};
use super::dial::Dialer;
use super::engine::{Control, Engine, Ports, Telemetry as Outgoing, Unread};
use super::io::Clock;
use super::provision::Provisioning;
use super::runner::{Call, Runner};
use crate::device::{Device, NobodyWaits, Superseded};
use crate::interface::{Component, Interface, Properties, Served, Telemetry};
use crate::mqtt::supervisor::HubKnown;
use crate::mqtt::{
    CloudMessage, Credentials, Failure, Identity, Link, LinkConfig, Status, Supervisor,
};
use crate::outcome::{Ack, CommandError};
use crate::schema::{EncodeError, Encoder, Schema};
use crate::session::{CommandTicket, MAX_MESSAGE, Notice};

/// Events that wait for the handler at most; beyond them the link is dropped, and the twin read again
/// on the next one.
const EVENTS: usize = 1024;
/// Calls that wait for the device at most; beyond them callers wait.
const CALLS: usize = 256;
/// Notices kept for a reader that is late; older ones are lost to it.
const NOTICES: usize = 1024;
/// Messages of back ends that wait at most: more than a hub has under way for one device (50).
const MESSAGES: usize = 64;
/// How long in milliseconds the hub's answers may take.
const RESPONSE_TIMEOUT: u64 = 20_000;
/// Bytes to begin a message with, so that most need one allocation.
const TYPICAL_MESSAGE: usize = 128;

/// A device's connection, from the application's side: any number of clones, for any task.
///
/// It connects, and stays connected, while its [`Runner`] runs.
pub struct Connection<I: Served> {
    telemetry: mpsc::Sender<Outgoing>,
    calls: mpsc::Sender<Call<I>>,
    control: mpsc::UnboundedSender<Control>,
    notices: broadcast::Sender<Notice>,
    status: watch::Receiver<Status>,
    identity: watch::Receiver<Option<Identity>>,
    messages: Arc<Mutex<mpsc::Receiver<Unread>>>,
    root: PhantomData<fn() -> I>,
}

/// Completes once the hub has the message. Dropping it changes nothing for the message.
#[derive(Debug)]
#[must_use = "the message is under way, but nothing says so when it has arrived"]
pub struct Delivery(oneshot::Receiver<()>);

/// The connection has stopped; what it had taken and not delivered is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// Why a telemetry message was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSent {
    /// A value that JSON can't carry.
    Encode(EncodeError),
    /// The message is larger than the hub takes, 256 KB.
    TooLarge,
    /// As many messages as [`Config::with_queue`] allows wait already.
    QueueFull,
    /// The connection has stopped.
    Stopped,
}

/// What back ends send to the device, with [`Config::with_cloud_messages`].
///
/// 64 messages wait here at most. More stay with the hub, which sends them again on a later
/// connection, as it does with every message that was not [completed](ReceivedMessage::complete).
pub struct CloudMessages<'c> {
    messages: &'c Mutex<mpsc::Receiver<Unread>>,
    control: &'c mpsc::UnboundedSender<Control>,
}

/// A message of a back end. The hub keeps it until it is completed.
#[derive(Debug)]
pub struct ReceivedMessage {
    /// The message.
    pub message: CloudMessage,
    receipt: Option<Receipt>,
    control: mpsc::UnboundedSender<Control>,
}

/// A connection for a device with root interface `I`, and what runs it.
///
/// # Errors
/// The configuration names what can't be used: certificates, keys, a host.
pub fn connect<I: Served>(mut config: Config) -> Result<(Connection<I>, Runner<I>), Failure> {
    config.announce(I::ID);
    let dialer = Dialer::new(&config)?;
    let (telemetry, telemetry_queue) = mpsc::channel(config.queue);
    let (calls, calls_queue) = mpsc::channel(CALLS);
    let (control, control_queue) = mpsc::unbounded_channel();
    let (actions, actions_queue) = mpsc::unbounded_channel();
    let (events, events_queue) = mpsc::channel(EVENTS);
    let (messages, messages_queue) = mpsc::channel(MESSAGES);
    let (notices, _) = broadcast::channel(NOTICES);

    let (identity, credentials, provisioning, known) = match config.target {
        Target::Hub {
            identity,
            credentials,
        } => (Some(identity), credentials, None, HubKnown::Configured),
        Target::Provisioned {
            host,
            request,
            key,
            assigned,
        } => {
            let credentials = key.clone().map_or(Credentials::X509, Credentials::Key);
            let known = match &assigned {
                None => HubKnown::Unassigned,
                Some(_) => HubKnown::Assigned,
            };
            let provisioning = Provisioning { host, request, key };
            (assigned, credentials, Some(provisioning), known)
        }
    };
    let seed = config.seed.unwrap_or_else(random);
    let supervisor = Supervisor::new(config.patience, seed, known);
    let (status, status_seen) = watch::channel(supervisor.status());
    let (identity_known, identity_seen) = watch::channel(identity.clone());
    let link = Link::new(LinkConfig {
        identity: identity.unwrap_or_else(|| Identity::device("", "")),
        model_id: Some(I::ID.into()),
        window: config.window,
        keep_alive: config.keep_alive,
        response_timeout_ms: RESPONSE_TIMEOUT,
        cloud_messages: config.cloud_messages,
    });
    let clock = Clock::start();
    let engine = Engine {
        link,
        supervisor,
        dialer,
        gateway: config.gateway,
        credentials,
        token_lifetime: config.token_lifetime,
        provisioning,
        clock,
        ports: Ports {
            telemetry: telemetry_queue,
            actions: actions_queue,
            control: control_queue,
            _control: control.clone(),
            events,
            messages,
            status,
            identity: identity_known,
        },
        number: 0,
        up: false,
        stop_by: None,
    };
    let connection = Connection {
        telemetry,
        calls,
        control,
        notices: notices.clone(),
        status: status_seen,
        identity: identity_seen,
        messages: Arc::new(Mutex::new(messages_queue)),
        root: PhantomData,
    };
    let runner = Runner {
        device: Device::with_options(config.options),
        engine,
        events: events_queue,
        calls: calls_queue,
        actions,
        notices,
        clock,
    };
    Ok((connection, runner))
}

/// A seed that differs from process to process.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

impl<I: Served> Connection<I> {
    /// Sends a telemetry message and waits until the hub has it. Where the queue is full it waits for
    /// its turn first. Dropping the future before it was taken sends nothing.
    ///
    /// # Errors
    /// See [`NotSent`]; never [`NotSent::QueueFull`].
    pub async fn telemetry<C, T>(
        &self,
        component: Component<I, C>,
        telemetry: &T,
    ) -> Result<(), NotSent>
    where
        C: Interface,
        T: Telemetry<Interface = C>,
    {
        let delivery = self.send(component, telemetry).await?;
        Ok(delivery.await?)
    }

    /// Hands a telemetry message over, waiting for its turn where the queue is full. The [`Delivery`]
    /// completes when the hub has it.
    ///
    /// # Errors
    /// See [`NotSent`]; never [`NotSent::QueueFull`].
    pub async fn send<C, T>(
        &self,
        component: Component<I, C>,
        telemetry: &T,
    ) -> Result<Delivery, NotSent>
    where
        C: Interface,
        T: Telemetry<Interface = C>,
    {
        let (message, delivery) = outgoing(component.name(), telemetry)?;
        match self.telemetry.send(message).await {
            Ok(()) => Ok(delivery),
            Err(_) => Err(NotSent::Stopped),
        }
    }

    /// Hands a telemetry message over where the queue has room. Doesn't wait.
    ///
    /// # Errors
    /// See [`NotSent`].
    pub fn try_send<C, T>(
        &self,
        component: Component<I, C>,
        telemetry: &T,
    ) -> Result<Delivery, NotSent>
    where
        C: Interface,
        T: Telemetry<Interface = C>,
    {
        let (message, delivery) = outgoing(component.name(), telemetry)?;
        match self.telemetry.try_send(message) {
            Ok(()) => Ok(delivery),
            Err(mpsc::error::TrySendError::Full(_)) => Err(NotSent::QueueFull),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(NotSent::Stopped),
        }
    }

    /// Reports read-only properties, see [`Device::report`]. What becomes of them comes as a
    /// [`Notice`].
    ///
    /// # Errors
    /// The connection has stopped. Inside: a value that JSON can't carry.
    pub async fn report<C, P>(
        &self,
        component: Component<I, C>,
        properties: P,
    ) -> Result<Result<(), EncodeError>, Stopped>
    where
        C: Interface,
        P: Properties<Interface = C> + Send + 'static,
    {
        self.with_device(move |device, _| device.report(component, &properties))
            .await
    }

    /// Gives the final answer to a desired value that the handler answered with [`Ack::pending`], see
    /// [`Device::complete`].
    ///
    /// # Errors
    /// The connection has stopped. Inside: the answer is no longer owed.
    pub async fn complete<C, T>(
        &self,
        component: Component<I, C>,
        name: &'static str,
        version: i64,
        ack: Ack<T>,
    ) -> Result<Result<(), Superseded>, Stopped>
    where
        C: Interface,
        T: Schema + Send + 'static,
    {
        self.with_device(move |device, handler| {
            device.complete(component, name, version, ack, handler)
        })
        .await
    }

    /// Answers a command whose handler said [`CommandError::deferred`], see [`Device::respond`].
    ///
    /// # Errors
    /// The connection has stopped. Inside: nobody waits any more.
    pub async fn respond<R>(
        &self,
        ticket: CommandTicket,
        result: Result<R, CommandError>,
    ) -> Result<Result<(), NobodyWaits>, Stopped>
    where
        R: crate::__private::Response + Send + 'static,
    {
        self.with_device(move |device, _| device.respond(ticket, result))
            .await
    }

    /// Runs `call` on the device and its handler, between two events, and returns its result.
    ///
    /// # Errors
    /// The connection has stopped; `call` did not run then.
    pub async fn with_device<R: Send + 'static>(
        &self,
        call: impl FnOnce(&mut Device<I>, &mut I::Handler<'_>) -> R + Send + 'static,
    ) -> Result<R, Stopped> {
        let (done, result) = oneshot::channel();
        let call: Call<I> = Box::new(move |device, handler| {
            // The caller may have gone.
            let _ = done.send(call(device, handler));
        });
        self.calls.send(call).await.map_err(|_| Stopped)?;
        result.await.map_err(|_| Stopped)
    }

    /// What happens from now on: see [`Notice`]. A reader that is more than 1024 behind loses the
    /// oldest.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Where the connection stands, now and whenever that changes.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Who the device is at its hub; `None` while the provisioning service has not assigned one. Keep
    /// it for [`Config::with_assignment`] of the next run.
    pub fn identity(&self) -> Option<Identity> {
        self.identity.borrow().clone()
    }

    /// What back ends send to the device. Clones share the messages: each goes to one reader.
    pub fn cloud_messages(&self) -> CloudMessages<'_> {
        CloudMessages {
            messages: &self.messages,
            control: &self.control,
        }
    }

    /// Ends the connection: takes no more telemetry, waits until the hub has all that was taken, for
    /// `grace` at most, says goodbye, and returns when it is over. Reported properties are not waited
    /// for: [`Notice::ReportWritten`] says when the hub has them.
    pub async fn shutdown(&self, grace: Duration) {
        let mut status = self.status.clone();
        if self.control.send(Control::Shutdown(grace)).is_ok() {
            // An error means that the runner is gone, which is over as well.
            let _ = status
                .wait_for(|status| matches!(status, Status::Stopped(_)))
                .await;
        }
    }
}

fn outgoing<T: Telemetry>(
    component: Option<&'static str>,
    telemetry: &T,
) -> Result<(Outgoing, Delivery), NotSent> {
    let mut body = String::with_capacity(TYPICAL_MESSAGE);
    telemetry
        .encode(&mut Encoder::new(&mut body))
        .map_err(NotSent::Encode)?;
    if body.len() > MAX_MESSAGE {
        return Err(NotSent::TooLarge);
    }
    let (done, delivery) = oneshot::channel();
    let message = Outgoing {
        component,
        body: body.into_bytes(),
        done,
    };
    Ok((message, Delivery(delivery)))
}

impl CloudMessages<'_> {
    /// The next message; `None` once the connection has stopped.
    pub async fn next(&self) -> Option<ReceivedMessage> {
        let (message, receipt) = self.messages.lock().await.recv().await?;
        Some(ReceivedMessage {
            message,
            receipt,
            control: self.control.clone(),
        })
    }
}

impl ReceivedMessage {
    /// Tells the hub that the message is safe with the application. Complete messages in the order in
    /// which they came.
    pub fn complete(self) {
        if let Some(receipt) = self.receipt {
            // Where the connection has stopped, the hub sends it again on the next one.
            let _ = self.control.send(Control::Acknowledge(receipt));
        }
    }
}

impl Future for Delivery {
    type Output = Result<(), Stopped>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map_err(|_| Stopped)
    }
}

impl<I: Served> Clone for Connection<I> {
    fn clone(&self) -> Self {
        Self {
            telemetry: self.telemetry.clone(),
            calls: self.calls.clone(),
            control: self.control.clone(),
            notices: self.notices.clone(),
            status: self.status.clone(),
            identity: self.identity.clone(),
            messages: self.messages.clone(),
            root: PhantomData,
        }
    }
}

impl<I: Served> fmt::Debug for Connection<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("status", &*self.status.borrow())
            .field("identity", &*self.identity.borrow())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for CloudMessages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudMessages").finish_non_exhaustive()
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shutdown(_) => "Shutdown",
            Self::Acknowledge(_) => "Acknowledge",
        })
    }
}

impl From<Stopped> for NotSent {
    fn from(Stopped: Stopped) -> Self {
        Self::Stopped
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection has stopped")
    }
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encode(error) => error.fmt(f),
            Self::TooLarge => f.write_str("the message is larger than 256 KB"),
            Self::QueueFull => f.write_str("too many messages wait to be sent"),
            Self::Stopped => Stopped.fmt(f),
        }
    }
}

impl Error for Stopped {}
impl Error for NotSent {}
