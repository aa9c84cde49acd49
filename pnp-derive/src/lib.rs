//! Macros that turn declarations into IoT Plug and Play interfaces.
//!
//! Use them through `pnp-runtime`, which re-exports them and holds the traits that they implement
//! and all logic behind them. What `pnp generate` prints from a DTDL model and what a developer
//! writes by hand are the same declarations:
//!
//! | macro | on | writes |
//! |---|---|---|
//! | [`derive(Interface)`](macro@Interface) | a struct whose fields are components | `impl Interface`, component addresses |
//! | [`derive(Telemetry)`](macro@Telemetry) | a struct of `Option` fields | `impl Telemetry` |
//! | [`derive(Properties)`](macro@Properties) | a struct of `Option` fields | `impl Properties` |
//! | [`derive(Object)`](macro@Object) | a struct of fields | `impl Schema` |
//! | [`derive(Enum)`](macro@Enum) | an enum | `impl Schema` |
//! | [`#[handler]`](macro@handler) | a trait of getters, setters, commands | `impl Served` |
//!
//! Everything else is said in `#[pnp(…)]`. Every macro takes `crate = ::path` where the runtime goes
//! by another name; generated code names nothing but `::core` and that path, so it means the same in
//! any module, and it is `no_std`.
//!
//! # What the model says beyond the wire
//!
//! `pnp_runtime::describe::dtdl_of` prints the DTDL that the declarations amount to. For it, an interface
//! names its declarations, and each part says what people read. None of these keys changes what is sent.
//!
//! | key | on | says |
//! |---|---|---|
//! | `telemetry = Telemetry`, `properties = Properties`, `handler = Handler` | an interface | which declarations are its own |
//! | `extends = Base`, `extends = [Base, Other]` | an interface | what it extends; contents that it declares alike are left to the base |
//! | `semantic = "Temperature"`, `unit = "degreeCelsius"` | a field, a getter, a command (of its response), its parameter | semantic type and unit, always both |
//! | `display_name`, `description`, `comment` | all of them, objects, enums and variants | the model's own; documentation gives the first two else |
//! | `id = "dtmi:…"` | an object, an enum | a schema that the interface defines by this id |
//! | `name = "…"` | a variant, a command's parameter | the name in the model, which doesn't travel |
//! | `response`, `response_display_name`, `response_description` | a command | name and words of its response |
//!
//! Mistakes are compile errors at the word that is wrong, all of an item at once. An impl is written
//! all the same, so that one mistake is one error.
//!
//! Inside, each step is a module: `ast` reads an item and its attributes (`attr`), `valid` holds its
//! parts against each other, `expand` writes the impls of sound items and `fallback` those of others.

mod ast;
mod attr;
mod expand;
mod fallback;
mod problem;
mod suggest;
mod ty;
mod valid;
mod wire;
mod words;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as TokenStream2;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{DeriveInput, Item, parse_macro_input};

use crate::ast::RecordKind;
use crate::attr::Entries;
use crate::problem::Problems;

/// Makes a struct a DTDL interface; its fields are the interface's components.
///
/// `#[pnp(id = "dtmi:…;1")]` on the struct is required. A field's type is the component's interface;
/// its wire name is the field's own, or what `#[pnp(component = "…")]` says. Each field gives an
/// associated function of the same name, visibility and documentation, which returns the component's
/// address.
///
/// ```
/// use pnp_runtime::Interface;
///
/// #[derive(Interface)]
/// #[pnp(id = "dtmi:com:example:Thermostat;1")]
/// pub struct Thermostat;
///
/// #[derive(Interface)]
/// #[pnp(id = "dtmi:com:example:TemperatureController;1")]
/// pub struct TemperatureController {
///     /// The one by the door.
///     pub thermostat1: Thermostat,
///     #[pnp(component = "thermostat2")]
///     pub by_the_window: Thermostat,
/// }
///
/// assert_eq!(TemperatureController::ID, "dtmi:com:example:TemperatureController;1");
/// assert_eq!(TemperatureController::thermostat1().name(), Some("thermostat1"));
/// assert_eq!(TemperatureController::by_the_window().name(), Some("thermostat2"));
/// ```
#[proc_macro_derive(Interface, attributes(pnp))]
pub fn derive_interface(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut problems = Problems::default();
    let interface = ast::Interface::of(&input, &mut problems);
    interface.check(&mut problems);
    problems
        .or_else(|| interface.expand(), || interface.fallback())
        .into()
}

