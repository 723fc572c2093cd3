//! How the program ends: the one place where exit codes are given a meaning.

use std::process::{ExitCode, Termination};

/// The exit code of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing unexpected.
    Fine,
    /// The broker broke a rule or could not be brought to the point of a case; a known failure
    /// passed; a check (`fmt --check`, `coverage --check`) found a difference.
    Findings,
    /// The command line or the configuration makes no sense, or a file cannot be read or written.
    Usage,
    /// Scenario files do not parse or do not check.
    Scenarios,
    /// The selection is empty: a suite that ran nothing is never green.
    Empty,
    /// The broker is unreachable or died, or this program is at fault.
    Error,
    /// Interrupted, reports written.
    Interrupted,
}

impl Exit {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 7] = [
        Self::Fine,
        Self::Findings,
        Self::Usage,
        Self::Scenarios,
        Self::Empty,
        Self::Error,
        Self::Interrupted,
    ];

    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Scenarios => 3,
            Self::Empty => 4,
            Self::Error => 5,
            Self::Interrupted => 130,
        }
    }

    /// What it means, for people; stands in the help and in the README.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Fine => "nothing unexpected",
            Self::Findings => {
                "a case FAILED or was BLOCKED, a known failure passed, a check differs"
            }
            Self::Usage => "usage or configuration, or a file that cannot be read or written",
            Self::Scenarios => "scenario files do not parse or check",
            Self::Empty => "the selection is empty",
            Self::Error => "ERROR: broker unreachable or died, or an engine fault",
            Self::Interrupted => "interrupted, reports written",
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        let table: String = Exit::ALL
            .iter()
            .map(|exit| format!("{:>3}  {}\n", exit.code(), exit.meaning()))
            .collect();
        insta::assert_snapshot!(table);
    }
}
