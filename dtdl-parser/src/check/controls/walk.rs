//! One walk over everything below some elements, and what all rules want to know about it.

use super::links::{Link, Links};
use crate::graph::ElementIx;
use crate::metamodel::PropId;

const UNSEEN: u32 = u32::MAX;

/// Which links a walk follows: those through some properties, which count, and unless it is narrow all
/// others, which don't.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route<'r> {
    pub(super) links: &'r Links,
    pub(super) through: &'r [PropId],
    pub(super) narrow: bool,
}

/// A link that is followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Whether it counts.
    pub(super) counts: bool,
    pub(super) to: ElementIx,
}

impl<'r> Route<'r> {
    /// The links of an element that are followed.
    pub(super) fn steps(self, from: ElementIx) -> impl Iterator<Item = Step> + 'r {
        let links = self.links.from(from).iter();
        links.filter_map(move |link| self.step(link))
    }

    /// Whether an element has a link that counts.
    pub(super) fn counts_from(self, from: ElementIx) -> bool {
        self.steps(from).any(|step| step.counts)
    }

    fn step(self, link: &Link) -> Option<Step> {
        let counts = self.through.contains(&link.prop);
        (counts || !self.narrow).then_some(Step {
            counts,
            to: link.to,
        })
    }
}

/// A depth-first walk. Elements on a cycle form a knot: each is reached from each.
#[derive(Debug)]
pub(super) struct Walk {
    /// The elements that were reached, each after all that it leads to, cycles aside.
    pub(super) order: Vec<ElementIx>,
    /// The place of each element in `order`.
    done: Vec<u32>,
    /// The knot of each element; a knot has a higher number than those that it leads to.
    knot: Vec<u32>,
    /// How many knots there are.
    pub(super) knots: usize,
}

/// What the walk remembers of an element that it has begun.
struct Frame {
    ix: ElementIx,
    /// The next link to look at.
    next: usize,
}

impl Walk {
    /// Walks from some elements (Tarjan's algorithm, with a stack of its own).
    pub(super) fn of(route: Route<'_>, size: usize, roots: &[ElementIx]) -> Self {
        let mut walk = Self {
            order: Vec::new(),
            done: vec![UNSEEN; size],
            knot: vec![UNSEEN; size],
            knots: 0,
        };
        let mut search = Search {
            route,
            begun: vec![UNSEEN; size],
            low: vec![UNSEEN; size],
            count: 0,
            open: Vec::new(),
            frames: Vec::new(),
        };
        for &root in roots {
            search.from(root, &mut walk);
        }
        walk
    }

    /// Whether a link from one element leads back to an element that the walk had not finished: to
    /// itself or to one on the way to it.
    pub(super) fn is_back(&self, from: ElementIx, to: ElementIx) -> bool {
        get(&self.done, to) >= get(&self.done, from)
    }

    /// Whether a link between two elements is part of a cycle.
    pub(super) fn is_knotted(&self, from: ElementIx, to: ElementIx) -> bool {
        get(&self.knot, from) == get(&self.knot, to)
    }

    /// The knot of an element that was reached.
    pub(super) fn knot(&self, ix: ElementIx) -> usize {
        get(&self.knot, ix) as usize
    }
}

struct Search<'r> {
    route: Route<'r>,
    /// The number of each element in the order in which the walk came to them.
    begun: Vec<u32>,
    /// The lowest such number that is known to be reached from each.
    low: Vec<u32>,
    count: u32,
    /// Elements whose knot is not yet complete.
    open: Vec<ElementIx>,
    frames: Vec<Frame>,
}

impl Search<'_> {
    fn from(&mut self, root: ElementIx, walk: &mut Walk) {
        if get(&self.begun, root) != UNSEEN {
            return;
        }
        self.begin(root);
        while let Some(frame) = self.frames.last_mut() {
            let ix = frame.ix;
            let links = self.route.links.from(ix);
            let Some(link) = links.get(frame.next) else {
                self.frames.pop();
                self.end(ix, walk);
                continue;
            };
            frame.next += 1;
            let Some(step) = self.route.step(link) else {
                continue;
            };
            let begun = get(&self.begun, step.to);
            if begun == UNSEEN {
                self.begin(step.to);
            } else if get(&walk.knot, step.to) == UNSEEN {
                lower(&mut self.low, ix, begun);
            }
        }
    }

    fn begin(&mut self, ix: ElementIx) {
        set(&mut self.begun, ix, self.count);
        set(&mut self.low, ix, self.count);
        self.count += 1;
        self.open.push(ix);
        self.frames.push(Frame { ix, next: 0 });
    }

    fn end(&mut self, ix: ElementIx, walk: &mut Walk) {
        set(&mut walk.done, ix, walk.order.len() as u32);
        walk.order.push(ix);
        let low = get(&self.low, ix);
        if low == get(&self.begun, ix) {
            let knot = walk.knots as u32;
            walk.knots += 1;
            while let Some(member) = self.open.pop() {
                set(&mut walk.knot, member, knot);
                if member == ix {
                    break;
                }
            }
        }
        if let Some(outer) = self.frames.last() {
            let outer = outer.ix;
            lower(&mut self.low, outer, low);
        }
    }
}

fn get(table: &[u32], ix: ElementIx) -> u32 {
    table.get(ix.0 as usize).copied().unwrap_or(UNSEEN)
}

fn set(table: &mut [u32], ix: ElementIx, value: u32) {
    if let Some(slot) = table.get_mut(ix.0 as usize) {
        *slot = value;
    }
}

fn lower(table: &mut [u32], ix: ElementIx, value: u32) {
    if let Some(slot) = table.get_mut(ix.0 as usize) {
        *slot = (*slot).min(value);
    }
}
