//! What only this device knows. The model's traits say which answers are missing: leave a method out,
//! and it doesn't compile.

use pnp_runtime::jiff::Timestamp;
use pnp_runtime::{Ack, CommandError, DateTime, Desired};

use crate::model::{temperature_controller, thermostat};

/// Temperatures that a thermostat can hold, in degrees Celsius.
const RANGE: std::ops::RangeInclusive<f64> = -20.0..=60.0;

/// The device: two thermostats.
#[derive(Debug)]
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
        Self {
            thermostats: [Thermostat::new(), Thermostat::new()],
        }
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

impl Thermostat {
    fn new() -> Self {
        Self {
            target: 20.0,
            readings: Vec::new(),
        }
    }

    /// Takes a reading; returns it where it is the highest since the start.
    pub fn measure(&mut self, temperature: f64, now: Timestamp) -> Option<f64> {
        let highest = self
            .readings
            .iter()
            .all(|(_, earlier)| *earlier < temperature);
        self.readings.push((now, temperature));
        highest.then_some(temperature)
    }
}

impl thermostat::Handler for Thermostat {
    fn target_temperature(&self) -> Option<f64> {
        Some(self.target)
    }

    fn set_target_temperature(&mut self, desired: Desired<f64>) -> Ack<f64> {
        match desired.value {
            Some(target) if RANGE.contains(&target) => {
                self.target = target;
                Ack::accepted(target).with_description("holding the new target")
            }
            Some(_) => Ack::rejected("the target must be between -20 and 60 degrees Celsius"),
            // The back end took its wish back: the device keeps what it has.
            None => Ack::current(),
        }
    }

    fn get_max_min_report(
        &mut self,
        since: DateTime,
    ) -> Result<thermostat::GetMaxMinReportResponse, CommandError> {
        let counted: Vec<_> = self
            .readings
            .iter()
            .filter(|(at, _)| *at >= since.0)
            .collect();
        let temperatures = || counted.iter().map(|(_, temperature)| *temperature);
        Ok(thermostat::GetMaxMinReportResponse {
            max_temp: temperatures().reduce(f64::max),
            min_temp: temperatures().reduce(f64::min),
            avg_temp: (!counted.is_empty())
                .then(|| temperatures().sum::<f64>() / counted.len() as f64),
            start_time: counted.first().map(|(at, _)| DateTime(*at)),
            end_time: counted.last().map(|(at, _)| DateTime(*at)),
        })
    }
}
