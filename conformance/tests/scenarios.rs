//! Every packaged case against the reference broker, one test each, in virtual time: broker and
//! runner share a paused clock, so that wills, keep alives and expiries of many seconds cost
//! nothing.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use mqttspec::runner::{self, RunOptions};
use mqttspec::scenario::{Case, Suite};
use mqttspec::target::{Target, embedded, probe};
use mqttspec::verdict::Verdict;
use tokio::runtime::Builder;

/// Deadline of a step of the probe; in virtual time.
const STEP: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let cases = Suite::packaged().expect("the packaged scenarios have no mistakes").cases();
    let trials = cases.into_iter().map(|case| Trial::test(case.id.clone(), move || passes(&case)));
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// The reference broker passes every case strictly, and has all that a case may need.
fn passes(case: &Arc<Case>) -> Result<(), Failed> {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
    runtime.block_on(async {
        let mut limited = Target::embedded_memory(embedded::limited());
        probe::explore(&mut limited, STEP).await;
        let mut target = Target::embedded_memory(embedded::config());
        probe::explore(&mut target, STEP).await;
        let target = target.with_companion(limited);
        let report = runner::run_case(case, &target, &RunOptions::default()).await;
        target.stop().await;
        if report.verdict == Verdict::Pass { Ok(()) } else { Err(format!("{report:#?}").into()) }
    })
}
