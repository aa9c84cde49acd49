//! Why a link has to be closed, and why a call was refused.

use core::fmt;

use crate::frame::Kind;
use crate::packet::{Message, PacketId, RefusalCode};
use crate::topic::TopicError;

/// Why a link has to be closed. Once a role has returned one, it returns the same from then on.
///
/// Numbers in brackets are sections of MQTT 3.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The packet type is 0 or 15 (2.2.1).
    UnknownPacketType(u8),
    /// The lower half of the first byte is not what the packet type prescribes (2.2.2).
    BadFlags {
        /// The type of the packet.
        kind: Kind,
        /// The four bits.
        flags: u8,
    },
    /// The remaining length has more than four bytes (2.2.3).
    BadRemainingLength,
    /// The remaining length is not one that the packet type can have.
    BadLength(Kind),
    /// The packet is larger than the receiver's limit. Known before anything is allocated for it.
    PacketTooLarge {
        /// Size of the whole packet in bytes.
        size: usize,
        /// Largest size that the receiver takes.
        limit: usize,
    },
    /// A field reaches beyond the end of its packet.
    Truncated,
    /// The packet has bytes after its last field.
    TrailingBytes,
    /// A string is not UTF-8 (1.5.3).
    NotUtf8,
    /// A string has the character U+0000 (1.5.3).
    NulInString,
    /// A packet identifier is 0 (2.3.1).
    ZeroPacketId,
    /// A topic name is not one (4.7).
    BadTopic(TopicError),
    /// A topic filter is not one (4.7).
    BadFilter(TopicError),
    /// A quality of service is neither 0, 1 nor 2, or a reserved bit beside it is set (3.3.1.2, 3.8.3).
    BadQos(u8),
    /// A message of QoS 0 calls itself a duplicate (3.3.1.1).
    DupAtMostOnce,
    /// SUBSCRIBE or UNSUBSCRIBE without a filter, or SUBACK without a code (3.8.3, 3.10.3).
    NothingRequested(Kind),
    /// CONNECT names another protocol (3.1.2.1).
    BadProtocolName,
    /// CONNECT asks for another protocol level than 4 (3.1.2.2).
    UnsupportedLevel(u8),
    /// The flags of CONNECT contradict each other or use the reserved bit (3.1.2.3).
    BadConnectFlags(u8),
    /// CONNECT has neither a client identifier nor a clean session (3.1.3.1).
    EmptyClientId,
    /// A reserved bit of CONNACK is set, or it refuses and still claims a session (3.2.2).
    BadConnackFlags(u8),
    /// CONNACK has a reserved return code (3.2.2.3).
    BadReturnCode(u8),
    /// SUBACK has a reserved return code (3.9.3).
    BadGrant(u8),
    /// This side never receives this packet type.
    WrongDirection(Kind),
    /// The packet type may not come now: anything before CONNECT or CONNACK, or either a second time
    /// (3.1, 3.2).
    OutOfOrder(Kind),
    /// QoS 2, which this crate does not speak.
    ExactlyOnce,
    /// An acknowledgement names a packet that does not wait for it.
    UnknownPacketId {
        /// The type of the acknowledgement.
        kind: Kind,
        /// The identifier.
        id: PacketId,
    },
    /// SUBACK has another number of codes than its SUBSCRIBE had filters (3.9.3).
    GrantCount {
        /// Filters sent.
        expected: usize,
        /// Codes received.
        received: usize,
    },
    /// More than the packet limit arrived between CONNECT and its answer.
    TooMuchBeforeAccept,
    /// The server refused the connection.
    Refused(RefusalCode),
    /// CONNECT, or its answer, did not come in time.
    ConnectTimeout,
    /// The peer has been silent for too long (3.1.2.10).
    KeepAliveTimeout,
}

/// Why a call had no effect; the link is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// There is no open link, or the step does not fit its state.
    NotConnected,
    /// As many messages as the window takes wait for an acknowledgement.
    WindowFull,
    /// Too many subscriptions wait for their answer.
    TooManyRequests,
    /// A topic name is not one.
    BadTopic(TopicError),
    /// A topic filter is not one.
    BadFilter(TopicError),
    /// A field is longer than 65,535 bytes, or the packet larger than [`crate::encode::MAX_REMAINING`].
    TooLong,
    /// A string has the character U+0000.
    NulInString,
    /// A subscription names no filter.
    NothingRequested,
    /// The number of grants is not the number of filters.
    GrantCount,
    /// A password without a user name.
    PasswordWithoutUserName,
    /// Neither a client identifier nor a clean session.
    EmptyClientId,
    /// The client asked for a clean session, so none can be kept for it.
    CleanSession,
    /// The packet identifier is in use, or outside of the window.
    PacketIdTaken,
}

