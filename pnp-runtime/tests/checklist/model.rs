//! A temperature controller, declared as generated code declares it, and a device that has it.

use std::collections::BTreeMap;

use pnp_runtime::{Ack, CommandError, DateTime, Desired, Reason};

pub(crate) mod controller {
    use super::thermostat;
    use pnp_runtime::{Ack, CommandError, Desired};

    #[derive(Clone, Copy, Debug, pnp_runtime::Interface)]
    #[pnp(id = "dtmi:com:example:TemperatureController;1")]
    #[allow(dead_code, reason = "the fields only declare components")]
    pub(crate) struct Controller {
        #[pnp(component = "thermostat1")]
        pub(crate) thermostat1: thermostat::Thermostat,
        #[pnp(component = "thermostat2")]
        pub(crate) thermostat2: thermostat::Thermostat,
    }

    #[derive(Clone, Debug, Default, PartialEq, pnp_runtime::Telemetry)]
    #[pnp(interface = Controller)]
    pub(crate) struct Telemetry {
        #[pnp(name = "workingSet")]
        pub(crate) working_set: Option<f64>,
        pub(crate) uptime: Option<i64>,
        /// As `extends` gives it: an inherited telemetry is the root's own.
        pub(crate) inherited: Option<bool>,
    }

    #[derive(Clone, Debug, Default, PartialEq, pnp_runtime::Properties)]
    #[pnp(interface = Controller)]
    pub(crate) struct Properties {
        #[pnp(name = "serialNumber")]
        pub(crate) serial_number: Option<String>,
        pub(crate) notes: Option<std::collections::BTreeMap<String, String>>,
        pub(crate) nest: Option<Nest>,
    }

    /// An object in an object, as deep as it goes.
    #[derive(Clone, Debug, Default, PartialEq, pnp_runtime::Object)]
    pub(crate) struct Nest {
        pub(crate) inner: Option<Box<Nest>>,
    }

    #[derive(Clone, Debug, Default, PartialEq, pnp_runtime::Object)]
    pub(crate) struct Limits {
        pub(crate) low: Option<f64>,
        pub(crate) high: Option<f64>,
        pub(crate) value: Option<f64>,
        pub(crate) thermostat1: Option<f64>,
    }

    #[derive(Clone, Debug, PartialEq, Eq, pnp_runtime::Enum)]
    #[pnp(values = "integer")]
    pub(crate) enum Mode {
        #[pnp(value = 1)]
        Eco,
        #[pnp(value = 5_000_000_000)]
        Boost,
        #[pnp(unknown)]
        Unknown(i64),
    }

    #[pnp_runtime::handler(interface = Controller)]
    pub(crate) trait Handler {
        #[pnp(property = "interval")]
        fn interval(&self) -> Option<i32>;
        #[pnp(desired = "interval")]
        fn set_interval(&mut self, desired: Desired<i32>) -> Ack<i32>;
        #[pnp(property = "limits")]
        fn limits(&self) -> Option<Limits>;
        #[pnp(desired = "limits")]
        fn set_limits(&mut self, desired: Desired<Limits>) -> Ack<Limits>;
        #[pnp(property = "mode")]
        fn mode(&self) -> Option<Mode>;
        #[pnp(desired = "mode")]
        fn set_mode(&mut self, desired: Desired<Mode>) -> Ack<Mode>;

        #[pnp(command = "reboot")]
        fn reboot(&mut self, delay: i32) -> Result<(), CommandError>;
        #[pnp(command = "stop")]
        fn stop(&mut self) -> Result<(), CommandError>;
        #[pnp(command = "echo")]
        fn echo(&mut self, text: Option<String>) -> Result<Option<String>, CommandError>;
        #[pnp(command = "later")]
        fn later(&mut self) -> Result<String, CommandError>;
        #[pnp(command = "broken")]
        fn broken(&mut self) -> Result<f64, CommandError>;
        #[pnp(component = "thermostat1")]
        fn thermostat1(&mut self) -> &mut dyn thermostat::Handler;
        #[pnp(component = "thermostat2")]
        fn thermostat2(&mut self) -> &mut dyn thermostat::Handler;
    }
}

pub(crate) mod thermostat {
    use pnp_runtime::{Ack, CommandError, DateTime, Desired};

    #[derive(Clone, Copy, Debug, pnp_runtime::Interface)]
    #[pnp(id = "dtmi:com:example:Thermostat;1")]
    pub(crate) struct Thermostat;

    #[derive(Clone, Debug, Default, PartialEq, pnp_runtime::Telemetry)]
    #[pnp(interface = Thermostat)]
    pub(crate) struct Telemetry {
        pub(crate) temperature: Option<f64>,
        pub(crate) humidity: Option<f64>,
    }

    #[derive(Clone, Debug, Default, PartialEq, pnp_runtime::Properties)]
    #[pnp(interface = Thermostat)]
    pub(crate) struct Properties {
        #[pnp(name = "maxTempSinceLastReboot")]
        pub(crate) max_temp_since_last_reboot: Option<f64>,
    }

    #[derive(Clone, Debug, Default, PartialEq, pnp_runtime::Object)]
    pub(crate) struct Report {
        #[pnp(name = "maxTemp")]
        pub(crate) max_temp: Option<f64>,
        pub(crate) since: Option<DateTime>,
    }

