//! Carrying out the cases of a run against a target.
//!
//! [`run`] starts cases side by side, slow ones first and exclusive ones alone at the end, and
//! tells of each as it ends. [`run_case`] carries out one. Every case ends: by its steps, by its
//! deadline, or because the run is interrupted; and each waits only on tokio's clock, so that all
//! of it works in virtual time too.

mod build;
mod case;
mod cleanup;
mod client;
mod compile;
mod connection;
pub mod describe;
mod env;
mod exchange;
mod expect;
mod fence;
mod finish;
mod framer;
mod io;
mod item;
mod names;
mod outcome;
mod reasons;
mod receive;
mod reject;
mod schedule;
mod scope;
mod send;
mod steps;
mod trace;
mod value;

#[cfg(test)]
mod tests;

use std::time::Duration;

use tokio::sync::watch;

use crate::report::event::CaseReport;
use crate::scenario::Case;
use crate::target::Target;

pub use schedule::run;

/// How cases are run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Cases at a time.
    pub jobs: usize,
    /// Connections of all cases at a time.
    pub connections_max: usize,
    /// What topics and client ids are made from.
    pub seed: u64,
    /// How far deadlines and upper bounds are stretched; lower bounds and waits never are.
    pub timeout_scale: f64,
    /// The silence at the end of a weak fence.
    pub grace: Duration,
    /// NON-STRICT counts as a failure.
    pub strict: bool,
    /// Start no further case behind the first that fails.
    pub fail_fast: bool,
    /// Keep the traces of all cases in full, not only those of failures up to the failure.
    pub capture_all: bool,
    /// Says that the run is to end early.
    pub interrupt: watch::Receiver<bool>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            jobs: 8,
            connections_max: 1000,
            seed: 0,
            timeout_scale: 1.0,
            grace: Duration::from_millis(50),
            strict: false,
            fail_fast: false,
            capture_all: false,
            interrupt: watch::channel(false).1,
        }
    }
}

impl RunOptions {
    /// A deadline, as far as it is stretched; at most a day.
    #[must_use]
    pub fn scaled(&self, duration: Duration) -> Duration {
        let seconds = duration.as_secs_f64() * self.timeout_scale.max(0.0);
        Duration::try_from_secs_f64(seconds)
            .map_or(Duration::MAX, |it| it)
            .min(Duration::from_secs(86_400))
    }
}

/// Carries out one case, its clean-up included.
pub async fn run_case(case: &Case, target: &Target, options: &RunOptions) -> CaseReport {
    finish::run_case(case, target, options).await
}
