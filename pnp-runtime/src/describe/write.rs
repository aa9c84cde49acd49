//! Facts → DTDL.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::json::{Json, Object};
use super::{
    Content, DescribeError, Description, EnumValue, EnumValues, InterfaceDescription, InterfaceRef,
    Member, Payload, Version, Words,
};

/// How deep a schema may nest; DTDL stops at 5 (v2, v3) or 8 (v4), a schema that holds itself never.
const DEEPEST: usize = 32;

/// One interface's text.
pub(super) fn interface(
    interface: InterfaceRef,
    version: Version,
) -> Result<String, DescribeError> {
    let mut defined = BTreeSet::new();
    document(interface, version, &mut defined)
}

/// The texts of the interface and of all below it.
pub(super) fn closure(
    root: InterfaceRef,
    version: Version,
) -> Result<Vec<(&'static str, String)>, DescribeError> {
    let mut defined = BTreeSet::new();
    let mut texts: Vec<(&'static str, String)> = Vec::new();
    let mut ahead = vec![root];
    while let Some(next) = ahead.pop() {
        if texts.iter().any(|(id, _)| *id == next.id) {
            continue;
        }
        texts.push((next.id, document(next, version, &mut defined)?));
        let description = described(next)?;
        let components = description.components.iter();
        let below = description.extends.iter().copied();
        let below: Vec<_> = below.chain(components.map(|it| it.interface)).collect();
        ahead.extend(below.into_iter().rev());
    }
    Ok(texts)
}

fn described(interface: InterfaceRef) -> Result<&'static InterfaceDescription, DescribeError> {
    (interface.describe)().ok_or_else(|| {
        DescribeError::new(
            "nothing says what its contents are; name its declarations: \
             `#[pnp(telemetry = …, properties = …, handler = …)]`",
        )
        .at(interface.id)
    })
}

fn document(
    interface: InterfaceRef,
    version: Version,
    defined: &mut BTreeSet<&'static str>,
) -> Result<String, DescribeError> {
    let description = described(interface)?;
    let mut writer = Writer {
        version,
        defined,
        schemas: Vec::new(),
        has_quantities: false,
        has_required: false,
    };
    let contents = writer
        .own_contents(description)
        .map_err(|error| error.at(interface.id))?;
    let mut object = Object::default();
    object.put("@context", writer.context());
    object.put("@id", interface.id);
    object.put("@type", "Interface");
    words(&mut object, &description.words);
    let bases: Vec<Json> = description.extends.iter().map(|it| it.id.into()).collect();
    if !bases.is_empty() {
        object.put("extends", one_or_more(bases));
    }
    if !contents.is_empty() {
        let contents = contents.into_iter().map(Json::Object);
        object.put("contents", contents.collect::<Vec<_>>());
    }
    if !writer.schemas.is_empty() {
        object.put("schemas", writer.schemas);
    }
    Ok(Json::Object(object).to_text())
}

/// The writing of one interface.
struct Writer<'d> {
    version: Version,
    /// The schemas with an id that are defined by now.
    defined: &'d mut BTreeSet<&'static str>,
    /// Those that this interface defines.
    schemas: Vec<Json>,
    has_quantities: bool,
    has_required: bool,
}

/// Where a member stands: what the versions allow it differs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Telemetry or a Property.
    Content,
    /// A field, a request or a response.
    Part,
}

