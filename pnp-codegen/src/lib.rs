//! Generates typed Rust from DTDL models.
//!
//! From a `build.rs`:
//!
//! ```no_run
//! fn main() -> Result<(), pnp_codegen::Error> {
//!     pnp_codegen::configure()
//!         .search_dir("models")
//!         .model("dtmi:com:example:TemperatureController;1")
//!         .compile()?;
//!     Ok(())
//! }
//! ```
//!
//! and in the crate, `pnp_runtime::include_model!("temperature_controller");`.
//!
//! A [`Model`](dtdl_parser::Model) goes through two borders: [`ir::lower`] says what the model holds in
//! words of no language, [`emit`] prints it in one. [`generate`] does both and touches no disk;
//! [`Settings::compile`] reads, generates and writes. What is printed are declarations with derives,
//! as one would write them by hand; `pnp-derive` writes the impls.

mod collision;
mod compile;
pub mod emit;
mod error;
mod files;
mod generate;
pub mod ir;
mod settings;

pub use collision::{Collision, Party};
pub use compile::Compiled;
pub use error::Error;
pub use files::{Change, File, Files};
pub use generate::{Generated, generate};
pub use settings::{Collisions, Role, Settings};

/// Begins the settings of a generation.
#[must_use]
pub fn configure() -> Settings {
    Settings::default()
}
