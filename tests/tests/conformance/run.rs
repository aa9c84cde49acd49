//! One case against the parser.

use dtdl_parser::diagnostics::{Code, Human, Report, Severity};
use dtdl_parser::dtmi::Dtmi;
use dtdl_parser::model::InstanceOptions;
use dtdl_parser::source::{FileId, NoResolver, Sources};
use dtdl_parser::{Leniency, Model, Options, Parsed, UndefinedExtensions, parse};
use serde_json::{Map, Value};

use crate::case::{Body, Case, DtmiCase, ParseCase};
use crate::measure::Outcome;
use crate::script::{Script, location, text};
use crate::{elements, errors};

/// Runs a case and files what it shows.
pub(crate) fn run(case: &Case, outcome: &mut Outcome) {
    match &case.body {
        Body::Dtmi(case) => outcome.check("dtmis", dtmi(case)),
        Body::Parse(body) => parse_case(case, body, outcome),
    }
}

fn options(case: &ParseCase) -> Options {
    let has = |list: &[String], name: &str| list.iter().any(|it| it == name);
    let known = ["AllowUndefinedExtensions", "DisallowUndefinedExtensions"];
    for option in &case.options {
        assert!(known.contains(&option.as_str()), "unknown option {option}");
    }
    let quirks = [
        "None",
        "TolerateSolecismsInParse",
        "TolerateSolecismsInResolve",
    ];
    for quirk in &case.quirks {
        assert!(quirks.contains(&quirk.as_str()), "unknown quirk {quirk}");
    }
    Options {
        max_dtdl_version: case.max_dtdl_version.unwrap_or(4),
        undefined_extensions: if has(&case.options, known[0]) {
            UndefinedExtensions::Always
        } else if has(&case.options, known[1]) {
            UndefinedExtensions::Never
        } else {
            UndefinedExtensions::PerDefault
        },
        limits: case.acceptable_limits.clone(),
        leniency: Leniency {
            in_inputs: has(&case.quirks, quirks[1]),
            in_resolved: has(&case.quirks, quirks[2]),
        },
        stop_like_reference: true,
        ..Options::default()
    }
}

fn parse_texts(
    case: &ParseCase,
    texts: &[String],
    options: &Options,
) -> (Sources, Vec<FileId>, Parsed, Result<(), String>) {
    let mut sources = Sources::new();
    let inputs: Vec<FileId> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| sources.add(format!("input {index}"), text.as_str()))
        .collect();
    let script = Script::new(case.resolution.as_deref());
    let parsed = parse(&mut sources, &inputs, &script, options);
    let calls = script.verdict(case.valid);
    (sources, inputs, parsed, calls)
}

fn parse_case(case: &Case, body: &ParseCase, outcome: &mut Outcome) {
    let texts: Vec<String> = body.input.iter().map(|input| text(input)).collect();
    let options = options(body);
    let (sources, inputs, parsed, calls) = parse_texts(body, &texts, &options);
    let complete = Options {
        stop_like_reference: false,
        ..options.clone()
    };
    let (_, _, all, _) = parse_texts(body, &texts, &complete);

    let names = |parsed: &Parsed| -> Vec<&'static str> {
        parsed
            .problems
            .iter()
            .map(|problem| problem.code.name())
            .collect()
    };
    let verdict = if parsed.model.is_some() != body.valid {
        Err(format!(
            "  valid: {}, reported: {:?}",
            body.valid,
            names(&parsed)
        ))
    } else if all.model.is_some() != body.valid {
        // What stops early and what goes on must agree on whether a model is valid.
        Err(format!(
            "  valid: {}, reported when going on: {:?}",
            body.valid,
            names(&all)
        ))
    } else {
        calls.map_err(|reason| format!("  {reason}"))
    };
    outcome.check("verdict", verdict);

    if let Some(desirable) = body.desirable {
        // A file is about one recommendation, and calls desirable what follows that one. A deprecated
        // property written as recommended still is deprecated, which is another file's business.
        let is_other = |code: Code| {
            code == Code::DeprecatedProperty && desirable && !case.id.contains("Deprecated")
        };
        let warnings: Vec<&str> = all
            .problems
            .iter()
            .filter(|problem| problem.code.severity() == Severity::Warning)
            .filter(|problem| !is_other(problem.code))
            .map(|problem| problem.code.name())
            .collect();
        let result = if warnings.is_empty() == desirable {
            Ok(())
        } else {
            Err(format!(
                "  desirable: {desirable}, warnings: {warnings:?}\n{}",
                texts.join("\n")
            ))
        };
        outcome.check("lints", result);
    }

    match (&body.expect, body.valid) {
        (Some(expect), false) => {
            let unresolved: Vec<_> = parsed
                .unresolved
                .iter()
                .map(|it| (it.id.clone(), location(it.span, &sources, &inputs)))
                .collect();
            errors::check(
                body,
                expect,
                &parsed.problems,
                &unresolved,
                &sources,
                &inputs,
                outcome,
            );
        }
        (Some(expect), true) => {
            let expects_elements = !expect.elements.is_empty() || expect.element_count.is_some();
            if expects_elements {
                let result = match &parsed.model {
                    Some(model) => elements::check(&object_model(model), expect),
                    None => Err("  no model".to_owned()),
                };
                outcome.check("elements", result);
            }
        }
        (None, _) => {}
    }
    // With one leniency only, what was read leniently can't be read again.
    let can_repeat = options.leniency.in_inputs == options.leniency.in_resolved;
    if let Some(model) = &parsed.model
        && body.valid
        && can_repeat
        && !case.id.starts_with("specification/")
    {
        outcome.check("round-trip", round_trip(model, body, &options));
    }
    for instance in &body.instances {
        let result = match &parsed.model {
            Some(model) => check_instance(model, instance),
            None => Err("  no model".to_owned()),
        };
        outcome.check("instances", result);
    }
}

