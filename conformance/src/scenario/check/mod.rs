//! The checks: what the grammar allows but cannot be meant.
//!
//! Headers and rows are looked at once. The steps are walked once for each case, so that a row's
//! value is checked against the field that it ends up in, a packet named by a row has its fields
//! checked, and the state of each connection is known at each line. The same mistake found in
//! several cases is reported once.

mod expr;
mod field;
mod flow;
mod header;
mod receive;
mod scope;
mod value;
mod walk;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::ast::{Item, Name, Scenario, Span};
use super::case::{choices, eaches, product, versions};
use super::diagnostic::{Diagnostic, Problem};
use super::{Source, Suite};
use walk::Walk;

/// Cases of one scenario in one version.
const CASES_MAX: usize = 1000;

/// All mistakes of a suite. `complete` tells whether all of its files were understood.
pub(super) fn check(suite: &Suite, complete: bool) -> Vec<Diagnostic> {
    let mut findings = Findings::default();
    unique_names(suite, &mut findings);
    for file in &suite.files {
        for item in &file.file.items {
            if let Item::Table(table) = item {
                header::table(&mut findings, &file.source, table);
            }
        }
    }
    for (source, scenario) in suite.scenarios() {
        check_scenario(&mut findings, suite, source, scenario);
    }
    findings.report_unused();
    let mut list = findings.list;
    if !complete {
        // The table may stand in what was not understood.
        list.retain(|found| !matches!(found.problem, Problem::UnknownTable { .. }));
    }
    list.sort_by(|left, right| {
        let key = |found: &Diagnostic| (found.source.path.clone(), found.span.start);
        key(left).cmp(&key(right))
    });
    list
}

fn check_scenario(
    findings: &mut Findings,
    suite: &Suite,
    source: &Arc<Source>,
    scenario: &Scenario,
) {
    let facts = header::headers(findings, suite, source, scenario);
    if !facts.sound || !few_cases(findings, suite, source, scenario) {
        return;
    }
    for name in eaches(scenario).flat_map(|each| &each.names) {
        findings.define(source, name, "the name");
    }
    for version in versions(scenario) {
        let choices: Vec<_> =
            eaches(scenario).map(|each| choices(suite, source, each, version)).collect();
        for bindings in product(&choices) {
            let mut walk = Walk::new(findings, &facts, source, version, &bindings);
            walk.case(scenario);
        }
    }
}

/// Whether the rows of a scenario make a number of cases that can be run.
fn few_cases(
    findings: &mut Findings,
    suite: &Suite,
    source: &Arc<Source>,
    scenario: &Scenario,
) -> bool {
    let counts = versions(scenario).into_iter().map(|version| {
        let rows = |each| choices(suite, source, each, version).len();
        eaches(scenario).map(rows).fold(1_usize, usize::saturating_mul)
    });
    let cases = counts.max().unwrap_or(0);
    if cases > CASES_MAX {
        let problem = Problem::TooManyCases { cases, limit: CASES_MAX };
        findings.report(source, scenario.name.span, problem);
    }
    cases <= CASES_MAX
}

/// Tables have names of their own, scenarios in their folders.
fn unique_names(suite: &Suite, findings: &mut Findings) {
    let mut scenarios: HashMap<(&str, &str), (&Arc<Source>, Span)> = HashMap::new();
    let mut tables: HashMap<&str, (&Arc<Source>, Span)> = HashMap::new();
    for file in &suite.files {
        for item in &file.file.items {
            let (first, name, problem) = match item {
                Item::Scenario(Scenario { name, .. }) => {
                    let key = (file.source.folder(), name.node.as_str());
                    let problem = Problem::DuplicateScenario { name: name.node.clone() };
                    (*scenarios.entry(key).or_insert((&file.source, name.span)), name, problem)
                }
                Item::Table(table) => {
                    let name = &table.name;
                    let entry = tables.entry(&name.node).or_insert((&file.source, name.span));
                    (*entry, name, Problem::DuplicateTable { name: name.node.clone() })
                }
            };
            let (source, span) = first;
            let is_first = Arc::ptr_eq(source, &file.source) && span.start == name.span.start;
            if !is_first {
                let found = Diagnostic::new(&file.source, name.span, problem);
                findings.add(found.with(source, span, "taken here"));
            }
        }
    }
}

/// A place in a file, by which a definition is known.
type Place = (String, usize);

/// What was found, each mistake once, and what is used of all that is defined.
#[derive(Debug, Default)]
struct Findings {
    list: Vec<Diagnostic>,
    seen: HashSet<(Place, Option<Place>, String)>,
    definitions: BTreeMap<Place, Definition>,
}

#[derive(Debug)]
struct Definition {
    source: Arc<Source>,
    name: Name,
    what: &'static str,
    used: bool,
}

impl Findings {
    fn report(&mut self, source: &Arc<Source>, span: Span, problem: Problem) {
        self.add(Diagnostic::new(source, span, problem));
    }

    fn add(&mut self, found: Diagnostic) {
        let place = place(&found.source, found.span);
        let related = found.related.as_ref().map(|other| self::place(&other.source, other.span));
        if self.seen.insert((place, related, found.message())) {
            self.list.push(found);
        }
    }

    /// Remembers a name that something has to use.
    fn define(&mut self, source: &Arc<Source>, name: &Name, what: &'static str) -> Place {
        let place = place(source, name.span);
        self.definitions.entry(place.clone()).or_insert_with(|| Definition {
            source: Arc::clone(source),
            name: name.clone(),
            what,
            used: false,
        });
        place
    }

    fn mark_used(&mut self, place: &Place) {
        if let Some(definition) = self.definitions.get_mut(place) {
            definition.used = true;
        }
    }

    fn report_unused(&mut self) {
        let definitions = std::mem::take(&mut self.definitions);
        for Definition { source, name, what, used } in definitions.into_values() {
            if !used {
                let problem = Problem::Unused { what, name: name.node };
                self.report(&source, name.span, problem);
            }
        }
    }
}

fn place(source: &Source, span: Span) -> Place {
    (source.path.clone(), span.start)
}
