//! 1.12: texts that are no queries, where they go wrong, and that nothing breaks the parser.

use pnp_hub::engine::random::{Randomness, Seeded};
use pnp_hub::query::{MAX_QUERY, QueryError};
use pnp_hub::{Hub, Query};

use crate::query::building;

#[test]
fn a_mistake_is_told_with_its_place() {
    let cases = [
        ("", 1, "expected SELECT, found the end"),
        ("SELECT", 7, "expected an attribute"),
        ("SELECT *", 9, "expected FROM"),
        ("SELECT * FROM things", 15, "expected devices"),
        (
            "SELECT * FROM devices.things",
            23,
            "expected modules or jobs",
        ),
        (
            "SELECT * FROM devices ORDER BY deviceId",
            23,
            "should end here",
        ),
        ("SELECT TOP 0 * FROM devices", 12, "whole number"),
        ("SELECT TOP 1.5 * FROM devices", 12, "whole number"),
        ("SELECT TOP x FROM devices", 12, "whole number"),
        ("SELECT nothing FROM devices", 8, "no attribute of a twin"),
        ("SELECT COUNT(*) FROM devices", 14, "expected )"),
        (
            "SELECT MEDIAN(tags.a) FROM devices",
            8,
            "COUNT, AVG, SUM, MIN or MAX",
        ),
        ("SELECT tags.a, COUNT() FROM devices", 8, "GROUP BY"),
        (
            "SELECT tags.a, tags.b FROM devices GROUP BY tags.a",
            16,
            "GROUP BY",
        ),
        ("SELECT tags.a, version AS a FROM devices", 16, "a second a"),
        ("SELECT tags.a AS FROM FROM", 27, "expected devices"),
        (
            "SELECT tags.a AS , version FROM devices",
            18,
            "expected an alias",
        ),
        ("SELECT tags.a AS [x] FROM devices", 18, "expected an alias"),
        (
            "SELECT * FROM devices GROUP BY tags.a",
            23,
            "must name what it selects",
        ),
        ("SELECT COUNT() FROM devices.jobs", 8, "only *"),
        ("SELECT * FROM devices WHERE", 28, "expected a value"),
        (
            "SELECT * FROM devices WHERE tags.a =",
            37,
            "expected a value",
        ),
        (
            "SELECT * FROM devices WHERE tags.a = 1 = 2",
            40,
            "should end here",
        ),
        ("SELECT * FROM devices WHERE (tags.a = 1", 40, "expected )"),
        ("SELECT * FROM devices WHERE tags.", 34, "expected a member"),
        (
            "SELECT * FROM devices WHERE tags.a == 1",
            37,
            "expected a value",
        ),
        (
            "SELECT * FROM devices WHERE tags.a & 1",
            36,
            "has no meaning",
        ),
        ("SELECT * FROM devices WHERE tags.a = 'x", 38, "not closed"),
        (
            "SELECT * FROM devices WHERE tags.é = '\\n'",
            39,
            "backslash",
        ),
        (
            "SELECT * FROM devices WHERE tags.a = '\\u12'",
            39,
            "four hexadecimal digits",
        ),
        (
            "SELECT * FROM devices WHERE tags.a = '\\ud800'",
            39,
            "four hexadecimal digits",
        ),
        (
            "SELECT * FROM devices WHERE tags.[[a = 1",
            34,
            "closed by ]]",
        ),
        (
            "SELECT * FROM devices WHERE tags.a = 1x",
            39,
            "can't end a number",
        ),
        (
            "SELECT * FROM devices WHERE tags.a = 1.",
            38,
            "is no number",
        ),
        (
            "SELECT * FROM devices WHERE tags.a = 0x",
            38,
            "hexadecimal digits",
        ),
        (
            "SELECT * FROM devices WHERE tags.a = 1e999",
            38,
            "is no number",
        ),
        (
            "SELECT * FROM devices WHERE tags.a = 0xFFFFFFFFFFFFFFFF",
            38,
            "too large",
        ),
        ("SELECT * FROM devices WHERE tags.a IN 1", 39, "expected ["),
        ("SELECT * FROM devices WHERE tags.a IN [1", 41, "expected ]"),
        (
            "SELECT * FROM devices WHERE tags.a IN [tags.b]",
            40,
            "expected a constant",
        ),
        (
            "SELECT * FROM devices WHERE tags.a IN [-'x']",
            41,
            "only a number",
        ),
        (
            "SELECT * FROM devices WHERE tags.a NOT 1",
            40,
            "expected IN",
        ),
        (
            "SELECT * FROM devices WHERE STARTSWITH(tags.a, 'x')",
            29,
            "message routes",
        ),
        (
            "SELECT * FROM devices WHERE COUNT() > 1",
            29,
            "is no condition",
        ),
        (
            "SELECT * FROM devices WHERE is_odd(tags.a)",
            29,
            "is no function",
        ),
        (
            "SELECT * FROM devices WHERE IS_DEFINED(1)",
            40,
            "expected an attribute",
        ),
    ];
    for (query, at, message) in cases {
        let error = Query::parse(query).unwrap_err();
        assert_eq!(error.at(), at, "{query}: {error}");
        assert!(error.message().contains(message), "{query}: {error}");
    }
    let error = Hub::default().query("SELECT", 1, None).unwrap_err();
    assert_eq!((error.code().number(), error.http_status()), (400_004, 400));
    assert!(error.message().contains("at character 7"), "{error}");
}

