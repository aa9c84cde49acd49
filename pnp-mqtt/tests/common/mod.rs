//! What the tests share: a seeded random number generator, roles in known states, and a way to write
//! down what a role made of its input.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise"
)]

use pnp_mqtt::packet::{Connect, Message, QoS, Will};
use pnp_mqtt::{Client, Error, Server, client, encode, server};

/// SplitMix64: small, seeded, the same on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.next() as u8
    }
}

/// A role in a known state, as the receiver of a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A server that has heard nothing.
    Fresh,
    /// A server with an accepted client, which waits for PUBACK 1.
    Server,
    /// A client that has said CONNECT.
    Connecting,
    /// A client that is accepted, and waits for PUBACK 1, SUBACK 65001 (one filter) and UNSUBACK 65002.
    Client,
}

pub(crate) enum Receiver {
    Client(Client),
    Server(Server),
}

/// The packet limit of every receiver here.
pub(crate) const LIMIT: usize = 256 * 1024;

impl Receiver {
    pub(crate) fn new(role: Role) -> Self {
        match role {
            Role::Fresh => Self::Server(fresh_server()),
            Role::Server => {
                let mut server = fresh_server();
                let mut bytes = Vec::new();
                encode::connect(&mut bytes, &Connect::new("d")).unwrap();
                assert!(matches!(
                    server.receive(&mut bytes.as_slice(), 0),
                    Ok(Some(server::Event::Connect(_)))
                ));
                server.accept(None).unwrap();
                server.publish(Message::new("out", *b"1"), 100).unwrap();
                let size = server.output().len();
                server.written(size);
                Self::Server(server)
            }
            Role::Connecting => Self::Client(connecting_client()),
            Role::Client => {
                let mut client = connecting_client();
                client.publish(Message::new("out", *b"1"), 100).unwrap();
                client
                    .subscribe(&[("in/#", QoS::AtLeastOnce)], 101)
                    .unwrap();
                client.unsubscribe(&["old"], 102).unwrap();
                let mut connack: &[u8] = &[0x20, 2, 0, 0];
                assert!(client.receive(&mut connack, 0).unwrap().is_some());
                let size = client.output().len();
                client.written(size, 0);
                Self::Client(client)
            }
        }
    }

    /// Feeds one piece of input; notes one line an event, and the error. A server accepts every
    /// CONNECT, so that what follows is read.
    pub(crate) fn feed(&mut self, mut input: &[u8], notes: &mut Vec<String>) -> Result<(), Error> {
        let mut accept = false;
        loop {
            let note = match self {
                Self::Client(client) => client.receive(&mut input, 0)?.map(client_note),
                Self::Server(server) => {
                    if std::mem::take(&mut accept) {
                        server.accept(None).unwrap();
                    }
                    let note = server.receive(&mut input, 0)?.map(server_note);
                    accept = note
                        .as_ref()
                        .is_some_and(|note| note.starts_with("connect"));
                    note
                }
            };
            match note {
                Some(note) => notes.push(note),
                None => {
                    assert!(input.is_empty(), "`None` means that all input is read");
                    return Ok(());
                }
            }
        }
    }

    pub(crate) fn output(&self) -> &[u8] {
        match self {
            Self::Client(client) => client.output(),
            Self::Server(server) => server.output(),
        }
    }
}

fn fresh_server() -> Server {
    Server::new(
        server::Config {
            packet_limit: LIMIT,
            ..Default::default()
        },
        0,
    )
}

fn connecting_client() -> Client {
    let mut client = Client::new(client::Config {
        packet_limit: LIMIT,
        ..Default::default()
    });
    client.connect(&Connect::new("d"), 0).unwrap();
    let size = client.output().len();
    client.written(size, 0);
    client
}

fn client_note(event: client::Event<'_>) -> String {
    match event {
        client::Event::Connected { session_present } => format!("connected {session_present}"),
        client::Event::Publish(incoming) => incoming_note(&incoming),
        client::Event::Acknowledged { token } => format!("acknowledged {token}"),
        client::Event::Subscribed { token, grants } => {
            format!(
                "subscribed {token} {:?}",
                grants.map(|grant| grant.code()).collect::<Vec<_>>()
            )
        }
        client::Event::Unsubscribed { token } => format!("unsubscribed {token}"),
        client::Event::Pong => "pong".into(),
    }
}

fn server_note(event: server::Event<'_>) -> String {
    match event {
        server::Event::Connect(connect) => format!("connect {}", short(connect.client_id)),
        server::Event::Publish(incoming) => incoming_note(&incoming),
        server::Event::Subscribe { filters, .. } => {
            let filters: Vec<_> = filters
                .map(|(filter, qos)| format!("{}:{}", short(filter), qos.level()))
                .collect();
            format!("subscribe {}", filters.join(" "))
        }
        server::Event::Unsubscribe { filters, .. } => {
            format!("unsubscribe {}", filters.collect::<Vec<_>>().join(" "))
        }
        server::Event::Acknowledged { token } => format!("acknowledged {token}"),
        server::Event::Ping => "ping".into(),
        server::Event::Disconnect => "disconnect".into(),
    }
}

