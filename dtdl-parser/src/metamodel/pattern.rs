//! The regular expressions of the tables.
//!
//! They are compiled to an automaton at first use and run in one pass over the bytes, whatever the
//! text, so that no input can make a check slow. Known are literals, classes, groups, `|`, `*`, `+`,
//! `?`, `{m,n}`, `^`, `$`, and `(?!$)`; `$` means the very end of the text. All texts that the tables
//! describe are ASCII, so any other byte matches nothing.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The symbol that stands for the end of the text; bytes are below it.
const END: usize = 128;
const DEAD: u16 = u16::MAX;

/// A regular expression of a table row.
#[derive(Debug)]
pub struct Pattern {
    /// As the row states it.
    pub text: &'static str,
    automaton: OnceLock<Automaton>,
}

impl Pattern {
    pub(super) fn new(text: &'static str) -> Self {
        Self {
            text,
            automaton: OnceLock::new(),
        }
    }

    /// Whether a whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        self.automaton
            .get_or_init(|| Automaton::of(self.text))
            .matches(text.as_bytes())
    }

    /// Whether the expression is one that this module can read.
    pub(super) fn is_sound(&self) -> bool {
        Program::of(self.text).is_some()
    }
}

/// A deterministic automaton: a row of successors for each state.
#[derive(Debug)]
struct Automaton {
    next: Vec<[u16; END]>,
    accepts: Vec<bool>,
}

impl Automaton {
    fn of(text: &str) -> Self {
        let program = Program::of(text).unwrap_or_default();
        let mut numbers = BTreeMap::from([(vec![0], 0_u16)]);
        let mut todo = vec![vec![0]];
        let mut next = Vec::new();
        let mut accepts = Vec::new();
        while let Some(set) = todo.get(next.len()).cloned() {
            accepts.push(program.closure(&set, true).contains(&program.steps.len()));
            let closed = program.closure(&set, false);
            let mut row = [DEAD; END];
            for (byte, target) in row.iter_mut().enumerate() {
                let moved = program.advance(&closed, byte);
                if moved.is_empty() {
                    continue;
                }
                let fresh = numbers.len() as u16;
                *target = *numbers.entry(moved.clone()).or_insert_with(|| {
                    todo.push(moved);
                    fresh
                });
            }
            next.push(row);
        }
        Self { next, accepts }
    }

    fn matches(&self, text: &[u8]) -> bool {
        let mut state = 0_u16;
        for &byte in text {
            let row = self.next.get(usize::from(state));
            match row.and_then(|row| row.get(usize::from(byte))) {
                Some(&target) if target != DEAD => state = target,
                _ => return false,
            }
        }
        self.accepts
            .get(usize::from(state))
            .copied()
            .unwrap_or(false)
    }
}

/// A step of the non-deterministic program that the expression is first turned into.
#[derive(Clone, Debug)]
enum Step {
    /// Takes one byte of a set.
    Take(Vec<bool>),
    /// Goes on at both places.
    Split(usize, usize),
    /// Goes on elsewhere.
    Jump(usize),
    /// Goes on only at the end of the text, or only before it.
    Assert { end: bool },
}

/// The program; the place after its last step is the accepting one.
#[derive(Debug, Default)]
struct Program {
    steps: Vec<Step>,
}

impl Program {
    fn of(text: &str) -> Option<Self> {
        let mut reader = Reader {
            bytes: text.as_bytes(),
            at: 0,
            steps: Vec::new(),
        };
        reader.alternatives()?;
        (reader.at == reader.bytes.len()).then_some(Self {
            steps: reader.steps,
        })
    }

    /// All places that can be reached without taking a byte.
    fn closure(&self, from: &[usize], at_end: bool) -> Vec<usize> {
        let mut seen = vec![false; self.steps.len() + 1];
        let mut stack = from.to_vec();
        while let Some(place) = stack.pop() {
            if seen.get(place).copied().unwrap_or(true) {
                continue;
            }
            if let Some(slot) = seen.get_mut(place) {
                *slot = true;
            }
            match self.steps.get(place) {
                Some(Step::Split(one, other)) => stack.extend([*one, *other]),
                Some(Step::Jump(target)) => stack.push(*target),
                Some(Step::Assert { end }) if *end == at_end => stack.push(place + 1),
                Some(Step::Assert { .. } | Step::Take(_)) | None => {}
            }
        }
        seen.iter()
            .enumerate()
            .filter(|(_, seen)| **seen)
            .map(|(place, _)| place)
            .collect()
    }

