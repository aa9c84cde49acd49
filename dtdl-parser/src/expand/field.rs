//! The property that is being read, as its row of the metamodel describes it.

use super::literals::Bounds;
use crate::graph::Key;
use crate::metamodel::{Added, ClassId, Kind, LimitId, Metamodel, Prop, PropId};

/// Which property is being read: one of the class, or one that a co-type adds.
#[derive(Clone, Copy)]
pub(super) enum Field {
    Own(&'static Prop),
    Added(&'static Added),
}

impl Field {
    pub(super) fn key(self) -> Key {
        match self {
            Self::Own(prop) => Key::Own(prop.id),
            Self::Added(added) => Key::Added(added.id),
        }
    }

    pub(super) fn term(self) -> &'static str {
        match self {
            Self::Own(prop) => prop.name,
            Self::Added(added) => Metamodel::get().supp_prop(added.id).term,
        }
    }

    /// The name as the reference parser gives it in problems about links, and as it stands in
    /// generated identifiers: added properties by their identifiers.
    pub(super) fn long_name(self) -> &'static str {
        match self {
            Self::Own(prop) => prop.name,
            Self::Added(added) => Metamodel::get().supp_prop(added.id).id.as_str(),
        }
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Own(prop) => prop.kind,
            Self::Added(added) => added.kind,
        }
    }

    pub(super) fn plural(self) -> bool {
        matches!(self, Self::Own(prop) if prop.plural)
    }

    pub(super) fn least_count(self) -> u32 {
        match self {
            Self::Own(prop) => prop.least_count,
            Self::Added(added) => u32::from(added.required),
        }
    }

    pub(super) fn bounds(self, limit: LimitId) -> Bounds {
        match self {
            Self::Own(prop) => Bounds {
                required: prop.required,
                max_length: prop
                    .max_length
                    .and_then(|lengths| lengths.get(limit.index()).copied()),
                pattern: prop.pattern,
                least: prop.least,
                most: prop.most,
            },
            Self::Added(added) => Bounds {
                required: added.required,
                max_length: added.max_length,
                pattern: added.pattern,
                least: added.least,
                most: None,
            },
        }
    }

    pub(super) fn segment(self) -> Option<PropId> {
        match self {
            Self::Own(prop) => prop.segment,
            Self::Added(_) => None,
        }
    }

    pub(super) fn needs_id(self) -> bool {
        matches!(self, Self::Own(prop) if prop.needs_id)
    }

    pub(super) fn needs_type(self) -> bool {
        match self {
            Self::Own(prop) => prop.needs_type,
            Self::Added(_) => true,
        }
    }

    /// The class of the elements that may stand as values in place, if any may.
    pub(super) fn nested_class(self) -> Option<ClassId> {
        let kind = self.kind();
        if matches!(self, Self::Added(_)) && kind.class().is_some() {
            return None;
        }
        // Of the classes among the co-types, only those of DTDL v2 have elements of their own.
        class_of(kind)
    }
}

/// The class of the elements that are values of a kind.
pub(super) fn class_of(kind: Kind) -> Option<ClassId> {
    let co_typed = kind.co_type();
    kind.class()
        .or_else(|| Metamodel::get().co_type(co_typed?).class)
}

/// Whether values of a kind are elements.
pub(super) fn is_object(kind: Kind) -> bool {
    matches!(kind, Kind::Object(_) | Kind::CoTyped(_))
}
