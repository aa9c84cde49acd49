//! Model → files, without a disk.

use dtdl_parser::{Model, Sources};

use crate::collision::Collision;
use crate::emit::rust;
use crate::error::Error;
use crate::files::{File, Files};
use crate::ir;
use crate::settings::{Collisions, Role, Settings};

/// What a generation gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Generated {
    /// One file a root.
    pub files: Files,
    /// Names that had to give way to another.
    pub collisions: Vec<Collision>,
}

/// Generates the code of every root that the settings name. The same model and settings give the same
/// bytes. `sources` are the texts that the model was read from; places in messages come from them.
///
/// # Errors
/// The settings name no root, a root that the model lacks, or an impossible path; or names collide and
/// the settings forbid it.
pub fn generate(model: &Model, sources: &Sources, settings: &Settings) -> Result<Generated, Error> {
    let mut generated = Generated::default();
    for (root, file) in outputs(settings)? {
        generated.add(&root, file, model, sources, settings)?;
    }
    generated.checked(settings)
}

/// Each root that the settings name, and its file.
pub(crate) fn outputs(settings: &Settings) -> Result<Vec<(String, String)>, Error> {
    if settings.models.is_empty() {
        return Err(Error::usage("no model is named to generate code for"));
    }
    let files = rust::file_names(&settings.models, settings);
    Ok(settings.models.iter().cloned().zip(files).collect())
}

impl Generated {
    /// Adds the code of one root, from a model that has it.
    pub(crate) fn add(
        &mut self,
        root: &str,
        file: String,
        model: &Model,
        sources: &Sources,
        settings: &Settings,
    ) -> Result<(), Error> {
        let package =
            ir::lower(model, sources, &[root]).map_err(|error| Error::usage(error.to_string()))?;
        let (text, collisions) = match settings.role {
            Role::Device => rust::emit(&package, settings)?,
        };
        self.files.insert(
            file,
            File {
                root: root.to_owned(),
                text,
            },
        );
        self.collisions.extend(collisions);
        Ok(())
    }

    /// What there is, unless the settings forbid it.
    pub(crate) fn checked(self, settings: &Settings) -> Result<Self, Error> {
        if settings.collisions == Collisions::Fail && !self.collisions.is_empty() {
            return Err(Error::collisions(self.collisions));
        }
        Ok(self)
    }
}
