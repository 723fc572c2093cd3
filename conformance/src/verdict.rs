//! The verdicts on a case and on a statement.

use serde::{Deserialize, Serialize};

/// What became of a case.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every expectation held.
    #[default]
    Pass,
    /// A SHOULD was not followed, or a weaker permitted answer was given.
    NonStrict,
    /// A MUST was broken.
    Fail,
    /// The set-up of the case did not work, so that its statements were not reached.
    Blocked,
    /// The broker lacks an optional capability, and said so.
    Skip,
    /// The broker is unreachable or dead, or this tool is at fault.
    Error,
}

impl Verdict {
    /// The word that reports print.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::NonStrict => "NON-STRICT",
            Self::Fail => "FAIL",
            Self::Blocked => "BLOCKED",
            Self::Skip => "SKIP",
            Self::Error => "ERROR",
        }
    }
}

/// What a case says of one statement that it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holding {
    /// The broker kept it.
    Held,
    /// The broker kept it in a weaker way.
    Weakly,
    /// The broker broke it.
    Broken,
    /// The case ended before it was reached.
    NotReached,
}
