use pnp_runtime::Component;
use serde_json::json;

use crate::bench::Bench;
use crate::model::controller::{self, Controller};
use crate::model::{notes, thermostat};

fn serial(number: &str) -> controller::Properties {
    controller::Properties {
        serial_number: Some(number.to_owned()),
        ..controller::Properties::default()
    }
}

fn hottest(value: f64) -> thermostat::Properties {
    thermostat::Properties {
        max_temp_since_last_reboot: Some(value),
    }
}

#[test]
fn c18_c19_root_properties_are_plain_and_component_properties_marked_once() {
    let mut bench = Bench::ready();
    bench
        .device
        .report(Component::root(), &serial("x"))
        .unwrap();
    assert_eq!(bench.update_texts()[0].1, r#"{"serialNumber":"x"}"#);
    bench
        .device
        .report(Controller::thermostat1(), &hottest(3.5))
        .unwrap();
    assert_eq!(
        bench.update_texts()[0].1,
        r#"{"thermostat1":{"__t":"c","maxTempSinceLastReboot":3.5}}"#
    );
}

#[test]
fn c20_several_properties_and_components_go_in_one_update_one_object_each() {
    let mut bench = Bench::ready();
    bench
        .device
        .report(Controller::thermostat1(), &hottest(1.0))
        .unwrap();
    bench
        .device
        .report(Component::root(), &serial("x"))
        .unwrap();
    bench
        .device
        .report(Controller::thermostat2(), &hottest(2.0))
        .unwrap();
    bench.device.clear(Controller::thermostat1(), "old");
    assert_eq!(
        bench.update_texts()[0].1,
        concat!(
            r#"{"thermostat1":{"__t":"c","maxTempSinceLastReboot":1.0,"old":null},"#,
            r#""serialNumber":"x","#,
            r#""thermostat2":{"__t":"c","maxTempSinceLastReboot":2.0}}"#
        )
    );
}

#[test]
fn c21_clearing_sends_null_and_a_whole_component_has_no_mark() {
    let mut bench = Bench::ready();
    bench
        .device
        .clear(Component::<Controller, Controller>::root(), "serialNumber");
    assert_eq!(bench.settle(), [json!({"serialNumber": null})]);
    bench
        .device
        .report(Controller::thermostat1(), &hottest(1.0))
        .unwrap();
    bench.device.clear_component(Controller::thermostat1());
    assert_eq!(
        bench.settle(),
        [json!({"thermostat1": null})],
        "what waited for the component is gone with it"
    );
}

#[test]
fn c21_what_is_reported_after_a_component_was_cleared_goes_after_it() {
    let mut bench = Bench::ready();
    bench.device.clear_component(Controller::thermostat1());
    bench
        .device
        .report(Controller::thermostat1(), &hottest(1.0))
        .unwrap();
    assert_eq!(
        bench.settle(),
        [
            json!({"thermostat1": null}),
            json!({"thermostat1": {"__t": "c", "maxTempSinceLastReboot": 1.0}})
        ]
    );
}

#[test]
fn a_replaced_map_loses_the_keys_that_it_no_longer_has() {
    let mut bench = Bench::ready();
    for pairs in [[("a", "1"), ("b", "2")].as_slice(), &[("b", "3")]] {
        let properties = controller::Properties {
            notes: Some(notes(pairs)),
            ..controller::Properties::default()
        };
        bench.device.report(Component::root(), &properties).unwrap();
        bench.device.tick(bench.now);
        let expected = match pairs.len() {
            2 => json!({"notes": {"a": "1", "b": "2"}}),
            _ => json!({"notes": {"a": null, "b": "3"}}),
        };
        assert_eq!(bench.settle(), [expected]);
    }
}

#[test]
fn c10_a_property_that_json_lacks_queues_nothing() {
    let mut bench = Bench::ready();
    let error = bench
        .device
        .report(Controller::thermostat1(), &hottest(f64::NAN))
        .unwrap_err();
    assert_eq!(error.path(), "maxTempSinceLastReboot");
    assert!(bench.updates().is_empty());
}
