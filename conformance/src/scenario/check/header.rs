//! Checks of headers, tables and rows, by themselves.

use std::collections::HashMap;
use std::sync::Arc;

use mqttspec_codec::Version;

use super::super::ast::{
    Charge, Each, EachRows, Header, HeaderKind, Name, Need, Row, RowContent, RowFilter, Scenario,
    Span, Table,
};
use super::super::case::{Capability, choices, eaches, versions};
use super::super::diagnostic::{Diagnostic, Problem};
use super::super::words::{GIVEN, nearest};
use super::super::{Source, Suite};
use super::Findings;
use crate::catalogue::catalogue;

/// What the headers say, for the walks over the steps.
pub(super) struct Facts<'a> {
    pub(super) versions: Vec<Version>,
    /// The statements that a line may be charged to.
    pub(super) covered: Vec<&'a str>,
    pub(super) needs: Vec<Capability>,
    pub(super) exclusive: bool,
    /// Names and rows fit each other, so that there are cases to look at.
    pub(super) sound: bool,
}

/// Checks what stands before the steps.
pub(super) fn headers<'a>(
    findings: &mut Findings,
    suite: &'a Suite,
    source: &Arc<Source>,
    scenario: &'a Scenario,
) -> Facts<'a> {
    let mut check = Check { findings, suite, source, versions: versions(scenario), sound: true };
    let mut facts = Facts {
        versions: check.versions.clone(),
        covered: Vec::new(),
        needs: Vec::new(),
        exclusive: false,
        sound: true,
    };
    for header in &scenario.headers {
        match &header.kind {
            HeaderKind::Summary(text) if text.node.trim().is_empty() => {
                check.report(text.span, Problem::MissingHeader { keyword: "summary" });
            }
            HeaderKind::Summary(_) | HeaderKind::Timeout(_) => {}
            HeaderKind::Exclusive => facts.exclusive = true,
            HeaderKind::Versions(list) => {
                let names = list.iter().map(|v| (v.node.to_string(), v.span));
                check.no_duplicates("the version", names);
            }
            HeaderKind::Covers(charges) => {
                check.charges(charges);
                facts.covered.extend(charges.iter().map(|charge| charge.id.node.as_str()));
            }
            HeaderKind::Needs(needs) => facts.needs.extend(check.needs(needs)),
            HeaderKind::Each(each) => facts.covered.extend(check.each(each)),
        }
    }
    check.presence(scenario);
    check.covers(scenario);
    check.names(scenario);
    facts.sound = check.sound;
    facts
}

/// Checks the rows of a table, whoever uses it.
pub(super) fn table(findings: &mut Findings, source: &Arc<Source>, table: &Table) {
    unique_rows(findings, source, &table.rows);
    for row in &table.rows {
        match &row.content {
            RowContent::Values(values) if values.len() != table.columns.len() => {
                let problem =
                    Problem::WrongValueCount { expected: table.columns.len(), found: values.len() };
                findings.report(source, row.name.span, problem);
            }
            RowContent::Steps(_) if table.columns.len() > 1 => {
                findings.report(source, row.name.span, Problem::StepsForSeveralNames);
            }
            _ => {}
        }
        for charge in row.charges.iter().filter(|charge| charge.version.is_some()) {
            known_statement(findings, source, charge, &[]);
        }
    }
}

struct Check<'a, 'b> {
    findings: &'b mut Findings,
    suite: &'a Suite,
    source: &'b Arc<Source>,
    versions: Vec<Version>,
    sound: bool,
}

