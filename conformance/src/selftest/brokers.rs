//! The two reference brokers that every case is run with, in memory.

use std::io;
use std::time::Duration;

use mqttspec_broker::Config;
use mqttspec_broker::defect::Defect;
use tokio::runtime::Builder;

use crate::target::{Capabilities, Target, embedded, probe};

/// Deadline of a step of the probe; in virtual time.
const STEP: Duration = Duration::from_secs(5);

/// What the brokers can do without a defect. A defect must not hide a capability, or the cases that
/// would find it are skipped.
pub(super) struct Brokers {
    whole: Capabilities,
    limited: Capabilities,
}

impl Brokers {
    /// Finds out what they can do.
    pub(super) fn survey() -> io::Result<Self> {
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

    /// Starts both; has to be called on a runtime.
    pub(super) fn with(&self, defect: Option<Defect>) -> Target {
        let start = |config: Config, capabilities: &Capabilities| {
            let mut target = Target::embedded_memory(Config { defect, ..config });
            target.set_capabilities(capabilities.clone());
            target
        };
        let companion = start(embedded::limited(), &self.limited);
        start(embedded::config(), &self.whole).with_companion(companion)
    }
}
