//! Objects, Enums, structs of optional members, and the Rust type of a schema.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Emitter;
use super::docs::Doc;
use super::markdown::code;
use super::names::{Case, Scope, ident};
use crate::collision::Party;
use crate::ir::{EnumValue, Field, Meaning, Member, NamedType, Primitive, Schema, TypeKind};

/// The variant for values that the model doesn't name; the second where the model has the first.
const UNKNOWN: [&str; 2] = ["Unknown", "Unrecognized"];

/// A field of a generated struct.
pub(super) struct Entry<'p> {
    pub(super) member: &'p Member,
    pub(super) meaning: &'p Meaning,
    pub(super) schema: &'p Schema,
    pub(super) required: bool,
    pub(super) boxed: bool,
}

impl<'p> From<&'p Field> for Entry<'p> {
    fn from(field: &'p Field) -> Self {
        Self {
            member: &field.member,
            meaning: &field.meaning,
            schema: &field.schema,
            required: field.required,
            boxed: field.recursive,
        }
    }
}

impl Emitter<'_> {
    /// The Rust type of a schema's values, as it is named in module `at`.
    pub(super) fn schema(&self, at: &str, schema: &Schema) -> TokenStream {
        match schema {
            Schema::Primitive(primitive) => self.primitive(*primitive),
            Schema::Array(element) => {
                let element = self.schema(at, element);
                quote!(::std::vec::Vec<#element>)
            }
            Schema::Map(value) => {
                let value = self.schema(at, value);
                quote!(::std::collections::BTreeMap<::std::string::String, #value>)
            }
            Schema::Named(id) => self.plan.path(at, id, None),
        }
    }

    fn primitive(&self, primitive: Primitive) -> TokenStream {
        let runtime = &self.runtime;
        match primitive {
            Primitive::Boolean => quote!(bool),
            Primitive::Byte => quote!(i8),
            Primitive::Short => quote!(i16),
            Primitive::Integer => quote!(i32),
            Primitive::Long => quote!(i64),
            Primitive::UnsignedByte => quote!(u8),
            Primitive::UnsignedShort => quote!(u16),
            Primitive::UnsignedInteger => quote!(u32),
            Primitive::UnsignedLong => quote!(u64),
            Primitive::Float => quote!(f32),
            Primitive::Double => quote!(f64),
            Primitive::String => quote!(::std::string::String),
            Primitive::Bytes => quote!(#runtime::Bytes),
            Primitive::Date => quote!(#runtime::Date),
            Primitive::DateTime => quote!(#runtime::DateTime),
            Primitive::Decimal => quote!(#runtime::Decimal),
            Primitive::Duration => quote!(#runtime::Duration),
            Primitive::Time => quote!(#runtime::Time),
            Primitive::Uuid => quote!(#runtime::Uuid),
        }
    }

    /// The fields of a struct, in the order of the entries:
    ///
    /// ```text
    /// #[pnp(name = "maxTemp")]
    /// pub max_temp: Option<f64>,
    /// ```
    pub(super) fn fields<'p>(
        &mut self,
        at: &str,
        owner: &str,
        entries: impl IntoIterator<Item = Entry<'p>>,
    ) -> TokenStream {
        let mut names = Scope::new(format!("fields of `{owner}` in module `{at}`"));
        let fields = entries.into_iter().map(|entry| {
            let doc = Doc::of_member(entry.member, entry.meaning, self.language(), "").tokens();
            let wire = &entry.member.name;
            let wanted = self.wanted(&entry.member.id, wire, Case::Snake);
            let field = ident(&names.claim(&wanted, Case::Snake, entry.member.into()));
            let mut ty = self.schema(at, entry.schema);
            if entry.boxed {
                ty = quote!(::std::boxed::Box<#ty>);
            }
            if !entry.required {
                ty = quote!(::core::option::Option<#ty>);
            }
            quote!(#doc #[pnp(name = #wire)] pub #field: #ty)
        });
        let fields = quote!(#(#fields),*);
        self.collisions.append(&mut names.collisions);
        fields
    }

    /// The declaration of an Object or Enum.
    pub(super) fn named_type(&mut self, at: &str, named: &NamedType) -> TokenStream {
        match &named.kind {
            TypeKind::Object(fields) => self.object(at, named, fields),
            TypeKind::StringEnum(values) => {
                let unknown = quote!(::std::string::String);
                self.open_enum(at, named, values, "string", &unknown, |text| {
                    Literal::string(text)
                })
            }
            TypeKind::IntegerEnum(values) => {
                let unknown = quote!(i64);
                self.open_enum(at, named, values, "integer", &unknown, |number| {
                    Literal::i64_unsuffixed(*number)
                })
            }
        }
    }

    /// ```text
    /// #[derive(Clone, Debug, Default, PartialEq, ::pnp_runtime::Object)]
    /// pub struct Report { #[pnp(name = "maxTemp")] pub max_temp: Option<f64>, … }
    /// ```
    fn object(&mut self, at: &str, named: &NamedType, fields: &[Field]) -> TokenStream {
        let doc = self.type_doc(named);
        let name = self.type_name(named);
        let default = fields
            .iter()
            .all(|field| !field.required)
            .then(|| quote!(Default,));
        let fields = self.fields(at, &name, fields.iter().map(Entry::from));
        let runtime = &self.runtime;
        let attribute = self.attribute(&[]);
        let name = ident(&name);
        quote! {
            #doc
            #[derive(Clone, Debug, #default PartialEq, #runtime::Object)]
            #attribute
            pub struct #name { #fields }
        }
    }

    /// ```text
    /// #[derive(Clone, Debug, PartialEq, Eq, ::pnp_runtime::Enum)]
    /// #[non_exhaustive]
    /// #[pnp(values = "string")]
    /// pub enum State { #[pnp(value = "up")] Up, … #[pnp(unknown)] Unknown(String) }
    /// ```
    fn open_enum<T>(
        &mut self,
        at: &str,
        named: &NamedType,
        values: &[EnumValue<T>],
        value_schema: &str,
        unknown_type: &TokenStream,
        literal: impl Fn(&T) -> Literal,
    ) -> TokenStream {
        let doc = self.type_doc(named);
        let name = self.type_name(named);
        let mut names = Scope::new(format!("values of `{name}` in module `{at}`"));
        let variants: Vec<TokenStream> = values
            .iter()
            .map(|value| {
                let member = &value.member;
                let doc = Doc::titled(&member.docs, &member.name, self.language(), "")
                    .text(&member.docs, self.language())
                    .tokens();
                let wanted = self.wanted(&member.id, &member.name, Case::Camel);
                let variant = ident(&names.claim(&wanted, Case::Camel, member.into()));
                let wire = literal(&value.value);
                quote!(#doc #[pnp(value = #wire)] #variant,)
            })
            .collect();
        let [usual, other] = UNKNOWN;
        let unknown = if names.is_free(usual) { usual } else { other };
        let unknown = names.claim(unknown, Case::Camel, Party::of_type(named));
        let unknown = ident(&unknown);
        self.collisions.append(&mut names.collisions);
        let runtime = &self.runtime;
        let attribute = self.attribute(&[quote!(values = #value_schema)]);
        let name = ident(&name);
        quote! {
            #doc
            #[derive(Clone, Debug, PartialEq, Eq, #runtime::Enum)]
            #[non_exhaustive]
            #attribute
            pub enum #name {
                #(#variants)*
                /// A value that the model does not name.
                #[pnp(unknown)]
                #unknown(#unknown_type),
            }
        }
    }

    /// What the model calls and says about a type; its DTMI where the author gave it one.
    fn type_doc(&self, named: &NamedType) -> TokenStream {
        let language = self.language();
        let path = code(&named.path.join("."));
        let name = if named.reusable {
            path
        } else {
            format!("Value of {path}.")
        };
        let doc = Doc::titled_or(&named.docs, &name, language).text(&named.docs, language);
        let doc = if named.reusable {
            doc.paragraph(&format!("DTMI: `{}`", named.id))
        } else {
            doc
        };
        doc.tokens()
    }

    fn type_name(&self, named: &NamedType) -> String {
        self.plan.name(&named.id).unwrap_or_default().to_owned()
    }
}
