//! Extensions: their contexts, co-types, and what these ask for.

use super::super::rows::{Row, Versions};
use super::super::tables::{
    Added, Agreement, Below, CoKind, CoType, CoTypeId, Context, ContextId, Kind, Meaning, Need,
    SiblingRule, SuppPropId, TypeRef,
};
use super::{Done, Loader, dtdl};

/// One version of an extension while its rows are read.
#[derive(Clone, Copy)]
pub(super) struct Scope<'r> {
    /// The `extension` row.
    pub(super) row: &'r Row,
    /// Its version.
    pub(super) version: u8,
    /// Its context.
    pub(super) context: ContextId,
    /// The versions of DTDL that it may be used in.
    pub(super) dtdl: Versions,
    /// The version of DTDL whose properties it shares.
    pub(super) core: u8,
}

impl Scope<'_> {
    /// An identifier by one of the templates of the row.
    pub(super) fn identify(&self, template: &str, co_type: &str, prop: &str) -> String {
        let template = self.row.all(template).unwrap_or_default();
        template
            .replace("{v}", &self.version.to_string())
            .replace("{t}", co_type)
            .replace("{p}", prop)
    }

    fn core_prop(&self, name: &str) -> String {
        format!("dtmi:dtdl:property:{name};{}", self.core)
    }
}

