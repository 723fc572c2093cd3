//! `mqttspec fmt`: scenario files in their canonical form.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{read, scenario_files};
use super::{Failure, Globals};
use crate::exit::Exit;
use crate::scenario::{Source, format, parse_file};

/// Format scenario files
///
/// Files that are in the canonical form already are left alone. A file that does not parse is left
/// alone too, and reported.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write nothing; name the files that would change, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
    /// Files and folders; `-` formats stdin to stdout [default: the folder `scenarios`]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

pub(super) fn run(args: &Args, globals: &Globals) -> Result<Exit, Failure> {
    if args.paths == [Path::new("-")] {
        return from_stdin(args.check, globals);
    }
    let paths = match args.paths.is_empty() {
        true => &[globals.scenarios_folder().to_owned()],
        false => args.paths.as_slice(),
    };
    let mut exit = Exit::Fine;
    for path in scenario_files(paths)? {
        let source = Arc::new(read(&path, &path.to_string_lossy())?);
        let Some(formatted) = formatted(&source, globals) else {
            exit = Exit::Scenarios;
            continue;
        };
        if formatted == source.text {
            continue;
        }
        if args.check {
            writeln!(io::stdout(), "{}", path.display())?;
            if exit == Exit::Fine {
                exit = Exit::Findings;
            }
        } else {
            fs::write(&path, formatted).map_err(|error| {
                Failure::new(Exit::Usage, format!("cannot write {}: {error}", path.display()))
            })?;
        }
    }
    Ok(exit)
}

fn from_stdin(check: bool, globals: &Globals) -> Result<Exit, Failure> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::new(Exit::Usage, format!("cannot read the input: {error}")))?;
    let source = Arc::new(Source { path: "(stdin)".to_owned(), text });
    let Some(formatted) = formatted(&source, globals) else { return Ok(Exit::Scenarios) };
    if check {
        return Ok(if formatted == source.text { Exit::Fine } else { Exit::Findings });
    }
    io::stdout().write_all(formatted.as_bytes())?;
    Ok(Exit::Fine)
}

/// The canonical form. If the file does not parse, its diagnostics go to stderr.
fn formatted(source: &Arc<Source>, globals: &Globals) -> Option<String> {
    match parse_file(source) {
        Ok(file) => Some(format(&file)),
        Err(diagnostics) => {
            globals.show(&diagnostics);
            None
        }
    }
}