    fn advance(&self, closed: &[usize], byte: usize) -> Vec<usize> {
        let takes = |place: &&usize| matches!(self.steps.get(**place), Some(Step::Take(set)) if set.get(byte) == Some(&true));
        closed.iter().filter(takes).map(|place| place + 1).collect()
    }
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    steps: Vec<Step>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn skip(&mut self, text: &str) -> bool {
        let found = self
            .bytes
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(text.as_bytes()));
        if found {
            self.at += text.len();
        }
        found
    }

    /// Moves steps from `from` on by `by` places, with the places inside that they speak of.
    fn shift(&mut self, from: usize, by: usize) {
        for step in self.steps.iter_mut().skip(from) {
            match step {
                Step::Split(one, other) => {
                    *one += by;
                    *other += by;
                }
                Step::Jump(target) => *target += by,
                Step::Take(_) | Step::Assert { .. } => {}
            }
        }
    }

    fn alternatives(&mut self) -> Option<()> {
        let start = self.steps.len();
        self.sequence()?;
        if !self.skip("|") {
            return Some(());
        }
        // split(one, other) one… jump(end) other…
        self.shift(start, 1);
        let other = self.steps.len() + 2;
        self.steps.insert(start, Step::Split(start + 1, other));
        let jump = self.steps.len();
        self.steps.push(Step::Jump(0));
        self.alternatives()?;
        let end = self.steps.len();
        *self.steps.get_mut(jump)? = Step::Jump(end);
        Some(())
    }

    fn sequence(&mut self) -> Option<()> {
        while let Some(byte) = self.peek() {
            if byte == b'|' || byte == b')' {
                break;
            }
            let start = self.steps.len();
            self.atom()?;
            self.repeat(start)?;
        }
        Some(())
    }

    fn atom(&mut self) -> Option<()> {
        let mut set = vec![false; END];
        match self.take()? {
            // Every expression of the tables begins with it, and a match begins at the start anyway.
            b'^' => return Some(()),
            b'$' => {
                self.steps.push(Step::Assert { end: true });
                return Some(());
            }
            b'(' => {
                if self.skip("?!$)") {
                    self.steps.push(Step::Assert { end: false });
                    return Some(());
                }
                self.skip("?:");
                self.alternatives()?;
                return self.skip(")").then_some(());
            }
            b'[' => self.class(&mut set)?,
            b'\\' => self.escape(&mut set)?,
            byte => *set.get_mut(usize::from(byte))? = true,
        }
        self.steps.push(Step::Take(set));
        Some(())
    }

    fn class(&mut self, set: &mut [bool]) -> Option<()> {
        loop {
            let first = match self.take()? {
                b']' => return Some(()),
                b'\\' => self.take()?,
                byte => byte,
            };
            let ranged = self.peek() == Some(b'-') && self.bytes.get(self.at + 1) != Some(&b']');
            let last = if ranged {
                self.take()?;
                self.take()?
            } else {
                first
            };
            for byte in first..=last {
                *set.get_mut(usize::from(byte))? = true;
            }
        }
    }

    fn escape(&mut self, set: &mut [bool]) -> Option<()> {
        match self.take()? {
            b'd' => set
                .get_mut(usize::from(b'0')..=usize::from(b'9'))?
                .fill(true),
            byte => *set.get_mut(usize::from(byte))? = true,
        }
        Some(())
    }

    fn repeat(&mut self, start: usize) -> Option<()> {
        let (least, most) = match self.peek() {
            Some(b'*') => (0, None),
            Some(b'+') => (1, None),
            Some(b'?') => (0, Some(1)),
            // A brace that no digit follows is a literal one.
            Some(b'{') if self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit) => {
                self.at += 1;
                let least = self.number()?;
                let most = if self.skip(",") {
                    self.number()?
                } else {
                    least
                };
                self.peek().filter(|byte| *byte == b'}')?;
                (least, Some(most))
            }
            _ => return Some(()),
        };
        self.at += 1;
        let body: Vec<Step> = self.steps.drain(start..).collect();
        for _ in 0..least {
            self.copy(&body, start);
        }
        match most {
            Some(most) => {
                for _ in least..most {
                    let split = self.steps.len();
                    self.steps.push(Step::Jump(0));
                    self.copy(&body, start);
                    let end = self.steps.len();
                    *self.steps.get_mut(split)? = Step::Split(split + 1, end);
                }
            }
            None => {
                let split = self.steps.len();
                self.steps.push(Step::Jump(0));
                self.copy(&body, start);
                self.steps.push(Step::Jump(split));
                let end = self.steps.len();
                *self.steps.get_mut(split)? = Step::Split(split + 1, end);
            }
        }
        Some(())
    }

    /// Appends a body that was made for the place `made_at`.
    fn copy(&mut self, body: &[Step], made_at: usize) {
        let start = self.steps.len();
        self.steps.extend_from_slice(body);
        self.shift(start, start - made_at);
    }

    fn number(&mut self) -> Option<usize> {
        let mut value = None;
        while let Some(byte) = self.peek().filter(u8::is_ascii_digit) {
            self.at += 1;
            value = Some(value.unwrap_or(0) * 10 + usize::from(byte - b'0'));
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &'static str, yes: &[&str], no: &[&str]) {
        let pattern = Pattern::new(text);
        assert!(pattern.is_sound(), "{text}");
        for value in yes {
            assert!(pattern.matches(value), "{text} should match {value:?}");
        }
        for value in no {
            assert!(!pattern.matches(value), "{text} should not match {value:?}");
        }
    }

    #[test]
    fn names_match_as_the_specification_says() {
        let name = "^[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?$";
        check(
            name,
            &["a", "a1", "a_1", "a__b"],
            &["", "1a", "a_", "_a", "a b", "é", "a\n"],
        );
    }

    #[test]
    fn counts_alternatives_and_ends_are_understood() {
        check("^a{2,3}$", &["aa", "aaa"], &["a", "aaaa"]);
        check("^(?:ab|c)*d$", &["d", "abd", "cabd"], &["ab", "abc"]);
        check(
            r"^P(?!$)(?:\d+Y)?(?:T(?!$)(?:\d+H$)?)?$",
            &["P1Y", "P1YT2H", "PT1H"],
            &["P", "P1YT", "PT"],
        );
        check(
            "^(?:{(?:[a-z]+:)?[a-z]+})$",
            &["{a}", "{a:b}"],
            &["{}", "a", "{a:b:c}"],
        );
        check(
            "^(?:[A-Z]{4})*(?:[A-Z]{2}==)?$",
            &["", "ABCD", "AB=="],
            &["ABC", "AB="],
        );
    }

    #[test]
    fn an_expression_that_is_not_understood_is_unsound() {
        for text in ["(", "[a", "a)", "a{2", "\\"] {
            assert!(!Pattern::new(text).is_sound(), "{text}");
        }
    }
}
