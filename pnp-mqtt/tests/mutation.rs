//! No bytes make a role panic, lose its place or read differently when they come in pieces.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests may stop at the first surprise"
)]

mod common;

use common::{Random, Receiver, Role, good_packets, mutated, rounds};
use pnp_mqtt::Error;

const FULL: usize = 200_000;

/// Feeds random streams of mutated packets to a role, whole to one and in random pieces to another;
/// returns how many packets were read and how many streams failed.
fn run(role: Role, seed: u64) -> (usize, usize) {
    let mut random = Random(seed);
    let (wrong, right): (Vec<_>, Vec<_>) = good_packets().into_iter().partition(|packet| {
        !opening(role).contains(&packet[0]) && !usual(role).contains(&packet[0])
    });
    let (mut read, mut failed) = (0, 0);
    for round in 0..rounds(FULL, 4) {
        let mut stream = Vec::new();
        // Most links get over their opening, and most packets are of a type that may come.
        if !opening(role).is_empty() && random.below(8) > 0 {
            let good: Vec<_> = right
                .iter()
                .filter(|packet| opening(role).contains(&packet[0]) && packet.last() != Some(&5))
                .collect();
            stream.extend(good[random.below(good.len())]);
        }
        for _ in 0..=random.below(3) {
            let seeds = if random.below(8) > 0 { &right } else { &wrong };
            stream.extend(mutated(&mut random, seeds));
        }
        let (mut whole, mut pieces) = (Receiver::new(role), Receiver::new(role));
        let (mut events, mut again) = (Vec::new(), Vec::new());
        let result = whole.feed(&stream, &mut events);
        let mut rest = stream.as_slice();
        let mut result_again = Ok(());
        while !rest.is_empty() && result_again.is_ok() {
            let (piece, others) = rest.split_at(1 + random.below(rest.len()));
            rest = others;
            result_again = pieces.feed(piece, &mut again);
        }
        assert_eq!(
            (&events, result),
            (&again, result_again),
            "{role:?}, round {round} of seed {seed}: {stream:02x?}"
        );
        assert_eq!(whole.output(), pieces.output());
        if let Err(error) = result {
            assert!(
                !matches!(error, Error::ConnectTimeout | Error::KeepAliveTimeout),
                "bytes are no silence"
            );
            failed += 1;
        }
        read += events.len();
    }
    (read, failed)
}

/// The first byte of the packet that must open a link, where one must.
fn opening(role: Role) -> &'static [u8] {
    match role {
        Role::Fresh => &[0x10],
        Role::Connecting => &[0x20],
        Role::Server | Role::Client => &[],
    }
}

/// The first bytes of packets that a role takes on an open link.
fn usual(role: Role) -> &'static [u8] {
    match role {
        Role::Fresh | Role::Server => &[0x30, 0x32, 0x33, 0x3a, 0x40, 0x82, 0xa2, 0xc0, 0xe0],
        Role::Connecting | Role::Client => &[0x30, 0x32, 0x33, 0x3a, 0x40, 0x90, 0xb0, 0xd0],
    }
}

/// Random streams must get through and fail often enough to say something.
fn check(role: Role, seed: u64) {
    let (read, failed) = run(role, seed);
    let rounds = rounds(FULL, 4);
    println!("{role:?}: {rounds} streams, {read} packets read, {failed} links failed, 0 panics");
    assert!(read > rounds / 4, "{read}");
    assert!(failed > rounds / 20, "{failed}");
}

#[test]
fn a_server_survives_mutated_packets() {
    check(Role::Server, 1);
}

#[test]
fn a_server_without_a_client_survives_mutated_packets() {
    check(Role::Fresh, 2);
}

#[test]
fn a_client_survives_mutated_packets() {
    check(Role::Client, 3);
}

#[test]
fn a_client_without_an_answer_survives_mutated_packets() {
    check(Role::Connecting, 4);
}

#[test]
fn bytes_without_any_sense_are_survived_too() {
    let mut random = Random(5);
    for role in [Role::Fresh, Role::Server, Role::Connecting, Role::Client] {
        let mut failed = 0;
        for _ in 0..rounds(FULL, 20) {
            let noise: Vec<u8> = (0..random.below(40)).map(|_| random.byte()).collect();
            failed += usize::from(Receiver::new(role).feed(&noise, &mut Vec::new()).is_err());
        }
        assert!(failed > 0);
    }
}
