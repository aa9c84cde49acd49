//! Where the texts of referenced interfaces come from: the [`Resolver`] trait and the small
//! implementations that touch no disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Finds the texts of interfaces that are referenced but not among the inputs.
///
/// All references that one round leaves open are asked for in one call, so that a resolver over a
/// network can batch them. An id that appears neither in [`Resolution::texts`] nor in
/// [`Resolution::unreadable`] was not found.
pub trait Resolver {
    /// The texts that are hoped to define `ids` (DTMIs without duplicates, in the order in which they
    /// were referenced). A text may define more than was asked for, or several of the ids.
    fn resolve(&self, ids: &[&str]) -> Resolution;

    /// The files read and the places searched so far, for build scripts that must know when to run
    /// again. Resolvers that touch no disk return the empty set.
    fn touched(&self) -> Touched {
        Touched::default()
    }
}

/// What one call of [`Resolver::resolve`] found.
#[derive(Clone, Debug, Default)]
pub struct Resolution {
    /// The texts found, in the order of the ids that led to them.
    pub texts: Vec<ResolvedText>,
    /// The ids whose place was found but could not be read; not the same as not found.
    pub unreadable: Vec<Unreadable>,
}

/// A text that a resolver found.
#[derive(Clone, Debug)]
pub struct ResolvedText {
    /// The name under which problems in this text are reported: its path, as a rule.
    pub name: String,
    /// The bytes as stored.
    pub text: Vec<u8>,
}

/// A reference whose text exists but could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The id asked for.
    pub id: String,
    /// The path or address that failed.
    pub name: String,
    /// Why, in the words of the system.
    pub reason: String,
}

/// The disk as a resolver saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Files that were read.
    pub read: BTreeSet<PathBuf>,
    /// Folders that were listed.
    pub listed: BTreeSet<PathBuf>,
    /// Files that were looked for and are not there; a later run may find them.
    pub missed: BTreeSet<PathBuf>,
}

impl Touched {
    /// Adds what `other` holds.
    pub fn merge(&mut self, other: Self) {
        self.read.extend(other.read);
        self.listed.extend(other.listed);
        self.missed.extend(other.missed);
    }
}

/// Finds nothing. The default where no repository is given.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(&self, _ids: &[&str]) -> Resolution {
        Resolution::default()
    }
}

/// Serves texts held in memory.
///
/// ```
/// use dtdl_parser::source::{MemoryResolver, Resolver};
///
/// let mut memory = MemoryResolver::new();
/// memory.insert("dtmi:com:example:Room;1", "room.json", "{}");
/// assert_eq!(memory.resolve(&["dtmi:com:example:Room;1"]).texts.len(), 1);
/// assert!(memory.resolve(&["dtmi:com:example:Room;2"]).texts.is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryResolver {
    texts: BTreeMap<String, ResolvedText>,
}

impl MemoryResolver {
    /// A resolver that knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Serves `text` for `id`, in place of what was served for it before.
    pub fn insert(
        &mut self,
        id: impl Into<String>,
        name: impl Into<String>,
        text: impl Into<Vec<u8>>,
    ) {
        let text = ResolvedText {
            name: name.into(),
            text: text.into(),
        };
        self.texts.insert(id.into(), text);
    }

    /// Serves `text` for the `@id` of each of its top-level elements that nothing is served for yet.
    pub fn insert_all(&mut self, name: impl Into<String>, text: impl Into<Vec<u8>>) {
        let text = ResolvedText {
            name: name.into(),
            text: text.into(),
        };
        for id in super::disk::defined_ids(text.text.clone()) {
            self.texts.entry(id).or_insert_with(|| text.clone());
        }
    }
}

impl Resolver for MemoryResolver {
    fn resolve(&self, ids: &[&str]) -> Resolution {
        let mut names = BTreeSet::new();
        let texts = ids
            .iter()
            .filter_map(|id| self.texts.get(*id))
            .filter(|text| names.insert(text.name.as_str()))
            .cloned()
            .collect();
        Resolution {
            texts,
            unreadable: Vec::new(),
        }
    }
}

/// Asks one resolver after the other: what the first doesn't find goes to the second, and so on.
///
/// Which ids a text defines is only known after it was read as DTDL, so each id is asked for alone;
/// a resolver that answers an id with a text or with "unreadable" ends the search for it.
#[derive(Default)]
pub struct ChainResolver {
    links: Vec<Box<dyn Resolver>>,
}

impl ChainResolver {
    /// A chain without links, which finds nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The chain with one more resolver at its end.
    #[must_use]
    pub fn with(mut self, link: impl Resolver + 'static) -> Self {
        self.links.push(Box::new(link));
        self
    }

    /// Adds a resolver at the end.
    pub fn push(&mut self, link: Box<dyn Resolver>) {
        self.links.push(link);
    }
}

impl Resolver for ChainResolver {
    fn resolve(&self, ids: &[&str]) -> Resolution {
        let mut all = Resolution::default();
        // A text that answers two ids comes once.
        let mut served = BTreeSet::new();
        for id in ids {
            for link in &self.links {
                let found = link.resolve(&[id]);
                if found.texts.is_empty() && found.unreadable.is_empty() {
                    continue;
                }
                for text in found.texts {
                    if served.insert(text.name.clone()) {
                        all.texts.push(text);
                    }
                }
                all.unreadable.extend(found.unreadable);
                break;
            }
        }
        all
    }

    fn touched(&self) -> Touched {
        let mut all = Touched::default();
        for link in &self.links {
            all.merge(link.touched());
        }
        all
    }
}
