//! Which cases run when: so many at a time, with so many connections, slow ones first, exclusive
//! ones alone at the end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;

use super::RunOptions;
use super::case::CaseRun;
use super::finish;
use crate::report::event::{CaseReport, Event, Summary};
use crate::scenario::Case;
use crate::target::Target;
use crate::verdict::Verdict;

/// Cases that take at least this long start before the others.
const SLOW: Duration = Duration::from_millis(500);
/// Connections that the runner may open for a case beside those of the script.
const HELPERS: usize = 3;

/// Runs cases and tells of each as it ends. The target has been probed by then.
///
/// Emits [`Event::CaseStart`] and [`Event::Case`]; beginning and end of the run are the caller's to
/// tell, with the summary that is returned, and so is a broker that dies.
pub async fn run(
    cases: Vec<Arc<Case>>,
    target: Arc<Target>,
    options: &RunOptions,
    on_event: &mut dyn FnMut(Event),
) -> Summary {
    let begin = Instant::now();
    let (exclusive, mut shared): (Vec<_>, Vec<_>) =
        cases.into_iter().partition(|case| case.exclusive);
    shared.sort_by_key(|case| {
        std::cmp::Reverse(if case.time_min >= SLOW { case.time_min } else { Duration::ZERO })
    });
    let mut schedule = Schedule {
        target,
        options: options.clone(),
        connections: Arc::new(Semaphore::new(options.connections_max.max(1))),
        on_event,
        summary: Summary::default(),
    };
    schedule.side_by_side(shared, options.jobs.max(1)).await;
    schedule.side_by_side(exclusive, 1).await;
    schedule.summary.interrupted = *options.interrupt.borrow();
    schedule.summary.seconds = begin.elapsed().as_secs_f64();
    schedule.summary
}

struct Schedule<'a> {
    target: Arc<Target>,
    options: RunOptions,
    connections: Arc<Semaphore>,
    on_event: &'a mut dyn FnMut(Event),
    summary: Summary,
}

impl Schedule<'_> {
    async fn side_by_side(&mut self, cases: Vec<Arc<Case>>, jobs: usize) {
        let mut waiting = cases.into_iter();
        let mut running: JoinSet<CaseReport> = JoinSet::new();
        loop {
            while running.len() < jobs
                && !self.is_over()
                && let Some(case) = waiting.next()
            {
                (self.on_event)(Event::CaseStart { id: case.id.clone() });
                running.spawn(carry_out(
                    case,
                    Arc::clone(&self.target),
                    self.options.clone(),
                    Arc::clone(&self.connections),
                ));
            }
            match running.join_next().await {
                None => return,
                Some(Ok(report)) => self.ended(report),
                // A panic is a fault of ours; `carry_out` reports it, so there is none here.
                Some(Err(_)) => {}
            }
        }
    }

    /// Whether no further case is to start.
    fn is_over(&self) -> bool {
        let weak = if self.options.strict { self.summary.non_strict } else { 0 };
        let failed = self.summary.fail + self.summary.blocked + self.summary.error + weak > 0;
        *self.options.interrupt.borrow() || self.options.fail_fast && failed
    }

    fn ended(&mut self, report: CaseReport) {
        count(&mut self.summary, report.verdict);
        (self.on_event)(Event::Case(Box::new(report)));
    }
}

/// Runs one case as soon as there are connections for it, within its time, whatever happens.
async fn carry_out(
    case: Arc<Case>,
    target: Arc<Target>,
    options: RunOptions,
    connections: Arc<Semaphore>,
) -> CaseReport {
    let wanted = (case.connections_max + HELPERS).min(options.connections_max.max(1));
    let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
    // Nobody closes the semaphore.
    let _permit = connections.acquire_many(wanted).await;
    let begin = Instant::now();
    let limit = CaseRun::time_max(&case, &options);
    let running = {
        let case = Arc::clone(&case);
        tokio::spawn(async move { finish::run_case(&case, &target, &options).await })
    };
    let abort = AbortOnDrop(running.abort_handle());
    let label = match tokio::time::timeout(limit, running).await {
        Ok(Ok(report)) => return report,
        Ok(Err(error)) => format!("the case did not end in order: {error}"),
        Err(_) => {
            drop(abort);
            "the case did not end by its deadline".to_owned()
        }
    };
    finish::engine_fault(&case, &label, begin.elapsed().as_secs_f64())
}

/// Ends a task with the one that waits for it.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn count(summary: &mut Summary, verdict: Verdict) {
    summary.cases += 1;
    *match verdict {
        Verdict::Pass => &mut summary.pass,
        Verdict::NonStrict => &mut summary.non_strict,
        Verdict::Fail => &mut summary.fail,
        Verdict::Blocked => &mut summary.blocked,
        Verdict::Skip => &mut summary.skip,
        Verdict::Error => &mut summary.error,
    } += 1;
}
