use std::time::Duration;

use pnp_runtime::{Action, Component, Event, Notice, Reason};
use serde_json::json;

use crate::bench::{Bench, twin};
use crate::model::Answer;
use crate::model::controller;

fn target(bench: &Bench) -> Vec<(String, i64, Reason)> {
    bench.app.thermostats[0]
        .calls
        .iter()
        .map(|(_, value, version, reason)| (value.clone(), *version, *reason))
        .collect()
}

#[test]
fn c41_subscriptions_come_before_the_read() {
    let mut bench = Bench::default();
    bench.connect();
    let actions = bench.actions();
    assert!(
        matches!(
            actions.as_slice(),
            [Action::Subscribe, Action::GetTwin { .. }]
        ),
        "{actions:?}"
    );
}

#[test]
fn c41_a_patch_that_overtakes_the_read_is_neither_lost_nor_applied_twice() {
    // The document holds the patch already, or doesn't yet.
    for (document_version, interval) in [(5, 9), (4, 1)] {
        let mut bench = Bench::default();
        bench.connect();
        let rid = bench.read_rid().unwrap();
        bench.patch(json!({"interval": 9, "$version": 5}));
        assert!(bench.app.calls.is_empty());
        let desired = json!({"interval": interval, "$version": document_version});
        bench.handle(twin(&rid, desired, json!({})));
        let nines = bench.app.calls.iter().filter(|call| call.1 == "9").count();
        assert_eq!(nines, 1, "{:?}", bench.app.calls);
        assert_eq!(bench.settle().last().unwrap()["interval"]["av"], 5);
    }
}

#[test]
fn c41_an_old_patch_is_dropped() {
    let mut bench = Bench::default();
    bench.start(json!({"interval": 1, "$version": 8}), json!({}));
    bench.settle();
    bench.app.calls.clear();
    for version in [1, 7, 8] {
        bench.patch(json!({"interval": 2, "$version": version}));
    }
    assert!(bench.app.calls.is_empty());
    assert!(bench.updates().is_empty());
}

#[test]
fn c41_a_gap_in_the_versions_leads_to_another_read() {
    let mut bench = Bench::ready();
    bench.patch(json!({"interval": 5, "$version": 4}));
    assert_eq!(bench.settle()[0]["interval"]["av"], 4);
    bench.answer_read(
        json!({"interval": 5, "thermostat1": {"targetTemperature": 20}, "$version": 4}),
        json!({"interval": {"value": 5, "ac": 200, "av": 4}}),
    );
    assert_eq!(
        bench.settle(),
        [json!({"thermostat1": {"__t": "c",
            "targetTemperature": {"value": 20.0, "ac": 200, "av": 4}}})],
        "the missed change, and nothing twice"
    );
}

#[test]
fn c43_a_newer_desired_value_is_handled_and_acknowledged_with_its_version() {
    let mut bench = Bench::default();
    bench.start(
        json!({"thermostat1": {"targetTemperature": 22}, "$version": 4}),
        json!({"thermostat1": {"__t": "c",
            "targetTemperature": {"value": 20, "ac": 200, "av": 3}}}),
    );
    assert_eq!(target(&bench), [("22.0".to_owned(), 4, Reason::Startup)]);
    assert_eq!(
        bench.settle(),
        [json!({"thermostat1": {"__t": "c",
            "targetTemperature": {"value": 22.0, "ac": 200, "av": 4}}})]
    );
}

#[test]
fn c44_an_acknowledged_value_is_handed_over_without_a_new_acknowledgement() {
    let mut bench = Bench::default();
    bench.start(
        json!({"thermostat1": {"targetTemperature": 22}, "$version": 4}),
        json!({"thermostat1": {"__t": "c",
            "targetTemperature": {"value": 22, "ac": 200, "av": 4}}}),
    );
    assert_eq!(target(&bench), [("22.0".to_owned(), 4, Reason::Restored)]);
    assert!(bench.updates().is_empty());
}

#[test]
fn c44_an_unfinished_or_failed_value_is_handled_again() {
    for status in [202, 500] {
        let mut bench = Bench::default();
        bench.start(
            json!({"interval": 7, "$version": 4}),
            json!({"interval": {"value": 1, "ac": status, "av": 4}}),
        );
        assert_eq!(
            bench.app.calls,
            [("interval", "7".to_owned(), 4, Reason::Startup)]
        );
        assert_eq!(
            bench.settle(),
            [json!({"interval": {"value": 7, "ac": 200, "av": 4}})]
        );
    }
}

#[test]
fn c44_after_a_refusal_the_value_that_was_in_effect_is_restored() {
    let mut bench = Bench::default();
    bench.start(
        json!({"interval": -7, "$version": 4}),
        json!({"interval": {"value": 30, "ac": 400, "av": 4, "ad": "no"}}),
    );
    assert_eq!(
        bench.app.calls,
        [("interval", "30".to_owned(), 0, Reason::Restored)]
    );
    assert!(bench.updates().is_empty());
}

#[test]
fn c45_a_desired_version_below_the_acknowledged_one_is_a_new_twin() {
    let mut bench = Bench::default();
    bench.start(
        json!({"interval": 7, "$version": 2}),
        json!({"interval": {"value": 7, "ac": 200, "av": 40}}),
    );
    assert_eq!(
        bench.settle(),
        [json!({"interval": {"value": 7, "ac": 200, "av": 2}})]
    );
}

