//! Reported errors against expected ones.

use std::collections::BTreeMap;

use dtdl_parser::Problem;
use dtdl_parser::diagnostics::Severity;
use dtdl_parser::source::{FileId, Sources};
use serde_json::Value;

use crate::case::{Expect, ParseCase};
use crate::gaps;
use crate::measure::Outcome;
use crate::script::{Location, location};

type Expected = BTreeMap<String, Value>;

/// The members of an expected error that identify it, and the fact that each is compared with.
fn identity(problem: &Problem) -> [(&'static str, Option<String>); 9] {
    let facts = &problem.facts;
    let text = |fact: &Option<dtdl_parser::diagnostics::Text>| fact.as_deref().map(str::to_owned);
    [
        ("ValidationID", problem.code.validation_id()),
        ("PrimaryID", text(&facts.primary_id)),
        ("SecondaryID", text(&facts.secondary_id)),
        ("Property", text(&facts.property)),
        ("AuxProperty", text(&facts.aux_property)),
        ("Type", text(&facts.type_)),
        ("Value", text(&facts.value)),
        ("Restriction", text(&facts.restriction)),
        ("Transformation", text(&facts.transformation)),
    ]
}

/// The members that differ.
fn differences(problem: &Problem, expected: &Expected) -> Vec<String> {
    identity(problem)
        .into_iter()
        .filter_map(|(key, actual)| {
            let wanted = expected.get(key)?;
            let fits = match wanted {
                Value::Null => actual.is_none(),
                Value::String(text) => actual.as_ref() == Some(text),
                // Alternatives.
                Value::Array(any) => any.iter().any(|one| match one {
                    Value::Null => actual.is_none(),
                    other => actual.as_deref() == other.as_str(),
                }),
                other => actual == Some(other.to_string()),
            };
            (!fits).then(|| format!("{key}: expected {wanted}, got {actual:?}"))
        })
        .collect()
}

/// Compares what was reported with what the case lists.
pub(crate) fn check(
    case: &ParseCase,
    expect: &Expect,
    problems: &[Problem],
    unresolved: &[(String, Location)],
    sources: &Sources,
    inputs: &[FileId],
    outcome: &mut Outcome,
) {
    let actual: Vec<&Problem> = problems
        .iter()
        .filter(|problem| problem.code.severity() == Severity::Error)
        .filter(|problem| problem.code != dtdl_parser::diagnostics::Code::UnresolvedReference)
        .collect();
    debug_assert!(!case.valid);
    if actual.is_empty() {
        let result = resolution(expect, unresolved);
        outcome.check("errors-allowed", result.clone());
        outcome.check("errors-exact", result);
        return;
    }
    let listed = expect.parsing_errors.as_deref().unwrap_or_default();
    let show = || {
        let mut text = String::from("  expected:");
        for error in listed {
            text.push_str(&format!("\n    {}", Value::from_iter(error.clone())));
        }
        text.push_str("\n  reported:");
        for problem in &actual {
            text.push_str("\n    ");
            for (key, value) in identity(problem) {
                if let Some(value) = value {
                    text.push_str(&format!("{key}={value} "));
                }
            }
            if let Some(span) = problem.primary {
                text.push_str(&format!("at {:?} ", location(span, sources, inputs)));
            }
            if let Some(span) = problem.secondary {
                text.push_str(&format!("against {:?} ", location(span, sources, inputs)));
            }
            if problem.code.validation_id().is_none() {
                text.push_str(problem.code.name());
            }
        }
        text
    };
    // Each reported error is given the listed ones that it fits; one whose lines fit too is best.
    let fitting: Vec<Vec<usize>> = actual
        .iter()
        .map(|problem| {
            let mut fits: Vec<usize> = (0..listed.len())
                .filter(|index| differences(problem, &listed[*index]).is_empty())
                .collect();
            fits.sort_by_key(|index| lines(problem, &listed[*index], sources, inputs).is_err());
            fits
        })
        .collect();
    let strange: Vec<String> = actual
        .iter()
        .zip(&fitting)
        .filter(|(_, fits)| fits.is_empty())
        .map(|(problem, _)| nearest(problem, listed))
        .collect();
    let allowed = if strange.is_empty() {
        Ok(())
    } else {
        Err(format!("  {}\n{}", strange.join("\n  "), show()))
    };
    outcome.check("errors-allowed", allowed);
    let pairs = pair(&fitting, listed.len());
    let reported: Vec<&str> = actual.iter().map(|problem| problem.code.name()).collect();
    let missing: Vec<&str> = (0..listed.len())
        .filter(|index| !fitting.iter().any(|fits| fits.contains(index)))
        .map(|index| code(&listed[index]))
        .collect();
    let excused = missing
        .iter()
        .all(|missing| gaps::is_alternative(missing, &reported));
    let exact = if strange.is_empty() && excused {
        Ok(())
    } else {
        Err(format!("  not reported: {missing:?}\n{}", show()))
    };
    outcome.check("errors-exact", exact);
    for (problem, error) in pairs {
        let (problem, error) = (actual[problem], &listed[error]);
        if error.contains_key("PrimaryStart") || error.contains_key("SecondaryStart") {
            let result = lines(problem, error, sources, inputs);
            let result =
                result.map_err(|reason| format!("  {}: {reason}\n{}", problem.code, show()));
            outcome.check("error-lines", result);
        }
    }
}

/// The name of an expected error's code.
fn code(error: &Expected) -> &str {
    let id = error.get("ValidationID").and_then(Value::as_str);
    id.and_then(|id| id.rsplit(':').next()).unwrap_or_default()
}

/// Why a reported error is not among the listed ones.
fn nearest(problem: &Problem, listed: &[Expected]) -> String {
    let best = listed
        .iter()
        .map(|error| differences(problem, error))
        .min_by_key(|differences| {
            let other_code = differences.iter().any(|it| it.starts_with("ValidationID"));
            (other_code, differences.len())
        });
    match best {
        Some(differences) if !differences[0].starts_with("ValidationID") => {
            format!("{}: {}", problem.code, differences.join("; "))
        }
        _ => format!("{} isn't listed", problem.code),
    }
}

/// As many pairs of a reported and a listed error as can be made, each used once (augmenting paths).
fn pair(fitting: &[Vec<usize>], listed: usize) -> Vec<(usize, usize)> {
    fn place(
        own: usize,
        fitting: &[Vec<usize>],
        taken: &mut [Option<usize>],
        seen: &mut [bool],
    ) -> bool {
        for &error in &fitting[own] {
            if std::mem::replace(&mut seen[error], true) {
                continue;
            }
            let free = match taken[error] {
                None => true,
                Some(other) => place(other, fitting, taken, seen),
            };
            if free {
                taken[error] = Some(own);
                return true;
            }
        }
        false
    }
    let mut taken = vec![None; listed];
    for own in 0..fitting.len() {
        place(own, fitting, &mut taken, &mut vec![false; listed]);
    }
    taken
        .iter()
        .enumerate()
        .filter_map(|(error, own)| Some(((*own)?, error)))
        .collect()
}

/// Whether the places are those that are expected.
fn lines(
    problem: &Problem,
    expected: &Expected,
    sources: &Sources,
    inputs: &[FileId],
) -> Result<(), String> {
    for (which, span) in [
        ("Primary", problem.primary),
        ("Secondary", problem.secondary),
    ] {
        let key = |name: &str| expected.get(&format!("{which}{name}"));
        let Some(start) = key("Start") else {
            continue;
        };
        let Some(span) = span else {
            return Err(format!("no {which} place"));
        };
        let at = location(span, sources, inputs);
        let name = match (key("Index"), key("Dtmi")) {
            (Some(index), _) => Some(index.to_string()),
            (None, Some(dtmi)) => dtmi.as_str().map(str::to_owned),
            (None, None) => None,
        };
        if name.as_ref().is_some_and(|name| *name != at.name) {
            return Err(format!("{which} in {} and not in {name:?}", at.name));
        }
        if start.as_u64() != Some(u64::from(at.start)) {
            return Err(format!("{which} at line {} and not {start}", at.start));
        }
        if let Some(end) = key("End")
            && end.as_u64() != Some(u64::from(at.end))
        {
            return Err(format!("{which} ends in line {} and not {end}", at.end));
        }
    }
    Ok(())
}

fn resolution(expect: &Expect, unresolved: &[(String, Location)]) -> Result<(), String> {
    let Some(wanted) = &expect.unresolved_identifiers else {
        return Err("  only unresolved references were reported".to_owned());
    };
    let actual = unresolved.iter().map(|(id, _)| id.clone()).collect();
    if *wanted != actual {
        return Err(format!("  unresolved: expected {wanted:?}, got {actual:?}"));
    }
    let Some(references) = &expect.unresolved_identifier_references else {
        return Ok(());
    };
    let all_fit = references.len() == unresolved.len()
        && references.iter().all(|reference| {
            let name = reference
                .index
                .map(|index| index.to_string())
                .or(reference.dtmi.clone());
            unresolved.iter().any(|(id, at)| {
                *id == reference.id
                    && at.start == reference.line
                    && name.as_ref().is_none_or(|name| *name == at.name)
            })
        });
    if all_fit {
        Ok(())
    } else {
        let wanted: Vec<_> = references
            .iter()
            .map(|it| (&it.id, it.index, &it.dtmi, it.line))
            .collect();
        Err(format!(
            "  references: expected {wanted:?}, got {unresolved:?}"
        ))
    }
}
