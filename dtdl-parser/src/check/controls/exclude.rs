//! Nothing of some class below an element.

use super::Survey;
use crate::check::Places;
use crate::diagnostics::{Code, Problem};
use crate::graph::ElementIx;
use crate::metamodel::ClassId;

pub(super) fn check(survey: &Survey<'_>, problems: &mut Vec<Problem>) {
    let Some(class) = survey.roots.first().and_then(|root| root.row.exclude) else {
        return;
    };
    // What every knot leads to; knots come after those that they lead to.
    let mut found: Vec<Option<ElementIx>> = vec![None; survey.walk.knots];
    for &ix in &survey.walk.order {
        let first = first(survey, ix, class, &found);
        if let Some(slot @ None) = found.get_mut(survey.walk.knot(ix)) {
            *slot = first;
        }
    }
    for root in &survey.roots {
        let around = || found.get(survey.walk.knot(root.ix)).copied().flatten();
        let excluded = first(survey, root.ix, class, &found).or_else(around);
        let Some(excluded) = excluded.and_then(|ix| survey.element(ix)) else {
            continue;
        };
        let metamodel = survey.scene.metamodel;
        problems.push(
            survey
                .scene
                .problem(Code::ExcludedType, root.element)
                .property(survey.props())
                .secondary_id(survey.scene.id(excluded))
                .restriction(metamodel.class(class).name)
                .type_(metamodel.class(root.row.class).name)
                .at_element(root.element)
                .against_element(excluded),
        );
    }
}

/// The first element of the class that an element leads to, by a link of its own or by what the
/// elements below it are known to lead to.
fn first(
    survey: &Survey<'_>,
    ix: ElementIx,
    class: ClassId,
    found: &[Option<ElementIx>],
) -> Option<ElementIx> {
    survey.route.steps(ix).find_map(|step| {
        let is_class = step.counts
            && survey
                .element(step.to)
                .is_some_and(|element| survey.scene.metamodel.is_a(element.class, class));
        if is_class {
            return Some(step.to);
        }
        found.get(survey.walk.knot(step.to)).copied().flatten()
    })
}
