//! Device connection strings, as a portal shows them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::error::Error;
use core::fmt;
use core::str::FromStr;

use crate::sas::Key;

const HOST_NAME: &str = "HostName";
const DEVICE_ID: &str = "DeviceId";
const MODULE_ID: &str = "ModuleId";
const GATEWAY: &str = "GatewayHostName";
const KEY: &str = "SharedAccessKey";
const KEY_NAME: &str = "SharedAccessKeyName";
const TOKEN: &str = "SharedAccessSignature";
const X509: &str = "x509";

const NAMES: [&str; 8] = [
    HOST_NAME, DEVICE_ID, MODULE_ID, GATEWAY, KEY, KEY_NAME, TOKEN, X509,
];

/// The connection string of a device or a module.
///
/// ```
/// use pnp_runtime::connection_string::ConnectionString;
///
/// let parsed: ConnectionString = "HostName=h.example;DeviceId=d1;SharedAccessKey=c2VjcmV0".parse()?;
/// assert_eq!((parsed.host_name.as_str(), parsed.device_id.as_str()), ("h.example", "d1"));
/// # Ok::<(), pnp_runtime::connection_string::BadConnectionString>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionString {
    /// The hub's host name.
    pub host_name: String,
    /// The device's ID.
    pub device_id: String,
    /// The module's ID, where the identity is a module.
    pub module_id: Option<String>,
    /// The host to connect to in place of the hub, an edge gateway.
    pub gateway_host_name: Option<String>,
    /// What the identity proves itself with.
    pub secret: Secret,
}

/// What a connection string holds to prove an identity with. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Secret {
    /// The identity's key, which signs tokens.
    Key(Key),
    /// A token made by somebody else; it can't be renewed.
    Token(String),
    /// Nothing: a certificate, which the string does not hold, proves it.
    X509,
}

/// Why a text is no device connection string. No part of the text is repeated, because it may be the
/// secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadConnectionString {
    /// The nth part, counted from 1, is not a name and a value joined by `=`.
    NoPair(usize),
    /// The nth part, counted from 1, has a name that connection strings don't have. Names are
    /// case-sensitive.
    UnknownName(usize),
    /// The named part comes twice.
    Duplicate(&'static str),
    /// The named part is missing.
    Missing(&'static str),
    /// The named part has an empty value.
    Empty(&'static str),
    /// None of `SharedAccessKey`, `SharedAccessSignature` and `x509=true` is there.
    NoSecret,
    /// More than one of these is there.
    TwoSecrets,
    /// `SharedAccessKey` is not base64.
    BadKey,
    /// It is the connection string of a shared access policy, for back ends, and names no device.
    ForBackEnds,
}

impl FromStr for ConnectionString {
    type Err = BadConnectionString;

    /// The order of parts is free; a `;` at the end is allowed, as portals and scripts leave one there.
    ///
    /// # Errors
    /// See [`BadConnectionString`].
    fn from_str(text: &str) -> Result<Self, BadConnectionString> {
        let mut values: [Option<&str>; NAMES.len()] = [None; NAMES.len()];
        for (index, part) in text.trim().split(';').enumerate() {
            if part.is_empty() {
                continue;
            }
            // At the first `=`: keys end with more of them.
            let (name, value) = part
                .split_once('=')
                .ok_or(BadConnectionString::NoPair(index + 1))?;
            let (known, slot) = NAMES
                .iter()
                .zip(&mut values)
                .find(|(known, _)| **known == name)
                .ok_or(BadConnectionString::UnknownName(index + 1))?;
            if value.is_empty() {
                return Err(BadConnectionString::Empty(known));
            }
            if slot.replace(value).is_some() {
                return Err(BadConnectionString::Duplicate(known));
            }
        }
        let [host, device, module, gateway, key, key_name, token, x509] = values;
        if key_name.is_some() {
            return Err(BadConnectionString::ForBackEnds);
        }
        let x509 = x509.is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let secret = match (key, token, x509) {
            (Some(key), None, false) => {
                Secret::Key(Key::from_base64(key).map_err(|_| BadConnectionString::BadKey)?)
            }
            (None, Some(token), false) => Secret::Token(token.to_owned()),
            (None, None, true) => Secret::X509,
            (None, None, false) => return Err(BadConnectionString::NoSecret),
            _ => return Err(BadConnectionString::TwoSecrets),
        };
        let required = |name, value: Option<&str>| {
            value
                .map(str::to_owned)
                .ok_or(BadConnectionString::Missing(name))
        };
        Ok(Self {
            host_name: required(HOST_NAME, host)?,
            device_id: required(DEVICE_ID, device)?,
            module_id: module.map(str::to_owned),
            gateway_host_name: gateway.map(str::to_owned),
            secret,
        })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key(redacted)",
            Self::Token(_) => "Token(redacted)",
            Self::X509 => "X509",
        })
    }
}

