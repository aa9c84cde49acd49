//! The task that owns the socket: it carries out what the supervisor orders and what the link says.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;

use pnp_mqtt::Receipt;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{sleep_until, timeout_at};

use super::dial::{Dialer, Wire};
use super::io::{Clock, Io, unix_now};
use super::provision::Provisioning;
use super::tls;
use crate::mqtt::{
    CloudMessage, Credentials, Failure, Identity, Link, LinkEvent, Order, Status, Supervisor,
};
use crate::session::Instant;
use crate::transport::{Action, Event};

/// How long a renewal waits for acknowledgements that are on their way, so that less is sent twice.
const DRAIN: Duration = Duration::from_secs(2);

/// A telemetry message on its way to the wire.
pub(super) struct Telemetry {
    pub(super) component: Option<&'static str>,
    pub(super) body: Vec<u8>,
    pub(super) done: oneshot::Sender<()>,
}

/// A message of a back end, and the acknowledgement that is owed for it.
pub(super) type Unread = (CloudMessage, Option<Receipt>);

/// What the application asks of the connection itself.
pub(super) enum Control {
    /// Send what was taken, then end; at the latest after this time.
    Shutdown(Duration),
    /// A message of a back end is safe.
    Acknowledge(Receipt),
}

/// What comes in and goes out beside the socket.
///
/// The numbers count connections, so that what belongs to one is not taken for the next.
pub(super) struct Ports {
    pub(super) telemetry: mpsc::Receiver<Telemetry>,
    /// Not bounded here, as the session bounds what it asks for.
    pub(super) actions: mpsc::UnboundedReceiver<(u64, Action)>,
    pub(super) control: mpsc::UnboundedReceiver<Control>,
    /// Held so that the channel never closes.
    pub(super) _control: mpsc::UnboundedSender<Control>,
    pub(super) events: mpsc::Sender<(u64, Event)>,
    pub(super) messages: mpsc::Sender<Unread>,
    pub(super) status: watch::Sender<Status>,
    pub(super) identity: watch::Sender<Option<Identity>>,
}

pub(super) struct Engine {
    pub(super) link: Link<oneshot::Sender<()>>,
    pub(super) supervisor: Supervisor,
    pub(super) dialer: Dialer,
    /// The host to connect to in place of the hub.
    pub(super) gateway: Option<String>,
    pub(super) credentials: Credentials,
    pub(super) token_lifetime: Duration,
    pub(super) provisioning: Option<Provisioning>,
    pub(super) clock: Clock,
    pub(super) ports: Ports,
    /// Counts connections that the hub accepted.
    pub(super) number: u64,
    /// Whether the hub has accepted the present one.
    pub(super) up: bool,
    /// When it is over at the latest, once that was asked for.
    pub(super) stop_by: Option<Instant>,
}

/// Why a connection is over.
enum End {
    Failed(Failure),
    Renewed,
    Stopped,
}

/// What a connection waits for before it closes in good order.
enum Leaving {
    No,
    ToRenew { by: Instant },
    ToStop { by: Instant },
}

impl Engine {
    /// Keeps the device connected until that is not wanted any more, or can't be.
    pub(super) async fn run(mut self) -> Result<(), Failure> {
        loop {
            self.tell();
            if let Status::Stopped(failure) = self.supervisor.status() {
                return failure.map_or(Ok(()), Err);
            }
            match self.supervisor.poll(self.clock.now()) {
                Some(Order::Provision) => self.provision().await,
                Some(Order::Connect) => self.connect().await,
                // Only an open connection is renewed.
                Some(Order::Renew) => self.supervisor.closed(self.clock.now()),
                None => self.wait().await,
            }
        }
    }

    async fn wait(&mut self) {
        let until = self.supervisor.next_deadline();
        let until = self.clock.moment(until.unwrap_or(self.clock.now()));
        self.unless_stopped(|_| sleep_until(until)).await;
    }

