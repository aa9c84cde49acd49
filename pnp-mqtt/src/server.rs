//! The server role: what a hub hears and says on one MQTT connection.

use alloc::vec::Vec;
use core::fmt;

use crate::DEFAULT_PACKET_LIMIT;
use crate::decode::{Packet, SubscribeFilters, UnsubscribeFilters, packet};
use crate::encode::{self, Output};
use crate::error::{Error, Returned, SendError};
use crate::frame::{Intake, Kind};
use crate::incoming::{Incoming, Receipt, SubscribeReceipt, UnsubscribeReceipt};
use crate::outbox::Outbox;
use crate::packet::{Connack, Connect, Grant, Message, Publish, QoS, RefusalCode};

/// What is fixed for the life of a [`Server`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Largest packet taken, in bytes; a larger one closes the link. As many bytes may wait between
    /// CONNECT and its answer.
    pub packet_limit: usize,
    /// How many messages may wait for their acknowledgement where no session is taken over: 1 to
    /// [`MAX_WINDOW`](crate::outbox::MAX_WINDOW).
    pub window: u16,
    /// How long in milliseconds a new link may take to say CONNECT.
    pub connect_timeout_ms: u64,
    /// Longest silence in milliseconds granted to a client, whatever keep-alive it asks for; `None`
    /// for one and a half times what it asks for, without an end where it asks for none.
    pub max_silence_ms: Option<u64>,
}

impl Default for Config {
    /// [`DEFAULT_PACKET_LIMIT`], a window of 100, 10 seconds, no own end of silence.
    fn default() -> Self {
        Self {
            packet_limit: DEFAULT_PACKET_LIMIT,
            window: 100,
            connect_timeout_ms: 10_000,
            max_silence_ms: None,
        }
    }
}

