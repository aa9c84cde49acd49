use pnp_runtime::{Action, Component, Event, Interface, Notice, Options, SendError};

use crate::bench::Bench;
use crate::model::controller::{self, Controller};
use crate::model::thermostat;

fn messages(bench: &mut Bench) -> Vec<(u64, Option<String>, String)> {
    bench
        .actions()
        .into_iter()
        .filter_map(|action| match action {
            Action::Telemetry {
                id,
                component,
                body,
            } => Some((id, component, String::from_utf8(body).unwrap())),
            _ => None,
        })
        .collect()
}

fn degrees(temperature: f64) -> thermostat::Telemetry {
    thermostat::Telemetry {
        temperature: Some(temperature),
        humidity: None,
    }
}

#[test]
fn c03_the_announced_model_is_the_root_interface_byte_for_byte() {
    let options = pnp_runtime::Device::<Controller>::connect_options();
    assert_eq!(
        options.model_id.as_deref(),
        Some("dtmi:com:example:TemperatureController;1")
    );
    assert_eq!(Controller::ID, "dtmi:com:example:TemperatureController;1");
}

#[test]
fn c04_root_telemetry_has_no_component() {
    let mut bench = Bench::ready();
    let telemetry = controller::Telemetry {
        working_set: Some(512.0),
        ..controller::Telemetry::default()
    };
    let id = bench.device.telemetry(Component::root(), &telemetry);
    assert_eq!(
        messages(&mut bench),
        [(id.unwrap(), None, r#"{"workingSet":512.0}"#.to_owned())]
    );
}

#[test]
fn c05_component_telemetry_names_its_component() {
    let mut bench = Bench::ready();
    for component in [Controller::thermostat1(), Controller::thermostat2()] {
        bench.device.telemetry(component, &degrees(21.5)).unwrap();
    }
    let sent: Vec<_> = messages(&mut bench)
        .into_iter()
        .map(|(_, component, body)| (component.unwrap(), body))
        .collect();
    let body = r#"{"temperature":21.5}"#.to_owned();
    assert_eq!(
        sent,
        [
            ("thermostat1".to_owned(), body.clone()),
            ("thermostat2".to_owned(), body)
        ]
    );
}

#[test]
fn c07_c09_one_message_holds_what_is_present_of_one_component_and_no_null() {
    let mut bench = Bench::ready();
    let both = thermostat::Telemetry {
        temperature: Some(21.5),
        humidity: Some(40.0),
    };
    bench
        .device
        .telemetry(Controller::thermostat1(), &both)
        .unwrap();
    bench
        .device
        .telemetry(Controller::thermostat1(), &degrees(1.0))
        .unwrap();
    let bodies: Vec<_> = messages(&mut bench)
        .into_iter()
        .map(|(_, _, body)| body)
        .collect();
    assert_eq!(
        bodies,
        [
            r#"{"temperature":21.5,"humidity":40.0}"#,
            r#"{"temperature":1.0}"#
        ]
    );
}

#[test]
fn c08_inherited_telemetry_is_the_inheriting_interfaces_own() {
    let mut bench = Bench::ready();
    let telemetry = controller::Telemetry {
        inherited: Some(true),
        ..controller::Telemetry::default()
    };
    bench
        .device
        .telemetry(Component::root(), &telemetry)
        .unwrap();
    let sent = messages(&mut bench);
    assert_eq!(sent[0].1, None);
    assert_eq!(sent[0].2, r#"{"inherited":true}"#);
}

#[test]
fn c10_a_number_that_json_lacks_is_an_error_and_no_message() {
    let mut bench = Bench::ready();
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = bench
            .device
            .telemetry(Controller::thermostat1(), &degrees(bad))
            .unwrap_err();
        let SendError::Encode(error) = error else {
            panic!("{error:?}");
        };
        assert_eq!(error.path(), "temperature");
    }
    assert!(messages(&mut bench).is_empty());
}

#[test]
fn telemetry_is_told_accepted_once() {
    let mut bench = Bench::ready();
    let id = bench
        .device
        .telemetry(Controller::thermostat1(), &degrees(1.0))
        .unwrap();
    bench.actions();
    bench.notices();
    bench.handle(Event::TelemetryAccepted { id });
    bench.handle(Event::TelemetryAccepted { id });
    bench.handle(Event::TelemetryAccepted { id: 99 });
    assert_eq!(bench.notices(), [Notice::TelemetryAccepted { id }]);
    let next = bench
        .device
        .telemetry(Controller::thermostat1(), &degrees(2.0))
        .unwrap();
    let sent: Vec<u64> = messages(&mut bench).iter().map(|sent| sent.0).collect();
    assert_eq!(sent, [next], "the next one goes out, and nothing twice");
}

#[test]
fn telemetry_that_was_not_accepted_is_sent_again_in_order_on_the_next_link() {
    let mut bench = Bench::ready();
    let ids: Vec<u64> = (0..4)
        .map(|value| {
            let value = degrees(f64::from(value));
            bench
                .device
                .telemetry(Controller::thermostat1(), &value)
                .unwrap()
        })
        .collect();
    assert_eq!(messages(&mut bench).len(), 4);
    bench.handle(Event::TelemetryAccepted { id: ids[1] });
    bench.handle(Event::Disconnected);
    let offline = bench
        .device
        .telemetry(Controller::thermostat1(), &degrees(9.0))
        .unwrap();
    assert!(messages(&mut bench).is_empty(), "no link, no message");
    bench.connect();
    let again: Vec<u64> = messages(&mut bench)
        .into_iter()
        .map(|sent| sent.0)
        .collect();
    assert_eq!(again, [ids[0], ids[2], ids[3], offline]);
}

#[test]
fn a_full_queue_refuses_and_says_so() {
    let mut options = Options::default();
    options.telemetry_capacity = 1;
    let mut bench = Bench::with_options(options);
    let telemetry = degrees(1.0);
    bench
        .device
        .telemetry(Controller::thermostat1(), &telemetry)
        .unwrap();
    assert_eq!(
        bench
            .device
            .telemetry(Controller::thermostat1(), &telemetry),
        Err(SendError::QueueFull)
    );
}
