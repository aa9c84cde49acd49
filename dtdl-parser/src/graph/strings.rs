//! One arena for every text of a model, and dense numbers for its identifiers.
//!
//! A model has many short strings that live exactly as long as it does. One growing buffer costs
//! one allocation instead of thousands, and makes a [`Str`] two numbers that are cheap to copy.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// A text in a [`Strings`] arena.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Str {
    start: u32,
    len: u32,
}

/// The dense number of an identifier in a [`Strings`] arena: equal numbers, equal texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sym(u32);

impl Sym {
    /// The number itself, for tables that are indexed by identifier.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The arena. Texts are only ever added, so that a handle stays good.
#[derive(Debug, Default)]
pub struct Strings {
    text: String,
    symbols: Vec<Str>,
    /// The numbers by the hashes of their texts, which stay beside them for when the table grows.
    table: HashTable<(u64, u32)>,
    hasher: DefaultHashBuilder,
}

impl Strings {
    /// Stores a text and returns its handle; equal texts are stored twice.
    pub fn add(&mut self, text: &str) -> Str {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Str {
            start,
            len: text.len() as u32,
        }
    }

    /// The text of a handle of this arena, and an empty text for a handle of another one.
    pub fn get(&self, text: Str) -> &str {
        let start = text.start as usize;
        self.text
            .get(start..start + text.len as usize)
            .unwrap_or_default()
    }

    /// The number of an identifier, given at first sight.
    pub fn intern(&mut self, text: &str) -> Sym {
        let hash = self.hasher.hash_one(text);
        if let Some(known) = self.known(hash, text) {
            return known;
        }
        let stored = self.add(text);
        self.number(hash, stored)
    }

    /// The number of an identifier that is that of another one with something added: `parts` go before
    /// the version.
    pub(crate) fn intern_below(&mut self, parent: Option<Sym>, parts: &[&str]) -> Sym {
        let around = parent
            .and_then(|parent| self.symbols.get(parent.index()))
            .copied()
            .unwrap_or_default();
        let first = around.start as usize;
        let last = first + around.len as usize;
        let version = self.get(around).rfind(';').map_or(last, |at| first + at);
        // Made where it will stay, and taken back if it is there already.
        let start = self.text.len();
        self.text.extend_from_within(first..version);
        for part in parts {
            self.text.push_str(part);
        }
        self.text.extend_from_within(version..last);
        let stored = Str {
            start: start as u32,
            len: (self.text.len() - start) as u32,
        };
        let text = self.get(stored);
        let hash = self.hasher.hash_one(text);
        if let Some(known) = self.known(hash, text) {
            self.text.truncate(start);
            return known;
        }
        self.number(hash, stored)
    }

    fn known(&self, hash: u64, text: &str) -> Option<Sym> {
        let fits = |&(code, index): &(u64, u32)| {
            code == hash && slice(&self.text, &self.symbols, index) == text
        };
        self.table.find(hash, fits).map(|&(_, index)| Sym(index))
    }

    /// Gives a stored text, which is new, its number.
    fn number(&mut self, hash: u64, stored: Str) -> Sym {
        let index = self.symbols.len() as u32;
        self.symbols.push(stored);
        self.table
            .insert_unique(hash, (hash, index), |&(code, _)| code);
        Sym(index)
    }

    /// The number of an identifier that was interned before.
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.known(self.hasher.hash_one(text), text)
    }

    /// The text of an identifier.
    pub fn name(&self, symbol: Sym) -> &str {
        slice(&self.text, &self.symbols, symbol.0)
    }

    /// How many identifiers were interned.
    pub fn symbols(&self) -> usize {
        self.symbols.len()
    }
}

fn slice<'t>(arena: &'t str, symbols: &[Str], index: u32) -> &'t str {
    let Some(text) = symbols.get(index as usize) else {
        return "";
    };
    let start = text.start as usize;
    arena
        .get(start..start + text.len as usize)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_identifiers_get_equal_numbers() {
        let mut strings = Strings::default();
        let a = strings.intern("dtmi:a;1");
        let b = strings.intern("dtmi:b;1");
        assert_eq!(strings.intern("dtmi:a;1"), a);
        assert_ne!(a, b);
        assert_eq!(strings.name(b), "dtmi:b;1");
        assert_eq!(strings.find("dtmi:b;1"), Some(b));
        assert_eq!(strings.find("dtmi:c;1"), None);
    }

    #[test]
    fn an_identifier_below_another_one_has_its_version() {
        let mut strings = Strings::default();
        let a = strings.intern("dtmi:a;1");
        let below = strings.intern_below(Some(a), &[":_", "contents"]);
        assert_eq!(strings.name(below), "dtmi:a:_contents;1");
        assert_eq!(strings.intern_below(Some(a), &[":_contents"]), below);
        assert_eq!(strings.intern("dtmi:a:_contents;1"), below);
        assert_eq!(strings.symbols(), 2);
    }
}
