//! The one type by which time reaches the engine.

use std::time::Duration;

use jiff::Timestamp;

/// A reading of the hub's clock: wall time for stamps, monotonic time for timeouts.
///
/// The engine never reads a clock itself, so that a test can hold both still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What the events and twins are stamped with.
    pub wall: Timestamp,
    /// Time since an arbitrary start; never goes back. Timeouts are counted on it.
    pub monotonic: Duration,
}

/// The time that IoT Hub gives for "never" (`iot-hub` 1.5, twin shape).
pub(crate) const NEVER: &str = "0001-01-01T00:00:00Z";

/// A time as twins and events hold it: `YYYY-MM-DDTHH:MM:SS.fffffffZ`, always seven digits.
pub(crate) fn stamp(time: Timestamp) -> String {
    format!("{time:.7}")
}

/// A time that may not have come yet, [`NEVER`] if so.
pub(crate) fn stamp_or_never(time: Option<Timestamp>) -> String {
    time.map_or_else(|| NEVER.to_owned(), stamp)
}

/// A time as tracking ids hold it: `MM/dd/yyyy HH:mm:ss`.
pub(crate) fn tracking_stamp(time: Timestamp) -> String {
    time.strftime("%m/%d/%Y %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_always_have_seven_digits_of_a_second() {
        let time: Timestamp = "2024-05-06T07:08:09.5Z".parse().unwrap();
        assert_eq!(stamp(time), "2024-05-06T07:08:09.5000000Z");
        assert_eq!(stamp_or_never(None), "0001-01-01T00:00:00Z");
        assert_eq!(tracking_stamp(time), "05/06/2024 07:08:09");
    }
}
