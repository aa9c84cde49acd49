//! Generated files, and the only place of this crate that writes to a disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use crate::error::Error;

/// The list, in an output folder, of the files that this tool wrote there.
const MANIFEST: &str = ".pnp-files";

const MANIFEST_HEADER: &str = "# Files that pnp wrote here: root interface, file. Do not edit.\n";

/// Generated files by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files {
    files: BTreeMap<String, File>,
}

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// DTMI of the root interface that it is for.
    pub root: String,
    /// Its text.
    pub text: String,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was written.
    Written,
    /// It had these bytes already and was left alone.
    Unchanged,
    /// It was written by an earlier run for the same root, is no longer generated, and was removed.
    Removed,
}

impl Files {
    /// Adds a file, in place of one of the same name.
    pub(crate) fn insert(&mut self, name: String, file: File) {
        self.files.insert(name, file);
    }

    /// Names and files, in the order of the names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &File)> {
        self.files.iter().map(|(name, file)| (name.as_str(), file))
    }

    /// The text of a file.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|file| file.text.as_str())
    }

    /// Writes the files into a folder, which is made where it doesn't exist. A file that has the bytes
    /// already is left alone, so its time stamp says when it last changed.
    ///
    /// # Errors
    /// The folder or a file in it can't be read or written.
    pub fn write(&self, dir: &Path) -> Result<BTreeMap<PathBuf, Change>, Error> {
        fs::create_dir_all(dir).map_err(|error| Error::io("make the folder", dir, &error))?;
        let mut changes = BTreeMap::new();
        for (name, file) in &self.files {
            let path = dir.join(name);
            let change = write_if_different(&path, &file.text)?;
            changes.insert(path, change);
        }
        Ok(changes)
    }

    /// [Writes](Self::write) the files and keeps a list of them beside them, by which a later run
    /// removes what it no longer generates for the same roots. Nothing else is ever removed.
    ///
    /// # Errors
    /// As [`write`](Self::write); or the list names a file outside of the folder.
    pub fn sync(&self, dir: &Path) -> Result<BTreeMap<PathBuf, Change>, Error> {
        let plan = self.plan(dir)?;
        let mut changes = self.write(dir)?;
        for name in plan.stale {
            let path = dir.join(name);
            match fs::remove_file(&path) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(Error::io("remove", &path, &error)),
            }
            changes.insert(path, Change::Removed);
        }
        write_if_different(&dir.join(MANIFEST), &plan.manifest)?;
        Ok(changes)
    }

    /// What [`sync`](Self::sync) would change, as a unified diff; empty where it would change nothing.
    /// Writes nothing.
    ///
    /// # Errors
    /// A file in the folder can't be read, or the list names a file outside of the folder.
    pub fn check(&self, dir: &Path) -> Result<String, Error> {
        let plan = self.plan(dir)?;
        let mut diff = String::new();
        for (name, file) in &self.files {
            diff.push_str(&difference(dir, name, &file.text)?);
        }
        for name in &plan.stale {
            diff.push_str(&difference(dir, name, "")?);
        }
        diff.push_str(&difference(dir, MANIFEST, &plan.manifest)?);
        Ok(diff)
    }

    /// The list that belongs beside the files, and what the present one holds too much.
    fn plan(&self, dir: &Path) -> Result<Plan, Error> {
        let path = dir.join(MANIFEST);
        let old = read(&path)?.unwrap_or_default();
        let roots: BTreeSet<&str> = self.files.values().map(|file| file.root.as_str()).collect();
        let mut lines: BTreeSet<(String, String)> = self
            .files
            .iter()
            .map(|(name, file)| (file.root.clone(), name.clone()))
            .collect();
        let mut stale = BTreeSet::new();
        for line in old.lines().filter(|line| !line.starts_with('#')) {
            let Some((root, name)) = line.split_once(' ').filter(|(_, name)| is_inside(name))
            else {
                let message = format!("{} has a line that is not ours: {line}", path.display());
                return Err(Error::unreadable(message));
            };
            if !roots.contains(root) {
                lines.insert((root.to_owned(), name.to_owned()));
            } else if !self.files.contains_key(name) {
                stale.insert(name.to_owned());
            }
        }
        // A file that another root still lists stays.
        stale.retain(|name| !lines.iter().any(|(_, kept)| kept == name));
        let list: String = lines
            .iter()
            .map(|(root, name)| format!("{root} {name}\n"))
            .collect();
        Ok(Plan {
            stale,
            manifest: format!("{MANIFEST_HEADER}{list}"),
        })
    }
}

