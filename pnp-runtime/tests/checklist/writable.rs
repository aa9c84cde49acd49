use pnp_runtime::session::{Refusal, Removed, Reported};
use pnp_runtime::{Ack, Address, Component, Notice, Options, Reason};
use serde_json::{Value, json};

use crate::bench::Bench;
use crate::model::Answer;
use crate::model::controller::{self, Controller};

#[test]
fn c22_a_root_value_is_acknowledged_with_exactly_three_members() {
    let mut bench = Bench::ready();
    bench.patch(json!({"interval": 5, "$version": 2}));
    assert_eq!(
        bench.update_texts()[0].1,
        r#"{"interval":{"value":5,"ac":200,"av":2}}"#
    );
}

#[test]
fn c22_a_description_is_there_only_where_there_is_one_and_a_stale_one_is_removed() {
    let mut bench = Bench::ready();
    bench.app.answer = Some(Answer::Clamp(10));
    bench.patch(json!({"interval": 50, "$version": 2}));
    assert_eq!(
        bench.settle(),
        [json!({"interval": {"value": 10, "ac": 200, "av": 2, "ad": "clamped"}})]
    );
    bench.app.answer = None;
    bench.patch(json!({"interval": 5, "$version": 3}));
    assert_eq!(
        bench.settle(),
        [json!({"interval": {"value": 5, "ac": 200, "av": 3, "ad": null}})]
    );
    bench.patch(json!({"interval": 6, "$version": 4}));
    assert_eq!(
        bench.settle(),
        [json!({"interval": {"value": 6, "ac": 200, "av": 4}})]
    );
}

#[test]
fn c23_a_component_value_is_acknowledged_in_its_marked_component() {
    let mut bench = Bench::ready();
    bench.patch(json!({"thermostat1": {"__t": "c", "targetTemperature": 23}, "$version": 2}));
    assert_eq!(
        bench.update_texts()[0].1,
        r#"{"thermostat1":{"__t":"c","targetTemperature":{"value":23.0,"ac":200,"av":2}}}"#
    );
}

#[test]
fn c24_c25_c26_every_property_of_every_component_gets_its_own_value() {
    let mut bench = Bench::ready();
    bench.patch(json!({
        "thermostat1": {"__t": "c", "targetTemperature": 23, "hysteresis": 2},
        "thermostat2": {"targetTemperature": 19},
        "interval": 7,
        "$version": 2
    }));
    assert_eq!(
        bench.update(),
        json!({
            "thermostat1": {"__t": "c",
                "targetTemperature": {"value": 23.0, "ac": 200, "av": 2},
                "hysteresis": {"value": 2.0, "ac": 200, "av": 2}},
            "thermostat2": {"__t": "c",
                "targetTemperature": {"value": 19.0, "ac": 200, "av": 2}},
            "interval": {"value": 7, "ac": 200, "av": 2}
        })
    );
}

#[test]
fn c27_the_version_is_the_patchs_own_in_full_range() {
    let mut bench = Bench::ready();
    bench.patch(json!({
        "thermostat1": {"targetTemperature": 1, "$version": 99},
        "$version": i64::MAX
    }));
    assert_eq!(
        bench.update()["thermostat1"]["targetTemperature"]["av"],
        json!(i64::MAX)
    );
}

#[test]
fn c28_c29_order_of_marks_and_presence_of_the_component_mark_do_not_matter() {
    for patch in [
        r#"{"$version":2,"thermostat1":{"__t":"c","targetTemperature":23}}"#,
        r#"{"thermostat1":{"targetTemperature":23,"__t":"c"},"$version":2}"#,
        r#"{"thermostat1":{"targetTemperature":23},"$version":2}"#,
    ] {
        let mut bench = Bench::ready();
        bench.patch_text(patch);
        assert_eq!(
            bench.update(),
            json!({"thermostat1": {"__t": "c",
                "targetTemperature": {"value": 23.0, "ac": 200, "av": 2}}}),
            "{patch}"
        );
    }
}

