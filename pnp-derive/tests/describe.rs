//! Declarations come back as DTDL: every key, every kind of schema, every version.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]
#![allow(dead_code, reason = "the declarations themselves are what is tested")]

use std::collections::BTreeMap;

use pnp_runtime::describe::{Version, dtdl_closure_of, dtdl_of};
use pnp_runtime::{
    Ack, CommandError, Date, Decimal, Desired, Enum, Interface, Object, Properties, Schema,
    Telemetry, Uuid, handler,
};
use serde_json::{Value, json};

fn described<T: Interface>(version: Version) -> Value {
    serde_json::from_str(&dtdl_of::<T>(version).unwrap()).unwrap()
}

fn content<T: Interface>(version: Version, name: &str) -> Value {
    let model = described::<T>(version);
    let mut contents = model["contents"].as_array().unwrap().iter();
    contents.find(|it| it["name"] == name).unwrap().clone()
}

fn refused<T: Interface>(version: Version) -> String {
    dtdl_of::<T>(version).unwrap_err().to_string()
}

mod elevator {
    use super::*;

    /// Elevator
    ///
    /// Carries people.
    #[derive(Interface)]
    #[pnp(
        id = "dtmi:com:example:Elevator;1",
        telemetry = Readings,
        properties = Facts,
        handler = Handler,
        comment = "a test's"
    )]
    pub(super) struct Elevator {
        /// The front door
        #[pnp(component = "door1", comment = "of two")]
        pub(super) front: super::door::Door,
        #[pnp(display_name = "Back door")]
        /** On the far side. */
        pub(super) back: super::door::Door,
    }

    #[derive(Telemetry)]
    #[pnp(interface = Elevator)]
    pub(super) struct Readings {
        #[pnp(semantic = "Velocity", unit = "metrePerSecond")]
        speed: Option<f64>,
        direction: Option<Direction>,
        floors: Option<Vec<BTreeMap<String, i32>>>,
    }

    #[derive(Properties)]
    #[pnp(interface = Elevator)]
    struct Facts {
        /// When people last looked at it.
        #[pnp(name = "inspectedOn", description = "")]
        inspected: Option<Date>,
        parts: Option<Part>,
    }

    #[derive(Object)]
    struct Part {
        name: String,
        #[pnp(semantic = "Mass", unit = "kilogram", display_name = "Weight")]
        mass: Option<f32>,
    }

    /// Where it goes.
    #[derive(Enum)]
    #[pnp(display_name = "Direction")]
    pub(super) enum Direction {
        #[pnp(value = 1)]
        Up,
        /// Downwards
        #[pnp(value = -1, name = "downwards", comment = "less")]
        Down,
        #[pnp(unknown)]
        Other(i64),
    }

    #[handler(interface = Elevator)]
    pub(super) trait Handler {
        /// Load
        #[pnp(property = "load", semantic = "Mass", unit = "kilogram")]
        fn load(&self) -> Option<i64>;
        #[pnp(desired = "load")]
        fn set_load(&mut self, desired: Desired<i64>) -> Ack<i64>;
        /// Go
        ///
        /// Goes to a floor.
        ///
        /// # Errors
        /// Where it is stuck.
        #[pnp(
            command = "go",
            response = "arrival",
            response_display_name = "Arrival",
            response_description = "In seconds.",
            semantic = "TimeSpan",
            unit = "second"
        )]
        fn go(
            &mut self,
            #[pnp(display_name = "Floor", name = "floor", comment = "from 0")] to: i32,
        ) -> Result<f64, CommandError>;
        #[pnp(command = "stop")]
        fn stop(&mut self, _urgent: bool) -> Result<(), CommandError>;
    }
}

mod door {
    use super::*;

    #[derive(Interface)]
    #[pnp(id = "dtmi:com:example:Door;1", properties = Facts, extends = base::Base)]
    pub(super) struct Door;

    #[derive(Properties)]
    #[pnp(interface = Door)]
    struct Facts {
        width: Option<f64>,
        /// Other words than the base's are no difference.
        serial: Option<String>,
    }
}

mod base {
    use super::*;

    #[derive(Interface)]
    #[pnp(id = "dtmi:com:example:Base;1", properties = Facts)]
    pub(super) struct Base;

    #[derive(Properties)]
    #[pnp(interface = Base)]
    struct Facts {
        serial: Option<String>,
    }
}

