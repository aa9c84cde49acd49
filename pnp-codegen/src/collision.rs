//! Two names of a model that are one name in the target language.

use std::fmt;

use crate::ir::{Member, NamedType, Place};

/// One of the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its name in the model.
    pub name: String,
    /// Its DTMI.
    pub id: String,
    /// Where the model states it.
    pub place: Option<Place>,
}

/// Two parts of a model that would have one name in one scope of the generated code.
///
/// Names are case-sensitive in DTDL, so `fooBar` and `FooBar` are two contents of one interface; both
/// are the field `foo_bar`. The first in source order keeps the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// The scope, in words.
    pub scope: String,
    /// The name that both would have.
    pub name: String,
    /// Who has it; `None` where every output has something of that name.
    pub first: Option<Party>,
    /// Who came second.
    pub second: Party,
    /// The name that the second got.
    pub chosen: String,
}

impl Party {
    /// A type, called by its path.
    pub(crate) fn of_type(named: &NamedType) -> Self {
        Self {
            name: named.path.join("."),
            id: named.id.clone(),
            place: named.place.clone(),
        }
    }
}

impl From<&Member> for Party {
    fn from(member: &Member) -> Self {
        Self {
            name: member.name.clone(),
            id: member.id.clone(),
            place: member.place.clone(),
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({}", self.name.escape_debug(), self.id)?;
        if let Some(place) = &self.place {
            write!(f, " at {place}")?;
        }
        write!(f, ")")
    }
}

impl fmt::Display for Collision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in the {}, ", self.scope)?;
        match &self.first {
            Some(first) => write!(
                f,
                "{first} and {} are both `{}`; the latter",
                self.second, self.name
            )?,
            None => write!(
                f,
                "{} would be `{}`, which is taken; it",
                self.second, self.name
            )?,
        }
        write!(
            f,
            " became `{}`; rename(\"{}\", \"…\") gives it a name of your own",
            self.chosen, self.second.id
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collision_names_both_parties_their_places_and_the_way_out() {
        let place = |line| {
            Some(Place {
                file: "m.json".to_owned(),
                line,
                column: 5,
            })
        };
        let party = |name: &str, line| Party {
            name: name.to_owned(),
            id: format!("dtmi:x:_contents:__{name};1"),
            place: place(line),
        };
        let collision = Collision {
            scope: "fields of `Telemetry`".to_owned(),
            name: "foo_bar".to_owned(),
            first: Some(party("fooBar", 3)),
            second: party("FooBar", 9),
            chosen: "foo_bar_2".to_owned(),
        };
        assert_eq!(
            collision.to_string(),
            "in the fields of `Telemetry`, `fooBar` (dtmi:x:_contents:__fooBar;1 at m.json:3:5) and \
             `FooBar` (dtmi:x:_contents:__FooBar;1 at m.json:9:5) are both `foo_bar`; the latter \
             became `foo_bar_2`; rename(\"dtmi:x:_contents:__FooBar;1\", \"…\") gives it a name of \
             your own"
        );
    }
}
