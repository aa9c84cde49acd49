//! `#[pnp(…)]`: which keys may stand where, and reading them.
//!
//! Nothing stops at the first mistake: a bad entry is noted and skipped, the rest is still read.

mod keys;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Lit, LitStr, Meta, Path, Token, bracketed, token};

use crate::problem::Problems;
pub(crate) use keys::{
    COMPONENT, ENUM, HANDLER, INTERFACE, MEMBER, METHOD, OBJECT, PARAMETER, PROPERTIES, Place,
    TELEMETRY, VARIANT,
};
use keys::{Form, Key};

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
    Paths(Vec<Path>),
    Literal(Lit),
}

impl Entries {
    /// Reads every `#[pnp(…)]` among `attributes`.
    pub(crate) fn of(attributes: &[Attribute], place: &Place, problems: &mut Problems) -> Self {
        let mut entries = Self::default();
        entries.read_all(attributes, place, problems);
        entries
    }

    /// Reads every `#[pnp(…)]` among `attributes` too.
    pub(crate) fn read_all(
        &mut self,
        attributes: &[Attribute],
        place: &Place,
        problems: &mut Problems,
    ) {
        for attribute in attributes.iter().filter(|a| is_pnp(a)) {
            match &attribute.meta {
                Meta::List(list) => self.read(list.tokens.clone(), place, problems),
                Meta::Path(_) | Meta::NameValue(_) => {
                    self.has_unread = true;
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
        let Some(known) = place.all().find(|known| key == known.name) else {
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

    /// Every key here that makes the declaration, in order.
    pub(crate) fn making<'e>(&'e self, place: &'e Place) -> impl Iterator<Item = &'e Ident> {
        let is_making = |entry: &&Entry| place.keys.iter().any(|key| key.name == entry.name);
        self.entries
            .iter()
            .filter(is_making)
            .map(|entry| &entry.key)
    }

    /// Every key here that only describes, in order.
    pub(crate) fn describing<'e>(&'e self, place: &'e Place) -> impl Iterator<Item = &'e Ident> {
        let is_describing =
            |entry: &&Entry| place.describing.iter().any(|key| key.name == entry.name);
        self.entries
            .iter()
            .filter(is_describing)
            .map(|entry| &entry.key)
    }

    /// The string literal at `name`.
    pub(crate) fn text(&self, name: &str) -> Option<&LitStr> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            Value::Flag | Value::Path(_) | Value::Paths(_) | Value::Literal(_) => None,
        }
    }

    /// The path at `name`.
    pub(crate) fn path(&self, name: &str) -> Option<&Path> {
        match self.value(name)? {
            Value::Path(path) => Some(path),
            Value::Flag | Value::Text(_) | Value::Paths(_) | Value::Literal(_) => None,
        }
    }

    /// The paths at `name`, in order; none where it doesn't stand here.
    pub(crate) fn paths(&self, name: &str) -> &[Path] {
        match self.value(name) {
            Some(Value::Paths(paths)) => paths,
            Some(Value::Flag | Value::Text(_) | Value::Path(_) | Value::Literal(_)) | None => &[],
        }
    }

    /// The literal at `name`.
    pub(crate) fn literal(&self, name: &str) -> Option<&Lit> {
        match self.value(name)? {
            Value::Literal(literal) => Some(literal),
            Value::Flag | Value::Text(_) | Value::Path(_) | Value::Paths(_) => None,
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

impl Key {
    fn usage(&self) -> String {
        let takes = match self.form {
            Form::Flag => "stands alone",
            Form::Text => "takes a string",
            Form::Path => "takes a path, without quotes",
            Form::Paths => "takes a path or several in brackets, without quotes",
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
            Form::Paths => input.call(paths).map(Value::Paths),
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

/// `path`, or `[path, path]`.
fn paths(input: ParseStream<'_>) -> syn::Result<Vec<Path>> {
    if !input.peek(token::Bracket) {
        return Ok(vec![input.call(Path::parse_mod_style)?]);
    }
    let listed;
    bracketed!(listed in input);
    let paths = listed.parse_terminated(Path::parse_mod_style, Token![,]);
    // What can't be read is one mistake, not a second for what is left of it.
    listed.parse::<TokenStream>()?;
    Ok(paths?.into_iter().collect())
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
