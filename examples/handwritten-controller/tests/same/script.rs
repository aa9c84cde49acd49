//! What happens to a device, and everything that then passes through its transport. The module around
//! says whose `model` and `device` it is.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use pnp_hub::{Hub, HubOptions, Identity, IfMatch, MethodCall};
use pnp_runtime::memory::{LinkDown, MemoryTransport};
use pnp_runtime::{Action, Client, Component, Device, Event, Instant, Transport};
use serde_json::{Value, json};

use super::device::Controller;
use super::model::temperature_controller::{self, TemperatureController};
use super::model::{device_information, thermostat};

/// Runs the script; a line for each connection, action and event, bodies as bytes.
pub fn run() -> Vec<String> {
    let mut bench = Bench::start();
    bench.connect();
    bench.report();
    bench.measure([20.5, 18.0]);
    bench.measure([22.25, 18.5]);
    bench.desire(json!({ "thermostat1": { "__t": "c", "targetTemperature": 23.5 } }));
    bench.desire(json!({ "thermostat2": { "__t": "c", "targetTemperature": 95 } }));
    bench.desire(json!({ "thermostat1": { "__t": "c", "targetTemperature": "warm" } }));
    bench.desire(json!({ "thermostat1": { "__t": "c", "targetTemperature": null } }));
    bench.desire(json!({ "serialNumber": "no", "unknown": 1 }));
    bench.call("thermostat1*getMaxMinReport", json!("2024-01-01T00:00:00Z"));
    bench.call("thermostat2*getMaxMinReport", json!("2999-01-01T00:00:00Z"));
    bench.call("thermostat1*getMaxMinReport", json!(5));
    bench.call("reboot", json!(5));
    bench.call("reboot", json!(-5));
    bench.call("reboot", json!("soon"));
    bench.call("thermostat1*getMaxMinReport", json!("2024-01-01T00:00:00Z"));
    bench.call("deviceInformation*reboot", Value::Null);
    bench.call("selfDestruct", Value::Null);
    bench.connect();
    let twin = bench.hub.twin(&bench.identity).unwrap();
    bench.log.borrow_mut().push(twin.to_string());
    bench.log.take()
}

type Log = Rc<RefCell<Vec<String>>>;

struct Bench {
    hub: Hub,
    identity: Identity,
    log: Log,
    client: Client<Tap, TemperatureController>,
    controller: Controller,
}

/// A transport that notes what goes through it.
struct Tap {
    link: MemoryTransport,
    log: Log,
}

impl Transport for Tap {
    type Error = LinkDown;

    fn send(&mut self, action: Action) -> Result<(), LinkDown> {
        self.log.borrow_mut().push(format!("> {action:?}"));
        self.link.send(action)
    }

    fn poll(&mut self) -> Result<Option<Event>, LinkDown> {
        let event = self.link.poll()?;
        if let Some(event) = &event {
            self.log.borrow_mut().push(format!("< {event:?}"));
        }
        Ok(event)
    }
}

impl Bench {
    fn start() -> Self {
        let hub = Hub::new(HubOptions::default());
        let identity = hub.create_device("controller-1").unwrap();
        let log = Log::default();
        let link = hub.link(&identity);
        let tap = Tap {
            link,
            log: Rc::clone(&log),
        };
        Self {
            client: Client::new(tap),
            controller: Controller::new(),
            hub,
            identity,
            log,
        }
    }

    fn connect(&mut self) {
        let options = Device::<TemperatureController>::connect_options();
        self.log.borrow_mut().push(format!("> {options:?}"));
        self.client.transport().link.connect(&options);
        self.pump();
    }

    fn report(&mut self) {
        let device = self.client.device();
        let serial_number = Some("TC-0042".into());
        let facts = temperature_controller::Properties { serial_number };
        device.report(Component::root(), &facts).unwrap();
        let facts = device_information::Properties {
            manufacturer: Some("Example Works".into()),
            model: Some("TC 2".into()),
            sw_version: Some("1.0".into()),
            os_name: Some("none".into()),
            processor_architecture: Some("riscv".into()),
            processor_manufacturer: Some("Example Works".into()),
            total_storage: Some(1024.5),
            total_memory: Some(512.0),
        };
        let information = TemperatureController::device_information();
        device.report(information, &facts).unwrap();
        self.pump();
    }

    fn measure(&mut self, readings: [f64; 2]) {
        self.hub.advance(Duration::from_secs(1));
        let device = self.client.device();
        let working_set = Some(31.5);
        let telemetry = temperature_controller::Telemetry { working_set };
        device.telemetry(Component::root(), &telemetry).unwrap();
        let addresses = [
            TemperatureController::thermostat1(),
            TemperatureController::thermostat2(),
        ];
        for (index, address) in addresses.into_iter().enumerate() {
            let temperature = Some(readings[index]);
            let telemetry = thermostat::Telemetry { temperature };
            device.telemetry(address, &telemetry).unwrap();
            let thermostat = &mut self.controller.thermostats[index];
            let highest = thermostat.measure(readings[index], self.hub.now());
            let facts = thermostat::Properties {
                max_temp_since_last_reboot: highest,
            };
            device.report(address, &facts).unwrap();
        }
        self.pump();
    }

    fn desire(&mut self, desired: Value) {
        let patch = json!({ "properties": { "desired": desired } });
        self.hub
            .update_twin(&self.identity, patch, IfMatch::Any)
            .unwrap();
        self.pump();
    }

    fn call(&mut self, method: &str, request: Value) {
        let call = MethodCall::new(self.identity.clone(), method).payload(request);
        let mut call = self.hub.invoke(call);
        self.pump();
        let result = call.try_result().unwrap().unwrap();
        let result = format!("= {} {}", result.status, result.payload);
        self.log.borrow_mut().push(result);
    }

    fn pump(&mut self) {
        let now = u64::try_from(self.hub.now().as_millisecond()).unwrap();
        let now = Instant::from_millis(now);
        self.client.pump(now, &mut self.controller).unwrap();
    }
}
