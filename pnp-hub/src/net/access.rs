//! Who may do what: tokens of identities and of shared access policies, thumbprints of certificates.

use std::time::Duration;

use jiff::Timestamp;
use pnp_runtime::sas::{Key, Token};
use serde_json::{Map, Value, json};

use super::tls::Thumbprints;
use crate::engine::Engine;
use crate::engine::error::{ErrorCode, HubError};
use crate::engine::identity::Identity;
use crate::engine::random::{Randomness, symmetric_key};
use crate::engine::registry::{AuthMethod, Authentication};

/// What a shared access policy allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rights {
    pub(super) registry_read: bool,
    pub(super) registry_write: bool,
    pub(super) service: bool,
    pub(super) device: bool,
}

impl Rights {
    const NONE: Self = Self {
        registry_read: false,
        registry_write: false,
        service: false,
        device: false,
    };

    /// Whether all of `wanted` is among them.
    pub(super) const fn include(self, wanted: Self) -> bool {
        (self.registry_read || !wanted.registry_read)
            && (self.registry_write || !wanted.registry_write)
            && (self.service || !wanted.service)
            && (self.device || !wanted.device)
    }

    pub(super) const REGISTRY_READ: Self = Self {
        registry_read: true,
        ..Self::NONE
    };
    pub(super) const REGISTRY_WRITE: Self = Self {
        registry_write: true,
        ..Self::NONE
    };
    pub(super) const SERVICE: Self = Self {
        service: true,
        ..Self::NONE
    };
    const DEVICE: Self = Self {
        device: true,
        ..Self::NONE
    };
}

/// The policy with all rights: what `pnp hub` prints a connection string for.
pub(super) const OWNER: &str = "iothubowner";

/// The policies that every IoT Hub is created with (`iot-hub` 1.7).
const POLICIES: [(&str, Rights); 5] = [
    (
        OWNER,
        Rights {
            registry_read: true,
            registry_write: true,
            service: true,
            device: true,
        },
    ),
    ("service", Rights::SERVICE),
    ("device", Rights::DEVICE),
    ("registryRead", Rights::REGISTRY_READ),
    (
        "registryReadWrite",
        Rights {
            registry_read: true,
            ..Rights::REGISTRY_WRITE
        },
    ),
];

/// The keys of the shared access policies, two each.
#[derive(Debug, Clone)]
pub(super) struct Policies(Vec<Policy>);

#[derive(Debug, Clone)]
struct Policy {
    name: &'static str,
    rights: Rights,
    keys: [Key; 2],
}

impl Policies {
    /// Policies with new keys.
    pub(super) fn generate(random: &mut dyn Randomness) -> Self {
        let mut key = || Key::from_base64(&symmetric_key(random)).unwrap_or_else(|_| no_key());
        let policies = POLICIES.into_iter().map(|(name, rights)| Policy {
            name,
            rights,
            keys: [key(), key()],
        });
        Self(policies.collect())
    }

    /// `{"iothubowner":["…","…"],…}`.
    pub(super) fn to_json(&self) -> Value {
        let policies = self.0.iter().map(|policy| {
            let keys = policy.keys.each_ref().map(Key::to_base64);
            (policy.name.to_owned(), json!(keys))
        });
        Value::Object(policies.collect::<Map<_, _>>())
    }

