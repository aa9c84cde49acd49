//! What describes a declaration in the model: units, names, ids, and which declarations are its own.
use pnp_runtime::{Ack, CommandError, Desired, Enum, Interface, Object, Telemetry, handler};

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Thermostat;1", handler = "Handler", extends = [Base Other])]
struct Thermostat;

#[derive(Telemetry)]
#[pnp(interface = Thermostat)]
struct Readings {
    #[pnp(semantic = "Temperature")]
    no_unit: Option<f64>,
    #[pnp(unit = "degreeCelsius")]
    no_type: Option<f64>,
    #[pnp(semantic = "Temperature", unit = "degree Celsius")]
    no_term: Option<f64>,
    #[pnp(semantik = "Temperature", response = "report")]
    no_key: Option<f64>,
}

#[derive(Object)]
#[pnp(id = "Report;1", unit = "second")]
struct Report {
    /// A reading.
    latest: Option<f64>,
}

#[derive(Enum)]
enum Direction {
    #[pnp(value = 1)]
    Up,
    #[pnp(value = 2, name = "up")]
    Upward,
    #[pnp(value = 3)]
    Über,
    #[pnp(unknown, display_name = "Other")]
    Other(i64),
}

#[handler(interface = Thermostat)]
trait Handler {
    #[pnp(property = "target", response = "report", unit = "kelvin")]
    fn target(&self) -> Option<f64>;
    #[pnp(desired = "target", display_name = "Target")]
    fn set_target(&mut self, #[pnp(name = "wanted")] desired: Desired<f64>) -> Ack<f64>;
    #[pnp(command = "reboot", response_description = "Nothing.")]
    fn reboot(&mut self, #[pnp(label = "Delay")] delay: i32) -> Result<(), CommandError>;
    #[pnp(command = "count", response = "the count")]
    fn count(&mut self, #[pnp(name = "a b")] _: i32) -> Result<i32, CommandError>;
    #[pnp(component = "door", comment = "of two")]
    fn door(&mut self) -> &mut dyn Handler;
}

fn main() {}
