//! What became of all defects, in numbers and names.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use mqttspec_codec::Version;
use serde::Serialize;

use super::{Outcome, is_meant};
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
    /// The cases that no defect of a statement that they cover made fail.
    pub cases_never_failing: Vec<String>,
    /// The covered statements that no defect breaks, each with its version in front.
    pub statements_without_defect: Vec<String>,
    /// How many statements were charged that the defect is not said to break, for all defects.
    pub collateral: usize,
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
        self.right_statement == self.defects
            && self.cases_never_failing.is_empty()
            && self.statements_without_defect.is_empty()
    }
}

fn never_failing(outcomes: &[Outcome], cases: &[Arc<Case>]) -> Vec<String> {
    let of_id: HashMap<&str, &Case> = cases.iter().map(|case| (&*case.id, &**case)).collect();
    let mut noticed = BTreeSet::new();
    for outcome in outcomes {
        let ids = outcome.failed.iter().chain(&outcome.weak).map(String::as_str);
        // That a defect of something else gets in the way of a case proves nothing.
        let meant = |id: &&str| of_id.get(id).is_some_and(|case| is_meant(outcome.defect, case));
        noticed.extend(ids.filter(meant));
    }
    let names = cases.iter().map(|case| &case.id).filter(|id| !noticed.contains(id.as_str()));
    names.cloned().collect()
}

fn without_defect(outcomes: &[Outcome], cases: &[Arc<Case>]) -> Vec<String> {
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
    covered.map(|it| format!("{}:{}", it.version, it.id)).collect()
}
