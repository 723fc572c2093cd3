//! Flags that every command takes: where the scenarios come from, and colour.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Failure;
use crate::exit::Exit;
use crate::report::frame::Sources;
use crate::scenario::{Diagnostic, LoadError, Suite};

/// Flags that every command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Globals {
    /// Take the scenarios of this folder instead of those compiled in
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "MQTTSPEC_SCENARIOS",
        hide_env_values = true,
        help_heading = "Options of every command"
    )]
    pub scenarios: Option<PathBuf>,
    /// When to colour
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t = Color::Auto,
        help_heading = "Options of every command"
    )]
    pub color: Color,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Globals {
    /// The suite that the flags ask for. If it does not parse, the diagnostics go to stderr.
    ///
    /// # Errors
    ///
    /// The folder cannot be read, or its files do not parse or check.
    pub fn suite(&self) -> Result<Suite, Failure> {
        match &self.scenarios {
            None => Suite::packaged().map_err(|diagnostics| self.reject(&diagnostics)),
            Some(folder) => Suite::load(folder).map_err(|error| match error {
                LoadError::Mistakes(diagnostics) => self.reject(&diagnostics),
                LoadError::Unreadable { .. } => Failure::new(Exit::Usage, error.to_string()),
            }),
        }
    }

    /// The folder of scenarios that commands work on which need files: that of the flag, else
    /// `scenarios`.
    #[must_use]
    pub fn scenarios_folder(&self) -> &Path {
        self.scenarios.as_deref().unwrap_or(Path::new("scenarios"))
    }

    /// The texts of a suite, to quote from.
    #[must_use]
    pub fn sources(&self, suite: &Suite) -> Sources {
        let root = self.scenarios_folder().display().to_string();
        let files = suite.files.iter();
        Sources::new(&root, files.map(|it| (it.source.path.clone(), it.source.text.clone())))
    }

    /// Shows mistakes in scenario files on stderr.
    pub fn show(&self, diagnostics: &[Diagnostic]) {
        let mut stderr = io::stderr().lock();
        for diagnostic in diagnostics {
            // Nobody is left to tell if stderr is gone.
            let _ = writeln!(stderr, "{}\n", diagnostic.render(self.color_stderr()));
        }
    }

    fn reject(&self, diagnostics: &[Diagnostic]) -> Failure {
        self.show(diagnostics);
        Failure::new(Exit::Scenarios, "the scenarios do not parse")
    }

    /// Whether to colour what goes to stdout.
    #[must_use]
    pub fn color_stdout(&self) -> bool {
        self.color.wanted(io::stdout().is_terminal())
    }

    /// Whether to colour what goes to stderr.
    #[must_use]
    pub fn color_stderr(&self) -> bool {
        self.color.wanted(io::stderr().is_terminal())
    }
}

impl Color {
    /// Whether to colour a stream that is, or is not, a terminal.
    fn wanted(self, is_terminal: bool) -> bool {
        let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => is_terminal && !set("NO_COLOR") && !dumb,
        }
    }
}
