//! Interfaces: id, names, parameters.
use pnp_runtime::Interface;

#[derive(Interface)]
struct Thermostat;

#[derive(Interface)]
#[pnp(id = "com:example:Thermostat;1")]
struct NoScheme;

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:2Thermostat;1")]
struct BadLabel;

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Thermostat;v1")]
struct BadVersion;

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Generic;1")]
struct Generic<'a, T> {
    parts: &'a T,
}

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Root;1")]
struct Root {
    #[pnp(component = "thermostat")]
    first: Thermostat,
    thermostat: Thermostat,
    #[pnp(component = "the third")]
    third: Thermostat,
    _fourth: Thermostat,
}

fn main() {}
