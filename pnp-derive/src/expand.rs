//! The impls of sound items.
//!
//! Generated code resolves the same in any module: every path starts with `::core` or with the
//! runtime's path, and its own locals are `__pnp_*` at `Span::mixed_site()`, so that no name of the
//! user's, not even a constant, can capture them. All logic is in the runtime; what stands here is
//! the list of names and types that only the item knows.

mod describe;
mod enumeration;
mod handler;
mod interface;
mod record;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{GenericParam, Generics, Ident, Path, Type, parse_quote};

use crate::ty;

/// A local variable of generated code.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(&format!("__pnp_{name}"), Span::mixed_site())
}

/// What stands above every generated impl. A deprecated field or method is still sent and answered,
/// which is no use of it that its author could avoid.
pub(crate) fn impl_attributes() -> TokenStream {
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
    }
}

/// `Result<ok, error>` of the runtime.
pub(crate) fn result(ok: &TokenStream, pnp: &Path, error: &str) -> TokenStream {
    let error = Ident::new(error, Span::mixed_site());
    quote!(::core::result::Result<#ok, #pnp::#error>)
}

/// The item's generics, with `T: Schema` for each type parameter that is (part of) a value.
pub(crate) fn with_schema_bounds<'t>(
    generics: &Generics,
    pnp: &Path,
    values: impl Iterator<Item = &'t Type> + Clone,
) -> Generics {
    let mut bounded = generics.clone();
    for parameter in &generics.params {
        let GenericParam::Type(parameter) = parameter else {
            continue;
        };
        let ident = &parameter.ident;
        if values.clone().any(|value| ty::mentions(value, ident)) {
            bounded
                .make_where_clause()
                .predicates
                .push(parse_quote!(#ident: #pnp::Schema));
        }
    }
    bounded
}
