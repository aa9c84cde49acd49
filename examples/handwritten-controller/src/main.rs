//! Prints the model that the device's types amount to: what goes into a model repository.

use handwritten_controller::model::temperature_controller::TemperatureController;
use pnp_runtime::describe::{DescribeError, Version, dtdl_closure_of};

fn main() -> Result<(), DescribeError> {
    for (_, text) in dtdl_closure_of::<TemperatureController>(Version::V2)? {
        print!("{text}");
    }
    Ok(())
}
