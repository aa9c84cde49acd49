//! Versions, classes, properties, controls, kinds of values.

use super::super::names;
use super::super::rows::{Row, Versions};
use super::super::tables::{
    ByLimit, Class, ClassId, ClassSet, Context, ContextId, Control, Kind, LimitId, Meaning, Prop,
    PropId, Tolerance, Unknown, ValueRule, Version, slot,
};
use super::{Done, Loader, dtdl, limit_id};

impl Loader {
    pub(super) fn classes(&mut self, rows: Vec<Row>) -> Done {
        self.tables.limits.push("");
        self.tables.limits.extend(
            rows.iter()
                .filter(|row| row.kind == "limit")
                .map(|row| row.name),
        );
        names::class::ALL.iter().for_each(|name| {
            self.class_id(name);
        });
        names::prop::ALL.iter().for_each(|name| {
            self.prop_id(name);
        });
        for row in rows.iter().filter(|row| row.kind == "pattern") {
            self.pattern_row(row)?;
        }
        rows.iter()
            .filter(|row| row.kind == "class")
            .for_each(|row| {
                self.class_id(row.name);
            });
        self.tables.classes = (0..self.class_ids.len()).map(|_| empty()).collect();
        self.versions(&rows)?;
        let mut see = "";
        let mut class = None;
        let mut concrete = Vec::new();
        for row in &rows {
            match row.kind {
                "see" => see = row.name,
                "class" => class = Some(self.class(row, see)?),
                "control" => self.control(row)?,
                "value" => self.value(row)?,
                "element" => break,
                _ if row.inner => match class {
                    // What it says of an inherited property waits until that is there.
                    Some(class) if row.name == "concrete" => concrete.push((class, row.kind)),
                    Some(class) => self.prop(class, row)?,
                    None => return Err(format!("line {}: a property of no class", row.line)),
                },
                "version" | "context" | "limit" | "pattern" | "length" | "unknown" | "term" => {}
                _ => return Err(format!("line {}: unknown kind {}", row.line, row.kind)),
            }
        }
        for row in rows.iter().filter(|row| row.kind == "length") {
            self.id_length(row);
        }
        self.inherit();
        for (class, name) in concrete {
            let props = self
                .tables
                .classes
                .get_mut(class.index())
                .into_iter()
                .flat_map(|class| class.props.iter_mut().flatten());
            props
                .filter(|prop| prop.name == name)
                .for_each(|prop| prop.is_abstract = false);
        }
        self.subclasses();
        self.class_terms(&rows);
        self.elements(rows.iter().skip_while(|row| row.kind != "element"), None)
    }

    fn versions(&mut self, rows: &[Row]) -> Done {
        let reserves: Vec<&str> = rows
            .iter()
            .filter(|row| row.kind == "context")
            .flat_map(|row| row.all("reserves").unwrap_or_default().split(','))
            .collect();
        for row in rows.iter().filter(|row| row.kind == "version") {
            let number: u8 = row
                .name
                .parse()
                .map_err(|_| format!("line {}: no version", row.line))?;
            let length = |name| {
                rows.iter().find(|row| {
                    row.kind == "length" && row.name == name && row.versions.has(number)
                })
            };
            let all = |row: &Row| self.lengths(row, number);
            let unknown = |name| {
                rows.iter()
                    .find(|row| row.kind == "unknown" && row.name == name)
                    .and_then(|row| tolerances(row, number))
            };
            let missing = || format!("line {}: version {number} is not described", row.line);
            let id_pattern = row.all("id").ok_or_else(missing)?;
            let version = Version {
                number,
                at: row.all("at").ok_or_else(missing)?,
                id_pattern: self
                    .tables
                    .patterns
                    .iter()
                    .position(|(name, _)| *name == id_pattern)
                    .ok_or_else(missing)?,
                open: row.has("open", number),
                strict: row.has("strict", number),
                limits: row.has("limits", number),
                define: length("define").and_then(all).ok_or_else(missing)?,
                refer: length("refer").and_then(all).ok_or_else(missing)?,
                partition: length("partition").and_then(all).map(|[plain, ..]| plain),
                unknown: [
                    unknown("term").ok_or_else(missing)?,
                    unknown("irrelevant").ok_or_else(missing)?,
                    unknown("nonDtmi").ok_or_else(missing)?,
                    unknown("badDtmi").ok_or_else(missing)?,
                ],
            };
            self.tables.contexts.push(Context {
                id: format!("dtmi:dtdl:context;{number}"),
                name: "dtmi:dtdl:context",
                version: number,
                core: true,
                reserves: reserves.clone(),
                implies: None,
                limit: None,
            });
            self.tables.versions.push(version);
        }
        for row in rows.iter().filter(|row| row.kind == "limit") {
            let (id, limit) = (
                row.all("by").unwrap_or_default(),
                limit_id(&self.tables, row.name),
            );
            let (name, version) = id.split_once(';').unwrap_or((id, ""));
            let (version, of) = (
                version.parse().unwrap_or(0),
                row.number("dtdl", 0).unwrap_or(0) as u8,
            );
            let limit = limit.map(|limit: LimitId| (limit, of));
            self.tables.contexts.push(Context {
                id: id.to_owned(),
                name,
                version,
                core: false,
                reserves: Vec::new(),
                implies: None,
                limit,
            });
        }
        Ok(())
    }

