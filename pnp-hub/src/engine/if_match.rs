//! Optimistic concurrency of the back end: the `If-Match` header.

use super::error::{ErrorCode, HubError};

/// Under which condition a back-end write is done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum IfMatch {
    /// Always.
    #[default]
    Any,
    /// Only while this is the etag.
    Etag(String),
}

impl IfMatch {
    /// The condition that a header's value states. Both official SDKs quote it, the wildcard too
    /// (`iot-hub` 2): `"*"` and `*` are [`IfMatch::Any`].
    #[must_use]
    pub fn parse(header: &str) -> Self {
        let header = header.trim();
        let unquoted = header
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or(header);
        if unquoted == "*" {
            Self::Any
        } else {
            Self::Etag(unquoted.to_owned())
        }
    }

    /// Refuses where the etag is another one.
    pub(crate) fn check(&self, current: &str) -> Result<(), HubError> {
        match self {
            Self::Any => Ok(()),
            Self::Etag(etag) if etag == current => Ok(()),
            Self::Etag(etag) => Err(HubError::new(
                ErrorCode::PreconditionFailed,
                format!("the etag is {current:?}, not {etag:?}"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_around_the_header_do_not_count() {
        assert_eq!(IfMatch::parse("\"*\""), IfMatch::Any);
        assert_eq!(IfMatch::parse("*"), IfMatch::Any);
        for header in ["\"AAAAAAAAAAE=\"", "AAAAAAAAAAE="] {
            assert_eq!(
                IfMatch::parse(header),
                IfMatch::Etag("AAAAAAAAAAE=".to_owned())
            );
        }
    }
}
