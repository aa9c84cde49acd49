//! The tables that `dtdl_of` reads, behind functions that nothing else calls.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::ast::{
    Component, Enumeration, Handler, Interface, Member, Method, Record, RecordKind, Role,
};
use crate::valid::Values;
use crate::words::option;

impl Interface<'_> {
    /// ```text
    /// fn describe() -> Option<&'static InterfaceDescription> {
    ///     const { Some(&InterfaceDescription {
    ///         words: Words { … },
    ///         extends: &[InterfaceRef::of::<Base>()],
    ///         telemetry: __private::telemetry::<Self, Telemetry>(),
    ///         properties: …, handler: …,
    ///         components: &[Component { name: "thermostat1", … }],
    ///     }) }
    /// }
    /// ```
    ///
    /// Nothing where it names no declaration: a model without contents would be said to be whole.
    pub(crate) fn describe(&self) -> Option<TokenStream> {
        let pnp = &self.runtime;
        let names_none = self.telemetry.is_none()
            && self.properties.is_none()
            && self.handler.is_none()
            && self.extends.is_empty()
            && self.components.is_empty();
        if names_none {
            return None;
        }
        let words = self.words.expand(pnp);
        let none = || quote!(::core::option::Option::None);
        let telemetry = self.telemetry.as_ref().map_or_else(
            none,
            |path| quote_spanned!(path.span()=> #pnp::__private::telemetry::<Self, #path>()),
        );
        let properties = self.properties.as_ref().map_or_else(
            none,
            |path| quote_spanned!(path.span()=> #pnp::__private::properties::<Self, #path>()),
        );
        let handler = self.handler.as_ref().map_or_else(
            none,
            |path| quote_spanned!(path.span()=> #pnp::__private::handler::<Self, dyn #path>()),
        );
        let extends = self
            .extends
            .iter()
            .map(|path| quote_spanned!(path.span()=> #pnp::describe::InterfaceRef::of::<#path>()));
        let components = self.components.iter().map(
            |Component {
                 name, words, ty, ..
             }| {
                let name = name.literal();
                let words = words.expand(pnp);
                quote! {
                    #pnp::describe::Component {
                        name: #name,
                        words: #words,
                        interface: #pnp::describe::InterfaceRef::of::<#ty>(),
                    }
                }
            },
        );
        Some(quote! {
            #[allow(clippy::large_stack_arrays, reason = "a constant is on no stack")]
            fn describe() -> ::core::option::Option<&'static #pnp::describe::InterfaceDescription> {
                const {
                    ::core::option::Option::Some(&#pnp::describe::InterfaceDescription {
                        words: #words,
                        extends: &[#(#extends),*],
                        telemetry: #telemetry,
                        properties: #properties,
                        handler: #handler,
                        components: &[#(#components),*],
                    })
                }
            }
        })
    }
}

impl Record<'_> {
    /// ```text
    /// fn describe() -> Option<&'static [Member]> {
    ///     const { Some(&[Member { name: "temperature", schema: <f64 as Schema>::describe, … }]) }
    /// }
    /// ```
    /// and of an Object
    /// ```text
    /// fn describe() -> Description {
    ///     const { Description::Object(&ObjectDescription { fields: &[Member { … }], … }) }
    /// }
    /// ```
    pub(crate) fn describe(&self) -> TokenStream {
        let pnp = &self.runtime;
        let members = self.members.iter().map(|member| self.member(member));
        let members = quote!(&[#(#members),*]);
        if self.kind != RecordKind::Object {
            return quote! {
                #[allow(clippy::large_stack_arrays, reason = "a constant is on no stack")]
                fn describe() -> ::core::option::Option<&'static [#pnp::describe::Member]> {
                    const { ::core::option::Option::Some(#members) }
                }
            };
        }
        let id = option(self.id.as_ref());
        let words = self.words.expand(pnp);
        quote! {
            #[allow(clippy::large_stack_arrays, reason = "a constant is on no stack")]
            fn describe() -> #pnp::describe::Description {
                const {
                    #pnp::describe::Description::Object(&#pnp::describe::ObjectDescription {
                        id: #id,
                        words: #words,
                        fields: #members,
                    })
                }
            }
        }
    }

    fn member(&self, member: &Member<'_>) -> TokenStream {
        let pnp = &self.runtime;
        let name = member.name.literal();
        let words = member.words.expand(pnp);
        let quantity = member.quantity.expand();
        let required = self.kind == RecordKind::Object && member.optional.is_none();
        let ty = member.optional.unwrap_or(member.ty);
        quote! {
            #pnp::describe::Member {
                name: #name,
                words: #words,
                quantity: #quantity,
                required: #required,
                schema: <#ty as #pnp::Schema>::describe,
            }
        }
    }
}

impl Enumeration<'_> {
    /// ```text
    /// fn describe() -> Description {
    ///     const { Description::Enum(&EnumDescription {
    ///         values: EnumValues::String(&[EnumValue { name: "up", value: "up", … }]),
    ///         …
    ///     }) }
    /// }
    /// ```
    pub(crate) fn describe(&self) -> TokenStream {
        let pnp = &self.runtime;
        let id = option(self.id.as_ref());
        let words = self.words.expand(pnp);
        let values = self.known().map(|(variant, value)| {
            let name = variant.name.literal();
            let words = variant.words.expand(pnp);
            quote!(#pnp::describe::EnumValue { name: #name, words: #words, value: #value })
        });
        let kind = match self.values() {
            Values::String => quote!(String),
            Values::Integer => quote!(Integer),
        };
        quote! {
            #[allow(clippy::large_stack_arrays, reason = "a constant is on no stack")]
            fn describe() -> #pnp::describe::Description {
                const {
                    #pnp::describe::Description::Enum(&#pnp::describe::EnumDescription {
                        id: #id,
                        words: #words,
                        values: #pnp::describe::EnumValues::#kind(&[#(#values),*]),
                    })
                }
            }
        }
    }
}

