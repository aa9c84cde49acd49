//! Every feature of the macros, in a module whose names are chosen to be picked up by mistake.
//!
//! It compiles with all warnings denied, clippy's pedantic ones too: generated code brings none into
//! a user's crate.
#![deny(warnings, clippy::pedantic)]

use pnp_runtime::schema::{from_json, to_json};
use pnp_runtime::{Address, Encoder, Interface as _, Reason, Served as _, Telemetry as _};

/// The runtime under another name, as a wrapping crate would re-export it.
mod renamed {
    pub(crate) mod pnp {
        pub(crate) use ::pnp_runtime::*;
    }
}

// Without the prelude no name resolves that generated code doesn't spell out.
#[allow(dead_code, unused_macros, non_camel_case_types, non_upper_case_globals)]
#[no_implicit_prelude]
mod hostile {
    mod core {}
    mod std {}
    mod alloc {}
    mod pnp_runtime {}
    struct Option;
    struct Result;
    struct String;
    struct Self_;
    struct Interface;
    struct Schema;
    struct Served;
    struct Encoder;
    enum Some {}
    enum None {}
    enum Ok {}
    enum Err {}
    type str = ();
    type i64 = ();
    type u8 = ();
    const handler: () = ();
    const address: () = ();
    const object: () = ();
    const value: () = ();
    const out: () = ();
    macro_rules! format {
        () => {};
    }
    macro_rules! unreachable {
        () => {};
    }

    /// Component names that are methods of traits in every scope, keywords, or no Rust style.
    #[derive(Clone, Copy, ::pnp_runtime::Interface)]
    #[pnp(id = "dtmi:com:example:hostile:Root;1.2")]
    #[pnp(crate = crate::renamed::pnp)]
    #[allow(non_snake_case)]
    pub(crate) struct Root {
        /// Cloned.
        pub(crate) clone: Leaf,
        pub(crate) default: Leaf,
        new: Leaf,
        r#type: Leaf,
        #[pnp(component = "self")]
        #[deprecated]
        pub(super) self_: Leaf,
        pub(crate) CamelCase: Leaf,
        #[cfg(any())]
        absent: Nonexistent,
    }

    #[derive(Clone, Copy, ::pnp_runtime::Interface)]
    #[pnp(id = "dtmi:leaf;1", crate = ::pnp_runtime,)]
    pub(crate) struct Leaf;

    #[derive(::pnp_runtime::Interface)]
    #[pnp(id = "dtmi:unused")]
    struct Unused {
        leaf: Leaf,
    }

    #[derive(::pnp_runtime::Telemetry, ::pnp_runtime::Properties)]
    #[pnp(interface = Root, crate = crate::renamed::pnp)]
    pub(crate) struct Message<'a, T: ::core::marker::Copy, const N: ::core::primitive::usize = 1>
    where
        T: 'a,
    {
        pub(crate) r#fn: ::core::option::Option<T>,
        #[pnp(name = "value")]
        pub(crate) __pnp_value: ::core::option::Option<super::Borrowed<'a, N>>,
        #[deprecated]
        pub(crate) object: ::core::option::Option<::std::vec::Vec<T>>,
    }

    #[derive(::pnp_runtime::Telemetry, ::pnp_runtime::Properties)]
    #[pnp(interface = Root)]
    pub(crate) struct Nothing {}

    #[derive(::pnp_runtime::Object)]
    pub(crate) struct Object<T, U = T>
    where
        U: ::core::fmt::Debug,
    {
        #[pnp(name = "type")]
        pub(crate) out: ::core::option::Option<T>,
        pub(crate) fields: ::std::collections::BTreeMap<::std::string::String, U>,
        #[deprecated]
        pub(crate) error: ::core::option::Option<Kind>,
    }

    macro_rules! object_of {
        ($name:ident, $field:ident, $ty:ty) => {
            #[derive(::pnp_runtime::Object)]
            pub(crate) struct $name {
                pub(crate) $field: $ty,
            }
        };
    }
    object_of!(FromMacro, value, ::core::option::Option<Kind>);

    #[derive(Clone, Debug, ::pnp_runtime::Enum, PartialEq)]
    #[non_exhaustive]
    pub(crate) enum Kind {
        #[pnp(value = "Ok")]
        Ok,
        #[pnp(value = "\" */ {} \u{2028}")]
        Err,
        #[deprecated]
        #[pnp(value = "")]
        None,
        #[pnp(unknown)]
        Some(::std::string::String),
    }

    #[derive(Clone, Copy, Debug, ::pnp_runtime::Enum, PartialEq)]
    #[pnp(values = "integer")]
    pub(crate) enum Number {
        #[pnp(value = -9_223_372_036_854_775_808)]
        Least,
        #[pnp(value = 0x10)]
        Hex = 3,
    }

    #[derive(Clone, Copy, Debug, ::pnp_runtime::Enum, PartialEq)]
    #[pnp(values = "integer")]
    pub(crate) enum Open {
        #[pnp(unknown)]
        Any(::core::primitive::i64),
    }

