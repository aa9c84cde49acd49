//! Time as the session sees it: a reading that its caller passes in.

use core::ops::Add;
use core::time::Duration;

/// A reading of a clock that never goes back, in milliseconds since an epoch of the caller's choice.
///
/// The session never reads a clock, so it runs the same on a microcontroller, in a virtual-clock test
/// and in a tokio task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// The reading of `milliseconds`.
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self(milliseconds)
    }

    /// The reading in milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(milliseconds))
    }
}

/// Waiting times between tries: 1 s, doubled each time, 60 s at most.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    const FIRST: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(60);

    /// How long to wait before the next try.
    pub(super) fn next(&mut self) -> Duration {
        let factor = 1_u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        self.failures = self.failures.saturating_add(1);
        Self::FIRST.saturating_mul(factor).min(Self::LONGEST)
    }

    /// A try succeeded.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_a_minute_and_starts_over_after_success() {
        let mut backoff = Backoff::default();
        let seconds: alloc::vec::Vec<u64> = (0..9).map(|_| backoff.next().as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        for _ in 0..100 {
            assert!(backoff.next() <= Backoff::LONGEST);
        }
        backoff.reset();
        assert_eq!(backoff.next(), Backoff::FIRST);
    }
}
