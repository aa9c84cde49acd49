//! The codec against mqtt-proto, an independent one: equal values where both accept, and a list of the
//! reasons for which only one does.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests may stop at the first surprise"
)]

mod common;

use std::collections::BTreeMap;

use common::{Random, good_packets, mutated, rounds};
use mqtt_proto::v3;
use pnp_mqtt::decode::{Packet, packet};
use pnp_mqtt::frame::{Frame, Kind};
use pnp_mqtt::packet::{Connack, Grant, QoS};
use pnp_mqtt::topic::TopicError;
use pnp_mqtt::{Error, encode};

const FULL: usize = 1_000_000;

type Difference = (&'static str, fn(Error) -> bool);

/// Why we refuse what mqtt-proto takes, each on purpose, and the errors that say so.
const DELIBERATE: [Difference; 11] = [
    ("a topic name is empty (4.7.3)", |error| {
        error == Error::BadTopic(TopicError::Empty)
    }),
    ("a message of QoS 0 is a duplicate (3.3.1.1)", |error| {
        error == Error::DupAtMostOnce
    }),
    ("bytes follow the last field", |error| {
        error == Error::TrailingBytes
    }),
    ("the body has a size that its type can't have", |error| {
        matches!(error, Error::BadLength(_))
    }),
    (
        "a field reaches into the bytes behind its packet",
        |error| error == Error::Truncated,
    ),
    ("the protocol is MQTT 3.1 (3.1.2.1)", |error| {
        error == Error::BadProtocolName
    }),
    (
        "U+0000 in a client identifier or user name (1.5.3)",
        |error| error == Error::NulInString,
    ),
    (
        "a session is to be kept for no client identifier (3.1.3.1)",
        |error| error == Error::EmptyClientId,
    ),
    (
        "a password without a user name, a will's retain flag without a will (3.1.2)",
        |error| matches!(error, Error::BadConnectFlags(_)),
    ),
    ("a session comes with a refusal (3.2.2.2)", |error| {
        error == Error::BadConnackFlags(1)
    }),
    ("a SUBACK has no code (3.9.3)", |error| {
        error == Error::NothingRequested(Kind::Suback)
    }),
];

/// What mqtt-proto takes and we wait for: it does not look at the length of a packet whose size is fixed.
const NOT_WHOLE: &str = "the packet is not whole";

fn deliberate(error: Error) -> Option<&'static str> {
    DELIBERATE
        .iter()
        .find(|(_, is)| is(error))
        .map(|&(reason, _)| reason)
}

/// Our reading of the first frame; `None` where it is not whole.
fn ours(bytes: &[u8]) -> Option<Result<Packet<'_>, Error>> {
    let mut rest = bytes;
    match Frame::take(&mut rest, usize::MAX, |_| Ok(())) {
        Ok(frame) => Some(packet(frame?)),
        Err(error) => Some(Err(error)),
    }
}

/// Both packets in one notation.
fn note_ours(packet: &Packet<'_>) -> String {
    match *packet {
        Packet::Connect(connect) => {
            let will = connect
                .will
                .map(|will| (will.topic, will.payload, will.qos.level(), will.retain));
            let (name, password) = (connect.user_name, connect.password);
            format!(
                "{:?}",
                (
                    connect.client_id,
                    connect.clean_session,
                    connect.keep_alive,
                    name,
                    password,
                    will
                )
            )
        }
        Packet::Connack(Connack::Accepted { session_present }) => {
            format!("connack {session_present} 0")
        }
        Packet::Connack(Connack::Refused(code)) => format!("connack false {}", code.code()),
        Packet::Publish(publish) => {
            let id = publish.id.map(u16::from);
            format!(
                "{:?}",
                (
                    publish.topic,
                    publish.payload,
                    publish.qos.level(),
                    id,
                    publish.dup,
                    publish.retain
                )
            )
        }
        Packet::Puback(id) => format!("puback {id}"),
        Packet::Pubrec(id) => format!("pubrec {id}"),
        Packet::Pubrel(id) => format!("pubrel {id}"),
        Packet::Pubcomp(id) => format!("pubcomp {id}"),
        Packet::Subscribe { id, filters } => {
            let filters: Vec<_> = filters.map(|(filter, qos)| (filter, qos.level())).collect();
            format!("subscribe {id} {filters:?}")
        }
        Packet::Suback { id, grants } => format!(
            "suback {id} {:?}",
            grants.map(Grant::code).collect::<Vec<_>>()
        ),
        Packet::Unsubscribe { id, filters } => {
            format!("unsubscribe {id} {:?}", filters.collect::<Vec<_>>())
        }
        Packet::Unsuback(id) => format!("unsuback {id}"),
        Packet::Pingreq => "pingreq".into(),
        Packet::Pingresp => "pingresp".into(),
        Packet::Disconnect => "disconnect".into(),
    }
}

