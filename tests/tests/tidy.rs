//! Rules of the repository, held by a test: the crate arrows of `ARCHITECTURE.md`, file sizes, no paths
//! of one machine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use pnp_tests::workspace_root;

/// The crates that the chart draws; `tests/` and `examples/` may use every one of them.
fn is_library(name: &str) -> bool {
    name == "dtdl-parser" || (name.starts_with("pnp-") && name != "pnp-tests")
}

struct Manifest {
    name: String,
    /// Normal dependencies: name and whether a feature turns them on.
    dependencies: BTreeMap<String, bool>,
}

fn manifests() -> Vec<Manifest> {
    let root = workspace_root();
    let workspace: toml::Table = fs::read_to_string(root.join("Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let members = workspace["workspace"]["members"].as_array().unwrap();
    members
        .iter()
        .map(|member| {
            let path = root.join(member.as_str().unwrap()).join("Cargo.toml");
            let manifest: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
            let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
            Manifest {
                name: manifest["package"]["name"].as_str().unwrap().to_owned(),
                dependencies: dependencies
                    .into_iter()
                    .flatten()
                    .map(|(name, value)| {
                        let optional =
                            value.get("optional").and_then(toml::Value::as_bool) == Some(true);
                        (name.clone(), optional)
                    })
                    .collect(),
            }
        })
        .collect()
}

fn architecture() -> String {
    fs::read_to_string(workspace_root().join("ARCHITECTURE.md")).unwrap()
}

#[test]
fn crate_arrows_are_those_of_the_chart() {
    let mut charted = BTreeSet::new();
    let mut in_chart = false;
    for line in architecture().lines() {
        match line.trim() {
            "```mermaid" => in_chart = true,
            "```" => in_chart = false,
            arrow if in_chart => {
                if let Some((from, to)) = arrow.split_once(" --> ") {
                    charted.insert((from.to_owned(), to.to_owned(), false));
                } else if let Some((from, to)) = arrow.split_once(" -.-> ") {
                    charted.insert((from.to_owned(), to.to_owned(), true));
                }
            }
            _ => {}
        }
    }
    let built: BTreeSet<_> = manifests()
        .into_iter()
        .filter(|manifest| is_library(&manifest.name))
        .flat_map(|manifest| {
            let from = manifest.name;
            manifest
                .dependencies
                .into_iter()
                .filter(|(to, _)| is_library(to))
                .map(move |(to, optional)| (from.clone(), to, optional))
        })
        .collect();
    let undrawn: Vec<_> = built.difference(&charted).collect();
    let stale: Vec<_> = charted.difference(&built).collect();
    assert!(
        undrawn.is_empty(),
        "dependencies that ARCHITECTURE.md doesn't draw: {undrawn:?}"
    );
    assert!(
        stale.is_empty(),
        "arrows of ARCHITECTURE.md that no manifest has: {stale:?}"
    );
}

#[test]
fn no_crate_uses_what_the_architecture_forbids_it() {
    let text = architecture();
    let (_, table) = text.split_once("## Who may use what").unwrap();
    let manifests = manifests();
    let mut rows = 0;
    for row in table
        .lines()
        .skip(4)
        .take_while(|line| line.starts_with('|'))
    {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let (name, never) = (cells[1], cells[3]);
        let manifest = manifests.iter().find(|manifest| manifest.name == name);
        let manifest = manifest
            .unwrap_or_else(|| panic!("ARCHITECTURE.md speaks of {name:?}, which is no member"));
        for forbidden in never
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            assert!(
                !manifest.dependencies.contains_key(forbidden),
                "{name} must not depend on {forbidden}"
            );
        }
        rows += 1;
    }
    let libraries = manifests
        .iter()
        .filter(|manifest| is_library(&manifest.name))
        .count();
    assert_eq!(
        rows, libraries,
        "every library crate has a row under \"Who may use what\""
    );
}

/// Tracked text files below `dir`, by extension, without build output.
fn files(dir: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                files(&path, extensions, found);
            }
        } else if extensions
            .iter()
            .any(|extension| path.extension().is_some_and(|is| is == *extension))
        {
            found.push(path);
        }
    }
}

#[test]
fn no_source_file_outgrows_600_lines() {
    let mut sources = Vec::new();
    files(&workspace_root(), &["rs"], &mut sources);
    assert!(sources.len() > 20);
    let large: Vec<_> = sources
        .iter()
        .filter(|path| {
            !path.components().any(|part| {
                ["tests", "golden", "benches"]
                    .contains(&part.as_os_str().to_str().unwrap_or_default())
            })
        })
        .map(|path| (path, fs::read_to_string(path).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > 600)
        .collect();
    assert!(
        large.is_empty(),
        "files that ask for rooms of their own: {large:#?}"
    );
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    let mut texts = Vec::new();
    files(
        &workspace_root(),
        &["rs", "md", "toml", "json", "stderr"],
        &mut texts,
    );
    // Built from parts, so that this file does not name them itself.
    let machine: Vec<_> = ["work", "root", "farm"]
        .iter()
        .map(|top| format!("/{top}/"))
        .collect();
    for path in texts {
        let text = fs::read_to_string(&path).unwrap();
        for folder in &machine {
            let hit = text.lines().position(|line| {
                line.match_indices(folder.as_str()).any(|(at, _)| {
                    // A path starts at a blank or a quote; `src/work/` inside a longer path is none.
                    line[..at]
                        .chars()
                        .next_back()
                        .is_none_or(|before| " \"'`(=".contains(before))
                })
            });
            assert!(
                hit.is_none(),
                "{}:{} names {folder}",
                path.display(),
                hit.unwrap_or_default() + 1
            );
        }
    }
}
