//! The events of a run: the single source that all reports are rendered from.
//!
//! As JSON lines, each event is an object with its name under `event`. Text that came from the
//! broker stands in these as it came; renderers escape it.

use mqttspec_codec::Version;
use serde::{Deserialize, Serialize};

use crate::verdict::{Holding, Verdict};

/// One event of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The run begins.
    Start(Start),
    /// A case begins.
    CaseStart {
        /// The case.
        id: String,
    },
    /// A case ended.
    Case(Box<CaseReport>),
    /// The broker as a whole changed: died, was started again.
    Broker {
        /// What happened, for people.
        message: String,
    },
    /// The run ended.
    Summary(Summary),
}

/// The beginning of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The version of mqttspec.
    pub mqttspec: String,
    /// What is tested, for people.
    pub target: String,
    /// The argument that reaches the target again (`--broker ...`, `--spawn '...'`, or empty).
    pub target_argument: String,
    /// The seed of client ids, topics and order.
    pub seed: u64,
    /// How many cases will run.
    pub cases: usize,
}

/// All that is known of a case when it ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CaseReport {
    /// `folder/scenario[rows]@version`.
    pub id: String,
    /// What became of it.
    pub verdict: Verdict,
    /// What it says of the statements that it covers, or that the monitor found broken.
    pub statements: Vec<StatementReport>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Why it failed, was blocked, or met an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What was weaker than it should be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weaknesses: Vec<Failure>,
    /// Why it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// What the baseline says of it; set after the run of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Known>,
    /// What was sent and received, in order; kept for failures, or when all is captured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<TraceLine>,
}

impl CaseReport {
    /// The word that reports print: the verdict, or what the baseline makes of it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match &self.known {
            Some(Known { met: true, .. }) => "XFAIL",
            Some(Known { met: false, .. }) => "XPASS",
            None => self.verdict.word(),
        }
    }

    /// The folder of the scenario: what the id has in front of its first `/`.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.id.split_once('/').map_or("", |(folder, _)| folder)
    }

    /// The version of MQTT that the case ran in: what the id has behind its last `@`.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        self.id.rsplit_once('@').and_then(|(_, version)| version.parse().ok())
    }
}

/// A case that the baseline lists, and that either failed as it says or passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Why it is listed.
    pub reason: String,
    /// Whether it did as the baseline says (XFAIL); if not, it passed (XPASS).
    pub met: bool,
}

/// What a case says of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementReport {
    /// The statement's id.
    pub id: String,
    /// What became of it.
    pub holding: Holding,
}

/// A line that did not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// One sentence fragment: what went wrong.
    pub title: String,
    /// Where in the scenario; absent if no line is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What stands at the caret: what was expected, and what came.
    pub label: String,
    /// The statements charged.
    pub charged: Vec<String>,
    /// The packet received, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<String>,
    /// Its bytes in hex (the first 64), and when it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<String>,
    /// Further facts, each a line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A place in a scenario file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the scenarios folder.
    pub path: String,
    /// Offset of the first byte of the part at fault.
    pub start: usize,
    /// Offset behind its last byte.
    pub end: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
    /// The line of the scenario's head, from 1.
    pub scenario_line: usize,
}

/// One packet or event of a connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceLine {
    /// Seconds since the case began.
    pub at: f64,
    /// The client's name in the scenario; the runner's own helpers have names in `( )`.
    pub client: String,
    /// `->` sent, `<-` received, `--` the state of the connection.
    pub direction: String,
    /// The packet or event as text.
    pub text: String,
    /// The bytes in hex, cut to a bound.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bytes: String,
}

/// The end of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Cases that ran or were skipped.
    pub cases: usize,
    /// Passed in full.
    pub pass: usize,
    /// Passed with a weakness.
    pub non_strict: usize,
    /// Failed.
    pub fail: usize,
    /// Could not reach their point.
    pub blocked: usize,
    /// Lacked a capability.
    pub skip: usize,
    /// Broker or tool at fault.
    pub error: usize,
    /// Known failures that failed as recorded (counted in none of the above).
    #[serde(default)]
    pub xfail: usize,
    /// Known failures that passed (counted in none of the above).
    #[serde(default)]
    pub xpass: usize,
    /// Wall-clock time, in seconds.
    pub seconds: f64,
    /// Whether the run was interrupted.
    #[serde(default)]
    pub interrupted: bool,
}

impl Summary {
    /// Counts a case that ended.
    pub fn count(&mut self, case: &CaseReport) {
        self.cases += 1;
        let counter = match (&case.known, case.verdict) {
            (Some(Known { met: true, .. }), _) => &mut self.xfail,
            (Some(Known { met: false, .. }), _) => &mut self.xpass,
            (None, Verdict::Pass) => &mut self.pass,
            (None, Verdict::NonStrict) => &mut self.non_strict,
            (None, Verdict::Fail) => &mut self.fail,
            (None, Verdict::Blocked) => &mut self.blocked,
            (None, Verdict::Skip) => &mut self.skip,
            (None, Verdict::Error) => &mut self.error,
        };
        *counter += 1;
    }
}
