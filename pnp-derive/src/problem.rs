//! The mistakes of one item, gathered so that one compile shows them all.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far in one item.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    combined: Option<syn::Error>,
}

impl Problems {
    /// Notes a mistake, with its caret under all of `tokens`.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Notes a mistake that has a place but no tokens, such as something missing.
    pub(crate) fn at_span(&mut self, span: Span, message: impl Display) {
        self.push(syn::Error::new(span, message));
    }

    fn push(&mut self, error: syn::Error) {
        match &mut self.combined {
            Some(combined) => combined.combine(error),
            None => self.combined = Some(error),
        }
    }

    /// The item's impl: `sound` where nothing is wrong, else the errors beside `stub`.
    ///
    /// The stub keeps one mistake from turning into further errors where the type is used.
    pub(crate) fn or_else(
        self,
        sound: impl FnOnce() -> TokenStream,
        stub: impl FnOnce() -> TokenStream,
    ) -> TokenStream {
        match self.combined {
            None => sound(),
            Some(errors) => {
                let mut tokens = errors.to_compile_error();
                tokens.extend(stub());
                tokens
            }
        }
    }

    /// The messages so far, one an entry.
    #[cfg(test)]
    pub(crate) fn messages(self) -> Vec<String> {
        self.combined
            .into_iter()
            .flatten()
            .map(|error| error.to_string())
            .collect()
    }
}
