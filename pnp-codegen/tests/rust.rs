//! What the Rust emitter prints, from packages made by hand.

#![allow(
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod common;

use common::*;
use pnp_codegen::ir::{Docs, Meaning, Package, Primitive, Schema, TypeKind};
use pnp_codegen::{configure, emit::rust};

/// The strict and reserved keywords of editions 2015 to 2024, and the weak ones.
const KEYWORDS: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "crate",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "Self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
    "async",
    "await",
    "dyn",
    "abstract",
    "become",
    "box",
    "do",
    "final",
    "macro",
    "override",
    "priv",
    "typeof",
    "unsized",
    "virtual",
    "yield",
    "try",
    "gen",
    "union",
    "auto",
    "default",
    "raw",
    "safe",
    "macro_rules",
];

#[test]
fn a_device_with_components_reads_as_if_written_by_hand() {
    let (text, collisions) = emit(&temperature_controller());
    golden("temperature_controller.rs", &text);
    assert!(collisions.is_empty());
}

#[test]
fn objects_and_enums_stand_beside_what_uses_them() {
    let of = |id: &str| Schema::Named(id.to_owned());
    let mut root = root("dtmi:x:Lift;1");
    root.telemetries = vec![
        telemetry(named("state"), of("dtmi:x:State;1")),
        telemetry(named("trips"), Schema::Array(Box::new(of("dtmi:x:Trip;1")))),
        telemetry(
            named("doors"),
            Schema::Map(Box::new(primitive(Primitive::Boolean))),
        ),
    ];
    let mut required = field("floor", primitive(Primitive::Long));
    required.required = true;
    let mut next = field("next", of("dtmi:x:Trip;1"));
    next.recursive = true;
    let mut nullable = payload("to", primitive(Primitive::Integer));
    nullable.nullable = true;
    root.commands = vec![command("go", Some(nullable.clone()), Some(nullable))];
    let mut state = type_of(
        "dtmi:x:State;1",
        &["State"],
        TypeKind::StringEnum(vec![
            value("up", "UP".to_owned()),
            value("unknown", "?".to_owned()),
        ]),
    );
    state.reusable = true;
    state.docs = docs("Where it goes", "");
    let floors = TypeKind::IntegerEnum(vec![value("top", 5_000_000_000), value("cellar", -1)]);
    root.types = vec![
        state,
        type_of(
            "dtmi:x:Trip;1",
            &["trips", "item"],
            TypeKind::Object(vec![required, next]),
        ),
        type_of("dtmi:x:Floors;1", &["floors"], floors),
    ];
    let mut package = package(vec![root]);
    let point = field(
        "coordinates",
        Schema::Array(Box::new(primitive(Primitive::Double))),
    );
    package.types = vec![type_of(
        "dtmi:standard:point;3",
        &["point"],
        TypeKind::Object(vec![point]),
    )];
    golden("types.rs", &emit(&package).0);
}

