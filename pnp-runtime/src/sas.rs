//! Shared access signatures: the tokens that devices, modules and back ends prove themselves with.
//!
//! A token names a resource, ends at a second of Unix time, and carries an HMAC-SHA256 of both. The
//! device signs with [`Key::sign`]; the hub reads with [`Token::parse`] and proves with
//! [`Token::is_signed_by`], which works on the resource exactly as it was sent, because clients escape
//! it in different ways.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::topic;

/// Begins every token.
const SCHEME: &str = "SharedAccessSignature ";

/// A symmetric key. Its `Debug` output does not show it, and it has no `Display`.
///
/// ```
/// use pnp_runtime::sas::{Key, Token};
///
/// let key = Key::from_base64("O+H9VTcdJP0TQkl7bh4nVG0OJNrEataMpuWB54D0VEc=")?;
/// let text = key.sign("hub.example/devices/d1", 1_593_353_305, None);
/// let token = Token::parse(&text)?;
/// assert!(token.is_signed_by(&key) && token.covers("hub.example/devices/d1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Key(Vec<u8>);

/// A token, taken apart and not yet proved. Its `Debug` output does not show the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Token<'t> {
    /// What it opens, `sr`, as it was sent: clients escape it differently.
    pub raw_resource: &'t str,
    /// When it ends, `se`, in seconds since 1970.
    pub expiry: u64,
    /// The shared access policy whose key signed it, `skn`; `None` for an identity's own key.
    pub policy: Option<String>,
    /// The resource with its escapes undone.
    resource: String,
    /// `se` as it was sent: it is part of what is signed.
    raw_expiry: &'t str,
    signature: Vec<u8>,
}

/// The text is no key: it is not base64, or empty. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadKey;

/// The text is no token. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadToken {
    /// It does not begin with `SharedAccessSignature `.
    Scheme,
    /// The named field is missing.
    Missing(&'static str),
    /// The named field can't be read.
    Malformed(&'static str),
}

impl Key {
    /// The key of a connection string or a portal.
    ///
    /// # Errors
    /// The text is not base64 with padding, or empty.
    pub fn from_base64(text: &str) -> Result<Self, BadKey> {
        match STANDARD.decode(text) {
            Ok(bytes) if !bytes.is_empty() => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(BadKey),
        }
    }

    /// The key of these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// The key as connection strings carry it. A secret: keep it out of logs.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.0)
    }

    /// The device's own key, where this is the key of an enrollment group: its HMAC-SHA256 of the
    /// registration ID.
    pub fn of_group_member(&self, registration_id: &str) -> Self {
        Self(
            self.mac(&[registration_id])
                .finalize()
                .into_bytes()
                .to_vec(),
        )
    }

    /// A token for `resource` (not escaped) that ends at `expiry`, in seconds since 1970. `policy`
    /// names the shared access policy whose key this is; a device's own key has none.
    pub fn sign(&self, resource: &str, expiry: u64, policy: Option<&str>) -> String {
        let resource = topic::encode(resource);
        let expiry = format!("{expiry}");
        let signature = self.mac(&[&resource, "\n", &expiry]).finalize();
        let signature = topic::encode(&STANDARD.encode(signature.into_bytes()));
        let mut token = format!("{SCHEME}sr={resource}&sig={signature}&se={expiry}");
        if let Some(policy) = policy {
            token.push_str("&skn=");
            token.push_str(&topic::encode(policy));
        }
        token
    }

    fn mac(&self, parts: &[&str]) -> Hmac<Sha256> {
        #[expect(
            clippy::expect_used,
            reason = "HMAC takes keys of every length; the error is that of other MACs"
        )]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length");
        for part in parts {
            mac.update(part.as_bytes());
        }
        mac
    }
}

impl<'t> Token<'t> {
    /// Takes a token apart. The order of its fields is free, unknown ones are ignored.
    ///
    /// # Errors
    /// See [`BadToken`].
    pub fn parse(text: &'t str) -> Result<Self, BadToken> {
        let fields = text.strip_prefix(SCHEME).ok_or(BadToken::Scheme)?;
        let find = |name: &'static str| {
            fields
                .split('&')
                .filter_map(|field| field.split_once('='))
                .find_map(|(known, value)| (known == name).then_some(value))
        };
        let field = |name| find(name).ok_or(BadToken::Missing(name));
        let text = |name, raw| topic::decode(raw).ok_or(BadToken::Malformed(name));
        let raw_resource = field("sr")?;
        let raw_expiry = field("se")?;
        let signature = STANDARD
            .decode(text("sig", field("sig")?)?)
            .map_err(|_| BadToken::Malformed("sig"))?;
        Ok(Self {
            raw_resource,
            expiry: raw_expiry.parse().map_err(|_| BadToken::Malformed("se"))?,
            policy: find("skn").map(|raw| text("skn", raw)).transpose()?,
            resource: text("sr", raw_resource)?,
            raw_expiry,
            signature,
        })
    }

    /// What it opens, with its escapes undone.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// Whether `key` made the signature. Takes the same time wherever the two differ.
    pub fn is_signed_by(&self, key: &Key) -> bool {
        key.mac(&[self.raw_resource, "\n", self.raw_expiry])
            .verify_slice(&self.signature)
            .is_ok()
    }

    /// Whether it opens `resource` (not escaped): its own resource is that, or a part of its path up to
    /// a `/`. Compared byte for byte.
    pub fn covers(&self, resource: &str) -> bool {
        resource
            .strip_prefix(self.resource.trim_end_matches('/'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether it has ended at `now`, in seconds since 1970.
    pub fn is_expired(&self, now: u64) -> bool {
        self.expiry <= now
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(redacted)")
    }
}

impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("resource", &self.resource)
            .field("expiry", &self.expiry)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key is not base64")
    }
}