#[test]
fn every_key_has_its_place_in_the_model() {
    let expected = json!({
        "@context": [
            "dtmi:dtdl:context;3",
            "dtmi:dtdl:extension:quantitativeTypes;1",
            "dtmi:dtdl:extension:requirement;1",
        ],
        "@id": "dtmi:com:example:Elevator;1",
        "@type": "Interface",
        "displayName": "Elevator",
        "description": "Carries people.",
        "comment": "a test's",
        "contents": [
            {
                "@type": ["Telemetry", "Velocity"],
                "name": "speed",
                "schema": "double",
                "unit": "metrePerSecond",
            },
            {
                "@type": "Telemetry",
                "name": "direction",
                "schema": {
                    "@type": "Enum",
                    "displayName": "Direction",
                    "description": "Where it goes.",
                    "valueSchema": "integer",
                    "enumValues": [
                        { "name": "up", "enumValue": 1 },
                        {
                            "name": "downwards",
                            "displayName": "Downwards",
                            "comment": "less",
                            "enumValue": -1,
                        },
                    ],
                },
            },
            {
                "@type": "Telemetry",
                "name": "floors",
                "schema": {
                    "@type": "Array",
                    "elementSchema": {
                        "@type": "Map",
                        "mapKey": { "name": "key", "schema": "string" },
                        "mapValue": { "name": "value", "schema": "integer" },
                    },
                },
            },
            { "@type": "Property", "name": "inspectedOn", "schema": "date" },
            {
                "@type": "Property",
                "name": "parts",
                "schema": {
                    "@type": "Object",
                    "fields": [
                        { "@type": ["Field", "Required"], "name": "name", "schema": "string" },
                        {
                            "@type": ["Field", "Mass"],
                            "name": "mass",
                            "displayName": "Weight",
                            "schema": "float",
                            "unit": "kilogram",
                        },
                    ],
                },
            },
            {
                "@type": ["Property", "Mass"],
                "name": "load",
                "displayName": "Load",
                "schema": "long",
                "unit": "kilogram",
                "writable": true,
            },
            {
                "@type": "Command",
                "name": "go",
                "displayName": "Go",
                "description": "Goes to a floor.",
                "request": {
                    "name": "floor",
                    "displayName": "Floor",
                    "comment": "from 0",
                    "schema": "integer",
                },
                "response": {
                    "@type": ["CommandResponse", "TimeSpan"],
                    "name": "arrival",
                    "displayName": "Arrival",
                    "description": "In seconds.",
                    "schema": "double",
                    "unit": "second",
                },
            },
            {
                "@type": "Command",
                "name": "stop",
                "request": { "name": "urgent", "schema": "boolean" },
            },
            {
                "@type": "Component",
                "name": "door1",
                "displayName": "The front door",
                "comment": "of two",
                "schema": "dtmi:com:example:Door;1",
            },
            {
                "@type": "Component",
                "name": "back",
                "displayName": "Back door",
                "description": "On the far side.",
                "schema": "dtmi:com:example:Door;1",
            },
        ],
    });
    assert_eq!(described::<elevator::Elevator>(Version::V3), expected);
}

