//! Words for references between elements.

use super::{Row, content, interface, row};
use crate::diagnostics::Code;

pub(super) const ROWS: &[Row] = &[
    row(
        Code::UnresolvedReference,
        "{property} of {element} refers to {other}, which is defined nowhere.",
        "Define it, correct the reference, or name the folder that holds it (`--repo`).",
    )
    .label("not found")
    .example(interface!(",\n  \"extends\": \"dtmi:com:example:Missing;1\"")),
    row(
        Code::UnreadableReference,
        "{other}, to which {property} of {element} refers, was found but can't be read: {value!}.",
        "Check that you may read the file.",
    )
    .label("found, but unreadable"),
    row(
        Code::BadType,
        "{property} of {element} refers to {other}, which is of the type {value!} and must be of the type {expected!}.",
        "Refer to an element of a type that is allowed there.",
    )
    .label("not of an allowed type")
    .other("this is what it refers to")
    .example(interface!(",\n  \"extends\": \"dtmi:com:example:Base;1\",\n  \"schemas\": [{\"@id\": \"dtmi:com:example:Base;1\", \"@type\": \"Object\"}]")),
    row(
        Code::CrossPartitionReference,
        "{property} of {element} refers to {other}, which is defined inside of the interface {value}.",
        "Define a copy of it, with an identifier of its own, in {restriction} and refer to that.",
    )
    .label("this is part of another interface")
    .other("it is defined here")
    .why("An interface can refer to what it defines itself, to other interfaces, and to what the language defines."),
    row(
        Code::DisallowedVersionReference,
        "{property} of {element} refers to {other}, which is written in DTDL {value!}.",
        "Refer to an element written in one of the versions {restriction!}.",
    )
    .label("another version")
    .other("it is defined here"),
    row(
        Code::DuplicateDefinition,
        "{element} is defined more than once.",
        "Keep one definition, or give one of them another `@id`.",
    )
    .label("defined here")
    .other("and again here")
    .example("[\n  {\"@context\": \"dtmi:dtdl:context;3\", \"@id\": \"dtmi:com:example:A;1\", \"@type\": \"Interface\"},\n  {\"@context\": \"dtmi:dtdl:context;3\", \"@id\": \"dtmi:com:example:A;1\", \"@type\": \"Interface\"}\n]\n"),
    row(
        Code::UndefinedReservedId,
        "{property} of {element} refers to {other}, whose prefix is reserved for the language, and the language doesn't define it.",
        "Correct the identifier.",
    )
    .other("this value")
    .label("the language doesn't define this")
    .example(content!("{\"@type\": \"Telemetry\", \"name\": \"temperature\", \"schema\": \"dtmi:dtdl:instance:Schema:doubble;2\"}")),
    row(
        Code::WrongParent,
        "{property} of {element} is {other}, which belongs to {value} and not to {restriction}.",
        "Use one that belongs to {restriction}.",
    )
    .label("this belongs to something else"),
    row(
        Code::InvalidDtmi,
        "{value} is not a well-formed DTMI.",
        "Correct it.",
    )
    .label("not a well-formed DTMI"),
];
