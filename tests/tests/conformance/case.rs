//! The case files, read strictly: a key that nobody knows is an error, one that is known to be
//! misspelt in the suite is counted and ignored.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The folders of the suite that hold cases for the parser, and `dtmis`.
pub(crate) const FOLDERS: [&str; 5] = [
    "specification",
    "generated",
    "doc-examples",
    "solecisms",
    "dtmis",
];

/// Keys that the suite misspells; the reference's own runner ignores them.
const MISSPELT: [&str; 3] = ["elementsCount", "SecandaryID", "SecondaryId"];

/// Keys of an expected error.
const ERROR_KEYS: [&str; 17] = [
    "ValidationID",
    "PrimaryID",
    "SecondaryID",
    "Property",
    "AuxProperty",
    "Type",
    "Value",
    "Restriction",
    "Transformation",
    "PrimaryIndex",
    "PrimaryDtmi",
    "PrimaryStart",
    "PrimaryEnd",
    "SecondaryIndex",
    "SecondaryDtmi",
    "SecondaryStart",
    "SecondaryEnd",
];

/// Keys without effect: of a closed build of the reference.
const IDLE: [&str; 1] = ["Layer"];

pub(crate) struct CaseFile {
    pub(crate) folder: &'static str,
    /// The name without `.json`.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

pub(crate) struct Case {
    /// `folder/name`, and `#index` if the file holds several.
    pub(crate) id: String,
    /// The version of DTDL of the first input, 0 if it states none.
    pub(crate) version: u8,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Dtmi(DtmiCase),
    Parse(Box<ParseCase>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct DtmiCase {
    pub(crate) valid: bool,
    pub(crate) id_text: String,
    #[serde(default)]
    pub(crate) expect: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ParseCase {
    pub(crate) valid: bool,
    #[serde(default)]
    pub(crate) options: Vec<String>,
    #[serde(default)]
    pub(crate) quirks: Vec<String>,
    pub(crate) input: Vec<Box<RawValue>>,
    pub(crate) resolution: Option<Vec<Call>>,
    pub(crate) max_dtdl_version: Option<u8>,
    #[serde(default)]
    pub(crate) acceptable_limits: Vec<String>,
    pub(crate) expect: Option<Expect>,
    #[serde(default)]
    pub(crate) instances: Vec<Instance>,
    pub(crate) desirable: Option<bool>,
    /// For the reference's closed build with layers.
    #[serde(rename = "partialResolution")]
    _partial_resolution: Option<Value>,
    /// For the suite's own distribution.
    #[serde(rename = "requiredContexts")]
    _required_contexts: Option<Vec<String>>,
}

/// One call of the resolver: what it must be asked for, and what it answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    pub(crate) request: Vec<String>,
    pub(crate) response: Option<Vec<Box<RawValue>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Instance {
    pub(crate) subject: String,
    pub(crate) submit: String,
    #[serde(default)]
    pub(crate) conforms: bool,
    #[serde(default)]
    pub(crate) throws: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Expect {
    pub(crate) parsing_errors: Option<Vec<BTreeMap<String, Value>>>,
    #[serde(default)]
    pub(crate) elements: Vec<ExpectedElement>,
    pub(crate) element_count: Option<usize>,
    #[serde(rename = "elementsCount")]
    elements_count: Option<usize>,
    pub(crate) unresolved_identifiers: Option<BTreeSet<String>>,
    pub(crate) unresolved_identifier_references: Option<Vec<Reference>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(crate) struct Reference {
    #[serde(rename = "ID")]
    pub(crate) id: String,
    pub(crate) index: Option<usize>,
    pub(crate) dtmi: Option<String>,
    pub(crate) line: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExpectedElement {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) properties: BTreeMap<String, Value>,
    pub(crate) supplemental_types: Option<Vec<String>>,
    pub(crate) supplemental_properties: Option<BTreeMap<String, Value>>,
    pub(crate) undefined_types: Option<Vec<String>>,
    pub(crate) undefined_properties: Option<BTreeMap<String, Value>>,
    /// Properties that some cases put beside `properties` by mistake.
    #[serde(flatten)]
    stray: BTreeMap<String, Value>,
}

/// Properties that stand one level too high in some cases; ignored as in the reference's runner.
const STRAY: [&str; 5] = ["name", "schema", "displayName", "description", "comment"];

impl Case {
    /// The misspelt keys that this case uses.
    pub(crate) fn misspelt(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let Body::Parse(case) = &self.body else {
            return found;
        };
        let Some(expect) = &case.expect else {
            return found;
        };
        if expect.elements_count.is_some() {
            found.insert("elementsCount".to_owned());
        }
        for error in expect.parsing_errors.iter().flatten() {
            let keys = error.keys().filter(|key| MISSPELT.contains(&key.as_str()));
            found.extend(keys.cloned());
        }
        found
    }

    /// What is wrong with the case itself, beyond what its types say.
    fn check(&self) -> Result<(), String> {
        let Body::Parse(case) = &self.body else {
            return Ok(());
        };
        let Some(expect) = &case.expect else {
            return Ok(());
        };
        for error in expect.parsing_errors.iter().flatten() {
            for key in error.keys().map(String::as_str) {
                let known = ERROR_KEYS.contains(&key) || MISSPELT.contains(&key);
                if !known && !IDLE.contains(&key) {
                    return Err(format!("unknown key `{key}` of an expected error"));
                }
            }
        }
        for element in &expect.elements {
            if let Some(key) = element
                .stray
                .keys()
                .find(|key| !STRAY.contains(&key.as_str()))
            {
                return Err(format!("unknown key `{key}` of an expected element"));
            }
        }
        Ok(())
    }
}

/// The case files below `root` whose id holds `filter`, by folder and name.
pub(crate) fn files(root: &Path, filter: &str) -> Vec<CaseFile> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        // Any subset of the folders may be there.
        let entries = fs::read_dir(root.join(folder)).into_iter().flatten();
        let mut own: Vec<CaseFile> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .map(|path| CaseFile {
                folder,
                name: path
                    .file_stem()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default(),
                path,
            })
            .filter(|file| {
                let id = format!("{}/{}", file.folder, file.name);
                id.contains(filter.split('#').next().unwrap_or_default())
            })
            .collect();
        own.sort_by(|left, right| left.name.cmp(&right.name));
        files.extend(own);
    }
    files
}

/// The cases of a file.
pub(crate) fn read(file: &CaseFile) -> Result<Vec<Case>, String> {
    let fail = |reason: String| format!("{}/{}: {reason}", file.folder, file.name);
    let text = fs::read_to_string(&file.path).map_err(|error| fail(error.to_string()))?;
    let text = text.trim_start_matches('\u{FEFF}');
    let several = text.trim_start().starts_with('[');
    let bodies: Vec<Box<RawValue>> = if several {
        serde_json::from_str(text).map_err(|error| fail(error.to_string()))?
    } else {
        vec![serde_json::from_str(text).map_err(|error| fail(error.to_string()))?]
    };
    let mut cases = Vec::new();
    for (index, body) in bodies.iter().enumerate() {
        let body = if file.folder == "dtmis" {
            serde_json::from_str(body.get()).map(Body::Dtmi)
        } else {
            serde_json::from_str(body.get()).map(Body::Parse)
        };
        let body = body.map_err(|error| fail(format!("case {index}: {error}")))?;
        let suffix = if several {
            format!("#{index}")
        } else {
            String::new()
        };
        let case = Case {
            id: format!("{}/{}{suffix}", file.folder, file.name),
            version: version(&body),
            body,
        };
        case.check()
            .map_err(|reason| fail(format!("case {index}: {reason}")))?;
        cases.push(case);
    }
    Ok(cases)
}

/// The version that the first DTDL context in the inputs states.
fn version(body: &Body) -> u8 {
    const CONTEXT: &str = "dtmi:dtdl:context;";
    let Body::Parse(case) = body else {
        return 0;
    };
    case.input
        .iter()
        .filter_map(|input| {
            let text = input.get();
            let digit = text.find(CONTEXT)? + CONTEXT.len();
            text.as_bytes().get(digit)?.checked_sub(b'0')
        })
        .find(|version| (2..=4).contains(version))
        .unwrap_or(0)
}
