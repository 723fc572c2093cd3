//! `mqttspec coverage`: which statements are checked, and why the others are not.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;
use mqttspec_codec::Version;
use serde::Serialize;

use super::paint::Paint;
use super::{Failure, Globals};
use crate::catalogue::coverage::{Counts, Coverage, Entry, Standing};
use crate::exit::Exit;

/// Where `--check` finds the committed snapshot: in the folder of the scenarios.
const SNAPSHOT: &str = "COVERAGE.md";

/// Show which statements of the standards are checked, and why others are not
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    /// Compare with COVERAGE.md in the folder of the scenarios; exit with 1 if it differs
    #[arg(long, conflicts_with = "format")]
    check: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A summary, and what is still to do
    Human,
    /// One object per version
    Json,
    /// Every statement, as in COVERAGE.md
    Markdown,
}

pub(super) fn run(args: &Args, globals: &Globals) -> Result<Exit, Failure> {
    let suite = globals.suite()?;
    let coverage = Coverage::of(&suite.cases());
    if args.check {
        return check(&coverage, &globals.scenarios_folder().join(SNAPSHOT));
    }
    let text = match args.format {
        Format::Human => human(&coverage, Paint::new(globals.color_stdout())),
        Format::Json => json(&coverage),
        Format::Markdown => markdown(&coverage),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(Exit::Fine)
}

fn check(coverage: &Coverage, snapshot: &Path) -> Result<Exit, Failure> {
    let committed = fs::read_to_string(snapshot).map_err(|error| {
        Failure::new(Exit::Usage, format!("cannot read {}: {error}", snapshot.display()))
    })?;
    let current = markdown(coverage);
    if committed == current {
        return Ok(Exit::Fine);
    }
    let mut message = format!("the coverage differs from {}", snapshot.display());
    for line in differences(&committed, &current) {
        let _ = write!(message, "\n  {line}");
    }
    message.push_str("\n  to accept it, replace the file by `mqttspec coverage --format markdown`");
    Err(Failure::new(Exit::Findings, message))
}

/// Lines that only one of the texts has, `-` for the old one and `+` for the new one.
fn differences<'a>(old: &'a str, new: &'a str) -> Vec<String> {
    /// More would hide the advice below them.
    const LINES_MAX: usize = 20;
    let only_in = |one: &'a str, other: &str, sign: char| {
        let other: std::collections::HashSet<String> = other.lines().map(str::to_owned).collect();
        let lines = one.lines().filter(move |line| !other.contains(*line));
        lines.map(move |line| format!("{sign} {line}"))
    };
    let mut lines: Vec<String> = only_in(old, new, '-').chain(only_in(new, old, '+')).collect();
    if lines.len() > LINES_MAX {
        let more = lines.len() - LINES_MAX;
        lines.truncate(LINES_MAX);
        lines.push(format!("... and {more} more lines"));
    }
    lines
}

