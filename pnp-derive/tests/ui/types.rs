//! Types that lack what the macros need of them: the caret is under the type.
use pnp_runtime::{CommandError, Interface, Object, Telemetry, handler};

struct Plain;

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:Root;1")]
struct Root {
    part: Plain,
}

#[derive(Telemetry)]
#[pnp(interface = Root)]
struct Readings {
    plain: Option<Plain>,
}

#[derive(Telemetry)]
#[pnp(interface = Plain)]
struct OfNoInterface {}

#[derive(Object)]
struct Report {
    plain: Plain,
}

trait PlainHandler {}

#[handler(interface = Root)]
trait Handler {
    #[pnp(command = "run")]
    fn run(&mut self, plain: Plain) -> Result<Plain, CommandError>;
    #[pnp(component = "part")]
    fn part(&mut self) -> &mut dyn PlainHandler;
}

fn main() {}
