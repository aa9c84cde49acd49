//! Values that are no elements: strings, numbers, truth values, identifiers.

mod codes;
mod identifier;
mod object;

use super::context::Active;
use super::object::{Flat, Node};
use super::sink::Sink;
use crate::diagnostics::{Code, Problem};
use crate::graph::{Strings, Sym, Value as GraphValue};
use crate::json::{Kind, Value};
use crate::metamodel::{self, Metamodel};
use crate::source::Span;
use codes::{BOOLEAN, Codes, DURATION, INTEGER, NUMERIC, STRING};
use object::is_xsd;

/// What a property allows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    pub(super) required: bool,
    pub(super) max_length: Option<u32>,
    pub(super) pattern: Option<usize>,
    pub(super) least: Option<i64>,
    pub(super) most: Option<i64>,
}

/// A number as a 32-bit integer, if it is one; `1.0` and `1e2` are.
pub(super) fn integer(text: &str) -> Option<i64> {
    if let Ok(plain) = text.parse::<i32>() {
        return Some(i64::from(plain));
    }
    let number: f64 = text.parse().ok()?;
    let whole = number.trunc();
    // The comparison is exact on purpose: only whole numbers pass.
    #[allow(clippy::float_cmp, reason = "an exact comparison is meant")]
    let is_whole = number == whole;
    (is_whole && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&whole))
        .then_some(whole as i64)
}

/// Reads literal values of one property of one element.
pub(super) struct Literals<'r> {
    pub(super) id: Sym,
    /// The name of the property as problems give it.
    pub(super) prop: &'r str,
    pub(super) bounds: Bounds,
    pub(super) active: &'r Active,
    pub(super) strings: &'r mut Strings,
    pub(super) sink: &'r mut Sink,
}

