use proc_macro2::TokenStream;
use quote::quote;

use super::{impl_attributes, local};
use crate::ast::{Component, Interface};

impl Interface<'_> {
    /// ```text
    /// impl Interface for TemperatureController {
    ///     const ID: &'static str = "dtmi:com:example:TemperatureController;1";
    ///     fn describe() -> …
    /// }
    /// impl TemperatureController {
    ///     /// Thermostat One
    ///     #[must_use]
    ///     pub const fn thermostat1() -> Component<Self, super::thermostat::Thermostat> {
    ///         component("thermostat1", InterfaceRef::of::<super::thermostat::Thermostat>())
    ///     }
    /// }
    /// ```
    pub(crate) fn expand(&self) -> TokenStream {
        let Self { ident, runtime, .. } = self;
        let attributes = impl_attributes();
        let id = self.id.as_ref();
        let accessors = self.accessors();
        let describe = self.describe();
        quote! {
            #attributes
            impl #runtime::Interface for #ident {
                const ID: &'static ::core::primitive::str = #id;
                #describe
            }
            #accessors
        }
    }

    /// The accessor functions of the components.
    pub(crate) fn accessors(&self) -> TokenStream {
        let Self { ident, runtime, .. } = self;
        if self.components.is_empty() {
            return TokenStream::new();
        }
        let functions = self.components.iter().map(|component| {
            let Component {
                vis,
                ident,
                docs,
                name,
                ty,
                ..
            } = component;
            let implied = format!("The address of component `{}`.", name.text);
            let implied = docs.is_empty().then(|| quote!(#[doc = #implied]));
            let name = name.literal();
            // A component may have any name, and may not be used by the device yet.
            quote! {
                #implied
                #(#docs)*
                #[must_use]
                #[allow(
                    dead_code,
                    deprecated,
                    non_snake_case,
                    clippy::new_ret_no_self,
                    clippy::self_named_constructors,
                    clippy::should_implement_trait
                )]
                #vis const fn #ident() -> #runtime::Component<Self, #ty> {
                    #runtime::__private::component(
                        #name,
                        #runtime::describe::InterfaceRef::of::<#ty>(),
                    )
                }
            }
        });
        let reader = local("interface");
        let fields = self.components.iter().map(|component| component.ident);
        // The fields carry declarations, not values; nothing else reads them, and a private field
        // that nothing reads is a warning in the user's crate.
        quote! {
            impl #ident {
                #(#functions)*
            }
            #[allow(deprecated)]
            const _: fn(&#ident) = |#reader| {
                #(let _ = &#reader.#fields;)*
            };
        }
    }
}
