//! `pnp check`: every problem of every file in one run.

use std::io::{self, Write};

use dtdl_parser::diagnostics::{Human, Report, Summary, github, json_line, sarif};
use dtdl_parser::source::{ChainResolver, MemoryResolver};
use dtdl_parser::{FileId, Parsed, Resolver, Sources, parse};

use crate::args::{Check, Deny, Format, Global};
use crate::input::{self, Inputs};
use crate::output::{Exit, colored};

/// One parse and what it found: the whole set, or one root under `--each`.
struct Run {
    /// The root's name under `--each`.
    root: Option<String>,
    parsed: Parsed,
    report: Report,
}

pub(crate) fn run(args: &Check, global: &Global) -> io::Result<Exit> {
    let mut inputs = input::read(&args.inputs.paths);
    let runs = if args.each {
        each(args, &mut inputs)
    } else {
        let resolver = input::repositories(&args.inputs.repo);
        let files = inputs.files.clone();
        vec![Run::of(
            None,
            &mut inputs.sources,
            &files,
            &resolver,
            &args.inputs,
        )]
    };
    let summary = summary(&runs, args.each);
    print(
        &runs,
        &inputs.sources,
        &summary,
        args.format,
        colored(global.color),
    )?;
    let unread = inputs.complain() || runs.iter().any(|run| input::met_unreadable(&run.report));
    let denied = args.deny.contains(&Deny::Warnings) && summary.warnings > 0;
    Ok(if unread {
        Exit::Io
    } else if summary.errors > 0 || denied {
        Exit::Errors
    } else {
        Exit::Fine
    })
}

/// Each input as a root of its own, with the others only there to be referred to.
fn each(args: &Check, inputs: &mut Inputs) -> Vec<Run> {
    let repositories = input::repositories(&args.inputs.repo);
    let mut set = MemoryResolver::new();
    for file in &inputs.files {
        set.insert_all(inputs.sources.name(*file), inputs.sources.text(*file));
    }
    let resolver = ChainResolver::new().with(set).with(repositories);
    let sources = &mut inputs.sources;
    let run = |root: &FileId| {
        let name = sources.name(*root).to_owned();
        Run::of(Some(name), sources, &[*root], &resolver, &args.inputs)
    };
    inputs.files.iter().map(run).collect()
}

impl Run {
    fn of(
        root: Option<String>,
        sources: &mut Sources,
        files: &[FileId],
        resolver: &dyn Resolver,
        args: &crate::args::Inputs,
    ) -> Self {
        let parsed = parse(sources, files, resolver, &args.options());
        let report = Report::new(parsed.problems.clone(), sources);
        Self {
            root,
            parsed,
            report,
        }
    }
}

/// What all runs read and found.
fn summary(runs: &[Run], each: bool) -> Summary {
    let sum = |count: fn(&Run) -> usize| runs.iter().map(count).sum();
    Summary {
        // A text that several roots refer to counts once a root in the sums below, and not here.
        files: if each {
            runs.len()
        } else {
            sum(|run| run.parsed.files.len())
        },
        documents: sum(|run| run.parsed.documents),
        elements: sum(|run| run.parsed.elements),
        errors: sum(|run| run.report.errors()),
        warnings: sum(|run| run.report.warnings()),
    }
}

fn print(
    runs: &[Run],
    sources: &Sources,
    summary: &Summary,
    format: Format,
    color: bool,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        Format::Human => {
            let human = Human {
                color,
                ..Human::default()
            };
            let mut err = io::stderr().lock();
            for run in runs {
                let text = human.render(&run.report, sources);
                if let (Some(root), false) = (&run.root, text.is_empty()) {
                    // The places may lie in files that the root only refers to.
                    writeln!(err, "In {root} and what it refers to:\n")?;
                }
                err.write_all(text.as_bytes())?;
            }
            writeln!(out, "{}", sentence(summary))
        }
        Format::Json => {
            for run in runs {
                for problem in run.report.diagnostics() {
                    let line = json_line(problem, sources, run.root.as_deref());
                    writeln!(out, "{}", line.trim_end())?;
                }
            }
            writeln!(out, "{}", summary.json_line())
        }
        Format::Github => runs
            .iter()
            .try_for_each(|run| out.write_all(github(&run.report, sources).as_bytes())),
        Format::Sarif => {
            // One log, whatever the number of roots.
            let problems = runs
                .iter()
                .flat_map(|run| run.parsed.problems.iter().cloned())
                .collect();
            out.write_all(sarif(&Report::new(problems, sources), sources).as_bytes())
        }
    }
}

/// The last line for people.
fn sentence(summary: &Summary) -> String {
    let count = |number: usize, noun: &str| {
        format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
    };
    let found = match (summary.errors, summary.warnings) {
        (0, 0) => "no problems".to_owned(),
        (errors, 0) => count(errors, "error"),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    format!(
        "{found} in {}, {}, {}",
        count(summary.files, "file"),
        count(summary.documents, "document"),
        count(summary.elements, "element"),
    )
}
