//! A device whose code is generated from a DTDL model, run against a local hub: no account, no network.
//!
//! `build.rs` compiles `models/dtmi/com/example/temperaturecontroller-1.json`. [`device`] holds what
//! only this device knows: the answers to the model's commands and writable properties. This file plays
//! both the device's main loop and the back end, and prints what passes between them.

mod device;
mod timeline;

/// The generated code.
mod model {
    pnp_runtime::include_model!("temperature_controller");
}

use std::error::Error;
use std::time::Duration;

use pnp_hub::{Hub, HubOptions, Identity, IfMatch, MethodCall};
use pnp_runtime::memory::MemoryTransport;
use pnp_runtime::{Client, Component, Device, Instant};
use serde_json::{Value, json};

use crate::device::Controller;
use crate::model::temperature_controller::{self, TemperatureController};
use crate::model::{device_information, thermostat};
use crate::timeline::{Tap, Timeline};

fn main() -> Result<(), Box<dyn Error>> {
    let mut bench = Bench::start()?;

    bench.chapter("The device connects and reports what it is");
    bench.connect()?;
    bench.report()?;

    bench.chapter("Telemetry of the root and of both thermostats");
    bench.measure([20.5, 18.0])?;
    bench.measure([22.25, 18.5])?;

    bench.chapter("The back end asks thermostat1 for another temperature");
    bench.desire(json!({ "thermostat1": { "__t": "c", "targetTemperature": 23.5 } }))?;

    bench.chapter("A desired value of the wrong type is refused, the actual value stays");
    bench.desire(json!({ "thermostat1": { "__t": "c", "targetTemperature": "warm" } }))?;

    bench.chapter("Commands");
    bench.call("thermostat1*getMaxMinReport", json!("2024-01-01T00:00:00Z"))?;
    bench.call("reboot", json!(5))?;
    bench.call("selfDestruct", Value::Null)?;

    bench.chapter("The twin at the end, without its $metadata");
    let mut twin = bench.hub.twin(&bench.identity)?;
    for section in ["desired", "reported"] {
        if let Some(section) = twin["properties"][section].as_object_mut() {
            section.remove("$metadata");
        }
    }
    println!("{twin:#}");
    Ok(())
}

/// A hub, a device connected to it, and the back end's side of the conversation.
struct Bench {
    hub: Hub,
    identity: Identity,
    timeline: Timeline,
    client: Client<Tap<MemoryTransport>, TemperatureController>,
    controller: Controller,
}

impl Bench {
    fn start() -> Result<Self, Box<dyn Error>> {
        // The hub's clock stands still until it is advanced, so every run prints the same.
        let hub = Hub::new(HubOptions::default());
        let identity = hub.create_device("controller-1")?;
        let timeline = Timeline::new(hub.now());
        let link = Tap::new(hub.link(&identity), timeline.clone());
        Ok(Self {
            client: Client::new(link),
            controller: Controller::new(),
            hub,
            identity,
            timeline,
        })
    }

    /// Prints a headline; a second passes between chapters.
    fn chapter(&mut self, title: &str) {
        if self.timeline.has_begun() {
            self.hub.advance(Duration::from_secs(1));
        }
        self.timeline.chapter(title, self.hub.now());
    }

    fn connect(&mut self) -> Result<(), Box<dyn Error>> {
        let options = Device::<TemperatureController>::connect_options();
        self.client.transport().connect(&options);
        self.pump()
    }

    /// Reports the read-only properties: the root's in one struct, each component's in one.
    fn report(&mut self) -> Result<(), Box<dyn Error>> {
        let device = self.client.device();
        device.report(
            Component::root(),
            &temperature_controller::Properties {
                serial_number: Some("TC-0042".into()),
            },
        )?;
        device.report(
            TemperatureController::device_information(),
            &device_information::Properties {
                manufacturer: Some("Example Works".into()),
                model: Some("TC 2".into()),
                total_memory: Some(512.0),
                ..Default::default()
            },
        )?;
        self.pump()
    }

    /// Takes a reading of both thermostats and sends it, with the root's own telemetry.
    fn measure(&mut self, readings: [f64; 2]) -> Result<(), Box<dyn Error>> {
        self.hub.advance(Duration::from_secs(1));
        self.timeline.at(self.hub.now());
        let device = self.client.device();
        device.telemetry(
            Component::root(),
            &temperature_controller::Telemetry {
                working_set: Some(31.5),
            },
        )?;
        // Both components have the same interface: one type, two addresses.
        let addresses = [
            TemperatureController::thermostat1(),
            TemperatureController::thermostat2(),
        ];
        for (index, address) in addresses.into_iter().enumerate() {
            let temperature = readings[index];
            device.telemetry(
                address,
                &thermostat::Telemetry {
                    temperature: Some(temperature),
                },
            )?;
            let thermostat = &mut self.controller.thermostats[index];
            if let Some(highest) = thermostat.measure(temperature, self.hub.now()) {
                let max_temp_since_last_reboot = Some(highest);
                device.report(
                    address,
                    &thermostat::Properties {
                        max_temp_since_last_reboot,
                    },
                )?;
            }
        }
        self.pump()
    }

    /// As a back end: changes desired properties, and lets the device react.
    fn desire(&mut self, desired: Value) -> Result<(), Box<dyn Error>> {
        self.timeline
            .back_end(&format!("desires {desired}"), self.hub.now());
        self.hub.update_twin(
            &self.identity,
            json!({ "properties": { "desired": desired } }),
            IfMatch::Any,
        )?;
        self.pump()
    }

    /// As a back end: invokes a command, lets the device answer, and takes the result.
    fn call(&mut self, method: &str, request: Value) -> Result<(), Box<dyn Error>> {
        self.timeline
            .back_end(&format!("calls {method} with {request}"), self.hub.now());
        let mut call = self
            .hub
            .invoke(MethodCall::new(self.identity.clone(), method).payload(request));
        self.pump()?;
        let result = call.try_result().ok_or("the device has not answered")??;
        self.timeline.back_end(
            &format!("gets status {} and {}", result.status, result.payload),
            self.hub.now(),
        );
        Ok(())
    }

    /// One turn of the device's main loop: events in, actions out, until both have nothing left.
    fn pump(&mut self) -> Result<(), Box<dyn Error>> {
        let now = Instant::from_millis(u64::try_from(self.hub.now().as_millisecond())?);
        self.timeline.at(self.hub.now());
        self.client.pump(now, &mut self.controller)?;
        Ok(())
    }
}
