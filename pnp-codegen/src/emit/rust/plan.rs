//! Who is called what: modules of interfaces, and the types in each, decided before anything is
//! printed, so that a reference and its target can't disagree.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::names::{Case, Scope, convert, ident};
use crate::collision::{Collision, Party};
use crate::ir::{Interface, NamedType, Package};
use crate::settings::Settings;

/// The struct of an interface's telemetry.
pub(super) const TELEMETRY: &str = "Telemetry";
/// The struct of an interface's read-only properties.
pub(super) const PROPERTIES: &str = "Properties";
/// The trait of what an interface answers.
pub(super) const HANDLER: &str = "Handler";

/// The module of types that no interface of the package declares.
const TYPES: &str = "types";

/// A module of the output.
pub(super) struct Module<'p> {
    /// Its name.
    pub(super) name: String,
    /// Its interface; none for the types of no interface.
    pub(super) interface: Option<&'p Interface>,
    /// The Objects and Enums that stand in it.
    pub(super) types: &'p [NamedType],
}

/// All names that cross a module's border.
pub(super) struct Plan<'p> {
    /// In the order of the output.
    pub(super) modules: Vec<Module<'p>>,
    /// DTMI → module and type; of interfaces and of types.
    places: BTreeMap<&'p str, (String, String)>,
    /// DTMI → interface.
    interfaces: BTreeMap<&'p str, &'p Interface>,
}

/// Names everything that a package prints.
pub(super) fn plan<'p>(
    package: &'p Package,
    settings: &Settings,
    collisions: &mut Vec<Collision>,
) -> Plan<'p> {
    let modules = modules(package, settings, collisions);
    let mut places = BTreeMap::new();
    for module in &modules {
        let mut scope = Scope::new(format!("types of module `{}`", module.name));
        for fixed in [TELEMETRY, PROPERTIES, HANDLER] {
            scope.reserve(fixed);
        }
        let mut place = |id: &'p str, name| places.insert(id, (module.name.clone(), name));
        if let Some(interface) = module.interface.filter(|interface| is_addressed(interface)) {
            let wanted = wanted(
                &interface.id,
                last_label(&interface.id),
                Case::Camel,
                settings,
            );
            let name = scope.claim_or(&wanted, "Interface", Case::Camel, party(interface));
            place(&interface.id, name);
        }
        // The author named a reusable type, a path names the others: those give way.
        let (reusable, inline): (Vec<_>, Vec<_>) = module.types.iter().partition(|it| it.reusable);
        for named in reusable.into_iter().chain(inline) {
            let wanted = wanted(&named.id, &named.path.join("_"), Case::Camel, settings);
            let name = scope.claim_or(&wanted, "Value", Case::Camel, Party::of_type(named));
            place(&named.id, name);
        }
        collisions.append(&mut scope.collisions);
    }
    let interfaces = package
        .interfaces
        .iter()
        .map(|it| (it.id.as_str(), it))
        .collect();
    Plan {
        modules,
        places,
        interfaces,
    }
}

impl Plan<'_> {
    /// The interface with a DTMI.
    pub(super) fn interface(&self, id: &str) -> Option<&Interface> {
        self.interfaces.get(id).copied()
    }

    /// The name of a type or interface in its own module.
    pub(super) fn name(&self, id: &str) -> Option<&str> {
        self.places.get(id).map(|(_, name)| name.as_str())
    }

    /// The path to a type or interface, or to `item` beside it, from within a module.
    pub(super) fn path(&self, from: &str, id: &str, item: Option<&str>) -> TokenStream {
        // A package holds everything that it names; the unit type stands for what can't be.
        let Some((module, name)) = self.places.get(id) else {
            return quote!(());
        };
        let name = ident(item.unwrap_or(name));
        if module == from {
            return quote!(#name);
        }
        let module = ident(module);
        quote!(super::#module::#name)
    }
}

/// Whether code names the interface itself: it is a device or a component of one.
pub(super) fn is_addressed(interface: &Interface) -> bool {
    interface.reach.root || interface.reach.component
}

/// The name that a part of the model asks for: the one that the settings give it, else its own.
pub(super) fn wanted(id: &str, name: &str, case: Case, settings: &Settings) -> String {
    convert(settings.renamed(id).unwrap_or(name), case)
}

fn party(interface: &Interface) -> Party {
    Party {
        name: last_label(&interface.id).to_owned(),
        id: interface.id.clone(),
        place: interface.place.clone(),
    }
}

fn modules<'p>(
    package: &'p Package,
    settings: &Settings,
    collisions: &mut Vec<Collision>,
) -> Vec<Module<'p>> {
    let printed: Vec<&Interface> = package
        .interfaces
        .iter()
        .filter(|interface| is_addressed(interface) || !interface.types.is_empty())
        .collect();
    let ids: Vec<&str> = printed
        .iter()
        .map(|interface| interface.id.as_str())
        .collect();
    let names = short_names(&ids, settings);
    let mut scope = Scope::new("modules".to_owned());
    let mut modules: Vec<Module<'p>> = printed
        .into_iter()
        .zip(names)
        .map(|(interface, name)| Module {
            name: scope.claim(&name, Case::Snake, party(interface)),
            interface: Some(interface),
            types: &interface.types,
        })
        .collect();
    if !package.types.is_empty() {
        let types = Party {
            name: TYPES.to_owned(),
            id: String::new(),
            place: None,
        };
        modules.push(Module {
            name: scope.claim(TYPES, Case::Snake, types),
            interface: None,
            types: &package.types,
        });
    }
    collisions.append(&mut scope.collisions);
    modules
}

