//! MQTT: one task a connection, from CONNECT to its end.
//!
//! A connection holds no other up: it reads, lets the engine do what was said, and writes, each within
//! a time. What a client doesn't read in time costs it the link.

mod login;
mod wire;

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use pnp_mqtt::packet::{Connect, Grant, Message as Packet, QoS, RefusalCode};
use pnp_mqtt::server::{self, Server};
use pnp_mqtt::{Outbox, Receipt};
use pnp_runtime::status;
use pnp_runtime::topic::{self, Topic};
use pnp_runtime::transport::Event;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use self::login::{Device, Login};
use self::wire::Said;
use super::core::Mail;
use super::dps;
use super::shared::{Peer, Shared};
use crate::engine::identity::Identity;
use crate::engine::message::{self, Input, LinkId, Message, Uplink};
use crate::engine::queue::MAX_QUEUE;
use crate::engine::sessions::Subscriptions;

/// How long a client may take to read what the hub writes to it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest silence of a client, whatever keep-alive it asks for (`iot-hub` 1.1).
const MAX_SILENCE: Duration = Duration::from_secs(1767);
/// How much is read at once; also what an idle connection holds.
const READ_SIZE: usize = 4096;
/// How many topic filters one SUBSCRIBE may have: a hub knows no more of them (`iot-hub` 1.1).
const MAX_FILTERS: usize = 5;

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
        window: u16::try_from(MAX_QUEUE).unwrap_or(u16::MAX),
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

/// A device's link on a connection.
struct Link {
    id: LinkId,
    device: Device,
    mail: mpsc::Receiver<Mail>,
    will: Option<Message>,
    /// What is to be acknowledged, in the order of arrival: messages by their number, which wait for
    /// the engine, and requests, which wait behind messages only.
    receipts: VecDeque<(u64, Option<Receipt>)>,
    last_message: u64,
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

    /// Proves a device and takes its link up.
    async fn log_in(&mut self, device: Device, connect: Asked) -> Result<Link, End> {
        let will = match &connect.will {
            None => None,
            Some((topic, payload, retain)) => {
                match wire::will(&device.identity, topic, payload, *retain) {
                    Ok(will) => Some(will),
                    Err(why) => return Err(self.refuse(RefusalCode::NotAuthorized, why)),
                }
            }
        };
        let shared = Arc::clone(&self.shared);
        let now = shared.core.now();
        let proof = shared.core.read(|engine| {
            shared.policies.prove(
                engine,
                &device.identity,
                connect.password.as_deref(),
                self.peer.certificate.as_ref(),
                now,
            )
        });
        let (auth, expires_in) = match proof {
            Ok(proof) => proof,
            Err(error) => {
                let why = format!("{} {error}", error.code().number());
                return Err(self.refuse(RefusalCode::NotAuthorized, why));
            }
        };
        let (id, mut mail) = shared.core.open_link();
        shared.core.submit([Input::Connect(message::Connect {
            link: id,
            identity: device.identity.clone(),
            model_id: device.model_id.clone(),
            clean_session: connect.clean_session,
            auth,
            expires_in,
        })]);
        let session_present = match mail.recv().await {
            Some(Mail::Event(Event::Connected { session_present })) => session_present,
            Some(Mail::Close(reason)) => {
                shared.core.close_link(id, None);
                return Err(self.refuse(RefusalCode::NotAuthorized, reason.to_string()));
            }
            _ => {
                shared.core.close_link(id, None);
                return Err(self.refuse(
                    RefusalCode::ServerUnavailable,
                    "the link was closed before it opened".to_owned(),
                ));
            }
        };
        let kept = shared.core.take_outbox(&device.identity);
        let window = u16::try_from(MAX_QUEUE).unwrap_or(u16::MAX);
        let kept = session_present.then(|| kept.unwrap_or_else(|| Outbox::new(window)));
        if let Err(error) = self.server.accept(kept) {
            shared.core.close_link(id, None);
            return Err(End::closed(error));
        }
        self.shared.core.log.line(&format_args!(
            "{} connected from {}",
            device.identity, self.peer.address
        ));
        Ok(Link {
            id,
            device,
            mail,
            will,
            receipts: VecDeque::new(),
            last_message: 0,
        })
    }

    /// Serves a device that is connected, and takes its link down at the end.
    async fn device(&mut self, mut link: Link) -> End {
        let end = self.exchange(&mut link).await;
        if let (End::Gone | End::Closed(_), Some(message)) = (&end, link.will.take()) {
            let uplink = Uplink::Telemetry { id: 0, message };
            let link = link.id;
            self.shared.core.submit([Input::Uplink { link, uplink }]);
        }
        let config = server::Config::default();
        let server = std::mem::replace(&mut self.server, Server::new(config, 0));
        let rest = server.output().to_vec();
        self.shared
            .core
            .close_link(link.id, Some((link.device.identity, server.into_outbox())));
        let _ = timeout(WRITE_TIMEOUT, self.socket.write_all(&rest)).await;
        end
    }

