//! The scenario language: text to syntax tree, the checks, the canonical form, and the cases that
//! a run consists of. `scenarios/README.md` is its reference.

pub mod ast;
pub mod case;
mod check;
mod diagnostic;
pub mod eval;
pub mod fields;
mod format;
mod lexer;
mod measure;
mod parser;
mod problem;
pub mod reasons;
#[cfg(test)]
mod strategy;
#[cfg(test)]
mod tests;
pub mod words;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ast::{Item, Scenario, Table};

pub use case::{Binding, Capability, Case, StatementId};

pub use diagnostic::{Diagnostic, Problem, Related};
pub use format::format;

include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));

/// The text of a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path below the folder of scenarios, with `/` between the parts.
    pub path: String,
    /// What it holds.
    pub text: String,
}

impl Source {
    /// The folder that the file lies in, which is the first part of its cases' ids; empty at the
    /// top.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// A file and what it means.
#[derive(Clone, Debug)]
pub struct ParsedFile {
    /// The text.
    pub source: Arc<Source>,
    /// The tree.
    pub file: ast::File,
}

/// A set of files that was parsed and checked as a whole.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The files, in the order of their paths.
    pub files: Vec<ParsedFile>,
    /// The scenarios of all files, in their order.
    scenarios: Vec<(Arc<Source>, Arc<Scenario>)>,
    /// File and item of each table, by name.
    tables: BTreeMap<String, (usize, usize)>,
}

/// Why a folder of scenarios could not be loaded.
#[derive(Debug)]
pub enum LoadError {
    /// A file or a folder cannot be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The files are there, but there are mistakes in them.
    Mistakes(Vec<Diagnostic>),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, error } => {
                write!(f, "cannot read {}: {error}", path.display())
            }
            Self::Mistakes(diagnostics) => {
                let frames: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
                f.write_str(&frames.join("\n\n"))
            }
        }
    }
}

impl std::error::Error for LoadError {}

impl Suite {
    /// The scenarios that are compiled in.
    ///
    /// # Errors
    /// All mistakes in them; a test shows that there are none.
    pub fn packaged() -> Result<Self, Vec<Diagnostic>> {
        let source = |&(path, text): &(&str, &str)| Source { path: path.into(), text: text.into() };
        Self::parse(PACKAGED.iter().map(source).collect())
    }

    /// All `.scn` files of a folder and of those below it.
    ///
    /// # Errors
    /// What cannot be read, or all mistakes in the files.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        let mut sources = Vec::new();
        collect(folder, "", &mut sources)?;
        Self::parse(sources).map_err(LoadError::Mistakes)
    }

    /// Parses and checks files that belong together.
    ///
    /// # Errors
    /// All mistakes of all files, in the order of the files.
    pub fn parse(mut sources: Vec<Source>) -> Result<Self, Vec<Diagnostic>> {
        sources.sort_by(|left, right| left.path.cmp(&right.path));
        let mut diagnostics = Vec::new();
        let mut files = Vec::new();
        for source in sources.into_iter().map(Arc::new) {
            let (file, mistakes) = parser::parse(&source);
            diagnostics.extend(mistakes);
            files.push(ParsedFile { source, file });
        }
        let suite = Self::index(files);
        diagnostics.extend(check::check(&suite, diagnostics.is_empty()));
        if diagnostics.is_empty() { Ok(suite) } else { Err(diagnostics) }
    }

    /// Every scenario in every version with every choice of rows, in the order of the files.
    #[must_use]
    pub fn cases(&self) -> Vec<Arc<Case>> {
        self.scenarios
            .iter()
            .flat_map(|(source, scenario)| case::cases_of(self, source, scenario))
            .collect()
    }

    /// The scenarios of all files, with the file that each stands in.
    pub fn scenarios(&self) -> impl Iterator<Item = (&Arc<Source>, &Arc<Scenario>)> {
        self.scenarios.iter().map(|(source, scenario)| (source, scenario))
    }

    /// The table of that name, with the file that it stands in.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<(&Arc<Source>, &Table)> {
        let &(file, item) = self.tables.get(name)?;
        let file = &self.files[file];
        match &file.file.items[item] {
            Item::Table(table) => Some((&file.source, table)),
            Item::Scenario(_) => None,
        }
    }

    /// The names of all tables.
    pub fn table_names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    fn index(files: Vec<ParsedFile>) -> Self {
        let mut scenarios = Vec::new();
        let mut tables = BTreeMap::new();
        for (number, file) in files.iter().enumerate() {
            for (at, item) in file.file.items.iter().enumerate() {
                match item {
                    Item::Table(table) => {
                        tables.entry(table.name.node.clone()).or_insert((number, at));
                    }
                    Item::Scenario(scenario) => {
                        scenarios.push((Arc::clone(&file.source), Arc::new(scenario.clone())));
                    }
                }
            }
        }
        Self { files, scenarios, tables }
    }
}

/// Parses one file.
///
/// # Errors
/// All mistakes of grammar in it.
pub fn parse_file(source: &Arc<Source>) -> Result<ast::File, Vec<Diagnostic>> {
    let (file, diagnostics) = parser::parse(source);
    if diagnostics.is_empty() { Ok(file) } else { Err(diagnostics) }
}

/// Reads the scenario files of a folder, in the order of their names.
fn collect(folder: &Path, prefix: &str, sources: &mut Vec<Source>) -> Result<(), LoadError> {
    let unreadable = |path: &Path, error| LoadError::Unreadable { path: path.into(), error };
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, error))?;
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), sources)?;
        } else if path.extension().is_some_and(|extension| extension == "scn") {
            let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            sources.push(Source { path: name, text });
        }
    }
    Ok(())
}