/// Makes a struct one interface's telemetry; a value is a message.
///
/// `#[pnp(interface = Path)]` names the type with [`derive(Interface)`](macro@Interface). Every field
/// is an `Option<T>` with `T: Schema`, left out of the message where it is `None`; its wire name is
/// the field's own, or what `#[pnp(name = "…")]` says.
///
/// ```
/// use pnp_runtime::{Encoder, Interface, Telemetry};
///
/// #[derive(Interface)]
/// #[pnp(id = "dtmi:com:example:Thermostat;1")]
/// struct Thermostat;
///
/// #[derive(Default, Telemetry)]
/// #[pnp(interface = Thermostat)]
/// struct Readings {
///     temperature: Option<f64>,
///     #[pnp(name = "workingSet")]
///     working_set: Option<i64>,
/// }
///
/// let readings = Readings { working_set: Some(1024), ..Readings::default() };
/// let mut body = String::new();
/// readings.encode(&mut Encoder::new(&mut body))?;
/// assert_eq!(body, r#"{"workingSet":1024}"#);
/// # Ok::<(), pnp_runtime::EncodeError>(())
/// ```
#[proc_macro_derive(Telemetry, attributes(pnp))]
pub fn derive_telemetry(input: TokenStream) -> TokenStream {
    derive_record(RecordKind::Telemetry, input)
}

/// Makes a struct one interface's read-only properties, as they are reported.
///
/// `#[pnp(interface = Path)]` names the type with [`derive(Interface)`](macro@Interface). Every field
/// is an `Option<T>` with `T: Schema`; one that is `None` is left alone in the twin. A field's wire
/// name is its own, or what `#[pnp(name = "…")]` says.
///
/// ```
/// use pnp_runtime::{Encoder, Interface, Properties};
///
/// #[derive(Interface)]
/// #[pnp(id = "dtmi:com:example:Sensor;1")]
/// struct Sensor;
///
/// #[derive(Default, Properties)]
/// #[pnp(interface = Sensor)]
/// struct Facts {
///     #[pnp(name = "serialNumber")]
///     serial_number: Option<String>,
///     uptime: Option<i64>,
/// }
///
/// let facts = Facts { serial_number: Some("S-17".into()), ..Facts::default() };
/// let mut reported = Vec::new();
/// facts.encode_each(&mut |name, write| {
///     let mut json = String::new();
///     write(&mut Encoder::new(&mut json))?;
///     reported.push((name, json));
///     Ok(())
/// })?;
/// assert_eq!(reported, [("serialNumber", r#""S-17""#.to_owned())]);
/// # Ok::<(), pnp_runtime::EncodeError>(())
/// ```
#[proc_macro_derive(Properties, attributes(pnp))]
pub fn derive_properties(input: TokenStream) -> TokenStream {
    derive_record(RecordKind::Properties, input)
}

/// Makes a struct a value of a DTDL Object schema.
///
/// An `Option<T>` field may be absent: `None` is left out, never `null`, and absent or `null` reads
/// as `None`. Any other field has to be there. A field's wire name is its own (without `r#`), or what
/// `#[pnp(name = "…")]` says. Every field's type is `Schema`, and so has to be every type parameter
/// that a field's type mentions.
///
/// ```
/// use pnp_runtime::schema::{from_json, to_json};
/// use pnp_runtime::Object;
///
/// #[derive(Debug, PartialEq, Object)]
/// struct Report<T> {
///     #[pnp(name = "maxTemp")]
///     max_temp: Option<T>,
///     r#type: String,
/// }
///
/// let report = Report { max_temp: None::<f64>, r#type: "daily".into() };
/// let json = to_json(&report)?;
/// assert_eq!(json, r#"{"type":"daily"}"#);
/// assert_eq!(from_json::<Report<f64>>(json.as_bytes())?, report);
///
/// let error = from_json::<Report<f64>>(br#"{"maxTemp":1}"#).unwrap_err();
/// assert_eq!(error.path(), "type");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[proc_macro_derive(Object, attributes(pnp))]
pub fn derive_object(input: TokenStream) -> TokenStream {
    derive_record(RecordKind::Object, input)
}

