//! Real models: the verdicts and object models of the reference parser.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise, and says when it is skipped"
)]

use dtdl_parser::diagnostics::Severity;
use dtdl_parser::source::{ChainResolver, FolderResolver, NoResolver, RepositoryResolver};
use dtdl_parser::{Options, Parsed, Resolver, Sources, parse};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn corpus() -> Option<PathBuf> {
    let Ok(folder) = std::env::var("DTDL_CORPUS_DIR") else {
        assert!(std::env::var("CI").is_err(), "DTDL_CORPUS_DIR is not set");
        println!("SKIPPED: set DTDL_CORPUS_DIR to a folder with manifest.json and devices.json");
        return None;
    };
    Some(PathBuf::from(folder))
}

fn read_json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("the file can be read");
    serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("the file is JSON")
}

fn check(paths: &[PathBuf], resolver: &dyn Resolver) -> Parsed {
    let mut sources = Sources::default();
    let files: Vec<_> = paths
        .iter()
        .map(|path| {
            sources.add(
                path.display().to_string(),
                std::fs::read(path).expect("the file can be read"),
            )
        })
        .collect();
    parse(&mut sources, &files, resolver, &Options::default())
}

fn errors(parsed: &Parsed) -> Vec<String> {
    let errors = parsed
        .problems
        .iter()
        .filter(|problem| problem.code.severity() == Severity::Error);
    errors
        .map(|problem| format!("{} {:?}", problem.code.name(), problem.facts))
        .collect()
}

#[test]
fn every_file_of_a_device_closure_is_accepted_as_a_root() {
    let Some(corpus) = corpus() else { return };
    let dmr = corpus.join("dmr");
    let devices = read_json(&corpus.join("devices.json"));
    let mut checked = 0;
    for device in devices.as_array().expect("a list") {
        for file in device[1].as_array().expect("a list") {
            let path = dmr.join(file.as_str().expect("a path"));
            let resolver = RepositoryResolver::new(&dmr);
            let parsed = check(std::slice::from_ref(&path), &resolver);
            assert_eq!(errors(&parsed), Vec::<String>::new(), "{}", path.display());
            assert!(parsed.model.is_some(), "{}", path.display());
            checked += 1;
        }
    }
    assert!(checked > 25, "only {checked} files");
}

/// Sorts what the reference prints in no order that means anything, and leaves aside what standard
/// elements are called in words, which we word ourselves.
fn normal(model: &mut Map<String, Value>) {
    for (id, element) in model.iter_mut() {
        let element = element.as_object_mut().expect("an object");
        if id.starts_with("dtmi:dtdl:")
            || id.starts_with("dtmi:standard:")
            || id.starts_with("dtmi:iotcentral:schema:")
        {
            element.remove("displayName");
            element.remove("description");
        }
        for (_, value) in element.iter_mut() {
            if let Value::Array(list) = value {
                list.sort_by_key(Value::to_string);
            }
        }
    }
}

#[test]
fn object_models_equal_those_of_the_reference() {
    let Some(corpus) = corpus() else { return };
    let dmr = corpus.join("dmr");
    let devices = read_json(&corpus.join("devices.json"));
    let mut compared = 0;
    for device in devices.as_array().expect("a list") {
        let root = device[0].as_str().expect("a path");
        let name = root.trim_start_matches("dtmi/").replace('/', "__");
        let path = [name.clone(), root.replace('/', "__")]
            .iter()
            .map(|name| corpus.join("object-models").join(name))
            .find(|path| path.exists());
        let path = path.unwrap_or_else(|| panic!("no object model of {root}"));
        let paths: Vec<PathBuf> = device[1]
            .as_array()
            .expect("a list")
            .iter()
            .map(|file| dmr.join(file.as_str().expect("a path")))
            .collect();
        let parsed = check(&paths, &NoResolver);
        let model = parsed
            .model
            .unwrap_or_else(|| panic!("{root}: {:?}", parsed.problems));
        let mut ours: Map<String, Value> =
            serde_json::from_str(&model.to_reference_json()).expect("we write JSON");
        let mut theirs = read_json(&path).as_object().expect("an object").clone();
        normal(&mut ours);
        normal(&mut theirs);
        for (id, element) in &theirs {
            let Some(our) = ours.get(id) else {
                panic!("{root}: {id} is missing")
            };
            for (key, value) in element.as_object().expect("an object") {
                assert_eq!(our.get(key), Some(value), "{root}: {id} {key}");
            }
            assert_eq!(
                our.as_object().map(Map::len),
                element.as_object().map(Map::len),
                "{root}: {id} has more members"
            );
        }
        assert_eq!(ours.len(), theirs.len(), "{root} has other elements");
        compared += 1;
    }
    assert_eq!(compared, 25);
}

/// Corpora in which one folder is one model.
const FOLDERS: &[&str] = &["odt-energygrid"];

/// Files whose closure the corpus doesn't hold, so that they can only be refused for another reason
/// than the manifest says: the file, and what is missing.
const INCOMPLETE: &[(&str, &str)] = &[("phone-2.json", "dtmi:com:example:Camera;3")];

#[test]
fn verdicts_equal_those_of_the_reference() {
    let Some(corpus) = corpus() else { return };
    let manifest = read_json(&corpus.join("manifest.json"));
    let files = manifest["files"].as_array().expect("a list");
    let mut folders: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for file in files {
        let (folder, name) = (
            file["corpus"].as_str().expect("a name"),
            file["file"].as_str().expect("a path"),
        );
        let path = corpus.join(folder).join(name);
        folders.entry(folder).or_default().push(path.clone());
        let expected = file["oracle"].as_str().expect("a verdict");
        // A file stands beside those that it refers to, or in the device repository.
        let beside = path.parent().unwrap_or(&corpus).to_path_buf();
        let resolver = ChainResolver::new()
            .with(FolderResolver::new(beside))
            .with(FolderResolver::new(corpus.join(folder)))
            .with(RepositoryResolver::new(corpus.join("dmr")));
        let parsed = check(std::slice::from_ref(&path), &resolver);
        let all = errors(&parsed);
        let unresolved = |error: &String| error.starts_with("unresolvedReference");
        let ours = match () {
            () if all.is_empty() => "ok",
            () if all.iter().all(unresolved) => "resolution",
            () => "parsing",
        };
        let incomplete = INCOMPLETE.iter().any(|(file, missing)| {
            let of_it = |it: &dtdl_parser::Unresolved| it.id == *missing;
            name.ends_with(file) && parsed.unresolved.iter().any(of_it)
        });
        if incomplete {
            assert!(ours != "ok" && expected != "ok", "{name} is refused");
        } else if ours != expected {
            wrong.push(format!(
                "{folder}/{name}: ours {ours}, theirs {expected} {}; {:?}",
                file["errors"],
                all.first().map(|it| it.get(..240).unwrap_or(it))
            ));
        }
    }
    for folder in FOLDERS {
        let paths = folders.get(folder).expect("the folder is there");
        let parsed = check(paths, &NoResolver);
        if !errors(&parsed).is_empty() {
            wrong.push(format!("{folder}: {:?}", errors(&parsed).first()));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        files.len(),
        wrong.join("\n")
    );
}
