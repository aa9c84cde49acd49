//! Package → Rust: declarations with derives, as a careful developer would write them.
//!
//! Absolute paths, no `use`, no inner attribute, so that the text can be included or checked in. What
//! the declarations mean is `pnp-derive`'s and `pnp-runtime`'s business; nothing here knows them but by
//! path.

mod device;
mod docs;
mod lints;
mod markdown;
mod names;
mod plan;
mod print;
mod types;

use proc_macro2::TokenStream;
use quote::quote;

use self::docs::Doc;
use self::names::{Case, ident};
use self::plan::{Module, Plan};
use crate::collision::Collision;
use crate::error::Error;
use crate::ir::Package;
use crate::settings::Settings;

/// Prints a package as one Rust text, with the names that collided.
///
/// # Errors
/// The settings' runtime path is no path.
pub fn emit(package: &Package, settings: &Settings) -> Result<(String, Vec<Collision>), Error> {
    let runtime: syn::Path = syn::parse_str(&settings.runtime_path)
        .map_err(|_| Error::usage(format!("`{}` is not a path", settings.runtime_path)))?;
    let mut collisions = Vec::new();
    let plan = plan::plan(package, settings, &mut collisions);
    let mut emitter = Emitter {
        settings,
        runtime: quote!(#runtime),
        plan: &plan,
        collisions,
    };
    let mut modules = Vec::new();
    for module in &plan.modules {
        modules.push(emitter.module(module)?);
    }
    let text = format!("{}\n{}", header(&package.roots), print::print(modules));
    Ok((text, emitter.collisions))
}

/// The file of each root: the last label of its DTMI in snake case, more where that isn't enough.
pub(crate) fn file_names(roots: &[String], settings: &Settings) -> Vec<String> {
    let roots: Vec<&str> = roots.iter().map(String::as_str).collect();
    let names = plan::short_names(&roots, settings);
    names.into_iter().map(|name| format!("{name}.rs")).collect()
}

/// No version, time, host or path: the same model gives the same bytes everywhere.
fn header(roots: &[String]) -> String {
    format!(
        "// @generated from {} by pnp. Do not edit.\n",
        roots.join(", ")
    )
}

/// What every part of the printing needs.
struct Emitter<'p> {
    settings: &'p Settings,
    runtime: TokenStream,
    plan: &'p Plan<'p>,
    collisions: Vec<Collision>,
}

impl Emitter<'_> {
    fn language(&self) -> &str {
        &self.settings.language
    }

    /// The name that a part of the model asks for.
    fn wanted(&self, id: &str, name: &str, case: Case) -> String {
        plan::wanted(id, name, case, self.settings)
    }

    fn module(&mut self, module: &Module<'_>) -> Result<syn::ItemMod, Error> {
        let at = module.name.as_str();
        let mut doc = Doc::ours("Types that no interface here declares.");
        let mut device = TokenStream::new();
        if let Some(interface) = module.interface {
            let last = plan::last_label(&interface.id);
            doc = Doc::titled(&interface.docs, last, self.language(), "")
                .text(&interface.docs, self.language())
                .paragraph(&format!("DTMI: `{}`", interface.id));
            if plan::is_addressed(interface) {
                device = self.device(at, interface);
            }
        }
        let types: Vec<TokenStream> = module
            .types
            .iter()
            .map(|named| self.named_type(at, named))
            .collect();
        let doc = doc.tokens();
        let name = ident(at);
        let item = quote!(#doc pub mod #name { #device #(#types)* });
        let mut item: syn::ItemMod = syn::parse2(item).map_err(|error| Error::internal(&error))?;
        let is_root = module
            .interface
            .is_some_and(|interface| interface.reach.root);
        lints::mark(&mut item, is_root);
        Ok(item)
    }

    /// `#[pnp(…)]` with the runtime's path where it isn't the usual one; nothing where it is empty.
    fn attribute(&self, arguments: &[TokenStream]) -> Option<TokenStream> {
        let arguments: Vec<TokenStream> = arguments
            .iter()
            .cloned()
            .chain(self.crate_argument())
            .collect();
        (!arguments.is_empty()).then(|| quote!(#[pnp(#(#arguments),*)]))
    }

    /// `crate = ::path`, where the runtime has a path of its own.
    fn crate_argument(&self) -> Option<TokenStream> {
        let runtime = &self.runtime;
        (self.settings.runtime_path != crate::settings::RUNTIME).then(|| quote!(crate = #runtime))
    }
}
