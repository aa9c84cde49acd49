//! Bytes, who receives them in which state, and what comes of it: the cases in which other libraries
//! were seen to panic, to accept what they must not, or to stay open, and those that they do well.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests may stop at the first surprise"
)]

mod common;

use common::{LIMIT, Receiver, Role};
use pnp_mqtt::encode;
use pnp_mqtt::frame::Kind;
use pnp_mqtt::packet::{Connect, PacketId, QoS};
use pnp_mqtt::topic::TopicError;
use pnp_mqtt::{Error, SendError};

/// What comes of some bytes: the events, then the error if any.
type Outcome = (&'static [&'static str], Option<Error>);

struct Vector {
    what: &'static str,
    role: Role,
    bytes: Vec<u8>,
    outcome: Outcome,
}

const NOTHING: &[&str] = &[];

fn fails(role: Role, what: &'static str, bytes: &[u8], error: Error) -> Vector {
    Vector {
        what,
        role,
        bytes: bytes.to_vec(),
        outcome: (NOTHING, Some(error)),
    }
}

fn gives(role: Role, what: &'static str, bytes: &[u8], events: &'static [&'static str]) -> Vector {
    Vector {
        what,
        role,
        bytes: bytes.to_vec(),
        outcome: (events, None),
    }
}

/// CONNECT with these flags and whatever follows the client identifier's place.
fn connect(name: &[u8], level: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut body = vec![0, name.len() as u8];
    body.extend_from_slice(name);
    body.extend_from_slice(&[level, flags, 0, 60]);
    body.extend_from_slice(payload);
    let mut bytes = vec![0x10, body.len() as u8];
    bytes.extend_from_slice(&body);
    bytes
}

fn connect_as(client_id: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode::connect(&mut bytes, &Connect::new(client_id)).unwrap();
    bytes
}

fn subscribe_to(filters: &[(&str, QoS)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode::subscribe(&mut bytes, PacketId::MIN, filters).unwrap();
    bytes
}

/// What client and server say alike of PUBLISH, and of headers.
#[rustfmt::skip]
fn both(role: Role) -> Vec<Vector> {
    use TopicError::{Empty, Nul, Wildcard};
    vec![
        fails(role, "QoS 1, identifier 0 (a panic elsewhere)", b"\x32\x06\0\x01t\0\0x", Error::ZeroPacketId),
        fails(role, "QoS 2, identifier 0 (a panic elsewhere)", b"\x34\x06\0\x01t\0\0x", Error::ZeroPacketId),
        fails(role, "that twice", b"\x34\x06\0\x01t\0\0x\x34\x06\0\x01t\0\0x", Error::ZeroPacketId),
        fails(role, "QoS 2", b"\x34\x06\0\x01t\0\x01x", Error::ExactlyOnce),
        fails(role, "QoS 3", b"\x36\x06\0\x01t\0\x01x", Error::BadQos(3)),
        fails(role, "QoS 0 as a duplicate", b"\x38\x04\0\x01tx", Error::DupAtMostOnce),
        fails(role, "empty topic", b"\x30\x03\0\0x", Error::BadTopic(Empty)),
        fails(role, "empty topic, nothing else (a panic elsewhere)", b"\x30\0\0\0", Error::Truncated),
        fails(role, "topic `#`", b"\x30\x04\0\x01#x", Error::BadTopic(Wildcard)),
        fails(role, "topic `t#`", b"\x30\x05\0\x02t#x", Error::BadTopic(Wildcard)),
        fails(role, "topic `a/+`", b"\x30\x06\0\x03a/+x", Error::BadTopic(Wildcard)),
        fails(role, "topic with U+0000", b"\x30\x05\0\x02t\0x", Error::BadTopic(Nul)),
        fails(role, "topic that is not UTF-8", b"\x30\x05\0\x02\xc3\x28x", Error::NotUtf8),
        fails(role, "topic with a surrogate", b"\x30\x05\0\x03\xed\xa0\x80", Error::NotUtf8),
        fails(role, "topic longer than its packet", b"\x30\x03\0\x02t", Error::Truncated),
        fails(role, "identifier cut", b"\x32\x04\0\x01t\0", Error::Truncated),
        fails(role, "packet type 0", b"\0\0", Error::UnknownPacketType(0)),
        fails(role, "packet type 15", b"\xf0\0", Error::UnknownPacketType(15)),
        fails(role, "remaining length of five bytes", b"\x30\xff\xff\xff\xff\x01", Error::BadRemainingLength),
        fails(role, "200 MiB announced", b"\x30\x80\x80\x80\x64", Error::PacketTooLarge { size: (200 << 20) + 5, limit: LIMIT }),
        fails(role, "PUBACK without a body", b"\x40\0", Error::BadLength(Kind::Puback)),
        fails(role, "PUBACK with more", b"\x40\x04\0\x01\0\0", Error::BadLength(Kind::Puback)),
        fails(role, "PUBACK with flags", b"\x42\x02\0\x01", Error::BadFlags { kind: Kind::Puback, flags: 2 }),
        fails(role, "PUBACK 0", b"\x40\x02\0\0", Error::ZeroPacketId),
        fails(role, "PUBACK for nothing", b"\x40\x02\0\x09", Error::UnknownPacketId { kind: Kind::Puback, id: PacketId::new(9).unwrap() }),
        Vector {
            what: "PUBACK twice",
            role,
            bytes: b"\x40\x02\0\x01\x40\x02\0\x01".to_vec(),
            outcome: (&["acknowledged 100"], Some(Error::UnknownPacketId { kind: Kind::Puback, id: PacketId::MIN })),
        },
        fails(role, "PUBREC without a body (a panic elsewhere)", b"\x50\0", Error::ExactlyOnce),
        fails(role, "PUBREC", b"\x50\x02\0\x01", Error::ExactlyOnce),
        fails(role, "PUBREL", b"\x62\x02\0\x01", Error::ExactlyOnce),
        fails(role, "PUBREL with flags 0", b"\x60\x02\0\x01", Error::BadFlags { kind: Kind::Pubrel, flags: 0 }),
        fails(role, "PUBCOMP", b"\x70\x02\0\x01", Error::ExactlyOnce),
        gives(role, "QoS 0", b"\x31\x05\0\x01tok", &["publish t 2 retain"]),
        gives(role, "QoS 1, empty payload", b"\x32\x05\0\x01t\0\x07", &["publish t 0 owed"]),
        gives(role, "QoS 1 again", b"\x3a\x06\0\x01t\0\x07x", &["publish t 1 owed dup"]),
        gives(
            role,
            "the topics of IoT Hub",
            b"\x30\x1e\0\x1c$iothub/twin/GET/?$rid=1%2f2\x30\x03\0\x01t\x40\x02\0\x01",
            &["publish $iothub/twin/GET/?$rid=1%2f2 0", "publish t 0", "acknowledged 100"],
        ),
    ]
}

#[rustfmt::skip]
fn server() -> Vec<Vector> {
    let role = Role::Server;
    let ten: Vec<_> = (0..10).map(|number| (["a/+", "$iothub/twin/res/#"][number % 2], QoS::ExactlyOnce)).collect();
    let long = "x".repeat(40_000);
    vec![
        fails(role, "second CONNECT", &connect_as("d"), Error::OutOfOrder(Kind::Connect)),
        fails(role, "CONNACK", b"\x20\x02\0\0", Error::WrongDirection(Kind::Connack)),
        fails(role, "CONNACK without a body (a panic elsewhere)", b"\x20\0", Error::WrongDirection(Kind::Connack)),
        fails(role, "SUBACK", b"\x90\x03\0\x01\0", Error::WrongDirection(Kind::Suback)),
        fails(role, "UNSUBACK", b"\xb0\x02\0\x01", Error::WrongDirection(Kind::Unsuback)),
        fails(role, "PINGRESP", b"\xd0\0", Error::WrongDirection(Kind::Pingresp)),
        fails(role, "PINGREQ with flags 3", b"\xc3\0", Error::BadFlags { kind: Kind::Pingreq, flags: 3 }),
        fails(role, "PINGREQ with a body", b"\xc0\x01\0", Error::BadLength(Kind::Pingreq)),
        fails(role, "SUBSCRIBE with flags 0", b"\x80\x06\0\x01\0\x01t\x01", Error::BadFlags { kind: Kind::Subscribe, flags: 0 }),
        fails(role, "SUBSCRIBE with identifier 0", b"\x82\x06\0\0\0\x01t\x01", Error::ZeroPacketId),
        fails(role, "SUBSCRIBE without a filter", b"\x82\x02\0\x01", Error::NothingRequested(Kind::Subscribe)),
        fails(role, "SUBSCRIBE without an identifier", b"\x82\0", Error::Truncated),
        fails(role, "filter without a QoS", b"\x82\x05\0\x01\0\x01t", Error::Truncated),
        fails(role, "filter with QoS 3", b"\x82\x06\0\x01\0\x01t\x03", Error::BadQos(3)),
        fails(role, "filter with a reserved bit", b"\x82\x06\0\x01\0\x01t\x05", Error::BadQos(5)),
        fails(role, "filter a/#/b", b"\x82\x0a\0\x01\0\x05a/#/b\x01", Error::BadFilter(TopicError::Wildcard)),
        fails(role, "filter a#", b"\x82\x07\0\x01\0\x02a#\x01", Error::BadFilter(TopicError::Wildcard)),
        fails(role, "empty filter", b"\x82\x05\0\x01\0\0\x01", Error::BadFilter(TopicError::Empty)),
        fails(role, "filter with U+0000", b"\x82\x06\0\x01\0\x01\0\x01", Error::BadFilter(TopicError::Nul)),
        fails(role, "filter that is not UTF-8", b"\x82\x06\0\x01\0\x01\xff\x01", Error::NotUtf8),
        fails(role, "UNSUBSCRIBE without a filter", b"\xa2\x02\0\x01", Error::NothingRequested(Kind::Unsubscribe)),
        fails(role, "UNSUBSCRIBE of a#", b"\xa2\x06\0\x01\0\x02a#", Error::BadFilter(TopicError::Wildcard)),
        fails(role, "UNSUBSCRIBE with flags 0", b"\xa0\x05\0\x01\0\x01t", Error::BadFlags { kind: Kind::Unsubscribe, flags: 0 }),
        fails(role, "DISCONNECT with a body", b"\xe0\x01\0", Error::BadLength(Kind::Disconnect)),
        gives(role, "two PINGREQ at once", b"\xc0\0\xc0\0", &["ping", "ping"]),
        gives(role, "UNSUBSCRIBE", b"\xa2\x09\0\x01\0\x01t\0\x02u/", &["unsubscribe t u/"]),
        gives(
            role,
            "the filters of IoT Hub",
            &subscribe_to(&[("$iothub/methods/POST/#", QoS::AtLeastOnce), ("$iothub/twin/res/#", QoS::AtMostOnce)]),
            &["subscribe $iothub/methods/POST/#:1 $iothub/twin/res/#:0"],
        ),
        gives(
            role,
            "more filters than five (a limit elsewhere)",
            &subscribe_to(&ten),
            &[
                "subscribe a/+:2 $iothub/twin/res/#:2 a/+:2 $iothub/twin/res/#:2 a/+:2 $iothub/twin/res/#:2 a/+:2 $iothub/twin/res/#:2 a/+:2 $iothub/twin/res/#:2",
            ],
        ),
        gives(role, "a filter of more than 256 bytes (a limit elsewhere)", &subscribe_to(&[(&long, QoS::AtMostOnce)]), &["subscribe <40000>:0"]),
        gives(role, "nothing is read after DISCONNECT", b"\xe0\0\x30\x03\0\x01t\xff\xff", &["disconnect"]),
    ]
}

#[rustfmt::skip]
fn fresh() -> Vec<Vector> {
    let role = Role::Fresh;
    let order = |what, bytes: &[u8], kind| fails(role, what, bytes, Error::OutOfOrder(kind));
    let mut vectors = vec![
        order("PUBLISH before CONNECT", b"\x30\x03\0\x01t", Kind::Publish),
        order("SUBSCRIBE before CONNECT", b"\x82\x06\0\x01\0\x01t\x01", Kind::Subscribe),
        order("UNSUBSCRIBE before CONNECT", b"\xa2\x05\0\x01\0\x01t", Kind::Unsubscribe),
        order("PINGREQ before CONNECT", b"\xc0\0", Kind::Pingreq),
        order("PUBACK before CONNECT", b"\x40\x02\0\x01", Kind::Puback),
        order("DISCONNECT before CONNECT", b"\xe0\0", Kind::Disconnect),
        fails(role, "CONNACK before CONNECT", b"\x20\x02\0\0", Error::WrongDirection(Kind::Connack)),
        fails(role, "not MQTT at all", b"GET / HTTP/1.1\r\n\r\n", Error::BadFlags { kind: Kind::Puback, flags: 7 }),
        fails(role, "MQTT 3.1", &connect(b"MQIsdp", 3, 2, b"\0\x01d"), Error::BadProtocolName),
        fails(role, "the name in small letters", &connect(b"mqtt", 4, 2, b"\0\x01d"), Error::BadProtocolName),
        fails(role, "level 3", &connect(b"MQTT", 3, 2, b"\0\x01d"), Error::UnsupportedLevel(3)),
        fails(role, "level 5", &connect(b"MQTT", 5, 2, b"\0\0\x01d"), Error::UnsupportedLevel(5)),
        fails(role, "the reserved flag", &connect(b"MQTT", 4, 3, b"\0\x01d"), Error::BadConnectFlags(3)),
        fails(role, "a password without a user name", &connect(b"MQTT", 4, 0x42, b"\0\x01d\0\x01p"), Error::BadConnectFlags(0x42)),
        fails(role, "a will's QoS without a will", &connect(b"MQTT", 4, 0x0a, b"\0\x01d"), Error::BadConnectFlags(0x0a)),
        fails(role, "a will's retain without a will", &connect(b"MQTT", 4, 0x22, b"\0\x01d"), Error::BadConnectFlags(0x22)),
        fails(role, "a will with QoS 3", &connect(b"MQTT", 4, 0x1e, b"\0\x01d\0\x01t\0\0"), Error::BadConnectFlags(0x1e)),
        fails(role, "a will to `#`", &connect(b"MQTT", 4, 0x06, b"\0\x01d\0\x01#\0\0"), Error::BadTopic(TopicError::Wildcard)),
        fails(role, "a will to nowhere", &connect(b"MQTT", 4, 0x06, b"\0\x01d\0\0\0\0"), Error::BadTopic(TopicError::Empty)),
        fails(role, "no client identifier for a session that is kept", &connect(b"MQTT", 4, 0, b"\0\0"), Error::EmptyClientId),
        fails(role, "U+0000 in the client identifier", &connect(b"MQTT", 4, 2, b"\0\x01\0"), Error::NulInString),
        fails(role, "a client identifier that is not UTF-8", &connect(b"MQTT", 4, 2, b"\0\x01\xff"), Error::NotUtf8),
        fails(role, "a byte too many", &connect(b"MQTT", 4, 2, b"\0\x01dx"), Error::TrailingBytes),
        fails(role, "a user name cut", &connect(b"MQTT", 4, 0x82, b"\0\x01d\0\x02u"), Error::Truncated),
        fails(role, "CONNECT with flags", &[0x11, 0], Error::BadFlags { kind: Kind::Connect, flags: 1 }),
        fails(role, "an empty CONNECT", &[0x10, 0], Error::Truncated),
        gives(role, "no client identifier for a clean session", &connect(b"MQTT", 4, 2, b"\0\0"), &["connect "]),
        gives(role, "a will with QoS 2", &connect(b"MQTT", 4, 0x36, b"\0\x01d\0\x01t\0\x01\xff"), &["connect d"]),
        gives(role, "an empty user name and password", &connect(b"MQTT", 4, 0xc2, b"\0\x01d\0\0\0\0"), &["connect d"]),
        gives(
            role,
            "packets right behind CONNECT",
            &[connect_as("d"), b"\xc0\0\x30\x03\0\x01t".to_vec()].concat(),
            &["connect d", "ping", "publish t 0"],
        ),
        gives(role, "128 bytes of identifier", &connect_as(&"x".repeat(128)), &["connect <128>"]),
        gives(role, "40,000 bytes of identifier", &connect_as(&"x".repeat(40_000)), &["connect <40000>"]),
    ];
    let names: [(&str, &[&str]); 6] = [
        ("dev/1", &["connect dev/1"]),
        ("dev#1", &["connect dev#1"]),
        ("dev+1", &["connect dev+1"]),
        ("$dev", &["connect $dev"]),
        ("d?x=1", &["connect d?x=1"]),
        ("é", &["connect é"]),
    ];
    vectors.extend(names.map(|(name, events)| gives(role, "an unusual client identifier", &connect_as(name), events)));
    vectors
}

#[rustfmt::skip]
fn client() -> Vec<Vector> {
    let role = Role::Client;
    let wrong = |what, bytes: &[u8], kind| fails(role, what, bytes, Error::WrongDirection(kind));
    let unknown = |kind, id| Error::UnknownPacketId { kind, id: PacketId::new(id).unwrap() };
    vec![
        fails(role, "second CONNACK", b"\x20\x02\0\0", Error::OutOfOrder(Kind::Connack)),
        wrong("CONNECT", b"\x10\0", Kind::Connect),
        wrong("SUBSCRIBE", b"\x82\x06\0\x01\0\x01t\x01", Kind::Subscribe),
        wrong("UNSUBSCRIBE", b"\xa2\x05\0\x01\0\x01t", Kind::Unsubscribe),
        wrong("PINGREQ", b"\xc0\0", Kind::Pingreq),
        wrong("DISCONNECT", b"\xe0\0", Kind::Disconnect),
        fails(role, "SUBACK for nothing", b"\x90\x03\0\x09\x01", unknown(Kind::Suback, 9)),
        fails(role, "SUBACK for an UNSUBSCRIBE", b"\x90\x03\xfd\xea\x01", unknown(Kind::Suback, 65_002)),
        fails(role, "UNSUBACK for a SUBSCRIBE", b"\xb0\x02\xfd\xe9", unknown(Kind::Unsuback, 65_001)),
        fails(role, "PUBACK for a SUBSCRIBE", b"\x40\x02\xfd\xe9", unknown(Kind::Puback, 65_001)),
        fails(role, "SUBACK 0", b"\x90\x03\0\0\x01", Error::ZeroPacketId),
        fails(role, "SUBACK without a code", b"\x90\x02\xfd\xe9", Error::NothingRequested(Kind::Suback)),
        fails(role, "SUBACK with code 3", b"\x90\x03\xfd\xe9\x03", Error::BadGrant(3)),
        fails(role, "SUBACK with too many codes", b"\x90\x04\xfd\xe9\x01\x01", Error::GrantCount { expected: 1, received: 2 }),
        fails(role, "PINGRESP with a body", b"\xd0\x01\0", Error::BadLength(Kind::Pingresp)),
        gives(role, "SUBACK", b"\x90\x03\xfd\xe9\x80", &["subscribed 101 [128]"]),
        gives(role, "UNSUBACK", b"\xb0\x02\xfd\xea", &["unsubscribed 102"]),
        gives(role, "two PINGRESP at once", b"\xd0\0\xd0\0", &["pong", "pong"]),
    ]
}

#[rustfmt::skip]
fn connecting() -> Vec<Vector> {
    use pnp_mqtt::packet::RefusalCode::{NotAuthorized, ServerUnavailable};
    let role = Role::Connecting;
    vec![
        fails(role, "PUBLISH before CONNACK", b"\x30\x03\0\x01t", Error::OutOfOrder(Kind::Publish)),
        fails(role, "PINGRESP before CONNACK", b"\xd0\0", Error::OutOfOrder(Kind::Pingresp)),
        fails(role, "CONNACK with flags 0xfe", b"\x20\x02\xfe\0", Error::BadConnackFlags(0xfe)),
        fails(role, "CONNACK with code 6", b"\x20\x02\0\x06", Error::BadReturnCode(6)),
        fails(role, "a refusal with a session", b"\x20\x02\x01\x05", Error::BadConnackFlags(1)),
        fails(role, "CONNACK without a body (a panic elsewhere)", b"\x20\0", Error::BadLength(Kind::Connack)),
        fails(role, "CONNACK with more", b"\x20\x03\0\0\0", Error::BadLength(Kind::Connack)),
        fails(role, "not authorised", b"\x20\x02\0\x05", Error::Refused(NotAuthorized)),
        fails(role, "not now", b"\x20\x02\0\x03", Error::Refused(ServerUnavailable)),
        gives(role, "CONNACK", b"\x20\x02\x01\0", &["connected true"]),
        gives(role, "CONNACK and a message", b"\x20\x02\0\0\x30\x03\0\x01t", &["connected false", "publish t 0"]),
    ]
}

fn all() -> Vec<Vector> {
    [
        both(Role::Server),
        both(Role::Client),
        server(),
        fresh(),
        client(),
        connecting(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn outcome(role: Role, pieces: &[&[u8]]) -> (Vec<String>, Option<Error>) {
    let mut receiver = Receiver::new(role);
    let mut notes = Vec::new();
    let error = pieces
        .iter()
        .find_map(|piece| receiver.feed(piece, &mut notes).err());
    if let Some(error) = error {
        assert_eq!(
            receiver.feed(b"\xc0\0", &mut notes),
            Err(error),
            "a link that failed stays so"
        );
    }
    (notes, error)
}

#[test]
fn every_vector_has_its_outcome() {
    let vectors = all();
    assert!(vectors.len() > 150, "{}", vectors.len());
    for Vector {
        what,
        role,
        bytes,
        outcome: (events, error),
    } in vectors
    {
        assert_eq!(
            outcome(role, &[&bytes]),
            (events.iter().map(ToString::to_string).collect(), error),
            "{role:?}: {what}"
        );
    }
}

#[test]
fn an_outcome_does_not_depend_on_where_the_input_is_cut() {
    for Vector {
        what,
        role,
        bytes,
        outcome: (events, error),
    } in all()
    {
        let expected = (
            events.iter().map(ToString::to_string).collect::<Vec<_>>(),
            error,
        );
        // The ends of a long packet are enough: its middle is all alike.
        let cuts =
            (0..=bytes.len()).filter(|&cut| cut < 100 || cut + 100 > bytes.len() || cut % 997 == 0);
        for cut in cuts {
            let (front, back) = bytes.split_at(cut);
            assert_eq!(
                outcome(role, &[front, back]),
                expected,
                "{role:?}: {what}, cut at {cut}"
            );
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(
            outcome(role, &single),
            expected,
            "{role:?}: {what}, byte by byte"
        );
    }
}

#[test]
fn a_malformed_connect_gets_no_answer_but_those_that_the_specification_words() {
    for Vector {
        what,
        bytes,
        outcome: (_, error),
        ..
    } in fresh()
        .into_iter()
        .filter(|vector| vector.outcome.1.is_some())
    {
        let mut server = Receiver::new(Role::Fresh);
        assert!(server.feed(&bytes, &mut Vec::new()).is_err());
        let answer: &[u8] = match error {
            Some(Error::UnsupportedLevel(_)) => &[0x20, 2, 0, 1],
            Some(Error::EmptyClientId) => &[0x20, 2, 0, 2],
            _ => &[],
        };
        assert_eq!(server.output(), answer, "{what}");
    }
}

#[test]
fn what_a_receiver_would_refuse_is_not_sent() {
    let long = "p".repeat(70_000);
    let mut out = Vec::new();
    let d = Connect::new("d");
    let will = pnp_mqtt::packet::Will {
        topic: "t",
        payload: b"",
        qos: QoS::AtMostOnce,
        retain: false,
    };
    let table = [
        (Connect { client_id: "", ..d }, SendError::EmptyClientId),
        (
            Connect {
                client_id: &long,
                ..d
            },
            SendError::TooLong,
        ),
        (
            Connect {
                client_id: "a\0",
                ..d
            },
            SendError::NulInString,
        ),
        (
            Connect {
                user_name: Some(&long),
                ..d
            },
            SendError::TooLong,
        ),
        (
            Connect {
                password: Some(b"p"),
                ..d
            },
            SendError::PasswordWithoutUserName,
        ),
        (
            Connect {
                user_name: Some("u"),
                password: Some(long.as_bytes()),
                ..d
            },
            SendError::TooLong,
        ),
        (
            Connect {
                will: Some(pnp_mqtt::packet::Will { topic: "#", ..will }),
                ..d
            },
            SendError::BadTopic(TopicError::Wildcard),
        ),
        (
            Connect {
                will: Some(pnp_mqtt::packet::Will {
                    payload: long.as_bytes(),
                    ..will
                }),
                ..d
            },
            SendError::TooLong,
        ),
    ];
    for (connect, error) in table {
        assert_eq!(encode::connect(&mut out, &connect), Err(error));
    }
    let subscribe =
        |filters: &[(&str, QoS)]| encode::subscribe(&mut Vec::new(), PacketId::MIN, filters);
    assert_eq!(subscribe(&[]), Err(SendError::NothingRequested));
    assert_eq!(
        subscribe(&[("a#", QoS::AtMostOnce)]),
        Err(SendError::BadFilter(TopicError::Wildcard))
    );
    assert_eq!(
        encode::unsubscribe(&mut out, PacketId::MIN, &[""]),
        Err(SendError::BadFilter(TopicError::Empty))
    );
    assert_eq!(
        encode::suback(&mut out, PacketId::MIN, &[]),
        Err(SendError::NothingRequested)
    );
    assert!(
        out.is_empty(),
        "nothing is appended where a call is refused"
    );
}
