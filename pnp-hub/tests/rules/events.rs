//! The event feed: its shape, what it is stamped with, its order and its bound (1.4, contract).

use std::time::Duration;

use pnp_hub::{Body, EventFilter, Hub, HubOptions, IfMatch, Source};
use pnp_runtime::transport::{Action, Event};
use serde_json::{Value, json};

use crate::device::{Device, MODEL_ID, connected, hub};

fn from(source: Source) -> EventFilter {
    EventFilter::default().source(source)
}

#[test]
fn telemetry_is_stamped_and_has_the_documented_shape() {
    let (hub, identity, mut device) = connected();
    let generation = hub.identity(&identity).unwrap().generation_id;
    hub.advance(Duration::from_millis(250));
    device.send(Action::Telemetry {
        id: 7,
        component: Some("thermostat1".into()),
        body: br#"{"temperature":21.5}"#.to_vec(),
    });
    assert_eq!(device.drain(), [Event::TelemetryAccepted { id: 7 }]);
    let events = hub.events(0, &from(Source::Telemetry));
    assert_eq!(
        events
            .iter()
            .map(pnp_hub::HubEvent::to_json)
            .collect::<Vec<_>>(),
        [json!({
            "id": 3,
            "source": "Telemetry",
            "deviceId": "d",
            "moduleId": null,
            "enqueuedTime": "2024-01-01T00:00:00.2500000Z",
            "systemProperties": {
                "content-encoding": "utf-8",
                "content-type": "application/json",
                "dt-dataschema": MODEL_ID,
                "dt-subject": "thermostat1",
                "iothub-connection-auth-generation-id": generation,
                "iothub-connection-auth-method":
                    r#"{"scope":"device","type":"sas","issuer":"iothub"}"#,
                "iothub-connection-device-id": "d",
                "iothub-enqueuedtime": "2024-01-01T00:00:00.2500000Z",
                "iothub-message-source": "Telemetry",
            },
            "applicationProperties": {},
            "body": { "temperature": 21.5 },
            "bodyBase64": null,
            "component": "thermostat1",
            "modelId": MODEL_ID,
            "verdict": null,
        })]
    );
}

#[test]
fn telemetry_of_a_module_names_the_module_and_that_of_a_root_no_component() {
    let (hub, _) = hub();
    let module = hub.create_module("d", "m").unwrap();
    let mut device = Device::connect(&hub, &module);
    device.telemetry(1, "1");
    let event = hub.events(0, &from(Source::Telemetry)).remove(0);
    assert_eq!(event.component, None);
    assert_eq!(event.system_properties.get("dt-subject"), None);
    assert_eq!(event.system_properties["iothub-connection-module-id"], "m");
    assert_eq!(event.to_json()["moduleId"], "m");
}

#[test]
fn what_claims_to_be_json_and_is_not_is_kept_as_bytes() {
    let (hub, _, mut device) = connected();
    device.telemetry(1, b"{\xff".to_vec());
    let event = hub.events(0, &from(Source::Telemetry)).remove(0);
    assert_eq!(event.body, Body::Bytes(b"{\xff".to_vec()));
    assert_eq!(event.to_json()["bodyBase64"], "e/8=");
    assert_eq!(event.to_json()["body"], Value::Null);
}

#[test]
fn a_message_has_at_most_256_kib_and_a_larger_one_costs_the_link() {
    let (hub, _, mut device) = connected();
    // The content type and its encoding count too.
    let room = 256 * 1024 - "application/json".len() - "utf-8".len();
    device.telemetry(1, vec![b'1'; room]);
    assert_eq!(device.drain(), [Event::TelemetryAccepted { id: 1 }]);
    device.telemetry(2, vec![b'1'; room + 1]);
    assert_eq!(device.drain(), [Event::Disconnected]);
    let reason = hub.close_reason(&pnp_hub::Identity::device("d")).unwrap();
    assert!(reason.to_string().starts_with("413001 "), "{reason}");
    assert_eq!(hub.events(0, &from(Source::Telemetry)).len(), 1);
}