impl<'a> Check<'a, '_> {
    fn report(&mut self, span: Span, problem: Problem) {
        self.findings.report(self.source, span, problem);
    }

    /// Headers that have to be there, and those that stand once.
    fn presence(&mut self, scenario: &Scenario) {
        let mut seen: Vec<&str> = Vec::new();
        for header in &scenario.headers {
            let keyword = keyword(header);
            if seen.contains(&keyword) && !matches!(keyword, "covers" | "needs" | "each") {
                let end = header.span.start + keyword.len();
                let span = Span { start: header.span.start, end };
                self.report(span, Problem::DuplicateHeader { keyword });
            }
            seen.push(keyword);
        }
        for keyword in ["summary", "versions", "covers"] {
            if !seen.contains(&keyword) {
                self.report(scenario.name.span, Problem::MissingHeader { keyword });
            }
        }
    }

    /// Every version covers something, in `covers` or in every row of a header.
    fn covers(&mut self, scenario: &'a Scenario) {
        let has_covers = scenario.headers.iter().any(|h| matches!(h.kind, HeaderKind::Covers(_)));
        for version in self.versions.clone() {
            let by_rows = eaches(scenario).any(|each| {
                let rows = choices(self.suite, self.source, each, version);
                !rows.is_empty()
                    && rows.iter().all(|row| {
                        row.row.charges.iter().any(|c| c.version.is_none_or(|of| of == version))
                    })
            });
            if has_covers && !by_rows && !covers_something(scenario, version) {
                self.report(scenario.name.span, Problem::CoversNothing { version });
            }
        }
    }

    /// Each name of the scenario is defined once and not given.
    fn names(&mut self, scenario: &Scenario) {
        let mut seen: Vec<&Name> = Vec::new();
        for name in eaches(scenario).flat_map(|each| &each.names) {
            if GIVEN.contains(&name.node.as_str()) {
                self.report(name.span, Problem::GivenName { name: name.node.clone() });
            }
            if let Some(first) = seen.iter().find(|first| first.node == name.node) {
                self.sound = false;
                let problem = Problem::NameTaken { name: name.node.clone() };
                let found = Diagnostic::new(self.source, name.span, problem);
                self.findings.add(found.with(self.source, first.span, "taken here"));
            }
            seen.push(name);
        }
    }

    fn no_duplicates(
        &mut self,
        what: &'static str,
        names: impl IntoIterator<Item = (String, Span)>,
    ) {
        let mut seen: Vec<String> = Vec::new();
        for (name, span) in names {
            if seen.contains(&name) {
                self.report(span, Problem::Duplicate { what, name: name.clone() });
            }
            seen.push(name);
        }
    }

    fn needs(&mut self, needs: &[Need]) -> Vec<Capability> {
        let names = needs.iter().map(|need| (need.capability.node.clone(), need.capability.span));
        self.no_duplicates("the capability", names);
        let mut known = Vec::new();
        for Need { negated, capability: Name { node, span } } in needs {
            match Capability::by_name(node) {
                Some(capability) if !negated => known.push(capability),
                Some(_) => {}
                None => {
                    let nearest = nearest(node, Capability::ALL.map(Capability::name));
                    let name = node.clone();
                    self.report(*span, Problem::UnknownCapability { name, nearest });
                }
            }
        }
        known
    }

    /// Checks an `each` header; returns the statements that its rows name.
    fn each(&mut self, each: &'a Each) -> Vec<&'a str> {
        let (source, rows) = match &each.rows {
            EachRows::Inline(rows, _) => {
                unique_rows(self.findings, self.source, rows);
                (Arc::clone(self.source), rows.as_slice())
            }
            EachRows::Table { table, filter } => {
                let Some((source, found)) = self.table(table) else {
                    self.sound = false;
                    return Vec::new();
                };
                self.filter(filter.as_ref(), found);
                self.columns(each, table.span, found);
                (Arc::clone(source), found.rows.as_slice())
            }
        };
        for version in self.versions.clone() {
            if choices(self.suite, self.source, each, version).is_empty() {
                let first = each.names.first().map_or(Span::default(), |name| name.span);
                self.report(first, Problem::NoRows { version });
            }
        }
        for row in rows {
            match &each.rows {
                EachRows::Inline(..) => self.row(each, row),
                EachRows::Table { .. } => {
                    for charge in row.charges.iter().filter(|charge| charge.version.is_none()) {
                        known_statement(self.findings, &source, charge, &self.versions);
                    }
                }
            }
        }
        rows.iter().flat_map(|row| &row.charges).map(|charge| charge.id.node.as_str()).collect()
    }

    /// Checks a row that is written in place.
    fn row(&mut self, each: &Each, row: &Row) {
        let expected = each.names.len();
        let problem = match &row.content {
            RowContent::Values(values) if values.len() != expected => {
                Problem::WrongValueCount { expected, found: values.len() }
            }
            RowContent::Steps(_) if expected > 1 => Problem::StepsForSeveralNames,
            _ => {
                if let Some(version) = row.version.filter(|v| !self.versions.contains(v)) {
                    self.report(row.name.span, Problem::VersionNotRun { version });
                }
                return self.charges(&row.charges);
            }
        };
        self.sound = false;
        let found = Diagnostic::new(self.source, row.name.span, problem);
        let span = each.names.first().map_or(Span::default(), |name| name.span);
        self.findings.add(found.with(self.source, span, "for this header"));
    }

    /// A header has a name for each column of its table.
    fn columns(&mut self, each: &Each, span: Span, table: &Table) {
        let steps = |row: &Row| matches!(row.content, RowContent::Steps(_));
        let columns = if table.rows.iter().all(steps) { 1 } else { table.columns.len() };
        let fits = |row: &Row| match &row.content {
            RowContent::Steps(_) => columns == 1,
            RowContent::Values(values) => values.len() == columns,
        };
        self.sound &= table.rows.iter().all(fits);
        if each.names.len() != columns {
            self.sound = false;
            let problem = Problem::WrongColumnCount { table: table.name.node.clone(), columns };
            self.report(span, problem);
        }
    }

    fn table(&mut self, name: &Name) -> Option<(&'a Arc<Source>, &'a Table)> {
        let found = self.suite.table(&name.node);
        if found.is_none() {
            let nearest = nearest(&name.node, self.suite.table_names());
            let problem = Problem::UnknownTable { name: name.node.clone(), nearest };
            self.report(name.span, problem);
        }
        found
    }

    fn filter(&mut self, filter: Option<&RowFilter>, table: &Table) {
        let Some(RowFilter::Only(names) | RowFilter::Except(names)) = filter else { return };
        self.no_duplicates("the row", names.iter().map(|name| (name.node.clone(), name.span)));
        for Name { node, span } in names {
            let mut rows = table.rows.iter().map(|row| row.name.node.as_str());
            if !rows.any(|row| row == node) {
                let rows = table.rows.iter().map(|row| row.name.node.as_str());
                let (nearest, table) = (nearest(node, rows), table.name.node.clone());
                self.report(*span, Problem::UnknownRow { name: node.clone(), table, nearest });
            }
        }
    }

    /// Checks statements of `covers` or of a row.
    fn charges(&mut self, charges: &[Charge]) {
        let names = charges.iter().map(|charge| {
            let version = charge.version.map_or(String::new(), |version| format!("{version}: "));
            (format!("{version}{}", charge.id.node), charge.id.span)
        });
        self.no_duplicates("the statement", names);
        for charge in charges {
            self::charge(self.findings, self.source, charge, &self.versions);
        }
    }
}

