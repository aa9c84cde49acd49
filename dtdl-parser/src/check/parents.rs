//! What a co-type asks of the element that holds its own: a co-type of it, and which co-types the
//! siblings there have or lack.

use super::Places;
use super::groups::Group;
use crate::diagnostics::{Code, Problem};
use crate::graph::Element;
use crate::metamodel::{Below, CoTypeId};
use hashbrown::HashMap;

pub(super) fn check(group: Group<'_>, problems: &mut Vec<Problem>) {
    let lineages: Vec<Vec<CoTypeId>> = group
        .members
        .iter()
        .map(|member| group.scene.lineage(member))
        .collect();
    let mut counts: HashMap<CoTypeId, usize> = HashMap::new();
    for &co_type in lineages.iter().flatten() {
        *counts.entry(co_type).or_default() += 1;
    }
    let mut rules = Rules {
        group,
        held: group.scene.lineage(group.holder),
        counts,
        alone: Vec::new(),
        problems,
    };
    for (member, lineage) in group.members.iter().zip(&lineages) {
        for &co_type in lineage {
            let rows = &group.scene.metamodel.co_type(co_type).below;
            for below in rows.iter().filter(|below| below.prop == group.row.id) {
                let member = Member {
                    element: member,
                    lineage,
                    co_type,
                };
                rules.holder(member, below);
                rules.company(member, below);
                rules.note(member, below);
            }
        }
    }
    rules.singles();
}

/// A sibling and the co-type because of which it is looked at.
#[derive(Clone, Copy)]
struct Member<'g> {
    element: &'g Element,
    lineage: &'g [CoTypeId],
    co_type: CoTypeId,
}

struct Rules<'g, 'p> {
    group: Group<'g>,
    /// The co-types of the holder.
    held: Vec<CoTypeId>,
    /// How many siblings have each co-type.
    counts: HashMap<CoTypeId, usize>,
    /// The siblings with each co-type that only one may have.
    alone: Vec<(CoTypeId, Vec<&'g Element>)>,
    problems: &'p mut Vec<Problem>,
}

impl<'g> Rules<'g, '_> {
    fn problem(&self, code: Code, element: &Element, co_type: CoTypeId) -> Problem {
        let scene = self.group.scene;
        scene
            .problem(code, element)
            .property(self.group.row.name)
            .type_(scene.metamodel.co_type(co_type).term)
            .at_type(element)
    }

    /// Reports a holder that has none of the co-types of which it must have one.
    fn holder(&mut self, member: Member<'_>, below: &Below) {
        if !below.types.is_empty() && !below.types.iter().any(|wanted| self.held.contains(wanted)) {
            let problem = self.problem(Code::ParentMissingCotype, member.element, member.co_type);
            let wanted = self.group.scene.terms(&below.types);
            self.problems.push(problem.restriction(wanted));
        }
    }

    /// Reports that no sibling has the co-type that some sibling must have.
    fn company(&mut self, member: Member<'_>, below: &Below) {
        let Some(wanted) = below.beside else { return };
        let all = self.counts.get(&wanted).copied().unwrap_or_default();
        let others = all - usize::from(member.lineage.contains(&wanted));
        if others == 0 {
            let problem = self.problem(Code::SiblingMissingCotype, member.element, member.co_type);
            let term = self.group.scene.metamodel.co_type(wanted).term;
            self.problems.push(problem.restriction(term));
        }
    }

    /// Notes a sibling with a co-type that only one may have.
    fn note(&mut self, member: Member<'g>, below: &Below) {
        if !below.alone {
            return;
        }
        match self
            .alone
            .iter_mut()
            .find(|(known, _)| *known == member.co_type)
        {
            Some((_, members)) => members.push(member.element),
            None => self.alone.push((member.co_type, vec![member.element])),
        }
    }

    /// Reports siblings beside the one that may have a co-type. The one whose identifier comes first is
    /// named first, whatever the order of the text.
    fn singles(&mut self) {
        let scene = self.group.scene;
        for (co_type, mut members) in std::mem::take(&mut self.alone) {
            members.sort_by_key(|member| scene.graph.strings.name(member.id));
            let Some((first, others)) = members.split_first() else {
                continue;
            };
            for other in others {
                let mut problem = self
                    .problem(Code::SiblingDuplicatesCotype, first, co_type)
                    .secondary_id(scene.id(other))
                    .restriction(scene.metamodel.co_type(co_type).term);
                problem.secondary = other.type_span.or(other.span);
                self.problems.push(problem);
            }
        }
    }
}
