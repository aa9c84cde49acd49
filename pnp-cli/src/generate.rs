//! `pnp generate`: code from a model.

use std::io::{self, Write};
use std::path::Path;

use dtdl_parser::Model;
use pnp_codegen::{Error, Files};

use crate::args::{Generate, Global, Lang};
use crate::input;
use crate::output::{Exit, complain};

pub(crate) fn run(args: &Generate, global: &Global) -> io::Result<Exit> {
    let (model, sources) = match input::model(&args.inputs, global) {
        Ok(read) => read,
        Err(exit) => return Ok(exit),
    };
    let roots = match roots(&model, &args.model) {
        Ok(roots) => roots,
        Err(message) => {
            complain(&message);
            return Ok(Exit::Usage);
        }
    };
    let settings = roots
        .into_iter()
        .fold(pnp_codegen::configure(), |settings, root| {
            settings.model(root)
        });
    let Lang::Rust = args.lang;
    let generated = match pnp_codegen::generate(&model, &sources, &settings) {
        Ok(generated) => generated,
        Err(error) => return Ok(fail(&error)),
    };
    for collision in &generated.collisions {
        let _ = writeln!(io::stderr(), "warning: {collision}");
    }
    if args.out == Path::new("-") {
        print(&generated.files)
    } else if args.check {
        check(&generated.files, &args.out)
    } else {
        write(&generated.files, &args.out)
    }
}

/// The interfaces to generate for: those asked for, or the only one that no other refers to.
fn roots(model: &Model, asked: &[String]) -> Result<Vec<String>, String> {
    let missing: Vec<_> = asked
        .iter()
        .filter(|id| model.interface(id).is_none())
        .collect();
    if let Some(id) = missing.first() {
        return Err(format!("the input has no interface {id}"));
    }
    if !asked.is_empty() {
        return Ok(asked.to_vec());
    }
    let mut roots: Vec<&str> = model.interfaces().map(|interface| interface.id()).collect();
    for interface in model.interfaces() {
        let components = interface
            .components()
            .map(|component| component.schema().id());
        let bases = interface.extends().map(|base| base.id());
        let used: Vec<&str> = components.chain(bases).collect();
        roots.retain(|root| !used.contains(root));
    }
    match roots.as_slice() {
        [only] => Ok(vec![(*only).to_owned()]),
        [] => Err(
            "the input has no interface that no other refers to; say which with --model".to_owned(),
        ),
        several => Err(format!(
            "say with --model which interface to generate for: {}",
            several.join(", ")
        )),
    }
}

fn print(files: &Files) -> io::Result<Exit> {
    let mut out = io::stdout().lock();
    for (_, file) in files.iter() {
        out.write_all(file.text.as_bytes())?;
    }
    Ok(Exit::Fine)
}

fn check(files: &Files, dir: &Path) -> io::Result<Exit> {
    match files.check(dir) {
        Ok(difference) if difference.is_empty() => Ok(Exit::Fine),
        Ok(difference) => {
            io::stdout().lock().write_all(difference.as_bytes())?;
            Ok(Exit::Errors)
        }
        Err(error) => Ok(fail(&error)),
    }
}

fn write(files: &Files, dir: &Path) -> io::Result<Exit> {
    match files.sync(dir) {
        Ok(changes) => {
            let mut out = io::stdout().lock();
            for (path, change) in changes {
                writeln!(out, "{change:?} {}", path.display())?;
            }
            Ok(Exit::Fine)
        }
        Err(error) => Ok(fail(&error)),
    }
}

fn fail(error: &Error) -> Exit {
    complain(&error.to_string());
    if error.is_io() {
        Exit::Io
    } else if error.is_usage() {
        Exit::Usage
    } else {
        Exit::Errors
    }
}
