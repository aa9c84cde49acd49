//! Code to model: the DTDL that a device's own types amount to.
//!
//! The derives note what the declarations say (names, schemas, documentation, units) as tables behind
//! functions that nothing calls but this module: a device that never prints its model doesn't carry
//! them. Here they become DTDL text, in any version of the language.
//!
//! ```
//! use pnp_runtime::describe::{Version, dtdl_of};
//!
//! /// Thermostat
//! ///
//! /// Measures a temperature.
//! #[derive(pnp_runtime::Interface)]
//! #[pnp(id = "dtmi:com:example:Thermostat;1", telemetry = Telemetry)]
//! struct Thermostat;
//!
//! #[derive(pnp_runtime::Telemetry)]
//! #[pnp(interface = Thermostat)]
//! struct Telemetry {
//!     /// The temperature now.
//!     #[pnp(semantic = "Temperature", unit = "degreeCelsius")]
//!     temperature: Option<f64>,
//! }
//!
//! assert_eq!(
//!     dtdl_of::<Thermostat>(Version::V2)?,
//!     r#"{
//!   "@context": "dtmi:dtdl:context;2",
//!   "@id": "dtmi:com:example:Thermostat;1",
//!   "@type": "Interface",
//!   "displayName": "Thermostat",
//!   "description": "Measures a temperature.",
//!   "contents": [
//!     {
//!       "@type": [
//!         "Telemetry",
//!         "Temperature"
//!       ],
//!       "name": "temperature",
//!       "description": "The temperature now.",
//!       "schema": "double",
//!       "unit": "degreeCelsius"
//!     }
//!   ]
//! }
//! "#
//! );
//! # Ok::<(), pnp_runtime::describe::DescribeError>(())
//! ```
//!
//! # Where the words come from
//!
//! | DTDL | Rust |
//! |---|---|
//! | `displayName` | `display_name = "…"`, else the first paragraph of the documentation where it ends no sentence (`.`, `!`, `?` or `:`) |
//! | `description` | `description = "…"`, else the rest of the documentation up to its first heading or code block |
//! | `comment` | `comment = "…"` |
//! | co-type, `unit` | `semantic = "…"`, `unit = "…"` |
//! | `writable` | the getter and the setter of the handler trait |
//! | `extends` | `extends = Base` or `extends = [Base, Other]` |
//!
//! An empty string says "none". A property's words stand at its getter, a request's at the parameter, a
//! component's at the field of the interface struct.
//!
//! # What Rust can't say
//!
//! Relationships, texts in other languages than English, command types, the names of a Map's key and
//! value (`key`, `value`), comments and words of Arrays and Maps, co-types other than one semantic type
//! and `Required`, geospatial schemas (they are Objects here). A standalone Array or Map schema is
//! printed where it is used.
//!
//! What a version of the language can't say is an error where values would mean something else (a
//! `uuid` in v3), and is left out where they mean the same (`Required` and the units of fields,
//! requests and responses in v2).

mod error;
mod facts;
#[cfg(feature = "std")]
mod golden;
mod json;
mod words;
mod write;

use alloc::string::String;
use alloc::vec::Vec;

pub use error::DescribeError;
pub use facts::{
    Component, Content, Description, EnumDescription, EnumValue, EnumValues, InterfaceDescription,
    InterfaceRef, Member, ObjectDescription, Payload, Words,
};
#[cfg(feature = "std")]
pub use golden::assert_dtdl;

use crate::Interface;

/// A version of DTDL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Version {
    /// DTDL v2: units and semantic types belong to the language.
    V2,
    /// DTDL v3: units and semantic types are the extension `quantitativeTypes`.
    V3,
    /// DTDL v4: more primitive schemas, and `nullable`.
    V4,
}

/// The DTDL of one interface as indented JSON text with a line break at the end: what stands in a model
/// repository's file of that interface.
///
/// Its components' interfaces and those that it extends are named by their DTMIs;
/// [`dtdl_closure_of`] gives them too. The text is not held against the language's limits: `pnp check`
/// does that.
///
/// # Errors
/// A declaration that isn't named (`telemetry = …`, `properties = …`, `handler = …`), a type that says
/// nothing of its schema, or one that this version of the language lacks. The error names the place.
pub fn dtdl_of<T: Interface>(version: Version) -> Result<String, DescribeError> {
    write::interface(InterfaceRef::of::<T>(), version)
}

/// The DTDL of an interface and of all that it extends or has as components, each with its DTMI, the
/// interface itself first.
///
/// A schema with an id of its own is defined in the first of them that uses it.
///
/// # Errors
/// As [`dtdl_of`], for each of them.
pub fn dtdl_closure_of<T: Interface>(
    version: Version,
) -> Result<Vec<(&'static str, String)>, DescribeError> {
    write::closure(InterfaceRef::of::<T>(), version)
}