#[test]
fn every_keyword_can_be_a_field_a_method_a_type_a_variant_a_parameter_and_a_module() {
    let mut root = root("dtmi:x:Root;1");
    let mut interfaces = Vec::new();
    for keyword in KEYWORDS {
        let member = || named(keyword);
        let double = || primitive(Primitive::Double);
        root.telemetries.push(telemetry(member(), double()));
        root.properties.push(property(member(), double(), false));
        root.commands
            .push(command(keyword, Some(payload(keyword, double())), None));
        let id = format!("dtmi:x:{keyword}_type;1");
        let values = TypeKind::StringEnum(vec![value(keyword, (*keyword).to_owned())]);
        root.types.push(type_of(&id, &[keyword], values));
        interfaces.push(component_interface(&format!("dtmi:x:{keyword};1")));
    }
    interfaces.insert(0, root);
    let (text, collisions) = emit(&package(interfaces));
    let file = syn::parse_file(&text).unwrap();
    // `self` and `Self` are one word in each case; so is every keyword beside itself as a module.
    assert_eq!(file.items.len(), KEYWORDS.len() + 1);
    assert!(
        collisions
            .iter()
            .all(|collision| collision.second.name.eq_ignore_ascii_case("self"))
    );
    for expected in [
        "pub r#type: ",
        "pub self_: ",
        "pub r#gen: ",
        "Self_,",
        "fn crate_(",
        "mod super_ ",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
}

#[test]
fn names_that_differ_in_case_only_are_told_apart_and_reported() {
    let mut root = root("dtmi:x:Climate;1");
    for name in ["Temperature", "temperature", "PM2_5", "pm2_5"] {
        root.telemetries
            .push(telemetry(named(name), primitive(Primitive::Double)));
        root.properties
            .push(property(named(name), primitive(Primitive::Double), true));
    }
    let package = package(vec![root]);
    let (text, collisions) = emit(&package);
    for expected in [
        "pub temperature_2: ",
        "pub pm2_5_2: ",
        "fn set_temperature_2(",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
    assert_eq!(collisions.len(), 4);

    let renamed = configure().rename("dtmi:x:X:_contents:__temperature;1", "roomTemperature");
    let (text, collisions) = rust::emit(&package, &renamed).unwrap();
    assert!(text.contains("pub room_temperature: "));
    assert!(text.contains("fn set_room_temperature("));
    assert!(text.contains("#[pnp(name = \"temperature\")]"));
    assert_eq!(collisions.len(), 2);
}

#[test]
fn a_type_called_like_what_every_interface_has_gives_way() {
    let mut root = root("dtmi:x:Handler;1");
    root.telemetries = vec![telemetry(
        named("telemetry"),
        Schema::Named("dtmi:x:T;1".to_owned()),
    )];
    let values = TypeKind::StringEnum(vec![value("a", "a".to_owned())]);
    root.types = vec![type_of("dtmi:x:T;1", &["telemetry"], values)];
    let (text, collisions) = emit(&package(vec![root]));
    assert!(text.contains("pub telemetry: ::core::option::Option<TelemetryValue>"));
    assert!(text.contains("pub struct HandlerInterface;"));
    assert!(text.contains("pub trait Handler {}"));
    assert!(collisions.is_empty());
}

#[test]
fn another_path_to_the_runtime_reaches_every_derive() {
    let settings = configure().runtime_path("::my::pnp");
    let (text, _) = rust::emit(&temperature_controller(), &settings).unwrap();
    assert!(!text.contains("pnp_runtime"));
    assert!(text.contains("::my::pnp::Object"));
    assert!(text.contains("#[pnp(interface = Thermostat, crate = ::my::pnp)]"));
    assert!(text.contains("#[::my::pnp::handler(interface = Thermostat, crate = ::my::pnp)]"));

    let error = rust::emit(
        &temperature_controller(),
        &configure().runtime_path("no path"),
    )
    .unwrap_err();
    assert!(error.is_usage());
}

/// Texts that end comments, strings or macros, start doctests, or hide what a line says.
const HOSTILE: &[&str] = &[
    "\"",
    "*/ fn evil() {} /*",
    "two\nlines\r\nand\rmore",
    "```\nfn evil() { panic!() }\n```",
    "```rust\npanic!()\n```",
    "~~~\npanic!()\n~~~",
    "    panic!(\"indented\")",
    "\tpanic!(\"tabbed\")",
    "{} {0} {{",
    "]",
    "\u{202e}desrever\u{202c} \u{2066}isolate\u{2069}",
    "Vec<T> <script>alert(1)</script> <b>",
    "[link] [a](http://b.c) [x]: y",
    "https://example.com/?a=b&c=d, www.example.com and seehttp://example.com",
    "`backtick and `",
    "a_b _c_ **d** *e* ~f~",
    "&lt; &#60; R&D",
    "# heading\n===\n---\n> quote\n- item\n1. item\n| a | b |\n|---|---|",
    "\\ \\\\ \\n",
    "/// //! /** /*!",
    "\0 \u{1} \u{7f} \u{85} \u{2028} \u{feff}",
    "',",
    "r#\"raw\"#",
    "#[doc = \"x\"]",
    "",
    " \n \t ",
];

#[test]
fn no_text_of_a_model_escapes_from_its_comment_or_string() {
    let mut plain = None;
    for hostile in HOSTILE {
        let package = speaking(hostile);
        let (text, _) = emit(&package);
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{hostile:?}: {error}"));
        // Whatever the text says, the code is the same.
        let code = strip_texts(&file);
        assert_eq!(
            plain.get_or_insert_with(|| code.clone()),
            &code,
            "{hostile:?}"
        );
        for line in text
            .lines()
            .map(str::trim_start)
            .filter(|line| line.starts_with("///"))
        {
            let comment = line.trim_start_matches('/');
            assert!(
                !comment.contains("```") && !comment.contains("~~~"),
                "{line}"
            );
            assert!(
                !comment.starts_with("     ") && !comment.contains('\t'),
                "{line}"
            );
        }
        let hidden = |c: char| {
            c != '\n'
                && (c.is_control()
                    || ('\u{202a}'..='\u{202e}').contains(&c)
                    || ('\u{2066}'..='\u{2069}').contains(&c))
        };
        assert!(!text.contains(hidden), "{hostile:?} in\n{text}");
    }
}

/// A package that says one text wherever a model can say something.
fn speaking(said: &str) -> Package {
    let docs = Docs {
        comment: Some(said.to_owned()),
        ..docs(said, said)
    };
    let meaning = Meaning {
        types: vec![said.to_owned()],
        unit: Some(said.to_owned()),
    };
    let mut package = temperature_controller();
    for interface in &mut package.interfaces {
        interface.docs = docs.clone();
        interface.telemetries.iter_mut().for_each(|it| {
            it.member.docs = docs.clone();
            it.meaning = meaning.clone();
        });
        interface.properties.iter_mut().for_each(|it| {
            it.member.docs = docs.clone();
            it.meaning = meaning.clone();
        });
        for command in &mut interface.commands {
            command.member.docs = docs.clone();
            for payload in command.request.iter_mut().chain(&mut command.response) {
                payload.member.docs = docs.clone();
                payload.meaning = meaning.clone();
            }
        }
        let mut values = vec![value("a", said.to_owned())];
        values[0].member.docs = docs.clone();
        interface.types.push(type_of(
            "dtmi:x:E;1",
            &["mode"],
            TypeKind::StringEnum(values),
        ));
        interface
            .types
            .iter_mut()
            .for_each(|it| it.docs = docs.clone());
    }
    package
}

/// The file without comments, wire values, and the lints that texts bring on.
fn strip_texts(file: &syn::File) -> String {
    use quote::ToTokens as _;
    let text = file.to_token_stream().to_string();
    let mut kept = Vec::new();
    for attribute in text.split("# [") {
        if attribute.starts_with("doc =") || attribute.starts_with("allow") {
            kept.push(
                attribute
                    .rsplit_once(']')
                    .map_or(attribute, |(_, rest)| rest),
            );
        } else if attribute.starts_with("pnp (value =") {
            kept.push("value");
        } else {
            kept.push(attribute);
        }
    }
    kept.concat()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn the_same_package_gives_the_same_bytes() {
    assert_eq!(
        emit(&temperature_controller()),
        emit(&temperature_controller())
    );
    assert_eq!(
        temperature_controller().to_json(),
        temperature_controller().to_json()
    );
}

#[test]
fn an_interface_that_others_only_inherit_from_gives_its_types_and_nothing_else() {
    let mut base = component_interface("dtmi:x:Base;1");
    base.reach.component = false;
    base.reach.base = true;
    base.telemetries = vec![telemetry(
        named("mode"),
        Schema::Named("dtmi:x:M;1".to_owned()),
    )];
    let values = TypeKind::StringEnum(vec![value("on", "on".to_owned())]);
    base.types = vec![type_of("dtmi:x:M;1", &["mode"], values)];
    let mut root = root("dtmi:x:Lamp;1");
    root.telemetries.clone_from(&base.telemetries);
    let (text, _) = emit(&package(vec![root, base]));
    assert!(text.contains("pub mode: ::core::option::Option<super::base::Mode>"));
    assert_eq!(
        text.matches("pub struct").count(),
        2,
        "the lamp and its telemetry: {text}"
    );
}
