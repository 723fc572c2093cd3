//! `mqttspec check`: whether scenario files parse, and make sense.

use std::path::{Path, PathBuf};

use super::files::{folder_of, read};
use super::{Failure, Globals};
use crate::exit::Exit;
use crate::scenario::{Diagnostic, LoadError, Source, Suite};

/// Check scenario files
///
/// A file below a folder called `scenarios` is checked together with that folder, whose tables it
/// may use; only what is wrong with the file itself is shown.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files and folders [default: the folder of --scenarios, else `scenarios`, else those
    /// compiled in]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

pub(super) fn run(args: &Args, globals: &Globals) -> Result<Exit, Failure> {
    let mut mistakes = 0;
    if args.paths.is_empty() {
        let folder = globals.scenarios_folder();
        mistakes += if globals.scenarios.is_some() || folder.is_dir() {
            check_folder(folder, globals)?
        } else {
            show(&Suite::packaged().err().unwrap_or_default(), globals)
        };
    }
    for path in &args.paths {
        mistakes += match path.is_dir() {
            true => check_folder(path, globals)?,
            false => check_file(path, globals)?,
        };
    }
    if mistakes == 0 {
        return Ok(Exit::Fine);
    }
    let plural = if mistakes == 1 { "mistake" } else { "mistakes" };
    Err(Failure::new(Exit::Scenarios, format!("{mistakes} {plural} in the scenarios")))
}

fn check_folder(folder: &Path, globals: &Globals) -> Result<usize, Failure> {
    Ok(show(&mistakes_in(folder)?, globals))
}

fn check_file(path: &Path, globals: &Globals) -> Result<usize, Failure> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let Some((folder, name)) =
        folder_of(&absolute).and_then(|folder| Some((folder, absolute.strip_prefix(folder).ok()?)))
    else {
        let source = read(path, &path.to_string_lossy())?;
        return Ok(show(&Suite::parse(vec![source]).err().unwrap_or_default(), globals));
    };
    // So that a file which is not there, or is no text, is told by its own name.
    let name = name.to_string_lossy().replace('\\', "/");
    let source: Source = read(path, &name)?;
    let mut mistakes = mistakes_in(folder)?;
    mistakes.retain(|mistake| mistake.source.path == source.path);
    Ok(show(&mistakes, globals))
}

fn mistakes_in(folder: &Path) -> Result<Vec<Diagnostic>, Failure> {
    match Suite::load(folder) {
        Ok(_) => Ok(Vec::new()),
        Err(LoadError::Mistakes(diagnostics)) => Ok(diagnostics),
        Err(error) => Err(Failure::new(Exit::Usage, error.to_string())),
    }
}

/// Shows mistakes on stderr, and how many there are.
fn show(mistakes: &[Diagnostic], globals: &Globals) -> usize {
    globals.show(mistakes);
    mistakes.len()
}
