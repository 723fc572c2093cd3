//! The scenario files that `check` and `fmt` are about.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::exit::Exit;
use crate::scenario::Source;

/// The files among some paths: those named, and all `.scn` files below the folders named, sorted.
pub(super) fn scenario_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files).map_err(|error| {
            Failure::new(Exit::Usage, format!("cannot read {}: {error}", path.display()))
        })?;
    }
    files.sort();
    files.dedup();
    if files.is_empty() {
        return Err(Failure::new(Exit::Empty, "there are no scenario files"));
    }
    Ok(files)
}

/// Reads a file, under the name that it is given.
pub(super) fn read(path: &Path, name: &str) -> Result<Source, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new(Exit::Usage, format!("cannot read {}: {error}", path.display()))
    })?;
    Ok(Source { path: name.to_owned(), text })
}

/// The folder of scenarios that a file belongs to, since its tables may stand in other files: the
/// nearest one above it that is called `scenarios`.
pub(super) fn folder_of(file: &Path) -> Option<&Path> {
    file.ancestors().skip(1).find(|above| above.file_name() == Some(OsStr::new("scenarios")))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() || path.extension() == Some(OsStr::new("scn")) {
            collect(&path, files)?;
        }
    }
    Ok(())
}
