//! Real models: the verdicts of the reference parser, and its object models.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use dtdl_parser::diagnostics::Severity;
use dtdl_parser::source::{
    ChainResolver, FolderResolver, NoResolver, RepositoryResolver, Resolver, Sources,
};
use dtdl_parser::{Options, Parsed, parse};
use serde::Deserialize;
use serde_json::Value;

/// The folder of the corpus, or nothing where a developer has none.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("DTDL_CORPUS_DIR").map(PathBuf::from);
    if folder.is_none() {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "CI needs DTDL_CORPUS_DIR"
        );
        println!(
            "SKIPPED: set DTDL_CORPUS_DIR to a folder with real models and their manifest.json"
        );
    }
    folder
}

/// Files whose verdict rests on interfaces that the corpus doesn't hold: a component of `Phone;2` was
/// judged with a `Camera;3` from its own repository.
const INCOMPLETE: [&str; 1] = ["dtmi/com/example/phone-2.json"];

#[derive(Deserialize)]
struct Manifest {
    files: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    corpus: String,
    file: String,
    /// `ok`, `parsing` or `resolution`.
    oracle: String,
    /// The codes that the reference reported.
    errors: BTreeSet<String>,
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> T {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let text = text.trim_start_matches('\u{FEFF}');
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn check(path: &Path, resolver: &dyn Resolver, options: &Options) -> Parsed {
    let mut sources = Sources::new();
    let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file = sources.add(path.display().to_string(), text);
    parse(&mut sources, &[file], resolver, options)
}

#[test]
fn every_file_of_the_corpus_has_the_verdict_of_the_reference() {
    let Some(root) = corpus() else {
        return;
    };
    let manifest: Manifest = read(&root.join("manifest.json"));
    let options = Options {
        stop_like_reference: true,
        ..Options::default()
    };
    let mut wrong = Vec::new();
    for entry in &manifest.files {
        let folder = root.join(&entry.corpus);
        // A repository is judged one closure at a time, an ontology as a folder, samples alone.
        let resolver: Box<dyn Resolver> = match entry.corpus.as_str() {
            "dmr" => Box::new(RepositoryResolver::new(&folder)),
            "dmr-tools" | "fabric-conv" => Box::new(NoResolver),
            // Some extend interfaces that every device knows, which lie in the repository.
            _ => Box::new(
                ChainResolver::new()
                    .with(FolderResolver::new(&folder))
                    .with(RepositoryResolver::new(root.join("dmr"))),
            ),
        };
        let parsed = check(&folder.join(&entry.file), resolver.as_ref(), &options);
        let codes: BTreeSet<String> = parsed
            .problems
            .iter()
            .filter(|problem| problem.code.severity() == Severity::Error)
            .map(|problem| problem.code.name().to_owned())
            .collect();
        let fits = match entry.oracle.as_str() {
            "ok" => parsed.model.is_some() && codes.is_empty(),
            "resolution" => parsed.model.is_none() && !parsed.unresolved.is_empty(),
            _ => parsed.model.is_none() && codes == entry.errors,
        };
        if fits == INCOMPLETE.iter().any(|end| entry.file.ends_with(end)) {
            wrong.push(format!(
                "{}/{}: {} {:?} there, {codes:?} here",
                entry.corpus, entry.file, entry.oracle, entry.errors
            ));
        }
    }
    let total = manifest.files.len();
    println!("corpus: {}/{total}", total - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_object_models_are_those_of_the_reference() {
    let Some(root) = corpus() else {
        return;
    };
    let devices: Vec<(String, Vec<String>)> = read(&root.join("devices.json"));
    let repository = root.join("dmr");
    let mut wrong = Vec::new();
    for (device, _) in &devices {
        let resolver = RepositoryResolver::new(&repository);
        let parsed = check(&repository.join(device), &resolver, &Options::default());
        let Some(model) = parsed.model else {
            wrong.push(format!("{device}: no model"));
            continue;
        };
        let ours: Value = serde_json::from_str(&model.to_reference_json()).expect("JSON");
        let name = device.trim_start_matches("dtmi/").replace('/', "__");
        let theirs: Value = read(&root.join("object-models").join(&name));
        if let Some(difference) = difference(&comparable(ours), &comparable(theirs)) {
            wrong.push(format!("{device}: {difference}"));
        }
    }
    println!(
        "object models: {}/{}",
        devices.len() - wrong.len(),
        devices.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A model without what may differ: the order of arrays, and the texts of standard elements, which are
/// worded by us.
fn comparable(model: Value) -> Value {
    let Value::Object(elements) = model else {
        return model;
    };
    let elements = elements.into_iter().map(|(id, mut element)| {
        let is_standard = ["dtmi:dtdl:", "dtmi:standard:", "dtmi:iotcentral:"]
            .iter()
            .any(|prefix| id.starts_with(prefix));
        if let (true, Some(members)) = (is_standard, element.as_object_mut()) {
            members.remove("displayName");
            members.remove("description");
        }
        sort(&mut element);
        (id, element)
    });
    Value::Object(elements.collect())
}

fn sort(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(sort);
            items.sort_by_key(Value::to_string);
        }
        Value::Object(members) => members.values_mut().for_each(sort),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The first thing in which two models differ.
fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    let (Some(ours), Some(theirs)) = (ours.as_object(), theirs.as_object()) else {
        return Some("not an object".to_owned());
    };
    for (id, theirs) in theirs {
        let Some(ours) = ours.get(id) else {
            return Some(format!("{id} is missing here"));
        };
        let names = theirs.as_object().into_iter().chain(ours.as_object());
        for name in names.flat_map(|members| members.keys()) {
            if ours.get(name) != theirs.get(name) {
                let (ours, theirs) = (ours.get(name), theirs.get(name));
                return Some(format!("{id} {name}: {theirs:?} there, {ours:?} here"));
            }
        }
    }
    let extra = ours.keys().find(|id| !theirs.contains_key(*id))?;
    Some(format!("{extra} is only here"))
}
