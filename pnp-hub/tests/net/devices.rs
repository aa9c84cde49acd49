//! Devices over MQTT.

use pnp_mqtt::packet::{Grant, QoS};
use serde_json::{Value, json};

use crate::bench::{Heard, bench, will};

const METHODS: &str = "$iothub/methods/POST/#";
const TWIN_RESPONSES: &str = "$iothub/twin/res/#";
const DESIRED: &str = "$iothub/twin/PATCH/properties/desired/#";
const INBOX: &str = "devices/d/messages/devicebound/#";

#[tokio::test]
async fn a_message_is_acknowledged_once_it_is_in_the_feed() {
    let bench = bench().await;
    let mut device = bench.device("d").await;
    device
        .publish("devices/d/messages/events/?%24.mid=m1&a%20b=c", "21.5", 7)
        .await;
    assert_eq!(device.next().await, Some(Heard::Acknowledged(7)));
    let events = bench.events("Telemetry").await;
    assert_eq!(events[0]["body"], 21.5);
    assert_eq!(events[0]["systemProperties"]["message-id"], "m1");
    assert_eq!(events[0]["applicationProperties"], json!({ "a b": "c" }));
}

#[tokio::test]
async fn only_documented_filters_are_granted_and_at_most_at_qos_1() {
    let bench = bench().await;
    let mut device = bench.device("d").await;
    let filters = [
        (METHODS, QoS::AtMostOnce),
        (TWIN_RESPONSES, QoS::ExactlyOnce),
        (INBOX, QoS::AtLeastOnce),
        ("devices/e/messages/devicebound/#", QoS::AtLeastOnce),
        ("#", QoS::AtLeastOnce),
    ];
    let grants = device.subscribe(&filters).await;
    let granted = Grant::Granted;
    assert_eq!(
        grants,
        [
            granted(QoS::AtMostOnce),
            granted(QoS::AtLeastOnce),
            granted(QoS::AtLeastOnce),
            Grant::Failure,
            Grant::Failure,
        ]
    );
}

#[tokio::test]
async fn twin_requests_are_answered_by_their_request_id() {
    let bench = bench().await;
    let mut device = bench.device("d").await;
    device.subscribe(&[(TWIN_RESPONSES, QoS::AtMostOnce)]).await;
    device.publish("$iothub/twin/GET/?$rid=r1", " ", 1).await;
    let (topic, body) = device.message().await;
    assert_eq!(topic, "$iothub/twin/res/200/?$rid=r1");
    let twin: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        twin,
        json!({ "desired": { "$version": 1 }, "reported": { "$version": 1 } })
    );
    let report = |rid| format!("$iothub/twin/PATCH/properties/reported/?$rid={rid}");
    device.publish(&report("r2"), r#"{"a":1}"#, 2).await;
    let answer = device.message().await;
    assert_eq!(
        answer,
        (
            "$iothub/twin/res/204/?$rid=r2&$version=2".to_owned(),
            String::new()
        )
    );
    device.publish(&report("r3"), "no json", 3).await;
    let (topic, body) = device.message().await;
    assert_eq!(topic, "$iothub/twin/res/400/?$rid=r3");
    assert_eq!(
        serde_json::from_str::<Value>(&body).unwrap()["errorCode"],
        400_012
    );
}

#[tokio::test]
async fn a_device_without_protocol_version_has_no_twin() {
    let bench = bench().await;
    let (mut device, mut credentials) = bench.dial("d").await;
    credentials.user_name = "localhost/d/".to_owned();
    device.connect(&credentials.connect("d")).await;
    device.subscribe(&[(TWIN_RESPONSES, QoS::AtMostOnce)]).await;
    device.publish("$iothub/twin/GET/?$rid=1", " ", 1).await;
    assert_eq!(device.message().await.0, "$iothub/twin/res/400/?$rid=1");
}

#[tokio::test]
async fn subscriptions_outlive_their_link_and_not_a_clean_session() {
    let bench = bench().await;
    let mut first = bench.device("d").await;
    first.subscribe(&[(DESIRED, QoS::AtLeastOnce)]).await;
    drop(first);
    let (mut device, credentials) = bench.dial("d").await;
    device.connect(&credentials.connect("d")).await;
    assert_eq!(device.next().await, Some(Heard::Connected(true)));
    let patch = json!({ "properties": { "desired": { "a": 1 } } });
    bench.call("PATCH", "/twins/d", patch).await;
    let (topic, body) = device.message().await;
    assert_eq!(topic, "$iothub/twin/PATCH/properties/desired/?$version=2");
    assert_eq!(
        serde_json::from_str::<Value>(&body).unwrap(),
        json!({ "a": 1, "$version": 2 })
    );

    let (mut clean, credentials) = bench.dial("d").await;
    let mut connect = credentials.connect("d");
    connect.clean_session = true;
    clean.connect(&connect).await;
    assert_eq!(clean.next().await, Some(Heard::Connected(false)));
}

