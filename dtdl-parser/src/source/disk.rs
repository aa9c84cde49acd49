//! The one place of this crate that reads a disk: resolvers over folders.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::resolve::{Resolution, ResolvedText, Resolver, Touched, Unreadable};
use super::sources::Sources;
use crate::dtmi::Dtmi;
use crate::json;

/// The path of an interface in a folder laid out as a model repository, with `/` between its parts:
/// lower case, one folder a label, the version after a `-`.
///
/// Returns `None` for what isn't a DTMI, and for a DTMI with a fragment or without a version, which
/// such a repository can't hold. A path that comes out consists of letters, digits, `_`, `-`, `.` and
/// `/` alone and never of a part that is empty or begins with a dot, so it can't leave its root.
///
/// ```
/// use dtdl_parser::source::repository_path;
///
/// let path = repository_path("dtmi:com:example:Thermostat;1");
/// assert_eq!(path.as_deref(), Some("dtmi/com/example/thermostat-1.json"));
/// assert_eq!(repository_path("dtmi:../../etc:passwd;1"), None);
/// ```
#[must_use]
pub fn repository_path(id: &str) -> Option<String> {
    let dtmi = Dtmi::parse(id).ok()?;
    if !dtmi.fragment().is_empty() || dtmi.major() == 0 {
        return None;
    }
    let path: String = id
        .chars()
        .map(|letter| match letter {
            ':' => '/',
            ';' => '-',
            other => other.to_ascii_lowercase(),
        })
        .collect();
    Some(path + ".json")
}

/// Serves interfaces from a folder laid out as a model repository (see [`repository_path`]).
#[derive(Debug)]
pub struct RepositoryResolver {
    root: PathBuf,
    touched: RefCell<Touched>,
}

impl RepositoryResolver {
    /// A resolver over the folder that holds the folder `dtmi`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            touched: RefCell::default(),
        }
    }
}

impl Resolver for RepositoryResolver {
    fn resolve(&self, ids: &[&str]) -> Resolution {
        let mut found = Resolution::default();
        let mut touched = self.touched.borrow_mut();
        for id in ids {
            let Some(relative) = repository_path(id) else {
                continue;
            };
            let path = self.root.join(&relative);
            serve(id, &path, &mut found, &mut touched);
        }
        found
    }

    fn touched(&self) -> Touched {
        self.touched.borrow().clone()
    }
}

/// The resolver that suits a folder: one that holds a folder `dtmi` is laid out as a model repository,
/// any other is searched.
#[must_use]
pub fn directory(root: impl Into<PathBuf>) -> Box<dyn Resolver> {
    let root = root.into();
    if root.join("dtmi").is_dir() {
        Box::new(RepositoryResolver::new(root))
    } else {
        Box::new(FolderResolver::new(root))
    }
}

/// Serves interfaces from any folder, by the `@id` of the top-level elements of its `*.json` files.
///
/// The folder is searched once, at the first question. Where two files define one id, the path that
/// sorts first wins. Links that lead out of the folder are not followed into other folders.
#[derive(Debug)]
pub struct FolderResolver {
    root: PathBuf,
    index: RefCell<Option<BTreeMap<String, PathBuf>>>,
    touched: RefCell<Touched>,
}

impl FolderResolver {
    /// A resolver over all `*.json` files below `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            index: RefCell::default(),
            touched: RefCell::default(),
        }
    }

    fn fill(&self, touched: &mut Touched) -> BTreeMap<String, PathBuf> {
        let mut index = BTreeMap::new();
        for path in find_json_files(&self.root, touched) {
            // A file that can't be read is no candidate; if it is an input too, its reader says so.
            let Ok(bytes) = fs::read(&path) else {
                continue;
            };
            for id in defined_ids(bytes) {
                index.entry(id).or_insert_with(|| path.clone());
            }
            touched.read.insert(path);
        }
        index
    }
}

impl Resolver for FolderResolver {
    fn resolve(&self, ids: &[&str]) -> Resolution {
        let mut touched = self.touched.borrow_mut();
        let mut index = self.index.borrow_mut();
        let index = index.get_or_insert_with(|| self.fill(&mut touched));
        let mut found = Resolution::default();
        let mut served = std::collections::BTreeSet::new();
        for id in ids {
            if let Some(path) = index.get(*id)
                && served.insert(path.clone())
            {
                serve(id, path, &mut found, &mut touched);
            }
        }
        found
    }

    fn touched(&self) -> Touched {
        self.touched.borrow().clone()
    }
}

/// Reads `path` and files the outcome: a text, a miss, or an unreadable place.
fn serve(id: &str, path: &Path, found: &mut Resolution, touched: &mut Touched) {
    let name = path.display().to_string();
    match fs::read(path) {
        Ok(text) => {
            touched.read.insert(path.to_path_buf());
            found.texts.push(ResolvedText { name, text });
        }
        Err(error) if is_missing(&error) => {
            touched.missed.insert(path.to_path_buf());
        }
        Err(error) => {
            touched.read.insert(path.to_path_buf());
            found.unreadable.push(Unreadable {
                id: id.to_owned(),
                name,
                reason: error.to_string(),
            });
        }
    }
}

/// A file in the place of a folder on the way is as missing as the file itself.
fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// All `*.json` files below a folder, sorted by path. Links to folders are not followed, and folders
/// below it that can't be listed are left out.
///
/// # Errors
/// The folder itself can't be listed.
pub fn json_files(root: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(root)?;
    Ok(find_json_files(root, &mut Touched::default()))
}

/// Without recursion on the depth of folders.
fn find_json_files(root: &Path, touched: &mut Touched) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            touched.missed.insert(folder);
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(_) if path.extension().is_some_and(|end| end == "json") => files.push(path),
                Ok(_) | Err(_) => {}
            }
        }
        touched.listed.insert(folder);
    }
    files.sort();
    files
}

/// The `@id` of the top-level object, or of each object of a top-level array.
pub(super) fn defined_ids(bytes: Vec<u8>) -> Vec<String> {
    let mut sources = Sources::new();
    let file = sources.add("", bytes);
    let (document, _) = json::parse(&sources, file, &json::Limits::default());
    let mut ids = Vec::new();
    for root in document.roots() {
        let values: Vec<json::Value<'_>> = match root.as_array() {
            Some(items) => items.iter().collect(),
            None => vec![root],
        };
        for value in values {
            if let Some(id) = value
                .as_object()
                .and_then(|object| object.get("@id"))
                .and_then(json::Value::as_str)
            {
                ids.push(id.to_owned());
            }
        }
    }
    ids
}
