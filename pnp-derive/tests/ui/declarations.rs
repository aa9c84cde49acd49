//! An interface names declarations of its own, and of the right kind.
use pnp_runtime::describe::{Version, dtdl_of};
use pnp_runtime::{CommandError, Interface, Properties, Telemetry, handler};

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Root;1", telemetry = OtherReadings, handler = OtherHandler)]
struct Root;

#[derive(Interface)]
#[pnp(
    id = "dtmi:com:example:Other;1",
    telemetry = OtherFacts,
    handler = NoHandler,
    extends = OtherReadings
)]
struct Other;

#[derive(Telemetry)]
#[pnp(interface = Other)]
struct OtherReadings {
    uptime: Option<i64>,
}

#[derive(Properties)]
#[pnp(interface = Other)]
struct OtherFacts {
    serial: Option<String>,
}

#[handler(interface = Other)]
trait OtherHandler {
    #[pnp(command = "reboot")]
    fn reboot(&mut self) -> Result<(), CommandError>;
}

trait NoHandler {}

fn main() {
    let _ = dtdl_of::<OtherReadings>(Version::V3);
}
