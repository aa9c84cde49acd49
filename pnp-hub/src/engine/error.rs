//! Errors as the service names them: a code, the HTTP status that follows from it, and a message.

use std::fmt;

use jiff::Timestamp;
use serde_json::json;

use super::reading::{stamp, tracking_stamp};

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        /// IoT Hub's error codes, as far as this hub answers with them (`iot-hub` 1.13).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
        }

        impl ErrorCode {
            /// The six-digit code, whose first three digits are the HTTP status.
            #[must_use]
            pub const fn number(self) -> u32 {
                match self { $(Self::$name => $number,)* }
            }

            /// The code's name, as REST bodies and the `iothub-errorcode` header give it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }
    };
}

error_codes! {
    /// A value is outside what is allowed.
    ArgumentInvalid = 400004,
    /// A request doesn't have the shape that it should.
    IotHubFormatError = 400006,
    /// A body is no JSON.
    DeserializationError = 400012,
    /// The link was closed because the same identity opened another.
    ConnectionForcefullyClosedOnNewConnection = 400027,
    /// The token is none, of a wrong key, or does not reach so far.
    IotHubUnauthorizedAccess = 401002,
    /// The token has expired.
    IotHubUnauthorized = 401003,
    /// More of something than the hub holds.
    IotHubQuotaExceeded = 403002,
    /// As many messages wait for the device as may.
    DeviceMaximumQueueDepthExceeded = 403004,
    /// The identity is disabled.
    DeviceDisabled = 403012,
    /// No such device.
    DeviceNotFound = 404001,
    /// No such module, or no such device below it.
    ModuleNotFound = 404010,
    /// The device isn't connected, or takes no direct methods.
    DeviceNotOnline = 404103,
    /// The device's link closed while an answer was awaited.
    DeviceConnectionClosedRemotely = 404104,
    /// The device exists already.
    DeviceAlreadyExists = 409001,
    /// The module exists already.
    ModuleAlreadyExistsOnDevice = 409301,
    /// An etag or a `$version` is not the current one.
    PreconditionFailed = 412001,
    /// A message or a section is larger than allowed.
    MessageTooLarge = 413001,
    /// The hub is wrong, not its caller.
    ServerError = 500001,
    /// The device didn't answer in time.
    GatewayTimeout = 504101,
}

impl ErrorCode {
    /// The HTTP status, which is also the status of a twin response over MQTT.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        // Six digits, so the quotient is at most 999.
        (self.number() / 1000) as u16
    }
}

/// Why the hub refused a request.
///
/// `Display` gives the text that a REST body carries in `Message`: `ErrorCode:<name>;<message>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubError {
    code: ErrorCode,
    message: String,
}

impl HubError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ArgumentInvalid, message)
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ServerError, message)
    }

    /// The service's code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// The HTTP status, 400 to 504.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        self.code.http_status()
    }

    /// What went wrong, in this hub's own words.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The JSON body of a refused twin request on a device's link (`iot-hub` 1.3, twin result).
    pub(crate) fn device_body(&self, tracking: &str, now: Timestamp) -> Vec<u8> {
        json!({
            "errorCode": self.code.number(),
            "trackingId": format!("{tracking}-TimeStamp:{}", tracking_stamp(now)),
            "message": self.message,
            "timestampUtc": stamp(now),
        })
        .to_string()
        .into_bytes()
    }
}

impl fmt::Display for HubError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorCode:{};{}", self.code.name(), self.message)
    }
}

impl std::error::Error for HubError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_http_status_is_the_head_of_the_code() {
        assert_eq!(ErrorCode::DeviceNotOnline.http_status(), 404);
        assert_eq!(ErrorCode::GatewayTimeout.http_status(), 504);
        assert_eq!(ErrorCode::PreconditionFailed.number(), 412_001);
    }

    #[test]
    fn the_text_is_that_of_a_rest_body() {
        let error = HubError::new(ErrorCode::DeviceNotFound, "no device d is registered");
        assert_eq!(
            error.to_string(),
            "ErrorCode:DeviceNotFound;no device d is registered"
        );
    }
}
