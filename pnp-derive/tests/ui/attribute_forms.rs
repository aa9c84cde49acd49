//! `#[pnp]` in forms that it doesn't have; all are told in one compile.
use pnp_runtime::{Interface, Object, Telemetry};

#[derive(Interface)]
#[pnp]
struct Bare;

#[derive(Interface)]
#[pnp = "dtmi:com:example:Thermostat;1"]
struct NameValue;

#[derive(Interface)]
#[pnp("dtmi:com:example:Thermostat;1")]
struct Literal;

#[derive(Interface)]
#[pnp(id)]
struct NoValue;

#[derive(Interface)]
#[pnp(id =)]
struct EmptyValue;

#[derive(Interface)]
#[pnp(id = 1)]
struct WrongValue;

#[derive(Interface)]
#[pnp(id("dtmi:com:example:Thermostat;1"))]
struct Call;

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Thermostat;1", id = "dtmi:com:example:Thermostat;2")]
struct Twice;

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Thermostat;1" crate = ::pnp_runtime)]
struct NoComma;

#[derive(Telemetry)]
#[pnp(interface = "Thermostat")]
struct PathInQuotes {
    #[pnp(name = temperature)]
    temperature: Option<f64>,
}

#[derive(Object)]
#[pnp(crate = 7)]
struct BadCrate {}

fn main() {}
