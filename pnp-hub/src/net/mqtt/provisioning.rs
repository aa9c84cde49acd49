//! A device on a connection to the provisioning service.

use std::sync::Arc;

use pnp_mqtt::packet::{Grant, QoS, RefusalCode};
use pnp_mqtt::server;
use pnp_runtime::topic;
use tokio::io::{AsyncRead, AsyncWrite};

use super::super::dps;
use super::{Connection, End, READ_SIZE};

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Serves a device that asks where it belongs.
    pub(super) async fn provisioning(&mut self, registration: dps::Registration) -> End {
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
}
