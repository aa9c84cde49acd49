//! The values that packets carry, borrowed from the bytes that they came in or will be written from.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU16;

/// Identifies a packet until it is acknowledged; 0 is not an identifier (2.3.1).
pub type PacketId = NonZeroU16;

/// How often a message may arrive (4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QoS {
    /// Once or never: no acknowledgement.
    AtMostOnce = 0,
    /// Once or more: repeated until acknowledged.
    AtLeastOnce = 1,
    /// Exactly once. The roles of this crate close at a PUBLISH with it, as IoT Hub does; it can still
    /// be asked for in a subscription, where the hub grants less, and in a will.
    ExactlyOnce = 2,
}

impl QoS {
    /// The level as packets carry it: 0, 1 or 2.
    #[must_use]
    pub const fn level(self) -> u8 {
        self as u8
    }

    /// The quality that `level` stands for; `None` above 2.
    #[must_use]
    pub const fn from_level(level: u8) -> Option<Self> {
        match level {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }
}

/// What a client says of itself in CONNECT (3.1). Its `Debug` output does not show the password.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Connect<'a> {
    /// Client identifier, at most 65,535 bytes. Empty only together with `clean_session`.
    pub client_id: &'a str,
    /// Whether both sides forget what they know of an earlier session.
    pub clean_session: bool,
    /// Longest silence of the client in seconds; 0 switches the supervision off.
    pub keep_alive: u16,
    /// User name, at most 65,535 bytes.
    pub user_name: Option<&'a str>,
    /// Password, at most 65,535 bytes; only together with a user name (3.1.2.9).
    pub password: Option<&'a [u8]>,
    /// Message that the server publishes when the link ends without DISCONNECT.
    pub will: Option<Will<'a>>,
}

impl<'a> Connect<'a> {
    /// A CONNECT that keeps the session, with 60 seconds of keep-alive, no credentials and no will.
    #[must_use]
    pub const fn new(client_id: &'a str) -> Self {
        Self {
            client_id,
            clean_session: false,
            keep_alive: 60,
            user_name: None,
            password: None,
            will: None,
        }
    }
}

impl fmt::Debug for Connect<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("client_id", &self.client_id)
            .field("clean_session", &self.clean_session)
            .field("keep_alive", &self.keep_alive)
            .field("user_name", &self.user_name)
            .field("password", &self.password.map(|_| "(redacted)"))
            .field("will", &self.will)
            .finish()
    }
}

/// The message that a server publishes for a client whose link ended without DISCONNECT (3.1.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Will<'a> {
    /// Topic name.
    pub topic: &'a str,
    /// Application data, at most 65,535 bytes.
    pub payload: &'a [u8],
    /// Quality of service to publish it with.
    pub qos: QoS,
    /// Whether it is to be published as a retained message.
    pub retain: bool,
}

/// Why a server refuses a connection (table 3.1 of MQTT 3.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalCode {
    /// The server does not speak this protocol level.
    UnacceptableProtocolLevel = 1,
    /// The client identifier is not allowed.
    IdentifierRejected = 2,
    /// The service is not available; the only code that a later attempt may overcome as it is.
    ServerUnavailable = 3,
    /// User name or password are malformed.
    BadUserNameOrPassword = 4,
    /// The client is not authorised.
    NotAuthorized = 5,
}

impl RefusalCode {
    /// The return code as CONNACK carries it: 1 to 5.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The refusal that `code` stands for; `None` at 0, which is not a refusal, and above 5.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::UnacceptableProtocolLevel),
            2 => Some(Self::IdentifierRejected),
            3 => Some(Self::ServerUnavailable),
            4 => Some(Self::BadUserNameOrPassword),
            5 => Some(Self::NotAuthorized),
            _ => None,
        }
    }
}

impl fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnacceptableProtocolLevel => "protocol level not supported",
            Self::IdentifierRejected => "client identifier rejected",
            Self::ServerUnavailable => "server not available",
            Self::BadUserNameOrPassword => "user name or password malformed",
            Self::NotAuthorized => "not authorised",
        })
    }
}

/// The answer to a connection request (3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connack {
    /// The server accepts.
    Accepted {
        /// Whether it kept the session of an earlier link.
        session_present: bool,
    },
    /// The server refuses, and closes.
    Refused(RefusalCode),
}

/// A message under way (3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Publish<'a> {
    /// Topic name.
    pub topic: &'a str,
    /// Application data.
    pub payload: &'a [u8],
    /// Quality of service.
    pub qos: QoS,
    /// Packet identifier: present above [`QoS::AtMostOnce`], and only there.
    pub id: Option<PacketId>,
    /// Whether the sender may have sent it before.
    pub dup: bool,
    /// Whether the server is to keep it for later subscribers, or kept it.
    pub retain: bool,
}

/// A message to send at least once; owned, because it is kept until it is acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// Topic name, 1 to 65,535 bytes without wildcards.
    pub topic: String,
    /// Application data.
    pub payload: Vec<u8>,
    /// Whether the server is to keep it for later subscribers.
    pub retain: bool,
}

impl Message {
    /// A message that is not retained.
    pub fn new(topic: impl Into<String>, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            topic: topic.into(),
            payload: payload.into(),
            retain: false,
        }
    }
}

/// What a server answers to one filter of a SUBSCRIBE (3.9.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Subscribed, with at most this quality of service.
    Granted(QoS),
    /// Not subscribed.
    Failure,
}

impl Grant {
    /// The return code as SUBACK carries it: 0, 1, 2 or 0x80.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Granted(qos) => qos.level(),
            Self::Failure => 0x80,
        }
    }

    /// The grant that `code` stands for; `None` where it is none of 0, 1, 2 and 0x80.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0x80 => Some(Self::Failure),
            level => match QoS::from_level(level) {
                Some(qos) => Some(Self::Granted(qos)),
                None => None,
            },
        }
    }
}
