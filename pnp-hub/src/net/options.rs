//! How a server starts.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

/// Where MQTT over TLS is expected: the SDKs can't be told another port (`iot-hub` 0).
pub const MQTT_PORT: u16 = 8883;
/// Where HTTPS is served unless told otherwise; 443, which some SDKs insist on, needs a privilege.
pub const HTTPS_PORT: u16 = 8443;

/// How a hub that listens on ports starts.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ServerOptions {
    /// Where certificates, keys and state are kept; `None` keeps nothing.
    pub data: Option<PathBuf>,
    /// Where to listen for MQTT over TLS; port 0 takes a free one.
    pub mqtt: Vec<SocketAddr>,
    /// Where to listen for HTTPS and MQTT over WebSocket; port 0 takes a free one.
    pub https: Vec<SocketAddr>,
    /// Further host names and addresses that the certificate is made for, besides `localhost` and
    /// loopback.
    pub host_names: Vec<String>,
    /// A JSON file with what the hub holds from the beginning (see [`seed`](super::seed)).
    pub seed: Option<PathBuf>,
    /// Where to write how the hub is reached, once it takes connections.
    pub ready_file: Option<PathBuf>,
    /// Where lines about connections go; nowhere by default.
    pub log: Log,
    /// How many events the feed keeps, oldest dropped first.
    pub event_capacity: usize,
    /// How safe a write is before it is acknowledged, where [`data`](Self::data) is set.
    pub durability: Durability,
}

/// What an acknowledged write outlives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Durability {
    /// The end of the process, however sudden.
    #[default]
    Process,
    /// The loss of power too: every commit waits for the disk.
    Power,
}

impl Default for ServerOptions {
    /// The ports that SDKs expect, on 127.0.0.1; nothing kept.
    fn default() -> Self {
        let at = |port| vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))];
        Self {
            data: None,
            mqtt: at(MQTT_PORT),
            https: at(HTTPS_PORT),
            host_names: Vec::new(),
            seed: None,
            ready_file: None,
            log: Log::default(),
            event_capacity: 10_000,
            durability: Durability::default(),
        }
    }
}

impl ServerOptions {
    /// Free ports on 127.0.0.1, nothing kept: what a test wants.
    #[must_use]
    pub fn on_free_ports() -> Self {
        let free = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
        Self {
            mqtt: free.clone(),
            https: free,
            ..Self::default()
        }
    }
}

/// Takes lines about connections: who came, and why the hub closed a link. MQTT can't tell the device,
/// so here is where its developer finds it.
#[derive(Clone, Default)]
pub struct Log(Option<Arc<TakeLine>>);

type TakeLine = dyn Fn(&str) + Send + Sync;

impl Log {
    /// A log whose lines go to `take`, each without its line end.
    pub fn new(take: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(take)))
    }

    pub(crate) fn line(&self, line: &fmt::Arguments<'_>) {
        if let Some(take) = &self.0 {
            // What devices send stands in these lines: none of it may start a line of its own.
            take(&line.to_string().replace(char::is_control, " "));
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Log(on)"
        } else {
            "Log(off)"
        })
    }
}
