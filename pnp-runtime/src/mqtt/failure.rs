//! Why there is no connection, and whether trying again may help.

use alloc::string::String;
use core::fmt;

use pnp_mqtt::packet::RefusalCode;

use super::link::LinkError;

/// Why a connection could not be made, or ended. Holds no secret and nothing of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The host's name or the host itself was not found, or a proxy would not let us through. A device
    /// may start before its network does.
    Unreachable(String),
    /// TLS could not be agreed on.
    Tls {
        /// What went wrong.
        detail: String,
        /// Whether it will go wrong the next time: the certificate is not one that we trust, or not
        /// one of this host. Not so where it is only out of date, as a device's clock may be wrong.
        permanent: bool,
    },
    /// Opening took too long.
    Timeout,
    /// The hub refused the connection.
    Refused(RefusalCode),
    /// The hub, or a network in between, closed the connection without a word.
    Closed,
    /// Several connections in a row were closed soon after the hub had accepted them: another client
    /// uses the same identity, and each takes the connection from the other.
    Replaced,
    /// The network failed under an open connection.
    Network(String),
    /// The hub has been silent for too long.
    Silent,
    /// The peer broke the protocol, or asks what IoT Hub would not.
    Protocol(LinkError),
    /// The device does not keep up with what the hub sends.
    Overrun,
    /// The provisioning service did not assign a hub.
    Provisioning {
        /// What it said.
        detail: String,
        /// Whether it will say so the next time.
        permanent: bool,
    },
    /// Something on this side is missing or malformed, say a certificate file.
    Configuration(String),
}

/// What a failure says of the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// It may succeed as it is.
    Passing,
    /// The hub does not accept this identity or its proof. It may after a change on either side, and
    /// sometimes does after a fault of its own.
    Credentials,
    /// It will not succeed before somebody changes something.
    Permanent,
}

impl Failure {
    /// What it says of the next attempt.
    pub fn outlook(&self) -> Outlook {
        match self {
            Self::Refused(code) => match code {
                RefusalCode::ServerUnavailable => Outlook::Passing,
                // IoT Hub says 4 and 5 alike of identities that are unknown, disabled or not proved.
                RefusalCode::BadUserNameOrPassword | RefusalCode::NotAuthorized => {
                    Outlook::Credentials
                }
                RefusalCode::UnacceptableProtocolLevel | RefusalCode::IdentifierRejected => {
                    Outlook::Permanent
                }
            },
            Self::Tls { permanent, .. } | Self::Provisioning { permanent, .. } => {
                if *permanent {
                    Outlook::Permanent
                } else {
                    Outlook::Passing
                }
            }
            Self::Protocol(LinkError::Unsendable(_)) | Self::Configuration(_) => Outlook::Permanent,
            Self::Unreachable(_)
            | Self::Timeout
            | Self::Closed
            | Self::Replaced
            | Self::Network(_)
            | Self::Silent
            | Self::Protocol(_)
            | Self::Overrun => Outlook::Passing,
        }
    }

    /// Whether it looks like another client that uses the same identity, where it comes soon after the
    /// hub accepted a connection.
    pub(super) fn is_cut(&self) -> bool {
        matches!(self, Self::Closed | Self::Network(_))
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Mqtt(pnp_mqtt::Error::Refused(code)) => Self::Refused(code),
            LinkError::Mqtt(pnp_mqtt::Error::ConnectTimeout) => Self::Timeout,
            LinkError::Mqtt(pnp_mqtt::Error::KeepAliveTimeout) => Self::Silent,
            LinkError::Mqtt(_) | LinkError::SubscriptionRefused | LinkError::Unsendable(_) => {
                Self::Protocol(error)
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(detail) => write!(f, "the host can't be reached: {detail}"),
            Self::Tls { detail, .. } => write!(f, "no secure connection: {detail}"),
            Self::Timeout => f.write_str("the host did not answer in time"),
            Self::Refused(code) => write!(f, "the hub refused the connection: {code}"),
            Self::Closed => f.write_str("the connection was closed"),
            Self::Replaced => {
                f.write_str("another client takes the connection: it uses the same identity")
            }
            Self::Network(detail) => write!(f, "the network failed: {detail}"),
            Self::Silent => f.write_str("the hub has been silent for too long"),
            Self::Protocol(error) => error.fmt(f),
            Self::Overrun => f.write_str("the device does not keep up with the hub"),
            Self::Provisioning { detail, .. } => write!(f, "not provisioned: {detail}"),
            Self::Configuration(detail) => f.write_str(detail),
        }
    }
}

impl core::error::Error for Failure {}
