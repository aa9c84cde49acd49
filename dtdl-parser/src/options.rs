//! What a caller may choose.

/// When types and properties of extensions that are not known are accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UndefinedExtensions {
    /// As each version of DTDL says: accepted in version 2, refused in versions 3 and 4.
    #[default]
    PerDefault,
    /// Accepted and kept.
    Always,
    /// Refused.
    Never,
}

/// Leniencies for DTDL v2 documents that older tools accepted. Documents in later versions are
/// never read leniently.
///
/// They allow identifiers with reserved prefixes, `{"@id": …}` in place of a reference, and two
/// contents of one name, of which the first counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leniency {
    /// For the documents that were given.
    pub in_inputs: bool,
    /// For the documents that the resolver found.
    pub in_resolved: bool,
}

/// What a caller may choose. [`Options::default`] is what an author wants: every version, no limit
/// extensions, every problem that one run can find.
#[derive(Clone, Debug)]
pub struct Options {
    /// The highest version of DTDL that is accepted, 2 to 4; other numbers are taken as the
    /// nearest of these. Default: 4.
    pub max_dtdl_version: u8,
    /// When types and properties of extensions that are not known are accepted.
    pub undefined_extensions: UndefinedExtensions,
    /// The limit extensions that a document may ask for, such as `dtmi:dtdl:limits:onvif;1`. An
    /// entry without a version accepts all versions. Default: none.
    pub limits: Vec<String>,
    /// Leniencies for DTDL v2 documents. Default: none.
    pub leniency: Leniency,
    /// Whether to stop at the first stage that finds errors, as the reference parser does, so that
    /// the problems of both can be compared. Default: false.
    pub stop_like_reference: bool,
    /// The deepest nesting of JSON arrays and objects that is read. The default, one million, only
    /// bounds memory.
    pub max_json_depth: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_dtdl_version: 4,
            undefined_extensions: UndefinedExtensions::PerDefault,
            limits: Vec::new(),
            leniency: Leniency::default(),
            stop_like_reference: false,
            max_json_depth: 1_000_000,
        }
    }
}