impl Handler {
    /// ```text
    /// fn describe_handler() -> Option<&'static [Content]> {
    ///     const { Some(&[Content::Property(Member { … }), Content::Command { … }]) }
    /// }
    /// ```
    pub(crate) fn describe(&self) -> TokenStream {
        let pnp = &self.runtime;
        let contents = self.methods(|method| self.content(method));
        quote! {
            #[allow(clippy::large_stack_arrays, reason = "a constant is on no stack")]
            fn describe_handler() -> ::core::option::Option<&'static [#pnp::describe::Content]> {
                const { ::core::option::Option::Some(&[#(#contents),*]) }
            }
        }
    }

    fn content(&self, method: &Method) -> Option<TokenStream> {
        let pnp = &self.runtime;
        let name = method.name.literal();
        let words = method.words.expand(pnp);
        let quantity = method.quantity.expand();
        match &method.role {
            Role::Getter { value } => Some(quote! {
                #pnp::describe::Content::Property(#pnp::describe::Member {
                    name: #name,
                    words: #words,
                    quantity: #quantity,
                    required: false,
                    schema: #pnp::__private::codec::<#value>().describe,
                })
            }),
            Role::Command { request, response } => {
                let request = match request {
                    None => quote!(::core::option::Option::None),
                    Some(request) => {
                        let payload = payload(
                            pnp,
                            &request.name.literal(),
                            &request.words.expand(pnp),
                            &request.quantity.expand(),
                            &{
                                let ty = &request.ty;
                                quote!(codec::<#ty>())
                            },
                        );
                        quote!(::core::option::Option::Some(#payload))
                    }
                };
                let response = payload(
                    pnp,
                    &response.name.literal(),
                    &response.words.expand(pnp),
                    &quantity,
                    &{
                        let ty = &response.ty;
                        quote!(reply::<#ty>())
                    },
                );
                Some(quote! {
                    #pnp::describe::Content::Command {
                        name: #name,
                        words: #words,
                        request: #request,
                        response: #response,
                    }
                })
            }
            Role::Setter { .. } | Role::Component { .. } => None,
        }
    }
}

fn payload(
    pnp: &syn::Path,
    name: &syn::LitStr,
    words: &TokenStream,
    quantity: &TokenStream,
    functions: &TokenStream,
) -> TokenStream {
    quote! {
        #pnp::describe::Payload {
            name: #name,
            words: #words,
            quantity: #quantity,
            schema: #pnp::__private::#functions.describe,
        }
    }
}
