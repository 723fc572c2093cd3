//! Tests the tests: for each defect of the reference broker the cases that cover the statements it
//! breaks are run against a broker with that defect, in memory and in virtual time. One of them has
//! to notice, and to charge one of those statements. Where none does, all other cases are run until
//! one does: some statements are watched by the rules of the monitor alone.

mod brokers;
mod summary;

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use mqttspec_broker::defect::Defect;
use mqttspec_codec::Version;
use tokio::runtime::Builder;

use self::brokers::Brokers;
pub use self::summary::Summary;
use crate::report::event::CaseReport;
use crate::runner::{self, RunOptions};
use crate::scenario::Case;
use crate::verdict::{Holding, Verdict};

/// How many cases are run for a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Until one notices and charges a statement that the defect breaks.
    Caught,
    /// All that cover a statement that the defect breaks, and others only if none of them will do.
    Covering,
    /// All there are.
    Whole,
}

/// What became of one defect.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The defect.
    pub defect: Defect,
    /// How many cases were run.
    pub cases: usize,
    /// The ids of the cases that failed.
    pub failed: Vec<String>,
    /// The ids of those that were NON-STRICT: they fail under `--strict` only.
    pub weak: Vec<String>,
    /// The statements that they charge.
    pub charged: BTreeSet<(Version, String)>,
    /// The first report that charges a statement that the defect breaks, or else the first of all.
    pub example: Option<CaseReport>,
}

impl Outcome {
    /// Whether a case noticed.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        !self.failed.is_empty() || !self.weak.is_empty()
    }

    /// Whether the cases that noticed were all NON-STRICT: what the broker does is weak, and not
    /// forbidden.
    #[must_use]
    pub fn is_graded(&self) -> bool {
        self.failed.is_empty() && !self.weak.is_empty()
    }

    /// Whether a statement is charged that the defect breaks.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.charged.iter().any(|(version, id)| breaks(self.defect, *version, id))
    }

    /// How many statements are charged that the defect is not said to break.
    #[must_use]
    pub fn collateral(&self) -> usize {
        self.charged.iter().filter(|(version, id)| !breaks(self.defect, *version, id)).count()
    }

    /// Runs a case against a broker with the defect.
    fn run(&mut self, case: &Case, brokers: &Brokers) -> io::Result<()> {
        self.cases += 1;
        self.add(case.version, run_case(case, Some(self.defect), 0, brokers)?);
        Ok(())
    }

    fn add(&mut self, version: Version, report: CaseReport) {
        let holding = match report.verdict {
            Verdict::Fail => Holding::Broken,
            Verdict::NonStrict => Holding::Weakly,
            _ => return,
        };
        let ids = match report.verdict {
            Verdict::Fail => &mut self.failed,
            _ => &mut self.weak,
        };
        ids.push(report.id.clone());
        let was_right = self.is_right();
        let charged = report.statements.iter().filter(|it| it.holding == holding);
        self.charged.extend(charged.map(|it| (version, it.id.clone())));
        if self.example.is_none() || !was_right && self.is_right() {
            self.example = Some(report);
        }
    }
}

/// Runs cases for each defect, on as many threads as there are processors. The outcomes stand in the
/// order of the defects.
///
/// # Errors
///
/// If a runtime cannot be started.
pub fn run(defects: &[Defect], cases: &[Arc<Case>], extent: Extent) -> io::Result<Vec<Outcome>> {
    let brokers = Brokers::survey()?;
    in_parallel(defects.len(), |index| judge(defects[index], cases, extent, &brokers))
}

/// Runs all cases against the broker without a defect, once for each seed from 0 on. Returns the
/// reports of those that did not pass.
///
/// # Errors
///
/// If a runtime cannot be started.
pub fn run_sound(cases: &[Arc<Case>], seeds: u64) -> io::Result<Vec<(u64, CaseReport)>> {
    let brokers = Brokers::survey()?;
    let rounds = usize::try_from(seeds).unwrap_or(usize::MAX);
    let rounds = in_parallel(rounds, |round| {
        let seed = round as u64;
        let mut unsound = Vec::new();
        for case in cases {
            let report = run_case(case, None, seed, &brokers)?;
            if report.verdict != Verdict::Pass {
                unsound.push((seed, report));
            }
        }
        Ok(unsound)
    })?;
    Ok(rounds.into_iter().flatten().collect())
}

/// Does pieces of work on all processors; the results stand in the order of the pieces.
fn in_parallel<T: Send>(
    count: usize,
    work: impl Fn(usize) -> io::Result<T> + Sync,
) -> io::Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let worker = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return;
            }
            let result = work(index);
            results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    let workers = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(worker);
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn judge(
    defect: Defect,
    cases: &[Arc<Case>],
    extent: Extent,
    brokers: &Brokers,
) -> io::Result<Outcome> {
    let mut outcome = Outcome {
        defect,
        cases: 0,
        failed: Vec::new(),
        weak: Vec::new(),
        charged: BTreeSet::new(),
        example: None,
    };
    let (mut likely, mut others): (Vec<_>, Vec<_>) =
        cases.iter().partition(|case| is_meant(defect, case));
    if extent == Extent::Caught {
        likelier_first(&mut likely, defect);
    }
    for case in likely {
        if extent == Extent::Caught && outcome.is_right() {
            break;
        }
        outcome.run(case, brokers)?;
    }
    if extent != Extent::Whole && !outcome.is_right() {
        likelier_first(&mut others, defect);
    }
    for case in others {
        if extent != Extent::Whole && outcome.is_right() {
            break;
        }
        outcome.run(case, brokers)?;
    }
    Ok(outcome)
}

/// A case gets brokers and a clock of its own, so that no case sees what another left behind.
fn run_case(
    case: &Case,
    defect: Option<Defect>,
    seed: u64,
    brokers: &Brokers,
) -> io::Result<CaseReport> {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
    Ok(runtime.block_on(async {
        let target = brokers.with(defect);
        let options = RunOptions { seed, ..RunOptions::default() };
        let report = runner::run_case(case, &target, &options).await;
        target.stop().await;
        report
    }))
}

/// Puts cases first whose ids have much in common with the name of a defect.
fn likelier_first(cases: &mut [&Arc<Case>], defect: Defect) {
    let name = defect.name();
    cases.sort_by_cached_key(|case| Reverse(in_common(&name, &case.id)));
}

/// How many letters the words of two names have in common from their beginnings, fewer than three
/// not counted.
fn in_common(name: &str, id: &str) -> usize {
    let same = |one: &str, other: &str| {
        let len = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
        if len < 3 { 0 } else { len }
    };
    let words = |text| str::split(text, |it: char| !it.is_ascii_alphanumeric());
    words(name).filter_map(|word| words(id).map(|it| same(word, it)).max()).sum()
}

/// Whether a case covers a statement that the defect breaks.
fn is_meant(defect: Defect, case: &Case) -> bool {
    let broken = defect.breaks(case.version);
    case.covers.iter().any(|id| broken.contains(id))
}

fn breaks(defect: Defect, version: Version, id: &str) -> bool {
    defect.breaks(version).contains(&id)
}