/// Makes an enum a DTDL Enum schema.
///
/// Each variant says its wire value, `#[pnp(value = "…")]` or `#[pnp(value = 1)]`; all are strings or
/// all are integers (`i64`), which `#[pnp(values = "string")]` or `#[pnp(values = "integer")]` on the
/// enum may state. One variant may be `#[pnp(unknown)]` and hold a `String` or `i64`: it keeps a value
/// that the model doesn't name (yet), so that reading and writing loses nothing. Without it such a
/// value is a `DecodeError`.
///
/// ```
/// use pnp_runtime::schema::{from_json, to_json};
/// use pnp_runtime::Enum;
///
/// #[derive(Debug, PartialEq, Enum)]
/// #[pnp(values = "string")]
/// enum Direction {
///     #[pnp(value = "up")]
///     Up,
///     #[pnp(value = "down")]
///     Down,
///     #[pnp(unknown)]
///     Other(String),
/// }
///
/// assert_eq!(to_json(&Direction::Up)?, r#""up""#);
/// let sideways = from_json::<Direction>(br#""sideways""#)?;
/// assert_eq!(sideways, Direction::Other("sideways".into()));
/// assert_eq!(to_json(&sideways)?, r#""sideways""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[proc_macro_derive(Enum, attributes(pnp))]
pub fn derive_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut problems = Problems::default();
    let enumeration = ast::Enumeration::of(&input, &mut problems);
    enumeration.check(&mut problems);
    problems
        .or_else(|| enumeration.expand(), || enumeration.fallback())
        .into()
}

/// Makes a trait what a device with one interface answers.
///
/// `interface = Path` names the type with [`derive(Interface)`](macro@Interface). The trait stays as
/// it is; a device implements it, and a missing method is a compile error there. Its methods are
/// marked:
///
/// | mark | method |
/// |---|---|
/// | `#[pnp(property = "name")]` | `fn(&self) -> Option<T>`: the value of a writable property, `None` while there is none |
/// | `#[pnp(desired = "name")]` | `fn(&mut self, Desired<T>) -> Ack<T>`: a desired value of that property |
/// | `#[pnp(command = "name")]` | `fn(&mut self) -> Result<U, CommandError>`, with a parameter where the command has a request; `U` is `()` where it has no response |
/// | `#[pnp(component = "name")]` | `fn(&mut self) -> &mut dyn path::Handler`: the handler of a component, whose trait tells its interface |
///
/// Property methods come in pairs. Methods with a body need no mark; nothing calls them then but the
/// device itself.
///
/// ```
/// use pnp_runtime::{Ack, Address, CommandError, Desired, Interface, Served, handler};
///
/// #[derive(Interface)]
/// #[pnp(id = "dtmi:com:example:Thermostat;1")]
/// struct Thermostat;
///
/// #[handler(interface = Thermostat)]
/// trait Handler {
///     #[pnp(property = "targetTemperature")]
///     fn target(&self) -> Option<f64>;
///     #[pnp(desired = "targetTemperature")]
///     fn set_target(&mut self, desired: Desired<f64>) -> Ack<f64>;
///     #[pnp(command = "reboot")]
///     fn reboot(&mut self, delay: i32) -> Result<String, CommandError>;
/// }
///
/// struct Device { target: Option<f64> }
///
/// impl Handler for Device {
///     fn target(&self) -> Option<f64> {
///         self.target
///     }
///     fn set_target(&mut self, desired: Desired<f64>) -> Ack<f64> {
///         self.target = desired.value;
///         Ack::current()
///     }
///     fn reboot(&mut self, delay: i32) -> Result<String, CommandError> {
///         Ok(format!("in {delay} s"))
///     }
/// }
///
/// let mut device = Device { target: None };
/// let reboot = Address { component: None, name: "reboot" };
/// assert_eq!(Thermostat::command(&mut device, reboot, b"5")?, r#""in 5 s""#);
/// assert_eq!(Thermostat::SHAPE.writable, ["targetTemperature"]);
/// # Ok::<(), CommandError>(())
/// ```
#[proc_macro_attribute]
pub fn handler(arguments: TokenStream, input: TokenStream) -> TokenStream {
    let item = parse_macro_input!(input as Item);
    let mut problems = Problems::default();
    let Item::Trait(item) = item else {
        problems.at_span(
            item.span(),
            "`#[handler(interface = …)]` belongs on a trait",
        );
        return problems
            .or_else(TokenStream2::new, || item.into_token_stream())
            .into();
    };
    let mut entries = Entries::default();
    entries.read(arguments.into(), &attr::HANDLER, &mut problems);
    let handler = ast::Handler::of(&entries, item, &mut problems);
    handler.check(&mut problems);
    problems
        .or_else(|| handler.expand(), || handler.fallback())
        .into()
}

fn derive_record(kind: RecordKind, input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut problems = Problems::default();
    let record = ast::Record::of(kind, &input, &mut problems);
    record.check(&mut problems);
    problems
        .or_else(|| record.expand(), || record.fallback())
        .into()
}
