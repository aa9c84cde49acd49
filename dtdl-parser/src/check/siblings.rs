//! What a co-type asks of the sibling that an added property names, and what differs among siblings.

use super::groups::Group;
use super::literal::Literal;
use super::{Places, Scene};
use crate::diagnostics::{Code, Problem};
use crate::graph::{Element, Key, Sym};
use crate::metamodel::{Added, Agreement, CoTypeId, SiblingRule, SuppPropId, TypeRef};
use hashbrown::{HashMap, HashSet};

/// What has been said about siblings. Elements that are inherited stand in several groups, and what is
/// wrong with two of them is wrong once.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    told: HashSet<(Code, Sym, Sym)>,
}

/// Who first spoke of a sibling by name and of one of its properties by identifier.
type Spoken<'g> = HashMap<(&'g str, &'g str), &'g Element>;

impl Siblings {
    pub(super) fn check(&mut self, group: Group<'_>, problems: &mut Vec<Problem>) {
        self.differ(group, problems);
        let mut named = None;
        let mut spoken: HashMap<CoTypeId, Spoken<'_>> = HashMap::new();
        for current in group.members {
            for co_type in group.scene.lineage(current) {
                let row = group.scene.metamodel.co_type(co_type);
                if row.siblings.is_empty() && row.agrees.is_none() {
                    continue;
                }
                let named = named.get_or_insert_with(|| by_name(group));
                for rule in &row.siblings {
                    let Some(pair) = Pair::of(group, current, rule.by, named) else {
                        continue;
                    };
                    let spoken = spoken.entry(co_type).or_default();
                    self.once(group, pair, rule, spoken, problems);
                    self.sibling(pair, rule, problems);
                }
                if let Some(agreement) = &row.agrees
                    && let Some(pair) = Pair::of(group, current, agreement.by, named)
                {
                    self.agree(pair, agreement, problems);
                }
            }
        }
    }

    /// Whether something is said for the first time.
    fn is_new(&mut self, code: Code, one: &Element, other: &Element) -> bool {
        self.told.insert((code, one.id, other.id))
    }

    /// Reports equal values of an added property that differs among siblings.
    fn differ(&mut self, group: Group<'_>, problems: &mut Vec<Problem>) {
        let mut first: HashMap<(SuppPropId, Literal<'_>), &Element> = HashMap::new();
        for member in group.members {
            for co_type in group.scene.lineage(member) {
                let added = group.scene.metamodel.co_type(co_type).has.iter();
                for added in added.filter(|added| added.unique) {
                    let value = member.added(added.id);
                    let strings = &group.scene.graph.strings;
                    let Some(literal) = value.and_then(|value| Literal::of(value, strings)) else {
                        continue;
                    };
                    let known = *first.entry((added.id, literal)).or_insert(member);
                    if known.id != member.id
                        && self.is_new(Code::NonUniquePropertyValue, known, member)
                    {
                        problems.push(unequal(group, added, literal, known, member));
                    }
                }
            }
        }
    }

    /// Reports a second element that speaks of the same property of the same sibling.
    fn once<'g>(
        &mut self,
        group: Group<'g>,
        pair: Pair<'g>,
        rule: &SiblingRule,
        spoken: &mut Spoken<'g>,
        problems: &mut Vec<Problem>,
    ) {
        let Some(path) = rule.path.filter(|_| rule.once) else {
            return;
        };
        let Some(property) = text(group.scene, pair.current, path) else {
            return;
        };
        let known = *spoken.entry((pair.name, property)).or_insert(pair.current);
        if known.id == pair.current.id || !self.is_new(Code::MultipleReference, known, pair.current)
        {
            return;
        }
        let metamodel = group.scene.metamodel;
        let (by, path) = (metamodel.supp_prop(rule.by), metamodel.supp_prop(path));
        let term = metamodel.term_or_id(property);
        problems.push(
            group
                .scene
                .problem(Code::MultipleReference, group.holder)
                .property(group.row.name)
                .secondary_id(path.id.as_str())
                .aux_property(format!("'{}' and '{}'", by.term, path.term))
                .value(format!("'{}' and '{term}'", pair.name))
                .at_element(known)
                .against_element(pair.current),
        );
    }

    /// Reports a sibling that is not what a rule asks for.
    fn sibling(&mut self, pair: Pair<'_>, rule: &SiblingRule, problems: &mut Vec<Problem>) {
        let metamodel = pair.scene.metamodel;
        let target = pair.target;
        let is_a = |class| metamodel.is_a(target.class, class);
        if !rule.types.is_empty() && !rule.types.iter().any(|&class| is_a(class)) {
            let names = rule.types.iter().map(|&class| metamodel.class(class).name);
            let names = names.collect::<Vec<_>>().join(" or ");
            self.tell(pair, Code::NotSiblingRequiredType, names, problems);
        }
        if let Some(not) = rule.not
            && pair.scene.has_type(target, TypeRef::CoType(not))
        {
            let term = metamodel.co_type(not).term.to_owned();
            self.tell(pair, Code::DisallowedType, term, problems);
        }
        if let Some(path) = rule.path {
            self.path(pair, path, problems);
        }
    }

    fn tell(&mut self, pair: Pair<'_>, code: Code, types: String, problems: &mut Vec<Problem>) {
        if self.is_new(code, pair.current, pair.target) {
            problems.push(pair.problem(code).type_(types));
        }
    }

