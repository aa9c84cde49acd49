//! Names in Rust: word splitting, keywords, and one name a claimant in every scope.
//!
//! Wire names never pass through here: they stand in the output as string literals.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use proc_macro2::{Ident, Span};

use crate::collision::{Collision, Party};

/// How Rust writes the names of one namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// Fields, functions, parameters, modules.
    Snake,
    /// Types and variants.
    Camel,
}

/// Words that can't be an identifier as they are: the strict and the reserved keywords of all
/// editions (Rust reference, "Keywords"), so that the same text compiles under each of them.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords that can't be a raw identifier either.
const NEVER_RAW: &[&str] = &["crate", "self", "Self", "super", "_"];

/// Words that the usual splitting would cut in the wrong place.
const SPELLINGS: &[(&str, &str)] = &[("IoT", "Iot")];

/// The name that a DTDL name or path has in Rust, before keywords and collisions are looked at.
///
/// ASCII only: any other character parts two words.
pub(super) fn convert(name: &str, case: Case) -> String {
    let ascii: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let spelled = SPELLINGS
        .iter()
        .fold(ascii, |name, (from, to)| name.replace(from, to));
    let snake = spelled.to_snake_case();
    let name = match case {
        Case::Snake => snake,
        Case::Camel => camel(&snake),
    };
    match (name.chars().next(), case) {
        (None, Case::Snake) => "unnamed".to_owned(),
        (None, Case::Camel) => "Unnamed".to_owned(),
        (Some('0'..='9'), Case::Snake) => format!("_{name}"),
        (Some('0'..='9'), Case::Camel) => format!("V{name}"),
        (Some(_), _) => name,
    }
}

/// Capitalises the words of a snake-case name. Digits on both sides of a border keep it visible, so
/// that `v1_1` and `v11` stay two names.
fn camel(snake: &str) -> String {
    let mut out = String::with_capacity(snake.len());
    for word in snake.split('_') {
        let mut chars = word.chars();
        let Some(first) = chars.next() else { continue };
        if first.is_ascii_digit() && out.ends_with(|c: char| c.is_ascii_digit()) {
            out.push('_');
        }
        out.push(first.to_ascii_uppercase());
        out.push_str(chars.as_str());
    }
    out
}

/// The identifier of a converted name: raw where it is a keyword, with `_` behind it where Rust allows
/// no raw form.
pub(super) fn ident(name: &str) -> Ident {
    if NEVER_RAW.contains(&name) {
        Ident::new(&format!("{name}_"), Span::call_site())
    } else if KEYWORDS.contains(&name) {
        Ident::new_raw(name, Span::call_site())
    } else {
        Ident::new(name, Span::call_site())
    }
}

/// A scope of the generated code, in which every name stands once.
pub(super) struct Scope {
    /// What it is, for messages: "fields of `Telemetry`".
    what: String,
    taken: BTreeMap<String, Option<Party>>,
    /// What had to give way so far.
    pub(super) collisions: Vec<Collision>,
}

impl Scope {
    /// An empty scope.
    pub(super) fn new(what: String) -> Self {
        Self {
            what,
            taken: BTreeMap::new(),
            collisions: Vec::new(),
        }
    }

    /// Takes a name for something that every output of this kind has.
    pub(super) fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned(), None);
    }

    /// Whether nobody has a name yet.
    pub(super) fn is_free(&self, name: &str) -> bool {
        !self.taken.contains_key(name)
    }

    /// The first free name for a part of the model: the converted one, else the same with a number.
    /// Earlier claims win, so source order decides.
    pub(super) fn claim(&mut self, wanted: &str, case: Case, party: Party) -> String {
        let mut name = wanted.to_owned();
        if let Some(first) = self.taken.get(wanted).cloned() {
            let numbers = 2_usize..;
            let mut others = numbers.map(|number| numbered(wanted, number, case));
            name = others.find(|other| self.is_free(other)).unwrap_or(name);
            self.collisions.push(Collision {
                scope: self.what.clone(),
                name: wanted.to_owned(),
                first,
                second: party.clone(),
                chosen: name.clone(),
            });
        }
        self.taken.insert(name.clone(), Some(party));
        name
    }

    /// As [`claim`](Self::claim), for a part whose name others often have: then it is called by name
    /// and `kind`, which is no collision.
    pub(super) fn claim_or(
        &mut self,
        wanted: &str,
        kind: &str,
        case: Case,
        party: Party,
    ) -> String {
        let longer = format!("{wanted}{kind}");
        let wanted = if self.is_free(wanted) || !self.is_free(&longer) {
            wanted
        } else {
            &longer
        };
        self.claim(wanted, case, party)
    }
}

