//! Telemetry over TLS on loopback: typed sends, each with its completion, against the raw publish of the
//! same bytes by `rumqttc`, to the same sink, in the same run.
//!
//! The last line is for scripts: `ratio NAME VALUE`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark may stop at the first surprise, and prints"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use pnp_mqtt::packet::{Grant, QoS};
use pnp_mqtt::{Server, server};
use pnp_runtime::mqtt::{Config, Credentials, Identity, connect};
use pnp_runtime::{Ack, CommandError, Component, Desired, Interface, Telemetry, handler};
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, TlsConfiguration, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};

const MESSAGES: u32 = 50_000;
const ROUNDS: usize = 5;
/// Messages on the wire without acknowledgement, for both.
const WINDOW: u16 = 100;

const TOPIC: &str = "devices/d/messages/events/%24.ct=application%2Fjson&%24.ce=utf-8";
const BODY: &str = r#"{"temperature":21.5,"humidity":0.4375,"pressure":101325.0,"battery":0.875}"#;

#[derive(Debug, Interface)]
#[pnp(id = "dtmi:com:example:Weather;1")]
struct Weather;

#[derive(Debug, Telemetry)]
#[pnp(interface = Weather)]
struct Reading {
    temperature: Option<f64>,
    humidity: Option<f64>,
    pressure: Option<f64>,
    battery: Option<f64>,
}

#[handler(interface = Weather)]
trait WeatherHandler {
    #[pnp(property = "interval")]
    fn interval(&self) -> Option<i32>;
    #[pnp(desired = "interval")]
    fn set_interval(&mut self, desired: Desired<i32>) -> Ack<i32>;
    #[pnp(command = "reset")]
    fn reset(&mut self) -> Result<(), CommandError>;
}

struct Station;

impl WeatherHandler for Station {
    fn interval(&self) -> Option<i32> {
        None
    }

    fn set_interval(&mut self, _desired: Desired<i32>) -> Ack<i32> {
        Ack::current()
    }

    fn reset(&mut self) -> Result<(), CommandError> {
        Ok(())
    }
}

/// Acknowledges everything.
async fn sink(tcp: TcpStream, acceptor: TlsAcceptor) {
    tcp.set_nodelay(true).unwrap();
    let mut stream = acceptor.accept(tcp).await.unwrap();
    let mut hub: Server<()> = Server::new(server::Config::default(), 0);
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let Ok(count @ 1..) = stream.read(&mut buffer).await else {
            return;
        };
        let mut input = &buffer[..count];
        while let Some(event) = hub.receive(&mut input, 0).unwrap() {
            match event {
                server::Event::Connect(_) => hub.accept(None).unwrap(),
                server::Event::Publish(message) => {
                    if let Some(receipt) = message.receipt {
                        hub.acknowledge(receipt).unwrap();
                    }
                }
                server::Event::Subscribe { receipt, filters } => {
                    let grants = vec![Grant::Granted(QoS::AtLeastOnce); filters.count()];
                    hub.suback(receipt, &grants).unwrap();
                }
                server::Event::Unsubscribe { .. }
                | server::Event::Acknowledged { .. }
                | server::Event::Ping
                | server::Event::Disconnect => {}
            }
        }
        let output = hub.output();
        stream.write_all(output).await.unwrap();
        stream.flush().await.unwrap();
        let count = output.len();
        hub.written(count);
    }
}

/// A sink on a thread of its own: its port, and the authority to trust as PEM.
fn start_sink() -> (u16, rcgen::Certificate) {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let chain = vec![certificate.der().clone()];
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                tokio::spawn(sink(tcp, acceptor.clone()));
            }
        });
    });
    (port, certificate)
}

async fn typed(port: u16, authority: &str) -> Duration {
    let identity = Identity::device("localhost", "d");
    let config = Config::hub(identity, Credentials::X509)
        .with_port(port)
        .with_roots(authority)
        .with_window(WINDOW);
    let (connection, runner) = connect::<Weather>(config).unwrap();
    let task = tokio::spawn(runner.run_owned(Station, |station| station));
    let reading = Reading {
        temperature: Some(21.5),
        humidity: Some(0.4375),
        pressure: Some(101_325.0),
        battery: Some(0.875),
    };
    connection
        .telemetry(Component::root(), &reading)
        .await
        .unwrap();
    let began = Instant::now();
    let mut deliveries = Vec::new();
    for _ in 0..MESSAGES {
        deliveries.push(connection.send(Component::root(), &reading).await.unwrap());
    }
    for delivery in deliveries {
        delivery.await.unwrap();
    }
    let took = began.elapsed();
    connection.shutdown(Duration::from_secs(5)).await;
    task.await.unwrap().unwrap();
    took
}

async fn raw(port: u16, tls: Arc<ClientConfig>) -> Duration {
    let mut options = MqttOptions::new("d", "localhost", port);
    options.set_inflight(WINDOW);
    options.set_transport(Transport::tls_with_config(TlsConfiguration::Rustls(tls)));
    let (client, mut events) = AsyncClient::new(options, 4096);
    loop {
        if let Event::Incoming(Packet::ConnAck(_)) = events.poll().await.unwrap() {
            break;
        }
    }
    let began = Instant::now();
    let producer = tokio::spawn(async move {
        for _ in 0..MESSAGES {
            let qos = rumqttc::QoS::AtLeastOnce;
            client.publish(TOPIC, qos, false, BODY).await.unwrap();
        }
        client
    });
    let mut acknowledged = 0;
    while acknowledged < MESSAGES {
        if let Event::Incoming(Packet::PubAck(_)) = events.poll().await.unwrap() {
            acknowledged += 1;
        }
    }
    let took = began.elapsed();
    drop(producer.await.unwrap());
    took
}

fn main() {
    let (port, certificate) = start_sink();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tls = Arc::new(tls);
    let authority = certificate.pem();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let per_second = |took: Duration| f64::from(MESSAGES) / took.as_secs_f64();
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|round| {
            let ours = per_second(runtime.block_on(typed(port, &authority)));
            let theirs = per_second(runtime.block_on(raw(port, tls.clone())));
            println!("round {round}: typed with completion {ours:.0}/s, rumqttc raw {theirs:.0}/s");
            ours / theirs
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "ratio mqtt/typed-send/rumqttc-raw {:.2}",
        ratios[ROUNDS / 2]
    );
}