#[test]
fn c30_an_object_at_the_root_is_a_property_whatever_its_members_are_called() {
    let mut bench = Bench::ready();
    bench.patch(json!({
        "limits": {"__t": "c", "low": 1, "thermostat1": 4, "value": 3},
        "$version": 2
    }));
    let value = json!({"low": 1.0, "thermostat1": 4.0, "value": 3.0});
    assert_eq!(
        bench.settle(),
        [json!({"limits": {"value": value, "ac": 200, "av": 2}})]
    );
    assert!(bench.app.thermostats[0].calls.is_empty());
}

#[test]
fn a_patch_of_part_of_an_object_hands_over_the_whole_object() {
    let mut bench = Bench::ready();
    bench.patch(json!({"limits": {"low": 1, "high": 9}, "$version": 2}));
    bench.settle();
    bench.patch(json!({"limits": {"high": null, "value": 5}, "$version": 3}));
    let limits = controller::Limits {
        low: Some(1.0),
        value: Some(5.0),
        ..controller::Limits::default()
    };
    assert_eq!(bench.app.limits, Some(limits));
    assert_eq!(
        bench.settle(),
        [
            json!({"limits": {"value": {"low": 1.0, "value": 5.0, "high": null}, "ac": 200, "av": 3}})
        ],
        "and the twin loses what the value no longer has"
    );
}

#[test]
fn c32_a_value_that_is_none_of_the_schema_is_refused_and_its_siblings_apply() {
    for (name, bad, current) in [
        ("interval", json!("soon"), json!(30)),
        ("interval", json!(2.5), json!(30)),
        ("interval", json!(3_000_000_000_u32), json!(30)),
        ("interval", json!({"value": 5}), json!(30)),
        ("mode", json!(7), json!(1)),
        ("mode", json!("Eco"), json!(1)),
    ] {
        let mut bench = Bench::ready();
        bench.app.interval = Some(30);
        bench.app.mode = Some(controller::Mode::Eco);
        bench.patch(json!({
            name: bad,
            "thermostat1": {"targetTemperature": 23},
            "$version": 2
        }));
        let update = bench.update();
        let ack = &update[name];
        assert_eq!(ack["value"], current, "the value in effect, not {bad}");
        assert_eq!(ack["ac"], 400);
        assert_eq!(ack["av"], 2);
        assert!(ack["ad"].is_string());
        assert_eq!(update["thermostat1"]["targetTemperature"]["ac"], 200);
        assert!(bench.app.calls.is_empty(), "the setter never sees it");
    }
}

#[test]
fn c33_every_answer_has_its_status_and_the_value_in_effect() {
    for (answer, value, status) in [
        (Answer::Pending, 30, 202),
        (Answer::Reject, 30, 400),
        (Answer::Fail, 30, 500),
        (Answer::Status(418), 5, 418),
        (Answer::Status(42), 5, 500),
        (Answer::Clamp(9), 9, 200),
        (Answer::Panic, 30, 500),
    ] {
        let mut bench = Bench::ready();
        bench.app.interval = Some(30);
        bench.app.answer = Some(answer);
        bench.patch(json!({"interval": 5, "$version": 2}));
        let ack = &bench.update()["interval"];
        assert_eq!((&ack["value"], &ack["ac"]), (&json!(value), &json!(status)));
        // The loop lives on.
        bench.app.answer = None;
        bench.patch(json!({"thermostat1": {"hysteresis": 1}, "$version": 3}));
        assert_eq!(bench.app.thermostats[0].hysteresis, Some(1.0), "{answer:?}");
    }
}

fn complete(bench: &mut Bench, version: i64, value: i32) -> Result<(), pnp_runtime::Superseded> {
    let root = Component::<Controller, Controller>::root();
    let ack = Ack::accepted(value);
    bench
        .device
        .complete(root, "interval", version, ack, &mut bench.app)
}

#[test]
fn c34_a_pending_value_is_completed_once_with_the_same_version() {
    let mut bench = Bench::ready();
    bench.app.answer = Some(Answer::Pending);
    bench.patch(json!({"interval": 5, "$version": 2}));
    assert_eq!(bench.settle()[0]["interval"]["ac"], 202);
    // Another property's change does not take the version away.
    bench.patch(json!({"thermostat1": {"hysteresis": 1}, "$version": 3}));
    bench.settle();
    assert_eq!(complete(&mut bench, 2, 5), Ok(()));
    assert_eq!(
        bench.settle(),
        [json!({"interval": {"value": 5, "ac": 200, "av": 2}})]
    );
    assert!(complete(&mut bench, 2, 5).is_err());
    assert!(bench.updates().is_empty());
}

