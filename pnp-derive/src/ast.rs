//! Items as the macros understand them: syntax and attributes read, nothing compared yet.
//!
//! Reading never fails. What is wrong is noted in [`Problems`], and what can be read is kept, so that
//! [`fallback`](crate::fallback) can still write an impl.

mod signature;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Field, Fields, FieldsNamed, FnArg, Generics, Ident, ItemTrait,
    Lit, LitStr, Path, Signature, TraitItem, Type, Visibility,
};

use crate::attr::{self, Entries, Place, is_pnp};
use crate::problem::Problems;
use crate::ty;
use crate::wire::WireName;
use crate::words::{Quantity, Words};

pub(crate) use signature::{Request, Role};

/// `derive(Interface)`.
pub(crate) struct Interface<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) runtime: Path,
    pub(crate) id: Option<LitStr>,
    /// There is no id, and nothing that may have been meant as one.
    pub(crate) lacks_id: bool,
    pub(crate) components: Vec<Component<'a>>,
    pub(crate) words: Words,
    /// What `telemetry = …`, `properties = …`, `handler = …` and `extends = …` name.
    pub(crate) telemetry: Option<Path>,
    pub(crate) properties: Option<Path>,
    pub(crate) handler: Option<Path>,
    pub(crate) extends: Vec<Path>,
}

/// A field of an interface struct.
pub(crate) struct Component<'a> {
    pub(crate) vis: &'a Visibility,
    pub(crate) ident: &'a Ident,
    pub(crate) docs: Vec<&'a Attribute>,
    pub(crate) name: WireName,
    pub(crate) ty: &'a Type,
    pub(crate) words: Words,
}

/// `derive(Telemetry)`, `derive(Properties)`, `derive(Object)`: a struct whose fields are members of
/// one JSON object.
pub(crate) struct Record<'a> {
    pub(crate) kind: RecordKind,
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) runtime: Path,
    pub(crate) interface: Option<Path>,
    /// There is no interface, and nothing that may have been meant as one.
    pub(crate) lacks_interface: bool,
    pub(crate) members: Vec<Member<'a>>,
    /// The id of an Object schema.
    pub(crate) id: Option<LitStr>,
    pub(crate) words: Words,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordKind {
    Telemetry,
    Properties,
    Object,
}

/// A field of a record.
pub(crate) struct Member<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) name: WireName,
    pub(crate) ty: &'a Type,
    /// `T` where the field is an `Option<T>`.
    pub(crate) optional: Option<&'a Type>,
    pub(crate) words: Words,
    pub(crate) quantity: Quantity,
}

/// `derive(Enum)`.
pub(crate) struct Enumeration<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) runtime: Path,
    /// What `values = …` says.
    pub(crate) values: Option<LitStr>,
    /// It says nothing, and nothing there may have been meant to.
    pub(crate) lacks_values: bool,
    pub(crate) variants: Vec<Variant<'a>>,
    pub(crate) id: Option<LitStr>,
    pub(crate) words: Words,
}

/// A variant of an enum.
pub(crate) struct Variant<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) fields: &'a Fields,
    pub(crate) value: Option<Lit>,
    /// The `value` key, be its literal right or wrong.
    pub(crate) value_key: Option<Ident>,
    /// The `unknown` key.
    pub(crate) unknown: Option<Ident>,
    /// There is neither, and nothing that may have been meant as one.
    pub(crate) lacks_value: bool,
    /// Its name in the model.
    pub(crate) name: WireName,
    pub(crate) words: Words,
    /// The first key that describes, for an `unknown` variant, which is no part of the model.
    pub(crate) describing_key: Option<Ident>,
}

/// `#[handler(…)]`.
pub(crate) struct Handler {
    /// The trait, without our attributes.
    pub(crate) item: ItemTrait,
    pub(crate) runtime: Path,
    pub(crate) interface: Option<Path>,
    /// There is no interface, and nothing that may have been meant as one.
    pub(crate) lacks_interface: bool,
    pub(crate) methods: Vec<Method>,
    /// A marked method is missing from `methods`, because it can't be read.
    pub(crate) has_broken_method: bool,
}