#[test]
fn a_query_has_at_most_8192_characters() {
    let with_length = |length: usize| {
        let query = "SELECT * FROM devices WHERE tags.a = 'é";
        let filled = query.chars().count() + 1;
        format!("{query}{}'", "x".repeat(length - filled))
    };
    assert!(Query::parse(&with_length(MAX_QUERY)).is_ok());
    let error = Query::parse(&with_length(MAX_QUERY + 1)).unwrap_err();
    assert_eq!(error.at(), MAX_QUERY + 1);
}

#[test]
fn neither_depth_nor_length_exhausts_the_stack() {
    let select = |condition: String| format!("SELECT * FROM devices WHERE {condition}");
    let nested = |n: usize| select("(".repeat(n) + "true" + &")".repeat(n));
    assert!(Query::parse(&nested(64)).is_ok());
    let error: QueryError = Query::parse(&nested(65)).unwrap_err();
    assert!(error.message().contains("64 deep"), "{error}");
    for (prefix, suffix) in [("NOT ", "true"), ("- ", "1"), ("1 IN [", ""), ("[", "")] {
        let condition = prefix.repeat(8000 / prefix.len()) + suffix;
        assert!(Query::parse(&select(condition)).is_err(), "{prefix}");
    }
    let hub = building();
    for link in ["+1", "*1", "-0", " OR 0", " AND 1"] {
        let condition = "1".to_owned() + &link.repeat(8000 / link.len());
        assert_eq!(
            hub.query(&select(condition), 10, None).unwrap().items.len(),
            0
        );
    }
}

#[test]
fn any_text_is_a_query_or_a_mistake_within_it() {
    let words = [
        "SELECT",
        "TOP",
        "*",
        "FROM",
        "devices",
        ".",
        "modules",
        "WHERE",
        "GROUP",
        "BY",
        "tags",
        "a",
        "AND",
        "OR",
        "NOT",
        "IN",
        "NIN",
        "[",
        "]",
        "[[",
        "]]",
        "(",
        ")",
        ",",
        "=",
        "!=",
        "<>",
        "<",
        "+",
        "-",
        "/",
        "1",
        "0x1F",
        "1.5e3",
        "'s'",
        "\"t\"",
        "true",
        "null",
        "undefined",
        "IS_DEFINED",
        "COUNT",
        "AVG",
        "AS",
        "deviceId",
        "'",
        "\\u",
        "é",
        "\u{1f600}",
        "&",
        "\0",
    ];
    let starts = [
        "",
        "SELECT * FROM devices WHERE ",
        "SELECT COUNT() FROM devices ",
    ];
    let hub = building();
    let mut random = Seeded::new(12);
    let mut pick = |n: usize| (random.next() % n as u64) as usize;
    let mut sound = 0;
    for _ in 0..10_000 {
        let mut text = starts[pick(starts.len())].to_owned();
        for _ in 0..pick(12) {
            text += words[pick(words.len())];
            if pick(3) > 0 {
                text.push(' ');
            }
        }
        match Query::parse(&text) {
            Ok(_) => {
                sound += 1;
                assert!(hub.query(&text, 10, None).is_ok(), "{text}");
            }
            Err(error) => {
                let end = text.chars().count() + 1;
                assert!((1..=end).contains(&error.at()), "{text}: {error}");
            }
        }
    }
    assert!(
        sound > 250,
        "only {sound} sound queries among all these texts"
    );
}