#[test]
fn c46_a_default_is_reported_property_by_property() {
    let mut bench = Bench::default();
    bench.app.interval = Some(30);
    bench.app.thermostats[0].target = Some(21.0);
    bench.app.thermostats[1].target = Some(19.0);
    bench.start(
        json!({"$version": 1}),
        // The component is there, the property isn't.
        json!({"thermostat1": {"__t": "c", "maxTempSinceLastReboot": 40}}),
    );
    assert_eq!(
        bench.settle(),
        [json!({
            "interval": {"value": 30, "ac": 203, "av": 0},
            "thermostat1": {"__t": "c", "targetTemperature": {"value": 21.0, "ac": 203, "av": 0}},
            "thermostat2": {"__t": "c", "targetTemperature": {"value": 19.0, "ac": 203, "av": 0}}
        })]
    );
}

#[test]
fn c46_a_reported_value_is_restored_and_no_default_put_over_it() {
    let mut bench = Bench::default();
    bench.app.interval = Some(30);
    bench.start(
        json!({"$version": 1}),
        json!({"interval": {"value": 45, "ac": 203, "av": 0}}),
    );
    assert_eq!(bench.app.interval, Some(45));
    assert_eq!(bench.app.calls[0].3, Reason::Restored);
    assert!(bench.updates().is_empty());
}

#[test]
fn c47_nothing_desired_nothing_reported_no_default_nothing_happens() {
    let mut bench = Bench::default();
    bench.start(json!({"$version": 1}), json!({"$version": 1}));
    assert!(bench.app.calls.is_empty());
    assert!(bench.updates().is_empty());
    assert!(
        bench
            .notices()
            .contains(&Notice::Synchronised { version: 1 })
    );
}

#[test]
fn c48_a_failed_read_is_tried_again_with_growing_pauses_and_telemetry_goes_on() {
    let mut bench = Bench::default();
    bench.connect();
    let mut pauses = Vec::new();
    for status in [429, 500, 503, 404, 400] {
        bench.fail_read(status);
        let telemetry = controller::Telemetry {
            uptime: Some(1),
            ..controller::Telemetry::default()
        };
        bench
            .device
            .telemetry(Component::root(), &telemetry)
            .unwrap();
        let sent = bench.actions();
        assert!(
            matches!(sent.last(), Some(Action::Telemetry { .. })),
            "{sent:?}"
        );
        pauses.push(bench.sleep().as_secs());
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16]);
    bench.answer_read(json!({"interval": 7, "$version": 2}), json!({}));
    assert_eq!(bench.app.interval, Some(7));
    assert_eq!(
        bench.device.next_deadline(),
        Some(bench.now + Duration::from_secs(30)),
        "only the acknowledgement waits"
    );
}

#[test]
fn c48_a_read_without_answer_is_tried_again_and_its_late_answer_ignored() {
    let mut bench = Bench::default();
    bench.connect();
    let late = bench.read_rid().unwrap();
    assert_eq!(bench.sleep(), Duration::from_secs(30));
    assert!(
        bench
            .notices()
            .contains(&Notice::TwinUnavailable { status: None })
    );
    bench.sleep();
    let rid = bench.read_rid().unwrap();
    assert_ne!(rid, late);
    bench.handle(twin(
        &late,
        json!({"interval": 1, "$version": 2}),
        json!({}),
    ));
    assert!(bench.app.calls.is_empty());
    bench.handle(twin(&rid, json!({"interval": 2, "$version": 3}), json!({})));
    assert_eq!(bench.app.interval, Some(2));
}

#[test]
fn c48_a_twin_that_is_no_json_is_read_again() {
    let mut bench = Bench::default();
    bench.connect();
    let rid = bench.read_rid().unwrap();
    bench.handle(Event::Twin {
        rid,
        status: 200,
        body: b"{\"desired\":".to_vec(),
    });
    bench.sleep();
    bench.answer_read(json!({"interval": 2, "$version": 3}), json!({}));
    assert_eq!(bench.app.interval, Some(2));
}

#[test]
fn c49_the_twins_own_members_reach_no_type_of_the_application() {
    let mut bench = Bench::default();
    bench.notices();
    bench.start(
        json!({
            "limits": {"low": 1},
            "thermostat1": {"__t": "c", "targetTemperature": 20, "$metadata": {}},
            "$metadata": {"$lastUpdated": "2026-01-01T00:00:00Z"},
            "$version": 3
        }),
        json!({"$metadata": {}, "$version": 9}),
    );
    bench.settle();
    assert_eq!(
        bench.app.limits,
        Some(controller::Limits {
            low: Some(1.0),
            ..controller::Limits::default()
        })
    );
    let ignored = bench
        .notices()
        .into_iter()
        .filter(|notice| matches!(notice, Notice::DesiredIgnored { .. }))
        .count();
    assert_eq!(ignored, 0);
}

#[test]
fn c38_unknown_desired_values_in_the_document_are_told_once() {
    let mut bench = Bench::default();
    bench.start(
        json!({"nonsense": 1, "thermostat1": {"nonsense": 2}, "$version": 3}),
        json!({}),
    );
    let ignored = bench
        .notices()
        .into_iter()
        .filter(|notice| matches!(notice, Notice::DesiredIgnored { version: 3, .. }))
        .count();
    assert_eq!(ignored, 2);
    assert!(bench.updates().is_empty());
}

#[test]
fn c32_a_bad_value_in_the_document_is_refused_and_its_siblings_apply() {
    let mut bench = Bench::default();
    bench.app.interval = Some(30);
    bench.app.answer = Some(Answer::Panic);
    bench.start(
        json!({"interval": 7, "mode": "x", "thermostat1": {"targetTemperature": 20}, "$version": 3}),
        json!({}),
    );
    let update = bench.update();
    assert_eq!(update["interval"]["ac"], 500);
    assert_eq!(update["interval"]["value"], 30);
    assert_eq!(update["mode"]["ac"], 400);
    assert_eq!(update["mode"]["value"], json!(null));
    assert_eq!(update["thermostat1"]["targetTemperature"]["ac"], 200);
}
