//! The hub on ports (feature `server`): MQTT over TLS for devices, HTTPS and MQTT over WebSocket beside
//! it, so that the official SDKs connect to it unchanged.
//!
//! ```no_run
//! # async fn run() -> Result<(), pnp_hub::net::ServeError> {
//! use pnp_hub::net::{ServerOptions, serve};
//!
//! let hub = serve(ServerOptions::default()).await?;
//! println!("{}", hub.service_connection_string());
//! for (name, value) in hub.environment() {
//!     println!("export {name}={value}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! ```text
//!  8883 ─ tls ─┬────────────────────────► mqtt ─ Uplink ─► core ─► engine
//!  8443 ─ tls ─┴─ http ─┬─ websocket ──────┘               │  ▲
//!                       └─ routes ─ Request ───────────────┼──┘
//!                                                        store
//! ```
//!
//! Certificates, keys and state are kept where [`ServerOptions::data`] says; without it they are new
//! at each start. What the hub acknowledges is stored before.
//!
//! # Limits
//!
//! 20,000 connections at once, 10 s for a TLS handshake, a CONNECT or the head of a request, 30 s for a
//! client to read what it is written, 1 MiB for a request's body, 512 KiB for an MQTT packet, 2048 things
//! that wait for one device.

mod access;
mod certificates;
mod core;
mod dps;
mod files;
mod http;
mod listen;
mod mqtt;
mod options;
mod ready;
pub mod seed;
mod shared;
mod store;
mod tls;
mod websocket;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

pub use self::options::{Durability, HTTPS_PORT, Log, MQTT_PORT, ServerOptions};
pub use self::store::StoreError;

use self::access::Policies;
use self::certificates::Certificates;
use self::core::Core;
use self::dps::Provisioning;
use self::shared::Shared;
use self::store::{Sqlite, Store};
use self::tls::TlsError;
use crate::clock::{Clock, ClockOption};
use crate::engine::Engine;
use crate::engine::random::{Randomness, Seeded};

const POLICIES_FILE: &str = "policies.json";
const STORE_FILE: &str = "hub.sqlite";

/// Starts a hub and returns once it takes connections. It runs on the tokio runtime of the caller until
/// the [`RunningHub`] is dropped.
///
/// # Errors
/// A port is taken, a file can't be read or written or holds what this hub didn't write, or the seed
/// asks for what the hub refuses.
pub async fn serve(options: ServerOptions) -> Result<RunningHub, ServeError> {
    let certificates = keep_certificates(&options)?;
    let acceptor = tls::acceptor(&certificates)?;

    let mut random = OperatingSystem::default();
    let dps = Provisioning::open(options.data.as_deref(), &mut random)
        .map_err(|why| ServeError::Content(PathBuf::from("provisioning.json"), why))?;
    let mut engine = Engine::new(options.event_capacity, Box::new(random.clone()));
    let store = match &options.data {
        None => None,
        Some(folder) => {
            let mut store = Sqlite::open(&folder.join(STORE_FILE), options.durability)?;
            for (record, content) in store.read()? {
                if !engine.restore(&record, &content) {
                    let (kind, identity) = record.key();
                    return Err(StoreError::Content(format!("{kind} of {identity}")).into());
                }
            }
            Some(Box::new(store) as Box<dyn Store>)
        }
    };
    let policies = keep_policies(&options, &mut random)?;
    let clock = Clock::new(ClockOption::System);
    let shared = Arc::new(Shared {
        core: Core::new(engine, clock, store, options.log.clone()),
        policies,
        dps,
        closing: Arc::new(Notify::new()),
    });
    if let Some(path) = &options.seed {
        seed::plant(&shared, path).await?;
    }

    let mut tasks = JoinSet::new();
    let mut hub = RunningHub {
        shared: Arc::clone(&shared),
        mqtt: Vec::new(),
        https: Vec::new(),
        certificates,
        ca_file: options.data.as_deref().map(Certificates::ca_file),
        tasks: JoinSet::new(),
    };
    let gate = listen::Gate::new(acceptor, Arc::clone(&shared));
    for address in &options.mqtt {
        let listener = bind(*address).await?;
        hub.mqtt.push(local(&listener, *address)?);
        tasks.spawn(listen::accept(
            listener,
            gate.clone(),
            listen::Protocol::Mqtt,
        ));
    }
    for address in &options.https {
        let listener = bind(*address).await?;
        hub.https.push(local(&listener, *address)?);
        tasks.spawn(listen::accept(
            listener,
            gate.clone(),
            listen::Protocol::Https,
        ));
    }
    tasks.spawn(async move { shared.core.keep_time().await });
    hub.tasks = tasks;
    if let Some(path) = &options.ready_file {
        // Clients need a file to trust; beside the ready file where there is no data folder.
        if hub.ca_file.is_none() {
            let mut name = path.as_os_str().to_owned();
            name.push(".ca.pem");
            let ca_file = PathBuf::from(name);
            files::write_whole(&ca_file, hub.certificates.ca.as_bytes())
                .map_err(in_file(&ca_file))?;
            hub.ca_file = Some(ca_file);
        }
        let text = hub.ready().to_string();
        files::write_whole(path, text.as_bytes()).map_err(in_file(path))?;
    }
    Ok(hub)
}

/// A hub that takes connections. Dropping it ends them all.
#[derive(Debug)]
pub struct RunningHub {
    shared: Arc<Shared>,
    mqtt: Vec<SocketAddr>,
    https: Vec<SocketAddr>,
    certificates: Certificates,
    ca_file: Option<PathBuf>,
    tasks: JoinSet<()>,
}