/// A message that was not taken, with everything that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned<T> {
    /// Why it was not taken.
    pub reason: SendError,
    /// The message.
    pub message: Message,
    /// Its completion token.
    pub token: T,
}

impl Error {
    /// Whether the peer broke the protocol, as opposed to a refusal and to silence.
    #[must_use]
    pub const fn is_violation(&self) -> bool {
        !matches!(
            self,
            Self::Refused(_) | Self::ConnectTimeout | Self::KeepAliveTimeout
        )
    }

    /// Whether the peer was silent for too long.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::ConnectTimeout | Self::KeepAliveTimeout)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownPacketType(number) => write!(f, "packet type {number} does not exist"),
            Self::BadFlags { kind, flags } => write!(f, "{kind} with flags {flags:#06b}"),
            Self::BadRemainingLength => f.write_str("remaining length of more than four bytes"),
            Self::BadLength(kind) => write!(f, "{kind} of a length that it cannot have"),
            Self::PacketTooLarge { size, limit } => {
                write!(f, "packet of {size} bytes, at most {limit} are taken")
            }
            Self::Truncated => f.write_str("a field reaches beyond its packet"),
            Self::TrailingBytes => f.write_str("bytes after the last field of a packet"),
            Self::NotUtf8 => f.write_str("a string is not UTF-8"),
            Self::NulInString => f.write_str("a string has the character U+0000"),
            Self::ZeroPacketId => f.write_str("packet identifier 0"),
            Self::BadTopic(error) => write!(f, "bad topic name: {error}"),
            Self::BadFilter(error) => write!(f, "bad topic filter: {error}"),
            Self::BadQos(bits) => write!(f, "quality of service {bits} does not exist"),
            Self::DupAtMostOnce => f.write_str("duplicate of a message of QoS 0"),
            Self::NothingRequested(kind) => write!(f, "{kind} without an entry"),
            Self::BadProtocolName => f.write_str("the protocol name is not MQTT"),
            Self::UnsupportedLevel(level) => write!(f, "protocol level {level} instead of 4"),
            Self::BadConnectFlags(flags) => write!(f, "CONNECT with flags {flags:#010b}"),
            Self::EmptyClientId => {
                f.write_str("a session is to be kept, and no client identifier given")
            }
            Self::BadConnackFlags(flags) => write!(f, "CONNACK with flags {flags:#010b}"),
            Self::BadReturnCode(code) => write!(f, "CONNACK with return code {code}"),
            Self::BadGrant(code) => write!(f, "SUBACK with return code {code:#04x}"),
            Self::WrongDirection(kind) => write!(f, "{kind} in the wrong direction"),
            Self::OutOfOrder(kind) => write!(f, "{kind} at the wrong time"),
            Self::ExactlyOnce => f.write_str("QoS 2 is not supported"),
            Self::UnknownPacketId { kind, id } => {
                write!(f, "{kind} for packet {id}, which does not wait for it")
            }
            Self::GrantCount { expected, received } => {
                write!(f, "SUBACK with {received} codes for {expected} filters")
            }
            Self::TooMuchBeforeAccept => {
                f.write_str("too many bytes before the connection was accepted")
            }
            Self::Refused(code) => write!(f, "connection refused: {code}"),
            Self::ConnectTimeout => f.write_str("the connection was not set up in time"),
            Self::KeepAliveTimeout => f.write_str("the peer has been silent for too long"),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        if let Self::BadTopic(error) | Self::BadFilter(error) = self {
            Some(error)
        } else {
            None
        }
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotConnected => "the link is not in a state for this",
            Self::WindowFull => "the window of unacknowledged messages is full",
            Self::TooManyRequests => "too many subscriptions wait for their answer",
            Self::BadTopic(error) => return write!(f, "bad topic name: {error}"),
            Self::BadFilter(error) => return write!(f, "bad topic filter: {error}"),
            Self::TooLong => "a field or the packet is too long",
            Self::NulInString => "a string has the character U+0000",
            Self::NothingRequested => "no topic filter given",
            Self::GrantCount => "the number of grants is not the number of filters",
            Self::PasswordWithoutUserName => "a password needs a user name",
            Self::EmptyClientId => "a session that is kept needs a client identifier",
            Self::CleanSession => "the client asked for a clean session",
            Self::PacketIdTaken => "the packet identifier is taken or outside of the window",
        })
    }
}

impl core::error::Error for SendError {}

impl<T> fmt::Display for Returned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl<T: fmt::Debug> core::error::Error for Returned<T> {}
