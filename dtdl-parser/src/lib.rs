//! Reads DTDL, versions 2, 3 and 4 with all published extensions, and proves it right or says what
//! is wrong and where.
//!
//! [`parse`] takes texts to a [`Model`] in stages, each a function from one product to the next:
//! [`json`] (bytes to values with places), [`expand`] (contexts, terms and types settled),
//! [`graph`] (one element per identifier, references followed), [`check`] (every rule of the
//! language), [`model`] (what a program asks). What the language is stands in the tables that
//! [`metamodel`] loads, and nowhere in code.
//!
//! ```
//! use dtdl_parser::{Options, Sources, parse, source::NoResolver};
//!
//! let mut sources = Sources::default();
//! let root = sources.add("thermostat.json", r#"{
//!     "@context": "dtmi:dtdl:context;3",
//!     "@id": "dtmi:com:example:Thermostat;1",
//!     "@type": "Interface",
//!     "contents": [{"@type": "Telemetry", "name": "temperature", "schema": "double"}]
//! }"#);
//! let parsed = parse(&mut sources, &[root], &NoResolver, &Options::default());
//! assert!(parsed.problems.is_empty());
//! let model = parsed.model.expect("no problem, so a model");
//! let thermostat = model.interface("dtmi:com:example:Thermostat;1").expect("it was defined");
//! assert_eq!(thermostat.telemetries().next().map(|it| it.name()), Some("temperature"));
//! ```

pub mod check;
pub mod diagnostics;
pub mod dtmi;
pub mod dump;
pub mod expand;
pub mod graph;
pub mod json;
mod lint;
pub mod metamodel;
pub mod model;
mod options;
mod parse;
pub mod source;

pub use diagnostics::Problem;
pub use model::Model;
pub use options::{Leniency, Options, UndefinedExtensions};
pub use parse::{Parsed, Unresolved, parse};
pub use source::{FileId, Resolver, Sources, Span};
