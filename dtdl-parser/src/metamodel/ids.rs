//! What identifiers and terms stand for.

use super::rows::Row;
use super::tables::{ContextId, Meaning, SuppPropId};
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use std::hash::BuildHasher;

/// One identifier.
#[derive(Debug)]
pub(super) struct IdRow {
    pub(super) id: String,
    /// Its term; empty if it has none.
    pub(super) term: &'static str,
    pub(super) meaning: Meaning,
}

/// All identifiers that the tables give a meaning, and the terms of each context.
#[derive(Debug, Default)]
pub(super) struct Ids {
    rows: Vec<IdRow>,
    /// The rows by identifier.
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// By context, the row of each term.
    terms: Vec<HashMap<&'static str, u32>>,
    /// Added properties whose identifiers a class has for a property of its own.
    shared: Vec<(u32, SuppPropId)>,
}

impl Ids {
    /// Room for about as many identifiers as there are rows about units, which are most of them.
    pub(super) fn reserve(&mut self, units: &[Row]) {
        let count = units.len() * 4;
        self.rows.reserve(count);
        let (rows, hasher) = (&self.rows, &self.hasher);
        self.table
            .reserve(count, |&index| hash(rows, hasher, index));
    }

    fn index(&self, id: &str) -> Option<u32> {
        let fits = |&index: &u32| {
            self.rows
                .get(index as usize)
                .is_some_and(|row| row.id == id)
        };
        self.table.find(self.hasher.hash_one(id), fits).copied()
    }

    /// Gives an identifier a meaning, unless it has one, and a term in a context.
    pub(super) fn add(
        &mut self,
        context: Option<ContextId>,
        term: &'static str,
        id: String,
        meaning: Meaning,
    ) {
        let index = match self.index(&id) {
            Some(index) => index,
            None => {
                let index = self.rows.len() as u32;
                let code = self.hasher.hash_one(id.as_str());
                self.rows.push(IdRow { id, term, meaning });
                let (rows, hasher) = (&self.rows, &self.hasher);
                self.table
                    .insert_unique(code, index, |&index| hash(rows, hasher, index));
                index
            }
        };
        if let (Meaning::Added(added), Some(row)) = (meaning, self.rows.get(index as usize))
            && row.meaning != meaning
            && !self.shared.contains(&(index, added))
        {
            self.shared.push((index, added));
        }
        if let Some(context) = context {
            if self.terms.len() <= context.index() {
                self.terms.resize_with(context.index() + 1, HashMap::new);
            }
            if let Some(terms) = self.terms.get_mut(context.index()) {
                terms.insert(term, index);
            }
        }
    }

    /// The row of an identifier.
    pub(super) fn find(&self, id: &str) -> Option<&IdRow> {
        self.index(id)
            .and_then(|index| self.rows.get(index as usize))
    }

    /// What an identifier stands for.
    pub(super) fn meaning(&self, id: &str) -> Option<Meaning> {
        self.find(id).map(|row| row.meaning)
    }

    /// The added property with an identifier.
    pub(super) fn added(&self, id: &str) -> Option<SuppPropId> {
        let index = self.index(id)?;
        if let Meaning::Added(added) = self.rows.get(index as usize)?.meaning {
            return Some(added);
        }
        let mut shared = self.shared.iter();
        let found = shared.find(|(known, _)| *known == index);
        found.map(|(_, added)| *added)
    }

    /// The row of a term of a context.
    pub(super) fn term(&self, context: ContextId, term: &str) -> Option<&IdRow> {
        let index = *self.terms.get(context.index())?.get(term)?;
        self.rows.get(index as usize)
    }

    /// The terms of a context and their rows.
    pub(super) fn terms(&self, context: ContextId) -> impl Iterator<Item = (&'static str, &IdRow)> {
        let terms = self.terms.get(context.index()).into_iter().flatten();
        terms.filter_map(|(term, index)| Some((*term, self.rows.get(*index as usize)?)))
    }
}

fn hash(rows: &[IdRow], hasher: &DefaultHashBuilder, index: u32) -> u64 {
    hasher.hash_one(
        rows.get(index as usize)
            .map(|row| row.id.as_str())
            .unwrap_or_default(),
    )
}
