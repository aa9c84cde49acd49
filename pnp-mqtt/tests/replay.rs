//! Links that break at random bytes, with the session kept and lost: nothing is lost either way.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests may stop at the first surprise"
)]

mod common;

use std::collections::VecDeque;

use common::Random;
use pnp_mqtt::packet::{Connect, Grant, Message, QoS};
use pnp_mqtt::{Client, Outbox, Receipt, Server, client, server};

const MESSAGES: u64 = 1000;

/// Two roles, the bytes between them, and what the owners of both know.
struct Bench {
    random: Random,
    now: u64,
    client: Client,
    server: Server,
    to_server: Vec<u8>,
    to_client: Vec<u8>,
    /// What the hub keeps of the session while there is no link.
    kept: Option<Outbox>,
    /// Messages up that the server has got, in order, and those that it has not acknowledged yet.
    got_up: Vec<u64>,
    owed: VecDeque<Receipt>,
    done_up: Vec<u64>,
    got_down: Vec<u64>,
    done_down: Vec<u64>,
    subscribed: usize,
    next_up: u64,
    next_down: u64,
}

fn number(payload: &[u8]) -> u64 {
    u64::from_be_bytes(payload.try_into().unwrap())
}

fn message(number: u64) -> Message {
    Message::new("devices/d/messages/events/", number.to_be_bytes())
}

impl Bench {
    fn new(seed: u64, window: u16) -> Self {
        Self {
            random: Random(seed),
            now: 0,
            client: Client::new(client::Config {
                window,
                ..Default::default()
            }),
            server: Server::new(server::Config::default(), 0),
            to_server: Vec::new(),
            to_client: Vec::new(),
            kept: Some(Outbox::new(window)),
            got_up: Vec::new(),
            owed: VecDeque::new(),
            done_up: Vec::new(),
            got_down: Vec::new(),
            done_down: Vec::new(),
            subscribed: 0,
            next_up: 0,
            next_down: 0,
        }
    }

    /// Breaks the link and starts another; what was on the way is gone.
    fn cut(&mut self) {
        self.now += 1;
        self.to_server.clear();
        self.to_client.clear();
        self.owed.clear();
        let over = std::mem::replace(
            &mut self.server,
            Server::new(server::Config::default(), self.now),
        );
        // A link that broke before it was accepted has taken nothing over.
        self.kept = Some(self.kept.take().unwrap_or_else(|| over.into_outbox()));
        if self.random.below(2) == 0 {
            self.client.transport_closed();
        }
        self.client.connect(&Connect::new("d"), self.now).unwrap();
    }

    fn step(&mut self, session_present: bool) {
        self.now += 1;
        while self.next_up < MESSAGES
            && self
                .client
                .publish(message(self.next_up), self.next_up)
                .is_ok()
        {
            self.next_up += 1;
        }
        while self.next_down < MESSAGES
            && self
                .server
                .publish(message(self.next_down), self.next_down)
                .is_ok()
        {
            self.next_down += 1;
        }
        // Sockets take and give any number of bytes.
        let count = self.random.below(self.client.output().len() + 1);
        self.to_server
            .extend_from_slice(&self.client.output()[..count]);
        self.client.written(count, self.now);
        let count = self.random.below(self.server.output().len() + 1);
        self.to_client
            .extend_from_slice(&self.server.output()[..count]);
        self.server.written(count);

        let count = self.random.below(self.to_server.len() + 1);
        let bytes: Vec<u8> = self.to_server.drain(..count).collect();
        self.read_server(&bytes, session_present);
        // Storage takes its time, and acknowledges in order.
        for _ in 0..self.random.below(self.owed.len() + 1) {
            self.server
                .acknowledge(self.owed.pop_front().unwrap())
                .unwrap();
        }
        let count = self.random.below(self.to_client.len() + 1);
        let bytes: Vec<u8> = self.to_client.drain(..count).collect();
        self.read_client(&bytes);
    }

    fn read_server(&mut self, bytes: &[u8], session_present: bool) {
        let mut input = bytes;
        while let Some(event) = self.server.receive(&mut input, self.now).unwrap() {
            match event {
                server::Event::Connect(_) => {
                    let kept = self.kept.take().unwrap();
                    if session_present {
                        self.server.accept(Some(kept)).unwrap();
                    } else {
                        // The messages are the hub's: it sends them as new.
                        self.server.accept(None).unwrap();
                        for (message, token) in kept.into_messages() {
                            self.server.publish(message, token).unwrap();
                        }
                    }
                }
                server::Event::Publish(incoming) => {
                    let number = number(incoming.payload);
                    assert!(
                        incoming.dup || !self.got_up.contains(&number),
                        "a repetition says so"
                    );
                    self.got_up.push(number);
                    self.owed.extend(incoming.receipt);
                }
                server::Event::Subscribe { receipt, filters } => {
                    assert_eq!(filters.collect::<Vec<_>>(), [("c2d/#", QoS::AtLeastOnce)]);
                    self.server
                        .suback(receipt, &[Grant::Granted(QoS::AtLeastOnce)])
                        .unwrap();
                }
                server::Event::Acknowledged { token } => self.done_down.push(token),
                server::Event::Unsubscribe { .. }
                | server::Event::Ping
                | server::Event::Disconnect => {
                    panic!("nobody said so")
                }
            }
        }
    }

