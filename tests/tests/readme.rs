//! The README shows real output: every block that follows an `output` comment is what the command prints.
//!
//! `<!-- file: NAME -->` before a block writes the block to NAME in an empty folder. `<!-- output: COMMAND -->`
//! runs COMMAND there (`cargo …` in the workspace) and compares standard error, then standard output,
//! with the block. A line `…` stands for any number of lines. `BLESS=1` writes blocks without such a
//! line anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pnp_tests::workspace_root;

struct Block {
    comment: String,
    /// Line numbers of the first and one past the last line inside the fence.
    lines: std::ops::Range<usize>,
}

/// The fenced blocks that follow a comment, in order.
fn blocks(text: &str) -> Vec<Block> {
    let lines: Vec<_> = text.lines().collect();
    let mut blocks = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(comment) = line
            .strip_prefix("<!-- ")
            .and_then(|rest| rest.strip_suffix(" -->"))
        else {
            continue;
        };
        if !comment.starts_with("output: ") && !comment.starts_with("file: ") {
            continue;
        }
        let open = at
            + 1
            + lines[at + 1..]
                .iter()
                .take_while(|line| line.is_empty())
                .count();
        assert!(
            lines[open].starts_with("```"),
            "line {}: a comment without its block",
            at + 1
        );
        let length = lines[open + 1..]
            .iter()
            .position(|line| *line == "```")
            .expect("a fence is closed");
        blocks.push(Block {
            comment: comment.to_owned(),
            lines: open + 1..open + 1 + length,
        });
    }
    blocks
}

/// The `pnp` command, built like any user builds it.
fn pnp() -> PathBuf {
    let root = workspace_root();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "-p", "pnp-cli"])
        .current_dir(&root)
        .status();
    assert!(status.expect("cargo runs").success());
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target
        .join("debug")
        .join(format!("pnp{}", std::env::consts::EXE_SUFFIX))
}

fn run(command: &str, folder: &Path) -> String {
    let words: Vec<_> = command
        .split(' ')
        .map(|word| word.trim_matches('\''))
        .collect();
    let mut child = match words[0] {
        "cargo" => {
            let mut child =
                Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            child.current_dir(workspace_root()).args(["--quiet"]);
            child
        }
        "pnp" => {
            let mut child = Command::new(pnp());
            child.current_dir(folder);
            child
        }
        other => panic!("the README runs {other}, which this test doesn't know"),
    };
    let output = child
        .args(&words[1..])
        .env("NO_COLOR", "1")
        .output()
        .expect("the command starts");
    String::from_utf8([output.stderr, output.stdout].concat()).expect("output is UTF-8")
}

/// Whether `shown` is `real`, with `…` lines for what is left out.
fn matches(shown: &[&str], real: &[&str]) -> bool {
    match shown.split_first() {
        None => real.is_empty(),
        Some((&"…", rest)) => (0..=real.len()).any(|skipped| matches(rest, &real[skipped..])),
        Some((first, rest)) => real.first() == Some(first) && matches(rest, &real[1..]),
    }
}

#[test]
fn the_readme_shows_what_the_commands_print() {
    let path = workspace_root().join("README.md");
    let mut readme = fs::read_to_string(&path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bless = std::env::var_os("BLESS").is_some();
    let mut commands = 0;
    // From the end, so that blessing a block leaves the lines before it where they are.
    let found = blocks(&readme);
    for block in found
        .iter()
        .filter(|block| block.comment.starts_with("file: "))
    {
        let text: Vec<_> = readme
            .lines()
            .skip(block.lines.start)
            .take(block.lines.len())
            .collect();
        let name = &block.comment["file: ".len()..];
        let target = folder.path().join(name);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, text.join("\n") + "\n").unwrap();
    }
    for block in found.iter().rev() {
        let Some(command) = block.comment.strip_prefix("output: ") else {
            continue;
        };
        commands += 1;
        let real = run(command, folder.path());
        assert!(!real.trim().is_empty(), "`{command}` prints nothing");
        let real: Vec<_> = real.trim_end().lines().map(str::trim_end).collect();
        let lines: Vec<_> = readme.lines().collect();
        let shown = &lines[block.lines.clone()];
        if matches(shown, &real) {
            continue;
        }
        assert!(
            bless,
            "README.md:{}: `{command}` prints something else:\n{}",
            block.lines.start,
            real.join("\n")
        );
        assert!(
            !shown.contains(&"…"),
            "README.md:{}: shorten this block by hand:\n{}",
            block.lines.start,
            real.join("\n")
        );
        let blessed = [
            &lines[..block.lines.start],
            &real,
            &lines[block.lines.end..],
        ]
        .concat()
        .join("\n")
            + "\n";
        readme = blessed;
        fs::write(&path, &readme).unwrap();
    }
    assert!(
        commands >= 3,
        "the README shows the example, a check and generated code"
    );
}

#[test]
fn ci_runs_the_two_commands_of_the_readme() {
    let ci = fs::read_to_string(workspace_root().join(".ci/run")).unwrap();
    let readme = fs::read_to_string(workspace_root().join("README.md")).unwrap();
    for command in [
        "cargo run -p temperature-controller",
        "cargo test --workspace",
    ] {
        assert!(readme.contains(command), "README.md has no {command}");
        assert!(
            ci.lines().any(|line| line == format!("run {command}")),
            ".ci/run doesn't run {command}"
        );
    }
}
