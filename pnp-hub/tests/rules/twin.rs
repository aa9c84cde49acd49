//! 1.5: reading and writing twins.

use std::time::Duration;

use pnp_hub::{ErrorCode, Hub, IfMatch};
use serde_json::{Value, json};

use crate::device::{Device, MODEL_ID, connected, hub};

fn desired(values: Value) -> Value {
    json!({ "properties": { "desired": values } })
}

fn etag(twin: &Value) -> IfMatch {
    IfMatch::Etag(twin["etag"].as_str().unwrap().to_owned())
}

#[test]
fn a_new_twin_has_the_documented_shape() {
    let (hub, identity) = hub();
    let record = hub.identity(&identity).unwrap();
    let empty = json!({
        "$metadata": { "$lastUpdated": "2024-01-01T00:00:00.0000000Z" },
        "$version": 1,
    });
    assert_eq!(
        hub.twin(&identity).unwrap(),
        json!({
            "deviceId": "d",
            "etag": "AAAAAAAAAAE=",
            "deviceEtag": record.etag,
            "status": "enabled",
            "statusUpdateTime": "0001-01-01T00:00:00Z",
            "connectionState": "Disconnected",
            "lastActivityTime": "0001-01-01T00:00:00Z",
            "cloudToDeviceMessageCount": 0,
            "authenticationType": "sas",
            "x509Thumbprint": { "primaryThumbprint": null, "secondaryThumbprint": null },
            "modelId": "",
            "version": 2,
            "tags": {},
            "properties": { "desired": empty, "reported": empty },
            "capabilities": { "iotEdge": false },
        })
    );
}

#[test]
fn a_module_has_a_twin_of_its_own() {
    let (hub, device) = hub();
    let module = hub.create_module("d", "m").unwrap();
    hub.update_twin(&module, desired(json!({ "a": 1 })), IfMatch::Any)
        .unwrap();
    let twin = hub.twin(&module).unwrap();
    assert_eq!(
        (&twin["deviceId"], &twin["moduleId"]),
        (&json!("d"), &json!("m"))
    );
    assert_eq!(twin["properties"]["desired"]["a"], 1);
    assert_eq!(
        hub.twin(&device).unwrap()["properties"]["desired"]["$version"],
        1
    );
}

#[test]
fn a_device_reads_both_sections_without_metadata_and_tags() {
    let (hub, identity, mut device) = connected();
    let patch = json!({ "tags": { "floor": 1 }, "properties": { "desired": { "a": { "b": 1 } } } });
    hub.update_twin(&identity, patch, IfMatch::Any).unwrap();
    device.drain();
    device.report_json(json!({ "c": true }));
    assert_eq!(
        device.twin(),
        json!({
            "desired": { "a": { "b": 1 }, "$version": 2 },
            "reported": { "c": true, "$version": 2 },
        })
    );
}

#[test]
fn null_deletes_an_object_replaces_a_scalar_and_an_array_is_taken_whole() {
    let (hub, identity) = hub();
    let steps = [
        (
            json!({ "a": 1, "b": { "x": 1, "y": 2 }, "c": [1, 2] }),
            json!({ "a": 1, "b": { "x": 1, "y": 2 }, "c": [1, 2] }),
        ),
        (
            json!({ "a": { "z": 1 }, "b": { "x": null }, "c": [3] }),
            json!({ "a": { "z": 1 }, "b": { "y": 2 }, "c": [3] }),
        ),
        (
            json!({ "a": null, "b": { "y": null }, "nothing": null, "new": { "n": null } }),
            json!({ "b": {}, "c": [3], "new": {} }),
        ),
    ];
    for (patch, expected) in steps {
        let twin = hub
            .update_twin(&identity, desired(patch), IfMatch::Any)
            .unwrap();
        let mut section = twin["properties"]["desired"].as_object().unwrap().clone();
        section.retain(|key, _| !key.starts_with('$'));
        assert_eq!(Value::Object(section), expected);
    }
}

