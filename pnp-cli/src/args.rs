//! The command line.

#[cfg(feature = "hub")]
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// Checks DTDL models, prints what they mean, and generates code from them.
#[derive(Debug, Parser)]
#[command(name = "pnp", version, max_term_width = 100)]
#[command(after_help = "\
Exit codes:
  0  fine
  1  the input has errors, or --check found a difference
  2  wrong usage
  3  a file could not be read or written

Examples:
  pnp check models
  pnp check --each --repo models device.json
  pnp generate models --model 'dtmi:com:example:Thermostat;1' --lang rust --out src/generated
  pnp explain missingLiteralProperty")]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, ClapArgs)]
pub(crate) struct Global {
    /// When to colour what people read; NO_COLOR turns colours off too
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Validate models; every problem of every file in one run
    Check(Check),
    /// Print the object model as JSON, in the reference parser's shape
    Inspect(Inspect),
    /// Print what a stage of the compiler makes of the input, as JSON
    Dump(Dump),
    /// Say what a code means, with an example and the fix
    Explain(Explain),
    /// Generate code
    Generate(Generate),
    /// Run a local hub that official SDKs connect to
    #[cfg(feature = "hub")]
    Hub(Hub),
}

/// Where models come from.
#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Inputs {
    /// Files, folders (searched for *.json) or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// A folder that references are resolved in: a model repository, or any folder of models
    #[arg(long, value_name = "DIR")]
    pub(crate) repo: Vec<PathBuf>,
    /// Refuse DTDL versions above this one
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(2..=4))]
    pub(crate) max_dtdl: u8,
    /// When types and properties of unknown extensions are accepted; default: in DTDL v2 only
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) allow_undefined_extensions: Undefined,
    /// A limit extension that documents may ask for, such as 'dtmi:dtdl:limits:onvif;1'
    #[arg(long, value_name = "DTMI")]
    pub(crate) limits: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Undefined {
    Always,
    Never,
    #[default]
    Default,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// Check each file by itself; the others only resolve its references
    #[arg(long)]
    pub(crate) each: bool,
    /// How problems are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
    /// What else makes the check fail
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) deny: Vec<Deny>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: the line, a caret under the place, why, and what to do
    #[default]
    Human,
    /// One JSON object a problem, one a line, then a summary
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub workflow annotations
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    Warnings,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Dump {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// The stage whose product is printed
    #[arg(long, value_enum, value_name = "STAGE")]
    pub(crate) stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// The JSON as it was read, with positions
    Json,
    /// Contexts, terms, types and versions settled
    Expand,
    /// Elements by id, and what refers to what
    Graph,
    /// The checked model
    Model,
    /// What generators see
    Ir,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// The code that stands behind `error` or `warning`; without one, all codes are listed
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// The root interface; may be left out where the input has just one that no other refers to
    #[arg(long, value_name = "DTMI")]
    pub(crate) model: Vec<String>,
    /// The target language
    #[arg(long, value_enum, default_value_t, value_name = "LANG")]
    pub(crate) lang: Lang,
    /// Where the code goes; - prints it
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Write nothing; print what would change and exit with 1 if anything would
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    #[default]
    Rust,
}

#[cfg(feature = "hub")]
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
It prints, and writes to --ready-file once it takes connections, where it listens, the service
connection string, and the environment lines that make the official SDKs trust it.

Examples:
  pnp hub
  pnp hub --data hub-data --https 127.0.0.1:8443 --https 127.0.0.1:443")]
pub(crate) struct Hub {
    /// Keep state, keys and certificates here; without it nothing outlives the process
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Where to listen for MQTT over TLS [default: 127.0.0.1:8883]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) mqtt: Vec<SocketAddr>,
    /// Where to listen for REST and MQTT over WebSocket [default: 127.0.0.1:8443]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) https: Vec<SocketAddr>,
    /// A JSON file with what the hub holds from the beginning
    #[arg(long, value_name = "FILE")]
    pub(crate) seed: Option<PathBuf>,
    /// Write here how the hub is reached, as JSON, once it takes connections
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    /// What an acknowledged write outlives, with --data
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub(crate) durability: Durability,
}

#[cfg(feature = "hub")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Durability {
    /// The end of the process, however sudden
    #[default]
    Process,
    /// The loss of power too
    Power,
}
