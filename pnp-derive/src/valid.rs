//! What must hold between the parts of an item: nothing missing, nothing twice, pairs complete.

use std::collections::BTreeMap;

use syn::{Fields, Ident, Lit, LitInt, LitStr};

use crate::ast::{
    Component, Enumeration, Handler, Interface, Member, Method, Record, RecordKind, Role, Variant,
};
use crate::attr;
use crate::problem::Problems;
use crate::ty;
use crate::wire::{WireName, dtmi_fault};

/// What a checked enum's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Values {
    String,
    Integer,
}

impl Interface<'_> {
    /// Notes what is missing, wrong or there twice.
    pub(crate) fn check(&self, problems: &mut Problems) {
        match &self.id {
            Some(id) => {
                if let Some(rule) = dtmi_fault(&id.value()) {
                    problems.at(
                        id,
                        format_args!("`{}` is no DTMI: {rule}", id.value()),
                    );
                }
            }
            None if !self.lacks_id => {}
            None => problems.at(
                self.ident,
                format_args!(
                    "which DTDL interface is `{}`? Write `#[pnp(id = \"dtmi:com:example:{};1\")]` above it",
                    self.ident, self.ident
                ),
            ),
        }
        if !self.generics.params.is_empty() {
            problems.at(
                &self.generics.params,
                "an interface is one type; remove the parameters",
            );
        }
        let names = self.components.iter().map(|Component { name, .. }| name);
        check_names("component", names, problems);
    }
}

impl Record<'_> {
    /// Notes what is missing, wrong or there twice.
    pub(crate) fn check(&self, problems: &mut Problems) {
        if self.kind != RecordKind::Object {
            check_interface(
                self.lacks_interface,
                self.ident,
                "#[pnp(interface = Thermostat)]",
                problems,
            );
            for Member { ty, optional, .. } in &self.members {
                if optional.is_none() {
                    problems.at(
                        ty,
                        format_args!(
                            "a field of `derive({})` is an `Option`, absent where there is nothing to send; \
                             write `Option<…>` around it",
                            self.kind.name()
                        ),
                    );
                }
            }
        }
        check_names("name", self.members.iter().map(|m| &m.name), problems);
        for member in &self.members {
            member.quantity.check(problems);
        }
        check_schema_id(self.id.as_ref(), problems);
    }
}

impl Enumeration<'_> {
    /// Notes what is missing, wrong or there twice.
    pub(crate) fn check(&self, problems: &mut Problems) {
        let values = self.check_values_key(problems);
        check_schema_id(self.id.as_ref(), problems);
        self.check_names(problems);
        let mut seen: BTreeMap<String, &Variant<'_>> = BTreeMap::new();
        let mut unknown: Option<&Variant<'_>> = None;
        for variant in &self.variants {
            variant.check_form(problems);
            if let Some(key) = &variant.unknown {
                match unknown {
                    Some(first) => problems.at(
                        key,
                        format_args!(
                            "`{}` holds the unknown values already; one variant does",
                            first.ident
                        ),
                    ),
                    None => unknown = Some(variant),
                }
                continue;
            }
            let Some(value) = &variant.value else {
                continue;
            };
            if let Some(spelling) = spelling(value, values, problems)
                && let Some(first) = seen.insert(spelling, variant)
            {
                problems.at(
                    value,
                    format_args!("`{}` has this value already", first.ident),
                );
            }
        }
    }

    /// What the values are: what `values = …` says, else what the first value is.
    pub(crate) fn values(&self) -> Values {
        let stated = self.values.as_ref().and_then(stated_values);
        let first = self
            .variants
            .iter()
            .find_map(|variant| variant.value.as_ref());
        match (stated, first) {
            (Some(values), _) => values,
            (None, Some(Lit::Int(_))) => Values::Integer,
            (None, _) => Values::String,
        }
    }

    /// Every value has a name of its own in the model.
    fn check_names(&self, problems: &mut Problems) {
        let mut seen: BTreeMap<&str, &Ident> = BTreeMap::new();
        for variant in self.variants.iter().filter(|it| it.unknown.is_none()) {
            variant.name.check("name", problems);
            if let Some(first) = seen.insert(&variant.name.text, variant.ident) {
                problems.at_span(
                    variant.name.span,
                    format_args!(
                        "`{first}` is called `{}` in the model already; give each its own `name`",
                        variant.name.text
                    ),
                );
            }
        }
    }

    fn has_only_unknown(&self) -> bool {
        !self.variants.is_empty()
            && self
                .variants
                .iter()
                .all(|variant| variant.unknown.is_some() && variant.value_key.is_none())
    }

    fn check_values_key(&self, problems: &mut Problems) -> Values {
        match &self.values {
            Some(text) if stated_values(text).is_none() => {
                problems.at(
                    text,
                    "the values of a DTDL enum are strings or integers; \
                     write `values = \"string\"` or `values = \"integer\"`",
                );
            }
            Some(_) => {}
            None if self.lacks_values && self.has_only_unknown() => {
                problems.at(
                    self.ident,
                    "no variant tells what the values are; \
                     write `#[pnp(values = \"string\")]` or `#[pnp(values = \"integer\")]` above the enum",
                );
            }
            None => {}
        }
        self.values()
    }
}