    async fn exchange(&mut self, link: &mut Link) -> End {
        let mut buffer = vec![0; READ_SIZE];
        // What came behind CONNECT has been kept until now.
        if let Err(end) = self.hear(link, &[]) {
            return end;
        }
        loop {
            if let Err(end) = self.flush().await {
                return end;
            }
            if self.server.is_over() {
                return End::Said;
            }
            let deadline = self.deadline();
            let heard = tokio::select! {
                // Mail first: a reason to close must not wait behind a client that never pauses.
                biased;
                mail = link.mail.recv() => self.tell_all(link, mail),
                count = self.socket.read(&mut buffer) => match count {
                    Ok(0) | Err(_) => Err(End::Gone),
                    Ok(count) => self.hear(link, buffer.get(..count).unwrap_or_default()),
                },
                () = sleep_until(deadline) => {
                    let now = self.clock();
                    self.server.tick(now).map_err(End::closed)
                }
            };
            if let Err(end) = heard {
                return end;
            }
        }
    }

    /// Takes in what the device has sent: everything at once, so that the engine is locked once.
    fn hear(&mut self, link: &mut Link, mut input: &[u8]) -> Result<(), End> {
        let now = self.clock();
        let mut uplinks = Vec::new();
        let mut end = Ok(());
        loop {
            let event = match self.server.receive(&mut input, now) {
                Ok(Some(event)) => event,
                Ok(None) => break,
                Err(error) => {
                    end = Err(End::closed(error));
                    break;
                }
            };
            match event {
                server::Event::Publish(message) => {
                    let said = wire::said(
                        &link.device.identity,
                        message.topic,
                        message.payload,
                        message.retain,
                    );
                    let receipt = message.receipt;
                    match said {
                        Ok(Said::Message(message)) => {
                            link.last_message += 1;
                            let id = link.last_message;
                            link.receipts.push_back((id, receipt));
                            uplinks.push(Uplink::Telemetry { id, message });
                        }
                        Ok(Said::Uplink(uplink)) => {
                            // The answer has its own topic; this only says that the request came.
                            // It keeps its place in the order of acknowledgements (MQTT 4.6).
                            link.receipts.push_back((0, receipt));
                            self.acknowledge_requests(link);
                            if let Some(uplink) = self.with_twin(link, uplink) {
                                uplinks.push(uplink);
                            }
                        }
                        Err(why) => {
                            end = Err(End::closed(why));
                            break;
                        }
                    }
                }
                server::Event::Subscribe { receipt, filters } => {
                    let mut wanted = Vec::new();
                    let grants: Vec<Grant> = filters
                        .enumerate()
                        .map(|(index, (filter, qos))| {
                            let identity = &link.device.identity;
                            match wire::subscription(identity, filter) {
                                Some(more) if index < MAX_FILTERS => {
                                    wanted.push(more);
                                    Grant::Granted(qos.min(QoS::AtLeastOnce))
                                }
                                _ => Grant::Failure,
                            }
                        })
                        .collect();
                    // Stored before it is confirmed: clients never ask again.
                    uplinks.extend(wanted.into_iter().map(Uplink::Subscribe));
                    self.submit(link.id, &mut uplinks);
                    let _ = self.server.suback(receipt, &grants);
                }
                server::Event::Unsubscribe { receipt, filters } => {
                    let identity = &link.device.identity;
                    let less: Vec<Subscriptions> = filters
                        .filter_map(|filter| wire::subscription(identity, filter))
                        .collect();
                    uplinks.extend(less.into_iter().map(Uplink::Unsubscribe));
                    self.submit(link.id, &mut uplinks);
                    let _ = self.server.unsuback(receipt);
                }
                server::Event::Acknowledged { token } => {
                    uplinks.push(Uplink::Complete { sequence: token });
                }
                server::Event::Disconnect => {
                    end = Err(End::Said);
                    break;
                }
                server::Event::Connect(_) | server::Event::Ping => {}
            }
        }
        self.submit(link.id, &mut uplinks);
        end
    }

    fn submit(&self, link: LinkId, uplinks: &mut Vec<Uplink>) {
        if !uplinks.is_empty() {
            let inputs = uplinks.drain(..);
            self.shared
                .core
                .submit(inputs.map(|uplink| Input::Uplink { link, uplink }));
        }
    }

    /// Answers twin requests of a device that names no protocol version, as IoT Hub does (`iot-hub`
    /// 1.2): it has no twin.
    fn with_twin(&mut self, link: &Link, uplink: Uplink) -> Option<Uplink> {
        if link.device.api_version.is_some() {
            return Some(uplink);
        }
        let (Uplink::GetTwin { rid } | Uplink::PatchReported { rid, .. }) = uplink else {
            return Some(uplink);
        };
        let refused = Topic::TwinResponse {
            status: status::BAD_REQUEST,
            rid,
            version: None,
        };
        let _ = self.server.publish_at_most_once(&refused.to_string(), b"");
        None
    }

