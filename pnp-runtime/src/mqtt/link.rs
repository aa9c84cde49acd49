//! One identity's MQTT traffic, over any number of connections, without their sockets.

use alloc::collections::{BTreeSet, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use pnp_mqtt::client::{self, Client};
use pnp_mqtt::packet::{Connect, Grant, Message, QoS};
use pnp_mqtt::{Receipt, SendError};

use super::binding::{self, CloudMessage, Outgoing, Received, SUBSCRIPTIONS};
use super::identity::{Identity, Password};
use crate::session::Instant;
use crate::topic::{self, PropertyBag};
use crate::transport::{Action, Event};

/// What is fixed for the life of a [`Link`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkConfig {
    /// Whose traffic it is.
    pub identity: Identity,
    /// The DTMI of the device's model, announced at each connection.
    pub model_id: Option<String>,
    /// How many telemetry messages are on the wire at most: 1 to 65,000.
    pub window: u16,
    /// Longest silence of this side in seconds; IoT Hub takes up to 1,177.
    pub keep_alive: u16,
    /// How long in milliseconds the hub's answer to a connection request or to a sign of life may
    /// take.
    pub response_timeout_ms: u64,
    /// Whether to subscribe to what back ends send, [`LinkEvent::Message`].
    pub cloud_messages: bool,
}

/// What a [`Link`] tells its owner.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum LinkEvent<T> {
    /// For the session: [`Event::Connected`] and what follows it. [`Event::Disconnected`] is the
    /// owner's own to say, when it closes the transport.
    Event(Event),
    /// The hub has the message that was published with this token.
    Acknowledged(T),
    /// A back end sent a message. Give the receipt to [`Link::acknowledge`] once it is safe, in the
    /// order of arrival.
    Message(CloudMessage, Option<Receipt>),
    /// Something came that is none of these, and was dropped.
    Ignored,
}

/// Why the connection has to be given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkError {
    /// The protocol was broken, the hub refused or was silent.
    Mqtt(pnp_mqtt::Error),
    /// The hub refused a subscription without which a device can't work.
    SubscriptionRefused,
    /// What the owner asked can't be sent as MQTT, say an identifier with U+0000.
    Unsendable(SendError),
}

/// MQTT client and IoT Hub binding in one: [`Action`]s and telemetry go in, [`Event`]s and completions
/// come out, and between them the bytes of the wire.
///
/// It outlives its connections. Telemetry stays until the hub has acknowledged it, and goes out again
/// on the next connection, marked as a possible duplicate, whatever the hub says of the session.
/// Actions belong to one connection; [`connect`](Self::connect) drops those of the last.
///
/// `T` is what stands for a telemetry message of the owner, say the sender of a channel.
pub struct Link<T> {
    config: LinkConfig,
    client: Client<Token<T>>,
    /// Telemetry topics by component: each holds a dozen escapes, and is the same for every message.
    topics: Vec<(Option<String>, String)>,
    /// Nothing may overtake the subscription, see [`Action::Subscribe`].
    subscribing: bool,
    waiting: VecDeque<Action>,
    /// Telemetry of the session beyond the window.
    backlog: VecDeque<(u64, Message)>,
    /// The session's telemetry in the window. The session sends it again on each connection, as it
    /// must on transports that keep nothing.
    in_window: BTreeSet<u64>,
    /// The highest number that was ever put into the window.
    newest: Option<u64>,
    /// The session's messages that are acknowledged already, although it just sent them again.
    settled: VecDeque<u64>,
    /// The twin read that waits for its answer.
    read: Option<String>,
}

#[derive(Debug)]
enum Token<T> {
    Owner(T),
    Session(u64),
    Subscription,
    CloudMessages,
}

impl<T> Link<T> {
    /// A link without a connection.
    pub fn new(config: LinkConfig) -> Self {
        let client = client_for(&config);
        Self {
            config,
            client,
            topics: Vec::new(),
            subscribing: false,
            waiting: VecDeque::new(),
            backlog: VecDeque::new(),
            in_window: BTreeSet::new(),
            newest: None,
            settled: VecDeque::new(),
            read: None,
        }
    }

    /// What it was made with.
    pub fn config(&self) -> &LinkConfig {
        &self.config
    }

    /// Takes another identity, which DPS assigned. What is unacknowledged goes out under the new one.
    ///
    /// # Errors
    /// [`LinkError::Unsendable`]: a message doesn't fit under the new name.
    pub fn reassign(&mut self, identity: Identity) -> Result<(), LinkError> {
        let old = core::mem::replace(&mut self.config.identity, identity);
        let new = &self.config.identity;
        if (&old.device, &old.module) == (&new.device, &new.module) {
            return Ok(());
        }
        let prefix = |identity: &Identity| {
            topic::messages(
                &identity.device,
                identity.module.as_deref(),
                &PropertyBag::new(),
            )
        };
        let (old, new) = (prefix(&old), prefix(new));
        self.topics.clear();
        let client = core::mem::replace(&mut self.client, client_for(&self.config));
        for (mut message, token) in client.into_outbox().into_messages() {
            if let Some(properties) = message.topic.strip_prefix(&old) {
                message.topic = alloc::format!("{new}{properties}");
            }
            self.client
                .publish(message, token)
                .map_err(|returned| LinkError::Unsendable(returned.reason))?;
        }
        Ok(())
    }

