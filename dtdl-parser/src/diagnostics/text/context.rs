//! Words for `@context`.

use super::{Row, interface, row};
use crate::diagnostics::Code;

pub(super) const ROWS: &[Row] = &[
    row(
        Code::MissingContext,
        "This element has no `@context`, so nothing says which version of DTDL it is written in.",
        "Add `\"@context\": \"dtmi:dtdl:context;3\"` (or the version that you need) as the first member.",
    )
    .label("`@context` is missing in this object")
    .why("Every element at the top of a document names its version of DTDL; elements inside of it inherit it.")
    .example("{\n  \"@id\": \"dtmi:com:example:Thermostat;1\",\n  \"@type\": \"Interface\"\n}\n"),
    row(
        Code::EmptyContext,
        "`@context` is empty.",
        "Put a DTDL context in it, such as `dtmi:dtdl:context;3`.",
    )
    .example("{\n  \"@context\": [],\n  \"@id\": \"dtmi:com:example:Thermostat;1\",\n  \"@type\": \"Interface\"\n}\n"),
    row(
        Code::MissingDtdlContext,
        "`@context` doesn't begin with a DTDL context.",
        "Put `dtmi:dtdl:context;` and a version first, before every extension.",
    )
    .label("a DTDL context belongs before this")
    .example("{\n  \"@context\": \"dtmi:com:example:context;1\",\n  \"@id\": \"dtmi:com:example:Thermostat;1\",\n  \"@type\": \"Interface\"\n}\n"),
    row(
        Code::DtdlContextFollowsAffiliate,
        "The DTDL context {value} stands after an extension's context.",
        "Move it to the front of `@context`.",
    )
    .label("this belongs before all extensions"),
    row(
        Code::MissingContextVersion,
        "The context {value} has no version.",
        "End it with a semicolon and a version, as in `dtmi:dtdl:extension:mqtt;1`.",
    )
    .label("the version is missing")
    .example("{\n  \"@context\": [\"dtmi:dtdl:context;3\", \"dtmi:dtdl:extension:mqtt\"],\n  \"@id\": \"dtmi:com:example:Thermostat;1\",\n  \"@type\": \"Interface\"\n}\n"),
    row(
        Code::UnrecognizedContextVersion,
        "{value} names a version of DTDL that doesn't exist or isn't known here.",
        "Use one of the versions {restriction!}.",
    )
    .label("not a known version of DTDL")
    .why("DTDL 1 was a preview and has no reader any more.")
    .example(interface!("dtmi:dtdl:context;1", "")),
    row(
        Code::DisallowedContextVersion,
        "{value} is a later version of DTDL than the latest one allowed here, {restriction!}.",
        "Use version {restriction!} or an earlier one, or allow the later version.",
    )
    .label("later than is allowed"),
    row(
        Code::NonDtmiContextSpecifier,
        "The context {value} isn't a DTMI, and DTDL knows no other contexts.",
        "Remove it, or write the DTMI of an extension.",
    )
    .label("not a DTMI"),
    row(
        Code::InvalidContextSpecifier,
        "The context {value} is not a well-formed DTMI.",
        "Write it as `dtmi:`, labels with colons between them, a semicolon and a version.",
    )
    .label("not a well-formed DTMI"),
    row(
        Code::InvalidContextSpecifierForVersion,
        "The context {value} is not a DTMI as DTDL {restriction!} allows it.",
        "Write it as `dtmi:`, labels with colons between them, a semicolon and a version.",
    )
    .label("not allowed in this version"),
    row(
        Code::InvalidContextFragment,
        "The context {value} ends with a fragment that means nothing here.",
        "Remove it; only `#limitless` and `#limits` are known.",
    )
    .label("unknown fragment"),
    row(
        Code::DisallowedContextFragment,
        "The context {value} ends with a fragment, which DTDL {restriction!} doesn't know.",
        "Remove the part from the `#` on.",
    )
    .label("no fragments in this version"),
    row(
        Code::MissingLimitContext,
        "{value} sets the limits aside, and no context that sets limits follows it.",
        "Let a context that sets limits for DTDL {restriction!} follow at once, or remove `#limitless`.",
    )
    .label("limits must follow this"),
    row(
        Code::MisplacedLimitContext,
        "{value} sets limits, and doesn't directly follow a DTDL context that ends with `#limitless`.",
        "Put `dtmi:dtdl:context;4#limitless` directly before it.",
    )
    .label("out of place"),
    row(
        Code::DisallowedLimitContext,
        "The limits of {value} were not allowed for this run.",
        "Allow them (`--limits`), or use one of {restriction!}.",
    )
    .label("not an allowed set of limits"),
    row(
        Code::UnresolvableContextSpecifier,
        "{value} is no extension that is known here.",
        "Correct or remove it, or allow extensions that aren't defined (`--allow-undefined-extensions always`).",
    )
    .label("unknown extension")
    .example("{\n  \"@context\": [\"dtmi:dtdl:context;3\", \"dtmi:com:example:extension;1\"],\n  \"@id\": \"dtmi:com:example:Thermostat;1\",\n  \"@type\": \"Interface\"\n}\n"),
    row(
        Code::UnresolvableContextVersion,
        "{value} names a version of an extension that isn't known here.",
        "Use one of the versions {restriction!}.",
    )
    .label("unknown version of this extension"),
    row(
        Code::DisallowedLocalContext,
        "`@context` defines terms of its own, which DTDL {restriction!} doesn't allow.",
        "Remove the object from `@context` and write the terms out.",
    )
    .label("own terms aren't allowed")
    .example("{\n  \"@context\": [\"dtmi:dtdl:context;3\", {\"mine\": \"dtmi:com:example:mine;1\"}],\n  \"@id\": \"dtmi:com:example:Thermostat;1\",\n  \"@type\": \"Interface\"\n}\n"),
    row(
        Code::LocalContextNotLast,
        "An object with own terms stands before the end of `@context`.",
        "Gather all own terms in one object at the end.",
    ),
    row(
        Code::InvalidContext,
        "`@context` holds something that is neither a text nor an object of terms.",
        "Write a text, such as `dtmi:dtdl:context;3`, or an array of texts.",
    )
    .label("a text was expected here"),
    row(
        Code::DisallowedVersionDefinition,
        "The value of {property} of {element} is written in DTDL {value!}, which isn't allowed there.",
        "Give it one of the versions {restriction!}.",
    )
    .label("another version is set here"),
    row(
        Code::InconsistentContext,
        "{element} is defined with DTDL {value!} here and with {restriction!} elsewhere.",
        "Use one version for all parts of one element.",
    ),
    row(
        Code::LocalTermEmpty,
        "An own term is empty.",
        "Give it a name.",
    ),
    row(
        Code::LocalTermInvalid,
        "The own term {property} holds characters that terms can't have.",
        "Use letters, digits and the signs that a path in a URL may have, and don't begin with `@`.",
    ),
    row(
        Code::LocalTermReserved,
        "The own term {property} is one that DTDL defines.",
        "Choose another name.",
    ),
    row(
        Code::LocalTermSchemePrefix,
        "The own term {property} is the scheme of DTDL's identifiers.",
        "Choose another name.",
    ),
    row(
        Code::LocalTermDefinitionInvalidDtmi,
        "The own term {property} stands for {value}, which is not a DTMI as DTDL {restriction!} allows it.",
        "Correct the DTMI, or use another kind of URI.",
    ),
    row(
        Code::LocalTermDefinitionInvalidUri,
        "The own term {property} stands for {value}, which isn't a URI.",
        "Correct the URI.",
    ),
    row(
        Code::DuplicateTermInContextObject,
        "The own term {aux} is defined twice.",
        "Keep one definition.",
    ),
    row(
        Code::TermDefinitionNotStringOrObject,
        "The definition of the own term {aux} is neither a text nor an object.",
        "Write the URI that the term stands for.",
    ),
    row(
        Code::TermDefinitionMissingIdProperty,
        "The definition of the own term {aux} is an object without `@id`.",
        "Add `@id` with the URI that the term stands for.",
    ),
    row(
        Code::TermDefinitionIdPropertyNotString,
        "The `@id` of the own term {aux} isn't a text.",
        "Write the URI that the term stands for.",
    ),
];