/// Prints a model as DTDL and reads that: every element must be there again, and be the same. Nothing
/// is to be resolved, since all Interfaces of the model are printed.
fn round_trip(model: &Model, case: &ParseCase, options: &Options) -> Result<(), String> {
    let texts: Vec<String> = model
        .interfaces()
        .filter(|it| it.child_of().is_none())
        .map(|it| it.to_dtdl())
        .collect();
    let mut sources = Sources::new();
    let files: Vec<FileId> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| sources.add(format!("printed {index}"), text.as_str()))
        .collect();
    let parsed = parse(&mut sources, &files, &NoResolver, options);
    let all = texts.join("");
    let Some(again) = parsed.model else {
        let report = Report::new(parsed.problems, &sources);
        let human = Human::default().render(&report, &sources);
        return Err(format!("  the printed text isn't valid:\n{human}\n{all}"));
    };
    let (before, after) = (object_model(model), object_model(&again));
    for (id, element) in &before {
        let same = after
            .get(id)
            .is_some_and(|other| elements::fits(other, element));
        if !same {
            let other = after.get(id);
            return Err(format!("  {id}: {element}\n  became {other:?}\n{all}"));
        }
    }
    match &case.expect {
        Some(expect) => elements::check(&after, expect),
        None => Ok(()),
    }
}

/// The model as `pnp inspect` prints it.
fn object_model(model: &Model) -> Map<String, Value> {
    match serde_json::from_str(&model.to_reference_json()) {
        Ok(Value::Object(elements)) => elements,
        other => panic!("the object model is an object: {other:?}"),
    }
}

fn check_instance(model: &Model, instance: &crate::case::Instance) -> Result<(), String> {
    let Some(element) = model.element(&instance.subject) else {
        return Err(format!("  {} isn't in the model", instance.subject));
    };
    // The reference doesn't report missing fields, and refuses the classes around a schema.
    let options = InstanceOptions {
        required_fields: false,
    };
    let class = element.class();
    let refused = [
        "Telemetry",
        "Property",
        "CommandRequest",
        "CommandResponse",
        "CommandPayload",
    ];
    let result = element.validate_instance(&instance.submit, options);
    let told = format!("  {class} {}: {}", instance.subject, instance.submit);
    match (result, instance.throws) {
        (Err(_), true) => Ok(()),
        // Ours takes more classes than the reference, on purpose.
        (Ok(_), true) if refused.contains(&class) => Ok(()),
        (Ok(_), true) => Err(format!("{told} was taken")),
        (Err(error), false) => Err(format!("{told}: {error}")),
        (Ok(violations), false) if violations.is_empty() == instance.conforms => Ok(()),
        (Ok(violations), false) => Err(format!(
            "{told} conforms: {}, {violations:?}",
            instance.conforms
        )),
    }
}

fn dtmi(case: &DtmiCase) -> Result<(), String> {
    let text = &case.id_text;
    let dtmi = match (Dtmi::parse(text), case.valid) {
        (Ok(dtmi), true) => dtmi,
        (Err(_), false) => return Ok(()),
        (Ok(_), false) => return Err(format!("  {text} was accepted")),
        (Err(error), true) => return Err(format!("  {text}: {error}")),
    };
    for (name, wanted) in &case.expect {
        let actual = match name.as_str() {
            "MajorVersion" => Value::from(dtmi.major()),
            "MinorVersion" => Value::from(dtmi.minor()),
            "CompleteVersion" => {
                let near = wanted
                    .as_f64()
                    .is_some_and(|wanted| (dtmi.complete_version() - wanted).abs() < 1e-9);
                if near {
                    continue;
                }
                Value::from(dtmi.complete_version())
            }
            "Versionless" => Value::from(dtmi.versionless()),
            "Labels" => Value::from_iter(dtmi.labels()),
            "IsReserved" => Value::from(dtmi.is_reserved()),
            "Fragment" => Value::from(dtmi.fragment()),
            other => return Err(format!("  unknown expectation {other}")),
        };
        if actual != *wanted {
            return Err(format!("  {text}: {name} is {actual} and not {wanted}"));
        }
    }
    Ok(())
}
