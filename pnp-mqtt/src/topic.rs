//! Topic names and topic filters: what is well formed, and which filter takes which name (MQTT 3.1.1
//! section 4.7).

use core::fmt;

/// Longest topic, filter or other string in bytes: its length travels in two bytes (1.5.3).
pub const MAX_LENGTH: usize = u16::MAX as usize;

/// Why a topic name or filter is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TopicError {
    /// It has no character (4.7.3).
    Empty,
    /// It has more than [`MAX_LENGTH`] bytes.
    TooLong,
    /// It has the character U+0000 (1.5.3).
    Nul,
    /// A name has `+` or `#` (3.3.2.1), or a filter has one that does not fill its level, or a `#`
    /// before its last level (4.7.1).
    Wildcard,
}

/// Says that `name` can stand in a PUBLISH packet.
///
/// # Errors
/// It is empty, longer than [`MAX_LENGTH`] bytes, or has `+`, `#` or U+0000.
pub fn check_name(name: &str) -> Result<(), TopicError> {
    check_size(name)?;
    // A fold without an early exit is vectorised; the usual topic has nothing to find.
    let suspicious = name
        .bytes()
        .fold(false, |seen, byte| seen | matches!(byte, 0 | b'+' | b'#'));
    match suspicious {
        false => Ok(()),
        true if has_nul(name) => Err(TopicError::Nul),
        true => Err(TopicError::Wildcard),
    }
}

/// Says that `filter` can stand in a SUBSCRIBE or UNSUBSCRIBE packet.
///
/// # Errors
/// It is empty, longer than [`MAX_LENGTH`] bytes, has U+0000, or a wildcard in a wrong place.
pub fn check_filter(filter: &str) -> Result<(), TopicError> {
    check_size(filter)?;
    if has_nul(filter) {
        return Err(TopicError::Nul);
    }
    let mut levels = filter.split('/').peekable();
    while let Some(level) = levels.next() {
        let last = levels.peek().is_none();
        let wild = level.contains(['+', '#']);
        if wild && !(level == "+" || (level == "#" && last)) {
            return Err(TopicError::Wildcard);
        }
    }
    Ok(())
}

/// Whether a subscription to `filter` takes a message to `name`; both taken to be well formed.
///
/// A filter that starts with a wildcard takes no name that starts with `$` (4.7.2).
///
/// ```
/// use pnp_mqtt::topic::matches;
///
/// assert!(matches("$iothub/methods/POST/#", "$iothub/methods/POST/reboot/?$rid=1"));
/// assert!(matches("sport/#", "sport"));
/// assert!(!matches("sport/+", "sport"));
/// assert!(!matches("#", "$iothub/twin/res/200/?$rid=1"));
/// ```
#[must_use]
pub fn matches(filter: &str, name: &str) -> bool {
    if name.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let mut names = name.split('/');
    for level in filter.split('/') {
        match (level, names.next()) {
            // `#` takes its parent too, that is, no further level at all (4.7.1.2).
            ("#", _) => return true,
            ("+", Some(_)) => {}
            (same, Some(other)) if same == other => {}
            (_, Some(_) | None) => return false,
        }
    }
    names.next().is_none()
}

/// Whether `text` has U+0000, which no MQTT string may have (1.5.3).
pub(crate) fn has_nul(text: &str) -> bool {
    text.bytes().fold(false, |seen, byte| seen | (byte == 0))
}

fn check_size(text: &str) -> Result<(), TopicError> {
    match text.len() {
        0 => Err(TopicError::Empty),
        1..=MAX_LENGTH => Ok(()),
        _ => Err(TopicError::TooLong),
    }
}

impl fmt::Display for TopicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::TooLong => "it is longer than 65,535 bytes",
            Self::Nul => "it has the character U+0000",
            Self::Wildcard => "it has a wildcard where none may stand",
        })
    }
}

impl core::error::Error for TopicError {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn a_name_takes_everything_but_wildcards_nul_and_nothing() {
        // The ids of devices may have most marks, and travel in topics as they are.
        for name in [
            "a",
            "/",
            "a//b",
            "$iothub/twin/GET/?$rid=1",
            "devices/d:.%_*?!(),=@;$'/messages/events/",
        ] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        assert_eq!(check_name(""), Err(TopicError::Empty));
        assert_eq!(check_name("a\0b"), Err(TopicError::Nul));
        assert_eq!(check_name("a/+"), Err(TopicError::Wildcard));
        assert_eq!(check_name("a#"), Err(TopicError::Wildcard));
        assert_eq!(check_name(&"x".repeat(MAX_LENGTH)), Ok(()));
        assert_eq!(check_name(&"x".repeat(70_000)), Err(TopicError::TooLong));
    }

    #[test]
    fn a_wildcard_of_a_filter_fills_its_level_and_a_hash_comes_last() {
        for filter in [
            "#",
            "+",
            "+/+",
            "a/#",
            "/+",
            "+/a/#",
            "$iothub/twin/res/#",
            "a//#",
        ] {
            assert_eq!(check_filter(filter), Ok(()), "{filter}");
        }
        for filter in ["a/#/b", "a#", "#a", "a+", "+a/b", "##", "a/b#", "#/"] {
            assert_eq!(check_filter(filter), Err(TopicError::Wildcard), "{filter}");
        }
        assert_eq!(check_filter(""), Err(TopicError::Empty));
        assert_eq!(check_filter("a\0"), Err(TopicError::Nul));
        assert_eq!(
            check_filter(&String::from("y").repeat(65_536)),
            Err(TopicError::TooLong)
        );
    }

    #[test]
    fn filters_take_names_as_section_4_7_tells() {
        let table = [
            ("sport/tennis/player1/#", "sport/tennis/player1", true),
            (
                "sport/tennis/player1/#",
                "sport/tennis/player1/score/wimbledon",
                true,
            ),
            ("sport/tennis/+", "sport/tennis/player1", true),
            ("sport/tennis/+", "sport/tennis/player1/ranking", false),
            ("sport/+", "sport/", true),
            ("+/+", "/finance", true),
            ("/+", "/finance", true),
            ("+", "/finance", false),
            ("#", "$SYS/x", false),
            ("+/x", "$SYS/x", false),
            ("$SYS/#", "$SYS/x", true),
            ("$SYS/+/x", "$SYS/monitor/x", true),
            ("a/b", "a", false),
            ("a", "a/b", false),
            ("A", "a", false),
        ];
        for (filter, name, expected) in table {
            assert_eq!(matches(filter, name), expected, "{filter} {name}");
        }
    }
}
