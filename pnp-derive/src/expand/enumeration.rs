use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::Lit;

use super::{impl_attributes, local, result};
use crate::ast::{Enumeration, Variant};
use crate::valid::{Values, integer};

impl Enumeration<'_> {
    /// ```text
    /// impl Schema for ElevatorState {
    ///     fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
    ///         match self {
    ///             Self::Up => out.str("up"),
    ///             Self::Unknown(other) => out.str(other),
    ///         }
    ///         Ok(())
    ///     }
    ///     fn decode(value: &Value) -> Result<Self, DecodeError> {
    ///         match <&str>::decode(value)? {
    ///             "up" => Ok(Self::Up),
    ///             other => Ok(Self::Unknown(other.to_owned())),
    ///         }
    ///     }
    ///     fn check_known(&self) -> Result<(), DecodeError> { … }
    /// }
    /// ```
    pub(crate) fn expand(&self) -> TokenStream {
        let pnp = &self.runtime;
        let body = [self.encode(), self.decode(), self.check_known()];
        let encoded = result(&quote!(()), pnp, "EncodeError");
        let decoded = result(&quote!(Self), pnp, "DecodeError");
        let checked = result(&quote!(()), pnp, "DecodeError");
        let (out, value) = (local("out"), local("value"));
        let [encode, decode, check_known] = body;
        let describe = self.describe();
        self.in_impl(&quote! {
            fn encode(&self, #out: &mut #pnp::Encoder<'_>) -> #encoded {
                match self { #encode }
                ::core::result::Result::Ok(())
            }
            fn decode(#value: &#pnp::schema::Value) -> #decoded {
                #decode
            }
            fn check_known(&self) -> #checked {
                #check_known
            }
            #describe
        })
    }

    /// `body` in an impl of `Schema`.
    pub(crate) fn in_impl(&self, body: &TokenStream) -> TokenStream {
        let Self { ident, runtime, .. } = self;
        let attributes = impl_attributes();
        let (impl_generics, ty_generics, where_clause) = self.generics.split_for_impl();
        quote! {
            #attributes
            impl #impl_generics #runtime::Schema for #ident #ty_generics #where_clause {
                #body
            }
        }
    }

    /// The arms of `encode`.
    fn encode(&self) -> TokenStream {
        let (out, other) = (local("out"), local("other"));
        let arms = self.known().map(|(variant, value)| {
            let ident = variant.ident;
            match self.values() {
                Values::String => quote!(Self::#ident => #out.str(#value),),
                Values::Integer => quote!(Self::#ident => #out.i64(#value),),
            }
        });
        let unknown = self
            .unknown()
            .map(|Variant { ident, .. }| match self.values() {
                Values::String => quote!(Self::#ident(#other) => #out.str(#other),),
                Values::Integer => quote!(Self::#ident(#other) => #out.i64(*#other),),
            });
        quote!(#(#arms)* #unknown)
    }

    /// The body of `decode`.
    fn decode(&self) -> TokenStream {
        let pnp = &self.runtime;
        let (value, other) = (local("value"), local("other"));
        let read = match self.values() {
            Values::String => quote!(#pnp::__private::enum_string(#value)?),
            Values::Integer => quote!(<::core::primitive::i64 as #pnp::Schema>::decode(#value)?),
        };
        let arms = self.known().map(|(Variant { ident, .. }, value)| {
            quote!(#value => ::core::result::Result::Ok(Self::#ident),)
        });
        let rest = match (self.unknown(), self.values()) {
            (Some(Variant { ident, .. }), Values::String) => {
                quote!(::core::result::Result::Ok(Self::#ident(::core::convert::From::from(#other))))
            }
            (Some(Variant { ident, .. }), Values::Integer) => {
                quote!(::core::result::Result::Ok(Self::#ident(#other)))
            }
            (None, _) => {
                quote!(::core::result::Result::Err(#pnp::__private::unknown_value(&#other)))
            }
        };
        quote! {
            match #read {
                #(#arms)*
                #other => #rest,
            }
        }
    }

    /// The body of `check_known`; a closed enum holds nothing unknown.
    fn check_known(&self) -> TokenStream {
        let pnp = &self.runtime;
        let other = local("other");
        let unknown = self.unknown().map(|Variant { ident, .. }| {
            quote! {
                if let Self::#ident(#other) = self {
                    return ::core::result::Result::Err(#pnp::__private::unknown_value(#other));
                }
            }
        });
        quote! {
            #unknown
            ::core::result::Result::Ok(())
        }
    }

    /// The variants with a value, and the value as code.
    pub(super) fn known(&self) -> impl Iterator<Item = (&Variant<'_>, TokenStream)> {
        self.variants.iter().filter_map(|variant| {
            let value = variant.value.as_ref()?;
            let Lit::Int(number) = value else {
                return Some((variant, value.to_token_stream()));
            };
            let number = Literal::i64_suffixed(integer(number)?);
            Some((variant, number.to_token_stream()))
        })
    }

    fn unknown(&self) -> Option<&Variant<'_>> {
        self.variants
            .iter()
            .find(|variant| variant.unknown.is_some())
    }
}
