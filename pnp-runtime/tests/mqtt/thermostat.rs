//! A device to connect.

use std::time::Duration;

use pnp_runtime::{Ack, CommandError, Desired, Interface, Telemetry, handler};

#[derive(Debug, Interface)]
#[pnp(id = "dtmi:com:example:Thermostat;1")]
pub(crate) struct Thermostat;

#[derive(Debug, Telemetry)]
#[pnp(interface = Thermostat)]
pub(crate) struct Reading {
    pub(crate) temperature: Option<f64>,
}

#[handler(interface = Thermostat)]
pub(crate) trait ThermostatHandler {
    #[pnp(property = "targetTemperature")]
    fn target(&self) -> Option<f64>;
    #[pnp(desired = "targetTemperature")]
    fn set_target(&mut self, desired: Desired<f64>) -> Ack<f64>;
    #[pnp(command = "reboot")]
    fn reboot(&mut self, delay: i32) -> Result<(), CommandError>;
}

#[derive(Debug, Default)]
pub(crate) struct Heater {
    pub(crate) target: f64,
}

impl ThermostatHandler for Heater {
    fn target(&self) -> Option<f64> {
        Some(self.target)
    }

    fn set_target(&mut self, desired: Desired<f64>) -> Ack<f64> {
        self.target = desired.value.unwrap_or(20.0);
        Ack::current()
    }

    fn reboot(&mut self, delay: i32) -> Result<(), CommandError> {
        std::thread::sleep(Duration::from_millis(delay.unsigned_abs().into()));
        Ok(())
    }
}
