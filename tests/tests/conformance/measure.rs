//! What is counted, and how it is printed.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::case::Case;

/// The measures, in the order in which they are printed.
pub(crate) const MEASURES: [&str; 9] = [
    "verdict",
    "errors-allowed",
    "errors-exact",
    "error-lines",
    "elements",
    "instances",
    "round-trip",
    "lints",
    "dtmis",
];

/// What one case gave: for each check of a measure, nothing or the reason why it failed.
pub(crate) struct Outcome {
    pub(crate) id: String,
    pub(crate) version: u8,
    pub(crate) checks: Vec<(&'static str, Result<(), String>)>,
}

impl Outcome {
    pub(crate) fn new(case: &Case) -> Self {
        Self {
            id: case.id.clone(),
            version: case.version,
            checks: Vec::new(),
        }
    }

    pub(crate) fn check(&mut self, measure: &'static str, result: Result<(), String>) {
        self.checks.push((measure, result));
    }

    /// Whether any check of a measure failed.
    pub(crate) fn fails(&self, measure: &str) -> bool {
        self.checks
            .iter()
            .any(|(name, result)| *name == measure && result.is_err())
    }
}

#[derive(Clone, Copy, Default)]
struct Count {
    passed: usize,
    total: usize,
}

pub(crate) struct Tally<'o> {
    outcomes: &'o [Outcome],
    all: BTreeMap<&'static str, Count>,
    by_version: BTreeMap<(&'static str, u8), Count>,
}

impl<'o> Tally<'o> {
    pub(crate) fn new(outcomes: &'o [Outcome]) -> Self {
        let mut all: BTreeMap<&'static str, Count> = BTreeMap::new();
        let mut by_version: BTreeMap<(&'static str, u8), Count> = BTreeMap::new();
        for outcome in outcomes {
            for (measure, result) in &outcome.checks {
                for count in [
                    all.entry(measure).or_default(),
                    by_version.entry((measure, outcome.version)).or_default(),
                ] {
                    count.total += 1;
                    count.passed += usize::from(result.is_ok());
                }
            }
        }
        Self {
            outcomes,
            all,
            by_version,
        }
    }

    /// A table by version of DTDL.
    pub(crate) fn breakdown(&self) -> String {
        let mut out = format!(
            "{:<16}{:>14}{:>14}{:>14}{:>14}",
            "by version", "none", "2", "3", "4"
        );
        for measure in MEASURES {
            let _ = write!(out, "\n{measure:<16}");
            for version in [0, 2, 3, 4] {
                let text = match self.by_version.get(&(measure, version)) {
                    Some(count) => format!("{}/{}", count.passed, count.total),
                    None => "-".to_owned(),
                };
                let _ = write!(out, "{text:>14}");
            }
        }
        out
    }

    /// One line a measure that has cases.
    pub(crate) fn lines(&self) -> String {
        let lines: Vec<String> = MEASURES
            .iter()
            .filter_map(|measure| {
                let count = self.all.get(measure)?;
                Some(format!("{measure}: {}/{}", count.passed, count.total))
            })
            .collect();
        lines.join("\n")
    }

    /// All failures, one text each.
    pub(crate) fn failures(&self) -> Vec<String> {
        let mut failures = Vec::new();
        for outcome in self.outcomes {
            for (measure, result) in &outcome.checks {
                if let Err(reason) = result {
                    failures.push(format!("{measure} {}\n{reason}", outcome.id));
                }
            }
        }
        failures
    }
}