    /// What [`to_json`](Self::to_json) gave; `None` where a policy or a key is missing.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let policies = POLICIES.into_iter().map(|(name, rights)| {
            let keys = value.get(name)?;
            let key = |index: usize| Key::from_base64(keys.get(index)?.as_str()?).ok();
            Some(Policy {
                name,
                rights,
                keys: [key(0)?, key(1)?],
            })
        });
        policies.collect::<Option<_>>().map(Self)
    }

    /// A policy's primary key in base64; empty for a policy that there isn't.
    pub(super) fn primary_key(&self, name: &str) -> String {
        let policy = self.0.iter().find(|policy| policy.name == name);
        policy.map_or_else(String::new, |policy| {
            let [primary, _] = &policy.keys;
            primary.to_base64()
        })
    }

    /// What a request to the service may do by its `Authorization` header.
    ///
    /// # Errors
    /// The token is none, has expired, or no policy signed it.
    pub(super) fn service_rights(
        &self,
        authorization: Option<&str>,
        now: Timestamp,
    ) -> Result<Rights, HubError> {
        let text = authorization.ok_or_else(|| unauthorized("the request has no token"))?;
        let token = current(text, now)?;
        let policy = self.signer(&token)?;
        if token.resource().contains('/') {
            return Err(unauthorized("a service token must be for the whole hub"));
        }
        Ok(policy.rights)
    }

    fn signer(&self, token: &Token<'_>) -> Result<&Policy, HubError> {
        let name = token
            .policy
            .as_deref()
            .ok_or_else(|| unauthorized("the token names no policy"))?;
        let policy = self.0.iter().find(|policy| policy.name == name);
        policy
            .filter(|policy| policy.keys.iter().any(|key| token.is_signed_by(key)))
            .ok_or_else(|| unauthorized("the token is not signed by the policy that it names"))
    }

    /// How an identity that connects has proved who it is, and for how long that holds.
    ///
    /// # Errors
    /// It is unknown, or neither its token nor its certificate is one that its registration asks for.
    pub(super) fn prove(
        &self,
        engine: &Engine,
        identity: &Identity,
        password: Option<&[u8]>,
        certificate: Option<&Thumbprints>,
        now: Timestamp,
    ) -> Result<(AuthMethod, Option<Duration>), HubError> {
        let record = engine.identity(identity)?;
        let Some(password) = password.filter(|password| !password.is_empty()) else {
            return match (&record.authentication, certificate) {
                (
                    Authentication::SelfSigned {
                        primary_thumbprint,
                        secondary_thumbprint,
                    },
                    Some(certificate),
                ) if [primary_thumbprint, secondary_thumbprint]
                    .into_iter()
                    .flatten()
                    .any(|registered| certificate.is(registered)) =>
                {
                    Ok((AuthMethod::X509, None))
                }
                (_, None) => Err(unauthorized("neither a token nor a certificate was shown")),
                (_, Some(_)) => Err(unauthorized(
                    "the certificate is not one that the identity is registered with",
                )),
            };
        };
        let password =
            std::str::from_utf8(password).map_err(|_| unauthorized("the token is not UTF-8"))?;
        let token = current(password, now)?;
        if token.policy.is_some() {
            let policy = self.signer(&token)?;
            if !policy.rights.include(Rights::DEVICE) {
                return Err(unauthorized(&format!(
                    "the policy {} can't connect devices",
                    policy.name
                )));
            }
        } else {
            let Authentication::Sas {
                primary_key,
                secondary_key,
            } = &record.authentication
            else {
                return Err(unauthorized("the identity is not registered with keys"));
            };
            let signed =
                |key: &String| Key::from_base64(key).is_ok_and(|key| token.is_signed_by(&key));
            if !signed(primary_key) && !signed(secondary_key) {
                return Err(unauthorized("no key of the identity signed the token"));
            }
        }
        // Any name of the hub will do: behind gateways and port mappings it has several, and its keys
        // are its own.
        let host = token.resource().split('/').next().unwrap_or_default();
        if !token.covers(&resource(host, identity)) {
            return Err(unauthorized(&format!(
                "the token is for {}, not for {identity}",
                token.resource()
            )));
        }
        let seconds = Timestamp::from_second(i64::try_from(token.expiry).unwrap_or(i64::MAX));
        // A token beyond the calendar's end never ends.
        let life = seconds.ok().map(|end| end.duration_since(now));
        Ok((
            AuthMethod::Sas,
            life.and_then(|life| Duration::try_from(life).ok()),
        ))
    }
}

/// What a device's or module's own token is for.
fn resource(host: &str, identity: &Identity) -> String {
    let device = identity.device_id();
    match identity.module_id() {
        None => format!("{host}/devices/{device}"),
        Some(module) => format!("{host}/devices/{device}/modules/{module}"),
    }
}

/// The token of a text, where it has not expired.
fn current(text: &str, now: Timestamp) -> Result<Token<'_>, HubError> {
    let token = Token::parse(text).map_err(|error| unauthorized(&error.to_string()))?;
    if token.is_expired(u64::try_from(now.as_second()).unwrap_or_default()) {
        return Err(HubError::new(
            ErrorCode::IotHubUnauthorized,
            "the token has expired",
        ));
    }
    Ok(token)
}

pub(super) fn unauthorized(why: &str) -> HubError {
    HubError::new(ErrorCode::IotHubUnauthorizedAccess, why)
}

