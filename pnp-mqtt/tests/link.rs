//! What happens around the beginning and the end of a link.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests may stop at the first surprise"
)]

use pnp_mqtt::packet::{Connect, Grant, Message, PacketId, QoS, RefusalCode, Will};
use pnp_mqtt::{Client, Error, Outbox, SendError, Server, client, encode, server};

fn connect_bytes(connect: &Connect<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode::connect(&mut bytes, connect).unwrap();
    bytes
}

fn connected() -> Client {
    let mut client = Client::default();
    client.connect(&Connect::new("d"), 0).unwrap();
    client.receive(&mut &[0x20, 2, 0, 0][..], 0).unwrap();
    drain(&mut client);
    client
}

fn drain(client: &mut Client) -> Vec<u8> {
    let bytes = client.output().to_vec();
    client.written(bytes.len(), 0);
    bytes
}

/// A server that has heard `connect` and not decided.
fn asked(connect: &Connect<'_>) -> Server {
    let mut server = Server::new(server::Config::default(), 0);
    let bytes = connect_bytes(connect);
    assert_eq!(
        server.receive(&mut bytes.as_slice(), 0),
        Ok(Some(server::Event::Connect(*connect)))
    );
    server
}

#[test]
fn connect_carries_credentials_and_will_to_the_server() {
    let will = Will {
        topic: "devices/d/messages/events/",
        payload: b"gone",
        qos: QoS::AtLeastOnce,
        retain: true,
    };
    let connect = Connect {
        client_id: "d/m",
        clean_session: false,
        keep_alive: 1177,
        user_name: Some("localhost/d/m/?api-version=2021-04-12"),
        password: Some(b"secret"),
        will: Some(will),
    };
    let server = asked(&connect);
    assert!(!server.is_connected() && !server.is_over());
}

#[test]
fn no_password_is_shown() {
    let connect = Connect {
        user_name: Some("u"),
        password: Some(b"secret"),
        ..Connect::new("d")
    };
    assert!(!format!("{connect:?}").contains("secret"));
    let mut client: Client = Client::default();
    client.connect(&connect, 0).unwrap();
    let shown = format!("{client:?}");
    assert!(
        !shown.contains("115, 101, 99, 114, 101, 116") && !shown.contains("secret"),
        "{shown}"
    );
}

#[test]
fn half_a_frame_of_one_link_does_not_reach_the_next() {
    let mut client = connected();
    assert_eq!(client.receive(&mut &b"\x30\x10\0\x05he"[..], 0), Ok(None));
    client.publish_at_most_once("old", b"").unwrap();
    client.connect(&Connect::new("d"), 1).unwrap();
    assert_eq!(
        drain(&mut client),
        connect_bytes(&Connect::new("d")),
        "nor does what was not written"
    );
    let event = client.receive(&mut &[0x20, 2, 1, 0][..], 1);
    assert_eq!(
        event,
        Ok(Some(client::Event::Connected {
            session_present: true
        }))
    );
}

#[test]
fn a_message_of_an_earlier_link_is_not_acknowledged_on_the_next() {
    let mut client = connected();
    let mut receipts = Vec::new();
    for packet in [&b"\x32\x06\0\x01t\0\x07a"[..], b"\x32\x06\0\x01t\0\x08b"] {
        let Ok(Some(client::Event::Publish(incoming))) = client.receive(&mut &packet[..], 0) else {
            panic!()
        };
        receipts.extend(incoming.receipt);
    }
    let second = receipts.pop().unwrap();
    assert!(client.acknowledge(receipts.pop().unwrap()));
    assert_eq!(drain(&mut client), [0x40, 2, 0, 7]);
    client.connect(&Connect::new("d"), 1).unwrap();
    client.receive(&mut &[0x20, 2, 1, 0][..], 1).unwrap();
    drain(&mut client);
    assert!(!client.acknowledge(second));
    assert!(client.output().is_empty());
}

