//! `mqttspec explain`: a statement with all that checks it, a scenario with all that it checks, or
//! the statements of a section.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::sync::Arc;

use mqttspec_codec::Version;

use super::case_text::{head_line, source_lines, summary};
use super::filter::Filter;
use super::paint::Paint;
use super::{Failure, Globals};
use crate::catalogue::coverage::{Coverage, Entry, Standing, scenario_name};
use crate::catalogue::{Statement, catalogue};
use crate::exit::Exit;
use crate::monitor;
use crate::report::escape;
use crate::scenario::Case;

/// The column at which text wraps.
const WIDTH: usize = 92;

/// Explain a statement, a section or a scenario
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Statement (`5.0:MQTT-3.8.1-1`), section (`5.0/3.8`), case id or glob (`retain/*`)
    #[arg(value_name = "ID")]
    id: String,
}

pub(super) fn run(args: &Args, globals: &Globals) -> Result<Exit, Failure> {
    let suite = globals.suite()?;
    let cases = suite.cases();
    let page = Page { paint: Paint::new(globals.color_stdout()), text: String::new() };
    let text = page.of(&args.id, &cases)?;
    io::stdout().write_all(text.as_bytes())?;
    Ok(Exit::Fine)
}

/// What is shown.
struct Page {
    paint: Paint,
    text: String,
}

impl Page {
    fn of(mut self, id: &str, cases: &[Arc<Case>]) -> Result<String, Failure> {
        let filter = Filter::parse(id)?;
        let mut is_empty = true;
        match &filter {
            Filter::Statement { version, id } => {
                let coverage = Coverage::of(cases);
                let versions =
                    Version::ALL.into_iter().filter(|v| version.is_none_or(|one| one == *v));
                for entry in versions.filter_map(|version| coverage.entry(version, id)) {
                    self.part(&mut is_empty);
                    self.statement(entry);
                }
            }
            Filter::Section { version, section } => {
                let coverage = Coverage::of(cases);
                let entries = [true, false].map(|numbered| coverage.entries(*version, numbered));
                for entry in entries.into_iter().flatten() {
                    if entry.statement.is_in_section(section) {
                        is_empty = false;
                        self.line_of(entry);
                    }
                }
            }
            Filter::Case(glob) => {
                let chosen: Vec<_> = cases.iter().filter(|case| glob.is_match(&case.id)).collect();
                for same in chosen.chunk_by(|a, b| Arc::ptr_eq(&a.scenario, &b.scenario)) {
                    self.part(&mut is_empty);
                    self.scenario(same);
                }
            }
        }
        if is_empty {
            return Err(filter.empty(id, &cases.iter().collect::<Vec<_>>()));
        }
        Ok(self.text)
    }

    /// An empty line between parts.
    fn part(&mut self, is_first: &mut bool) {
        if !std::mem::take(is_first) {
            self.text.push('\n');
        }
    }

    fn statement(&mut self, entry: &Entry) {
        let Statement { id, version, section, title, requirement, level, binds, observable, probe } =
            entry.statement;
        let head = format!("{version} {id} {level} - {title}");
        self.line(format_args!("{}", self.paint.strong(head)));
        self.paragraph(requirement);
        self.line(format_args!(""));
        self.wrapped("section", section);
        self.wrapped("binds", binds.describe());
        self.wrapped("shows", observable.describe());
        self.wrapped("probe", probe);
        if entry.standing() != Standing::Covered {
            self.wrapped("checked by", &format!("nothing: {}", entry.standing().describe()));
            return;
        }
        let mut label = "checked by";
        for case in &entry.cases {
            self.wrapped(std::mem::take(&mut label), &case.id);
        }
        for rule in monitor::rules().iter().filter(|rule| entry.rules.contains(&rule.name)) {
            let text = format!("monitor rule {}: {}", rule.name, rule.summary);
            self.wrapped(std::mem::take(&mut label), &text);
        }
    }

    /// A statement of a section in one line.
    fn line_of(&mut self, entry: &Entry) {
        let Statement { id, level, title, .. } = entry.statement;
        let standing = match entry.standing() {
            Standing::Covered => self.paint.good("covered"),
            Standing::Todo => self.paint.doubtful("todo"),
            other => self.paint.faint(other.describe()),
        };
        self.line(format_args!("{id:<18}  {level:<10}  {title} ({standing})"));
    }

    /// A scenario, for all of its cases that were chosen.
    fn scenario(&mut self, cases: &[&Arc<Case>]) {
        let Some(&first) = cases.first() else { return };
        let name = scenario_name(&first.id).to_owned();
        self.line(format_args!("{}", self.paint.strong(name)));
        self.paragraph(&escape::line(summary(&first.scenario)));
        self.line(format_args!(""));
        let mut label = "cases";
        for case in cases {
            self.wrapped(std::mem::take(&mut label), &case.id);
        }
        let mut label = "statements";
        for version in Version::ALL {
            let of_version = cases.iter().filter(|case| case.version == version);
            let mut ids: Vec<&str> =
                of_version.flat_map(|case| case.covers.iter().copied()).collect();
            ids.sort_unstable();
            ids.dedup();
            for statement in ids.into_iter().filter_map(|id| catalogue().get(version, id)) {
                let Statement { id, level, title, .. } = statement;
                let text = format!("{version} {id} {level} - {title}");
                self.wrapped(std::mem::take(&mut label), &text);
            }
        }
        self.line(format_args!(""));
        let lines: Vec<(usize, &str)> = source_lines(first);
        let path = escape::line(&first.source.path);
        self.line(format_args!(
            "{}",
            self.paint.faint(format_args!("--> {path}:{}", head_line(first)))
        ));
        let digits = lines.last().map_or(1, |(number, _)| number.to_string().len());
        for (number, line) in lines {
            let number = self.paint.faint(format!("{number:>digits$} |"));
            self.line(format_args!("{number} {}", escape::line(line)));
        }
    }

    fn paragraph(&mut self, text: &str) {
        for line in wrap(text, WIDTH) {
            self.line(format_args!("{line}"));
        }
    }

    /// A text beside its label, set in by the width of labels.
    fn wrapped(&mut self, label: &str, text: &str) {
        const LABEL: usize = 12;
        let mut lead = format!("{}", self.paint.faint(format_args!("{label:<LABEL$}")));
        for line in wrap(text, WIDTH - LABEL) {
            self.line(format_args!("{lead}{line}"));
            lead = " ".repeat(LABEL);
        }
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        let from = self.text.len();
        let _ = self.text.write_fmt(line);
        let end = from + self.text[from..].trim_end().len();
        self.text.truncate(end);
        self.text.push('\n');
    }
}

/// Breaks a text at blanks into lines of at most `width` characters, as far as words allow.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let current = lines.last_mut().expect("there is a line from the start on");
        if !current.is_empty() && current.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
            continue;
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_wraps_at_blanks_only() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable x", 4), ["unbreakable", "x"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
