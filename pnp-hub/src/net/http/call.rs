//! A request, read: path and query decoded, body whole.

use std::time::Duration;

use hyper::Method;
use hyper::body::Bytes;
use hyper::http::request::Parts;
use pnp_runtime::topic::{PropertyBag, decode};
use serde_json::Value;

use crate::engine::error::{ErrorCode, HubError};
use crate::engine::if_match::IfMatch;

/// A request to the service.
pub(super) struct Call {
    pub(super) method: Method,
    /// The path's segments, their escapes undone.
    pub(super) path: Vec<String>,
    query: PropertyBag,
    headers: hyper::HeaderMap,
    body: Bytes,
}

impl Call {
    pub(super) fn new(head: &Parts, body: Bytes) -> Result<Self, HubError> {
        let path = head.uri.path().trim_start_matches('/');
        let path: Option<Vec<_>> = path.split('/').map(decode).collect();
        let query = PropertyBag::parse(head.uri.query().unwrap_or_default());
        let (Some(path), Some(query)) = (path, query) else {
            return Err(HubError::invalid(
                "the path or its query has a broken escape",
            ));
        };
        Ok(Self {
            method: head.method.clone(),
            path,
            query,
            headers: head.headers.clone(),
            body,
        })
    }

    /// A header's value; `None` where it is absent or no text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The condition under which to write; `None` where the request states none.
    pub(super) fn if_match(&self) -> Option<IfMatch> {
        self.header("if-match").map(IfMatch::parse)
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.get(name)
    }

    /// A parameter of the query that is a number.
    ///
    /// # Errors
    /// It isn't.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, HubError> {
        let text = self.parameter(name);
        text.map(|text| {
            text.parse()
                .map_err(|_| HubError::invalid(format!("{name} must be a number, not {text:?}")))
        })
        .transpose()
    }

    /// A parameter of the query that is a number of seconds.
    ///
    /// # Errors
    /// It is no number.
    pub(super) fn seconds(&self, name: &str) -> Result<Option<Duration>, HubError> {
        Ok(self.number(name)?.map(Duration::from_secs))
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// It is none.
    pub(super) fn json(&self) -> Result<Value, HubError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            HubError::new(
                ErrorCode::IotHubFormatError,
                format!("the request's body is no JSON: {error}"),
            )
        })
    }

    /// The body as JSON; `None` where it is empty.
    ///
    /// # Errors
    /// It is neither.
    pub(super) fn optional_json(&self) -> Result<Option<Value>, HubError> {
        if self.body.trim_ascii().is_empty() {
            return Ok(None);
        }
        self.json().map(Some)
    }
}
