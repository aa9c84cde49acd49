//! The JSON reader on good text, on every kind of bad text, and on thousands of mutations.

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

use dtdl_parser::diagnostics::{Code, Problem, Severity};
use dtdl_parser::json::{self, Document, Kind, Limits, Value};
use dtdl_parser::source::{Sources, Span};

fn read(text: impl Into<Vec<u8>>) -> (Sources, Document, Vec<Problem>) {
    let mut sources = Sources::new();
    let file = sources.add("test.json", text);
    let (document, problems) = json::parse(&sources, file, &Limits::default());
    (sources, document, problems)
}

fn codes(text: impl Into<Vec<u8>>) -> Vec<Code> {
    let (_, _, problems) = read(text);
    problems.iter().map(|problem| problem.code).collect()
}

/// The code and the text under the caret of each problem.
fn faults(text: &str) -> Vec<(Code, String)> {
    let (sources, _, problems) = read(text);
    problems
        .iter()
        .map(|problem| {
            let span = problem.primary.expect("every JSON problem has a place");
            (problem.code, sources.slice(span).to_owned())
        })
        .collect()
}

fn one(text: &str, code: Code, under: &str) {
    assert_eq!(faults(text), [(code, under.to_owned())], "{text}");
}

/// The text again, in a plain form, so that a test can compare what was read.
fn plain(value: Value<'_>) -> String {
    match value.kind() {
        Kind::Null => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(text) => text.to_owned(),
        Kind::String(text) => format!("{text:?}"),
        Kind::Array(items) => {
            let items: Vec<String> = items.iter().map(plain).collect();
            format!("[{}]", items.join(","))
        }
        Kind::Object(object) => {
            let members: Vec<String> = object
                .members()
                .map(|member| format!("{:?}:{}", member.name, plain(member.value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Kind::Invalid => "!".to_owned(),
    }
}

fn recovered(text: &str) -> String {
    let (_, document, problems) = read(text);
    assert!(!problems.is_empty(), "{text} is meant to be wrong");
    document.root().map(plain).unwrap_or_default()
}

#[test]
fn good_text_is_read_with_order_numbers_and_escapes_kept() {
    let text = r#" {"b": [1, -0.50e+3, true, null], "a": "x\u00e9\ud83d\ude00\n", "": {}} "#;
    let (_, document, problems) = read(text);
    assert!(problems.is_empty(), "{problems:?}");
    assert!(document.is_complete());
    let root = document.root().expect("a root");
    assert_eq!(
        plain(root),
        r#"{"b":[1,-0.50e+3,true,null],"a":"xé😀\n","":{}}"#
    );
}

#[test]
fn places_are_those_of_the_text() {
    let (sources, document, _) = read("{\"a\": [10, \"é\"]}");
    let root = document.root().and_then(Value::as_object).expect("object");
    let member = root.member("a").expect("a member");
    assert_eq!(sources.slice(member.name_span), "\"a\"");
    assert_eq!(sources.slice(member.value.span()), "[10, \"é\"]");
    let items = member.value.as_array().expect("an array");
    let texts: Vec<&str> = items.iter().map(Value::text).collect();
    assert_eq!(texts, ["10", "\"é\""]);
}

#[test]
fn a_pointer_leads_to_each_value_and_name() {
    let (_, document, _) = read(r#"{"a/b": [0, {"~": 1}], "c": 2}"#);
    let root = document.root().and_then(Value::as_object).expect("object");
    let list = root.get("a/b").and_then(Value::as_array).expect("array");
    let inner = list.get(1).and_then(Value::as_object).expect("object");
    let member = inner.member("~").expect("member");
    assert_eq!(member.value.pointer(), "/a~1b/1/~0");
    assert_eq!(document.pointer_at(member.name_span), "/a~1b/1/~0");
    assert_eq!(list.get(0).map(Value::pointer).as_deref(), Some("/a~1b/0"));
    assert_eq!(root.get("c").map(Value::pointer).as_deref(), Some("/c"));
    let whole = document.root().expect("root").span();
    assert_eq!(document.pointer_at(whole), "");
}

#[test]
fn duplicate_names_are_kept_and_marked_in_small_and_large_objects() {
    let mut large = String::from("{");
    for index in 0..500 {
        large.push_str(&format!("\"n{}\": 0, ", index % 499));
    }
    large.push_str("\"end\": 0}");
    for text in [r#"{"n0": 1, "b": 2, "n\u0030": 3}"#, &large] {
        let (sources, document, problems) = read(text);
        assert!(problems.is_empty());
        let root = document.root().and_then(Value::as_object).expect("object");
        let marked: Vec<_> = root
            .members()
            .filter_map(|member| Some((member.name, member.duplicate_of?)))
            .collect();
        assert_eq!(marked.len(), 1);
        assert_eq!(marked[0].0, "n0");
        assert_eq!(sources.slice(marked[0].1), "\"n0\"");
        assert_eq!(sources.position(marked[0].1).column, 2);
    }
}

#[test]
fn text_that_ends_early_is_reported_at_its_end_with_the_open_bracket() {
    one("", Code::JsonEmpty, "");
    one(" \n ", Code::JsonEmpty, "");
    for text in [
        "{",
        "[",
        "{\"a\"",
        "{\"a\":",
        "{\"a\": 1",
        "[1, ",
        "{\"a\": [1",
    ] {
        let (sources, document, problems) = read(text);
        let problem = problems.last().expect("a problem");
        assert_eq!(problem.code, Code::JsonUnexpectedEnd, "{text}");
        let open = problem.secondary.expect("an open bracket");
        assert!(matches!(sources.slice(open), "{" | "["));
        assert!(!document.is_complete());
    }
    assert_eq!(recovered("{\"a\": [1"), r#"{"a":[1]}"#);
    assert_eq!(recovered("{\"a\":"), r#"{"a":!}"#);
    let (_, document, _) = read("{\"a\": 1");
    let root = document.root().and_then(Value::as_object).expect("object");
    assert!(root.is_damaged());
}

#[test]
fn commas_and_colons_that_are_too_many_or_missing_have_codes_and_fixes() {
    one("[1, 2,]", Code::JsonTrailingComma, ",");
    one("{\"a\": 1,}", Code::JsonTrailingComma, ",");
    one("[1 2]", Code::JsonMissingComma, "");
    one("{\"a\": 1 \"b\": 2}", Code::JsonMissingComma, "");
    one("{\"a\" 1}", Code::JsonMissingColon, "");
    one("{\"a\" = 1}", Code::JsonMissingColon, "=");
    one("[1,, 2]", Code::JsonMissingValue, ",");
    one("[, 1]", Code::JsonMissingValue, ",");
    one("{\"a\": , \"b\": 1}", Code::JsonMissingValue, "");
    one("{\"a\": }", Code::JsonMissingValue, "");
    one("{, \"a\": 1}", Code::JsonMissingName, ",");
    one("{: 1}", Code::JsonMissingName, "");
    assert_eq!(recovered("{\"a\": 1 \"b\": 2}"), r#"{"a":1,"b":2}"#);
    assert_eq!(recovered("{\"a\": , \"b\": 1}"), r#"{"a":!,"b":1}"#);
    for text in ["[1, 2,]", "[1 2]", "{\"a\" 1}", "{\"a\" = 1}", "[1,, 2]"] {
        let (sources, _, problems) = read(text);
        assert!(codes(mend(&sources, &problems)).is_empty(), "{text}");
    }
}

/// The text with all fixes applied.
fn mend(sources: &Sources, problems: &[Problem]) -> String {
    let mut edits: Vec<_> = problems
        .iter()
        .flat_map(|problem| &problem.facts.fixes)
        .flat_map(|fix| &fix.edits)
        .collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let file = edits.first().expect("a fix").span.file;
    let mut text = sources.text(file).to_owned();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

#[test]
fn what_other_notations_allow_is_named_and_mended() {
    let cases = [
        ("{a: 1}", Code::JsonNameNotString, "a"),
        ("{'a': 1}", Code::JsonWrongQuote, "'a'"),
        ("['x']", Code::JsonWrongQuote, "'x'"),
        (
            "[\u{201C}x\u{201D}]",
            Code::JsonWrongQuote,
            "\u{201C}x\u{201D}",
        ),
        ("[True]", Code::JsonBadLiteral, "True"),
        ("[None]", Code::JsonBadLiteral, "None"),
        ("[hello]", Code::JsonBadLiteral, "hello"),
        ("[// note\n1]", Code::JsonComment, "// note"),
        ("/* a */ 1", Code::JsonComment, "/* a */"),
        ("[+1]", Code::JsonBadNumber, "+1"),
        ("[01]", Code::JsonBadNumber, "01"),
        ("[.5]", Code::JsonBadNumber, ".5"),
        ("[1.]", Code::JsonBadNumber, "1."),
        ("[\"a\tb\"]", Code::JsonControlCharacter, "\t"),
        ("[\"\\d\"]", Code::JsonBadEscape, "\\d"),
    ];
    for (text, code, under) in cases {
        one(text, code, under);
        let (sources, _, problems) = read(text);
        let mended = mend(&sources, &problems);
        assert!(codes(mended.clone()).is_empty(), "{text} became {mended}");
    }
    one("[NaN]", Code::JsonBadNumber, "NaN");
    one("[0x10]", Code::JsonBadNumber, "0x10");
    one("[-Infinity]", Code::JsonBadNumber, "-Infinity");
    one("[\"\\u12\"]", Code::JsonBadEscape, "\\u12");
}

#[test]
fn a_string_without_its_closing_quote_costs_one_problem() {
    let text = "{\n  \"a\": \"abc,\n  \"b\": 1\n}";
    one(text, Code::JsonUnterminatedString, "\"abc");
    assert_eq!(recovered(text), r#"{"a":"abc","b":1}"#);
    assert_eq!(
        codes("[\"abc"),
        [Code::JsonUnterminatedString, Code::JsonUnexpectedEnd]
    );
}

#[test]
fn a_line_end_inside_of_a_string_is_a_control_character() {
    let text = "{\"a\": \"one\ntwo\", \"b\": 1}";
    one(text, Code::JsonControlCharacter, "\n");
    assert_eq!(recovered(text), r#"{"a":"one\ntwo","b":1}"#);
}

#[test]
fn lone_surrogates_are_replaced_and_reported() {
    one(r#"["\ud800"]"#, Code::JsonLoneSurrogate, r"\ud800");
    one(r#"["\udc00x"]"#, Code::JsonLoneSurrogate, r"\udc00");
    one(r#"["\ud800\u0041"]"#, Code::JsonLoneSurrogate, r"\ud800");
    assert_eq!(recovered(r#"["\ud800"]"#), "[\"\u{FFFD}\"]");
}

#[test]
fn text_after_the_value_is_reported_once_and_a_second_document_is_read() {
    one("{} x", Code::JsonTrailingText, "x");
    one("1 2", Code::JsonTrailingText, "2");
    let (_, document, problems) = read("{\"a\": 1}\n{\"b\": 2}\n{\"c\": 3}");
    assert_eq!(problems.len(), 1);
    assert_eq!(document.roots().len(), 3);
}

#[test]
fn a_bracket_of_the_wrong_kind_closes_what_it_can() {
    let text = "{\"a\": [1, 2}";
    let (sources, document, problems) = read(text);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].code, Code::JsonMismatchedBracket);
    let open = problems[0].secondary.map(|span| sources.slice(span));
    assert_eq!(open, Some("["));
    assert_eq!(document.root().map(plain).as_deref(), Some("{\"a\":[1,2]}"));
    assert_eq!(codes("[1}"), [Code::JsonMismatchedBracket]);
    one("{\"a\": [[[1}", Code::JsonMismatchedBracket, "}");
    assert_eq!(codes("]"), [Code::JsonUnexpectedCharacter]);
}

#[test]
fn bytes_that_are_no_utf8_are_reported_at_the_first_of_them() {
    let (sources, document, problems) = read(b"{\"a\": \"x\xFFy\"}".to_vec());
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, Code::JsonNotUtf8);
    let place = sources.position(problems[0].primary.expect("a place"));
    assert_eq!((place.line, place.column), (1, 9));
    assert_eq!(
        document.root().map(plain).as_deref(),
        Some("{\"a\":\"x\u{FFFD}y\"}")
    );
    let (_, document, problems) = read(vec![0xFF, 0xFE, b'{', 0, b'}', 0]);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].facts.value.as_deref(), Some("UTF-16"));
    assert!(document.root().is_none());
}

#[test]
fn a_byte_order_mark_is_a_note_and_nothing_more() {
    let (sources, document, problems) = read("\u{FEFF}{\"a\": 1}");
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code.severity(), Severity::Note);
    assert!(document.is_complete());
    let root = document.root().expect("a root");
    assert_eq!(sources.position(root.span()).column, 1);
    assert_eq!(
        codes("\u{FEFF}"),
        [Code::JsonByteOrderMark, Code::JsonEmpty]
    );
}

#[test]
fn a_million_brackets_are_read_and_dropped_without_a_stack() {
    const DEPTH: usize = 1_000_000;
    let text = "[".repeat(DEPTH) + &"]".repeat(DEPTH);
    let (_, document, problems) = read(text);
    assert!(problems.is_empty());
    assert_eq!(document.value_count(), DEPTH);
    drop(document);
    assert_eq!(codes("[".repeat(DEPTH)), [Code::JsonUnexpectedEnd]);
    let objects = "{\"a\":".repeat(DEPTH);
    assert_eq!(codes(objects), [Code::JsonUnexpectedEnd]);
}

#[test]
fn what_lies_below_the_depth_limit_is_skipped_and_reported_once() {
    let mut sources = Sources::new();
    let file = sources.add("deep.json", "[[[\"]\", [[]]]], 1]");
    let limits = Limits {
        depth: 2,
        ..Limits::default()
    };
    let (document, problems) = json::parse(&sources, file, &limits);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, Code::JsonTooDeep);
    assert_eq!(document.root().map(plain).as_deref(), Some("[[!],1]"));
}

#[test]
fn garbage_stops_at_the_limit_of_problems() {
    let text = "} ".repeat(100_000);
    assert_eq!(codes(text).len(), Limits::default().problems as usize);
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

const SEEDS: &[&str] = &[
    r#"{"@context": "dtmi:dtdl:context;3", "@id": "dtmi:a:b;1", "contents": [{"@type": ["Telemetry", "Temperature"], "name": "t", "schema": "double"}]}"#,
    "[1, -2.5e10, true, false, null, \"a\\u00e9\\ud83d\\ude00\\n\", {\"\": [[], {}]}]",
    "{\n  \"a\": \"b\",\n  \"c\": [\n    1,\n    2\n  ],\n  \"a\": {\"d\": 0}\n}",
    "\u{FEFF}[\"\u{1F600}\", \"\u{201C}x\u{201D}\"]",
];

const BITS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\"",
    b"\\",
    b"\\u",
    b"\\ud800",
    b"//",
    b"/*",
    b"*/",
    b"'",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xFF",
    b"\xC3",
    b"-",
    b"0",
    b"1e",
    b".",
    b"true",
    b"nul",
    b"\xE2\x80\x9C",
    b" ",
    b"\t",
];

#[test]
fn mutated_text_never_panics_and_agrees_with_a_plain_reader_on_what_is_json() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for round in 0..20_000 {
        let mut bytes = SEEDS[round % SEEDS.len()].as_bytes().to_vec();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            match random.below(5) {
                0 => drop(bytes.remove(at)),
                1 => bytes[at] = BITS[random.below(BITS.len())][0],
                2 => {
                    let bit = BITS[random.below(BITS.len())];
                    bytes.splice(at..at, bit.iter().copied());
                }
                3 => bytes.truncate(at.max(1)),
                _ => {
                    let end = (at + random.below(12)).min(bytes.len());
                    let copy = bytes[at..end].to_vec();
                    bytes.splice(at..at, copy);
                }
            }
            if bytes.is_empty() {
                bytes.push(b' ');
            }
        }
        check(&bytes);
    }
}

fn check(bytes: &[u8]) {
    let shown = String::from_utf8_lossy(bytes).into_owned();
    let (sources, document, problems) = read(bytes.to_vec());
    let length = sources.text(document.file()).len();
    for problem in &problems {
        let span = problem.primary.expect("a place");
        assert!(span.end as usize <= length, "{shown}");
        assert!(
            sources
                .text(span.file)
                .get(span.start as usize..span.end as usize)
                .is_some()
        );
    }
    for root in document.roots() {
        walk(root, &shown);
    }
    // A byte-order mark is allowed here and not there.
    let bare = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    match serde_json::from_slice::<serde_json::Value>(bare) {
        Ok(_) => assert!(document.is_complete(), "{shown}: {problems:?}"),
        Err(error) if error.to_string().contains("out of range") => {}
        Err(error) => assert!(!document.is_complete(), "{shown}: {error}"),
    }
}

fn walk(value: Value<'_>, shown: &str) {
    let span = value.span();
    let inside = |inner: Span| {
        assert!(
            span.start <= inner.start && inner.end <= span.end,
            "{shown}: {value:?}"
        );
    };
    match value.kind() {
        Kind::Array(items) => {
            for item in items.iter() {
                inside(item.span());
                walk(item, shown);
            }
        }
        Kind::Object(object) => {
            for member in object.members() {
                inside(member.name_span);
                inside(member.value.span());
                walk(member.value, shown);
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Invalid => {}
    }
}
