//! `mqttspec run`: runs cases against a broker and reports. What happens between the arguments and
//! the exit code is a [`Session`].

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Instant;

use tokio::runtime;

use super::session::{Capture, Session};
use super::target::TargetArgs;
use super::{Failure, Globals, Selection};
use crate::baseline::{Baseline, Problem};
use crate::exit::Exit;
use crate::report::event::Start;
use crate::report::reporter::{Format, Outputs, Reporter};
use crate::runner::RunOptions;

/// Run scenarios against a broker
///
/// Without --broker and --spawn they run against the embedded reference broker.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    selection: Selection,
    /// Let SHOULDs count: a NON-STRICT case fails the run
    #[arg(long, env = "MQTTSPEC_STRICT", hide_env_values = true)]
    strict: bool,
    /// Known failures, with reasons (TOML)
    #[arg(long, value_name = "FILE", env = "MQTTSPEC_BASELINE", hide_env_values = true)]
    baseline: Option<PathBuf>,
    /// Cases that run side by side
    #[arg(
        short,
        long,
        value_name = "NUMBER",
        default_value = "100",
        env = "MQTTSPEC_JOBS",
        hide_env_values = true
    )]
    jobs: NonZeroUsize,
    /// End the run with the first case that fails
    #[arg(long)]
    fail_fast: bool,
    /// The seed of topics, client ids and the order of cases, in hex; printed by every run
    #[arg(
        long,
        value_name = "HEX",
        value_parser = parse_seed,
        env = "MQTTSPEC_SEED",
        hide_env_values = true
    )]
    seed: Option<u64>,
    #[command(flatten)]
    target: TargetArgs,
    /// Write all reports into this folder: run.jsonl, junit.xml, report.txt, statements.json and
    /// statements.txt, and the log of a broker that was spawned
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Reports",
        env = "MQTTSPEC_OUT",
        hide_env_values = true
    )]
    out: Option<PathBuf>,
    /// Write a JUnit report
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Reports",
        env = "MQTTSPEC_JUNIT",
        hide_env_values = true
    )]
    junit: Option<PathBuf>,
    /// Whose traces of packets stand in the reports
    #[arg(
        long,
        value_enum,
        value_name = "WHOSE",
        default_value_t,
        help_heading = "Reports",
        env = "MQTTSPEC_CAPTURE",
        hide_env_values = true
    )]
    capture: Capture,
    /// What goes to the terminal: text on stderr, or JSON lines on stdout
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t,
        help_heading = "Reports",
        env = "MQTTSPEC_FORMAT",
        hide_env_values = true
    )]
    format: Format,
}

pub(super) fn run(args: &Args, globals: &Globals) -> Result<Exit, Failure> {
    let suite = globals.suite()?;
    let all = suite.cases();
    let cases = args.selection.choose(&all)?;
    let baseline = args.baseline(globals)?;
    let stale = match &baseline {
        Some(baseline) if cases.len() == all.len() => {
            baseline.stale(cases.iter().map(|case| case.id.as_str()))
        }
        _ => Vec::new(),
    };
    let sources = globals.sources(&suite);
    let reporter = Reporter::new(args.outputs(globals), &sources)
        .map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Error, format!("cannot start the runtime: {error}")))?;
    let start = args.start(globals, cases.len());
    let session = Session {
        target: &args.target,
        log: args.out.as_ref().map(|folder| folder.join("broker.log")),
        options: args.options(start.seed),
        strict: args.strict,
        fail_fast: args.fail_fast,
        capture: args.capture,
        start,
        cases,
        baseline: baseline.as_ref(),
        sources: &sources,
        since: Instant::now(),
    };
    let exit = runtime.block_on(session.run(reporter))?;
    Ok(outdated(&stale, exit, globals))
}

impl Args {
    fn baseline(&self, globals: &Globals) -> Result<Option<Baseline>, Failure> {
        let Some(path) = &self.baseline else { return Ok(None) };
        Baseline::load(path)
            .map(Some)
            .map_err(|error| Failure::new(Exit::Usage, error.render(globals.color_stderr())))
    }

    fn outputs(&self, globals: &Globals) -> Outputs {
        Outputs {
            folder: self.out.clone(),
            junit: self.junit.clone(),
            format: self.format,
            color: globals.color_stderr(),
            strict: self.strict,
        }
    }

    fn start(&self, globals: &Globals, cases: usize) -> Start {
        let mut arguments = vec![self.target.argument()];
        if let Some(folder) = &globals.scenarios {
            let folder = folder.display().to_string();
            arguments.push(format!("--scenarios {}", shell_words::quote(&folder)));
        }
        arguments.retain(|argument| !argument.is_empty());
        // Eight digits are enough to tell runs apart, and can be typed.
        let seed = self.seed.unwrap_or_else(|| RandomState::new().hash_one(0) & 0xffff_ffff);
        Start {
            mqttspec: env!("CARGO_PKG_VERSION").into(),
            target: self.target.describe(),
            target_argument: arguments.join(" "),
            seed,
            cases,
        }
    }

    fn options(&self, seed: u64) -> RunOptions {
        RunOptions {
            jobs: self.jobs.get(),
            seed,
            timeout_scale: self.target.timeout_scale,
            capture_all: self.capture == Capture::All,
            ..RunOptions::default()
        }
    }
}

/// Baseline entries that match nothing fail a run that is fine otherwise.
fn outdated(stale: &[Problem], exit: Exit, globals: &Globals) -> Exit {
    for problem in stale {
        // Nobody is left to tell if stderr is gone.
        let _ = writeln!(io::stderr(), "{}\n", problem.render(globals.color_stderr()));
    }
    if exit == Exit::Fine && !stale.is_empty() { Exit::Findings } else { exit }
}

/// Up to 16 hex digits, with or without `0x`.
fn parse_seed(text: &str) -> Result<u64, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u64::from_str_radix(digits, 16).map_err(|_| "up to 16 hex digits are wanted".into())
}
