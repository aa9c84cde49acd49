//! The model in the shape of the reference parser's JSON object model.
//!
//! Every property that the class has in any version stands there, with `null` or nothing in it when
//! the element does not say it; properties of the class begin with a small letter, all else with a
//! capital one.

use super::{Element, Model};
use crate::dump::Writer;
use crate::graph::{Edge, Key, Value};
use crate::metamodel::{Kind, Metamodel, Prop, SuppPropId};

pub(super) fn write(model: &Model) -> String {
    let mut writer = Writer::default();
    writer.object(|writer| {
        for element in model.elements() {
            writer
                .name(element.id())
                .object(|writer| self::element(element, writer));
        }
    });
    writer.finish()
}

fn element(element: Element<'_>, writer: &mut Writer) {
    let metamodel = Metamodel::get();
    let raw = element.raw();
    let strings = &element.model.graph.strings;
    writer.name("SupplementalTypes").array(|writer| {
        element
            .supplemental_types()
            .for_each(|id| writer.string(id))
    });
    writer.name("SupplementalProperties").object(|writer| {
        for slot in &raw.slots {
            if let Key::Added(id) = slot.key {
                added(
                    element,
                    id,
                    &slot.value,
                    writer.name(&metamodel.supp_prop(id).id),
                );
            }
        }
    });
    writer.name("UndefinedTypes").array(|writer| {
        element
            .undefined_types()
            .for_each(|name| writer.string(name))
    });
    writer.name("UndefinedProperties").object(|writer| {
        element
            .undefined_properties()
            .for_each(|(name, json)| writer.name(name).raw(json));
    });
    writer.name("Id").string(element.id());
    writer
        .name("ChildOf")
        .optional(raw.parent.map(|id| strings.name(id)));
    writer
        .name("DefinedIn")
        .optional(raw.defined_in.map(|id| strings.name(id)));
    writer.name("EntityKind").string(element.class());
    writer.name("ClassId").string(&format!(
        "dtmi:dtdl:class:{};{}",
        element.class(),
        element.language_version()
    ));
    let class = metamodel.class(raw.class);
    let mut seen = Vec::new();
    // Properties that only another version has are there too, without a value.
    let versions = std::iter::once(raw.version).chain(class.versions.iter());
    for prop in versions.flat_map(|version| class.props(version)) {
        if !seen.contains(&prop.id) {
            seen.push(prop.id);
            property(element, prop, writer);
        }
    }
}

fn property(element: Element<'_>, prop: &Prop, writer: &mut Writer) {
    let raw = element.raw();
    if prop.derived {
        writer.name(prop.name).display(raw.version);
        return;
    }
    if let Some(reverse) = prop.reverse {
        let below = element
            .as_interface()
            .into_iter()
            .flat_map(super::Interface::extended_by);
        writer
            .name(reverse)
            .array(|writer| below.for_each(|it| writer.string(it.id())));
    }
    // An optional property with an empty array is as good as absent.
    let found = raw
        .value(prop.id)
        .filter(|found| !matches!(found, Value::Broken));
    match (found, prop.kind) {
        // Contents come in from elsewhere too, and are listed once more by kind.
        _ if prop.key.is_some() => keyed(element, prop, writer),
        (Some(Value::Edges(edges)), _) if prop.plural => {
            let mut seen: Vec<&Edge> = Vec::new();
            writer.name(prop.name).array(|writer| {
                for edge in edges {
                    if !seen.iter().any(|known| known.target == edge.target) {
                        seen.push(edge);
                        writer.string(element.model.graph.strings.name(edge.target));
                    }
                }
            });
        }
        (Some(found), _) => value(element, found, writer.name(prop.name)),
        (None, Kind::LangString) => writer.name(prop.name).object(|_| {}),
        (None, Kind::Boolean) => writer.name(prop.name).raw("false"),
        (None, Kind::Object(_)) if prop.plural => writer.name(prop.name).array(|_| {}),
        (None, _) => writer.name(prop.name).raw("null"),
    }
}