/// What a [`Server`] hears. It borrows from the input.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'a, T = u64> {
    /// A client asks for a connection: [`Server::accept`] or [`Server::reject`] it. Nothing else is
    /// read until then.
    Connect(Connect<'a>),
    /// A message; [`Server::acknowledge`] its receipt once it is safe.
    Publish(Incoming<'a>),
    /// The client asks for messages; answer with [`Server::suback`].
    Subscribe {
        /// What the answer needs.
        receipt: SubscribeReceipt,
        /// The filters, each with the best quality of service wanted.
        filters: SubscribeFilters<'a>,
    },
    /// The client asks for no more messages; answer with [`Server::unsuback`].
    Unsubscribe {
        /// What the answer needs.
        receipt: UnsubscribeReceipt,
        /// The filters.
        filters: UnsubscribeFilters<'a>,
    },
    /// The client has the message that was published with `token`.
    Acknowledged {
        /// The token given to [`Server::publish`].
        token: T,
    },
    /// The client lives. The answer is part of the output already.
    Ping,
    /// The client ends the link, and does not want its will published. Close the transport.
    Disconnect,
}

/// The server side of MQTT 3.1.1 without its socket and its clock, for one connection.
///
/// It keeps the order that the specification prescribes, and decides no answer: whom to accept, what
/// to grant and when a message is safe is its owner's business. Three answers leave no choice, so it
/// gives them itself: PINGRESP, and CONNACK with code 1 for another protocol level and 2 for a session
/// that is to be kept without a client identifier (3.1.2.2, 3.1.3.1).
///
/// A `now` is in milliseconds on a clock that does not go back; its zero means nothing.
///
/// `T` is the type of completion tokens.
#[derive(Debug)]
pub struct Server<T = u64> {
    config: Config,
    intake: Intake,
    link: Link<T>,
}

/// Everything of a server but the bytes that are still to be read.
struct Link<T> {
    state: State,
    output: Output,
    outbox: Outbox<T>,
    /// What CONNECT said of them.
    clean_session: bool,
    /// Longest silence of the client in milliseconds, `None` for no end.
    max_silence: Option<u64>,
    /// When the link began, or its last packet was read.
    heard: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No CONNECT yet.
    Fresh,
    /// CONNECT waits for its answer.
    Deciding,
    Connected,
    /// Ended by DISCONNECT or a rejection.
    Ended,
    Failed(Error),
}

impl<T> Server<T> {
    /// The server side of a link that began at `now`.
    #[must_use]
    pub fn new(config: Config, now: u64) -> Self {
        Self {
            config,
            intake: Intake::default(),
            link: Link {
                state: State::Fresh,
                output: Output::default(),
                outbox: Outbox::new(config.window),
                clean_session: true,
                max_silence: Some(config.connect_timeout_ms),
                heard: now,
            },
        }
    }

    /// Reads the next packet out of what was kept of earlier input and of `input`, and cuts it off
    /// there. `None`: everything is read, or kept until the connection is accepted; after
    /// [`accept`](Self::accept), call it again, with an empty input if there is none.
    ///
    /// Once the link has ended it drops the input.
    ///
    /// # Errors
    /// The client broke the protocol. The link is over: write the output, then close the transport.
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
            State::Ended => {
                *input = &[];
                return Ok(None);
            }
            State::Deciding => {
                if intake.held().saturating_add(input.len()) > config.packet_limit {
                    link.state = State::Failed(Error::TooMuchBeforeAccept);
                    return Err(Error::TooMuchBeforeAccept);
                }
                intake.hold(input);
                return Ok(None);
            }
            State::Fresh | State::Connected => {}
        }
        let state = link.state;
        let event = intake
            .next(input, config.packet_limit, |kind| allowed(state, kind))
            .and_then(|frame| {
                frame
                    .map(|frame| link.handle(packet(frame)?, config, now))
                    .transpose()
            });
        if let Err(error) = event {
            link.fail(error);
        }
        event
    }

    /// Accepts the connection. With `kept`, the session of an earlier link goes on: the client is told
    /// so, and everything unacknowledged is sent again in its order.
    ///
    /// # Errors
    /// No CONNECT waits for its answer, or there is a session although the client asked for none.
    pub fn accept(&mut self, kept: Option<Outbox<T>>) -> Result<(), SendError> {
        let link = &mut self.link;
        link.deciding()?;
        if link.clean_session && kept.is_some() {
            return Err(SendError::CleanSession);
        }
        link.state = State::Connected;
        encode::connack(
            link.output.buffer(),
            Connack::Accepted {
                session_present: kept.is_some(),
            },
        );
        if let Some(kept) = kept {
            link.outbox = kept;
            link.outbox.replay(link.output.buffer());
        }
        Ok(())
    }

    /// Rejects the connection and ends the link: write the output, then close the transport.
    ///
    /// # Errors
    /// No CONNECT waits for its answer.
    pub fn reject(&mut self, code: RefusalCode) -> Result<(), SendError> {
        self.link.deciding()?;
        encode::connack(self.link.output.buffer(), Connack::Refused(code));
        self.link.state = State::Ended;
        Ok(())
    }

    /// Acknowledges a message. In the order of arrival (4.6).
    ///
    /// # Errors
    /// The link is over: the client sends the message again on its next one.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "an acknowledgement is owed once"
    )]
    pub fn acknowledge(&mut self, receipt: Receipt) -> Result<(), SendError> {
        encode::puback(self.link.open()?, receipt.id);
        Ok(())
    }

    /// Answers a subscription, one grant a filter, in their order.
    ///
    /// # Errors
    /// The link is over, or the number of grants is not the number of filters.
    #[expect(clippy::needless_pass_by_value, reason = "an answer is owed once")]
    pub fn suback(&mut self, receipt: SubscribeReceipt, grants: &[Grant]) -> Result<(), SendError> {
        let out = self.link.open()?;
        if receipt.filters != grants.len() {
            return Err(SendError::GrantCount);
        }
        encode::suback(out, receipt.id, grants)
    }

    /// Answers the end of a subscription.
    ///
    /// # Errors
    /// The link is over.
    #[expect(clippy::needless_pass_by_value, reason = "an answer is owed once")]
    pub fn unsuback(&mut self, receipt: UnsubscribeReceipt) -> Result<(), SendError> {
        encode::unsuback(self.link.open()?, receipt.id);
        Ok(())
    }

    /// Publishes with QoS 1. An [`Event::Acknowledged`] with `token` says that the client has it.
    ///
    /// # Errors
    /// The link is not open, the window is full or the message can't be sent; message and token come
    /// back.
    pub fn publish(&mut self, message: Message, token: T) -> Result<(), Returned<T>> {
        let link = &mut self.link;
        if let Err(reason) = link.open() {
            return Err(Returned {
                reason,
                message,
                token,
            });
        }
        link.outbox
            .publish(message, token, Some(link.output.buffer()))
    }

    /// Publishes with QoS 0: it is as good as done when it is part of the output.
    ///
    /// # Errors
    /// The link is not open, or the message can't be sent.
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

    /// When [`tick`](Self::tick) is to be called next at the latest; `None` for never. It changes with
    /// every packet.
    #[must_use]
    pub fn deadline(&self) -> Option<u64> {
        match self.link.state {
            State::Fresh | State::Connected => {
                Some(self.link.heard.saturating_add(self.link.max_silence?))
            }
            // The client waits for us.
            State::Deciding | State::Ended | State::Failed(_) => None,
        }
    }

    /// Gives the link up if the client was silent for too long at `now`.
    ///
    /// # Errors
    /// The link is over: close the transport.
    pub fn tick(&mut self, now: u64) -> Result<(), Error> {
        if let State::Failed(error) = self.link.state {
            return Err(error);
        }
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return Ok(());
        }
        let fresh = self.link.state == State::Fresh;
        let error = if fresh {
            Error::ConnectTimeout
        } else {
            Error::KeepAliveTimeout
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

    /// Notes that the transport took the first `count` bytes of the output.
    pub fn written(&mut self, count: usize) {
        self.link.output.written(count);
    }

    /// Whether the client is accepted and nothing has ended the link.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.link.state == State::Connected
    }

    /// Whether the link is over: write the output, then close the transport.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.link.state, State::Ended | State::Failed(_))
    }

    /// The messages that wait for their acknowledgement, and how many more are taken.
    #[must_use]
    pub fn outbox(&self) -> &Outbox<T> {
        &self.link.outbox
    }

    /// The messages that wait for their acknowledgement, for [`accept`](Self::accept) on the client's
    /// next link.
    #[must_use]
    pub fn into_outbox(self) -> Outbox<T> {
        self.link.outbox
    }
}

