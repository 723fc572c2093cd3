//! Who checks what: for each statement the cases and monitor rules that do, or why none does.

use std::collections::BTreeSet;
use std::sync::Arc;

use mqttspec_codec::Version;
use serde::Serialize;

use super::{Level, Observable, Statement, catalogue};
use crate::monitor;
use crate::scenario::Case;

/// All statements, with who checks them.
#[derive(Debug)]
pub struct Coverage {
    entries: Vec<Entry>,
}

/// A statement, with who checks it.
#[derive(Debug)]
pub struct Entry {
    /// The statement.
    pub statement: &'static Statement,
    /// The cases that cover it, in their order.
    pub cases: Vec<Arc<Case>>,
    /// The names of the monitor rules that watch it in every case.
    pub rules: Vec<&'static str>,
}

/// Whether a statement is checked, or else why not. The order is the one of importance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// By a case or by a monitor rule.
    Covered,
    /// Only clients are constrained, and no reaction of the server is prescribed.
    ClientOnly,
    /// It does not show outside the broker.
    NotObservable,
    /// It needs a transport that this program does not speak: TLS or WebSocket.
    TransportNotBuilt,
    /// It only leaves a freedom (MAY) that tests must not take away.
    Freedom,
    /// Nobody has got to it yet.
    Todo,
}

/// How many statements stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All.
    pub statements: usize,
    /// Those that somebody who talks to a broker could check: all but `client_only` and
    /// `not_observable`.
    pub observable: usize,
    /// Checked by a case or by a monitor rule.
    pub covered: usize,
    /// See [`Standing::ClientOnly`].
    pub client_only: usize,
    /// See [`Standing::NotObservable`].
    pub not_observable: usize,
    /// See [`Standing::TransportNotBuilt`].
    pub transport_not_built: usize,
    /// See [`Standing::Freedom`].
    pub freedom: usize,
    /// See [`Standing::Todo`].
    pub todo: usize,
}

impl Coverage {
    /// The coverage by some cases and by the rules of the monitor.
    #[must_use]
    pub fn of(cases: &[Arc<Case>]) -> Self {
        let entries = Version::ALL
            .into_iter()
            .flat_map(|version| catalogue().statements(version))
            .map(|statement| Entry {
                statement,
                cases: cases
                    .iter()
                    .filter(|case| case.version == statement.version)
                    .filter(|case| case.covers.iter().any(|id| *id == statement.id))
                    .cloned()
                    .collect(),
                rules: rules_for(statement),
            })
            .collect();
        Self { entries }
    }

    /// The statements of a version, numbered or not, in the order of the catalogue.
    pub fn entries(&self, version: Version, numbered: bool) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| {
            entry.statement.version == version && entry.statement.is_numbered() == numbered
        })
    }

    /// One statement.
    #[must_use]
    pub fn entry(&self, version: Version, id: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.statement.version == version && entry.statement.id == id)
    }

    /// How many statements of a version, numbered or not, stand how.
    #[must_use]
    pub fn counts(&self, version: Version, numbered: bool) -> Counts {
        let mut counts = Counts::default();
        for entry in self.entries(version, numbered) {
            counts.statements += 1;
            let count = match entry.standing() {
                Standing::Covered => &mut counts.covered,
                Standing::ClientOnly => &mut counts.client_only,
                Standing::NotObservable => &mut counts.not_observable,
                Standing::TransportNotBuilt => &mut counts.transport_not_built,
                Standing::Freedom => &mut counts.freedom,
                Standing::Todo => &mut counts.todo,
            };
            *count += 1;
        }
        counts.observable = counts.statements - counts.client_only - counts.not_observable;
        counts
    }
}

impl Entry {
    /// Whether it is checked, or else why not.
    #[must_use]
    pub fn standing(&self) -> Standing {
        if !self.cases.is_empty() || !self.rules.is_empty() {
            return Standing::Covered;
        }
        match (self.statement.observable, self.statement.level) {
            (Observable::ClientOnly, _) => Standing::ClientOnly,
            (Observable::Internal, _) => Standing::NotObservable,
            (Observable::Transport, _) => Standing::TransportNotBuilt,
            (_, Level::May) => Standing::Freedom,
            _ => Standing::Todo,
        }
    }

    /// The scenarios of its cases, each once, in the order of the alphabet.
    #[must_use]
    pub fn scenarios(&self) -> BTreeSet<&str> {
        self.cases.iter().map(|case| scenario_name(&case.id)).collect()
    }
}

impl Standing {
    /// For people: a few words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::ClientOnly => "client only",
            Self::NotObservable => "not observable",
            Self::TransportNotBuilt => "needs TLS or WebSocket",
            Self::Freedom => "a freedom, nothing to check",
            Self::Todo => "todo",
        }
    }
}

/// The id of a case without its rows and its version.
#[must_use]
pub fn scenario_name(id: &str) -> &str {
    id.split(['[', '@']).next().unwrap_or(id)
}

fn rules_for(statement: &Statement) -> Vec<&'static str> {
    monitor::rules()
        .iter()
        .filter(|rule| rule.statements(statement.version).iter().any(|id| *id == statement.id))
        .map(|rule| rule.name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Source, Suite};

    fn coverage() -> Coverage {
        let source = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
        let suite = Suite::parse(vec![
            source("retain/basic.scn", include_str!("../../tests/suite/retain/basic.scn")),
            source("subscribe/flags.scn", include_str!("../../tests/suite/subscribe/flags.scn")),
        ]);
        Coverage::of(&suite.unwrap().cases())
    }

    #[test]
    fn every_statement_is_counted_once() {
        let coverage = coverage();
        for version in Version::ALL {
            for numbered in [true, false] {
                let counts = coverage.counts(version, numbered);
                let Counts { statements, observable, covered, client_only, .. } = counts;
                let Counts { not_observable, transport_not_built, freedom, todo, .. } = counts;
                assert_eq!(statements, observable + client_only + not_observable);
                assert_eq!(observable, covered + transport_not_built + freedom + todo);
                let all = catalogue().statements(version);
                assert_eq!(statements, all.filter(|s| s.is_numbered() == numbered).count());
            }
        }
    }

    #[test]
    fn a_statement_is_covered_by_the_cases_of_its_version() {
        let coverage = coverage();
        let scenarios = |version, id| -> Vec<String> {
            let entry = coverage.entry(version, id).unwrap();
            entry.scenarios().into_iter().map(str::to_owned).collect()
        };
        assert_eq!(scenarios(Version::V3_1_1, "MQTT-3.3.1-8"), ["retain/new-subscriber"]);
        assert!(scenarios(Version::V5_0, "MQTT-3.3.1-8").is_empty());
        let entry = coverage.entry(Version::V5_0, "MQTT-3.8.1-1").unwrap();
        assert_eq!((entry.cases.len(), entry.scenarios().len()), (3, 1));
    }

    #[test]
    fn what_nobody_checks_has_its_reason() {
        let coverage = coverage();
        for (version, id, standing) in [
            (Version::V5_0, "MQTT-3.8.1-1", Standing::Covered),
            (Version::V5_0, "MQTT-3.1.2-20", Standing::ClientOnly),
            (Version::V5_0, "MQTT-6.0.0-1", Standing::TransportNotBuilt),
            (Version::V3_1_1, "U-3.1.1-3.8.4-1", Standing::Freedom),
            (Version::V5_0, "MQTT-3.1.2-22", Standing::Todo),
        ] {
            assert_eq!(coverage.entry(version, id).unwrap().standing(), standing, "{id}");
        }
    }
}