/// A marked method of a handler trait.
pub(crate) struct Method {
    pub(crate) ident: Ident,
    pub(crate) name: WireName,
    /// Its `#[cfg(…)]`, which everything written for it repeats.
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) role: Role,
    pub(crate) words: Words,
    /// Of a property, or of a command's response.
    pub(crate) quantity: Quantity,
}

impl<'a> Interface<'a> {
    pub(crate) fn of(input: &'a DeriveInput, problems: &mut Problems) -> Self {
        let entries = Entries::of(&input.attrs, &attr::INTERFACE, problems);
        let components = named_fields(input, "Interface", problems)
            .map(|(ident, field)| {
                let entries = Entries::of(&field.attrs, &attr::COMPONENT, problems);
                Component {
                    vis: &field.vis,
                    ident,
                    docs: docs(&field.attrs),
                    name: WireName::of_field(&entries, "component", ident),
                    ty: &field.ty,
                    words: Words::of(&entries, &field.attrs),
                }
            })
            .collect();
        Self {
            ident: &input.ident,
            generics: &input.generics,
            runtime: entries.runtime(),
            words: Words::of(&entries, &input.attrs),
            telemetry: entries.path("telemetry").cloned(),
            properties: entries.path("properties").cloned(),
            handler: entries.path("handler").cloned(),
            extends: entries.paths("extends").to_vec(),
            id: entries.text("id").cloned(),
            lacks_id: entries.lacks("id"),
            components,
        }
    }
}

impl RecordKind {
    /// The derive's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Telemetry => "Telemetry",
            Self::Properties => "Properties",
            Self::Object => "Object",
        }
    }

    fn place(self) -> &'static Place {
        match self {
            Self::Telemetry => &attr::TELEMETRY,
            Self::Properties => &attr::PROPERTIES,
            Self::Object => &attr::OBJECT,
        }
    }
}

impl<'a> Record<'a> {
    pub(crate) fn of(kind: RecordKind, input: &'a DeriveInput, problems: &mut Problems) -> Self {
        let entries = Entries::of(&input.attrs, kind.place(), problems);
        let members = named_fields(input, kind.name(), problems)
            .map(|(ident, field)| {
                let entries = Entries::of(&field.attrs, &attr::MEMBER, problems);
                Member {
                    ident,
                    name: WireName::of_field(&entries, "name", ident),
                    ty: &field.ty,
                    optional: ty::optional(&field.ty),
                    words: Words::of(&entries, &field.attrs),
                    quantity: Quantity::of(&entries),
                }
            })
            .collect();
        Self {
            kind,
            ident: &input.ident,
            generics: &input.generics,
            runtime: entries.runtime(),
            interface: entries.path("interface").cloned(),
            lacks_interface: entries.lacks("interface"),
            members,
            id: entries.text("id").cloned(),
            words: Words::of(&entries, &input.attrs),
        }
    }
}

impl<'a> Enumeration<'a> {
    pub(crate) fn of(input: &'a DeriveInput, problems: &mut Problems) -> Self {
        let entries = Entries::of(&input.attrs, &attr::ENUM, problems);
        let variants = match &input.data {
            Data::Enum(data) if data.variants.is_empty() => {
                problems.at(
                    &input.ident,
                    "an enum without variants has no values; add variants",
                );
                Vec::new()
            }
            Data::Enum(data) => data
                .variants
                .iter()
                .map(|variant| {
                    let entries = Entries::of(&variant.attrs, &attr::VARIANT, problems);
                    for field in &variant.fields {
                        no_attributes(&field.attrs, problems);
                    }
                    Variant {
                        ident: &variant.ident,
                        fields: &variant.fields,
                        value: entries.literal("value").cloned(),
                        value_key: entries.key("value").cloned(),
                        unknown: entries.key("unknown").cloned(),
                        lacks_value: entries.lacks("value") && entries.lacks("unknown"),
                        name: WireName::of_variant(&entries, &variant.ident),
                        words: Words::of(&entries, &variant.attrs),
                        describing_key: entries.describing(&attr::VARIANT).next().cloned(),
                    }
                })
                .collect(),
            Data::Struct(_) | Data::Union(_) => {
                problems.at_span(
                    item_keyword(input),
                    "`derive(Enum)` takes an enum; for a struct of fields write `derive(Object)`",
                );
                Vec::new()
            }
        };
        Self {
            ident: &input.ident,
            generics: &input.generics,
            runtime: entries.runtime(),
            values: entries.text("values").cloned(),
            lacks_values: entries.lacks("values"),
            variants,
            id: entries.text("id").cloned(),
            words: Words::of(&entries, &input.attrs),
        }
    }
}

