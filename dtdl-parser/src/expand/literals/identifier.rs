//! Values that are identifiers.

use super::Literals;
use crate::diagnostics::Code;
use crate::expand::object::Flat;
use crate::graph::Value as GraphValue;
use crate::json::{Kind, Value};
use crate::metamodel::Metamodel;

impl Literals<'_> {
    /// An identifier that is kept and not followed.
    pub(super) fn identifier(&mut self, value: Value<'_>) -> GraphValue {
        let dtmi = self
            .bounds
            .pattern
            .map(|pattern| Metamodel::get().pattern(pattern))
            .filter(|pattern| pattern.text.starts_with("^dtmi:"));
        let kind = if dtmi.is_some() { "DTMI" } else { "URI" };
        let mut values = Flat::of(value);
        let Some(first) = values.next() else {
            if self.bounds.required {
                let problem = self
                    .problem(Code::IdentifierCountBelowMin, value.span())
                    .type_(kind)
                    .observed(0)
                    .limit(1);
                self.sink.push(problem);
            }
            return GraphValue::Broken;
        };
        if values.next().is_some() {
            self.report(Code::IdentifierMultipleValues, value.span());
            return GraphValue::Broken;
        }
        let Some(text) = first.as_str() else {
            if !matches!(first.kind(), Kind::Invalid) {
                let problem = self
                    .problem(Code::IdentifierNotString, first.span())
                    .type_(kind);
                self.sink.push(problem);
            }
            return GraphValue::Broken;
        };
        let iri = dtmi.is_none() && is_absolute_iri(text);
        let Some(id) = self.active.dtmi(text).or(iri.then_some(text)) else {
            let code = if dtmi.is_some() {
                Code::IdentifierNotDtmi
            } else {
                Code::IdentifierNotUri
            };
            let problem = self
                .problem(code, first.span())
                .type_(kind)
                .value(text.to_owned());
            self.sink.push(problem);
            return GraphValue::Broken;
        };
        if let Some(longest) = self
            .bounds
            .max_length
            .filter(|longest| crate::expand::is_longer(id, *longest))
        {
            let problem = self
                .problem(Code::IdentifierTooLong, first.span())
                .value(id.to_owned())
                .limit(u64::from(longest));
            self.sink.push(problem);
        }
        if let Some(pattern) = dtmi.filter(|pattern| !pattern.matches(id)) {
            let problem = self
                .problem(Code::IdentifierInvalid, first.span())
                .value(id.to_owned())
                .restriction(pattern.text);
            self.sink.push(problem);
        }
        GraphValue::Text(self.strings.add(id))
    }
}

/// Whether a text is an IRI with a scheme that is no DTMI, as far as anyone needs to know.
fn is_absolute_iri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let mut letters = scheme.bytes();
    scheme != "dtmi"
        && !rest.is_empty()
        && letters
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        && !text.contains(char::is_whitespace)
}
