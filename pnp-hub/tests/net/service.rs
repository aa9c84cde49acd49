//! The service's REST interface and our own surface.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::bench::{PATIENCE, bench, request, tls};

#[tokio::test]
async fn requests_without_a_good_token_are_unauthorised() {
    let bench = bench().await;
    let ca = bench.hub.ca_certificate();
    for authorization in [
        "",
        "Bearer x",
        "SharedAccessSignature sr=localhost&sig=x&se=1",
    ] {
        for path in [
            "/devices/d",
            "/_hub/snapshot",
            "/twins/d",
            "/statistics/devices",
        ] {
            let reply = request(bench.https(), ca, authorization, "GET", path, "", "").await;
            let (status, head, _) = reply;
            assert_eq!(status, 401, "{path}");
            assert!(head.contains("401 Unauthorized"), "{head}");
        }
    }
}

#[tokio::test]
async fn errors_have_the_services_shape() {
    let bench = bench().await;
    let (status, head, body) = bench.raw("GET", "/devices/nobody", "", "").await;
    assert_eq!(status, 404);
    assert!(head.contains("iothub-errorcode: DeviceNotFound"), "{head}");
    assert!(
        body["Message"]
            .as_str()
            .unwrap()
            .starts_with("ErrorCode:DeviceNotFound;")
    );
    assert!(
        body["ExceptionMessage"]
            .as_str()
            .unwrap()
            .starts_with("Tracking ID:")
    );
}

#[tokio::test]
async fn bad_requests_are_refused_and_change_nothing() {
    let bench = bench().await;
    let etag = "if-match: \"nonsense\"\r\n";
    for (method, path, headers, body, expected) in [
        ("GET", "/nowhere", "", "", 404),
        ("GET", "/devices/%zz", "", "", 400),
        ("PATCH", "/devices/d", "", "{}", 405),
        ("PUT", "/devices/a%20b", "", "{}", 400),
        ("PUT", "/devices/x", "", "no json", 400),
        ("PUT", "/devices/x", "", r#"{"deviceId":"y"}"#, 400),
        ("PUT", "/devices/x", "", r#"{"status":"odd"}"#, 400),
        ("PUT", "/devices/d", "", "{}", 409),
        ("PUT", "/devices/d", etag, "{}", 412),
        ("PATCH", "/twins/d", etag, r#"{"tags":{}}"#, 412),
        ("PATCH", "/twins/d", "", r#"{"tags":{"a.b":1}}"#, 400),
        (
            "POST",
            "/devices/query",
            "",
            r#"{"query":"SELECT FROM"}"#,
            400,
        ),
        (
            "POST",
            "/devices/query",
            "x-ms-max-item-count: x\r\n",
            r#"{"query":"SELECT * FROM devices"}"#,
            400,
        ),
        ("POST", "/twins/d/methods", "", "{}", 400),
        (
            "POST",
            "/twins/d/methods",
            "",
            r#"{"methodName":"m","responseTimeoutInSeconds":1}"#,
            400,
        ),
        ("POST", "/twins/d/methods", "", r#"{"methodName":"m"}"#, 404),
        ("PATCH", "/digitaltwins/d", "", "{}", 400),
        ("POST", "/_hub/clock", "", r#"{"advanceSeconds":-1}"#, 400),
        ("PUT", "/_hub/snapshot", "", r#"{"records":[1]}"#, 400),
        ("POST", "/_hub/faults", "", "{}", 400),
    ] {
        let (status, _, _) = bench.raw(method, path, headers, body).await;
        assert_eq!(status, expected, "{method} {path} {body}");
    }
    let large = "x".repeat(1024 * 1024 + 1);
    let (status, _, _) = bench.raw("PUT", "/devices/x", "", &large).await;
    assert_eq!(status, 413);
    let (_, devices) = bench.call("GET", "/devices", Value::Null).await;
    assert_eq!(devices.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_snapshot_brings_a_state_back_whole() {
    let bench = bench().await;
    let twin =
        json!({ "tags": { "floor": 1 }, "properties": { "desired": { "a": { "b": [1] } } } });
    bench.call("PATCH", "/twins/d", twin).await;
    bench.call("PUT", "/devices/d/modules/m", json!({})).await;
    bench
        .call("POST", "/_hub/devices/d/messages", json!({ "body": 1 }))
        .await;
    let (_, snapshot) = bench.call("GET", "/_hub/snapshot", Value::Null).await;
    let (_, twin) = bench.call("GET", "/twins/d", Value::Null).await;

    bench.call("DELETE", "/devices/d", Value::Null).await;
    bench.create("other").await;
    let (status, _) = bench.call("PUT", "/_hub/snapshot", snapshot.clone()).await;
    assert_eq!(status, 204);
    let (_, again) = bench.call("GET", "/_hub/snapshot", Value::Null).await;
    assert_eq!(again, snapshot);
    let (_, same) = bench.call("GET", "/twins/d", Value::Null).await;
    assert_eq!(same, twin);
    let (status, _) = bench.call("GET", "/devices/other", Value::Null).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn the_feed_is_a_stream_of_events_as_they_come() {
    let bench = bench().await;
    let mut socket = tls(bench.https(), bench.hub.ca_certificate()).await;
    let ask = format!(
        "GET /_hub/events?source=deviceLifecycleEvents HTTP/1.1\r\nhost: localhost\r\n\
         authorization: {}\r\naccept: text/event-stream\r\n\r\n",
        bench.owner()
    );
    socket.write_all(ask.as_bytes()).await.unwrap();
    let mut text = String::new();
    let mut buffer = [0; 4096];
    for device in ["d", "late"] {
        if device == "late" {
            bench.create(device).await;
        }
        while !text.contains(&format!(r#""deviceId":"{device}""#)) {
            let count = timeout(PATIENCE, socket.read(&mut buffer))
                .await
                .unwrap()
                .unwrap();
            assert_ne!(count, 0);
            text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        }
    }
    assert!(text.contains("text/event-stream"));
    assert!(text.contains("id: 1\ndata: {"), "{text}");
}
