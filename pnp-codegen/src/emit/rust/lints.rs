//! `#[allow(…)]` on a generated module: what its names or texts would make a compiler or clippy say,
//! and nothing more.
//!
//! An inner attribute can't stand in an included file, so the attribute goes on each module. So does
//! the one that keeps formatters away.

use syn::{Item, ItemEnum, ItemMod, ItemStruct, ItemTrait, TraitItem};

/// A device seldom uses all of its model, and the file can't know how public its surroundings are.
const ALWAYS: &[&str] = &["dead_code", "unreachable_pub"];

/// Whether a module brings a lint on.
type Condition = fn(&Names) -> bool;

/// A lint and whether a module's names or texts bring it on. Each comes from a name or text of the
/// model that the wire or the author asks for.
const WHEN: &[(&str, Condition)] = &[
    ("clippy::doc_markdown", |names| {
        names.docs.iter().any(|doc| has_code_like_word(doc))
    }),
    ("clippy::enum_variant_names", |names| {
        names
            .enums
            .iter()
            .any(|(name, variants)| shares_words(name, variants))
    }),
    ("clippy::struct_field_names", |names| {
        names
            .structs
            .iter()
            .any(|(name, fields)| shares_words(name, fields))
    }),
    ("clippy::struct_excessive_bools", |names| {
        names.most_bools > 3
    }),
    ("clippy::upper_case_acronyms", |names| {
        let types = names.structs.iter().chain(&names.enums);
        types
            .flat_map(|(name, parts)| parts.iter().chain([name]))
            .any(|name| name.len() > 2 && !name.contains(|c: char| c.is_ascii_lowercase()))
    }),
    ("clippy::wrong_self_convention", |names| {
        let prefixes = ["from_", "into_", "to_"];
        names
            .methods
            .iter()
            .any(|name| name == "new" || prefixes.iter().any(|prefix| name.starts_with(prefix)))
    }),
    ("clippy::new_ret_no_self", |names| {
        names.methods.iter().any(|name| name == "new")
    }),
    ("clippy::len_without_is_empty", |names| {
        names.methods.iter().any(|name| name == "len")
    }),
    ("clippy::iter_not_returning_iterator", |names| {
        names
            .methods
            .iter()
            .any(|name| name == "iter" || name == "iter_mut")
    }),
];

/// People call a file by the device, and so is the module of the device in it.
const ROOT: &str = "clippy::module_inception";

