//! A hub on free ports, a device that speaks MQTT to it, and a back end that speaks HTTP.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use pnp_hub::net::{Log, RunningHub, ServerOptions, serve};
use pnp_mqtt::packet::{Connect, Grant, Message, QoS, Will};
use pnp_mqtt::{Client, client};
use pnp_runtime::sas::Key;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// How long anything that should happen may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Bench {
    pub(crate) hub: RunningHub,
    pub(crate) log: Arc<Mutex<Vec<String>>>,
}

pub(crate) type Socket = TlsStream<TcpStream>;

/// A hub with one device, `d`, without data.
pub(crate) async fn bench() -> Bench {
    let bench = start(ServerOptions::on_free_ports()).await;
    bench.create("d").await;
    bench
}

pub(crate) async fn start(mut options: ServerOptions) -> Bench {
    let log: Arc<Mutex<Vec<String>>> = Arc::default();
    let lines = Arc::clone(&log);
    options.log = Log::new(move |line| lines.lock().unwrap().push(line.to_owned()));
    let hub = serve(options).await.unwrap();
    Bench { hub, log }
}

/// A TLS connection to a hub that proves itself by this authority.
pub(crate) async fn tls(address: SocketAddr, ca: &str) -> Socket {
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(ca.as_bytes()).unwrap();
    roots.add(ca).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let socket = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, socket).await.unwrap()
}

/// A token for a resource, good for `seconds`.
pub(crate) fn token(resource: &str, key: &str, seconds: u64, policy: Option<&str>) -> String {
    let now = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap()
        .as_secs();
    Key::from_base64(key)
        .unwrap()
        .sign(resource, now + seconds, policy)
}

