//! How fast messages of QoS 1 go through: without I/O against the codec of mqtt-proto, and over a
//! loopback socket against the whole client of rumqttc.
//!
//! `cargo bench -p pnp-mqtt` prints one line `ratio NAME VALUE` a figure: how many times as fast we are
//! in the same run. Contenders take turns, and the middle of several turns counts.
//! `PNP_MQTT_MESSAGES` sets the messages of a turn over the socket.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement prints, and may stop at the first surprise"
)]

use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use mqtt_proto::{QosPid, v3};
use pnp_mqtt::packet::{Connect, Message};
use pnp_mqtt::{Client, Server, client, server};

/// Size of a message as a device sends it: a small JSON object, and a topic with a property bag.
const PAYLOAD: usize = 82;
const TOPIC: &str =
    "devices/thermostat-0001/messages/events/%24.ct=application%2Fjson&%24.ce=utf-8&a=bcdefg";
const WINDOW: u16 = 100;
const TURNS: usize = 5;

fn main() {
    assert_eq!(TOPIC.len(), 87);
    // `cargo bench` says so; `cargo test --benches` only asks whether it runs at all.
    let quick = !std::env::args().any(|argument| argument == "--bench");
    let messages = std::env::var("PNP_MQTT_MESSAGES")
        .ok()
        .and_then(|text| text.parse().ok());
    let messages: usize = messages.unwrap_or(if quick { 1_000 } else { 200_000 });

    let roles = Contender {
        name: "own client -> own server",
        turn: roles,
    };
    let codec = Contender {
        name: "mqtt-proto encode + decode",
        turn: codec,
    };
    let [own, other] = compare([roles, codec], if quick { 1_000 } else { 500_000 });
    println!(
        "no I/O, ns per message: own {:.0}, mqtt-proto {:.0}",
        own.as_nanos_f64(),
        other.as_nanos_f64()
    );
    println!(
        "ratio mqtt/no_io/mqtt_proto_codec {:.2}",
        other.as_secs_f64() / own.as_secs_f64()
    );

    let narrow = Contender {
        name: "own roles, window 10",
        turn: roles_narrow,
    };
    let wide = Contender {
        name: "own roles, window 10,000",
        turn: roles_wide,
    };
    let [narrow, wide] = compare([narrow, wide], if quick { 20_000 } else { 500_000 });
    // Acknowledging must not cost more in a larger window, but for what the caches hold.
    println!(
        "ratio mqtt/no_io/window_10_over_10000 {:.2}",
        narrow.as_secs_f64() / wide.as_secs_f64()
    );

    let own = Contender {
        name: "own client -> sink",
        turn: own_over_socket,
    };
    let rumqttc = Contender {
        name: "rumqttc -> sink",
        turn: rumqttc_over_socket,
    };
    let [own, other] = compare([own, rumqttc], messages);
    println!(
        "loopback, messages per second: own {:.0}, rumqttc {:.0}",
        1.0 / own.as_secs_f64(),
        1.0 / other.as_secs_f64()
    );
    println!(
        "ratio mqtt/tcp/rumqttc {:.2}",
        other.as_secs_f64() / own.as_secs_f64()
    );
}

struct Contender {
    name: &'static str,
    /// Sends so many messages and waits for each acknowledgement.
    turn: fn(usize),
}

/// Time per message as a fraction, because a message takes few nanoseconds.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct PerMessage(f64);

impl PerMessage {
    fn as_secs_f64(self) -> f64 {
        self.0
    }

    fn as_nanos_f64(self) -> f64 {
        self.0 * 1e9
    }
}

/// The middle time per message of each contender; they take turns.
fn compare<const N: usize>(contenders: [Contender; N], messages: usize) -> [PerMessage; N] {
    let mut times = [const { Vec::new() }; N];
    for _ in 0..TURNS {
        for (contender, times) in contenders.iter().zip(&mut times) {
            let start = Instant::now();
            (contender.turn)(messages);
            times.push(PerMessage(start.elapsed().as_secs_f64() / messages as f64));
        }
    }
    for (contender, times) in contenders.iter().zip(&mut times) {
        times.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let list: Vec<_> = times
            .iter()
            .map(|time| format!("{:.0}", time.as_nanos_f64()))
            .collect();
        println!("{}: {} ns per message", contender.name, list.join(" "));
    }
    times.map(|times| times[TURNS / 2])
}

fn message() -> Message {
    Message::new(TOPIC, vec![b'x'; PAYLOAD])
}

fn roles(messages: usize) {
    roles_with(WINDOW, messages);
}

fn roles_narrow(messages: usize) {
    roles_with(10, messages);
}

fn roles_wide(messages: usize) {
    roles_with(10_000, messages);
}

/// Both roles, the window full: publish, read, acknowledge, complete.
fn roles_with(window: u16, messages: usize) {
    let mut client: Client = Client::new(client::Config {
        window,
        ..Default::default()
    });
    let mut server: Server = Server::new(server::Config::default(), 0);
    client.connect(&Connect::new("d"), 0).unwrap();
    let (mut next, mut done) = (0, 0);
    while done < messages {
        let mut input = client.output();
        let size = input.len();
        while let Some(event) = server.receive(&mut input, 0).unwrap() {
            match event {
                server::Event::Connect(_) => server.accept(None).unwrap(),
                server::Event::Publish(incoming) => {
                    black_box((incoming.topic, incoming.payload));
                    let receipt = incoming.receipt.unwrap();
                    server.acknowledge(receipt).unwrap();
                }
                server::Event::Subscribe { .. }
                | server::Event::Unsubscribe { .. }
                | server::Event::Acknowledged { .. }
                | server::Event::Ping
                | server::Event::Disconnect => panic!("the client only publishes"),
            }
        }
        client.written(size, 0);
        let mut input = server.output();
        let size = input.len();
        while let Some(event) = client.receive(&mut input, 0).unwrap() {
            if let client::Event::Acknowledged { token } = event {
                black_box(token);
                done += 1;
            }
        }
        server.written(size);
        while next < messages && client.outbox().room() > 0 {
            client.publish(message(), next as u64).unwrap();
            next += 1;
        }
    }
}

