//! Model → package.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use dtdl_parser::model::{self, EnumConst, EnumValueType};
use dtdl_parser::{Model, Sources};

use super::{
    Command, Component, Docs, EnumValue, Field, Interface, Meaning, Member, NamedType, Package,
    Payload, Place, Primitive, Property, Reach, Relationship, Schema, Telemetry, Text, TypeKind,
    recursion,
};

/// A root that isn't an interface of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LowerError {
    root: String,
}

impl fmt::Display for LowerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the model has no interface {}", self.root)
    }
}

impl std::error::Error for LowerError {}

/// Collects what the roots reach. The order depends on the texts of the interfaces alone, not on the
/// order in which their files were read.
///
/// # Errors
/// A root isn't an interface of the model.
pub fn lower(
    model: &Model,
    sources: &Sources,
    roots: &[impl AsRef<str>],
) -> Result<Package, LowerError> {
    let mut lowering = Lowering {
        sources,
        types: BTreeMap::new(),
    };
    let reached = reach(model, roots)?;
    let mut interfaces: Vec<Interface> = reached
        .iter()
        .map(|(interface, reach)| lowering.interface(*interface, *reach))
        .collect();
    let mut scopes: BTreeMap<Option<String>, Vec<NamedType>> = BTreeMap::new();
    for found in lowering.types.into_values() {
        scopes.entry(found.scope).or_default().push(found.named);
    }
    for interface in &mut interfaces {
        interface.types = scopes
            .remove(&Some(interface.id.clone()))
            .unwrap_or_default();
        interface
            .types
            .sort_by(|a, b| (&a.place, &a.id).cmp(&(&b.place, &b.id)));
    }
    // What is left belongs to no interface, or to one that was not asked for.
    let standard = scopes.into_values().flatten().collect();
    let roots = roots.iter().map(|root| root.as_ref().to_owned()).collect();
    let mut package = Package {
        roots,
        interfaces,
        types: standard,
    };
    recursion::mark(&mut package);
    Ok(package)
}

/// The interfaces that the roots reach, breadth first: through components, then through `extends`.
fn reach<'m>(
    model: &'m Model,
    roots: &[impl AsRef<str>],
) -> Result<Vec<(model::Interface<'m>, Reach)>, LowerError> {
    let root = Reach {
        root: true,
        ..Reach::default()
    };
    let component = Reach {
        component: true,
        ..Reach::default()
    };
    let base = Reach {
        base: true,
        ..Reach::default()
    };
    let mut open = VecDeque::new();
    for id in roots {
        let id = id.as_ref();
        let interface = model.interface(id).ok_or_else(|| LowerError {
            root: id.to_owned(),
        })?;
        open.push_back((interface, root));
    }
    let mut reached: Vec<(model::Interface<'m>, Reach)> = Vec::new();
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    while let Some((interface, how)) = open.pop_front() {
        let known = index
            .get(interface.id())
            .and_then(|&known| reached.get_mut(known));
        if let Some((_, known)) = known {
            known.root |= how.root;
            known.component |= how.component;
            known.base |= how.base;
            continue;
        }
        index.insert(interface.id(), reached.len());
        reached.push((interface, how));
        open.extend(interface.components().map(|it| (it.schema(), component)));
        open.extend(interface.extends().map(|it| (it, base)));
    }
    Ok(reached)
}

/// A type, and the interface in whose scope it stands.
struct Found {
    scope: Option<String>,
    named: NamedType,
}

struct Lowering<'s> {
    sources: &'s Sources,
    /// Every Object and Enum met so far, by DTMI.
    types: BTreeMap<String, Found>,
}

