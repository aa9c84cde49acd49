//! The mistakes that authors make most, each with what is printed about it: `docs/mistakes.md` is the
//! output of this test. `BLESS=1 cargo test -p dtdl-parser --test gallery` accepts new output.

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

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use dtdl_parser::diagnostics::{Human, Report};
use dtdl_parser::source::{NoResolver, Sources};
use dtdl_parser::{Options, parse};

#[test]
fn the_gallery_shows_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = fs::read_dir(root.join("tests/gallery"))
        .expect("the inputs")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    assert_eq!(paths.len(), 20);
    let mut page = String::from(
        "# Twenty mistakes, and what is said about them\n\nEach input lies in `tests/gallery`; this page is made by the test `gallery`.\n",
    );
    for path in paths {
        let stem = path.file_stem().expect("a name").to_string_lossy();
        let (number, title) = stem.split_once('-').expect("a number and a title");
        let text = fs::read_to_string(&path).expect("an input");
        let mut sources = Sources::new();
        let file = sources.add("model.json", text.as_str());
        let parsed = parse(&mut sources, &[file], &NoResolver, &Options::default());
        let report = Report::new(parsed.problems, &sources);
        assert!(report.errors() > 0, "{stem} is a mistake");
        let printed = Human::default().render(&report, &sources);
        let title = title.replace('-', " ");
        let _ = write!(
            page,
            "\n## {number}. {title}\n\n```json\n{text}```\n\n```text\n{}\n```\n",
            printed.trim_end()
        );
    }
    let shown = root.join("docs/mistakes.md");
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(root.join("docs")).expect("a folder");
        fs::write(&shown, &page).expect("the page");
    }
    let expected = fs::read_to_string(&shown).unwrap_or_default();
    assert!(
        page == expected,
        "docs/mistakes.md is not what is printed; BLESS=1 accepts:\n{page}"
    );
}
