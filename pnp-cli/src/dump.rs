//! `pnp dump` and `pnp inspect`: what the stages make of the input, as JSON.

use std::io::{self, Write};

use dtdl_parser::diagnostics::Report;
use dtdl_parser::dump;

use crate::args::{Dump, Global, Inspect, Stage};
use crate::input;
use crate::output::{Exit, complain};

/// The object model in the reference parser's shape.
pub(crate) fn inspect(args: &Inspect, global: &Global) -> io::Result<Exit> {
    match input::model(&args.inputs, global) {
        Ok((model, _)) => print(&model.to_reference_json()),
        Err(exit) => Ok(exit),
    }
}

pub(crate) fn run(args: &Dump, global: &Global) -> io::Result<Exit> {
    let stage = match args.stage {
        Stage::Json => dump::Stage::Json,
        Stage::Expand => dump::Stage::Expand,
        Stage::Graph => dump::Stage::Graph,
        Stage::Model => {
            return inspect(
                &Inspect {
                    inputs: args.inputs.clone(),
                },
                global,
            );
        }
        Stage::Ir => return ir(args, global),
    };
    let mut inputs = input::read(&args.inputs.paths);
    let resolver = input::repositories(&args.inputs.repo);
    let options = args.inputs.options();
    let (json, problems) = dump::dump(
        stage,
        &mut inputs.sources,
        &inputs.files,
        &resolver,
        &options,
    );
    let report = Report::new(problems, &inputs.sources);
    input::say_report(&report, &inputs.sources, global);
    // An early stage has a product even where there are errors: that is when one looks at it.
    print(&json)?;
    Ok(inputs.exit(&report))
}

/// What generators see: all interfaces as roots.
fn ir(args: &Dump, global: &Global) -> io::Result<Exit> {
    let (model, sources) = match input::model(&args.inputs, global) {
        Ok(read) => read,
        Err(exit) => return Ok(exit),
    };
    let roots: Vec<&str> = model.interfaces().map(|interface| interface.id()).collect();
    match pnp_codegen::ir::lower(&model, &sources, &roots) {
        Ok(package) => print(&package.to_json()),
        Err(error) => {
            complain(&error.to_string());
            Ok(Exit::Errors)
        }
    }
}

fn print(json: &str) -> io::Result<Exit> {
    writeln!(io::stdout().lock(), "{}", json.trim_end())?;
    Ok(Exit::Fine)
}
