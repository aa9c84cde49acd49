//! Listeners: TCP in, TLS, then what the port is for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::shared::{Peer, Shared};
use super::tls::Thumbprints;
use super::{http, mqtt};

/// How many connections there may be at once, over all listeners; more wait in the system's queue.
const MAX_CONNECTIONS: usize = 20_000;
/// How long a client may take for its TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait after the system had no room for a connection.
const NO_ROOM: Duration = Duration::from_millis(100);

/// What a port is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Protocol {
    Mqtt,
    Https,
}

/// What every connection passes.
#[derive(Clone)]
pub(super) struct Gate {
    acceptor: TlsAcceptor,
    shared: Arc<Shared>,
    room: Arc<Semaphore>,
}

impl Gate {
    pub(super) fn new(acceptor: TlsAcceptor, shared: Arc<Shared>) -> Self {
        Self {
            acceptor,
            shared,
            room: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
        }
    }

    /// Greets one client and serves it.
    async fn serve(
        self,
        socket: TcpStream,
        address: SocketAddr,
        protocol: Protocol,
        room: OwnedSemaphorePermit,
    ) {
        // Small packets that somebody waits for: each goes out at once.
        let _ = socket.set_nodelay(true);
        let log = &self.shared.core.log;
        let socket = match timeout(HANDSHAKE_TIMEOUT, self.acceptor.accept(socket)).await {
            Ok(Ok(socket)) => socket,
            Ok(Err(error)) => {
                log.line(&format_args!("{address}: no TLS: {error}"));
                return;
            }
            Err(_) => {
                log.line(&format_args!(
                    "{address}: no TLS within {HANDSHAKE_TIMEOUT:?}"
                ));
                return;
            }
        };
        let peer = Peer {
            address,
            certificate: certificate(&socket),
            _room: Arc::new(room),
        };
        match protocol {
            Protocol::Mqtt => mqtt::serve(socket, peer, self.shared).await,
            Protocol::Https => http::serve(socket, peer, self.shared).await,
        }
    }
}

/// Takes connections, each into a task of its own: a slow handshake holds nobody up. The tasks end with
/// this one.
pub(super) async fn accept(listener: TcpListener, gate: Gate, protocol: Protocol) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok(room) = Arc::clone(&gate.room).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((socket, address)) => {
                connections.spawn(gate.clone().serve(socket, address, protocol, room));
            }
            Err(error) => {
                let log = &gate.shared.core.log;
                log.line(&format_args!("no connection can be taken: {error}"));
                sleep(NO_ROOM).await;
            }
        }
    }
}

fn certificate(socket: &TlsStream<TcpStream>) -> Option<Thumbprints> {
    let (_, session) = socket.get_ref();
    session.peer_certificates()?.first().map(Thumbprints::of)
}