struct Plan {
    stale: BTreeSet<String>,
    manifest: String,
}

/// Whether a name of the list means a file in the list's own folder.
fn is_inside(name: &str) -> bool {
    let path = Path::new(name);
    path.components().count() == 1
        && path
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
}

fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read(path) {
        // What isn't UTF-8 isn't ours, and so differs from everything that is.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path, &error)),
    }
}

/// Writes beside the file and renames, so that nobody ever reads half of it.
fn write_if_different(path: &Path, text: &str) -> Result<Change, Error> {
    if read(path)?.as_deref() == Some(text) {
        return Ok(Change::Unchanged);
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| {
        // Best effort: the error that counts is the one that is told.
        let _ = fs::remove_file(&beside);
        Error::io("write", path, &error)
    })?;
    Ok(Change::Written)
}

fn difference(dir: &Path, name: &str, new: &str) -> Result<String, Error> {
    let path = dir.join(name);
    let old = read(&path)?.unwrap_or_default();
    if old == new {
        return Ok(String::new());
    }
    let shown = path.display().to_string();
    let diff = similar::TextDiff::from_lines(old.as_str(), new);
    Ok(diff.unified_diff().header(&shown, &shown).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str, &str)]) -> Files {
        let mut files = Files::default();
        for (name, root, text) in list {
            let file = File {
                root: (*root).to_owned(),
                text: (*text).to_owned(),
            };
            files.insert((*name).to_owned(), file);
        }
        files
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_second_run_writes_nothing_and_its_check_is_clean() {
        let dir = tempfile::tempdir().unwrap();
        let files = files(&[("a.rs", "dtmi:x:A;1", "a\n"), ("b.rs", "dtmi:x:B;1", "b\n")]);
        let first = files.sync(dir.path()).unwrap();
        assert!(first.values().all(|change| *change == Change::Written));
        assert_eq!(files.check(dir.path()).unwrap(), "");
        let second = files.sync(dir.path()).unwrap();
        assert!(second.values().all(|change| *change == Change::Unchanged));
        assert_eq!(names(dir.path()), [".pnp-files", "a.rs", "b.rs"]);
    }

    #[test]
    fn a_check_shows_a_difference_line_by_line_and_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        files(&[("a.rs", "dtmi:x:A;1", "one\ntwo\n")])
            .sync(dir.path())
            .unwrap();
        let diff = files(&[("a.rs", "dtmi:x:A;1", "one\n2\n")])
            .check(dir.path())
            .unwrap();
        assert!(diff.contains("-two\n+2\n"), "{diff}");
        assert_eq!(
            fs::read_to_string(dir.path().join("a.rs")).unwrap(),
            "one\ntwo\n"
        );

        let nowhere = dir.path().join("none");
        let diff = files(&[("a.rs", "dtmi:x:A;1", "one\n")])
            .check(&nowhere)
            .unwrap();
        assert!(diff.contains("+one\n"), "{diff}");
        assert!(!nowhere.exists());
    }

    #[test]
    fn only_what_an_earlier_run_for_the_same_root_wrote_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("mine.rs"), "by hand").unwrap();
        files(&[("old.rs", "dtmi:x:A;1", "a"), ("b.rs", "dtmi:x:B;1", "b")])
            .sync(dir.path())
            .unwrap();
        let new = files(&[("new.rs", "dtmi:x:A;1", "a")]);
        assert!(new.check(dir.path()).unwrap().contains("-a\n"));
        let changes = new.sync(dir.path()).unwrap();
        assert_eq!(
            changes.get(&dir.path().join("old.rs")),
            Some(&Change::Removed)
        );
        assert_eq!(
            names(dir.path()),
            [".pnp-files", "b.rs", "mine.rs", "new.rs"]
        );
    }

    #[test]
    fn a_list_that_names_a_file_elsewhere_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let outside = dir.path().join("outside.rs");
        fs::write(&outside, "precious").unwrap();
        let inside = dir.path().join("out");
        fs::create_dir(&inside).unwrap();
        for line in [
            "dtmi:x:A;1 ../outside.rs",
            "dtmi:x:A;1 /etc/passwd",
            "dtmi:x:A;1",
        ] {
            fs::write(inside.join(MANIFEST), format!("{line}\n")).unwrap();
            let error = files(&[("a.rs", "dtmi:x:A;1", "a")])
                .sync(&inside)
                .unwrap_err();
            assert!(error.is_io(), "{error}");
        }
        assert_eq!(fs::read_to_string(outside).unwrap(), "precious");
    }
}
