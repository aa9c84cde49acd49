//! Semantic types, units and prefixes, in their four releases.

use super::super::names::prop;
use super::super::rows::{Row, Versions};
use super::super::tables::{
    Added, ClassId, CoKind, CoTypeId, ContextId, Kind, StdElement, StdId, StdKey, StdValue,
    SuppPropId,
};
use super::extensions::Scope;
use super::{Done, Loader};
use hashbrown::HashMap;

/// How something is identified: the name stands between two texts.
#[derive(Clone, Copy, Default)]
struct Template(&'static str, &'static str);

impl Template {
    fn of(row: &Row, name: &str) -> Self {
        let text = row.all(name).unwrap_or_default();
        text.split_once("{}")
            .map_or(Self::default(), |(before, after)| Self(before, after))
    }

    fn with(self, name: &str) -> String {
        [self.0, name, self.1].concat()
    }
}

/// A release while its rows are read.
struct Release<'r> {
    row: &'r Row,
    /// 0 for DTDL v2, then the versions of the extension.
    number: u8,
    context: ContextId,
    /// The version of DTDL of its elements.
    dtdl: u8,
    co_type: Template,
    /// How Enums are identified, where units are values of Enums.
    holder: Option<Template>,
    unit: Template,
    prefix: Template,
    /// The classes of units and of prefixes.
    classes: (ClassId, ClassId),
    /// The added properties that units have, by term.
    props: HashMap<&'static str, SuppPropId>,
    /// The co-types that units have, by term.
    co_types: HashMap<&'static str, CoTypeId>,
    /// The units and prefixes, by name.
    elements: HashMap<&'static str, StdId>,
}

