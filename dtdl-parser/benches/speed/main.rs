//! What parsing and full validation cost, always as a ratio within one run.
//!
//! `cargo bench -p dtdl-parser` prints `ratio NAME VALUE` lines:
//!
//! - `check/SET/serde_json_value`: processor time of [`dtdl_parser::parse`] over that of
//!   `serde_json::from_str::<Value>`, both over the same texts, the best of many turns each. Neither
//!   pays for dropping its result. With `total_` before it: all sets of a group together.
//! - `scaling/interface/16000_over_1000`: time per interface in a large generated set over that in a
//!   small one.
//! - `memory/SET/input`: growth of the peak resident memory of a process that reads the set and parses
//!   it, over the size of the texts. What the first thermostat costs such a process (code, tables) is
//!   not in it, and texts that weigh less than that are left out.
//! - `metamodel/load/serde_json_value`: time of the first use of the language's tables in a fresh
//!   process over what `serde_json` takes for our thermostat.
//!
//! `DTDL_CORPUS_DIR` adds the energy-grid ontology and the closures of the public devices;
//! `DTDL_BENCH_DIRS` (folders separated as in `PATH`) adds each folder as a set of its name. A set is
//! left out if names are given and none is part of its own: `cargo bench -p dtdl-parser -- energygrid`.
//!
//! For a profiler, `DTDL_BENCH_ROLE=memory DTDL_BENCH_SET=energygrid` before this program's path parses
//! one set once and stops.

#![allow(
    clippy::type_complexity,
    clippy::manual_is_multiple_of,
    reason = "used once, where it is written"
)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints, and stops where it can't measure"
)]

mod measure;
mod sets;

use std::env;
use std::process::Command;

use dtdl_parser::metamodel::Metamodel;
use measure::{Pair, now, peak_memory};
use sets::Set;

/// Below this many bytes a process's own memory outweighs that of the model.
const MEMORY_FROM: usize = 100_000;

fn main() {
    // Memory peaks and first uses are those of a process, so each is measured in a child of this one.
    if let Some(role) = env::var_os("DTDL_BENCH_ROLE") {
        let name = env::var("DTDL_BENCH_SET").unwrap_or_default();
        match role.to_str() {
            Some("metamodel") => first_use(),
            Some("memory") => memory(&name),
            _ => panic!("DTDL_BENCH_ROLE is for this program's own use"),
        }
        return;
    }
    let filter: Vec<String> = env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let wanted = |name: &str| filter.is_empty() || filter.iter().any(|part| name.contains(part));

    let thermostat = Pair::of(&sets::thermostat());
    if wanted("metamodel") {
        let load = (0..20)
            .map(|_| child("metamodel", ""))
            .fold(f64::MAX, f64::min);
        println!("metamodel: {:.3} ms", load * 1e3);
        ratio("metamodel/load/serde_json_value", load / thermostat.theirs);
    }
    let mut per_interface = Vec::new();
    for group in sets::groups() {
        let sets: Vec<Set> = group
            .sets
            .into_iter()
            .filter(|set| wanted(&set.name))
            .collect();
        let mut total = Pair::default();
        let count = sets.len();
        for set in sets {
            let pair = Pair::of(&set);
            println!(
                "{}: {} interfaces, {} bytes, {:.3} ms here, {:.3} ms there",
                set.name,
                set.interfaces,
                set.bytes(),
                pair.ours * 1e3,
                pair.theirs * 1e3
            );
            ratio(
                &format!("check/{}/serde_json_value", set.name),
                pair.ratio(),
            );
            total.add(&pair);
            if group.generated {
                per_interface.push((set.interfaces, pair.ours / set.interfaces as f64));
            }
            if set.bytes() >= MEMORY_FROM {
                let bytes = set.bytes() as f64;
                let name = set.name.clone();
                // The child reads the set for itself.
                drop(set);
                ratio(
                    &format!("memory/{name}/input"),
                    child("memory", &name) / bytes,
                );
            }
        }
        if count > 1 && !group.generated {
            ratio(
                &format!("check/total_{}/serde_json_value", group.name),
                total.ratio(),
            );
        }
    }
    if let [(small, small_each), .., (large, large_each)] = per_interface[..] {
        ratio(
            &format!("scaling/interface/{large}_over_{small}"),
            large_each / small_each,
        );
    }
}

fn ratio(name: &str, value: f64) {
    println!("ratio {name} {value:.3}");
}

/// What this program prints in a role, in seconds or bytes.
fn child(role: &str, set: &str) -> f64 {
    let program = env::current_exe().expect("a running program has a path");
    let output = Command::new(program)
        .env("DTDL_BENCH_ROLE", role)
        .env("DTDL_BENCH_SET", set)
        .output()
        .expect("this program runs once more");
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().unwrap_or_else(|_| {
        panic!(
            "{role} {set}: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

fn first_use() {
    let started = now();
    let tables = Metamodel::get();
    let taken = now() - started;
    assert!(!tables.classes().is_empty());
    println!("{taken}");
}

fn memory(name: &str) {
    drop(measure::check(sets::thermostat().texts));
    let before = peak_memory();
    let set = sets::named(name).unwrap_or_else(|| panic!("no set {name}"));
    let (_sources, parsed) = measure::check(set.texts);
    let after = peak_memory();
    assert!(parsed.documents > 0);
    println!("{}", after - before);
}
