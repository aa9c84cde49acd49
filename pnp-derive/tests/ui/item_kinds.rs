//! Macros on items of another kind.
use pnp_runtime::{Enum, Interface, Object, Properties, Telemetry, handler};

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Thermostat;1")]
struct Thermostat;

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Thermostat;1")]
enum NotAnInterface {}

#[derive(Telemetry)]
#[pnp(interface = Thermostat)]
struct Tuple(Option<f64>);

#[derive(Properties)]
#[pnp(interface = Thermostat)]
union Bits {
    number: u32,
}

#[derive(Object)]
enum NotAnObject {
    Up,
}

#[derive(Enum)]
struct NotAnEnum {
    up: bool,
}

#[handler(interface = Thermostat)]
struct NotATrait;

fn main() {}
