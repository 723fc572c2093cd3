//! What a run says of each statement of the standards: held, broken, or not checked.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use mqttspec_codec::Version;
use serde::Serialize;

use super::escape;
use super::event::CaseReport;
use crate::catalogue::{Observable, Statement, catalogue};
use crate::verdict::{Holding, Verdict};

/// Cases that are named beside a statement in the table.
const CASES_SHOWN: usize = 3;

/// What became of a statement in a run. The greater one wins when several cases cover it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It does not show on a broker: it constrains clients only, or the inside of a server.
    NotObservable,
    /// No case of the run covers it.
    NotChecked,
    /// The cases that cover it were skipped.
    Skipped,
    /// The cases that cover it ended before they came to it.
    NotReached,
    /// The broker kept it.
    Held,
    /// The broker kept it in a weaker way.
    Weakly,
    /// The broker broke it.
    Broken,
}

impl Outcome {
    /// The word that reports print.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotObservable => "not observable",
            Self::NotChecked => "not checked",
            Self::Skipped => "skipped",
            Self::NotReached => "not reached",
            Self::Held => "held",
            Self::Weakly => "held weakly",
            Self::Broken => "BROKEN",
        }
    }

    fn is_checked(self) -> bool {
        self >= Self::Held
    }
}

/// The statements as the cases of a run judge them.
#[derive(Clone, Debug, Default)]
pub struct Statements {
    /// What each case that covers a statement says of it.
    cases: HashMap<(Version, String), Vec<(String, Outcome)>>,
    /// The versions in which a case ran.
    versions: BTreeSet<Version>,
}

/// How many statements of level MUST and MUST NOT there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// That show on a broker, in the versions of the run.
    pub observable: usize,
    /// That a case of the run came to.
    pub checked: usize,
    /// That no case of the run found broken.
    pub held: usize,
}

/// A statement with its verdict, as `statements.json` has it.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement<'a> {
    /// The version of the standard.
    pub version: String,
    /// The statement's id.
    pub id: &'a str,
    /// MUST, SHOULD and so on.
    pub level: &'static str,
    /// The section of the standard.
    pub section: &'a str,
    /// A few words.
    pub title: &'a str,
    /// What became of it.
    pub verdict: Outcome,
    /// The cases that say so.
    pub cases: Vec<&'a str>,
}

impl Statements {
    /// Takes in what a case says.
    pub fn add(&mut self, case: &CaseReport) {
        let Some(version) = case.version() else { return };
        if case.verdict != Verdict::Skip {
            self.versions.insert(version);
        }
        for statement in &case.statements {
            let outcome = match statement.holding {
                Holding::Held => Outcome::Held,
                Holding::Weakly => Outcome::Weakly,
                Holding::Broken => Outcome::Broken,
                Holding::NotReached if case.verdict == Verdict::Skip => Outcome::Skipped,
                Holding::NotReached => Outcome::NotReached,
            };
            let cases = self.cases.entry((version, statement.id.clone())).or_default();
            cases.push((case.id.clone(), outcome));
        }
    }

