//! The device by hand is the device from the model: the same bytes on the wire, the same model.

#![allow(
    clippy::duplicate_mod,
    reason = "the same script, compiled against two models"
)]

/// The other example's device, on the code that `pnp generate` prints (the golden file, which a test of
/// its own holds against the generator).
#[path = "../../../temperature-controller/src/device.rs"]
mod device;
#[allow(missing_docs, reason = "generated code documents what the model does")]
mod model {
    include!("../../../../tests/tests/golden/temperature_controller.rs");
}

#[path = "."]
mod by_hand {
    use handwritten_controller::{device, model};

    #[path = "script.rs"]
    pub mod script;
}

#[path = "."]
mod generated {
    use crate::{device, model};

    #[path = "script.rs"]
    pub mod script;
}

use std::fs;
use std::path::PathBuf;

use dtdl_parser::source::NoResolver;
use dtdl_parser::{Options, Sources, parse};
use handwritten_controller::model::device_information::DeviceInformation;
use handwritten_controller::model::temperature_controller::TemperatureController;
use handwritten_controller::model::thermostat::Thermostat;
use pnp_runtime::describe::{Version, assert_dtdl, dtdl_closure_of, dtdl_of};
use serde_json::Value;

#[test]
fn both_devices_put_the_same_bytes_on_the_wire() {
    let by_hand = by_hand::script::run();
    let generated = generated::script::run();
    assert!(by_hand.len() > 40, "a short script: {by_hand:#?}");
    for (ours, theirs) in by_hand.iter().zip(&generated) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(by_hand.len(), generated.len());
}

#[test]
fn the_types_say_what_the_model_files_say() {
    let file = |name: &str| models().join(format!("{name}-1.json"));
    assert_dtdl::<TemperatureController>(Version::V2, file("temperaturecontroller"));
    assert_dtdl::<Thermostat>(Version::V2, file("thermostat"));
    assert_dtdl::<DeviceInformation>(Version::V2, file("deviceinformation"));
}

#[test]
fn to_a_parser_both_are_one_model() {
    for (version, number) in [(Version::V2, 1), (Version::V3, 2)] {
        let names = ["temperaturecontroller", "thermostat", "deviceinformation"];
        let files = names.map(|name| {
            let path = models().join(format!("{name}-{number}.json"));
            // Each version of the language has its own ids in `models/`; the code has one.
            fs::read_to_string(path).unwrap().replace(";2\"", ";1\"")
        });
        // In that way a context's version changed too.
        let files = files.map(|file| file.replace("context;1", "context;2"));
        let texts = dtdl_closure_of::<TemperatureController>(version).unwrap();
        let texts = texts.into_iter().map(|(_, text)| text);
        assert_eq!(object_model(texts), object_model(files.into_iter()));
    }
}

#[test]
fn version_4_is_a_model_too() {
    let texts = dtdl_closure_of::<TemperatureController>(Version::V4).unwrap();
    let model = object_model(texts.into_iter().map(|(_, text)| text));
    assert!(model.get(dtmi::<TemperatureController>()).is_some());
    assert!(
        dtdl_of::<Thermostat>(Version::V4)
            .unwrap()
            .contains("context;4")
    );
}

fn dtmi<T: pnp_runtime::Interface>() -> &'static str {
    T::ID
}

fn models() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../models/dtmi/com/example")
}

/// What the parser makes of the texts, without the order of lists.
fn object_model(texts: impl Iterator<Item = String>) -> Value {
    let mut sources = Sources::new();
    let files: Vec<_> = texts
        .enumerate()
        .map(|(index, text)| sources.add(format!("{index}.json"), text))
        .collect();
    let parsed = parse(&mut sources, &files, &NoResolver, &Options::default());
    assert_eq!(parsed.problems, []);
    let mut model = serde_json::from_str(&parsed.model.unwrap().to_reference_json()).unwrap();
    sort(&mut model);
    model
}

fn sort(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(sort);
            items.sort_by_key(Value::to_string);
        }
        Value::Object(members) => members.values_mut().for_each(sort),
        _ => {}
    }
}