fn note_theirs(packet: &v3::Packet) -> String {
    match packet {
        v3::Packet::Connect(connect) => {
            let will = connect.last_will.as_ref();
            let will = will.map(|will| {
                (
                    &*will.topic_name,
                    &*will.message,
                    will.qos as u8,
                    will.retain,
                )
            });
            let (name, password) = (connect.username.as_deref(), connect.password.as_deref());
            format!(
                "{:?}",
                (
                    &*connect.client_id,
                    connect.clean_session,
                    connect.keep_alive,
                    name,
                    password,
                    will
                )
            )
        }
        v3::Packet::Connack(connack) => {
            format!("connack {} {}", connack.session_present, connack.code as u8)
        }
        v3::Packet::Publish(publish) => {
            let (qos, id) = (
                publish.qos_pid.qos() as u8,
                publish.qos_pid.pid().map(|id| id.value()),
            );
            format!(
                "{:?}",
                (
                    &*publish.topic_name,
                    &*publish.payload,
                    qos,
                    id,
                    publish.dup,
                    publish.retain
                )
            )
        }
        v3::Packet::Puback(id) => format!("puback {}", id.value()),
        v3::Packet::Pubrec(id) => format!("pubrec {}", id.value()),
        v3::Packet::Pubrel(id) => format!("pubrel {}", id.value()),
        v3::Packet::Pubcomp(id) => format!("pubcomp {}", id.value()),
        v3::Packet::Subscribe(subscribe) => {
            let filters: Vec<_> = subscribe
                .topics
                .iter()
                .map(|(filter, qos)| (&**filter, *qos as u8))
                .collect();
            format!("subscribe {} {filters:?}", subscribe.pid.value())
        }
        v3::Packet::Suback(suback) => {
            let code = |&code: &v3::SubscribeReturnCode| match code {
                v3::SubscribeReturnCode::Failure => 0x80,
                v3::SubscribeReturnCode::MaxLevel0 => 0,
                v3::SubscribeReturnCode::MaxLevel1 => 1,
                v3::SubscribeReturnCode::MaxLevel2 => 2,
            };
            let codes: Vec<u8> = suback.topics.iter().map(code).collect();
            format!("suback {} {codes:?}", suback.pid.value())
        }
        v3::Packet::Unsubscribe(unsubscribe) => {
            let filters: Vec<_> = unsubscribe.topics.iter().map(|filter| &**filter).collect();
            format!("unsubscribe {} {filters:?}", unsubscribe.pid.value())
        }
        v3::Packet::Unsuback(id) => format!("unsuback {}", id.value()),
        v3::Packet::Pingreq => "pingreq".into(),
        v3::Packet::Pingresp => "pingresp".into(),
        v3::Packet::Disconnect => "disconnect".into(),
    }
}

