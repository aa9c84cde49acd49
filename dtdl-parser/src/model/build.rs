//! From a graph to a model: what views look up is worked out once.

use super::Model;
use crate::graph::{ElementIx, Graph};
use crate::metamodel::PropId;
use crate::metamodel::names::{class, prop};
use hashbrown::HashMap;

pub(super) fn build(graph: Graph) -> Model {
    let is_interface = |ix: &ElementIx| {
        graph
            .at(*ix)
            .is_some_and(|element| element.class == class::INTERFACE)
    };
    // Children stand before their parents in the graph, so the order of the texts is that of places.
    let mut interfaces: Vec<ElementIx> = graph.places().filter(is_interface).collect();
    interfaces.sort_by_key(|&ix| graph.at(ix).and_then(|element| element.span));
    let mut walk = Walk::new(&graph);
    let mut extended_by: HashMap<ElementIx, Vec<ElementIx>> = HashMap::new();
    let mut contents = HashMap::with_capacity(interfaces.len());
    for &ix in &interfaces {
        for base in walk.bases(ix) {
            extended_by.entry(base).or_default().push(ix);
        }
        contents.insert(ix, walk.contents(ix));
    }
    Model {
        graph,
        interfaces,
        contents,
        extended_by,
    }
}

/// A walk over elements that meets each only once.
struct Walk<'g> {
    graph: &'g Graph,
    /// The number of the walk in which each element was last met.
    met: Vec<u32>,
    walk: u32,
}

impl<'g> Walk<'g> {
    fn new(graph: &'g Graph) -> Self {
        Self {
            graph,
            met: vec![0; graph.elements.len()],
            walk: 0,
        }
    }

    fn is_new(&mut self, ix: ElementIx) -> bool {
        let met = self.met.get_mut(ix.0 as usize);
        met.is_some_and(|met| std::mem::replace(met, self.walk) != self.walk)
    }

    fn targets(&self, ix: ElementIx, prop: PropId) -> impl Iterator<Item = ElementIx> + use<'g> {
        let graph = self.graph;
        let element = graph.at(ix);
        let edges = element
            .map(|element| element.edges(prop))
            .unwrap_or_default();
        edges.iter().filter_map(|edge| graph.find(edge.target))
    }

    /// The Interfaces that one extends directly, each once.
    fn bases(&mut self, ix: ElementIx) -> Vec<ElementIx> {
        self.walk += 1;
        self.targets(ix, prop::EXTENDS)
            .filter(|&base| self.is_new(base))
            .collect()
    }

    /// The contents of an Interface: its own, then those of what it extends, depth first.
    fn contents(&mut self, ix: ElementIx) -> Vec<ElementIx> {
        self.walk += 1;
        self.is_new(ix);
        let mut all = Vec::new();
        let mut todo = vec![ix];
        while let Some(ix) = todo.pop() {
            all.extend(
                self.targets(ix, prop::CONTENTS)
                    .filter(|&content| self.is_new(content)),
            );
            let from = todo.len();
            todo.extend(
                self.targets(ix, prop::EXTENDS)
                    .filter(|&base| self.is_new(base)),
            );
            if let Some(bases) = todo.get_mut(from..) {
                bases.reverse();
            }
        }
        all
    }
}
