//! What a stage reports: facts, not words.

use std::borrow::Cow;

use super::code::Code;
use crate::source::Span;

/// Text of a fact: a name from a table or something that the input said.
pub type Text = Cow<'static, str>;

/// One thing that is wrong, as facts. The words are made from it in `diagnostics::text`.
///
/// ```
/// use dtdl_parser::diagnostics::{Code, Problem};
///
/// let problem = Problem::new(Code::MissingLiteralProperty)
///     .primary_id("dtmi:com:example:Room;1")
///     .property("name");
/// assert_eq!(problem.facts.property.as_deref(), Some("name"));
/// assert!(problem.primary.is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub code: Code,
    /// About what.
    pub facts: Box<Facts>,
    /// The place that is wrong.
    pub primary: Option<Span>,
    /// The place that it conflicts with, or that makes it wrong.
    pub secondary: Option<Span>,
}

/// The facts that a problem is made of. Which ones are set depends on the code and is part of the
/// contract for codes that the reference parser has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The element concerned, by its id, which may be a generated one.
    pub primary_id: Option<Text>,
    /// The other element concerned.
    pub secondary_id: Option<Text>,
    /// The property concerned, as the reference names it.
    pub property: Option<Text>,
    /// A nested property.
    pub aux_property: Option<Text>,
    /// A type.
    pub type_: Option<Text>,
    /// The offending value.
    pub value: Option<Text>,
    /// What would be allowed: values, a version, a limit, a pattern.
    pub restriction: Option<Text>,
    /// What brought the value here, such as an import through `extends`.
    pub transformation: Option<Text>,
    /// What is wrong with an instance, one entry a violation.
    pub violations: Vec<String>,
    /// A number that the wording needs (a count that was found).
    pub observed: Option<u64>,
    /// A number that the wording needs (the count or length that is allowed).
    pub limit: Option<u64>,
    /// Names that the author may have meant, best first.
    pub suggestions: Vec<String>,
    /// The types of which an element would be allowed, as words; no part of the contract.
    pub expected: Option<Text>,
    /// The extension that defines the name, if it isn't among the contexts.
    pub home: Option<Text>,
    /// Further places that belong to the same problem (others who made the same reference).
    pub others: Vec<Span>,
    /// Edits that a tool may apply.
    pub fixes: Vec<Fix>,
}

/// A change of the input that mends a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: "Add the missing comma".
    pub title: Text,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

/// A replacement of a range of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// The new text; empty to delete.
    pub text: String,
}

macro_rules! setters {
    ($($field:ident: $doc:literal;)*) => {$(
        #[doc = $doc]
        #[must_use]
        pub fn $field(mut self, text: impl Into<Text>) -> Self {
            self.facts.$field = Some(text.into());
            self
        }
    )*};
}

impl Problem {
    /// A problem without facts and without a place.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            code,
            facts: Box::default(),
            primary: None,
            secondary: None,
        }
    }

    /// Sets the place that is wrong.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.primary = Some(span);
        self
    }

    /// Sets the place that it conflicts with.
    #[must_use]
    pub fn against(mut self, span: Span) -> Self {
        self.secondary = Some(span);
        self
    }

    setters! {
        primary_id: "Sets the id of the element concerned.";
        secondary_id: "Sets the id of the other element concerned.";
        property: "Sets the property concerned.";
        aux_property: "Sets the nested property concerned.";
        type_: "Sets the type concerned.";
        value: "Sets the offending value.";
        restriction: "Sets what would be allowed.";
        transformation: "Sets what brought the value here.";
        expected: "Sets the types of which an element would be allowed.";
        home: "Sets the extension that defines the name.";
    }

    /// Sets the violations of an instance.
    #[must_use]
    pub fn violations(mut self, violations: Vec<String>) -> Self {
        self.facts.violations = violations;
        self
    }

    /// Sets the number that was found.
    #[must_use]
    pub fn observed(mut self, number: u64) -> Self {
        self.facts.observed = Some(number);
        self
    }

    /// Sets the number that is allowed.
    #[must_use]
    pub fn limit(mut self, number: u64) -> Self {
        self.facts.limit = Some(number);
        self
    }

    /// Sets the names that the author may have meant, best first.
    #[must_use]
    pub fn suggestions(mut self, names: Vec<String>) -> Self {
        self.facts.suggestions = names;
        self
    }

    /// Adds a further place of the same problem.
    #[must_use]
    pub fn also_at(mut self, span: Span) -> Self {
        self.facts.others.push(span);
        self
    }

    /// Adds a fix of one edit.
    #[must_use]
    pub fn fix(mut self, title: impl Into<Text>, span: Span, text: impl Into<String>) -> Self {
        self.facts.fixes.push(Fix {
            title: title.into(),
            edits: vec![Edit {
                span,
                text: text.into(),
            }],
        });
        self
    }
}