    async fn provision(&mut self) {
        self.tell();
        let Some(provisioning) = self.provisioning.take() else {
            let missing = "no provisioning service is known".into();
            let now = self.clock.now();
            return self.supervisor.failed(Failure::Configuration(missing), now);
        };
        let clock = self.clock;
        let answer = self
            .unless_stopped(|dialer| provisioning.ask(dialer, clock))
            .await;
        self.provisioning = Some(provisioning);
        let now = self.clock.now();
        match answer {
            None => {}
            Some(Err(failure)) => self.supervisor.failed(failure, now),
            Some(Ok(assignment)) => match self.link.reassign(assignment.identity()) {
                Ok(()) => {
                    self.ports
                        .identity
                        .send_replace(Some(assignment.identity()));
                    self.supervisor.assigned(now);
                }
                Err(error) => self.supervisor.failed(error.into(), now),
            },
        }
    }

    async fn connect(&mut self) {
        self.tell();
        let identity = &self.link.config().identity;
        let host = self.gateway.as_ref().unwrap_or(&identity.host).clone();
        let end = match self.unless_stopped(|dialer| dialer.dial(&host)).await {
            None => return,
            Some(Err(failure)) => End::Failed(failure),
            Some(Ok(wire)) => self.serve(wire).await,
        };
        self.link.transport_closed();
        if self.up {
            self.up = false;
            // The session must hear of it, however long its handler takes.
            let gone = (self.number, Event::Disconnected);
            let events = self.ports.events.clone();
            self.unless_stopped(|_| events.send(gone)).await;
        }
        let now = self.clock.now();
        match end {
            End::Failed(failure) => self.supervisor.failed(failure, now),
            End::Renewed => self.supervisor.closed(now),
            End::Stopped => self.supervisor.stop(),
        }
    }

    /// One connection, from CONNECT to its end.
    async fn serve(&mut self, wire: Box<dyn Wire>) -> End {
        let resource = self.link.config().identity.resource();
        let password = self
            .credentials
            .password(&resource, unix_now(), self.token_lifetime);
        let lifetime = password
            .lifetime
            .filter(|_| self.credentials.is_renewable());
        if let Err(error) = self.link.connect(&password, self.clock.now()) {
            return End::Failed(error.into());
        }
        let mut io = Io::new(wire);
        let mut leaving = Leaving::No;
        loop {
            let now = self.clock.now();
            if let Err(error) = self.link.tick(now) {
                return End::Failed(error.into());
            }
            if self.supervisor.poll(now) == Some(Order::Renew) {
                self.tell();
                leaving = Leaving::ToRenew { by: now + DRAIN };
            }
            if let Some(by) = self.stop_by {
                leaving = Leaving::ToStop { by };
            }
            if let Some(end) = self.departure(&leaving, now) {
                self.link.disconnect();
                io.farewell(self.link.output()).await;
                return end;
            }
            match self.turn(&mut io, &leaving, lifetime).await {
                Ok(()) => {}
                Err(failure) => return End::Failed(failure),
            }
        }
    }

    /// How the connection ends now, where it is time.
    fn departure(&self, leaving: &Leaving, now: Instant) -> Option<End> {
        let settled = self.link.unacknowledged() == 0;
        match *leaving {
            Leaving::No => None,
            Leaving::ToRenew { by } => (settled || by <= now).then_some(End::Renewed),
            Leaving::ToStop { by } => {
                let settled = settled && self.ports.telemetry.is_empty();
                (settled || by <= now).then_some(End::Stopped)
            }
        }
    }

