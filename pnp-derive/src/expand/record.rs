use proc_macro2::TokenStream;
use quote::quote;

use super::{impl_attributes, local, result, with_schema_bounds};
use crate::ast::{Member, Record, RecordKind};

impl Record<'_> {
    /// The impl that belongs to the derive.
    pub(crate) fn expand(&self) -> TokenStream {
        let body = match self.kind {
            RecordKind::Telemetry => self.telemetry(),
            RecordKind::Properties => self.properties(),
            RecordKind::Object => self.object(),
        };
        let describe = self.describe();
        self.in_impl(&quote!(#body #describe))
    }

    /// `body` in an impl of the trait that the derive is for.
    pub(crate) fn in_impl(&self, body: &TokenStream) -> TokenStream {
        let Self { ident, runtime, .. } = self;
        let attributes = impl_attributes();
        let trait_name = match self.kind {
            RecordKind::Telemetry => quote!(Telemetry),
            RecordKind::Properties => quote!(Properties),
            RecordKind::Object => quote!(Schema),
        };
        let values = self.members.iter().map(|m| m.optional.unwrap_or(m.ty));
        let generics = with_schema_bounds(self.generics, runtime, values);
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        let (_, ty_generics, _) = self.generics.split_for_impl();
        quote! {
            #attributes
            impl #impl_generics #runtime::#trait_name for #ident #ty_generics #where_clause {
                #body
            }
        }
    }

    /// ```text
    /// type Interface = Thermostat;
    /// fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> { … }
    /// ```
    fn telemetry(&self) -> TokenStream {
        let interface = &self.interface;
        let encode = self.encode();
        quote! {
            type Interface = #interface;
            #encode
        }
    }

    /// ```text
    /// type Interface = Thermostat;
    /// fn encode_each(&self, each: &mut dyn FnMut(…) -> …) -> Result<(), EncodeError> {
    ///     if let Some(value) = &self.serial_number {
    ///         each("serialNumber", &|out| Schema::encode(value, out))?;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    fn properties(&self) -> TokenStream {
        let Self {
            interface,
            runtime: pnp,
            ..
        } = self;
        let (each, value, out) = (local("each"), local("value"), local("out"));
        let written = result(&quote!(()), pnp, "EncodeError");
        let members = self.members.iter().map(
            |Member {
                 ident,
                 name,
                 optional,
                 ..
             }| {
                let name = name.literal();
                quote! {
                    if let ::core::option::Option::Some(#value) = &self.#ident {
                        #each(#name, &|#out| <#optional as #pnp::Schema>::encode(#value, #out))?;
                    }
                }
            },
        );
        let each_parameter = if self.members.is_empty() {
            quote!(_)
        } else {
            quote!(#each)
        };
        quote! {
            type Interface = #interface;
            fn encode_each(&self, #each_parameter: &mut #pnp::__private::Each<'_>) -> #written {
                #(#members)*
                ::core::result::Result::Ok(())
            }
        }
    }

    /// ```text
    /// fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> { … }
    /// fn decode(value: &Value) -> Result<Self, DecodeError> {
    ///     let fields = Fields::of(value)?;
    ///     Ok(Self {
    ///         max_temp: fields.optional_with("maxTemp", <f64 as Schema>::decode)?,
    ///         start_time: fields.required_with("startTime", <DateTime as Schema>::decode)?,
    ///     })
    /// }
    /// fn check_known(&self) -> Result<(), DecodeError> {
    ///     if let Some(value) = &self.max_temp {
    ///         <f64 as Schema>::check_known(value).map_err(|error| error.at("maxTemp"))?;
    ///     }
    ///     …
    ///     Ok(())
    /// }
    /// ```
    fn object(&self) -> TokenStream {
        let pnp = &self.runtime;
        let (value, fields, error) = (local("value"), local("fields"), local("error"));
        let decoded = result(&quote!(Self), pnp, "DecodeError");
        let checked = result(&quote!(()), pnp, "DecodeError");
        let encode = self.encode();
        let reads = self.members.iter().map(|member| {
            let Member { ident, name, .. } = member;
            let name = name.literal();
            match (member.optional, member.ty) {
                (Some(ty), _) => {
                    quote!(#ident: #fields.optional_with(#name, <#ty as #pnp::Schema>::decode)?)
                }
                (None, ty) => {
                    quote!(#ident: #fields.required_with(#name, <#ty as #pnp::Schema>::decode)?)
                }
            }
        });
        let checks = self.members.iter().map(|member| {
            let Member { ident, name, .. } = member;
            let name = name.literal();
            match (member.optional, member.ty) {
                (Some(ty), _) => quote! {
                    if let ::core::option::Option::Some(#value) = &self.#ident {
                        <#ty as #pnp::Schema>::check_known(#value)
                            .map_err(|#error| #error.at(#name))?;
                    }
                },
                (None, ty) => quote! {
                    <#ty as #pnp::Schema>::check_known(&self.#ident)
                        .map_err(|#error| #error.at(#name))?;
                },
            }
        });
        // An Object without fields still has to be an object.
        let fields = if self.members.is_empty() {
            quote!(_)
        } else {
            quote!(#fields)
        };
        quote! {
            #encode
            fn decode(#value: &#pnp::schema::Value) -> #decoded {
                let #fields = #pnp::schema::Fields::of(#value)?;
                ::core::result::Result::Ok(Self { #(#reads,)* })
            }
            fn check_known(&self) -> #checked {
                #(#checks)*
                ::core::result::Result::Ok(())
            }
        }
    }

    /// ```text
    /// fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
    ///     let mut object = out.object();
    ///     optional(&mut object, "maxTemp", self.max_temp.as_ref(), <f64 as Schema>::encode)?;
    ///     field(&mut object, "startTime", &self.start_time, <DateTime as Schema>::encode)?;
    ///     object.end();
    ///     Ok(())
    /// }
    /// ```
    fn encode(&self) -> TokenStream {
        let pnp = &self.runtime;
        let (out, object) = (local("out"), local("object"));
        let written = result(&quote!(()), pnp, "EncodeError");
        let members = self.members.iter().map(|member| {
            let Member { ident, name, .. } = member;
            let name = name.literal();
            match (member.optional, member.ty) {
                (Some(ty), _) => quote! {
                    #pnp::__private::optional(
                        &mut #object,
                        #name,
                        self.#ident.as_ref(),
                        <#ty as #pnp::Schema>::encode,
                    )?;
                },
                (None, ty) => quote! {
                    #pnp::__private::field(
                        &mut #object,
                        #name,
                        &self.#ident,
                        <#ty as #pnp::Schema>::encode,
                    )?;
                },
            }
        });
        let mutability = (!self.members.is_empty()).then(|| quote!(mut));
        quote! {
            fn encode(&self, #out: &mut #pnp::Encoder<'_>) -> #written {
                let #mutability #object = #out.object();
                #(#members)*
                #object.end();
                ::core::result::Result::Ok(())
            }
        }
    }
}
