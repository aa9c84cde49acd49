//! 1.6: direct methods.

use std::time::Duration;

use pnp_hub::engine::methods::MAX_PAYLOAD;
use pnp_hub::{CloseReason, ErrorCode, HubError, Identity, IfMatch, MethodCall, PendingCall};
use pnp_runtime::transport::{Action, Event};
use serde_json::{Value, json};

use crate::device::{Device, connected, hub};

const SECOND: Duration = Duration::from_secs(1);

fn reboot(identity: &Identity) -> MethodCall {
    MethodCall::new(identity.clone(), "reboot")
}

#[track_caller]
fn error(call: &mut PendingCall) -> HubError {
    call.try_result().expect("the call is done").unwrap_err()
}

#[test]
fn a_method_reaches_the_device_and_its_answer_the_caller() {
    let (hub, identity, mut device) = connected();
    let call = MethodCall::new(identity, "thermostat1*getMaxMinReport").payload(json!({ "a": 1 }));
    let mut call = hub.invoke(call);
    let (rid, name, body) = device.method();
    assert_eq!(name, "thermostat1*getMaxMinReport");
    assert_eq!(body, br#"{"a":1}"#);
    assert_eq!(call.try_result(), None);
    device.respond(&rid, 299, r#"{"max":2.5}"#);
    let result = call.try_result().unwrap().unwrap();
    assert_eq!(
        (result.status, &result.payload),
        (299, &json!({ "max": 2.5 }))
    );
    assert_eq!(
        call.try_result(),
        Some(Ok(result)),
        "asking again is harmless"
    );
}

#[test]
fn no_payload_is_an_empty_body_and_an_empty_answer_is_null() {
    let (hub, identity, mut device) = connected();
    let mut call = hub.invoke(reboot(&identity));
    let (rid, _, body) = device.method();
    assert_eq!(body, b"");
    device.respond(&rid, 200, "");
    assert_eq!(call.try_result().unwrap().unwrap().payload, Value::Null);
    let _call = hub.invoke(reboot(&identity).payload(Value::Null));
    assert_eq!(device.method().2, b"null");
}

#[test]
fn answers_are_matched_by_request_id_in_any_order() {
    let (hub, identity, mut device) = connected();
    let mut calls = [1, 2, 3].map(|n| hub.invoke(reboot(&identity).payload(n)));
    let requests: Vec<_> = device
        .drain()
        .into_iter()
        .map(|event| match event {
            Event::Method { rid, body, .. } => (rid, body),
            other => panic!("{other:?}"),
        })
        .collect();
    for (rid, body) in requests.iter().rev() {
        device.respond(rid, 200, body.clone());
    }
    let payloads = calls
        .iter_mut()
        .map(|call| call.try_result().unwrap().unwrap().payload);
    assert_eq!(payloads.collect::<Vec<_>>(), [json!(1), json!(2), json!(3)]);
}

#[test]
fn a_device_that_is_not_connected_is_not_online() {
    let (hub, identity) = hub();
    let error = error(&mut hub.invoke(reboot(&identity)));
    assert_eq!(error.code(), ErrorCode::DeviceNotOnline);
    assert_eq!((error.code().number(), error.http_status()), (404_103, 404));
}

#[test]
fn a_device_that_takes_no_methods_is_not_online() {
    let (hub, identity) = hub();
    let mut device = Device::connect_only(&hub, &identity);
    let error = error(&mut hub.invoke(reboot(&identity)));
    assert_eq!(error.code(), ErrorCode::DeviceNotOnline);
    assert_eq!(device.drain(), []);
}

#[test]
fn a_call_may_wait_for_the_device_to_connect_and_subscribe() {
    let (hub, identity) = hub();
    let mut call = hub.invoke(reboot(&identity).connect_timeout(10 * SECOND));
    hub.advance(9 * SECOND);
    assert_eq!(call.try_result(), None);
    let mut device = Device::connect_only(&hub, &identity);
    assert_eq!(device.drain(), []);
    device.send(Action::Subscribe);
    let (rid, _, _) = device.method();
    // From here the response timeout counts, from its beginning.
    hub.advance(29 * SECOND);
    assert_eq!(call.try_result(), None);
    device.respond(&rid, 200, "");
    assert_eq!(call.try_result().unwrap().unwrap().status, 200);
}

#[test]
fn a_call_waits_for_the_device_no_longer_than_its_connect_timeout() {
    let (hub, identity) = hub();
    let mut call = hub.invoke(reboot(&identity).connect_timeout(10 * SECOND));
    hub.advance(10 * SECOND);
    assert_eq!(error(&mut call).code(), ErrorCode::DeviceNotOnline);
    let mut device = Device::connect(&hub, &identity);
    assert_eq!(device.drain(), [], "the call is over");
}

#[test]
fn a_silent_device_times_out_and_its_late_answer_is_dropped() {
    let (hub, identity, mut device) = connected();
    let mut call = hub.invoke(reboot(&identity).response_timeout(5 * SECOND));
    let (rid, _, _) = device.method();
    hub.advance(5 * SECOND - Duration::from_millis(1));
    assert_eq!(call.try_result(), None);
    hub.advance(Duration::from_millis(1));
    let error = error(&mut call);
    assert_eq!(error.code(), ErrorCode::GatewayTimeout);
    assert_eq!((error.code().number(), error.http_status()), (504_101, 504));
    device.respond(&rid, 200, "");
    assert_eq!(device.drain(), []);
    assert!(call.try_result().unwrap().is_err());
}

#[test]
fn the_default_response_timeout_is_30_seconds() {
    let (hub, identity, _device) = connected();
    let mut call = hub.invoke(reboot(&identity));
    hub.advance(Duration::from_millis(29_999));
    assert_eq!(call.try_result(), None);
    hub.advance(Duration::from_millis(1));
    assert_eq!(error(&mut call).code(), ErrorCode::GatewayTimeout);
}

#[test]
fn timeouts_outside_their_range_are_refused() {
    let (hub, identity, _device) = connected();
    let millis = Duration::from_millis;
    let cases = [
        (reboot(&identity).response_timeout(millis(4_999)), false),
        (reboot(&identity).response_timeout(millis(5_000)), true),
        (reboot(&identity).response_timeout(millis(300_000)), true),
        (reboot(&identity).response_timeout(millis(300_001)), false),
        (reboot(&identity).connect_timeout(millis(0)), true),
        (reboot(&identity).connect_timeout(millis(300_000)), true),
        (reboot(&identity).connect_timeout(millis(300_001)), false),
    ];
    for (call, fine) in cases {
        let what = format!("{call:?}");
        match hub.invoke(call).try_result() {
            None => assert!(fine, "{what}"),
            Some(result) => {
                assert!(!fine, "{what}");
                assert_eq!(result.unwrap_err().code(), ErrorCode::ArgumentInvalid);
            }
        }
    }
}

#[test]
fn a_name_is_neither_empty_nor_holds_separators() {
    let (hub, identity, mut device) = connected();
    let separators = "$()<>@,;:\\\"/[]?={} \t\n";
    let bad = separators.chars().map(|c| format!("a{c}b"));
    for name in bad.chain([String::new()]) {
        let mut call = hub.invoke(MethodCall::new(identity.clone(), name.as_str()));
        assert_eq!(
            error(&mut call).code(),
            ErrorCode::ArgumentInvalid,
            "{name:?}"
        );
    }
    for name in ["reboot", "thermostat1*reboot", "a-b_c.d!#%&'+^`|~"] {
        let _call = hub.invoke(MethodCall::new(identity.clone(), name));
        assert_eq!(device.method().1, name);
    }
}

#[test]
fn payloads_have_at_most_128_kib_each_way() {
    let (hub, identity, mut device) = connected();
    // Two bytes of each go into the quotes.
    let text = |bytes: usize| Value::from("x".repeat(bytes - 2));
    let mut call = hub.invoke(reboot(&identity).payload(text(MAX_PAYLOAD + 1)));
    let too_large = error(&mut call);
    assert_eq!(
        (too_large.code().number(), too_large.http_status()),
        (413_001, 413)
    );

    let mut call = hub.invoke(reboot(&identity).payload(text(MAX_PAYLOAD)));
    let (rid, _, _) = device.method();
    device.respond(&rid, 200, text(MAX_PAYLOAD).to_string());
    assert!(call.try_result().unwrap().is_ok());

    let mut call = hub.invoke(reboot(&identity));
    let (rid, _, _) = device.method();
    device.respond(&rid, 200, text(MAX_PAYLOAD + 1).to_string());
    assert_eq!(device.drain(), [Event::Disconnected]);
    assert_eq!(
        error(&mut call).code(),
        ErrorCode::DeviceConnectionClosedRemotely
    );
}

#[test]
fn an_answer_that_is_no_json_costs_the_device_its_link() {
    let (hub, identity, mut device) = connected();
    let mut call = hub.invoke(reboot(&identity));
    let (rid, _, _) = device.method();
    device.respond(&rid, 200, "{no json");
    assert_eq!(device.drain(), [Event::Disconnected]);
    let code = error(&mut call).code();
    assert_eq!(
        (code, code.number()),
        (ErrorCode::DeviceConnectionClosedRemotely, 404_104)
    );
    let Some(CloseReason::Protocol(why)) = hub.close_reason(&identity) else {
        panic!("{:?}", hub.close_reason(&identity));
    };
    assert_eq!(why.code(), ErrorCode::IotHubFormatError);
}

#[test]
fn a_lost_link_ends_the_calls_that_it_carried() {
    let (hub, identity, device) = connected();
    let mut call = hub.invoke(reboot(&identity));
    drop(device);
    assert_eq!(
        error(&mut call).code(),
        ErrorCode::DeviceConnectionClosedRemotely
    );
}

#[test]
fn an_answer_on_another_link_than_the_request_is_dropped() {
    let (hub, identity, mut device) = connected();
    let mut call = hub.invoke(reboot(&identity));
    let (rid, _, _) = device.method();
    let module = hub.create_module("d", "m").unwrap();
    let mut other = Device::connect(&hub, &module);
    other.respond(&rid, 200, "");
    assert_eq!(call.try_result(), None);
    device.respond(&rid, 200, "");
    assert!(call.try_result().unwrap().is_ok());
}

#[test]
fn an_unknown_identity_takes_no_calls_and_a_deleted_one_ends_them() {
    let (hub, identity) = hub();
    let nobody = Identity::device("nobody");
    assert_eq!(
        error(&mut hub.invoke(reboot(&nobody))).code(),
        ErrorCode::DeviceNotFound
    );
    let module = Identity::module("d", "m");
    assert_eq!(
        error(&mut hub.invoke(reboot(&module))).code(),
        ErrorCode::ModuleNotFound
    );
    let mut call = hub.invoke(reboot(&identity).connect_timeout(SECOND));
    hub.delete(&identity, IfMatch::Any).unwrap();
    assert_eq!(error(&mut call).code(), ErrorCode::DeviceNotFound);
}

#[test]
fn a_call_that_nobody_waits_for_is_made_all_the_same() {
    let (hub, identity, mut device) = connected();
    drop(hub.invoke(reboot(&identity)));
    let (rid, _, _) = device.method();
    device.respond(&rid, 200, "");
    assert_eq!(device.drain(), []);
}
