//! Keys that don't exist, and keys in the wrong place.
use pnp_runtime::{CommandError, Enum, Interface, Object, Telemetry, handler};

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Thermostat;1", version = 2)]
struct Thermostat;

#[derive(Telemetry)]
#[pnp(interfce = Thermostat)]
struct Misspelt {
    #[pnp(nmae = "workingSet")]
    working_set: Option<f64>,
}

#[derive(Object)]
#[pnp(interface = Thermostat)]
struct Report {
    #[pnp(component = "thermostat1")]
    max_temp: Option<f64>,
}

#[derive(Enum)]
#[pnp(value = "string")]
enum Direction {
    #[pnp(name = "up")]
    Up,
    #[pnp(unknown = "other")]
    Other(#[pnp(unknown)] String),
}

#[handler(interface = Thermostat, component = "thermostat1")]
trait Handler {
    #[pnp(comand = "reboot")]
    fn reboot(&mut self) -> Result<(), CommandError>;
}

fn main() {}
