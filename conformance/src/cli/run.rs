//! `mqttspec run`: runs cases against a broker and reports.
//!
//! Whatever happens after the arguments are read, the run comes to an end, the broker that it
//! started is stopped, and the reports are written: also if the broker does not come up, dies or
//! speaks no MQTT, and on Ctrl-C.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mqttspec_codec::Version;
use tokio::{runtime, signal};

use super::target::{OpenError, TargetArgs};
use super::{Failure, Globals, Selection};
use crate::baseline::{Baseline, Problem};
use crate::exit::Exit;
use crate::report::event::{CaseReport, Event, Failure as Fault, Start, Summary};
use crate::report::frame::Sources;
use crate::report::reporter::{Format, Outputs, Reporter, WriteError};
use crate::runner::{self, RunOptions};
use crate::scenario::Case;
use crate::target::Target;
use crate::target::probe::{self, Greeting, Unusable};
use crate::verdict::Verdict;

/// How often a spawned broker that died is started again.
const REVIVALS_MAX: usize = 5;
/// How long a spawned broker may take from its first open port to its first CONNACK, before it is
/// scaled.
const BOOT_MAX: Duration = Duration::from_secs(15);
/// Between two greetings of a broker that boots.
const BOOT_PAUSE: Duration = Duration::from_millis(200);

/// Run scenarios against a broker
///
/// Without --broker and --spawn they run against the embedded reference broker.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    selection: Selection,
    /// Let SHOULDs count: a NON-STRICT case fails the run
    #[arg(long, env = "MQTTSPEC_STRICT")]
    strict: bool,
    /// Known failures, with reasons (TOML)
    #[arg(long, value_name = "FILE", env = "MQTTSPEC_BASELINE")]
    baseline: Option<PathBuf>,
    /// Cases that run side by side
    #[arg(short, long, value_name = "NUMBER", default_value = "16", env = "MQTTSPEC_JOBS")]
    jobs: NonZeroUsize,
    /// Stop at the first case that fails
    #[arg(long)]
    fail_fast: bool,
    /// The seed of topics, client ids and the order of cases, in hex; printed by every run
    #[arg(long, value_name = "HEX", value_parser = parse_seed, env = "MQTTSPEC_SEED")]
    seed: Option<u64>,
    #[command(flatten)]
    target: TargetArgs,
    /// Write all reports into this folder: run.jsonl, junit.xml, report.txt, statements.json and
    /// statements.txt, and the log of a broker that was spawned
    #[arg(long, value_name = "DIR", help_heading = "Reports", env = "MQTTSPEC_OUT")]
    out: Option<PathBuf>,
    /// Write a JUnit report
    #[arg(long, value_name = "FILE", help_heading = "Reports", env = "MQTTSPEC_JUNIT")]
    junit: Option<PathBuf>,
    /// What goes to the terminal: text on stderr, or JSON lines on stdout
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t,
        help_heading = "Reports",
        env = "MQTTSPEC_FORMAT"
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
    let root = globals.scenarios_folder().display().to_string();
    let files = suite.files.iter().map(|file| (file.source.path.clone(), file.source.text.clone()));
    let sources = Sources::new(&root, files);
    let reporter = Reporter::new(args.outputs(globals), &sources).map_err(unwritable)?;
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Error, format!("cannot start the runtime: {error}")))?;
    let session = Session {
        args,
        start: args.start(globals, cases.len()),
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
            width: None,
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
            strict: self.strict,
            fail_fast: self.fail_fast,
            ..RunOptions::default()
        }
    }
}

/// What a run needs from its beginning to its end.
struct Session<'a> {
    args: &'a Args,
    start: Start,
    cases: Vec<Arc<Case>>,
    baseline: Option<&'a Baseline>,
    sources: &'a Sources,
    since: Instant,
}

/// Why no case ran.
enum Trouble {
    Usage(Failure),
    /// The broker, and what is wrong with it, a line each.
    Broker(Option<Arc<Target>>, Vec<String>),
}

