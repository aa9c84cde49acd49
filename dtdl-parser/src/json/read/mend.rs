//! What the reader does about mistakes that aren't those of one value.

use super::super::scan;
use super::{Frame, Reader, State};
use crate::diagnostics::{Code, Problem};

impl Reader<'_> {
    pub(super) fn trailing_comma(&mut self, comma: usize) {
        let place = self.span(comma, comma + 1);
        self.report(Problem::new(Code::JsonTrailingComma).at(place).fix(
            "Remove the comma",
            place,
            "",
        ));
    }

    /// A closing bracket of the other kind: it closes an outer container, or nothing.
    pub(super) fn mismatched(&mut self, frame: Frame, closes_object: bool) {
        let place = self.span(self.at, self.at + 1);
        let opening = self.opening(frame);
        self.report(
            Problem::new(Code::JsonMismatchedBracket)
                .at(place)
                .against(opening)
                .value(if closes_object { "}" } else { "]" })
                .restriction(if frame.is_object { "}" } else { "]" }),
        );
        self.damage();
        let objects = self.open_objects as usize;
        let has_outer = if closes_object {
            objects > 0
        } else {
            self.frames.len() > objects
        };
        if !has_outer {
            self.close();
            return;
        }
        // What stands open in between ends here; it was reported once.
        while let Some(frame) = self.frames.last()
            && frame.is_object != closes_object
        {
            self.damage();
            self.close_at(self.at);
        }
    }

    pub(super) fn unexpected_end(&mut self) {
        let end = self.place(self.bytes.len());
        let mut problem = Problem::new(Code::JsonUnexpectedEnd).at(end);
        if let Some(frame) = self.frames.last().copied() {
            problem = problem
                .against(self.opening(frame))
                .value(if frame.is_object { "}" } else { "]" })
                .observed(self.frames.len() as u64);
        }
        self.report(problem);
        self.state = State::Done;
    }

    /// Something that fits nowhere: reports it and skips it.
    pub(super) fn unexpected(&mut self) {
        let start = self.at;
        let end = scan::unexpected_end(self.text, start);
        let place = self.span(start, end);
        let text = self.text.get(start..end).unwrap_or("");
        self.report(
            Problem::new(Code::JsonUnexpectedCharacter)
                .at(place)
                .value(text.to_owned()),
        );
        self.damage();
        self.at = end.max(start + 1);
    }

    pub(super) fn damage(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.damaged = true;
        }
    }

    pub(super) fn report(&mut self, problem: Problem) {
        if self.problems.len() >= self.limits.problems as usize {
            self.state = State::Done;
            self.readable = false;
            return;
        }
        self.problems.push(problem);
    }

    pub(super) fn problems_are_harmless(&self) -> bool {
        self.problems
            .iter()
            .all(|problem| problem.code == Code::JsonByteOrderMark)
    }
}
