//! Standard elements.

use super::super::rows::{Row, Versions};
use super::super::tables::{ContextId, Kind, Meaning, StdElement, StdId, StdKey, StdValue};
use super::{Done, Loader, dtdl};

/// The extension whose elements are being read: its context and its only version.
pub(super) type Owner = Option<(ContextId, u8)>;

impl Loader {
    /// Reads `element` rows and the rows of their properties, until another kind of row comes.
    pub(super) fn elements<'r>(
        &mut self,
        rows: impl Iterator<Item = &'r Row> + Clone,
        owner: Owner,
    ) -> Done {
        // Elements may speak of ones further down, so all of them are made before their properties.
        for row in rows.clone().filter(|row| row.kind == "element") {
            self.make(row, owner)?;
        }
        let mut made: Vec<StdId> = Vec::new();
        for row in rows {
            match row.kind {
                "see" => {}
                "element" => {
                    made = self.of_row(row, owner);
                    self.parents(&made, row)?;
                }
                _ if row.inner => self.slot_row(&made, row)?,
                _ => break,
            }
        }
        Ok(())
    }

    fn versions_of(&self, row: &Row, owner: Owner) -> Result<Versions, String> {
        let class = self.known_class(row.what, row)?;
        let all = self.tables.class(class).versions.and(row.versions);
        Ok(match owner {
            Some((_, version)) => all.and(Versions::from_iter([version])),
            None => all,
        })
    }

    fn of_row(&self, row: &Row, owner: Owner) -> Vec<StdId> {
        let versions = self.versions_of(row, owner).unwrap_or_default();
        dtdl(versions)
            .filter_map(|version| {
                self.tables
                    .element_with_id(&format!("{};{version}", row.name))
            })
            .collect()
    }

    fn make(&mut self, row: &Row, owner: Owner) -> Done {
        let class = self.known_class(row.what, row)?;
        let mut before: Option<StdId> = None;
        for version in dtdl(self.versions_of(row, owner)?) {
            let context = owner.map_or(ContextId(version - 2), |(context, _)| context);
            let term = row.name.rsplit(':').next().unwrap_or_default();
            let alias_of = before.filter(|_| row.all("alias").is_some());
            let element = StdElement {
                id: format!("{};{version}", row.name),
                term,
                class,
                version,
                co_types: Vec::new(),
                parent: None,
                alias_of,
                slots: Vec::new(),
            };
            before = Some(self.std_element(row.all("term").map(|_| context), element));
        }
        Ok(())
    }

    /// Adds an element, with a term if a context is given.
    pub(super) fn std_element(&mut self, context: Option<ContextId>, element: StdElement) -> StdId {
        let number = StdId(self.tables.elements.len() as u16);
        // An element without a term is shown by its identifier.
        let term = if context.is_some() { element.term } else { "" };
        self.tables
            .ids
            .add(context, term, element.id.clone(), Meaning::Element(number));
        self.tables.elements.push(element);
        number
    }

    /// Changes an element.
    pub(super) fn change_element(&mut self, id: StdId, change: impl FnOnce(&mut StdElement)) {
        if let Some(element) = self.tables.elements.get_mut(id.index()) {
            change(element);
        }
    }

    fn parents(&mut self, made: &[StdId], row: &Row) -> Done {
        let Some(name) = row.all("in") else {
            return Ok(());
        };
        for &id in made {
            let parent = self.resolve(name, self.tables.element(id).version, row)?;
            self.change_element(id, |element| element.parent = Some(parent));
        }
        Ok(())
    }

    fn slot_row(&mut self, made: &[StdId], row: &Row) -> Done {
        let prop = self.known_prop(row.kind, row)?;
        for &id in made {
            let element = self.tables.element(id);
            let (class, version) = (element.class, element.version);
            let kind = self
                .tables
                .class(class)
                .prop(version, prop)
                .map(|prop| prop.kind);
            let kind =
                kind.ok_or_else(|| format!("line {}: the class has no {}", row.line, row.kind))?;
            let value = if kind.class().is_some() {
                StdValue::Elements(vec![self.resolve(row.name, version, row)?])
            } else if kind == Kind::Integer {
                let number = row.name.parse();
                StdValue::Int(number.map_err(|_| format!("line {}: no integer", row.line))?)
            } else {
                StdValue::Text(row.name)
            };
            self.add_slot(id, StdKey::Own(prop), value);
        }
        Ok(())
    }

    /// Adds a value to a property of a standard element.
    pub(super) fn add_slot(&mut self, id: StdId, key: StdKey, value: StdValue) {
        self.change_element(id, |element| {
            match (
                element.slots.iter_mut().find(|(known, _)| *known == key),
                value,
            ) {
                (Some((_, StdValue::Elements(have))), StdValue::Elements(more)) => {
                    have.extend(more)
                }
                (_, value) => element.slots.push((key, value)),
            }
        });
    }

    /// The element that a row speaks of in a version, aliases followed.
    fn resolve(&self, name: &str, version: u8, row: &Row) -> Result<StdId, String> {
        let id = if name.contains(':') {
            format!("{name};{version}")
        } else {
            format!("dtmi:dtdl:instance:Schema:{name};{version}")
        };
        let found = self.tables.element_with_id(&id);
        let target = std::iter::successors(found, |&id| self.tables.element(id).alias_of).last();
        target.ok_or_else(|| format!("line {}: no element {id}", row.line))
    }
}
