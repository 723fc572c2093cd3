//! `mqttspec selftest`: whether the scenarios catch the defects of the reference broker.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use mqttspec_broker::defect::Defect;
use mqttspec_codec::Version;

use super::{Failure, Globals};
use crate::exit::Exit;
use crate::report::event::Start;
use crate::report::frame::{self, Sources};
use crate::report::human::plural;
use crate::scenario::Case;
use crate::selftest::{self, Extent, Outcome, Summary};

/// What serves a broker with a defect, but for the name of it.
const SERVES: &str = "mqttspec broker --user mqttspec:mqttspec --defect";

/// The options of `run` that tell all that is to be known of that broker.
const REACHES: &str = "--broker tcp://127.0.0.1:1883 --username mqttspec --password mqttspec \
                       --denied-topic mqttspec/denied/topic";

/// Run the scenarios against a reference broker that is wrong on purpose, one defect at a time
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Run the whole suite for each defect, not only the cases that cover what it breaks
    #[arg(long)]
    full: bool,
    /// Only this defect
    #[arg(long, value_name = "NAME", value_parser = parse_defect)]
    defect: Option<Defect>,
    /// Run the suite without a defect instead, once for each of so many seeds: all has to pass
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["full", "defect", "format"])]
    seeds: Option<u64>,
    /// Text for people, or JSON
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    #[default]
    Human,
    Json,
}

pub(super) fn run(args: &Args, globals: &Globals) -> Result<Exit, Failure> {
    let suite = globals.suite()?;
    let cases = suite.cases();
    if let Some(seeds) = args.seeds {
        return run_sound(seeds, &cases);
    }
    let chosen = args.defect.map_or_else(Defect::all, |defect| vec![defect]);
    let extent = if args.full { Extent::Whole } else { Extent::Covering };
    let outcomes = selftest::run(&chosen, &cases, extent).map_err(|error| no_runtime(&error))?;
    let summary = Summary::of(&outcomes, &cases);
    let mut out = io::stdout();
    match (args.format, args.defect) {
        (Format::Json, _) => {
            let json = serde_json::to_string(&summary).expect("numbers and names are JSON");
            writeln!(out, "{json}")?;
        }
        (Format::Human, Some(_)) => {
            let sources = globals.sources(&suite);
            let color = globals.color_stdout();
            for outcome in &outcomes {
                write!(out, "{}", portrait(outcome, &sources, color))?;
            }
        }
        (Format::Human, None) => {
            outcomes.iter().try_for_each(|outcome| writeln!(out, "{}", row(outcome)))?;
            write!(out, "{}", conclusion(&summary))?;
        }
    }
    let is_fine = match args.defect {
        Some(_) => summary.right_statement == summary.defects,
        None => summary.is_whole(),
    };
    Ok(if is_fine { Exit::Fine } else { Exit::Findings })
}

/// The suite on the broker without a defect.
fn run_sound(seeds: u64, cases: &[Arc<Case>]) -> Result<Exit, Failure> {
    let unsound = selftest::run_sound(cases, seeds).map_err(|error| no_runtime(&error))?;
    let mut out = io::stdout();
    for (seed, report) in &unsound {
        writeln!(out, "{} {} with seed {seed}", report.word(), report.id)?;
    }
    let (runs, failed) =
        (plural(usize::try_from(seeds).unwrap_or(usize::MAX), "run"), unsound.len());
    writeln!(out, "{runs} of {}, {failed} did not pass", plural(cases.len(), "case"))?;
    Ok(if unsound.is_empty() { Exit::Fine } else { Exit::Findings })
}

fn no_runtime(error: &io::Error) -> Failure {
    Failure::new(Exit::Error, format!("cannot start a runtime: {error}"))
}

fn row(outcome: &Outcome) -> String {
    let word = match (outcome.is_killed(), outcome.is_right()) {
        (false, _) => "SURVIVED",
        (true, false) => "MISJUDGED",
        (true, true) if outcome.is_graded() => "graded",
        (true, true) => "caught",
    };
    let noticed = outcome.failed.len() + outcome.weak.len();
    format!(
        "{word:>9} {} ({noticed} of {} cases, {} other statements)",
        outcome.defect.name(),
        outcome.cases,
        outcome.collateral()
    )
}

fn conclusion(summary: &Summary) -> String {
    let Summary { defects, killed, right_statement, graded, collateral, .. } = summary;
    let mut text = format!(
        "{defects} defects: {killed} caught ({} by --strict alone), {right_statement} of them for a \
         statement that they break\n{collateral} other statements charged\n",
        graded.len()
    );
    let lists = [
        ("defect", "that no case notices", &summary.survivors),
        ("defect", "caught for other statements only", &summary.misattributed),
        ("case", "that no defect makes fail", &summary.cases_never_failing),
        ("statement", "that no defect breaks", &summary.statements_without_defect),
    ];
    for (what, which, list) in lists {
        let _ = writeln!(text, "{} {which}", plural(list.len(), what));
        for name in list {
            let _ = writeln!(text, "    {name}");
        }
    }
    text
}

/// What is wrong with a defect, which cases notice, and what one of them has to say.
fn portrait(outcome: &Outcome, sources: &Sources, color: bool) -> String {
    let defect = outcome.defect;
    let mut text = format!("{}\n{}\n", defect.name(), defect.what());
    for version in Version::ALL {
        let ids = defect.breaks(version);
        if !ids.is_empty() {
            let _ = writeln!(text, "breaks in {version}: {}", ids.join(", "));
        }
    }
    for seen in defect.seen_in() {
        let _ = writeln!(text, "seen in {seen}");
    }
    let lists = [("fail", &outcome.failed), ("are NON-STRICT", &outcome.weak)];
    for (what, ids) in lists.into_iter().filter(|(_, ids)| !ids.is_empty()) {
        let _ = writeln!(text, "\n{} of {} cases {what}:", ids.len(), outcome.cases);
        for id in ids {
            let _ = writeln!(text, "    {id}");
        }
    }
    match &outcome.example {
        None => text.push_str("\nNo case notices it.\n"),
        Some(report) => {
            let start = Start {
                target: "the reference broker with this defect".into(),
                target_argument: REACHES.into(),
                ..Start::default()
            };
            let context = frame::Context { color, strict: true };
            text.push_str(&frame::render(report, &start, sources, context));
        }
    }
    let _ = writeln!(text, "\nThis broker is served by:\n{SERVES} {}", defect.name());
    text
}

/// The defect of a name.
pub(super) fn parse_defect(name: &str) -> Result<Defect, String> {
    Defect::from_name(name)
        .ok_or_else(|| "there is no such defect; `mqttspec selftest` lists them all".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conclusion_names_every_gap() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let whole = Summary {
            defects: 12,
            killed: 12,
            runs: 345,
            right_statement: 12,
            graded: names(&["a-weak-one"]),
            survivors: names(&[]),
            misattributed: names(&[]),
            cases_never_failing: names(&[]),
            statements_without_defect: names(&[]),
            collateral: 6,
        };
        let with_gaps = Summary {
            killed: 11,
            right_statement: 10,
            survivors: names(&["one-that-nobody-sees"]),
            misattributed: names(&["one-taken-for-another"]),
            cases_never_failing: names(&["retain/basic@5.0", "retain/clear@5.0"]),
            statements_without_defect: names(&["5.0:MQTT-3.3.1-5"]),
            ..whole.clone()
        };
        assert!(whole.is_whole() && !with_gaps.is_whole());
        let texts = [whole, with_gaps].map(|summary| conclusion(&summary));
        insta::assert_snapshot!(texts.join("\n"));
    }
}