    /// The lengths that a `length` row states: a plain one, and others under limit extensions.
    fn lengths(&self, row: &Row, version: u8) -> Option<ByLimit> {
        let plain = row.what.parse().ok()?;
        let mut values: ByLimit = [plain; 3];
        for (value, limit) in values.iter_mut().zip(&self.tables.limits) {
            if let Some(stated) = row.get_under("", version, limit) {
                *value = stated.parse().ok()?;
            }
        }
        Some(values)
    }

    /// A `length` row about a class states how long the identifiers of its elements may be.
    fn id_length(&mut self, row: &Row) {
        let Some(&class) = self.class_ids.get(row.name) else {
            return;
        };
        let lengths = [2, 3, 4].map(|version| self.lengths(row, version));
        if let Some(class) = self.tables.classes.get_mut(class.index()) {
            class.id_length = lengths;
        }
    }

    fn class(&mut self, row: &Row, see: &'static str) -> Result<ClassId, String> {
        let id = self.class_id(row.name);
        let parent = match row.what {
            "" => None,
            name => Some(self.known_class(name, row)?),
        };
        let flag = |name| row.all(name).is_some();
        let versions: Versions = dtdl(row.versions).collect();
        let until = row.all("until").map_or(versions, Versions::read);
        let untyped = match row.all("untyped") {
            None => Versions::default(),
            Some("") => versions,
            Some(only) => Versions::read(only),
        };
        let class = Class {
            name: row.name,
            parent,
            see,
            versions,
            is_abstract: flag("abstract"),
            covert: flag("covert"),
            partition: flag("partition"),
            needs_id: flag("id"),
            open: flag("open"),
            untyped,
            id_length: Default::default(),
            props: Default::default(),
            // For now: the versions in which it has elements; `subclasses` makes the sets.
            concrete: [2, 3, 4].map(|version| {
                if until.has(version) {
                    ClassSet(1 << id.0)
                } else {
                    ClassSet::default()
                }
            }),
            instantiable: [ClassSet(u64::from(flag("closed"))); 3],
            value: None,
        };
        if let Some(slot) = self.tables.classes.get_mut(id.index()) {
            *slot = class;
        }
        Ok(id)
    }

    fn prop(&mut self, class: ClassId, row: &Row) -> Done {
        let id = self.prop_id(row.kind);
        let versions = self.tables.class(class).versions.and(row.versions);
        for version in dtdl(versions) {
            let prop = self.own_prop(class, id, row, version)?;
            if let Some(slot) = self
                .tables
                .classes
                .get_mut(class.index())
                .and_then(|class| class.props.get_mut(slot(version)))
            {
                slot.push(prop);
            }
        }
        Ok(())
    }

