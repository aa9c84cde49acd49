//! Nothing leads back to itself, where the row of its class does not allow it.

use super::walk::Step;
use super::{Survey, entry, set};
use crate::check::Places;
use crate::diagnostics::{Code, Problem};
use crate::graph::ElementIx;
use hashbrown::HashSet;

/// Which elements lead to a cycle. Empty when there is none.
pub(super) struct Cyclic(Vec<bool>);

impl Cyclic {
    pub(super) fn has(&self, ix: ElementIx) -> bool {
        entry(&self.0, ix)
    }
}

/// Reports every forbidden cycle once. `told` are the elements of cycles that have been reported after
/// other walks.
pub(super) fn check(
    survey: &Survey<'_>,
    told: &mut HashSet<ElementIx>,
    problems: &mut Vec<Problem>,
) -> Cyclic {
    let cycles = cycles(survey);
    if cycles.iter().all(Option::is_none) {
        return Cyclic(Vec::new());
    }
    let forbidden = forbidden(survey);
    let mut reported = vec![false; cycles.len()];
    for &ix in &survey.walk.order {
        let knot = survey.walk.knot(ix);
        let Some(Some(turn)) = cycles.get(knot).copied() else {
            continue;
        };
        let is_new = entry(&forbidden, ix) && !told.contains(&ix);
        if is_new && reported.get(knot) == Some(&false) {
            if let Some(slot) = reported.get_mut(knot) {
                *slot = true;
            }
            problems.extend(problem(survey, turn));
        }
    }
    let of_reported = |ix: &&ElementIx| reported.get(survey.walk.knot(**ix)) == Some(&true);
    told.extend(survey.walk.order.iter().filter(of_reported));
    Cyclic(leading(survey, &cycles))
}

/// For each knot that is a cycle of links that count, the link to report it by: one that leads back.
fn cycles(survey: &Survey<'_>) -> Vec<Option<ElementIx>> {
    let mut cycles = vec![None; survey.walk.knots];
    for &from in &survey.walk.order {
        for step in survey.route.steps(from) {
            let closes = |step: Step| {
                step.counts
                    && survey.walk.is_knotted(from, step.to)
                    && (!survey.route.narrow || survey.walk.is_back(from, step.to))
            };
            if !closes(step) {
                continue;
            }
            if let Some(slot @ None) = cycles.get_mut(survey.walk.knot(from)) {
                *slot = Some(step.to);
            }
        }
    }
    cycles
}

/// The elements to which an element leads whose row forbids cycles.
fn forbidden(survey: &Survey<'_>) -> Vec<bool> {
    let mut forbidden = survey.table(false);
    for root in survey.roots.iter().filter(|root| !root.row.cycles) {
        set(&mut forbidden, root.ix, true);
    }
    for &ix in survey.walk.order.iter().rev() {
        if entry(&forbidden, ix) {
            for step in survey.route.steps(ix) {
                set(&mut forbidden, step.to, true);
            }
        }
    }
    forbidden
}

/// The elements that lead to a cycle.
fn leading(survey: &Survey<'_>, cycles: &[Option<ElementIx>]) -> Vec<bool> {
    let mut leading = survey.table(false);
    for &ix in &survey.walk.order {
        let own = matches!(cycles.get(survey.walk.knot(ix)), Some(Some(_)));
        let leads = own || survey.route.steps(ix).any(|step| entry(&leading, step.to));
        set(&mut leading, ix, leads);
    }
    leading
}

fn problem(survey: &Survey<'_>, entered: ElementIx) -> Option<Problem> {
    if survey.route.narrow {
        let element = survey.element(entered)?;
        let problem = survey
            .scene
            .problem(Code::RecursiveStructureNarrow, element);
        return Some(problem.property(survey.props()).at_element(element));
    }
    let element = survey.element(turning_point(survey, entered))?;
    let problem = survey.scene.problem(Code::RecursiveStructureWide, element);
    Some(problem.at_element(element))
}

/// Where the walk of the reference parser turns back, which is what it names: of the elements from
/// where the cycle is entered again, the first that has a link that counts, or else the last one of
/// the cycle on the way to it.
fn turning_point(survey: &Survey<'_>, entered: ElementIx) -> ElementIx {
    let mut seen: HashSet<ElementIx> = HashSet::from_iter([entered]);
    // The element, and the last one of the cycle on the way to it.
    let mut todo = vec![(entered, entered)];
    while let Some((ix, last)) = todo.pop() {
        let last = if survey.walk.is_knotted(ix, entered) {
            ix
        } else {
            last
        };
        if survey.route.counts_from(ix) {
            return last;
        }
        let steps: Vec<Step> = survey.route.steps(ix).collect();
        for step in steps.into_iter().rev() {
            if seen.insert(step.to) {
                todo.push((step.to, last));
            }
        }
    }
    entered
}
