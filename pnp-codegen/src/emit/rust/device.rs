//! The device's side of an interface: what it sends, what it reports, what it answers.

use proc_macro2::TokenStream;
use quote::quote;

use super::Emitter;
use super::docs::Doc;
use super::markdown::code;
use super::names::{Case, Scope, ident};
use super::plan::{HANDLER, PROPERTIES, TELEMETRY};
use super::types::Entry;
use crate::ir::{Command, Component, Interface, Meaning, Member, Payload, Property};

impl Emitter<'_> {
    /// All declarations of an interface, for module `at`.
    pub(super) fn device(&mut self, at: &str, interface: &Interface) -> TokenStream {
        let address = self.address(at, interface);
        let telemetry = self.telemetry(at, interface);
        let properties = self.read_only_properties(at, interface);
        let handler = self.handler(at, interface);
        quote!(#address #telemetry #properties #handler)
    }

    /// ```text
    /// #[derive(Clone, Copy, Debug, ::pnp_runtime::Interface)]
    /// #[pnp(id = "dtmi:com:example:TemperatureController;1")]
    /// pub struct TemperatureController {
    ///     #[pnp(component = "thermostat1")]
    ///     pub thermostat1: super::thermostat::Thermostat,
    /// }
    /// ```
    fn address(&mut self, at: &str, interface: &Interface) -> TokenStream {
        let name = self.plan.name(&interface.id).unwrap_or_default().to_owned();
        let ours = if interface.components.is_empty() {
            ", as an address for messages."
        } else {
            ", as an address for messages; its fields are its components."
        };
        let doc = Doc::titled(&interface.docs, &name, self.language(), ours).tokens();
        let mut names = Scope::new(format!("components of `{name}`"));
        let mut fields = Vec::new();
        for component in &interface.components {
            let doc = self.member_doc(&component.member, "").tokens();
            let field = self.claim(&mut names, &component.member);
            let wire = &component.member.name;
            let ty = self.plan.path(at, &component.interface, None);
            fields.push(quote!(#doc #[pnp(component = #wire)] pub #field: #ty));
        }
        self.collisions.append(&mut names.collisions);
        let body = if fields.is_empty() {
            quote!(;)
        } else {
            quote!({ #(#fields),* })
        };
        let (name, id, runtime) = (ident(&name), &interface.id, &self.runtime);
        let attribute = self.attribute(&[quote!(id = #id)]);
        quote! {
            #doc
            #[derive(Clone, Copy, Debug, #runtime::Interface)]
            #attribute
            pub struct #name #body
        }
    }

    fn telemetry(&mut self, at: &str, interface: &Interface) -> Option<TokenStream> {
        let entries = interface.telemetries.iter().map(|telemetry| Entry {
            member: &telemetry.member,
            meaning: &telemetry.meaning,
            schema: &telemetry.schema,
            required: false,
            boxed: false,
        });
        let doc = Doc::ours("Telemetry of the interface; one value is one message.");
        self.message(at, interface, TELEMETRY, &doc, entries)
    }

    fn read_only_properties(&mut self, at: &str, interface: &Interface) -> Option<TokenStream> {
        let entries = interface
            .properties
            .iter()
            .filter(|property| !property.writable)
            .map(|property| Entry {
                member: &property.member,
                meaning: &property.meaning,
                schema: &property.schema,
                required: false,
                boxed: false,
            });
        let doc = Doc::ours("Read-only properties of the interface; one value is one report.");
        self.message(at, interface, PROPERTIES, &doc, entries)
    }

    /// ```text
    /// #[derive(Clone, Debug, Default, PartialEq, ::pnp_runtime::Telemetry)]
    /// #[pnp(interface = Thermostat)]
    /// pub struct Telemetry { #[pnp(name = "temperature")] pub temperature: Option<f64> }
    /// ```
    fn message<'p>(
        &mut self,
        at: &str,
        interface: &Interface,
        name: &str,
        doc: &Doc,
        entries: impl Iterator<Item = Entry<'p>>,
    ) -> Option<TokenStream> {
        let mut entries = entries.peekable();
        entries.peek()?;
        let fields = self.fields(at, name, entries);
        let (doc, name, runtime) = (doc.tokens(), ident(name), &self.runtime);
        let of = self.plan.path(at, &interface.id, None);
        let attribute = self.attribute(&[quote!(interface = #of)]);
        Some(quote! {
            #doc
            #[derive(Clone, Debug, Default, PartialEq, #runtime::#name)]
            #attribute
            pub struct #name { #fields }
        })
    }

    /// ```text
    /// #[::pnp_runtime::handler(interface = Thermostat)]
    /// pub trait Handler { … }
    /// ```
    fn handler(&mut self, at: &str, interface: &Interface) -> Option<TokenStream> {
        if !self.has_handler(interface) {
            return None;
        }
        let mut names = Scope::new(format!("methods of `{HANDLER}` in module `{at}`"));
        let mut methods = Vec::new();
        for property in interface
            .properties
            .iter()
            .filter(|property| property.writable)
        {
            methods.push(self.writable_property(at, property, &mut names));
        }
        for command in &interface.commands {
            methods.push(self.command(at, command, &mut names));
        }
        for component in &interface.components {
            methods.extend(self.component(at, component, &mut names));
        }
        self.collisions.append(&mut names.collisions);
        let (runtime, handler) = (&self.runtime, ident(HANDLER));
        let of = self.plan.path(at, &interface.id, None);
        let krate = self.crate_argument().map(|path| quote!(, #path));
        let doc = Doc::ours("What a device with this interface answers.").tokens();
        Some(quote! {
            #doc
            #[#runtime::handler(interface = #of #krate)]
            pub trait #handler { #(#methods)* }
        })
    }

    /// Whether an interface has a handler trait: a root always, a component where there is something
    /// to answer.
    fn has_handler(&self, interface: &Interface) -> bool {
        interface.reach.root
            || !interface.commands.is_empty()
            || interface
                .properties
                .iter()
                .any(|property| property.writable)
            || interface.components.iter().any(|component| {
                self.plan
                    .interface(&component.interface)
                    .is_some_and(|of| self.has_handler(of))
            })
    }

    /// ```text
    /// #[pnp(property = "targetTemperature")]
    /// fn target_temperature(&self) -> Option<f64>;
    /// #[pnp(desired = "targetTemperature")]
    /// fn set_target_temperature(&mut self, desired: Desired<f64>) -> Ack<f64>;
    /// ```
    fn writable_property(&self, at: &str, property: &Property, names: &mut Scope) -> TokenStream {
        let member = &property.member;
        let getter = self.wanted(&member.id, &member.name, Case::Snake);
        let getter = names.claim(&getter, Case::Snake, member.into());
        let setter = names.claim(&format!("set_{getter}"), Case::Snake, member.into());
        let language = self.language();
        let value = ": the value in effect, `None` where there is none yet.";
        let doc = Doc::of_member(member, &property.meaning, language, value).tokens();
        let desired = ": a value that a back end asks for.";
        let set_doc = Doc::titled(&member.docs, &member.name, language, desired).tokens();
        let (getter, setter, wire) = (ident(&getter), ident(&setter), &member.name);
        let (ty, runtime) = (self.schema(at, &property.schema), &self.runtime);
        quote! {
            #doc
            #[pnp(property = #wire)]
            fn #getter(&self) -> ::core::option::Option<#ty>;
            #set_doc
            #[pnp(desired = #wire)]
            fn #setter(&mut self, desired: #runtime::Desired<#ty>) -> #runtime::Ack<#ty>;
        }
    }

    /// ```text
    /// #[pnp(command = "reboot")]
    /// fn reboot(&mut self, delay: i32) -> Result<(), CommandError>;
    /// ```
    fn command(&self, at: &str, command: &Command, names: &mut Scope) -> TokenStream {
        let mut doc = self.member_doc(&command.member, "");
        let mut request = None;
        if let Some(payload) = &command.request {
            let parameter = self.wanted(&payload.member.id, &payload.member.name, Case::Snake);
            let parameter = ident(&parameter);
            doc = doc.payload(&code(&parameter.to_string()), payload, self.language());
            let ty = self.payload(at, payload);
            request = Some(quote!(, #parameter: #ty));
        }
        let mut response = quote!(());
        if let Some(payload) = &command.response {
            doc = doc.payload("Response", payload, self.language());
            response = self.payload(at, payload);
        }
        let doc = doc
            .section("Errors", "What the caller gets in place of the response.")
            .tokens();
        let method = self.claim(names, &command.member);
        let (wire, runtime) = (&command.member.name, &self.runtime);
        quote! {
            #doc
            #[pnp(command = #wire)]
            fn #method(&mut self #request)
                -> ::core::result::Result<#response, #runtime::CommandError>;
        }
    }

    fn payload(&self, at: &str, payload: &Payload) -> TokenStream {
        let ty = self.schema(at, &payload.schema);
        if payload.nullable {
            quote!(::core::option::Option<#ty>)
        } else {
            ty
        }
    }

    /// ```text
    /// #[pnp(component = "thermostat1")]
    /// fn thermostat1(&mut self) -> &mut dyn super::thermostat::Handler;
    /// ```
    fn component(&self, at: &str, component: &Component, names: &mut Scope) -> Option<TokenStream> {
        let interface = self.plan.interface(&component.interface)?;
        if !self.has_handler(interface) {
            return None;
        }
        let doc = self.member_doc(&component.member, "").tokens();
        let method = self.claim(names, &component.member);
        let (wire, of) = (&component.member.name, &component.interface);
        let handler = self.plan.path(at, of, Some(HANDLER));
        Some(quote! {
            #doc
            #[pnp(component = #wire)]
            fn #method(&mut self) -> &mut dyn #handler;
        })
    }

    fn claim(&self, names: &mut Scope, member: &Member) -> proc_macro2::Ident {
        let wanted = self.wanted(&member.id, &member.name, Case::Snake);
        ident(&names.claim(&wanted, Case::Snake, member.into()))
    }

    fn member_doc(&self, member: &Member, ours: &str) -> Doc {
        Doc::of_member(member, &Meaning::default(), self.language(), ours)
    }
}
