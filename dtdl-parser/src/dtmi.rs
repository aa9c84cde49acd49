//! Digital twin model identifiers: the grammar, and views of the parts.
//!
//! Two grammars matter. The general one ([`Dtmi::parse`]) covers everything that DTDL itself uses as
//! an identifier: generated ids with labels such as `_contents`, and fragments. The one for
//! identifiers that an author may write ([`Dtmi::check_user`]) knows neither, and its version part
//! depends on the version of DTDL, which is a fact of the metamodel and comes in as a [`VersionRule`].

use std::fmt;

/// A checked identifier: a view of a text, split into its parts without copying.
///
/// ```
/// use dtdl_parser::dtmi::Dtmi;
///
/// let id = Dtmi::parse("dtmi:com:example:Thermostat;1.2").expect("well formed");
/// assert_eq!(id.labels().collect::<Vec<_>>(), ["com", "example", "Thermostat"]);
/// assert_eq!((id.major(), id.minor()), (1, 2));
/// assert_eq!(id.versionless(), "dtmi:com:example:Thermostat");
/// assert!(Dtmi::parse("dtmi:com:1example;1").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dtmi<'t> {
    text: &'t str,
    /// `dtmi:a:b`
    path: &'t str,
    /// `#part`, or empty.
    fragment: &'t str,
    major: u32,
    minor: u32,
}

/// Why a text isn't a DTMI, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DtmiError {
    /// Byte offset in the text of the first place that doesn't fit.
    pub offset: usize,
    /// What doesn't fit there.
    pub fault: DtmiFault,
}

/// What can be wrong with a DTMI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DtmiFault {
    /// The text doesn't begin with `dtmi:`.
    Scheme,
    /// A label (a part between colons, or the fragment) is empty.
    EmptyLabel,
    /// A label begins with a digit.
    LabelStart,
    /// A label ends with `_`.
    LabelEnd,
    /// A character other than ASCII letters, digits and `_` in a label.
    LabelCharacter,
    /// A label begins with `_`, which only generated identifiers do.
    ReservedLabel,
    /// The version is no number of the allowed form: 1 to 9 digits, not beginning with 0, and after an
    /// optional `.` 1 to 6 digits, not beginning with 0.
    Version,
    /// A version is required and absent.
    MissingVersion,
    /// A minor version is present where only a major one is allowed.
    MinorVersion,
    /// A fragment (`#…`) is present where none is allowed.
    Fragment,
}

impl fmt::Display for DtmiFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Scheme => "it doesn't begin with `dtmi:`",
            Self::EmptyLabel => "a label is empty",
            Self::LabelStart => "a label begins with a digit",
            Self::LabelEnd => "a label ends with an underscore",
            Self::LabelCharacter => {
                "a label holds a character other than letters, digits and underscores"
            }
            Self::ReservedLabel => "a label begins with an underscore",
            Self::Version => "the version isn't a positive number without leading zeros",
            Self::MissingVersion => "the version is missing",
            Self::MinorVersion => "a minor version isn't allowed here",
            Self::Fragment => "a fragment isn't allowed here",
        })
    }
}

impl fmt::Display for DtmiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} (at byte {})", self.fault, self.offset)
    }
}

impl std::error::Error for DtmiError {}

/// The version part that an identifier written by an author must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VersionRule {
    /// `;major`, always.
    Major,
    /// `;major`, `;major.minor` or nothing.
    Optional,
}

impl<'t> Dtmi<'t> {
    /// The parts of `text` by the general grammar, which allows labels that begin with `_`, a missing
    /// version, and a fragment. Takes time linear in the length of the text.
    ///
    /// # Errors
    ///
    /// The first place, from the left, that the grammar doesn't allow. A line feed at the end is such
    /// a place.
    pub fn parse(text: &'t str) -> Result<Self, DtmiError> {
        let rest = text.strip_prefix("dtmi:").ok_or(DtmiError {
            offset: 0,
            fault: DtmiFault::Scheme,
        })?;
        let (body, fragment) = match rest.find('#') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (labels, version) = match body.find(';') {
            Some(at) => body.split_at(at),
            None => (body, ""),
        };
        let mut offset = "dtmi:".len();
        for label in labels.split(':') {
            check_label(label, offset)?;
            offset += label.len() + 1;
        }
        let version_at = "dtmi:".len() + labels.len();
        let (major, minor) = match version.strip_prefix(';') {
            Some(version) => parse_version(version).ok_or(DtmiError {
                offset: version_at + 1,
                fault: DtmiFault::Version,
            })?,
            None => (0, 0),
        };
        if let Some(part) = fragment.strip_prefix('#')
            && !part.is_empty()
        {
            check_label(part, text.len() - part.len())?;
        }
        Ok(Self {
            text,
            path: text.get(..version_at).unwrap_or(text),
            fragment,
            major,
            minor,
        })
    }