    fn read_client(&mut self, bytes: &[u8]) {
        let mut input = bytes;
        while let Some(event) = self.client.receive(&mut input, self.now).unwrap() {
            match event {
                client::Event::Connected { .. } | client::Event::Pong => {}
                client::Event::Publish(incoming) => {
                    self.got_down.push(number(incoming.payload));
                    let receipt = incoming.receipt.unwrap();
                    assert!(self.client.acknowledge(receipt));
                }
                client::Event::Acknowledged { token } => self.done_up.push(token),
                client::Event::Subscribed { token, mut grants } => {
                    assert_eq!(
                        (token, grants.next()),
                        (7, Some(Grant::Granted(QoS::AtLeastOnce)))
                    );
                    self.subscribed += 1;
                }
                client::Event::Unsubscribed { .. } => panic!("nobody asked"),
            }
        }
    }

    fn finished(&self) -> bool {
        self.done_up.len() as u64 == MESSAGES && self.done_down.len() as u64 == MESSAGES
    }
}

/// The numbers in order of their first coming.
fn firsts(numbers: &[u64]) -> Vec<u64> {
    let mut seen = vec![false; MESSAGES as usize];
    numbers
        .iter()
        .copied()
        .filter(|&number| !std::mem::replace(&mut seen[number as usize], true))
        .collect()
}

fn run(seed: u64, session_present: bool) -> (usize, usize, usize) {
    let mut bench = Bench::new(seed, 100);
    bench
        .client
        .subscribe(&[("c2d/#", QoS::AtLeastOnce)], 7)
        .unwrap();
    bench.cut();
    let mut cuts = 0;
    for _ in 0..100_000 {
        bench.step(session_present);
        if bench.finished() {
            break;
        }
        if cuts < 40 && bench.random.below(10) == 0 {
            bench.cut();
            cuts += 1;
        }
    }
    let all: Vec<u64> = (0..MESSAGES).collect();
    assert_eq!(
        bench.done_up, all,
        "each completes once, in order (seed {seed})"
    );
    assert_eq!(
        firsts(&bench.got_up),
        all,
        "each arrives, in order (seed {seed})"
    );
    assert_eq!(
        firsts(&bench.got_down),
        all,
        "each arrives, in order (seed {seed})"
    );
    assert_eq!(bench.done_down, all, "each completes (seed {seed})");
    assert_eq!(
        bench.subscribed, 1,
        "a subscription completes once (seed {seed})"
    );
    assert!(bench.client.outbox().is_empty() && bench.server.outbox().is_empty());
    (
        cuts,
        bench.got_up.len() - all.len(),
        bench.got_down.len() - all.len(),
    )
}

fn many(session_present: bool) {
    let (mut cuts, mut up, mut down) = (0, 0, 0);
    for seed in (0..20).map(|seed| 2 * seed + u64::from(session_present)) {
        let (more, more_up, more_down) = run(seed, session_present);
        cuts += more;
        up += more_up;
        down += more_down;
    }
    println!(
        "session_present {session_present}: 20 runs of 2 x {MESSAGES} messages, {cuts} cuts, \
         0 lost, {up} duplicates up, {down} down"
    );
    assert!(cuts > 200, "{cuts}");
    assert!(
        up > 0 && down > 0,
        "a cut that repeats nothing tests nothing"
    );
}

#[test]
fn nothing_is_lost_over_cuts_where_the_session_is_kept() {
    many(true);
}

#[test]
fn nothing_is_lost_over_cuts_where_the_session_is_lost() {
    many(false);
}

/// The plain case, byte for byte.
#[test]
fn what_is_unacknowledged_is_sent_again_in_order_whatever_the_session_is() {
    for session in [0, 1] {
        let mut client: Client = Client::default();
        client
            .connect(
                &Connect {
                    clean_session: session == 0,
                    ..Connect::new("d")
                },
                0,
            )
            .unwrap();
        client.receive(&mut &[0x20, 2, 0, 0][..], 0).unwrap();
        for token in 0..3 {
            client
                .publish(Message::new("t", [token]), u64::from(token))
                .unwrap();
        }
        let event = client.receive(&mut &[0x40, 2, 0, 2][..], 0).unwrap();
        assert_eq!(event, Some(client::Event::Acknowledged { token: 1 }));
        client.transport_closed();
        client.publish(Message::new("t", [9]), 9).unwrap();

        client.connect(&Connect::new("d"), 1).unwrap();
        let connect = client.output().len();
        client.written(connect, 1);
        client.receive(&mut &[0x20, 2, session, 0][..], 1).unwrap();
        let replay = b"\x3a\x06\0\x01t\0\x01\x00\x3a\x06\0\x01t\0\x03\x02\x32\x06\0\x01t\0\x02\x09";
        assert_eq!(client.output(), replay, "session_present {session}");
    }
}
