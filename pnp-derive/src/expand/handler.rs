use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{impl_attributes, local, result};
use crate::ast::{Handler, Method, Request, Role};

impl Handler {
    /// The trait, and
    ///
    /// ```text
    /// impl HandlerOf for dyn Handler + '_ {
    ///     type Interface = TemperatureController;
    /// }
    /// impl Served for TemperatureController {
    ///     type Handler<'h> = dyn Handler + 'h;
    ///     const SHAPE: &'static Shape = &Shape {
    ///         writable: &["targetTemperature"],
    ///         commands: &["reboot"],
    ///         components: &[("thermostat1", <Thermostat as Served>::SHAPE)],
    ///     };
    ///     fn actual(…) → fn desired(…) → fn command(…): a `match` on the address each
    ///     fn describe_handler(): what the model says of them
    /// }
    /// ```
    pub(crate) fn expand(&self) -> TokenStream {
        let body = [
            self.shape(),
            self.actual(),
            self.desired(),
            self.command(),
            self.describe(),
        ];
        self.with_impls(&quote!(#(#body)*))
    }

    /// The trait, and `body` in an impl of `Served`.
    pub(crate) fn with_impls(&self, body: &TokenStream) -> TokenStream {
        let Self {
            item,
            runtime: pnp,
            interface,
            ..
        } = self;
        let ident = &item.ident;
        let attributes = impl_attributes();
        quote! {
            #item

            #attributes
            impl #pnp::__private::HandlerOf for dyn #ident + '_ {
                type Interface = #interface;
            }

            // Without methods, or with all of them configured out, no arm uses the parameters.
            #attributes
            #[allow(unused_variables, clippy::match_single_binding)]
            impl #pnp::Served for #interface {
                type Handler<'__pnp> = dyn #ident + '__pnp;
                #body
            }
        }
    }

