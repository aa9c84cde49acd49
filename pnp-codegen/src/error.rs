//! Why nothing was generated.

use std::fmt;
use std::path::Path;

use crate::collision::Collision;

/// Why nothing was generated, in words for the author of the model.
///
/// Both `Display` and `Debug` show the whole story, over several lines where a model is wrong: a build
/// script whose `main` returns this error prints it as it should be read.
pub struct Error {
    kind: Kind,
}

enum Kind {
    Usage(String),
    Model(String),
    Collisions(Vec<Collision>),
    Io(String),
    Internal(String),
}

impl Error {
    /// The settings ask for something that can't be.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Usage(message.into()),
        }
    }

    /// The model is wrong; `rendered` is what its author should read.
    pub(crate) fn model(rendered: impl Into<String>) -> Self {
        Self {
            kind: Kind::Model(rendered.into()),
        }
    }

    pub(crate) fn collisions(collisions: Vec<Collision>) -> Self {
        Self {
            kind: Kind::Collisions(collisions),
        }
    }

    pub(crate) fn io(what: &str, path: &Path, error: &std::io::Error) -> Self {
        Self {
            kind: Kind::Io(format!("can't {what} {}: {error}", path.display())),
        }
    }

    /// A file or folder is in the way; `message` names it.
    pub(crate) fn unreadable(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Io(message.into()),
        }
    }

    pub(crate) fn internal(error: &dyn fmt::Display) -> Self {
        Self {
            kind: Kind::Internal(error.to_string()),
        }
    }

    /// Whether a model has errors, or names that collide where the settings forbid it.
    #[must_use]
    pub fn is_model(&self) -> bool {
        matches!(self.kind, Kind::Model(_) | Kind::Collisions(_))
    }

    /// Whether a file or folder could not be read or written.
    #[must_use]
    pub fn is_io(&self) -> bool {
        matches!(self.kind, Kind::Io(_))
    }

    /// Whether the settings ask for something that can't be.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(self.kind, Kind::Usage(_))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Usage(text) | Kind::Model(text) | Kind::Io(text) => f.write_str(text.trim_end()),
            Kind::Collisions(collisions) => {
                write!(f, "names of the model collide in Rust:")?;
                collisions
                    .iter()
                    .try_for_each(|collision| write!(f, "\n- {collision}"))
            }
            Kind::Internal(text) => {
                write!(
                    f,
                    "the generated code is no Rust, which is a bug of pnp-codegen: {text}"
                )
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
