//! The `pnp` command: checks DTDL models, prints what they mean, and generates code from them.
//!
//! Results go to standard output, problems and progress to standard error. Exit codes: 0 fine; 1 the
//! input has errors, or `--check` found a difference; 2 wrong usage; 3 a file could not be read or
//! written.

mod args;
mod check;
mod dump;
mod explain;
mod generate;
#[cfg(feature = "hub")]
mod hub;
mod input;
mod output;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::output::Exit;

fn main() -> ExitCode {
    // clap prints help to standard output with 0 and usage errors to standard error with 2.
    let args = Args::parse();
    let result = match &args.command {
        Command::Check(check) => check::run(check, &args.global),
        Command::Inspect(inspect) => dump::inspect(inspect, &args.global),
        Command::Dump(dump) => dump::run(dump, &args.global),
        Command::Explain(explain) => explain::run(explain),
        Command::Generate(generate) => generate::run(generate, &args.global),
        #[cfg(feature = "hub")]
        Command::Hub(hub) => hub::run(hub),
    };
    match result {
        Ok(exit) => exit.into(),
        // Whoever reads our output went away (`pnp … | head`): nothing is wrong.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Fine.into(),
        Err(error) => {
            output::complain(&format!("standard output could not be written: {error}"));
            Exit::Io.into()
        }
    }
}