impl<T> Link<T> {
    fn deciding(&self) -> Result<(), SendError> {
        if self.state == State::Deciding {
            Ok(())
        } else {
            Err(SendError::NotConnected)
        }
    }

    fn open(&mut self) -> Result<&mut Vec<u8>, SendError> {
        match self.state {
            State::Connected => Ok(self.output.buffer()),
            State::Fresh | State::Deciding | State::Ended | State::Failed(_) => {
                Err(SendError::NotConnected)
            }
        }
    }

    fn handle<'a>(
        &mut self,
        packet: Packet<'a>,
        config: &Config,
        now: u64,
    ) -> Result<Event<'a, T>, Error> {
        self.heard = now;
        match packet {
            Packet::Connect(connect) => {
                self.state = State::Deciding;
                self.clean_session = connect.clean_session;
                self.max_silence = silence(connect.keep_alive, config.max_silence_ms);
                Ok(Event::Connect(connect))
            }
            Packet::Publish(publish) => Ok(Event::Publish(Incoming::new(publish, 0)?)),
            Packet::Puback(id) => {
                let unknown = Error::UnknownPacketId {
                    kind: Kind::Puback,
                    id,
                };
                Ok(Event::Acknowledged {
                    token: self.outbox.acknowledge(id).ok_or(unknown)?,
                })
            }
            Packet::Subscribe { id, filters } => Ok(Event::Subscribe {
                receipt: SubscribeReceipt {
                    id,
                    filters: filters.count(),
                },
                filters,
            }),
            Packet::Unsubscribe { id, filters } => Ok(Event::Unsubscribe {
                receipt: UnsubscribeReceipt { id },
                filters,
            }),
            Packet::Pingreq => {
                // Nobody says it who has something else to say.
                self.output.relax();
                self.outbox.relax();
                encode::pingresp(self.output.buffer());
                Ok(Event::Ping)
            }
            Packet::Disconnect => {
                self.state = State::Ended;
                Ok(Event::Disconnect)
            }
            // `allowed` has sent these away by their first byte.
            Packet::Connack(_) => Err(Error::WrongDirection(Kind::Connack)),
            Packet::Suback { .. } => Err(Error::WrongDirection(Kind::Suback)),
            Packet::Unsuback(_) => Err(Error::WrongDirection(Kind::Unsuback)),
            Packet::Pingresp => Err(Error::WrongDirection(Kind::Pingresp)),
            Packet::Pubrec(_) | Packet::Pubrel(_) | Packet::Pubcomp(_) => Err(Error::ExactlyOnce),
        }
    }

    fn fail(&mut self, error: Error) {
        self.state = State::Failed(error);
        // The two refusals that the specification words itself; every other breach gets no answer.
        let code = if matches!(error, Error::UnsupportedLevel(_)) {
            RefusalCode::UnacceptableProtocolLevel
        } else if error == Error::EmptyClientId {
            RefusalCode::IdentifierRejected
        } else {
            return;
        };
        encode::connack(self.output.buffer(), Connack::Refused(code));
    }
}

/// The longest silence in milliseconds: one and a half times the keep-alive (3.1.2.10), or the owner's.
fn silence(keep_alive: u16, cap: Option<u64>) -> Option<u64> {
    match (keep_alive, cap) {
        (0, cap) => cap,
        (seconds, cap) => Some((u64::from(seconds) * 1500).min(cap.unwrap_or(u64::MAX))),
    }
}

/// Whether a client may send `kind` in this state.
fn allowed(state: State, kind: Kind) -> Result<(), Error> {
    let fresh = state == State::Fresh;
    match kind {
        Kind::Connect if fresh => Ok(()),
        Kind::Connect => Err(Error::OutOfOrder(kind)),
        Kind::Connack | Kind::Suback | Kind::Unsuback | Kind::Pingresp => {
            Err(Error::WrongDirection(kind))
        }
        Kind::Pubrec | Kind::Pubrel | Kind::Pubcomp => Err(Error::ExactlyOnce),
        Kind::Publish
        | Kind::Puback
        | Kind::Subscribe
        | Kind::Unsubscribe
        | Kind::Pingreq
        | Kind::Disconnect
            if fresh =>
        {
            Err(Error::OutOfOrder(kind))
        }
        Kind::Publish
        | Kind::Puback
        | Kind::Subscribe
        | Kind::Unsubscribe
        | Kind::Pingreq
        | Kind::Disconnect => Ok(()),
    }
}

impl<T: fmt::Debug> fmt::Debug for Link<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("state", &self.state)
            .field("output", &self.output.pending().len())
            .field("outbox", &self.outbox)
            .field("heard", &self.heard)
            .finish_non_exhaustive()
    }
}