fn incoming_note(incoming: &pnp_mqtt::Incoming<'_>) -> String {
    let mut note = format!(
        "publish {} {}",
        short(incoming.topic),
        incoming.payload.len()
    );
    for (mark, set) in [
        (" owed", incoming.receipt.is_some()),
        (" dup", incoming.dup),
        (" retain", incoming.retain),
    ] {
        if set {
            note.push_str(mark);
        }
    }
    note
}

/// `text`, or its length where it is long.
fn short(text: &str) -> String {
    if text.len() > 60 {
        format!("<{}>", text.len())
    } else {
        text.into()
    }
}

/// One good packet of each kind and shape: the seeds of the random tests.
pub(crate) fn good_packets() -> Vec<Vec<u8>> {
    let full = Connect {
        client_id: "dev1/mod",
        clean_session: true,
        keep_alive: 1177,
        user_name: Some(
            "localhost/dev1/?api-version=2021-04-12&model-id=dtmi:com:example:Thermostat;1",
        ),
        password: Some(b"SharedAccessSignature sr=localhost%2Fdevices%2Fdev1&sig=x&se=1"),
        will: Some(Will {
            topic: "devices/dev1/messages/events/",
            payload: b"gone",
            qos: QoS::AtLeastOnce,
            retain: false,
        }),
    };
    let mut packets: Vec<Vec<u8>> = [
        &[0x20, 2, 1, 0][..],
        &[0x20, 2, 0, 5],
        &[0x40, 2, 0, 1],
        &[0x50, 2, 0, 1],
        &[0x62, 2, 0, 1],
        &[0x70, 2, 0, 1],
        &[0xb0, 2, 0xfd, 0xea],
        &[0x90, 3, 0xfd, 0xe9, 1],
        &[0x90, 5, 0, 9, 0, 2, 0x80],
        &[0xc0, 0],
        &[0xd0, 0],
        &[0xe0, 0],
        b"\x30\x05\x00\x01tok",
        b"\x33\x0c\x00\x05a/b\xc3\xa9\x00\x07xyz",
        b"\x3a\x06\x00\x01t\x00\x08x",
        b"\x34\x06\x00\x01t\x00\x09x",
        b"\x32\x1d\x00\x17$iothub/methods/res/200/\x00\x0a{}",
    ]
    .iter()
    .map(|bytes| bytes.to_vec())
    .collect();
    for connect in [full, Connect::new("d"), Connect { will: None, ..full }] {
        let mut bytes = Vec::new();
        encode::connect(&mut bytes, &connect).unwrap();
        packets.push(bytes);
    }
    let id = pnp_mqtt::packet::PacketId::new(9).unwrap();
    let mut bytes = Vec::new();
    let filters = [
        ("$iothub/methods/POST/#", QoS::AtLeastOnce),
        ("+/a/+", QoS::ExactlyOnce),
        ("#", QoS::AtMostOnce),
    ];
    encode::subscribe(&mut bytes, id, &filters).unwrap();
    packets.push(std::mem::take(&mut bytes));
    encode::unsubscribe(&mut bytes, id, &["$iothub/twin/res/#", "a"]).unwrap();
    packets.push(bytes);
    packets
}

/// A good packet with up to four bytes changed, removed or put in, or none at all; at times with a
/// right length again, so that the change is not found by its length only.
pub(crate) fn mutated(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    const TELLING: [u8; 10] = [0x00, 0x01, b'#', b'+', b'/', 0x7f, 0x80, 0xc3, 0xff, b'$'];
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..random.below(5) {
        let place = random.below(bytes.len());
        match random.below(5) {
            0 => bytes[place] = random.byte(),
            1 => bytes[place] = TELLING[random.below(TELLING.len())],
            2 => bytes[place] ^= 1 << random.below(8),
            3 if bytes.len() > 1 => {
                bytes.remove(place);
            }
            _ => bytes.insert(place, TELLING[random.below(TELLING.len())]),
        }
    }
    if random.below(3) > 0 && bytes.len() > 1 && bytes.len() < 129 {
        bytes[1] = (bytes.len() - 2) as u8;
    }
    bytes
}

/// How many rounds a random test makes: all of them with optimisation or if `PNP_MQTT_FULL` is set,
/// else a share that a debug build does in a few seconds.
pub(crate) fn rounds(full: usize, share: usize) -> usize {
    if std::env::var_os("PNP_MQTT_FULL").is_some() || !cfg!(debug_assertions) {
        full
    } else {
        full / share
    }
}
