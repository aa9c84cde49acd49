//! What a connection is made of.

use core::fmt;
use core::time::Duration;

use crate::connection_string::{BadConnectionString, ConnectionString};
use crate::dps::{self, NotAnObject};
use crate::mqtt::{Credentials, Identity, Patience};
use crate::sas::Key;
use crate::session::Options;

/// MQTT over TLS.
const PORT: u16 = 8883;
/// MQTT over WebSocket over TLS, the port of HTTPS.
const WEBSOCKET_PORT: u16 = 443;

/// Who connects, to where, how, and how patiently. `Debug` shows no secret.
///
/// ```
/// use pnp_runtime::mqtt::Config;
///
/// let config = Config::from_connection_string("HostName=h.example;DeviceId=d;SharedAccessKey=c2VjcmV0")?
///     .with_queue(10_000);
/// assert!(!format!("{config:?}").contains("c2VjcmV0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Config {
    pub(super) target: Target,
    /// The host to connect to in place of the hub.
    pub(super) gateway: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) websocket: bool,
    pub(super) proxy: Option<Proxy>,
    /// PEM; `None` for those of the operating system.
    pub(super) roots: Option<Vec<u8>>,
    pub(super) certificate: Option<Certificate>,
    pub(super) options: Options,
    pub(super) patience: Patience,
    pub(super) seed: Option<u64>,
    pub(super) window: u16,
    pub(super) queue: usize,
    pub(super) keep_alive: u16,
    pub(super) token_lifetime: Duration,
    pub(super) cloud_messages: bool,
}

/// Where the hub's name comes from.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Hub {
        identity: Identity,
        credentials: Credentials,
    },
    Provisioned {
        host: String,
        request: dps::Request,
        /// `None` where a certificate is the proof.
        key: Option<Key>,
        /// The assignment of an earlier run.
        assigned: Option<Identity>,
    },
}

/// A certificate chain and its key, as PEM.
#[derive(Clone)]
pub(super) struct Certificate {
    pub(super) chain: Vec<u8>,
    pub(super) key: Vec<u8>,
}

/// A proxy that connects by HTTP CONNECT. `Debug` doesn't show the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// User name and password, for proxies that want them.
    pub login: Option<(String, String)>,
}

impl Config {
    /// A device or module with the connection string that a portal shows. One with `x509=true` needs
    /// [`with_certificate`](Self::with_certificate) too.
    ///
    /// # Errors
    /// The text is no device connection string; the error repeats nothing of it.
    pub fn from_connection_string(text: &str) -> Result<Self, BadConnectionString> {
        let parsed: ConnectionString = text.parse()?;
        let mut config = Self::hub(Identity::from(&parsed), Credentials::from(&parsed));
        config.gateway = parsed.gateway_host_name;
        Ok(config)
    }

    /// A device or module of a hub.
    pub fn hub(identity: Identity, credentials: Credentials) -> Self {
        Self::new(Target::Hub {
            identity,
            credentials,
        })
    }

    /// A device whose hub the provisioning service assigns. `key` is that of the enrollment, for a
    /// member of a group the derived one ([`Key::of_group_member`]); `None` with
    /// [`with_certificate`](Self::with_certificate). The model is announced to the service too.
    pub fn provisioned(
        id_scope: impl Into<String>,
        registration_id: impl Into<String>,
        key: Option<Key>,
    ) -> Self {
        Self::new(Target::Provisioned {
            host: dps::GLOBAL_HOST.into(),
            request: dps::Request::new(id_scope, registration_id),
            key,
            assigned: None,
        })
    }

    fn new(target: Target) -> Self {
        Self {
            target,
            gateway: None,
            port: None,
            websocket: false,
            proxy: None,
            roots: None,
            certificate: None,
            options: Options::default(),
            patience: Patience::default(),
            seed: None,
            window: 1000,
            queue: 4096,
            keep_alive: 60,
            token_lifetime: Duration::from_secs(3600),
            cloud_messages: false,
        }
    }

    /// Asks another provisioning service than the global one. Without effect on a device that knows
    /// its hub.
    #[must_use]
    pub fn with_provisioning_host(mut self, name: impl Into<String>) -> Self {
        if let Target::Provisioned { host, .. } = &mut self.target {
            *host = name.into();
        }
        self
    }

