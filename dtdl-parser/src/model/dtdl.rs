//! A model as DTDL again.
//!
//! What comes out has the meaning of what was read and not its form: contexts are those that are
//! needed, values stand in their shortest form. Read again, it gives an equal model.

use hashbrown::HashSet;

use super::{Interface, Model};
use crate::dump::Writer;
use crate::graph::{Edge, Element, Key, Slot, Sym, Value};
use crate::json::{self, Limits};
use crate::metamodel::names::class;
use crate::metamodel::{ContextId, LimitId, Metamodel, Tolerance};
use crate::source::Sources;

/// Named where an element has types or properties that no known extension defines, since its version
/// only accepts those beside a context that isn't known. The name in the source isn't kept.
const UNKNOWN: &str = "dtmi:undefined:context;1";

impl Interface<'_> {
    /// The Interface as a DTDL document, indented by two spaces, with everything that is defined inside
    /// of it. The documents of all Interfaces that are defined in no other make up the model.
    ///
    /// ```
    /// use dtdl_parser::{Options, Sources, parse, source::NoResolver};
    ///
    /// let mut sources = Sources::default();
    /// let file = sources.add("a.json", r#"{
    ///     "@context": "dtmi:dtdl:context;3", "@id": "dtmi:com:example:A;1", "@type": "Interface",
    ///     "contents": {"@type": "Telemetry", "name": "t", "schema": "double"}}"#);
    /// let model = parse(&mut sources, &[file], &NoResolver, &Options::default()).model.expect("valid");
    /// let text = model.interfaces().map(|it| it.to_dtdl()).collect::<String>();
    /// assert!(text.starts_with("{\n  \"@context\": \"dtmi:dtdl:context;3\",\n  \"@id\": \"dtmi:com:example:A;1\""));
    /// assert!(text.contains("\"schema\": \"double\""));
    /// ```
    #[must_use]
    pub fn to_dtdl(self) -> String {
        let mut print = Print {
            model: self.0.model,
            written: HashSet::new(),
        };
        let mut writer = Writer::default();
        print.element(self.0.raw(), None, &mut writer);
        pretty(writer.finish())
    }
}

fn pretty(compact: String) -> String {
    let mut sources = Sources::new();
    let file = sources.add("", compact);
    let (document, _) = json::parse(&sources, file, &Limits::default());
    let mut text = document.root().map(json::pretty).unwrap_or_default();
    text.push('\n');
    text
}

/// The contexts in force where an element is written.
#[derive(Clone, PartialEq, Eq)]
struct Contexts {
    version: u8,
    limit: LimitId,
    extensions: Vec<ContextId>,
    unknown: bool,
}

struct Print<'m> {
    model: &'m Model,
    /// The elements written so far: a further value that means one of them refers to it.
    written: HashSet<Sym>,
}

/// The depth of what is written here is bounded: a model holds no schema and no chain of `extends` that
/// is deeper than the limits of the language.
impl<'m> Print<'m> {
    fn element(&mut self, element: &'m Element, outer: Option<&Contexts>, writer: &mut Writer) {
        let metamodel = Metamodel::get();
        self.written.insert(element.id);
        let strings = &self.model.graph.strings;
        let own = match outer {
            Some(outer) if (outer.version, outer.limit) == (element.version, element.limit) => None,
            Some(_) | None => Some(self.contexts(element)),
        };
        let Some(contexts) = own.as_ref().or(outer) else {
            return;
        };
        writer.object(|writer| {
            if let Some(own) = &own {
                context(own, writer.name("@context"));
            }
            if element.id_span.is_some() || element.class == class::INTERFACE {
                writer.name("@id").string(strings.name(element.id));
            }
            let co_types = element.co_types.iter();
            let undefined = element.undefined_types.iter();
            let types: Vec<&str> = std::iter::once(metamodel.class(element.class).name)
                .chain(co_types.map(|co| metamodel.co_type(*co).term))
                .chain(undefined.map(|text| strings.get(*text)))
                .collect();
            several(&types, writer.name("@type"), |text, writer| {
                writer.string(text);
            });
            for slot in &element.slots {
                self.slot(element, slot, contexts, writer);
            }
        });
    }

    fn slot(
        &mut self,
        element: &'m Element,
        slot: &'m Slot,
        contexts: &Contexts,
        writer: &mut Writer,
    ) {
        let metamodel = Metamodel::get();
        let strings = &self.model.graph.strings;
        let name = match slot.key {
            Key::Own(prop) => metamodel.prop_name(prop),
            Key::Added(prop) => metamodel.supp_prop(prop).term,
            Key::Unknown(name) => strings.get(name),
        };
        match &slot.value {
            Value::Bool(value) => writer.name(name).display(value),
            Value::Int(value) => writer.name(name).display(value),
            Value::Number(text) | Value::Json(text) => writer.name(name).raw(strings.get(*text)),
            Value::Text(text) => writer.name(name).string(strings.get(*text)),
            Value::Lang(texts) => writer.name(name).object(|writer| {
                for text in texts {
                    let lang = strings.get(text.lang);
                    writer.name(lang).string(strings.get(text.text));
                }
            }),
            Value::Edges(edges) => {
                several(edges, writer.name(name), |edge, writer| {
                    self.edge(element, edge, contexts, writer);
                });
            }
            // A model has none.
            Value::Broken => {}
        }
    }

