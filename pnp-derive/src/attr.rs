//! `#[pnp(…)]`: which keys may stand where, and reading them.
//!
//! Nothing stops at the first mistake: a bad entry is noted and skipped, the rest is still read.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Lit, LitStr, Meta, Path, Token};

use crate::problem::Problems;
use crate::suggest::closest;

/// Where an attribute stands, and the keys that it may hold there.
#[derive(Debug)]
pub(crate) struct Place {
    /// The place in words, with its article.
    what: &'static str,
    keys: &'static [Key],
}

/// One key of `#[pnp(…)]`.
#[derive(Debug)]
struct Key {
    name: &'static str,
    form: Form,
    /// What to write, as messages show it.
    example: &'static str,
}

/// What stands to the right of a key.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// Nothing: the key alone says it.
    Flag,
    /// A string literal.
    Text,
    /// A path to a type or crate.
    Path,
    /// A string or an integer literal.
    Literal,
}

const CRATE: Key = Key {
    name: "crate",
    form: Form::Path,
    example: "crate = ::path::to::pnp_runtime",
};
const INTERFACE_TYPE: Key = Key {
    name: "interface",
    form: Form::Path,
    example: "interface = Thermostat",
};
const COMPONENT_NAME: Key = Key {
    name: "component",
    form: Form::Text,
    example: "component = \"thermostat1\"",
};

pub(crate) static INTERFACE: Place = Place {
    what: "a struct with `derive(Interface)`",
    keys: &[
        Key {
            name: "id",
            form: Form::Text,
            example: "id = \"dtmi:com:example:Thermostat;1\"",
        },
        CRATE,
    ],
};
pub(crate) static COMPONENT: Place = Place {
    what: "a field of a struct with `derive(Interface)`",
    keys: &[COMPONENT_NAME],
};
pub(crate) static TELEMETRY: Place = Place {
    what: "a struct with `derive(Telemetry)`",
    keys: &[INTERFACE_TYPE, CRATE],
};
pub(crate) static PROPERTIES: Place = Place {
    what: "a struct with `derive(Properties)`",
    keys: &[INTERFACE_TYPE, CRATE],
};
pub(crate) static OBJECT: Place = Place {
    what: "a struct with `derive(Object)`",
    keys: &[CRATE],
};
pub(crate) static MEMBER: Place = Place {
    what: "a field of a `Telemetry`, `Properties` or `Object` struct",
    keys: &[Key {
        name: "name",
        form: Form::Text,
        example: "name = \"wireName\"",
    }],
};
pub(crate) static ENUM: Place = Place {
    what: "an enum with `derive(Enum)`",
    keys: &[
        Key {
            name: "values",
            form: Form::Text,
            example: "values = \"string\"` or `values = \"integer\"",
        },
        CRATE,
    ],
};
pub(crate) static VARIANT: Place = Place {
    what: "a variant of an enum with `derive(Enum)`",
    keys: &[
        Key {
            name: "value",
            form: Form::Literal,
            example: "value = \"up\"` or `value = 1",
        },
        Key {
            name: "unknown",
            form: Form::Flag,
            example: "unknown",
        },
    ],
};
pub(crate) static HANDLER: Place = Place {
    what: "a `#[handler(…)]` trait",
    keys: &[INTERFACE_TYPE, CRATE],
};
pub(crate) static METHOD: Place = Place {
    what: "a method of a `#[handler(…)]` trait",
    keys: &[
        Key {
            name: "property",
            form: Form::Text,
            example: "property = \"wireName\"",
        },
        Key {
            name: "desired",
            form: Form::Text,
            example: "desired = \"wireName\"",
        },
        Key {
            name: "command",
            form: Form::Text,
            example: "command = \"wireName\"",
        },
        COMPONENT_NAME,
    ],
};

/// Every place, in the order in which messages name them.
static PLACES: [&Place; 10] = [
    &INTERFACE,
    &COMPONENT,
    &TELEMETRY,
    &PROPERTIES,
    &OBJECT,
    &MEMBER,
    &ENUM,
    &VARIANT,
    &HANDLER,
    &METHOD,
];

/// The entries of all `#[pnp(…)]` of one item, field, variant or method.
#[derive(Default)]
pub(crate) struct Entries {
    entries: Vec<Entry>,
    /// Something here was no entry, so that a key that seems missing may be what was meant.
    has_unread: bool,
}

