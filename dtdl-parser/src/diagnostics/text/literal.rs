//! Words for literal values. The rules are the same for each kind of literal, so most rows share their
//! templates and differ in the kind.

use super::{Row, content, interface, row};
use crate::diagnostics::Code;

const BOOLEAN: &str = "`true` or `false`";
const INTEGER: &str = "a whole number";
const NUMBER: &str = "a number";
const STRING: &str = "a text";
const DURATION: &str = "a duration, such as `PT15S`";
const IDENTIFIER: &str = "a DTMI or a term";
const LITERAL: &str = "a text, a whole number or a boolean";

const fn several(code: Code, kind: &'static str) -> Row {
    row(
        code,
        "{property} of {element} has several values, and can have one.",
        "Keep one of them: {kind}.",
    )
    .label("more than one value")
    .kind(kind)
}

const fn too_few(code: Code, kind: &'static str) -> Row {
    row(
        code,
        "{property} of {element} has too few values: {limit} needed.",
        "Add what is missing; each value is {kind}.",
    )
    .label("too few values")
    .kind(kind)
}

const fn wrong_kind(code: Code, kind: &'static str) -> Row {
    row(
        code,
        "{property} of {element} must be {kind}, and is something else.",
        "Write {kind}.",
    )
    .label("this is something else")
    .kind(kind)
}

const fn no_value(code: Code, kind: &'static str) -> Row {
    row(
        code,
        "{property} of {element} is an object without `@value`.",
        "Write {kind} in place of the object, or add it as `@value`.",
    )
    .label("`@value` is missing in this object")
    .kind(kind)
}

const fn wrong_type(code: Code, kind: &'static str) -> Row {
    row(
        code,
        "{property} of {element} is an object whose `@type` isn't that of {kind}.",
        "Remove the `@type`, or correct it.",
    )
    .label("another type is stated here")
    .kind(kind)
}

const fn wrong_value(code: Code, kind: &'static str) -> Row {
    row(
        code,
        "{property} of {element} is an object whose `@value` isn't {kind}.",
        "Write {kind} as `@value`.",
    )
    .label("this is something else")
    .kind(kind)
}

const fn in_value_object(code: Code, cause: &'static str) -> Row {
    row(code, cause, "Keep only `@value` and `@type` in it.").label("not allowed beside `@value`")
}

const fn in_language_object(code: Code, cause: &'static str) -> Row {
    row(code, cause, "Keep only `@value` and `@language` in it.")
        .label("not allowed beside `@value`")
}

