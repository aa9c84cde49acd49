//! The hub under load, over TLS on loopback, client and server in one process.
//!
//! `ratio telemetry/bare_sink`: QoS 1 messages a second through the whole hub, over those through a
//! server on the same stack that acknowledges and does nothing else. `ratio` lines stand for this run
//! only; `idle` says what a device costs that is connected and silent, both ends together.
//! `PNP_HUB_BENCH_DEVICES` sets how many are (1000).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::cast_precision_loss,
    reason = "a measurement stops at the first surprise"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use pnp_hub::net::{RunningHub, ServerOptions, serve};
use pnp_mqtt::packet::{Connect, Message};
use pnp_mqtt::{Client, Server, client, server};
use pnp_runtime::sas::Key;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Connections that send at once.
const SENDERS: usize = 4;
/// Messages that each sends in one repetition.
const MESSAGES: u64 = 25_000;
/// Messages of one connection that wait for their acknowledgement.
const WINDOW: u16 = 100;
/// Interleaved repetitions; the median counts.
const REPETITIONS: usize = 5;
const BODY: &[u8] =
    br#"{"temperature":21.5,"humidity":40.25,"id":"a device of this bench","n":123456}"#;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(run());
}

async fn run() {
    let idle: usize =
        std::env::var("PNP_HUB_BENCH_DEVICES").map_or(1000, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let key = Key::from_bytes(&[7; 32]);
    let devices: Vec<_> = (0..idle.max(SENDERS))
        .map(|n| {
            let keys = json!({ "primaryKey": key.to_base64(), "secondaryKey": key.to_base64() });
            json!({ "deviceId": format!("d{n}"), "authentication": { "symmetricKey": keys } })
        })
        .collect();
    let seed = folder.path().join("seed.json");
    std::fs::write(&seed, json!({ "devices": devices }).to_string()).unwrap();
    let mut options = ServerOptions::on_free_ports();
    options.data = Some(folder.path().join("data"));
    options.seed = Some(seed);
    let hub = serve(options).await.unwrap();
    let sink = sink(&folder.path().join("data")).await;
    let connector = connector(&hub);

    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..REPETITIONS {
        for (rates, address) in rates.iter_mut().zip([hub.mqtt()[0], sink]) {
            rates.push(send_all(address, &connector, &key).await);
        }
    }
    let [through_hub, bare] = rates.map(median);
    println!("telemetry: {through_hub:.0} messages/s, bare sink {bare:.0}");
    println!("ratio telemetry/bare_sink {:.2}", through_hub / bare);

    let before = resident();
    let began = Instant::now();
    let mut links = Vec::new();
    for n in 0..idle {
        links.push(connect(hub.mqtt()[0], &connector, &key, n).await);
    }
    let took = began.elapsed().as_secs_f64();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let each = resident().saturating_sub(before) as f64 / links.len() as f64;
    println!(
        "idle: {} devices held, connected at {:.0}/s one after the other, {each:.1} KiB each",
        links.len(),
        idle as f64 / took
    );
}

/// Resident memory of this process in KiB; 0 where the system doesn't say.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    number.unwrap_or(0)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn connector(hub: &RunningHub) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(hub.ca_certificate().as_bytes()).unwrap();
    roots.add(ca).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// A server that acknowledges whatever comes.
async fn sink(data: &std::path::Path) -> SocketAddr {
    let chain = CertificateDer::pem_file_iter(data.join("hub.pem"))
        .unwrap()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let key = PrivateKeyDer::from_pem_file(data.join("hub.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            socket.set_nodelay(true).unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut socket = acceptor.accept(socket).await.unwrap();
                let mut server: Server<u64> = Server::new(server::Config::default(), 0);
                let mut buffer = vec![0; 4096];
                while let Ok(count @ 1..) = socket.read(&mut buffer).await {
                    let mut input = &buffer[..count];
                    while let Some(event) = server.receive(&mut input, 0).unwrap() {
                        let (connects, receipt) = match event {
                            server::Event::Publish(message) => (false, message.receipt),
                            other => (matches!(other, server::Event::Connect(_)), None),
                        };
                        if connects {
                            server.accept(None).unwrap();
                        }
                        if let Some(receipt) = receipt {
                            server.acknowledge(receipt).unwrap();
                        }
                    }
                    if socket.write_all(server.output()).await.is_err() {
                        return;
                    }
                    server.written(server.output().len());
                    let _ = socket.flush().await;
                }
            });
        }
    });
    address
}

struct Link {
    socket: TlsStream<TcpStream>,
    client: Client<u64>,
    device: usize,
}

async fn connect(address: SocketAddr, connector: &TlsConnector, key: &Key, device: usize) -> Link {
    let socket = TcpStream::connect(address).await.unwrap();
    socket.set_nodelay(true).unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut socket = connector.connect(name, socket).await.unwrap();
    let config = client::Config {
        window: WINDOW,
        ..client::Config::default()
    };
    let mut client = Client::new(config);
    let id = format!("d{device}");
    let end = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() + 3600;
    let token = key.sign(&format!("localhost/devices/{id}"), end, None);
    let user_name = format!("localhost/{id}/?api-version=2021-04-12&model-id=dtmi:x;1");
    let connect = Connect {
        user_name: Some(&user_name),
        password: Some(token.as_bytes()),
        ..Connect::new(&id)
    };
    client.connect(&connect, 0).unwrap();
    let mut buffer = [0; 64];
    while !client.is_connected() {
        socket.write_all(client.output()).await.unwrap();
        socket.flush().await.unwrap();
        client.written(client.output().len(), 0);
        let count = socket.read(&mut buffer).await.unwrap();
        assert_ne!(count, 0, "the hub refused");
        let mut input = &buffer[..count];
        while client.receive(&mut input, 0).unwrap().is_some() {}
    }
    Link {
        socket,
        client,
        device,
    }
}

/// Sends over all connections at once; gives messages a second.
async fn send_all(address: SocketAddr, connector: &TlsConnector, key: &Key) -> f64 {
    let mut links = Vec::new();
    for device in 0..SENDERS {
        links.push(connect(address, connector, key, device).await);
    }
    let began = Instant::now();
    let tasks: Vec<_> = links
        .into_iter()
        .map(|link| tokio::spawn(send(link)))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    SENDERS as f64 * MESSAGES as f64 / began.elapsed().as_secs_f64()
}

async fn send(mut link: Link) {
    let topic = format!(
        "devices/d{}/messages/events/%24.ct=application%2Fjson&%24.ce=utf-8&%24.sub=thermostat1",
        link.device
    );
    let mut buffer = vec![0; 4096];
    let (mut sent, mut done) = (0, 0);
    while done < MESSAGES {
        while sent < MESSAGES && link.client.outbox().room() > 0 {
            link.client
                .publish(Message::new(topic.as_str(), BODY), sent)
                .unwrap();
            sent += 1;
        }
        link.socket.write_all(link.client.output()).await.unwrap();
        link.socket.flush().await.unwrap();
        let count = link.client.output().len();
        link.client.written(count, 0);
        let count = link.socket.read(&mut buffer).await.unwrap();
        assert_ne!(count, 0, "the hub closed");
        let mut input = &buffer[..count];
        while let Some(event) = link.client.receive(&mut input, 0).unwrap() {
            done += u64::from(matches!(event, client::Event::Acknowledged { .. }));
        }
    }
}