    #[::pnp_runtime::handler(interface = self::Root, crate = crate::renamed::pnp)]
    pub(crate) trait Handler: ::core::marker::Send {
        #[pnp(property = "match")]
        fn r#match(&self) -> ::core::option::Option<Open>;
        #[pnp(desired = "match")]
        #[deprecated]
        fn handler(&self, address: ::pnp_runtime::Desired<Open>) -> ::pnp_runtime::Ack<Open>;
        #[pnp(command = "type")]
        fn r#type(&mut self) -> ::core::result::Result<(), ::pnp_runtime::CommandError>;
        #[pnp(command = "run")]
        fn run(
            &mut self,
            payload: ::core::option::Option<Kind>,
        ) -> ::core::result::Result<::core::option::Option<Kind>, ::pnp_runtime::CommandError>;
        #[pnp(component = "clone")]
        fn clone<'a>(&'a mut self) -> &'a mut (dyn leaf::Handler + Send + 'a);
        #[cfg(any())]
        #[pnp(component = "absent")]
        fn absent(&mut self) -> &mut dyn nonexistent::Handler;
        #[cfg(any())]
        #[pnp(command = "gone")]
        fn gone(&mut self) -> ::core::result::Result<(), ::pnp_runtime::CommandError>;
    }

    use ::core::marker::Send;

    pub(crate) mod leaf {
        #[::pnp_runtime::handler(interface = super::Leaf)]
        pub(crate) trait Handler {
            /// Nothing calls it; only a device may.
            fn own(&self) {}
        }
    }
}

/// Private interfaces, whose values nobody makes and whose fields nobody reads: no warning.
mod quiet {
    #[derive(pnp_runtime::Interface)]
    #[pnp(id = "dtmi:com:example:Quiet;1")]
    struct Quiet {
        part: Part,
        #[deprecated]
        other: Part,
    }

    #[derive(pnp_runtime::Interface)]
    #[pnp(id = "dtmi:com:example:Part;1")]
    struct Part;
}

use hostile::{Kind, Leaf, Message, Nothing, Number, Object, Open, Root};

/// A value that only goes out.
pub(crate) struct Borrowed<'a, const N: usize>(&'a str);

impl<const N: usize> pnp_runtime::Schema for Borrowed<'_, N> {
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), pnp_runtime::EncodeError> {
        out.str(self.0);
        Ok(())
    }

    fn decode(_: &pnp_runtime::schema::Value) -> Result<Self, pnp_runtime::DecodeError> {
        Err(pnp_runtime::DecodeError::missing())
    }
}

#[derive(Clone)]
struct Device(i64);

impl hostile::leaf::Handler for Device {}

impl hostile::Handler for Device {
    fn r#match(&self) -> Option<Open> {
        Some(Open::Any(self.0))
    }

    fn handler(&self, _: pnp_runtime::Desired<Open>) -> pnp_runtime::Ack<Open> {
        pnp_runtime::Ack::current()
    }

    fn r#type(&mut self) -> Result<(), pnp_runtime::CommandError> {
        self.0 += 1;
        Ok(())
    }

    fn run(&mut self, kind: Option<Kind>) -> Result<Option<Kind>, pnp_runtime::CommandError> {
        Ok(kind)
    }

    fn clone(&mut self) -> &mut (dyn hostile::leaf::Handler + Send + '_) {
        self
    }
}

#[test]
fn component_names_stay_themselves() {
    assert_eq!(Root::ID, "dtmi:com:example:hostile:Root;1.2");
    assert_eq!(Root::clone().name(), Some("clone"));
    assert_eq!(Root::default().name(), Some("default"));
    assert_eq!(Root::CamelCase().name(), Some("CamelCase"));
    assert_eq!(Root::self_().name(), Some("self"));
    assert_eq!(Leaf::ID, "dtmi:leaf;1");
}

#[test]
#[allow(deprecated)]
fn telemetry_with_parameters_encodes() {
    let message = Message::<'_, i32, 2> {
        r#fn: Some(1),
        __pnp_value: Some(Borrowed("x")),
        object: None,
    };
    let mut text = String::new();
    message.encode(&mut Encoder::new(&mut text)).unwrap();
    (Nothing {}).encode(&mut Encoder::new(&mut text)).unwrap();
    assert_eq!(text, r#"{"fn":1,"value":"x"}{}"#);
}

#[test]
#[allow(deprecated)]
fn objects_and_enums_round_trip() {
    let json = r#"{"type":7,"fields":{"a":-9223372036854775808},"error":"else"}"#;
    let object: Object<i8, Number> = from_json(json.as_bytes()).unwrap();
    assert_eq!(object.out, Some(7));
    assert_eq!(object.fields["a"], Number::Least);
    assert_eq!(object.error, Some(Kind::Some("else".into())));
    assert_eq!(to_json(&object).unwrap(), json);
    assert_eq!(to_json(&Number::Hex).unwrap(), "16");
    assert_eq!(to_json(&Open::Any(5)).unwrap(), "5");
    assert_eq!(to_json(&Kind::None).unwrap(), r#""""#);
    let value = from_json::<hostile::FromMacro>(br#"{"value":"Ok"}"#).unwrap();
    assert_eq!(value.value, Some(Kind::Ok));
}

#[test]
fn the_handler_answers_under_hostile_names() {
    let mut device = Device(4);
    let at = |name| Address {
        component: None,
        name,
    };
    assert_eq!(Root::SHAPE.commands, ["type", "run"]);
    assert_eq!(Root::SHAPE.components.len(), 1);
    assert_eq!(
        Root::command(&mut device, at("type"), b""),
        Ok(String::new())
    );
    assert_eq!(Root::actual(&mut device, at("match")), Some(Ok("5".into())));
    assert_eq!(
        Root::command(&mut device, at("run"), b"\"Ok\""),
        Ok("\"Ok\"".into())
    );
    // An open enum's unknown value may not be asked for.
    let refused = Root::command(&mut device, at("run"), b"\"?\"").unwrap_err();
    assert_eq!(refused.status(), 400);
    let outcome = Root::desired(&mut device, at("match"), None, 1, Reason::Changed).unwrap();
    assert_eq!(outcome.value.as_deref(), Some("5"));
    let inside = Address {
        component: Some("clone"),
        name: "nothing",
    };
    assert_eq!(
        Root::command(&mut device, inside, b"")
            .unwrap_err()
            .status(),
        404
    );
}
