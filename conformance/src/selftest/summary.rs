//! What became of all defects, in numbers and names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use mqttspec_codec::Version;
use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::catalogue::coverage::{Coverage, Standing};
use crate::scenario::Case;

/// What became of all defects.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// How many defects there were.
    pub defects: usize,
    /// How many of them a case noticed.
    pub killed: usize,
    /// How many cases were run, for all defects together.
    pub runs: usize,
    /// How many made a case charge a statement that they break.
    pub right_statement: usize,
    /// Those of the killed that were noticed as NON-STRICT only: what they do is weak, and not
    /// forbidden.
    pub graded: Vec<String>,
    /// Those that no case noticed.
    pub survivors: Vec<String>,
    /// Those that were noticed, but for other statements only.
    pub misattributed: Vec<String>,
    /// The cases that no defect made fail.
    pub cases_never_failing: Vec<Exception>,
    /// The covered statements that no defect breaks.
    pub statements_without_defect: Vec<Exception>,
    /// How many statements were charged that the defect is not said to break, for all defects.
    pub collateral: usize,
}

/// What nothing was found for, and why that is as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exception {
    /// The case or the statement.
    pub name: String,
    /// Why; `None` if that is a gap.
    pub reason: Option<&'static str>,
}

impl Summary {
    /// Counts what became of all defects, with the cases that were there to notice them.
    #[must_use]
    pub fn of(outcomes: &[Outcome], cases: &[Arc<Case>]) -> Self {
        let names = |wanted: &dyn Fn(&Outcome) -> bool| -> Vec<String> {
            outcomes.iter().filter(|it| wanted(it)).map(|it| it.defect.name()).collect()
        };
        let killed = outcomes.iter().filter(|it| it.is_killed()).count();
        let misattributed = names(&|it| it.is_killed() && !it.is_right());
        Self {
            defects: outcomes.len(),
            killed,
            runs: outcomes.iter().map(|it| it.cases).sum(),
            right_statement: killed - misattributed.len(),
            graded: names(&Outcome::is_graded),
            survivors: names(&|it| !it.is_killed()),
            misattributed,
            cases_never_failing: never_failing(outcomes, cases),
            statements_without_defect: without_defect(outcomes, cases),
            collateral: outcomes.iter().map(Outcome::collateral).sum(),
        }
    }

    /// Whether all defects were caught for what they are, and nothing is left that no defect breaks.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let gaps = self.cases_never_failing.iter().chain(&self.statements_without_defect);
        self.right_statement == self.defects && gaps.filter(|it| it.reason.is_none()).count() == 0
    }
}

fn never_failing(outcomes: &[Outcome], cases: &[Arc<Case>]) -> Vec<Exception> {
    let noticed = outcomes.iter().flat_map(|outcome| outcome.failed.iter().chain(&outcome.weak));
    let noticed: BTreeSet<&str> = noticed.map(String::as_str).collect();
    let names = cases.iter().map(|case| &case.id).filter(|id| !noticed.contains(id.as_str()));
    names.map(|id| Exception::of(id.clone(), &EXCEPTIONS.cases)).collect()
}

fn without_defect(outcomes: &[Outcome], cases: &[Arc<Case>]) -> Vec<Exception> {
    let broken: BTreeSet<_> = outcomes
        .iter()
        .flat_map(|outcome| {
            let of =
                |version| outcome.defect.breaks(version).into_iter().map(move |id| (version, id));
            Version::ALL.into_iter().flat_map(of)
        })
        .collect();
    let coverage = Coverage::of(cases);
    let covered = Version::ALL
        .into_iter()
        .flat_map(|version| [true, false].map(|numbered| (version, numbered)))
        .flat_map(|(version, numbered)| coverage.entries(version, numbered))
        .filter(|entry| entry.standing() == Standing::Covered)
        .map(|entry| entry.statement)
        .filter(|statement| !broken.contains(&(statement.version, &*statement.id)));
    covered
        .map(|it| Exception::of(format!("{}:{}", it.version, it.id), &EXCEPTIONS.statements))
        .collect()
}

/// The reasons that are known.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    /// By the id of a case, or by that of a scenario for all of its cases.
    cases: BTreeMap<String, String>,
    /// By version and id: `5.0:MQTT-3.8.1-1`.
    statements: BTreeMap<String, String>,
}

static EXCEPTIONS: LazyLock<Exceptions> = LazyLock::new(|| {
    toml::from_str(include_str!("exceptions.toml")).expect("the tests have parsed it")
});

impl Exception {
    fn of(name: String, reasons: &'static BTreeMap<String, String>) -> Self {
        let scenario = name.split(['[', '@']).next().unwrap_or(&name);
        let reason = reasons.get(&name).or_else(|| reasons.get(scenario)).map(String::as_str);
        Self { name, reason }
    }
}
