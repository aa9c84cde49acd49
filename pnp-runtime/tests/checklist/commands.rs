use std::time::Duration;

use pnp_runtime::session::EmptyResponse;
use pnp_runtime::{Address, CommandError, CommandTicket, Notice, Options, Uuid};
use serde_json::{Value, json};

use crate::bench::Bench;

fn message(body: &str) -> String {
    let body: Value = serde_json::from_str(body).expect("always JSON");
    body["message"].as_str().expect("a message").to_owned()
}

#[test]
fn c50_c61_a_name_reaches_root_or_component_and_each_its_own_state() {
    let mut bench = Bench::ready();
    assert_eq!(bench.call("reboot", "3").0, 200);
    assert_eq!(bench.app.rebooted, [3]);
    let since = r#""2026-01-01T00:00:00Z""#;
    for _ in 0..2 {
        bench.call("thermostat1*getMaxMinReport", since);
    }
    let (status, body) = bench.call("thermostat2*getMaxMinReport", since);
    assert_eq!(status, 200);
    assert_eq!(
        serde_json::from_str::<Value>(&body).unwrap(),
        json!({"maxTemp": 1.0, "since": "2026-01-01T00:00:00Z"})
    );
    assert_eq!(bench.app.thermostats[0].reports, 2);
}

#[test]
fn c50_c51_what_the_model_lacks_is_404_with_a_json_body() {
    let mut bench = Bench::ready();
    for method in [
        "explode",
        "",
        "*",
        "*reboot",
        "thermostat1*",
        "thermostat1*reboot",
        "thermostat1*getMaxMinReport*",
        "thermostat1*getMaxMinReport*x",
        "kitchen*getMaxMinReport",
        "getMaxMinReport",
        "Reboot",
        " reboot",
        "reboot ",
        "thermostat1 *getMaxMinReport",
    ] {
        let (status, body) = bench.call(method, "1");
        assert_eq!(status, 404, "{method:?}");
        assert!(!message(&body).is_empty());
    }
    assert!(bench.app.rebooted.is_empty());
}

#[test]
fn c52_a_command_that_the_device_lacks_is_501() {
    let mut bench = Bench::ready();
    let (status, body) = bench.call("stop", "");
    assert_eq!(status, 501);
    assert_eq!(message(&body), "no brake in this device");
}

#[test]
fn c53_a_request_that_does_not_decode_is_400_and_no_call() {
    let mut bench = Bench::ready();
    for body in [
        "",
        "null",
        "\"3\"",
        "3.5",
        "{}",
        "{",
        "3 4",
        "\u{feff}3",
        "99999999999",
    ] {
        let (status, reply) = bench.call("reboot", body);
        assert_eq!(status, 400, "{body:?}");
        assert!(message(&reply).starts_with("request: "), "{reply}");
    }
    assert_eq!(bench.replies("x", "reboot", &[0xff, 0xfe])[0].0, 400);
    assert!(bench.app.rebooted.is_empty());
}

#[test]
fn c54_a_command_without_request_ignores_what_comes_as_one() {
    let mut bench = Bench::ready();
    for body in ["", "null", "{}", "[1,2]", "not json"] {
        assert_eq!(bench.call("stop", body).0, 501, "{body:?}");
    }
}

#[test]
fn c55_a_nullable_request_and_response_may_be_null_or_missing() {
    let mut bench = Bench::ready();
    assert_eq!(bench.call("echo", ""), (200, "null".to_owned()));
    assert_eq!(bench.call("echo", "null"), (200, "null".to_owned()));
    assert_eq!(bench.call("echo", "\"x\""), (200, "\"x\"".to_owned()));
    assert_eq!(bench.call("echo", "1").0, 400);
}

