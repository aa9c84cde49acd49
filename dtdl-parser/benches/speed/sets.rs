//! The sets of texts that are measured.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use dtdl_parser::source::{NoResolver, Sources, json_files};
use dtdl_parser::{Options, parse};

/// Texts that are parsed as one.
pub(crate) struct Set {
    pub(crate) name: String,
    /// Names and texts.
    pub(crate) texts: Vec<(String, String)>,
    pub(crate) interfaces: usize,
}

impl Set {
    fn new(name: impl Into<String>, texts: Vec<(String, String)>) -> Self {
        let mut sources = Sources::new();
        let roots: Vec<_> = texts
            .iter()
            .map(|(name, text)| sources.add(name.clone(), text.clone()))
            .collect();
        let parsed = parse(&mut sources, &roots, &NoResolver, &Options::default());
        Self {
            name: name.into(),
            interfaces: parsed.documents,
            texts,
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.texts.iter().map(|(_, text)| text.len()).sum()
    }
}

/// Sets that belong together.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) sets: Vec<Set>,
    /// Whether the sets are one model in several sizes.
    pub(crate) generated: bool,
}

/// Every set that this machine has.
pub(crate) fn groups() -> impl Iterator<Item = Group> {
    let makers: [(&'static str, bool, fn() -> Vec<Set>); 5] = [
        ("own", false, || vec![thermostat()]),
        ("ontology", false, || energy_grid().into_iter().collect()),
        ("closures", false, closures),
        ("generated", true, || [1_000, 16_000].map(generated).into()),
        ("folders", false, folders),
    ];
    // One group at a time, so that the texts of one don't crowd the caches of the next.
    makers.into_iter().map(|(name, generated, make)| Group {
        name,
        sets: make(),
        generated,
    })
}

/// A set by its name, without making the large ones that aren't asked for, and without parsing it.
pub(crate) fn named(name: &str) -> Option<Set> {
    let texts = match name.strip_prefix("generated_") {
        Some(count) => generated_texts(count.parse().ok()?),
        None if name == "energygrid" => read_folder(&corpus()?.join("odt-energygrid")),
        None => {
            let folder = bench_dirs().into_iter().find(|it| folder_name(it) == name);
            match folder {
                Some(folder) => read_folder(&folder),
                None => closures().into_iter().find(|set| set.name == name)?.texts,
            }
        }
    };
    Some(Set {
        name: name.to_owned(),
        texts,
        interfaces: 0,
    })
}

/// The project's own thermostat.
pub(crate) fn thermostat() -> Set {
    let path = "models/dtmi/com/example/thermostat-1.json";
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Set::new(
        "thermostat",
        vec![(path.to_owned(), read(&root.join(path)))],
    )
}

fn corpus() -> Option<PathBuf> {
    let folder = env::var_os("DTDL_CORPUS_DIR").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED: set DTDL_CORPUS_DIR to a folder with real models, for more sets");
    }
    folder
}

fn energy_grid() -> Option<Set> {
    let folder = corpus()?.join("odt-energygrid");
    Some(Set::new("energygrid", read_folder(&folder)))
}

/// The public devices, each with everything that it refers to.
fn closures() -> Vec<Set> {
    let Some(corpus) = corpus() else {
        return Vec::new();
    };
    let devices: Vec<(String, Vec<String>)> =
        serde_json::from_str(&read(&corpus.join("devices.json")))
            .expect("devices.json lists closures");
    devices
        .into_iter()
        .map(|(device, files)| {
            let texts = files.into_iter().map(|file| {
                let text = read(&corpus.join("dmr").join(&file));
                (file, text)
            });
            let name = device.trim_start_matches("dtmi/").trim_end_matches(".json");
            Set::new(name.replace('/', "."), texts.collect())
        })
        .collect()
}

fn bench_dirs() -> Vec<PathBuf> {
    env::var_os("DTDL_BENCH_DIRS")
        .map(|folders| {
            env::split_paths(&folders)
                .filter(|it| it.is_dir())
                .collect()
        })
        .unwrap_or_default()
}

fn folder_name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or(folder.as_os_str());
    name.to_string_lossy().into_owned()
}

fn folders() -> Vec<Set> {
    let sets = bench_dirs().into_iter();
    sets.map(|folder| Set::new(folder_name(&folder), read_folder(&folder)))
        .collect()
}

fn read_folder(folder: &Path) -> Vec<(String, String)> {
    let files = json_files(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files
        .into_iter()
        .map(|path| (path.display().to_string(), read(&path)))
        .collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A made-up plant of `count` interfaces, one a text, as a model repository holds them.
fn generated(count: usize) -> Set {
    Set::new(format!("generated_{count}"), generated_texts(count))
}

fn generated_texts(count: usize) -> Vec<(String, String)> {
    (0..count)
        .map(|index| {
            let name = format!("dtmi/com/example/plant/unit{index}-1.json");
            (name, generated_text(index))
        })
        .collect()
}

/// One unit: the content that real device models have, a base one step nearer to the first of its
/// ten, a part and a neighbour.
fn generated_text(index: usize) -> String {
    let id = |index: usize| format!("dtmi:com:example:plant:Unit{index};1");
    let mut text = format!(
        r#"{{
  "@context": ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:quantitativeTypes;1"],
  "@id": "{}",
  "@type": "Interface",
  "displayName": {{"en": "Unit {index}", "de": "Einheit {index}"}},
  "description": "One of many units of a plant that nobody has built.",
"#,
        id(index)
    );
    if index % 10 != 0 {
        // Writing to a string can't fail, here and below.
        let _ = writeln!(text, r#"  "extends": "{}","#, id(index - 1));
    }
    text.push_str("  \"contents\": [\n");
    let _ = write!(
        text,
        r#"    {{
      "@type": ["Telemetry", "Temperature"],
      "name": "temperature{index}",
      "displayName": "Temperature",
      "unit": "degreeCelsius",
      "schema": "double"
    }},
    {{
      "@type": "Property",
      "name": "mode{index}",
      "writable": true,
      "schema": {{
        "@type": "Enum",
        "valueSchema": "integer",
        "enumValues": [
          {{"name": "off", "enumValue": 0}},
          {{"name": "on", "enumValue": 1, "displayName": "On"}}
        ]
      }}
    }},
    {{
      "@type": "Command",
      "name": "restart{index}",
      "request": {{
        "name": "plan",
        "schema": {{
          "@type": "Object",
          "fields": [
            {{"name": "delay", "schema": "integer"}},
            {{"name": "reason", "schema": "string"}}
          ]
        }}
      }}
    }},
    {{
      "@type": "Relationship",
      "name": "feeds{index}",
      "target": "{}",
      "maxMultiplicity": 4
    }}"#,
        id(index / 2)
    );
    // Parts lie in the ten before, so that components make no circle.
    if index >= 20 && index.is_multiple_of(2) {
        let _ = write!(
            text,
            ",\n    {{\"@type\": \"Component\", \"name\": \"part{index}\", \"schema\": \"{}\"}}",
            id(index % 10)
        );
    }
    text.push_str("\n  ]\n}\n");
    text
}
