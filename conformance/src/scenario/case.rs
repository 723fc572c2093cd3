//! Cases: each scenario, in each of its versions, with each choice of rows.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mqttspec_codec::Version;

use super::ast::{Charge, Each, EachRows, HeaderKind, Name, Row, RowFilter, Scenario};
use super::measure::Measure;
use super::{Source, Suite};
use crate::catalogue::catalogue;

/// The id of a statement of the catalogue.
pub type StatementId = &'static str;

/// The deadline of a case without a `timeout` header.
const TIMEOUT: Duration = Duration::from_secs(60);

/// One run of a scenario.
#[derive(Clone, Debug)]
pub struct Case {
    /// `folder/scenario[row,row]@version`
    pub id: String,
    /// The file that the scenario stands in.
    pub source: Arc<Source>,
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// The version that it runs in.
    pub version: Version,
    /// The chosen row of each `each` header, in their order.
    pub bindings: Vec<Binding>,
    /// The statements that a pass counts for, all of this version; the chosen rows' own in place
    /// of the scenario's.
    pub covers: Vec<StatementId>,
    /// Capabilities that the broker has to have or, if `true`, has to have announced off.
    pub needs: Vec<(bool, Capability)>,
    /// The case runs alone.
    pub exclusive: bool,
    /// Its deadline.
    pub timeout: Duration,
    /// The time that it takes at least: waits, lower bounds, listening.
    pub time_min: Duration,
    /// The most connections of its own that can be open at a time; fence helpers come on top.
    pub connections_max: usize,
    /// It breaks a rule of the protocol on purpose, as far as can be told beforehand.
    pub hostile: bool,
}

/// What an `each` header stands for in a case.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The names of the header: one for each value, or one for the steps.
    pub names: Vec<Name>,
    /// The chosen row.
    pub row: Arc<Row>,
    /// The file that the row stands in.
    pub source: Arc<Source>,
}

/// What a broker may lack without being at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Capability {
    /// Retained messages.
    Retain,
    /// Wildcards in filters.
    Wildcard,
    /// Shared subscriptions.
    Shared,
    /// Subscription Identifiers.
    SubscriptionId,
    /// QoS 1.
    Qos1,
    /// QoS 2.
    Qos2,
    /// Topic aliases from clients.
    TopicAlias,
    /// Sessions that outlive a connection.
    Session,
    /// Clients need the right user name and password.
    Auth,
    /// There is a topic that the user may not use.
    Acl,
    /// An authentication method with AUTH packets.
    EnhancedAuth,
    /// Clients may use topics that begin with `$`.
    DollarTopics,
    /// The broker sets a keep alive of its own (Server Keep Alive).
    ServerKeepAlive,
    /// The broker can be restarted and killed.
    Control,
    /// Sessions and retained messages survive a restart.
    Persistence,
}

impl Capability {
    /// All, in the order of the reference.
    pub const ALL: [Self; 15] = [
        Self::Retain,
        Self::Wildcard,
        Self::Shared,
        Self::SubscriptionId,
        Self::Qos1,
        Self::Qos2,
        Self::TopicAlias,
        Self::Session,
        Self::Auth,
        Self::Acl,
        Self::EnhancedAuth,
        Self::DollarTopics,
        Self::ServerKeepAlive,
        Self::Control,
        Self::Persistence,
    ];

    /// The name in `needs`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Retain => "retain",
            Self::Wildcard => "wildcard",
            Self::Shared => "shared",
            Self::SubscriptionId => "subscription-id",
            Self::Qos1 => "qos-1",
            Self::Qos2 => "qos-2",
            Self::TopicAlias => "topic-alias",
            Self::Session => "session",
            Self::Auth => "auth",
            Self::Acl => "acl",
            Self::EnhancedAuth => "enhanced-auth",
            Self::DollarTopics => "dollar-topics",
            Self::ServerKeepAlive => "server-keep-alive",
            Self::Control => "control",
            Self::Persistence => "persistence",
        }
    }

    /// The capability of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capability| capability.name() == name)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The rows that one `each` header offers in a version.
pub(super) type Choices = Vec<Binding>;

/// The cases of one scenario, in the order of its versions and rows.
pub(super) fn cases_of(
    suite: &Suite,
    source: &Arc<Source>,
    scenario: &Arc<Scenario>,
) -> Vec<Arc<Case>> {
    versions(scenario)
        .into_iter()
        .flat_map(|version| {
            let choices: Vec<Choices> =
                eaches(scenario).map(|each| choices(suite, source, each, version)).collect();
            product(&choices)
                .into_iter()
                .map(move |bindings| Arc::new(case(source, scenario, version, bindings)))
        })
        .collect()
}

/// The versions that a scenario runs in.
pub(super) fn versions(scenario: &Scenario) -> Vec<Version> {
    let mut versions: Vec<Version> = Vec::new();
    for header in &scenario.headers {
        if let HeaderKind::Versions(written) = &header.kind {
            versions.extend(written.iter().map(|version| version.node));
        }
    }
    versions.sort_unstable();
    versions.dedup();
    versions
}

