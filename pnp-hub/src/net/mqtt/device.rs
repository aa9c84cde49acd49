//! A device on a connection: its login, what it says, and what it is told.

use std::collections::VecDeque;
use std::sync::Arc;

use pnp_mqtt::Receipt;
use pnp_mqtt::packet::{Grant, Message as Packet, QoS, RefusalCode};
use pnp_mqtt::server::{self, Server};
use pnp_runtime::status;
use pnp_runtime::topic::Topic;
use pnp_runtime::transport::Event;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{sleep_until, timeout};

use super::super::core::Mail;
use super::login::Device;
use super::wire::{self, Said};
use super::{Asked, Connection, End, READ_SIZE, WINDOW, WRITE_TIMEOUT};
use crate::engine::message::{self, Input, LinkId, Message, Uplink};
use crate::engine::sessions::Subscriptions;

/// How many topic filters one SUBSCRIBE may have: a hub knows no more of them (`iot-hub` 1.1).
const MAX_FILTERS: usize = 5;

/// A device's link on a connection.
pub(super) struct Link {
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
    /// Proves a device and takes its link up.
    pub(super) async fn log_in(&mut self, device: Device, connect: Asked) -> Result<Link, End> {
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
        let kept = shared.core.take_outbox(&device.identity, WINDOW);
        let kept = session_present.then_some(kept);
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
    pub(super) async fn device(&mut self, mut link: Link) -> End {
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
}
