//! The report for people: a line for each case, a frame for each failure, a summary.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::escape;
use super::event::{CaseReport, Event, Failure, Start, Summary};
use super::frame::{self, Context, Sources};
use super::statements::{Counts, Statements};
use crate::verdict::Verdict;

/// Columns in front of what follows a verdict.
const WORD_WIDTH: usize = 12;
/// Failures that the summary lists again.
const RECAP_MAX: usize = 50;
/// Characters shown of a text in a line of its own.
const TEXT_MAX: usize = 200;

/// Turns the events of a run into text, one by one.
#[derive(Clone, Debug)]
pub struct Human<'a> {
    sources: &'a Sources,
    context: Context,
    start: Option<Start>,
    /// Cases that ended so far.
    ended: usize,
    /// The lines of cases that need attention, to be listed again at the end.
    recap: Vec<String>,
    /// How many cases were skipped for a reason.
    skipped: BTreeMap<String, usize>,
    statements: Statements,
}

impl<'a> Human<'a> {
    /// A report that quotes from these sources.
    #[must_use]
    pub fn new(sources: &'a Sources, context: Context) -> Self {
        Self {
            sources,
            context,
            start: None,
            ended: 0,
            recap: Vec::new(),
            skipped: BTreeMap::new(),
            statements: Statements::default(),
        }
    }

    /// The text for an event: empty, or whole lines.
    pub fn event(&mut self, event: &Event) -> String {
        match event {
            Event::Start(start) => self.start(start),
            Event::CaseStart { .. } => String::new(),
            Event::Case(case) => self.case(case),
            Event::Broker { message } => {
                format!("{} {}\n", self.word("BROKER", Color::Yellow), escape::lines(message))
            }
            Event::Summary(summary) => self.summary(summary),
        }
    }

    /// What the run says of the statements so far.
    #[must_use]
    pub fn statements(&self) -> &Statements {
        &self.statements
    }

    fn start(&mut self, start: &Start) -> String {
        self.start = Some(start.clone());
        let Start { cases, target, seed, .. } = start;
        let cases = plural(*cases, "case");
        let word = self.word("Running", Color::Green);
        format!("{word} {cases} against {}, seed {seed:x}\n", escape::line(target))
    }

    fn case(&mut self, case: &CaseReport) -> String {
        self.ended += 1;
        self.statements.add(case);
        if let Some(reason) = &case.skipped {
            *self.skipped.entry(escape::short(reason, TEXT_MAX)).or_default() += 1;
        }
        let line = self.line(case);
        if self.needs_attention(case) {
            self.recap.push(line.clone());
        }
        let mut text = format!("{line}\n");
        match (&case.known, &self.start) {
            (None, Some(start)) if self.needs_attention(case) => {
                text.push_str(&frame::render(case, start, self.sources, self.context));
                text.push('\n');
            }
            (None, _) => case.weaknesses.iter().for_each(|one| text.push_str(&weakness(one))),
            _ => {}
        }
        text
    }

    /// `        PASS [   0.031s] ( 40/412) retain/clear-with-empty-payload@5.0`
    fn line(&self, case: &CaseReport) -> String {
        let total = self.start.as_ref().map_or(0, |start| start.cases);
        let width = total.to_string().len();
        let word = self.word(case.word(), self.color(case));
        let id = escape::line(&case.id);
        let line = format!("{word} [{:>8.3}s] ({:>width$}/{total}) {id}", case.seconds, self.ended);
        let reason = case.skipped.as_ref().or(case.known.as_ref().map(|known| &known.reason));
        match reason {
            Some(reason) => format!("{line}: {}", escape::short(reason, TEXT_MAX)),
            None => line,
        }
    }

    fn summary(&mut self, summary: &Summary) -> String {
        let mut text = String::from("------------\n");
        let good = summary.fail + summary.blocked + summary.error + summary.xpass == 0;
        let color = if good && !summary.interrupted { Color::Green } else { Color::Red };
        let word = self.word("Summary", color);
        let indent = " ".repeat(WORD_WIDTH);
        let _ = writeln!(text, "{word} [{:>8.3}s] {}", summary.seconds, counts(summary));
        if let Some(start) = &self.start {
            let must = self.statements.counts();
            let _ =
                write!(text, "{indent} seed {:x} - {}", start.seed, escape::line(&start.target));
            if must.observable > 0 {
                let Counts { observable, checked, held } = must;
                let _ = write!(
                    text,
                    " - MUST statements: {checked} of {observable} checked, {held} held"
                );
            }
            text.push('\n');
            if summary.interrupted {
                let _ = writeln!(
                    text,
                    "{indent} interrupted: {} of {} ran",
                    summary.cases,
                    plural(start.cases, "case")
                );
            }
        }
        for (reason, count) in &self.skipped {
            let _ = writeln!(text, "{indent} skipped: {count} x {reason}");
        }
        let hidden = self.recap.len().saturating_sub(RECAP_MAX);
        for line in self.recap.iter().take(RECAP_MAX).filter(|_| self.ended > 1) {
            let _ = writeln!(text, "{line}");
        }
        if hidden > 0 {
            let _ = writeln!(text, "{indent} and {hidden} more");
        }
        text
    }