struct Entry {
    key: Ident,
    name: &'static str,
    /// `None` where the value was wrong; the mistake is noted already.
    value: Option<Value>,
}

enum Value {
    Flag,
    Text(LitStr),
    Path(Path),
    Literal(Lit),
}

impl Entries {
    /// Reads every `#[pnp(…)]` among `attributes`.
    pub(crate) fn of(attributes: &[Attribute], place: &Place, problems: &mut Problems) -> Self {
        let mut entries = Self::default();
        for attribute in attributes.iter().filter(|a| is_pnp(a)) {
            match &attribute.meta {
                Meta::List(list) => entries.read(list.tokens.clone(), place, problems),
                Meta::Path(_) | Meta::NameValue(_) => {
                    entries.has_unread = true;
                    problems.at(
                        &attribute.meta,
                        format_args!(
                            "keys stand in parentheses, `#[pnp(…)]`; {}",
                            place.allowed()
                        ),
                    );
                }
            }
        }
        entries
    }

    /// Reads what stands between the parentheses of one attribute.
    pub(crate) fn read(&mut self, tokens: TokenStream, place: &Place, problems: &mut Problems) {
        let parsed = (|input: ParseStream<'_>| {
            while !input.is_empty() {
                self.read_entry(input, place, problems);
                skip_past_comma(input)?;
            }
            Ok(())
        })
        .parse2(tokens);
        if let Err(error) = parsed {
            problems.at_span(error.span(), error);
        }
    }

    fn read_entry(&mut self, input: ParseStream<'_>, place: &Place, problems: &mut Problems) {
        let Ok(key) = input.call(Ident::parse_any) else {
            self.has_unread = true;
            problems.at_span(
                input.span(),
                format_args!("a key is a word; {}", place.allowed()),
            );
            return;
        };
        let Some(known) = place.keys.iter().find(|known| key == known.name) else {
            self.has_unread = true;
            problems.at(&key, place.unknown(&key));
            return;
        };
        if self.has(known.name) {
            problems.at(
                &key,
                format_args!("`{key}` stands here twice; keep one of them"),
            );
            return;
        }
        let value = match known.value(&key, input) {
            // `key = value other`: the value is read, and the rest is the mistake.
            Ok(value) if !at_end_of_entry(input) && !matches!(value, Value::Flag) => {
                problems.at_span(
                    input.span(),
                    "after the value stands a comma or nothing; remove this or separate it",
                );
                Ok(value)
            }
            Ok(_) if !at_end_of_entry(input) => Err(input.span()),
            read => read,
        };
        let value = value
            .map_err(|caret| problems.at_span(caret, known.usage()))
            .ok();
        self.entries.push(Entry {
            key,
            name: known.name,
            value,
        });
    }

    /// Whether the key stands here, be its value right or wrong.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.key(name).is_some()
    }

    /// Whether to say that the required key is missing: not where something here, be it the key's
    /// value or an unknown key, is a mistake of its own.
    pub(crate) fn lacks(&self, name: &str) -> bool {
        !self.has(name) && !self.has_unread
    }

    /// The key itself, for a caret.
    pub(crate) fn key(&self, name: &str) -> Option<&Ident> {
        let entry = self.entries.iter().find(|entry| entry.name == name)?;
        Some(&entry.key)
    }

    /// Every key that stands here, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Ident> {
        self.entries.iter().map(|entry| &entry.key)
    }

    /// The string literal at `name`.
    pub(crate) fn text(&self, name: &str) -> Option<&LitStr> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            Value::Flag | Value::Path(_) | Value::Literal(_) => None,
        }
    }

    /// The path at `name`.
    pub(crate) fn path(&self, name: &str) -> Option<&Path> {
        match self.value(name)? {
            Value::Path(path) => Some(path),
            Value::Flag | Value::Text(_) | Value::Literal(_) => None,
        }
    }

    /// The literal at `name`.
    pub(crate) fn literal(&self, name: &str) -> Option<&Lit> {
        match self.value(name)? {
            Value::Literal(literal) => Some(literal),
            Value::Flag | Value::Text(_) | Value::Path(_) => None,
        }
    }

    /// The path by which expansions name the runtime: what `crate = …` says, else `::pnp_runtime`.
    pub(crate) fn runtime(&self) -> Path {
        match self.path("crate") {
            Some(path) => path.clone(),
            None => syn::parse_quote!(::pnp_runtime),
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        let entry = self.entries.iter().find(|entry| entry.name == name)?;
        entry.value.as_ref()
    }
}

