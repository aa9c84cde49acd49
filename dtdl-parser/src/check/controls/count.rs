//! Not more values below an element than the row of its class allows.
//!
//! Each value counts once, in however many ways it is reached, as the specification says. (The
//! reference parser counts a value once for every way.)

use super::depth::outermost;
use super::{Root, Survey, entry, set};
use crate::check::Places;
use crate::diagnostics::{Code, Problem};
use crate::graph::ElementIx;
use hashbrown::{HashMap, HashSet};

pub(super) fn check(survey: &Survey<'_>, problems: &mut Vec<Problem>) {
    if survey.roots.iter().all(|root| root.row.count.is_none()) {
        return;
    }
    let ways = ways(survey);
    let exceeds = |root: &Root<'_>, count: u64| {
        let bound = root.bound(root.row.count);
        bound.is_some_and(|bound| count > u64::from(bound))
    };
    // The number of ways is never less than the number of values, and is known for all at once.
    let mut excessive = HashMap::new();
    for root in survey
        .roots
        .iter()
        .filter(|root| exceeds(root, entry(&ways, root.ix)))
    {
        let bound = root.bound(root.row.count).unwrap_or_default();
        if exceeds(root, count(survey, root.ix, u64::from(bound))) {
            excessive.insert(root.ix, *root);
        }
    }
    if excessive.is_empty() {
        return;
    }
    for root in outermost(survey, &excessive) {
        let bound = root.bound(root.row.count).unwrap_or_default();
        problems.push(
            survey
                .scene
                .problem(Code::ExcessiveCount, root.element)
                .property(survey.props())
                .observed(count(survey, root.ix, u64::MAX))
                .limit(u64::from(bound))
                .at_element(root.element),
        );
    }
}

/// In how many ways values below each element are reached.
fn ways(survey: &Survey<'_>) -> Vec<u64> {
    let mut ways = survey.table(0_u64);
    for &ix in &survey.walk.order {
        let mut sum = 0_u64;
        for step in survey.route.steps(ix) {
            let below = match survey.walk.is_back(ix, step.to) {
                true => 0,
                false => entry(&ways, step.to),
            };
            sum = sum
                .saturating_add(u64::from(step.counts))
                .saturating_add(below);
        }
        set(&mut ways, ix, sum);
    }
    ways
}

/// How many values are reached from an element; no longer exact when greater than `enough`.
fn count(survey: &Survey<'_>, root: ElementIx, enough: u64) -> u64 {
    let mut count = 0;
    let mut seen: HashSet<ElementIx> = HashSet::from_iter([root]);
    let mut todo = vec![root];
    while let Some(ix) = todo.pop() {
        for step in survey.route.steps(ix) {
            count += u64::from(step.counts);
            if seen.insert(step.to) {
                todo.push(step.to);
            }
        }
        if count > enough {
            break;
        }
    }
    count
}
