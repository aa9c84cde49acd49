//! The one table of keys: where each may stand, and what it takes.

use syn::Ident;

use crate::suggest::closest;

/// Where an attribute stands, and the keys that it may hold there.
#[derive(Debug)]
pub(crate) struct Place {
    /// The place in words, with its article.
    what: &'static str,
    /// What makes the declaration.
    pub(super) keys: &'static [Key],
    /// What only its description in the model needs; messages about the declaration leave it out.
    pub(super) describing: &'static [Key],
}

/// One key of `#[pnp(…)]`.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) form: Form,
    /// What to write, as messages show it.
    pub(super) example: &'static str,
}

/// What stands to the right of a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// Nothing: the key alone says it.
    Flag,
    /// A string literal.
    Text,
    /// A path to a type or crate.
    Path,
    /// A path, or several in brackets.
    Paths,
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

const DISPLAY_NAME: Key = Key {
    name: "display_name",
    form: Form::Text,
    example: "display_name = \"Target temperature\"",
};
const DESCRIPTION: Key = Key {
    name: "description",
    form: Form::Text,
    example: "description = \"What it is.\"",
};
const COMMENT: Key = Key {
    name: "comment",
    form: Form::Text,
    example: "comment = \"For modellers.\"",
};
const SEMANTIC: Key = Key {
    name: "semantic",
    form: Form::Text,
    example: "semantic = \"Temperature\"",
};
const UNIT: Key = Key {
    name: "unit",
    form: Form::Text,
    example: "unit = \"degreeCelsius\"",
};
const NAME: Key = Key {
    name: "name",
    form: Form::Text,
    example: "name = \"wireName\"",
};
/// A schema's own id, by which others may refer to it.
const SCHEMA_ID: Key = Key {
    name: "id",
    form: Form::Text,
    example: "id = \"dtmi:com:example:Report;1\"",
};
const WORDS: &[Key] = &[DISPLAY_NAME, DESCRIPTION, COMMENT];

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
    describing: &[
        Key {
            name: "telemetry",
            form: Form::Path,
            example: "telemetry = Telemetry",
        },
        Key {
            name: "properties",
            form: Form::Path,
            example: "properties = Properties",
        },
        Key {
            name: "handler",
            form: Form::Path,
            example: "handler = Handler",
        },
        Key {
            name: "extends",
            form: Form::Paths,
            example: "extends = Base` or `extends = [Base, Other]",
        },
        DISPLAY_NAME,
        DESCRIPTION,
        COMMENT,
    ],
};
pub(crate) static COMPONENT: Place = Place {
    what: "a field of a struct with `derive(Interface)`",
    keys: &[COMPONENT_NAME],
    describing: WORDS,
};
pub(crate) static TELEMETRY: Place = Place {
    what: "a struct with `derive(Telemetry)`",
    keys: &[INTERFACE_TYPE, CRATE],
    describing: &[],
};
pub(crate) static PROPERTIES: Place = Place {
    what: "a struct with `derive(Properties)`",
    keys: &[INTERFACE_TYPE, CRATE],
    describing: &[],
};
pub(crate) static OBJECT: Place = Place {
    what: "a struct with `derive(Object)`",
    keys: &[CRATE],
    describing: &[SCHEMA_ID, DISPLAY_NAME, DESCRIPTION, COMMENT],
};
pub(crate) static MEMBER: Place = Place {
    what: "a field of a `Telemetry`, `Properties` or `Object` struct",
    keys: &[NAME],
    describing: &[SEMANTIC, UNIT, DISPLAY_NAME, DESCRIPTION, COMMENT],
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
    describing: &[SCHEMA_ID, DISPLAY_NAME, DESCRIPTION, COMMENT],
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
    describing: &[
        Key {
            name: "name",
            form: Form::Text,
            example: "name = \"modelName\"",
        },
        DISPLAY_NAME,
        DESCRIPTION,
        COMMENT,
    ],
};
pub(crate) static HANDLER: Place = Place {
    what: "a `#[handler(…)]` trait",
    keys: &[INTERFACE_TYPE, CRATE],
    describing: &[],
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
    describing: &[
        SEMANTIC,
        UNIT,
        DISPLAY_NAME,
        DESCRIPTION,
        COMMENT,
        Key {
            name: "response",
            form: Form::Text,
            example: "response = \"modelName\"",
        },
        Key {
            name: "response_display_name",
            form: Form::Text,
            example: "response_display_name = \"Report\"",
        },
        Key {
            name: "response_description",
            form: Form::Text,
            example: "response_description = \"What it holds.\"",
        },
    ],
};
pub(crate) static PARAMETER: Place = Place {
    what: "the parameter of a command",
    keys: &[],
    describing: &[
        Key {
            name: "name",
            form: Form::Text,
            example: "name = \"modelName\"",
        },
        SEMANTIC,
        UNIT,
        DISPLAY_NAME,
        DESCRIPTION,
        COMMENT,
    ],
};

/// Every place, in the order in which messages name them.
static PLACES: [&Place; 11] = [
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
    &PARAMETER,
];

impl Place {
    pub(super) fn all(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter().chain(self.describing)
    }

    /// `allowed here: …`, for the end of a message.
    pub(crate) fn allowed(&self) -> String {
        let examples = |keys: &[Key]| {
            let examples: Vec<String> = keys
                .iter()
                .map(|key| format!("`{}`", key.example))
                .collect();
            examples.join(", ")
        };
        if self.keys.is_empty() {
            return format!("allowed here: {}", examples(self.describing));
        }
        format!("allowed here: {}", examples(self.keys))
    }

    /// The same with the names of the keys that describe.
    fn all_allowed(&self) -> String {
        let allowed = self.allowed();
        if self.keys.is_empty() || self.describing.is_empty() {
            return allowed;
        }
        let names: Vec<String> = self
            .describing
            .iter()
            .map(|key| format!("`{}`", key.name))
            .collect();
        format!("{allowed}; for the model also {}", names.join(", "))
    }

    pub(super) fn unknown(&self, key: &Ident) -> String {
        let elsewhere: Vec<&str> = PLACES
            .iter()
            .filter(|place| place.all().any(|known| key == known.name))
            .map(|place| place.what)
            .collect();
        if !elsewhere.is_empty() {
            return format!(
                "`{key}` means nothing on {}; it belongs on {}; {}",
                self.what,
                elsewhere.join(" or "),
                self.all_allowed()
            );
        }
        let names = self.all().map(|known| known.name);
        match closest(&key.to_string(), names) {
            Some(name) => format!(
                "unknown key `{key}` (did you mean `{name}`?); {}",
                self.all_allowed()
            ),
            None => format!("unknown key `{key}`; {}", self.all_allowed()),
        }
    }
}
