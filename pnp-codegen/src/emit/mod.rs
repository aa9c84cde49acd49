//! Package → files, one folder a target language.

pub mod rust;
