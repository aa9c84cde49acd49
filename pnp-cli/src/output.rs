//! Exit codes, colours, and the two streams.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use crate::args::Color;

/// How the command ended, as scripts see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    Fine,
    /// The input has errors, or `--check` found a difference.
    Errors,
    Usage,
    /// A file could not be read or written.
    Io,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::Errors => 1,
            Exit::Usage => 2,
            Exit::Io => 3,
        })
    }
}

/// Says on standard error what went wrong with a file or the command line.
pub(crate) fn complain(message: &str) {
    // Nobody is left to tell where standard error itself is closed.
    let _ = writeln!(io::stderr(), "error: {message}");
}

/// Prints on standard error what people should read.
pub(crate) fn say(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Whether what goes to standard error may hold colours.
pub(crate) fn colored(choice: Color) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        // https://no-color.org: set and not empty means no colours.
        Color::Auto => {
            io::stderr().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}
