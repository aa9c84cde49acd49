//! Which fields need indirection because their Object holds itself (DTDL v4 allows it).

use std::collections::{BTreeMap, BTreeSet};

use super::{Package, Schema, TypeKind};

/// Marks every field through which an Object contains itself by value.
///
/// Arrays and maps hold their elements apart from themselves in every target language, so only a field
/// whose schema is an Object itself counts. A field is marked when its Object can be reached again from
/// the field's own type, which cuts every cycle and marks nothing else.
pub(super) fn mark(package: &mut Package) {
    let holds = direct_fields(package);
    let on_cycle = |from: &str, to: &str| reaches(&holds, to, from);
    for named in types_mut(package) {
        if let TypeKind::Object(fields) = &mut named.kind {
            for field in fields {
                if let Schema::Named(target) = &field.schema {
                    field.recursive = on_cycle(&named.id, target);
                }
            }
        }
    }
}

/// Object → the Objects and Enums that it holds by value.
fn direct_fields(package: &Package) -> BTreeMap<String, BTreeSet<String>> {
    package
        .all_types()
        .filter_map(|named| match &named.kind {
            TypeKind::Object(fields) => {
                let held = fields.iter().filter_map(|field| match &field.schema {
                    Schema::Named(id) => Some(id.clone()),
                    Schema::Primitive(_) | Schema::Array(_) | Schema::Map(_) => None,
                });
                Some((named.id.clone(), held.collect()))
            }
            TypeKind::StringEnum(_) | TypeKind::IntegerEnum(_) => None,
        })
        .collect()
}

fn reaches(holds: &BTreeMap<String, BTreeSet<String>>, from: &str, goal: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        if id == goal {
            return true;
        }
        if seen.insert(id) {
            open.extend(holds.get(id).into_iter().flatten().map(String::as_str));
        }
    }
    false
}

fn types_mut(package: &mut Package) -> impl Iterator<Item = &mut super::NamedType> {
    package
        .interfaces
        .iter_mut()
        .flat_map(|interface| &mut interface.types)
        .chain(&mut package.types)
}
