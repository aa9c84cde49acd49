//! Whole parses of input on which the reference parser crashes or gives up, of large input, and of
//! thousands of mutations: an answer each time, with a code and a place, and never a panic.

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

use std::time::Instant;

use dtdl_parser::diagnostics::{Code, Severity};
use dtdl_parser::source::{NoResolver, Sources};
use dtdl_parser::{Options, Parsed, parse};

fn check(text: impl Into<Vec<u8>>, options: &Options) -> (Sources, Parsed) {
    let mut sources = Sources::new();
    let file = sources.add("test.json", text);
    let parsed = parse(&mut sources, &[file], &NoResolver, options);
    (sources, parsed)
}

fn interface(members: &str) -> String {
    format!(
        r#"{{"@context": "dtmi:dtdl:context;3", "@id": "dtmi:com:example:A;1", "@type": "Interface"{members}}}"#
    )
}

/// The codes of all errors; each has a place.
fn errors(text: impl Into<Vec<u8>>) -> Vec<Code> {
    let (_, parsed) = check(text, &Options::default());
    let errors: Vec<Code> = parsed
        .problems
        .iter()
        .filter(|problem| problem.code.severity() == Severity::Error)
        .map(|problem| {
            assert!(problem.primary.is_some(), "{} has no place", problem.code);
            problem.code
        })
        .collect();
    assert_eq!(parsed.model.is_some(), errors.is_empty());
    errors
}

