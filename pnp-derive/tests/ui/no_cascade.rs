//! One mistake each, and every use of the type still compiles.
use pnp_runtime::schema::{from_json, to_json};
use pnp_runtime::{
    CommandError, Component, Enum, Interface, Object, Properties, Served, Telemetry, handler,
};

#[derive(Interface)]
#[pnp(id = "Root")]
struct Root {
    #[pnp(component = "1")]
    part: Part,
}

#[derive(Interface)]
struct Part;

#[derive(Default, Telemetry)]
struct Readings {
    temperature: Option<f64>,
}

#[derive(Default, Properties)]
#[pnp(interface = Root, interfaces = Root)]
struct Facts {
    serial: Option<f64>,
}

#[derive(Object)]
struct Report<T> {
    #[pnp(name = 3)]
    max: T,
    kind: Kind,
}

#[derive(Enum)]
enum Kind {
    Up,
}

#[handler(interface = Root)]
trait Handler {
    #[pnp(command = "")]
    fn reboot(&mut self) -> Result<(), CommandError>;
    #[pnp(component = "part")]
    fn part(&mut self) -> &mut dyn PartHandler;
}

#[handler(interface = Part)]
trait PartHandler {
    #[pnp(command = "reboot")]
    fn reboot(&mut self) -> Result<(), ()>;
    #[pnp(property = "target")]
    fn target(&self) -> Option<f64>;
}

fn telemetry<T: Telemetry>(_: &T) {}
fn properties<T: Properties<Interface = Root>>(_: &T) {}
fn serve<I: Served>() -> &'static str {
    I::ID
}

fn main() {
    let _: Component<Root, Part> = Root::part();
    telemetry(&Readings::default());
    properties(&Facts::default());
    let report = Report { max: 1.5, kind: Kind::Up };
    let _ = to_json(&report);
    let _ = from_json::<Report<i32>>(b"{}");
    serve::<Root>();
    serve::<Part>();
}
