//! `@type`: the class of an element, its co-types, and types that nobody defines.

use super::context::Active;
use super::object::{Keywords, Node};
use super::sink::Sink;
use crate::diagnostics::{Code, Problem};
use crate::graph::{Str, Strings, Sym};
use crate::json::{Kind, Value};
use crate::metamodel::{ClassId, CoTypeId, Meaning, Metamodel, Tolerance, UnknownKind};
use crate::source::Span;

/// What was expected where an element stands.
#[derive(Clone, Copy)]
pub(super) struct Expected<'p> {
    /// The class.
    pub(super) class: ClassId,
    /// Whether `@type` must be there.
    pub(super) typed: bool,
    /// The element around it, and the property, for what is said about it.
    pub(super) parent: Option<Sym>,
    pub(super) prop: &'p str,
    /// Where the name of that property stands.
    pub(super) prop_span: Option<Span>,
}

/// What an element is.
#[derive(Debug, Default)]
pub(super) struct Types {
    pub(super) class: Option<ClassId>,
    pub(super) co_types: Vec<CoTypeId>,
    /// All co-types that are written, also those that may not stand here.
    pub(super) written: Vec<CoTypeId>,
    pub(super) undefined: Vec<Str>,
}

/// Reads `@type`. The class is missing from the result if the element can't be taken for anything.
pub(super) fn types_of(
    node: Node<'_>,
    keywords: &Keywords<'_>,
    id: Sym,
    expected: Expected<'_>,
    active: &Active,
    strings: &mut Strings,
    sink: &mut Sink,
) -> Types {
    let mut reader = Reader {
        span: keywords.type_span().unwrap_or(node.span()),
        id_span: keywords.id.as_ref().map(|member| member.name_span),
        node,
        id,
        expected,
        active,
        strings,
        sink,
        found: Types::default(),
        class: None,
        others: Vec::new(),
        failed: false,
    };
    reader.read(keywords);
    reader.found
}

struct Reader<'r, 'd> {
    span: Span,
    id_span: Option<Span>,
    node: Node<'d>,
    id: Sym,
    expected: Expected<'r>,
    active: &'r Active,
    strings: &'r mut Strings,
    sink: &'r mut Sink,
    found: Types,
    /// The class that is written first, and others.
    class: Option<ClassId>,
    others: Vec<ClassId>,
    failed: bool,
}

impl Reader<'_, '_> {
    fn read(&mut self, keywords: &Keywords<'_>) {
        let metamodel = Metamodel::get();
        match &keywords.types {
            None if self.expected.typed => {
                // Of what could not be read to its end, nothing is known to be missing.
                if !self.node.is_damaged() {
                    let problem = self.bad_type(None);
                    self.sink.push(problem);
                }
                return;
            }
            None => self.class = self.inferred(),
            Some(types) => {
                // Arrays in arrays are one array elsewhere, but here the reference takes none either.
                match types.value.as_array() {
                    Some(items) => items.iter().for_each(|item| self.one(item)),
                    None => self.one(types.value),
                }
            }
        }
        if self.failed {
            return;
        }
        let Some(class) = self.class else {
            let problem = self.bad_type(None);
            self.sink.push(problem);
            return;
        };
        if self.others.is_empty() {
            self.found.class = Some(class);
            self.length(class);
            self.co_types(class);
            return;
        }
        let names: Vec<&str> = std::iter::once(class)
            .chain(self.others.iter().copied())
            .map(|class| metamodel.class(class).name)
            .collect();
        let problem = self
            .problem(Code::MultipleMaterialTypes)
            .value(names.join(" and "));
        self.sink.push(problem);
    }

    /// The class of an element that may leave out `@type`: the expected one, or the only one that
    /// passes for it.
    fn inferred(&self) -> Option<ClassId> {
        let classes = Metamodel::get()
            .class(self.expected.class)
            .instantiable(self.active.version);
        let mut classes = classes.iter();
        classes.next().filter(|_| classes.next().is_none())
    }

