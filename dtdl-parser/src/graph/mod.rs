//! One [`Element`] per identifier, with edges that keep their place in the text.
//!
//! The graph is what the checks read. It still may hold what a [`Model`](crate::Model) never does:
//! edges to elements that do not exist, values out of bounds, cycles.

mod element;
pub(crate) mod link;
mod standard;
mod strings;

pub use element::{Edge, Element, ElementIx, Key, LangText, Place, Slot, Value};
pub use strings::{Str, Strings, Sym};

/// All elements of a set of documents.
#[derive(Debug, Default)]
pub struct Graph {
    /// The texts.
    pub strings: Strings,
    /// The elements: those of the documents, children before their parents, then standard ones.
    pub elements: Vec<Element>,
    /// The element of each identifier, by [`Sym::index`].
    by_id: Vec<Option<ElementIx>>,
}

impl Graph {
    /// The element at a place.
    pub fn at(&self, ix: ElementIx) -> Option<&Element> {
        self.elements.get(ix.0 as usize)
    }

    /// The element with an identifier.
    pub fn find(&self, id: Sym) -> Option<ElementIx> {
        self.by_id.get(id.index()).copied().flatten()
    }

    /// The element with an identifier.
    pub fn get(&self, id: Sym) -> Option<&Element> {
        self.find(id).and_then(|ix| self.at(ix))
    }

    /// Adds an element. If one with its identifier is there, that one keeps the identifier.
    pub fn add(&mut self, element: Element) -> ElementIx {
        let ix = ElementIx(self.elements.len() as u32);
        let id = element.id.index();
        if self.by_id.len() <= id {
            self.by_id.resize(self.strings.symbols().max(id + 1), None);
        }
        if let Some(slot) = self.by_id.get_mut(id).filter(|slot| slot.is_none()) {
            *slot = Some(ix);
        }
        self.elements.push(element);
        ix
    }

    /// The places of all elements.
    pub fn places(&self) -> impl Iterator<Item = ElementIx> + use<> {
        (0..self.elements.len() as u32).map(ElementIx)
    }
}
