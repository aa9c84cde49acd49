//! Names as they travel: the two grammars that names in attributes must follow.

use syn::ext::IdentExt;
use syn::{Ident, LitStr};

use proc_macro2::Span;

use crate::attr::Entries;
use crate::problem::Problems;

/// A name on the wire and where the user wrote it.
#[derive(Debug, Clone)]
pub(crate) struct WireName {
    /// Byte for byte what is sent.
    pub(crate) text: String,
    /// The string literal, or the identifier that stands in for one.
    pub(crate) span: Span,
    origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A string literal.
    Written,
    /// No attribute: the identifier is the name.
    Implied,
    /// An attribute that can't be read, which is noted already: nothing is said of the identifier.
    StandIn,
}

impl WireName {
    /// What `key` says, else the identifier itself without `r#`.
    pub(crate) fn of_field(entries: &Entries, key: &'static str, ident: &Ident) -> Self {
        match entries.text(key) {
            Some(text) => Self::explicit(text),
            None => Self {
                text: ident.unraw().to_string(),
                span: ident.span(),
                origin: if entries.has(key) {
                    Origin::StandIn
                } else {
                    Origin::Implied
                },
            },
        }
    }

    /// What `name` says, else the variant's identifier with a small letter first (names in models
    /// begin small, variants large) and without the underscore that keeps it apart from a keyword
    /// (`Self_`).
    pub(crate) fn of_variant(entries: &Entries, ident: &Ident) -> Self {
        let mut name = Self::of_field(entries, "name", ident);
        if name.origin != Origin::Written {
            let mut chars = name.text.trim_end_matches('_').chars();
            name.text = chars
                .next()
                .map(|first| first.to_ascii_lowercase())
                .into_iter()
                .chain(chars)
                .collect();
        }
        name
    }

    /// What `name` says, else the parameter's identifier without the underscores that mark it unused or
    /// keep it apart from a keyword; else `otherwise`.
    pub(crate) fn of_parameter(
        entries: &Entries,
        ident: Option<&Ident>,
        otherwise: &str,
        span: Span,
    ) -> Self {
        let mut name = match (ident, entries.text("name")) {
            (_, Some(text)) => return Self::explicit(text),
            (Some(ident), None) => Self::of_field(entries, "name", ident),
            (None, None) => Self::implied("", span),
        };
        name.text = match name.text.trim_matches('_') {
            "" => otherwise.to_owned(),
            text => text.to_owned(),
        };
        name
    }

    /// A name that nothing here says.
    pub(crate) fn implied(text: &str, span: Span) -> Self {
        Self {
            text: text.to_owned(),
            span,
            origin: Origin::Implied,
        }
    }

    /// What the string literal says.
    pub(crate) fn explicit(text: &LitStr) -> Self {
        Self {
            text: text.value(),
            span: text.span(),
            origin: Origin::Written,
        }
    }

    /// The name as a string literal for generated code.
    pub(crate) fn literal(&self) -> LitStr {
        LitStr::new(&self.text, self.span)
    }

    /// Notes a name that DTDL doesn't allow.
    pub(crate) fn check(&self, key: &str, problems: &mut Problems) {
        if self.origin == Origin::StandIn || is_dtdl_name(&self.text) {
            return;
        }
        let fault = format!(
            "`{}` is no DTDL name: 1 to 512 letters a-z, digits and underscores, \
             a letter first and no underscore last",
            self.text
        );
        if self.origin == Origin::Implied {
            problems.at_span(
                self.span,
                format_args!("{fault}; give one with `#[pnp({key} = \"wireName\")]`"),
            );
        } else {
            problems.at_span(self.span, fault);
        }
    }
}

/// DTDL v2 to v4, `name`: `[a-zA-Z](?:[a-zA-Z0-9_]*[a-zA-Z0-9])?`; 512 is the longest that any
/// version allows (v3 and v4; v2 stops at 64).
fn is_dtdl_name(name: &str) -> bool {
    name.len() <= 512
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// What keeps `id` from being a DTMI (DTMI specification: `dtmi:` labels separated by colons, then
/// optionally `;` and a version of one or two numbers); `None` where it is one.
pub(crate) fn dtmi_fault(id: &str) -> Option<&'static str> {
    let Some(rest) = id.strip_prefix("dtmi:") else {
        return Some("it starts with `dtmi:`");
    };
    let (labels, version) = match rest.split_once(';') {
        Some((labels, version)) => (labels, Some(version)),
        None => (rest, None),
    };
    if !labels.split(':').all(is_label) {
        return Some(
            "between its colons stand letters, digits and underscores, no digit first and no \
             underscore last",
        );
    }
    if !version.is_none_or(is_version) {
        return Some(
            "after `;` stands a version from 1, such as `;1` or `;1.2`, without zeros in front",
        );
    }
    None
}

fn is_label(label: &str) -> bool {
    label
        .trim_start_matches('_')
        .starts_with(|c: char| c.is_ascii_alphanumeric())
        && !label.starts_with(|c: char| c.is_ascii_digit())
        && label.ends_with(|c: char| c.is_ascii_alphanumeric())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_version(version: &str) -> bool {
    let (major, minor) = match version.split_once('.') {
        Some((major, minor)) => (major, Some(minor)),
        None => (version, None),
    };
    is_number(major, 9) && minor.is_none_or(|minor| is_number(minor, 6))
}

/// Decimal digits, at most `longest`, the first of them not 0.
fn is_number(digits: &str, longest: usize) -> bool {
    (1..=longest).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{dtmi_fault, is_dtdl_name};

    #[test]
    fn dtdl_names_are_ascii_words() {
        for name in ["a", "temperature", "a1", "a_b", "type", "T"] {
            assert!(is_dtdl_name(name), "{name}");
        }
        for name in [
            "", "_a", "a_", "1a", "a-b", "a b", "é", "__t", "$version", "a\"b",
        ] {
            assert!(!is_dtdl_name(name), "{name}");
        }
        assert!(is_dtdl_name(&"a".repeat(512)));
        assert!(!is_dtdl_name(&"a".repeat(513)));
    }

    #[test]
    fn dtmis_are_accepted_with_and_without_version() {
        for id in [
            "dtmi:com:example:Thermostat;1",
            "dtmi:com:example:Thermostat;1.23",
            "dtmi:com:example:Thermostat",
            "dtmi:a;999999999.999999",
            "dtmi:_sys:a_b:__c1;1",
        ] {
            assert_eq!(dtmi_fault(id), None, "{id}");
        }
    }

    #[test]
    fn faulty_dtmis_are_told_by_their_part() {
        let starts = |id: &str, start: &str| {
            let fault = dtmi_fault(id).unwrap_or_default();
            assert!(fault.starts_with(start), "{id}: {fault}");
        };
        starts("com:example;1", "it starts");
        starts("DTMI:com:example;1", "it starts");
        for id in [
            "dtmi:",
            "dtmi:;1",
            "dtmi:a::b;1",
            "dtmi:1a;1",
            "dtmi:a_;1",
            "dtmi:a b;1",
            "dtmi:_;1",
            "dtmi:_1_;1",
        ] {
            starts(id, "between");
        }
        for id in [
            "dtmi:a;",
            "dtmi:a;0",
            "dtmi:a;01",
            "dtmi:a;1.",
            "dtmi:a;1.0",
            "dtmi:a;x",
            "dtmi:a;1;2",
            "dtmi:a;1#f",
            "dtmi:a;1234567890",
        ] {
            starts(id, "after");
        }
    }
}