impl Session<'_> {
    async fn run(mut self, mut reporter: Reporter<'_>) -> Result<Exit, Failure> {
        let mut interrupt = pin!(interrupted());
        let prepared = tokio::select! {
            biased;
            () = &mut interrupt => None,
            prepared = self.prepare() => Some(prepared),
        };
        let (target, exit) = match prepared {
            Some(Err(Trouble::Usage(failure))) => return Err(failure),
            None => {
                reporter.start(self.start.clone());
                (None, self.finish(reporter, true)?.0)
            }
            Some(Err(Trouble::Broker(target, reasons))) => {
                if let Some(target) = &target {
                    self.start.target = target.describe();
                }
                reporter.start(self.start.clone());
                reporter.case(unusable(reasons));
                self.finish(reporter, false)?;
                (target, Exit::Error)
            }
            Some(Ok(target)) => {
                self.start.target = target.describe();
                reporter.start(self.start.clone());
                let reporter = RefCell::new(reporter);
                let end = self.cases(&target, &reporter, interrupt.as_mut()).await;
                let is_interrupted = matches!(end, End::Interrupted);
                let (exit, summary) = self.finish(reporter.into_inner(), is_interrupted)?;
                let is_gone = match end {
                    End::Interrupted => false,
                    End::Finished { deaths } => {
                        deaths > 0 || summary.error > 0 && !self.is_there(&target).await
                    }
                };
                (Some(target), if is_gone { Exit::Error } else { exit })
            }
        };
        if let Some(target) = target {
            if exit != Exit::Fine {
                keep_log(&target);
            }
            tokio::select! {
                biased;
                () = target.stop() => {}
                // Asked a second time to end: dropping the target stops the broker in a hurry.
                () = interrupted() => {}
            }
        }
        Ok(exit)
    }

    /// Opens the target and finds out what it can do.
    async fn prepare(&self) -> Result<Arc<Target>, Trouble> {
        let log = self.args.out.as_ref().map(|folder| folder.join("broker.log"));
        let mut target = self.args.target.open(log).await.map_err(|error| match error {
            OpenError::Usage(failure) => Trouble::Usage(failure),
            OpenError::Broker(reason) => Trouble::Broker(None, vec![reason]),
        })?;
        match self.greet(&target).await {
            Ok(greetings) => {
                let deadline = self.args.target.step();
                let known = probe::capabilities(&target, &greetings, deadline).await;
                target.set_capabilities(known);
                Ok(Arc::new(target))
            }
            Err(Unusable { reasons }) => {
                let reasons = target.death().map_or(reasons, |death| vec![death]);
                Err(Trouble::Broker(Some(Arc::new(target)), reasons))
            }
        }
    }

    /// Greets the broker; one that was just started gets some time until it answers.
    async fn greet(&self, target: &Target) -> Result<Vec<Greeting>, Unusable> {
        let args = &self.args.target;
        let versions: Vec<Version> = Version::ALL
            .into_iter()
            .filter(|version| self.cases.iter().any(|case| case.version == *version))
            .collect();
        let until = Instant::now() + args.scaled(BOOT_MAX);
        loop {
            let greetings = probe::preflight(target, &versions, args.step()).await;
            let can_wait = args.is_spawned() && target.death().is_none() && Instant::now() < until;
            if greetings.is_ok() || !can_wait {
                return greetings;
            }
            tokio::time::sleep(BOOT_PAUSE).await;
        }
    }

    /// Runs the cases.
    async fn cases(
        &self,
        target: &Arc<Target>,
        reporter: &RefCell<Reporter<'_>>,
        mut interrupt: Pin<&mut impl Future<Output = ()>>,
    ) -> End {
        let options = self.args.options(self.start.seed);
        let deaths = RefCell::new(Deaths::default());
        let mut on_event = |event| match event {
            // The run as a whole is this module's.
            Event::Start(_) | Event::Summary(_) => {}
            Event::Case(mut case) => {
                deaths.borrow_mut().end(&mut case);
                if let Some(baseline) = self.baseline {
                    baseline.judge(&mut case, self.sources);
                }
                reporter.borrow_mut().case(*case);
            }
            event => {
                if let Event::CaseStart { id } = &event {
                    deaths.borrow_mut().begin(id);
                }
                reporter.borrow_mut().event(event);
            }
        };
        let cases = self.cases.clone();
        let mut run = pin!(runner::run(cases, Arc::clone(target), &options, &mut on_event));
        loop {
            tokio::select! {
                biased;
                () = &mut interrupt => return End::Interrupted,
                death = target.died() => {
                    let count = deaths.borrow_mut().another();
                    reporter.borrow_mut().event(Event::Broker { message: death });
                    if count > REVIVALS_MAX {
                        run.await;
                        return End::Finished { deaths: count };
                    }
                    let message = revive(target).await;
                    reporter.borrow_mut().event(Event::Broker { message });
                }
                _ = &mut run => return End::Finished { deaths: deaths.borrow().count },
            }
        }
    }

    fn finish(
        &self,
        reporter: Reporter<'_>,
        interrupted: bool,
    ) -> Result<(Exit, Summary), Failure> {
        let seconds = self.since.elapsed().as_secs_f64();
        let summary = reporter.finish(seconds, interrupted).map_err(unwritable)?;
        Ok((exit(&summary, self.args.strict), summary))
    }

    /// Whether the broker still answers.
    async fn is_there(&self, target: &Target) -> bool {
        let greet = |version| probe::preflight(target, version, self.args.target.step());
        greet(&[Version::V3_1_1]).await.is_ok() || greet(&[Version::V5_0]).await.is_ok()
    }
}

