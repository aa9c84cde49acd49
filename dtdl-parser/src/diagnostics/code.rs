//! The table of codes: one row a code.
//!
//! The names of the rows marked `Reference` are those of the reference parser's validation ids; scripts
//! and other tools rely on them. The rows marked `Own` stand for what the reference does not name.

use std::fmt;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The input is not valid.
    Error,
    /// The input is valid, but not as the specification recommends or as an author would want it.
    Warning,
    /// Worth knowing, and never a reason to fail.
    Note,
}

impl Severity {
    /// `"error"`, `"warning"` or `"note"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Who named a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The reference parser: the code has a validation id.
    Reference,
    /// This project.
    Own,
}

/// What was being looked at when the problem was found. Also the room of the code's wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Files themselves.
    Input,
    /// The text as JSON.
    Json,
    /// `@context`.
    Context,
    /// Elements: their identifiers, types and members.
    Element,
    /// Literal values.
    Literal,
    /// References between elements.
    Link,
    /// Rules over several elements or values.
    Rule,
    /// Recommendations.
    Lint,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
struct Row {
    name: &'static str,
    origin: Origin,
    severity: Severity,
    stage: Stage,
}

macro_rules! codes {
    ($($variant:ident = $name:literal, $origin:ident, $severity:ident, $stage:ident;)*) => {
        /// What is wrong: a row of the table of codes. `pnp explain NAME` says more about each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(
                #[doc = concat!("`", $name, "`")]
                $variant,
            )*
        }

        const ROWS: &[Row] = &[$(
            Row {
                name: $name,
                origin: Origin::$origin,
                severity: Severity::$severity,
                stage: Stage::$stage,
            },
        )*];

        impl Code {
            /// All codes, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];
        }
    };
}

impl Code {
    /// The name, such as `missingLiteralProperty`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The reference parser's id of this problem, or `None` for a code of our own.
    ///
    /// ```
    /// use dtdl_parser::diagnostics::Code;
    ///
    /// let id = Code::MissingTopLevelId.validation_id();
    /// assert_eq!(id.as_deref(), Some("dtmi:dtdl:parsingError:missingTopLevelId"));
    /// assert_eq!(Code::JsonTrailingComma.validation_id(), None);
    /// ```
    #[must_use]
    pub fn validation_id(self) -> Option<String> {
        match self.origin() {
            Origin::Reference => Some(format!("dtmi:dtdl:parsingError:{}", self.name())),
            Origin::Own => None,
        }
    }

    /// The code of that name; upper and lower case matter, and a validation id is taken too.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.strip_prefix("dtmi:dtdl:parsingError:").unwrap_or(name);
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// Who named it.
    #[must_use]
    pub fn origin(self) -> Origin {
        self.row().origin
    }

    /// How bad it is by default.
    #[must_use]
    pub fn severity(self) -> Severity {
        self.row().severity
    }

    /// What was being looked at.
    #[must_use]
    pub fn stage(self) -> Stage {
        self.row().stage
    }

