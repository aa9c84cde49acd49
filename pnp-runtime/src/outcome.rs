//! What a handler is given and what it answers: desired values, acknowledgements, command errors.

use alloc::string::String;
use core::error::Error;
use core::fmt;

use crate::schema::{EncodeError, Encoder, Schema, to_json};
use crate::status;

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
    /// `$version` of the desired section that holds it; 0 for a value that is restored from what the
    /// device reported by itself.
    pub version: i64,
    /// Why it comes now.
    pub reason: Reason,
}

/// A handler's answer to a desired value: a status, and the value now in effect.
///
/// Where it holds no value, the property's getter is asked after the setter returned; so a refusal
/// reports what is really in effect without saying it twice.
///
/// ```
/// use pnp_runtime::Ack;
///
/// fn set_target(desired: Option<f64>, target: &mut f64) -> Ack<f64> {
///     match desired {
///         Some(wanted) if wanted > 90.0 => Ack::rejected("hotter than the sensor can measure"),
///         Some(wanted) => {
///             *target = wanted;
///             Ack::accepted(wanted)
///         }
///         None => Ack::current(),
///     }
/// }
/// let mut target = 20.0;
/// assert_eq!(set_target(Some(21.0), &mut target).status(), 200);
/// assert_eq!(set_target(Some(99.0), &mut target).status(), 400);
/// assert_eq!(target, 21.0);
/// ```
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

/// Why a command failed, with the status that its caller sees; 400 to 599.
///
/// Its payload is `{"message":"…"}`, or JSON of your own ([`with_payload`](Self::with_payload)).
#[derive(Debug, Clone, PartialEq)]
pub struct CommandError {
    status: u16,
    message: String,
    payload: Option<String>,
}

impl<T> Ack<T> {
    /// 200: the value is in effect.
    pub fn accepted(value: T) -> Self {
        Self::of(status::OK).with_value(value)
    }

    /// 200: whatever the getter gives is in effect.
    pub fn current() -> Self {
        Self::of(status::OK)
    }

    /// 202: the device works on it; `value` is in effect meanwhile. The final answer follows through
    /// `Device::complete` with the version of the [`Desired`].
    pub fn pending(value: T) -> Self {
        Self::of(status::PENDING).with_value(value)
    }

    /// 400: the desired value can't be taken, and why.
    pub fn rejected(why: impl Into<String>) -> Self {
        Self::of(status::BAD_REQUEST).with_description(why)
    }

    /// 500: the device failed to apply the value, and why.
    pub fn failed(why: impl Into<String>) -> Self {
        Self::of(status::INTERNAL_ERROR).with_description(why)
    }

    /// A status of your own; below 200 or above 599 it becomes 500.
    pub fn of(status: u16) -> Self {
        Self {
            value: None,
            status: if (status::OK..=status::HIGHEST).contains(&status) {
                status
            } else {
                status::INTERNAL_ERROR
            },
            description: None,
        }
    }

    /// The same answer with the value in effect.
    #[must_use]
    pub fn with_value(mut self, value: T) -> Self {
        self.value = Some(value);
        self
    }

    /// The same answer with words for a human (`ad`).
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The status, `ac`.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The value in effect, where the answer holds one.
    pub fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// The words for a human, `ad`.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }
}

impl<T> Ack<T> {
    /// The answer in its wire form; `actual` gives the value in effect where the answer holds none, and
    /// `to_json` writes one.
    pub(crate) fn into_outcome(
        self,
        to_json: impl FnOnce(&T) -> Result<String, EncodeError>,
        actual: impl FnOnce() -> Option<String>,
    ) -> WritableOutcome {
        match self.value.as_ref().map(to_json) {
            None => WritableOutcome {
                value: actual(),
                status: self.status,
                description: self.description,
            },
            Some(Ok(value)) => WritableOutcome {
                value: Some(value),
                status: self.status,
                description: self.description,
            },
            Some(Err(error)) => WritableOutcome {
                value: actual(),
                status: status::INTERNAL_ERROR,
                description: Some(alloc::format!("the value in effect can't be sent: {error}")),
            },
        }
    }
}

impl CommandError {
    /// 400: the request makes no sense.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(status::BAD_REQUEST, message)
    }

    /// 404: there is no such command or component.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(status::NOT_FOUND, message)
    }

    /// 500: the device failed to do it.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(status::INTERNAL_ERROR, message)
    }

    /// 501: the model has the command, the device doesn't (yet).
    pub fn not_implemented(message: impl Into<String>) -> Self {
        Self::new(status::NOT_IMPLEMENTED, message)
    }

    /// A status of your own, 400 to 599; any other becomes 500.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        let status = if (status::BAD_REQUEST..=status::HIGHEST).contains(&status) {
            status
        } else {
            status::INTERNAL_ERROR
        };
        Self {
            status,
            message: message.into(),
            payload: None,
        }
    }

    /// Not a failure: the reply comes later, through `Device::respond`.
    ///
    /// The session then sends nothing for now; `Notice::CommandDeferred` holds the ticket that the
    /// later reply takes.
    pub fn deferred() -> Self {
        Self {
            status: status::PENDING,
            message: String::new(),
            payload: None,
        }
    }

    /// The same error with a payload of your own in place of the message object.
    ///
    /// # Errors
    /// A value that JSON can't carry.
    pub fn with_payload<T: Schema>(mut self, payload: &T) -> Result<Self, EncodeError> {
        self.payload = Some(to_json(payload)?);
        Ok(self)
    }

    /// The status that the caller sees.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// What went wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether this is no error but [`deferred`](Self::deferred).
    pub fn is_deferred(&self) -> bool {
        self.status == status::PENDING
    }

    /// The JSON text that the caller sees.
    pub fn body(&self) -> String {
        if let Some(payload) = &self.payload {
            return payload.clone();
        }
        let mut body = String::from("{\"message\":");
        Encoder::new(&mut body).str(&self.message);
        body.push('}');
        body
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.status)
    }
}

impl Error for CommandError {}