    /// Waits until something can be done, and does all of it.
    async fn turn(
        &mut self,
        io: &mut Io,
        leaving: &Leaving,
        lifetime: Option<Duration>,
    ) -> Result<(), Failure> {
        let deadline = [
            self.link.next_deadline(),
            self.supervisor.next_deadline(),
            match *leaving {
                Leaving::No => None,
                Leaving::ToRenew { by } | Leaving::ToStop { by } => Some(by),
            },
        ];
        let deadline = deadline.into_iter().flatten().min();
        let room = match leaving {
            Leaving::ToRenew { .. } => 0,
            Leaving::No | Leaving::ToStop { .. } => self.link.room(),
        };
        let mut telemetry = Vec::new();
        let mut actions = Vec::new();
        let mut control = None;
        let mut read = None;
        let (link, ports, clock) = (&mut self.link, &mut self.ports, self.clock);
        let work = poll_fn(|cx| {
            if let Poll::Ready(result) = io.poll(cx, link, clock) {
                read = Some(result);
            }
            if room > 0 {
                // A closed channel is ready with nothing.
                let _ = ports.telemetry.poll_recv_many(cx, &mut telemetry, room);
            }
            let _ = ports.actions.poll_recv_many(cx, &mut actions, usize::MAX);
            if let Poll::Ready(asked) = ports.control.poll_recv(cx) {
                control = asked;
            }
            let idle =
                read.is_none() && telemetry.is_empty() && actions.is_empty() && control.is_none();
            if idle { Poll::Pending } else { Poll::Ready(()) }
        });
        match deadline {
            Some(deadline) => {
                // What is due is done by the caller.
                let _ = timeout_at(self.clock.moment(deadline), work).await;
            }
            None => work.await,
        }
        // What was taken from the application is safe in the link before anything can fail.
        for Telemetry {
            component,
            body,
            done,
        } in telemetry
        {
            self.link.publish(component, body, done)?;
        }
        match control {
            None => {}
            Some(Control::Shutdown(grace)) => self.shutdown(grace),
            Some(Control::Acknowledge(receipt)) => self.link.acknowledge(receipt),
        }
        if let Some(read) = read {
            let count = read.map_err(|error| tls::failure(&error))?;
            if count == 0 {
                return Err(Failure::Closed);
            }
            self.digest(io.bytes(count), lifetime)?;
        }
        if actions.is_empty() {
            return Ok(());
        }
        for (number, action) in actions {
            if self.up && number == self.number {
                self.link.act(action)?;
            }
        }
        // An action may be its own answer.
        self.digest(&[], lifetime)
    }

    /// Passes on what came.
    fn digest(&mut self, input: &[u8], lifetime: Option<Duration>) -> Result<(), Failure> {
        let now = self.clock.now();
        let mut input = input;
        while let Some(event) = self.link.receive(&mut input, now)? {
            match event {
                LinkEvent::Acknowledged(done) => {
                    // The sender may not care.
                    let _ = done.send(());
                }
                LinkEvent::Event(event) => {
                    if let Event::Connected { .. } = event {
                        self.number += 1;
                        self.up = true;
                        self.supervisor.connected(now, lifetime);
                        self.tell();
                    }
                    let event = (self.number, event);
                    if self.ports.events.try_send(event).is_err() {
                        return Err(Failure::Overrun);
                    }
                }
                LinkEvent::Message(message, receipt) => {
                    // Where there is no room, the hub keeps it and sends it again.
                    let _ = self.ports.messages.try_send((message, receipt));
                }
                LinkEvent::Ignored => {}
            }
        }
        Ok(())
    }

    /// Waits for `work`; `None` where it was asked to stop and the time for that is over.
    async fn unless_stopped<'a, F>(
        &'a mut self,
        work: impl FnOnce(&'a Dialer) -> F,
    ) -> Option<F::Output>
    where
        F: Future + 'a,
    {
        let Self {
            dialer,
            link,
            supervisor,
            ports,
            clock,
            stop_by,
            ..
        } = self;
        let mut work = pin!(work(dialer));
        loop {
            let deadline = stop_by.map(|by| clock.moment(by));
            tokio::select! {
                output = &mut work => return Some(output),
                () = sleep_until(deadline.unwrap_or_else(|| clock.moment(clock.now()))), if deadline.is_some() => {
                    supervisor.stop();
                    return None;
                }
                Some(control) = ports.control.recv() => match control {
                    Control::Shutdown(grace) => {
                        ports.telemetry.close();
                        let waits = !ports.telemetry.is_empty() || link.unacknowledged() > 0;
                        let grace = if waits { grace } else { Duration::ZERO };
                        *stop_by = Some(clock.now() + grace);
                    }
                    // Its connection is gone; the hub sends the message again.
                    Control::Acknowledge(_) => {}
                },
            }
        }
    }

    fn shutdown(&mut self, grace: Duration) {
        self.ports.telemetry.close();
        self.stop_by = Some(self.clock.now() + grace);
    }

    /// Tells the application where the connection stands, where that is news.
    fn tell(&self) {
        let status = self.supervisor.status();
        self.ports.status.send_if_modified(|told| {
            let news = *told != status;
            if news {
                *told = status;
            }
            news
        });
    }
}
