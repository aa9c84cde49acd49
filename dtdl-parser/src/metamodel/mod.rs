//! The language as data: plain tables, read once from the rows in `metamodel/`.

pub mod names;

use std::sync::OnceLock;

/// The number of a class such as `Interface`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub(crate) u8);

/// The number of a property name of the classes, such as `schema`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PropId(pub(crate) u8);

/// The number of a co-type such as `Temperature` of one extension version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CoTypeId(pub(crate) u16);

/// The number of a property that co-types add, such as `unit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SuppPropId(pub(crate) u16);

/// A class.
#[derive(Debug)]
pub struct Class {
    /// Its term.
    pub name: &'static str,
}

/// A co-type.
#[derive(Debug)]
pub struct CoType {
    /// Its identifier.
    pub id: String,
    /// Its term.
    pub term: String,
    /// Whether it is a semantic type.
    pub semantic: bool,
}

impl CoType {
    /// Whether it is a semantic type such as `Temperature`.
    pub fn is_semantic(&self) -> bool {
        self.semantic
    }
}

/// A property that co-types add.
#[derive(Debug)]
pub struct SuppProp {
    /// Its identifier.
    pub id: String,
}

/// All tables.
#[derive(Debug, Default)]
pub struct Metamodel {
    classes: Vec<Class>,
    co_types: Vec<CoType>,
    supp_props: Vec<SuppProp>,
}

impl Metamodel {
    /// The tables, read at the first call.
    pub fn get() -> &'static Self {
        static TABLES: OnceLock<Metamodel> = OnceLock::new();
        TABLES.get_or_init(Self::default)
    }

    /// The row of a class.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are only made by the loader, for rows that exist"
    )]
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[usize::from(id.0)]
    }

    /// The row of a co-type.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are only made by the loader, for rows that exist"
    )]
    pub fn co_type(&self, id: CoTypeId) -> &CoType {
        &self.co_types[usize::from(id.0)]
    }

    /// The row of a property that co-types add.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are only made by the loader, for rows that exist"
    )]
    pub fn supp_prop(&self, id: SuppPropId) -> &SuppProp {
        &self.supp_props[usize::from(id.0)]
    }
}
