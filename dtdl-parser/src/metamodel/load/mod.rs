//! From rows to tables.

mod classes;
mod elements;
mod extensions;
mod units;

use super::pattern::Pattern;
use super::rows::{Row, Versions, rows};
use super::tables::{
    ByLimit, ClassId, ClassSet, CoTypeId, ContextId, Kind, LimitId, Meaning, PropId, SuppProp,
    SuppPropId,
};
use super::{Metamodel, names};
use hashbrown::HashMap;

const LANGUAGE: &str = include_str!("../../../metamodel/language.txt");
const EXTENSIONS: &str = include_str!("../../../metamodel/extensions.txt");
const UNITS: &str = include_str!("../../../metamodel/units.txt");

/// Reads all files.
///
/// # Errors
///
/// The first row that is unsound, and why.
pub(super) fn all() -> Result<Metamodel, String> {
    let mut loader = Loader::default();
    loader
        .classes(rows(LANGUAGE).collect())
        .map_err(|error| format!("language.txt: {error}"))?;
    let units: Vec<Row> = rows(UNITS).collect();
    loader.tables.ids.reserve(&units);
    loader
        .extensions(rows(EXTENSIONS).collect(), &units)
        .map_err(|error| format!("extensions.txt: {error}"))?;
    loader
        .units(&units)
        .map_err(|error| format!("units.txt: {error}"))?;
    loader.finish()
}

/// The tables while they are made, and what only the making needs.
#[derive(Default)]
struct Loader {
    tables: Metamodel,
    class_ids: HashMap<&'static str, ClassId>,
    prop_ids: HashMap<&'static str, PropId>,
}

type Done = Result<(), String>;

impl Loader {
    fn class_id(&mut self, name: &'static str) -> ClassId {
        let fresh = ClassId(self.class_ids.len() as u8);
        *self.class_ids.entry(name).or_insert(fresh)
    }

    fn known_class(&self, name: &str, row: &Row) -> Result<ClassId, String> {
        self.class_ids
            .get(name)
            .copied()
            .ok_or_else(|| format!("line {}: no class {name}", row.line))
    }

    fn prop_id(&mut self, name: &'static str) -> PropId {
        let fresh = PropId(self.prop_ids.len() as u8);
        let tables = &mut self.tables;
        *self.prop_ids.entry(name).or_insert_with(|| {
            tables.prop_names.push(name);
            fresh
        })
    }

    fn known_prop(&self, name: &str, row: &Row) -> Result<PropId, String> {
        self.prop_ids
            .get(name)
            .copied()
            .ok_or_else(|| format!("line {}: no property {name}", row.line))
    }

    /// The number of an added property, and its term in a context.
    fn supp_prop(
        &mut self,
        context: Option<ContextId>,
        id: String,
        term: &'static str,
    ) -> SuppPropId {
        let known = self.tables.ids.added(&id);
        let number = known.unwrap_or(SuppPropId(self.tables.supp_props.len() as u16));
        if known.is_none() {
            self.tables.supp_props.push(SuppProp {
                id: id.clone(),
                term,
            });
        }
        self.tables
            .ids
            .add(context, term, id, Meaning::Added(number));
        number
    }

    /// The co-type with an identifier.
    fn co_type_with_id(&self, id: &str) -> Option<CoTypeId> {
        match self.tables.ids.meaning(id) {
            Some(Meaning::CoType(found)) => Some(found),
            _ => None,
        }
    }

    /// The number of a pattern, by its name or by the expression itself.
    fn pattern(&mut self, text: &'static str, row: &Row) -> Result<usize, String> {
        if let Some(found) = self
            .tables
            .patterns
            .iter()
            .position(|(name, pattern)| *name == text || pattern.text == text)
        {
            return Ok(found);
        }
        let pattern = Pattern::new(text);
        if !text.starts_with('^') || !pattern.is_sound() {
            return Err(format!(
                "line {}: pattern {text} is not understood",
                row.line
            ));
        }
        self.tables.patterns.push(("", pattern));
        Ok(self.tables.patterns.len() - 1)
    }

    fn pattern_row(&mut self, row: &Row) -> Done {
        let index = self.pattern(row.what, row)?;
        if let Some(entry) = self.tables.patterns.get_mut(index) {
            entry.0 = row.name;
        }
        Ok(())
    }

    /// The classes that an attribute lists; `*` is every class of some versions that has elements.
    fn classes_in(
        &self,
        row: &Row,
        attribute: &str,
        version: u8,
        all: Versions,
    ) -> Result<ClassSet, String> {
        let mut set = ClassSet::default();
        for name in row.list(attribute, version) {
            if name == "*" {
                let fits = |class: &super::Class| {
                    !class.is_abstract && class.versions.and(all) != Versions::default()
                };
                let fitting = self
                    .tables
                    .classes
                    .iter()
                    .enumerate()
                    .filter(|(_, class)| fits(class));
                fitting.for_each(|(index, _)| set.add(ClassId(index as u8)));
            } else {
                set.add(self.known_class(name, row)?);
            }
        }
        Ok(set)
    }

    /// The numbers of an attribute under each limit extension.
    fn by_limit(&self, row: &Row, attribute: &str, version: u8) -> Option<ByLimit> {
        row.get(attribute, version)?;
        let mut values = ByLimit::default();
        for (slot, limit) in values.iter_mut().zip(&self.tables.limits) {
            *slot = row.get_under(attribute, version, limit)?.parse().ok()?;
        }
        Some(values)
    }

    fn kind(&self, name: &str, row: &Row) -> Result<Kind, String> {
        Ok(match name {
            "string" => Kind::String,
            "langString" => Kind::LangString,
            "boolean" => Kind::Boolean,
            "integer" => Kind::Integer,
            "decimal" => Kind::Decimal,
            "duration" => Kind::Duration,
            "literal" => Kind::Literal,
            "identifier" => Kind::Identifier,
            class => Kind::Object(self.known_class(class, row)?),
        })
    }

    fn finish(self) -> Result<Metamodel, String> {
        self.check_names()?;
        let mut tables = self.tables;
        for class in &tables.classes {
            let Some(&number) = self.class_ids.get(class.name) else {
                continue;
            };
            tables.class_names.insert(class.name.to_owned(), number);
            for version in class.versions.iter() {
                tables
                    .class_names
                    .insert(format!("dtmi:dtdl:class:{};{version}", class.name), number);
            }
        }
        Ok(tables)
    }

    /// The names that the views speak of must all be in the tables.
    fn check_names(&self) -> Done {
        for (index, name) in names::class::ALL.iter().enumerate() {
            let class = self
                .tables
                .classes
                .get(index)
                .filter(|class| class.name == *name);
            class.ok_or_else(|| format!("class {name} is missing"))?;
        }
        for (index, name) in names::prop::ALL.iter().enumerate() {
            let stated = self.tables.classes.iter().any(|class| {
                class
                    .props
                    .iter()
                    .flatten()
                    .any(|prop| prop.id.index() == index)
            });
            if !stated {
                return Err(format!("property {name} is missing"));
            }
        }
        Ok(())
    }
}

/// The versions of the language that a row speaks of.
fn dtdl(versions: Versions) -> impl DoubleEndedIterator<Item = u8> {
    versions.iter().filter(|version| (2..=4).contains(version))
}

fn limit_id(tables: &Metamodel, name: &str) -> Option<LimitId> {
    tables
        .limits
        .iter()
        .position(|known| *known == name)
        .map(|index| LimitId(index as u8))
}
