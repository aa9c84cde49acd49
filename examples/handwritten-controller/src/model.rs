//! The declarations, an interface a module: each has a struct for its telemetry, one for its read-only
//! properties, and a trait for what it answers, which the interface names as its own.

/// The device itself.
pub mod temperature_controller {
    use pnp_runtime::{CommandError, Interface, handler};

    use super::{device_information, thermostat};

    /// Temperature controller
    ///
    /// A device with two thermostats that can be restarted from afar.
    #[derive(Clone, Copy, Debug, Interface)]
    #[pnp(
        id = "dtmi:com:example:TemperatureController;1",
        telemetry = Telemetry,
        properties = Properties,
        handler = Handler
    )]
    pub struct TemperatureController {
        /// Thermostat one
        ///
        /// The first of two thermostats.
        pub thermostat1: thermostat::Thermostat,
        /// Thermostat two
        ///
        /// The second of two thermostats.
        pub thermostat2: thermostat::Thermostat,
        /// Device information
        ///
        /// What the device is made of.
        #[pnp(component = "deviceInformation")]
        pub device_information: device_information::DeviceInformation,
    }

    /// One value is one message.
    #[derive(Clone, Debug, Default, PartialEq, pnp_runtime::Telemetry)]
    #[pnp(interface = TemperatureController)]
    pub struct Telemetry {
        /// Working set
        ///
        /// Memory that the device's software uses now.
        #[pnp(name = "workingSet", semantic = "DataSize", unit = "kibibyte")]
        pub working_set: Option<f64>,
    }

    /// One value is one report.
    #[derive(Clone, Debug, Default, PartialEq, pnp_runtime::Properties)]
    #[pnp(interface = TemperatureController)]
    pub struct Properties {
        /// Serial number
        ///
        /// The number on the device's label.
        #[pnp(name = "serialNumber")]
        pub serial_number: Option<String>,
    }

    /// What the device answers.
    #[handler(interface = TemperatureController)]
    pub trait Handler {
        /// Reboot
        ///
        /// Restarts the device after a delay.
        ///
        /// # Errors
        /// The delay is negative.
        #[pnp(command = "reboot")]
        fn reboot(
            &mut self,
            #[pnp(
                display_name = "Delay",
                description = "Seconds to wait before the restart."
            )]
            delay: i32,
        ) -> Result<(), CommandError>;

        /// Answers for the first thermostat.
        #[pnp(component = "thermostat1")]
        fn thermostat1(&mut self) -> &mut dyn thermostat::Handler;

        /// Answers for the second thermostat.
        #[pnp(component = "thermostat2")]
        fn thermostat2(&mut self) -> &mut dyn thermostat::Handler;
    }
}

/// A component that the device has twice.
pub mod thermostat {
    use pnp_runtime::{Ack, CommandError, DateTime, Desired, Interface, Object, handler};

    /// Thermostat
    ///
    /// Measures a temperature and holds it at a target.
    #[derive(Clone, Copy, Debug, Interface)]
    #[pnp(
        id = "dtmi:com:example:Thermostat;1",
        telemetry = Telemetry,
        properties = Properties,
        handler = Handler
    )]
    pub struct Thermostat;

    /// One value is one message.
    #[derive(Clone, Debug, Default, PartialEq, pnp_runtime::Telemetry)]
    #[pnp(interface = Thermostat)]
    pub struct Telemetry {
        /// Temperature
        ///
        /// The temperature measured now.
        #[pnp(semantic = "Temperature", unit = "degreeCelsius")]
        pub temperature: Option<f64>,
    }

    /// One value is one report.
    #[derive(Clone, Debug, Default, PartialEq, pnp_runtime::Properties)]
    #[pnp(interface = Thermostat)]
    pub struct Properties {
        /// Highest temperature since the last reboot
        ///
        /// The highest temperature measured since the device started.
        #[pnp(
            name = "maxTempSinceLastReboot",
            semantic = "Temperature",
            unit = "degreeCelsius"
        )]
        pub max_temp_since_last_reboot: Option<f64>,
    }

    /// What a thermostat answers.
    #[handler(interface = Thermostat)]
    pub trait Handler {
        /// Target temperature
        ///
        /// The temperature that the thermostat is asked to hold.
        #[pnp(
            property = "targetTemperature",
            semantic = "Temperature",
            unit = "degreeCelsius"
        )]
        fn target(&self) -> Option<f64>;

        /// A back end asks for another target.
        #[pnp(desired = "targetTemperature")]
        fn set_target(&mut self, desired: Desired<f64>) -> Ack<f64>;

        /// Temperature report
        ///
        /// Summarises the temperatures measured since a moment.
        ///
        /// # Errors
        /// None: without measurements the report is empty.
        #[pnp(
            command = "getMaxMinReport",
            response = "tempReport",
            response_display_name = "Temperature report"
        )]
        fn report(
            &mut self,
            #[pnp(
                display_name = "Since",
                description = "The moment from which measurements count."
            )]
            since: DateTime,
        ) -> Result<Report, CommandError>;
    }

    /// A summary of temperatures.
    #[derive(Clone, Debug, Default, PartialEq, Object)]
    #[pnp(description = "")]
    pub struct Report {
        /// Highest temperature
        #[pnp(name = "maxTemp")]
        pub highest: Option<f64>,
        /// Lowest temperature
        #[pnp(name = "minTemp")]
        pub lowest: Option<f64>,
        /// Average temperature
        #[pnp(name = "avgTemp")]
        pub average: Option<f64>,
        /// First measurement
        #[pnp(name = "startTime")]
        pub first: Option<DateTime>,
        /// Last measurement
        #[pnp(name = "endTime")]
        pub last: Option<DateTime>,
    }
}

/// What the device is made of.
pub mod device_information {
    use pnp_runtime::Interface;

    /// Device information
    ///
    /// What the device is made of; none of it changes while it runs.
    #[derive(Clone, Copy, Debug, Interface)]
    #[pnp(
        id = "dtmi:com:example:DeviceInformation;1",
        properties = Properties
    )]
    pub struct DeviceInformation;

    /// One value is one report.
    #[derive(Clone, Debug, Default, PartialEq, pnp_runtime::Properties)]
    #[pnp(interface = DeviceInformation)]
    pub struct Properties {
        /// Manufacturer
        ///
        /// The company that makes the device.
        pub manufacturer: Option<String>,
        /// Model
        ///
        /// The device's model name or number.
        pub model: Option<String>,
        /// Software version
        ///
        /// Version of the software that runs on the device.
        #[pnp(name = "swVersion")]
        pub sw_version: Option<String>,
        /// Operating system
        ///
        /// Name of the operating system.
        #[pnp(name = "osName")]
        pub os_name: Option<String>,
        /// Processor architecture
        ///
        /// Architecture of the processor.
        #[pnp(name = "processorArchitecture")]
        pub processor_architecture: Option<String>,
        /// Processor manufacturer
        ///
        /// The company that makes the processor.
        #[pnp(name = "processorManufacturer")]
        pub processor_manufacturer: Option<String>,
        /// Total storage
        ///
        /// Storage that the device has, in kibibytes.
        #[pnp(name = "totalStorage", semantic = "DataSize", unit = "kibibyte")]
        pub total_storage: Option<f64>,
        /// Total memory
        ///
        /// Memory that the device has, in kibibytes.
        #[pnp(name = "totalMemory", semantic = "DataSize", unit = "kibibyte")]
        pub total_memory: Option<f64>,
    }
}
