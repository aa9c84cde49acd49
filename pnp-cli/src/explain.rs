//! `pnp explain`: what a code means.

use std::io::{self, Write};

use dtdl_parser::diagnostics::{Code, explain, suggest};

use crate::args::Explain;
use crate::output::{Exit, complain};

pub(crate) fn run(args: &Explain) -> io::Result<Exit> {
    let mut out = io::stdout().lock();
    let Some(name) = &args.code else {
        for code in Code::ALL {
            writeln!(out, "{}", code.name())?;
        }
        return Ok(Exit::Fine);
    };
    // The identifier that the reference parser gives out is as good as the name.
    let name = name.rsplit(':').next().unwrap_or(name);
    match Code::from_name(name) {
        Some(code) => {
            writeln!(out, "{}", explain(code).to_string().trim_end())?;
            Ok(Exit::Fine)
        }
        None => {
            let near = suggest(name, Code::ALL.iter().map(|code| code.name()));
            let hint = near
                .first()
                .map(|name| format!("; did you mean {name}"))
                .unwrap_or_default();
            complain(&format!(
                "there is no code {name}{hint}; `pnp explain` alone lists all"
            ));
            Ok(Exit::Usage)
        }
    }
}
