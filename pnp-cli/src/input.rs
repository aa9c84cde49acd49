//! Finds and reads what the command line names.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use dtdl_parser::diagnostics::{Code, Human, Report};
use dtdl_parser::source::{ChainResolver, directory, json_files};
use dtdl_parser::{FileId, Model, Options, Sources, UndefinedExtensions, parse};

use crate::args::{self, Global, Undefined};
use crate::output::{Exit, colored, complain, say};

/// What the paths of a command line led to.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// The texts, by path in order and each once.
    pub(crate) sources: Sources,
    /// The texts that were named or found, in the order of `sources`.
    pub(crate) files: Vec<FileId>,
    /// What could not be read, each with the reason.
    pub(crate) failures: Vec<String>,
}

/// Reads every file, folder (its `*.json` files) and standard input (`-`), in the order given.
///
/// A path that can't be read doesn't stop the others: it is listed in `failures`.
pub(crate) fn read(paths: &[PathBuf]) -> Inputs {
    let mut inputs = Inputs::default();
    let mut seen = std::collections::BTreeSet::new();
    for path in paths {
        if path == Path::new("-") {
            if seen.insert(path.clone()) {
                let mut bytes = Vec::new();
                match io::stdin().lock().read_to_end(&mut bytes) {
                    Ok(_) => inputs.add("<stdin>".to_owned(), bytes),
                    Err(error) => inputs.fail("standard input", &error),
                }
            }
            continue;
        }
        let files = match fs::metadata(path) {
            Ok(kind) if kind.is_dir() => match json_files(path) {
                Ok(files) => {
                    if files.is_empty() {
                        inputs
                            .failures
                            .push(format!("{} holds no *.json file", path.display()));
                    }
                    files
                }
                Err(error) => {
                    inputs.fail(&path.display().to_string(), &error);
                    continue;
                }
            },
            Ok(_) => vec![path.clone()],
            Err(error) => {
                inputs.fail(&path.display().to_string(), &error);
                continue;
            }
        };
        for file in files {
            // `pnp check models models/a.json` reads a.json once.
            if seen.insert(file.clone()) {
                match fs::read(&file) {
                    Ok(bytes) => inputs.add(file.display().to_string(), bytes),
                    Err(error) => inputs.fail(&file.display().to_string(), &error),
                }
            }
        }
    }
    inputs
}

impl Inputs {
    /// Says on standard error what could not be read; returns whether there was such a thing.
    pub(crate) fn complain(&self) -> bool {
        for failure in &self.failures {
            complain(failure);
        }
        !self.failures.is_empty()
    }

    /// How a command ends that found `report` in these inputs; says what could not be read.
    pub(crate) fn exit(&self, report: &Report) -> Exit {
        if self.complain() || met_unreadable(report) {
            Exit::Io
        } else if report.errors() > 0 {
            Exit::Errors
        } else {
            Exit::Fine
        }
    }

    fn add(&mut self, name: String, bytes: Vec<u8>) {
        let id = self.sources.add(name, bytes);
        self.files.push(id);
    }

    fn fail(&mut self, what: &str, error: &io::Error) {
        self.failures
            .push(format!("{what} could not be read: {error}"));
    }
}

/// Whether a file that a reference led to could not be read.
pub(crate) fn met_unreadable(report: &Report) -> bool {
    report
        .diagnostics()
        .iter()
        .any(|problem| problem.code == Code::UnreadableReference)
}

/// Prints the problems on standard error, for people.
pub(crate) fn say_report(report: &Report, sources: &Sources, global: &Global) {
    let human = Human {
        color: colored(global.color),
        ..Human::default()
    };
    say(&human.render(report, sources));
}

/// The checked model of all inputs as one set; `Err` with the exit code where there is none, after
/// the problems were printed.
pub(crate) fn model(args: &args::Inputs, global: &Global) -> Result<(Model, Sources), Exit> {
    let mut inputs = read(&args.paths);
    let resolver = repositories(&args.repo);
    let parsed = parse(
        &mut inputs.sources,
        &inputs.files,
        &resolver,
        &args.options(),
    );
    let report = Report::new(parsed.problems, &inputs.sources);
    say_report(&report, &inputs.sources, global);
    match (inputs.exit(&report), parsed.model) {
        (Exit::Fine, Some(model)) => Ok((model, inputs.sources)),
        (Exit::Fine, None) => Err(Exit::Errors),
        (exit, _) => Err(exit),
    }
}

/// The resolver over `--repo` folders, asked in the order given.
pub(crate) fn repositories(folders: &[PathBuf]) -> ChainResolver {
    let mut chain = ChainResolver::new();
    for folder in folders {
        chain.push(directory(folder));
    }
    chain
}

impl args::Inputs {
    /// What the command line says of how to parse.
    pub(crate) fn options(&self) -> Options {
        Options {
            max_dtdl_version: self.max_dtdl,
            undefined_extensions: match self.allow_undefined_extensions {
                Undefined::Always => UndefinedExtensions::Always,
                Undefined::Never => UndefinedExtensions::Never,
                Undefined::Default => UndefinedExtensions::PerDefault,
            },
            limits: self.limits.clone(),
            ..Options::default()
        }
    }
}
