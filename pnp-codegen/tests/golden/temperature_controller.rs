// @generated from dtmi:com:example:TemperatureController;1 by pnp. Do not edit.

/// Temperature controller
///
/// A device with two thermostats that can be restarted from afar.
///
/// DTMI: `dtmi:com:example:TemperatureController;1`
#[allow(dead_code, unreachable_pub, clippy::module_inception)]
#[rustfmt::skip]
pub mod temperature_controller {
    /// Temperature controller, as an address for messages; its fields are its components.
    #[derive(Clone, Copy, Debug, ::pnp_runtime::Interface)]
    #[pnp(id = "dtmi:com:example:TemperatureController;1")]
    pub struct TemperatureController {
        /// Thermostat one
        #[pnp(component = "thermostat1")]
        pub thermostat1: super::thermostat::Thermostat,
        /// Thermostat two
        #[pnp(component = "thermostat2")]
        pub thermostat2: super::thermostat::Thermostat,
    }

    /// Telemetry of the interface; one value is one message.
    #[derive(Clone, Debug, Default, PartialEq, ::pnp_runtime::Telemetry)]
    #[pnp(interface = TemperatureController)]
    pub struct Telemetry {
        /// `workingSet`
        #[pnp(name = "workingSet")]
        pub working_set: ::core::option::Option<f64>,
    }

    /// Read-only properties of the interface; one value is one report.
    #[derive(Clone, Debug, Default, PartialEq, ::pnp_runtime::Properties)]
    #[pnp(interface = TemperatureController)]
    pub struct Properties {
        /// `serialNumber`
        #[pnp(name = "serialNumber")]
        pub serial_number: ::core::option::Option<::std::string::String>,
    }

    /// What a device with this interface answers.
    #[::pnp_runtime::handler(interface = TemperatureController)]
    pub trait Handler {
        /// Reboot
        ///
        /// Restarts the device after a delay.
        ///
        /// `delay`: Seconds to wait before the restart.
        ///
        /// # Errors
        /// What the caller gets in place of the response.
        #[pnp(command = "reboot")]
        fn reboot(
            &mut self,
            delay: i32,
        ) -> ::core::result::Result<(), ::pnp_runtime::CommandError>;

        /// Thermostat one
        #[pnp(component = "thermostat1")]
        fn thermostat1(&mut self) -> &mut dyn super::thermostat::Handler;

        /// Thermostat two
        #[pnp(component = "thermostat2")]
        fn thermostat2(&mut self) -> &mut dyn super::thermostat::Handler;
    }
}

/// Thermostat
///
/// Measures a temperature and holds it at a target.
///
/// DTMI: `dtmi:com:example:Thermostat;1`
#[allow(dead_code, unreachable_pub)]
#[rustfmt::skip]
pub mod thermostat {
    /// Thermostat, as an address for messages.
    #[derive(Clone, Copy, Debug, ::pnp_runtime::Interface)]
    #[pnp(id = "dtmi:com:example:Thermostat;1")]
    pub struct Thermostat;

    /// Telemetry of the interface; one value is one message.
    #[derive(Clone, Debug, Default, PartialEq, ::pnp_runtime::Telemetry)]
    #[pnp(interface = Thermostat)]
    pub struct Telemetry {
        /// Temperature
        ///
        /// The temperature measured now.
        ///
        /// Unit: `degreeCelsius`. Semantic type: `Temperature`.
        #[pnp(name = "temperature")]
        pub temperature: ::core::option::Option<f64>,
    }

    /// Read-only properties of the interface; one value is one report.
    #[derive(Clone, Debug, Default, PartialEq, ::pnp_runtime::Properties)]
    #[pnp(interface = Thermostat)]
    pub struct Properties {
        /// Highest temperature since the last reboot
        ///
        /// The highest temperature measured since the device started.
        ///
        /// Unit: `degreeCelsius`. Semantic type: `Temperature`.
        #[pnp(name = "maxTempSinceLastReboot")]
        pub max_temp_since_last_reboot: ::core::option::Option<f64>,
    }

    /// What a device with this interface answers.
    #[::pnp_runtime::handler(interface = Thermostat)]
    pub trait Handler {
        /// Target temperature: the value in effect, `None` where there is none yet.
        ///
        /// The temperature that the thermostat is asked to hold.
        ///
        /// Unit: `degreeCelsius`. Semantic type: `Temperature`.
        #[pnp(property = "targetTemperature")]
        fn target_temperature(&self) -> ::core::option::Option<f64>;

        /// Target temperature: a value that a back end asks for.
        #[pnp(desired = "targetTemperature")]
        fn set_target_temperature(
            &mut self,
            desired: ::pnp_runtime::Desired<f64>,
        ) -> ::pnp_runtime::Ack<f64>;

        /// Temperature report
        ///
        /// Summarises the temperatures measured since a moment.
        ///
        /// `since`: The moment from which measurements count.
        ///
        /// Response: Temperature report.
        ///
        /// # Errors
        /// What the caller gets in place of the response.
        #[pnp(command = "getMaxMinReport")]
        fn get_max_min_report(
            &mut self,
            since: ::pnp_runtime::DateTime,
        ) -> ::core::result::Result<
            GetMaxMinReportResponse,
            ::pnp_runtime::CommandError,
        >;
    }

    /// Value of `getMaxMinReport.response`.
    #[derive(Clone, Debug, Default, PartialEq, ::pnp_runtime::Object)]
    pub struct GetMaxMinReportResponse {
        /// Highest temperature
        #[pnp(name = "maxTemp")]
        pub max_temp: ::core::option::Option<f64>,
        /// First measurement
        #[pnp(name = "startTime")]
        pub start_time: ::core::option::Option<::pnp_runtime::DateTime>,
    }
}
