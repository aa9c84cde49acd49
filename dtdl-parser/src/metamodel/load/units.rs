//! Semantic types, units and prefixes, in their four releases.

use super::super::names::prop;
use super::super::rows::{Row, Versions};
use super::super::tables::{
    Added, CoKind, CoTypeId, ContextId, Kind, StdElement, StdId, StdKey, StdValue, SuppPropId,
};
use super::extensions::Scope;
use super::{Done, Loader};

/// A release while its rows are read.
struct Release<'r> {
    row: &'r Row,
    /// 0 for DTDL v2, then the versions of the extension.
    number: u8,
    context: ContextId,
    /// The version of DTDL of its elements.
    dtdl: u8,
}

impl Release<'_> {
    fn identify(&self, template: &str, name: &str) -> String {
        self.row
            .all(template)
            .unwrap_or_default()
            .replace("{}", name)
    }

    /// Whether a row is part of the release.
    fn has(&self, row: &Row) -> bool {
        row.all("since").map_or(0, number) <= self.number
            && row.all("until").map_or(u8::MAX, number) >= self.number
    }

    fn adjunct(&self, name: &str) -> String {
        self.identify("type", name)
    }
}

fn number(release: &str) -> u8 {
    match release {
        "q1" => 1,
        "q2" => 2,
        "q3" => 3,
        _ => 0,
    }
}

impl Loader {
    /// Adds the classes of units and of prefixes that stand among the co-types of DTDL v2.
    pub(super) fn unit_classes(&mut self, scope: Scope<'_>, rows: &[Row]) -> Done {
        if scope.row.name != "standard" {
            return Ok(());
        }
        let kind = |row: &Row| match row.kind {
            "units" if row.all("since").is_none() => Some((CoKind::Unit, "Unit")),
            "prefixes" => Some((CoKind::UnitAttribute, "UnitAttribute")),
            _ => None,
        };
        for (row, (kind, class)) in rows.iter().filter_map(|row| Some((row, kind(row)?))) {
            let id = self.new_co_type(scope, row);
            let class = self.known_class(class, row)?;
            let mut has = Vec::new();
            if kind == CoKind::UnitAttribute {
                for (name, kind) in [("exponent", Kind::Integer), ("symbol", Kind::String)] {
                    let uri = format!("dtmi:dtdl:property:{name};2");
                    let id = self.supp_prop(uri.clone(), name);
                    self.entries
                        .push((Some(scope.context), name, uri, super::Meaning::Added(id)));
                    has.push(plain(id, kind));
                }
            }
            self.change(id, |co_type| {
                co_type.kind = kind;
                co_type.class = Some(class);
                co_type.has = has;
                co_type.versions = Versions::default();
                co_type.see = "units";
            });
        }
        Ok(())
    }

    pub(super) fn units(&mut self, rows: Vec<Row>) -> Done {
        for row in rows.iter().filter(|row| row.kind == "release") {
            let base = row
                .all("type")
                .unwrap_or_default()
                .replace("{}", "QuantitativeType");
            let Some(&base) = self.co_ids.get(&base) else {
                return Err(format!("line {}: no {base}", row.line));
            };
            let co_type = self.tables.co_type(base);
            let dtdl = co_type.versions.iter().next_back().unwrap_or(2);
            let release = Release {
                row,
                number: number(row.name),
                context: co_type.context,
                dtdl,
            };
            self.measures(&release, base, &rows)?;
            let mut group = None;
            for row in &rows {
                match row.kind {
                    "units" | "prefixes" => group = Some(row).filter(|row| release.has(row)),
                    "unit" | "prefix" => {
                        if let Some(group) = group.filter(|_| release.has(row)) {
                            self.unit(&release, group, row)?;
                        }
                    }
                    _ => {}
                }
                if let Some(group) = group.filter(|group| std::ptr::eq(*group, row)) {
                    self.group(&release, group)?;
                }
            }
        }
        Ok(())
    }

    /// The semantic types: like `QuantitativeType`, but with units of one kind.
    fn measures(&mut self, release: &Release<'_>, base: CoTypeId, rows: &[Row]) -> Done {
        let dtdl: Versions = [release.dtdl].into_iter().collect();
        for row in rows
            .iter()
            .filter(|row| row.kind == "measure" && release.has(row))
        {
            let scope = Scope {
                row: release.row,
                version: release.number,
                context: release.context,
                dtdl,
                core: release.dtdl,
            };
            let id = self.new_co_type(scope, row);
            let identifier = release.identify("type", row.name);
            self.rename(id, identifier);
            let base_row = self.tables.co_type(base);
            let (on, versions, see) = (base_row.on, base_row.versions, base_row.see);
            let unit = base_row.has.first().map(|added| (added.id, added.kind));
            let (unit, kind) =
                unit.ok_or_else(|| format!("line {}: nothing to measure in", row.line))?;
            let class = self
                .co_ids
                .get(&release.identify("type", row.what))
                .copied();
            let child_of = release
                .row
                .all("enum")
                .map(|_| release.identify("enum", row.what));
            let kind = class.map_or(kind, Kind::CoTyped);
            self.change(id, |co_type| {
                co_type.kind = CoKind::Semantic;
                co_type.parent = Some(base);
                co_type.on = on;
                co_type.versions = versions;
                co_type.see = see;
                co_type.has = vec![Added {
                    child_of,
                    ..plain(unit, kind)
                }];
            });
        }
        Ok(())
    }

    /// Gives a co-type its identifier, where the template of the extension row does not apply.
    fn rename(&mut self, id: CoTypeId, identifier: String) {
        self.co_ids.insert(identifier.clone(), id);
        if let Some(entry) = self
            .entries
            .iter_mut()
            .rev()
            .find(|(.., meaning)| *meaning == super::Meaning::CoType(id))
        {
            entry.2.clone_from(&identifier);
        }
        self.change(id, |co_type| co_type.id = identifier);
    }