impl Writer<'_> {
    fn context(&self) -> Json {
        let (language, quantities, requirement) = match self.version {
            // Units are part of v2, and it has no extensions.
            Version::V2 => return "dtmi:dtdl:context;2".into(),
            Version::V3 => ("dtmi:dtdl:context;3", 1, 1),
            Version::V4 => ("dtmi:dtdl:context;4", 2, 1),
        };
        let mut contexts = vec![language.into()];
        if self.has_quantities {
            contexts.push(format!("dtmi:dtdl:extension:quantitativeTypes;{quantities}").into());
        }
        if self.has_required {
            contexts.push(format!("dtmi:dtdl:extension:requirement;{requirement}").into());
        }
        one_or_more(contexts)
    }

    /// The contents without those that are inherited alike.
    fn own_contents(
        &mut self,
        interface: &InterfaceDescription,
    ) -> Result<Vec<Object>, DescribeError> {
        let contents = self.contents(interface)?;
        let mut inherited = Vec::new();
        for base in interface.extends {
            inherit(*base, self.version, &mut inherited, 0)?;
        }
        let mut own = Vec::new();
        for content in contents {
            let same_name = |base: &&Object| base.get("name") == content.get("name");
            match inherited.iter().find(same_name) {
                None => own.push(content),
                Some(base) if means_the_same(base, &content) => {}
                Some(_) => {
                    let error = DescribeError::new(
                        "it is inherited, and means something else there; declare it alike",
                    );
                    return Err(match content.get("name") {
                        Some(Json::Text(name)) => error.at(name),
                        _ => error,
                    });
                }
            }
        }
        Ok(own)
    }

    fn contents(&mut self, interface: &InterfaceDescription) -> Result<Vec<Object>, DescribeError> {
        let mut contents = Vec::new();
        for (class, members) in [
            ("Telemetry", interface.telemetry),
            ("Property", interface.properties),
        ] {
            let Some(members) = members else { continue };
            let members = members().ok_or_else(|| unstated(class))?;
            for member in members {
                contents.push(self.content(class, member)?);
            }
        }
        if let Some(handler) = interface.handler {
            for content in handler().ok_or_else(|| unstated("handler"))? {
                contents.push(self.answered(content)?);
            }
        }
        for component in interface.components {
            let mut object = Object::default();
            object.put("@type", "Component");
            object.put("name", component.name);
            words(&mut object, &component.words);
            object.put("schema", component.interface.id);
            contents.push(object);
        }
        Ok(contents)
    }

    fn answered(&mut self, content: &Content) -> Result<Object, DescribeError> {
        match content {
            Content::Property(member) => {
                let mut object = self.content("Property", member)?;
                object.put("writable", Json::True);
                Ok(object)
            }
            Content::Command {
                name,
                words: text,
                request,
                response,
            } => {
                let mut object = Object::default();
                object.put("@type", "Command");
                object.put("name", *name);
                words(&mut object, text);
                let parts = [
                    ("request", "CommandRequest", request.as_ref()),
                    ("response", "CommandResponse", Some(response)),
                ];
                for (part, class, payload) in parts {
                    let Some(payload) = payload else { continue };
                    let value = self
                        .payload(class, payload)
                        .map_err(|error| error.at(part).at(name))?;
                    object.put_some(part, value);
                }
                Ok(object)
            }
        }
    }

    fn payload(
        &mut self,
        class: &'static str,
        payload: &Payload,
    ) -> Result<Option<Object>, DescribeError> {
        let mut schema = (payload.schema)();
        if matches!(schema, Description::Nothing) {
            return Ok(None);
        }
        let mut nullable = false;
        if let Description::Nullable(inner) = schema {
            if self.version < Version::V4 {
                return Err(DescribeError::lacks(self.version, "nullable payloads"));
            }
            (schema, nullable) = (inner(), true);
        }
        let mut object = Object::default();
        self.types(&mut object, class, Role::Part, payload.quantity, false);
        object.put("name", payload.name);
        words(&mut object, &payload.words);
        object.put("schema", self.schema(schema, 0)?);
        self.unit(&mut object, payload.quantity, Role::Part);
        if nullable {
            object.put("nullable", Json::True);
        }
        Ok(Some(object))
    }

    fn content(&mut self, class: &'static str, member: &Member) -> Result<Object, DescribeError> {
        self.member(class, Role::Content, member, 0)
    }

    fn member(
        &mut self,
        class: &'static str,
        role: Role,
        member: &Member,
        depth: usize,
    ) -> Result<Object, DescribeError> {
        let mut object = Object::default();
        self.types(&mut object, class, role, member.quantity, member.required);
        object.put("name", member.name);
        words(&mut object, &member.words);
        let schema = self
            .schema((member.schema)(), depth)
            .map_err(|error| error.at(member.name))?;
        object.put("schema", schema);
        self.unit(&mut object, member.quantity, role);
        Ok(object)
    }

    /// `@type`: the class, the semantic type, and whether it is required. A part's place tells its
    /// class, so that it is written only beside others.
    fn types(
        &mut self,
        object: &mut Object,
        class: &'static str,
        role: Role,
        quantity: Option<(&'static str, &'static str)>,
        required: bool,
    ) {
        let required = required && self.version > Version::V2;
        self.has_required |= required;
        let semantic = quantity
            .filter(|_| self.may_have_unit(role))
            .map(|(semantic, _)| semantic);
        let required = required.then_some("Required");
        if role == Role::Content || semantic.is_some() || required.is_some() {
            let types = [Some(class), semantic, required];
            let types = types.into_iter().flatten().map(Json::from);
            object.put("@type", one_or_more(types.collect()));
        }
    }

    fn unit(
        &mut self,
        object: &mut Object,
        quantity: Option<(&'static str, &'static str)>,
        role: Role,
    ) {
        if let Some((_, unit)) = quantity.filter(|_| self.may_have_unit(role)) {
            self.has_quantities = true;
            object.put("unit", unit);
        }
    }

    fn may_have_unit(&self, role: Role) -> bool {
        role == Role::Content || self.version > Version::V2
    }

    fn schema(&mut self, schema: Description, depth: usize) -> Result<Json, DescribeError> {
        if depth > DEEPEST {
            return Err(DescribeError::new(
                "the schema holds itself without end; \
                 give the type a name in the model, `#[pnp(id = \"dtmi:…\")]`",
            ));
        }
        let mut object = Object::default();
        match schema {
            Description::Unstated | Description::Nothing => {
                return Err(DescribeError::new(
                    "the type's `impl Schema` doesn't say which schema it is; \
                     give it `fn describe()`",
                ));
            }
            Description::Nullable(_) => {
                return Err(DescribeError::new(
                    "an `Option` is a nullable request or response, and nothing elsewhere",
                ));
            }
            Description::Primitive(term, since) if since > self.version => {
                return Err(DescribeError::lacks(
                    self.version,
                    &format!("schema `{term}`"),
                ));
            }
            Description::Primitive(term, _) => return Ok(term.into()),
            Description::Array(element) => {
                object.put("@type", "Array");
                object.put("elementSchema", self.schema(element(), depth + 1)?);
            }
            Description::Map(value) => {
                object.put("@type", "Map");
                let mut key = Object::default();
                key.put("name", "key");
                key.put("schema", "string");
                object.put("mapKey", key);
                let mut entry = Object::default();
                entry.put("name", "value");
                entry.put("schema", self.schema(value(), depth + 1)?);
                object.put("mapValue", entry);
            }
            Description::Object(it) => {
                return self.named(it.id, |writer| {
                    object.put("@type", "Object");
                    object.put_some("@id", it.id);
                    words(&mut object, &it.words);
                    let mut fields: Vec<Json> = Vec::new();
                    for field in it.fields {
                        let field = writer.member("Field", Role::Part, field, depth + 1)?;
                        fields.push(field.into());
                    }
                    object.put("fields", fields);
                    Ok(object)
                });
            }
            Description::Enum(it) => {
                return self.named(it.id, |_| {
                    object.put("@type", "Enum");
                    object.put_some("@id", it.id);
                    words(&mut object, &it.words);
                    let (schema, values) = match it.values {
                        EnumValues::String(values) => ("string", enum_values(values)),
                        EnumValues::Integer(values) => ("integer", enum_values(values)),
                    };
                    object.put("valueSchema", schema);
                    object.put("enumValues", values);
                    Ok(object)
                });
            }
        }
        Ok(object.into())
    }

    /// A schema with an id is defined once, among the interface's, and named elsewhere.
    fn named(
        &mut self,
        id: Option<&'static str>,
        write: impl FnOnce(&mut Self) -> Result<Object, DescribeError>,
    ) -> Result<Json, DescribeError> {
        let Some(id) = id else {
            return write(self).map(Json::Object);
        };
        // Noted first: it may hold itself.
        if self.defined.insert(id) {
            let definition = write(self)?;
            self.schemas.push(definition.into());
        }
        Ok(id.into())
    }
}