    fn shape(&self) -> TokenStream {
        let pnp = &self.runtime;
        let writable = self.methods(|method| {
            matches!(method.role, Role::Setter { .. })
                .then(|| method.name.literal().into_token_stream())
        });
        let commands = self.methods(|method| {
            matches!(method.role, Role::Command { .. })
                .then(|| method.name.literal().into_token_stream())
        });
        let components = self.methods(|method| {
            let name = method.name.literal();
            let interface = self.component_interface(&method.role)?;
            Some(quote!((#name, <#interface as #pnp::Served>::SHAPE)))
        });
        quote! {
            const SHAPE: &'static #pnp::Shape = &#pnp::Shape {
                writable: &[#(#writable,)*],
                commands: &[#(#commands,)*],
                components: &[#(#components,)*],
            };
        }
    }

    fn actual(&self) -> TokenStream {
        let pnp = &self.runtime;
        let (handler, address, h) = (local("handler"), local("address"), local("h"));
        let trait_ident = &self.item.ident;
        let arms = self.methods(|method| {
            let Method { ident, name, .. } = method;
            let name = name.literal();
            if let Some(interface) = self.component_interface(&method.role) {
                return Some(quote! {
                    (::core::option::Option::Some(#name), _) => {
                        <#interface as #pnp::Served>::actual(
                            #trait_ident::#ident(#handler),
                            #pnp::__private::within(#address),
                        )
                    }
                });
            }
            let Role::Getter { value } = &method.role else {
                return None;
            };
            Some(quote! {
                (::core::option::Option::None, #name) => {
                    #pnp::__private::actual(
                        #handler,
                        #pnp::__private::codec::<#value>(),
                        |#h| #trait_ident::#ident(#h),
                    )
                }
            })
        });
        let body = Self::dispatch(&arms, &quote!(::core::option::Option::None));
        let encoded = result(&quote!(#pnp::__private::StdString), pnp, "EncodeError");
        quote! {
            fn actual(
                #handler: &mut Self::Handler<'_>,
                #address: #pnp::Address<'_>,
            ) -> ::core::option::Option<#encoded> {
                #body
            }
        }
    }

    fn desired(&self) -> TokenStream {
        let pnp = &self.runtime;
        let (handler, address, h) = (local("handler"), local("address"), local("h"));
        let (value, version, reason) = (local("value"), local("version"), local("reason"));
        let desired = local("desired");
        let trait_ident = &self.item.ident;
        let arms = self.methods(|method| {
            let Method { ident, name, .. } = method;
            let text = name.literal();
            if let Some(interface) = self.component_interface(&method.role) {
                return Some(quote! {
                    (::core::option::Option::Some(#text), _) => {
                        <#interface as #pnp::Served>::desired(
                            #trait_ident::#ident(#handler),
                            #pnp::__private::within(#address),
                            #value,
                            #version,
                            #reason,
                        )
                    }
                });
            }
            let Role::Setter { .. } = &method.role else {
                return None;
            };
            let (getter, ty) = self.getter_of(method)?;
            let getter = &getter.ident;
            Some(quote! {
                (::core::option::Option::None, #text) => {
                    ::core::option::Option::Some(#pnp::__private::desired(
                        #handler,
                        #pnp::__private::codec::<#ty>(),
                        #value,
                        #version,
                        #reason,
                        |#h, #desired| #trait_ident::#ident(#h, #desired),
                        |#h| #trait_ident::#getter(#h),
                    ))
                }
            })
        });
        let body = Self::dispatch(&arms, &quote!(::core::option::Option::None));
        quote! {
            fn desired(
                #handler: &mut Self::Handler<'_>,
                #address: #pnp::Address<'_>,
                #value: ::core::option::Option<&#pnp::schema::Value>,
                #version: ::core::primitive::i64,
                #reason: #pnp::Reason,
            ) -> ::core::option::Option<#pnp::WritableOutcome> {
                #body
            }
        }
    }

    fn command(&self) -> TokenStream {
        let pnp = &self.runtime;
        let (handler, address, h) = (local("handler"), local("address"), local("h"));
        let (payload, request) = (local("payload"), local("request"));
        let trait_ident = &self.item.ident;
        let arms = self.methods(|method| {
            let Method { ident, name, .. } = method;
            let name = name.literal();
            match &method.role {
                Role::Component { .. } => {
                    let interface = self.component_interface(&method.role)?;
                    Some(quote! {
                        (::core::option::Option::Some(#name), _) => {
                            <#interface as #pnp::Served>::command(
                                #trait_ident::#ident(#handler),
                                #pnp::__private::within(#address),
                                #payload,
                            )
                        }
                    })
                }
                Role::Command {
                    request: None,
                    response,
                } => {
                    let response = &response.ty;
                    Some(quote! {
                        (::core::option::Option::None, #name) => {
                            #pnp::__private::command(
                                #handler,
                                #pnp::__private::reply::<#response>(),
                                |#h| #trait_ident::#ident(#h),
                            )
                        }
                    })
                }
                Role::Command {
                    request: Some(Request { ty, .. }),
                    response,
                } => {
                    let response = &response.ty;
                    Some(quote! {
                        (::core::option::Option::None, #name) => {
                            #pnp::__private::command_with(
                                #handler,
                                #payload,
                                #pnp::__private::codec::<#ty>(),
                                #pnp::__private::reply::<#response>(),
                                |#h, #request| #trait_ident::#ident(#h, #request),
                            )
                        }
                    })
                }
                Role::Getter { .. } | Role::Setter { .. } => None,
            }
        });
        let body = Self::dispatch(
            &arms,
            &quote!(::core::result::Result::Err(#pnp::__private::no_command(#address))),
        );
        let response = result(&quote!(#pnp::__private::StdString), pnp, "CommandError");
        quote! {
            fn command(
                #handler: &mut Self::Handler<'_>,
                #address: #pnp::Address<'_>,
                #payload: &[::core::primitive::u8],
            ) -> #response {
                #body
            }
        }
    }

    /// A `match` on the address; `rest` where no arm fits.
    fn dispatch(arms: &[TokenStream], rest: &TokenStream) -> TokenStream {
        let address = local("address");
        quote! {
            match (#address.component, #address.name) {
                #(#arms)*
                _ => #rest,
            }
        }
    }

    /// What `part` says of each method, under the method's `#[cfg]`.
    pub(super) fn methods(
        &self,
        part: impl Fn(&Method) -> Option<TokenStream>,
    ) -> Vec<TokenStream> {
        self.methods
            .iter()
            .filter_map(|method| {
                let cfgs = &method.cfgs;
                let part = part(method)?;
                Some(quote!(#(#cfgs)* #part))
            })
            .collect()
    }

    /// The interface of a component, by way of its handler trait: which interface a trait serves is
    /// said once, at the trait.
    fn component_interface(&self, role: &Role) -> Option<TokenStream> {
        let pnp = &self.runtime;
        match role {
            Role::Component { handler } => {
                let object = quote_spanned!(handler.span()=> dyn #handler);
                Some(quote!(<#object as #pnp::__private::HandlerOf>::Interface))
            }
            Role::Getter { .. } | Role::Setter { .. } | Role::Command { .. } => None,
        }
    }
}