    #[pnp_runtime::handler(interface = Thermostat)]
    pub(crate) trait Handler {
        #[pnp(property = "targetTemperature")]
        fn target_temperature(&self) -> Option<f64>;
        #[pnp(desired = "targetTemperature")]
        fn set_target_temperature(&mut self, desired: Desired<f64>) -> Ack<f64>;
        #[pnp(property = "hysteresis")]
        fn hysteresis(&self) -> Option<f64>;
        #[pnp(desired = "hysteresis")]
        fn set_hysteresis(&mut self, desired: Desired<f64>) -> Ack<f64>;
        #[pnp(command = "getMaxMinReport")]
        fn get_max_min_report(&mut self, since: DateTime) -> Result<Report, CommandError>;
    }
}

/// A call that reached a handler: property, desired value as text, version, reason.
pub(crate) type Call = (&'static str, String, i64, Reason);

/// What the device does, and what was asked of it.
#[derive(Debug, Default)]
pub(crate) struct App {
    pub(crate) interval: Option<i32>,
    pub(crate) limits: Option<controller::Limits>,
    pub(crate) mode: Option<controller::Mode>,
    pub(crate) calls: Vec<Call>,
    /// How the next desired `interval` is answered; `None` accepts it.
    pub(crate) answer: Option<Answer>,
    pub(crate) rebooted: Vec<i32>,
    pub(crate) thermostats: [Room; 2],
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    Pending,
    Reject,
    Fail,
    Status(u16),
    Clamp(i32),
    Panic,
}

#[derive(Debug, Default)]
pub(crate) struct Room {
    pub(crate) target: Option<f64>,
    pub(crate) hysteresis: Option<f64>,
    pub(crate) calls: Vec<Call>,
    pub(crate) reports: u32,
}

fn call<T: std::fmt::Debug>(name: &'static str, desired: &Desired<T>) -> Call {
    let value = match &desired.value {
        Some(value) => format!("{value:?}"),
        None => "removed".to_owned(),
    };
    (name, value, desired.version, desired.reason)
}

impl controller::Handler for App {
    fn interval(&self) -> Option<i32> {
        self.interval
    }

    fn set_interval(&mut self, desired: Desired<i32>) -> Ack<i32> {
        self.calls.push(call("interval", &desired));
        let Some(value) = desired.value else {
            self.interval = Some(60);
            return Ack::current();
        };
        match self.answer {
            None => {
                self.interval = Some(value);
                Ack::accepted(value)
            }
            Some(Answer::Pending) => Ack::pending(self.interval.unwrap_or(0)),
            Some(Answer::Reject) => Ack::rejected("not \"today\"\u{2028}"),
            Some(Answer::Fail) => Ack::failed("the timer is stuck"),
            Some(Answer::Status(status)) => Ack::of(status).with_value(value),
            Some(Answer::Clamp(highest)) => {
                self.interval = Some(highest);
                Ack::current().with_description("clamped")
            }
            Some(Answer::Panic) => panic!("as the test wants"),
        }
    }

    fn limits(&self) -> Option<controller::Limits> {
        self.limits.clone()
    }

    fn set_limits(&mut self, desired: Desired<controller::Limits>) -> Ack<controller::Limits> {
        self.calls.push(call("limits", &desired));
        self.limits = desired.value;
        Ack::current()
    }

    fn mode(&self) -> Option<controller::Mode> {
        self.mode.clone()
    }

    fn set_mode(&mut self, desired: Desired<controller::Mode>) -> Ack<controller::Mode> {
        self.calls.push(call("mode", &desired));
        self.mode = desired.value;
        Ack::current()
    }

    fn reboot(&mut self, delay: i32) -> Result<(), CommandError> {
        if delay < 0 {
            return Err(CommandError::new(422, "a delay can't be negative"));
        }
        if delay == 13 {
            panic!("as the test wants");
        }
        self.rebooted.push(delay);
        Ok(())
    }

    fn stop(&mut self) -> Result<(), CommandError> {
        Err(CommandError::not_implemented("no brake in this device"))
    }

    fn echo(&mut self, text: Option<String>) -> Result<Option<String>, CommandError> {
        Ok(text)
    }

    fn later(&mut self) -> Result<String, CommandError> {
        Err(CommandError::deferred())
    }

    fn broken(&mut self) -> Result<f64, CommandError> {
        Ok(f64::NAN)
    }

    fn thermostat1(&mut self) -> &mut dyn thermostat::Handler {
        &mut self.thermostats[0]
    }

    fn thermostat2(&mut self) -> &mut dyn thermostat::Handler {
        &mut self.thermostats[1]
    }
}

impl thermostat::Handler for Room {
    fn target_temperature(&self) -> Option<f64> {
        self.target
    }

    fn set_target_temperature(&mut self, desired: Desired<f64>) -> Ack<f64> {
        self.calls.push(call("targetTemperature", &desired));
        self.target = desired.value;
        Ack::current()
    }

    fn hysteresis(&self) -> Option<f64> {
        self.hysteresis
    }

    fn set_hysteresis(&mut self, desired: Desired<f64>) -> Ack<f64> {
        self.calls.push(call("hysteresis", &desired));
        self.hysteresis = desired.value;
        Ack::current()
    }

    fn get_max_min_report(&mut self, since: DateTime) -> Result<thermostat::Report, CommandError> {
        self.reports += 1;
        Ok(thermostat::Report {
            max_temp: Some(f64::from(self.reports)),
            since: Some(since),
        })
    }
}

pub(crate) fn notes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}
