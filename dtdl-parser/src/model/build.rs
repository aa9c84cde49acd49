//! From a checked graph to a model: what views look up is worked out once.

use super::Model;
use crate::graph::{ElementIx, Graph};
use crate::metamodel::names::{class, prop};
use std::collections::{HashMap, HashSet};

pub(super) fn build(graph: Graph) -> Model {
    let is_interface = |ix: &ElementIx| {
        graph
            .at(*ix)
            .is_some_and(|element| element.class == class::INTERFACE)
    };
    // Children stand before their parents in the graph, so the order of the texts is that of places.
    let mut interfaces: Vec<ElementIx> = graph.places().filter(is_interface).collect();
    interfaces.sort_by_key(|&ix| graph.at(ix).and_then(|element| element.span));
    let mut extended_by: HashMap<ElementIx, Vec<ElementIx>> = HashMap::new();
    for &ix in &interfaces {
        for base in bases(&graph, ix) {
            extended_by.entry(base).or_default().push(ix);
        }
    }
    let contents = interfaces
        .iter()
        .map(|&ix| (ix, contents(&graph, ix)))
        .collect();
    Model {
        graph,
        interfaces,
        contents,
        extended_by,
    }
}

/// The Interfaces that one extends directly, each once.
fn bases(graph: &Graph, ix: ElementIx) -> Vec<ElementIx> {
    let edges = graph
        .at(ix)
        .map(|element| element.edges(prop::EXTENDS))
        .unwrap_or_default();
    let mut found: Vec<ElementIx> = Vec::with_capacity(edges.len());
    for base in edges.iter().filter_map(|edge| graph.find(edge.target)) {
        if !found.contains(&base) {
            found.push(base);
        }
    }
    found
}

/// The contents of an Interface: its own, then those of what it extends, depth first.
fn contents(graph: &Graph, ix: ElementIx) -> Vec<ElementIx> {
    let mut all = Vec::new();
    let mut seen = HashSet::from([ix]);
    let mut todo = vec![ix];
    while let Some(ix) = todo.pop() {
        let edges = graph
            .at(ix)
            .map(|element| element.edges(prop::CONTENTS))
            .unwrap_or_default();
        all.extend(edges.iter().filter_map(|edge| graph.find(edge.target)));
        todo.extend(
            bases(graph, ix)
                .into_iter()
                .rev()
                .filter(|&base| seen.insert(base)),
        );
    }
    let mut once = HashSet::new();
    all.retain(|&content| once.insert(content));
    all
}
