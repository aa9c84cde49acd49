//! 1.12: the query language, as a table of queries and results, and its pages.

use pnp_hub::query::MAX_PAGE;
use pnp_hub::{ErrorCode, Hub, Identity, IdentityUpdate, IfMatch, ItemType, Status};
use serde_json::{Value, json};

use crate::device::thermostat;

/// Five devices and two modules, of which no two are alike.
pub(crate) fn building() -> Hub {
    let hub = Hub::default();
    let devices = [
        (
            "d1",
            json!({ "floor": 1, "room": "a" }),
            json!({ "target": 20, "on": true }),
        ),
        (
            "d2",
            json!({ "floor": 2, "room": "b" }),
            json!({ "target": 22.5, "on": false }),
        ),
        (
            "d3",
            json!({ "floor": 2, "room": "c" }),
            json!({ "target": "off", "list": [1] }),
        ),
        ("d4", json!({ "floor": 3, "odd-name": 1 }), json!({})),
        (
            "d5",
            json!({ "nested": { "from": { "1st": "x" } } }),
            json!({ "target": -5 }),
        ),
    ];
    for (device, tags, desired) in devices {
        let identity = hub.create_device(device).unwrap();
        let twin = json!({ "tags": tags, "properties": { "desired": desired } });
        hub.update_twin(&identity, twin, IfMatch::Any).unwrap();
    }
    for module in ["m1", "m2"] {
        let identity = hub.create_module("d1", module).unwrap();
        let twin = json!({ "tags": { "module": module } });
        hub.update_twin(&identity, twin, IfMatch::Any).unwrap();
    }
    drop(hub.connect(&Identity::device("d2"), &thermostat()).unwrap());
    let disabled = IdentityUpdate {
        status: Some(Status::Disabled),
        ..IdentityUpdate::default()
    };
    hub.update_identity(&Identity::device("d4"), disabled, IfMatch::Any)
        .unwrap();
    hub
}

fn all(hub: &Hub, query: &str) -> Vec<Value> {
    let page = hub.query(query, MAX_PAGE, None);
    page.unwrap_or_else(|error| panic!("{query}: {error}"))
        .items
}