/// The exit code that a summary asks for. ERROR counts beside failures only if the broker is gone,
/// which the caller finds out: a run that found violations has done its work.
fn exit(summary: &Summary, strict: bool) -> Exit {
    let weak = if strict { summary.non_strict } else { 0 };
    let findings = summary.fail + summary.blocked + summary.xpass + weak;
    match (summary.interrupted, findings, summary.error) {
        (true, _, _) => Exit::Interrupted,
        (false, 0, 0) => Exit::Fine,
        (false, 0, _) => Exit::Error,
        (false, _, _) => Exit::Findings,
    }
}

/// How the cases came to their end.
enum End {
    Interrupted,
    /// All ran, and the broker died so often meanwhile.
    Finished {
        deaths: usize,
    },
}

/// The deaths of a broker, and the cases that they may have hit.
#[derive(Default)]
struct Deaths {
    count: usize,
    /// How many there had been when a case began.
    before: HashMap<String, usize>,
}

impl Deaths {
    /// Counts one more, and returns how many there are.
    fn another(&mut self) -> usize {
        self.count += 1;
        self.count
    }

    fn begin(&mut self, id: &str) {
        self.before.insert(id.into(), self.count);
    }

    /// A case during which the broker died proves nothing, whatever it saw: a connection that ends
    /// because the broker crashed is no refusal, and a message that is lost with it no violation.
    fn end(&mut self, case: &mut CaseReport) {
        let before = self.before.remove(&case.id);
        if case.verdict == Verdict::Skip || before.is_none_or(|before| before == self.count) {
            return;
        }
        case.verdict = Verdict::Error;
        case.statements.clear();
        let note = "the broker died while the case ran".to_owned();
        match &mut case.failure {
            Some(failure) => failure.notes.push(note),
            None => case.failure = Some(Fault { title: note, ..Fault::default() }),
        }
    }
}

async fn revive(target: &Target) -> String {
    let Some(control) = target.control() else { return "it cannot be started again".into() };
    match control.kill().await {
        Ok(()) => "it was started again".into(),
        Err(error) => format!("it cannot be started again: {error}"),
    }
}

/// The report on a broker with which no case could run.
fn unusable(reasons: Vec<String>) -> CaseReport {
    CaseReport {
        id: "target/preflight".into(),
        verdict: Verdict::Error,
        failure: Some(Fault {
            title: "the broker cannot be tested".into(),
            notes: reasons,
            ..Fault::default()
        }),
        ..CaseReport::default()
    }
}

fn keep_log(target: &Target) {
    if let Some(log) = target.log() {
        target.keep_log();
        say(&format!("the log of the broker is in {}\n", log.display()));
    }
}

/// Baseline entries that match nothing fail a run that is fine otherwise.
fn outdated(stale: &[Problem], exit: Exit, globals: &Globals) -> Exit {
    for problem in stale {
        say(&format!("{}\n\n", problem.render(globals.color_stderr())));
    }
    if exit == Exit::Fine && !stale.is_empty() { Exit::Findings } else { exit }
}

fn say(text: &str) {
    // Nobody is left to tell if stderr is gone.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

fn unwritable(error: WriteError) -> Failure {
    Failure::new(Exit::Usage, error.to_string())
}

/// Resolves on Ctrl-C, and when the process is asked to terminate.
async fn interrupted() {
    let Ok(mut terminate) = signal::unix::signal(signal::unix::SignalKind::terminate()) else {
        let _ = signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Up to 16 hex digits, with or without `0x`.
fn parse_seed(text: &str) -> Result<u64, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u64::from_str_radix(digits, 16).map_err(|_| "up to 16 hex digits are wanted".into())
}
