// @generated from dtmi:x:Lift;1 by pnp. Do not edit.

/// `Lift`
///
/// DTMI: `dtmi:x:Lift;1`
#[allow(dead_code, unreachable_pub, clippy::module_inception)]
#[rustfmt::skip]
pub mod lift {
    /// `Lift`, as an address for messages.
    #[derive(Clone, Copy, Debug, ::pnp_runtime::Interface)]
    #[pnp(id = "dtmi:x:Lift;1")]
    pub struct Lift;

    /// Telemetry of the interface; one value is one message.
    #[derive(Clone, Debug, Default, PartialEq, ::pnp_runtime::Telemetry)]
    #[pnp(interface = Lift)]
    pub struct Telemetry {
        /// `state`
        #[pnp(name = "state")]
        pub state: ::core::option::Option<State>,
        /// `trips`
        #[pnp(name = "trips")]
        pub trips: ::core::option::Option<::std::vec::Vec<TripsItem>>,
        /// `doors`
        #[pnp(name = "doors")]
        pub doors: ::core::option::Option<
            ::std::collections::BTreeMap<::std::string::String, bool>,
        >,
    }

    /// What a device with this interface answers.
    #[::pnp_runtime::handler(interface = Lift)]
    pub trait Handler {
        /// `go`
        ///
        /// # Errors
        /// What the caller gets in place of the response.
        #[pnp(command = "go")]
        fn go(
            &mut self,
            to: ::core::option::Option<i32>,
        ) -> ::core::result::Result<
            ::core::option::Option<i32>,
            ::pnp_runtime::CommandError,
        >;
    }

    /// Where it goes
    ///
    /// DTMI: `dtmi:x:State;1`
    #[derive(Clone, Debug, PartialEq, Eq, ::pnp_runtime::Enum)]
    #[non_exhaustive]
    #[pnp(values = "string")]
    pub enum State {
        /// `up`
        #[pnp(value = "UP")]
        Up,
        /// `unknown`
        #[pnp(value = "?")]
        Unknown,
        /// A value that the model does not name.
        #[pnp(unknown)]
        Unrecognized(::std::string::String),
    }

    /// Value of `trips.item`.
    #[derive(Clone, Debug, PartialEq, ::pnp_runtime::Object)]
    pub struct TripsItem {
        /// `floor`
        #[pnp(name = "floor")]
        pub floor: i64,
        /// `next`
        #[pnp(name = "next")]
        pub next: ::core::option::Option<::std::boxed::Box<TripsItem>>,
    }

    /// Value of `floors`.
    #[derive(Clone, Debug, PartialEq, Eq, ::pnp_runtime::Enum)]
    #[non_exhaustive]
    #[pnp(values = "integer")]
    pub enum Floors {
        /// `top`
        #[pnp(value = 5000000000)]
        Top,
        /// `cellar`
        #[pnp(value = -1)]
        Cellar,
        /// A value that the model does not name.
        #[pnp(unknown)]
        Unknown(i64),
    }
}

/// Types that no interface here declares.
#[allow(dead_code, unreachable_pub)]
#[rustfmt::skip]
pub mod types {
    /// Value of `point`.
    #[derive(Clone, Debug, Default, PartialEq, ::pnp_runtime::Object)]
    pub struct Point {
        /// `coordinates`
        #[pnp(name = "coordinates")]
        pub coordinates: ::core::option::Option<::std::vec::Vec<f64>>,
    }
}
