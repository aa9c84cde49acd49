//! Arrays and objects: opened, filled, closed.

use std::collections::HashMap;

use super::super::document::{Data, MemberData, NONE, Node};
use super::super::scan;
use super::{Frame, Reader, State, offset};
use crate::diagnostics::{Code, Problem};

impl Reader<'_> {
    pub(super) fn open(&mut self, is_object: bool) {
        if self.frames.len() >= self.limits.depth as usize {
            let start = self.at;
            let place = self.span(start, start + 1);
            let limit = self.limits.depth.to_string();
            self.report(Problem::new(Code::JsonTooDeep).at(place).restriction(limit));
            self.at = scan::balanced_end(self.bytes, start);
            self.attach(start, self.at, Data::Invalid);
            return;
        }
        let node = offset(self.nodes.len());
        let start = self.at;
        self.attach(start, start + 1, Data::Invalid);
        let base = if is_object {
            self.open_members.len()
        } else {
            self.open_items.len()
        };
        self.open_objects += u32::from(is_object);
        self.frames.push(Frame {
            is_object,
            damaged: false,
            node,
            base: offset(base),
        });
        self.at += 1;
        self.state = if is_object {
            State::FirstName
        } else {
            State::FirstItem
        };
    }

    /// Closes the innermost container at the bracket that the reader stands on.
    pub(super) fn close(&mut self) {
        self.at += 1;
        self.close_at(self.at);
    }

    pub(super) fn close_at(&mut self, end: usize) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        self.open_objects -= u32::from(frame.is_object);
        let base = frame.base as usize;
        let damaged = frame.damaged;
        let data = if frame.is_object {
            let first = offset(self.members.len());
            if let Some(own) = self.open_members.get_mut(base..) {
                mark_duplicates(self.text, &self.decoded, own, first);
                self.members.extend_from_slice(own);
            }
            let count = offset(self.open_members.len().saturating_sub(base));
            self.open_members.truncate(base);
            Data::Object {
                damaged,
                first,
                count,
            }
        } else {
            let first = offset(self.items.len());
            self.items
                .extend_from_slice(self.open_items.get(base..).unwrap_or(&[]));
            let count = offset(self.open_items.len().saturating_sub(base));
            self.open_items.truncate(base);
            Data::Array {
                damaged,
                first,
                count,
            }
        };
        if let Some(node) = self.nodes.get_mut(frame.node as usize) {
            node.end = offset(end);
            node.data = data;
        }
        self.state = if self.frames.is_empty() {
            State::Top
        } else {
            State::After
        };
    }

    pub(super) fn close_all(&mut self) {
        let end = self.bytes.len().min(self.at.max(1));
        while !self.frames.is_empty() {
            self.damage();
            self.close_at(end);
        }
    }

    pub(super) fn attach_invalid(&mut self) {
        let at = self.at;
        self.attach(at, at, Data::Invalid);
    }

    /// Makes a node and hangs it where the state says.
    pub(super) fn attach(&mut self, start: usize, end: usize, data: Data) {
        let node = offset(self.nodes.len());
        self.nodes.push(Node {
            start: offset(start),
            end: offset(end),
            data,
        });
        match self.frames.last() {
            None => {
                self.roots.push(node);
                self.state = State::Top;
            }
            Some(frame) => {
                if frame.is_object {
                    if let Some(name) = self.name.take() {
                        self.open_members.push(MemberData {
                            name_start: name.start,
                            name_end: name.end,
                            decoded: name.decoded,
                            value: node,
                            duplicate_of: NONE,
                        });
                    }
                } else {
                    self.open_items.push(node);
                }
                self.state = State::After;
            }
        }
    }
}

/// Marks the members whose name an earlier one of the same object has.
fn mark_duplicates(text: &str, decoded: &[Box<str>], own: &mut [MemberData], first: u32) {
    let name = |member: &MemberData| -> &str {
        if member.decoded == NONE {
            text.get(member.name_start as usize + 1..member.name_end as usize - 1)
                .unwrap_or("")
        } else {
            decoded.get(member.decoded as usize).map_or("", |text| text)
        }
    };
    let same = |a: &MemberData, b: &MemberData| {
        let plain = a.decoded == NONE && b.decoded == NONE;
        let lengths = a.name_end - a.name_start == b.name_end - b.name_start;
        (lengths || !plain) && name(a) == name(b)
    };
    // Below this size comparing each with each is faster than a table.
    const SMALL: usize = 12;
    if own.len() <= SMALL {
        for later in 1..own.len() {
            let (before, rest) = own.split_at_mut(later);
            let Some(member) = rest.first_mut() else {
                continue;
            };
            if let Some(index) = before.iter().position(|earlier| same(earlier, member)) {
                member.duplicate_of = first + offset(index);
            }
        }
        return;
    }
    let mut seen: HashMap<&str, u32> = HashMap::with_capacity(own.len());
    for (index, member) in own.iter_mut().enumerate() {
        let index = first + offset(index);
        let earlier = *seen.entry(name(member)).or_insert(index);
        if earlier != index {
            member.duplicate_of = earlier;
        }
    }
}