/// Puts `#[allow(…)]` and `#[rustfmt::skip]` on a module; `is_root` where it is the one that the file is called by.
pub(super) fn mark(module: &mut ItemMod, is_root: bool) {
    let names = Names::of(module);
    let needed = WHEN
        .iter()
        .filter(|(_, when)| when(&names))
        .map(|(lint, _)| *lint);
    let lints: Vec<syn::Path> = ALWAYS
        .iter()
        .copied()
        .chain(is_root.then_some(ROOT))
        .chain(needed)
        .filter_map(|lint| syn::parse_str(lint).ok())
        .collect();
    module.attrs.push(syn::parse_quote!(#[allow(#(#lints),*)]));
    // Checked in, the text stays what the next run gives.
    module.attrs.push(syn::parse_quote!(#[rustfmt::skip]));
}

/// What lints look at.
#[derive(Default)]
struct Names {
    docs: Vec<String>,
    structs: Vec<(String, Vec<String>)>,
    enums: Vec<(String, Vec<String>)>,
    methods: Vec<String>,
    most_bools: usize,
}

impl Names {
    fn of(module: &ItemMod) -> Self {
        let mut names = Self::default();
        names.read_docs(&module.attrs);
        for item in module.content.iter().flat_map(|(_, items)| items) {
            if let Item::Struct(item) = item {
                names.read_struct(item);
            } else if let Item::Enum(item) = item {
                names.read_enum(item);
            } else if let Item::Trait(item) = item {
                names.read_trait(item);
            }
        }
        names
    }

    fn read_struct(&mut self, item: &ItemStruct) {
        self.read_docs(&item.attrs);
        item.fields
            .iter()
            .for_each(|field| self.read_docs(&field.attrs));
        let fields = item.fields.iter().filter_map(|field| field.ident.as_ref());
        self.structs
            .push((text(&item.ident), fields.map(text).collect()));
        let bools = item
            .fields
            .iter()
            .filter(|field| is_bool(&field.ty))
            .count();
        self.most_bools = self.most_bools.max(bools);
    }

    fn read_enum(&mut self, item: &ItemEnum) {
        self.read_docs(&item.attrs);
        item.variants
            .iter()
            .for_each(|variant| self.read_docs(&variant.attrs));
        let variants = item.variants.iter().map(|variant| text(&variant.ident));
        self.enums.push((text(&item.ident), variants.collect()));
    }

    fn read_trait(&mut self, item: &ItemTrait) {
        self.read_docs(&item.attrs);
        for item in &item.items {
            if let TraitItem::Fn(method) = item {
                self.read_docs(&method.attrs);
                self.methods.push(text(&method.sig.ident));
            }
        }
    }

    fn read_docs(&mut self, attributes: &[syn::Attribute]) {
        for attribute in attributes {
            if let syn::Meta::NameValue(pair) = &attribute.meta
                && pair.path.is_ident("doc")
                && let syn::Expr::Lit(literal) = &pair.value
                && let syn::Lit::Str(text) = &literal.lit
            {
                self.docs.push(text.value());
            }
        }
    }
}

fn text(ident: &syn::Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").unwrap_or(&text).to_owned()
}

fn is_bool(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.is_ident("bool"))
}

/// Whether clippy would ask for backticks: a word of mixed case, with underscores, `::` or `()`.
fn has_code_like_word(doc: &str) -> bool {
    // Every second part stands between backticks.
    doc.split('`')
        .step_by(2)
        .flat_map(str::split_whitespace)
        .any(|word| {
            let is_call = word.contains("()");
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            let mut capitals = word.chars().skip(1).filter(char::is_ascii_uppercase);
            let mixed =
                capitals.next().is_some() && word.contains(|c: char| c.is_ascii_lowercase());
            mixed || is_call || word.contains('_') || word.contains("::")
        })
}

/// Whether the parts of a type repeat its name, or all begin or end with one word. Clippy looks at
/// types with three parts or more.
fn shares_words(owner: &str, parts: &[String]) -> bool {
    let owner = words(owner);
    let parts: Vec<Vec<String>> = parts.iter().map(|part| words(part)).collect();
    let repeats = |part: &Vec<String>| part.starts_with(&owner) || part.ends_with(&owner);
    let common = |of: fn(&Vec<String>) -> Option<&String>| {
        let first = parts.first().and_then(of);
        first.is_some() && parts.iter().all(|part| of(part) == first)
    };
    parts.len() >= 3
        && (parts.iter().any(repeats) || common(|part| part.first()) || common(|part| part.last()))
}

fn words(name: &str) -> Vec<String> {
    heck::ToSnakeCase::to_snake_case(name)
        .split('_')
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn allowed(module: ItemMod) -> String {
        let mut module = module;
        mark(&mut module, false);
        let attribute = module
            .attrs
            .iter()
            .find(|it| it.path().is_ident("allow"))
            .unwrap();
        quote!(#attribute).to_string().replace(' ', "")
    }

    #[test]
    fn a_module_of_plain_names_allows_only_what_each_must() {
        let module = syn::parse_quote! {
            #[doc = " Temperature now, `maxTemp` before."]
            pub mod a { pub struct Report { pub max: f64, pub min: f64, pub mean: f64 } }
        };
        assert_eq!(allowed(module), "#[allow(dead_code,unreachable_pub)]");
    }

    #[test]
    fn names_and_texts_bring_on_the_lints_that_they_break() {
        let module = syn::parse_quote! {
            #[doc = " Talks to IoTHub."]
            pub mod a {
                pub enum State { StateOn, StateOff, Unknown(i64) }
                pub struct Report { pub max_temp: f64, pub min_temp: f64, pub avg_temp: f64 }
                pub trait Handler { fn to_zero(&mut self); fn len(&self); }
            }
        };
        assert_eq!(
            allowed(module),
            "#[allow(dead_code,unreachable_pub,clippy::doc_markdown,clippy::enum_variant_names,\
             clippy::struct_field_names,clippy::wrong_self_convention,clippy::len_without_is_empty)]"
        );
    }
}