    fn problem(&self, code: Code) -> Problem {
        Problem::new(code)
            .primary_id(self.strings.name(self.id).to_owned())
            .at(self.span)
    }

    /// The element is not what the property asks for.
    fn bad_type(&self, written: Option<&str>) -> Problem {
        let mut problem =
            Problem::new(Code::BadType).secondary_id(self.strings.name(self.id).to_owned());
        if let Some(parent) = self.expected.parent {
            problem = problem
                .primary_id(self.strings.name(parent).to_owned())
                .property(self.expected.prop.to_owned());
        }
        if let Some(written) = written {
            problem = problem.value(written.to_owned());
        }
        problem = problem.expected(super::allowed_classes(
            self.expected.class,
            self.active.version,
        ));
        match self.expected.prop_span {
            Some(span) => problem.at(span).against(self.node.span()),
            None => problem.at(self.node.span()),
        }
    }

    fn one(&mut self, value: Value<'_>) {
        let Some(name) = value.as_str() else {
            if !matches!(value.kind(), Kind::Invalid) {
                let problem = self
                    .problem(Code::TypeNotDtmiNorTerm)
                    .value(value.text().to_owned());
                self.sink.push(problem);
            }
            self.failed = true;
            return;
        };
        let metamodel = Metamodel::get();
        if let Some(class) = metamodel.class_of_type(name) {
            let fits = metamodel
                .class(self.expected.class)
                .instantiable(self.active.version)
                .has(class);
            // An identifier means the class of its own version only.
            let of_version = !name.contains(':')
                || matches!(metamodel.meaning(name), Some(Meaning::Class(_, version)) if version == self.active.version);
            if fits && of_version {
                self.add_class(class);
            } else {
                let problem = self.bad_type(Some(name));
                self.sink.push(problem);
                self.failed = true;
            }
            return;
        }
        let Some(id) = self.active.dtmi(name) else {
            let kind = match name {
                _ if name.starts_with("dtmi:") => UnknownKind::BadDtmi,
                _ if name.contains(':') => UnknownKind::NonDtmi,
                _ => UnknownKind::Term,
            };
            self.undefined(name, kind);
            return;
        };
        match metamodel.meaning(id) {
            Some(Meaning::CoType(co_type)) => self.co_type(name, co_type),
            _ => self.undefined(name, UnknownKind::Irrelevant),
        }
    }

    fn add_class(&mut self, class: ClassId) {
        let first = *self.class.get_or_insert(class);
        if first != class && !self.others.contains(&class) {
            self.others.push(class);
        }
    }

    fn co_type(&mut self, name: &str, co_type: CoTypeId) {
        let row = Metamodel::get().co_type(co_type);
        if row.is_abstract {
            let problem = self.problem(Code::AbstractSupplementalType).type_(row.term);
            self.sink.push(problem);
            self.failed = true;
        } else if let Some(class) = row.class.filter(|_| row.kind.is_class()) {
            if Metamodel::get().is_a(class, self.expected.class) {
                self.add_class(class);
                self.found.written.push(co_type);
            } else {
                let problem = self.bad_type(Some(name));
                self.sink.push(problem);
                self.failed = true;
            }
        } else if !self.found.written.contains(&co_type) {
            self.found.written.push(co_type);
        }
    }

