//! What clients should not do: each costs them their own link, with a line in the log, and nobody else
//! anything.

use std::time::Instant;

use pnp_mqtt::packet::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bench::{Heard, PATIENCE, bench, token};

#[tokio::test]
async fn what_is_no_connect_closes_the_link_and_says_why() {
    let bench = bench().await;
    for (bytes, why) in [
        (&b"GET / HTTP/1.1\r\n"[..], "CONNECT"),
        (b"\x00\x00", "packet type"),
        (b"\xc0\x00", "PINGREQ"),
        (b"\x10\xff\xff\xff\x7f", "limit"),
        (b"\x10\x02\x00\x04", "CONNECT"),
    ] {
        let mut socket = bench.tls().await;
        socket.write_all(bytes).await.unwrap();
        let mut rest = Vec::new();
        let _ = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut rest))
            .await
            .unwrap();
        bench.logged("was closed").await;
        assert!(rest.len() <= 4, "{why}: {rest:?}");
        bench.log.lock().unwrap().clear();
    }
}

#[tokio::test]
async fn clients_that_say_nothing_hold_nobody_up() {
    let bench = bench().await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        // Half of them don't even begin with TLS.
        silent.push(TcpStream::connect(bench.mqtt()).await.unwrap());
    }
    let mut half_open = Vec::new();
    for _ in 0..10 {
        half_open.push(bench.tls().await);
    }
    let began = Instant::now();
    let mut device = bench.device("d").await;
    device.publish("devices/d/messages/events/", "1", 1).await;
    assert_eq!(device.next().await, Some(Heard::Acknowledged(1)));
    assert!(began.elapsed() < PATIENCE);
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_nobody_up() {
    let bench = bench().await;
    bench.create("e").await;
    let mut deaf = bench.device("d").await;
    deaf.subscribe(&[("$iothub/twin/res/#", pnp_mqtt::packet::QoS::AtMostOnce)])
        .await;
    // Asks for far more than the buffers between them hold, and never looks.
    let big = format!(r#"{{"big":"{}"}}"#, "x".repeat(4000));
    deaf.publish("$iothub/twin/PATCH/properties/reported/?$rid=1", &big, 1)
        .await;
    let ask = async {
        for _ in 0..4000 {
            if deaf
                .client
                .publish_at_most_once("$iothub/twin/GET/?$rid=2", b" ")
                .is_err()
            {
                return;
            }
            let bytes = deaf.client.output().to_vec();
            deaf.client.written(bytes.len(), 0);
            if deaf.socket.write_all(&bytes).await.is_err() {
                return;
            }
        }
    };
    let others = async {
        let mut device = bench.device("e").await;
        for token in 0..100 {
            device
                .publish("devices/e/messages/events/", "1", token)
                .await;
            assert_eq!(device.next().await, Some(Heard::Acknowledged(token)));
        }
    };
    let asked = tokio::time::timeout(std::time::Duration::from_secs(2), ask);
    let (_, ()) = tokio::join!(asked, others);
}

#[tokio::test]
async fn wrong_topics_bags_and_qualities_close_the_link_with_a_reason() {
    let bench = bench().await;
    for (topic, why) in [
        ("devices/e/messages/events/", "may publish"),
        ("devices/d/messages/eventsx", "may publish"),
        ("$iothub/unknown", "may publish"),
        ("devices/d/messages/events/a=%zz", "broken property bag"),
        ("devices/d/modules/m/messages/events/", "may publish"),
    ] {
        let mut device = bench.device("d").await;
        device.publish(topic, "", 1).await;
        device.is_closed().await;
        bench.logged(why).await;
        bench.log.lock().unwrap().clear();
    }
    let mut device = bench.device("d").await;
    // QoS 2, which the codec doesn't send.
    device
        .socket
        .write_all(b"\x34\x05\x00\x01t\x00\x01")
        .await
        .unwrap();
    device.is_closed().await;
    bench.logged("2").await;
}

#[tokio::test]
async fn a_message_beyond_256_kib_closes_the_link() {
    let bench = bench().await;
    let mut device = bench.device("d").await;
    let message = Message::new("devices/d/messages/events/", vec![b'x'; 256 * 1024 + 1]);
    device.client.publish(message, 1).unwrap();
    device.flush().await;
    device.is_closed().await;
    bench.logged("413001").await;
}

#[tokio::test]
async fn wrong_tokens_and_names_are_refused() {
    let bench = bench().await;
    let key = bench.key("d").await;
    let good = "localhost/d/?api-version=2021-04-12";
    let signed = |resource: &str| token(resource, &key, 600, None);
    let wrong = signed("localhost/devices/d").replace("sig=", "sig=A");
    for (client_id, user_name, password) in [
        ("d", good, wrong),
        ("d", good, "nonsense".to_owned()),
        ("d", good, signed("localhost/devices/e")),
        (
            "e",
            "localhost/e/?api-version=2021-04-12",
            signed("localhost/devices/e"),
        ),
        (
            "d",
            "localhost/e/?api-version=2021-04-12",
            signed("localhost/devices/d"),
        ),
    ] {
        let (mut device, mut credentials) = bench.dial("d").await;
        credentials.user_name = user_name.to_owned();
        credentials.password = password;
        device.connect(&credentials.connect(client_id)).await;
        assert_eq!(device.next().await, None, "{user_name}");
        bench.logged("was closed").await;
        bench.log.lock().unwrap().clear();
    }
}
