//! What the types promise: a missing method and a mixed message can't be written.
use pnp_runtime::{CommandError, Component, Interface, Telemetry, handler};

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Thermostat;1")]
struct Thermostat;

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Root;1")]
struct Root {
    thermostat1: Thermostat,
}

#[derive(Telemetry)]
#[pnp(interface = Root)]
struct RootTelemetry {
    uptime: Option<i64>,
}

#[handler(interface = Root)]
trait Handler {
    #[pnp(command = "reboot")]
    fn reboot(&mut self, delay: i32) -> Result<(), CommandError>;
}

struct Device;

impl Handler for Device {}

fn send<R, I: Interface, T: Telemetry<Interface = I>>(_: Component<R, I>, _: &T) {}

fn main() {
    send(Root::thermostat1(), &RootTelemetry { uptime: None });
    send(Root::thermostat2(), &RootTelemetry { uptime: None });
}
