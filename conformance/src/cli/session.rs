//! One run from its beginning to its end.
//!
//! Whatever happens, the run comes to an end, the broker that it started is stopped, and the
//! reports are written: also if the broker does not come up, dies or speaks no MQTT, and on Ctrl-C.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mqttspec_codec::Version;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::time;

use super::Failure;
use super::target::{OpenError, TargetArgs};
use crate::baseline::Baseline;
use crate::exit::Exit;
use crate::report::event::{CaseReport, Event, Failure as Fault, Start, Summary};
use crate::report::frame::Sources;
use crate::report::reporter::Reporter;
use crate::runner::{self, RunOptions};
use crate::scenario::Case;
use crate::target::Target;
use crate::target::probe::{self, Greeting, Unusable};
use crate::verdict::Verdict;

/// How often a spawned broker that died is started again.
const REVIVALS_MAX: usize = 5;
/// How long cases may take to end and clean up when the run is interrupted, before it is scaled.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a spawned broker may take from its first open port to its first CONNACK, before it is
/// scaled.
const BOOT_MAX: Duration = Duration::from_secs(15);
/// Between two greetings of a broker that boots.
const BOOT_PAUSE: Duration = Duration::from_millis(200);

/// What a run needs from its beginning to its end.
pub(super) struct Session<'a> {
    /// What is tested.
    pub(super) target: &'a TargetArgs,
    /// Where the log of a spawned broker goes, if not to a temporary file.
    pub(super) log: Option<PathBuf>,
    pub(super) options: RunOptions,
    /// Whether weaknesses count.
    pub(super) strict: bool,
    /// Whether the first failure ends the run.
    pub(super) fail_fast: bool,
    /// Which traces are reported.
    pub(super) capture: Capture,
    pub(super) start: Start,
    pub(super) cases: Vec<Arc<Case>>,
    pub(super) baseline: Option<&'a Baseline>,
    /// The scenarios, to quote from.
    pub(super) sources: &'a Sources,
    /// When the run began.
    pub(super) since: Instant,
}

/// Why no case ran.
enum Trouble {
    Usage(Failure),
    /// The broker, and what is wrong with it, a line each.
    Broker(Option<Arc<Target>>, Vec<String>),
}

