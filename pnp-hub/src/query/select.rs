//! Rows of the result: projections, groups, aggregates.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value, json};

use super::ast::{Aggregate, Item, ItemSource, Path, Projection, Query};
use super::evaluate;

impl Query {
    /// Whether the row meets the condition.
    pub(super) fn admits(&self, row: &Value) -> bool {
        let condition = self.condition.as_ref();
        condition.is_none_or(|condition| evaluate::holds(condition, row))
    }

    /// Whether rows of the result stand for groups of rows.
    pub(super) fn is_grouped(&self) -> bool {
        let aggregate = |item: &Item| !matches!(item.source, ItemSource::Path(_));
        !self.group_by.is_empty()
            || matches!(&self.projection, Projection::Items(items) if items.iter().any(aggregate))
    }

    /// The result of one row, where each row has one. What isn't there is left out.
    pub(super) fn project(&self, row: Value) -> Value {
        match &self.projection {
            Projection::All => row,
            Projection::Items(items) => members(items, &[&row]),
        }
    }

    /// The results of all rows together: one for each group, in the order in which the groups begin; one
    /// in all where there is no `GROUP BY`, also of no rows.
    pub(super) fn group(&self, rows: &[Value]) -> Vec<Value> {
        let Projection::Items(items) = &self.projection else {
            return Vec::new();
        };
        let mut groups: Vec<Vec<&Value>> = Vec::new();
        if self.group_by.is_empty() {
            groups.push(rows.iter().collect());
        }
        // Values have no order of their own; their text tells groups apart.
        let mut group_of_key: BTreeMap<Vec<Option<String>>, usize> = BTreeMap::new();
        for row in rows.iter().filter(|_| !self.group_by.is_empty()) {
            let paths = self.group_by.iter();
            let key = paths.map(|path| path.get(row).map(Value::to_string));
            let group = *group_of_key.entry(key.collect()).or_insert(groups.len());
            match groups.get_mut(group) {
                Some(members) => members.push(row),
                None => groups.push(vec![row]),
            }
        }
        groups.iter().map(|rows| members(items, rows)).collect()
    }
}

/// The members of one result; `rows` is the group that it stands for.
fn members(items: &[Item], rows: &[&Value]) -> Value {
    let members = items.iter().filter_map(|item| {
        let value = match &item.source {
            // All rows of a group agree on it.
            ItemSource::Path(path) => rows.first().and_then(|row| path.get(row)).cloned(),
            ItemSource::Count => Some(json!(rows.len())),
            ItemSource::Aggregate(aggregate, path) => aggregated(*aggregate, path, rows),
        };
        Some((item.name.clone(), value?))
    });
    Value::Object(members.collect::<Map<_, _>>())
}

/// Over the numbers that stand at the path; undefined where none does. \[I\]
fn aggregated(aggregate: Aggregate, path: &Path, rows: &[&Value]) -> Option<Value> {
    let numbers: Vec<&Number> = rows
        .iter()
        .filter_map(|row| match path.get(row)? {
            Value::Number(number) => Some(number),
            Value::Null
            | Value::Bool(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => None,
        })
        .collect();
    let extreme = |wanted: std::cmp::Ordering| {
        let better = |best: &&Number, next: &&Number| evaluate::order(next, best) == Some(wanted);
        let best = numbers
            .iter()
            .copied()
            .reduce(|best, next| if better(&best, &next) { next } else { best });
        best.cloned().map(Value::Number)
    };
    match aggregate {
        Aggregate::Min => extreme(std::cmp::Ordering::Less),
        Aggregate::Max => extreme(std::cmp::Ordering::Greater),
        Aggregate::Sum => sum(&numbers),
        Aggregate::Avg => {
            let sum = sum(&numbers)?.as_f64()?;
            #[allow(
                clippy::cast_precision_loss,
                reason = "a hub has far fewer than 2^52 identities"
            )]
            let count = numbers.len() as f64;
            Number::from_f64(sum / count).map(Value::Number)
        }
    }
}

/// An integer where all numbers are integers and their sum is one that JSON readers keep.
fn sum(numbers: &[&Number]) -> Option<Value> {
    if numbers.is_empty() {
        return None;
    }
    let integers = numbers
        .iter()
        .try_fold(0_i64, |sum, number| sum.checked_add(number.as_i64()?));
    if let Some(sum) = integers {
        return Some(json!(sum));
    }
    let sum = numbers.iter().filter_map(|number| number.as_f64()).sum();
    Number::from_f64(sum).map(Value::Number)
}
