//! The temperature controller without a model file: its Rust types are the model.
//!
//! [`model`] holds the declarations, as `pnp generate` would print them from DTDL; [`device`] is the
//! code that answers. On the wire nothing tells this device from `examples/temperature-controller`,
//! and the DTDL that its types give is the one in `models/`: the tests of this package hold both.

pub mod device;
pub mod model;