#[test]
fn c34_a_completion_without_value_reports_what_the_getter_says() {
    let mut bench = Bench::ready();
    bench.app.answer = Some(Answer::Pending);
    bench.patch(json!({"interval": 5, "$version": 2}));
    bench.settle();
    bench.app.interval = Some(8);
    let root = Component::<Controller, Controller>::root();
    bench
        .device
        .complete(
            root,
            "interval",
            2,
            Ack::<i32>::failed("stuck"),
            &mut bench.app,
        )
        .unwrap();
    assert_eq!(
        bench.settle(),
        [json!({"interval": {"value": 8, "ac": 500, "av": 2, "ad": "stuck"}})]
    );
}

#[test]
fn c34_a_completion_that_a_newer_value_overtook_is_dropped() {
    let mut bench = Bench::ready();
    bench.app.answer = Some(Answer::Pending);
    bench.patch(json!({"interval": 5, "$version": 2}));
    bench.patch(json!({"interval": 6, "$version": 3}));
    assert!(complete(&mut bench, 2, 5).is_err());
    let versions: Vec<Value> = bench
        .settle()
        .iter()
        .map(|update| update["interval"]["av"].clone())
        .collect();
    assert!(versions.is_sorted_by_key(Value::as_i64), "{versions:?}");
    assert_eq!(complete(&mut bench, 3, 6), Ok(()));
    assert_eq!(bench.settle()[0]["interval"]["av"], 3);
}