#[test]
fn every_accepted_write_raises_its_own_versions_even_where_nothing_changes() {
    let (hub, identity, mut device) = connected();
    let versions = |hub: &Hub| {
        let twin = hub.twin(&identity).unwrap();
        let version = |value: &Value| value.as_i64().unwrap();
        (
            version(&twin["version"]),
            version(&twin["properties"]["desired"]["$version"]),
            version(&twin["properties"]["reported"]["$version"]),
            twin["etag"].as_str().unwrap().to_owned(),
        )
    };
    let etag_of = |counter: &str| format!("AAAAAAAAAA{counter}=");
    assert_eq!(versions(&hub), (2, 1, 1, etag_of("E")));
    let write = |patch| hub.update_twin(&identity, patch, IfMatch::Any).unwrap();
    write(json!({ "tags": { "a": 1 } }));
    assert_eq!(versions(&hub), (3, 1, 1, etag_of("I")));
    write(desired(json!({ "a": 1 })));
    write(desired(json!({ "a": 1 })));
    assert_eq!(versions(&hub), (5, 3, 1, etag_of("Q")));
    // One write of both sections is one write.
    write(json!({ "tags": {}, "properties": { "desired": {} } }));
    assert_eq!(versions(&hub), (6, 4, 1, etag_of("U")));
    device.drain();
    // Reported writes leave the etag to the back end.
    assert_eq!(device.report_json(json!({ "r": 1 })).version, Some(2));
    assert_eq!(versions(&hub), (7, 4, 2, etag_of("U")));
    // What names no section writes nothing.
    write(json!({ "version": 9, "properties": { "reported": { "x": 1 } } }));
    assert_eq!(versions(&hub), (7, 4, 2, etag_of("U")));
}

#[test]
fn metadata_mirrors_the_tree_and_arrays_are_leaves() {
    let (hub, identity) = hub();
    let write = |patch| {
        hub.update_twin(&identity, desired(patch), IfMatch::Any)
            .unwrap()
    };
    write(json!({ "a": { "b": 1, "c": 2 }, "l": [{ "x": 1 }], "gone": 1 }));
    hub.advance(Duration::from_secs(1));
    let twin = write(json!({ "a": { "b": 3 }, "gone": null }));
    let first = json!({ "$lastUpdated": "2024-01-01T00:00:00.0000000Z", "$lastUpdatedVersion": 2 });
    let second =
        json!({ "$lastUpdated": "2024-01-01T00:00:01.0000000Z", "$lastUpdatedVersion": 3 });
    assert_eq!(
        twin["properties"]["desired"]["$metadata"],
        json!({
            "$lastUpdated": "2024-01-01T00:00:01.0000000Z",
            "$lastUpdatedVersion": 3,
            "a": {
                "$lastUpdated": "2024-01-01T00:00:01.0000000Z",
                "$lastUpdatedVersion": 3,
                "b": second,
                "c": first,
            },
            "l": first,
        })
    );
}

#[test]
fn reported_metadata_has_times_but_no_versions() {
    let (hub, identity, mut device) = connected();
    device.report_json(json!({ "a": 1 }));
    assert_eq!(
        hub.twin(&identity).unwrap()["properties"]["reported"]["$metadata"]["a"],
        json!({ "$lastUpdated": "2024-01-01T00:00:00.0000000Z" })
    );
}

#[test]
fn the_hubs_own_members_are_skipped_in_what_is_written() {
    let (hub, identity, mut device) = connected();
    let patch = json!({
        "a": { "$metadata": {}, "x": 1 },
        "$metadata": { "a": { "$lastUpdated": "yesterday" } },
        "$version": 77,
    });
    let twin = hub
        .update_twin(&identity, desired(patch), IfMatch::Any)
        .unwrap();
    assert_eq!(twin["properties"]["desired"]["$version"], 2);
    assert_eq!(twin["properties"]["desired"]["a"], json!({ "x": 1 }));
    assert_eq!(
        device.desired(),
        [(2, json!({ "a": { "x": 1 }, "$version": 2 }))]
    );
}

#[test]
fn a_back_end_write_with_another_etag_is_refused_and_changes_nothing() {
    let (hub, identity) = hub();
    let old = hub.twin(&identity).unwrap();
    let new = hub
        .update_twin(&identity, desired(json!({ "a": 1 })), etag(&old))
        .unwrap();
    let writes = [Hub::update_twin, Hub::replace_twin];
    for write in writes {
        let error = write(&hub, &identity, desired(json!({ "a": 2 })), etag(&old)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::PreconditionFailed);
        assert_eq!((error.code().number(), error.http_status()), (412_001, 412));
    }
    assert_eq!(hub.twin(&identity).unwrap(), new);
    assert!(
        hub.update_twin(&identity, desired(json!({ "a": 3 })), etag(&new))
            .is_ok()
    );
}

#[test]
fn a_reported_patch_that_names_another_version_is_refused() {
    let (_hub, _, mut device) = connected();
    assert_eq!(
        device.report_json(json!({ "a": 1, "$version": 1 })).status,
        204
    );
    let refused = device.report_json(json!({ "a": 2, "$version": 1 }));
    assert_eq!((refused.status, refused.version), (412, None));
    assert_eq!(refused.code(), 412_001);
    assert_eq!(
        device.report_json(json!({ "a": 2, "$version": 2 })).version,
        Some(3)
    );
    assert_eq!(device.twin()["reported"], json!({ "a": 2, "$version": 3 }));
}

