//! Packages made by hand, for tests of what is printed.

#![allow(dead_code, reason = "each test crate uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::Path;

use pnp_codegen::emit::rust;
use pnp_codegen::ir::{
    Command, Component, Docs, EnumValue, Field, Interface, Meaning, Member, NamedType, Package,
    Payload, Primitive, Property, Reach, Schema, Telemetry, Text, TypeKind,
};
use pnp_codegen::{Collision, configure};

/// A text in English.
pub(crate) fn text(english: &str) -> Text {
    Text(vec![("en".to_owned(), english.to_owned())])
}

/// A display name and a description in English.
pub(crate) fn docs(display_name: &str, description: &str) -> Docs {
    Docs {
        display_name: text(display_name),
        description: text(description),
        comment: None,
    }
}

/// A content of an interface, with the DTMI that the language gives it.
pub(crate) fn member(interface: &str, name: &str) -> Member {
    let (path, version) = interface.split_once(';').unwrap();
    Member {
        name: name.to_owned(),
        id: format!("{path}:_contents:__{name};{version}"),
        declared_in: interface.to_owned(),
        ..Member::default()
    }
}

/// A member without a DTMI that matters.
pub(crate) fn named(name: &str) -> Member {
    member("dtmi:x:X;1", name)
}

pub(crate) fn primitive(primitive: Primitive) -> Schema {
    Schema::Primitive(primitive)
}

pub(crate) fn telemetry(member: Member, schema: Schema) -> Telemetry {
    Telemetry {
        member,
        meaning: Meaning::default(),
        schema,
    }
}

pub(crate) fn property(member: Member, schema: Schema, writable: bool) -> Property {
    Property {
        member,
        meaning: Meaning::default(),
        schema,
        writable,
    }
}

pub(crate) fn payload(name: &str, schema: Schema) -> Payload {
    Payload {
        member: named(name),
        meaning: Meaning::default(),
        schema,
        nullable: false,
    }
}

pub(crate) fn command(name: &str, request: Option<Payload>, response: Option<Payload>) -> Command {
    Command {
        member: named(name),
        request,
        response,
    }
}

pub(crate) fn field(name: &str, schema: Schema) -> Field {
    Field {
        member: named(name),
        meaning: Meaning::default(),
        schema,
        required: false,
        recursive: false,
    }
}

pub(crate) fn value<T>(name: &str, value: T) -> EnumValue<T> {
    EnumValue {
        member: named(name),
        value,
    }
}

pub(crate) fn type_of(id: &str, path: &[&str], kind: TypeKind) -> NamedType {
    NamedType {
        id: id.to_owned(),
        path: path.iter().map(|&word| word.to_owned()).collect(),
        reusable: false,
        docs: Docs::default(),
        place: None,
        kind,
    }
}

/// A root interface.
pub(crate) fn root(id: &str) -> Interface {
    let reach = Reach {
        root: true,
        ..Reach::default()
    };
    Interface {
        id: id.to_owned(),
        reach,
        ..Interface::default()
    }
}

/// An interface that components have.
pub(crate) fn component_interface(id: &str) -> Interface {
    let reach = Reach {
        component: true,
        ..Reach::default()
    };
    Interface {
        id: id.to_owned(),
        reach,
        ..Interface::default()
    }
}

/// A package whose first interface is its root.
pub(crate) fn package(interfaces: Vec<Interface>) -> Package {
    let roots = interfaces
        .first()
        .map(|root| root.id.clone())
        .into_iter()
        .collect();
    Package {
        roots,
        interfaces,
        types: Vec::new(),
    }
}

