//! Status codes of acknowledgements, commands and twin requests, named once.
//!
//! The numbers are HTTP's; what they mean in an acknowledgement stands in the IoT Plug and Play
//! conventions ("writable property acknowledgment").

/// Done: a desired value is in effect, a command succeeded, a twin was read.
pub const OK: u16 = 200;
/// A desired value was taken and is being worked on; the final acknowledgement follows.
pub const PENDING: u16 = 202;
/// The device set the value by itself, with `av` 0.
pub const BY_DEVICE: u16 = 203;
/// A reported update was written.
pub const WRITTEN: u16 = 204;
/// The value or the request makes no sense.
pub const BAD_REQUEST: u16 = 400;
/// No such command or component.
pub const NOT_FOUND: u16 = 404;
/// More than the hub takes at once.
pub const TOO_LARGE: u16 = 413;
/// Too many requests; try again later.
pub const THROTTLED: u16 = 429;
/// The device, or the hub, failed.
pub const INTERNAL_ERROR: u16 = 500;
/// The model has the command, the device doesn't.
pub const NOT_IMPLEMENTED: u16 = 501;
/// The highest status there is.
pub const HIGHEST: u16 = 599;

/// Whether a twin request that got this answer may succeed when tried again.
///
/// Throttling and failures of the hub pass; a request that the hub calls wrong stays wrong.
pub const fn is_passing(status: u16) -> bool {
    status == THROTTLED || status >= INTERNAL_ERROR
}
