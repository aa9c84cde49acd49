//! What a build script calls: search folders → model → files on disk.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dtdl_parser::diagnostics::{Diagnostic, Human, Report};
use dtdl_parser::source::{ChainResolver, Touched, directory};
use dtdl_parser::{FileId, Model, Options, Resolver, Sources, parse};

use crate::error::Error;
use crate::files::Change;
use crate::generate::{Generated, outputs};
use crate::settings::Settings;

/// What a build script's run gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compiled {
    /// The files, in the order of their names; each exists with these bytes now.
    pub files: Vec<PathBuf>,
    /// Those of them whose bytes changed.
    pub written: Vec<PathBuf>,
    /// What the author of the model should know; printed as warnings of the build.
    pub warnings: Vec<String>,
}

impl Settings {
    /// Reads the models, generates code and writes it: for each root interface a file
    /// `OUT_DIR/<last label of its DTMI, in snake case>.rs`.
    ///
    /// Prints, for cargo, what a later run should look at and what the author should know.
    ///
    /// # Errors
    /// A model can't be found or read, or has errors; the settings ask for something that can't be; or
    /// a file can't be written.
    #[expect(
        clippy::print_stdout,
        reason = "a build script talks to cargo on standard output"
    )]
    pub fn compile(self) -> Result<Compiled, Error> {
        let out_dir = match (&self.out_dir, std::env::var_os("OUT_DIR")) {
            (Some(dir), _) => dir.clone(),
            (None, Some(dir)) => PathBuf::from(dir),
            (None, None) => return Err(Error::usage("no out_dir is set, and cargo names none")),
        };
        let mut touched = Touched::default();
        let mut warnings = Vec::new();
        let generated = self.read_and_generate(&mut touched, &mut warnings);
        if self.emit_rerun_if_changed {
            for path in watched(&touched) {
                println!("cargo::rerun-if-changed={}", path.display());
            }
        }
        let generated = generated?;
        let changes = generated.files.write(&out_dir)?;
        warnings.extend(generated.collisions.iter().map(ToString::to_string));
        for warning in &warnings {
            println!("cargo::warning={warning}");
        }
        Ok(Compiled {
            files: changes.keys().cloned().collect(),
            written: changes
                .into_iter()
                .filter(|(_, change)| *change == Change::Written)
                .map(|(path, _)| path)
                .collect(),
            warnings,
        })
    }

    /// Each root is read for itself: versions of one device in one repository may give one DTMI to
    /// different elements, which only a set of both would notice.
    fn read_and_generate(
        &self,
        touched: &mut Touched,
        warnings: &mut Vec<String>,
    ) -> Result<Generated, Error> {
        let mut generated = Generated::default();
        for (root, file) in outputs(self)? {
            let resolver = self.resolver();
            let read = read_model(&root, &resolver);
            touched.merge(resolver.touched());
            let read = read?;
            warnings.extend(read.warnings);
            generated.add(&root, file, &read.model, &read.sources, self)?;
        }
        generated.checked(self)
    }

    fn resolver(&self) -> ChainResolver {
        let mut chain = ChainResolver::new();
        for dir in &self.search_dirs {
            chain.push(directory(dir));
        }
        chain
    }
}

/// A model and the texts that it was read from.
struct Read {
    model: Model,
    sources: Sources,
    /// What its author should know, a line each.
    warnings: Vec<String>,
}

/// The model of a root and of everything that it refers to.
fn read_model(root: &str, resolver: &dyn Resolver) -> Result<Read, Error> {
    let found = resolver.resolve(&[root]);
    if let Some(file) = found.unreadable.first() {
        return Err(Error::unreadable(format!(
            "can't read {}: {}",
            file.name, file.reason
        )));
    }
    if found.texts.is_empty() {
        return Err(Error::unreadable(format!(
            "no search_dir has a model {root}"
        )));
    }
    let mut sources = Sources::new();
    let files: Vec<FileId> = found
        .texts
        .into_iter()
        .map(|text| sources.add(text.name, text.text))
        .collect();
    let parsed = parse(&mut sources, &files, resolver, &Options::default());
    let report = Report::new(parsed.problems, &sources);
    let Some(model) = parsed.model else {
        return Err(Error::model(Human::default().render(&report, &sources)));
    };
    let warnings = report
        .diagnostics()
        .iter()
        .map(|it| one_line(it, &sources))
        .collect();
    Ok(Read {
        model,
        sources,
        warnings,
    })
}

/// A diagnostic as one line, as cargo wants its warnings.
fn one_line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let cause = diagnostic
        .cause
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    match &diagnostic.primary {
        Some(label) => {
            let place = sources.position(label.span);
            let file = sources.name(label.span.file);
            format!("{file}:{}:{}: {cause}", place.line, place.column)
        }
        None => cause,
    }
}

/// What cargo should watch: what was read, and for a place where nothing was found the nearest folder
/// that exists, because cargo takes a path that doesn't exist for changed on every run.
fn watched(touched: &Touched) -> BTreeSet<&Path> {
    let missed = touched.missed.iter().filter_map(|path| {
        path.ancestors()
            .skip(1)
            .find(|folder| !folder.as_os_str().is_empty() && folder.is_dir())
    });
    touched
        .read
        .iter()
        .chain(&touched.listed)
        .map(PathBuf::as_path)
        .chain(missed)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_told_of_no_path_that_does_not_exist() {
        let dir = tempfile::tempdir().unwrap();
        let resolver = dtdl_parser::source::RepositoryResolver::new(dir.path());
        assert!(
            resolver
                .resolve(&["dtmi:com:example:None;1"])
                .texts
                .is_empty()
        );
        let touched = resolver.touched();
        assert_eq!(touched.missed.len(), 1);
        assert_eq!(watched(&touched), BTreeSet::from([dir.path()]));
    }

    #[test]
    fn a_root_that_no_folder_has_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().unwrap();
        let settings = crate::configure()
            .search_dir(dir.path())
            .model("dtmi:com:example:None;1")
            .out_dir(dir.path())
            .emit_rerun_if_changed(false);
        let error = settings.compile().unwrap_err();
        assert!(error.is_io());
        assert!(
            error.to_string().contains("dtmi:com:example:None;1"),
            "{error}"
        );
    }

    #[test]
    fn no_model_is_a_wrong_use() {
        let dir = tempfile::tempdir().unwrap();
        let error = crate::configure()
            .out_dir(dir.path())
            .compile()
            .unwrap_err();
        assert!(error.is_usage());
    }
}
