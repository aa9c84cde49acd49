//! Handlers: interface, marks, pairs, names.
use pnp_runtime::{Ack, CommandError, Desired, Interface, handler};

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:A;1")]
struct A;

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:B;1")]
struct B;

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:C;1")]
struct C;

#[derive(Interface)]
#[pnp(id = "dtmi:com:example:D;1")]
struct D;

#[handler]
trait NoInterface {}

#[handler(interface = D)]
#[pnp(crate = ::pnp_runtime)]
trait KeysApart {}

#[handler(interface = A)]
trait Generic<T> {
    #[pnp(command = "run")]
    fn run(&mut self, request: T) -> Result<(), CommandError>;
}

#[handler(interface = B)]
trait Pairs {
    #[pnp(property = "noSetter")]
    fn no_setter(&self) -> Option<f64>;
    #[pnp(desired = "noGetter")]
    fn no_getter(&mut self, desired: Desired<f64>) -> Ack<f64>;
    #[pnp(property = "twoTypes")]
    fn two_types(&self) -> Option<f64>;
    #[pnp(desired = "twoTypes")]
    fn set_two_types(&mut self, desired: Desired<i32>) -> Ack<i32>;
}

#[handler(interface = C)]
trait Names {
    fn unmarked(&mut self) -> Result<(), CommandError>;
    #[pnp(command = "run")]
    fn run(&mut self) -> Result<(), CommandError>;
    #[pnp(command = "run")]
    fn run_again(&mut self) -> Result<(), CommandError>;
    #[pnp(property = "run")]
    fn property(&self) -> Option<f64>;
    #[pnp(desired = "run")]
    fn set_property(&mut self, desired: Desired<f64>) -> Ack<f64>;
    #[pnp(command = "run*fast")]
    fn run_fast(&mut self) -> Result<(), CommandError>;
    #[pnp(command = "a", desired = "b")]
    fn two(&mut self) -> Result<(), CommandError>;
}

fn main() {}
