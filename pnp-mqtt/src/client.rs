//! The client role: what a device says and hears on one MQTT connection after the other.

use alloc::vec::Vec;
use core::fmt;

use crate::DEFAULT_PACKET_LIMIT;
use crate::decode::{Grants, Packet, packet};
use crate::encode::{self, Output};
use crate::error::{Error, Returned, SendError};
use crate::frame::{Intake, Kind};
use crate::incoming::{Incoming, Receipt};
use crate::outbox::{MAX_WINDOW, Outbox};
use crate::packet::{Connack, Connect, Message, PacketId, Publish, QoS};

/// What is fixed for the life of a [`Client`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Largest packet taken, in bytes; a larger one closes the link.
    pub packet_limit: usize,
    /// How many messages may wait for their acknowledgement: 1 to [`MAX_WINDOW`].
    pub window: u16,
    /// How long in milliseconds the answer to CONNECT or PINGREQ may take.
    pub response_timeout_ms: u64,
}

impl Default for Config {
    /// [`DEFAULT_PACKET_LIMIT`], a window of 100, 10 seconds.
    fn default() -> Self {
        Self {
            packet_limit: DEFAULT_PACKET_LIMIT,
            window: 100,
            response_timeout_ms: 10_000,
        }
    }
}

/// What a [`Client`] hears. It borrows from the input.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'a, T = u64> {
    /// The server accepted the connection. Everything unacknowledged is on its way again.
    Connected {
        /// Whether the server kept the session, and with it the subscriptions.
        session_present: bool,
    },
    /// A message; [`Client::acknowledge`] its receipt once it is safe.
    Publish(Incoming<'a>),
    /// The server has the message that was published with `token`.
    Acknowledged {
        /// The token given to [`Client::publish`].
        token: T,
    },
    /// The answer to a subscription.
    Subscribed {
        /// The token given to [`Client::subscribe`].
        token: T,
        /// One answer a filter, in their order.
        grants: Grants<'a>,
    },
    /// The server has ended a subscription.
    Unsubscribed {
        /// The token given to [`Client::unsubscribe`].
        token: T,
    },
    /// The server lives.
    Pong,
}

/// The client side of MQTT 3.1.1 without its socket and its clock.
///
/// Bytes go in through [`receive`](Self::receive), and come out of [`output`](Self::output). It lives
/// longer than a connection: each one starts with [`connect`](Self::connect), and whatever was
/// published, subscribed or unsubscribed without an answer is sent again, in order, as soon as the
/// server accepts, whether the server says that it kept the session or not.
///
/// A `now` is in milliseconds on a clock that does not go back; its zero means nothing.
///
/// `T` is the type of completion tokens: a number, or the sending half of a channel.
#[derive(Debug)]
pub struct Client<T = u64> {
    config: Config,
    intake: Intake,
    link: Link<T>,
}

/// Everything of a client but the bytes that are still to be read.
struct Link<T> {
    state: State,
    /// Counts connections, so that a receipt of one is not acknowledged on the next.
    number: u32,
    output: Output,
    outbox: Outbox<T>,
    /// Subscriptions and their ends that wait for an answer, in the order of asking.
    requests: Vec<Request<T>>,
    next_request: u16,
    timers: Timers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No link yet, or one that this side has ended.
    Down,
    /// CONNECT is on its way.
    Connecting,
    Connected,
    Failed(Error),
}

#[derive(Debug, Clone, Copy, Default)]
struct Timers {
    /// Longest silence of this side in milliseconds; 0 for no supervision.
    keep_alive: u64,
    /// When CONNECT was asked for.
    connecting: u64,
    /// When bytes last left.
    written: u64,
    /// When bytes last came.
    heard: u64,
    /// When the PINGREQ without an answer was asked for.
    ping: Option<u64>,
}

struct Request<T> {
    kind: Kind,
    id: PacketId,
    filters: usize,
    token: T,
    /// The packet; neither SUBSCRIBE nor UNSUBSCRIBE has a mark for a repetition.
    packet: Vec<u8>,
}

impl<T> Default for Client<T> {
    fn default() -> Self {
        Self::new(Config::default())
    }
}