#[test]
fn a_subscription_without_an_answer_is_asked_again_and_can_be_given_up() {
    let mut client: Client = Client::default();
    client.subscribe(&[("a/#", QoS::AtLeastOnce)], 1).unwrap();
    client.unsubscribe(&["b"], 2).unwrap();
    let asked = b"\x82\x08\xfd\xe9\0\x03a/#\x01\xa2\x05\xfd\xea\0\x01b";
    for now in 0..2 {
        client.connect(&Connect::new("d"), now).unwrap();
        drain(&mut client);
        client.receive(&mut &[0x20, 2, 0, 0][..], now).unwrap();
        assert_eq!(drain(&mut client), asked);
        assert_eq!(client.clear_requests(), [], "the answers are still to come");
    }
    let event = client.receive(&mut &[0xb0, 2, 0xfd, 0xea][..], 2);
    assert_eq!(event, Ok(Some(client::Event::Unsubscribed { token: 2 })));
    client.transport_closed();
    assert_eq!(client.clear_requests(), [1]);
    client.connect(&Connect::new("d"), 3).unwrap();
    drain(&mut client);
    client.receive(&mut &[0x20, 2, 0, 0][..], 3).unwrap();
    assert!(client.output().is_empty());
}

#[test]
fn requests_have_identifiers_that_no_message_has_and_an_end() {
    let mut client: Client = Client::new(client::Config {
        window: u16::MAX,
        ..Default::default()
    });
    let results: Vec<_> = (0..501)
        .map(|token| client.subscribe(&[("a", QoS::AtMostOnce)], token))
        .collect();
    assert!(results[..500].iter().all(Result::is_ok));
    assert_eq!(results[500], Err(SendError::TooManyRequests));
    for token in 0..u64::from(pnp_mqtt::outbox::MAX_WINDOW) {
        client.publish(Message::new("t", []), token).unwrap();
    }
    let full = client.publish(Message::new("t", []), 0).unwrap_err();
    assert_eq!(full.reason, SendError::WindowFull);
    let last = client.outbox().unacknowledged().last().unwrap().id;
    assert_eq!(last.get(), pnp_mqtt::outbox::MAX_WINDOW);
}

#[test]
fn a_client_without_a_link_sends_no_message_of_qos_0_and_reads_nothing() {
    let mut client: Client = Client::default();
    assert_eq!(
        client.publish_at_most_once("t", b""),
        Err(SendError::NotConnected)
    );
    let mut input: &[u8] = &[0xff, 0xff];
    assert_eq!(client.receive(&mut input, 0), Ok(None));
    assert!(input.is_empty());
    client.connect(&Connect::new("d"), 0).unwrap();
    assert_eq!(
        client.publish_at_most_once("t", b""),
        Err(SendError::NotConnected),
        "not accepted yet"
    );
}

#[test]
fn a_refusal_is_typed_and_ends_the_link_but_not_the_client() {
    let mut client: Client = Client::default();
    client.connect(&Connect::new("d"), 0).unwrap();
    let refused = Error::Refused(RefusalCode::NotAuthorized);
    assert_eq!(client.receive(&mut &[0x20, 2, 0, 5][..], 0), Err(refused));
    assert!(!refused.is_violation() && !client.is_connected());
    client.publish(Message::new("t", []), 1).unwrap();
    client.connect(&Connect::new("d"), 1).unwrap();
    assert!(client.receive(&mut &[0x20, 2, 0, 0][..], 1).is_ok());
    assert!(client.is_connected());
}

#[test]
fn disconnect_is_the_last_packet_and_keeps_what_is_unacknowledged() {
    let mut client = connected();
    client.publish(Message::new("t", []), 1).unwrap();
    drain(&mut client);
    client.disconnect();
    client.publish(Message::new("t", []), 2).unwrap();
    assert_eq!(drain(&mut client), [0xe0, 0]);
    assert_eq!(client.deadline(), None);
    let tokens: Vec<_> = client
        .into_outbox()
        .into_messages()
        .into_iter()
        .map(|(_, token)| token)
        .collect();
    assert_eq!(tokens, [1, 2]);
}

#[test]
fn a_server_says_nothing_before_its_owner_decides() {
    let mut server = asked(&Connect::new("d"));
    assert_eq!(
        server.publish(Message::new("t", []), 1).unwrap_err().reason,
        SendError::NotConnected
    );
    assert_eq!(
        server.receive(&mut &[0xc0, 0][..], 0),
        Ok(None),
        "kept for later"
    );
    assert!(server.output().is_empty());
    server.accept(None).unwrap();
    assert_eq!(server.output(), [0x20, 2, 0, 0]);
    assert_eq!(
        server.receive(&mut &[][..], 0),
        Ok(Some(server::Event::Ping))
    );
    assert_eq!(server.accept(None), Err(SendError::NotConnected), "once");
    assert_eq!(
        server.reject(RefusalCode::NotAuthorized),
        Err(SendError::NotConnected)
    );
}

