//! What a declaration says of itself beyond its meaning on the wire: documentation, names for people,
//! units. It ends up in the model that `dtdl_of` prints.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, Ident, LitStr, Meta, Path};

use crate::attr::Entries;
use crate::problem::Problems;

/// What people read about a part of the model.
#[derive(Default)]
pub(crate) struct Words {
    /// The values of its `#[doc = …]`.
    docs: Vec<Expr>,
    display_name: Option<LitStr>,
    description: Option<LitStr>,
    comment: Option<LitStr>,
}

/// A semantic type and its unit.
#[derive(Default)]
pub(crate) struct Quantity {
    semantic: Option<LitStr>,
    unit: Option<LitStr>,
    /// The keys, be their values right or wrong.
    semantic_key: Option<Ident>,
    unit_key: Option<Ident>,
}

impl Words {
    pub(crate) fn of(entries: &Entries, attributes: &[Attribute]) -> Self {
        Self {
            docs: attributes.iter().filter_map(doc).collect(),
            display_name: entries.text("display_name").cloned(),
            description: entries.text("description").cloned(),
            comment: entries.text("comment").cloned(),
        }
    }

    /// What a method says of its response, which has no documentation of its own.
    pub(crate) fn of_response(entries: &Entries) -> Self {
        Self {
            display_name: entries.text("response_display_name").cloned(),
            description: entries.text("response_description").cloned(),
            ..Self::default()
        }
    }

    /// `Words { docs: &["…"], display_name: …, … }`.
    pub(crate) fn expand(&self, pnp: &Path) -> TokenStream {
        let docs = &self.docs;
        let display_name = option(self.display_name.as_ref());
        let description = option(self.description.as_ref());
        let comment = option(self.comment.as_ref());
        quote! {
            #pnp::describe::Words {
                docs: &[#(#docs),*],
                display_name: #display_name,
                description: #description,
                comment: #comment,
            }
        }
    }
}

impl Quantity {
    pub(crate) fn of(entries: &Entries) -> Self {
        Self {
            semantic: entries.text("semantic").cloned(),
            unit: entries.text("unit").cloned(),
            semantic_key: entries.key("semantic").cloned(),
            unit_key: entries.key("unit").cloned(),
        }
    }

    /// Notes what is no term, and one without the other.
    pub(crate) fn check(&self, problems: &mut Problems) {
        for term in [&self.semantic, &self.unit].into_iter().flatten() {
            if !is_term(&term.value()) {
                problems.at(
                    term,
                    format_args!(
                        "`{}` is no term of DTDL: letters and digits, a letter first, \
                         such as `Temperature` and `degreeCelsius`",
                        term.value()
                    ),
                );
            }
        }
        // DTDL v2 to v4: `unit` is a property that semantic types add and require.
        match (&self.semantic_key, &self.unit_key) {
            (Some(key), None) => problems.at(
                key,
                "a semantic type has a unit; write `unit = \"…\"` beside it",
            ),
            (None, Some(key)) => problems.at(
                key,
                "a unit belongs to a semantic type; write `semantic = \"…\"` beside it",
            ),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }

    /// `Some(("Temperature", "degreeCelsius"))`.
    pub(crate) fn expand(&self) -> TokenStream {
        match (&self.semantic, &self.unit) {
            (Some(semantic), Some(unit)) => {
                quote!(::core::option::Option::Some((#semantic, #unit)))
            }
            _ => quote!(::core::option::Option::None),
        }
    }
}

/// `Some("…")` or `None`.
pub(crate) fn option(text: Option<&LitStr>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}

/// The text of a documentation comment, which may be a macro that gives it.
fn doc(attribute: &Attribute) -> Option<Expr> {
    if !attribute.path().is_ident("doc") {
        return None;
    }
    match &attribute.meta {
        Meta::NameValue(doc) => Some(doc.value.clone()),
        Meta::Path(_) | Meta::List(_) => None,
    }
}

/// A name that DTDL's contexts define.
fn is_term(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::is_term;

    #[test]
    fn terms_are_ascii_words() {
        assert!(is_term("degreeCelsius") && is_term("Temperature"));
        for text in ["", "degree Celsius", "°C", "1x", "a_b", "dtmi:a;1"] {
            assert!(!is_term(text), "{text}");
        }
    }
}
