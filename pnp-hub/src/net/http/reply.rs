//! Replies, and the shapes in which IoT Hub puts errors into them (`iot-hub` 1.13).

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::engine::error::{ErrorCode, HubError};
use crate::engine::reading::{stamp, tracking_stamp};

/// Node reads a body only where the type says so, charset or not; documents show the charset.
const JSON: &str = "application/json; charset=utf-8";
const EVENT_STREAM: &str = "text/event-stream";

/// The tracking ids of REST errors: one process tells nothing apart by them. \[I\]
const TRACKING: &str = "00000000000000000000000000000000-G:0";

/// What a request is answered with.
#[derive(Debug)]
pub(in crate::net) struct Reply {
    pub(in crate::net) status: u16,
    headers: Vec<(&'static str, String)>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Empty,
    Json(Value),
    Events(mpsc::Receiver<Bytes>),
}

impl Reply {
    pub(in crate::net) fn json(value: Value) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            content: Content::Json(value),
        }
    }

    pub(super) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content: Content::Empty,
        }
    }

    /// The head behind which another protocol begins.
    pub(in crate::net) fn switching() -> Self {
        Self::empty(101)
    }

    /// Server-sent events, as they come.
    pub(super) fn events(events: mpsc::Receiver<Bytes>) -> Self {
        Self {
            status: 200,
            headers: vec![("cache-control", "no-store".to_owned())],
            content: Content::Events(events),
        }
    }

    /// An error as the registry and the twins report it.
    pub(in crate::net) fn error(error: &HubError, now: Timestamp) -> Self {
        let of_a_method = matches!(
            error.code(),
            ErrorCode::DeviceNotOnline
                | ErrorCode::DeviceConnectionClosedRemotely
                | ErrorCode::GatewayTimeout
        );
        // Of direct methods, the message is a document of its own (`iot-hub` 1.6).
        let message = if of_a_method {
            json!({
                "errorCode": error.code().number(),
                "trackingId": format!("{TRACKING}-TimeStamp:{}", tracking_stamp(now)),
                "message": error.message(),
                "info": {},
                "timestampUtc": stamp(now),
            })
            .to_string()
        } else {
            error.to_string()
        };
        Self::json(json!({
            "Message": message,
            "ExceptionMessage": format!("Tracking ID:{TRACKING}-TimeStamp:{}", tracking_stamp(now)),
        }))
        .status(error.http_status())
        .header("iothub-errorcode", error.code().name())
    }

    /// An answer to what is no request of ours.
    pub(in crate::net) fn problem(status: u16, message: &str) -> Self {
        Self::json(json!({ "Message": message })).status(status)
    }

    pub(super) fn too_large(limit: usize) -> Self {
        Self::problem(413, &format!("a body has at most {limit} bytes")).closing()
    }

    pub(super) fn too_slow() -> Self {
        Self::problem(408, "the body did not come in time").closing()
    }

    fn closing(self) -> Self {
        self.header("connection", "close")
    }

    #[must_use]
    pub(in crate::net) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    #[must_use]
    pub(in crate::net) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same reply with an etag, quoted as HTTP wants it.
    #[must_use]
    pub(super) fn etag(self, etag: &str) -> Self {
        self.header("etag", format!("\"{etag}\""))
    }

    pub(in crate::net) fn into_response(self) -> Response<ReplyBody> {
        let (content_type, body) = match self.content {
            Content::Empty => (None, ReplyBody::Whole(None)),
            Content::Json(value) => (
                Some(JSON),
                ReplyBody::Whole(Some(Bytes::from(value.to_string()))),
            ),
            Content::Events(events) => (Some(EVENT_STREAM), ReplyBody::Events(events)),
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in self.headers {
            // A value that can't stand in a header is left out.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

/// The bytes of a reply.
#[derive(Debug)]
pub(in crate::net) enum ReplyBody {
    Whole(Option<Bytes>),
    Events(mpsc::Receiver<Bytes>),
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Events(events) => events
                .poll_recv(context)
                .map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                let size = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(u64::try_from(size).unwrap_or(u64::MAX))
            }
            Self::Events(_) => SizeHint::default(),
        }
    }
}