/// A heading, and the number below it.
type Column = (&'static str, fn(&Counts) -> usize);

/// The columns of the summaries.
const COLUMNS: [Column; 8] = [
    ("statements", |counts| counts.statements),
    ("observable", |counts| counts.observable),
    ("covered", |counts| counts.covered),
    ("todo", |counts| counts.todo),
    ("client only", |counts| counts.client_only),
    ("not observable", |counts| counts.not_observable),
    ("TLS/WebSocket", |counts| counts.transport_not_built),
    ("freedom", |counts| counts.freedom),
];

/// The parts of the catalogue, with their headings.
fn parts() -> impl Iterator<Item = (Version, bool, String)> {
    Version::ALL.into_iter().flat_map(|version| {
        [true, false].map(|numbered| {
            let kind = if numbered { "numbered" } else { "unnumbered" };
            (version, numbered, format!("{version} {kind}"))
        })
    })
}

fn human(coverage: &Coverage, paint: Paint) -> String {
    let mut text = format!("{:<18}", "");
    for (name, _) in COLUMNS {
        let _ = write!(text, "  {}", paint.faint(name));
    }
    text.push('\n');
    for (version, numbered, heading) in parts() {
        let counts = coverage.counts(version, numbered);
        let _ = write!(text, "{:<18}", paint.strong(heading));
        for (name, count) in COLUMNS {
            let _ = write!(text, "  {:>width$}", count(&counts), width = name.len());
        }
        text.push('\n');
    }
    for (version, numbered, heading) in parts() {
        let mut todo = with_standing(coverage, version, numbered, Standing::Todo).peekable();
        if todo.peek().is_some() {
            let _ = write!(text, "\n{}\n", paint.strong(format!("To do, {heading}")));
        }
        for Entry { statement, .. } in todo {
            let level = paint.faint(format!("{:<10}", statement.level.word()));
            let _ = writeln!(text, "  {:<18}  {level}  {}", statement.id, statement.title);
        }
    }
    text
}

fn json(coverage: &Coverage) -> String {
    #[derive(Serialize)]
    struct Part<'a> {
        #[serde(flatten)]
        counts: Counts,
        todo_statements: Vec<&'a str>,
    }
    #[derive(Serialize)]
    struct OfVersion<'a> {
        version: String,
        #[serde(flatten)]
        numbered: Part<'a>,
        unnumbered: Part<'a>,
    }
    let part = |version, numbered| Part {
        counts: coverage.counts(version, numbered),
        todo_statements: with_standing(coverage, version, numbered, Standing::Todo)
            .map(|entry| entry.statement.id.as_str())
            .collect(),
    };
    let versions = Version::ALL.map(|version| OfVersion {
        version: version.to_string(),
        numbered: part(version, true),
        unnumbered: part(version, false),
    });
    let lines = versions.map(|version| {
        serde_json::to_string(&version).expect("numbers and strings can be written as JSON")
    });
    format!("[\n{}\n]\n", lines.join(",\n"))
}

fn markdown(coverage: &Coverage) -> String {
    let mut text = String::from(
        "# Coverage of the statements\n\n\
         Written by `mqttspec coverage --format markdown`, compared by `mqttspec coverage --check`.\n\
         Numbered are the statements that the standards number, unnumbered are rules that they\n\
         state without a number. `monitor` rules watch every case.\n\n|  |",
    );
    for (name, _) in COLUMNS {
        let _ = write!(text, " {name} |");
    }
    text.push_str("\n|---|");
    text.push_str(&"--:|".repeat(COLUMNS.len()));
    text.push('\n');
    for (version, numbered, heading) in parts() {
        let counts = coverage.counts(version, numbered);
        let _ = write!(text, "| {heading} |");
        for (_, count) in COLUMNS {
            let _ = write!(text, " {} |", count(&counts));
        }
        text.push('\n');
    }
    for (version, numbered, heading) in parts() {
        let _ =
            write!(text, "\n## {heading}\n\n| statement | level | checked by |\n|---|---|---|\n");
        for entry in coverage.entries(version, numbered) {
            let Entry { statement, .. } = entry;
            let _ =
                writeln!(text, "| {} | {} | {} |", statement.id, statement.level, checks(entry));
        }
    }
    text
}

/// Who checks a statement, or why nobody does.
fn checks(entry: &Entry) -> String {
    if entry.standing() != Standing::Covered {
        return format!("_{}_", entry.standing().describe());
    }
    let scenarios = entry.scenarios().into_iter().map(str::to_owned);
    let rules = entry.rules.iter().map(|rule| format!("monitor: {rule}"));
    scenarios.chain(rules).collect::<Vec<_>>().join(", ")
}

fn with_standing(
    coverage: &Coverage,
    version: Version,
    numbered: bool,
    standing: Standing,
) -> impl Iterator<Item = &Entry> {
    coverage.entries(version, numbered).filter(move |entry| entry.standing() == standing)
}
