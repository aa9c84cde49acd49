//! Words for what is allowed and not recommended.

use super::{Row, content, interface, row};
use crate::diagnostics::Code;

pub(super) const ROWS: &[Row] = &[
    row(
        Code::PreferTermForProperty,
        "{element} names a property by its DTMI, {value}, although it has a term.",
        "Write {property}.",
    )
    .label("a term says the same")
    .example(interface!(",\n  \"dtmi:dtdl:property:comment;3\": \"a comment\"")),
    row(
        Code::PreferTermForType,
        "{element} names a type by its DTMI, {value}, although it has a term.",
        "Write {type}.",
    )
    .label("a term says the same"),
    row(
        Code::PreferTermForValue,
        "{property} of {element} names a value by its DTMI, {value}, although it has a term.",
        "Write {restriction}.",
    )
    .label("a term says the same")
    .example(content!("{\"@type\": \"Telemetry\", \"name\": \"temperature\", \"schema\": \"dtmi:dtdl:instance:Schema:double;3\"}")),
    row(
        Code::DuplicateType,
        "{element} has the type {type} twice.",
        "Remove one of the two.",
    )
    .label("said before")
    .example(content!("{\"@type\": [\"Telemetry\", \"Telemetry\"], \"name\": \"temperature\", \"schema\": \"double\"}")),
    row(
        Code::LiteralTypeMissing,
        "The value of {property} of {element} is an object with `@value` and without `@type`.",
        "Add the `@type`, or write the value itself.",
    )
    .label("`@type` is missing in this object"),
    row(
        Code::LanguageTagMissing,
        "A text of {property} of {element} states no language.",
        "Add `@language`.",
    )
    .label("`@language` is missing in this object"),
    row(
        Code::ValueObjectExtraMember,
        "The value of {property} of {element} holds {value} beside `@value`.",
        "Remove it; it has no meaning.",
    )
    .label("without meaning here"),
    row(
        Code::StrayKeyword,
        "{element} holds the keyword {value}, which has no meaning there.",
        "Remove it; later versions of DTDL refuse it.",
    )
    .label("without meaning here")
    .example(interface!("dtmi:dtdl:context;2", ",\n  \"@reverse\": \"x\"")),
    row(
        Code::DuplicateContext,
        "`@context` holds {value} twice.",
        "Remove one of the two.",
    )
    .label("said before"),
    row(
        Code::SeveralDtdlContexts,
        "`@context` holds more than one DTDL context, and only the last counts.",
        "Keep the one that is meant.",
    )
    .label("more than one version"),
    row(
        Code::ContextBeforeDtdl,
        "The context {value} stands before the DTDL context.",
        "Put the DTDL context first.",
    )
    .label("belongs after the DTDL context"),
    row(
        Code::ContextLowersVersion,
        "The context {value} changes the version of DTDL from {restriction!}, which an earlier context set.",
        "Remove it if the earlier version is meant.",
    )
    .label("this counts"),
    row(
        Code::DeprecatedProperty,
        "{property} of {element} is deprecated.",
        "Remove it.",
    )
    .label("deprecated")
    .example(content!("{\"@type\": \"Command\", \"name\": \"reset\", \"commandType\": \"synchronous\"}")),
    row(
        Code::NestedArray,
        "The value of {property} of {element} is an array inside of an array, which is read as one array.",
        "Remove the inner brackets.",
    )
    .label("brackets without meaning"),
    row(
        Code::AnnotatedSiblingMissing,
        "{property} of {element} names {value}, and no sibling has that name.",
        "Correct the name.",
    )
    .label("no such sibling"),
    row(
        Code::UnusedSchema,
        "The reusable schema {element} is never used.",
        "Use it or remove it.",
    )
    .label("never used"),
    row(
        Code::DisplayNameLong,
        "The display name of {element} is longer than {limit} characters, more than some services take.",
        "Shorten it.",
    )
    .label("long"),
    row(
        Code::NamesDifferByCase,
        "{property} of {element} has items whose names differ only in upper and lower case: {value} and {restriction}.",
        "Rename one of them; in some languages and stores they are the same name.",
    )
    .label("nearly the same name")
    .other("as this one"),
    row(
        Code::UndefinedExtension,
        "{value} is no extension that is known here, so nothing that it defines was checked.",
        "Check its spelling.",
    )
    .label("unknown extension"),
];