    /// Whether a case fails the run.
    fn needs_attention(&self, case: &CaseReport) -> bool {
        match (&case.known, case.verdict) {
            (Some(known), _) => !known.met,
            (None, Verdict::Fail | Verdict::Blocked | Verdict::Error) => true,
            (None, Verdict::NonStrict) => self.context.strict,
            (None, Verdict::Pass | Verdict::Skip) => false,
        }
    }

    fn color(&self, case: &CaseReport) -> Color {
        match (&case.known, case.verdict) {
            (Some(known), _) if known.met => Color::Yellow,
            _ if self.needs_attention(case) => Color::Red,
            (_, Verdict::Pass) => Color::Green,
            _ => Color::Yellow,
        }
    }

    fn word(&self, word: &str, color: Color) -> String {
        let padded = format!("{word:>WORD_WIDTH$}");
        match self.context.color {
            true => format!("\u{1b}[1;{}m{padded}\u{1b}[0m", color as u8),
            false => padded,
        }
    }
}

/// Colours of a terminal, by their numbers in SGR sequences (ECMA-48, section 8.3.117).
#[derive(Clone, Copy)]
enum Color {
    Red = 31,
    Green = 32,
    Yellow = 33,
}

fn weakness(weakness: &Failure) -> String {
    let place = weakness.place.as_ref().map_or_else(String::new, |place| {
        format!(" ({}:{})", escape::line(&place.path), place.line)
    });
    let [title, label] =
        [&weakness.title, &weakness.label].map(|text| escape::short(text, TEXT_MAX));
    let label = if label.is_empty() { label } else { format!(": {label}") };
    format!("{} = weak: {title}{label}{place}\n", " ".repeat(WORD_WIDTH))
}

/// `412 cases: 389 passed (6 non-strict), 1 failed, 3 known failures, 19 skipped`
fn counts(summary: &Summary) -> String {
    let mut parts = Vec::new();
    let passed = summary.pass + summary.non_strict;
    let weakly = match summary.non_strict {
        0 => String::new(),
        count => format!(" ({count} non-strict)"),
    };
    parts.push(format!("{passed} passed{weakly}"));
    let mut part = |count: usize, text: &str| {
        if count > 0 {
            parts.push(format!("{count} {text}"));
        }
    };
    part(summary.fail, "failed");
    part(summary.blocked, "blocked");
    part(summary.error, if summary.error == 1 { "error" } else { "errors" });
    part(summary.xpass, "unexpectedly passed");
    part(summary.xfail, if summary.xfail == 1 { "known failure" } else { "known failures" });
    part(summary.skip, "skipped");
    format!("{}: {}", plural(summary.cases, "case"), parts.join(", "))
}

pub(crate) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn report(context: Context) -> String {
        let sources = samples::sources();
        let mut human = Human::new(&sources, context);
        samples::run().iter().map(|event| human.event(event)).collect()
    }

    #[test]
    fn a_run_reads_from_top_to_bottom() {
        insta::assert_snapshot!(report(Context::default()));
    }

    #[test]
    fn a_strict_run_shows_weaknesses_as_failures() {
        let text = report(Context { strict: true, ..Context::default() });
        let from = text.find("NON-STRICT").unwrap();
        insta::assert_snapshot!(&text[from..from + text[from..].find("SKIP").unwrap()]);
    }

    #[test]
    fn colours_are_the_only_control_sequences() {
        let text = report(Context { color: true, ..Context::default() });
        let mut rest = text.as_str();
        while let Some(at) = rest.find('\u{1b}') {
            let sequence = &rest[at + 1..];
            let end = sequence.find('m').unwrap();
            assert!(sequence[1..end].chars().all(|c| c.is_ascii_digit() || c == ';'), "{sequence}");
            assert!(sequence.starts_with('['));
            rest = &sequence[end..];
        }
        assert!(!text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\u{1b}')));
    }

    #[test]
    fn an_interrupted_run_says_how_far_it_came() {
        let sources = Sources::default();
        let mut human = Human::new(&sources, Context::default());
        human.event(&Event::Start(samples::start()));
        let summary = Summary { cases: 1, pass: 1, interrupted: true, ..Summary::default() };
        insta::assert_snapshot!(human.event(&Event::Summary(summary)));
    }
}
