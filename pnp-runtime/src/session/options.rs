//! What an application may choose where the conventions are silent, and how long to wait.

use core::time::Duration;

/// Choices of a session; [`Default`] is what suits most devices.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// What is reported when a back end removes a desired value (checklist 36).
    pub removed: Removed,
    /// What a command without response schema answers (checklist 56).
    pub empty_response: EmptyResponse,
    /// How long a twin request waits for its answer.
    pub request_timeout: Duration,
    /// How long a deferred command may take; after it a reply goes nowhere. The hub itself waits 300 s
    /// at most.
    pub command_timeout: Duration,
    /// How many telemetry messages wait for acceptance at most.
    pub telemetry_capacity: usize,
}

/// What is reported when a back end removes a desired value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Removed {
    /// Nothing: the last acknowledgement stands.
    #[default]
    Silent,
    /// The value now in effect, as one that the device set itself: status 203, version 0.
    ReportDefault,
}

/// What a command without response schema answers beside its status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmptyResponse {
    /// An empty payload.
    #[default]
    Nothing,
    /// `{}`, for hubs and gateways that drop replies without payload.
    EmptyObject,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            removed: Removed::default(),
            empty_response: EmptyResponse::default(),
            request_timeout: Duration::from_secs(30),
            command_timeout: Duration::from_secs(300),
            telemetry_capacity: 4096,
        }
    }
}
