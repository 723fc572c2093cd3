//! Tests the tests: for each defect of the reference broker the cases that cover the statements it
//! breaks are run against a broker with that defect, in memory and in virtual time. One of them has
//! to fail, and to charge one of those statements.

use std::collections::BTreeSet;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use mqttspec_broker::Config;
use mqttspec_broker::defect::Defect;
use mqttspec_codec::Version;
use serde::Serialize;
use tokio::runtime::Builder;

use crate::report::event::CaseReport;
use crate::runner::{self, RunOptions};
use crate::scenario::Case;
use crate::target::{Capabilities, Target, embedded, probe};
use crate::verdict::{Holding, Verdict};

/// Deadline of a step of the probe; in virtual time.
const STEP: Duration = Duration::from_secs(5);

/// What became of one defect.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The defect.
    pub defect: Defect,
    /// How many cases were run.
    pub cases: usize,
    /// How many of them were NON-STRICT.
    pub weak: usize,
    /// The reports of those that failed.
    pub failures: Vec<CaseReport>,
    /// The statements that they charge.
    pub charged: BTreeSet<(Version, String)>,
}

/// What became of all defects, in numbers and names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// How many defects there were.
    pub defects: usize,
    /// How many made a case fail.
    pub killed: usize,
    /// How many made a case charge a statement that they break.
    pub right_statement: usize,
    /// Those that made no case fail, but some NON-STRICT: what they do is weak, and not forbidden.
    pub graded: Vec<&'static str>,
    /// Those that no case noticed.
    pub survivors: Vec<&'static str>,
    /// Those that made cases fail, but for other statements only.
    pub misattributed: Vec<&'static str>,
}

impl Outcome {
    /// Whether a case failed.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        !self.failures.is_empty()
    }

    /// Whether no case failed, but some were NON-STRICT.
    #[must_use]
    pub fn is_graded(&self) -> bool {
        self.failures.is_empty() && self.weak > 0
    }

    /// Whether a failure charges a statement that the defect breaks.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.charged.iter().any(|(version, id)| breaks(self.defect, *version, id))
    }

    /// How many statements are charged that the defect is not said to break.
    #[must_use]
    pub fn collateral(&self) -> usize {
        self.charged.iter().filter(|(version, id)| !breaks(self.defect, *version, id)).count()
    }
}

impl Summary {
    /// Counts.
    #[must_use]
    pub fn of(outcomes: &[Outcome]) -> Self {
        let names = |wanted: &dyn Fn(&Outcome) -> bool| -> Vec<&'static str> {
            outcomes.iter().filter(|it| wanted(it)).map(|it| it.defect.name()).collect()
        };
        let graded = names(&Outcome::is_graded);
        let survivors = names(&|it| !it.is_killed() && !it.is_graded());
        let misattributed = names(&|it| it.is_killed() && !it.is_right());
        let killed = outcomes.iter().filter(|it| it.is_killed()).count();
        Self {
            defects: outcomes.len(),
            killed,
            right_statement: killed - misattributed.len(),
            graded,
            survivors,
            misattributed,
        }
    }
}

/// Runs the cases that cover what each defect breaks, or with `full` all cases, on as many threads
/// as there are processors. The outcomes stand in the order of the defects.
///
/// # Errors
///
/// If a runtime cannot be started.
pub fn run(defects: &[Defect], cases: &[Arc<Case>], full: bool) -> io::Result<Vec<Outcome>> {
    let brokers = Brokers::survey()?;
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let work = || {
        while let Some(&defect) = defects.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = judge(defect, cases, full, &brokers);
            results.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
        }
    };
    let workers = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut outcomes = results.into_iter().collect::<io::Result<Vec<_>>>()?;
    outcomes.sort_by_key(|outcome| defects.iter().position(|&it| it == outcome.defect));
    Ok(outcomes)
}

/// What the two reference brokers can do without a defect. A defect must not hide a capability, or
/// the cases that would find it are skipped.
struct Brokers {
    whole: Capabilities,
    limited: Capabilities,
}

impl Brokers {
    fn survey() -> io::Result<Self> {
        let capabilities = |config: Config| {
            let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
            runtime.block_on(async {
                let mut target = Target::embedded_memory(config);
                probe::explore(&mut target, STEP).await;
                let capabilities = target.capabilities().clone();
                target.stop().await;
                io::Result::Ok(capabilities)
            })
        };
        let whole = capabilities(embedded::config())?;
        Ok(Self { whole, limited: capabilities(embedded::limited())? })
    }

    /// Has to be called on a runtime.
    fn with(&self, defect: Defect) -> Target {
        let start = |config: Config, capabilities: &Capabilities| {
            let config = Config { defect: Some(defect), ..config };
            let mut target = Target::embedded_memory(config);
            target.set_capabilities(capabilities.clone());
            target
        };
        let companion = start(embedded::limited(), &self.limited);
        start(embedded::config(), &self.whole).with_companion(companion)
    }
}

fn judge(
    defect: Defect,
    cases: &[Arc<Case>],
    full: bool,
    brokers: &Brokers,
) -> io::Result<Outcome> {
    let mut outcome =
        Outcome { defect, cases: 0, weak: 0, failures: Vec::new(), charged: BTreeSet::new() };
    let broken = Version::ALL.map(|version| (version, defect.breaks(version)));
    let covers = |case: &Case| {
        let of_version = broken.iter().find(|(version, _)| *version == case.version);
        of_version.is_some_and(|(_, ids)| case.covers.iter().any(|it| ids.contains(&&**it)))
    };
    for case in cases.iter().filter(|case| full || covers(case)) {
        outcome.cases += 1;
        let report = run_case(case, defect, brokers)?;
        outcome.weak += usize::from(report.verdict == Verdict::NonStrict);
        if report.verdict == Verdict::Fail {
            let broken = report.statements.iter().filter(|it| it.holding == Holding::Broken);
            outcome.charged.extend(broken.map(|it| (case.version, it.id.clone())));
            outcome.failures.push(report);
        }
    }
    Ok(outcome)
}

/// A case gets brokers and a clock of its own, so that no case sees what another left behind.
fn run_case(case: &Case, defect: Defect, brokers: &Brokers) -> io::Result<CaseReport> {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
    Ok(runtime.block_on(async {
        let target = brokers.with(defect);
        let report = runner::run_case(case, &target, &RunOptions::default()).await;
        target.stop().await;
        report
    }))
}

fn breaks(defect: Defect, version: Version, id: &str) -> bool {
    defect.breaks(version).contains(&id)
}
