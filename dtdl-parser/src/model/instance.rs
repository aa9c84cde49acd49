//! Validation of values against the model.

use super::Element;
use crate::check::conform;
use crate::diagnostics::{Report, Severity};
use crate::json::{self, Limits};
use crate::metamodel::Metamodel;
use crate::source::Sources;

/// How strictly values are taken.
#[derive(Clone, Copy, Debug)]
pub struct InstanceOptions {
    /// Whether a field with the co-type `Required` that is missing is a violation. Default: true.
    pub required_fields: bool,
}

impl Default for InstanceOptions {
    fn default() -> Self {
        Self {
            required_fields: true,
        }
    }
}

/// One thing that is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where in the payload, as a JSON pointer; empty for the whole.
    pub pointer: String,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
}

/// The class of an element describes no values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnInstanceClass {
    /// The name of the class, such as `Interface`.
    pub class: &'static str,
}

impl std::fmt::Display for NotAnInstanceClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a {} describes no values", self.class)
    }
}

impl std::error::Error for NotAnInstanceClass {}

impl Element<'_> {
    /// What is wrong with a JSON text as a value of this element; empty when it conforms.
    ///
    /// Schemas, Field, EnumValue, MapValue, Telemetry, Property and command payloads describe
    /// values. Text that is not JSON is one violation. A date or a time must be one of the calendar
    /// and the clock; a number must fit its type as it is written, so that `1.0` is no integer.
    /// Violations come in the order of the payload, those of an object before those of its members.
    ///
    /// ```
    /// use dtdl_parser::model::InstanceOptions;
    /// use dtdl_parser::{Options, Sources, parse, source::NoResolver};
    ///
    /// let mut sources = Sources::default();
    /// let root = sources.add("thermostat.json", r#"{
    ///     "@context": "dtmi:dtdl:context;3",
    ///     "@id": "dtmi:com:example:Thermostat;1",
    ///     "@type": "Interface",
    ///     "contents": [{
    ///         "@id": "dtmi:com:example:Thermostat:history;1",
    ///         "@type": "Telemetry",
    ///         "name": "history",
    ///         "schema": {"@type": "Array", "elementSchema": "integer"}
    ///     }]
    /// }"#);
    /// let parsed = parse(&mut sources, &[root], &NoResolver, &Options::default());
    /// let model = parsed.model.expect("no problem, so a model");
    /// let history = model.element("dtmi:com:example:Thermostat:history;1").expect("it was defined");
    ///
    /// let violations = history.validate_instance("[20, 21.5]", InstanceOptions::default())?;
    /// assert_eq!(violations.len(), 1);
    /// assert_eq!(violations[0].pointer, "/1");
    /// assert_eq!(violations[0].message, "21.5 is no Integer");
    /// # Ok::<(), dtdl_parser::model::NotAnInstanceClass>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the class of the element describes no values.
    pub fn validate_instance(
        self,
        json: &str,
        options: InstanceOptions,
    ) -> Result<Vec<Violation>, NotAnInstanceClass> {
        let metamodel = Metamodel::get();
        if conform::rule_of(metamodel, self.raw()).is_none() {
            return Err(NotAnInstanceClass {
                class: self.class(),
            });
        }
        let mut sources = Sources::new();
        let file = sources.add("payload", json);
        let (document, problems) = json::parse(&sources, file, &Limits::default());
        let whole = |message: String| Violation {
            pointer: String::new(),
            message,
        };
        if !document.is_complete() {
            let report = Report::new(problems, &sources);
            let mut errors = report.diagnostics().iter();
            let error = errors.find(|it| it.severity == Severity::Error);
            let cause = error.map(|error| error.cause.trim_end_matches('.'));
            return Ok(vec![whole(format!(
                "the text is not JSON: {}",
                cause.unwrap_or("it can't be read")
            ))]);
        }
        let Some(root) = document.root() else {
            return Ok(vec![whole("the text is empty".to_owned())]);
        };
        let graph = &self.model.graph;
        let violations = conform::value(graph, metamodel, self.ix, root, options.required_fields);
        Ok(violations
            .into_iter()
            .map(|violation| Violation {
                pointer: violation.value.map(json::Value::pointer).unwrap_or_default(),
                message: violation.message,
            })
            .collect())
    }
}
