//! The package as JSON, members in a fixed order, two spaces a level.

use std::fmt::Write as _;

use super::{
    Command, Component, Docs, EnumValue, Field, Interface, Meaning, Member, NamedType, Package,
    Payload, Place, Property, Relationship, Schema, Telemetry, Text, TypeKind,
};

/// A JSON value, as much of it as the package needs.
enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Str(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

pub(super) fn package(package: &Package) -> String {
    let mut out = String::new();
    package.json().write(&mut out, 0);
    out.push('\n');
    out
}

impl Json {
    fn write(&self, out: &mut String, depth: usize) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(value) => {
                // Writing to a String can't fail.
                let _ = write!(out, "{value}");
            }
            Self::Str(text) => string(out, text),
            Self::Array(items) => block(out, depth, '[', ']', items, |out, item| {
                item.write(out, depth + 1);
            }),
            Self::Object(members) => block(out, depth, '{', '}', members, |out, (name, value)| {
                string(out, name);
                out.push_str(": ");
                value.write(out, depth + 1);
            }),
        }
    }
}

fn block<T>(
    out: &mut String,
    depth: usize,
    open: char,
    close: char,
    items: &[T],
    mut each: impl FnMut(&mut String, &T),
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.extend(std::iter::repeat_n("  ", depth + 1));
        each(out, item);
    }
    if !items.is_empty() {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
    out.push(close);
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// What has a place in the package's JSON.
trait ToJson {
    fn json(&self) -> Json;
}

impl ToJson for bool {
    fn json(&self) -> Json {
        Json::Bool(*self)
    }
}

impl ToJson for i64 {
    fn json(&self) -> Json {
        Json::Int(*self)
    }
}

impl ToJson for u32 {
    fn json(&self) -> Json {
        Json::Int(i64::from(*self))
    }
}

impl ToJson for String {
    fn json(&self) -> Json {
        Json::Str(self.clone())
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn json(&self) -> Json {
        self.as_ref().map_or(Json::Null, ToJson::json)
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn json(&self) -> Json {
        Json::Array(self.iter().map(ToJson::json).collect())
    }
}

/// `object!(base…; "name": value, …)`: the members of the bases, then the named ones.
macro_rules! object {
    ($($base:expr),*; $($name:literal: $value:expr),* $(,)?) => {
        merged([$($base.json(),)* Json::Object(vec![$(($name.to_owned(), $value.json())),*])])
    };
}

fn merged<const N: usize>(objects: [Json; N]) -> Json {
    let members = objects.into_iter().flat_map(|object| match object {
        Json::Object(members) => members,
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::Str(_) | Json::Array(_) => Vec::new(),
    });
    Json::Object(members.collect())
}

impl ToJson for Package {
    fn json(&self) -> Json {
        object!(; "roots": self.roots, "interfaces": self.interfaces, "types": self.types)
    }
}

impl ToJson for Interface {
    fn json(&self) -> Json {
        object!(;
            "id": self.id,
            "docs": self.docs,
            "root": self.reach.root,
            "component": self.reach.component,
            "base": self.reach.base,
            "extends": self.extends,
            "telemetries": self.telemetries,
            "properties": self.properties,
            "commands": self.commands,
            "components": self.components,
            "relationships": self.relationships,
            "types": self.types,
            "place": self.place,
        )
    }
}

impl ToJson for Member {
    fn json(&self) -> Json {
        object!(;
            "name": self.name,
            "id": self.id,
            "declaredIn": self.declared_in,
            "docs": self.docs,
            "place": self.place,
        )
    }
}

impl ToJson for Docs {
    fn json(&self) -> Json {
        object!(;
            "displayName": self.display_name,
            "description": self.description,
            "comment": self.comment,
        )
    }
}

impl ToJson for Text {
    fn json(&self) -> Json {
        Json::Object(
            self.0
                .iter()
                .map(|(tag, text)| (tag.clone(), text.json()))
                .collect(),
        )
    }
}

impl ToJson for Place {
    fn json(&self) -> Json {
        object!(; "file": self.file, "line": self.line, "column": self.column)
    }
}

impl ToJson for Meaning {
    fn json(&self) -> Json {
        object!(; "semanticTypes": self.types, "unit": self.unit)
    }
}

impl ToJson for Telemetry {
    fn json(&self) -> Json {
        object!(self.member, self.meaning; "schema": self.schema)
    }
}

impl ToJson for Property {
    fn json(&self) -> Json {
        object!(self.member, self.meaning; "schema": self.schema, "writable": self.writable)
    }
}

impl ToJson for Command {
    fn json(&self) -> Json {
        object!(self.member; "request": self.request, "response": self.response)
    }
}

impl ToJson for Payload {
    fn json(&self) -> Json {
        object!(self.member, self.meaning; "schema": self.schema, "nullable": self.nullable)
    }
}

impl ToJson for Component {
    fn json(&self) -> Json {
        object!(self.member; "interface": self.interface)
    }
}

impl ToJson for Relationship {
    fn json(&self) -> Json {
        object!(self.member;
            "target": self.target,
            "minMultiplicity": self.min_multiplicity,
            "maxMultiplicity": self.max_multiplicity,
            "writable": self.writable,
            "properties": self.properties,
        )
    }
}

impl ToJson for Schema {
    fn json(&self) -> Json {
        match self {
            Self::Primitive(primitive) => object!(; "primitive": primitive.term().to_owned()),
            Self::Array(element) => object!(; "array": element),
            Self::Map(value) => object!(; "map": value),
            Self::Named(id) => object!(; "named": id),
        }
    }
}

impl ToJson for NamedType {
    fn json(&self) -> Json {
        let (kind, parts) = match &self.kind {
            TypeKind::Object(fields) => ("object", fields.json()),
            TypeKind::StringEnum(values) => ("stringEnum", values.json()),
            TypeKind::IntegerEnum(values) => ("integerEnum", values.json()),
        };
        let members = object!(;
            "id": self.id,
            "path": self.path,
            "reusable": self.reusable,
            "docs": self.docs,
            "place": self.place,
        );
        merged([members, Json::Object(vec![(kind.to_owned(), parts)])])
    }
}

impl ToJson for Field {
    fn json(&self) -> Json {
        object!(self.member, self.meaning;
            "schema": self.schema,
            "required": self.required,
            "recursive": self.recursive,
        )
    }
}

impl<T: ToJson> ToJson for EnumValue<T> {
    fn json(&self) -> Json {
        object!(self.member; "value": self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_of_the_model_stays_one_json_string() {
        let mut out = String::new();
        string(&mut out, "a\"b\\c\n\u{1}é");
        assert_eq!(out, "\"a\\\"b\\\\c\\n\\u0001é\"");
    }

    #[test]
    fn an_empty_package_has_all_its_members() {
        let expected = "{\n  \"roots\": [],\n  \"interfaces\": [],\n  \"types\": []\n}\n";
        assert_eq!(package(&Package::default()), expected);
    }
}
