//! The command line: one file a command, each of them thin.
//!
//! What a command was asked for goes to stdout; progress, summaries and diagnostics go to stderr.
//! Every command answers with an [`Exit`], or with a [`Failure`] that says why it gave up.

mod broker;
mod case_text;
mod check;
mod coverage;
mod decode;
mod explain;
mod files;
mod filter;
mod fmt;
mod globals;
mod list;
mod paint;
mod probe;
mod run;
mod selftest;
mod session;
mod target;

use std::io::{self, Write};

use clap::{CommandFactory, Parser, Subcommand};

use crate::exit::Exit;

pub use filter::{CaseGlob, Selection};
pub use globals::{Color, Globals};

/// Runs the command that the arguments of the process ask for. A usage error, a request for help or
/// for the version ends the process here.
#[must_use]
pub fn main() -> Exit {
    let Cli { globals, command } = Cli::parse();
    command.run(&globals).unwrap_or_else(|failure| failure.report(&globals))
}

/// The commands and their arguments.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Tells in seconds, with evidence, which rules of MQTT 3.1.1 and 5.0 a broker breaks.
#[derive(Parser)]
#[command(name = "mqttspec", version, after_help = exit_codes(), max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(run::Args),
    Probe(probe::Args),
    List(list::Args),
    Explain(explain::Args),
    Check(check::Args),
    Fmt(fmt::Args),
    Coverage(coverage::Args),
    Decode(decode::Args),
    Broker(broker::Args),
    Selftest(selftest::Args),
}

impl Command {
    fn run(&self, globals: &Globals) -> Result<Exit, Failure> {
        match self {
            Self::Run(args) => run::run(args, globals),
            Self::Probe(args) => probe::run(args, globals),
            Self::List(args) => list::run(args, globals),
            Self::Explain(args) => explain::run(args, globals),
            Self::Check(args) => check::run(args, globals),
            Self::Fmt(args) => fmt::run(args, globals),
            Self::Coverage(args) => coverage::run(args, globals),
            Self::Decode(args) => decode::run(args, globals),
            Self::Broker(args) => broker::run(args, globals),
            Self::Selftest(args) => selftest::run(args, globals),
        }
    }
}

fn exit_codes() -> String {
    let mut text = String::from("Exit codes:\n");
    for exit in Exit::ALL {
        text.push_str(&format!("{:>5}  {}\n", exit.code(), exit.meaning()));
    }
    text
}

/// Why a command gave up.
#[derive(Debug)]
pub struct Failure {
    /// How the process ends.
    pub exit: Exit,
    /// What happened, a lowercase fragment; lines behind the first are notes. Empty if all was said.
    pub message: String,
}

impl Failure {
    /// A failure with a message.
    #[must_use]
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }

    fn report(self, globals: &Globals) -> Exit {
        if !self.message.is_empty() {
            let error = paint::Paint::new(globals.color_stderr()).bad("error:");
            // Nobody is left to tell if stderr is gone.
            let _ = writeln!(io::stderr(), "{error} {}", self.message);
        }
        self.exit
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Output that cannot be written. A reader that went away (`mqttspec list | head`) is no failure.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Fine, "");
        }
        Self::new(Exit::Usage, format!("cannot write the output: {error}"))
    }
}