impl Loader {
    pub(super) fn extensions(&mut self, rows: Vec<Row>, units: &[Row]) -> Done {
        for row in rows.iter().filter(|row| row.kind == "pattern") {
            self.pattern_row(row)?;
        }
        for (start, row) in rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.kind == "extension")
        {
            let body = rows.get(start + 1..).unwrap_or_default();
            let end = body
                .iter()
                .position(|row| row.kind == "extension")
                .unwrap_or(body.len());
            let body = body.get(..end).unwrap_or_default();
            for version in (1..=9).filter(|&version| row.has("dtdl", version)) {
                let dtdl: Versions = row
                    .list("dtdl", version)
                    .filter_map(|number| number.parse::<u8>().ok())
                    .collect();
                let core = dtdl.iter().next_back().unwrap_or(version);
                let scope = Scope {
                    row,
                    version,
                    context: self.context(row, version),
                    dtdl,
                    core,
                };
                self.extension(scope, body, units)?;
            }
        }
        Ok(())
    }

    /// The context of an extension version; that of the language itself is there already.
    fn context(&mut self, row: &Row, version: u8) -> ContextId {
        let template = row.all("context").unwrap_or_default();
        let id = template.replace("{v}", &version.to_string());
        if let Some(found) = self
            .tables
            .contexts
            .iter()
            .position(|context| context.id == id)
        {
            return ContextId(found as u8);
        }
        self.tables.contexts.push(Context {
            id,
            name: template.split(';').next().unwrap_or_default(),
            version,
            core: false,
            reserves: row.list("reserves", version).collect(),
            implies: row.number("implies", version).map(|version| version as u8),
            limit: None,
        });
        ContextId(self.tables.contexts.len() as u8 - 1)
    }

    fn extension(&mut self, scope: Scope<'_>, body: &[Row], units: &[Row]) -> Done {
        let mut see = "";
        let holds = |row: &Row| row.versions.has(scope.version);
        // Co-types may speak of ones further down, so all get their numbers first.
        for row in body
            .iter()
            .filter(|row| kind_of(row.kind).is_some() && holds(row))
        {
            self.new_co_type(scope, row);
        }
        if let Some(first) = body.iter().position(|row| row.kind == "element") {
            self.elements(
                body.iter().skip(first),
                Some((scope.context, scope.version)),
            )?;
        }
        // DTDL v2 has its units among its classes, and iotcentral speaks of them.
        self.unit_classes(scope, units)?;
        let mut current = None;
        for row in body {
            match row.kind {
                "see" => see = row.name,
                "pattern" => {}
                "element" => break,
                _ if kind_of(row.kind).is_some() => {
                    current = if holds(row) {
                        Some(self.co_type(scope, row, see)?)
                    } else {
                        None
                    }
                }
                // Without a co-type in this version, nothing is said about it either.
                _ if row.inner => {
                    if let Some(current) = current.filter(|_| holds(row)) {
                        self.co_type_part(scope, current, row)?;
                    }
                }
                _ => return Err(format!("line {}: unknown kind {}", row.line, row.kind)),
            }
        }
        Ok(())
    }

    /// Adds an empty row for a co-type that a row states.
    pub(super) fn new_co_type(&mut self, scope: Scope<'_>, row: &Row) -> CoTypeId {
        let number = self.add_co_type(
            scope.context,
            row.name,
            scope.identify("type", row.name, ""),
        );
        self.change(number, |co_type| co_type.versions = scope.dtdl);
        number
    }

    /// Adds an empty row for a co-type.
    pub(super) fn add_co_type(
        &mut self,
        context: ContextId,
        term: &'static str,
        id: String,
    ) -> CoTypeId {
        let number = CoTypeId(self.tables.co_types.len() as u16);
        self.tables
            .ids
            .add(Some(context), term, id.clone(), Meaning::CoType(number));
        self.tables.co_types.push(CoType {
            id,
            term,
            context,
            see: "",
            kind: CoKind::Adjunct,
            is_abstract: false,
            parent: None,
            class: None,
            on: Default::default(),
            versions: Versions::default(),
            with: Vec::new(),
            without: Vec::new(),
            instead: Vec::new(),
            has: Vec::new(),
            needs: Vec::new(),
            below: Vec::new(),
            siblings: Vec::new(),
            agrees: None,
        });
        number
    }

    /// Changes a co-type.
    pub(super) fn change(&mut self, id: CoTypeId, change: impl FnOnce(&mut CoType)) {
        if let Some(co_type) = self.tables.co_types.get_mut(id.index()) {
            change(co_type);
        }
    }

    fn co_type(
        &mut self,
        scope: Scope<'_>,
        row: &Row,
        see: &'static str,
    ) -> Result<CoTypeId, String> {
        let id = scope.identify("type", row.name, "");
        let number = self
            .co_type_with_id(&id)
            .ok_or_else(|| format!("line {}: no co-type {id}", row.line))?;
        let kind = kind_of(row.kind).unwrap_or(CoKind::Adjunct);
        let parent = match kind {
            CoKind::Semantic => Some("SemanticType"),
            CoKind::SemanticUnit => Some("SemanticUnit"),
            CoKind::Adjunct => Some("AdjunctType"),
            CoKind::Base | CoKind::Unit | CoKind::UnitAttribute => None,
        };
        let parent = parent
            .map(|name| self.co_type_id(&format!("dtmi:dtdl:class:{name};{}", scope.core), row))
            .transpose()?;
        let bears: Versions = row
            .list("bears", scope.version)
            .filter_map(|number| number.parse::<u8>().ok())
            .collect();
        let versions = if bears == Versions::default() {
            scope.dtdl
        } else {
            bears
        };
        let on = self.classes_in(row, "on", scope.version, versions)?;
        let others = |name| {
            row.list(name, scope.version)
                .map(|name| self.beside(scope, name))
                .collect::<Vec<_>>()
        };
        let (with, without, instead) = (others("with"), others("without"), others("instead"));
        let known = |ids: Vec<String>| {
            ids.iter()
                .map(|id| self.co_type_id(id, row))
                .collect::<Result<Vec<_>, _>>()
        };
        let (with, instead) = (known(with)?, known(instead)?);
        self.change(number, |co_type| {
            co_type.see = see;
            co_type.kind = kind;
            co_type.is_abstract = row.has("abstract", scope.version);
            co_type.parent = parent;
            co_type.on = on;
            co_type.versions = versions;
            co_type.with = with;
            co_type.without = without;
            co_type.instead = instead;
        });
        Ok(number)
    }

    fn co_type_id(&self, id: &str, row: &Row) -> Result<CoTypeId, String> {
        self.co_type_with_id(id)
            .ok_or_else(|| format!("line {}: no co-type {id}", row.line))
    }

    /// The identifier of a co-type that a row names: of the same extension, of the same version of
    /// another (`annotation:ValueAnnotation`), or of a stated version (`requirement;1:Required`).
    fn beside(&self, scope: Scope<'_>, name: &str) -> String {
        match name.split_once(':') {
            None => scope.identify("type", name, ""),
            Some((extension, name)) => {
                let version = scope.version.to_string();
                let (extension, version) =
                    extension.split_once(';').unwrap_or((extension, &version));
                format!("dtmi:dtdl:extension:{extension}:v{version}:{name}")
            }
        }
    }

    fn co_type_part(&mut self, scope: Scope<'_>, current: CoTypeId, row: &Row) -> Done {
        match row.kind {
            "has" => {
                let added = self.added(scope, current, row)?;
                self.change(current, |co_type| co_type.has.push(added));
            }
            "needs" => {
                let need = self.need(scope, row)?;
                self.change(current, |co_type| co_type.needs.push(need));
            }
            "below" => {
                let types = row
                    .list("in", scope.version)
                    .map(|name| self.co_type_id(&self.beside(scope, name), row));
                let types = types.collect::<Result<_, _>>()?;
                let beside = row
                    .all("beside")
                    .map(|name| self.co_type_id(&self.beside(scope, name), row))
                    .transpose()?;
                let below = Below {
                    prop: self.known_prop(row.name, row)?,
                    types,
                    alone: row.all("alone").is_some(),
                    beside,
                };
                self.change(current, |co_type| co_type.below.push(below));
            }
            "sibling" => {
                let types = row
                    .list("in", scope.version)
                    .map(|name| self.known_class(name, row))
                    .collect::<Result<_, _>>()?;
                let not = row
                    .all("not")
                    .map(|name| self.co_type_id(&self.beside(scope, name), row))
                    .transpose()?;
                let path = row
                    .all("path")
                    .map(|name| self.added_named(scope, current, name, row))
                    .transpose()?;
                let by = self.added_named(scope, current, row.name, row)?;
                let rule = SiblingRule {
                    by,
                    types,
                    not,
                    path,
                    once: row.all("once").is_some(),
                };
                self.change(current, |co_type| co_type.siblings.push(rule));
            }
            "agrees" => {
                let word = row.names().next().unwrap_or_default();
                let by = self.added_named(scope, current, word, row)?;
                let path =
                    self.added_named(scope, current, row.all("path").unwrap_or_default(), row)?;
                let agreement = Agreement {
                    prop: self.known_prop(row.name, row)?,
                    by,
                    path,
                };
                self.change(current, |co_type| co_type.agrees = Some(agreement));
            }
            _ => return Err(format!("line {}: unknown kind {}", row.line, row.kind)),
        }
        Ok(())
    }

    /// The number of an added property that a row names: of this co-type, or `extension:name` for one
    /// that another extension of the same version adds.
    fn added_named(
        &self,
        scope: Scope<'_>,
        current: CoTypeId,
        name: &str,
        row: &Row,
    ) -> Result<SuppPropId, String> {
        let found = match name.split_once(':') {
            None => self
                .tables
                .co_type(current)
                .has
                .iter()
                .map(|added| added.id)
                .find(|&id| self.tables.supp_prop(id).term == name),
            Some((extension, name)) => {
                let start = format!("dtmi:dtdl:extension:{extension}:v{}:", scope.version);
                let fits =
                    |id: &String| id.starts_with(&start) && id.ends_with(&format!(":{name}"));
                self.tables
                    .supp_props
                    .iter()
                    .position(|prop| fits(&prop.id))
                    .map(|index| SuppPropId(index as u16))
            }
        };
        found.ok_or_else(|| format!("line {}: no added property {name}", row.line))
    }

    fn added(&mut self, scope: Scope<'_>, current: CoTypeId, row: &Row) -> Result<Added, String> {
        let owner = self.tables.co_type(current).term;
        let core = row.all("core").is_some();
        let id = if core {
            scope.core_prop(row.name)
        } else {
            scope.identify("property", owner, row.name)
        };
        let context = if core {
            ContextId(scope.core - 2)
        } else {
            scope.context
        };
        let id = self.supp_prop(Some(context), id, row.name);
        let kind = match self.co_type_with_id(&format!("dtmi:standard:class:{};2", row.what)) {
            Some(unit) => Kind::CoTyped(unit),
            None => self.kind(row.what, row)?,
        };
        Ok(Added {
            id,
            kind,
            required: row.all("required").is_some(),
            child_of: None,
            least: row.number("least", scope.version),
            max_length: row.number("max", scope.version).map(|length| length as u32),
            pattern: row
                .all("pattern")
                .map(|name| self.pattern(name, row))
                .transpose()?,
            instance: row
                .all("instance")
                .map(|name| self.known_prop(name, row))
                .transpose()?,
            unique: row.all("unique").is_some(),
        })
    }

    fn need(&self, scope: Scope<'_>, row: &Row) -> Result<Need, String> {
        let mut class_versions = scope.dtdl;
        let mut types = Vec::new();
        for name in row.list("in", scope.version) {
            // `+2` says that elements of version 2 are meant too.
            let (name, more) = name.split_once('+').unwrap_or((name, ""));
            class_versions = dtdl(class_versions)
                .chain(Versions::read(more).iter())
                .collect();
            types.push(match self.co_type_with_id(&self.beside(scope, name)) {
                Some(co_type) => TypeRef::CoType(co_type),
                None => TypeRef::Class(self.known_class(name, row)?),
            });
        }
        let mut values = Vec::new();
        for term in row.list("be", scope.version) {
            let contexts = [scope.context, ContextId(scope.core - 2)];
            let found = contexts
                .into_iter()
                .find_map(|context| self.tables.term(context, term));
            let missing = || format!("line {}: no element {term}", row.line);
            values.push(found.ok_or_else(missing)?.to_owned());
        }
        Ok(Need {
            prop: self.known_prop(row.name, row)?,
            types,
            class_versions,
            values,
        })
    }
}

fn kind_of(word: &str) -> Option<CoKind> {
    Some(match word {
        "base" => CoKind::Base,
        "adjunct" => CoKind::Adjunct,
        "semantic" => CoKind::Semantic,
        "semanticunit" => CoKind::SemanticUnit,
        _ => return None,
    })
}
