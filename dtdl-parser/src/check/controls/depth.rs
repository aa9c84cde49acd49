//! Nothing nests deeper than the row of its class allows.

use super::cycles::Cyclic;
use super::{Root, Survey, entry, set};
use crate::check::Places;
use crate::diagnostics::{Code, Problem};
use crate::graph::ElementIx;
use hashbrown::HashMap;

/// How deep it goes below each element: the greatest number of counting links on a way down that
/// passes no element twice. A link back is counted and not followed, so that a cycle that a row allows
/// is as deep as it is long.
pub(super) struct Depths(Vec<u32>);

impl Depths {
    /// Whether it goes deeper below an element than its row allows.
    pub(super) fn is_excessive(&self, root: Root<'_>) -> bool {
        let bound = root.bound(root.row.depth);
        bound.is_some_and(|bound| entry(&self.0, root.ix) > bound)
    }
}

/// Reports the outermost elements below which it goes too deep. Those that lead to a cycle that they
/// may not lead to have been reported for that.
pub(super) fn check(survey: &Survey<'_>, cyclic: &Cyclic, problems: &mut Vec<Problem>) -> Depths {
    let depths = depths(survey);
    let wrong =
        |root: &&Root<'_>| depths.is_excessive(**root) && (root.row.cycles || !cyclic.has(root.ix));
    let roots: HashMap<ElementIx, Root<'_>> = survey
        .roots
        .iter()
        .filter(wrong)
        .map(|root| (root.ix, *root))
        .collect();
    if roots.is_empty() {
        return depths;
    }
    for root in outermost(survey, &roots) {
        problems.extend(problem(survey, &depths, root));
    }
    depths
}

fn depths(survey: &Survey<'_>) -> Depths {
    let mut depths = survey.table(0_u32);
    if survey.roots.iter().all(|root| root.row.depth.is_none()) {
        return Depths(depths);
    }
    for &ix in &survey.walk.order {
        let below = |to| match survey.walk.is_back(ix, to) {
            true => 0,
            false => entry(&depths, to),
        };
        let steps = survey.route.steps(ix);
        let deepest = steps
            .map(|step| u32::from(step.counts) + below(step.to))
            .max();
        set(&mut depths, ix, deepest.unwrap_or_default());
    }
    Depths(depths)
}

/// Those of some elements that no other of them leads to, in the order in which they were read.
pub(super) fn outermost<'s>(
    survey: &Survey<'s>,
    roots: &HashMap<ElementIx, Root<'s>>,
) -> Vec<Root<'s>> {
    let mut below = survey.table(false);
    let mut found = Vec::new();
    for &ix in survey.walk.order.iter().rev() {
        let root = roots.get(&ix);
        if let Some(root) = root.filter(|_| !entry(&below, ix)) {
            found.push(*root);
        }
        if root.is_some() || entry(&below, ix) {
            let steps = survey.route.steps(ix);
            for step in steps.filter(|step| step.to != ix) {
                set(&mut below, step.to, true);
            }
        }
    }
    found.sort_by_key(|root| root.ix);
    found
}

fn problem(survey: &Survey<'_>, depths: &Depths, root: Root<'_>) -> Option<Problem> {
    let bound = root.bound(root.row.depth)?;
    let deep = survey.element(too_deep(survey, depths, root, bound)?)?;
    let code = match survey.route.narrow {
        true => Code::ExcessiveDepthNarrow,
        false => Code::ExcessiveDepthWide,
    };
    let problem = survey
        .scene
        .problem(code, root.element)
        .secondary_id(survey.scene.id(deep))
        .observed(u64::from(bound) + 1)
        .limit(u64::from(bound))
        .at_element(root.element)
        .against_element(deep);
    Some(match survey.route.narrow {
        true => problem.property(survey.props()),
        false => problem,
    })
}

/// The element at the greatest allowed depth that still has a link that counts; where the row is about
/// what is inherited, the one that this link leads to.
fn too_deep(survey: &Survey<'_>, depths: &Depths, root: Root<'_>, bound: u32) -> Option<ElementIx> {
    let mut at = root.ix;
    let mut left = bound;
    loop {
        let mut steps = survey.route.steps(at);
        if left == 0 && survey.route.counts_from(at) {
            let first = steps.find(|step| step.counts)?;
            return Some(match root.row.imports {
                Some(_) => first.to,
                None => at,
            });
        }
        let step = steps.find(|step| {
            !survey.walk.is_back(at, step.to)
                && u32::from(step.counts) + entry(&depths.0, step.to) > left
        })?;
        left = left.checked_sub(u32::from(step.counts))?;
        at = step.to;
    }
}