/// What each interface is called in snake case: the last label of its DTMI, more labels in front where
/// another interface has the same one, and the version where they differ in nothing else.
pub(super) fn short_names(ids: &[&str], settings: &Settings) -> Vec<String> {
    let short = |id: &str| convert(last_label(id), Case::Snake);
    let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for id in ids.iter().filter(|id| settings.renamed(id).is_none()) {
        alike.entry(short(id)).or_default().push(id);
    }
    let name = |id: &&str| match settings.renamed(id) {
        Some(name) => convert(name, Case::Snake),
        None => {
            let short = short(id);
            let alike = alike.get(&short).map(Vec::as_slice).unwrap_or_default();
            told_apart(id, alike).unwrap_or(short)
        }
    };
    ids.iter().map(name).collect()
}

/// The name of one of several interfaces with the same last label; `None` where that label suffices,
/// or where no number of labels does.
fn told_apart(own: &str, alike: &[&str]) -> Option<String> {
    if alike.len() < 2 {
        return None;
    }
    let paths: BTreeSet<&str> = alike.iter().map(|id| split(id).0).collect();
    let longest = paths.iter().map(|path| path.split(':').count()).max()?;
    let (path, version) = split(own);
    let labels = (1..=longest).find(|&labels| {
        let names: BTreeSet<String> = paths.iter().map(|path| tail(path, labels)).collect();
        names.len() == paths.len()
    })?;
    let name = tail(path, labels);
    let versions = alike.iter().filter(|id| split(id).0 == path).count();
    Some(if versions < 2 {
        name
    } else {
        format!("{name}_v{}", version.replace('.', "_"))
    })
}

/// The last labels of a DTMI's path as one name.
fn tail(path: &str, labels: usize) -> String {
    let all: Vec<&str> = path.split(':').collect();
    let from = all.len().saturating_sub(labels);
    convert(
        &all.into_iter().skip(from).collect::<Vec<_>>().join("_"),
        Case::Snake,
    )
}

/// The path of a DTMI, without scheme, and its version.
fn split(id: &str) -> (&str, &str) {
    let path = id.strip_prefix("dtmi:").unwrap_or(id);
    path.split_once(';').unwrap_or((path, ""))
}

/// The last label of a DTMI.
pub(super) fn last_label(id: &str) -> &str {
    let path = split(id).0;
    path.rsplit(':').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Reach;

    fn names(ids: &[&str]) -> Vec<String> {
        let root = Reach {
            root: true,
            ..Reach::default()
        };
        let interfaces = ids
            .iter()
            .map(|id| Interface {
                id: (*id).to_owned(),
                reach: root,
                ..Interface::default()
            })
            .collect();
        let package = Package {
            interfaces,
            ..Package::default()
        };
        let plan = plan(&package, &Settings::default(), &mut Vec::new());
        plan.modules.into_iter().map(|module| module.name).collect()
    }

    #[test]
    fn a_module_is_called_by_the_last_label() {
        assert_eq!(names(&["dtmi:com:example:Thermostat;1"]), ["thermostat"]);
    }

    #[test]
    fn two_versions_of_one_interface_are_told_apart_by_version() {
        assert_eq!(
            names(&[
                "dtmi:x:Root;1",
                "dtmi:x:Thermostat;1",
                "dtmi:x:Thermostat;2"
            ]),
            ["root", "thermostat_v1", "thermostat_v2"]
        );
        assert_eq!(names(&["dtmi:x:T;1", "dtmi:x:T;1.2"]), ["t_v1", "t_v1_2"]);
    }

    #[test]
    fn interfaces_with_one_last_label_get_as_many_labels_as_they_need() {
        assert_eq!(
            names(&["dtmi:a:up:Pressure;1", "dtmi:a:down:Pressure;1"]),
            ["up_pressure", "down_pressure"]
        );
        assert_eq!(
            names(&[
                "dtmi:a:up:Pressure;1",
                "dtmi:b:up:Pressure;1",
                "dtmi:b:up:Pressure;2"
            ]),
            ["a_up_pressure", "b_up_pressure_v1", "b_up_pressure_v2"]
        );
    }

    #[test]
    fn labels_that_differ_in_case_only_still_give_two_modules() {
        assert_eq!(
            names(&["dtmi:x:FooBar;1", "dtmi:x:fooBar;1"]),
            ["foo_bar", "foo_bar_2"]
        );
    }
}
