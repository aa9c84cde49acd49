//! `@context`: which version of the language, which extensions, which limits.

use super::object::Keywords;
use super::sink::Sink;
use crate::Options;
use crate::UndefinedExtensions;
use crate::diagnostics::{Code, Problem};
use crate::dtmi::Dtmi;
use crate::json::Value;
use crate::metamodel::{ContextId, LimitId, Metamodel, Version};

/// The name of the contexts of the language itself.
const CORE: &str = "dtmi:dtdl:context";
const LIMITLESS: &str = "#limitless";
const LIMITS: &str = "#limits";

/// What is in force at a place of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Active {
    /// The version of DTDL.
    pub version: u8,
    /// The context of that version.
    pub core: ContextId,
    /// The limits.
    pub limit: LimitId,
    /// The extensions that are known, in the order in which they were named.
    pub extensions: Vec<ContextId>,
    /// The extensions that are not, as they were named.
    pub unknown: Vec<String>,
}

impl Active {
    /// Whether every context is known, so that an undefined term is a mistake.
    pub fn is_complete(&self) -> bool {
        self.unknown.is_empty()
    }

    /// The row of the version.
    pub(super) fn rules(&self) -> &'static Version {
        let metamodel = Metamodel::get();
        let known = metamodel
            .version(self.version)
            .or_else(|| metamodel.versions().last());
        // The tables have versions, and contexts are only made for those.
        known.unwrap_or_else(|| unreachable!("the tables describe no version"))
    }

    /// Whether a text is a reference to an element by its identifier: pattern and length of the
    /// version.
    pub fn is_reference(&self, id: &str) -> bool {
        is_reference(id, self.rules(), self.limit)
    }

    /// The identifier that a text stands for: itself if it is a DTMI that may be referred to, or the
    /// one of a term. Terms of the language come before those of extensions.
    pub fn dtmi<'t>(&self, text: &'t str) -> Option<&'t str> {
        if text.starts_with("dtmi:") {
            return self.is_reference(text).then_some(text);
        }
        if text.contains(':') {
            return None;
        }
        let metamodel = Metamodel::get();
        std::iter::once(&self.core)
            .chain(&self.extensions)
            .find_map(|&context| metamodel.term(context, text))
    }

    /// The beginnings of identifiers that may not be defined here.
    pub(super) fn reserved(&self) -> impl Iterator<Item = &'static str> {
        let metamodel = Metamodel::get();
        std::iter::once(&self.core)
            .chain(&self.extensions)
            .flat_map(move |&context| metamodel.context(context).reserves.iter().copied())
    }
}

fn is_reference(id: &str, rules: &Version, limit: LimitId) -> bool {
    let longest = rules.refer.get(limit.index()).copied().unwrap_or(u32::MAX);
    !super::is_longer(id, longest) && Metamodel::get().pattern(rules.id_pattern).matches(id)
}

/// A context component that is being looked at.
struct Component<'d> {
    text: &'d str,
    value: Value<'d>,
}

impl Component<'_> {
    fn problem(&self, code: Code) -> Problem {
        Problem::new(code)
            .at(self.value.span())
            .value(self.text.to_owned())
    }
}

/// Why no context could be made. The problem has been reported.
pub(super) struct Unusable;