#[test]
fn version_2_says_units_where_it_has_them() {
    let model = described::<elevator::Elevator>(Version::V2);
    assert_eq!(model["@context"], "dtmi:dtdl:context;2");
    let parts = content::<elevator::Elevator>(Version::V2, "parts");
    assert_eq!(
        parts["schema"]["fields"],
        json!([
            { "name": "name", "schema": "string" },
            { "name": "mass", "displayName": "Weight", "schema": "float" },
        ])
    );
    let load = content::<elevator::Elevator>(Version::V2, "load");
    assert_eq!(load["unit"], "kilogram");
    let response = &content::<elevator::Elevator>(Version::V2, "go")["response"];
    assert_eq!(
        (&response["@type"], &response["unit"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn what_is_inherited_is_said_by_the_base_alone() {
    let door = described::<door::Door>(Version::V3);
    assert_eq!(door["extends"], "dtmi:com:example:Base;1");
    assert_eq!(
        door["contents"],
        json!([{ "@type": "Property", "name": "width", "schema": "double" }])
    );
}

#[test]
fn a_closure_holds_each_interface_once_the_root_first() {
    let closure = dtdl_closure_of::<elevator::Elevator>(Version::V3).unwrap();
    let ids: Vec<_> = closure.iter().map(|(id, _)| *id).collect();
    assert_eq!(
        ids,
        [
            "dtmi:com:example:Elevator;1",
            "dtmi:com:example:Door;1",
            "dtmi:com:example:Base;1"
        ]
    );
    assert_eq!(closure[1].1, dtdl_of::<door::Door>(Version::V3).unwrap());
}

mod tree {
    use super::*;

    #[derive(Interface)]
    #[pnp(id = "dtmi:com:example:Tree;1", telemetry = Readings)]
    pub(super) struct Tree;

    #[derive(Telemetry)]
    #[pnp(interface = Tree)]
    struct Readings {
        root: Option<Node>,
        other: Option<Node>,
    }

    #[derive(Object)]
    #[pnp(id = "dtmi:com:example:Tree:Node;1")]
    struct Node {
        children: Option<Vec<Node>>,
    }

    #[derive(Interface)]
    #[pnp(id = "dtmi:com:example:Endless;1", telemetry = EndlessReadings)]
    pub(super) struct Endless;

    #[derive(Telemetry)]
    #[pnp(interface = Endless)]
    struct EndlessReadings {
        root: Option<Nameless>,
    }

    #[derive(Object)]
    struct Nameless {
        child: Option<Box<Nameless>>,
    }
}

#[test]
fn a_schema_with_an_id_is_defined_once_and_may_hold_itself() {
    let tree = described::<tree::Tree>(Version::V4);
    let id = "dtmi:com:example:Tree:Node;1";
    assert_eq!(tree["contents"][0]["schema"], id);
    assert_eq!(tree["contents"][1]["schema"], id);
    assert_eq!(
        tree["schemas"],
        json!([{
            "@type": "Object",
            "@id": id,
            "fields": [{
                "name": "children",
                "schema": { "@type": "Array", "elementSchema": id },
            }],
        }])
    );
    let endless = refused::<tree::Endless>(Version::V4);
    assert!(
        endless.starts_with("dtmi:com:example:Endless;1/root/child/child/"),
        "{endless}"
    );
    assert!(endless.contains("holds itself without end"), "{endless}");
}

mod modern {
    use super::*;

    #[derive(Interface)]
    #[pnp(id = "dtmi:com:example:Modern;1", telemetry = Readings, handler = Handler)]
    pub(super) struct Modern;

    /// Generic, and of version 4.
    #[derive(Telemetry)]
    #[pnp(interface = Modern)]
    pub(super) struct Of<T, U> {
        id: Option<T>,
        price: Option<Vec<U>>,
    }

    type Readings = Of<Uuid, Decimal>;

    #[handler(interface = Modern)]
    pub(super) trait Handler {
        #[pnp(command = "find")]
        fn find(&mut self, _: Option<String>) -> Result<Option<u8>, CommandError>;
    }
}

#[test]
fn what_only_version_4_has_is_an_error_elsewhere() {
    let find = content::<modern::Modern>(Version::V4, "find");
    assert_eq!(
        find["request"],
        json!({ "name": "request", "schema": "string", "nullable": true })
    );
    assert_eq!(
        find["response"],
        json!({ "name": "response", "schema": "unsignedByte", "nullable": true })
    );
    assert_eq!(
        refused::<modern::Modern>(Version::V3),
        "dtmi:com:example:Modern;1/id: DTDL v3 has no schema `uuid`"
    );
}

mod silent {
    use pnp_runtime::schema::Value;
    use pnp_runtime::{DecodeError, EncodeError, Encoder};

    use super::*;

    #[derive(Interface)]
    #[pnp(id = "dtmi:com:example:Silent;1")]
    pub(super) struct Silent;

    #[derive(Interface)]
    #[pnp(id = "dtmi:com:example:Odd;1", telemetry = Readings)]
    pub(super) struct Odd;

    #[derive(Telemetry)]
    #[pnp(interface = Odd)]
    struct Readings {
        odd: Option<Number>,
    }

    struct Number;

    impl Schema for Number {
        fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
            out.i64(1);
            Ok(())
        }
        fn decode(_: &Value) -> Result<Self, DecodeError> {
            Ok(Self)
        }
    }

    #[derive(Interface)]
    #[pnp(id = "dtmi:com:example:Drifted;1", extends = [base::Base], properties = Facts)]
    pub(super) struct Drifted;

    #[derive(Properties)]
    #[pnp(interface = Drifted)]
    struct Facts {
        serial: Option<i64>,
    }
}

#[test]
fn what_nobody_says_is_an_error_that_tells_what_to_write() {
    let silent = refused::<silent::Silent>(Version::V3);
    assert!(silent.contains("#[pnp(telemetry = …"), "{silent}");
    let odd = refused::<silent::Odd>(Version::V3);
    assert!(
        odd.starts_with("dtmi:com:example:Odd;1/odd: ") && odd.contains("fn describe()"),
        "{odd}"
    );
    let drifted = refused::<silent::Drifted>(Version::V3);
    assert!(
        drifted.starts_with("dtmi:com:example:Drifted;1/serial: it is inherited"),
        "{drifted}"
    );
}

#[derive(Clone, Debug, PartialEq, Enum)]
#[pnp(values = "string")]
enum Reserved {
    #[pnp(value = "self")]
    Self_,
}

#[test]
fn an_underscore_that_keeps_an_identifier_apart_from_a_keyword_is_no_part_of_a_name() {
    assert_eq!(Reserved::decode(&json!("self")), Ok(Reserved::Self_));
}
