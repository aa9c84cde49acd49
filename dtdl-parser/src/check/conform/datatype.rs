//! Texts as values of the datatypes of XML Schema that the tables name. What a text looks like is for
//! the patterns of the tables; here is what a pattern can't say.

/// The integer datatypes and their bounds.
const INTEGERS: &[(&str, i128, i128)] = &[
    ("byte", i8::MIN as i128, i8::MAX as i128),
    ("short", i16::MIN as i128, i16::MAX as i128),
    ("int", i32::MIN as i128, i32::MAX as i128),
    ("long", i64::MIN as i128, i64::MAX as i128),
    ("unsignedByte", 0, u8::MAX as i128),
    ("unsignedShort", 0, u16::MAX as i128),
    ("unsignedInt", 0, u32::MAX as i128),
    ("unsignedLong", 0, u64::MAX as i128),
];

/// Whether a text, which has the form that the tables ask for, reads as a value of a datatype. Texts of
/// datatypes of which nothing more is known do.
pub(super) fn reads(datatype: &str, text: &str) -> bool {
    if let Some((_, least, most)) = INTEGERS.iter().find(|(name, _, _)| *name == datatype) {
        // `1.0` and `1e2` are no integers here, whatever their value.
        let number = text.parse::<i128>();
        return number.is_ok_and(|number| (least..=most).contains(&&number));
    }
    match datatype {
        "float" => text.parse::<f32>().is_ok_and(f32::is_finite),
        "double" => text.parse::<f64>().is_ok_and(f64::is_finite),
        "date" => is_date(text),
        "time" => is_time(text),
        "dateTime" => text
            .split_once('T')
            .is_some_and(|(date, time)| is_date(date) && is_time(time)),
        _ => true,
    }
}

/// Whether a text of the form `YYYY-MM-DD` is a day of the calendar; there is no year 0.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-').map(str::parse::<u32>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leaps),
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return false,
    };
    year > 0 && (1..=days).contains(&day)
}

/// Whether a text of the form `hh:mm:ss`, perhaps with a fraction, and with `Z` or an offset of hours and
/// minutes, is a time of the day. Leap seconds are none: without a date nobody can tell (and the
/// reference parser knows none).
fn is_time(text: &str) -> bool {
    let clock = text.trim_end_matches('Z');
    let (clock, offset) = clock.split_once(['+', '-']).unwrap_or((clock, "00:00"));
    let whole = clock.split('.').next().unwrap_or_default();
    fields(whole, &[23, 59, 59]) && fields(offset, &[23, 59])
}

/// Whether numbers between colons are at most the given ones.
fn fields(text: &str, most: &[u32]) -> bool {
    let numbers: Vec<&str> = text.split(':').collect();
    let fits = |(text, most): (&&str, &u32)| text.parse::<u32>().is_ok_and(|found| found <= *most);
    numbers.len() == most.len() && numbers.iter().zip(most).all(fits)
}

#[cfg(test)]
mod tests {
    use super::reads;

    #[test]
    fn an_integer_is_within_its_bounds_and_has_no_fraction_and_no_exponent() {
        for (datatype, least, most, below, above) in [
            ("byte", "-128", "127", "-129", "128"),
            ("unsignedInt", "0", "4294967295", "-1", "4294967296"),
            (
                "long",
                "-9223372036854775808",
                "9223372036854775807",
                "-9223372036854775809",
                "9223372036854775808",
            ),
            (
                "unsignedLong",
                "0",
                "18446744073709551615",
                "-1",
                "18446744073709551616",
            ),
        ] {
            assert!(
                reads(datatype, least) && reads(datatype, most),
                "{datatype}"
            );
            assert!(
                !reads(datatype, below) && !reads(datatype, above),
                "{datatype}"
            );
        }
        for text in [
            "1.0",
            "1e2",
            "1e0",
            "99999999999999999999999999999999999999999999",
        ] {
            assert!(!reads("int", text), "{text}");
        }
    }

    #[test]
    fn a_floating_point_number_is_finite_in_its_width() {
        assert!(reads("float", "3.402823E+38"));
        assert!(!reads("float", "3.402824E+38"));
        assert!(reads("double", "3.402824E+38"));
        assert!(!reads("double", "1e400"));
    }

    #[test]
    fn a_date_is_in_the_calendar() {
        for text in ["2000-02-29", "2024-02-29", "0001-01-01", "9999-12-31"] {
            assert!(reads("date", text), "{text}");
        }
        for text in [
            "1900-02-29",
            "2023-02-29",
            "2023-04-31",
            "2023-13-01",
            "2023-00-01",
            "2023-01-00",
            "0000-01-01",
        ] {
            assert!(!reads("date", text), "{text}");
        }
    }

    #[test]
    fn a_time_is_on_the_clock() {
        for text in ["00:00:00Z", "23:59:59.999+23:59", "06:00:00-01:15"] {
            assert!(reads("time", text), "{text}");
        }
        for text in [
            "24:00:00Z",
            "00:60:00Z",
            "00:00:60Z",
            "06:00:00+24:00",
            "06:00:00+00:60",
        ] {
            assert!(!reads("time", text), "{text}");
        }
        assert!(reads("dateTime", "2024-02-29T12:00:00Z"));
        assert!(!reads("dateTime", "2023-02-29T12:00:00Z"));
    }
}