    /// Puts one piece of mail, and all that waits behind it, into the output.
    fn tell_all(&mut self, link: &mut Link, first: Option<Mail>) -> Result<(), End> {
        let mut next = first.ok_or_else(|| {
            End::closed("the client does not take what it is sent, or the store has failed")
        })?;
        loop {
            self.tell(link, next)?;
            if self.server.output().len() > READ_SIZE * 16 {
                return Ok(());
            }
            match link.mail.try_recv() {
                Ok(mail) => next = mail,
                Err(_) => return Ok(()),
            }
        }
    }

    fn tell(&mut self, link: &mut Link, mail: Mail) -> Result<(), End> {
        match mail {
            Mail::Close(reason) => Err(End::closed(reason)),
            Mail::Event(Event::TelemetryAccepted { .. }) => {
                if let Some((_, Some(receipt))) = link.receipts.pop_front() {
                    self.server.acknowledge(receipt).map_err(End::closed)?;
                }
                self.acknowledge_requests(link);
                Ok(())
            }
            Mail::Event(event) => match wire::event(event) {
                None => Ok(()),
                Some((topic, body)) => self
                    .server
                    .publish_at_most_once(&topic, &body)
                    .map_err(End::closed),
            },
            Mail::Deliver(delivery) => {
                let token = delivery.sequence;
                // The outbox of the last link may hold it still: then it has just been sent again.
                let sent = self
                    .server
                    .outbox()
                    .unacknowledged()
                    .any(|waiting| *waiting.token == token);
                if sent {
                    return Ok(());
                }
                let (topic, body) = wire::delivery(&link.device.identity, delivery);
                self.server
                    .publish(Packet::new(topic, body), token)
                    .map_err(|returned| End::closed(returned.reason))
            }
        }
    }

    /// Acknowledges what needs no word of the engine, as far as no message comes before it.
    fn acknowledge_requests(&mut self, link: &mut Link) {
        while link.receipts.front().is_some_and(|(id, _)| *id == 0) {
            if let Some((_, Some(receipt))) = link.receipts.pop_front() {
                // Where the link is over already, the device asks again on its next one.
                let _ = self.server.acknowledge(receipt);
            }
        }
    }

    /// Serves a device that asks where it belongs.
    async fn provisioning(&mut self, registration: dps::Registration) -> End {
        let shared = Arc::clone(&self.shared);
        let now = shared.core.now();
        let certificate = self.peer.certificate.clone();
        if let Err(why) = shared.dps.prove(&registration, certificate.as_ref(), now) {
            return self.refuse(RefusalCode::NotAuthorized, why);
        }
        if let Err(error) = self.server.accept(None) {
            return End::closed(error);
        }
        let mut buffer = vec![0; READ_SIZE];
        let mut count = 0;
        loop {
            let now = self.clock();
            let mut input = buffer.get(..count).unwrap_or_default();
            loop {
                let event = match self.server.receive(&mut input, now) {
                    Ok(Some(event)) => event,
                    Ok(None) => break,
                    Err(error) => return End::closed(error),
                };
                match event {
                    server::Event::Subscribe { receipt, filters } => {
                        let grants: Vec<Grant> = filters
                            .map(|(filter, qos)| {
                                if filter == topic::PROVISIONING_RESPONSES {
                                    Grant::Granted(qos.min(QoS::AtLeastOnce))
                                } else {
                                    Grant::Failure
                                }
                            })
                            .collect();
                        let _ = self.server.suback(receipt, &grants);
                    }
                    server::Event::Publish(message) => {
                        let topic = message.topic.to_owned();
                        let receipt = message.receipt;
                        let certificate = certificate.as_ref();
                        let answer = dps::answer(&shared, &registration, certificate, &topic).await;
                        if let Some(receipt) = receipt {
                            let _ = self.server.acknowledge(receipt);
                        }
                        match answer {
                            Ok((topic, body)) => {
                                let _ = self.server.publish_at_most_once(&topic, &body);
                            }
                            Err(why) => return End::closed(why),
                        }
                    }
                    server::Event::Unsubscribe { receipt, .. } => {
                        let _ = self.server.unsuback(receipt);
                    }
                    server::Event::Disconnect => return End::Said,
                    server::Event::Connect(_)
                    | server::Event::Acknowledged { .. }
                    | server::Event::Ping => {}
                }
            }
            if let Err(end) = self.flush().await {
                return end;
            }
            count = match self.read(&mut buffer).await {
                Ok(count) => count,
                Err(end) => return end,
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
