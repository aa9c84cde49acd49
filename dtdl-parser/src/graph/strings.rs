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
    table: HashTable<u32>,
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
        let (symbols, arena) = (&self.symbols, &self.text);
        let read = |index: u32| slice(arena, symbols, index);
        if let Some(found) = self.table.find(hash, |&index| read(index) == text) {
            return Sym(*found);
        }
        let index = self.symbols.len() as u32;
        let stored = self.add(text);
        self.symbols.push(stored);
        let (symbols, arena, hasher) = (&self.symbols, &self.text, &self.hasher);
        self.table.insert_unique(hash, index, |&index| {
            hasher.hash_one(slice(arena, symbols, index))
        });
        Sym(index)
    }

    /// The number of an identifier that was interned before.
    pub fn find(&self, text: &str) -> Option<Sym> {
        let hash = self.hasher.hash_one(text);
        self.table
            .find(hash, |&index| {
                slice(&self.text, &self.symbols, index) == text
            })
            .map(|&index| Sym(index))
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
}
