//! What a person is told about a case beside its id.

use crate::scenario::Case;
use crate::scenario::ast::{HeaderKind, Scenario};

/// The summary of a scenario; empty if it has none.
pub(super) fn summary(scenario: &Scenario) -> &str {
    let mut summaries = scenario.headers.iter().filter_map(|header| match &header.kind {
        HeaderKind::Summary(text) => Some(text.node.as_str()),
        _ => None,
    });
    summaries.next_back().unwrap_or_default()
}

/// The line of the scenario's head, from 1.
pub(super) fn head_line(case: &Case) -> usize {
    let before = case.source.text.get(..case.scenario.name.span.start).unwrap_or_default();
    before.matches('\n').count() + 1
}

/// The lines of a case's scenario with their numbers, from its head to the brace that ends it. In
/// the canonical form that is the first one at the start of a line.
pub(super) fn source_lines(case: &Case) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(case.source.text.lines()).skip(head_line(case) - 1) {
        lines.push((number, line));
        if line.starts_with('}') {
            break;
        }
    }
    lines
}