fn enum_values<V: Copy + Into<Json>>(values: &[EnumValue<V>]) -> Vec<Json> {
    let object = |value: &EnumValue<V>| {
        let mut object = Object::default();
        object.put("name", value.name);
        words(&mut object, &value.words);
        object.put("enumValue", value.value);
        object.into()
    };
    values.iter().map(object).collect()
}

/// All contents of a base, its own bases' among them.
fn inherit(
    base: InterfaceRef,
    version: Version,
    contents: &mut Vec<Object>,
    depth: usize,
) -> Result<(), DescribeError> {
    // An interface that extends itself can't be written in constants; this holds hand-written ones.
    if depth > DEEPEST {
        return Err(DescribeError::new("it extends itself").at(base.id));
    }
    let description = described(base)?;
    let mut writer = Writer {
        version,
        // Definitions count where they are written, which is not here.
        defined: &mut BTreeSet::new(),
        schemas: Vec::new(),
        has_quantities: false,
        has_required: false,
    };
    let own = writer
        .contents(description)
        .map_err(|error| error.at(base.id))?;
    contents.extend(own);
    for next in description.extends {
        inherit(*next, version, contents, depth + 1)?;
    }
    Ok(())
}

/// Whether two contents of one name are the same but for what people read.
fn means_the_same(one: &Object, other: &Object) -> bool {
    ["@type", "schema", "unit", "writable", "request", "response"]
        .into_iter()
        .all(|member| one.get(member) == other.get(member))
}

fn words(object: &mut Object, words: &Words) {
    object.put_some("displayName", words.display_name());
    object.put_some("description", words.description());
    object.put_some("comment", words.comment.map(ToOwned::to_owned));
}

fn unstated(what: &str) -> DescribeError {
    DescribeError::new(format!(
        "the hand-written {what} declaration doesn't say what it holds; give it `fn describe()`"
    ))
}

/// A list, or its only item: as people write it.
fn one_or_more(mut items: Vec<Json>) -> Json {
    match (items.pop(), items.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            items.extend(last);
            items.into()
        }
    }
}