    /// Checks `text` by the grammar for identifiers that authors define or refer to: no label begins
    /// with `_`, no fragment, and the version as `rule` says.
    ///
    /// # Errors
    ///
    /// The first place that isn't allowed.
    pub fn check_user(text: &'t str, rule: VersionRule) -> Result<Self, DtmiError> {
        let dtmi = Self::parse(text)?;
        let fail = |offset, fault| Err(DtmiError { offset, fault });
        let mut offset = "dtmi:".len();
        for label in dtmi.labels() {
            if label.starts_with('_') {
                return fail(offset, DtmiFault::ReservedLabel);
            }
            offset += label.len() + 1;
        }
        if !dtmi.fragment.is_empty() {
            return fail(text.len() - dtmi.fragment.len(), DtmiFault::Fragment);
        }
        match rule {
            VersionRule::Major if dtmi.major == 0 => fail(text.len(), DtmiFault::MissingVersion),
            VersionRule::Major if dtmi.minor != 0 => {
                fail(text.rfind('.').unwrap_or(0), DtmiFault::MinorVersion)
            }
            VersionRule::Major | VersionRule::Optional => Ok(dtmi),
        }
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &'t str {
        self.text
    }

    /// The major version, 1 to 999,999,999; 0 if there is none.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.major
    }

    /// The minor version, 1 to 999,999; 0 if there is none.
    #[must_use]
    pub fn minor(&self) -> u32 {
        self.minor
    }

    /// Major and minor version as one number: major + minor / 1,000,000.
    #[must_use]
    pub fn complete_version(&self) -> f64 {
        f64::from(self.major) + f64::from(self.minor) * 1e-6
    }

    /// The text without version, but with its fragment if it has one.
    #[must_use]
    pub fn versionless(&self) -> String {
        format!("{}{}", self.path, self.fragment)
    }

    /// The text before version and fragment: `dtmi:` and the labels.
    #[must_use]
    pub fn path(&self) -> &'t str {
        self.path
    }

    /// The version with its `;`, as in `;1.2`; empty if there is none.
    #[must_use]
    pub fn version(&self) -> &'t str {
        self.text
            .get(self.path.len()..self.text.len() - self.fragment.len())
            .unwrap_or("")
    }

    /// The labels between `dtmi:` and the version; at least one.
    pub fn labels(&self) -> std::str::Split<'t, char> {
        self.path
            .strip_prefix("dtmi:")
            .unwrap_or(self.path)
            .split(':')
    }

    /// The fragment with its `#`; `""` if there is none, `"#"` if it is empty.
    #[must_use]
    pub fn fragment(&self) -> &'t str {
        self.fragment
    }

    /// Whether the identifier is one that only a tool may make: a label after the first or the
    /// fragment begins with `_`.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        self.path.contains(":_") || self.fragment.starts_with("#_")
    }
}

impl fmt::Display for Dtmi<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.text)
    }
}