    /// The Enum that holds the units, in the extension.
    fn group(&mut self, release: &Release<'_>, row: &Row) -> Done {
        if release.row.all("enum").is_none() {
            return Ok(());
        }
        let id = release.identify("enum", row.name);
        let class = self.known_class("Enum", row)?;
        let element = StdElement {
            id: id.clone(),
            term: row.name,
            class,
            version: release.dtdl,
            co_types: Vec::new(),
            parent: None,
            alias_of: None,
            slots: Vec::new(),
        };
        self.std_element(Some(release.context), element);
        if let Some((&number, also)) = self.std_ids.get(&id).zip(row.all("also")) {
            self.entries.push((
                Some(release.context),
                also,
                id.clone(),
                super::Meaning::Element(number),
            ));
        }
        if let Some(&number) = self.std_ids.get(&id) {
            self.add_slot(
                number,
                StdKey::Own(prop::VALUE_SCHEMA),
                StdValue::Elements(vec!["dtmi:dtdl:instance:Schema:string;2".into()]),
            );
        }
        Ok(())
    }

    fn unit(&mut self, release: &Release<'_>, group: &Row, row: &Row) -> Done {
        let id = release.identify(row.kind, row.name);
        let holder = release
            .row
            .all("enum")
            .map(|_| release.identify("enum", group.name));
        let class_name = match (&holder, row.kind) {
            (Some(_), _) => "EnumValue",
            (None, "unit") => "Unit",
            (None, _) => "UnitAttribute",
        };
        let class = self.known_class(class_name, row)?;
        let element = StdElement {
            id: id.clone(),
            term: row.name,
            class,
            version: release.dtdl,
            co_types: Vec::new(),
            parent: holder.clone(),
            alias_of: None,
            slots: Vec::new(),
        };
        self.std_element(Some(release.context), element);
        let Some(&number) = self.std_ids.get(&id) else {
            return Ok(());
        };
        let mut co_types = Vec::new();
        if holder.is_none() {
            co_types.push(release.identify("type", group.name));
        } else {
            co_types.push(release.adjunct(if row.kind == "unit" {
                "SymbolicUnit"
            } else {
                "UnitPrefix"
            }));
        }
        // A prefix, and everything in the extension, has a name; only in the extension a value too.
        if holder.is_some() || row.kind == "prefix" {
            self.add_slot(number, StdKey::Own(prop::NAME), StdValue::Text(row.name));
        }
        if let Some(holder) = holder
            .as_ref()
            .and_then(|holder| self.std_ids.get(holder))
            .copied()
        {
            self.add_slot(
                number,
                StdKey::Own(prop::ENUM_VALUE),
                StdValue::Text(row.name),
            );
            self.add_slot(
                holder,
                StdKey::Own(prop::ENUM_VALUES),
                StdValue::Elements(vec![id]),
            );
        }
        let symbol = row.get("symbol", release.number).unwrap_or(row.what);
        let own = if class_name == "Unit" {
            Some(StdKey::Own(self.prop_id("symbol")))
        } else {
            None
        };
        let key = match own {
            Some(key) => key,
            None => StdKey::Added(self.supp_prop(
                format!("dtmi:dtdl:property:symbol;{}", release.dtdl),
                "symbol",
            )),
        };
        self.add_slot(number, key, StdValue::Text(symbol));
        if let Some(exponent) = row.number("exponent", release.number) {
            let key = self.supp_prop(
                format!("dtmi:dtdl:property:exponent;{}", release.dtdl),
                "exponent",
            );
            self.add_slot(number, StdKey::Added(key), StdValue::Int(exponent));
        }
        for kind in ["decimal", "binary"] {
            if let Some(base) = row.get(kind, release.number) {
                co_types.push(release.adjunct(if kind == "decimal" {
                    "DecimalUnit"
                } else {
                    "BinaryUnit"
                }));
                self.related(release, number, "baseUnit", "unit", base)?;
            }
        }
        if let Some(prefix) = row.get("prefix", release.number) {
            self.related(release, number, "prefix", "prefix", prefix)?;
        }
        if let Some((top, bottom)) = row
            .get("ratio", release.number)
            .and_then(|ratio| ratio.split_once('/'))
        {
            co_types.push(release.adjunct("RatioUnit"));
            self.related(release, number, "topUnit", "unit", top)?;
            self.related(release, number, "bottomUnit", "unit", bottom)?;
        }
        let co_types = co_types
            .iter()
            .filter_map(|id| self.co_ids.get(id).copied())
            .collect();
        if let Some(element) = self.tables.elements.get_mut(number.index()) {
            element.co_types = co_types;
        }
        Ok(())
    }

    /// Says that a unit is built from another unit or a prefix.
    fn related(
        &mut self,
        release: &Release<'_>,
        unit: StdId,
        name: &'static str,
        template: &str,
        other: &str,
    ) -> Done {
        let id = if release.number == 0 {
            format!("dtmi:dtdl:property:{name};2")
        } else {
            release
                .identify("type", name)
                .replace(":class:", ":property:")
        };
        let key = StdKey::Added(
            *self
                .supp_ids
                .get(&id)
                .ok_or_else(|| format!("no added property {id}"))?,
        );
        self.add_slot(
            unit,
            key,
            StdValue::Elements(vec![release.identify(template, other)]),
        );
        Ok(())
    }
}

fn plain(id: SuppPropId, kind: Kind) -> Added {
    Added {
        id,
        kind,
        required: true,
        child_of: None,
        least: None,
        max_length: None,
        pattern: None,
        instance: None,
        unique: false,
    }
}
