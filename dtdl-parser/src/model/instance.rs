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
        write!(
            f,
            "an element of the class {} describes no values",
            self.class
        )
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
                pointer: violation
                    .value
                    .map(json::Value::pointer)
                    .unwrap_or_default(),
                message: violation.message,
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{InstanceOptions, Violation};
    use crate::source::NoResolver;
    use crate::{Model, Options, Sources, parse};

    const TEXT: &str = r#"{
        "@context": ["dtmi:dtdl:context;4", "dtmi:dtdl:extension:requirement;1"],
        "@id": "dtmi:x:a;1",
        "@type": "Interface",
        "contents": [
            {"@id": "dtmi:x:t;1", "@type": "Telemetry", "name": "t", "schema": "dtmi:x:o;1"},
            {"@id": "dtmi:x:p;1", "@type": "Property", "name": "p", "schema": "dtmi:x:e;1", "writable": true},
            {"@id": "dtmi:x:l;1", "@type": "Telemetry", "name": "l", "schema": {"@type": "Array", "elementSchema": "dtmi:x:l2;1"}},
            {"@type": "Command", "name": "c",
             "request": {"@id": "dtmi:x:q;1", "name": "q", "schema": "integer", "nullable": true},
             "response": {"@id": "dtmi:x:r;1", "name": "r", "schema": "integer"}}
        ],
        "schemas": [
            {"@id": "dtmi:x:o;1", "@type": "Object", "fields": [
                {"@type": ["Field", "Required"], "name": "ab", "schema": {"@id": "dtmi:x:m;1", "@type": "Map",
                    "mapKey": {"name": "k", "schema": "string"}, "mapValue": {"name": "v", "schema": "integer"}}},
                {"name": "when", "schema": "dateTime"}
            ]},
            {"@id": "dtmi:x:e;1", "@type": "Enum", "valueSchema": "string", "enumValues": [
                {"name": "on", "enumValue": "On"}, {"name": "off", "enumValue": "Off"}
            ]},
            {"@id": "dtmi:x:l2;1", "@type": "Array", "elementSchema": "dtmi:x:l2;1"}
        ]
    }"#;

    fn model() -> Model {
        let mut sources = Sources::new();
        let file = sources.add("a.json", TEXT);
        let parsed = parse(&mut sources, &[file], &NoResolver, &Options::default());
        parsed
            .model
            .unwrap_or_else(|| panic!("{:?}", parsed.problems))
    }

    fn violations(id: &str, json: &str) -> Vec<(String, String)> {
        let model = model();
        let element = model.element(id).expect("it is in the model");
        let violations = element.validate_instance(json, InstanceOptions::default());
        let violations = violations.expect("the class describes values").into_iter();
        violations
            .map(|Violation { pointer, message }| (pointer, message))
            .collect()
    }

    fn one(id: &str, json: &str) -> (String, String) {
        let violations = violations(id, json);
        assert_eq!(violations.len(), 1, "{violations:?}");
        violations.into_iter().next().expect("there is one")
    }

    fn told(pointer: &str, message: &str) -> (String, String) {
        (pointer.to_owned(), message.to_owned())
    }

    #[test]
    fn every_member_is_pointed_at() {
        let json = r#"{"ab": {"x": 1, "y~/": 1.5}, "when": "2023-02-29T00:00:00Z", "else": 0}"#;
        let expected = [
            told("/else", "the Object has no \"else\""),
            told("/ab/y~0~1", "1.5 is no Integer"),
            told("/when", "\"2023-02-29T00:00:00Z\" is no DateTime"),
        ];
        assert_eq!(violations("dtmi:x:t;1", json), expected);
    }

    #[test]
    fn a_required_field_is_missed_unless_the_caller_says_otherwise() {
        let expected = told("", "\"ab\", which the Object requires, is missing");
        assert_eq!(one("dtmi:x:t;1", "{}"), expected);
        let model = model();
        let element = model.element("dtmi:x:t;1").expect("it is in the model");
        let options = InstanceOptions {
            required_fields: false,
        };
        assert_eq!(element.validate_instance("{}", options), Ok(Vec::new()));
    }

    #[test]
    fn a_value_of_an_enum_is_one_of_its_values() {
        assert_eq!(violations("dtmi:x:p;1", "\"On\""), []);
        let expected = told("", "\"on\" is none of the values of the Enum");
        assert_eq!(one("dtmi:x:p;1", "\"on\""), expected);
        let expected = told("", "1 is no string, as String asks for");
        assert_eq!(one("dtmi:x:p;1", "1"), expected);
    }

    #[test]
    fn null_will_do_where_the_payload_says_so() {
        assert_eq!(violations("dtmi:x:q;1", "null"), []);
        assert_eq!(violations("dtmi:x:r;1", "1"), []);
        let expected = told("", "null is no number, as Integer asks for");
        assert_eq!(one("dtmi:x:r;1", "null"), expected);
    }

    #[test]
    fn what_is_no_json_is_one_violation_and_what_describes_no_values_is_told() {
        for json in ["", "{", "[1,]", "{ 23 ]", "$$", "1 2"] {
            let (pointer, message) = one("dtmi:x:r;1", json);
            assert!(
                pointer.is_empty() && message.starts_with("the text is "),
                "{message}"
            );
        }
        let model = model();
        let interface = model.element("dtmi:x:a;1").expect("it is in the model");
        let error = interface.validate_instance("1", InstanceOptions::default());
        assert_eq!(
            error.expect_err("no values").to_string(),
            "an element of the class Interface describes no values"
        );
    }

    #[test]
    fn depth_of_a_payload_costs_no_stack() {
        let json = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(violations("dtmi:x:l;1", &json), []);
    }
}