impl<T> Client<T> {
    /// A client without a link.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            config,
            intake: Intake::default(),
            link: Link {
                state: State::Down,
                number: 0,
                output: Output::default(),
                outbox: Outbox::new(config.window),
                requests: Vec::new(),
                next_request: MAX_WINDOW,
                timers: Timers::default(),
            },
        }
    }

    /// Starts on a new transport: forgets what the last one left half read or unwritten, and says
    /// CONNECT.
    ///
    /// # Errors
    /// `connect` can't be sent, see [`encode::connect`]; there is no link then.
    pub fn connect(&mut self, connect: &Connect<'_>, now: u64) -> Result<(), SendError> {
        self.intake.clear();
        let link = &mut self.link;
        link.output.clear();
        link.number = link.number.wrapping_add(1);
        link.state = State::Down;
        encode::connect(link.output.buffer(), connect)?;
        link.state = State::Connecting;
        let keep_alive = u64::from(connect.keep_alive) * 1000;
        link.timers = Timers {
            keep_alive,
            connecting: now,
            written: now,
            heard: now,
            ping: None,
        };
        Ok(())
    }

    /// Reads the next packet out of what was kept of earlier input and of `input`, and cuts it off
    /// there. `None`: everything is read, and the beginning of a packet kept.
    ///
    /// Without a link it drops the input.
    ///
    /// # Errors
    /// The server broke the protocol or refused the connection. The link is over: close the transport.
    pub fn receive<'a, 'i: 'a>(
        &'a mut self,
        input: &mut &'i [u8],
        now: u64,
    ) -> Result<Option<Event<'a, T>>, Error> {
        let Self {
            config,
            intake,
            link,
        } = self;
        match link.state {
            State::Failed(error) => return Err(error),
            State::Down => {
                *input = &[];
                return Ok(None);
            }
            State::Connecting | State::Connected => {}
        }
        if !input.is_empty() {
            link.timers.heard = now;
        }
        let state = link.state;
        let event = intake
            .next(input, config.packet_limit, |kind| allowed(state, kind))
            .and_then(|frame| frame.map(|frame| link.handle(packet(frame)?)).transpose());
        if let Err(error) = event {
            link.state = State::Failed(error);
        }
        event
    }

    /// Publishes with QoS 1. Without a link it is kept, and sent once there is one. An
    /// [`Event::Acknowledged`] with `token` says that the server has it.
    ///
    /// # Errors
    /// The window is full or the message can't be sent; message and token come back.
    pub fn publish(&mut self, message: Message, token: T) -> Result<(), Returned<T>> {
        let link = &mut self.link;
        let out = (link.state == State::Connected).then(|| link.output.buffer());
        link.outbox.publish(message, token, out)
    }

    /// Publishes with QoS 0: it is as good as done when it is part of the output, and lost with the link.
    ///
    /// # Errors
    /// There is no link, or the message can't be sent.
    pub fn publish_at_most_once(&mut self, topic: &str, payload: &[u8]) -> Result<(), SendError> {
        let out = self.link.open()?;
        let publish = Publish {
            topic,
            payload,
            qos: QoS::AtMostOnce,
            id: None,
            dup: false,
            retain: false,
        };
        encode::publish(out, &publish)
    }

    /// Acknowledges a message; without effect, and `false`, where its link is over: the server sends
    /// it again then. Acknowledge in the order of arrival (4.6).
    pub fn acknowledge(&mut self, receipt: Receipt) -> bool {
        let current = receipt.link == self.link.number;
        match self.link.open() {
            Ok(out) if current => {
                encode::puback(out, receipt.id);
                true
            }
            Ok(_) | Err(_) => false,
        }
    }

    /// Asks for messages. Without a link it is kept, and asked once there is one. The answer is an
    /// [`Event::Subscribed`] with `token`.
    ///
    /// # Errors
    /// A filter is malformed, there is none, or more than 500 requests wait for an answer.
    pub fn subscribe(&mut self, filters: &[(&str, QoS)], token: T) -> Result<(), SendError> {
        self.link
            .request(Kind::Subscribe, filters.len(), token, |out, id| {
                encode::subscribe(out, id, filters)
            })
    }

    /// Asks for no more messages. Without a link it is kept, and asked once there is one. The answer
    /// is an [`Event::Unsubscribed`] with `token`.
    ///
    /// # Errors
    /// As [`subscribe`](Self::subscribe).
    pub fn unsubscribe(&mut self, filters: &[&str], token: T) -> Result<(), SendError> {
        self.link
            .request(Kind::Unsubscribe, filters.len(), token, |out, id| {
                encode::unsubscribe(out, id, filters)
            })
    }

    /// Gives up the requests that wait for an answer, and returns their tokens. For one who subscribes
    /// anew on each link. Without effect, and empty, while there is a link.
    pub fn clear_requests(&mut self) -> Vec<T> {
        match self.link.state {
            // The answers are still to come, and would belong to nothing.
            State::Connected => Vec::new(),
            State::Down | State::Connecting | State::Failed(_) => self
                .link
                .requests
                .drain(..)
                .map(|request| request.token)
                .collect(),
        }
    }

    /// Says DISCONNECT and ends the link: write the output, then close the transport. The server does
    /// not publish the will.
    pub fn disconnect(&mut self) {
        // A CONNECT without its answer has handed the will over too, and a DISCONNECT may follow at once.
        if matches!(self.link.state, State::Connecting | State::Connected) {
            encode::disconnect(self.link.output.buffer());
        }
        self.link.state = State::Down;
    }

    /// Notes that the transport is gone. What is unacknowledged stays for the next one.
    pub fn transport_closed(&mut self) {
        self.link.state = State::Down;
        self.link.output.clear();
        self.intake.clear();
    }

    /// When [`tick`](Self::tick) is to be called next at the latest; `None` for never. It changes with
    /// every other call.
    #[must_use]
    pub fn deadline(&self) -> Option<u64> {
        let timers = &self.link.timers;
        let patience = self.config.response_timeout_ms;
        match (self.link.state, timers.ping) {
            (State::Connecting, _) => Some(timers.connecting.saturating_add(patience)),
            (State::Connected, _) if timers.keep_alive == 0 => None,
            (State::Connected, Some(ping)) => Some(ping.max(timers.heard).saturating_add(patience)),
            // Either direction alone proves too little: what we write may reach nobody, and what we
            // hear does not tell the server that we live.
            (State::Connected, None) => Some(
                timers
                    .written
                    .min(timers.heard)
                    .saturating_add(ping_interval(timers.keep_alive)),
            ),
            (State::Down | State::Failed(_), _) => None,
        }
    }

    /// Does what is due at `now`: a PINGREQ, or giving the link up.
    ///
    /// # Errors
    /// The server did not answer in time. The link is over: close the transport.
    pub fn tick(&mut self, now: u64) -> Result<(), Error> {
        if let State::Failed(error) = self.link.state {
            return Err(error);
        }
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return Ok(());
        }
        let error = match self.link.state {
            State::Connected if self.link.timers.ping.is_none() => {
                self.link.timers.ping = Some(now);
                self.link.output.relax();
                self.link.outbox.relax();
                encode::pingreq(self.link.output.buffer());
                return Ok(());
            }
            State::Connected => Error::KeepAliveTimeout,
            State::Connecting | State::Down | State::Failed(_) => Error::ConnectTimeout,
        };
        self.link.state = State::Failed(error);
        Err(error)
    }

    /// The bytes to write to the transport, all of them packets in order. They may be written in
    /// pieces; report each to [`written`](Self::written).
    #[must_use]
    pub fn output(&self) -> &[u8] {
        self.link.output.pending()
    }

    /// Notes that the transport took the first `count` bytes of the output at `now`.
    pub fn written(&mut self, count: usize, now: u64) {
        if count > 0 {
            self.link.timers.written = now;
        }
        self.link.output.written(count);
    }

    /// Whether the server has accepted the connection and nothing has ended it.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.link.state == State::Connected
    }

    /// The messages that wait for their acknowledgement, and how many more are taken.
    #[must_use]
    pub fn outbox(&self) -> &Outbox<T> {
        &self.link.outbox
    }

    /// The messages that wait for their acknowledgement, to be kept elsewhere.
    #[must_use]
    pub fn into_outbox(self) -> Outbox<T> {
        self.link.outbox
    }
}