#[test]
fn what_crashes_the_reference_is_told_with_a_code_and_a_place() {
    let valid = interface("");
    let trailing = interface(r#", "contents": [],"#);
    let cases: [(String, Code); 14] = [
        (trailing, Code::JsonTrailingComma),
        (format!("{valid} x"), Code::JsonTrailingText),
        (format!("{valid}\n{valid}"), Code::JsonTrailingText),
        (format!("// a comment\n{valid}"), Code::JsonComment),
        ("".to_owned(), Code::JsonEmpty),
        ("}".to_owned(), Code::JsonUnexpectedCharacter),
        ("{".to_owned(), Code::JsonUnexpectedEnd),
        (valid.replace(':', ""), Code::JsonMissingColon),
        (interface(r#", "": 1"#), Code::PropertyUndefinedTerm),
        (
            interface(r#", "displayName": "\ud800""#),
            Code::JsonLoneSurrogate,
        ),
        (
            valid.replace(r#""Interface""#, r#"["Interface", null]"#),
            Code::TypeNotDtmiNorTerm,
        ),
        ("null".to_owned(), Code::NotJsonObject),
        ("17".to_owned(), Code::NotJsonObject),
        (format!("[{valid}, true]"), Code::NotJsonObject),
    ];
    for (text, code) in cases {
        let found = errors(text.clone());
        let fits = found.contains(&code)
            // Which code a type that is no text has is the checker's choice.
            || (code == Code::TypeNotDtmiNorTerm && !found.is_empty());
        assert!(fits, "{text}: {found:?} and not {code}");
    }
    let nested = interface(
        r#", "contents": [{"@type": ["Telemetry", 5], "name": "t", "schema": "double"}]"#,
    );
    assert!(!errors(nested).is_empty());
    let request = interface(
        r#", "contents": [{"@type": "Command", "name": "c", "request": {"@context": "dtmi:dtdl:context;2", "@type": "CommandRequest", "name": "r", "schema": "double"}}]"#,
    );
    assert!(!errors(request).is_empty());
}

#[test]
fn a_byte_order_mark_and_a_duration_property_are_no_errors() {
    let valid = format!("\u{FEFF}{}", interface(""));
    assert!(errors(valid).is_empty());
    let cached = r#"{"@context": ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:mqtt;1"], "@id": "dtmi:com:example:A;1", "@type": ["Interface", "Mqtt"], "payloadFormat": "x", "contents": [{"@type": ["Command", "Idempotent", "Cacheable"], "name": "c", "ttl": "PT15S"}]}"#;
    let (_, parsed) = check(cached, &Options::default());
    let model = parsed.model.expect("a valid model");
    assert!(model.to_reference_json().contains("dtmi:com:example:A"));
}

#[test]
fn nesting_is_bounded_by_the_language_and_not_by_the_reader() {
    // 24 objects in array form are 75 levels of JSON, and allowed under these limits.
    let mut schema = "\"double\"".to_owned();
    for _ in 0..24 {
        schema =
            format!(r#"{{"@type": "Object", "fields": [{{"name": "f", "schema": {schema}}}]}}"#);
    }
    let text = format!(
        r#"{{"@context": ["dtmi:dtdl:context;4#limitless", "dtmi:dtdl:limits:onvif;1"], "@id": "dtmi:com:example:A;1", "@type": "Interface", "contents": [{{"@type": "Telemetry", "name": "t", "schema": {schema}}}]}}"#
    );
    let options = Options {
        limits: vec!["dtmi:dtdl:limits:onvif;1".to_owned()],
        ..Options::default()
    };
    let (_, parsed) = check(text, &options);
    let codes: Vec<&str> = parsed.problems.iter().map(|it| it.code.name()).collect();
    assert!(parsed.model.is_some(), "{codes:?}");
}

#[test]
fn a_hundred_thousand_levels_give_an_error_and_no_overflow() {
    const DEPTH: usize = 100_000;
    let brackets = "[".repeat(DEPTH) + &"]".repeat(DEPTH);
    // Arrays in arrays are read as one array, and this one is empty.
    let (_, parsed) = check(brackets, &Options::default());
    let codes: Vec<Code> = parsed.problems.iter().map(|it| it.code).collect();
    assert_eq!(codes, [Code::NestedArray]);
    let open = r#"{"@type": "Array", "elementSchema": "#.repeat(DEPTH);
    let close = "}".repeat(DEPTH);
    let deep = interface(&format!(
        r#", "contents": [{{"@type": "Telemetry", "name": "t", "schema": {open}"double"{close}}}]"#
    ));
    let found = errors(deep);
    assert!(found.contains(&Code::ElementsTooDeep), "{found:?}");
    assert!(found.len() < 10, "{found:?}");
    let undefined = interface(&format!(
        r#", "x": {}1{}"#,
        "{\"a\":".repeat(DEPTH),
        "}".repeat(DEPTH)
    ));
    assert!(!errors(undefined).is_empty());
}

/// Seconds for a text with `count` parts.
fn seconds(text: &str) -> f64 {
    let started = Instant::now();
    let (_, parsed) = check(text, &Options::default());
    assert!(parsed.model.is_some() || !parsed.problems.is_empty());
    started.elapsed().as_secs_f64()
}

fn contents(count: usize, content: impl Fn(usize) -> String) -> String {
    let all: Vec<String> = (0..count).map(content).collect();
    interface(&format!(r#", "contents": [{}]"#, all.join(",")))
}

#[test]
fn time_grows_with_the_size_of_the_input_and_not_with_its_square() {
    let telemetry =
        |index| format!(r#"{{"@type": "Telemetry", "name": "t{index}", "schema": "double"}}"#);
    let without_schema = |index| format!(r#"{{"@type": "Telemetry", "name": "t{index}"}}"#);
    let one_name = |_| r#"{"@type": "Telemetry", "name": "t", "schema": "double"}"#.to_owned();
    let fields = |count: usize| {
        let fields: Vec<String> = (1..=count)
            .map(|index| format!(r#"{{"@type": ["Field", "Indexed"], "name": "f{index}", "schema": "double", "index": {index}}}"#))
            .collect();
        format!(
            r#"{{"@context": ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:mqtt;1"], "@id": "dtmi:com:example:A;1", "@type": "Interface", "schemas": [{{"@id": "dtmi:com:example:o;1", "@type": "Object", "fields": [{}]}}]}}"#,
            fields.join(",")
        )
    };
    type Text = Box<dyn Fn(usize) -> String>;
    let cases: [(&str, Text); 4] = [
        ("contents", Box::new(move |n| contents(n, telemetry))),
        ("errors", Box::new(move |n| contents(n, without_schema))),
        ("one name", Box::new(move |n| contents(n, one_name))),
        ("indexed fields", Box::new(fields)),
    ];
    for (name, text) in cases {
        // Warm up what is loaded once.
        seconds(&text(10));
        let small = seconds(&text(1_500));
        let large = seconds(&text(24_000));
        // Sixteen times the size; squared would be 256 times the time.
        assert!(
            large < small * 80.0 + 0.5,
            "{name}: {small} s, then {large} s"
        );
    }
}

/// A small generator of numbers (xorshift), so that each run makes the same mutations.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).expect("below a usize")
    }
}

const WORDS: &[&str] = &[
    "null",
    "1",
    "-1.5",
    "true",
    "\"\"",
    "[]",
    "{}",
    "\"@id\"",
    "\"@type\"",
    "\"@context\"",
    "\"@value\"",
    "\"@language\"",
    "\"@graph\"",
    "\"dtmi:dtdl:context;2\"",
    "\"dtmi:dtdl:context;4\"",
    "\"Interface\"",
    "\"Telemetry\"",
    "\"Enum\"",
    "\"Map\"",
    "\"schema\"",
    "\"name\"",
    "\"extends\"",
    "\"dtmi:com:example:A;1\"",
    "\"dtmi:com:example:b;1\"",
    "\"Temperature\"",
    "\"unit\"",
    "\"double\"",
];

const SEEDS: &[&str] = &[
    r#"{"@context": ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:quantitativeTypes;1"], "@id": "dtmi:com:example:A;1", "@type": "Interface", "displayName": {"en": "a", "de": "b"}, "extends": ["dtmi:com:example:B;1"], "contents": [{"@type": ["Telemetry", "Temperature"], "name": "t", "schema": "double", "unit": "degreeCelsius"}, {"@type": "Command", "name": "c", "request": {"name": "r", "schema": {"@type": "Map", "mapKey": {"name": "k", "schema": "string"}, "mapValue": {"name": "v", "schema": "integer"}}}}, {"@type": "Component", "name": "p", "schema": "dtmi:com:example:B;1"}], "schemas": [{"@id": "dtmi:com:example:b;1", "@type": "Enum", "valueSchema": "string", "enumValues": [{"name": "x", "enumValue": "x"}]}]}"#,
    r#"[{"@context": "dtmi:dtdl:context;2", "@id": "dtmi:com:example:A;1", "@type": "Interface", "contents": [{"@type": "Relationship", "name": "r", "target": "dtmi:com:example:B;1", "maxMultiplicity": 3, "properties": [{"@type": "Property", "name": "q", "schema": {"@type": "Object", "fields": [{"name": "f", "schema": "point"}]}}]}]}, {"@context": "dtmi:dtdl:context;2", "@id": "dtmi:com:example:B;1", "@type": "Interface", "comment": {"@value": "x"}}]"#,
];

#[test]
fn mutated_models_never_panic() {
    let mut random = Random(0x1234_5678_9ABC_DEF1);
    for round in 0..3_000 {
        let mut text = SEEDS[round % SEEDS.len()].to_owned();
        for _ in 0..=random.below(3) {
            mutate(&mut text, &mut random);
        }
        for stop_like_reference in [false, true] {
            let options = Options {
                stop_like_reference,
                ..Options::default()
            };
            let (sources, parsed) = check(text.as_str(), &options);
            let errors = parsed
                .problems
                .iter()
                .filter(|problem| problem.code.severity() == Severity::Error);
            assert_eq!(errors.count() == 0, parsed.model.is_some(), "{text}");
            for problem in &parsed.problems {
                let fits = problem.primary.is_none_or(|span| {
                    sources
                        .text(span.file)
                        .get(span.start as usize..span.end as usize)
                        .is_some()
                });
                assert!(fits, "{}: {text}", problem.code);
            }
            if let Some(model) = parsed.model {
                assert!(!model.to_reference_json().is_empty());
            }
        }
    }
}

/// Replaces, removes, repeats or cuts at a token.
fn mutate(text: &mut String, random: &mut Random) {
    let mut starts: Vec<usize> = text
        .char_indices()
        .filter(|(_, letter)| matches!(letter, '"' | '{' | '[' | ',' | ':' | '}' | ']'))
        .map(|(at, _)| at)
        .collect();
    starts.push(text.len());
    let from = random.below(starts.len());
    let to = (from + 1 + random.below(4)).min(starts.len() - 1);
    let (start, end) = (starts[from], starts[to].max(starts[from]));
    match random.below(5) {
        0 => text.replace_range(start..end, WORDS[random.below(WORDS.len())]),
        1 => text.replace_range(start..end, ""),
        2 => {
            let copy = text[start..end].to_owned();
            text.insert_str(start, &copy);
        }
        3 => {
            let word = WORDS[random.below(WORDS.len())];
            text.insert_str(start, word);
        }
        _ => {
            let at = random.below(SEEDS[0].len());
            if random.below(8) == 0 && text.is_char_boundary(at) && at < text.len() {
                text.truncate(at);
            }
        }
    }
}
