//! The language as data: plain tables, read once from the rows in `metamodel/`.
//!
//! The files state own properties of each class only, with the versions as attributes; the loader
//! applies inheritance and versions and asserts that the tables are sound. Nothing here knows a rule of
//! any class.

mod ids;
mod load;
pub mod names;
mod numbers;
mod pattern;
mod rows;
mod tables;

pub use pattern::Pattern;
pub use tables::*;

use hashbrown::HashMap;
use std::sync::OnceLock;

/// All tables.
#[derive(Debug, Default)]
pub struct Metamodel {
    versions: Vec<Version>,
    classes: Vec<Class>,
    prop_names: Vec<&'static str>,
    co_types: Vec<CoType>,
    supp_props: Vec<SuppProp>,
    contexts: Vec<Context>,
    limits: Vec<&'static str>,
    elements: Vec<StdElement>,
    controls: Vec<Control>,
    patterns: tables::Patterns,
    ids: ids::Ids,
    /// What each class name means as a type, whatever the version: the name or identifier.
    class_names: HashMap<String, ClassId>,
}

impl Metamodel {
    /// The tables, read at the first call.
    #[allow(
        clippy::panic,
        reason = "the tables are part of the program, and a test reads them"
    )]
    pub fn get() -> &'static Self {
        static TABLES: OnceLock<Metamodel> = OnceLock::new();
        TABLES.get_or_init(|| {
            load::all().unwrap_or_else(|error| panic!("unsound metamodel table: {error}"))
        })
    }

    /// The versions of the language, oldest first.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// A version of the language.
    pub fn version(&self, number: u8) -> Option<&Version> {
        self.versions
            .iter()
            .find(|version| version.number == number)
    }

    /// The classes, by number.
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The row of a class.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are only made by the loader, for rows that exist"
    )]
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.index()]
    }

    /// The number of a class by its name.
    pub fn class_named(&self, name: &str) -> Option<ClassId> {
        self.classes
            .iter()
            .position(|class| class.name == name)
            .map(|index| ClassId(index as u8))
    }

    /// The class that a type names, by term or identifier of any version.
    pub fn class_of_type(&self, name: &str) -> Option<ClassId> {
        self.class_names.get(name).copied()
    }

    /// Whether a class is another one, or inherits from it.
    pub fn is_a(&self, class: ClassId, base: ClassId) -> bool {
        let mut next = Some(class);
        while let Some(id) = next {
            if id == base {
                return true;
            }
            next = self.class(id).parent;
        }
        false
    }

    /// The name of a property.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are only made by the loader, for rows that exist"
    )]
    pub fn prop_name(&self, id: PropId) -> &'static str {
        self.prop_names[id.index()]
    }

    /// The co-types, by number.
    pub fn co_types(&self) -> &[CoType] {
        &self.co_types
    }

    /// The row of a co-type.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are only made by the loader, for rows that exist"
    )]
    pub fn co_type(&self, id: CoTypeId) -> &CoType {
        &self.co_types[id.index()]
    }

    /// A co-type and those that it is built from, itself first.
    pub fn lineage(&self, id: CoTypeId) -> impl Iterator<Item = CoTypeId> {
        std::iter::successors(Some(id), |&id| self.co_type(id).parent)
    }

    /// Whether an element of a class and with co-types has a type, itself or by what its types are
    /// built from.
    pub fn has_type(&self, class: ClassId, co_types: &[CoTypeId], wanted: TypeRef) -> bool {
        match wanted {
            TypeRef::Class(base) => self.is_a(class, base),
            TypeRef::CoType(base) => co_types
                .iter()
                .any(|&co_type| self.lineage(co_type).any(|known| known == base)),
        }
    }

    /// The row of a property that co-types add.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are only made by the loader, for rows that exist"
    )]
    pub fn supp_prop(&self, id: SuppPropId) -> &SuppProp {
        &self.supp_props[id.index()]
    }

    /// The property that co-types add by an identifier.
    pub fn added_with_id(&self, id: &str) -> Option<SuppPropId> {
        self.ids.added(id)
    }

    /// The contexts, by number.
    pub fn contexts(&self) -> &[Context] {
        &self.contexts
    }

    /// The row of a context.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are only made by the loader, for rows that exist"
    )]
    pub fn context(&self, id: ContextId) -> &Context {
        &self.contexts[id.index()]
    }

    /// The context of a name and a major version.
    pub fn context_named(&self, name: &str, version: u32) -> Option<ContextId> {
        let found = self
            .contexts
            .iter()
            .position(|context| context.name == name && u32::from(context.version) == version);
        found.map(|index| ContextId(index as u8))
    }

    /// The names of the limit extensions, by number; the first is empty.
    pub fn limits(&self) -> &[&'static str] {
        &self.limits
    }

    /// The standard elements, by number.
    pub fn elements(&self) -> &[StdElement] {
        &self.elements
    }

    /// The row of a standard element.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are only made by the loader, for rows that exist"
    )]
    pub fn element(&self, id: StdId) -> &StdElement {
        &self.elements[id.index()]
    }

    /// The standard element with an identifier.
    pub fn element_with_id(&self, id: &str) -> Option<StdId> {
        match self.meaning(id) {
            Some(Meaning::Element(found)) => Some(found),
            _ => None,
        }
    }

    /// The identifier of the standard element that an identifier is only another name of.
    pub fn alias(&self, id: &str) -> Option<&str> {
        let alias = self.element(self.element_with_id(id)?);
        let target =
            std::iter::successors(alias.alias_of, |&next| self.element(next).alias_of).last()?;
        Some(&self.element(target).id)
    }

    /// The rules over everything below an element, in the order of the files.
    pub fn controls(&self) -> &[Control] {
        &self.controls
    }

    /// A pattern by its number.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are only made by the loader, for rows that exist"
    )]
    pub fn pattern(&self, id: usize) -> &Pattern {
        &self.patterns[id].1
    }

    /// A pattern by the name that its row gives it.
    pub fn pattern_named(&self, name: &str) -> Option<&Pattern> {
        self.patterns
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, pattern)| pattern)
    }

    /// What an identifier stands for.
    pub fn meaning(&self, id: &str) -> Option<Meaning> {
        self.ids.meaning(id)
    }

    /// The identifier that a term has in a context.
    pub fn term(&self, context: ContextId, term: &str) -> Option<&str> {
        self.ids.term(context, term).map(|row| row.id.as_str())
    }

    /// The terms of a context and their identifiers.
    pub fn terms(&self, context: ContextId) -> impl Iterator<Item = (&'static str, &str)> {
        self.ids
            .terms(context)
            .map(|(term, row)| (term, row.id.as_str()))
    }

    /// The term of an identifier if any context has one.
    pub fn known_term(&self, id: &str) -> Option<&'static str> {
        self.ids
            .find(id)
            .map(|row| row.term)
            .filter(|term| !term.is_empty())
    }

    /// The term of an identifier if any context has one, else the identifier itself.
    pub fn term_or_id<'t>(&self, id: &'t str) -> &'t str {
        self.known_term(id).unwrap_or(id)
    }
}

impl CoType {
    /// Whether it is a semantic type such as `Temperature`.
    pub fn is_semantic(&self) -> bool {
        self.kind == CoKind::Semantic
    }
}
