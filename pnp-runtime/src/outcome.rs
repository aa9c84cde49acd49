//! What a handler is given and what it answers: desired values, acknowledgements, command errors.

use alloc::string::String;

/// Why a desired value reaches a handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A back end changed it while the device was connected.
    Changed,
    /// The device read its twin after connecting and found a value that it hasn't acknowledged.
    Startup,
    /// The device had accepted this value before; it is handed over as initial state and not
    /// acknowledged again.
    Restored,
}

/// A desired value of a writable property.
#[derive(Debug, Clone, PartialEq)]
pub struct Desired<T> {
    /// The value; `None` where the back end removed it (JSON `null`).
    pub value: Option<T>,
    /// `$version` of the desired section that holds it.
    pub version: i64,
    /// Why it comes now.
    pub reason: Reason,
}

/// A handler's answer to a desired value: the value now in effect and a status.
/// (Constructors accepted 200, pending 202, rejected 400, failed 500, with a description; being written.)
#[derive(Debug, Clone, PartialEq)]
pub struct Ack<T> {
    value: Option<T>,
    status: u16,
    description: Option<String>,
}

/// An acknowledgement, encoded: `{"value":…,"ac":…,"ad":…}` without its version.
#[derive(Debug, Clone, PartialEq)]
pub struct WritableOutcome {
    /// JSON text of the value in effect; `None` where there is none to report.
    pub value: Option<String>,
    /// Status code, `ac`.
    pub status: u16,
    /// Description, `ad`.
    pub description: Option<String>,
}

/// Why a command failed, with the status that its caller sees.
/// (Constructors for 400, 404, 500, 501, custom 400–599 with a JSON payload; being written.)
#[derive(Debug, Clone, PartialEq)]
pub struct CommandError {
    status: u16,
    message: String,
}
