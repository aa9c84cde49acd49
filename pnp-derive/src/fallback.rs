//! Impls of items with mistakes, so that uses of the type don't fail for the lack of an impl.
//!
//! Nothing here ever runs: the mistakes themselves stop the compile.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericParam, Path, TraitItem};

use crate::ast::{Enumeration, Handler, Interface, Record, RecordKind};
use crate::expand::{impl_attributes, result};

impl Interface<'_> {
    /// The interface with an empty id, and its accessors; nothing where it has parameters, for which
    /// no impl is right.
    pub(crate) fn fallback(&self) -> TokenStream {
        let Self { ident, runtime, .. } = self;
        if !self.generics.params.is_empty() {
            return TokenStream::new();
        }
        let attributes = impl_attributes();
        let accessors = self.accessors();
        quote! {
            #attributes
            impl #runtime::Interface for #ident {
                const ID: &'static ::core::primitive::str = "";
            }
            #accessors
        }
    }
}

impl Record<'_> {
    /// The impl, of the interface that is stated or else of a stand-in.
    pub(crate) fn fallback(&self) -> TokenStream {
        let pnp = &self.runtime;
        let interface = match &self.interface {
            Some(path) => path.to_token_stream(),
            None => quote!(#pnp::__private::NoInterface),
        };
        let body = match self.kind {
            RecordKind::Telemetry => {
                let encode = unreachable_encode(pnp);
                quote! {
                    type Interface = #interface;
                    #encode
                }
            }
            RecordKind::Properties => {
                let encoded = result(&quote!(()), pnp, "EncodeError");
                quote! {
                    type Interface = #interface;
                    fn encode_each(&self, _: &mut #pnp::__private::Each<'_>) -> #encoded {
                        ::core::unreachable!()
                    }
                }
            }
            RecordKind::Object => unreachable_schema(pnp),
        };
        self.in_impl(&body)
    }
}

impl Enumeration<'_> {
    /// The impl.
    pub(crate) fn fallback(&self) -> TokenStream {
        self.in_impl(&unreachable_schema(&self.runtime))
    }
}

impl Handler {
    /// The trait, and an impl for its interface where that can be named.
    pub(crate) fn fallback(&self) -> TokenStream {
        let pnp = &self.runtime;
        if self.interface.is_none() || !self.is_dyn_compatible() {
            return self.item.to_token_stream();
        }
        let actual = result(&quote!(#pnp::__private::StdString), pnp, "EncodeError");
        let response = result(&quote!(#pnp::__private::StdString), pnp, "CommandError");
        self.with_impls(&quote! {
            const SHAPE: &'static #pnp::Shape = &#pnp::Shape {
                writable: &[],
                commands: &[],
                components: &[],
            };
            fn actual(
                _: &mut Self::Handler<'_>,
                _: #pnp::Address<'_>,
            ) -> ::core::option::Option<#actual> {
                ::core::unreachable!()
            }
            fn desired(
                _: &mut Self::Handler<'_>,
                _: #pnp::Address<'_>,
                _: ::core::option::Option<&#pnp::schema::Value>,
                _: ::core::primitive::i64,
                _: #pnp::Reason,
            ) -> ::core::option::Option<#pnp::WritableOutcome> {
                ::core::unreachable!()
            }
            fn command(
                _: &mut Self::Handler<'_>,
                _: #pnp::Address<'_>,
                _: &[::core::primitive::u8],
            ) -> #response {
                ::core::unreachable!()
            }
        })
    }
}

impl Handler {
    /// Whether `dyn Trait` can be named; the mistake that prevents it is noted already.
    fn is_dyn_compatible(&self) -> bool {
        let signatures = self.item.items.iter().filter_map(|item| {
            if let TraitItem::Fn(function) = item {
                Some(&function.sig)
            } else {
                None
            }
        });
        self.item.generics.params.is_empty()
            && signatures.into_iter().all(|signature| {
                signature.receiver().is_some()
                    && signature.asyncness.is_none()
                    && signature
                        .generics
                        .params
                        .iter()
                        .all(|parameter| matches!(parameter, GenericParam::Lifetime(_)))
            })
    }
}

fn unreachable_encode(pnp: &Path) -> TokenStream {
    let encoded = result(&quote!(()), pnp, "EncodeError");
    quote! {
        fn encode(&self, _: &mut #pnp::Encoder<'_>) -> #encoded {
            ::core::unreachable!()
        }
    }
}

fn unreachable_schema(pnp: &Path) -> TokenStream {
    let encode = unreachable_encode(pnp);
    let decoded = result(&quote!(Self), pnp, "DecodeError");
    quote! {
        #encode
        fn decode(_: &#pnp::schema::Value) -> #decoded {
            ::core::unreachable!()
        }
    }
}
