//! The conformance runner: every case of the folder that `DTDL_CONFORMANCE_DIR` names, laid out like
//! the reference parser's `test-cases`, against this parser.
//!
//! Prints one line a measure, `name: passed/total`. Fails on every failure that `known-gaps.toml` does
//! not name with a reason, and on every named one that passes. `DTDL_CONFORMANCE_FILTER=TEXT` runs the
//! cases whose name holds the text and shows why they fail. All failures are written to
//! `conformance-failures.txt` in the target folder's `tmp`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise, and prints what it measures"
)]

mod case;
mod elements;
mod errors;
mod gaps;
mod measure;
mod run;
mod script;

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, thread};

use case::CaseFile;
use measure::{Outcome, Tally};

fn main() -> ExitCode {
    let Some(root) = env::var_os("DTDL_CONFORMANCE_DIR").map(PathBuf::from) else {
        if env::var("CI").as_deref() == Ok("true") {
            eprintln!("CI needs DTDL_CONFORMANCE_DIR");
            return ExitCode::FAILURE;
        }
        println!(
            "SKIPPED: set DTDL_CONFORMANCE_DIR to a folder laid out like the reference parser's test-cases"
        );
        return ExitCode::SUCCESS;
    };
    let filter = env::var("DTDL_CONFORMANCE_FILTER").unwrap_or_default();
    let files = case::files(&root, &filter);
    // A case that panics is a failure of that case; its message goes to the list of failures.
    panic::set_hook(Box::new(|_| {}));
    let (outcomes, misspelt, unread) = run_all(&files);
    let _ = panic::take_hook();

    let tally = Tally::new(&outcomes);
    println!("{}", tally.breakdown());
    for (key, count) in &misspelt {
        println!("note: {count} case files misspell the key `{key}`, which is ignored");
    }
    for problem in &unread {
        println!("unreadable case: {problem}");
    }
    let failures = tally.failures();
    write_failures(&failures);
    if !filter.is_empty() {
        for failure in &failures {
            println!("{failure}\n");
        }
    }
    let verdict = gaps::compare(&outcomes, filter.is_empty());
    for line in &verdict {
        println!("{line}");
    }
    println!("{}", tally.lines());
    if verdict.is_empty() && unread.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

type Misspelt = std::collections::BTreeMap<String, usize>;

/// The place of a file, what its cases gave, the keys that it misspells, and why it couldn't be read.
type Part = (usize, Vec<Outcome>, BTreeSet<String>, Option<String>);

/// Runs all cases on all processors; the result doesn't depend on how many there are.
fn run_all(files: &[CaseFile]) -> (Vec<Outcome>, Misspelt, Vec<String>) {
    let workers = thread::available_parallelism().map_or(1, |count| count.get());
    let mut parts: Vec<Part> = Vec::new();
    thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let own = files.iter().enumerate().skip(worker).step_by(workers);
                    own.map(|(index, file)| {
                        let (outcomes, misspelt, problem) = run_file(file);
                        (index, outcomes, misspelt, problem)
                    })
                    .collect::<Vec<_>>()
                })
            })
            .collect();
        for handle in handles {
            parts.extend(handle.join().expect("a worker catches its panics"));
        }
    });
    parts.sort_by_key(|(index, ..)| *index);
    let mut outcomes = Vec::new();
    let mut misspelt = Misspelt::new();
    let mut unread = Vec::new();
    for (_, own, keys, problem) in parts {
        outcomes.extend(own);
        for key in keys {
            *misspelt.entry(key).or_default() += 1;
        }
        unread.extend(problem);
    }
    (outcomes, misspelt, unread)
}

fn run_file(file: &CaseFile) -> (Vec<Outcome>, BTreeSet<String>, Option<String>) {
    let cases = match case::read(file) {
        Ok(cases) => cases,
        Err(problem) => return (Vec::new(), BTreeSet::new(), Some(problem)),
    };
    let mut outcomes = Vec::new();
    let mut misspelt = BTreeSet::new();
    for case in cases {
        misspelt.extend(case.misspelt());
        let mut outcome = Outcome::new(&case);
        let result = panic::catch_unwind(AssertUnwindSafe(|| run::run(&case, &mut outcome)));
        if let Err(panic) = result {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            outcome.check("verdict", Err(format!("panic: {text}")));
        }
        outcomes.push(outcome);
    }
    (outcomes, misspelt, None)
}

fn write_failures(failures: &[String]) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance-failures.txt");
    let text = failures.join("\n\n") + "\n";
    if fs::write(&path, text).is_ok() {
        println!("{} failures in {}", failures.len(), path.display());
    }
}
