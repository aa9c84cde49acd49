//! What the data lists and nobody reports, and the list of known failures. The second can only shrink:
//! a failure that isn't listed fails the run, and so does a listed one that passes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::measure::{MEASURES, Outcome};

const KNOWN: &str = include_str!("known-gaps.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    #[serde(default)]
    gap: Vec<Gap>,
}

/// Cases that fail a measure for one reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gap {
    measures: Vec<String>,
    reason: String,
    cases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alternatives {
    alternative: Vec<Alternative>,
}

/// Codes that the suite lists beside others without the reference reporting both.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alternative {
    reason: String,
    listed: Vec<String>,
    beside: Vec<String>,
}

static ALTERNATIVES: LazyLock<Vec<Alternative>> = LazyLock::new(|| {
    let text = include_str!("alternatives.toml");
    let all: Alternatives = toml::from_str(text).expect("alternatives.toml is well formed");
    assert!(
        all.alternative
            .iter()
            .all(|it| !it.reason.trim().is_empty())
    );
    all.alternative
});

/// Whether a listed error that isn't reported is an alternative to one that is.
pub(crate) fn is_alternative(listed: &str, reported: &[&str]) -> bool {
    let holds = |codes: &[String], code: &str| codes.iter().any(|it| it == "*" || it == code);
    ALTERNATIVES.iter().any(|rule| {
        holds(&rule.listed, listed)
            && reported
                .iter()
                .any(|reported| *reported != listed && holds(&rule.beside, reported))
    })
}

/// What differs between the list and the run; empty if nothing does. Cases of the list that the data
/// doesn't hold are left aside; `complete` says whether all cases of the data were run.
pub(crate) fn compare(outcomes: &[Outcome], complete: bool) -> Vec<String> {
    let known: Known = toml::from_str(KNOWN).expect("known-gaps.toml is well formed");
    let mut listed: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut lines = Vec::new();
    for gap in &known.gap {
        assert!(!gap.reason.trim().is_empty(), "a gap needs a reason");
        for measure in &gap.measures {
            assert!(
                MEASURES.contains(&measure.as_str()),
                "unknown measure {measure}"
            );
            for case in &gap.cases {
                let new = listed.insert((measure, case));
                assert!(new, "{measure} {case} is listed twice");
            }
        }
    }
    let mut unlisted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for outcome in outcomes {
        for measure in MEASURES {
            let is_listed = listed.contains(&(measure, outcome.id.as_str()));
            match (outcome.fails(measure), is_listed) {
                (true, false) => unlisted.entry(measure).or_default().push(&outcome.id),
                (false, true) if complete => lines.push(format!(
                    "listed in known-gaps.toml, but passes: {measure} {}",
                    outcome.id
                )),
                _ => {}
            }
        }
    }
    for (measure, cases) in unlisted {
        const SHOWN: usize = 5;
        let more = cases.len().saturating_sub(SHOWN);
        let mut shown = cases[..cases.len().min(SHOWN)].join(", ");
        if more > 0 {
            shown.push_str(&format!(" and {more} more"));
        }
        lines.push(format!(
            "fails and isn't listed in known-gaps.toml: {measure} {shown}"
        ));
    }
    lines
}
