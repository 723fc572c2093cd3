//! Instructions and allocations, counted by valgrind while a program runs a job. They do not depend
//! on what else the machine does.
//!
//! A job is run for few and for many rounds, and the difference counted, so that the start of the
//! program, the preparations, and what a first round does once for all are left out.

use std::io;
use std::process::Command;

use crate::jobs::Job;

const FEW: usize = 1;
const MANY: usize = 3;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Instructions, by callgrind.
    Instructions,
    /// Calls that allocate, by memcheck.
    Allocations,
}

impl Counter {
    fn tool(self) -> &'static [&'static str] {
        match self {
            Self::Instructions => &["--tool=callgrind", "--callgrind-out-file=/dev/null"],
            Self::Allocations => &["--tool=memcheck", "--undef-value-errors=no", "--leak-check=no"],
        }
    }

    /// The figure in what the tool has written.
    fn read(self, report: &str) -> Option<u64> {
        let behind = match self {
            Self::Instructions => report.split_once("Collected :")?.1,
            Self::Allocations => report.split_once("total heap usage:")?.1,
        };
        behind.split_whitespace().next()?.replace(',', "").parse().ok()
    }

    /// How much one round of a job takes, by running this program, as `run JOB ROUNDS`, twice.
    ///
    /// # Errors
    ///
    /// valgrind could not be started, or failed.
    pub fn per_round(self, job: Job) -> io::Result<f64> {
        let few = self.run(job, FEW)?;
        let many = self.run(job, MANY)?;
        // Figures of this size are exact in floating point.
        Ok((many as f64 - few as f64) / (MANY - FEW) as f64)
    }

    fn run(self, job: Job, rounds: usize) -> io::Result<u64> {
        let output = Command::new("valgrind")
            .args(self.tool())
            .arg(std::env::current_exe()?)
            .arg("run")
            .args(job.arguments())
            .arg(rounds.to_string())
            .output()
            .map_err(|error| io::Error::new(error.kind(), format!("valgrind: {error}")))?;
        let report = String::from_utf8_lossy(&output.stderr);
        let figure = self.read(&report).filter(|_| output.status.success());
        figure.ok_or_else(|| io::Error::other(format!("valgrind failed on {job:?}: {report}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_in_the_reports() {
        let callgrind = "==7== Events    : Ir\n==7== Collected : 126637\n==7==\n";
        assert_eq!(Counter::Instructions.read(callgrind), Some(126_637));
        let memcheck = "==7==   total heap usage: 1,234 allocs, 1,230 frees, 9 bytes allocated\n";
        assert_eq!(Counter::Allocations.read(memcheck), Some(1234));
        assert_eq!(Counter::Allocations.read("==7== killed"), None);
    }
}