/// The bytes of the same exchange and nothing else: PUBLISH and PUBACK, each encoded and decoded.
fn codec(messages: usize) {
    for number in 0..messages {
        let id = mqtt_proto::Pid::try_from(1 + (number % usize::from(WINDOW)) as u16).unwrap();
        let topic = mqtt_proto::TopicName::try_from(TOPIC).unwrap();
        let payload = vec![b'x'; PAYLOAD].into();
        let publish = v3::Packet::Publish(v3::Publish::new(QosPid::Level1(id), topic, payload));
        let bytes = publish.encode().unwrap();
        black_box(v3::Packet::decode(bytes.as_ref()).unwrap());
        let bytes = v3::Packet::Puback(id).encode().unwrap();
        black_box(v3::Packet::decode(bytes.as_ref()).unwrap());
    }
}

/// A peer as bare as it can be: accepts anybody, answers every PUBLISH with its PUBACK, and looks at
/// nothing else.
fn sink() -> (SocketAddr, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let thread = thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        socket.set_nodelay(true).unwrap();
        let (mut buffer, mut held, mut answer) = (vec![0; 1 << 16], 0, Vec::new());
        while let Ok(size @ 1..) = socket.read(&mut buffer[held..]) {
            held += size;
            let mut rest = &buffer[..held];
            while let [first, length, ..] = *rest {
                // A body of 128 to 255 bytes has a length of two bytes; this sink knows its messages.
                let (header, body) = match length < 0x80 {
                    true => (2, usize::from(length)),
                    false if rest.len() > 2 => {
                        (3, usize::from(length & 0x7f) | usize::from(rest[2]) << 7)
                    }
                    false => break,
                };
                let Some((packet, others)) = rest.split_at_checked(header + body) else {
                    break;
                };
                match first >> 4 {
                    1 => answer.extend_from_slice(&[0x20, 2, 0, 0]),
                    3 => {
                        let topic =
                            usize::from(packet[header]) << 8 | usize::from(packet[header + 1]);
                        let id = header + 2 + topic;
                        answer.extend_from_slice(&[0x40, 2, packet[id], packet[id + 1]]);
                    }
                    _ => {}
                }
                rest = others;
            }
            let left = rest.len();
            buffer.copy_within(held - left..held, 0);
            held = left;
            if socket.write_all(&answer).is_err() {
                return;
            }
            answer.clear();
        }
    });
    (address, thread)
}

/// Our client on a blocking socket: writes what there is, then waits for answers.
fn own_over_socket(messages: usize) {
    let (address, sink) = sink();
    let mut socket = TcpStream::connect(address).unwrap();
    socket.set_nodelay(true).unwrap();
    let begin = Instant::now();
    let now = || begin.elapsed().as_millis() as u64;
    let mut client: Client = Client::new(client::Config {
        window: WINDOW,
        ..Default::default()
    });
    client.connect(&Connect::new("d"), 0).unwrap();
    let mut buffer = vec![0; 1 << 16];
    let (mut next, mut done) = (0, 0);
    while done < messages {
        while next < messages && client.outbox().room() > 0 {
            client.publish(message(), next as u64).unwrap();
            next += 1;
        }
        let size = client.output().len();
        if size > 0 {
            socket.write_all(client.output()).unwrap();
            client.written(size, now());
        }
        let size = socket.read(&mut buffer).unwrap();
        let mut input = &buffer[..size];
        while let Some(event) = client.receive(&mut input, now()).unwrap() {
            done += usize::from(matches!(event, client::Event::Acknowledged { .. }));
        }
    }
    drop(socket);
    sink.join().unwrap();
}

/// rumqttc as it comes, its event loop and the publisher on one thread, which spares it every switch.
fn rumqttc_over_socket(messages: usize) {
    let (address, sink) = sink();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async move {
        let mut options = rumqttc::MqttOptions::new("d", address.ip().to_string(), address.port());
        options
            .set_inflight(WINDOW)
            .set_clean_session(false)
            .set_keep_alive(Duration::from_secs(60));
        let (client, mut events) = rumqttc::AsyncClient::new(options, 2 * usize::from(WINDOW));
        let publisher = tokio::spawn(async move {
            for _ in 0..messages {
                let Message { topic, payload, .. } = message();
                client
                    .publish(topic, rumqttc::QoS::AtLeastOnce, false, payload)
                    .await
                    .unwrap();
            }
            client
        });
        let mut done = 0;
        while done < messages {
            let event = events.poll().await.unwrap();
            done += usize::from(matches!(
                event,
                rumqttc::Event::Incoming(rumqttc::Packet::PubAck(_))
            ));
        }
        drop(publisher.await.unwrap());
    });
    drop(runtime);
    sink.join().unwrap();
}