/// What is in force inside an object: what was in force around it, changed by its own `@context`.
///
/// # Errors
///
/// When there is no telling which version of the language is meant.
pub(super) fn enter(
    keywords: &Keywords<'_>,
    outer: Option<&Active>,
    options: &Options,
    sink: &mut Sink,
) -> Result<Option<Active>, Unusable> {
    let components = keywords.context_components();
    let mut rest = components.as_slice();
    let Some(first) = rest.first() else {
        return Ok(None);
    };
    let mut reader = Reader {
        options,
        sink,
        core: outer.map(|outer| (outer.version, outer.core)),
        limit: LimitId(0),
    };
    let mut extensions = outer
        .map(|outer| outer.extensions.clone())
        .unwrap_or_default();
    let mut unknown = outer.map(|outer| outer.unknown.clone()).unwrap_or_default();
    while let Some(component) = remote(rest).filter(|component| implied(component.text).is_some()) {
        if let Some(version) = implied(component.text)
            && let Some(rules) = Metamodel::get().version(version)
        {
            reader.extension(&component, rules, &mut extensions, &mut unknown)?;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    while let Some(component) = remote(rest).filter(|component| is_core(component.text)) {
        rest = rest.get(1..).unwrap_or_default();
        if reader.language(&component)? {
            reader.limits(&component, remote(rest))?;
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    let Some((version, core)) = reader.core else {
        reader
            .sink
            .quit(Problem::new(Code::MissingDtdlContext).at(first.span()));
        return Err(Unusable);
    };
    let Some(rules) = Metamodel::get().version(version) else {
        return Err(Unusable);
    };
    // An object stands last, and no version allows one; it is reported before the extensions.
    if let Some((last, before)) = rest.split_last()
        && last.as_object().is_some()
    {
        let problem = Problem::new(Code::DisallowedLocalContext)
            .at(last.span())
            .restriction(version.to_string());
        reader.sink.quit(problem);
        rest = before;
        // Its terms are gone, so that nothing can be said of terms that are not defined.
        unknown.push(String::from("{}"));
    }
    for component in rest {
        match component.as_str() {
            Some(text) => reader.extension(
                &Component {
                    text,
                    value: *component,
                },
                rules,
                &mut extensions,
                &mut unknown,
            )?,
            None if component.as_object().is_some() => reader
                .sink
                .quit(Problem::new(Code::LocalContextNotLast).at(component.span())),
            // What is neither was reported when the keywords were read.
            None => unknown.push(String::new()),
        }
    }
    Ok(Some(Active {
        version,
        core,
        limit: reader.limit,
        extensions,
        unknown,
    }))
}

fn remote<'d>(components: &[Value<'d>]) -> Option<Component<'d>> {
    let value = *components.first()?;
    value.as_str().map(|text| Component { text, value })
}

/// The version of DTDL before whose context an extension may stand.
fn implied(text: &str) -> Option<u8> {
    Metamodel::get()
        .contexts()
        .iter()
        .find(|context| context.id == text)
        .and_then(|context| context.implies)
}

fn is_core(text: &str) -> bool {
    text.strip_prefix(CORE)
        .is_some_and(|rest| rest.starts_with(';'))
}

fn versions_of(name: &str) -> String {
    let contexts = Metamodel::get()
        .contexts()
        .iter()
        .filter(|context| context.name == name);
    let numbers: Vec<String> = contexts
        .map(|context| context.version.to_string())
        .collect();
    numbers.join(", ")
}

struct Reader<'r> {
    options: &'r Options,
    sink: &'r mut Sink,
    core: Option<(u8, ContextId)>,
    limit: LimitId,
}