#[test]
fn conditions_pick_the_devices_that_they_should() {
    let hub = building();
    let cases: &[(&str, &[&str])] = &[
        // Comparisons.
        ("tags.floor = 2", &["d2", "d3"]),
        ("tags.floor != 2", &["d1", "d4"]),
        ("tags.floor <> 2", &["d1", "d4"]),
        ("tags.floor < 2", &["d1"]),
        ("tags.floor <= 2", &["d1", "d2", "d3"]),
        ("tags.floor > 2", &["d4"]),
        ("tags.floor >= 2", &["d2", "d3", "d4"]),
        ("2 = tags.floor", &["d2", "d3"]),
        ("tags.room = 'b'", &["d2"]),
        ("tags.room = \"b\"", &["d2"]),
        ("tags.room > 'a'", &["d2", "d3"]),
        ("tags.room = 'B'", &[]),
        ("properties.desired.target = 22.5", &["d2"]),
        ("properties.desired.target = 20.0", &["d1"]),
        ("properties.desired.target = 0x14", &["d1"]),
        ("properties.desired.target = -5", &["d5"]),
        ("properties.desired.target = 2.25e1", &["d2"]),
        ("properties.desired.on = true", &["d1"]),
        ("properties.desired.on", &["d1"]),
        ("NOT properties.desired.on", &["d2"]),
        // What isn't there, what has another type, what is no primitive.
        ("properties.desired.target > 0", &["d1", "d2"]),
        ("properties.desired.target != 20", &["d2", "d3", "d5"]),
        ("NOT properties.desired.target > 0", &["d5"]),
        ("NOT tags.absent = 1", &[]),
        ("tags.absent != 1", &[]),
        ("tags.absent = undefined", &[]),
        ("tags.absent = null", &[]),
        ("properties.desired.list = [1]", &[]),
        ("properties.desired.list != 1", &[]),
        ("tags = 1", &[]),
        (
            "x509Thumbprint.primaryThumbprint = null",
            &["d1", "d2", "d3", "d4", "d5"],
        ),
        ("IS_DEFINED(tags.room)", &["d1", "d2", "d3"]),
        ("NOT is_defined(tags.room)", &["d4", "d5"]),
        ("IS_DEFINED(properties.desired.list)", &["d3"]),
        // Logic, by rank and by parentheses.
        (
            "tags.floor = 1 OR tags.floor = 2 AND tags.room = 'c'",
            &["d1", "d3"],
        ),
        (
            "(tags.floor = 1 OR tags.floor = 2) AND tags.room = 'c'",
            &["d3"],
        ),
        ("NOT tags.floor = 1 AND tags.floor < 3", &["d2", "d3"]),
        (
            "NOT (tags.floor = 1 AND tags.floor < 3)",
            &["d2", "d3", "d4"],
        ),
        ("NOT NOT tags.floor = 1", &["d1"]),
        ("tags.absent = 1 OR tags.floor = 1", &["d1"]),
        (
            "NOT (tags.absent = 1 AND tags.floor = 1)",
            &["d2", "d3", "d4"],
        ),
        ("true", &["d1", "d2", "d3", "d4", "d5"]),
        ("1", &[]),
        ("undefined", &[]),
        // Lists.
        ("tags.floor IN [1, 3]", &["d1", "d4"]),
        ("tags.floor NIN [1, 3]", &["d2", "d3"]),
        ("tags.floor NOT IN [1, 3]", &["d2", "d3"]),
        (
            "properties.desired.target IN ['off', -5, undefined]",
            &["d3", "d5"],
        ),
        ("tags.floor IN []", &[]),
        ("tags.floor NIN []", &["d1", "d2", "d3", "d4"]),
        ("tags.floor IN [[1], null]", &[]),
        ("properties.desired.list NIN [1]", &[]),
        // Arithmetic.
        ("tags.floor + 1 = 2", &["d1"]),
        ("tags.floor * 2 - 1 = 3", &["d2", "d3"]),
        ("tags.floor * (2 - 1) = 3", &["d4"]),
        ("10 - 4 - 3 = tags.floor", &["d4"]),
        ("tags.floor % 2 = 1", &["d1", "d4"]),
        ("tags.floor / 2 = 1.5", &["d4"]),
        ("tags.floor / 0 = 1 OR tags.room + 1 = 2", &[]),
        ("-tags.floor = -1", &["d1"]),
        ("- -tags.floor = 1", &["d1"]),
        // Names.
        ("STATUS = 'disabled'", &["d4"]),
        (
            "ConnectionState = 'Disconnected' aNd deviceid = 'd1'",
            &["d1"],
        ),
        ("devices.deviceId = 'd1'", &["d1"]),
        ("devices.tags.floor = 1", &["d1"]),
        ("tags.Floor = 1", &[]),
        ("tags.[[odd-name]] = 1", &["d4"]),
        ("tags.nested.from.1st = 'x'", &["d5"]),
        ("tags.nested.[[from]].[[1st]] = 'x'", &["d5"]),
        (
            "properties.desired.$version = 2",
            &["d1", "d2", "d3", "d4", "d5"],
        ),
        ("modelId = 'dtmi:com:example:Thermostat;1'", &["d2"]),
        ("lastActivityTime > '2020-01-01'", &["d2"]),
        (
            "capabilities.iotEdge = false AND version > 2 AND deviceId > 'd4'",
            &["d5"],
        ),
        (r"tags.room = '\u0062'", &["d2"]),
    ];
    for (condition, expected) in cases {
        let query = format!("SELECT * FROM devices WHERE {condition}");
        let found: Vec<_> = all(&hub, &query)
            .iter()
            .map(|twin| twin["deviceId"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(found, *expected, "{condition}");
    }
}

#[test]
fn escapes_stand_for_characters() {
    let hub = Hub::default();
    let identity = hub.create_device("d").unwrap();
    let tags = json!({ "tags": { "quotes": "'\"\\", "smile": "\u{e9}\u{1f600}" } });
    hub.update_twin(&identity, tags, IfMatch::Any).unwrap();
    let condition = r#"tags.quotes = '\'"\\' AND tags.quotes = "'\"\\"
        AND tags.smile = '\u00e9\ud83d\uDE00'"#;
    let query = format!("SELECT deviceId FROM devices WHERE {condition}");
    assert_eq!(all(&hub, &query), [json!({ "deviceId": "d" })]);
}

#[test]
fn what_is_selected_is_what_rows_hold() {
    let hub = building();
    let cases = [
        (
            "SELECT DeviceId, tags.floor FROM devices WHERE tags.floor < 3",
            json!([
                { "deviceId": "d1", "floor": 1 },
                { "deviceId": "d2", "floor": 2 },
                { "deviceId": "d3", "floor": 2 },
            ]),
        ),
        (
            "select deviceId as id, tags.room room from DEVICES where tags.floor > 1",
            json!([{ "id": "d2", "room": "b" }, { "id": "d3", "room": "c" }, { "id": "d4" }]),
        ),
        (
            "SELECT TOP 2 deviceId FROM devices",
            json!([{ "deviceId": "d1" }, { "deviceId": "d2" }]),
        ),
        (
            "SELECT moduleId, deviceId FROM devices.modules WHERE moduleId = 'm2'",
            json!([{ "moduleId": "m2", "deviceId": "d1" }]),
        ),
        (
            "SELECT properties.desired AS d FROM devices WHERE deviceId = 'd9'",
            json!([]),
        ),
        (
            "SELECT tags.[[odd-name]], tags.nested.from FROM devices WHERE deviceId > 'd3'",
            json!([{ "odd-name": 1 }, { "from": { "1st": "x" } }]),
        ),
        // Aggregates.
        ("SELECT COUNT() FROM devices", json!([{ "$1": 5 }])),
        (
            "SELECT COUNT() AS n FROM devices WHERE tags.floor = 9",
            json!([{ "n": 0 }]),
        ),
        (
            "SELECT AVG(tags.floor) AS a, SUM(tags.floor) s, MIN(tags.floor) AS lo, \
             MAX(properties.desired.target) AS hi FROM devices",
            json!([{ "a": 2.0, "s": 8, "lo": 1, "hi": 22.5 }]),
        ),
        (
            "SELECT SUM(properties.desired.target) AS s, MIN(tags.room) AS none FROM devices",
            json!([{ "s": 37.5 }]),
        ),
        (
            "SELECT tags.floor AS floor, COUNT() AS n FROM devices GROUP BY tags.floor",
            json!([
                { "floor": 1, "n": 1 },
                { "floor": 2, "n": 2 },
                { "floor": 3, "n": 1 },
                { "n": 1 },
            ]),
        ),
        (
            "SELECT tags.floor FROM devices GROUP BY tags.floor, tags.room",
            json!([{ "floor": 1 }, { "floor": 2 }, { "floor": 2 }, { "floor": 3 }, {}]),
        ),
        (
            "SELECT COUNT() AS n FROM devices WHERE tags.floor = 9 GROUP BY tags.floor",
            json!([]),
        ),
        ("SELECT * FROM devices.jobs", json!([])),
    ];
    for (query, expected) in cases {
        assert_eq!(Value::Array(all(&hub, query)), expected, "{query}");
    }
}

#[test]
fn star_gives_whole_twins() {
    let hub = building();
    let twins = all(&hub, "SELECT * FROM devices WHERE deviceId = 'd1'");
    assert_eq!(twins, [hub.twin(&Identity::device("d1")).unwrap()]);
    let twins = all(&hub, "SELECT * FROM devices.modules");
    let modules = ["m1", "m2"].map(|m| hub.twin(&Identity::module("d1", m)).unwrap());
    assert_eq!(twins, modules);
}

#[test]
fn a_result_says_what_its_rows_are() {
    let hub = building();
    for (query, expected) in [
        ("SELECT * FROM devices", ItemType::Twin),
        ("SELECT * FROM devices.modules", ItemType::Twin),
        ("SELECT deviceId FROM devices", ItemType::Raw),
        ("SELECT COUNT() FROM devices", ItemType::Raw),
        ("SELECT * FROM devices.jobs", ItemType::DeviceJob),
    ] {
        assert_eq!(
            hub.query(query, 10, None).unwrap().item_type,
            expected,
            "{query}"
        );
    }
    assert_eq!(ItemType::Twin.name(), "Twin");
}

/// Asks for all pages of this size; after each page `between` is called.
fn pages(hub: &Hub, query: &str, size: usize, between: impl Fn(&[Value])) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut continuation = None;
    loop {
        let page = hub.query(query, size, continuation.as_deref()).unwrap();
        between(&page.items);
        pages.push(page.items);
        assert!(pages.len() <= 20, "the pages of {query} don't end");
        continuation = page.continuation;
        if continuation.is_none() {
            return pages;
        }
    }
}

#[test]
fn pages_together_are_the_whole_result() {
    let hub = building();
    let lengths = |query: &str, size| -> Vec<usize> {
        let pages = pages(&hub, query, size, |_| {});
        assert_eq!(pages.concat(), all(&hub, query), "{query}");
        pages.iter().map(Vec::len).collect()
    };
    let devices = "SELECT deviceId FROM devices";
    assert_eq!(lengths(devices, 2), [2, 2, 1]);
    assert_eq!(lengths(devices, 5), [5], "no empty page at the end");
    assert_eq!(lengths(devices, 1), [1; 5]);
    assert_eq!(lengths("SELECT TOP 3 deviceId FROM devices", 2), [2, 1]);
    assert_eq!(lengths("SELECT TOP 4 deviceId FROM devices", 2), [2, 2]);
    let groups = "SELECT tags.floor, COUNT() AS n FROM devices GROUP BY tags.floor";
    assert_eq!(lengths(groups, 3), [3, 1]);
    let groups = "SELECT TOP 3 tags.floor, COUNT() AS n FROM devices GROUP BY tags.floor";
    assert_eq!(lengths(groups, 2), [2, 1]);
    assert_eq!(lengths("SELECT * FROM devices WHERE false", 2), [0]);
}

#[test]
fn who_removes_devices_page_by_page_misses_none() {
    let hub = building();
    let pages = pages(&hub, "SELECT deviceId FROM devices", 2, |items| {
        for item in items {
            let identity = Identity::device(item["deviceId"].as_str().unwrap());
            hub.delete(&identity, IfMatch::Any).unwrap();
        }
    });
    assert_eq!(pages.concat().len(), 5);
    assert_eq!(all(&hub, "SELECT * FROM devices"), [] as [Value; 0]);
}

#[test]
fn page_sizes_and_continuations_are_checked() {
    let hub = building();
    let query = "SELECT * FROM devices";
    let code = |size, continuation| hub.query(query, size, continuation).unwrap_err().code();
    assert_eq!(code(0, None), ErrorCode::ArgumentInvalid);
    assert_eq!(code(MAX_PAGE + 1, None), ErrorCode::ArgumentInvalid);
    for continuation in ["", "nonsense", "e30=", "WzFd", "WyJ4IixudWxsLG51bGxd"] {
        assert_eq!(
            code(1, Some(continuation)),
            ErrorCode::ArgumentInvalid,
            "{continuation}"
        );
    }
}