#[test]
fn twin_writes_are_events_with_what_was_written() {
    let (hub, identity, mut device) = connected();
    device.report_json(json!({ "a": 1, "b": null }));
    let patch = json!({ "tags": { "t": 1 }, "properties": { "desired": { "c": 2 } } });
    hub.update_twin(&identity, patch, IfMatch::Any).unwrap();
    hub.replace_twin(&identity, json!({ "tags": {} }), IfMatch::Any)
        .unwrap();
    let events = hub.events(0, &from(Source::TwinChange));
    let seen: Vec<_> = events
        .iter()
        .map(|event| {
            let operation = event.application_properties["opType"].as_str();
            (operation, event.to_json()["body"].clone())
        })
        .collect();
    assert_eq!(
        seen,
        [
            (
                "updateTwin",
                json!({ "version": 3, "properties": { "reported": { "a": 1, "b": null, "$version": 2 } } })
            ),
            (
                "updateTwin",
                json!({
                    "version": 4,
                    "tags": { "t": 1 },
                    "properties": { "desired": { "c": 2, "$version": 2 } },
                })
            ),
            ("replaceTwin", json!({ "version": 5, "tags": {} })),
        ]
    );
    assert_eq!(
        events[0].application_properties["iothub-message-schema"],
        "twinChangeNotification"
    );
    assert_eq!(events[0].model_id.as_deref(), Some(MODEL_ID));
}

#[test]
fn links_and_identities_are_events_too_in_the_order_in_which_things_happened() {
    let (hub, identity, device) = connected();
    drop(device);
    hub.create_module("d", "m").unwrap();
    hub.delete(&identity, IfMatch::Any).unwrap();
    let seen: Vec<_> = hub
        .events(0, &EventFilter::default())
        .iter()
        .map(|event| {
            let operation = event.application_properties["opType"].clone();
            (event.id, event.source.name(), operation)
        })
        .collect();
    let lifecycle = "deviceLifecycleEvents";
    let connection = "deviceConnectionStateEvents";
    let expected = [
        (1, lifecycle, "createDeviceIdentity"),
        (2, connection, "deviceConnected"),
        (3, connection, "deviceDisconnected"),
        (4, lifecycle, "createModuleIdentity"),
        (5, lifecycle, "deleteModuleIdentity"),
        (6, lifecycle, "deleteDeviceIdentity"),
    ];
    assert_eq!(
        seen,
        expected.map(|(id, source, op)| (id, source, op.to_owned()))
    );
}

#[test]
fn events_are_shown_after_an_id_by_device_and_by_source() {
    let (hub, _, mut device) = connected();
    let other = hub.create_device("d-2").unwrap();
    let mut second = Device::connect(&hub, &other);
    device.telemetry(1, "1");
    second.telemetry(1, "2");
    device.telemetry(2, "3");
    let bodies = |since, filter: &EventFilter| {
        let events = hub.events(since, filter).into_iter();
        events
            .map(|event| event.to_json()["body"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        bodies(0, &from(Source::Telemetry)),
        [json!(1), json!(2), json!(3)]
    );
    assert_eq!(
        bodies(0, &from(Source::Telemetry).device("d")),
        [json!(1), json!(3)]
    );
    let last = hub.events(0, &EventFilter::default()).last().unwrap().id;
    assert_eq!(bodies(last - 1, &EventFilter::default()), [json!(3)]);
    assert_eq!(bodies(last, &EventFilter::default()), [] as [Value; 0]);
    assert_eq!(bodies(u64::MAX, &EventFilter::default()), [] as [Value; 0]);
}

#[test]
fn the_feed_keeps_the_last_events_and_their_numbers() {
    let hub = Hub::new(HubOptions {
        event_capacity: 3,
        ..HubOptions::default()
    });
    let identity = hub.create_device("d").unwrap();
    let mut device = Device::connect(&hub, &identity);
    for n in 0..5 {
        device.telemetry(n, n.to_string());
    }
    let ids: Vec<_> = hub
        .events(0, &EventFilter::default())
        .iter()
        .map(|event| event.id)
        .collect();
    assert_eq!(ids, [5, 6, 7]);
    assert_eq!(
        device.drain().len(),
        5,
        "what falls out of the feed was accepted"
    );
}

#[test]
fn the_same_run_gives_the_same_events() {
    let run = || {
        let (hub, identity, mut device) = connected();
        device.report("no json");
        device.telemetry(1, "1");
        hub.update_twin(&identity, json!({ "tags": { "a": 1 } }), IfMatch::Any)
            .unwrap();
        (hub.twin(&identity), hub.events(0, &EventFilter::default()))
    };
    assert_eq!(run(), run());
}
