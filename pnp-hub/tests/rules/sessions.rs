//! 1.1: links and what is kept between them.

use pnp_hub::{CloseReason, Identity, IfMatch, MethodCall};
use pnp_runtime::transport::{Action, Event, Transport};
use serde_json::json;

use crate::device::{Device, connected, hub, thermostat};

#[test]
fn a_second_link_of_an_identity_drops_the_first() {
    let (hub, identity, mut first) = connected();
    let mut second = Device::connect(&hub, &identity);
    assert_eq!(first.drain(), [Event::Disconnected]);
    assert_eq!(
        hub.close_reason(&identity),
        Some(CloseReason::NewConnection)
    );
    assert!(
        CloseReason::NewConnection
            .to_string()
            .starts_with("400027 ")
    );
    // The first device is cut off, the second served; its end doesn't end the other.
    assert!(first.transport.send(Action::Subscribe).is_err());
    drop(first);
    assert!(hub.identity(&identity).unwrap().connected);
    second.telemetry(1, "1");
    assert_eq!(second.drain(), [Event::TelemetryAccepted { id: 1 }]);
}

#[test]
fn links_of_a_device_and_its_modules_stand_side_by_side() {
    let (hub, _, mut device) = connected();
    let module = hub.create_module("d", "m").unwrap();
    let mut on_module = Device::connect(&hub, &module);
    assert_eq!(device.drain(), []);
    let patch = json!({ "properties": { "desired": { "a": 1 } } });
    hub.update_twin(&module, patch, IfMatch::Any).unwrap();
    assert_eq!(on_module.desired(), [(2, json!({ "a": 1, "$version": 2 }))]);
    assert_eq!(device.drain(), []);
}

#[test]
fn subscriptions_are_kept_for_a_device_that_comes_back() {
    let (hub, identity, first) = connected();
    drop(first);
    let mut transport = hub.connect(&identity, &thermostat()).unwrap();
    let up = Event::Connected {
        session_present: true,
    };
    assert_eq!(transport.poll(), Ok(Some(up)));
    // Not subscribed again, and yet the method arrives: at each token renewal devices rely on it.
    let _call = hub.invoke(MethodCall::new(identity, "reboot"));
    assert_eq!(Device { transport }.method().1, "reboot");
}

#[test]
fn the_first_link_of_a_device_finds_no_session() {
    let (hub, identity) = hub();
    let mut transport = hub.connect(&identity, &thermostat()).unwrap();
    let up = Event::Connected {
        session_present: false,
    };
    assert_eq!(transport.poll(), Ok(Some(up)));
}

#[test]
fn a_removed_device_leaves_no_session_to_its_successor() {
    let (hub, identity, device) = connected();
    drop(device);
    hub.delete(&identity, IfMatch::Any).unwrap();
    hub.create_device("d").unwrap();
    let mut transport = hub.connect(&identity, &thermostat()).unwrap();
    let up = Event::Connected {
        session_present: false,
    };
    assert_eq!(transport.poll(), Ok(Some(up)));
}

#[test]
fn a_dropped_link_can_be_opened_again_on_the_same_transport() {
    let (hub, identity, mut device) = connected();
    assert_eq!(hub.drop_link(&identity), Ok(true));
    assert_eq!(hub.drop_link(&identity), Ok(false));
    assert_eq!(hub.close_reason(&identity), Some(CloseReason::Fault));
    // What is sent before the device knows goes nowhere.
    device.telemetry(1, "1");
    assert_eq!(device.drain(), [Event::Disconnected]);
    device.transport.connect(&thermostat());
    let up = Event::Connected {
        session_present: true,
    };
    assert_eq!(device.drain(), [up]);
    device.telemetry(2, "2");
    assert_eq!(device.drain(), [Event::TelemetryAccepted { id: 2 }]);
}

#[test]
fn a_device_may_close_its_link_itself() {
    let (hub, identity, mut device) = connected();
    device.transport.disconnect();
    assert_eq!(device.drain(), [Event::Disconnected]);
    assert!(!hub.identity(&identity).unwrap().connected);
    assert_eq!(hub.close_reason(&identity), None);
}

#[test]
fn a_refused_link_shows_as_disconnected_with_a_reason() {
    let (hub, _) = hub();
    let nobody = Identity::device("nobody");
    let mut transport = hub.link(&nobody);
    assert_eq!(transport.poll(), Ok(None));
    transport.connect(&thermostat());
    assert_eq!(transport.poll(), Ok(Some(Event::Disconnected)));
    let reason = hub.close_reason(&nobody).unwrap();
    assert!(matches!(reason, CloseReason::Refused(_)));
    assert!(reason.to_string().starts_with("404001 "), "{reason}");
}

#[test]
fn the_last_announcement_of_a_model_counts() {
    let (hub, identity, device) = connected();
    drop(device);
    drop(hub.connect(&identity, &pnp_hub::ConnectOptions::default()));
    assert_eq!(hub.twin(&identity).unwrap()["modelId"], "");
}
