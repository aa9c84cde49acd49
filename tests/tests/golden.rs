//! What is generated for the project's own models, byte by byte. `BLESS=1` accepts new output.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::Path;

use dtdl_parser::source::NoResolver;
use dtdl_parser::{Options, Sources, parse};
use pnp_codegen::{configure, generate, ir};
use pnp_tests::workspace_root;

const MODELS: &[&str] = &["temperaturecontroller", "thermostat", "deviceinformation"];

/// Reads the models of one version, in the given order, and generates the controller's code.
fn generated(version: u8, order: impl Iterator<Item = &'static &'static str>) -> (String, String) {
    let mut sources = Sources::new();
    let folder = workspace_root().join("models/dtmi/com/example");
    let files: Vec<_> = order
        .map(|name| {
            let path = folder.join(format!("{name}-{version}.json"));
            sources.add(format!("{name}-{version}.json"), fs::read(path).unwrap())
        })
        .collect();
    let parsed = parse(&mut sources, &files, &NoResolver, &Options::default());
    assert_eq!(parsed.problems, []);
    let model = parsed.model.unwrap();
    let root = format!("dtmi:com:example:TemperatureController;{version}");
    let package = ir::lower(&model, &sources, &[&root]).unwrap();
    let generated = generate(&model, &sources, &configure().model(root)).unwrap();
    assert!(generated.collisions.is_empty());
    (
        generated
            .files
            .text("temperature_controller.rs")
            .unwrap()
            .to_owned(),
        package.to_json(),
    )
}

fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == text, "{name} differs; BLESS=1 accepts:\n{text}");
}

#[test]
fn the_temperature_controller_reads_as_if_written_by_hand() {
    let (code, package) = generated(1, MODELS.iter());
    golden("temperature_controller.rs", &code);
    golden("temperature_controller.ir.json", &package);
}

#[test]
fn both_versions_of_the_language_give_the_same_code() {
    let (version_2, _) = generated(1, MODELS.iter());
    let (version_3, _) = generated(2, MODELS.iter());
    let at_version_1 = |text: &str| text.replace(";2", ";1");
    assert_eq!(at_version_1(&version_3), version_2);
}

#[test]
fn the_order_of_the_files_changes_no_byte() {
    let once = generated(1, MODELS.iter());
    assert_eq!(once, generated(1, MODELS.iter()));
    assert_eq!(once, generated(1, MODELS.iter().rev()));
    assert_eq!(
        once,
        generated(1, MODELS.iter().cycle().skip(1).take(MODELS.len()))
    );
}