#[test]
fn c35_an_integer_is_a_double_and_an_integral_double_an_integer() {
    let mut bench = Bench::ready();
    bench.patch_text(r#"{"interval":21.0,"thermostat1":{"targetTemperature":21},"$version":2}"#);
    assert_eq!(bench.app.interval, Some(21));
    assert_eq!(bench.app.thermostats[0].target, Some(21.0));
}

#[test]
fn c36_a_removed_value_is_told_and_by_default_nothing_reported() {
    let mut bench = Bench::ready();
    bench.patch(json!({"interval": 5, "$version": 2}));
    bench.settle();
    bench.app.calls.clear();
    bench.patch(json!({"interval": null, "$version": 3}));
    assert_eq!(
        bench.app.calls,
        [("interval", "removed".to_owned(), 3, Reason::Changed)]
    );
    assert!(bench.updates().is_empty());
}

#[test]
fn c36_a_removed_value_reports_the_default_where_that_is_chosen() {
    let mut options = Options::default();
    options.removed = Removed::ReportDefault;
    let mut bench = Bench::with_options(options);
    bench.start(json!({"interval": 5, "$version": 2}), json!({}));
    bench.settle();
    bench.patch(json!({"interval": null, "$version": 3}));
    assert_eq!(
        bench.settle(),
        [json!({"interval": {"value": 60, "ac": 203, "av": 0}})]
    );
}

#[test]
fn c37_a_removed_component_removes_each_of_its_values_and_the_rest_applies() {
    let mut bench = Bench::ready();
    bench.patch(json!({"thermostat1": null, "interval": 5, "$version": 2}));
    let removed = |name| (name, "removed".to_owned(), 2, Reason::Changed);
    assert_eq!(
        bench.app.thermostats[0].calls,
        [removed("targetTemperature"), removed("hysteresis")]
    );
    assert_eq!(
        bench.update(),
        json!({"interval": {"value": 5, "ac": 200, "av": 2}})
    );
}

#[test]
fn c38_what_the_model_lacks_and_read_only_properties_are_told_and_not_acknowledged() {
    let mut bench = Bench::ready();
    bench.notices();
    bench.patch(json!({
        "nonsense": 1,
        "serialNumber": "mine",
        "kitchen": {"__t": "c", "targetTemperature": 1},
        "thermostat1": {"maxTempSinceLastReboot": 1},
        "thermostat2": 5,
        "$version": 2
    }));
    let ignored: Vec<_> = bench
        .notices()
        .into_iter()
        .filter_map(|notice| match notice {
            Notice::DesiredIgnored {
                component,
                name,
                version: 2,
            } => Some((component, name)),
            _ => None,
        })
        .collect();
    let of = |component: Option<&str>, name: &str| (component.map(str::to_owned), name.to_owned());
    assert_eq!(
        ignored,
        [
            of(None, "kitchen"),
            of(None, "nonsense"),
            of(None, "serialNumber"),
            of(Some("thermostat1"), "maxTempSinceLastReboot"),
            of(Some("thermostat2"), ""),
        ]
    );
    assert!(bench.updates().is_empty());
}

#[test]
fn c39_an_empty_patch_reports_nothing_and_its_version_is_remembered() {
    let mut bench = Bench::ready();
    bench.patch(json!({"$version": 2}));
    assert!(bench.updates().is_empty());
    bench.patch(json!({"interval": 5, "$version": 2}));
    assert!(bench.app.calls.is_empty(), "version 2 was there already");
    bench.patch(json!({"interval": 5, "$version": 3}));
    assert_eq!(bench.app.calls.len(), 1);
    assert!(bench.read_rid().is_none(), "no version was missed");
}

#[test]
fn c40_updates_are_split_below_the_hubs_limit() {
    let mut bench = Bench::ready();
    let long = "x".repeat(20_000);
    for name in ["a", "b", "c"] {
        let properties = controller::Properties {
            notes: Some(crate::model::notes(&[(name, &long)])),
            ..controller::Properties::default()
        };
        bench.device.report(Component::root(), &properties).unwrap();
        let properties = controller::Properties {
            serial_number: Some(long.clone()),
            ..controller::Properties::default()
        };
        bench.device.report(Component::root(), &properties).unwrap();
    }
    let updates = bench.update_texts();
    assert_eq!(updates.len(), 2);
    assert!(updates.iter().all(|(_, text)| text.len() <= 32 * 1024));
}

#[test]
fn c40_a_value_that_no_update_can_hold_is_refused_by_itself() {
    let mut bench = Bench::ready();
    bench.notices();
    let properties = controller::Properties {
        serial_number: Some("fits".to_owned()),
        notes: Some(crate::model::notes(&[("a", &"x".repeat(40_000))])),
        nest: None,
    };
    bench.device.report(Component::root(), &properties).unwrap();
    assert_eq!(bench.settle(), [json!({"serialNumber": "fits"})]);
    let refused = Notice::ReportRefused {
        properties: vec![Reported::Property(Address {
            component: None,
            name: "notes",
        })],
        refusal: Refusal::TooLarge,
    };
    assert!(bench.notices().contains(&refused));
}

#[test]
fn c40_a_value_nests_ten_levels_and_no_more() {
    for (levels, taken) in [(10, true), (11, false)] {
        let mut bench = Bench::ready();
        bench.notices();
        let nest = (1..levels).fold(controller::Nest::default(), |inner, _| controller::Nest {
            inner: Some(Box::new(inner)),
        });
        let properties = controller::Properties {
            nest: Some(nest),
            ..controller::Properties::default()
        };
        bench.device.report(Component::root(), &properties).unwrap();
        assert_eq!(bench.settle().len(), usize::from(taken));
        let refused = bench.notices().into_iter().any(|notice| {
            matches!(
                notice,
                Notice::ReportRefused {
                    refusal: Refusal::TooDeep,
                    ..
                }
            )
        });
        assert_eq!(refused, !taken);
    }
}

#[test]
fn c66_descriptions_and_values_are_escaped() {
    let mut bench = Bench::ready();
    bench.app.interval = Some(1);
    bench.app.answer = Some(Answer::Reject);
    bench.patch(json!({"interval": 5, "$version": 2}));
    let text = bench.update_texts().remove(0).1;
    assert!(text.contains(r#""ad":"not \"today\"\u2028""#), "{text}");
}

#[test]
fn c67_names_are_compared_byte_by_byte() {
    let mut bench = Bench::ready();
    bench.patch(
        json!({"Interval": 1, "interval ": 2, "Thermostat1": {"hysteresis": 1}, "$version": 2}),
    );
    assert!(bench.app.calls.is_empty());
    assert!(bench.app.thermostats[0].calls.is_empty());
    assert_eq!(bench.call("Reboot", "1").0, 404);
}