impl Lowering<'_> {
    fn interface(&mut self, interface: model::Interface<'_>, reach: Reach) -> Interface {
        Interface {
            id: interface.id().to_owned(),
            docs: docs(interface.element()),
            reach,
            extends: interface
                .extends()
                .map(|base| base.id().to_owned())
                .collect(),
            telemetries: interface
                .telemetries()
                .map(|it| self.telemetry(it))
                .collect(),
            properties: interface.properties().map(|it| self.property(it)).collect(),
            commands: interface.commands().map(|it| self.command(it)).collect(),
            components: interface
                .components()
                .map(|it| self.component(it))
                .collect(),
            relationships: interface
                .relationships()
                .map(|it| self.relationship(it))
                .collect(),
            types: Vec::new(),
            place: self.place(interface.element()),
        }
    }

    fn telemetry(&mut self, telemetry: model::Telemetry<'_>) -> Telemetry {
        Telemetry {
            member: self.member(telemetry.element()),
            meaning: meaning(telemetry.element()),
            schema: self.schema(telemetry.schema()),
        }
    }

    fn property(&mut self, property: model::Property<'_>) -> Property {
        Property {
            member: self.member(property.element()),
            meaning: meaning(property.element()),
            schema: self.schema(property.schema()),
            writable: property.writable(),
        }
    }

    fn command(&mut self, command: model::Command<'_>) -> Command {
        Command {
            member: self.member(command.element()),
            request: command.request().map(|it| self.payload(it)),
            response: command.response().map(|it| self.payload(it)),
        }
    }

    fn payload(&mut self, payload: model::Payload<'_>) -> Payload {
        Payload {
            member: self.member(payload.element()),
            meaning: meaning(payload.element()),
            schema: self.schema(payload.schema()),
            nullable: payload.nullable(),
        }
    }

    fn component(&self, component: model::Component<'_>) -> Component {
        Component {
            member: self.member(component.element()),
            interface: component.schema().id().to_owned(),
        }
    }

    fn relationship(&mut self, relationship: model::Relationship<'_>) -> Relationship {
        Relationship {
            member: self.member(relationship.element()),
            target: relationship.target().map(str::to_owned),
            min_multiplicity: relationship.min_multiplicity(),
            max_multiplicity: relationship.max_multiplicity(),
            writable: relationship.writable(),
            properties: relationship
                .properties()
                .map(|it| self.property(it))
                .collect(),
        }
    }

    /// The schema; an Object or Enum in it is collected the first time that it is met.
    fn schema(&mut self, schema: model::Schema<'_>) -> Schema {
        match schema {
            model::Schema::Primitive(primitive, _) => Schema::Primitive(self::primitive(primitive)),
            model::Schema::Array(array) => {
                Schema::Array(Box::new(self.schema(array.element_schema())))
            }
            model::Schema::Map(map) => Schema::Map(Box::new(self.schema(map.value_schema()))),
            model::Schema::Enum(it) => {
                self.collect(it.element(), |lowering| lowering.enum_kind(it))
            }
            model::Schema::Object(object) => self.collect(object.element(), |lowering| {
                TypeKind::Object(object.fields().map(|it| lowering.field(it)).collect())
            }),
        }
    }

    fn collect(
        &mut self,
        element: model::Element<'_>,
        kind: impl FnOnce(&mut Self) -> TypeKind,
    ) -> Schema {
        let id = element.id().to_owned();
        if !self.types.contains_key(&id) {
            let named = NamedType {
                id: id.clone(),
                path: path(element),
                reusable: is_reusable(element) || element.is_standard(),
                docs: docs(element),
                place: self.place(element),
                // Fields come below; until then the entry keeps a recursive schema from going round.
                kind: TypeKind::Object(Vec::new()),
            };
            let scope = element
                .defined_in()
                .map(|interface| interface.id().to_owned());
            self.types.insert(id.clone(), Found { scope, named });
            let kind = kind(self);
            if let Some(found) = self.types.get_mut(&id) {
                found.named.kind = kind;
            }
        }
        Schema::Named(id)
    }

    fn field(&mut self, field: model::Field<'_>) -> Field {
        Field {
            member: self.member(field.element()),
            meaning: meaning(field.element()),
            schema: self.schema(field.schema()),
            required: field.required(),
            recursive: false,
        }
    }

    fn enum_kind(&self, it: model::Enum<'_>) -> TypeKind {
        match it.value_schema() {
            EnumValueType::String => TypeKind::StringEnum(self.values(it, |value| match value {
                EnumConst::Str(text) => Some(text.to_owned()),
                EnumConst::Int(_) => None,
            })),
            EnumValueType::Integer => TypeKind::IntegerEnum(self.values(it, |value| match value {
                EnumConst::Int(number) => Some(number),
                EnumConst::Str(_) => None,
            })),
        }
    }

    fn values<T>(
        &self,
        it: model::Enum<'_>,
        wire: impl Fn(EnumConst<'_>) -> Option<T>,
    ) -> Vec<EnumValue<T>> {
        it.values()
            .filter_map(|value| {
                Some(EnumValue {
                    member: self.member(value.element()),
                    value: wire(value.value())?,
                })
            })
            .collect()
    }

    fn member(&self, element: model::Element<'_>) -> Member {
        Member {
            name: element.name().unwrap_or_default().to_owned(),
            id: element.id().to_owned(),
            declared_in: element
                .defined_in()
                .map(|interface| interface.id().to_owned())
                .unwrap_or_default(),
            docs: docs(element),
            place: self.place(element),
        }
    }

    fn place(&self, element: model::Element<'_>) -> Option<Place> {
        let span = element.span()?;
        let position = self.sources.position(span);
        Some(Place {
            file: self.sources.name(span.file).to_owned(),
            line: position.line,
            column: position.column,
        })
    }
}