fn check_label(label: &str, offset: usize) -> Result<(), DtmiError> {
    let fail = |at, fault| {
        Err(DtmiError {
            offset: offset + at,
            fault,
        })
    };
    let bad = |byte: &u8| !(byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = label.as_bytes();
    match (bytes.first(), bytes.last()) {
        (None, _) | (_, None) => fail(0, DtmiFault::EmptyLabel),
        (Some(first), Some(last)) => {
            if first.is_ascii_digit() {
                fail(0, DtmiFault::LabelStart)
            } else if let Some(at) = bytes.iter().position(bad) {
                fail(at, DtmiFault::LabelCharacter)
            } else if *last == b'_' {
                fail(bytes.len() - 1, DtmiFault::LabelEnd)
            } else {
                Ok(())
            }
        }
    }
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = match text.split_once('.') {
        Some((major, minor)) => (major, Some(minor)),
        None => (text, None),
    };
    let minor = match minor {
        Some(minor) => parse_number(minor, 6)?,
        None => 0,
    };
    Some((parse_number(major, 9)?, minor))
}

/// A number of at most `digits` digits that doesn't begin with 0.
fn parse_number(text: &str, digits: usize) -> Option<u32> {
    let fits = text.len() <= digits
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (usize, DtmiFault) {
        let error = Dtmi::parse(text).expect_err(text);
        (error.offset, error.fault)
    }

    #[test]
    fn the_general_grammar_takes_generated_ids_and_fragments() {
        for text in [
            "dtmi:a",
            "dtmi:_a;1",
            "dtmi:__9",
            "dtmi:a:_contents:__t;1",
            "dtmi:a_b;999999999.999999",
            "dtmi:a;1#",
            "dtmi:a;1#_layer",
        ] {
            assert!(Dtmi::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_fault_is_reported_at_its_first_byte() {
        assert_eq!(fault("http:a"), (0, DtmiFault::Scheme));
        assert_eq!(fault("dtmi:"), (5, DtmiFault::EmptyLabel));
        assert_eq!(fault("dtmi:a::b"), (7, DtmiFault::EmptyLabel));
        assert_eq!(fault("dtmi:a:1b"), (7, DtmiFault::LabelStart));
        assert_eq!(fault("dtmi:a:b_;1"), (8, DtmiFault::LabelEnd));
        assert_eq!(fault("dtmi:a-b;1"), (6, DtmiFault::LabelCharacter));
        assert_eq!(fault("dtmi:a;1\n"), (7, DtmiFault::Version));
        assert_eq!(fault("dtmi:a\n"), (6, DtmiFault::LabelCharacter));
        assert_eq!(fault("dtmi:a;"), (7, DtmiFault::Version));
        assert_eq!(fault("dtmi:a;01"), (7, DtmiFault::Version));
        assert_eq!(fault("dtmi:a;1.0"), (7, DtmiFault::Version));
        assert_eq!(fault("dtmi:a;1234567890"), (7, DtmiFault::Version));
        assert_eq!(fault("dtmi:a;1#9"), (9, DtmiFault::LabelStart));
    }

    #[test]
    fn authors_may_write_neither_reserved_labels_nor_fragments() {
        let check = |text, rule| Dtmi::check_user(text, rule).map_err(|error| error.fault);
        assert_eq!(
            check("dtmi:a:_b;1", VersionRule::Optional).err(),
            Some(DtmiFault::ReservedLabel)
        );
        assert_eq!(
            check("dtmi:_b;1", VersionRule::Major).err(),
            Some(DtmiFault::ReservedLabel)
        );
        assert_eq!(
            check("dtmi:a;1#x", VersionRule::Optional).err(),
            Some(DtmiFault::Fragment)
        );
        assert_eq!(
            check("dtmi:a", VersionRule::Major).err(),
            Some(DtmiFault::MissingVersion)
        );
        assert_eq!(
            check("dtmi:a;1.2", VersionRule::Major).err(),
            Some(DtmiFault::MinorVersion)
        );
        assert!(check("dtmi:a;1.2", VersionRule::Optional).is_ok());
        assert!(check("dtmi:a", VersionRule::Optional).is_ok());
    }

    #[test]
    fn the_parts_keep_version_and_fragment_apart() {
        let id = Dtmi::parse("dtmi:a:_b;3.4#_c").expect("well formed");
        assert_eq!(id.versionless(), "dtmi:a:_b#_c");
        assert_eq!(id.path(), "dtmi:a:_b");
        assert_eq!(id.version(), ";3.4");
        assert_eq!(id.fragment(), "#_c");
        assert!(id.is_reserved());
        assert!((id.complete_version() - 3.000_004).abs() < 1e-12);
    }
}