/// `temperature_2`, `Temperature2`; a digit at the end keeps its distance: `Pm2_5_2`.
fn numbered(name: &str, number: usize, case: Case) -> String {
    match case {
        Case::Camel if !name.ends_with(|c: char| c.is_ascii_digit()) => format!("{name}{number}"),
        Case::Snake | Case::Camel => format!("{name}_{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(name: &str) -> Party {
        Party {
            name: name.to_owned(),
            id: format!("dtmi:x:{name};1"),
            place: None,
        }
    }

    #[test]
    fn names_of_real_models_become_readable() {
        let table = [
            ("fooBar", "foo_bar", "FooBar"),
            ("FooBar", "foo_bar", "FooBar"),
            ("PM2_5", "pm2_5", "Pm2_5"),
            ("pm25", "pm25", "Pm25"),
            ("SAM_IoT_Wx_v2", "sam_iot_wx_v2", "SamIotWxV2"),
            ("EtcGMT9", "etc_gmt9", "EtcGmt9"),
            ("EtcGMT_9", "etc_gmt_9", "EtcGmt9"),
            ("DG_10_12_6X", "dg_10_12_6x", "Dg10_12_6x"),
            ("a__b", "a_b", "AB"),
            ("thermostat1", "thermostat1", "Thermostat1"),
        ];
        for (name, snake, camel) in table {
            assert_eq!(convert(name, Case::Snake), snake);
            assert_eq!(convert(name, Case::Camel), camel);
        }
    }

    #[test]
    fn any_text_becomes_an_identifier() {
        let table = [
            ("", "unnamed", "Unnamed"),
            ("___", "unnamed", "Unnamed"),
            ("0b0a", "_0b0a", "V0b0a"),
            ("Etc/GMT+9", "etc_gmt_9", "EtcGmt9"),
            ("GPS ", "gps", "Gps"),
            ("succès", "succ_s", "SuccS"),
            ("日本", "unnamed", "Unnamed"),
            ("*/ evil", "evil", "Evil"),
        ];
        for (text, snake, camel) in table {
            assert_eq!(convert(text, Case::Snake), snake, "{text}");
            assert_eq!(convert(text, Case::Camel), camel, "{text}");
            assert!(syn::parse_str::<Ident>(&ident(snake).to_string()).is_ok());
        }
    }

    #[test]
    fn every_keyword_of_every_edition_becomes_an_identifier() {
        for keyword in KEYWORDS {
            let text = ident(keyword).to_string();
            assert!(syn::parse_str::<Ident>(&text).is_ok(), "{text}");
            assert_ne!(text, *keyword);
        }
        assert_eq!(ident("type").to_string(), "r#type");
        assert_eq!(ident("gen").to_string(), "r#gen");
        assert_eq!(ident("self").to_string(), "self_");
        assert_eq!(ident("Self").to_string(), "Self_");
        assert_eq!(ident("_").to_string(), "__");
    }

    #[test]
    fn a_name_that_syn_would_refuse_is_in_the_keyword_table() {
        // syn knows the keywords up to its own release; whatever it refuses, we must escape.
        for word in [
            "async", "await", "dyn", "try", "abstract", "yield", "crate", "_",
        ] {
            assert!(syn::parse_str::<Ident>(word).is_err());
            assert!(syn::parse_str::<Ident>(&ident(word).to_string()).is_ok());
        }
    }

    #[test]
    fn the_first_in_source_order_keeps_its_name_and_the_rest_is_reported() {
        let mut scope = Scope::new("fields of `Telemetry`".to_owned());
        assert_eq!(
            scope.claim("temperature", Case::Snake, party("Temperature")),
            "temperature"
        );
        assert_eq!(
            scope.claim("temperature_2", Case::Snake, party("x")),
            "temperature_2"
        );
        assert_eq!(
            scope.claim("temperature", Case::Snake, party("temperature")),
            "temperature_3"
        );
        assert_eq!(scope.collisions.len(), 1);
        assert_eq!(scope.collisions[0].chosen, "temperature_3");
        assert_eq!(
            scope.collisions[0].first.as_ref().unwrap().name,
            "Temperature"
        );
    }
}
