//! The rows of the data files: words and attributes, nothing of what they mean.

/// A set of the versions that a row or an attribute speaks of: bit `v` for version `v`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Versions(pub(super) u16);

impl Versions {
    /// Every version.
    pub(super) const ALL: Self = Self(u16::MAX);

    /// Whether a version is among them.
    pub fn has(self, version: u8) -> bool {
        self.0 & (1 << version) != 0
    }

    /// The versions, lowest first.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u8> {
        (0..16).filter(move |&version| self.has(version))
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// `34` and `3,4` both mean versions 3 and 4. The releases of units are written `2`, `q1` to
    /// `q3` and numbered 0 to 3; a bare `q` means all but the first.
    pub(super) fn read(text: &str) -> Self {
        let set = match text {
            "q" => 0b1110,
            "q3" => 0b1000,
            _ => text
                .bytes()
                .filter(u8::is_ascii_digit)
                .fold(0, |set, digit| set | 1 << (digit - b'0')),
        };
        Self(set)
    }
}

impl FromIterator<u8> for Versions {
    fn from_iter<T: IntoIterator<Item = u8>>(versions: T) -> Self {
        Self(
            versions
                .into_iter()
                .fold(0, |set, version| set | 1 << version),
        )
    }
}

/// `name`, `name=value`, `name@versions=value` or `name@versions/limit=value`.
#[derive(Clone, Copy, Debug)]
struct Attribute {
    name: &'static str,
    versions: Versions,
    limit: &'static str,
    value: &'static str,
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Where it stands, for messages about unsound tables.
    pub(super) line: usize,
    /// Whether it belongs to the row above.
    pub(super) inner: bool,
    /// The first word.
    pub(super) kind: &'static str,
    /// The second word.
    pub(super) name: &'static str,
    /// The third word, if it is no attribute.
    pub(super) what: &'static str,
    /// Which versions the row speaks of.
    pub(super) versions: Versions,
    attributes: Vec<Attribute>,
}

impl Row {
    /// The value of an attribute in a version, without a limit extension; empty for a bare name.
    pub(super) fn get(&self, name: &str, version: u8) -> Option<&'static str> {
        self.get_under(name, version, "")
    }

    /// The value of an attribute in a version under a limit extension.
    pub(super) fn get_under(&self, name: &str, version: u8, limit: &str) -> Option<&'static str> {
        let fits = |it: &&Attribute| {
            it.name == name
                && it.versions.has(version)
                && (it.limit.is_empty() || it.limit == limit)
        };
        self.attributes.iter().rev().find(fits).map(|it| it.value)
    }

    /// The value of an attribute that is the same in all versions.
    pub(super) fn all(&self, name: &str) -> Option<&'static str> {
        self.attributes
            .iter()
            .rev()
            .find(|it| it.name == name)
            .map(|it| it.value)
    }

    /// Whether an attribute holds in a version.
    pub(super) fn has(&self, name: &str, version: u8) -> bool {
        self.get(name, version).is_some()
    }

    /// The parts of a value between commas; nothing when the attribute is absent.
    pub(super) fn list(&self, name: &str, version: u8) -> impl Iterator<Item = &'static str> {
        self.get(name, version)
            .into_iter()
            .flat_map(|value| value.split(','))
    }

    /// A value as a number.
    pub(super) fn number(&self, name: &str, version: u8) -> Option<i64> {
        self.get(name, version).and_then(|value| value.parse().ok())
    }

    /// The names of all attributes.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.attributes.iter().map(|it| it.name)
    }
}

/// The rows of a file, in order; comments and empty lines left out.
pub(super) fn rows(text: &'static str) -> impl Iterator<Item = Row> {
    text.lines()
        .enumerate()
        .filter_map(|(index, line)| row(index + 1, line))
}

fn row(line: usize, text: &'static str) -> Option<Row> {
    let mut words = text.split_ascii_whitespace();
    let kind = words.next().filter(|word| !word.starts_with('#'))?;
    let mut row = Row {
        line,
        inner: text.starts_with(' '),
        kind,
        name: words.next().unwrap_or_default(),
        what: "",
        versions: Versions::ALL,
        attributes: Vec::new(),
    };
    if THREE_WORDS.contains(&kind) {
        row.what = words.next().unwrap_or_default();
    }
    for word in words {
        match word.strip_prefix(':') {
            Some(base) => row.what = base,
            None => row.attribute(word),
        }
    }
    Some(row)
}

/// The kinds of rows whose third word is no attribute.
const THREE_WORDS: &[&str] = &[
    "element", "has", "length", "measure", "pattern", "prefix", "term", "unit",
];

impl Row {
    fn attribute(&mut self, word: &'static str) {
        let (place, value) = word.split_once('=').unwrap_or((word, ""));
        let (name, scope) = place.split_once('@').unwrap_or((place, ""));
        let (versions, limit) = scope.split_once('/').unwrap_or((scope, ""));
        let versions = if versions.is_empty() {
            Versions::ALL
        } else {
            Versions::read(versions)
        };
        if name.is_empty() && value.is_empty() {
            self.versions = versions;
        } else {
            self.attributes.push(Attribute {
                name,
                versions,
                limit,
                value,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_keeps_its_attributes_by_version_and_limit() {
        let row = row(1, "  comment string max=512 max@4/aio_1=2048 required @34").expect("a row");
        assert!(row.inner);
        assert_eq!((row.kind, row.name), ("comment", "string"));
        assert_eq!(row.get("max", 3), Some("512"));
        assert_eq!(row.get_under("max", 4, "aio_1"), Some("2048"));
        assert_eq!(row.get_under("max", 4, "onvif_1"), Some("512"));
        assert!(row.has("required", 2) && !row.has("plural", 2));
        assert_eq!(row.versions.iter().collect::<Vec<_>>(), [3, 4]);
    }

    #[test]
    fn comments_and_empty_lines_are_no_rows() {
        assert_eq!(rows("# a\n\n   # b\nclass A\n").count(), 1);
    }
}
