//! Including what a build script generated.

/// Includes the code that the crate's `build.rs` generated for a model.
///
/// The name is the last label of the root interface's DTMI in snake case: `pnp_codegen::configure()`
/// with `.model("dtmi:com:example:TemperatureController;1")` writes `temperature_controller`. The
/// declarations stand where the macro stands.
///
/// ```ignore
/// pnp_runtime::include_model!("temperature_controller");
/// ```
#[macro_export]
macro_rules! include_model {
    ($name:literal) => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/", $name, ".rs"));
    };
}
