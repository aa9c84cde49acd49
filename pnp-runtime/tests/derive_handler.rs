//! Derived interfaces, telemetry, properties and handlers.
#![cfg(feature = "derive")]

use pnp_runtime::schema::Value;
use pnp_runtime::{
    Ack, Address, CommandError, Component, Desired, EncodeError, Encoder, Interface, Properties,
    Reason, Served, Telemetry, WritableOutcome,
};

mod controller {
    use super::thermostat;

    #[derive(Clone, Copy, Debug, pnp_runtime::Interface)]
    #[pnp(id = "dtmi:com:example:TemperatureController;1")]
    pub(crate) struct TemperatureController {
        /// The first.
        #[pnp(component = "thermostat1")]
        pub(crate) first: thermostat::Thermostat,
        pub(crate) thermostat2: thermostat::Thermostat,
    }

    #[derive(Default, pnp_runtime::Telemetry)]
    #[pnp(interface = TemperatureController)]
    pub(crate) struct Telemetry {
        #[pnp(name = "workingSet")]
        pub(crate) working_set: Option<f64>,
        pub(crate) uptime: Option<i64>,
    }

    #[derive(Default, pnp_runtime::Properties)]
    #[pnp(interface = TemperatureController)]
    pub(crate) struct Properties {
        #[pnp(name = "serialNumber")]
        pub(crate) serial_number: Option<String>,
        pub(crate) ratio: Option<f64>,
    }

    #[pnp_runtime::handler(interface = TemperatureController)]
    pub(crate) trait Handler {
        #[pnp(command = "reboot")]
        fn reboot(&mut self, delay: i32) -> Result<(), pnp_runtime::CommandError>;
        #[pnp(component = "thermostat1")]
        fn first(&mut self) -> &mut dyn thermostat::Handler;
        #[pnp(component = "thermostat2")]
        fn thermostat2(&mut self) -> &mut dyn thermostat::Handler;
        /// A helper of the device's own.
        fn is_ready(&self) -> bool {
            true
        }
    }
}

mod thermostat {
    #[derive(Clone, Copy, Debug, pnp_runtime::Interface)]
    #[pnp(id = "dtmi:com:example:Thermostat;1")]
    pub(crate) struct Thermostat;

    #[pnp_runtime::handler(interface = Thermostat)]
    pub(crate) trait Handler {
        #[pnp(property = "targetTemperature")]
        fn target_temperature(&self) -> Option<f64>;
        #[pnp(desired = "targetTemperature")]
        fn set_target_temperature(
            &mut self,
            desired: pnp_runtime::Desired<f64>,
        ) -> pnp_runtime::Ack<f64>;
        #[pnp(command = "warmest")]
        fn warmest(&self) -> Result<f64, pnp_runtime::CommandError>;
        #[pnp(command = "echo")]
        fn echo(
            &mut self,
            text: Option<String>,
        ) -> Result<Option<String>, pnp_runtime::CommandError>;
    }
}

use controller::{Handler, TemperatureController};
use thermostat::Thermostat;

#[derive(Default)]
struct Sensor {
    target: Option<f64>,
    seen: Vec<Desired<f64>>,
}

impl thermostat::Handler for Sensor {
    fn target_temperature(&self) -> Option<f64> {
        self.target
    }

    fn set_target_temperature(&mut self, desired: Desired<f64>) -> Ack<f64> {
        self.seen.push(desired.clone());
        match desired.value {
            Some(hot) if hot > 90.0 => Ack::rejected("too hot"),
            Some(target) => {
                self.target = Some(target);
                Ack::accepted(target)
            }
            None => Ack::current(),
        }
    }

    fn warmest(&self) -> Result<f64, CommandError> {
        self.target
            .ok_or_else(|| CommandError::failed("nothing measured"))
    }

    fn echo(&mut self, text: Option<String>) -> Result<Option<String>, CommandError> {
        Ok(text)
    }
}

#[derive(Default)]
struct Device {
    sensors: [Sensor; 2],
    delays: Vec<i32>,
}

impl Handler for Device {
    fn reboot(&mut self, delay: i32) -> Result<(), CommandError> {
        self.delays.push(delay);
        Ok(())
    }

    fn first(&mut self) -> &mut dyn thermostat::Handler {
        &mut self.sensors[0]
    }

    fn thermostat2(&mut self) -> &mut dyn thermostat::Handler {
        &mut self.sensors[1]
    }
}

fn root(name: &str) -> Address<'_> {
    Address {
        component: None,
        name,
    }
}

fn inside<'a>(component: &'a str, name: &'a str) -> Address<'a> {
    Address {
        component: Some(component),
        name,
    }
}

fn desire(device: &mut Device, address: Address<'_>, value: Value) -> Option<WritableOutcome> {
    TemperatureController::desired(device, address, Some(&value), 7, Reason::Changed)
}

fn telemetry_text<T: Telemetry>(telemetry: &T) -> Result<String, EncodeError> {
    let mut text = String::new();
    telemetry.encode(&mut Encoder::new(&mut text))?;
    Ok(text)
}

#[test]
fn the_id_is_the_models_byte_for_byte() {
    assert_eq!(
        TemperatureController::ID,
        "dtmi:com:example:TemperatureController;1"
    );
}

#[test]
fn accessors_give_component_addresses_in_const_contexts() {
    const FIRST: Component<TemperatureController, Thermostat> = TemperatureController::first();
    assert_eq!(FIRST.name(), Some("thermostat1"));
    assert_eq!(
        TemperatureController::thermostat2().name(),
        Some("thermostat2")
    );
}