    /// A type that nothing defines is kept or refused, as the version says.
    fn undefined(&mut self, name: &str, kind: UnknownKind) {
        let rule = self
            .active
            .rules()
            .unknown
            .get(kind as usize)
            .map_or(Tolerance::Invalid, |unknown| unknown.as_type);
        let kept = match rule {
            Tolerance::Valid => true,
            Tolerance::Tenable => !self.active.is_complete(),
            Tolerance::Invalid => false,
        };
        if kept {
            let name = self.strings.add(name);
            if !self
                .found
                .undefined
                .iter()
                .any(|known| self.strings.get(*known) == self.strings.get(name))
            {
                self.found.undefined.push(name);
            }
            return;
        }
        let code = match kind {
            UnknownKind::Term => Code::TypeUndefinedTerm,
            UnknownKind::Irrelevant => Code::TypeIrrelevantDtmiOrTerm,
            UnknownKind::NonDtmi => Code::TypeNotDtmiNorTerm,
            UnknownKind::BadDtmi => Code::TypeInvalidDtmi,
        };
        let mut problem = self.problem(code).value(name.to_owned());
        if kind == UnknownKind::Term {
            problem = problem.restriction(self.active.version.to_string());
            problem = problem.suggestions(super::suggestions::types(
                name,
                self.expected.class,
                self.active,
            ));
            if let Some(home) = super::suggestions::home_of_type(name, self.active.version) {
                problem = problem.home(home);
            }
        }
        self.sink.push(problem);
        self.failed = true;
    }

    /// Some classes have identifiers with a limit of their own.
    fn length(&mut self, class: ClassId) {
        let row = Metamodel::get().class(class);
        let lengths = row
            .id_length
            .get(crate::metamodel::slot(self.active.version))
            .copied()
            .flatten();
        let id = self.strings.name(self.id);
        if let Some(longest) =
            lengths.and_then(|lengths| lengths.get(self.active.limit.index()).copied())
            && super::is_longer(id, longest)
        {
            let problem = Problem::new(Code::IdTooLongForType)
                .value(id.to_owned())
                .type_(row.name)
                .limit(u64::from(longest))
                .at(self.id_span.unwrap_or(self.span));
            self.sink.push(problem);
        }
    }

    /// Checks which co-types may stand on a class, and beside each other.
    fn co_types(&mut self, class: ClassId) {
        let metamodel = Metamodel::get();
        let written = std::mem::take(&mut self.found.written);
        for &co_type in &written {
            let row = metamodel.co_type(co_type);
            if row.kind.is_class() {
                self.found.co_types.push(co_type);
                continue;
            }
            let instead = row.instead.iter().any(|other| written.contains(other));
            if !row.on.has(class) && !instead {
                let mut names: Vec<&str> = row
                    .on
                    .iter()
                    .map(|class| metamodel.class(class).name)
                    .collect();
                names.sort_unstable();
                names.extend(
                    row.instead
                        .iter()
                        .map(|other| metamodel.co_type(*other).term),
                );
                let problem = self
                    .problem(Code::InvalidCotype)
                    .type_(row.term)
                    .restriction(names.join(" or "));
                self.sink.push(problem);
            } else if !row.versions.has(self.active.version) {
                let versions: Vec<String> = row
                    .versions
                    .iter()
                    .map(|version| version.to_string())
                    .collect();
                let problem = self
                    .problem(Code::InvalidCotypeVersion)
                    .type_(row.term)
                    .restriction(versions.join(" or "));
                self.sink.push(problem);
            } else {
                self.conflict(co_type);
                self.found.co_types.push(co_type);
                for &needed in row.with.iter().filter(|needed| !written.contains(needed)) {
                    let problem = self
                        .problem(Code::MissingCocotype)
                        .type_(row.term)
                        .restriction(metamodel.co_type(needed).term);
                    self.sink.push(problem);
                }
            }
        }
        self.found.written = written;
    }

    /// Two co-types of one element may not add the same property.
    fn conflict(&mut self, co_type: CoTypeId) {
        let metamodel = Metamodel::get();
        let row = metamodel.co_type(co_type);
        for added in &row.has {
            let other = self
                .found
                .co_types
                .iter()
                .map(|&other| metamodel.co_type(other))
                .find(|other| other.has.iter().any(|it| it.id == added.id));
            if let Some(other) = other {
                let problem = self
                    .problem(Code::ConflictingSupplementalTypes)
                    .type_(other.term)
                    .restriction(row.term)
                    .property(metamodel.supp_prop(added.id).term);
                self.sink.push(problem);
                return;
            }
        }
    }
}
