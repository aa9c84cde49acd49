//! What a co-type asks of its own element: which co-types may not stand beside it, and of what types
//! the values of properties are.

use super::conform;
use super::literal::Literal;
use super::{Places, Scene};
use crate::diagnostics::{Code, Problem};
use crate::graph::{Element, Key};
use crate::json;
use crate::metamodel::{Added, CoType, Kind, Need, TypeRef};

pub(super) fn check(scene: Scene<'_>, problems: &mut Vec<Problem>) {
    for (_, element) in scene.subjects() {
        if element.co_types.is_empty() {
            continue;
        }
        for &co_type in &element.co_types {
            beside(scene, element, scene.metamodel.co_type(co_type), problems);
        }
        // A co-type comes before what it is built from, and its declaration of a property is closer.
        let mut declared = Vec::new();
        for co_type in scene.lineage(element) {
            let row = scene.metamodel.co_type(co_type);
            for need in &row.needs {
                needed(scene, element, need, problems);
            }
            for added in &row.has {
                if !declared.contains(&added.id) {
                    declared.push(added.id);
                    added_types(scene, element, added, problems);
                    instance(scene, element, added, problems);
                }
            }
        }
    }
}

/// Reports co-types that may not stand beside one.
fn beside(scene: Scene<'_>, element: &Element, row: &CoType, problems: &mut Vec<Problem>) {
    if row.without.is_empty() {
        return;
    }
    for &other in &element.co_types {
        let other = scene.metamodel.co_type(other);
        if row.without.contains(&other.id) {
            problems.push(
                scene
                    .problem(Code::DisallowedCocotype, element)
                    .type_(row.term)
                    .restriction(other.term)
                    .at_type(element),
            );
        }
    }
}

/// Reports values of a property of the class that a co-type does not take.
fn needed(scene: Scene<'_>, element: &Element, need: &Need, problems: &mut Vec<Problem>) {
    let key = Key::Own(need.prop);
    let problem = |code, target: &Element| {
        scene
            .problem(code, element)
            .property(scene.metamodel.prop_name(need.prop))
            .secondary_id(scene.id(target))
            .at_name(element, key)
    };
    for edge in element.edges(need.prop) {
        let Some((_, target)) = scene.target(edge) else {
            continue;
        };
        let fits = |wanted: &TypeRef| scene.has_type(target, *wanted);
        if !need.types.is_empty() && !need.types.iter().any(fits) {
            let names = need.types.iter().map(|wanted| type_name(scene, *wanted));
            let names = names.collect::<Vec<_>>().join(" or ");
            problems.push(problem(Code::NotRequiredType, target).type_(names));
        }
        let id = scene.graph.strings.name(target.id);
        if !need.values.is_empty() && !need.values.iter().any(|wanted| wanted == id) {
            let terms = need
                .values
                .iter()
                .map(|wanted| scene.metamodel.term_or_id(wanted));
            let terms = terms.collect::<Vec<_>>().join(" or ");
            problems.push(problem(Code::NotRequiredValue, target).restriction(terms));
        }
    }
}

fn type_name(scene: Scene<'_>, wanted: TypeRef) -> &'static str {
    match wanted {
        TypeRef::Class(class) => scene.metamodel.class(class).name,
        TypeRef::CoType(co_type) => scene.metamodel.co_type(co_type).term,
    }
}

/// Reports values of an added property that are not of its type. Where a value must be defined below
/// a given element, that has been checked and says more.
fn added_types(scene: Scene<'_>, element: &Element, added: &Added, problems: &mut Vec<Problem>) {
    let wanted = if let Kind::Object(class) = added.kind {
        TypeRef::Class(class)
    } else if let Kind::CoTyped(co_type) = added.kind {
        TypeRef::CoType(co_type)
    } else {
        return;
    };
    let Some(value) = element.added(added.id).filter(|_| added.child_of.is_none()) else {
        return;
    };
    for edge in value.edges() {
        let Some((_, target)) = scene.target(edge) else {
            continue;
        };
        if !scene.has_type(target, wanted) {
            problems.push(
                scene
                    .problem(Code::NotRequiredType, element)
                    .property(scene.metamodel.supp_prop(added.id).id.as_str())
                    .secondary_id(scene.id(target))
                    .type_(type_name(scene, wanted))
                    .at_name(element, Key::Added(added.id)),
            );
        }
    }
}

/// Reports the value of an added property that is no value of the schema that governs it.
fn instance(scene: Scene<'_>, element: &Element, added: &Added, problems: &mut Vec<Problem>) {
    let key = Key::Added(added.id);
    let (Some(governing), Some(value)) = (added.instance, element.added(added.id)) else {
        return;
    };
    let Some(value) = Literal::of(value, &scene.graph.strings) else {
        return;
    };
    let digits;
    let kind = match value {
        Literal::Bool(truth) => json::Kind::Bool(truth),
        Literal::Int(number) => {
            digits = number.to_string();
            json::Kind::Number(&digits)
        }
        Literal::Number(text) => json::Kind::Number(text),
        Literal::Text(text) => json::Kind::String(text),
    };
    for edge in element.edges(governing) {
        let Some((schema, _)) = scene.target(edge) else {
            continue;
        };
        let violations = conform::literal(scene.graph, scene.metamodel, schema, kind);
        if violations.is_empty() {
            continue;
        }
        let mut problem = scene
            .problem(Code::NonConformantPropertyValue, element)
            .property(scene.metamodel.supp_prop(added.id).term)
            .restriction(scene.metamodel.prop_name(governing))
            .violations(violations);
        problem.primary = element.value_span(key).or(element.span);
        problem.secondary = element.value_span(Key::Own(governing));
        problems.push(problem);
    }
}