/// Whether this is one of our attributes.
pub(crate) fn is_pnp(attribute: &Attribute) -> bool {
    attribute.path().is_ident("pnp")
}

impl Place {
    /// `allowed here: …`, for the end of a message.
    pub(crate) fn allowed(&self) -> String {
        let examples: Vec<String> = self
            .keys
            .iter()
            .map(|key| format!("`{}`", key.example))
            .collect();
        format!("allowed here: {}", examples.join(", "))
    }

    fn unknown(&self, key: &Ident) -> String {
        let elsewhere: Vec<&str> = PLACES
            .iter()
            .filter(|place| place.keys.iter().any(|known| key == known.name))
            .map(|place| place.what)
            .collect();
        if !elsewhere.is_empty() {
            return format!(
                "`{key}` means nothing on {}; it belongs on {}; {}",
                self.what,
                elsewhere.join(" or "),
                self.allowed()
            );
        }
        let names = self.keys.iter().map(|known| known.name);
        match closest(&key.to_string(), names) {
            Some(name) => format!(
                "unknown key `{key}` (did you mean `{name}`?); {}",
                self.allowed()
            ),
            None => format!("unknown key `{key}`; {}", self.allowed()),
        }
    }
}

impl Key {
    fn usage(&self) -> String {
        let takes = match self.form {
            Form::Flag => "stands alone",
            Form::Text => "takes a string",
            Form::Path => "takes a path, without quotes",
            Form::Literal => "takes a string or an integer",
        };
        format!("`{}` {takes}; write `{}`", self.name, self.example)
    }

    /// Reads `= value`; the error is the place of the caret.
    fn value(&self, key: &Ident, input: ParseStream<'_>) -> Result<Value, Span> {
        if matches!(self.form, Form::Flag) {
            return Ok(Value::Flag);
        }
        input.parse::<Token![=]>().map_err(|_| key.span())?;
        let caret = if at_end_of_entry(input) {
            key.span()
        } else {
            input.span()
        };
        let value = match self.form {
            Form::Flag => return Ok(Value::Flag),
            Form::Text => input.parse().map(Value::Text),
            Form::Path => input.call(Path::parse_mod_style).map(Value::Path),
            Form::Literal => input.parse().map(Value::Literal),
        };
        match value {
            Ok(Value::Literal(literal)) if !matches!(literal, Lit::Str(_) | Lit::Int(_)) => {
                Err(caret)
            }
            Ok(value) => Ok(value),
            Err(_) => Err(caret),
        }
    }
}

fn at_end_of_entry(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

fn skip_past_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !at_end_of_entry(input) {
        input.parse::<TokenTree>()?;
    }
    input.parse::<Option<Token![,]>>()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{Entries, INTERFACE, VARIANT};
    use crate::problem::Problems;

    #[test]
    fn reading_goes_on_after_every_mistake() {
        let mut problems = Problems::default();
        let mut entries = Entries::default();
        let tokens = quote!(idd = "x" + 1, 7, id = 3, crate = ::a::b, id = "y");
        entries.read(tokens, &INTERFACE, &mut problems);
        assert!(entries.path("crate").is_some());
        assert!(entries.has("id") && entries.text("id").is_none());
        assert!(!entries.lacks("id"));
        let messages = problems.messages();
        let starts = [
            "unknown key `idd` (did you mean `id`?); allowed here: ",
            "a key is a word; ",
            "`id` takes a string; write `id = ",
            "`id` stands here twice; ",
        ];
        assert_eq!(messages.len(), starts.len(), "{messages:#?}");
        for (message, start) in messages.iter().zip(starts) {
            assert!(message.starts_with(start), "{message}");
        }
    }

    #[test]
    fn sound_entries_leave_no_problem() {
        let mut problems = Problems::default();
        let mut entries = Entries::default();
        entries.read(quote!(value = -5), &VARIANT, &mut problems);
        entries.read(quote!(unknown,), &VARIANT, &mut problems);
        assert!(entries.literal("value").is_some() && entries.has("unknown"));
        assert!(problems.messages().is_empty());
        assert!(Entries::default().lacks("value"));
    }
}
