//! Who may connect: devices and modules, their keys, etags and states.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::error::{ErrorCode, HubError};
use super::identity::Identity;
use super::if_match::IfMatch;
use super::random::{self, Randomness};

/// Most modules of one device (`iot-hub` 1.11).
const MAX_MODULES: usize = 50;

/// Whether an identity may connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// It may.
    #[default]
    Enabled,
    /// It may not.
    Disabled,
}

impl Status {
    /// The status as the service spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }
}

/// How an identity proves who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authentication {
    /// By a token that one of two base64 keys signs.
    Sas {
        /// Base64.
        primary_key: String,
        /// Base64.
        secondary_key: String,
    },
    /// By a certificate with one of two thumbprints.
    SelfSigned {
        /// Hexadecimal.
        primary_thumbprint: Option<String>,
        /// Hexadecimal.
        secondary_thumbprint: Option<String>,
    },
    /// By a certificate that a known authority signed.
    CertificateAuthority,
}

impl Authentication {
    /// The kind as the service spells it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sas { .. } => "sas",
            Self::SelfSigned { .. } => "selfSigned",
            Self::CertificateAuthority => "certificateAuthority",
        }
    }
}

/// How a link's device has proved who it is, as telemetry is stamped with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuthMethod {
    /// By a token.
    #[default]
    Sas,
    /// By a certificate.
    X509,
}

/// An identity to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIdentity {
    /// Its name.
    pub identity: Identity,
    /// Whether it may connect.
    pub status: Status,
    /// Why it may or may not; free text.
    pub status_reason: Option<String>,
    /// `None`: by two keys that the hub generates.
    pub authentication: Option<Authentication>,
    /// Whether it is an IoT Edge device.
    pub edge: bool,
}

impl NewIdentity {
    /// An enabled identity with keys of the hub's making.
    #[must_use]
    pub const fn new(identity: Identity) -> Self {
        Self {
            identity,
            status: Status::Enabled,
            status_reason: None,
            authentication: None,
            edge: false,
        }
    }
}

/// What changes of a registered identity; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdentityUpdate {
    /// Whether it may connect.
    pub status: Option<Status>,
    /// Why it may or may not.
    pub status_reason: Option<String>,
    /// How it proves who it is.
    pub authentication: Option<Authentication>,
    /// Whether it is an IoT Edge device.
    pub edge: Option<bool>,
}

/// A registered identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityRecord {
    /// Its name.
    pub identity: Identity,
    /// Tells it from an earlier identity of the same name.
    pub generation_id: String,
    /// Changes whenever the registration changes.
    pub etag: String,
    /// Whether it may connect.
    pub status: Status,
    /// Why it may or may not.
    pub status_reason: Option<String>,
    /// When [`status`](Self::status) last changed; `None` before the first change.
    pub status_updated: Option<Timestamp>,
    /// Whether it has a link now.
    pub connected: bool,
    /// When [`connected`](Self::connected) last changed; `None` before the first link.
    pub connection_updated: Option<Timestamp>,
    /// When it last connected or sent something; `None` before that.
    pub last_activity: Option<Timestamp>,
    /// How it proves who it is.
    pub authentication: Authentication,
    /// Whether it is an IoT Edge device.
    pub edge: bool,
    /// The model ID that it announced when it last connected; `None` where it announced none.
    pub model_id: Option<String>,
}

impl IdentityRecord {
    /// `Connected` or `Disconnected`, as the service spells it.
    #[must_use]
    pub const fn connection_state(&self) -> &'static str {
        if self.connected {
            "Connected"
        } else {
            "Disconnected"
        }
    }
}

/// All identities.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    records: BTreeMap<Identity, IdentityRecord>,
}

impl Registry {
    pub(crate) fn get(&self, identity: &Identity) -> Result<&IdentityRecord, HubError> {
        self.records
            .get(identity)
            .ok_or_else(|| identity.not_found())
    }

