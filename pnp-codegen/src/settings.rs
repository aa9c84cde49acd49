//! What a user may choose: one type behind the builder, the command and (later) a macro.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where generated code finds the runtime, unless told otherwise.
pub(crate) const RUNTIME: &str = "::pnp_runtime";

/// Which side of a model the code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Role {
    /// The device: it sends telemetry, reports properties, answers commands and desired values.
    #[default]
    Device,
}

/// What to do where two names of a model are one name in Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Collisions {
    /// The first in source order keeps the name, the others get a number; each is a warning.
    #[default]
    Suffix,
    /// Nothing is generated; the error names both parts and their places.
    Fail,
}

/// Settings of a generation. [`configure`](crate::configure) begins one.
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), pnp_codegen::Error> {
///     pnp_codegen::configure()
///         .search_dir("models")
///         .model("dtmi:com:example:TemperatureController;1")
///         .compile()?;
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) search_dirs: Vec<PathBuf>,
    pub(crate) models: Vec<String>,
    pub(crate) role: Role,
    pub(crate) runtime_path: String,
    pub(crate) language: String,
    pub(crate) collisions: Collisions,
    pub(crate) renames: BTreeMap<String, String>,
    pub(crate) out_dir: Option<PathBuf>,
    pub(crate) emit_rerun_if_changed: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            search_dirs: Vec::new(),
            models: Vec::new(),
            role: Role::default(),
            runtime_path: RUNTIME.to_owned(),
            language: "en".to_owned(),
            collisions: Collisions::default(),
            renames: BTreeMap::new(),
            out_dir: None,
            emit_rerun_if_changed: true,
        }
    }
}

impl Settings {
    /// Adds a folder that holds models: a model repository, if it has a folder `dtmi`, else any folder
    /// whose `*.json` files are found by their `@id`. Folders are asked in the order given.
    #[must_use]
    pub fn search_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.search_dirs.push(dir.into());
        self
    }

    /// Adds a root interface by its DTMI. Each gets a file of its own.
    #[must_use]
    pub fn model(mut self, dtmi: impl Into<String>) -> Self {
        self.models.push(dtmi.into());
        self
    }

    /// Which side the code is for. Default: [`Role::Device`].
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// The absolute path by which generated code reaches the runtime. Default: `::pnp_runtime`.
    #[must_use]
    pub fn runtime_path(mut self, path: impl Into<String>) -> Self {
        self.runtime_path = path.into();
        self
    }

    /// The language of doc comments, as a tag such as `de`. Where a model doesn't speak it, English
    /// and then its first language stand in. Default: `en`.
    #[must_use]
    pub fn language(mut self, tag: impl Into<String>) -> Self {
        self.language = tag.into();
        self
    }

    /// What to do where names collide. Default: [`Collisions::Suffix`].
    #[must_use]
    pub fn collisions(mut self, collisions: Collisions) -> Self {
        self.collisions = collisions;
        self
    }

    /// Calls the part of a model with this DTMI something else in Rust: an interface, a content, a
    /// field, an Object or Enum, an enum value. Its case is adjusted; wire names stay as they are.
    #[must_use]
    pub fn rename(mut self, dtmi: impl Into<String>, name: impl Into<String>) -> Self {
        self.renames.insert(dtmi.into(), name.into());
        self
    }

    /// Where files go. Default: the folder that cargo names in `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(dir.into());
        self
    }

    /// Whether [`compile`](Self::compile) tells cargo which files and folders a later run may find
    /// changed. Default: `true`.
    #[must_use]
    pub fn emit_rerun_if_changed(mut self, emit: bool) -> Self {
        self.emit_rerun_if_changed = emit;
        self
    }

    /// The name that the user gave to a part of the model.
    pub(crate) fn renamed(&self, id: &str) -> Option<&str> {
        self.renames.get(id).map(String::as_str)
    }
}
