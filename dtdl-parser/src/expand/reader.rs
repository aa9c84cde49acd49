//! The interpreter: elements and their members, by the rows of the metamodel.

use super::context::{self, Active};
use super::ids::{self, Nest};
use super::languages::Languages;
use super::literals::{Bounds, Literals};
use super::object::{Flat, Keywords, Node};
use super::sink::Sink;
use super::suggestions;
use super::types::{self, Expected, Types};
use crate::Options;
use crate::diagnostics::{Code, Problem};
use crate::graph::{Edge, Element, Graph, Key, Place, Slot, Sym, Value as GraphValue};
use crate::json::{Document, Kind as JsonKind, Member, Value};
use crate::metamodel::names::class;
use crate::metamodel::{
    Added, ClassId, Kind, LimitId, Metamodel, Prop, PropId, SuppPropId, Tolerance, UnknownKind,
};
use crate::source::Span;
use std::rc::Rc;

/// What has been read so far.
#[derive(Debug, Default)]
pub(crate) struct Expanded {
    /// The elements, children before their parents.
    pub(crate) graph: Graph,
    /// The references between them that are written as identifiers or terms.
    pub(crate) references: Vec<Reference>,
    /// Where each element was first defined: the name of its `@id`, or the object.
    defined: Vec<Option<First>>,
}

/// Where an element was first defined.
#[derive(Clone, Copy, Debug)]
struct First {
    id_span: Option<Span>,
    span: Span,
    /// The name of the member that its generated identifier was made from.
    segment: Option<Span>,
}

/// A reference that is written as an identifier or a term.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// The element that refers.
    pub(crate) from: Sym,
    /// The property.
    pub(crate) key: Key,
    /// The element that is meant.
    pub(crate) target: Sym,
    /// The element as it is written, which may only be another name of the one that is meant.
    pub(crate) written: Sym,
    /// Whether it is written as a term.
    pub(crate) term: bool,
    /// Where the name of the property stands.
    pub(crate) name_span: Span,
    /// Where the reference stands.
    pub(crate) span: Span,
    /// The version and the limits in force where it stands.
    pub(crate) version: u8,
    /// The class that is asked for, if any.
    pub(crate) expected: Option<ClassId>,
}

/// How deep elements may stand in elements. No version and no limit extension allows a twentieth of
/// it; below, each level would cost a generated identifier as long as the way to it.
const DEEPEST: usize = 500;

/// Reads the roots of a document.
pub(super) fn read(
    document: &Document,
    lenient: bool,
    options: &Options,
    expanded: &mut Expanded,
    sink: &mut Sink,
) {
    let mut reader = Reader {
        lenient,
        options,
        expanded,
        sink,
        stack: Vec::new(),
    };
    let roots: Vec<Value<'_>> = document.roots().collect();
    for root in roots.into_iter().flat_map(Flat::of) {
        reader.root(root);
        if reader.sink.stopped {
            return;
        }
    }
}

/// Which property is being read: one of the class, or one that a co-type adds.
#[derive(Clone, Copy)]
enum Field {
    Own(&'static Prop),
    Added(&'static Added),
}

impl Field {
    fn key(self) -> Key {
        match self {
            Self::Own(prop) => Key::Own(prop.id),
            Self::Added(added) => Key::Added(added.id),
        }
    }

    fn term(self) -> &'static str {
        match self {
            Self::Own(prop) => prop.name,
            Self::Added(added) => Metamodel::get().supp_prop(added.id).term,
        }
    }

    /// The name as the reference parser gives it in problems about links, and as it stands in
    /// generated identifiers: added properties by their identifiers.
    fn long_name(self) -> &'static str {
        match self {
            Self::Own(prop) => prop.name,
            Self::Added(added) => Metamodel::get().supp_prop(added.id).id.as_str(),
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::Own(prop) => prop.kind,
            Self::Added(added) => added.kind,
        }
    }

    fn plural(self) -> bool {
        matches!(self, Self::Own(prop) if prop.plural)
    }

    fn least_count(self) -> u32 {
        match self {
            Self::Own(prop) => prop.least_count,
            Self::Added(added) => u32::from(added.required),
        }
    }