#[test]
fn replacing_touches_only_the_sections_that_are_there() {
    let (hub, identity, mut device) = connected();
    let both = json!({ "tags": { "t": 1 }, "properties": { "desired": { "a": 1, "b": 2 } } });
    hub.update_twin(&identity, both, IfMatch::Any).unwrap();
    device.drain();
    let twin = hub
        .replace_twin(
            &identity,
            desired(json!({ "b": 3, "c": null })),
            IfMatch::Any,
        )
        .unwrap();
    assert_eq!(twin["tags"], json!({ "t": 1 }));
    assert_eq!(twin["properties"]["desired"]["b"], 3);
    assert_eq!(twin["properties"]["desired"].get("a"), None);
    // The device is given the whole document, since it can't tell from it what is gone.
    assert_eq!(device.desired(), [(3, json!({ "b": 3, "$version": 3 }))]);
    let twin = hub
        .replace_twin(&identity, json!({ "tags": { "u": 2 } }), IfMatch::Any)
        .unwrap();
    assert_eq!(twin["tags"], json!({ "u": 2 }));
    assert_eq!(twin["properties"]["desired"]["b"], 3);
    assert_eq!(device.desired(), []);
}

#[test]
fn null_for_a_section_removes_all_that_it_holds() {
    let (hub, identity, mut device) = connected();
    let both = json!({ "tags": { "t": 1 }, "properties": { "desired": { "a": 1, "b": 2 } } });
    hub.update_twin(&identity, both, IfMatch::Any).unwrap();
    device.drain();
    let none = json!({ "tags": null, "properties": { "desired": null } });
    let twin = hub.update_twin(&identity, none, IfMatch::Any).unwrap();
    assert_eq!(twin["tags"], json!({}));
    assert_eq!(
        device.desired(),
        [(3, json!({ "a": null, "b": null, "$version": 3 }))]
    );
    assert_eq!(device.twin()["desired"], json!({ "$version": 3 }));
}

#[test]
fn a_write_is_done_whole_or_not_at_all() {
    let (hub, identity) = hub();
    let before = hub.twin(&identity).unwrap();
    let patch = json!({ "tags": { "ok": 1 }, "properties": { "desired": { "not ok": 1 } } });
    assert!(hub.update_twin(&identity, patch, IfMatch::Any).is_err());
    let patch = json!({
        "tags": { "ok": 1 },
        "properties": { "desired": { "a": vec!["x".repeat(4096); 9] } },
    });
    assert!(hub.update_twin(&identity, patch, IfMatch::Any).is_err());
    assert_eq!(hub.twin(&identity).unwrap(), before);
}

#[test]
fn what_is_no_object_is_refused() {
    let (hub, identity, mut device) = connected();
    for body in [
        json!(null),
        json!([]),
        json!({ "tags": 1 }),
        json!({ "properties": "x" }),
        json!({ "properties": { "desired": [] } }),
    ] {
        let error = hub
            .update_twin(&identity, body.clone(), IfMatch::Any)
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::IotHubFormatError, "{body}");
    }
    for (body, code) in [
        ("", 400_012),
        ("{", 400_012),
        ("[]", 400_006),
        ("null", 400_006),
        ("1", 400_006),
    ] {
        let refused = device.report(body);
        assert_eq!((refused.status, refused.code()), (400, code), "{body:?}");
    }
    assert_eq!(device.report("{\"a\":\"\u{e9}\"}").status, 204);
    let refused = device.report(b"{\"a\":\"\xff\"}".to_vec());
    assert_eq!((refused.status, refused.code()), (400, 400_012));
}

#[test]
fn a_refusal_on_a_devices_link_has_the_documented_body() {
    let (hub, _, mut device) = connected();
    hub.advance(Duration::from_millis(1500));
    let refused = device.report("no json");
    let body: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!(refused.version, None);
    assert_eq!(body["errorCode"], 400_012);
    assert_eq!(body["timestampUtc"], "2024-01-01T00:00:01.5000000Z");
    let tracking = body["trackingId"].as_str().unwrap();
    assert!(
        tracking.ends_with("-TimeStamp:01/01/2024 00:00:01"),
        "{tracking}"
    );
    assert!(!body["message"].as_str().unwrap().is_empty());
}