#[test]
fn c56_c57_a_response_is_bare_json_encoded_once_and_none_is_empty_or_an_object() {
    let mut bench = Bench::ready();
    assert_eq!(bench.call("reboot", "1"), (200, String::new()));
    assert_eq!(bench.call("echo", r#""a\"b""#).1, r#""a\"b""#);
    let mut options = Options::default();
    options.empty_response = EmptyResponse::EmptyObject;
    let mut bench = Bench::with_options(options);
    bench.start(json!({"$version": 1}), json!({}));
    assert_eq!(bench.call("reboot", "1"), (200, "{}".to_owned()));
}

#[test]
fn c58_a_handlers_error_has_its_status_and_a_panic_is_500() {
    let mut bench = Bench::ready();
    let (status, body) = bench.call("reboot", "-1");
    assert_eq!(
        (status, message(&body).as_str()),
        (422, "a delay can't be negative")
    );
    let (status, body) = bench.call("reboot", "13");
    assert_eq!(status, 500);
    assert!(!message(&body).contains("as the test wants"), "{body}");
    assert_eq!(bench.call("broken", "").0, 500);
    assert_eq!(bench.call("reboot", "1").0, 200, "the loop lives on");
}

#[test]
fn c58_no_error_has_a_status_of_success() {
    for status in [0, 100, 200, 299, 399, 600, 65535] {
        assert_eq!(CommandError::new(status, "").status(), 500);
    }
    for status in [400, 404, 599] {
        assert_eq!(CommandError::new(status, "").status(), status);
    }
}

#[test]
fn c58_an_error_may_have_a_payload_of_its_own() {
    let error = CommandError::failed("x")
        .with_payload(&Uuid::nil())
        .unwrap();
    assert_eq!(error.body(), r#""00000000-0000-0000-0000-000000000000""#);
}

#[test]
fn c59_each_request_is_answered_once_whatever_its_id_looks_like() {
    let mut bench = Bench::ready();
    for rid in [
        "1",
        "0a1f",
        "",
        "a b&c",
        "8c8f5e0e-0000-4000-8000-000000000000",
    ] {
        assert_eq!(bench.replies(rid, "reboot", b"1").len(), 1);
    }
}

fn defer(bench: &mut Bench, rid: &str) -> CommandTicket {
    bench.notices();
    assert!(bench.replies(rid, "later", b"").is_empty());
    let deferred = bench.notices().into_iter().find_map(|notice| match notice {
        Notice::CommandDeferred { command, ticket } => {
            assert_eq!(
                command,
                Address {
                    component: None,
                    name: "later"
                }
            );
            Some(ticket)
        }
        _ => None,
    });
    deferred.expect("a ticket")
}

#[test]
fn c59_c60_a_deferred_command_blocks_nothing_and_is_answered_once() {
    let mut bench = Bench::ready();
    let first = defer(&mut bench, "a");
    let second = defer(&mut bench, "b");
    bench.patch(json!({"interval": 5, "$version": 2}));
    assert_eq!(bench.update()["interval"]["ac"], 200);
    assert_eq!(bench.call("reboot", "1").0, 200);
    bench.device.respond(second, Ok("done".to_owned())).unwrap();
    bench
        .device
        .respond::<String>(first, Err(CommandError::failed("no")))
        .unwrap();
    let replies: Vec<_> = bench
        .actions()
        .into_iter()
        .filter_map(|action| match action {
            pnp_runtime::Action::Respond { rid, status, .. } => Some((rid, status)),
            _ => None,
        })
        .collect();
    assert_eq!(replies, [("b".to_owned(), 200), ("a".to_owned(), 500)]);
    assert!(bench.device.respond(first, Ok(())).is_err());
}

#[test]
fn c59_a_late_reply_is_dropped_without_error_for_the_link() {
    let mut bench = Bench::ready();
    let ticket = defer(&mut bench, "a");
    bench.wait(Duration::from_secs(300));
    assert!(bench.device.respond(ticket, Ok(())).is_err());
    let ticket = defer(&mut bench, "b");
    bench.handle(pnp_runtime::Event::Disconnected);
    bench.connect();
    assert!(bench.device.respond(ticket, Ok(())).is_err());
    let replied = bench
        .actions()
        .iter()
        .any(|action| matches!(action, pnp_runtime::Action::Respond { .. }));
    assert!(!replied);
}