    /// Starts on a new transport: asks the hub for a connection.
    ///
    /// # Errors
    /// [`LinkError::Unsendable`]: an identifier can't be part of a packet.
    pub fn connect(&mut self, password: &Password, now: Instant) -> Result<(), LinkError> {
        self.subscribing = false;
        self.waiting.clear();
        self.backlog.clear();
        self.settled.clear();
        self.read = None;
        self.client.transport_closed();
        // The session subscribes anew on each connection.
        self.client.clear_requests();
        let identity = &self.config.identity;
        let user_name = identity.user_name(self.config.model_id.as_deref());
        self.client.connect(
            &Connect {
                user_name: Some(&user_name),
                password: password.text.as_deref().map(str::as_bytes),
                keep_alive: self.config.keep_alive,
                clean_session: false,
                ..Connect::new(&identity.client_id())
            },
            now.as_millis(),
        )?;
        Ok(())
    }

    /// How many telemetry messages [`publish`](Self::publish) takes now.
    pub fn room(&self) -> usize {
        self.client.outbox().room()
    }

    /// How many telemetry messages wait for the hub's acknowledgement.
    pub fn unacknowledged(&self) -> usize {
        self.client.outbox().len()
    }

    /// Sends a telemetry message as soon as there is a connection. [`LinkEvent::Acknowledged`] with
    /// `token` says that the hub has it.
    ///
    /// # Errors
    /// [`LinkError::Unsendable`]: there is no [`room`](Self::room), or the message is larger than MQTT
    /// allows. It is gone then, and so is the token.
    pub fn publish(
        &mut self,
        component: Option<&str>,
        body: Vec<u8>,
        token: T,
    ) -> Result<(), LinkError> {
        let message = Message::new(self.topic(component), body);
        self.client
            .publish(message, Token::Owner(token))
            .map_err(|returned| LinkError::Unsendable(returned.reason))
    }

    /// Carries out an action of the session.
    ///
    /// # Errors
    /// [`LinkError::Unsendable`]: it can't be part of a packet.
    pub fn act(&mut self, action: Action) -> Result<(), LinkError> {
        if self.subscribing {
            self.waiting.push_back(action);
            return Ok(());
        }
        if let Action::GetTwin { rid } = &action {
            self.read = Some(rid.clone());
        }
        match binding::outgoing(action, &self.config.identity) {
            Outgoing::Subscribe => self.subscribe(),
            Outgoing::Once { topic, payload } => {
                match self.client.publish_at_most_once(&topic, &payload) {
                    // The connection is gone; the session hears of that next.
                    Ok(()) | Err(SendError::NotConnected) => Ok(()),
                    Err(error) => Err(LinkError::Unsendable(error)),
                }
            }
            Outgoing::Telemetry { id, message } => {
                if self.in_window.contains(&id) {
                    return Ok(());
                }
                if self.newest.is_some_and(|newest| id <= newest) {
                    self.settled.push_back(id);
                    return Ok(());
                }
                self.backlog.push_back((id, message));
                self.refill()
            }
        }
    }

    /// Reads the next event out of what came from the hub, and cuts it off there; `None` where
    /// everything is read. Call it with an empty input too, after [`act`](Self::act): an action may be
    /// its own answer.
    ///
    /// # Errors
    /// The connection is over: close the transport.
    pub fn receive(
        &mut self,
        input: &mut &[u8],
        now: Instant,
    ) -> Result<Option<LinkEvent<T>>, LinkError> {
        if let Some(id) = self.settled.pop_front() {
            return Ok(Some(LinkEvent::Event(Event::TelemetryAccepted { id })));
        }
        loop {
            let Some(event) = self.client.receive(input, now.as_millis())? else {
                return Ok(None);
            };
            match event {
                client::Event::Connected { session_present } => {
                    let event = Event::Connected { session_present };
                    return Ok(Some(LinkEvent::Event(event)));
                }
                client::Event::Publish(message) => {
                    let identity = &self.config.identity;
                    let read = self.read.as_deref();
                    let received =
                        binding::received(identity, read, message.topic, message.payload);
                    let receipt = message.receipt;
                    return Ok(Some(self.sort(received, receipt)));
                }
                client::Event::Acknowledged { token } => match token {
                    Token::Owner(token) => return Ok(Some(LinkEvent::Acknowledged(token))),
                    Token::Session(id) => {
                        self.in_window.remove(&id);
                        self.refill()?;
                        let event = Event::TelemetryAccepted { id };
                        return Ok(Some(LinkEvent::Event(event)));
                    }
                    Token::Subscription | Token::CloudMessages => {}
                },
                client::Event::Subscribed { token, grants } => {
                    let refused = grants.into_iter().any(|grant| grant == Grant::Failure);
                    match token {
                        // Without twin and methods there is no device; without messages there is.
                        Token::Subscription if refused => {
                            return Err(LinkError::SubscriptionRefused);
                        }
                        Token::CloudMessages if refused => return Ok(Some(LinkEvent::Ignored)),
                        Token::Subscription => {
                            self.subscribing = false;
                            while let Some(action) = self.waiting.pop_front() {
                                self.act(action)?;
                            }
                        }
                        Token::CloudMessages | Token::Owner(_) | Token::Session(_) => {}
                    }
                }
                client::Event::Unsubscribed { .. } | client::Event::Pong => {}
            }
        }
    }

