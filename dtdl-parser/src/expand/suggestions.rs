//! What an author may have meant by a name that nothing defines.

use super::context::Active;
use crate::diagnostics::suggest;
use crate::metamodel::{Class, ClassId, CoTypeId, Metamodel};

/// Types with names like a given one: classes that may stand here, and co-types of active contexts.
pub(super) fn types(name: &str, expected: ClassId, active: &Active) -> Vec<String> {
    let metamodel = Metamodel::get();
    let classes = metamodel.class(expected).instantiable(active.version);
    let classes = classes.iter().map(|class| metamodel.class(class).name);
    let contexts: Vec<_> = std::iter::once(active.core)
        .chain(active.extensions.iter().copied())
        .collect();
    let fits =
        |row: &&crate::metamodel::CoType| !row.is_abstract && contexts.contains(&row.context);
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
