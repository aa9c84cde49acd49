//! Who a device is on the wire, and what it proves itself with.

use alloc::format;
use alloc::string::String;
use core::fmt;
use core::time::Duration;

use crate::connection_string::{ConnectionString, Secret};
use crate::sas::{Key, Token};
use crate::topic;

/// A device or a module of a hub. IoT Hub escapes none of the three names anywhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The hub's host name; also behind a gateway, where the connection itself goes elsewhere.
    pub host: String,
    /// The device's ID.
    pub device: String,
    /// The module's ID, where the identity is a module.
    pub module: Option<String>,
}

/// What an identity proves itself with. `Debug` shows no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// A key, which signs a token for each connection.
    Key(Key),
    /// A token made by somebody else. It can't be renewed.
    Token(FixedToken),
    /// The certificate that the transport shows.
    X509,
}

/// A token made by somebody else. `Debug` doesn't show it.
#[derive(Clone, PartialEq, Eq)]
pub struct FixedToken(String);

/// The password of one connection. `Debug` doesn't show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password {
    /// For CONNECT; `None` where a certificate is the proof.
    pub text: Option<String>,
    /// How long the hub takes it; `None` for no end.
    pub lifetime: Option<Duration>,
}

impl Identity {
    /// The device of a hub.
    pub fn device(host: impl Into<String>, device: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            device: device.into(),
            module: None,
        }
    }

    /// The MQTT client identifier.
    pub fn client_id(&self) -> String {
        match &self.module {
            None => self.device.clone(),
            Some(module) => format!("{}/{module}", self.device),
        }
    }

    /// The MQTT user name, which announces the model.
    pub fn user_name(&self, model_id: Option<&str>) -> String {
        topic::user_name(&self.host, &self.device, self.module.as_deref(), model_id)
    }

    /// What the tokens of this identity open, not escaped.
    pub fn resource(&self) -> String {
        match &self.module {
            None => format!("{}/devices/{}", self.host, self.device),
            Some(module) => format!("{}/devices/{}/modules/{module}", self.host, self.device),
        }
    }
}

impl Credentials {
    /// The password of a connection to `resource` that begins at `now`, in seconds since 1970. A key
    /// signs one that lives for `lifetime`.
    pub fn password(&self, resource: &str, now: u64, lifetime: Duration) -> Password {
        match self {
            Self::Key(key) => Password {
                text: Some(key.sign(resource, now.saturating_add(lifetime.as_secs()), None)),
                lifetime: Some(lifetime),
            },
            Self::Token(FixedToken(token)) => Password {
                lifetime: Token::parse(token)
                    .ok()
                    .map(|token| Duration::from_secs(token.expiry.saturating_sub(now))),
                text: Some(token.clone()),
            },
            Self::X509 => Password {
                text: None,
                lifetime: None,
            },
        }
    }

    /// Whether a new connection can have a password that lives longer.
    pub fn is_renewable(&self) -> bool {
        matches!(self, Self::Key(_))
    }
}

impl FixedToken {
    /// The token of this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl From<&ConnectionString> for Identity {
    fn from(parsed: &ConnectionString) -> Self {
        Self {
            host: parsed.host_name.clone(),
            device: parsed.device_id.clone(),
            module: parsed.module_id.clone(),
        }
    }
}

impl From<&ConnectionString> for Credentials {
    fn from(parsed: &ConnectionString) -> Self {
        match &parsed.secret {
            Secret::Key(key) => Self::Key(key.clone()),
            Secret::Token(token) => Self::Token(FixedToken::new(token.clone())),
            Secret::X509 => Self::X509,
        }
    }
}

impl fmt::Debug for FixedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FixedToken(redacted)")
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Password")
            .field("text", &self.text.as_ref().map(|_| "(redacted)"))
            .field("lifetime", &self.lifetime)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_named_behind_its_device_everywhere() {
        let module = Identity {
            module: Some("m".into()),
            ..Identity::device("h", "d")
        };
        assert_eq!(module.client_id(), "d/m");
        assert_eq!(module.resource(), "h/devices/d/modules/m");
        assert_eq!(module.user_name(None), "h/d/m/?api-version=2020-09-30");
    }

    #[test]
    fn a_key_signs_for_the_lifetime_asked_and_a_fixed_token_lives_as_long_as_it_says() {
        let key = Key::from_bytes(b"secret");
        let hour = Duration::from_secs(3600);
        let signed = Credentials::Key(key.clone()).password("h/devices/d", 1000, hour);
        let text = signed.text.clone().unwrap();
        let token = Token::parse(&text).unwrap();
        assert!(token.is_signed_by(&key));
        assert_eq!((token.expiry, signed.lifetime), (4600, Some(hour)));

        let fixed = Credentials::Token(FixedToken::new(text.clone()));
        let later = fixed.password("h/devices/d", 4000, hour);
        assert_eq!(later.text, Some(text));
        assert_eq!(later.lifetime, Some(Duration::from_secs(600)));
        assert!(!fixed.is_renewable());
    }

    #[test]
    fn no_secret_shows_in_debug_output() {
        let token = "SharedAccessSignature sr=h&sig=c2VjcmV0&se=9";
        let credentials = Credentials::Token(FixedToken::new(token));
        let password = credentials.password("h", 0, Duration::ZERO);
        assert_eq!(password.lifetime, Some(Duration::from_secs(9)));
        let shown = format!("{credentials:?} {password:?}");
        assert!(!shown.contains("c2VjcmV0"), "{shown}");
    }
}
