//! Packs the scenario files of the repository into the binary: writes a list of their paths and
//! texts, sorted by path, for `scenario::Suite::packaged`.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let folder = package.join("../scenarios");
    let mut paths = Vec::new();
    collect(&folder, &mut paths);
    paths.sort();

    let mut list = String::from(
        "/// The packaged scenario files: path below the folder, text.\n\
         const PACKAGED: &[(&str, &str)] = &[\n",
    );
    for path in &paths {
        let name = path.strip_prefix(&folder).expect("it lies below the folder");
        let name = name.components().map(|part| part.as_os_str().to_string_lossy());
        let name = name.collect::<Vec<_>>().join("/");
        let path = path.canonicalize().expect("it was just found");
        writeln!(list, "    ({name:?}, include_str!({path:?})),").expect("a string takes it");
    }
    list.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("scenarios.rs"), list).expect("OUT_DIR can be written to");
}

/// All `.scn` files of a folder that may not be there, and of those below it.
fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", folder.display());
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "scn") {
            paths.push(path);
        }
    }
}