impl Variant<'_> {
    /// Whether the attributes and the fields go together.
    fn check_form(&self, problems: &mut Problems) {
        if let (Some(_), Some(key)) = (&self.unknown, &self.describing_key) {
            problems.at(
                key,
                "an `unknown` variant is no part of the model, so nothing describes it; remove this",
            );
        }
        let holds_one = matches!(self.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1);
        match (&self.unknown, &self.value_key) {
            (Some(_), Some(value)) => problems.at(
                value,
                "an `unknown` variant stands for every value that no other variant has; \
                 keep `unknown` or `value`",
            ),
            (Some(_), None) if !holds_one => problems.at(
                self.ident,
                format_args!(
                    "an `unknown` variant keeps the value; write `{0}(String)` or `{0}(i64)`",
                    self.ident
                ),
            ),
            (None, Some(_)) if !matches!(self.fields, Fields::Unit) => problems.at(
                self.fields,
                format_args!(
                    "a variant with a value holds nothing else; write `{}` alone",
                    self.ident
                ),
            ),
            (None, None) if self.lacks_value => problems.at(
                self.ident,
                format_args!(
                    "which value is `{}` on the wire? Say it in `#[pnp(…)]`; {}",
                    self.ident,
                    attr::VARIANT.allowed()
                ),
            ),
            (Some(_), None) | (None, _) => {}
        }
    }
}

impl Handler {
    /// Notes what is missing, wrong or there twice.
    pub(crate) fn check(&self, problems: &mut Problems) {
        check_interface(
            self.lacks_interface,
            &self.item.ident,
            "#[handler(interface = Thermostat)]",
            problems,
        );
        if !self.item.generics.params.is_empty() {
            problems.at(
                &self.item.generics.params,
                "a handler trait is used as `dyn`, for one interface; remove the parameters",
            );
        }
        for method in &self.methods {
            method.name.check("name", problems);
            method.check_description(problems);
        }
        // The method that can't be read may be the missing one.
        if !self.has_broken_method {
            self.check_pairs(problems);
        }
        // DTDL: the contents of an interface have one name space. A property has two methods.
        let mut seen: BTreeMap<(&str, bool), &Method> = BTreeMap::new();
        for method in &self.methods {
            let second =
                matches!(method.role, Role::Setter { .. }) && self.getter_of(method).is_some();
            if let Some(first) = seen.insert((&method.name.text, second), method) {
                problems.at_span(
                    method.name.span,
                    format_args!(
                        "`{}` is what `{}` answers already; names are unique within an interface",
                        method.name.text, first.ident
                    ),
                );
            }
        }
    }

    /// Getters and setters come in pairs and speak of one type.
    fn check_pairs(&self, problems: &mut Problems) {
        for method in &self.methods {
            let name = &method.name.text;
            match &method.role {
                Role::Getter { .. } if self.setter_of(method).is_none() => problems.at_span(
                    method.name.span,
                    format_args!(
                        "property `{name}` has a getter, `{}`, and no setter; \
                         add a method with `#[pnp(desired = \"{name}\")]`",
                        method.ident
                    ),
                ),
                Role::Setter { value } => match self.getter_of(method) {
                    None => problems.at_span(
                        method.name.span,
                        format_args!(
                            "property `{name}` has a setter, `{}`, and no getter; \
                             add a method with `#[pnp(property = \"{name}\")]`",
                            method.ident
                        ),
                    ),
                    Some((getter, given)) if !ty::same(value, given) => problems.at(
                        value,
                        format_args!(
                            "the getter of `{name}`, `{}`, gives another type; spell it alike in both",
                            getter.ident
                        ),
                    ),
                    Some(_) => {}
                },
                Role::Getter { .. } | Role::Command { .. } | Role::Component { .. } => {}
            }
        }
    }

