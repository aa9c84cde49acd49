//! The numbers by which the tables name their rows.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($raw:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) $raw);

        impl $name {
            /// The number itself, for tables by it.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id! {
    /// The number of a class such as `Interface`.
    ClassId(u8)
}
id! {
    /// The number of a property name of the classes, such as `schema`.
    PropId(u8)
}
id! {
    /// The number of a co-type such as `Temperature` of one version of an extension.
    CoTypeId(u16)
}
id! {
    /// The number of a property that co-types add, such as `unit`.
    SuppPropId(u16)
}
id! {
    /// The number of a context such as `dtmi:dtdl:context;3`.
    ContextId(u8)
}
id! {
    /// The number of a limit extension; 0 is none.
    LimitId(u8)
}
id! {
    /// The number of a standard element.
    StdId(u16)
}

/// A set of classes, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassSet(pub(super) u64);

impl ClassSet {
    /// Whether a class is among them.
    pub fn has(self, class: ClassId) -> bool {
        self.0 & (1 << class.0) != 0
    }

    pub(super) fn add(&mut self, class: ClassId) {
        self.0 |= 1 << class.0;
    }

    /// The classes, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = ClassId> {
        (0..64).map(ClassId).filter(move |&class| self.has(class))
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}