/// Checks that a statement exists in a version that runs.
pub(super) fn charge(
    findings: &mut Findings,
    source: &Arc<Source>,
    charge: &Charge,
    versions: &[Version],
) {
    if let Some(version) = charge.version.filter(|version| !versions.contains(version)) {
        findings.report(source, charge.id.span, Problem::VersionNotRun { version });
        return;
    }
    known_statement(findings, source, charge, versions);
}

/// Checks that a statement exists in its version, or else in the only one of these.
fn known_statement(
    findings: &mut Findings,
    source: &Arc<Source>,
    charge: &Charge,
    versions: &[Version],
) {
    let Name { node: id, span } = &charge.id;
    let version = match (charge.version, versions) {
        (Some(version), _) => version,
        (None, [version]) => *version,
        (None, []) => return,
        (None, _) => {
            return findings.report(source, *span, Problem::NeedsVersion { id: id.clone() });
        }
    };
    if catalogue().get(version, id).is_none() {
        let nearest = catalogue().nearest(version, id).map(str::to_owned);
        findings.report(
            source,
            *span,
            Problem::UnknownStatement { id: id.clone(), version, nearest },
        );
    }
}

/// Rows of one name exclude each other by their versions.
fn unique_rows(findings: &mut Findings, source: &Arc<Source>, rows: &[Row]) {
    let mut seen: HashMap<&str, Vec<&Row>> = HashMap::new();
    for row in rows {
        let others = seen.entry(&row.name.node).or_default();
        let clash = |other: &&&Row| {
            row.version.is_none() || other.version.is_none() || row.version == other.version
        };
        if let Some(first) = others.iter().find(clash) {
            let problem = Problem::DuplicateRow { name: row.name.node.clone() };
            let found = Diagnostic::new(source, row.name.span, problem);
            findings.add(found.with(source, first.name.span, "taken here"));
        }
        others.push(row);
    }
}

fn covers_something(scenario: &Scenario, version: Version) -> bool {
    scenario.headers.iter().any(|header| match &header.kind {
        HeaderKind::Covers(charges) => {
            charges.iter().any(|charge| charge.version.is_none_or(|of| of == version))
        }
        _ => false,
    })
}

fn keyword(header: &Header) -> &'static str {
    match header.kind {
        HeaderKind::Summary(_) => "summary",
        HeaderKind::Versions(_) => "versions",
        HeaderKind::Covers(_) => "covers",
        HeaderKind::Needs(_) => "needs",
        HeaderKind::Exclusive => "exclusive",
        HeaderKind::Timeout(_) => "timeout",
        HeaderKind::Each(_) => "each",
    }
}