    fn bounds(self, limit: LimitId) -> Bounds {
        match self {
            Self::Own(prop) => Bounds {
                required: prop.required,
                max_length: prop
                    .max_length
                    .and_then(|lengths| lengths.get(limit.index()).copied()),
                pattern: prop.pattern,
                least: prop.least,
                most: prop.most,
            },
            Self::Added(added) => Bounds {
                required: added.required,
                max_length: added.max_length,
                pattern: added.pattern,
                least: added.least,
                most: None,
            },
        }
    }

    fn segment(self) -> Option<PropId> {
        match self {
            Self::Own(prop) => prop.segment,
            Self::Added(_) => None,
        }
    }

    fn needs_id(self) -> bool {
        matches!(self, Self::Own(prop) if prop.needs_id)
    }

    fn needs_type(self) -> bool {
        match self {
            Self::Own(prop) => prop.needs_type,
            Self::Added(_) => true,
        }
    }

    /// The class of the elements that may stand as values in place, if any may.
    fn nested_class(self) -> Option<ClassId> {
        match self.kind() {
            Kind::Object(class) => matches!(self, Self::Own(_)).then_some(class),
            // Of the classes among the co-types, only those of DTDL v2 have elements of their own.
            Kind::CoTyped(co_type) => Metamodel::get().co_type(co_type).class,
            _ => None,
        }
    }
}

/// An element that is being read.
struct Frame<'d> {
    element: Element,
    node: Node<'d>,
    members: Box<dyn Iterator<Item = Member<'d>> + 'd>,
    active: Rc<Active>,
    types: Types,
    typed: bool,
    /// The values of the property that is being read.
    values: Option<Values<'d>>,
    /// Bytes of partitions inside, which do not count for this one.
    foreign: u32,
}

/// The values of a property that holds elements.
struct Values<'d> {
    field: Field,
    place: Place,
    values: Flat<'d>,
    edges: Vec<Edge>,
    count: u32,
}

struct Reader<'r, 'd> {
    lenient: bool,
    options: &'r Options,
    expanded: &'r mut Expanded,
    sink: &'r mut Sink,
    stack: Vec<Frame<'d>>,
}

/// What an element is opened with.
struct Opening<'d> {
    node: Node<'d>,
    keywords: Keywords<'d>,
    active: Rc<Active>,
    /// Where the part of `@context` stands that settles the version, if the element has one.
    context_span: Option<Span>,
}