impl Release<'_> {
    /// Whether a row is part of the release.
    fn has(&self, row: &Row) -> bool {
        row.all("since").map_or(0, number) <= self.number
            && row.all("until").map_or(u8::MAX, number) >= self.number
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
                    let id = self.supp_prop(
                        Some(scope.context),
                        format!("dtmi:dtdl:property:{name};2"),
                        name,
                    );
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

    pub(super) fn units(&mut self, rows: &[Row]) -> Done {
        for row in rows.iter().filter(|row| row.kind == "release") {
            let co_type = Template::of(row, "type");
            let base = co_type.with("QuantitativeType");
            let base = self
                .co_type_with_id(&base)
                .ok_or_else(|| format!("line {}: no {base}", row.line))?;
            let mut release = self.release(row, co_type, base)?;
            self.measures(&release, base, rows)?;
            self.make_units(&mut release, rows)?;
            self.build_units(&release, rows)?;
        }
        Ok(())
    }

    fn release<'r>(
        &mut self,
        row: &'r Row,
        co_type: Template,
        base: CoTypeId,
    ) -> Result<Release<'r>, String> {
        let base = self.tables.co_type(base);
        let (context, dtdl) = (base.context, base.versions.iter().next_back().unwrap_or(2));
        let holder = row.all("enum").map(|_| Template::of(row, "enum"));
        let classes = match holder {
            Some(_) => ("EnumValue", "EnumValue"),
            None => ("Unit", "UnitAttribute"),
        };
        let mut release = Release {
            row,
            number: number(row.name),
            context,
            dtdl,
            co_type,
            holder,
            unit: Template::of(row, "unit"),
            prefix: Template::of(row, "prefix"),
            classes: (
                self.known_class(classes.0, row)?,
                self.known_class(classes.1, row)?,
            ),
            props: HashMap::new(),
            co_types: HashMap::new(),
            elements: HashMap::new(),
        };
        for (index, co_type) in self
            .tables
            .co_types
            .iter()
            .enumerate()
            .filter(|(_, co_type)| co_type.context == context)
        {
            release
                .co_types
                .insert(co_type.term, CoTypeId(index as u16));
            let props = co_type.has.iter().map(|added| added.id);
            release
                .props
                .extend(props.map(|id| (self.tables.supp_prop(id).term, id)));
        }
        Ok(release)
    }

    /// The semantic types: like `QuantitativeType`, but with units of one kind.
    fn measures(&mut self, release: &Release<'_>, base: CoTypeId, rows: &[Row]) -> Done {
        for row in rows
            .iter()
            .filter(|row| row.kind == "measure" && release.has(row))
        {
            let id = self.add_co_type(release.context, row.name, release.co_type.with(row.name));
            let base_row = self.tables.co_type(base);
            let (on, versions, see) = (base_row.on, base_row.versions, base_row.see);
            let unit = base_row.has.first().map(|added| (added.id, added.kind));
            let (unit, kind) =
                unit.ok_or_else(|| format!("line {}: nothing to measure in", row.line))?;
            let class = release.co_types.get(row.what).copied();
            let kind = class
                .filter(|_| release.holder.is_none())
                .map_or(kind, Kind::CoTyped);
            let child_of = release.holder.map(|holder| holder.with(row.what));
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

    /// Makes the elements, without properties that speak of other ones.
    fn make_units(&mut self, release: &mut Release<'_>, rows: &[Row]) -> Done {
        let mut group: Option<(&Row, Option<StdId>)> = None;
        for row in rows {
            match row.kind {
                "units" | "prefixes" if release.has(row) => {
                    group = Some((row, self.holder(release, row)?))
                }
                "units" | "prefixes" => group = None,
                "unit" | "prefix" => {
                    if let Some((group, holder)) = group.filter(|_| release.has(row)) {
                        self.make_unit(release, group, holder, row);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The Enum that holds the units, in the extension.
    fn holder(&mut self, release: &Release<'_>, row: &Row) -> Result<Option<StdId>, String> {
        let Some(template) = release.holder else {
            return Ok(None);
        };
        let id = template.with(row.name);
        let class = self.known_class("Enum", row)?;
        let number = self.std_element(
            Some(release.context),
            element(id.clone(), row.name, class, release.dtdl),
        );
        if let Some(also) = row.all("also") {
            self.tables.ids.add(
                Some(release.context),
                also,
                id,
                super::Meaning::Element(number),
            );
        }
        let string = self
            .tables
            .element_with_id("dtmi:dtdl:instance:Schema:string;2");
        let string = string.ok_or_else(|| format!("line {}: there are no strings", row.line))?;
        self.add_slot(
            number,
            StdKey::Own(prop::VALUE_SCHEMA),
            StdValue::Elements(vec![string]),
        );
        Ok(Some(number))
    }

    fn make_unit(
        &mut self,
        release: &mut Release<'_>,
        group: &Row,
        holder: Option<StdId>,
        row: &Row,
    ) {
        let is_unit = row.kind == "unit";
        let (template, class) = if is_unit {
            (release.unit, release.classes.0)
        } else {
            (release.prefix, release.classes.1)
        };
        let mut made = element(template.with(row.name), row.name, class, release.dtdl);
        made.parent = holder;
        let types = match (holder, is_unit) {
            (None, _) => group.name,
            (Some(_), true) => "SymbolicUnit",
            (Some(_), false) => "UnitPrefix",
        };
        made.co_types.extend(release.co_types.get(types));
        // A prefix, and everything in the extension, has a name; only in the extension a value too.
        if holder.is_some() || !is_unit {
            made.slots
                .push((StdKey::Own(prop::NAME), StdValue::Text(row.name)));
        }
        if holder.is_some() {
            made.slots
                .push((StdKey::Own(prop::ENUM_VALUE), StdValue::Text(row.name)));
        }
        let symbol = row.get("symbol", release.number).unwrap_or(row.what);
        let own = holder.is_none() && is_unit;
        let key = if own {
            Some(StdKey::Own(self.prop_id("symbol")))
        } else {
            release.props.get("symbol").map(|id| StdKey::Added(*id))
        };
        made.slots
            .extend(key.map(|key| (key, StdValue::Text(symbol))));
        let exponent = row
            .number("exponent", release.number)
            .zip(release.props.get("exponent"));
        made.slots
            .extend(exponent.map(|(exponent, key)| (StdKey::Added(*key), StdValue::Int(exponent))));
        let number = self.std_element(Some(release.context), made);
        release.elements.insert(row.name, number);
        if let Some(holder) = holder {
            self.add_slot(
                holder,
                StdKey::Own(prop::ENUM_VALUES),
                StdValue::Elements(vec![number]),
            );
        }
    }

    /// Says how units are built from other units and from prefixes.
    fn build_units(&mut self, release: &Release<'_>, rows: &[Row]) -> Done {
        for row in rows
            .iter()
            .filter(|row| row.kind == "unit" && release.has(row))
        {
            let Some(&unit) = release.elements.get(row.name) else {
                continue;
            };
            for (kind, co_type) in [("decimal", "DecimalUnit"), ("binary", "BinaryUnit")] {
                if let Some(base) = row.get(kind, release.number) {
                    self.built(release, unit, co_type);
                    self.related(release, unit, "baseUnit", base)?;
                }
            }
            if let Some(prefix) = row.get("prefix", release.number) {
                self.related(release, unit, "prefix", prefix)?;
            }
            if let Some((top, bottom)) = row
                .get("ratio", release.number)
                .and_then(|ratio| ratio.split_once('/'))
            {
                self.built(release, unit, "RatioUnit");
                self.related(release, unit, "topUnit", top)?;
                self.related(release, unit, "bottomUnit", bottom)?;
            }
        }
        Ok(())
    }

    fn built(&mut self, release: &Release<'_>, unit: StdId, co_type: &str) {
        let co_type = release.co_types.get(co_type).copied();
        self.change_element(unit, |element| element.co_types.extend(co_type));
    }

    fn related(&mut self, release: &Release<'_>, unit: StdId, name: &str, other: &str) -> Done {
        let missing = || {
            format!(
                "line {}: {name} {other} is not in the release",
                release.row.line
            )
        };
        let key = StdKey::Added(*release.props.get(name).ok_or_else(missing)?);
        let other = *release.elements.get(other).ok_or_else(missing)?;
        self.add_slot(unit, key, StdValue::Elements(vec![other]));
        Ok(())
    }
}

fn element(id: String, term: &'static str, class: ClassId, version: u8) -> StdElement {
    StdElement {
        id,
        term,
        class,
        version,
        co_types: Vec::new(),
        parent: None,
        alias_of: None,
        slots: Vec::new(),
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
