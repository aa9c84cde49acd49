//! Telemetry, properties and objects: interface, names, types.
use pnp_runtime::{Interface, Object, Properties, Telemetry};

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Thermostat;1")]
struct Thermostat;

#[derive(Telemetry)]
struct Orphan {
    temperature: Option<f64>,
}

#[derive(Telemetry)]
#[pnp(interface = Thermostat)]
struct Readings {
    temperature: f64,
    #[pnp(name = "temperature")]
    again: Option<f64>,
    températures: Option<f64>,
}

#[derive(Properties)]
#[pnp(interface = Thermostat)]
struct Facts {
    #[pnp(name = "__t")]
    marker: Vec<String>,
}

#[derive(Object)]
struct Report {
    #[pnp(name = "")]
    empty: f64,
    #[pnp(name = "max-temp")]
    max_temp: f64,
    r#type: String,
    #[pnp(name = "type")]
    kind: String,
}

fn main() {}