pub(super) const ROWS: &[Row] = &[
    several(Code::BooleanMultipleValues, BOOLEAN),
    several(Code::IntegerMultipleValues, INTEGER),
    several(Code::NumericMultipleValues, NUMBER),
    several(Code::StringMultipleValues, STRING)
        .example(content!("{\"@type\": \"Telemetry\", \"@id\": \"dtmi:com:example:t;1\", \"name\": [\"a\", \"b\"], \"schema\": \"double\"}")),
    several(Code::DurationMultipleValues, DURATION),
    several(Code::IdentifierMultipleValues, IDENTIFIER),
    several(Code::LiteralMultipleValues, LITERAL),
    too_few(Code::BooleanCountBelowMin, BOOLEAN),
    too_few(Code::IntegerCountBelowMin, INTEGER),
    too_few(Code::NumericCountBelowMin, NUMBER),
    too_few(Code::StringCountBelowMin, STRING),
    too_few(Code::DurationCountBelowMin, DURATION),
    too_few(Code::IdentifierCountBelowMin, IDENTIFIER),
    too_few(Code::LiteralCountBelowMin, LITERAL),
    row(
        Code::IdentifierCountAboveMax,
        "{property} of {element} has {observed} values, and can have {limit}.",
        "Remove what is too much.",
    )
    .label("too many values"),
    wrong_kind(Code::BooleanNotBoolean, BOOLEAN)
        .example(content!("{\"@type\": \"Property\", \"name\": \"target\", \"schema\": \"double\", \"writable\": \"true\"}")),
    wrong_kind(Code::IntegerNotInteger, INTEGER)
        .example(content!("{\"@type\": \"Relationship\", \"name\": \"rooms\", \"maxMultiplicity\": \"1\"}")),
    wrong_kind(Code::NumericNotNumeric, NUMBER),
    wrong_kind(Code::StringNotString, STRING)
        .example(content!("{\"@type\": \"Property\", \"name\": \"target\", \"schema\": \"double\", \"comment\": 5}")),
    wrong_kind(Code::DurationNotString, DURATION),
    wrong_kind(Code::IdentifierNotString, IDENTIFIER),
    wrong_kind(Code::LiteralNotValid, LITERAL),
    no_value(Code::BooleanObjectNoValue, BOOLEAN),
    no_value(Code::IntegerObjectNoValue, INTEGER),
    no_value(Code::NumericObjectNoValue, NUMBER),
    no_value(Code::StringObjectNoValue, STRING),
    no_value(Code::DurationObjectNoValue, DURATION),
    no_value(Code::LiteralObjectNoValue, LITERAL),
    wrong_type(Code::BooleanTypeNotBoolean, "a boolean (`xsd:boolean`)"),
    wrong_type(Code::IntegerTypeNotInteger, "a whole number (`xsd:integer`)"),
    wrong_type(Code::NumericTypeNotNumeric, "a number (`xsd:decimal`)"),
    wrong_type(Code::StringTypeNotString, "a text (`xsd:string`)"),
    wrong_type(Code::DurationTypeNotDuration, "a duration (`xsd:duration`)"),
    row(
        Code::LiteralTypeNotSingular,
        "{property} of {element} is an object whose `@type` isn't exactly one type.",
        "State one type, or none.",
    )
    .label("one type was expected here"),
    wrong_value(Code::BooleanValueNotBoolean, BOOLEAN),
    wrong_value(Code::IntegerValueNotInteger, INTEGER),
    wrong_value(Code::NumericValueNotNumeric, NUMBER),
    wrong_value(Code::StringValueNotString, STRING),
    wrong_value(Code::DurationValueNotString, DURATION),
    row(
        Code::StringInvalid,
        "{property} of {element} is {value}, which doesn't have the form that is required.",
        "Change it so that it fits the pattern {restriction}.",
    )
    .label("not of the required form")
    .why("A name begins with a letter, holds letters, digits and underscores, and doesn't end with an underscore.")
    .example(content!("{\"@type\": \"Telemetry\", \"name\": \"room-temperature\", \"schema\": \"double\"}")),
    row(
        Code::StringTooLong,
        "{property} of {element} is too long: {limit} characters are allowed.",
        "Shorten it.",
    )
    .label("too long")
    .why("A character outside of the basic plane of Unicode, such as an emoji, counts as two."),
    row(
        Code::DurationInvalid,
        "{property} of {element} is {value}, which isn't a duration.",
        "Write one as ISO 8601 does: `PT15S` for 15 seconds, `P1DT2H` for a day and two hours.",
    )
    .label("not a duration"),
    row(
        Code::IdentifierNotDtmi,
        "{property} of {element} is {value}, which is neither a DTMI nor a known term.",
        "Correct it.",
    )
    .label("not a DTMI"),
    row(
        Code::IdentifierNotUri,
        "{property} of {element} is {value}, which is neither a URI nor a known term.",
        "Correct it.",
    )
    .label("not a URI"),
    row(
        Code::IdentifierInvalid,
        "{property} of {element} is {value}, which doesn't have the form that is required.",
        "Change it so that it fits the pattern {restriction}.",
    )
    .label("not of the required form"),
    row(
        Code::IdentifierTooLong,
        "{property} of {element} is too long: {limit} characters are allowed.",
        "Shorten it.",
    )
    .label("too long"),
    row(
        Code::ValueBelowMin,
        "{property} of {element} is {value!}, below the smallest allowed value, {restriction!}.",
        "Use {restriction!} or more.",
    )
    .label("too small"),
    row(
        Code::ValueAboveMax,
        "{property} of {element} is {value!}, above the largest allowed value, {restriction!}.",
        "Use {restriction!} or less.",
    )
    .label("too large"),
    row(
        Code::ValueBelowRange,
        "{property} of {element} is {value!}, below the allowed range {restriction!}.",
        "Use a value in that range.",
    )
    .label("too small"),
    row(
        Code::ValueAboveRange,
        "{property} of {element} is {value!}, above the allowed range {restriction!}.",
        "Use a value in that range.",
    )
    .label("too large"),
    row(
        Code::ValueNotExact,
        "{property} of {element} is {value!}, and can only be {restriction!}.",
        "Write {restriction!}, or leave the property out.",
    )
    .label("only one value is allowed")
    .example(content!("{\"@type\": \"Relationship\", \"name\": \"rooms\", \"minMultiplicity\": 1}")),
    in_value_object(Code::ValueObjectContext, "The value of {property} of {element} holds `@context`."),
    in_value_object(Code::ValueObjectGraph, "The value of {property} of {element} holds `@graph`."),
    in_value_object(Code::ValueObjectId, "The value of {property} of {element} holds `@id`."),
    in_value_object(Code::ValueObjectLanguage, "The value of {property} of {element} holds `@language`."),
    in_value_object(Code::ValueObjectKeyword, "The value of {property} of {element} holds {value}."),
    in_value_object(Code::ValueObjectInvalidProp, "The value of {property} of {element} holds a member {value}."),
    // Texts in languages.
    row(
        Code::LangStringElementNotStringOrObject,
        "{property} of {element} must be a text or an object of texts by language, and is something else.",
        "Write a text, or an object such as `{\"en\": \"Room\", \"de\": \"Raum\"}`.",
    )
    .label("this is something else")
    .example(interface!(",\n  \"displayName\": 5")),
    row(
        Code::LangStringInvalidCode,
        "{property} of {element} has a text for {value}, which isn't a code of a language.",
        "Use a code such as `en` or `en-US`.",
    )
    .label("not a language")
    .example(interface!(",\n  \"displayName\": {\"English\": \"Room\"}")),
    row(
        Code::LangStringValueNotString,
        "{property} of {element} has something other than a text for the language {value}.",
        "Write a text.",
    )
    .label("a text was expected here"),
    row(
        Code::LangStringCodeNotUnique,
        "{property} of {element} has two texts for the language {value}.",
        "Keep one of them.",
    )
    .label("again here")
    .other("first here"),
    row(
        Code::LangStringValueTooLong,
        "{property} of {element} is too long: {limit} characters are allowed.",
        "Shorten it.",
    )
    .label("too long")
    .why("A character outside of the basic plane of Unicode, such as an emoji, counts as two."),
    row(
        Code::LangStringValueInvalid,
        "{property} of {element} is {value}, which doesn't have the form that is required.",
        "Change it so that it fits the pattern {restriction}.",
    )
    .label("not of the required form"),
    row(
        Code::LangMapObjKeyword,
        "{property} of {element} holds {value} among its texts by language.",
        "Remove it; the names in this object are codes of languages.",
    )
    .label("not a language"),
    row(
        Code::LangTagValueInLangMap,
        "{property} of {element} is an object with {value}, which only stands in an array.",
        "Write `{\"en\": \"…\"}`, or put the object into an array.",
    )
    .label("codes of languages were expected here"),
    row(
        Code::LangStringElementNoValue,
        "{property} of {element} has an item without `@value`.",
        "Add `@value` with the text.",
    )
    .label("`@value` is missing in this object"),
    row(
        Code::LangStringElementValueNotString,
        "{property} of {element} has an item whose `@value` isn't a text.",
        "Write a text.",
    )
    .label("a text was expected here"),
    row(
        Code::LangStringElementCodeNotString,
        "{property} of {element} has an item whose `@language` isn't a text.",
        "Write a code such as `en` or `en-US`.",
    )
    .label("a language was expected here"),
    row(
        Code::LangStringElementInvalidCode,
        "{property} of {element} has a text for {value}, which isn't a code of a language.",
        "Use a code such as `en` or `en-US`.",
    )
    .label("not a language"),
    row(
        Code::LangStringElementCodeNotUnique,
        "{property} of {element} has two texts for the language {value}.",
        "Keep one of them.",
    )
    .label("again here")
    .other("first here"),
    in_language_object(Code::LangStringElementContext, "An item of {property} of {element} holds `@context`."),
    in_language_object(Code::LangStringElementGraph, "An item of {property} of {element} holds `@graph`."),
    in_language_object(Code::LangStringElementId, "An item of {property} of {element} holds `@id`."),
    in_language_object(Code::LangStringElementType, "An item of {property} of {element} holds `@type`."),
    in_language_object(Code::LangStringElementKeyword, "An item of {property} of {element} holds {value}."),
    in_language_object(Code::LangStringElementInvalidProp, "An item of {property} of {element} holds a member {value}."),
];
