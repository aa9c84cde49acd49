//! A registration with the provisioning service, over a socket.

use core::future::poll_fn;
use core::time::Duration;

use pnp_mqtt::client::{Client, Event};
use pnp_mqtt::packet::{Connect, Message, QoS};
use tokio::time::timeout_at;

use super::dial::Dialer;
use super::io::{Clock, Io, unix_now};
use super::tls;
use crate::dps::{Assignment, Registration, RegistrationError, Request};
use crate::mqtt::{Failure, LinkError};
use crate::sas::Key;
use crate::topic::PROVISIONING_RESPONSES;

/// How long the token lives: long enough for a service that makes a device wait.
const TOKEN_LIFETIME: Duration = Duration::from_secs(3600);
/// The policy that the service wants named.
const POLICY: &str = "registration";
/// Longest silence in seconds.
const KEEP_ALIVE: u16 = 60;

/// Whom to ask, and as whom.
pub(super) struct Provisioning {
    pub(super) host: String,
    pub(super) request: Request,
    pub(super) key: Option<Key>,
}

impl Provisioning {
    /// Asks for a hub.
    pub(super) async fn ask(&self, dialer: &Dialer, clock: Clock) -> Result<Assignment, Failure> {
        let mut io = Io::new(dialer.dial(&self.host).await?);
        let mut client: Client<()> = Client::default();
        self.connect(&mut client, clock)?;
        let mut registration = Registration::new(self.request.clone());
        let mut subscribed = false;
        let outcome = loop {
            let now = clock.now();
            client.tick(now.as_millis()).map_err(LinkError::Mqtt)?;
            if subscribed && let Some((topic, body)) = registration.poll(now) {
                client
                    .publish(Message::new(topic, body), ())
                    .map_err(|returned| LinkError::Unsendable(returned.reason))?;
            }
            if let Some(outcome) = registration.outcome() {
                break outcome.clone();
            }
            let mut deadline = client.deadline().map(crate::Instant::from_millis);
            if subscribed {
                deadline = [deadline, registration.next_deadline()]
                    .into_iter()
                    .flatten()
                    .min();
            }
            let until = clock.moment(deadline.unwrap_or(now));
            let read = poll_fn(|cx| io.poll(cx, &mut client, clock));
            let Ok(read) = timeout_at(until, read).await else {
                continue;
            };
            let count = read.map_err(|error| tls::failure(&error))?;
            if count == 0 {
                return Err(Failure::Closed);
            }
            let mut input = io.bytes(count);
            let mut receipts = Vec::new();
            while let Some(event) = client
                .receive(&mut input, clock.now().as_millis())
                .map_err(LinkError::Mqtt)?
            {
                match event {
                    Event::Subscribed { .. } => subscribed = true,
                    Event::Publish(message) => {
                        registration.receive(message.topic, message.payload, clock.now());
                        receipts.extend(message.receipt);
                    }
                    Event::Connected { .. }
                    | Event::Acknowledged { .. }
                    | Event::Unsubscribed { .. }
                    | Event::Pong => {}
                }
            }
            for receipt in receipts {
                client.acknowledge(receipt);
            }
        };
        client.disconnect();
        io.farewell(client.output()).await;
        outcome.map_err(|error| failure(&error))
    }

    fn connect(&self, client: &mut Client<()>, clock: Clock) -> Result<(), LinkError> {
        client.subscribe(&[(PROVISIONING_RESPONSES, QoS::AtLeastOnce)], ())?;
        let password = self.key.as_ref().map(|key| {
            let expiry = unix_now().saturating_add(TOKEN_LIFETIME.as_secs());
            key.sign(&self.request.resource(), expiry, Some(POLICY))
        });
        let user_name = self.request.user_name();
        let connect = Connect {
            user_name: Some(&user_name),
            password: password.as_deref().map(str::as_bytes),
            keep_alive: KEEP_ALIVE,
            // The service keeps no sessions.
            clean_session: true,
            ..Connect::new(self.request.registration_id())
        };
        Ok(client.connect(&connect, clock.now().as_millis())?)
    }
}

fn failure(error: &RegistrationError) -> Failure {
    Failure::Provisioning {
        detail: error.to_string(),
        permanent: !error.is_passing(),
    }
}