impl fmt::Display for BadConnectionString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPair(part) => write!(f, "part {part} of the connection string has no `=`"),
            Self::UnknownName(part) => {
                write!(
                    f,
                    "part {part} of the connection string has an unknown name; they are "
                )?;
                for (index, name) in NAMES.iter().enumerate() {
                    write!(f, "{}{name}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::Duplicate(name) => write!(f, "the connection string has {name} twice"),
            Self::Missing(name) => write!(f, "the connection string has no {name}"),
            Self::Empty(name) => write!(f, "{name} is empty in the connection string"),
            Self::NoSecret => write!(
                f,
                "the connection string has none of {KEY}, {TOKEN} and {X509}=true"
            ),
            Self::TwoSecrets => write!(
                f,
                "the connection string has more than one of {KEY}, {TOKEN} and {X509}=true"
            ),
            Self::BadKey => write!(f, "{KEY} is not base64"),
            Self::ForBackEnds => write!(
                f,
                "the connection string has {KEY_NAME}: it is for back ends, a device needs its own"
            ),
        }
    }
}

impl Error for BadConnectionString {}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn parse(text: &str) -> Result<ConnectionString, BadConnectionString> {
        text.parse()
    }

    #[test]
    fn a_key_keeps_its_padding_and_parts_come_in_any_order() {
        let key = "O+H9VTcdJP0TQkl7bh4nVG0OJNrEataMpuWB54D0VEc=";
        let text =
            format!("SharedAccessKey={key};DeviceId=d=1;HostName=h;ModuleId=m;GatewayHostName=g;");
        let parsed = parse(&text).unwrap();
        assert_eq!(parsed.secret, Secret::Key(Key::from_base64(key).unwrap()));
        assert_eq!(parsed.device_id, "d=1");
        assert_eq!(parsed.module_id.as_deref(), Some("m"));
        assert_eq!(parsed.gateway_host_name.as_deref(), Some("g"));
    }

    #[test]
    fn a_token_or_a_certificate_takes_the_place_of_the_key() {
        let token = "SharedAccessSignature sr=h%2Fdevices%2Fd&sig=YQ%3D%3D&se=1";
        let parsed = parse(&format!(
            "HostName=h;DeviceId=d;SharedAccessSignature={token}"
        ));
        assert_eq!(parsed.unwrap().secret, Secret::Token(token.into()));
        let parsed = parse("HostName=h;DeviceId=d;x509=true").unwrap();
        assert_eq!(parsed.secret, Secret::X509);
    }

    #[test]
    fn each_mistake_is_told_apart() {
        for (text, error) in [
            ("", BadConnectionString::NoSecret),
            ("HostName=h;DeviceId", BadConnectionString::NoPair(2)),
            ("HostName=h;DeviceID=d", BadConnectionString::UnknownName(2)),
            (
                "HostName=h;HostName=h",
                BadConnectionString::Duplicate("HostName"),
            ),
            (
                "DeviceId=d;SharedAccessKey=YQ==",
                BadConnectionString::Missing("HostName"),
            ),
            (
                "HostName=h;SharedAccessKey=YQ==",
                BadConnectionString::Missing("DeviceId"),
            ),
            (
                "HostName=;DeviceId=d",
                BadConnectionString::Empty("HostName"),
            ),
            (
                "HostName=h;DeviceId=d;x509=false",
                BadConnectionString::NoSecret,
            ),
            (
                "HostName=h;DeviceId=d;x509=true;SharedAccessKey=YQ==",
                BadConnectionString::TwoSecrets,
            ),
            (
                "HostName=h;DeviceId=d;SharedAccessKey=YQ",
                BadConnectionString::BadKey,
            ),
            (
                "HostName=h;SharedAccessKeyName=service;SharedAccessKey=YQ==",
                BadConnectionString::ForBackEnds,
            ),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn no_secret_shows_in_debug_output_or_errors() {
        let secret = "c2VjcmV0c2VjcmV0";
        let good = parse(&format!("HostName=h;DeviceId=d;SharedAccessKey={secret}")).unwrap();
        assert!(!format!("{good:?}").contains(secret));
        for bad in [
            format!("HostName=h;DeviceId=d;{secret}"),
            format!("HostName=h;DeviceId=d;{secret}=x"),
            format!("HostName=h;DeviceId=d;SharedAccessKey={secret}!"),
            format!("HostName=h;SharedAccessKey={secret}"),
        ] {
            let error = parse(&bad).unwrap_err();
            let shown = format!("{error:?} {error}");
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