/// A property whose values are found by name, and the same values by their classes.
fn keyed(element: Element<'_>, prop: &Prop, writer: &mut Writer) {
    let contents: Vec<_> = element
        .as_interface()
        .into_iter()
        .flat_map(super::Interface::contents)
        .map(super::Content::element)
        .collect();
    let mut list = |name: &str, class: Option<crate::metamodel::ClassId>| {
        writer.name(name).object(|writer| {
            for content in contents
                .iter()
                .filter(|it| class.is_none_or(|class| it.class_id() == class))
            {
                writer
                    .name(content.name().unwrap_or_default())
                    .string(content.id());
            }
        });
    };
    list(prop.name, None);
    for (name, class) in &prop.breakout {
        list(name, Some(*class));
    }
}

/// A property that a co-type adds: durations are written as the reference writes a span of time.
fn added(element: Element<'_>, id: SuppPropId, value: &Value, writer: &mut Writer) {
    let metamodel = Metamodel::get();
    let mut rows = element
        .raw()
        .co_types
        .iter()
        .flat_map(|&it| &metamodel.co_type(it).has);
    let kind = rows.find(|added| added.id == id).map(|added| added.kind);
    match (kind, value) {
        (Some(Kind::Duration), Value::Text(text)) => {
            writer.string(&time_span(element.model.graph.strings.get(*text)));
        }
        _ => self::value(element, value, writer),
    }
}

/// An ISO 8601 duration as days, hours, minutes and seconds, a year being 365 days and a month 30:
/// `PT15S` is `00:00:15`.
fn time_span(duration: &str) -> String {
    let mut seconds = 0.0;
    let mut number = String::new();
    let mut in_time = false;
    for letter in duration.chars() {
        let unit = match letter {
            'T' => {
                in_time = true;
                continue;
            }
            'Y' => 365.0 * 86_400.0,
            'M' if in_time => 60.0,
            'M' => 30.0 * 86_400.0,
            'W' => 7.0 * 86_400.0,
            'D' => 86_400.0,
            'H' => 3_600.0,
            'S' => 1.0,
            digit => {
                number.push(digit);
                continue;
            }
        };
        seconds += number.trim_start_matches('P').parse::<f64>().unwrap_or(0.0) * unit;
        number.clear();
    }
    let whole = seconds.trunc() as u64;
    let (days, rest) = (whole / 86_400, whole % 86_400);
    let mut text = if days > 0 {
        format!("{days}.")
    } else {
        String::new()
    };
    text.push_str(&format!(
        "{:02}:{:02}:{:02}",
        rest / 3_600,
        rest / 60 % 60,
        rest % 60
    ));
    let ticks = ((seconds - seconds.trunc()) * 1e7).round() as u64;
    if ticks > 0 {
        text.push_str(&format!(".{ticks:07}"));
    }
    text
}

fn value(element: Element<'_>, value: &Value, writer: &mut Writer) {
    let strings = &element.model.graph.strings;
    match value {
        Value::Bool(truth) => writer.display(truth),
        Value::Int(number) => writer.display(number),
        Value::Number(text) | Value::Json(text) => writer.raw(strings.get(*text)),
        Value::Text(text) => writer.string(strings.get(*text)),
        Value::Lang(texts) => writer.object(|writer| {
            texts.iter().for_each(|text| {
                writer
                    .name(strings.get(text.lang))
                    .string(strings.get(text.text))
            });
        }),
        Value::Edges(edges) => writer.optional(edges.first().map(|edge| strings.name(edge.target))),
        Value::Broken => writer.raw("null"),
    }
}

#[cfg(test)]
mod tests {
    use super::time_span;

    #[test]
    fn durations_are_spans_of_time() {
        assert_eq!(time_span("PT15S"), "00:00:15");
        assert_eq!(time_span("P1DT2H3M"), "1.02:03:00");
        assert_eq!(time_span("PT1M0.5S"), "00:01:00.5000000");
    }
}