impl fmt::Display for BadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme => write!(f, "the token does not begin with {SCHEME:?}"),
            Self::Missing(field) => write!(f, "the token has no field {field}"),
            Self::Malformed(field) => write!(f, "the field {field} of the token can't be read"),
        }
    }
}

impl Error for BadKey {}
impl Error for BadToken {}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "O+H9VTcdJP0TQkl7bh4nVG0OJNrEataMpuWB54D0VEc=";

    #[test]
    fn a_token_is_the_one_that_the_hub_is_known_to_accept() {
        let key = Key::from_base64(KEY).unwrap();
        let resource = "pontifex.azure-devices.net/devices/FirstDevice";
        let token = key.sign(resource, 1_593_353_305, None);
        assert_eq!(
            token,
            "SharedAccessSignature sr=pontifex.azure-devices.net%2Fdevices%2FFirstDevice\
             &sig=CKYVArtLm72J2UNWLb4V3XqPc679Ig3LX83G3nPExUc%3D&se=1593353305"
        );
    }

    #[test]
    fn the_key_of_a_group_member_is_the_one_that_dps_derives() {
        let group = "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";
        let key = Key::from_base64(group)
            .unwrap()
            .of_group_member("sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6");
        assert_eq!(
            key.to_base64(),
            "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc="
        );
    }

    #[test]
    fn a_token_is_proved_over_the_resource_as_it_was_sent() {
        let key = Key::from_base64(KEY).unwrap();
        for raw in [
            "0ne1/registrations/reg2",
            "0ne1%2Fregistrations%2Freg2",
            "0ne1%2fregistrations%2freg2",
        ] {
            let mac = key.mac(&[raw, "\n", "99"]).finalize().into_bytes();
            // As the Python service SDK sends it: `/` and `+` raw, in another order of fields.
            let sig = STANDARD.encode(mac).replace('=', "%3D");
            let text = format!("{SCHEME}se=99&skn=registration&sig={sig}&sr={raw}");
            let token = Token::parse(&text).unwrap();
            assert!(token.is_signed_by(&key), "{raw}");
            assert_eq!(token.resource(), "0ne1/registrations/reg2");
            assert_eq!(token.policy.as_deref(), Some("registration"));
            assert!(!token.is_signed_by(&Key::from_bytes(b"another")));
        }
    }

    #[test]
    fn a_changed_resource_expiry_or_signature_is_not_proved() {
        let key = Key::from_base64(KEY).unwrap();
        let good = key.sign("h/devices/d", 100, None);
        assert!(Token::parse(&good).unwrap().is_signed_by(&key));
        for (from, to) in [
            ("%2Fd&", "%2Fe&"),
            ("se=100", "se=101"),
            ("se=100", "se=0100"),
        ] {
            let bad = good.replacen(from, to, 1);
            assert_ne!(bad, good);
            assert!(!Token::parse(&bad).unwrap().is_signed_by(&key), "{bad}");
        }
    }

    #[test]
    fn a_token_covers_whole_segments_of_a_path_and_ends_at_its_second() {
        let key = Key::from_base64(KEY).unwrap();
        let text = key.sign("h/devices/d", 100, None);
        let token = Token::parse(&text).unwrap();
        for (resource, covered) in [
            ("h/devices/d", true),
            ("h/devices/d/modules/m", true),
            ("h/devices/d2", false),
            ("h/devices", false),
            ("H/devices/d", false),
        ] {
            assert_eq!(token.covers(resource), covered, "{resource}");
        }
        assert!(!token.is_expired(99));
        assert!(token.is_expired(100));
    }

    #[test]
    fn what_is_no_token_is_told_apart() {
        for (text, error) in [
            ("", BadToken::Scheme),
            ("SharedAccessSignature ", BadToken::Missing("sr")),
            ("SharedAccessSignature sr=a&se=1", BadToken::Missing("sig")),
            (
                "SharedAccessSignature sr=a&sig=%%&se=1",
                BadToken::Malformed("sig"),
            ),
            (
                "SharedAccessSignature sr=a&sig=YQ==&se=soon",
                BadToken::Malformed("se"),
            ),
            (
                "SharedAccessSignature sr=%zz&sig=YQ==&se=1",
                BadToken::Malformed("sr"),
            ),
        ] {
            assert_eq!(Token::parse(text), Err(error), "{text}");
        }
        assert_eq!(Key::from_base64(""), Err(BadKey));
        assert_eq!(Key::from_base64("no base64!"), Err(BadKey));
    }

    #[test]
    fn neither_key_nor_signature_shows_in_debug_output() {
        let key = Key::from_base64(KEY).unwrap();
        let text = key.sign("h/devices/d", 100, None);
        let token = Token::parse(&text).unwrap();
        let shown = format!("{key:?} {token:?}");
        let signature = STANDARD.encode(&token.signature);
        assert!(
            !shown.contains(KEY) && !shown.contains(&signature),
            "{shown}"
        );
        assert!(shown.contains("h/devices/d"));
    }
}