impl Session<'_> {
    /// Runs, reports, stops the broker.
    ///
    /// # Errors
    ///
    /// The arguments make no sense, or a report cannot be written.
    pub(super) async fn run(mut self, mut reporter: Reporter<'_>) -> Result<Exit, Failure> {
        let mut interrupts = Interrupts::new()?;
        let prepared = tokio::select! {
            biased;
            () = interrupts.next() => None,
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
                let end = self.cases(&target, &mut reporter, &mut interrupts).await;
                let (exit, summary) = self.finish(reporter, end.is_interrupted)?;
                let is_gone = !end.is_interrupted
                    && (end.deaths > 0 || summary.error > 0 && !self.is_there(&target).await);
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
                // Asked again to end: dropping the target stops the broker in a hurry.
                () = interrupts.next() => {}
            }
        }
        Ok(exit)
    }

    /// Opens the target and finds out what it can do.
    async fn prepare(&self) -> Result<Arc<Target>, Trouble> {
        let mut target = self.target.open(self.log.clone()).await.map_err(|error| match error {
            OpenError::Usage(failure) => Trouble::Usage(failure),
            OpenError::Broker(reason) => Trouble::Broker(None, vec![reason]),
        })?;
        match self.greet(&target).await {
            Ok(greetings) => {
                let deadline = self.target.step();
                let known = probe::capabilities(&target, &greetings, deadline).await;
                target.set_capabilities(known);
                if let Some(companion) = target.companion_mut() {
                    probe::explore(companion, deadline).await;
                }
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
        let versions: Vec<Version> = Version::ALL
            .into_iter()
            .filter(|version| self.cases.iter().any(|case| case.version == *version))
            .collect();
        let until = Instant::now() + self.target.scaled(BOOT_MAX);
        loop {
            let greetings = probe::preflight(target, &versions, self.target.step()).await;
            let can_wait =
                self.target.is_spawned() && target.death().is_none() && Instant::now() < until;
            if greetings.is_ok() || !can_wait {
                return greetings;
            }
            time::sleep(BOOT_PAUSE).await;
        }
    }

    /// Runs the cases.
    async fn cases(
        &self,
        target: &Arc<Target>,
        reporter: &mut Reporter<'_>,
        interrupts: &mut Interrupts,
    ) -> End {
        let (events, mut arriving) = mpsc::unbounded_channel();
        let (stop, stopped) = watch::channel(false);
        let options = RunOptions { interrupt: stopped, ..self.options.clone() };
        let mut on_event = |event| {
            // The receiver outlives the run.
            let _ = events.send(event);
        };
        let cases = self.cases.clone();
        let mut run = pin!(runner::run(cases, Arc::clone(target), &options, &mut on_event));
        let mut deaths = Deaths::default();
        let mut patience = None;
        loop {
            tokio::select! {
                biased;
                death = target.died(), if deaths.is_news(target) => {
                    deaths.add(target);
                    reporter.event(Event::Broker { message: death });
                    if deaths.count <= REVIVALS_MAX && patience.is_none() {
                        // Meanwhile no case begins, since the run is not polled.
                        let message = tokio::select! {
                            biased;
                            () = interrupts.next() => {
                                stop.send_replace(true);
                                patience = Some(time::Instant::now());
                                "it was not started again".into()
                            }
                            message = revive(target) => message,
                        };
                        reporter.event(Event::Broker { message });
                    }
                }
                Some(event) = arriving.recv() => {
                    let is_bad = self.take(event, reporter, &mut deaths);
                    if is_bad && self.fail_fast {
                        stop.send_replace(true);
                    }
                }
                () = interrupts.next() => {
                    if patience.is_some() {
                        break;
                    }
                    patience = Some(time::Instant::now() + self.target.scaled(PATIENCE));
                    stop.send_replace(true);
                }
                () = time::sleep_until(patience.unwrap_or_else(time::Instant::now)),
                    if patience.is_some() => break,
                _ = &mut run => break,
            }
        }
        while let Ok(event) = arriving.try_recv() {
            self.take(event, reporter, &mut deaths);
        }
        End { is_interrupted: patience.is_some(), deaths: deaths.count }
    }

    /// Reports an event of the runner; returns whether it is a case that fails the run.
    fn take(&self, event: Event, reporter: &mut Reporter<'_>, deaths: &mut Deaths) -> bool {
        match event {
            // The beginning and the end of the run are told here.
            Event::Start(_) | Event::Summary(_) => false,
            Event::Case(mut case) => {
                deaths.end(&mut case);
                if let Some(baseline) = self.baseline {
                    baseline.judge(&mut case, self.sources);
                }
                if self.capture == Capture::None {
                    case.trace.clear();
                }
                let before = reporter.summary().clone();
                reporter.case(*case);
                exit(reporter.summary(), self.strict) != exit(&before, self.strict)
            }
            event => {
                if let Event::CaseStart { id } = &event {
                    deaths.begin(id);
                }
                reporter.event(event);
                false
            }
        }
    }

    fn finish(
        &self,
        reporter: Reporter<'_>,
        interrupted: bool,
    ) -> Result<(Exit, Summary), Failure> {
        let seconds = self.since.elapsed().as_secs_f64();
        let summary = reporter
            .finish(seconds, interrupted)
            .map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
        Ok((exit(&summary, self.strict), summary))
    }

    /// Whether the broker still answers.
    async fn is_there(&self, target: &Target) -> bool {
        let greet = |version| probe::preflight(target, version, self.target.step());
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

/// Which traces stand in the reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Capture {
    /// Those of all cases
    All,
    /// Those of cases that fail
    #[default]
    Failures,
    /// None
    None,
}

/// How the cases came to their end.
struct End {
    is_interrupted: bool,
    /// How often the broker died meanwhile.
    deaths: usize,
}

/// The deaths of a broker, and the cases that they may have hit.
#[derive(Default)]
struct Deaths {
    count: usize,
    /// The launch of the broker that ended with the last death.
    launch: usize,
    /// How many deaths there had been when a case began.
    before: HashMap<String, usize>,
}

impl Deaths {
    /// Whether a death of the broker, as it was last started, would be news.
    fn is_news(&self, target: &Target) -> bool {
        self.launch < target.launches()
    }

    fn add(&mut self, target: &Target) {
        self.count += 1;
        self.launch = target.launches();
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
        // Nobody is left to tell if stderr is gone.
        let _ = writeln!(io::stderr(), "the log of the broker is in {}", log.display());
    }
}

/// Ctrl-C, and requests to terminate.
pub(super) struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
}

impl Interrupts {
    /// Has to be called on a tokio runtime. From now on these signals end the process only if
    /// somebody looks.
    pub(super) fn new() -> Result<Self, Failure> {
        let watch = |kind| {
            signal(kind).map_err(|error| {
                Failure::new(Exit::Error, format!("cannot watch signals: {error}"))
            })
        };
        let interrupt = watch(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: watch(SignalKind::terminate())? })
    }

    /// The next one. None that comes between two calls is lost.
    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::event::StatementReport;
    use crate::verdict::Holding;

    #[test]
    fn the_exit_code_follows_from_the_counts() {
        let none = Summary { cases: 9, pass: 7, skip: 1, xfail: 1, ..Summary::default() };
        let weak = Summary { non_strict: 1, ..none.clone() };
        for (summary, strict, wanted) in [
            (none.clone(), true, Exit::Fine),
            (weak.clone(), false, Exit::Fine),
            (weak, true, Exit::Findings),
            (Summary { fail: 1, ..none.clone() }, false, Exit::Findings),
            (Summary { blocked: 1, ..none.clone() }, false, Exit::Findings),
            (Summary { xpass: 1, ..none.clone() }, false, Exit::Findings),
            (Summary { error: 1, ..none.clone() }, false, Exit::Error),
            (Summary { error: 1, fail: 1, ..none.clone() }, false, Exit::Findings),
            (Summary { fail: 1, interrupted: true, ..none }, false, Exit::Interrupted),
        ] {
            assert_eq!(exit(&summary, strict), wanted, "{summary:?}");
        }
    }

    #[test]
    fn a_case_during_which_the_broker_died_proves_nothing() {
        let case = |verdict| CaseReport {
            id: "a/b@5.0".into(),
            verdict,
            statements: vec![StatementReport {
                id: "MQTT-3.1.0-1".into(),
                holding: Holding::Broken,
            }],
            ..CaseReport::default()
        };
        for (verdict, died, wanted) in [
            (Verdict::Fail, true, Verdict::Error),
            (Verdict::Pass, true, Verdict::Error),
            (Verdict::Skip, true, Verdict::Skip),
            (Verdict::Fail, false, Verdict::Fail),
        ] {
            let mut deaths = Deaths { count: 1, ..Deaths::default() };
            let mut case = case(verdict);
            deaths.begin(&case.id);
            deaths.count += usize::from(died);
            deaths.end(&mut case);
            assert_eq!(case.verdict, wanted);
            assert_eq!(case.statements.is_empty(), wanted == Verdict::Error);
            assert_eq!(case.failure.is_some(), wanted == Verdict::Error);
        }
    }
}
