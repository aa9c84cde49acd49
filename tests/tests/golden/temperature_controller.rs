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
        ///
        /// The first of two thermostats.
        #[pnp(component = "thermostat1")]
        pub thermostat1: super::thermostat::Thermostat,
        /// Thermostat two
        ///
        /// The second of two thermostats.
        #[pnp(component = "thermostat2")]
        pub thermostat2: super::thermostat::Thermostat,
        /// Device information
        ///
        /// What the device is made of.
        #[pnp(component = "deviceInformation")]
        pub device_information: super::device_information::DeviceInformation,
    }

    /// Telemetry of the interface; one value is one message.
    #[derive(Clone, Debug, Default, PartialEq, ::pnp_runtime::Telemetry)]
    #[pnp(interface = TemperatureController)]
    pub struct Telemetry {
        /// Working set
        ///
        /// Memory that the device's software uses now.
        ///
        /// Unit: `kibibyte`. Semantic type: `DataSize`.
        #[pnp(name = "workingSet")]
        pub working_set: ::core::option::Option<f64>,
    }

    /// Read-only properties of the interface; one value is one report.
    #[derive(Clone, Debug, Default, PartialEq, ::pnp_runtime::Properties)]
    #[pnp(interface = TemperatureController)]
    pub struct Properties {
        /// Serial number
        ///
        /// The number on the device's label.
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
        ///
        /// The first of two thermostats.
        #[pnp(component = "thermostat1")]
        fn thermostat1(&mut self) -> &mut dyn super::thermostat::Handler;

        /// Thermostat two
        ///
        /// The second of two thermostats.
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
        /// Lowest temperature
        #[pnp(name = "minTemp")]
        pub min_temp: ::core::option::Option<f64>,
        /// Average temperature
        #[pnp(name = "avgTemp")]
        pub avg_temp: ::core::option::Option<f64>,
        /// First measurement
        #[pnp(name = "startTime")]
        pub start_time: ::core::option::Option<::pnp_runtime::DateTime>,
        /// Last measurement
        #[pnp(name = "endTime")]
        pub end_time: ::core::option::Option<::pnp_runtime::DateTime>,
    }
}

/// Device information
///
/// What the device is made of; none of it changes while it runs.
///
/// DTMI: `dtmi:com:example:DeviceInformation;1`
#[allow(dead_code, unreachable_pub)]
#[rustfmt::skip]
pub mod device_information {
    /// Device information, as an address for messages.
    #[derive(Clone, Copy, Debug, ::pnp_runtime::Interface)]
    #[pnp(id = "dtmi:com:example:DeviceInformation;1")]
    pub struct DeviceInformation;

    /// Read-only properties of the interface; one value is one report.
    #[derive(Clone, Debug, Default, PartialEq, ::pnp_runtime::Properties)]
    #[pnp(interface = DeviceInformation)]
    pub struct Properties {
        /// Manufacturer
        ///
        /// The company that makes the device.
        #[pnp(name = "manufacturer")]
        pub manufacturer: ::core::option::Option<::std::string::String>,
        /// Model
        ///
        /// The device's model name or number.
        #[pnp(name = "model")]
        pub model: ::core::option::Option<::std::string::String>,
        /// Software version
        ///
        /// Version of the software that runs on the device.
        #[pnp(name = "swVersion")]
        pub sw_version: ::core::option::Option<::std::string::String>,
        /// Operating system
        ///
        /// Name of the operating system.
        #[pnp(name = "osName")]
        pub os_name: ::core::option::Option<::std::string::String>,
        /// Processor architecture
        ///
        /// Architecture of the processor.
        #[pnp(name = "processorArchitecture")]
        pub processor_architecture: ::core::option::Option<::std::string::String>,
        /// Processor manufacturer
        ///
        /// The company that makes the processor.
        #[pnp(name = "processorManufacturer")]
        pub processor_manufacturer: ::core::option::Option<::std::string::String>,
        /// Total storage
        ///
        /// Storage that the device has, in kibibytes.
        ///
        /// Unit: `kibibyte`. Semantic type: `DataSize`.
        #[pnp(name = "totalStorage")]
        pub total_storage: ::core::option::Option<f64>,
        /// Total memory
        ///
        /// Memory that the device has, in kibibytes.
        ///
        /// Unit: `kibibyte`. Semantic type: `DataSize`.
        #[pnp(name = "totalMemory")]
        pub total_memory: ::core::option::Option<f64>,
    }
}
