//! `mqttspec list`: what would run.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use clap::ValueEnum;
use serde::Serialize;

use super::case_text::{head_line, summary};
use super::{Failure, Globals, Selection};
use crate::exit::Exit;
use crate::scenario::Case;

/// List the cases that would run
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    selection: Selection,
    /// How to show them
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One id per line
    Human,
    /// One object per case, in an array
    Json,
}

pub(super) fn run(args: &Args, globals: &Globals) -> Result<Exit, Failure> {
    let suite = globals.suite()?;
    let cases = args.selection.choose(&suite.cases())?;
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Human => {
            for case in &cases {
                writeln!(out, "{}", case.id)?;
            }
        }
        Format::Json => json(&cases, &mut out)?,
    }
    out.flush()?;
    Ok(Exit::Fine)
}

/// A case as JSON has it.
#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    version: String,
    summary: &'a str,
    path: &'a str,
    line: usize,
    statements: &'a [&'static str],
    needs: Vec<String>,
    exclusive: bool,
}

fn json(cases: &[Arc<Case>], out: &mut impl Write) -> io::Result<()> {
    for (at, case) in cases.iter().enumerate() {
        out.write_all(if at == 0 { b"[\n" } else { b",\n" })?;
        let listed = Listed {
            id: &case.id,
            version: case.version.to_string(),
            summary: summary(&case.scenario),
            path: &case.source.path,
            line: head_line(case),
            statements: &case.covers,
            needs: case
                .needs
                .iter()
                .map(|&(negated, capability)| {
                    format!("{}{}", if negated { "not " } else { "" }, capability.name())
                })
                .collect(),
            exclusive: case.exclusive,
        };
        serde_json::to_writer(&mut *out, &listed)?;
    }
    out.write_all(b"\n]\n")
}