    /// Every statement of the versions that ran, in the order of the catalogue.
    pub fn judgements(&self) -> impl Iterator<Item = Judgement<'_>> {
        let versions = self.versions.iter().copied();
        versions.flat_map(|version| catalogue().statements(version)).map(|one| self.judge(one))
    }

    /// The counts of the run.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.versions.iter().map(|version| self.counts_of(*version)).fold(
            Counts::default(),
            |sum, one| Counts {
                observable: sum.observable + one.observable,
                checked: sum.checked + one.checked,
                held: sum.held + one.held,
            },
        )
    }

    /// `statements.json`: the counts, and every statement.
    ///
    /// # Errors
    ///
    /// None that can happen: there is nothing here that JSON cannot say.
    pub fn json(&self) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct Document<'a> {
            must: Counts,
            statements: Vec<Judgement<'a>>,
        }
        let document = Document { must: self.counts(), statements: self.judgements().collect() };
        serde_json::to_string_pretty(&document).map(|text| text + "\n")
    }

    /// A table for people: all statements that show on a broker.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::new();
        for version in &self.versions {
            let Counts { observable, checked, held } = self.counts_of(*version);
            let _ = writeln!(
                text,
                "MQTT {version}: {checked} of {observable} MUST statements checked, {held} held"
            );
            for one in catalogue().statements(*version).map(|one| self.judge(one)) {
                if one.verdict != Outcome::NotObservable {
                    text.push_str(&row(&one));
                }
            }
        }
        text
    }

    fn judge<'a>(&'a self, statement: &'a Statement) -> Judgement<'a> {
        let key = (statement.version, statement.id.clone());
        let said = self.cases.get(&key).map_or(&[][..], Vec::as_slice);
        let hidden = matches!(statement.observable, Observable::ClientOnly | Observable::Internal);
        let unsaid = if hidden { Outcome::NotObservable } else { Outcome::NotChecked };
        let verdict = said.iter().map(|(_, outcome)| *outcome).max().unwrap_or(unsaid);
        let deciding = said.iter().filter(|(_, outcome)| *outcome == verdict);
        Judgement {
            version: statement.version.to_string(),
            id: &statement.id,
            level: statement.level.word(),
            section: &statement.section,
            title: &statement.title,
            verdict,
            cases: deciding.map(|(case, _)| case.as_str()).collect(),
        }
    }

    fn counts_of(&self, version: Version) -> Counts {
        let mut counts = Counts::default();
        for statement in catalogue().statements(version).filter(|one| one.level.is_mandatory()) {
            let verdict = self.judge(statement).verdict;
            counts.observable += usize::from(verdict != Outcome::NotObservable);
            counts.checked += usize::from(verdict.is_checked());
            counts.held += usize::from(matches!(verdict, Outcome::Held | Outcome::Weakly));
        }
        counts
    }
}

fn row(one: &Judgement<'_>) -> String {
    let mut row =
        format!("  {:11}  {:16}  {:10}  {}", one.verdict.word(), one.id, one.level, one.title,);
    if one.verdict > Outcome::Held {
        let shown: Vec<_> = one.cases.iter().take(CASES_SHOWN).map(|id| escape::line(id)).collect();
        let _ = write!(row, " <- {}", shown.join(", "));
        if one.cases.len() > CASES_SHOWN {
            let _ = write!(row, " and {} more", one.cases.len() - CASES_SHOWN);
        }
    }
    row + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::event::Event;
    use crate::report::samples;

    fn statements() -> Statements {
        let mut statements = Statements::default();
        for event in samples::run() {
            if let Event::Case(case) = event {
                statements.add(&case);
            }
        }
        statements
    }

    #[test]
    fn one_broken_case_outweighs_all_that_held() {
        let statements = statements();
        let find = |id: &str| statements.judgements().find(|one| one.id == id).unwrap();
        let broken = find("MQTT-3.3.1-8");
        assert_eq!(broken.verdict, Outcome::Broken);
        assert_eq!(broken.cases, ["retain/new-subscriber@3.1.1"]);
        assert_eq!(find("MQTT-3.3.1-6").verdict, Outcome::Held);
        assert_eq!(find("MQTT-3.3.1-9").verdict, Outcome::NotChecked, "3.1.1 comes first");
    }

    #[test]
    fn the_counts_are_those_of_the_statements_that_were_judged() {
        let counts = statements().counts();
        assert_eq!((counts.checked, counts.held), (5, 2));
        assert!(counts.observable > 400, "{counts:?}");
    }

    #[test]
    fn the_table_and_the_document_name_the_cases_that_decide() {
        let statements = statements();
        let judged = |line: &&str| !line.contains("  not checked  ");
        let table = statements.table();
        insta::assert_snapshot!(table.lines().filter(judged).collect::<Vec<_>>().join("\n"));
        let json: serde_json::Value = serde_json::from_str(&statements.json().unwrap()).unwrap();
        let broken: Vec<_> = json["statements"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["verdict"] == "broken")
            .collect();
        insta::assert_snapshot!(serde_json::to_string_pretty(&broken).unwrap());
    }
}