    /// Reports a sibling none of whose co-types adds the property that is spoken of.
    fn path(&mut self, pair: Pair<'_>, path: SuppPropId, problems: &mut Vec<Problem>) {
        let Some(property) = text(pair.scene, pair.current, path) else {
            return;
        };
        if pair.declared(property).is_some() {
            return;
        }
        let metamodel = pair.scene.metamodel;
        let class = metamodel.class(pair.target.class);
        let term = metamodel.term_or_id(property);
        let own = class.prop_named(pair.target.version, term).is_some();
        let code = if own {
            Code::MatchingPropertyNotSupplemental
        } else {
            Code::NoMatchingSupplementalProperty
        };
        if self.is_new(code, pair.current, pair.target) {
            problems.push(
                pair.problem(code)
                    .restriction(term.to_owned())
                    .transformation(metamodel.supp_prop(path).term)
                    .type_(class.name),
            );
        }
    }

    /// Reports a property that is not what the property of the sibling is declared to hold.
    fn agree(&mut self, pair: Pair<'_>, agreement: &Agreement, problems: &mut Vec<Problem>) {
        let property = text(pair.scene, pair.current, agreement.path);
        let declared = property.and_then(|property| pair.declared(property));
        let Some(wanted) = declared.and_then(|added| added.child_of.as_deref()) else {
            return;
        };
        let metamodel = pair.scene.metamodel;
        for edge in pair.current.edges(agreement.prop) {
            let found = pair.scene.graph.strings.name(edge.target);
            if found != wanted
                && self.is_new(Code::SiblingPropertyMismatch, pair.current, pair.target)
            {
                problems.push(
                    pair.scene
                        .problem(Code::SiblingPropertyMismatch, pair.current)
                        .property(metamodel.prop_name(agreement.prop))
                        .value(metamodel.term_or_id(found).to_owned())
                        .restriction(metamodel.term_or_id(wanted).to_owned())
                        .at_name(pair.current, Key::Own(agreement.prop)),
                );
            }
        }
    }
}

/// An element and the sibling that it names.
#[derive(Clone, Copy)]
struct Pair<'g> {
    scene: Scene<'g>,
    current: &'g Element,
    /// The added property that names the sibling.
    by: SuppPropId,
    name: &'g str,
    /// The property that the name is a value of.
    key: Option<crate::metamodel::PropId>,
    target: &'g Element,
}

impl<'g> Pair<'g> {
    /// An element and the sibling that it names, if there is one. It is not wrong that there is none:
    /// the specification says otherwise, but the suite has such models among the valid ones.
    fn of(
        group: Group<'g>,
        current: &'g Element,
        by: SuppPropId,
        named: &HashMap<&'g str, &'g Element>,
    ) -> Option<Self> {
        let name = text(group.scene, current, by)?;
        named.get(name).map(|&target| Self {
            scene: group.scene,
            current,
            by,
            name,
            key: group.row.key.or(group.row.segment),
            target,
        })
    }

    fn problem(self, code: Code) -> Problem {
        let metamodel = self.scene.metamodel;
        let problem = self
            .scene
            .problem(code, self.current)
            .property(metamodel.supp_prop(self.by).term)
            .secondary_id(self.scene.id(self.target))
            .value(self.name.to_owned())
            .at_name(self.current, Key::Added(self.by))
            .against_element(self.target);
        match self.key {
            Some(key) => problem.aux_property(metamodel.prop_name(key)),
            None => problem,
        }
    }

    /// What a co-type of the sibling declares an added property to be, by its identifier.
    fn declared(self, property: &str) -> Option<&'static Added> {
        let metamodel = self.scene.metamodel;
        let id = metamodel.added_with_id(property)?;
        let lineage = self.scene.lineage(self.target);
        lineage
            .into_iter()
            .flat_map(|co_type| &metamodel.co_type(co_type).has)
            .find(|added| added.id == id)
    }
}

/// The siblings by what names them. Of two with one name, which has been reported, the first.
fn by_name<'g>(group: Group<'g>) -> HashMap<&'g str, &'g Element> {
    let mut named = HashMap::new();
    let Some(key) = group.row.key.or(group.row.segment) else {
        return named;
    };
    for &member in group.members {
        if let Some(name) = member.text(key) {
            let name = group.scene.graph.strings.get(name);
            named.entry(name).or_insert(member);
        }
    }
    named
}

/// The text of an added property.
fn text<'g>(scene: Scene<'g>, element: &'g Element, prop: SuppPropId) -> Option<&'g str> {
    match Literal::of(element.added(prop)?, &scene.graph.strings)? {
        Literal::Text(text) => Some(text),
        Literal::Bool(_) | Literal::Int(_) | Literal::Number(_) => None,
    }
}

fn unequal(
    group: Group<'_>,
    added: &Added,
    value: Literal<'_>,
    first: &Element,
    again: &Element,
) -> Problem {
    let key = Key::Added(added.id);
    group
        .scene
        .problem(Code::NonUniquePropertyValue, group.holder)
        .property(group.row.name)
        .aux_property(group.scene.metamodel.supp_prop(added.id).term)
        .value(value.to_string())
        .at_name(first, key)
        .against_name(again, key)
}