    pub(crate) fn get_mut(&mut self, identity: &Identity) -> Result<&mut IdentityRecord, HubError> {
        self.records
            .get_mut(identity)
            .ok_or_else(|| identity.not_found())
    }

    /// All identities, each device before its modules.
    pub(crate) fn all(&self) -> impl Iterator<Item = &IdentityRecord> {
        self.records.values()
    }

    /// A device with its modules, or one module; empty where it isn't registered.
    pub(crate) fn family(&self, identity: &Identity) -> Vec<Identity> {
        let below = |other: &&Identity| match identity.module_id() {
            Some(_) => *other == identity,
            None => other.device_id() == identity.device_id(),
        };
        let from = self.records.range(identity..);
        from.map(|(identity, _)| identity)
            .take_while(below)
            .cloned()
            .collect()
    }

    pub(crate) fn create(
        &mut self,
        new: NewIdentity,
        random: &mut dyn Randomness,
    ) -> Result<&IdentityRecord, HubError> {
        new.identity.check()?;
        if self.records.contains_key(&new.identity) {
            let code = match new.identity.module_id() {
                Some(_) => ErrorCode::ModuleAlreadyExistsOnDevice,
                None => ErrorCode::DeviceAlreadyExists,
            };
            return Err(HubError::new(
                code,
                format!("{} is registered already", new.identity),
            ));
        }
        if new.identity.module_id().is_some() {
            let owner = new.identity.owner();
            self.get(&owner)?;
            // The device itself is in its family too.
            if self.family(&owner).len() > MAX_MODULES {
                return Err(HubError::new(
                    ErrorCode::IotHubQuotaExceeded,
                    format!(
                        "{owner} has {MAX_MODULES} modules, which is the most that it can have"
                    ),
                ));
            }
        }
        let record = IdentityRecord {
            identity: new.identity.clone(),
            generation_id: random::generation_id(random),
            etag: random::identity_etag(random),
            status: new.status,
            status_reason: new.status_reason,
            status_updated: None,
            connected: false,
            connection_updated: None,
            last_activity: None,
            authentication: with_keys(new.authentication, random),
            edge: new.edge,
            model_id: None,
        };
        Ok(self.records.entry(new.identity).or_insert(record))
    }

    pub(crate) fn update(
        &mut self,
        identity: &Identity,
        update: IdentityUpdate,
        if_match: &IfMatch,
        random: &mut dyn Randomness,
        now: Timestamp,
    ) -> Result<&IdentityRecord, HubError> {
        let record = self.get_mut(identity)?;
        if_match.check(&record.etag)?;
        if let Some(status) = update.status
            && status != record.status
        {
            record.status = status;
            record.status_updated = Some(now);
        }
        if let Some(reason) = update.status_reason {
            record.status_reason = Some(reason);
        }
        if let Some(authentication) = update.authentication {
            record.authentication = with_keys(Some(authentication), random);
        }
        if let Some(edge) = update.edge {
            record.edge = edge;
        }
        record.etag = random::identity_etag(random);
        Ok(record)
    }

    /// Takes over a registration that was kept.
    pub(crate) fn restore(&mut self, record: IdentityRecord) {
        self.records.insert(record.identity.clone(), record);
    }

    pub(crate) fn remove(&mut self, identity: &Identity) {
        self.records.remove(identity);
    }
}

/// Keys that are left empty are generated (`iot-hub` 2, identity resource).
fn with_keys(
    authentication: Option<Authentication>,
    random: &mut dyn Randomness,
) -> Authentication {
    let mut generated = |key: String| {
        if key.is_empty() {
            random::symmetric_key(random)
        } else {
            key
        }
    };
    match authentication {
        None => Authentication::Sas {
            primary_key: generated(String::new()),
            secondary_key: generated(String::new()),
        },
        Some(Authentication::Sas {
            primary_key,
            secondary_key,
        }) => Authentication::Sas {
            primary_key: generated(primary_key),
            secondary_key: generated(secondary_key),
        },
        Some(
            other @ (Authentication::SelfSigned { .. } | Authentication::CertificateAuthority),
        ) => other,
    }
}
