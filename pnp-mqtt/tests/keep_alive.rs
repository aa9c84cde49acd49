//! Timers, by a clock that the test moves.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests may stop at the first surprise"
)]

use pnp_mqtt::packet::Connect;
use pnp_mqtt::{Client, Error, Server, client, encode, server};

const START: u64 = 1_000_000;

fn connected(keep_alive: u16) -> Client {
    let mut client = Client::new(client::Config {
        response_timeout_ms: 5_000,
        ..Default::default()
    });
    client
        .connect(
            &Connect {
                keep_alive,
                ..Connect::new("d")
            },
            START,
        )
        .unwrap();
    write(&mut client, START);
    client.receive(&mut &[0x20, 2, 0, 0][..], START).unwrap();
    client
}

fn write(client: &mut Client, now: u64) -> Vec<u8> {
    let bytes = client.output().to_vec();
    client.written(bytes.len(), now);
    bytes
}

fn accepted(keep_alive: u16, config: server::Config) -> Server {
    let mut server = Server::new(config, START);
    let mut bytes = Vec::new();
    encode::connect(
        &mut bytes,
        &Connect {
            keep_alive,
            ..Connect::new("d")
        },
    )
    .unwrap();
    server.receive(&mut bytes.as_slice(), START).unwrap();
    server.accept(None).unwrap();
    server
}

#[test]
fn a_client_gives_up_on_a_server_that_does_not_answer_connect() {
    let mut client: Client = Client::new(client::Config {
        response_timeout_ms: 5_000,
        ..Default::default()
    });
    assert_eq!(client.deadline(), None);
    client.connect(&Connect::new("d"), START).unwrap();
    assert_eq!(client.deadline(), Some(START + 5_000));
    assert_eq!(client.tick(START + 4_999), Ok(()));
    assert_eq!(client.tick(START + 5_000), Err(Error::ConnectTimeout));
    assert!(Error::ConnectTimeout.is_timeout());
    assert_eq!(client.deadline(), None);
    assert_eq!(
        client.receive(&mut &[0x20, 2, 0, 0][..], START + 6_000),
        Err(Error::ConnectTimeout)
    );
}

#[test]
fn an_idle_client_pings_before_the_keep_alive_is_over_and_goes_on_when_answered() {
    let mut client = connected(60);
    let mut now = START;
    for _ in 0..3 {
        assert_eq!(client.deadline(), Some(now + 45_000));
        assert_eq!(client.tick(now + 44_999), Ok(()));
        assert!(client.output().is_empty());
        now += 45_000;
        assert_eq!(client.tick(now), Ok(()));
        assert_eq!(write(&mut client, now), [0xc0, 0]);
        assert_eq!(client.tick(now), Ok(()));
        assert!(client.output().is_empty(), "one PINGREQ at a time");
        assert_eq!(
            client.receive(&mut &[0xd0, 0][..], now),
            Ok(Some(client::Event::Pong))
        );
    }
}

#[test]
fn a_client_gives_up_on_a_server_that_does_not_answer_pingreq() {
    let mut client = connected(60);
    client.tick(START + 45_000).unwrap();
    write(&mut client, START + 45_000);
    assert_eq!(client.deadline(), Some(START + 50_000));
    assert_eq!(client.tick(START + 50_000), Err(Error::KeepAliveTimeout));
}

#[test]
fn a_client_that_only_sends_or_only_hears_still_pings() {
    let mut client = connected(60);
    // It writes all the time, into a link that may be dead.
    for second in 1..45 {
        client.publish_at_most_once("t", b"").unwrap();
        write(&mut client, START + second * 1000);
        client.tick(START + second * 1000).unwrap();
        assert!(client.output().is_empty());
    }
    client.tick(START + 45_000).unwrap();
    assert_eq!(write(&mut client, START + 45_000), [0xc0, 0]);

    let mut client = connected(60);
    // It hears all the time, and the server must hear of it too.
    for second in 1..45 {
        client
            .receive(&mut &b"\x30\x03\0\x01t"[..], START + second * 1000)
            .unwrap();
        client.tick(START + second * 1000).unwrap();
    }
    client.tick(START + 45_000).unwrap();
    assert_eq!(write(&mut client, START + 45_000), [0xc0, 0]);
    // A slow link that brings a large packet is not a dead one.
    client
        .receive(&mut &b"\x30\x7f\0\x01t"[..], START + 49_000)
        .unwrap();
    assert_eq!(client.tick(START + 53_999), Ok(()));
    assert_eq!(client.tick(START + 54_000), Err(Error::KeepAliveTimeout));
}

#[test]
fn output_that_nobody_takes_counts_as_silence() {
    let mut client = connected(60);
    client.publish_at_most_once("t", b"").unwrap();
    assert_eq!(client.deadline(), Some(START + 45_000));
    client.tick(START + 45_000).unwrap();
    assert_eq!(client.tick(START + 50_000), Err(Error::KeepAliveTimeout));
}

#[test]
fn a_keep_alive_of_zero_is_none() {
    let client = connected(0);
    assert_eq!(client.deadline(), None);
    let server = accepted(0, server::Config::default());
    assert_eq!(server.deadline(), None);
}

#[test]
fn a_server_gives_a_client_one_and_a_half_times_its_keep_alive() {
    let mut server = accepted(60, server::Config::default());
    assert_eq!(server.deadline(), Some(START + 90_000));
    assert_eq!(server.tick(START + 89_999), Ok(()));
    // Any packet starts it anew, but not a part of one.
    server.receive(&mut &[0xc0, 0][..], START + 80_000).unwrap();
    assert_eq!(server.deadline(), Some(START + 170_000));
    server
        .receive(&mut &b"\x30\x7f\0\x01t"[..], START + 169_000)
        .unwrap();
    assert_eq!(server.tick(START + 169_999), Ok(()));
    assert_eq!(server.tick(START + 170_000), Err(Error::KeepAliveTimeout));
    assert!(server.is_over());
}

#[test]
fn a_server_may_set_its_own_end_to_silence() {
    let config = server::Config {
        max_silence_ms: Some(1_767_000),
        ..Default::default()
    };
    assert_eq!(
        accepted(u16::MAX, config).deadline(),
        Some(START + 1_767_000)
    );
    assert_eq!(accepted(0, config).deadline(), Some(START + 1_767_000));
    assert_eq!(accepted(1177, config).deadline(), Some(START + 1_765_500));
}

#[test]
fn a_server_gives_up_on_a_link_that_does_not_say_connect() {
    let mut server: Server = Server::new(
        server::Config {
            connect_timeout_ms: 3_000,
            ..Default::default()
        },
        START,
    );
    // Bytes that come one by one do not hold the link.
    for (second, byte) in [(1, 0x10), (2, 0x20)] {
        server
            .receive(&mut &[byte][..], START + second * 1000)
            .unwrap();
    }
    assert_eq!(server.tick(START + 2_999), Ok(()));
    assert_eq!(server.tick(START + 3_000), Err(Error::ConnectTimeout));
}

#[test]
fn a_clock_that_jumps_back_or_to_its_end_does_no_harm() {
    let mut client = connected(60);
    assert_eq!(client.tick(0), Ok(()));
    client.receive(&mut &[0xd0, 0][..], 0).unwrap();
    client.receive(&mut &[0xd0, 0][..], u64::MAX).unwrap();
    client.written(0, u64::MAX);
    assert!(client.deadline().is_some());
    let mut server = accepted(60, server::Config::default());
    server.receive(&mut &[0xc0, 0][..], u64::MAX).unwrap();
    assert_eq!(server.deadline(), Some(u64::MAX));
}
