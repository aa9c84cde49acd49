//! Words for the rules over several elements or values.

use super::{Row, content, interface, row};
use crate::diagnostics::Code;

const fn unequal(code: Code) -> Row {
    row(
        code,
        "{property} of {element} is {value} here and {restriction} elsewhere.",
        "Make the values equal, or keep one.",
    )
    .label("one value here")
    .other("another one here")
}

const fn other_value(code: Code) -> Row {
    row(
        code,
        "{property} of {element} must be {restriction}.",
        "Write {restriction}.",
    )
    .label("another value is required here")
}

pub(super) const ROWS: &[Row] = &[
    unequal(Code::InconsistentBooleanValues),
    unequal(Code::InconsistentIdentifierValues),
    unequal(Code::InconsistentIntegerValues),
    unequal(Code::InconsistentLiteralValues),
    unequal(Code::InconsistentObjectValues),
    unequal(Code::InconsistentStringValues),
    row(
        Code::InconsistentLangStringValues,
        "{property} of {element} has different texts in different places for {value!}.",
        "Make the texts equal, or keep one.",
    )
    .label("one text here")
    .other("another one here"),
    other_value(Code::NotRequiredBooleanValue),
    other_value(Code::NotRequiredIntegerValue),
    other_value(Code::NotRequiredLiteralValue),
    other_value(Code::NotRequiredStringValue),
    row(
        Code::NotRequiredValue,
        "{property} of {element} is {other}, and must be {restriction!}.",
        "Write {restriction!}.",
    )
    .label("another value is required here"),
    row(
        Code::NotRequiredType,
        "{property} of {element} is {other}, which is not of the required type {type!}.",
        "Use a value of the type {type!}.",
    )
    .label("another type is required here")
    .example("{\n  \"@context\": \"dtmi:dtdl:context;2\",\n  \"@id\": \"dtmi:com:example:Thermostat;1\",\n  \"@type\": \"Interface\",\n  \"contents\": [\n    {\"@type\": [\"Telemetry\", \"Temperature\"], \"name\": \"temperature\", \"schema\": \"string\", \"unit\": \"degreeCelsius\"}\n  ]\n}\n"),
    row(
        Code::IncorrectPropertyValue,
        "{property} of {element} is {value}, and must be {restriction!}.",
        "Write one of those.",
    )
    .label("another value is required here")
    .example(content!("{\"@type\": \"Property\", \"name\": \"mode\", \"schema\": {\"@type\": \"Enum\", \"valueSchema\": \"double\", \"enumValues\": []}}")),
    // How many.
    row(
        Code::ObjectCountBelowMin,
        "{property} of {element} has {observed} values, and needs at least {limit}.",
        "Add what is missing.",
    )
    .label("too few values"),
    row(
        Code::ObjectCountAboveMax,
        "{property} of {element} has {observed} values, and can have {limit}.",
        "Remove what is too much.",
    )
    .label("too many values"),
    row(
        Code::ObjectMultipleValues,
        "{property} of {element} has several values, and can have one.",
        "Keep one of them.",
    )
    .label("more than one value"),
    row(
        Code::ExcessiveCount,
        "Below {element} there are {observed} values of {property!} in all, and {limit} are allowed.",
        "Remove some of them, or split the interface.",
    )
    .label("too much lies below this"),
    row(
        Code::PartitionTooLarge,
        "The text of {element} is {observed} bytes long, and {limit} are allowed.",
        "Move a part of it into an interface of its own.",
    )
    .label("too large"),
    // How deep.
    row(
        Code::ExcessiveDepthNarrow,
        "{element} begins a chain of {property!} that is too long: {other} is at level {observed}, and {limit} are allowed.",
        "Shorten the chain.",
    )
    .label("the chain begins here")
    .other("and goes too deep here"),
    row(
        Code::ExcessiveDepthWide,
        "{element} holds schemas nested too deep: {other} is at level {observed}, and {limit} are allowed.",
        "Nest less deep.",
    )
    .label("the nesting begins here")
    .other("and goes too deep here"),
    row(
        Code::RecursiveStructureNarrow,
        "{element} leads back to itself through {property!}.",
        "Remove one of the steps.",
    )
    .label("this leads back to itself")
    .example(interface!(",\n  \"extends\": \"dtmi:com:example:Thermostat;1\"")),
    row(
        Code::RecursiveStructureWide,
        "{element} contains itself.",
        "Remove one of the steps.",
    )
    .label("this contains itself")
    .example(interface!(",\n  \"schemas\": [\n    {\"@id\": \"dtmi:com:example:List;1\", \"@type\": \"Array\", \"elementSchema\": \"dtmi:com:example:List;1\"}\n  ]")),
    row(
        Code::ExcludedType,
        "{element} contains {other}, and below {type!} no {restriction!} is allowed.",
        "Remove it.",
    )
    .label("not allowed below this")
    .other("this is in the way"),
    // Names and values that must differ.
    row(
        Code::NonUniquePropertyValue,
        "{property} of {element} has two items with the same {aux!}, {value}.",
        "Change one of them.",
    )
    .label("used here")
    .other("and here")
    .example(content!("{\"@type\": \"Telemetry\", \"name\": \"temperature\", \"schema\": \"double\"},\n    {\"@type\": \"Property\", \"name\": \"temperature\", \"schema\": \"double\"}")),
    row(
        Code::NonUniqueImportedPropertyValue,
        "{element} gets from {other}, by {transformation!}, an item of {property} whose {aux!} is {value}, which is taken already.",
        "Change one of the names, or don't extend one of the interfaces.",
    )
    .label("taken here")
    .other("and here"),
    row(
        Code::MultipleReference,
        "{property} of {element} has two items for which {aux!} are the same: {value!}.",
        "Change one of them.",
    )
    .label("used here")
    .other("and here"),
    row(
        Code::NonConformantDatatype,
        "{property} of {element} is {value}, and {other} requires {type!}.",
        "Write a value of that type.",
    )
    .label("a value of another type")
    .other("this states the type")
    .example(content!("{\"@type\": \"Property\", \"name\": \"mode\", \"schema\": {\"@type\": \"Enum\", \"valueSchema\": \"integer\", \"enumValues\": [{\"name\": \"on\", \"enumValue\": \"1\"}]}}")),
    row(
        Code::NonConformantPropertyValue,
        "{property} of {element} doesn't fit its {restriction!}: {violations}.",
        "Write a value that fits.",
    )
    .label("this doesn't fit"),
    // Siblings and parents.
    row(
        Code::NotSiblingRequiredType,
        "{property} of {element} names a sibling whose {aux!} is {value}, and which is not of the required type {type!}.",
        "Name a sibling of that type.",
    )
    .label("this names the wrong sibling")
    .other("this is what it names"),
    row(
        Code::DisallowedType,
        "{property} of {element} names a sibling whose {aux!} is {value}, and which is of the type {type!} that isn't allowed there.",
        "Name another sibling.",
    )
    .label("this names the wrong sibling")
    .other("this is what it names"),
    row(
        Code::NoMatchingSupplementalProperty,
        "{property} of {element} names a sibling whose {aux!} is {value}, and which has no added property {restriction}.",
        "Add the type that brings it to the sibling, or name another one.",
    )
    .label("this names the wrong sibling")
    .other("this is what it names"),
    row(
        Code::MatchingPropertyNotSupplemental,
        "{property} of {element} names a sibling whose {aux!} is {value}, and whose {restriction} belongs to its basic type {type!}.",
        "Name a property that an added type brings.",
    )
    .label("this can't be overridden")
    .other("this is what it names"),
    row(
        Code::SiblingPropertyMismatch,
        "{property} of {element} is {value}, and must be {restriction} to fit its sibling.",
        "Write {restriction}.",
    )
    .label("another value is required here"),
    row(
        Code::SiblingDuplicatesCotype,
        "{element} has the type {type}, and its sibling {other} in {property} has {restriction}, which excludes it.",
        "Remove one of the two types.",
    )
    .label("one here")
    .other("one here"),
    row(
        Code::SiblingMissingCotype,
        "{element} has the type {type}, for which a sibling in {property} must have {restriction}.",
        "Add such a sibling, or remove {type}.",
    )
    .label("this needs a sibling"),
    row(
        Code::ParentMissingCotype,
        "{element} has the type {type}, which only stands in {property} of an element with {restriction!}.",
        "Add that type to the element around it, or remove {type}.",
    )
    .label("this needs another parent"),
];
