//! Value objects: a literal with its type beside it.

use super::Literals;
use super::codes::Codes;
use crate::diagnostics::Code;
use crate::expand::object::{Flat, Keywords, Node};
use crate::json::{Kind, Value};

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

impl Literals<'_> {
    /// The value itself: of a value object, what it holds if its type is right.
    pub(super) fn plain<'d>(
        &mut self,
        value: Value<'d>,
        codes: &Codes,
    ) -> Option<(Value<'d>, bool)> {
        let Some(node) = Node::of(value) else {
            return Some((value, false));
        };
        let keywords = self.value_object(node);
        let Some(inner) = keywords.value else {
            self.report(codes.no_value, value.span());
            return None;
        };
        match self.declared(&keywords, value)? {
            None => {}
            Some(name) if is_xsd(name, codes.xsd) => {}
            Some(_) => {
                self.report(codes.wrong_type, value.span());
                return None;
            }
        }
        Some((inner.value, true))
    }

    /// The type that a value object declares; nothing at all if it declares other than one.
    pub(super) fn declared<'d>(
        &mut self,
        keywords: &Keywords<'d>,
        value: Value<'d>,
    ) -> Option<Option<&'d str>> {
        let Some(types) = &keywords.types else {
            return Some(None);
        };
        let mut types = Flat::of(types.value);
        match (types.next(), types.next()) {
            (Some(one), None) if one.as_str().is_some() => Some(one.as_str()),
            _ => {
                self.report(Code::LiteralTypeNotSingular, value.span());
                None
            }
        }
    }

    /// Reports what has no place in a value object.
    pub(super) fn value_object<'d>(&mut self, node: Node<'d>) -> Keywords<'d> {
        let keywords = Keywords::of(node.object, self.sink);
        let strict = self.active.rules().strict;
        let never = [
            (&keywords.context, Code::ValueObjectContext),
            (&keywords.id, Code::ValueObjectId),
            (&keywords.graph, Code::ValueObjectGraph),
        ];
        for (member, code) in never {
            if let Some(member) = member {
                self.report(code, member.name_span);
            }
        }
        if strict {
            if let Some(member) = &keywords.language {
                self.report(Code::ValueObjectLanguage, member.name_span);
            }
            for member in &keywords.others {
                let problem = self
                    .problem(Code::ValueObjectKeyword, member.name_span)
                    .value(member.name.to_owned());
                self.sink.push(problem);
            }
        }
        for member in node.members() {
            let problem = self
                .problem(Code::ValueObjectInvalidProp, member.name_span)
                .value(member.name.to_owned());
            self.sink.push(problem);
        }
        keywords
    }

    /// Reports a value of the wrong kind, unless the JSON reader has.
    pub(super) fn wrong(
        &mut self,
        value: Value<'_>,
        inner: Value<'_>,
        in_object: bool,
        codes: &Codes,
    ) {
        if !matches!(inner.kind(), Kind::Invalid) {
            self.report(
                if in_object {
                    codes.wrong_value
                } else {
                    codes.wrong
                },
                value.span(),
            );
        }
    }
}

/// Whether a type is a given one of XML Schema.
pub(super) fn is_xsd(name: &str, datatype: &str) -> bool {
    name.strip_prefix("xsd:").or_else(|| name.strip_prefix(XSD)) == Some(datatype)
}