    /// An element in place if it is defined below this one, else a reference.
    fn edge(
        &mut self,
        element: &'m Element,
        edge: &'m Edge,
        contexts: &Contexts,
        writer: &mut Writer,
    ) {
        match self.model.graph.get(edge.target) {
            Some(target) if self.is_inside(element, target) => {
                self.element(target, Some(contexts), writer);
            }
            Some(_) | None => {
                let id = self.model.graph.strings.name(edge.target);
                writer.string(term(id, contexts).unwrap_or(id));
            }
        }
    }

    /// Whether an element is written inside of another: it is defined there, and wasn't written yet.
    fn is_inside(&self, element: &Element, target: &Element) -> bool {
        target.parent == Some(element.id)
            && target.span.is_some()
            && !self.written.contains(&target.id)
    }

    /// The contexts that an element needs, with all elements inside of it for which they are in force.
    fn contexts(&self, element: &'m Element) -> Contexts {
        let metamodel = Metamodel::get();
        let mut contexts = Contexts {
            version: element.version,
            limit: element.limit,
            extensions: Vec::new(),
            unknown: false,
        };
        let strict = metamodel.version(element.version).is_some_and(|version| {
            let kinds = version.unknown.iter();
            kinds
                .flat_map(|kind| [kind.as_type, kind.as_property])
                .any(|tolerance| tolerance == Tolerance::Tenable)
        });
        let mut seen: HashSet<Sym> = HashSet::new();
        let mut open = vec![element];
        while let Some(inner) = open.pop() {
            if !seen.insert(inner.id) {
                continue;
            }
            let co_types = inner.co_types.iter();
            contexts
                .extensions
                .extend(co_types.map(|co| metamodel.co_type(*co).context));
            let unknown = inner
                .slots
                .iter()
                .any(|it| matches!(it.key, Key::Unknown(_)));
            contexts.unknown |= strict && (unknown || !inner.undefined_types.is_empty());
            let targets = inner.slots.iter().flat_map(|slot| slot.value.edges());
            open.extend(
                targets
                    .filter_map(|edge| self.model.graph.get(edge.target))
                    .filter(|target| {
                        self.is_inside(inner, target)
                            && (target.version, target.limit) == (inner.version, inner.limit)
                    }),
            );
        }
        let is_extension = |id: &ContextId| !metamodel.context(*id).core;
        contexts.extensions.retain(is_extension);
        contexts.extensions.sort_unstable();
        contexts.extensions.dedup();
        contexts
    }
}

fn context(contexts: &Contexts, writer: &mut Writer) {
    let metamodel = Metamodel::get();
    let rows = metamodel.contexts();
    let core = rows
        .iter()
        .find(|row| row.core && row.version == contexts.version)
        .map_or("", |row| row.id.as_str());
    let limits = rows
        .iter()
        .find(|row| row.limit == Some((contexts.limit, contexts.version)));
    let mut ids = Vec::new();
    match limits {
        Some(limits) => ids.extend([format!("{core}#limitless"), limits.id.clone()]),
        None => ids.push(core.to_owned()),
    }
    let extensions = contexts.extensions.iter();
    ids.extend(extensions.map(|id| metamodel.context(*id).id.clone()));
    if contexts.unknown {
        ids.push(UNKNOWN.to_owned());
    }
    several(&ids, writer, |id, writer| writer.string(id));
}

/// The term of a standard element where these contexts are in force.
fn term(id: &str, contexts: &Contexts) -> Option<&'static str> {
    let metamodel = Metamodel::get();
    let term = metamodel.known_term(id)?;
    let core = metamodel
        .contexts()
        .iter()
        .position(|row| row.core && row.version == contexts.version)?;
    let core = ContextId(u8::try_from(core).ok()?);
    // The first context that has the term decides what it means.
    let meant = std::iter::once(&core)
        .chain(&contexts.extensions)
        .find_map(|context| metamodel.term(*context, term))?;
    let same = meant == id || metamodel.alias(meant) == Some(id);
    same.then_some(term)
}

/// One value as it is, several as an array.
fn several<'v, T>(values: &'v [T], writer: &mut Writer, mut each: impl FnMut(&'v T, &mut Writer)) {
    match values {
        [one] => each(one, writer),
        many => writer.array(|writer| many.iter().for_each(|value| each(value, writer))),
    }
}
