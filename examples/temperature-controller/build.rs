//! Compiles the model: `OUT_DIR/temperature_controller.rs` is what `main.rs` includes.

fn main() {
    let compiled = pnp_codegen::configure()
        .search_dir("../../models")
        .model("dtmi:com:example:TemperatureController;1")
        .compile();
    if let Err(error) = compiled {
        // The error is the rendered diagnostics: what is wrong in the model, and where.
        eprintln!("{error}");
        std::process::exit(1);
    }
}