impl Reader<'_> {
    fn fail<T>(&mut self, problem: Problem) -> Result<T, Unusable> {
        self.sink.quit(problem);
        Err(Unusable)
    }

    /// Reads a context of the language, and says whether a limit context must follow.
    fn language(&mut self, component: &Component<'_>) -> Result<bool, Unusable> {
        let metamodel = Metamodel::get();
        let Ok(id) = Dtmi::parse(component.text) else {
            return self.fail(component.problem(Code::InvalidContextSpecifier));
        };
        let fragment = id.fragment();
        let major = id.major();
        if !matches!(fragment, "" | LIMITLESS | LIMITS) {
            return self.fail(component.problem(Code::InvalidContextFragment));
        }
        let rules = u8::try_from(major)
            .ok()
            .and_then(|version| metamodel.version(version));
        if !fragment.is_empty() && !rules.is_some_and(|rules| rules.limits) {
            return self.fail(
                component
                    .problem(Code::DisallowedContextFragment)
                    .restriction(major.to_string()),
            );
        }
        if major == 0 {
            return self.fail(component.problem(Code::MissingContextVersion));
        }
        if fragment == LIMITS {
            return self.fail(component.problem(Code::MisplacedLimitContext));
        }
        let Some((rules, context)) = rules.zip(metamodel.context_named(CORE, major)) else {
            return self.fail(
                component
                    .problem(Code::UnrecognizedContextVersion)
                    .restriction(versions_of(CORE)),
            );
        };
        let highest = self.options.max_dtdl_version.clamp(2, 4);
        if rules.number > highest {
            self.sink.quit(
                component
                    .problem(Code::DisallowedContextVersion)
                    .restriction(highest.to_string()),
            );
        }
        let plain = component
            .text
            .strip_suffix(fragment)
            .unwrap_or(component.text);
        if !is_reference(plain, rules, LimitId(0)) {
            self.sink.quit(
                component
                    .problem(Code::InvalidContextSpecifierForVersion)
                    .restriction(major.to_string()),
            );
        }
        self.core = Some((rules.number, context));
        self.limit = LimitId(0);
        Ok(fragment == LIMITLESS)
    }

    /// Reads the context that must follow one without limits.
    fn limits(
        &mut self,
        limitless: &Component<'_>,
        next: Option<Component<'_>>,
    ) -> Result<(), Unusable> {
        let Some((version, _)) = self.core else {
            return Err(Unusable);
        };
        let missing = limitless
            .problem(Code::MissingLimitContext)
            .restriction(version.to_string());
        let Some(component) = next else {
            return self.fail(missing);
        };
        if !component.text.starts_with("dtmi:") {
            return self.fail(component.problem(Code::NonDtmiContextSpecifier));
        }
        let Ok(id) = Dtmi::parse(component.text) else {
            return self.fail(component.problem(Code::InvalidContextSpecifier));
        };
        if id.major() == 0 {
            return self.fail(component.problem(Code::MissingContextVersion));
        }
        let plain = component
            .text
            .strip_suffix(id.fragment())
            .unwrap_or(component.text);
        if let Some(rules) = Metamodel::get().version(version)
            && !is_reference(plain, rules, LimitId(0))
        {
            return self.fail(
                component
                    .problem(Code::InvalidContextSpecifierForVersion)
                    .restriction(version.to_string()),
            );
        }
        if is_core(component.text) {
            return match id.fragment() {
                "" | LIMITS if id.major() == u32::from(version) => Ok(()),
                "" | LIMITS | LIMITLESS => self.fail(missing),
                _ => self.fail(component.problem(Code::InvalidContextFragment)),
            };
        }
        if !id.fragment().is_empty() {
            return self.fail(component.problem(Code::InvalidContextSpecifier));
        }
        let context = Metamodel::get()
            .context_named(id.path(), id.major())
            .map(|context| Metamodel::get().context(context));
        match context.and_then(|context| context.limit) {
            Some((limit, of)) if of == version => {
                if !self
                    .options
                    .limits
                    .iter()
                    .any(|accepted| accepts(accepted, &id))
                {
                    let accepted = std::iter::once(format!("\"{CORE};{version}{LIMITS}\"")).chain(
                        self.options
                            .limits
                            .iter()
                            .map(|limit| format!("\"{limit}\"")),
                    );
                    let accepted: Vec<String> = accepted.collect();
                    return self.fail(
                        component
                            .problem(Code::DisallowedLimitContext)
                            .restriction(accepted.join(" or ")),
                    );
                }
                self.limit = limit;
                Ok(())
            }
            _ => self.fail(missing),
        }
    }

    fn extension(
        &mut self,
        component: &Component<'_>,
        rules: &Version,
        extensions: &mut Vec<ContextId>,
        unknown: &mut Vec<String>,
    ) -> Result<(), Unusable> {
        let metamodel = Metamodel::get();
        let text = component.text;
        // A problem here leaves the extension unknown, and everything else as it is.
        let mut skip = |sink: &mut Sink, problem| {
            sink.quit(problem);
            unknown.push(text.to_owned());
        };
        if is_core(text) {
            self.sink
                .quit(component.problem(Code::DtdlContextFollowsAffiliate));
            return Ok(());
        }
        if !text.starts_with("dtmi:") {
            skip(self.sink, component.problem(Code::NonDtmiContextSpecifier));
            return Ok(());
        }
        let id = match Dtmi::parse(text) {
            Ok(id) if id.fragment().is_empty() => id,
            Ok(_) | Err(_) => {
                skip(self.sink, component.problem(Code::InvalidContextSpecifier));
                return Ok(());
            }
        };
        if !is_reference(text, rules, LimitId(0)) {
            skip(
                self.sink,
                component
                    .problem(Code::InvalidContextSpecifierForVersion)
                    .restriction(rules.number.to_string()),
            );
            return Ok(());
        }
        if id.major() == 0 {
            skip(self.sink, component.problem(Code::MissingContextVersion));
            return Ok(());
        }
        let allowed = match self.options.undefined_extensions {
            UndefinedExtensions::PerDefault => rules.open,
            UndefinedExtensions::Always => true,
            UndefinedExtensions::Never => false,
        };
        match metamodel.context_named(id.path(), id.major()) {
            Some(context) if metamodel.context(context).limit.is_some() => {
                self.sink
                    .quit(component.problem(Code::MisplacedLimitContext));
            }
            Some(context) => {
                // A later version of an extension takes the place of an earlier one.
                let name = metamodel.context(context).name;
                match extensions
                    .iter_mut()
                    .find(|known| metamodel.context(**known).name == name)
                {
                    Some(known) => *known = context,
                    None => extensions.push(context),
                }
            }
            None if allowed => unknown.push(text.to_owned()),
            None => {
                let versions = versions_of(id.path());
                let problem = if versions.is_empty() {
                    component.problem(Code::UnresolvableContextSpecifier)
                } else {
                    component
                        .problem(Code::UnresolvableContextVersion)
                        .restriction(versions)
                };
                skip(self.sink, problem);
            }
        }
        Ok(())
    }
}

/// Whether an entry of the caller's list accepts a limit extension: the same name, and no version, or
/// the same major version and at most the same minor one.
fn accepts(entry: &str, id: &Dtmi<'_>) -> bool {
    let Ok(entry) = Dtmi::parse(entry) else {
        return false;
    };
    entry.path() == id.path()
        && (entry.major() == 0 || entry.major() == id.major() && entry.minor() <= id.minor())
}