    /// Tells the hub that a message is safe. Without effect where its connection is over: the hub
    /// sends it again.
    pub fn acknowledge(&mut self, receipt: Receipt) {
        self.client.acknowledge(receipt);
    }

    /// The bytes for the transport; report what it took to [`written`](Self::written).
    pub fn output(&self) -> &[u8] {
        self.client.output()
    }

    /// Notes that the transport took the first `count` bytes of the output.
    pub fn written(&mut self, count: usize, now: Instant) {
        self.client.written(count, now.as_millis());
    }

    /// When [`tick`](Self::tick) is to be called at the latest; `None` for never.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.client.deadline().map(Instant::from_millis)
    }

    /// Does what is due: gives a sign of life, or gives up on a silent hub.
    ///
    /// # Errors
    /// The connection is over: close the transport.
    pub fn tick(&mut self, now: Instant) -> Result<(), LinkError> {
        Ok(self.client.tick(now.as_millis())?)
    }

    /// Says goodbye: write the output, then close the transport.
    pub fn disconnect(&mut self) {
        self.client.disconnect();
    }

    /// Notes that the transport is gone.
    pub fn transport_closed(&mut self) {
        self.client.transport_closed();
    }

    /// Whether the hub has accepted the connection and nothing has ended it.
    pub fn is_connected(&self) -> bool {
        self.client.is_connected()
    }

    fn topic(&mut self, component: Option<&str>) -> &str {
        let known = self
            .topics
            .iter()
            .position(|(known, _)| known.as_deref() == component);
        let place = known.unwrap_or_else(|| {
            let topic = binding::telemetry_topic(&self.config.identity, component);
            self.topics.push((component.map(String::from), topic));
            self.topics.len() - 1
        });
        self.topics.get(place).map_or("", |(_, topic)| topic)
    }

    fn subscribe(&mut self) -> Result<(), LinkError> {
        self.subscribing = true;
        self.client.subscribe(&SUBSCRIPTIONS, Token::Subscription)?;
        if self.config.cloud_messages {
            let identity = &self.config.identity;
            let inbox = topic::inbox(&identity.device, identity.module.as_deref());
            let filter = [(inbox.as_str(), QoS::AtLeastOnce)];
            self.client.subscribe(&filter, Token::CloudMessages)?;
        }
        Ok(())
    }

    fn sort(&mut self, received: Received, receipt: Option<Receipt>) -> LinkEvent<T> {
        match received {
            Received::Message(message) => LinkEvent::Message(message, receipt),
            Received::Event(event) => {
                if matches!(event, Event::Twin { .. }) {
                    self.read = None;
                }
                self.receive_once(receipt);
                LinkEvent::Event(event)
            }
            Received::Unknown => {
                self.receive_once(receipt);
                LinkEvent::Ignored
            }
        }
    }

    /// Twin and method traffic is worth nothing on a later connection: taken as soon as it came.
    fn receive_once(&mut self, receipt: Option<Receipt>) {
        if let Some(receipt) = receipt {
            self.client.acknowledge(receipt);
        }
    }

    /// Moves the session's telemetry into the window.
    fn refill(&mut self) -> Result<(), LinkError> {
        while self.client.outbox().room() > 0 {
            let Some((id, message)) = self.backlog.pop_front() else {
                break;
            };
            self.client
                .publish(message, Token::Session(id))
                .map_err(|returned| LinkError::Unsendable(returned.reason))?;
            self.in_window.insert(id);
            self.newest = Some(id);
        }
        Ok(())
    }
}

fn client_for<T>(config: &LinkConfig) -> Client<Token<T>> {
    Client::new(client::Config {
        window: config.window,
        response_timeout_ms: config.response_timeout_ms,
        ..client::Config::default()
    })
}

impl<T> fmt::Debug for Link<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("config", &self.config)
            .field("connected", &self.is_connected())
            .field("unacknowledged", &self.unacknowledged())
            .finish_non_exhaustive()
    }
}

impl From<pnp_mqtt::Error> for LinkError {
    fn from(error: pnp_mqtt::Error) -> Self {
        Self::Mqtt(error)
    }
}

impl From<SendError> for LinkError {
    fn from(error: SendError) -> Self {
        Self::Unsendable(error)
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mqtt(error) => error.fmt(f),
            Self::SubscriptionRefused => f.write_str("the hub refused a subscription"),
            Self::Unsendable(error) => write!(f, "not sent: {error}"),
        }
    }
}

impl core::error::Error for LinkError {}