#[test]
fn a_rejected_client_gets_the_code_and_is_not_read_any_more() {
    let mut server = asked(&Connect::new("d"));
    server.receive(&mut &[0xff, 0xff][..], 0).unwrap();
    server.reject(RefusalCode::NotAuthorized).unwrap();
    assert_eq!(server.output(), [0x20, 2, 0, 5]);
    assert_eq!(server.receive(&mut &[0xff][..], 0), Ok(None));
    assert!(server.is_over());
    assert_eq!(server.deadline(), None);
}

#[test]
fn what_waits_for_a_decision_has_a_limit() {
    let config = server::Config {
        packet_limit: 1000,
        ..Default::default()
    };
    let mut server: Server = Server::new(config, 0);
    server
        .receive(&mut connect_bytes(&Connect::new("d")).as_slice(), 0)
        .unwrap();
    assert_eq!(server.receive(&mut &[0; 1000][..], 0), Ok(None));
    assert_eq!(
        server.receive(&mut &[0][..], 0),
        Err(Error::TooMuchBeforeAccept)
    );
}

#[test]
fn a_session_is_kept_only_for_a_client_that_wants_it() {
    let mut server = asked(&Connect {
        clean_session: true,
        ..Connect::new("d")
    });
    assert_eq!(
        server.accept(Some(Outbox::new(10))),
        Err(SendError::CleanSession)
    );
    server.accept(None).unwrap();
    assert_eq!(server.output(), [0x20, 2, 0, 0]);
}

#[test]
fn a_kept_session_sends_with_the_identifiers_that_it_had() {
    let mut outbox = Outbox::new(10);
    outbox
        .restore(PacketId::new(3).unwrap(), Message::new("t", *b"x"), 30)
        .unwrap();
    let mut server = asked(&Connect::new("d"));
    server.accept(Some(outbox)).unwrap();
    assert_eq!(server.output(), b"\x20\x02\x01\0\x3a\x06\0\x01t\0\x03x");
    let event = server.receive(&mut &[0x40, 2, 0, 3][..], 0);
    assert_eq!(event, Ok(Some(server::Event::Acknowledged { token: 30 })));
}

#[test]
fn a_subscription_gets_as_many_grants_as_it_has_filters() {
    let grant = Grant::Granted(QoS::AtLeastOnce);
    let mut server = asked(&Connect::new("d"));
    server.accept(None).unwrap();
    server.written(4);
    let packet = b"\x82\x0a\0\x05\0\x01a\x02\0\x01b\x00";
    for grants in [&[grant][..], &[grant, Grant::Failure]] {
        let mut input = &packet[..];
        let Ok(Some(server::Event::Subscribe { receipt, filters })) = server.receive(&mut input, 0)
        else {
            panic!()
        };
        assert_eq!(
            filters.collect::<Vec<_>>(),
            [("a", QoS::ExactlyOnce), ("b", QoS::AtMostOnce)]
        );
        let result = server.suback(receipt, grants);
        assert_eq!(result.is_ok(), grants.len() == 2);
    }
    assert_eq!(server.output(), [0x90, 4, 0, 5, 1, 0x80]);
    server.written(6);
    let mut input: &[u8] = b"\xa2\x05\0\x06\0\x01a";
    let Ok(Some(server::Event::Unsubscribe { receipt, .. })) = server.receive(&mut input, 0) else {
        panic!()
    };
    server.unsuback(receipt).unwrap();
    assert_eq!(server.output(), [0xb0, 2, 0, 6]);
}

#[test]
fn tokens_may_be_anything_and_need_no_clone() {
    struct Done(std::rc::Rc<std::cell::Cell<bool>>);
    let done = std::rc::Rc::new(std::cell::Cell::new(false));
    let mut client: Client<Done> = Client::default();
    client.connect(&Connect::new("d"), 0).unwrap();
    client.receive(&mut &[0x20, 2, 0, 0][..], 0).unwrap();
    client
        .publish(Message::new("t", []), Done(done.clone()))
        .ok()
        .unwrap();
    let Ok(Some(client::Event::Acknowledged { token })) =
        client.receive(&mut &[0x40, 2, 0, 1][..], 0)
    else {
        panic!()
    };
    token.0.set(true);
    assert!(done.get());
}