/// The `each` headers of a scenario.
pub(super) fn eaches(scenario: &Scenario) -> impl Iterator<Item = &Each> {
    scenario.headers.iter().filter_map(|header| match &header.kind {
        HeaderKind::Each(each) => Some(each),
        _ => None,
    })
}

/// The rows that a header offers in a version. An unknown table offers none.
pub(super) fn choices(
    suite: &Suite,
    source: &Arc<Source>,
    each: &Each,
    version: Version,
) -> Choices {
    let bind = |row: &Row, source: &Arc<Source>| Binding {
        names: each.names.clone(),
        row: Arc::new(row.clone()),
        source: Arc::clone(source),
    };
    let runs = |row: &&Row| row.version.is_none_or(|only| only == version);
    match &each.rows {
        EachRows::Inline(rows, _) => {
            rows.iter().filter(runs).map(|row| bind(row, source)).collect()
        }
        EachRows::Table { table, filter } => {
            let Some((source, table)) = suite.table(&table.node) else { return Vec::new() };
            let wanted = |row: &&Row| match filter {
                None => true,
                Some(RowFilter::Only(names)) => names.iter().any(|n| n.node == row.name.node),
                Some(RowFilter::Except(names)) => names.iter().all(|n| n.node != row.name.node),
            };
            let rows = table.rows.iter().filter(runs).filter(wanted);
            rows.map(|row| bind(row, source)).collect()
        }
    }
}

/// Every choice of one of each; the last one changes fastest.
pub(super) fn product(choices: &[Choices]) -> Vec<Vec<Binding>> {
    choices.iter().fold(vec![Vec::new()], |front, choice| {
        front
            .iter()
            .flat_map(|chosen| {
                choice.iter().map(move |next| {
                    let mut chosen = chosen.clone();
                    chosen.push(next.clone());
                    chosen
                })
            })
            .collect()
    })
}

fn case(
    source: &Arc<Source>,
    scenario: &Arc<Scenario>,
    version: Version,
    bindings: Vec<Binding>,
) -> Case {
    let mut needs = Vec::new();
    let mut exclusive = false;
    let mut timeout = TIMEOUT;
    let mut measure = Measure::new(version, &bindings);
    for header in &scenario.headers {
        match &header.kind {
            HeaderKind::Needs(list) => needs.extend(list.iter().filter_map(|need| {
                Capability::by_name(&need.capability.node).map(|known| (need.negated, known))
            })),
            HeaderKind::Exclusive => exclusive = true,
            HeaderKind::Timeout(written) => {
                timeout = measure.duration(written).unwrap_or(TIMEOUT);
            }
            _ => {}
        }
    }
    measure.block(&scenario.steps);
    Case {
        id: id(source, scenario, version, &bindings),
        source: Arc::clone(source),
        scenario: Arc::clone(scenario),
        version,
        covers: covers(scenario, version, &bindings),
        needs,
        exclusive,
        timeout,
        time_min: measure.time(),
        connections_max: measure.connections(),
        hostile: measure.hostile(),
        bindings,
    }
}

fn id(source: &Source, scenario: &Scenario, version: Version, bindings: &[Binding]) -> String {
    let folder = match source.folder() {
        "" => String::new(),
        folder => format!("{folder}/"),
    };
    let rows: Vec<&str> = bindings.iter().map(|b| b.row.name.node.as_str()).collect();
    let rows = if rows.is_empty() { String::new() } else { format!("[{}]", rows.join(",")) };
    format!("{folder}{}{rows}@{version}", scenario.name.node)
}

/// The statements of a case: those of its rows, or else the scenario's.
pub(super) fn covers(
    scenario: &Scenario,
    version: Version,
    bindings: &[Binding],
) -> Vec<StatementId> {
    let of_rows = bindings.iter().flat_map(|binding| &binding.row.charges);
    let of_rows = statements(of_rows, version);
    if !of_rows.is_empty() {
        return of_rows;
    }
    let of_headers = scenario.headers.iter().flat_map(|header| match &header.kind {
        HeaderKind::Covers(charges) => charges.as_slice(),
        _ => &[],
    });
    statements(of_headers, version)
}

/// The charges that concern a version, as statements, each once.
pub fn statements<'a>(
    charges: impl IntoIterator<Item = &'a Charge>,
    version: Version,
) -> Vec<StatementId> {
    let mut statements: Vec<StatementId> = Vec::new();
    for charge in charges {
        let ours = charge.version.is_none_or(|of| of == version);
        let known = catalogue().get(version, &charge.id.node);
        if let (true, Some(statement)) = (ours, known)
            && !statements.contains(&statement.id.as_str())
        {
            statements.push(&statement.id);
        }
    }
    statements
}
