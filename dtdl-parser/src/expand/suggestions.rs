//! What an author may have meant by a name that nothing defines.

use super::context::Active;
use crate::diagnostics::suggest;
use crate::metamodel::{Class, ClassId, CoType, CoTypeId, Metamodel};

/// Types with names like a given one: classes that may stand here, and co-types of active contexts.
pub(super) fn types(name: &str, expected: ClassId, active: &Active) -> Vec<String> {
    let metamodel = Metamodel::get();
    let classes = metamodel.class(expected).instantiable(active.version);
    let classes = classes.iter().map(|class| metamodel.class(class).name);
    let contexts: Vec<_> = std::iter::once(active.core)
        .chain(active.extensions.iter().copied())
        .collect();
    let fits = |row: &&CoType| !row.is_abstract && contexts.contains(&row.context);
    let co_types = metamodel.co_types().iter().filter(fits).map(|row| row.term);
    suggest(name, classes.chain(co_types))
}

/// Properties with names like a given one: those of the class and of the co-types.
pub(super) fn members(
    name: &str,
    class: &Class,
    co_types: &[CoTypeId],
    version: u8,
) -> Vec<String> {
    let metamodel = Metamodel::get();
    let own = class
        .props(version)
        .iter()
        .filter(|prop| !prop.derived && !prop.hidden)
        .map(|prop| prop.name);
    let added = co_types.iter().flat_map(|&co_type| {
        metamodel
            .co_type(co_type)
            .has
            .iter()
            .map(|added| metamodel.supp_prop(added.id).term)
    });
    suggest(name, own.chain(added).chain(["@id", "@type", "@context"]))
}

/// Terms of standard elements with names like a given one that pass for a class.
pub(super) fn elements(name: &str, class: ClassId, active: &Active) -> Vec<String> {
    let metamodel = Metamodel::get();
    let fits = |element: &&crate::metamodel::StdElement| {
        element.version == active.version && metamodel.is_a(element.class, class)
    };
    let terms = metamodel
        .elements()
        .iter()
        .filter(fits)
        .map(|element| element.term);
    suggest(name, terms)
}

/// The newest extension that defines a type of that name for a version of DTDL.
pub(super) fn home_of_type(name: &str, version: u8) -> Option<&'static str> {
    home(version, |row| row.term == name && !row.is_abstract)
}

/// The newest extension that defines a co-type with a property of that name for a version of DTDL.
pub(super) fn home_of_member(name: &str, version: u8) -> Option<&'static str> {
    let metamodel = Metamodel::get();
    home(version, |row| {
        row.has
            .iter()
            .any(|added| metamodel.supp_prop(added.id).term == name)
    })
}

fn home(version: u8, defines: impl Fn(&CoType) -> bool) -> Option<&'static str> {
    let metamodel = Metamodel::get();
    let rows = metamodel.co_types().iter();
    rows.filter(|row| row.versions.has(version) && defines(row))
        .map(|row| metamodel.context(row.context))
        .filter(|context| !context.core)
        .max_by_key(|context| context.version)
        .map(|context| context.id.as_str())
}