impl<T> Link<T> {
    fn open(&mut self) -> Result<&mut Vec<u8>, SendError> {
        match self.state {
            State::Connected => Ok(self.output.buffer()),
            State::Down | State::Connecting | State::Failed(_) => Err(SendError::NotConnected),
        }
    }

    fn handle<'a>(&mut self, packet: Packet<'a>) -> Result<Event<'a, T>, Error> {
        match packet {
            Packet::Connack(Connack::Accepted { session_present }) => {
                self.state = State::Connected;
                for request in &self.requests {
                    self.output.buffer().extend_from_slice(&request.packet);
                }
                self.outbox.replay(self.output.buffer());
                Ok(Event::Connected { session_present })
            }
            Packet::Connack(Connack::Refused(code)) => Err(Error::Refused(code)),
            Packet::Publish(publish) => Ok(Event::Publish(Incoming::new(publish, self.number)?)),
            Packet::Puback(id) => {
                let unknown = Error::UnknownPacketId {
                    kind: Kind::Puback,
                    id,
                };
                Ok(Event::Acknowledged {
                    token: self.outbox.acknowledge(id).ok_or(unknown)?,
                })
            }
            Packet::Suback { id, grants } => {
                let expected = self.find(Kind::Subscribe, Kind::Suback, id)?.1;
                if expected != grants.len() {
                    return Err(Error::GrantCount {
                        expected,
                        received: grants.len(),
                    });
                }
                Ok(Event::Subscribed {
                    token: self.answered(Kind::Subscribe, Kind::Suback, id)?,
                    grants,
                })
            }
            Packet::Unsuback(id) => Ok(Event::Unsubscribed {
                token: self.answered(Kind::Unsubscribe, Kind::Unsuback, id)?,
            }),
            Packet::Pingresp => {
                self.timers.ping = None;
                Ok(Event::Pong)
            }
            // `allowed` has sent these away by their first byte.
            Packet::Connect(_) => Err(Error::WrongDirection(Kind::Connect)),
            Packet::Subscribe { .. } => Err(Error::WrongDirection(Kind::Subscribe)),
            Packet::Unsubscribe { .. } => Err(Error::WrongDirection(Kind::Unsubscribe)),
            Packet::Pingreq => Err(Error::WrongDirection(Kind::Pingreq)),
            Packet::Disconnect => Err(Error::WrongDirection(Kind::Disconnect)),
            Packet::Pubrec(_) | Packet::Pubrel(_) | Packet::Pubcomp(_) => Err(Error::ExactlyOnce),
        }
    }

    fn request(
        &mut self,
        kind: Kind,
        filters: usize,
        token: T,
        encode: impl FnOnce(&mut Vec<u8>, PacketId) -> Result<(), SendError>,
    ) -> Result<(), SendError> {
        let id = self.request_id().ok_or(SendError::TooManyRequests)?;
        let mut packet = Vec::new();
        encode(&mut packet, id)?;
        if let Ok(out) = self.open() {
            out.extend_from_slice(&packet);
        }
        self.requests.push(Request {
            kind,
            id,
            filters,
            token,
            packet,
        });
        Ok(())
    }

    /// A free identifier above those of messages; they go round, so that one rests before it is used
    /// again.
    fn request_id(&mut self) -> Option<PacketId> {
        if self.requests.len() >= MAX_REQUESTS {
            return None;
        }
        loop {
            self.next_request = self.next_request.checked_add(1).unwrap_or(MAX_WINDOW + 1);
            let id = PacketId::new(self.next_request)?;
            if self.requests.iter().all(|request| request.id != id) {
                return Some(id);
            }
        }
    }

    /// Where the request is that `answer` answers, and how many filters it has.
    fn find(&self, kind: Kind, answer: Kind, id: PacketId) -> Result<(usize, usize), Error> {
        let mut requests = self.requests.iter().enumerate();
        let found = requests.find(|(_, request)| request.id == id && request.kind == kind);
        found
            .map(|(place, request)| (place, request.filters))
            .ok_or(Error::UnknownPacketId { kind: answer, id })
    }

    fn answered(&mut self, kind: Kind, answer: Kind, id: PacketId) -> Result<T, Error> {
        let (place, _) = self.find(kind, answer, id)?;
        Ok(self.requests.remove(place).token)
    }
}