/// The project's thermostat, as its model says it.
pub(crate) fn thermostat() -> Interface {
    const ID: &str = "dtmi:com:example:Thermostat;1";
    const REPORT: &str =
        "dtmi:com:example:Thermostat:_contents:__getMaxMinReport:_response:_schema;1";
    let celsius = || Meaning {
        types: vec!["Temperature".to_owned()],
        unit: Some("degreeCelsius".to_owned()),
    };
    let member = |name: &str, display_name: &str, description: &str| Member {
        docs: docs(display_name, description),
        ..member(ID, name)
    };
    let double = || primitive(Primitive::Double);
    let part = |name: &str, display_name: &str, schema: Schema| {
        let mut field = field(name, schema);
        field.member.docs.display_name = text(display_name);
        field
    };
    let mut since = payload("since", primitive(Primitive::DateTime));
    since.member.docs = docs("Since", "The moment from which measurements count.");
    let mut response = payload("tempReport", Schema::Named(REPORT.to_owned()));
    response.member.docs.display_name = text("Temperature report");
    Interface {
        docs: docs(
            "Thermostat",
            "Measures a temperature and holds it at a target.",
        ),
        telemetries: vec![Telemetry {
            member: member(
                "temperature",
                "Temperature",
                "The temperature measured now.",
            ),
            meaning: celsius(),
            schema: double(),
        }],
        properties: vec![
            Property {
                member: member(
                    "targetTemperature",
                    "Target temperature",
                    "The temperature that the thermostat is asked to hold.",
                ),
                meaning: celsius(),
                schema: double(),
                writable: true,
            },
            Property {
                member: member(
                    "maxTempSinceLastReboot",
                    "Highest temperature since the last reboot",
                    "The highest temperature measured since the device started.",
                ),
                meaning: celsius(),
                schema: double(),
                writable: false,
            },
        ],
        commands: vec![Command {
            member: member(
                "getMaxMinReport",
                "Temperature report",
                "Summarises the temperatures measured since a moment.",
            ),
            request: Some(since),
            response: Some(response),
        }],
        types: vec![type_of(
            REPORT,
            &["getMaxMinReport", "response"],
            TypeKind::Object(vec![
                part("maxTemp", "Highest temperature", double()),
                part(
                    "startTime",
                    "First measurement",
                    primitive(Primitive::DateTime),
                ),
            ]),
        )],
        ..component_interface(ID)
    }
}

/// A controller of two thermostats.
pub(crate) fn temperature_controller() -> Package {
    const ID: &str = "dtmi:com:example:TemperatureController;1";
    let component = |name: &str, display_name: &str| Component {
        member: Member {
            docs: docs(display_name, ""),
            ..member(ID, name)
        },
        interface: thermostat().id,
    };
    let mut delay = payload("delay", primitive(Primitive::Integer));
    delay.member.docs = docs("Delay", "Seconds to wait before the restart.");
    let mut reboot = command("reboot", Some(delay), None);
    reboot.member.docs = docs("Reboot", "Restarts the device after a delay.");
    let controller = Interface {
        docs: docs(
            "Temperature controller",
            "A device with two thermostats that can be restarted from afar.",
        ),
        telemetries: vec![telemetry(
            member(ID, "workingSet"),
            primitive(Primitive::Double),
        )],
        properties: vec![property(
            member(ID, "serialNumber"),
            primitive(Primitive::String),
            false,
        )],
        commands: vec![reboot],
        components: vec![
            component("thermostat1", "Thermostat one"),
            component("thermostat2", "Thermostat two"),
        ],
        ..root(ID)
    };
    package(vec![controller, thermostat()])
}

/// Prints a package with the settings that everyone starts from.
pub(crate) fn emit(package: &Package) -> (String, Vec<Collision>) {
    rust::emit(package, &configure()).unwrap()
}

/// Compares with a file of `tests/golden`; `BLESS=1` in the environment accepts the new text.
pub(crate) fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let diff = similar::TextDiff::from_lines(expected.as_str(), text);
    let diff = diff.unified_diff().header(name, "generated").to_string();
    assert!(diff.is_empty(), "{diff}\nBLESS=1 accepts it");
}
