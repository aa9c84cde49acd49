//! What the members of an element hold, by name. A name means the same in each class that has it, so
//! the class isn't asked for.

use std::sync::LazyLock;

use super::contexts::Contexts;
use crate::metamodel::{Kind, Meaning, Metamodel};

/// What the values of a member are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Elements and references to elements.
    Elements,
    /// Texts by language.
    LangString,
    /// Other literal values.
    Literal,
    /// Something that no known extension defines.
    Unknown,
}

struct Roles {
    /// By number of a property of classes, and by number of a property that co-types add.
    own: Vec<Role>,
    added: Vec<Role>,
    /// Terms of properties whose values carry their name in their generated identifier.
    segments: Vec<&'static str>,
    /// Terms and identifiers of properties that authors should no longer write.
    deprecated: Vec<(&'static str, String)>,
}

static ROLES: LazyLock<Roles> = LazyLock::new(|| {
    let metamodel = Metamodel::get();
    let mut roles = Roles {
        own: Vec::new(),
        added: Vec::new(),
        segments: Vec::new(),
        deprecated: Vec::new(),
    };
    for class in metamodel.classes() {
        for prop in class.props.iter().flatten() {
            set(&mut roles.own, prop.id.index(), of(prop.kind));
            if prop.segment.is_some() {
                roles.segments.push(prop.name);
            }
            if prop.deprecated {
                roles.deprecated.push((prop.name, prop.uri.clone()));
            }
        }
    }
    for added in metamodel.co_types().iter().flat_map(|it| &it.has) {
        set(&mut roles.added, added.id.index(), of(added.kind));
    }
    roles
});

fn set(roles: &mut Vec<Role>, index: usize, role: Role) {
    if roles.len() <= index {
        roles.resize(index + 1, Role::Unknown);
    }
    if let Some(slot) = roles.get_mut(index) {
        *slot = role;
    }
}

fn of(kind: Kind) -> Role {
    match kind {
        Kind::Object(_) | Kind::CoTyped(_) => Role::Elements,
        Kind::LangString => Role::LangString,
        Kind::String
        | Kind::Boolean
        | Kind::Integer
        | Kind::Decimal
        | Kind::Duration
        | Kind::Literal
        | Kind::Identifier => Role::Literal,
    }
}

/// What the values of a member are.
pub(super) fn role(name: &str, contexts: &Contexts) -> Role {
    let meaning = contexts
        .id_of(name)
        .and_then(|id| Metamodel::get().meaning(id));
    let role = match meaning {
        Some(Meaning::Prop(prop, _)) => ROLES.own.get(prop.index()),
        Some(Meaning::Added(prop)) => ROLES.added.get(prop.index()),
        Some(Meaning::Class(..) | Meaning::CoType(_) | Meaning::Element(_) | Meaning::Other)
        | None => None,
    };
    role.copied().unwrap_or(Role::Unknown)
}

/// Whether the values of a property carry their name in their generated identifier.
pub(super) fn has_segment(term: &str) -> bool {
    ROLES.segments.contains(&term)
}

/// Whether a member is a property that authors should no longer write.
pub(super) fn is_deprecated(name: &str) -> bool {
    ROLES
        .deprecated
        .iter()
        .any(|(term, uri)| *term == name || uri == name)
}