    fn setter_of(&self, getter: &Method) -> Option<&Method> {
        self.methods.iter().find(|method| {
            matches!(method.role, Role::Setter { .. }) && method.name.text == getter.name.text
        })
    }

    /// The getter beside a setter, and the type that it gives.
    pub(crate) fn getter_of(&self, setter: &Method) -> Option<(&Method, &syn::Type)> {
        self.methods.iter().find_map(|method| match &method.role {
            Role::Getter { value } if method.name.text == setter.name.text => Some((method, value)),
            Role::Getter { .. }
            | Role::Setter { .. }
            | Role::Command { .. }
            | Role::Component { .. } => None,
        })
    }
}

impl Method {
    fn check_description(&self, problems: &mut Problems) {
        match &self.role {
            Role::Getter { .. } => self.quantity.check(problems),
            Role::Command { request, response } => {
                if let Some(request) = request {
                    request.name.check("name", problems);
                    request.quantity.check(problems);
                }
                response.name.check("response", problems);
                match &response.key {
                    Some(key) if ty::is_unit(&response.ty) => problems.at(
                        key,
                        format_args!("`{}` gives nothing that `{key}` could describe", self.ident),
                    ),
                    _ => self.quantity.check(problems),
                }
            }
            // What stands there is noted already.
            Role::Setter { .. } | Role::Component { .. } => {}
        }
    }
}

fn check_schema_id(id: Option<&LitStr>, problems: &mut Problems) {
    let Some(id) = id else { return };
    if let Some(rule) = dtmi_fault(&id.value()) {
        problems.at(id, format_args!("`{}` is no DTMI: {rule}", id.value()));
    }
}

fn check_interface(lacks_interface: bool, ident: &Ident, write: &str, problems: &mut Problems) {
    if lacks_interface {
        problems.at(
            ident,
            format_args!(
                "which interface is `{ident}` part of? Write `{write}`, \
                 with the type that has `derive(Interface)`"
            ),
        );
    }
}

/// Every name is a DTDL name and stands once; `key` is the attribute that gives one.
fn check_names<'n>(key: &str, names: impl Iterator<Item = &'n WireName>, problems: &mut Problems) {
    let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
    for name in names {
        name.check(key, problems);
        if seen.insert(&name.text, ()).is_some() {
            problems.at_span(
                name.span,
                format_args!(
                    "another field has the wire name `{}` already; each has its own",
                    name.text
                ),
            );
        }
    }
}

fn stated_values(text: &LitStr) -> Option<Values> {
    match text.value().as_str() {
        "string" => Some(Values::String),
        "integer" => Some(Values::Integer),
        _ => None,
    }
}

/// The value in a form that is equal for equal values; a value of the wrong kind is noted.
fn spelling(value: &Lit, values: Values, problems: &mut Problems) -> Option<String> {
    match (value, values) {
        (Lit::Str(text), Values::String) => Some(text.value()),
        (Lit::Int(number), Values::Integer) => match integer(number) {
            Some(number) => Some(number.to_string()),
            None => {
                problems.at(
                    number,
                    "an enum's integer is an `i64`; write digits alone, within its range",
                );
                None
            }
        },
        (other, Values::String) => {
            problems.at(
                other,
                "the values of this enum are strings; write it in quotes",
            );
            None
        }
        (other, Values::Integer) => {
            problems.at(
                other,
                "the values of this enum are integers; write it without quotes",
            );
            None
        }
    }
}

/// The value of an integer literal without type suffix.
pub(crate) fn integer(number: &LitInt) -> Option<i64> {
    if !number.suffix().is_empty() {
        return None;
    }
    number.base10_parse().ok()
}