impl RunningHub {
    /// Where it listens for MQTT over TLS.
    #[must_use]
    pub fn mqtt(&self) -> &[SocketAddr] {
        &self.mqtt
    }

    /// Where it listens for HTTPS and MQTT over WebSocket.
    #[must_use]
    pub fn https(&self) -> &[SocketAddr] {
        &self.https
    }

    /// The authority that clients have to trust, as PEM text.
    #[must_use]
    pub fn ca_certificate(&self) -> &str {
        &self.certificates.ca
    }

    /// The file with [`ca_certificate`](Self::ca_certificate); `None` for a hub with neither a data
    /// folder nor a ready file.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }

    /// What a back end's SDK connects with, with all rights. A secret.
    #[must_use]
    pub fn service_connection_string(&self) -> String {
        let key = self.shared.policies.primary_key(access::OWNER);
        format!(
            "HostName={};SharedAccessKeyName={};SharedAccessKey={key}",
            self.https_host(),
            access::OWNER
        )
    }

    /// The scope by which devices name this hub's provisioning service.
    #[must_use]
    pub fn dps_id_scope(&self) -> &str {
        self.shared.dps.id_scope()
    }

    /// The primary key of the enrollment group that every hub has; `None` where the group was changed.
    /// A secret: devices derive their keys from it.
    #[must_use]
    pub fn dps_group_key(&self) -> Option<String> {
        self.shared.dps.default_group_key()
    }

    /// The variables that make the official SDKs trust this hub, with their values; empty where
    /// [`ca_file`](Self::ca_file) is `None`.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        ready::environment(self.ca_file())
    }

    /// The content of the ready file.
    #[must_use]
    pub fn ready(&self) -> Value {
        ready::json(self)
    }

    /// Runs for as long as the hub does: until it is dropped.
    pub async fn run(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }

    /// `localhost` with the port of HTTPS, which the usual one doesn't need.
    fn https_host(&self) -> String {
        match self.https.first().map(SocketAddr::port) {
            None | Some(443) => "localhost".to_owned(),
            Some(port) => format!("localhost:{port}"),
        }
    }
}

impl Drop for RunningHub {
    fn drop(&mut self) {
        self.shared.closing.notify_waiters();
    }
}

/// Why a hub didn't start.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// It can't listen there.
    Listen(SocketAddr, io::Error),
    /// A file can't be read or written.
    File(PathBuf, io::Error),
    /// A file holds something else than it should.
    Content(PathBuf, String),
    /// The store can't be used.
    Store(StoreError),
    /// No certificate could be made, or the kept one is unusable.
    Certificate(String),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, error) => write!(f, "can't listen on {address}: {error}"),
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Content(path, what) => write!(f, "{}: {what}", path.display()),
            Self::Store(error) => write!(f, "{STORE_FILE}: {error}"),
            Self::Certificate(why) => write!(f, "the certificate can't be used: {why}"),
        }
    }
}

impl std::error::Error for ServeError {}

impl From<StoreError> for ServeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<TlsError> for ServeError {
    fn from(error: TlsError) -> Self {
        Self::Certificate(match error {
            TlsError::Pem(error) => error.to_string(),
            TlsError::Tls(error) => error.to_string(),
        })
    }
}

fn in_file(path: &Path) -> impl FnOnce(io::Error) -> ServeError + use<> {
    let path = path.to_owned();
    move |error| ServeError::File(path, error)
}

fn keep_certificates(options: &ServerOptions) -> Result<Certificates, ServeError> {
    let kept = match &options.data {
        Some(folder) => Certificates::read(folder).map_err(in_file(folder))?,
        None => None,
    };
    if let Some(kept) = kept {
        return Ok(kept);
    }
    let new = Certificates::generate(&options.host_names)
        .map_err(|error| ServeError::Certificate(error.to_string()))?;
    if let Some(folder) = &options.data {
        new.write(folder).map_err(in_file(folder))?;
    }
    Ok(new)
}

fn keep_policies(
    options: &ServerOptions,
    random: &mut dyn Randomness,
) -> Result<Policies, ServeError> {
    let Some(folder) = &options.data else {
        return Ok(Policies::generate(random));
    };
    let path = folder.join(POLICIES_FILE);
    match std::fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text)
            .ok()
            .and_then(|value| Policies::from_json(&value))
            .ok_or_else(|| ServeError::Content(path, "these are no policies".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let new = Policies::generate(random);
            let text = new.to_json().to_string();
            files::write_whole(&path, text.as_bytes()).map_err(in_file(&path))?;
            Ok(new)
        }
        Err(error) => Err(ServeError::File(path, error)),
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| ServeError::Listen(address, error))
}

fn local(listener: &TcpListener, address: SocketAddr) -> Result<SocketAddr, ServeError> {
    listener
        .local_addr()
        .map_err(|error| ServeError::Listen(address, error))
}

/// The operating system's generator: what strangers must not guess.
#[derive(Debug, Clone)]
struct OperatingSystem {
    random: SystemRandom,
    /// Stands in where the system has no randomness; no system that runs this is like that.
    fallback: Seeded,
}

impl Default for OperatingSystem {
    fn default() -> Self {
        let now = Timestamp::now().as_nanosecond().unsigned_abs();
        Self {
            random: SystemRandom::new(),
            // The lower half changes from one start to the next.
            fallback: Seeded::new(u64::try_from(now & u128::from(u64::MAX)).unwrap_or_default()),
        }
    }
}

impl Randomness for OperatingSystem {
    fn next(&mut self) -> u64 {
        let mut bytes = [0; 8];
        match self.random.fill(&mut bytes) {
            Ok(()) => u64::from_le_bytes(bytes),
            Err(_) => self.fallback.next(),
        }
    }
}