fn primitive(primitive: model::Primitive) -> Primitive {
    match primitive {
        model::Primitive::Boolean => Primitive::Boolean,
        model::Primitive::Byte => Primitive::Byte,
        model::Primitive::Bytes => Primitive::Bytes,
        model::Primitive::Date => Primitive::Date,
        model::Primitive::DateTime => Primitive::DateTime,
        model::Primitive::Decimal => Primitive::Decimal,
        model::Primitive::Double => Primitive::Double,
        model::Primitive::Duration => Primitive::Duration,
        model::Primitive::Float => Primitive::Float,
        model::Primitive::Integer => Primitive::Integer,
        model::Primitive::Long => Primitive::Long,
        model::Primitive::Short => Primitive::Short,
        model::Primitive::String => Primitive::String,
        model::Primitive::Time => Primitive::Time,
        model::Primitive::UnsignedByte => Primitive::UnsignedByte,
        model::Primitive::UnsignedInteger => Primitive::UnsignedInteger,
        model::Primitive::UnsignedLong => Primitive::UnsignedLong,
        model::Primitive::UnsignedShort => Primitive::UnsignedShort,
        model::Primitive::Uuid => Primitive::Uuid,
    }
}

fn docs(element: model::Element<'_>) -> Docs {
    let text = |texts: &mut dyn Iterator<Item = (&str, &str)>| {
        Text(
            texts
                .map(|(tag, text)| (tag.to_owned(), text.to_owned()))
                .collect(),
        )
    };
    Docs {
        display_name: text(&mut element.display_names()),
        description: text(&mut element.descriptions()),
        comment: element.comment().map(str::to_owned),
    }
}

/// Semantic type and unit. DTDL v2 accepts ones that no extension defines; they mean something to the
/// author, so they are kept too.
fn meaning(element: model::Element<'_>) -> Meaning {
    let undefined_unit = || {
        let (_, json) = element
            .undefined_properties()
            .find(|(name, _)| *name == "unit")?;
        json.strip_prefix('"')?
            .strip_suffix('"')
            .filter(|text| !text.contains('\\'))
    };
    Meaning {
        types: element
            .semantic_type()
            .into_iter()
            .chain(element.undefined_types())
            .map(str::to_owned)
            .collect(),
        unit: element.unit().or_else(undefined_unit).map(str::to_owned),
    }
}

/// Whether the author put a schema among an interface's `schemas`, to be used by its name.
fn is_reusable(element: model::Element<'_>) -> bool {
    element
        .child_of()
        .and_then(model::Element::as_interface)
        .is_some_and(|interface| {
            interface
                .schemas()
                .any(|schema| schema.element() == element)
        })
}

/// The words of a type's name, from the element below the interface down to the type itself.
///
/// A content, a field or a payload gives its name or part; a schema of the author's own naming gives
/// the end of its DTMI.
fn path(element: model::Element<'_>) -> Vec<String> {
    let mut words = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = Some(element);
    while let Some(it) = next {
        // Parents can't form a cycle; a set costs little and makes sure.
        if it.as_interface().is_some() || !seen.insert(it.id().to_owned()) {
            break;
        }
        next = it.child_of();
        words.extend(part_word(it));
        words.extend(own_word(it, element));
    }
    words.reverse();
    words
}

/// What an element's class says about the types below it.
fn part_word(it: model::Element<'_>) -> Option<String> {
    let word = match it.class() {
        "Array" => "item",
        "MapValue" => "value",
        "CommandPayload" | "CommandRequest" | "CommandResponse" => {
            let interface = it.defined_in()?;
            let mut requests = interface.commands().filter_map(model::Command::request);
            if requests.any(|request| request.element() == it) {
                "request"
            } else {
                "response"
            }
        }
        _ => return None,
    };
    Some(word.to_owned())
}

/// What an element's author calls it, as far as that tells types apart: not the names of payloads and
/// map values, which a class word stands for, nor identifiers of schemas written in place.
fn own_word(it: model::Element<'_>, named: model::Element<'_>) -> Option<String> {
    if part_word(it).is_none()
        && let Some(name) = it.name()
    {
        return Some(name.to_owned());
    }
    let is_named = is_reusable(it) || (it.is_standard() && it == named);
    let path = it.id().split(';').next().unwrap_or_default();
    is_named.then(|| path.rsplit(':').next().unwrap_or_default().to_owned())
}
