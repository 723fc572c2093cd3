//! `mqttspec selftest`: whether the scenarios catch the defects of the reference broker.

use std::io::{self, Write};

use mqttspec_broker::defect::Defect;

use super::{Failure, Globals};
use crate::exit::Exit;
use crate::selftest::{self, Outcome, Summary};
use crate::verdict::Holding;

/// Run the scenarios against a reference broker that is wrong on purpose, one defect at a time
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Run the whole suite for each defect, not only the cases that cover what it breaks
    #[arg(long)]
    full: bool,
    /// Only this defect
    #[arg(long, value_name = "NAME", value_parser = parse_defect)]
    defect: Option<Defect>,
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
    let chosen = args.defect.map_or_else(Defect::all, |defect| vec![defect]);
    let outcomes = selftest::run(&chosen, &suite.cases(), args.full)
        .map_err(|error| Failure::new(Exit::Error, format!("cannot start a runtime: {error}")))?;
    let summary = Summary::of(&outcomes);
    let mut out = io::stdout();
    match args.format {
        Format::Json => {
            let json = serde_json::to_string(&summary).expect("numbers and names are JSON");
            writeln!(out, "{json}")?;
        }
        Format::Human => {
            outcomes.iter().try_for_each(|outcome| writeln!(out, "{}", row(outcome)))?;
            if args.defect.is_some() {
                outcomes.iter().try_for_each(|outcome| write!(out, "{}", failures(outcome)))?;
            }
            let Summary { defects, killed, right_statement, .. } = &summary;
            writeln!(
                out,
                "{defects} defects: {killed} caught, {right_statement} for a statement they break"
            )?;
        }
    }
    let is_fine = summary.survivors.is_empty() && summary.misattributed.is_empty();
    Ok(if is_fine { Exit::Fine } else { Exit::Findings })
}

fn row(outcome: &Outcome) -> String {
    let word = match (outcome.is_killed(), outcome.is_right()) {
        (false, _) if outcome.is_graded() => "graded",
        (false, _) => "SURVIVED",
        (true, false) => "MISJUDGED",
        (true, true) => "caught",
    };
    format!(
        "{word:>9} {:<30} {:>3} of {:>3} cases fail, {} other statements charged",
        outcome.defect.name(),
        outcome.failures.len(),
        outcome.cases,
        outcome.collateral()
    )
}

/// What is wrong, and what each case that fails has to say of it.
fn failures(outcome: &Outcome) -> String {
    let mut text = format!("\n{}\n", outcome.defect.what());
    for report in &outcome.failures {
        let title = report.failure.as_ref().map_or("", |failure| failure.title.as_str());
        let broken = report.statements.iter().filter(|it| it.holding == Holding::Broken);
        let ids: Vec<&str> = broken.map(|it| it.id.as_str()).collect();
        text.push_str(&format!("{}: {title} [{}]\n", report.id, ids.join(", ")));
    }
    text.push('\n');
    text
}

/// The defect of a name.
pub(super) fn parse_defect(name: &str) -> Result<Defect, String> {
    Defect::from_name(name).ok_or_else(|| "there is no such defect".into())
}
