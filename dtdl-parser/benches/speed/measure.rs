//! Times and memory of one set.

use std::hint::black_box;
use std::time::{Duration, Instant};

use dtdl_parser::source::{NoResolver, Sources};
use dtdl_parser::{Options, Parsed, parse};
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;

use super::sets::Set;

/// How long a set is measured, and in how many turns at least.
const LONG_ENOUGH: Duration = Duration::from_millis(1_500);
const TURNS: u32 = 7;

/// Seconds that one set takes here and with `serde_json`.
#[derive(Clone, Copy, Default)]
pub(crate) struct Pair {
    pub(crate) ours: f64,
    pub(crate) theirs: f64,
}

impl Pair {
    /// The best time of each, measured in turns, so that whatever slows the machine slows both.
    pub(crate) fn of(set: &Set) -> Self {
        let mut best = Self {
            ours: f64::MAX,
            theirs: f64::MAX,
        };
        // The first turn warms caches and what is loaded once.
        ours(set);
        let started = Instant::now();
        let mut turns = 0;
        while turns < TURNS || started.elapsed() < LONG_ENOUGH {
            best.ours = best.ours.min(ours(set));
            best.theirs = best.theirs.min(theirs(set));
            turns += 1;
        }
        best
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.ours += other.ours;
        self.theirs += other.theirs;
    }

    pub(crate) fn ratio(&self) -> f64 {
        self.ours / self.theirs
    }
}

/// Parses and validates texts as one set. Takes the texts, as `Sources` takes what a caller has read.
pub(crate) fn check(texts: Vec<(String, String)>) -> (Sources, Parsed) {
    let mut sources = Sources::new();
    let roots: Vec<_> = texts
        .into_iter()
        .map(|(name, text)| sources.add(name, text))
        .collect();
    let parsed = parse(&mut sources, &roots, &NoResolver, &Options::default());
    (sources, parsed)
}

fn ours(set: &Set) -> f64 {
    let texts = set.texts.clone();
    let started = now();
    let done = check(texts);
    let taken = now() - started;
    black_box(done);
    taken
}

fn theirs(set: &Set) -> f64 {
    let started = now();
    let values: Vec<_> = set
        .texts
        .iter()
        .map(|(_, text)| serde_json::from_str::<Value>(text.trim_start_matches('\u{FEFF}')))
        .collect();
    let taken = now() - started;
    black_box(values);
    taken
}

/// Seconds that this thread has run. What other programs take of the machine doesn't count.
pub(crate) fn now() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// The most memory that this process has had resident, in bytes. Linux only; elsewhere 0.
pub(crate) fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok())
        .unwrap_or_default()
        * 1024.0
}