impl Literals<'_> {
    fn problem(&self, code: Code, span: Span) -> Problem {
        Problem::new(code)
            .primary_id(self.strings.name(self.id).to_owned())
            .property(self.prop.to_owned())
            .at(span)
    }

    fn report(&mut self, code: Code, span: Span) {
        let problem = self.problem(code, span);
        self.sink.push(problem);
    }

    /// Reads the one value of a property of some kind.
    pub(super) fn read(&mut self, kind: metamodel::Kind, value: Value<'_>) -> GraphValue {
        match kind {
            metamodel::Kind::String => self.single(value, &STRING, Self::string),
            metamodel::Kind::Integer => self.single(value, &INTEGER, Self::whole),
            metamodel::Kind::Decimal => self.single(value, &NUMERIC, Self::number),
            metamodel::Kind::Boolean => self.single(value, &BOOLEAN, Self::truth),
            metamodel::Kind::Duration => self.single(value, &DURATION, Self::duration),
            metamodel::Kind::Literal => self.literal(value),
            metamodel::Kind::Identifier => self.identifier(value),
            // Texts in languages and elements are read elsewhere.
            metamodel::Kind::LangString
            | metamodel::Kind::Object(_)
            | metamodel::Kind::CoTyped(_) => GraphValue::Broken,
        }
    }

    fn single(
        &mut self,
        value: Value<'_>,
        codes: &Codes,
        read: fn(&mut Self, Value<'_>) -> Option<GraphValue>,
    ) -> GraphValue {
        let mut values = Flat::of(value);
        let Some(first) = values.next() else {
            if self.bounds.required {
                let problem = self
                    .problem(codes.too_few, value.span())
                    .observed(0)
                    .limit(1);
                self.sink.push(problem);
            }
            return GraphValue::Broken;
        };
        if values.next().is_some() {
            self.report(codes.multiple, value.span());
            return GraphValue::Broken;
        }
        read(self, first).unwrap_or(GraphValue::Broken)
    }

    fn string(&mut self, value: Value<'_>) -> Option<GraphValue> {
        let text = match value.as_str() {
            Some(text) => text,
            None => {
                let (inner, in_object) = self.plain(value, &STRING)?;
                let Some(text) = inner.as_str() else {
                    self.wrong(value, inner, in_object, &STRING);
                    return None;
                };
                text
            }
        };
        self.check_text(text, value.span());
        Some(GraphValue::Text(self.strings.add(text)))
    }

    fn check_text(&mut self, text: &str, span: Span) {
        if let Some(longest) = self
            .bounds
            .max_length
            .filter(|longest| crate::expand::is_longer(text, *longest))
        {
            let problem = self
                .problem(Code::StringTooLong, span)
                .value(text.to_owned())
                .limit(u64::from(longest));
            self.sink.push(problem);
        }
        if let Some(pattern) = self
            .bounds
            .pattern
            .map(|pattern| Metamodel::get().pattern(pattern))
            && !pattern.matches(text)
        {
            let problem = self
                .problem(Code::StringInvalid, span)
                .value(text.to_owned())
                .restriction(pattern.text);
            self.sink.push(problem);
        }
    }

    fn whole(&mut self, value: Value<'_>) -> Option<GraphValue> {
        let (inner, in_object) = self.plain(value, &INTEGER)?;
        let Some(number) = inner.as_number().and_then(integer) else {
            self.wrong(value, inner, in_object, &INTEGER);
            return None;
        };
        self.check_range(number, value.span());
        Some(GraphValue::Int(number))
    }

    fn check_range(&mut self, number: i64, span: Span) {
        let Bounds { least, most, .. } = self.bounds;
        let (code, restriction) = match (least, most) {
            (Some(least), Some(most)) if least == most && number != least => {
                (Code::ValueNotExact, least.to_string())
            }
            (Some(least), Some(most)) if number < least => {
                (Code::ValueBelowRange, format!("[{least}, {most}]"))
            }
            (Some(least), None) if number < least => (Code::ValueBelowMin, least.to_string()),
            (Some(least), Some(most)) if number > most => {
                (Code::ValueAboveRange, format!("[{least}, {most}]"))
            }
            (None, Some(most)) if number > most => (Code::ValueAboveMax, most.to_string()),
            _ => return,
        };
        let problem = self
            .problem(code, span)
            .value(number.to_string())
            .restriction(restriction);
        self.sink.push(problem);
    }

    fn number(&mut self, value: Value<'_>) -> Option<GraphValue> {
        let (inner, in_object) = self.plain(value, &NUMERIC)?;
        let Some(text) = inner.as_number() else {
            self.wrong(value, inner, in_object, &NUMERIC);
            return None;
        };
        Some(GraphValue::Number(self.strings.add(text)))
    }

    fn truth(&mut self, value: Value<'_>) -> Option<GraphValue> {
        let (inner, in_object) = self.plain(value, &BOOLEAN)?;
        let Kind::Bool(truth) = inner.kind() else {
            self.wrong(value, inner, in_object, &BOOLEAN);
            return None;
        };
        Some(GraphValue::Bool(truth))
    }

    fn duration(&mut self, value: Value<'_>) -> Option<GraphValue> {
        let (inner, in_object) = self.plain(value, &DURATION)?;
        let Some(text) = inner.as_str() else {
            self.wrong(value, inner, in_object, &DURATION);
            return None;
        };
        let class = metamodel::names::class::DURATION;
        let pattern = Metamodel::get()
            .class(class)
            .value
            .as_ref()
            .and_then(|rule| rule.pattern);
        if pattern.is_some_and(|pattern| !Metamodel::get().pattern(pattern).matches(text)) {
            let problem = self
                .problem(Code::DurationInvalid, value.span())
                .value(text.to_owned());
            self.sink.push(problem);
        }
        Some(GraphValue::Text(self.strings.add(text)))
    }

    /// A string, a number or a truth value, whichever it is.
    fn literal(&mut self, value: Value<'_>) -> GraphValue {
        let mut values = Flat::of(value);
        let Some(first) = values.next() else {
            let problem = self
                .problem(Code::LiteralCountBelowMin, value.span())
                .observed(0)
                .limit(1);
            self.sink.push(problem);
            return GraphValue::Broken;
        };
        if values.next().is_some() {
            self.report(Code::LiteralMultipleValues, value.span());
            return GraphValue::Broken;
        }
        self.any(first, value.span()).unwrap_or(GraphValue::Broken)
    }

    fn any(&mut self, value: Value<'_>, all: Span) -> Option<GraphValue> {
        let mut declared = None;
        let mut inner = value;
        if let Some(node) = Node::of(value) {
            let keywords = self.value_object(node);
            let Some(held) = keywords.value else {
                self.report(Code::LiteralObjectNoValue, value.span());
                return None;
            };
            inner = held.value;
            declared = self.declared(&keywords, value)?;
        }
        let fits = |xsd: &str| declared.is_none_or(|name| is_xsd(name, xsd));
        match inner.kind() {
            Kind::String(text) if fits("string") => Some(GraphValue::Text(self.strings.add(text))),
            Kind::Bool(truth) if fits("boolean") => Some(GraphValue::Bool(truth)),
            Kind::Number(text) if fits("integer") && integer(text).is_some() => {
                integer(text).map(GraphValue::Int)
            }
            Kind::Number(text) if fits("decimal") => {
                Some(GraphValue::Number(self.strings.add(text)))
            }
            Kind::Invalid => None,
            Kind::Null
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::Array(_)
            | Kind::Object(_) => {
                // A value object that declares what it does not hold is told so.
                let codes = [&STRING, &INTEGER, &NUMERIC, &BOOLEAN];
                if let Some(codes) = codes
                    .into_iter()
                    .find(|codes| declared.is_some_and(|name| is_xsd(name, codes.xsd)))
                {
                    self.report(codes.wrong_value, value.span());
                }
                self.report(Code::LiteralNotValid, all);
                None
            }
        }
    }
}