/// Stands for a key that can't be made; nothing is signed with it, since it is as long as none is.
fn no_key() -> Key {
    Key::from_bytes(&[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::message::{CallId, Input, Request};
    use crate::engine::random::Seeded;
    use crate::engine::reading::Reading;
    use crate::engine::registry::NewIdentity;

    const NOW: i64 = 1_700_000_000;

    fn now() -> Timestamp {
        Timestamp::from_second(NOW).unwrap()
    }

    fn later() -> u64 {
        u64::try_from(NOW).unwrap() + 60
    }

    fn engine(identities: &[(&Identity, Option<Authentication>)]) -> Engine {
        let mut engine = Engine::new(10, Box::new(Seeded::new(0)));
        for (identity, authentication) in identities {
            let mut new = NewIdentity::new((*identity).clone());
            new.authentication.clone_from(authentication);
            let input = Input::Call {
                call: CallId(1),
                request: Request::CreateIdentity(new),
            };
            let at = Reading {
                wall: now(),
                monotonic: Duration::ZERO,
            };
            engine.handle(input, at);
        }
        engine
    }

    fn key_of(engine: &Engine, identity: &Identity) -> [Key; 2] {
        let Authentication::Sas {
            primary_key,
            secondary_key,
        } = &engine.identity(identity).unwrap().authentication
        else {
            panic!("registered with keys");
        };
        [primary_key, secondary_key].map(|key| Key::from_base64(key).unwrap())
    }

    #[test]
    fn both_keys_of_an_identity_open_its_own_links_and_no_others() {
        let (device, other) = (Identity::device("d"), Identity::device("e"));
        let module = Identity::module("d", "m");
        let engine = engine(&[(&device, None), (&other, None), (&module, None)]);
        let policies = Policies::generate(&mut Seeded::new(1));
        for key in key_of(&engine, &device) {
            let token = key.sign("any.host/devices/d", later(), None);
            let prove = |identity: &Identity| {
                policies.prove(&engine, identity, Some(token.as_bytes()), None, now())
            };
            assert_eq!(
                prove(&device),
                Ok((AuthMethod::Sas, Some(Duration::from_secs(60))))
            );
            // A device's key is none of its modules.
            for identity in [&other, &module] {
                let error = prove(identity).unwrap_err();
                assert_eq!(error.code(), ErrorCode::IotHubUnauthorizedAccess);
            }
        }
        let [key, _] = key_of(&engine, &device);
        let elsewhere = key.sign("any.host/devices/d2", later(), None);
        let error = policies.prove(&engine, &device, Some(elsewhere.as_bytes()), None, now());
        assert!(error.unwrap_err().message().contains("d2"));
        let old = key.sign("any.host/devices/d", later() - 60, None);
        let error = policies.prove(&engine, &device, Some(old.as_bytes()), None, now());
        assert_eq!(error.unwrap_err().code(), ErrorCode::IotHubUnauthorized);
    }

    #[test]
    fn a_policy_opens_what_its_rights_are_for() {
        let device = Identity::device("d");
        let engine = engine(&[(&device, None)]);
        let policies = Policies::generate(&mut Seeded::new(1));
        let policies = Policies::from_json(&policies.to_json()).unwrap();
        for (name, opens) in [(OWNER, true), ("device", true), ("service", false)] {
            let key = Key::from_base64(&policies.primary_key(name)).unwrap();
            let token = key.sign("hub", later(), Some(name));
            let proof = policies.prove(&engine, &device, Some(token.as_bytes()), None, now());
            assert_eq!(proof.is_ok(), opens, "{name}");
            let rights = policies.service_rights(Some(&token), now()).unwrap();
            assert_eq!(rights.include(Rights::SERVICE), name != "device", "{name}");
            let forged = key.sign("hub", later(), Some("registryRead"));
            assert!(policies.service_rights(Some(&forged), now()).is_err());
        }
        assert!(policies.service_rights(None, now()).is_err());
        assert!(policies.service_rights(Some("Bearer x"), now()).is_err());
    }

    #[test]
    fn a_certificate_counts_by_its_thumbprint() {
        let device = Identity::device("d");
        let thumbprint = "A9993E364706816ABA3E25717850C26C9CD0D89D";
        let x509 = Authentication::SelfSigned {
            primary_thumbprint: None,
            secondary_thumbprint: Some(thumbprint.to_owned()),
        };
        let engine = engine(&[(&device, Some(x509))]);
        let policies = Policies::generate(&mut Seeded::new(1));
        let shown = |bytes: &'static [u8]| Thumbprints::of(&bytes.into());
        let prove = |certificate: Option<Thumbprints>| {
            policies.prove(&engine, &device, None, certificate.as_ref(), now())
        };
        assert_eq!(prove(Some(shown(b"abc"))), Ok((AuthMethod::X509, None)));
        assert!(prove(Some(shown(b"abd"))).is_err());
        assert!(prove(None).is_err());
    }
}
