//! What this device knows: two thermostats.

use pnp_runtime::jiff::Timestamp;
use pnp_runtime::{Ack, CommandError, DateTime, Desired};

use crate::model::{temperature_controller, thermostat};

/// Temperatures that a thermostat can hold, in degrees Celsius.
const RANGE: std::ops::RangeInclusive<f64> = -20.0..=60.0;

/// The device.
#[derive(Debug, Default)]
pub struct Controller {
    /// `thermostat1` and `thermostat2`.
    pub thermostats: [Thermostat; 2],
}

/// One thermostat.
#[derive(Debug)]
pub struct Thermostat {
    target: f64,
    readings: Vec<(Timestamp, f64)>,
}

impl Controller {
    /// A device that has just started.
    pub fn new() -> Self {
        Self::default()
    }
}

impl temperature_controller::Handler for Controller {
    fn reboot(&mut self, delay: i32) -> Result<(), CommandError> {
        if delay < 0 {
            return Err(CommandError::bad_request("a delay can't be negative"));
        }
        for thermostat in &mut self.thermostats {
            thermostat.readings.clear();
        }
        Ok(())
    }

    fn thermostat1(&mut self) -> &mut dyn thermostat::Handler {
        &mut self.thermostats[0]
    }

    fn thermostat2(&mut self) -> &mut dyn thermostat::Handler {
        &mut self.thermostats[1]
    }
}

impl Default for Thermostat {
    fn default() -> Self {
        Self {
            target: 20.0,
            readings: Vec::new(),
        }
    }
}

impl Thermostat {
    /// Takes a reading; returns it where it is the highest since the start.
    pub fn measure(&mut self, temperature: f64, now: Timestamp) -> Option<f64> {
        let is_highest = self
            .readings
            .iter()
            .all(|(_, earlier)| *earlier < temperature);
        self.readings.push((now, temperature));
        is_highest.then_some(temperature)
    }
}

impl thermostat::Handler for Thermostat {
    fn target(&self) -> Option<f64> {
        Some(self.target)
    }

    fn set_target(&mut self, desired: Desired<f64>) -> Ack<f64> {
        match desired.value {
            Some(target) if RANGE.contains(&target) => {
                self.target = target;
                Ack::accepted(target).with_description("holding the new target")
            }
            Some(_) => Ack::rejected("the target must be between -20 and 60 degrees Celsius"),
            None => Ack::current(),
        }
    }

    fn report(&mut self, since: DateTime) -> Result<thermostat::Report, CommandError> {
        let counted: Vec<_> = self
            .readings
            .iter()
            .filter(|(at, _)| *at >= since.0)
            .collect();
        let temperatures = || counted.iter().map(|(_, temperature)| *temperature);
        let average = temperatures().sum::<f64>() / counted.len() as f64;
        Ok(thermostat::Report {
            highest: temperatures().reduce(f64::max),
            lowest: temperatures().reduce(f64::min),
            average: (!counted.is_empty()).then_some(average),
            first: counted.first().map(|(at, _)| DateTime(*at)),
            last: counted.last().map(|(at, _)| DateTime(*at)),
        })
    }
}
