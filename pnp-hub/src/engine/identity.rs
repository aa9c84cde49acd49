//! Names of devices and modules.

use std::fmt;

use super::error::{ErrorCode, HubError};

/// Longest device or module id, in characters (`iot-hub` 1.2).
const MAX_ID: usize = 128;

/// What an id may hold besides ASCII letters and digits (`iot-hub` 1.2).
const ID_MARKS: &str = "-:.+%_#*?!(),=@;$'";

/// A device, or a module of a device. Ordered by device, the device itself before its modules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    device: String,
    module: Option<String>,
}

impl Identity {
    /// The identity of a device. Whether the id is a legal one is checked where it is created.
    pub fn device(device: impl Into<String>) -> Self {
        Self {
            device: device.into(),
            module: None,
        }
    }

    /// The identity of a module of a device.
    pub fn module(device: impl Into<String>, module: impl Into<String>) -> Self {
        Self {
            device: device.into(),
            module: Some(module.into()),
        }
    }

    /// The device's id; for a module that of the device that it runs on.
    #[must_use]
    pub fn device_id(&self) -> &str {
        &self.device
    }

    /// The module's id; `None` for a device.
    #[must_use]
    pub fn module_id(&self) -> Option<&str> {
        self.module.as_deref()
    }

    /// The device that a module belongs to; a device itself unchanged.
    #[must_use]
    pub fn owner(&self) -> Self {
        Self::device(self.device.clone())
    }

    /// `device` or `module`, as events call the scope of an identity.
    pub(crate) fn scope(&self) -> &'static str {
        if self.module.is_some() {
            "module"
        } else {
            "device"
        }
    }

    /// Refuses ids that IoT Hub does: empty, longer than 128, or with other characters than its own.
    pub(crate) fn check(&self) -> Result<(), HubError> {
        for id in std::iter::once(self.device.as_str()).chain(self.module.as_deref()) {
            let legal = |c: char| c.is_ascii_alphanumeric() || ID_MARKS.contains(c);
            if id.is_empty() || id.chars().count() > MAX_ID || !id.chars().all(legal) {
                return Err(HubError::new(
                    ErrorCode::ArgumentInvalid,
                    format!(
                        "{id:?} is no legal id: 1 to {MAX_ID} ASCII letters, digits or {ID_MARKS}"
                    ),
                ));
            }
        }
        Ok(())
    }

    /// The error for an identity that the registry doesn't hold.
    pub(crate) fn not_found(&self) -> HubError {
        let code = if self.module.is_some() {
            ErrorCode::ModuleNotFound
        } else {
            ErrorCode::DeviceNotFound
        };
        HubError::new(code, format!("no {} {self} is registered", self.scope()))
    }
}

/// `device`, or `device/module`: the form of an MQTT client id.
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.device)?;
        match &self.module {
            Some(module) => write!(f, "/{module}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_may_hold_the_documented_marks_and_128_characters() {
        assert!(
            Identity::device("A-Za-z0-9-:.+%_#*?!(),=@;$'")
                .check()
                .is_ok()
        );
        assert!(Identity::device("d".repeat(128)).check().is_ok());
        for bad in ["", "a b", "a/b", "é", &"d".repeat(129)] {
            let error = Identity::device(bad).check().unwrap_err();
            assert_eq!(error.code(), ErrorCode::ArgumentInvalid, "{bad:?}");
            assert!(Identity::module("d", bad).check().is_err());
        }
    }
}
