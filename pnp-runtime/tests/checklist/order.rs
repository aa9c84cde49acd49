use std::collections::BTreeSet;
use std::time::Duration;

use pnp_runtime::session::{Refusal, Reported};
use pnp_runtime::{Address, Component, Event, Notice};
use serde_json::json;

use crate::bench::Bench;
use crate::model::controller::{self, Controller};
use crate::model::thermostat;

fn report(bench: &mut Bench, value: f64) {
    let properties = thermostat::Properties {
        max_temp_since_last_reboot: Some(value),
    };
    bench
        .device
        .report(Controller::thermostat1(), &properties)
        .unwrap();
}

fn serial(bench: &mut Bench, number: &str) {
    let properties = controller::Properties {
        serial_number: Some(number.to_owned()),
        ..controller::Properties::default()
    };
    bench.device.report(Component::root(), &properties).unwrap();
}

const HOTTEST: Reported = Reported::Property(Address {
    component: Some("thermostat1"),
    name: "maxTempSinceLastReboot",
});

const SERIAL: Reported = Reported::Property(Address {
    component: None,
    name: "serialNumber",
});

#[test]
fn c62_one_update_of_a_property_is_in_flight_and_the_newest_value_waits() {
    let mut bench = Bench::ready();
    report(&mut bench, 1.0);
    let (rid, _) = bench.updates().remove(0);
    report(&mut bench, 2.0);
    report(&mut bench, 3.0);
    assert!(bench.updates().is_empty());
    serial(&mut bench, "x");
    assert_eq!(bench.update(), json!({"serialNumber": "x"}), "others go on");
    bench.answer(&rid, 204);
    assert_eq!(
        bench.update()["thermostat1"]["maxTempSinceLastReboot"],
        json!(3.0)
    );
}

#[test]
fn c62_acknowledgements_never_go_back() {
    let mut bench = Bench::ready();
    bench.patch(json!({"interval": 1, "$version": 2}));
    let (rid, _) = bench.updates().remove(0);
    for version in 3..6 {
        bench.patch(json!({"interval": version, "$version": version}));
    }
    // The first one fails after newer ones were queued: it must not come back.
    bench.answer(&rid, 503);
    bench.sleep();
    assert_eq!(
        bench.settle(),
        [json!({"interval": {"value": 5, "ac": 200, "av": 5}})]
    );
}

#[test]
fn c63_a_written_update_is_told_with_its_version() {
    let mut bench = Bench::ready();
    report(&mut bench, 1.0);
    bench.notices();
    bench.settle();
    assert_eq!(
        bench.notices(),
        [Notice::ReportWritten {
            properties: vec![HOTTEST],
            version: Some(7)
        }]
    );
}

#[test]
fn c63_throttling_and_failures_are_tried_again_with_growing_pauses() {
    let mut bench = Bench::ready();
    report(&mut bench, 1.0);
    let mut pauses = Vec::new();
    for status in [429, 500, 503, 429] {
        let (rid, _) = bench.updates().remove(0);
        bench.answer(&rid, status);
        assert!(bench.updates().is_empty());
        pauses.push(bench.sleep().as_secs());
    }
    assert_eq!(pauses, [1, 2, 4, 8]);
    assert_eq!(bench.settle().len(), 1);
}

#[test]
fn c63_a_refused_update_is_told_and_not_tried_again() {
    for status in [400, 413] {
        let mut bench = Bench::ready();
        report(&mut bench, 1.0);
        let (rid, _) = bench.updates().remove(0);
        bench.notices();
        bench.handle(Event::Reported {
            rid,
            status,
            version: None,
            body: b"why".to_vec(),
        });
        assert_eq!(
            bench.notices(),
            [Notice::ReportRefused {
                properties: vec![HOTTEST],
                refusal: Refusal::Status {
                    status,
                    body: "why".to_owned()
                }
            }]
        );
        bench.wait(Duration::from_secs(3600));
        assert!(bench.updates().is_empty());
    }
}

#[test]
fn c63_one_bad_value_does_not_take_the_others_of_its_update_down() {
    let mut bench = Bench::ready();
    report(&mut bench, 1.0);
    serial(&mut bench, "bad");
    let (rid, _) = bench.updates().remove(0);
    bench.answer(&rid, 400);
    bench.notices();
    for (rid, body) in bench.updates() {
        let status = if body.get("serialNumber").is_some() {
            400
        } else {
            204
        };
        bench.answer(&rid, status);
    }
    let notices = bench.notices();
    assert!(notices.iter().any(|notice| matches!(notice,
        Notice::ReportWritten { properties, .. } if *properties == [HOTTEST])));
    assert!(notices.iter().any(|notice| matches!(notice,
        Notice::ReportRefused { properties, .. } if *properties == [SERIAL])));
    assert!(bench.updates().is_empty());
}

#[test]
fn c63_an_update_without_answer_is_sent_again() {
    let mut bench = Bench::ready();
    report(&mut bench, 1.0);
    let (late, _) = bench.updates().remove(0);
    assert_eq!(bench.sleep(), Duration::from_secs(30));
    assert_eq!(bench.sleep(), Duration::from_secs(1));
    let (rid, _) = bench.updates().remove(0);
    assert_ne!(rid, late);
    bench.notices();
    bench.answer(&late, 400);
    assert!(bench.notices().is_empty(), "nobody waits for it any more");
}

#[test]
fn c64_request_ids_are_never_used_twice() {
    let mut bench = Bench::default();
    let mut seen = BTreeSet::new();
    for round in 0..20 {
        bench.connect();
        assert!(seen.insert(bench.read_rid().unwrap()));
        let rid = seen.last().cloned();
        assert!(rid.is_some());
        bench.handle(Event::Disconnected);
        bench.start(json!({"$version": 1}), json!({}));
        report(&mut bench, f64::from(round));
        for (rid, _) in bench.updates() {
            assert!(seen.insert(rid));
        }
        bench.handle(Event::Disconnected);
    }
}

#[test]
fn c65_answers_to_nothing_are_ignored() {
    let mut bench = Bench::ready();
    bench.notices();
    for rid in ["", "1", "999", "x"] {
        bench.answer(rid, 204);
        bench.answer(rid, 400);
        bench.handle(crate::bench::twin(
            rid,
            json!({"interval": 1, "$version": 9}),
            json!({}),
        ));
    }
    assert!(bench.notices().is_empty());
    assert!(bench.app.calls.is_empty());
    assert!(bench.actions().is_empty());
}