impl<'d> Reader<'_, 'd> {
    fn root(&mut self, value: Value<'d>) {
        let Some(node) = Node::of(value) else {
            if !matches!(value.kind(), JsonKind::Invalid) {
                self.sink
                    .quit(Problem::new(Code::NotJsonObject).at(value.span()));
            }
            return;
        };
        let keywords = Keywords::of(node.object, self.sink);
        let active = match context::enter(&keywords, None, self.options, self.sink) {
            Ok(Some(active)) => active,
            Ok(None) => {
                let problem = match &keywords.context {
                    None if node.is_damaged() => return,
                    None => Problem::new(Code::MissingContext).at(node.span()),
                    Some(member) => Problem::new(Code::EmptyContext).at(member.name_span),
                };
                self.sink.quit(problem);
                return;
            }
            Err(context::Unusable) => return,
        };
        if self.sink.stopped || !self.check_root(node, &keywords, &active) {
            return;
        }
        let context_span = keywords.context.as_ref().map(|member| member.value.span());
        let opening = Opening {
            node,
            keywords,
            active: Rc::new(active),
            context_span,
        };
        self.open(opening, None);
        self.run();
    }

    /// What only holds at the top of a document.
    fn check_root(&mut self, node: Node<'d>, keywords: &Keywords<'d>, active: &Active) -> bool {
        if let Some(graph) = &keywords.graph {
            self.sink
                .quit(Problem::new(Code::TopLevelGraphDisallowed).at(graph.name_span));
        }
        if keywords.id.is_none() && !node.is_damaged() {
            self.sink
                .quit(Problem::new(Code::MissingTopLevelId).at(node.span()));
        }
        let metamodel = Metamodel::get();
        let rootable = |name: &str| {
            metamodel
                .class_of_type(name)
                .is_some_and(|class| metamodel.class(class).partition)
        };
        let rooted = keywords.types.as_ref().is_some_and(|types| {
            Flat::of(types.value)
                .filter_map(Value::as_str)
                .any(rootable)
        });
        if !rooted && !(node.is_damaged() && keywords.types.is_none()) {
            let names: Vec<&str> = metamodel
                .classes()
                .iter()
                .filter(|class| class.partition)
                .map(|class| class.name)
                .collect();
            let mut problem = Problem::new(Code::TypeNotRootable)
                .type_(names.join(" or "))
                .at(node.span());
            if let Some(id) = keywords
                .id
                .as_ref()
                .and_then(|member| member.value.as_str())
            {
                problem = problem.value(id.to_owned());
            }
            self.sink.quit(problem);
            return false;
        }
        if active.rules().strict {
            for member in [&keywords.language, &keywords.value]
                .into_iter()
                .flatten()
                .chain(&keywords.others)
            {
                let problem = Problem::new(Code::TopLevelKeywordDisallowed)
                    .value(member.name.to_owned())
                    .at(member.name_span);
                self.sink.quit(problem);
            }
        }
        rooted
    }

    fn run(&mut self) {
        while !self.stack.is_empty() && !self.sink.stopped {
            self.step();
        }
        self.stack.clear();
    }

    /// Reads one member, or one value of the property that is being read.
    fn step(&mut self) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        if let Some(values) = &mut frame.values {
            match values.values.next() {
                Some(value) => self.value(value),
                None => self.end_values(),
            }
            return;
        }
        match frame.members.next() {
            Some(member) => self.member(&member),
            None => self.close(),
        }
    }

    fn name(&self, id: Sym) -> String {
        self.expanded.graph.strings.name(id).to_owned()
    }

    // Elements.

    fn nested(&mut self, value: Value<'d>, node: Node<'d>) {
        let Some(frame) = self.stack.last() else {
            return;
        };
        let Some(values) = &frame.values else { return };
        let (field, place, parent, outer) = (
            values.field,
            values.place,
            frame.element.id,
            Rc::clone(&frame.active),
        );
        let keywords = Keywords::of(node.object, self.sink);
        let about = |code| Problem::new(code).property(field.term());
        if self.stack.len() >= DEEPEST {
            let problem = about(Code::ElementsTooDeep)
                .primary_id(self.name(parent))
                .restriction(DEEPEST.to_string())
                .at(place.name);
            self.sink.push(problem);
            return;
        }
        if field.nested_class().is_none() {
            let problem = about(Code::RefObjectNotAllowed)
                .primary_id(self.name(parent))
                .at(place.name)
                .against(value.span());
            self.sink.push(problem);
            return;
        }
        let entered = context::enter(&keywords, Some(&outer), self.options, self.sink);
        let (active, context_span) = match entered {
            Ok(Some(active)) => (
                Rc::new(active),
                keywords.context.as_ref().map(|member| member.value.span()),
            ),
            Ok(None) => (outer, None),
            Err(context::Unusable) => return,
        };
        if self.sink.stopped {
            return;
        }
        if let (1, Some(id)) = (keywords.count, &keywords.id) {
            self.id_reference(id, field, parent, &active, node);
            return;
        }
        if let Some(graph) = &keywords.graph {
            let problem = about(Code::GraphDisallowed)
                .primary_id(self.name(parent))
                .at(graph.name_span);
            self.sink.push(problem);
        }
        if active.rules().strict {
            for member in [&keywords.language, &keywords.value]
                .into_iter()
                .flatten()
                .chain(&keywords.others)
            {
                let problem = about(Code::KeywordDisallowed)
                    .primary_id(self.name(parent))
                    .value(member.name.to_owned());
                self.sink.push(problem.at(member.name_span));
            }
        }
        self.open(
            Opening {
                node,
                keywords,
                active,
                context_span,
            },
            Some((field, place)),
        );
    }

    /// `{"@id": …}` stands for a reference only where old tools are to be followed.
    fn id_reference(
        &mut self,
        id: &Member<'d>,
        field: Field,
        parent: Sym,
        active: &Active,
        node: Node<'d>,
    ) {
        let text = id.value.as_str().unwrap_or_default();
        let lenient = self.lenient && active.rules().open;
        let problem = |code| {
            Problem::new(code)
                .property(field.term())
                .value(text.to_owned())
        };
        if !lenient {
            let problem = problem(Code::IdReference)
                .primary_id(self.name(parent))
                .at(node.span());
            let problem = problem.fix(
                "write the identifier alone",
                node.span(),
                format!("\"{text}\""),
            );
            self.sink.push(problem);
        } else if !self.refer(text, id.value) {
            let problem = problem(Code::IdRefBadDtmiOrTerm)
                .primary_id(self.name(parent))
                .at(id.name_span);
            self.sink
                .push(problem.restriction(active.version.to_string()));
        }
    }

    /// Begins an element: its version, identifier and types. If it can't be taken for anything, its
    /// members say nothing and are left out.
    fn open(&mut self, opening: Opening<'d>, at: Option<(Field, Place)>) {
        let Opening {
            node,
            keywords,
            active,
            context_span,
        } = opening;
        let (parent, around) = match self.stack.last() {
            Some(frame) => (Some(frame.element.id), self.partition_of(frame)),
            None => (None, None),
        };
        let field = at.map(|(field, _)| field);
        let long_name = field.map_or("", Field::long_name);
        if let (Some(Field::Own(prop)), Some(parent)) = (field, parent)
            && !prop.refers.contains(&active.version)
        {
            let versions: Vec<String> = prop.refers.iter().map(u8::to_string).collect();
            let problem = Problem::new(Code::DisallowedVersionDefinition)
                .primary_id(self.name(parent))
                .property(prop.name);
            let problem = problem
                .value(active.version.to_string())
                .restriction(versions.join(" ,"));
            self.sink
                .push(problem.at(context_span.unwrap_or(node.span())));
        }
        let lenient = self.lenient && active.rules().open;
        let nest = Nest {
            parent,
            prop: long_name,
            segment: field.and_then(Field::segment),
            needs_id: field.is_none_or(Field::needs_id),
        };
        // A root without an identifier has been reported, and has no parent to take one from.
        if parent.is_none() && keywords.id.is_none() {
            return;
        }
        let identity = ids::identify(
            node,
            &keywords,
            nest,
            &active,
            lenient,
            &mut self.expanded.graph.strings,
            self.sink,
        );
        if self.sink.stopped || !self.define(&identity, node, nest, lenient) {
            return;
        }
        let expected = Expected {
            class: field.and_then(Field::nested_class).unwrap_or(class::ENTITY),
            typed: field.is_none_or(Field::needs_type),
            parent,
            prop: long_name,
            prop_span: at.map(|(_, place)| place.name),
        };
        let types = types::types_of(
            node,
            &keywords,
            identity.id,
            expected,
            &active,
            &mut self.expanded.graph.strings,
            self.sink,
        );
        let Some(class) = types.class else { return };
        let mut element = Element::nothing(identity.id);
        element.class = class;
        element.version = active.version;
        element.limit = active.limit;
        element.parent = parent;
        element.defined_in = around;
        element.co_types.clone_from(&types.co_types);
        element.undefined_types.clone_from(&types.undefined);
        element.span = Some(node.span());
        element.type_span = keywords.type_span();
        element.id_span = identity.written;
        self.stack.push(Frame {
            element,
            node,
            members: Box::new(node.members()),
            active,
            types,
            typed: keywords.types.is_some(),
            values: None,
            foreign: 0,
        });
    }

    /// The partition that elements below a frame belong to.
    fn partition_of(&self, frame: &Frame<'_>) -> Option<Sym> {
        if Metamodel::get().class(frame.element.class).partition {
            return Some(frame.element.id);
        }
        frame.element.defined_in.or(Some(frame.element.id))
    }

    /// Takes an identifier for an element, unless another one has it.
    fn define(
        &mut self,
        identity: &ids::Identity<'d>,
        node: Node<'d>,
        nest: Nest<'_>,
        lenient: bool,
    ) -> bool {
        let index = identity.id.index();
        if self.expanded.defined.len() <= index {
            self.expanded.defined.resize(index + 1, None);
        }
        let Some(slot) = self.expanded.defined.get_mut(index) else {
            return false;
        };
        let segment = identity.segment.as_ref().map(|member| member.name_span);
        let Some(first) = *slot else {
            *slot = Some(First {
                id_span: identity.written,
                span: node.span(),
                segment,
            });
            return true;
        };
        if identity.written.is_some() {
            let problem =
                Problem::new(Code::DuplicateDefinition).primary_id(self.name(identity.id));
            let (first, again) = (
                first.id_span.unwrap_or(first.span),
                identity.written.unwrap_or(node.span()),
            );
            self.sink.push(problem.at(first).against(again));
        } else if let (Some(member), Some(segment), Some(parent)) =
            (&identity.segment, nest.segment, nest.parent)
        {
            if !lenient {
                let problem = Problem::new(Code::NonUniquePropertyValue)
                    .primary_id(self.name(parent))
                    .property(nest.prop.to_owned())
                    .aux_property(Metamodel::get().prop_name(segment))
                    .value(
                        Flat::of(member.value)
                            .next()
                            .map(plain_text)
                            .unwrap_or_default(),
                    )
                    .at(first.segment.unwrap_or(first.span))
                    .against(member.name_span);
                self.sink.push(problem);
            }
        }
        false
    }

    /// Ends an element: what it must have, and its size.
    fn close(&mut self) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        let row = Metamodel::get().class(frame.element.class);
        if !frame.node.is_damaged() {
            self.required(&frame);
        }
        if self.sink.stopped {
            return;
        }
        let id = frame.element.id;
        let mut foreign = frame.foreign;
        if row.partition {
            let size = frame.node.span().len().saturating_sub(foreign);
            let longest = frame.active.rules().partition;
            if longest.is_some_and(|longest| size > longest) {
                let problem = Problem::new(Code::PartitionTooLarge)
                    .primary_id(self.name(id))
                    .value(row.name);
                self.sink.push(
                    problem
                        .observed(u64::from(size))
                        .limit(u64::from(longest.unwrap_or_default()))
                        .at(frame.node.span()),
                );
            }
            foreign = frame.node.span().len();
        }
        let span = frame.node.span();
        self.expanded.graph.add(frame.element);
        if let Some(outer) = self.stack.last_mut() {
            outer.foreign += foreign;
            if let Some(values) = &mut outer.values {
                values.count += 1;
                values.edges.push(Edge {
                    target: id,
                    span: Some(span),
                });
            }
        }
    }

    fn required(&mut self, frame: &Frame<'d>) {
        let metamodel = Metamodel::get();
        let element = &frame.element;
        let row = metamodel.class(element.class);
        for prop in row
            .props(element.version)
            .iter()
            .filter(|prop| prop.least_count > 0)
        {
            if element.slot(Key::Own(prop.id)).is_none() {
                let code = if is_object(prop.kind) {
                    Code::MissingObjectProperty
                } else {
                    Code::MissingLiteralProperty
                };
                let problem = Problem::new(code)
                    .primary_id(self.name(element.id))
                    .property(prop.name)
                    .at(frame.node.span());
                self.sink.push(problem);
            }
        }
        for &co_type in &frame.types.written {
            let row = metamodel.co_type(co_type);
            for added in row
                .has
                .iter()
                .filter(|added| added.required && element.added(added.id).is_none())
            {
                let code = match added.kind {
                    Kind::Identifier => Code::MissingSupplementalIdentifierProperty,
                    kind if is_object(kind) => Code::MissingSupplementalObjectProperty,
                    _ => Code::MissingSupplementalLiteralProperty,
                };
                let problem = Problem::new(code)
                    .primary_id(self.name(element.id))
                    .property(metamodel.supp_prop(added.id).term)
                    .type_(row.term)
                    .at(frame.node.span());
                self.sink.quit(problem);
            }
        }
    }

    // Members.

    fn member(&mut self, member: &Member<'d>) {
        let Some(frame) = self.stack.last() else {
            return;
        };
        let row = Metamodel::get().class(frame.element.class);
        if let Some(prop) = row.prop_named(frame.element.version, member.name) {
            self.field(Field::Own(prop), member);
        } else if let Some(added) = added_named(frame, member.name) {
            self.field(Field::Added(added), member);
        } else {
            self.unknown(member);
        }
    }

    fn field(&mut self, field: Field, member: &Member<'d>) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        let key = field.key();
        let id = frame.element.id;
        if let Some(first) = frame.element.slot(key) {
            let first = first.place.map_or(member.name_span, |place| place.name);
            let problem = Problem::new(Code::DuplicatePropertyName)
                .primary_id(self.expanded.graph.strings.name(id).to_owned());
            self.sink.push(
                problem
                    .property(field.term())
                    .at(member.name_span)
                    .against(first),
            );
            return;
        }
        let place = Place {
            name: member.name_span,
            value: member.value.span(),
        };
        let kind = field.kind();
        if is_object(kind) {
            // The slot is there from now on, so that a second member of the name is noticed.
            frame.element.slots.push(Slot {
                key,
                place: Some(place),
                value: GraphValue::Broken,
            });
            frame.values = Some(Values {
                field,
                place,
                values: Flat::of(member.value),
                edges: Vec::new(),
                count: 0,
            });
            return;
        }
        let active = Rc::clone(&frame.active);
        // Problems about literals name added properties by identifier, as the reference parser does.
        let prop = field.long_name();
        let bounds = field.bounds(active.limit);
        let strings = &mut self.expanded.graph.strings;
        let value = if kind == Kind::LangString {
            let default = match field {
                Field::Own(prop) => prop.default_language,
                Field::Added(_) => "en",
            };
            Languages {
                id,
                prop,
                default,
                max_length: bounds.max_length,
                active: &active,
                strings,
                sink: self.sink,
            }
            .read(member.value)
        } else {
            Literals {
                id,
                prop,
                bounds,
                active: &active,
                strings,
                sink: self.sink,
            }
            .read(kind, member.value)
        };
        frame.element.slots.push(Slot {
            key,
            place: Some(place),
            value,
        });
    }

    /// A member that nothing defines is kept or refused, as the version says.
    fn unknown(&mut self, member: &Member<'d>) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        let active = &frame.active;
        let kind = match active.dtmi(member.name) {
            Some(_) => UnknownKind::Irrelevant,
            None if member.name.starts_with("dtmi:") => UnknownKind::BadDtmi,
            None if member.name.contains(':') => UnknownKind::NonDtmi,
            None => UnknownKind::Term,
        };
        let rule = active
            .rules()
            .unknown
            .get(kind as usize)
            .map_or(Tolerance::Invalid, |unknown| unknown.as_property);
        let tolerated = match rule {
            Tolerance::Valid => true,
            Tolerance::Tenable => !active.is_complete(),
            Tolerance::Invalid => false,
        };
        let strings = &mut self.expanded.graph.strings;
        let row = Metamodel::get().class(frame.element.class);
        if tolerated && !frame.types.undefined.is_empty() {
            let slot = Slot {
                key: Key::Unknown(strings.add(member.name)),
                place: Some(Place {
                    name: member.name_span,
                    value: member.value.span(),
                }),
                value: GraphValue::Json(strings.add(member.value.text())),
            };
            // Of members with one name the last counts, as in the reference parser.
            let same = |known: &Slot| matches!(known.key, Key::Unknown(name) if strings.get(name) == member.name);
            frame.element.slots.retain(|known| !same(known));
            frame.element.slots.push(slot);
            return;
        }
        let id = strings.name(frame.element.id).to_owned();
        let problem = |code| {
            Problem::new(code)
                .primary_id(id)
                .property(member.name.to_owned())
                .at(member.name_span)
        };
        let mut problem = match (tolerated, kind) {
            (true, _) if frame.typed => problem(Code::NoTypeThatAllows),
            (true, _) => problem(Code::InferredTypeDoesNotAllow)
                .type_(row.name)
                .against(frame.node.span()),
            (false, UnknownKind::Term) => {
                problem(Code::PropertyUndefinedTerm).restriction(active.version.to_string())
            }
            (false, UnknownKind::Irrelevant) => problem(Code::PropertyIrrelevantDtmiOrTerm),
            (false, UnknownKind::NonDtmi) => problem(Code::PropertyNotDtmiNorTerm),
            (false, UnknownKind::BadDtmi) => problem(Code::PropertyInvalidDtmi),
        };
        if let (Code::NoTypeThatAllows | Code::PropertyIrrelevantDtmiOrTerm, Some(span)) =
            (problem.code, frame.element.type_span)
        {
            problem = problem.against(span);
        }
        if kind == UnknownKind::Term {
            problem = problem.suggestions(suggestions::members(
                member.name,
                row,
                &frame.types.written,
                frame.element.version,
            ));
            let version = frame.element.version;
            if problem.code == Code::PropertyUndefinedTerm
                && let Some(home) = suggestions::home_of_member(member.name, version)
            {
                problem = problem.home(home);
            }
        }
        self.sink.push(problem);
    }

    // Values that are elements.

    fn value(&mut self, value: Value<'d>) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        let id = frame.element.id;
        let Some(values) = &mut frame.values else {
            return;
        };
        let (field, place) = (values.field, values.place);
        if !field.plural() && values.count > 0 {
            let problem = Problem::new(Code::ObjectMultipleValues)
                .primary_id(self.expanded.graph.strings.name(id).to_owned());
            self.sink
                .push(problem.property(field.term()).at(place.value));
            self.finish_values();
            return;
        }
        match value.kind() {
            JsonKind::String(text) => {
                if !self.refer(text, value) {
                    self.bad_term(text, value);
                }
            }
            JsonKind::Object(object) => self.nested(value, Node { value, object }),
            // It has been reported, and stands for something that is there.
            JsonKind::Invalid => values.count += 1,
            JsonKind::Null | JsonKind::Bool(_) | JsonKind::Number(_) | JsonKind::Array(_) => {
                let problem = Problem::new(Code::RefNotStringOrObject)
                    .primary_id(self.expanded.graph.strings.name(id).to_owned());
                self.sink.push(
                    problem
                        .property(field.term())
                        .at(place.name)
                        .against(value.span()),
                );
            }
        }
    }

    /// Notes a reference to an element, and says whether the text is one.
    fn refer(&mut self, text: &str, value: Value<'d>) -> bool {
        let Some(frame) = self.stack.last_mut() else {
            return false;
        };
        let active = Rc::clone(&frame.active);
        let Some(values) = &mut frame.values else {
            return false;
        };
        let Some(id) = active.dtmi(text) else {
            return false;
        };
        let strings = &mut self.expanded.graph.strings;
        let written = strings.intern(id);
        let target = Metamodel::get()
            .alias(id)
            .map_or(written, |target| strings.intern(target));
        values.edges.push(Edge {
            target,
            span: Some(value.span()),
        });
        values.count += 1;
        let expected = match values.field {
            Field::Own(Prop {
                kind: Kind::Object(class),
                ..
            }) => Some(*class),
            Field::Own(_) | Field::Added(_) => None,
        };
        self.expanded.references.push(Reference {
            from: frame.element.id,
            key: values.field.key(),
            target,
            written,
            term: !text.starts_with("dtmi:"),
            name_span: values.place.name,
            span: value.span(),
            version: active.version,
            expected,
        });
        true
    }

    fn bad_term(&mut self, text: &str, value: Value<'d>) {
        let Some(frame) = self.stack.last() else {
            return;
        };
        let Some(values) = &frame.values else { return };
        let class = match values.field.kind() {
            Kind::Object(class) => Some(class),
            Kind::CoTyped(co_type) => Metamodel::get().co_type(co_type).class,
            _ => None,
        };
        let similar = class
            .map(|class| suggestions::elements(text, class, &frame.active))
            .unwrap_or_default();
        let problem = Problem::new(Code::BadDtmiOrTerm)
            .primary_id(self.name(frame.element.id))
            .property(values.field.term())
            .value(text.to_owned())
            .restriction(frame.active.version.to_string())
            .suggestions(similar)
            .at(values.place.name)
            .against(value.span());
        self.sink.push(problem);
    }

    fn end_values(&mut self) {
        let Some(frame) = self.stack.last() else {
            return;
        };
        let Some(values) = &frame.values else { return };
        let least = values.field.least_count();
        if values.count < least {
            let problem = Problem::new(Code::ObjectCountBelowMin)
                .primary_id(self.name(frame.element.id))
                .property(values.field.term());
            self.sink.push(
                problem
                    .observed(u64::from(values.count))
                    .limit(u64::from(least))
                    .at(values.place.name),
            );
        }
        self.finish_values();
    }

    fn finish_values(&mut self) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        let Some(values) = frame.values.take() else {
            return;
        };
        let key = values.field.key();
        if let Some(slot) = frame.element.slots.iter_mut().find(|slot| slot.key == key) {
            slot.value = GraphValue::Edges(values.edges);
        }
    }
}

/// The property that a co-type of an element adds under a member name.
fn added_named(frame: &Frame<'_>, name: &str) -> Option<&'static Added> {
    if frame.types.written.is_empty() {
        return None;
    }
    let metamodel = Metamodel::get();
    let id: SuppPropId = metamodel.added_with_id(frame.active.dtmi(name)?)?;
    let lineages = frame
        .types
        .written
        .iter()
        .flat_map(|&co_type| metamodel.lineage(co_type));
    lineages
        .flat_map(|co_type| &metamodel.co_type(co_type).has)
        .find(|added| added.id == id)
}

fn is_object(kind: Kind) -> bool {
    matches!(kind, Kind::Object(_) | Kind::CoTyped(_))
}

/// A literal as problems quote it.
fn plain_text(value: Value<'_>) -> String {
    let inner = value
        .as_object()
        .and_then(|object| object.get("@value"))
        .unwrap_or(value);
    inner
        .as_str()
        .map_or_else(|| inner.text().to_owned(), str::to_owned)
}
