//! The codes of the kinds of literals.

use crate::diagnostics::Code;

/// The codes that one kind of literal has.
pub(super) struct Codes {
    pub(super) multiple: Code,
    pub(super) too_few: Code,
    pub(super) wrong: Code,
    pub(super) no_value: Code,
    pub(super) wrong_type: Code,
    pub(super) wrong_value: Code,
    /// The name of the type in XML Schema.
    pub(super) xsd: &'static str,
}

pub(super) const STRING: Codes = Codes {
    multiple: Code::StringMultipleValues,
    too_few: Code::StringCountBelowMin,
    wrong: Code::StringNotString,
    no_value: Code::StringObjectNoValue,
    wrong_type: Code::StringTypeNotString,
    wrong_value: Code::StringValueNotString,
    xsd: "string",
};
pub(super) const INTEGER: Codes = Codes {
    multiple: Code::IntegerMultipleValues,
    too_few: Code::IntegerCountBelowMin,
    wrong: Code::IntegerNotInteger,
    no_value: Code::IntegerObjectNoValue,
    wrong_type: Code::IntegerTypeNotInteger,
    wrong_value: Code::IntegerValueNotInteger,
    xsd: "integer",
};
pub(super) const NUMERIC: Codes = Codes {
    multiple: Code::NumericMultipleValues,
    too_few: Code::NumericCountBelowMin,
    wrong: Code::NumericNotNumeric,
    no_value: Code::NumericObjectNoValue,
    wrong_type: Code::NumericTypeNotNumeric,
    wrong_value: Code::NumericValueNotNumeric,
    xsd: "decimal",
};
pub(super) const BOOLEAN: Codes = Codes {
    multiple: Code::BooleanMultipleValues,
    too_few: Code::BooleanCountBelowMin,
    wrong: Code::BooleanNotBoolean,
    no_value: Code::BooleanObjectNoValue,
    wrong_type: Code::BooleanTypeNotBoolean,
    wrong_value: Code::BooleanValueNotBoolean,
    xsd: "boolean",
};
pub(super) const DURATION: Codes = Codes {
    multiple: Code::DurationMultipleValues,
    too_few: Code::DurationCountBelowMin,
    wrong: Code::DurationNotString,
    no_value: Code::DurationObjectNoValue,
    wrong_type: Code::DurationTypeNotDuration,
    wrong_value: Code::DurationValueNotString,
    xsd: "duration",
};
