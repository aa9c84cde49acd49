//! MQTT: one task a connection, from CONNECT to its end.
//!
//! A connection holds no other up: it reads, lets the engine do what was said, and writes, each within
//! a time. What a client doesn't read in time costs it the link.

mod device;
mod login;
mod provisioning;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use pnp_mqtt::packet::{Connect, RefusalCode};
use pnp_mqtt::server::{self, Server};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep_until, timeout};

use self::login::{Device, Login};
use super::dps;
use super::shared::{Peer, Shared};
use crate::engine::identity::Identity;
use crate::engine::queue::MAX_QUEUE;

/// How long a client may take to read what the hub writes to it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest silence of a client, whatever keep-alive it asks for (`iot-hub` 1.1).
const MAX_SILENCE: Duration = Duration::from_secs(1767);
/// How much is read at once; also what an idle connection holds.
const READ_SIZE: usize = 4096;
/// How many messages may wait for a device's acknowledgement: as many as its queue holds.
const WINDOW: u16 = {
    assert!(MAX_QUEUE <= u16::MAX as usize);
    MAX_QUEUE as u16
};

/// Why a connection ended.
enum End {
    /// The client said DISCONNECT, or was refused and told so.
    Said,
    /// The client or the network closed it.
    Gone,
    /// The hub closed it; the reason is for the log.
    Closed(String),
}

impl End {
    fn closed(why: impl fmt::Display) -> Self {
        Self::Closed(why.to_string())
    }
}

/// Serves one connection until it ends.
pub(super) async fn serve<S>(socket: S, peer: Peer, shared: Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let config = server::Config {
        max_silence_ms: Some(milliseconds(MAX_SILENCE)),
        window: WINDOW,
        ..server::Config::default()
    };
    let mut connection = Connection {
        socket,
        server: Server::new(config, 0),
        born: Instant::now(),
        peer,
        shared,
    };
    let mut who = None;
    let end = connection.run(&mut who).await;
    // What was said last, and nothing more: the client may be gone.
    let _ = timeout(WRITE_TIMEOUT, connection.flush_and_close()).await;
    connection.report(&end, who.as_ref());
}

struct Connection<S> {
    socket: S,
    server: Server<u64>,
    born: Instant,
    peer: Peer,
    shared: Arc<Shared>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    async fn run(&mut self, who: &mut Option<Identity>) -> End {
        let hello = match self.hello().await {
            Ok(hello) => hello,
            Err(end) => return end,
        };
        match hello {
            Hello::Device { device, connect } => {
                *who = Some(device.identity.clone());
                match self.log_in(device, connect).await {
                    Ok(link) => self.device(link).await,
                    Err(end) => end,
                }
            }
            Hello::Provisioning(registration) => self.provisioning(registration).await,
        }
    }

    /// Waits for CONNECT and finds out whom it is for.
    async fn hello(&mut self) -> Result<Hello, End> {
        let mut buffer = [0; READ_SIZE];
        loop {
            let count = self.read(&mut buffer).await?;
            let now = self.clock();
            let mut input = buffer.get(..count).unwrap_or_default();
            let connect = match self.server.receive(&mut input, now) {
                Ok(Some(server::Event::Connect(connect))) => Some(Asked::new(&connect)),
                Ok(_) => None,
                Err(error) => return Err(End::closed(error)),
            };
            if self.server.is_over() {
                return Err(End::closed(
                    "CONNECT is not one of MQTT 3.1.1 with a client id",
                ));
            }
            let Some(connect) = connect else { continue };
            // The rest of the input belongs to what follows CONNECT.
            if let Err(error) = self.server.receive(&mut input, now) {
                return Err(End::closed(error));
            }
            let user_name = connect.user_name.as_deref().unwrap_or_default();
            return match Login::parse(&connect.client_id, user_name) {
                Ok(Login::Hub(device)) => Ok(Hello::Device { device, connect }),
                Ok(Login::Provisioning {
                    id_scope,
                    registration_id,
                }) => Ok(Hello::Provisioning(dps::Registration {
                    id_scope,
                    registration_id,
                    password: connect.password,
                })),
                Err(why) => Err(self.refuse(RefusalCode::BadUserNameOrPassword, why)),
            };
        }
    }

    fn refuse(&mut self, code: RefusalCode, why: String) -> End {
        match self.server.reject(code) {
            Ok(()) => End::Closed(why),
            Err(error) => End::closed(error),
        }
    }

    /// The next piece of input, within the time that the protocol grants.
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, End> {
        let deadline = self.deadline();
        tokio::select! {
            count = self.socket.read(buffer) => match count {
                Ok(0) | Err(_) => Err(End::Gone),
                Ok(count) => Ok(count),
            },
            () = sleep_until(deadline) => {
                let now = self.clock();
                self.server.tick(now).map_err(End::closed)?;
                Ok(0)
            }
        }
    }

    async fn flush(&mut self) -> Result<(), End> {
        if self.server.output().is_empty() {
            return Ok(());
        }
        match timeout(WRITE_TIMEOUT, self.write_output()).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(End::Gone),
            Err(_) => Err(End::closed("the client does not read what it is sent")),
        }
    }

    /// Writes the output; gives whether the socket took it.
    async fn write_output(&mut self) -> bool {
        while !self.server.output().is_empty() {
            match self.socket.write(self.server.output()).await {
                Ok(0) | Err(_) => return false,
                Ok(count) => self.server.written(count),
            }
        }
        self.socket.flush().await.is_ok()
    }

    async fn flush_and_close(&mut self) {
        if self.write_output().await {
            let _ = self.socket.shutdown().await;
        }
    }

    /// Milliseconds since the connection began: the protocol's clock, which no virtual clock moves.
    fn clock(&self) -> u64 {
        milliseconds(self.born.elapsed())
    }

    fn deadline(&self) -> Instant {
        let silence = self.server.deadline().map(Duration::from_millis);
        self.born + silence.unwrap_or(MAX_SILENCE * 1000)
    }

    fn report(&self, end: &End, who: Option<&Identity>) {
        let log = &self.shared.core.log;
        let address = &self.peer.address;
        let who = who.map_or_else(|| "somebody".to_owned(), Identity::to_string);
        match end {
            End::Said => log.line(&format_args!("{who} at {address} disconnected")),
            End::Gone => log.line(&format_args!("{who} at {address} is gone")),
            End::Closed(why) => log.line(&format_args!("{who} at {address} was closed: {why}")),
        }
    }
}

/// Whom a connection turned out to be for.
enum Hello {
    Device { device: Device, connect: Asked },
    Provisioning(dps::Registration),
}

/// CONNECT, owned.
struct Asked {
    client_id: String,
    user_name: Option<String>,
    password: Option<Vec<u8>>,
    clean_session: bool,
    /// Topic, payload, retain.
    will: Option<(String, Vec<u8>, bool)>,
}

impl Asked {
    fn new(connect: &Connect<'_>) -> Self {
        Self {
            client_id: connect.client_id.to_owned(),
            user_name: connect.user_name.map(str::to_owned),
            password: connect.password.map(<[u8]>::to_vec),
            clean_session: connect.clean_session,
            will: connect
                .will
                .map(|will| (will.topic.to_owned(), will.payload.to_vec(), will.retain)),
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
