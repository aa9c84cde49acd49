//! The calendar schemas: date, dateTime, time, duration.
//!
//! The arithmetic is jiff's; what is here is the wire form. jiff reads more spellings than RFC 3339
//! allows (a space for the `T`, a bracketed zone), so the shape is checked before it is asked.

use alloc::string::ToString;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use jiff::fmt::temporal::SpanParser;
use jiff::tz::Offset;
use jiff::{Span, Timestamp, civil};

use crate::describe::{Description, Version};

use super::primitive::text;
use super::{DecodeError, EncodeError, Encoder, ParseError, Schema, Value};

/// A value of `dateTime`: a point in time, to the nanosecond.
///
/// It prints as RFC 3339 in UTC with `Z`, whatever offset it was read with, and keeps its fraction.
///
/// ```
/// let time: pnp_runtime::DateTime = "2026-03-01T13:30:00.250+01:00".parse()?;
/// assert_eq!(time.to_string(), "2026-03-01T12:30:00.25Z");
/// # Ok::<(), pnp_runtime::schema::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(pub Timestamp);

/// A value of `date`, `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub civil::Date);

/// A value of `time`: a time of day with or without an offset from UTC, to the nanosecond.
///
/// DTDL's versions differ in whether the offset belongs there, so it is kept as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Time {
    /// The time of day.
    pub time: civil::Time,
    /// Its offset from UTC, in whole minutes on the wire.
    pub offset: Option<Offset>,
}

/// A value of `duration`, ISO 8601, unit by unit: `PT90M` stays ninety minutes.
///
/// Seconds and their fractions are one unit; two durations are equal where every unit is.
#[derive(Debug, Clone, Copy)]
pub struct Duration(pub Span);

impl DateTime {
    /// The time now, by the clock of this machine.
    #[cfg(feature = "std")]
    pub fn now() -> Self {
        Self(Timestamp::now())
    }
}

impl Duration {
    /// What is compared: years, months, weeks, days, hours, minutes, nanoseconds.
    fn units(&self) -> (i16, i32, i32, i32, i32, i64, i128) {
        let span = &self.0;
        let nanoseconds = i128::from(span.get_seconds()) * 1_000_000_000
            + i128::from(span.get_milliseconds()) * 1_000_000
            + i128::from(span.get_microseconds()) * 1_000
            + i128::from(span.get_nanoseconds());
        (
            span.get_years(),
            span.get_months(),
            span.get_weeks(),
            span.get_days(),
            span.get_hours(),
            span.get_minutes(),
            nanoseconds,
        )
    }
}

impl PartialEq for Duration {
    fn eq(&self, other: &Self) -> bool {
        self.units() == other.units()
    }
}

impl Eq for Duration {}

impl Hash for Duration {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.units().hash(state);
    }
}

impl FromStr for DateTime {
    type Err = ParseError;

    /// Reads RFC 3339: date, `T`, time with optional fraction of up to nine digits, offset.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let bad = || ParseError::new("dateTime");
        let rest = shape("0000-00-00T00:00:00", text).ok_or_else(bad)?;
        let offset = fraction(rest).ok_or_else(bad)?;
        if !is_offset(offset) {
            return Err(bad());
        }
        text.parse().map(Self).map_err(|_| bad())
    }
}

impl FromStr for Date {
    type Err = ParseError;

    /// Reads `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let bad = || ParseError::new("date");
        match shape("0000-00-00", text) {
            Some("") => text.parse().map(Self).map_err(|_| bad()),
            _ => Err(bad()),
        }
    }
}

impl FromStr for Time {
    type Err = ParseError;

    /// Reads RFC 3339's `partial-time` or `full-time`: `hh:mm:ss`, an optional fraction of up to nine
    /// digits, an optional offset.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let bad = || ParseError::new("time");
        let rest = shape("00:00:00", text).ok_or_else(bad)?;
        let offset = fraction(rest).ok_or_else(bad)?;
        let time = text.strip_suffix(offset).unwrap_or(text);
        Ok(Self {
            time: time.parse().map_err(|_| bad())?,
            offset: match offset {
                "" => None,
                present => Some(read_offset(present).ok_or_else(bad)?),
            },
        })
    }
}

impl FromStr for Duration {
    type Err = ParseError;

    /// Reads an ISO 8601 duration such as `P1Y2M`, `PT0.5S` or `-P1W`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        // Without the `P` jiff would read its own friendly format as well.
        SpanParser::new()
            .parse_span(text)
            .map(Self)
            .map_err(|_| ParseError::new("duration"))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.time.fmt(f)?;
        let Some(offset) = self.offset else {
            return Ok(());
        };
        // RFC 3339 offsets have no seconds.
        let minutes = offset.seconds() / 60;
        if minutes == 0 {
            return f.write_str("Z");
        }
        let sign = if minutes < 0 { '-' } else { '+' };
        let minutes = minutes.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Wire form by `Display` and `FromStr`, and conversions from and to what jiff calls it.
macro_rules! strings {
    ($($type:ident, $schema:literal;)*) => {$(
        impl Schema for $type {
            fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
                out.str(&self.to_string());
                Ok(())
            }

            fn decode(value: &Value) -> Result<Self, DecodeError> {
                let text = text(value)?;
                text.parse()
                    .map_err(|_| DecodeError::malformed($schema, text))
            }

            fn describe() -> Description {
                Description::Primitive($schema, Version::V2)
            }
        }
    )*};
}

strings! {
    DateTime, "dateTime";
    Date, "date";
    Time, "time";
    Duration, "duration";
}

impl From<Timestamp> for DateTime {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp)
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self(date)
    }
}

impl From<civil::Time> for Time {
    fn from(time: civil::Time) -> Self {
        Self { time, offset: None }
    }
}

impl From<Span> for Duration {
    fn from(span: Span) -> Self {
        Self(span)
    }
}

/// What follows the part of `text` that has the shape of `pattern`, where `0` stands for any digit.
fn shape<'t>(pattern: &str, text: &'t str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(pattern.len())?;
    let fits = pattern
        .bytes()
        .zip(head.bytes())
        .all(|(wanted, found)| match wanted {
            b'0' => found.is_ascii_digit(),
            // RFC 3339 section 5.6 allows the lower case too.
            letter => found.eq_ignore_ascii_case(&letter),
        });
    fits.then_some(rest)
}

/// What follows an optional fraction of a second.
fn fraction(text: &str) -> Option<&str> {
    let Some(digits) = text.strip_prefix('.') else {
        return Some(text);
    };
    let rest = digits.trim_start_matches(|character: char| character.is_ascii_digit());
    (rest.len() < digits.len()).then_some(rest)
}

fn is_offset(text: &str) -> bool {
    read_offset(text).is_some()
}

fn read_offset(text: &str) -> Option<Offset> {
    if text.eq_ignore_ascii_case("Z") {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    if shape("00:00", digits) != Some("") {
        return None;
    }
    let (hours, minutes) = digits.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok()
}