/// How many subscriptions may wait for an answer: fewer than the identifiers above [`MAX_WINDOW`].
const MAX_REQUESTS: usize = 500;

/// How long one direction may be silent before a PINGREQ, in milliseconds. Three quarters of the
/// keep-alive: the interval is one that the client must not exceed (3.1.2.10), and writing takes time.
const fn ping_interval(keep_alive: u64) -> u64 {
    keep_alive - keep_alive / 4
}

/// Whether a server may send `kind` in this state.
fn allowed(state: State, kind: Kind) -> Result<(), Error> {
    let connecting = state == State::Connecting;
    match kind {
        Kind::Connack if connecting => Ok(()),
        Kind::Connack => Err(Error::OutOfOrder(kind)),
        Kind::Publish | Kind::Puback | Kind::Suback | Kind::Unsuback | Kind::Pingresp
            if connecting =>
        {
            Err(Error::OutOfOrder(kind))
        }
        Kind::Publish | Kind::Puback | Kind::Suback | Kind::Unsuback | Kind::Pingresp => Ok(()),
        Kind::Pubrec | Kind::Pubrel | Kind::Pubcomp => Err(Error::ExactlyOnce),
        Kind::Connect | Kind::Subscribe | Kind::Unsubscribe | Kind::Pingreq | Kind::Disconnect => {
            Err(Error::WrongDirection(kind))
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Link<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the output: CONNECT in it has the password.
        f.debug_struct("Link")
            .field("state", &self.state)
            .field("output", &self.output.pending().len())
            .field("outbox", &self.outbox)
            .field("requests", &self.requests.len())
            .field("timers", &self.timers)
            .finish_non_exhaustive()
    }
}
