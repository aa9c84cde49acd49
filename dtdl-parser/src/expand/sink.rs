//! Where problems go.

use crate::diagnostics::Problem;

/// Collects problems. In the mode that stops where the reference parser stops, some problems end the
/// reading; otherwise every problem is one among many.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    /// What was found.
    pub(crate) problems: Vec<Problem>,
    /// Whether to stop where the reference stops.
    pub(crate) stops: bool,
    /// Whether a problem has ended the reading.
    pub(crate) stopped: bool,
}

impl Sink {
    /// Takes a problem after which reading goes on.
    pub(crate) fn push(&mut self, problem: Problem) {
        if !self.stopped {
            self.problems.push(problem);
        }
    }

    /// Takes a problem after which the reference reads no further.
    pub(crate) fn quit(&mut self, problem: Problem) {
        self.push(problem);
        self.stopped = self.stops;
    }
}