    /// Adds a JSON object to what the provisioning service is told. Without effect on a device that
    /// knows its hub.
    ///
    /// # Errors
    /// `json` is no object.
    pub fn with_provisioning_payload(mut self, json: &str) -> Result<Self, NotAnObject> {
        if let Target::Provisioned { request, .. } = &mut self.target {
            *request = request.clone().with_payload(json)?;
        }
        Ok(self)
    }

    /// Begins with the assignment of an earlier run, see
    /// [`Connection::identity`](super::Connection::identity): the provisioning service is asked only
    /// once that hub refuses the device. Without effect on a device that knows its hub.
    #[must_use]
    pub fn with_assignment(mut self, identity: Identity) -> Self {
        if let Target::Provisioned { assigned, .. } = &mut self.target {
            *assigned = Some(identity);
        }
        self
    }

    /// Proves the device with a certificate: its chain, leaf first, and its private key, as PEM.
    #[must_use]
    pub fn with_certificate(mut self, chain: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.certificate = Some(Certificate {
            chain: chain.into(),
            key: key.into(),
        });
        self
    }

    /// Trusts these certificate authorities (PEM, one or more) and no others. Otherwise those of the
    /// operating system count, or those of the file that the environment variable `SSL_CERT_FILE`
    /// names.
    #[must_use]
    pub fn with_roots(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots = Some(pem.into());
        self
    }

    /// Connects to an edge gateway, or a hub under test, in place of the hub. The device still names
    /// its hub; the certificate must be one of this host.
    #[must_use]
    pub fn with_gateway(mut self, host: impl Into<String>) -> Self {
        self.gateway = Some(host.into());
        self
    }

    /// Connects to another port than 8883, or 443 with a WebSocket.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Carries MQTT in a WebSocket, for networks that let only HTTPS out.
    #[must_use]
    pub fn with_websocket(mut self) -> Self {
        self.websocket = true;
        self
    }

    /// Connects through a proxy.
    #[must_use]
    pub fn with_proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Choices of the session.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// How long to try, and how often.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Where the randomness of pauses begins; drawn anew at each start where it isn't given.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// How many telemetry messages are on the wire unacknowledged at most; 1000 where it isn't given,
    /// 65,000 at most.
    #[must_use]
    pub fn with_window(mut self, messages: u16) -> Self {
        self.window = messages;
        self
    }

    /// How many telemetry messages wait for their turn at most, beside those on the wire; 4096 where
    /// it isn't given, at least 1. Beyond it [`try_send`](super::Connection::try_send) refuses and
    /// [`send`](super::Connection::send) waits: nothing that was taken is dropped.
    #[must_use]
    pub fn with_queue(mut self, messages: usize) -> Self {
        self.queue = messages.max(1);
        self
    }

    /// Longest silence on the wire in seconds, 60 where it isn't given; IoT Hub takes up to 1,177.
    #[must_use]
    pub fn with_keep_alive(mut self, seconds: u16) -> Self {
        self.keep_alive = seconds;
        self
    }

    /// How long a token lives that a key signs; an hour where it isn't given. It is replaced after 80
    /// to 90 percent of that.
    #[must_use]
    pub fn with_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Takes what back ends send to the device, see [`CloudMessages`](super::CloudMessages).
    #[must_use]
    pub fn with_cloud_messages(mut self) -> Self {
        self.cloud_messages = true;
        self
    }

    pub(super) fn port(&self) -> u16 {
        let usual = if self.websocket { WEBSOCKET_PORT } else { PORT };
        self.port.unwrap_or(usual)
    }

    pub(super) fn announce(&mut self, model_id: &str) {
        if let Target::Provisioned { request, .. } = &mut self.target {
            *request = request.clone().with_model_id(model_id);
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("target", &self.target)
            .field("gateway", &self.gateway)
            .field("port", &self.port())
            .field("websocket", &self.websocket)
            .field("proxy", &self.proxy)
            .field("certificate", &self.certificate.is_some())
            .field("keep_alive", &self.keep_alive)
            .field("token_lifetime", &self.token_lifetime)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("user", &self.login.as_ref().map(|(user, _)| user))
            .finish_non_exhaustive()
    }
}