#[test]
fn unknown_identities_have_no_twin() {
    let (hub, _) = hub();
    let device = pnp_hub::Identity::device("nobody");
    let module = pnp_hub::Identity::module("d", "nothing");
    for (identity, code) in [(&device, 404_001), (&module, 404_010)] {
        assert_eq!(hub.twin(identity).unwrap_err().code().number(), code);
        let error = hub.update_twin(identity, json!({}), IfMatch::Any);
        assert_eq!(error.unwrap_err().code().number(), code);
    }
}

#[test]
fn desired_changes_reach_only_who_is_connected_and_subscribed() {
    let (hub, identity) = hub();
    let write = |value: i64| {
        hub.update_twin(&identity, desired(json!({ "a": value })), IfMatch::Any)
            .unwrap();
    };
    write(1);
    let mut device = Device::connect_only(&hub, &identity);
    write(2);
    assert_eq!(device.drain(), []);
    device.send(pnp_runtime::Action::Subscribe);
    write(3);
    assert_eq!(device.desired(), [(4, json!({ "a": 3, "$version": 4 }))]);
    hub.drop_link(&identity).unwrap();
    write(4);
    let mut again = Device::connect_only(&hub, &identity);
    assert_eq!(again.drain(), [], "desired changes are never queued");
    write(5);
    assert_eq!(again.desired(), [(6, json!({ "a": 5, "$version": 6 }))]);
}

#[test]
fn desired_changes_come_as_they_were_written() {
    let (hub, identity, mut device) = connected();
    let write = |patch| hub.update_twin(&identity, desired(patch), IfMatch::Any);
    write(json!({ "a": { "b": 1 }, "c": 1 })).unwrap();
    write(json!({ "a": { "b": null }, "c": 1, "absent": null })).unwrap();
    write(json!({})).unwrap();
    hub.update_twin(&identity, json!({ "tags": { "a": 1 } }), IfMatch::Any)
        .unwrap();
    assert_eq!(
        device.desired(),
        [
            (2, json!({ "a": { "b": 1 }, "c": 1, "$version": 2 })),
            (
                3,
                json!({ "a": { "b": null }, "c": 1, "absent": null, "$version": 3 })
            ),
            (4, json!({ "$version": 4 })),
        ]
    );
}

#[test]
fn the_announced_model_and_the_link_show_in_the_twin() {
    let (hub, identity, device) = connected();
    hub.advance(Duration::from_secs(2));
    let twin = hub.twin(&identity).unwrap();
    assert_eq!(twin["modelId"], MODEL_ID);
    assert_eq!(twin["connectionState"], "Connected");
    assert_eq!(twin["lastActivityTime"], "2024-01-01T00:00:00.0000000Z");
    drop(device);
    let twin = hub.twin(&identity).unwrap();
    assert_eq!(twin["connectionState"], "Disconnected");
    assert_eq!(twin["lastActivityTime"], "2024-01-01T00:00:02.0000000Z");
    assert_eq!(twin["modelId"], MODEL_ID);
}

#[test]
fn any_bytes_as_a_reported_patch_are_answered_and_never_panic() {
    use pnp_hub::engine::random::{Randomness, Seeded};
    let (hub, identity, mut device) = connected();
    let mut random = Seeded::new(5);
    let seeds: [&[u8]; 4] = [
        br#"{"a":{"b":[1,2.5e3,{"c":null}]},"$version":1}"#,
        br#"{"\ud83d\ude00":"\u0000","x":-9223372036854775808}"#,
        br#"{"n":18446744073709551615,"m":1e308,"a":{},"":0}"#,
        br#"[[[[[{"k":"v"}]]]]]"#,
    ];
    for round in 0..4000 {
        let mut body = seeds[round % seeds.len()].to_vec();
        for _ in 0..random.next() % 6 {
            let at = (random.next() as usize) % (body.len() + 1);
            match random.next() % 3 {
                0 => body.insert(at, random.next() as u8),
                1 => body.truncate(at),
                _ => {
                    let _ = body.get_mut(at).map(|byte| *byte = random.next() as u8);
                }
            }
        }
        let answer = device.report(body.clone());
        let named = [204, 400, 412, 413].contains(&answer.status);
        assert!(named, "{answer:?} for {body:?}");
        assert_eq!(answer.version.is_some(), answer.status == 204);
    }
    // Deep nesting is refused, not followed.
    assert_eq!(device.report("{\"a\":".repeat(100_000)).status, 400);
    assert_eq!(device.report("[".repeat(100_000)).status, 400);
    assert!(hub.twin(&identity).is_ok());
}
