//! Words for elements: their identifiers, types and members.

use super::{Row, content, interface, row};
use crate::diagnostics::Code;

const TWICE: &str = "Remove one of the two.";

pub(super) const ROWS: &[Row] = &[
    // The shape of a document.
    row(
        Code::NotJsonObject,
        "A document must be an object or an array of objects.",
        "Write the interface as an object: `{ \"@context\": …, \"@id\": …, \"@type\": \"Interface\" }`.",
    )
    .label("an object was expected here")
    .example("\"Interface\"\n"),
    row(
        Code::TopLevelGraphDisallowed,
        "`@graph` isn't part of DTDL.",
        "Take its items out and write them as an array at the top of the document.",
    )
    .example("{\n  \"@context\": \"dtmi:dtdl:context;3\",\n  \"@graph\": []\n}\n"),
    row(
        Code::ElementsTooDeep,
        "Elements are nested more than {restriction!} levels deep, and what lies deeper was not looked at.",
        "Nest less deeply; the language allows far less.",
    )
    .label("one level too deep"),
    row(
        Code::GraphDisallowed,
        "The value of {property} of {element} holds `@graph`, which isn't part of DTDL.",
        "Take its items out and write them at the top of the document.",
    ),
    row(
        Code::GraphNotObject,
        "`@graph` holds something that isn't an object.",
        "Remove `@graph`; it isn't part of DTDL.",
    ),
    row(
        Code::TopLevelKeywordDisallowed,
        "The keyword {value} isn't allowed here.",
        "Remove it; DTDL knows `@context`, `@id` and `@type`.",
    )
    .label("not a keyword of DTDL"),
    row(
        Code::KeywordDisallowed,
        "The value of {property} of {element} holds the keyword {value}, which isn't allowed there.",
        "Remove it; DTDL knows `@context`, `@id` and `@type`.",
    )
    .label("not a keyword of DTDL"),
    row(
        Code::TypeNotRootable,
        "{value} stands at the top of a document and is not of the type {type!}.",
        "Give it the `@type` {type!}, or move it into the interface that it belongs to.",
    )
    .label("only interfaces stand at the top")
    .example("{\n  \"@context\": \"dtmi:dtdl:context;3\",\n  \"@id\": \"dtmi:com:example:temperature;1\",\n  \"@type\": \"Telemetry\",\n  \"name\": \"temperature\",\n  \"schema\": \"double\"\n}\n"),
    // Identifiers.
    row(
        Code::MissingTopLevelId,
        "This element has no `@id`.",
        "Add one, such as `\"@id\": \"dtmi:com:example:Thermostat;1\"`.",
    )
    .label("`@id` is missing in this object")
    .why("Others refer to an interface by its `@id`, and devices announce themselves with it.")
    .example("{\n  \"@context\": \"dtmi:dtdl:context;3\",\n  \"@type\": \"Interface\"\n}\n"),
    row(
        Code::MissingRequiredId,
        "The value of {property} of {element} has no `@id`, and needs one.",
        "Add an `@id`, such as `dtmi:com:example:Name;1`.",
    )
    .label("`@id` is missing in this object")
    .example(interface!(",\n  \"schemas\": [{\"@type\": \"Object\"}]")),
    row(
        Code::IdNotString,
        "`@id` isn't a text, or is empty.",
        "Write a DTMI, such as `dtmi:com:example:Thermostat;1`.",
    )
    .label("a DTMI was expected here")
    .example("{\n  \"@context\": \"dtmi:dtdl:context;3\",\n  \"@id\": 1,\n  \"@type\": \"Interface\"\n}\n"),
    row(
        Code::InvalidId,
        "{value} is not an identifier as DTDL {restriction!} allows it: {fault}.",
        "Write one such as `dtmi:com:example:Thermostat;1`: labels of letters, digits and underscores, and a version.",
    )
    .label("not a valid DTMI")
    .why("Each label begins with a letter and doesn't end with an underscore. DTDL 2 requires a whole version number; later versions allow a minor version, or none at all.")
    .example("{\n  \"@context\": \"dtmi:dtdl:context;3\",\n  \"@id\": \"com:example:Thermostat\",\n  \"@type\": \"Interface\"\n}\n"),
    row(
        Code::IdTooLong,
        "The identifier {value} is too long: DTDL {restriction!} allows {limit} characters.",
        "Choose a shorter one.",
    )
    .label("too long"),
    row(
        Code::IdTooLongForType,
        "The identifier {value} is too long for an element of type {type}: {limit} characters are allowed.",
        "Choose a shorter one.",
    )
    .label("too long for this type"),
    row(
        Code::DisallowedIdFragment,
        "The identifier of {element} ends with a fragment.",
        "Remove the part from the `#` on.",
    )
    .label("no fragment here"),
    row(
        Code::ReservedId,
        "The identifier {value} begins with a prefix that is reserved for the language.",
        "Begin it with a name of your own, such as the reversed domain of your organisation.",
    )
    .label("reserved prefix")
    .example("{\n  \"@context\": \"dtmi:dtdl:context;3\",\n  \"@id\": \"dtmi:dtdl:Thermostat;1\",\n  \"@type\": \"Interface\"\n}\n"),
    row(
        Code::IdReference,
        "The value of {property} of {element} is an object that holds nothing but an `@id`.",
        "Write the identifier itself, {value}, to refer to an element, or define the element here.",
    )
    .label("a reference is a text, not an object"),
    row(
        Code::IdRefBadDtmiOrTerm,
        "The value of {property} of {element} refers to {value}, which is neither a DTMI nor a term of DTDL {restriction!}.",
        "Write the DTMI of an element, or a term.",
    ),
    row(
        Code::MissingDtmiSegPropertyValue,
        "A value of {property} of {element} has no {value}, which its identifier would be made from.",
        "Add {value} with a name that no other value of {property} has.",
    )
    .label("{value} is missing in this object")
    .example(content!("{\"@type\": \"Telemetry\", \"schema\": \"double\"}")),
    row(
        Code::MissingDictKeyPropertyValue,
        "A value of {property} of {element} has no {value}.",
        "Add {value} with a name that no other value of {property} has.",
    ),
    row(
        Code::DtmiSegPropertyNotStringOrNumber,
        "A value of {property} of {element} has a {value} that is neither a text nor a number.",
        "Write a text that no other value of {property} has as its {value}.",
    ),
    // Types.
    row(
        Code::TypeUndefinedTerm,
        "{element} has the type {value}, which DTDL {restriction!} doesn't know.",
        "Correct the spelling, or add the context of the extension that defines it.",
    )
    .label("unknown type")
    .example(content!("{\"@type\": \"Telemetri\", \"name\": \"temperature\", \"schema\": \"double\"}")),
    row(
        Code::TypeIrrelevantDtmiOrTerm,
        "{element} has {value} as its type, which exists but isn't a type that an element can have.",
        "Write a type.",
    )
    .label("not a type"),
    row(
        Code::TypeNotDtmiNorTerm,
        "{element} has the type {value}, which is an IRI and not a DTMI.",
        "Write a term or a DTMI.",
    )
    .label("not a DTMI"),
    row(
        Code::TypeInvalidDtmi,
        "{element} has the type {value}, which is not a well-formed DTMI.",
        "Write a term or a correct DTMI.",
    )
    .label("not a well-formed DTMI"),
    row(
        Code::MultipleMaterialTypes,
        "{element} has several basic types: {value!}.",
        "Keep one of them; only types that add to a basic type can stand beside it.",
    )
    .label("only one of these can stand here")
    .example(content!("{\"@type\": [\"Telemetry\", \"Property\"], \"name\": \"temperature\", \"schema\": \"double\"}")),
    row(
        Code::LayerMissingMaterialType,
        "{element} has no basic type, such as `Interface` or `Telemetry`.",
        "Add {type} to its `@type`.",
    )
    .label("a basic type is missing"),
    row(
        Code::AbstractSupplementalType,
        "{element} has the type {type}, which only gathers others and can't be used itself.",
        "Use one of the types that it gathers, or remove it.",
    )
    .label("abstract type"),
    row(
        Code::InvalidCotype,
        "{element} has the type {type}, which can only be added to {restriction!}.",
        "Remove it, or move it to an element of that type.",
    )
    .label("can't be added to this element")
    .example(interface!("dtmi:dtdl:context;2", ",\n  \"contents\": [\n    {\"@type\": [\"Command\", \"Temperature\"], \"name\": \"reset\"}\n  ]")),
    row(
        Code::InvalidCotypeVersion,
        "{element} has the type {type}, which can only be added to elements of DTDL {restriction!}.",
        "Remove it, or use a version of the extension that fits the version of DTDL.",
    )
    .label("made for another version"),
    row(
        Code::CotypeNotConcreteMaterial,
        "The extension {element} adds to {type}, which isn't a basic type.",
        "Name a basic type there.",
    ),
    row(
        Code::MissingCocotype,
        "{element} has the type {type}, which can only stand beside {restriction!}.",
        "Add {restriction!} to its `@type`, or remove {type}.",
    )
    .label("something is missing beside this"),
    row(
        Code::DisallowedCocotype,
        "{element} has the types {type} and {restriction}, which exclude each other.",
        "Remove one of them.",
    )
    .label("these exclude each other"),
    row(
        Code::ConflictingSupplementalTypes,
        "{element} has the types {type} and {restriction}, which both bring the property {property}.",
        "Keep one of them.",
    )
    .label("both bring the same property"),
    row(
        Code::MismatchedLayers,
        "The value of {property} of {element} belongs to another layer.",
        "Set the layer at the top of the document only.",
    ),
    // Members.
    row(
        Code::PropertyUndefinedTerm,
        "{element} has a member {property}, which DTDL {restriction!} doesn't know.",
        "Correct the spelling, remove it, or add the context of the extension that defines it.",
    )
    .label("unknown property")
    .example(content!("{\"@type\": \"Telemetry\", \"name\": \"temperature\", \"shcema\": \"double\"}")),
    row(
        Code::PropertyIrrelevantDtmiOrTerm,
        "{element} has a member {property}, which exists but not for an element of its type.",
        "Remove it, or add the type that brings it.",
    )
    .label("not a property of this type")
    .other("this is the type")
    .example(content!("{\"@type\": \"Telemetry\", \"name\": \"temperature\", \"schema\": \"double\", \"writable\": true}")),
    row(
        Code::PropertyNotDtmiNorTerm,
        "{element} has a member {property}, which is an IRI and not a DTMI.",
        "Write a term or a DTMI.",
    )
    .label("not a DTMI"),
    row(
        Code::PropertyInvalidDtmi,
        "{element} has a member {property}, which is not a well-formed DTMI.",
        "Write a term or a correct DTMI.",
    )
    .label("not a well-formed DTMI"),
    row(
        Code::NoTypeThatAllows,
        "{element} has a member {property}, and none of its types brings it.",
        "Correct the spelling, remove it, or add the type that brings it.",
    )
    .label("not a property of this element")
    .other("these are its types")
    .example(content!("dtmi:dtdl:context;2", "{\"@type\": \"Telemetry\", \"name\": \"temperature\", \"schema\": \"double\", \"unit\": \"degreeCelsius\"}")),
    row(
        Code::InferredTypeDoesNotAllow,
        "{element} is taken for a {type!}, which has no property {property}.",
        "Correct the spelling, remove it, or state the `@type`.",
    )
    .label("not a property of this type")
    .other("this element has no `@type`"),
    row(
        Code::DuplicatePropertyName,
        "{element} has the property {property} twice.",
        TWICE,
    )
    .label("again here")
    .other("first here")
    .example(content!("{\"@type\": \"Telemetry\", \"name\": \"temperature\", \"name\": \"humidity\", \"schema\": \"double\"}")),
    row(Code::RepeatedContextProperty, "`@context` stands twice in one object.", TWICE)
        .label("again here")
        .other("first here"),
    row(Code::RepeatedGraphProperty, "`@graph` stands twice in one object.", TWICE)
        .label("again here")
        .other("first here"),
    row(Code::RepeatedIdProperty, "`@id` stands twice in one object.", TWICE)
        .label("again here")
        .other("first here"),
    row(Code::RepeatedKeyword, "The keyword {value} stands twice in one object.", TWICE)
        .label("again here")
        .other("first here"),
    row(Code::RepeatedLanguageProperty, "`@language` stands twice in one object.", TWICE)
        .label("again here")
        .other("first here"),
    row(Code::RepeatedTypeProperty, "`@type` stands twice in one object.", TWICE)
        .label("again here")
        .other("first here"),
    row(Code::RepeatedValueProperty, "`@value` stands twice in one object.", TWICE)
        .label("again here")
        .other("first here"),
    row(
        Code::MissingLiteralProperty,
        "{element} has no {property}, and needs one.",
        "Add {property}.",
    )
    .label("{property} is missing in this object")
    .example(content!("{\"@id\": \"dtmi:com:example:temperature;1\", \"@type\": \"Telemetry\", \"schema\": \"double\"}")),
    row(
        Code::MissingObjectProperty,
        "{element} has no {property}, and needs one.",
        "Add {property}.",
    )
    .label("{property} is missing in this object")
    .example(content!("{\"@type\": \"Property\", \"name\": \"targetTemperature\"}")),
    row(
        Code::MissingSupplementalIdentifierProperty,
        "{element} has the type {type} and not the property {property} that it requires.",
        "Add {property}, or remove {type}.",
    )
    .label("{property} is missing in this object"),
    row(
        Code::MissingSupplementalLiteralProperty,
        "{element} has the type {type} and not the property {property} that it requires.",
        "Add {property}, or remove {type}.",
    )
    .label("{property} is missing in this object"),
    row(
        Code::MissingSupplementalObjectProperty,
        "{element} has the type {type} and not the property {property} that it requires.",
        "Add {property}, or remove {type}.",
    )
    .label("{property} is missing in this object")
    .example("{\n  \"@context\": [\"dtmi:dtdl:context;3\", \"dtmi:dtdl:extension:quantitativeTypes;1\"],\n  \"@id\": \"dtmi:com:example:Thermostat;1\",\n  \"@type\": \"Interface\",\n  \"contents\": [\n    {\"@type\": [\"Telemetry\", \"Temperature\"], \"name\": \"temperature\", \"schema\": \"double\"}\n  ]\n}\n"),
    row(
        Code::BadDtmiOrTerm,
        "The value of {property} of {element} is {value}, which is neither a DTMI nor a term of DTDL {restriction!}.",
        "Correct the spelling, or write the DTMI of an element.",
    )
    .label("unknown term")
    .other("this value"),
    row(
        Code::RefNotStringOrObject,
        "The value of {property} of {element} is neither an element nor a reference to one.",
        "Write an object that defines the element, or a text that names it.",
    )
    .other("this value")
    .label("an object or a text was expected here")
    .example(content!("{\"@type\": \"Telemetry\", \"name\": \"temperature\", \"schema\": 1}")),
    row(
        Code::RefObjectNotAllowed,
        "The value of {property} of {element} must be a reference, and is an object.",
        "Write the DTMI of the element that is meant.",
    )
    .other("this value")
    .label("a DTMI was expected here"),
];