#[test]
fn telemetry_leaves_absent_fields_out() {
    let mut telemetry = controller::Telemetry::default();
    assert_eq!(telemetry_text(&telemetry).unwrap(), "{}");
    telemetry.uptime = Some(9_007_199_254_740_993);
    assert_eq!(
        telemetry_text(&telemetry).unwrap(),
        r#"{"uptime":9007199254740993}"#
    );
    telemetry.working_set = Some(f64::INFINITY);
    assert_eq!(telemetry_text(&telemetry).unwrap_err().path(), "workingSet");
}

#[test]
fn properties_are_handed_out_one_by_one_and_stop_at_the_first_error() {
    let mut properties = controller::Properties {
        serial_number: Some("S".into()),
        ratio: None,
    };
    let reported = |properties: &controller::Properties| {
        let mut reported = Vec::new();
        let result = properties.encode_each(&mut |name, write| {
            let mut text = String::new();
            write(&mut Encoder::new(&mut text))?;
            reported.push(format!("{name}={text}"));
            Ok(())
        });
        (reported, result)
    };
    assert_eq!(
        reported(&properties),
        (vec![r#"serialNumber="S""#.to_owned()], Ok(()))
    );
    properties.ratio = Some(f64::NAN);
    assert!(reported(&properties).1.is_err());
}

#[test]
fn the_shape_lists_the_names_in_declared_order() {
    let shape = TemperatureController::SHAPE;
    assert!(shape.writable.is_empty());
    assert_eq!(shape.commands, ["reboot"]);
    let [(first, inner), (second, _)] = shape.components else {
        panic!("two components, not {:?}", shape.components);
    };
    assert_eq!((*first, *second), ("thermostat1", "thermostat2"));
    assert_eq!(inner.writable, ["targetTemperature"]);
    assert_eq!(inner.commands, ["warmest", "echo"]);
}

#[test]
fn a_desired_value_reaches_its_component_alone() {
    let mut device = Device::default();
    let outcome = desire(
        &mut device,
        inside("thermostat2", "targetTemperature"),
        Value::from(23),
    )
    .unwrap();
    assert_eq!(outcome.status, 200);
    assert_eq!(outcome.value.as_deref(), Some("23.0"));
    assert_eq!(device.sensors[0].seen, []);
    assert_eq!(
        device.sensors[1].seen,
        [Desired {
            value: Some(23.0),
            version: 7,
            reason: Reason::Changed
        }]
    );
    let actual = |device: &mut Device, component| {
        TemperatureController::actual(device, inside(component, "targetTemperature"))
    };
    assert_eq!(actual(&mut device, "thermostat1"), None);
    assert_eq!(actual(&mut device, "thermostat2"), Some(Ok("23.0".into())));
}

#[test]
fn a_value_that_does_not_decode_never_reaches_the_setter() {
    let mut device = Device::default();
    device.sensors[0].target = Some(20.0);
    let outcome = desire(
        &mut device,
        inside("thermostat1", "targetTemperature"),
        Value::from("hot"),
    )
    .unwrap();
    assert_eq!(outcome.status, 400);
    assert_eq!(outcome.value.as_deref(), Some("20.0"));
    assert!(device.sensors[0].seen.is_empty());
}

#[test]
fn a_removed_value_reaches_the_setter_as_none() {
    let mut device = Device::default();
    let address = inside("thermostat1", "targetTemperature");
    let outcome =
        TemperatureController::desired(&mut device, address, None, 8, Reason::Startup).unwrap();
    assert_eq!(outcome.status, 200);
    assert_eq!(device.sensors[0].seen[0].value, None);
}

#[test]
fn an_address_outside_the_shape_is_nobodys() {
    let mut device = Device::default();
    for address in [
        root("targetTemperature"),
        root("reboot"),
        root("thermostat1"),
        inside("thermostat1", "nothing"),
        inside("thermostat3", "targetTemperature"),
        inside("Thermostat1", "targetTemperature"),
    ] {
        assert_eq!(
            desire(&mut device, address, Value::from(1)),
            None,
            "{address:?}"
        );
        assert_eq!(TemperatureController::actual(&mut device, address), None);
    }
    for address in [
        root("echo"),
        root(""),
        inside("thermostat1", "reboot"),
        inside("", "reboot"),
    ] {
        let error = TemperatureController::command(&mut device, address, b"1").unwrap_err();
        assert_eq!(error.status(), 404, "{address:?}");
    }
    assert!(device.delays.is_empty());
}

#[test]
fn commands_decode_their_request_and_encode_their_response() {
    let mut device = Device::default();
    let mut run = |address: Address<'_>, payload: &str| {
        TemperatureController::command(&mut device, address, payload.as_bytes())
            .map_err(|error| error.status())
    };
    assert_eq!(run(root("reboot"), "5"), Ok(String::new()));
    assert_eq!(run(root("reboot"), "\"soon\""), Err(400));
    assert_eq!(run(root("reboot"), ""), Err(400));
    assert_eq!(run(root("reboot"), "{"), Err(400));
    assert_eq!(run(inside("thermostat1", "warmest"), ""), Err(500));
    assert_eq!(run(inside("thermostat2", "echo"), ""), Ok("null".into()));
    assert_eq!(
        run(inside("thermostat2", "echo"), "\"hi\""),
        Ok("\"hi\"".into())
    );
    device.sensors[0].target = Some(30.0);
    let warmest = inside("thermostat1", "warmest");
    let ignored = TemperatureController::command(&mut device, warmest, b"not json");
    assert_eq!(ignored.unwrap(), "30.0");
    assert_eq!(device.delays, [5]);
    assert!(device.is_ready());
}