    fn row(self) -> Row {
        // The table and the variants are made by one macro from the same rows, so the index fits.
        ROWS.get(self as usize).copied().unwrap_or(Row {
            name: "unknown",
            origin: Origin::Own,
            severity: Severity::Error,
            stage: Stage::Input,
        })
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

codes! {
    // Reading files.
    UnreadableFile = "unreadableFile", Own, Error, Input;
    // Reading JSON text.
    JsonEmpty = "jsonEmpty", Own, Error, Json;
    JsonUnexpectedEnd = "jsonUnexpectedEnd", Own, Error, Json;
    JsonTrailingComma = "jsonTrailingComma", Own, Error, Json;
    JsonMissingComma = "jsonMissingComma", Own, Error, Json;
    JsonMissingColon = "jsonMissingColon", Own, Error, Json;
    JsonMissingValue = "jsonMissingValue", Own, Error, Json;
    JsonMissingName = "jsonMissingName", Own, Error, Json;
    JsonNameNotString = "jsonNameNotString", Own, Error, Json;
    JsonComment = "jsonComment", Own, Error, Json;
    JsonTrailingText = "jsonTrailingText", Own, Error, Json;
    JsonNotUtf8 = "jsonNotUtf8", Own, Error, Json;
    JsonControlCharacter = "jsonControlCharacter", Own, Error, Json;
    JsonUnterminatedString = "jsonUnterminatedString", Own, Error, Json;
    JsonBadEscape = "jsonBadEscape", Own, Error, Json;
    JsonLoneSurrogate = "jsonLoneSurrogate", Own, Error, Json;
    JsonBadNumber = "jsonBadNumber", Own, Error, Json;
    JsonBadLiteral = "jsonBadLiteral", Own, Error, Json;
    JsonWrongQuote = "jsonWrongQuote", Own, Error, Json;
    JsonUnexpectedCharacter = "jsonUnexpectedCharacter", Own, Error, Json;
    JsonMismatchedBracket = "jsonMismatchedBracket", Own, Error, Json;
    JsonTooDeep = "jsonTooDeep", Own, Error, Json;
    JsonTooLarge = "jsonTooLarge", Own, Error, Json;
    JsonByteOrderMark = "jsonByteOrderMark", Own, Note, Json;
    JsonDuplicateMember = "jsonDuplicateMember", Own, Warning, Json;
    // `@context`.
    DisallowedContextFragment = "disallowedContextFragment", Reference, Error, Context;
    DisallowedContextVersion = "disallowedContextVersion", Reference, Error, Context;
    DisallowedLimitContext = "disallowedLimitContext", Reference, Error, Context;
    DisallowedLocalContext = "disallowedLocalContext", Reference, Error, Context;
    DisallowedVersionDefinition = "disallowedVersionDefinition", Reference, Error, Context;
    DtdlContextFollowsAffiliate = "dtdlContextFollowsAffiliate", Reference, Error, Context;
    DuplicateTermInContextObject = "duplicateTermInContextObject", Reference, Error, Context;
    EmptyContext = "emptyContext", Reference, Error, Context;
    InconsistentContext = "inconsistentContext", Reference, Error, Context;
    InvalidContext = "invalidContext", Reference, Error, Context;
    InvalidContextFragment = "invalidContextFragment", Reference, Error, Context;
    InvalidContextSpecifier = "invalidContextSpecifier", Reference, Error, Context;
    InvalidContextSpecifierForVersion = "invalidContextSpecifierForVersion", Reference, Error, Context;
    LocalContextNotLast = "localContextNotLast", Reference, Error, Context;
    LocalTermDefinitionInvalidDtmi = "localTermDefinitionInvalidDtmi", Reference, Error, Context;
    LocalTermDefinitionInvalidUri = "localTermDefinitionInvalidUri", Reference, Error, Context;
    LocalTermEmpty = "localTermEmpty", Reference, Error, Context;
    LocalTermInvalid = "localTermInvalid", Reference, Error, Context;
    LocalTermReserved = "localTermReserved", Reference, Error, Context;
    LocalTermSchemePrefix = "localTermSchemePrefix", Reference, Error, Context;
    MisplacedLimitContext = "misplacedLimitContext", Reference, Error, Context;
    MissingContext = "missingContext", Reference, Error, Context;
    MissingContextVersion = "missingContextVersion", Reference, Error, Context;
    MissingDtdlContext = "missingDtdlContext", Reference, Error, Context;
    MissingLimitContext = "missingLimitContext", Reference, Error, Context;
    NonDtmiContextSpecifier = "nonDtmiContextSpecifier", Reference, Error, Context;
    TermDefinitionIdPropertyNotString = "termDefinitionIdPropertyNotString", Reference, Error, Context;
    TermDefinitionMissingIdProperty = "termDefinitionMissingIdProperty", Reference, Error, Context;
    TermDefinitionNotStringOrObject = "termDefinitionNotStringOrObject", Reference, Error, Context;
    UnrecognizedContextVersion = "unrecognizedContextVersion", Reference, Error, Context;
    UnresolvableContextSpecifier = "unresolvableContextSpecifier", Reference, Error, Context;
    UnresolvableContextVersion = "unresolvableContextVersion", Reference, Error, Context;
    // Elements: their identifiers, types and members.
    AbstractSupplementalType = "abstractSupplementalType", Reference, Error, Element;
    BadDtmiOrTerm = "badDtmiOrTerm", Reference, Error, Element;
    ConflictingSupplementalTypes = "conflictingSupplementalTypes", Reference, Error, Element;
    CotypeNotConcreteMaterial = "cotypeNotConcreteMaterial", Reference, Error, Element;
    DisallowedCocotype = "disallowedCocotype", Reference, Error, Element;
    DisallowedIdFragment = "disallowedIdFragment", Reference, Error, Element;
    DtmiSegPropertyNotStringOrNumber = "dtmiSegPropertyNotStringOrNumber", Reference, Error, Element;
    DuplicatePropertyName = "duplicatePropertyName", Reference, Error, Element;
    GraphDisallowed = "graphDisallowed", Reference, Error, Element;
    GraphNotObject = "graphNotObject", Reference, Error, Element;
    IdNotString = "idNotString", Reference, Error, Element;
    IdRefBadDtmiOrTerm = "idRefBadDtmiOrTerm", Reference, Error, Element;
    IdReference = "idReference", Reference, Error, Element;
    IdTooLong = "idTooLong", Reference, Error, Element;
    IdTooLongForType = "idTooLongForType", Reference, Error, Element;
    InferredTypeDoesNotAllow = "inferredTypeDoesNotAllow", Reference, Error, Element;
    InvalidCotype = "invalidCotype", Reference, Error, Element;
    InvalidCotypeVersion = "invalidCotypeVersion", Reference, Error, Element;
    InvalidId = "invalidId", Reference, Error, Element;
    KeywordDisallowed = "keywordDisallowed", Reference, Error, Element;
    LayerMissingMaterialType = "layerMissingMaterialType", Reference, Error, Element;
    MismatchedLayers = "mismatchedLayers", Reference, Error, Element;
    MissingCocotype = "missingCocotype", Reference, Error, Element;
    MissingDictKeyPropertyValue = "missingDictKeyPropertyValue", Reference, Error, Element;
    MissingDtmiSegPropertyValue = "missingDtmiSegPropertyValue", Reference, Error, Element;
    MissingLiteralProperty = "missingLiteralProperty", Reference, Error, Element;
    MissingObjectProperty = "missingObjectProperty", Reference, Error, Element;
    MissingRequiredId = "missingRequiredId", Reference, Error, Element;
    MissingSupplementalIdentifierProperty = "missingSupplementalIdentifierProperty", Reference, Error, Element;
    MissingSupplementalLiteralProperty = "missingSupplementalLiteralProperty", Reference, Error, Element;
    MissingSupplementalObjectProperty = "missingSupplementalObjectProperty", Reference, Error, Element;
    MissingTopLevelId = "missingTopLevelId", Reference, Error, Element;
    MultipleMaterialTypes = "multipleMaterialTypes", Reference, Error, Element;
    NoTypeThatAllows = "noTypeThatAllows", Reference, Error, Element;
    NotJsonObject = "notJsonObject", Reference, Error, Element;
    PropertyInvalidDtmi = "propertyInvalidDtmi", Reference, Error, Element;
    PropertyIrrelevantDtmiOrTerm = "propertyIrrelevantDtmiOrTerm", Reference, Error, Element;
    PropertyNotDtmiNorTerm = "propertyNotDtmiNorTerm", Reference, Error, Element;
    PropertyUndefinedTerm = "propertyUndefinedTerm", Reference, Error, Element;
    RefNotStringOrObject = "refNotStringOrObject", Reference, Error, Element;
    RefObjectNotAllowed = "refObjectNotAllowed", Reference, Error, Element;
    RepeatedContextProperty = "repeatedContextProperty", Reference, Error, Element;
    RepeatedGraphProperty = "repeatedGraphProperty", Reference, Error, Element;
    RepeatedIdProperty = "repeatedIdProperty", Reference, Error, Element;
    RepeatedKeyword = "repeatedKeyword", Reference, Error, Element;
    RepeatedLanguageProperty = "repeatedLanguageProperty", Reference, Error, Element;
    RepeatedTypeProperty = "repeatedTypeProperty", Reference, Error, Element;
    RepeatedValueProperty = "repeatedValueProperty", Reference, Error, Element;
    ReservedId = "reservedId", Reference, Error, Element;
    TopLevelGraphDisallowed = "topLevelGraphDisallowed", Reference, Error, Element;
    TopLevelKeywordDisallowed = "topLevelKeywordDisallowed", Reference, Error, Element;
    TypeInvalidDtmi = "typeInvalidDtmi", Reference, Error, Element;
    TypeIrrelevantDtmiOrTerm = "typeIrrelevantDtmiOrTerm", Reference, Error, Element;
    TypeNotDtmiNorTerm = "typeNotDtmiNorTerm", Reference, Error, Element;
    TypeNotRootable = "typeNotRootable", Reference, Error, Element;
    TypeUndefinedTerm = "typeUndefinedTerm", Reference, Error, Element;
    ElementsTooDeep = "elementsTooDeep", Own, Error, Element;
    // Literal values.
    BooleanCountBelowMin = "booleanCountBelowMin", Reference, Error, Literal;
    BooleanMultipleValues = "booleanMultipleValues", Reference, Error, Literal;
    BooleanNotBoolean = "booleanNotBoolean", Reference, Error, Literal;
    BooleanObjectNoValue = "booleanObjectNoValue", Reference, Error, Literal;
    BooleanTypeNotBoolean = "booleanTypeNotBoolean", Reference, Error, Literal;
    BooleanValueNotBoolean = "booleanValueNotBoolean", Reference, Error, Literal;
    DurationCountBelowMin = "durationCountBelowMin", Reference, Error, Literal;
    DurationInvalid = "durationInvalid", Reference, Error, Literal;
    DurationMultipleValues = "durationMultipleValues", Reference, Error, Literal;
    DurationNotString = "durationNotString", Reference, Error, Literal;
    DurationObjectNoValue = "durationObjectNoValue", Reference, Error, Literal;
    DurationTypeNotDuration = "durationTypeNotDuration", Reference, Error, Literal;
    DurationValueNotString = "durationValueNotString", Reference, Error, Literal;
    IdentifierCountAboveMax = "identifierCountAboveMax", Reference, Error, Literal;
    IdentifierCountBelowMin = "identifierCountBelowMin", Reference, Error, Literal;
    IdentifierInvalid = "identifierInvalid", Reference, Error, Literal;
    IdentifierMultipleValues = "identifierMultipleValues", Reference, Error, Literal;
    IdentifierNotDtmi = "identifierNotDtmi", Reference, Error, Literal;
    IdentifierNotString = "identifierNotString", Reference, Error, Literal;
    IdentifierNotUri = "identifierNotUri", Reference, Error, Literal;
    IdentifierTooLong = "identifierTooLong", Reference, Error, Literal;
    IntegerCountBelowMin = "integerCountBelowMin", Reference, Error, Literal;
    IntegerMultipleValues = "integerMultipleValues", Reference, Error, Literal;
    IntegerNotInteger = "integerNotInteger", Reference, Error, Literal;
    IntegerObjectNoValue = "integerObjectNoValue", Reference, Error, Literal;
    IntegerTypeNotInteger = "integerTypeNotInteger", Reference, Error, Literal;
    IntegerValueNotInteger = "integerValueNotInteger", Reference, Error, Literal;
    LangMapObjKeyword = "langMapObjKeyword", Reference, Error, Literal;
    LangStringCodeNotUnique = "langStringCodeNotUnique", Reference, Error, Literal;
    LangStringElementCodeNotString = "langStringElementCodeNotString", Reference, Error, Literal;
    LangStringElementCodeNotUnique = "langStringElementCodeNotUnique", Reference, Error, Literal;
    LangStringElementContext = "langStringElementContext", Reference, Error, Literal;
    LangStringElementGraph = "langStringElementGraph", Reference, Error, Literal;
    LangStringElementId = "langStringElementId", Reference, Error, Literal;
    LangStringElementInvalidCode = "langStringElementInvalidCode", Reference, Error, Literal;
    LangStringElementInvalidProp = "langStringElementInvalidProp", Reference, Error, Literal;
    LangStringElementKeyword = "langStringElementKeyword", Reference, Error, Literal;
    LangStringElementNoValue = "langStringElementNoValue", Reference, Error, Literal;
    LangStringElementNotStringOrObject = "langStringElementNotStringOrObject", Reference, Error, Literal;
    LangStringElementType = "langStringElementType", Reference, Error, Literal;
    LangStringElementValueNotString = "langStringElementValueNotString", Reference, Error, Literal;
    LangStringInvalidCode = "langStringInvalidCode", Reference, Error, Literal;
    LangStringValueInvalid = "langStringValueInvalid", Reference, Error, Literal;
    LangStringValueNotString = "langStringValueNotString", Reference, Error, Literal;
    LangStringValueTooLong = "langStringValueTooLong", Reference, Error, Literal;
    LangTagValueInLangMap = "langTagValueInLangMap", Reference, Error, Literal;
    LiteralCountBelowMin = "literalCountBelowMin", Reference, Error, Literal;
    LiteralMultipleValues = "literalMultipleValues", Reference, Error, Literal;
    LiteralNotValid = "literalNotValid", Reference, Error, Literal;
    LiteralObjectNoValue = "literalObjectNoValue", Reference, Error, Literal;
    LiteralTypeNotSingular = "literalTypeNotSingular", Reference, Error, Literal;
    NumericCountBelowMin = "numericCountBelowMin", Reference, Error, Literal;
    NumericMultipleValues = "numericMultipleValues", Reference, Error, Literal;
    NumericNotNumeric = "numericNotNumeric", Reference, Error, Literal;
    NumericObjectNoValue = "numericObjectNoValue", Reference, Error, Literal;
    NumericTypeNotNumeric = "numericTypeNotNumeric", Reference, Error, Literal;
    NumericValueNotNumeric = "numericValueNotNumeric", Reference, Error, Literal;
    StringCountBelowMin = "stringCountBelowMin", Reference, Error, Literal;
    StringInvalid = "stringInvalid", Reference, Error, Literal;
    StringMultipleValues = "stringMultipleValues", Reference, Error, Literal;
    StringNotString = "stringNotString", Reference, Error, Literal;
    StringObjectNoValue = "stringObjectNoValue", Reference, Error, Literal;
    StringTooLong = "stringTooLong", Reference, Error, Literal;
    StringTypeNotString = "stringTypeNotString", Reference, Error, Literal;
    StringValueNotString = "stringValueNotString", Reference, Error, Literal;
    ValueAboveMax = "valueAboveMax", Reference, Error, Literal;
    ValueAboveRange = "valueAboveRange", Reference, Error, Literal;
    ValueBelowMin = "valueBelowMin", Reference, Error, Literal;
    ValueBelowRange = "valueBelowRange", Reference, Error, Literal;
    ValueNotExact = "valueNotExact", Reference, Error, Literal;
    ValueObjectContext = "valueObjectContext", Reference, Error, Literal;
    ValueObjectGraph = "valueObjectGraph", Reference, Error, Literal;
    ValueObjectId = "valueObjectId", Reference, Error, Literal;
    ValueObjectInvalidProp = "valueObjectInvalidProp", Reference, Error, Literal;
    ValueObjectKeyword = "valueObjectKeyword", Reference, Error, Literal;
    ValueObjectLanguage = "valueObjectLanguage", Reference, Error, Literal;
    // References between elements.
    UnresolvedReference = "unresolvedReference", Own, Error, Link;
    UnreadableReference = "unreadableReference", Own, Error, Link;
    BadType = "badType", Reference, Error, Link;
    CrossPartitionReference = "crossPartitionReference", Reference, Error, Link;
    DisallowedVersionReference = "disallowedVersionReference", Reference, Error, Link;
    DuplicateDefinition = "duplicateDefinition", Reference, Error, Link;
    InvalidDtmi = "invalidDtmi", Reference, Error, Link;
    UndefinedReservedId = "undefinedReservedId", Reference, Error, Link;
    WrongParent = "wrongParent", Reference, Error, Link;
    // Rules over several elements or values.
    DisallowedType = "disallowedType", Reference, Error, Rule;
    ExcessiveCount = "excessiveCount", Reference, Error, Rule;
    ExcessiveDepthNarrow = "excessiveDepthNarrow", Reference, Error, Rule;
    ExcessiveDepthWide = "excessiveDepthWide", Reference, Error, Rule;
    ExcludedType = "excludedType", Reference, Error, Rule;
    InconsistentBooleanValues = "inconsistentBooleanValues", Reference, Error, Rule;
    InconsistentIdentifierValues = "inconsistentIdentifierValues", Reference, Error, Rule;
    InconsistentIntegerValues = "inconsistentIntegerValues", Reference, Error, Rule;
    InconsistentLangStringValues = "inconsistentLangStringValues", Reference, Error, Rule;
    InconsistentLiteralValues = "inconsistentLiteralValues", Reference, Error, Rule;
    InconsistentObjectValues = "inconsistentObjectValues", Reference, Error, Rule;
    InconsistentStringValues = "inconsistentStringValues", Reference, Error, Rule;
    IncorrectPropertyValue = "incorrectPropertyValue", Reference, Error, Rule;
    MatchingPropertyNotSupplemental = "matchingPropertyNotSupplemental", Reference, Error, Rule;
    MultipleReference = "multipleReference", Reference, Error, Rule;
    NoMatchingSupplementalProperty = "noMatchingSupplementalProperty", Reference, Error, Rule;
    NonConformantDatatype = "nonConformantDatatype", Reference, Error, Rule;
    NonConformantPropertyValue = "nonConformantPropertyValue", Reference, Error, Rule;
    NonUniqueImportedPropertyValue = "nonUniqueImportedPropertyValue", Reference, Error, Rule;
    NonUniquePropertyValue = "nonUniquePropertyValue", Reference, Error, Rule;
    NotRequiredBooleanValue = "notRequiredBooleanValue", Reference, Error, Rule;
    NotRequiredIntegerValue = "notRequiredIntegerValue", Reference, Error, Rule;
    NotRequiredLiteralValue = "notRequiredLiteralValue", Reference, Error, Rule;
    NotRequiredStringValue = "notRequiredStringValue", Reference, Error, Rule;
    NotRequiredType = "notRequiredType", Reference, Error, Rule;
    NotRequiredValue = "notRequiredValue", Reference, Error, Rule;
    NotSiblingRequiredType = "notSiblingRequiredType", Reference, Error, Rule;
    ObjectCountAboveMax = "objectCountAboveMax", Reference, Error, Rule;
    ObjectCountBelowMin = "objectCountBelowMin", Reference, Error, Rule;
    ObjectMultipleValues = "objectMultipleValues", Reference, Error, Rule;
    ParentMissingCotype = "parentMissingCotype", Reference, Error, Rule;
    PartitionTooLarge = "partitionTooLarge", Reference, Error, Rule;
    RecursiveStructureNarrow = "recursiveStructureNarrow", Reference, Error, Rule;
    RecursiveStructureWide = "recursiveStructureWide", Reference, Error, Rule;
    SiblingDuplicatesCotype = "siblingDuplicatesCotype", Reference, Error, Rule;
    SiblingMissingCotype = "siblingMissingCotype", Reference, Error, Rule;
    SiblingPropertyMismatch = "siblingPropertyMismatch", Reference, Error, Rule;
    // Recommendations.
    PreferTermForProperty = "preferTermForProperty", Own, Warning, Lint;
    PreferTermForType = "preferTermForType", Own, Warning, Lint;
    PreferTermForValue = "preferTermForValue", Own, Warning, Lint;
    DuplicateType = "duplicateType", Own, Warning, Lint;
    LiteralTypeMissing = "literalTypeMissing", Own, Warning, Lint;
    LanguageTagMissing = "languageTagMissing", Own, Warning, Lint;
    ValueObjectExtraMember = "valueObjectExtraMember", Own, Warning, Lint;
    StrayKeyword = "strayKeyword", Own, Warning, Lint;
    DuplicateContext = "duplicateContext", Own, Warning, Lint;
    SeveralDtdlContexts = "severalDtdlContexts", Own, Warning, Lint;
    ContextBeforeDtdl = "contextBeforeDtdl", Own, Warning, Lint;
    ContextLowersVersion = "contextLowersVersion", Own, Warning, Lint;
    DeprecatedProperty = "deprecatedProperty", Own, Warning, Lint;
    NestedArray = "nestedArray", Own, Warning, Lint;
    AnnotatedSiblingMissing = "annotatedSiblingMissing", Own, Warning, Lint;
    UnusedSchema = "unusedSchema", Own, Note, Lint;
    DisplayNameLong = "displayNameLong", Own, Warning, Lint;
    NamesDifferByCase = "namesDifferByCase", Own, Warning, Lint;
    UndefinedExtension = "undefinedExtension", Own, Warning, Lint;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_is_unique_and_found_again() {
        let mut names = BTreeSet::new();
        for code in Code::ALL {
            assert!(names.insert(code.name()), "{code} twice");
            assert_eq!(Code::from_name(code.name()), Some(*code));
        }
        assert_eq!(ROWS.len(), Code::ALL.len());
    }

    #[test]
    fn the_reference_names_208_of_them() {
        let count = Code::ALL
            .iter()
            .filter(|code| code.origin() == Origin::Reference)
            .count();
        // 193 that it can raise from its message table and 15 that are built in.
        assert_eq!(count, 208);
    }
}
