//! Words for an element, made from its id.

use crate::metamodel::Metamodel;

/// A description of the element with this id, to stand inside a sentence.
///
/// An id that an author wrote stands for itself. An id that was generated for an element without one
/// is taken apart: its labels name the way from the nearest element with an id of its own, a property
/// (`_contents`) and perhaps a name (`__speed`) at a time. What the language defines is described by
/// its term.
///
/// ```
/// use dtdl_parser::diagnostics::describe;
///
/// let words = |id| describe(Some(id), "this element");
/// assert_eq!(words("dtmi:x:a;1"), "`dtmi:x:a;1`");
/// assert_eq!(words("dtmi:x:a:_contents:__t;1"), "`t` in `dtmi:x:a;1`");
/// assert_eq!(words("dtmi:x:a:_contents:__t:_schema;1"), "the schema of `t` in `dtmi:x:a;1`");
/// assert_eq!(
///     words("dtmi:x:a:_contents:__t:_schema:_fields:__f;1"),
///     "the field `f` of the schema of `t` in `dtmi:x:a;1`",
/// );
/// ```
#[must_use]
pub fn describe(id: Option<&str>, otherwise: &str) -> String {
    let Some(id) = id else {
        return otherwise.to_owned();
    };
    if let Some(term) = Metamodel::get().known_term(id) {
        return format!("`{term}`");
    }
    if id.starts_with("_:") {
        return otherwise.to_owned();
    }
    // Not by the grammar: a generated label holds the name as written, which may be what is wrong.
    let (path, version) = id.split_at(id.rfind(';').unwrap_or(id.len()));
    let labels: Vec<&str> = path.split(':').collect();
    let own = labels
        .iter()
        .position(|label| label.starts_with('_'))
        .unwrap_or(labels.len());
    let (base, generated) = labels.split_at(own);
    if base.len() < 2 || generated.is_empty() {
        return format!("`{id}`");
    }
    let mut steps: Vec<(&str, Option<&str>)> = Vec::new();
    for label in generated {
        match label.strip_prefix("__") {
            Some(name) => match steps.last_mut() {
                Some((_, key @ None)) => *key = Some(name),
                _ => steps.push(("", Some(name))),
            },
            None => steps.push((label.trim_start_matches('_'), None)),
        }
    }
    let mut words = String::new();
    for (index, (property, name)) in steps.iter().enumerate().rev() {
        let first = index == 0;
        match name {
            // Contents are what an interface consists of: the name says enough.
            Some(name) if first && *property == "contents" => {
                words.push_str(&format!("`{name}` in "));
            }
            Some(name) => words.push_str(&format!("{} `{name}` of ", singular(property))),
            None => words.push_str(&format!("the {} of ", singular_noun(property))),
        }
    }
    format!("{words}`{}{version}`", base.join(":"))
}

/// The word for one item of a property that holds several, with its article.
fn singular(property: &str) -> String {
    format!("the {}", singular_noun(property))
}

fn singular_noun(property: &str) -> String {
    let word = match property {
        "enumValues" => "enum value",
        "elementSchema" => "element schema",
        "mapKey" => "map key",
        "mapValue" => "map value",
        "valueSchema" => "value schema",
        "contents" => "content",
        "properties" => "property",
        "fields" => "field",
        "schemas" => "reusable schema",
        "" => "element",
        other => other,
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::describe;

    fn words(id: &str) -> String {
        describe(Some(id), "this element")
    }

    #[test]
    fn a_generated_id_is_taken_apart_to_the_nearest_id_that_was_written() {
        assert_eq!(
            words("dtmi:x:a:_contents:__c:_request:_schema:_enumValues:__v;2"),
            "the enum value `v` of the schema of the request of `c` in `dtmi:x:a;2`"
        );
        assert_eq!(
            words("dtmi:x:a:_contents:__r:_properties:__p"),
            "the property `p` of `r` in `dtmi:x:a`"
        );
        assert_eq!(words("dtmi:x:a:_extends;1"), "the extends of `dtmi:x:a;1`");
        assert_eq!(
            words("dtmi:x:a:_contents:__not-a-name;1"),
            "`not-a-name` in `dtmi:x:a;1`"
        );
        assert_eq!(words("dtmi:dtdl:instance:Schema:double;2"), "`double`");
    }

    #[test]
    fn what_is_no_id_stands_for_itself_and_a_blank_node_for_nothing() {
        assert_eq!(words("not an id"), "`not an id`");
        assert_eq!(words("_:b0"), "this element");
        assert_eq!(describe(None, "this element"), "this element");
    }
}
