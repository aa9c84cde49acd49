//! Handler methods whose signature isn't that of their mark.
use pnp_runtime::{Ack, CommandError, Desired, Interface, handler};

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:A;1")]
struct A;

trait Other {}

#[handler(interface = A)]
trait Handler {
    #[pnp(property = "a")]
    fn getter(&mut self, index: usize) -> f64;
    #[pnp(property = "b")]
    fn getter_of_nothing(&self);

    #[pnp(desired = "a")]
    fn setter(&mut self, desired: f64) -> f64;
    #[pnp(desired = "b")]
    fn setter_of_nothing(&mut self) -> Ack<f64>;
    #[pnp(desired = "c")]
    fn setter_of_two(&mut self, desired: Desired<f64>, more: i32) -> Ack<i32>;

    #[pnp(command = "d")]
    fn by_value(self) -> Result<(), CommandError>;
    #[pnp(command = "e")]
    fn without_self(request: i32) -> Result<(), CommandError>;
    #[pnp(command = "f")]
    fn without_anything();
    #[pnp(command = "g")]
    fn two_requests(&mut self, first: i32, second: i32) -> Result<(), CommandError>;
    #[pnp(command = "h")]
    fn infallible(&mut self) -> i32;
    #[pnp(command = "i")]
    async fn later(&mut self) -> Result<(), CommandError>;
    #[pnp(command = "j")]
    unsafe fn careful(&mut self) -> Result<(), CommandError>;
    #[pnp(command = "k")]
    fn generic<T, const N: usize>(&mut self) -> Result<T, CommandError>;

    #[pnp(component = "l")]
    fn component(&mut self) -> &dyn Other;
    #[pnp(component = "m")]
    fn component_by_name(&mut self, name: &str) -> &mut dyn Other;
}

fn main() {}
