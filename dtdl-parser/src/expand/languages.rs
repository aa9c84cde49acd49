//! Texts by language: a string, tagged strings, or a map from language to text.

use super::context::Active;
use super::object::{Flat, Keywords, Node};
use super::sink::Sink;
use crate::diagnostics::{Code, Problem};
use crate::graph::{LangText, Strings, Sym, Value as GraphValue};
use crate::json::{Kind, Member, Value};
use crate::metamodel::{Metamodel, Pattern};
use crate::source::Span;

/// Reads the texts of one property of one element.
pub(super) struct Languages<'r> {
    pub(super) id: Sym,
    pub(super) prop: &'r str,
    /// The language of a text that names none.
    pub(super) default: &'r str,
    pub(super) max_length: Option<u32>,
    pub(super) active: &'r Active,
    pub(super) strings: &'r mut Strings,
    pub(super) sink: &'r mut Sink,
}

fn is_code(code: &str) -> bool {
    Metamodel::get()
        .pattern_named("language")
        .is_none_or(|pattern: &Pattern| pattern.matches(code))
}

impl Languages<'_> {
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

    fn report_value(&mut self, code: Code, span: Span, value: &str) {
        let problem = self.problem(code, span).value(value.to_owned());
        self.sink.push(problem);
    }

    /// Reads a value: an object is a map, anything else one or several tagged strings.
    pub(super) fn read(&mut self, value: Value<'_>) -> GraphValue {
        GraphValue::Lang(match value.kind() {
            Kind::Object(object) => self.map(Node { value, object }),
            Kind::String(text) => vec![self.plain(text, value.span())],
            Kind::Array(_) | Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Invalid => {
                self.tagged(value)
            }
        })
    }

    /// A text that names no language, alone.
    fn plain(&mut self, text: &str, span: Span) -> LangText {
        self.length(text, span);
        LangText {
            lang: self.strings.add(self.default),
            text: self.strings.add(text),
        }
    }

    fn map(&mut self, node: Node<'_>) -> Vec<LangText> {
        let keywords = Keywords::of(node.object, self.sink);
        match (&keywords.language, &keywords.value) {
            (Some(language), Some(value))
                if keywords.count == 2 && value.value.as_str().is_some() =>
            {
                let pair = format!(
                    "{{ \"{}\": \"{}\" }}",
                    language.value.as_str().unwrap_or_default(),
                    value.value.as_str().unwrap_or_default()
                );
                self.report_value(Code::LangTagValueInLangMap, node.span(), &pair);
            }
            (language, value) => {
                for member in [language, value].into_iter().flatten() {
                    self.report_value(Code::LangMapObjKeyword, member.name_span, member.name);
                }
            }
        }
        let members = [
            &keywords.context,
            &keywords.id,
            &keywords.types,
            &keywords.graph,
        ]
        .into_iter()
        .flatten();
        for member in members.chain(&keywords.others) {
            self.report_value(Code::LangMapObjKeyword, member.name_span, member.name);
        }
        let mut texts = Vec::new();
        for member in node.members() {
            if !is_code(member.name) {
                self.report_value(Code::LangStringInvalidCode, member.name_span, member.name);
            }
            self.entry(&member, &mut texts);
        }
        texts
    }

    fn entry(&mut self, member: &Member<'_>, texts: &mut Vec<LangText>) {
        if let Some(first) = member.duplicate_of {
            let problem = self
                .problem(Code::LangStringCodeNotUnique, member.name_span)
                .value(member.name.to_owned())
                .against(first);
            self.sink.push(problem);
            return;
        }
        match member.value.as_str() {
            Some(text) => {
                self.length(text, member.value.span());
                let text = LangText {
                    lang: self.strings.add(member.name),
                    text: self.strings.add(text),
                };
                texts.push(text);
            }
            None if matches!(member.value.kind(), Kind::Invalid) => {}
            None => self.report_value(
                Code::LangStringValueNotString,
                member.name_span,
                member.name,
            ),
        }
    }

    fn length(&mut self, text: &str, span: Span) {
        if let Some(longest) = self
            .max_length
            .filter(|longest| super::is_longer(text, *longest))
        {
            let problem = self
                .problem(Code::LangStringValueTooLong, span)
                .value(text.to_owned())
                .limit(u64::from(longest));
            self.sink.push(problem);
        }
    }

    fn tagged(&mut self, value: Value<'_>) -> Vec<LangText> {
        let mut texts: Vec<LangText> = Vec::new();
        let mut seen: Vec<(String, Span)> = Vec::new();
        for value in Flat::of(value) {
            let (lang, text, span) = match value.kind() {
                Kind::String(text) => (self.default.to_owned(), Some(text), value.span()),
                Kind::Object(object) => match self.object(Node { value, object }) {
                    Some((lang, text, span)) => (lang, text, span),
                    None => continue,
                },
                Kind::Invalid => continue,
                Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Array(_) => {
                    self.report(Code::LangStringElementNotStringOrObject, value.span());
                    continue;
                }
            };
            if let Some(text) = text {
                self.length(text, span);
            }
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == lang) {
                let problem = self
                    .problem(Code::LangStringElementCodeNotUnique, value.span())
                    .value(lang)
                    .against(*first);
                self.sink.push(problem);
                continue;
            }
            if let Some(text) = text {
                let text = LangText {
                    lang: self.strings.add(&lang),
                    text: self.strings.add(text),
                };
                texts.push(text);
            }
            seen.push((lang, value.span()));
        }
        texts
    }

    /// A tagged string: its language, its text if it has one, and where that stands.
    fn object<'d>(&mut self, node: Node<'d>) -> Option<(String, Option<&'d str>, Span)> {
        let keywords = Keywords::of(node.object, self.sink);
        let lang = match &keywords.language {
            None => self.default.to_owned(),
            Some(member) => match member.value.as_str().filter(|code| !code.is_empty()) {
                None => {
                    self.report(Code::LangStringElementCodeNotString, member.name_span);
                    return None;
                }
                Some(code) => {
                    if !is_code(code) {
                        self.report_value(
                            Code::LangStringElementInvalidCode,
                            member.name_span,
                            code,
                        );
                    }
                    code.to_owned()
                }
            },
        };
        let mut found = (lang, None, node.span());
        match &keywords.value {
            None => self.report(Code::LangStringElementNoValue, node.span()),
            Some(member) => match member.value.as_str() {
                None => {
                    self.report(Code::LangStringElementValueNotString, member.name_span);
                    return None;
                }
                Some(text) => found = (found.0, Some(text), member.value.span()),
            },
        }
        self.strangers(node, &keywords);
        Some(found)
    }

    /// Reports what has no place beside `@value` and `@language`.
    fn strangers(&mut self, node: Node<'_>, keywords: &Keywords<'_>) {
        let never = [
            (&keywords.context, Code::LangStringElementContext),
            (&keywords.id, Code::LangStringElementId),
            (&keywords.graph, Code::LangStringElementGraph),
        ];
        for (member, code) in never {
            if let Some(member) = member {
                self.report(code, member.name_span);
            }
        }
        if self.active.rules().strict {
            if let Some(member) = &keywords.types {
                self.report(Code::LangStringElementType, member.name_span);
            }
            for member in &keywords.others {
                self.report_value(
                    Code::LangStringElementKeyword,
                    member.name_span,
                    member.name,
                );
            }
        }
        for member in node.members() {
            self.report_value(
                Code::LangStringElementInvalidProp,
                member.name_span,
                member.name,
            );
        }
    }
}