#[tokio::test]
async fn a_second_link_of_an_identity_closes_the_first() {
    let bench = bench().await;
    let mut first = bench.device("d").await;
    let _second = bench.device("d").await;
    first.is_closed().await;
    bench.logged("400027").await;
}

#[tokio::test]
async fn a_method_travels_to_the_device_and_its_answer_back() {
    let bench = bench().await;
    let mut device = bench.device("d").await;
    device.subscribe(&[(METHODS, QoS::AtMostOnce)]).await;
    let call = json!({ "methodName": "reboot", "payload": { "delay": 5 } });
    let call = bench.call("POST", "/twins/d/methods", call);
    let answer = async {
        let (topic, body) = device.message().await;
        let rid = topic
            .strip_prefix("$iothub/methods/POST/reboot/?$rid=")
            .unwrap();
        assert_eq!(body, r#"{"delay":5}"#);
        let topic = format!("$iothub/methods/res/299/?$rid={rid}");
        device.client.publish_at_most_once(&topic, b"[1]").unwrap();
        device.flush().await;
    };
    let (result, ()) = tokio::join!(call, answer);
    assert_eq!(result, (200, json!({ "status": 299, "payload": [1] })));
}

#[tokio::test]
async fn an_unacknowledged_message_to_a_device_comes_again_as_a_duplicate() {
    let bench = bench().await;
    let mut first = bench.device("d").await;
    first.subscribe(&[(INBOX, QoS::AtLeastOnce)]).await;
    first.acknowledges = false;
    let message =
        json!({ "body": 1, "properties": { "k": "v" }, "systemProperties": { "message-id": "m" } });
    let (status, _) = bench
        .call("POST", "/_hub/devices/d/messages", message)
        .await;
    assert_eq!(status, 202);
    let (topic, body) = first.message().await;
    assert!(
        topic.starts_with("devices/d/messages/devicebound/%24.mid=m&%24.exp="),
        "{topic}"
    );
    assert!(topic.ends_with("&k=v"), "{topic}");
    assert_eq!(body, "1");
    drop(first);
    bench.logged("is gone").await;

    let mut second = bench.device("d").await;
    let again = second.next().await;
    assert_eq!(
        again,
        Some(Heard::Message {
            topic,
            body,
            dup: true
        })
    );
    // Acknowledged now, so no third time.
    second.publish("devices/d/messages/events/", "", 1).await;
    assert_eq!(second.next().await, Some(Heard::Acknowledged(1)));
    let (_, device) = bench.call("GET", "/devices/d", Value::Null).await;
    assert_eq!(device["cloudToDeviceMessageCount"], 0);
}

#[tokio::test]
async fn a_will_is_a_message_where_the_link_dies_and_none_after_disconnect() {
    let bench = bench().await;
    for dies in [false, true] {
        let (mut device, credentials) = bench.dial("d").await;
        let mut connect = credentials.connect("d");
        connect.will = Some(will("devices/d/messages/events/a=b"));
        device.connect(&connect).await;
        assert!(matches!(device.next().await, Some(Heard::Connected(_))));
        if !dies {
            device.client.disconnect();
            device.flush().await;
        }
        drop(device);
        bench
            .logged(if dies { "is gone" } else { "disconnected" })
            .await;
        let events = bench.events("Telemetry").await;
        assert_eq!(events.len(), usize::from(dies));
    }
    let events = bench.events("Telemetry").await;
    let properties = json!({ "a": "b", "iothub-MessageType": "Will" });
    assert_eq!(events[0]["applicationProperties"], properties);
    assert_eq!(events[0]["body"], "gone");
}

#[tokio::test]
async fn a_link_closes_when_its_token_ends_by_the_hubs_clock() {
    let bench = bench().await;
    let mut device = bench.device("d").await;
    let (_, clock) = bench
        .call("POST", "/_hub/clock", json!({ "frozen": true }))
        .await;
    assert_eq!(clock["frozen"], true);
    let advance = json!({ "advanceSeconds": 601 });
    // The service's own token has ended by then too, so this is the last thing it may say.
    let (status, _) = bench.call("POST", "/_hub/clock", advance).await;
    assert_eq!(status, 200);
    device.is_closed().await;
    bench.logged("401003").await;
}