/// One HTTP request on a connection of its own: status, head, JSON body (`null` where there is none).
pub(crate) async fn request(
    address: SocketAddr,
    ca: &str,
    authorization: &str,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> (u16, String, Value) {
    let mut socket = tls(address, ca).await;
    let text = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: {authorization}\r\n\
         accept: application/json\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(text.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    // A server that closes at once may do so without a goodbye.
    let _ = timeout(PATIENCE, socket.read_to_end(&mut reply))
        .await
        .unwrap();
    let reply = String::from_utf8(reply).unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (
        status,
        head.to_owned(),
        serde_json::from_str(body).unwrap_or_default(),
    )
}

impl Bench {
    pub(crate) fn mqtt(&self) -> SocketAddr {
        self.hub.mqtt()[0]
    }

    pub(crate) fn https(&self) -> SocketAddr {
        self.hub.https()[0]
    }

    pub(crate) async fn tls(&self) -> Socket {
        tls(self.mqtt(), self.hub.ca_certificate()).await
    }

    pub(crate) fn owner(&self) -> String {
        let connection = self.hub.service_connection_string();
        let key = connection.split("SharedAccessKey=").nth(1).unwrap();
        token("localhost", key, 600, Some("iothubowner"))
    }

    /// A request with all rights.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let (status, _, json) = self.raw(method, path, "", &body).await;
        (status, json)
    }

    pub(crate) async fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> (u16, String, Value) {
        let ca = self.hub.ca_certificate();
        request(self.https(), ca, &self.owner(), method, path, headers, body).await
    }

    pub(crate) async fn create(&self, device: &str) {
        let (status, _) = self
            .call("PUT", &format!("/devices/{device}"), json!({}))
            .await;
        assert_eq!(status, 200);
    }

    pub(crate) async fn key(&self, device: &str) -> String {
        let (_, device) = self
            .call("GET", &format!("/devices/{device}"), Value::Null)
            .await;
        let key = &device["authentication"]["symmetricKey"]["primaryKey"];
        key.as_str().unwrap().to_owned()
    }

    /// A device that is connected.
    pub(crate) async fn device(&self, name: &str) -> Device {
        let (mut device, connect) = self.dial(name).await;
        device.connect(&connect.connect(name)).await;
        let Some(Heard::Connected(_)) = device.next().await else {
            panic!(
                "{name} should have been let in: {:?}",
                self.log.lock().unwrap()
            );
        };
        device
    }

    /// A connection, and what to say on it.
    pub(crate) async fn dial(&self, name: &str) -> (Device, Credentials) {
        let key = self.key(name).await;
        let credentials = Credentials {
            user_name: format!("localhost/{name}/?api-version=2021-04-12"),
            password: token(&format!("localhost/devices/{name}"), &key, 600, None),
        };
        (Device::new(self.tls().await), credentials)
    }

    /// Waits until the log has a line with this text.
    pub(crate) async fn logged(&self, text: &str) {
        let began = Instant::now();
        while !self
            .log
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains(text))
        {
            assert!(
                began.elapsed() < PATIENCE,
                "{text:?} in {:?}",
                self.log.lock().unwrap()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(crate) async fn events(&self, source: &str) -> Vec<Value> {
        let path = format!("/_hub/events?source={source}");
        let (_, events) = self.call("GET", &path, Value::Null).await;
        events.as_array().unwrap().clone()
    }
}

pub(crate) struct Credentials {
    pub(crate) user_name: String,
    pub(crate) password: String,
}

impl Credentials {
    pub(crate) fn connect<'a>(&'a self, name: &'a str) -> Connect<'a> {
        Connect {
            user_name: Some(&self.user_name),
            password: Some(self.password.as_bytes()),
            ..Connect::new(name)
        }
    }
}

/// What a device hears.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    Connected(bool),
    Message {
        topic: String,
        body: String,
        dup: bool,
    },
    Acknowledged(u64),
    Subscribed(Vec<Grant>),
    Other,
}

pub(crate) struct Device {
    pub(crate) socket: Socket,
    pub(crate) client: Client<u64>,
    heard: VecDeque<Heard>,
    /// Whether messages are acknowledged.
    pub(crate) acknowledges: bool,
}

impl Device {
    pub(crate) fn new(socket: Socket) -> Self {
        Self {
            socket,
            client: Client::default(),
            heard: VecDeque::new(),
            acknowledges: true,
        }
    }

    pub(crate) async fn connect(&mut self, connect: &Connect<'_>) {
        self.client.connect(connect, 0).unwrap();
        self.flush().await;
    }

    pub(crate) async fn publish(&mut self, topic: &str, body: &str, token: u64) {
        self.client
            .publish(Message::new(topic, body), token)
            .unwrap();
        self.flush().await;
    }

    /// Subscribes and gives what was granted; everything else that comes is dropped.
    pub(crate) async fn subscribe(&mut self, filters: &[(&str, QoS)]) -> Vec<Grant> {
        self.client.subscribe(filters, 0).unwrap();
        self.flush().await;
        loop {
            if let Heard::Subscribed(grants) = self.next().await.expect("a grant") {
                return grants;
            }
        }
    }

    pub(crate) async fn flush(&mut self) {
        // A hub that has closed already shows when it is read from.
        let _ = self.socket.write_all(self.client.output()).await;
        let _ = self.socket.flush().await;
        self.client.written(self.client.output().len(), 0);
    }

    /// What the device hears next; `None` where the hub has closed, or refused.
    pub(crate) async fn next(&mut self) -> Option<Heard> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            if let Some(heard) = self.heard.pop_front() {
                return Some(heard);
            }
            let read = self.socket.read(&mut buffer);
            let count = timeout(PATIENCE, read).await.expect("something to hear");
            let mut input = &buffer[..count.ok().filter(|count| *count > 0)?];
            let mut receipts = Vec::new();
            while let Some(event) = self.client.receive(&mut input, 0).ok()? {
                let heard = match event {
                    client::Event::Connected { session_present } => {
                        Heard::Connected(session_present)
                    }
                    client::Event::Publish(message) => {
                        receipts.extend(message.receipt);
                        Heard::Message {
                            topic: message.topic.to_owned(),
                            body: String::from_utf8(message.payload.to_vec()).unwrap(),
                            dup: message.dup,
                        }
                    }
                    client::Event::Acknowledged { token } => Heard::Acknowledged(token),
                    client::Event::Subscribed { grants, .. } => Heard::Subscribed(grants.collect()),
                    _ => Heard::Other,
                };
                self.heard.push_back(heard);
            }
            if self.acknowledges {
                for receipt in receipts {
                    self.client.acknowledge(receipt);
                }
            }
            self.flush().await;
        }
    }

    /// The next message's topic and body; everything else is dropped.
    pub(crate) async fn message(&mut self) -> (String, String) {
        loop {
            if let Heard::Message { topic, body, .. } = self.next().await.expect("a message") {
                return (topic, body);
            }
        }
    }

    /// Waits for the hub to close the connection.
    pub(crate) async fn is_closed(&mut self) {
        while self.next().await.is_some() {}
    }
}

/// A will on a device's own topic.
pub(crate) fn will(topic: &str) -> Will<'_> {
    Will {
        topic,
        payload: br#""gone""#,
        qos: QoS::AtLeastOnce,
        retain: false,
    }
}