impl Handler {
    pub(crate) fn of(entries: &Entries, mut item: ItemTrait, problems: &mut Problems) -> Self {
        for attribute in item.attrs.extract_if(.., |attribute| is_pnp(attribute)) {
            problems.at(
                attribute,
                format_args!(
                    "a trait's keys stand in `#[handler(…)]`; {}",
                    attr::HANDLER.allowed()
                ),
            );
        }
        let mut methods = Vec::new();
        let mut has_broken_method = false;
        for item in &mut item.items {
            let TraitItem::Fn(function) = item else {
                continue;
            };
            let marks = Entries::of(&function.attrs, &attr::METHOD, problems);
            let had_mark = function.attrs.iter().any(is_pnp);
            function.attrs.retain(|attribute| !is_pnp(attribute));
            let parameter = parameter_marks(&mut function.sig, problems);
            if let Some(method) = Method::of(&marks, &parameter, function, problems) {
                methods.push(method);
            } else if had_mark {
                has_broken_method = true;
            } else if function.default.is_none() {
                problems.at(
                    &function.sig.ident,
                    format_args!(
                        "nothing says what `{}` answers; mark it `#[pnp(…)]` or give it a body; {}",
                        function.sig.ident,
                        attr::METHOD.allowed()
                    ),
                );
            }
        }
        Self {
            runtime: entries.runtime(),
            interface: entries.path("interface").cloned(),
            lacks_interface: entries.lacks("interface"),
            item,
            methods,
            has_broken_method,
        }
    }
}

/// What the parameters' attributes say, which only one parameter of a command has. They go: the
/// compiler allows none there.
fn parameter_marks(signature: &mut Signature, problems: &mut Problems) -> Entries {
    let mut entries = Entries::default();
    for input in &mut signature.inputs {
        let attributes = match input {
            FnArg::Receiver(receiver) => &mut receiver.attrs,
            FnArg::Typed(argument) => &mut argument.attrs,
        };
        entries.read_all(attributes, &attr::PARAMETER, problems);
        attributes.retain(|attribute| !is_pnp(attribute));
    }
    entries
}

/// The named fields; a struct of another form, an enum or a union is noted and has none.
fn named_fields<'a>(
    input: &'a DeriveInput,
    derive: &str,
    problems: &mut Problems,
) -> impl Iterator<Item = (&'a Ident, &'a Field)> + use<'a> {
    let fields: Option<&FieldsNamed> = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Some(fields),
            Fields::Unit => None,
            Fields::Unnamed(fields) => {
                problems.at(
                    fields,
                    format_args!(
                        "`derive({derive})` takes a struct with named fields; give each field a name"
                    ),
                );
                None
            }
        },
        Data::Enum(_) | Data::Union(_) => {
            let instead = match (&input.data, derive) {
                (Data::Enum(_), "Object") => "; for an enum write `derive(Enum)`",
                _ => "",
            };
            problems.at_span(
                item_keyword(input),
                format_args!("`derive({derive})` takes a struct with named fields{instead}"),
            );
            None
        }
    };
    fields
        .into_iter()
        .flat_map(|fields| &fields.named)
        .filter_map(|field| Some((field.ident.as_ref()?, field)))
}

fn no_attributes(attributes: &[Attribute], problems: &mut Problems) {
    for attribute in attributes.iter().filter(|a| is_pnp(a)) {
        problems.at(
            attribute,
            "`#[pnp(…)]` means nothing here; it belongs on the variant",
        );
    }
}

fn docs(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
        .collect()
}

fn item_keyword(input: &DeriveInput) -> Span {
    match &input.data {
        Data::Struct(data) => data.struct_token.span(),
        Data::Enum(data) => data.enum_token.span(),
        Data::Union(data) => data.union_token.span(),
    }
}