    fn own_prop(
        &mut self,
        from: ClassId,
        id: PropId,
        row: &Row,
        version: u8,
    ) -> Result<Prop, String> {
        let flag = |name| row.has(name, version);
        let kind = self.kind(row.get("class", version).unwrap_or(row.name), row)?;
        let required = flag("required");
        let refers = match (row.get("refers", version), kind) {
            (Some(list), _) => list
                .split(',')
                .filter_map(|number| number.parse().ok())
                .collect(),
            (None, Kind::Object(_)) => vec![version],
            (None, _) => Vec::new(),
        };
        let pattern = row
            .get("pattern", version)
            .map(|name| self.pattern(name, row))
            .transpose()?;
        let unique = row
            .list("unique", version)
            .map(|name| self.prop_id(name))
            .collect();
        let pair = |text: &'static str| {
            text.split_once(':')
                .and_then(|(name, class)| Some((name, *self.class_ids.get(class)?)))
        };
        let breakout = row.list("breakout", version).filter_map(pair).collect();
        let derived = flag("only");
        Ok(Prop {
            id,
            name: row.kind,
            uri: format!("dtmi:dtdl:property:{};{version}", row.kind),
            from,
            kind,
            plural: flag("plural"),
            required,
            is_abstract: flag("abstract"),
            deprecated: flag("deprecated"),
            hidden: flag("hidden"),
            derived,
            // Both follow from the class; `subclasses` fills them in.
            needs_id: kind == Kind::Identifier,
            needs_type: true,
            refers,
            least_count: match row.number("least", version).filter(|_| flag("plural")) {
                Some(count) => count as u32,
                None => u32::from(required && !derived),
            },
            most_count: row.number("count", version).map(|count| count as u32),
            max_length: self.by_limit(row, "max", version),
            pattern,
            least: row.number("least", version).filter(|_| !flag("plural")),
            most: row.number("most", version),
            segment: row.get("segment", version).map(|name| self.prop_id(name)),
            key: row.get("key", version).map(|name| self.prop_id(name)),
            unique,
            values: row.list("values", version).collect(),
            default_language: row.get("default", version).unwrap_or_default(),
            breakout,
            reverse: row.get("reverse", version),
            shadowed: flag("shadowed"),
        })
    }

    /// Gives every class what its ancestors have.
    fn inherit(&mut self) {
        let count = self.tables.classes.len();
        for index in 0..count {
            let id = ClassId(index as u8);
            for version in dtdl(self.tables.class(id).versions) {
                let mut props = self.tables.class(id).props(version).to_vec();
                let mut next = self.tables.class(id).parent;
                while let Some(parent) = next {
                    // An ancestor that was filled in before repeats what its own ancestors have.
                    for prop in self.tables.class(parent).props(version) {
                        if props.iter().all(|known| known.id != prop.id) {
                            props.push(prop.clone());
                        }
                    }
                    next = self.tables.class(parent).parent;
                }
                props.sort_by_key(|prop| prop.name);
                if let Some(slot) = self
                    .tables
                    .classes
                    .get_mut(index)
                    .and_then(|class| class.props.get_mut(slot(version)))
                {
                    *slot = props;
                }
            }
        }
    }

    /// Works out which classes pass for which, and what properties follow from their class.
    fn subclasses(&mut self) {
        let tables = &mut self.tables;
        let count = tables.classes.len();
        let closed: Vec<bool> = (0..count)
            .map(|index| is_closed(&tables.classes, ClassId(index as u8)))
            .collect();
        let mut concrete = vec![[ClassSet::default(); 3]; count];
        let mut instantiable = concrete.clone();
        for index in 0..count {
            let id = ClassId(index as u8);
            let class = tables.class(id);
            if class.is_abstract || class.covert {
                continue;
            }
            for version in dtdl(class.versions).filter(|&version| class.concrete(version).has(id)) {
                let mut next = Some(id);
                while let Some(ancestor) = next {
                    if let Some(set) = concrete
                        .get_mut(ancestor.index())
                        .and_then(|sets| sets.get_mut(slot(version)))
                    {
                        set.add(id);
                    }
                    let open = closed.get(index) == Some(&false);
                    if let Some(set) = instantiable
                        .get_mut(ancestor.index())
                        .and_then(|sets| sets.get_mut(slot(version)))
                        .filter(|_| open)
                    {
                        set.add(id);
                    }
                    next = tables.class(ancestor).parent;
                }
            }
        }
        for (class, (concrete, instantiable)) in tables
            .classes
            .iter_mut()
            .zip(concrete.into_iter().zip(instantiable))
        {
            class.concrete = concrete;
            class.instantiable = instantiable;
        }
        let facts: Vec<(bool, Versions)> = tables
            .classes
            .iter()
            .map(|class| (class.needs_id, class.untyped))
            .collect();
        for class in &mut tables.classes {
            for (props, version) in class.props.iter_mut().zip(2..) {
                for prop in props {
                    if let Kind::Object(of) = prop.kind
                        && let Some((needs_id, untyped)) = facts.get(of.index())
                    {
                        prop.needs_id = *needs_id;
                        prop.needs_type = !untyped.has(version);
                    }
                }
            }
        }
    }

    fn class_terms(&mut self, rows: &[Row]) {
        for (index, version) in [2_u8, 3, 4].into_iter().enumerate() {
            let context = Some(ContextId(index as u8));
            for (number, class) in self
                .tables
                .classes
                .iter()
                .enumerate()
                .filter(|(_, class)| class.versions.has(version))
            {
                let id = format!("dtmi:dtdl:class:{};{version}", class.name);
                self.tables.ids.add(
                    context,
                    class.name,
                    id,
                    Meaning::Class(ClassId(number as u8), version),
                );
                for prop in class
                    .props(version)
                    .iter()
                    .filter(|prop| prop.from.index() == number)
                {
                    self.tables.ids.add(
                        context,
                        prop.name,
                        prop.uri.clone(),
                        Meaning::Prop(prop.id, version),
                    );
                }
            }
            for row in rows
                .iter()
                .filter(|row| row.kind == "term" && row.versions.has(version))
            {
                let id = format!("{};{version}", row.what);
                self.tables.ids.add(context, row.name, id, Meaning::Other);
            }
        }
    }

    fn control(&mut self, row: &Row) -> Done {
        let class = self.known_class(row.name, row)?;
        for version in dtdl(row.versions) {
            let exclude = row
                .get("exclude", version)
                .map(|name| self.known_class(name, row))
                .transpose()?;
            let one = |name| {
                row.get(name, version)
                    .map(|prop| self.known_prop(prop, row))
                    .transpose()
            };
            let control = Control {
                class,
                version,
                narrow: row.has("narrow", version),
                cycles: row.has("self", version),
                through: row
                    .list("through", version)
                    .map(|name| self.known_prop(name, row))
                    .collect::<Result<_, _>>()?,
                depth: self.by_limit(row, "depth", version),
                count: self.by_limit(row, "count", version),
                exclude,
                datatype: one("datatype")?,
                imports: one("imports")?,
            };
            self.tables.controls.push(control);
        }
        Ok(())
    }

    fn value(&mut self, row: &Row) -> Done {
        let class = self.known_class(row.name, row)?;
        let one = |name| {
            row.all(name)
                .map(|prop| self.known_prop(prop, row))
                .transpose()
        };
        let mut rule = ValueRule {
            json: row.all("json").unwrap_or_default(),
            datatype: row.all("datatype").unwrap_or_default(),
            pattern: None,
            each: one("each")?,
            by: row
                .list("by", 4)
                .map(|name| self.known_prop(name, row))
                .collect::<Result<_, _>>()?,
            named: one("named")?,
            equals: one("equals")?,
            null: one("null")?,
            ours: row.all("ours").is_some(),
        };
        rule.pattern = row
            .all("pattern")
            .map(|text| self.pattern(text, row))
            .transpose()?;
        if let Some(class) = self.tables.classes.get_mut(class.index()) {
            class.value = Some(rule);
        }
        Ok(())
    }
}

fn is_closed(classes: &[Class], id: ClassId) -> bool {
    let mut next = Some(id);
    while let Some(class) = next.and_then(|id| classes.get(id.index())) {
        if class.instantiable.iter().any(|set| !set.is_empty()) {
            return true;
        }
        next = class.parent;
    }
    false
}

fn tolerances(row: &Row, version: u8) -> Option<Unknown> {
    let read = |name| match row.get(name, version)? {
        "valid" => Some(Tolerance::Valid),
        "tenable" => Some(Tolerance::Tenable),
        "invalid" => Some(Tolerance::Invalid),
        _ => None,
    };
    Some(Unknown {
        as_type: read("type")?,
        as_property: read("property")?,
    })
}

fn empty() -> Class {
    Class {
        name: "",
        parent: None,
        see: "",
        versions: Versions::default(),
        is_abstract: true,
        covert: true,
        partition: false,
        needs_id: false,
        open: false,
        untyped: Versions::default(),
        id_length: Default::default(),
        props: Default::default(),
        concrete: Default::default(),
        instantiable: Default::default(),
        value: None,
    }
}
