//! Lines and columns, and resolvers over real folders.

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

use std::fs;
use std::path::Path;

use dtdl_parser::source::{
    ChainResolver, Encoding, FolderResolver, MemoryResolver, RepositoryResolver, Resolver, Sources,
    Span, repository_path,
};

#[test]
fn every_way_to_end_a_line_counts_once() {
    let mut sources = Sources::new();
    let file = sources.add("a", "one\ntwo\r\nthree\rfour");
    let line = |offset| sources.at(file, offset).line;
    assert_eq!([line(0), line(4), line(9), line(15)], [1, 2, 3, 4]);
    assert_eq!(sources.line_count(file), 4);
    let texts: Vec<&str> = (1..=4)
        .filter_map(|line| sources.line_span(file, line))
        .map(|span| sources.slice(span))
        .collect();
    assert_eq!(texts, ["one", "two", "three", "four"]);
    assert_eq!(sources.line_span(file, 5), None);
}

#[test]
fn columns_count_characters_wherever_the_offset_lies() {
    let mut sources = Sources::new();
    // Longer than the distance of the index's marks, with characters of one to four bytes.
    let text = "aé温😀".repeat(1_000);
    let file = sources.add("a", text.clone());
    for (count, (offset, _)) in text.char_indices().enumerate() {
        let at = sources.at(file, u32::try_from(offset).expect("small"));
        assert_eq!(at.column as usize, count + 1);
    }
    let end = u32::try_from(text.len()).expect("small");
    assert_eq!(sources.at(file, end).column, 4_001);
    assert_eq!(sources.at(file, u32::MAX).column, 4_001);
    for length in [1_023, 1_024, 1_025, 2_048] {
        let file = sources.add("b", "x".repeat(length));
        let at = sources.at(file, u32::try_from(length).expect("small"));
        assert_eq!(at.column as usize, length + 1);
    }
}

#[test]
fn bytes_that_are_no_utf8_are_replaced_and_counted() {
    let mut sources = Sources::new();
    let file = sources.add("a", vec![b'a', 0xC3, b'b', 0xFF]);
    assert_eq!(sources.text(file), "a\u{FFFD}b\u{FFFD}");
    assert_eq!(
        sources.encoding(file),
        Encoding::Invalid {
            first: 1,
            count: 2,
            utf16: false
        }
    );
    assert_eq!(
        sources.slice(Span::new(file, 2, 3)),
        "",
        "inside of a character"
    );
}

#[test]
fn no_identifier_leads_out_of_a_repository() {
    assert_eq!(
        repository_path("dtmi:com:example:Thermostat;1.2").as_deref(),
        Some("dtmi/com/example/thermostat-1.2.json")
    );
    for id in [
        "dtmi:..:..:etc;1",
        "dtmi:a/../../b;1",
        "dtmi:a\\b;1",
        "dtmi:a:b;1#/../x",
        "dtmi::a;1",
        "dtmi:com:example:NoVersion",
        "/etc/passwd",
        "",
    ] {
        assert_eq!(repository_path(id), None, "{id}");
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    fs::write(path, text).expect("a file");
}

#[test]
fn a_repository_tells_missing_from_unreadable_and_says_what_it_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let there = folder.path().join("dtmi/com/example/room-1.json");
    write(&there, "{}");
    // A folder in the place of the file can be found and not be read.
    let odd = folder.path().join("dtmi/com/example/odd-1.json");
    fs::create_dir_all(&odd).expect("a folder");
    let resolver = RepositoryResolver::new(folder.path());
    let found = resolver.resolve(&[
        "dtmi:com:example:Room;1",
        "dtmi:com:example:Odd;1",
        "dtmi:com:example:None;1",
    ]);
    assert_eq!(found.texts.len(), 1);
    assert_eq!(found.texts[0].text, b"{}");
    assert_eq!(found.unreadable.len(), 1);
    assert_eq!(found.unreadable[0].id, "dtmi:com:example:Odd;1");
    let touched = resolver.touched();
    assert!(touched.read.contains(&there));
    let missed: Vec<_> = touched.missed.iter().collect();
    assert_eq!(
        missed,
        [&folder.path().join("dtmi/com/example/none-1.json")]
    );
}

#[test]
fn a_folder_is_indexed_by_id_and_the_first_path_wins() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| write(&folder.path().join(name), text);
    file(
        "b/second.json",
        r#"{"@id": "dtmi:x:a;1", "from": "second"}"#,
    );
    file(
        "a/first.json",
        "\u{FEFF}[{\"@id\": \"dtmi:x:a;1\"}, {\"@id\": \"dtmi:x:b;1\"}]",
    );
    file("a/broken.json", "{\"@id\": \"dtmi:x:c;1\",");
    file("a/notes.txt", r#"{"@id": "dtmi:x:d;1"}"#);
    let resolver = FolderResolver::new(folder.path());
    let found = resolver.resolve(&["dtmi:x:a;1", "dtmi:x:b;1", "dtmi:x:c;1", "dtmi:x:d;1"]);
    let names: Vec<&str> = found
        .texts
        .iter()
        .map(|text| text.name.rsplit(['/', '\\']).next().expect("a name"))
        .collect();
    assert_eq!(
        names,
        ["first.json", "broken.json"],
        "one text for a and b, none for d"
    );
    let touched = resolver.touched();
    assert_eq!(touched.read.len(), 3);
    assert_eq!(touched.listed.len(), 3);
}

#[test]
fn a_folder_that_does_not_exist_is_missed_and_finds_nothing() {
    let resolver = FolderResolver::new("no-such-folder-anywhere");
    assert!(resolver.resolve(&["dtmi:x:a;1"]).texts.is_empty());
    assert_eq!(resolver.touched().missed.len(), 1);
}

#[test]
fn a_chain_asks_the_next_only_for_what_the_one_before_did_not_find() {
    let mut first = MemoryResolver::new();
    first.insert("dtmi:x:a;1", "first", "1");
    let mut second = MemoryResolver::new();
    second.insert("dtmi:x:a;1", "second", "2");
    second.insert("dtmi:x:b;1", "second b", "3");
    let chain = ChainResolver::new().with(first).with(second);
    let found = chain.resolve(&["dtmi:x:a;1", "dtmi:x:b;1", "dtmi:x:c;1"]);
    let names: Vec<&str> = found.texts.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["first", "second b"]);
}
