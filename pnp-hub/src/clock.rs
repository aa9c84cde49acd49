//! The one place that reads the system's clock, and the virtual clock that stands in for it.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::engine::reading::Reading;

/// Which clock a hub goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClockOption {
    /// Stands still at this time until [`Hub::advance`](crate::Hub::advance) moves it.
    Frozen(Timestamp),
    /// Runs with the system's clock; [`Hub::advance`](crate::Hub::advance) sets it further ahead.
    System,
}

/// 2024-01-01T00:00:00Z, where a frozen clock starts unless told otherwise.
const START_SECOND: i64 = 1_704_067_200;

impl Default for ClockOption {
    fn default() -> Self {
        Self::Frozen(Timestamp::constant(START_SECOND, 0))
    }
}

/// A clock that is frozen or runs, and can be set ahead in both cases.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Timestamp,
    advanced: Duration,
    /// When the clock was started; `None` for one that stands still.
    running_since: Option<Instant>,
}

impl Clock {
    pub(crate) fn new(option: ClockOption) -> Self {
        let (start, running_since) = match option {
            ClockOption::Frozen(at) => (at, None),
            ClockOption::System => (Timestamp::now(), Some(Instant::now())),
        };
        Self {
            start,
            advanced: Duration::ZERO,
            running_since,
        }
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced = self.advanced.saturating_add(by);
    }

    /// Whether it moves by itself.
    #[cfg(feature = "server")]
    pub(crate) fn is_running(&self) -> bool {
        self.running_since.is_some()
    }

    /// Lets it stand still, or run with the system's clock from where it stands.
    #[cfg(feature = "server")]
    pub(crate) fn set_running(&mut self, running: bool) {
        if let Some(since) = self.running_since.take() {
            self.advance(since.elapsed());
        }
        self.running_since = running.then(Instant::now);
    }

    pub(crate) fn read(&self) -> Reading {
        let run = self.running_since.map(|since| since.elapsed());
        let monotonic = self.advanced.saturating_add(run.unwrap_or_default());
        Reading {
            // The calendar ends in the year 9999; a clock that is set beyond stays there.
            wall: self.start.checked_add(monotonic).unwrap_or(Timestamp::MAX),
            monotonic,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_it_is_advanced() {
        let mut clock = Clock::new(ClockOption::default());
        let before = clock.read();
        assert_eq!(before, clock.read());
        assert_eq!(before.wall.to_string(), "2024-01-01T00:00:00Z");
        clock.advance(Duration::from_millis(1500));
        assert_eq!(clock.read().wall.to_string(), "2024-01-01T00:00:01.5Z");
        clock.advance(Duration::MAX);
        assert_eq!(clock.read().wall, Timestamp::MAX);
    }
}