/// Our encoding of a packet; `None` of those of QoS 2, which we do not send.
fn encoded(packet: &Packet<'_>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match *packet {
        Packet::Connect(connect) => encode::connect(&mut out, &connect).unwrap(),
        Packet::Connack(connack) => encode::connack(&mut out, connack),
        Packet::Publish(publish) => encode::publish(&mut out, &publish).unwrap(),
        Packet::Puback(id) => encode::puback(&mut out, id),
        Packet::Pubrec(_) | Packet::Pubrel(_) | Packet::Pubcomp(_) => return None,
        Packet::Subscribe { id, filters } => {
            encode::subscribe(&mut out, id, &filters.collect::<Vec<(&str, QoS)>>()).unwrap();
        }
        Packet::Suback { id, grants } => {
            encode::suback(&mut out, id, &grants.collect::<Vec<_>>()).unwrap()
        }
        Packet::Unsubscribe { id, filters } => {
            encode::unsubscribe(&mut out, id, &filters.collect::<Vec<_>>()).unwrap();
        }
        Packet::Unsuback(id) => encode::unsuback(&mut out, id),
        Packet::Pingreq => encode::pingreq(&mut out),
        Packet::Pingresp => encode::pingresp(&mut out),
        Packet::Disconnect => encode::disconnect(&mut out),
    }
    Some(out)
}

#[test]
fn both_codecs_read_the_same_but_for_the_listed_differences() {
    let mut random = Random(11);
    let mut seeds = good_packets();
    // Two that mutations alone would hardly hit on.
    seeds.push(b"\x10\x0f\0\x06MQIsdp\x03\x02\0\x3c\0\x01d".to_vec());
    seeds.push(b"\x10\x10\0\x04MQTT\x04\x42\0\x3c\0\x01d\0\x01p".to_vec());
    let (mut both, mut neither) = (0, 0);
    let mut only_theirs = BTreeMap::<&str, usize>::new();
    for _ in 0..rounds(FULL, 4) {
        let bytes = mutated(&mut random, &seeds);
        match (ours(&bytes), v3::Packet::decode(&bytes)) {
            (Some(Ok(packet)), Ok(Some(theirs))) => {
                assert_eq!(note_ours(&packet), note_theirs(&theirs), "{bytes:02x?}");
                both += 1;
            }
            (Some(Err(error)), Ok(Some(_))) => {
                let reason =
                    deliberate(error).unwrap_or_else(|| panic!("{error:?} of {bytes:02x?}"));
                *only_theirs.entry(reason).or_default() += 1;
            }
            (Some(Ok(packet)), theirs) => {
                panic!("only ours: {packet:?}, theirs {theirs:?}, of {bytes:02x?}")
            }
            (None, Ok(Some(_))) => *only_theirs.entry(NOT_WHOLE).or_default() += 1,
            (Some(Err(_)) | None, Ok(None) | Err(_)) => neither += 1,
        }
    }
    println!("both {both}, neither {neither}, only mqtt-proto {only_theirs:#?}");
    assert!(both > rounds(FULL, 4) / 4, "{both}");
    assert!(neither > 0);
    for (reason, _) in DELIBERATE {
        assert!(
            only_theirs.contains_key(reason),
            "no case any more: {reason}"
        );
    }
}

#[test]
fn mqtt_proto_reads_what_we_write_as_we_do() {
    let mut random = Random(12);
    let seeds = good_packets();
    let mut written = 0;
    for _ in 0..rounds(FULL, 8) {
        let bytes = mutated(&mut random, &seeds);
        let Some(Ok(packet)) = ours(&bytes) else {
            continue;
        };
        let Some(again) = encoded(&packet) else {
            continue;
        };
        assert_eq!(ours(&again), Some(Ok(packet)), "{bytes:02x?}");
        let theirs = v3::Packet::decode(&again).unwrap().unwrap();
        assert_eq!(note_ours(&packet), note_theirs(&theirs));
        // mqtt-proto 0.4.0 writes the failure of a SUBACK as 3, which is reserved, instead of 0x80.
        if !matches!(packet, Packet::Suback { grants, .. } if grants.into_iter().any(|grant| grant == Grant::Failure))
        {
            assert_eq!(
                theirs.encode().unwrap().as_ref(),
                again,
                "one packet, one encoding"
            );
        }
        written += 1;
    }
    assert!(written > rounds(FULL, 8) / 4, "{written}");
}

#[test]
fn the_seeds_are_good_and_cover_every_packet_type() {
    let mut kinds = Vec::new();
    for bytes in good_packets() {
        let Some(Ok(_)) = ours(&bytes) else {
            panic!("{bytes:02x?}")
        };
        kinds.push(Kind::of(bytes[0]).unwrap() as u8);
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, (1..=14).collect::<Vec<u8>>());
}
