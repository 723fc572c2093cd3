//! `mqttspec probe`: what a broker announces, and what it really does.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use clap::ValueEnum;
use mqttspec_codec::Version;
use serde::Serialize;
use tokio::runtime;

use super::session::Interrupts;
use super::target::{OpenError, TargetArgs};
use super::{Failure, Globals};
use crate::exit::Exit;
use crate::report::escape;
use crate::target::Target;
use crate::target::probe::{Greeting, greet};
use crate::target::survey::{Feature, Survey, survey};

/// Width of the column of features.
const NAME_WIDTH: usize = 28;

/// Show what a broker announces and what it really does
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only these versions
    #[arg(
        long,
        value_name = "VERSION",
        value_delimiter = ',',
        env = "MQTTSPEC_MQTT",
        hide_env_values = true
    )]
    mqtt: Vec<Version>,
    #[command(flatten)]
    target: TargetArgs,
    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// A table for each version
    #[default]
    Human,
    /// One object
    Json,
}

/// Ends with 5 if the broker speaks none of the versions.
pub(super) fn run(args: &Args, _: &Globals) -> Result<Exit, Failure> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Error, format!("cannot start the runtime: {error}")))?;
    let found = runtime.block_on(async {
        let mut interrupts = Interrupts::new()?;
        tokio::select! {
            biased;
            // A broker that was spawned is stopped with the future that holds it.
            () = interrupts.next() => Err(Failure::new(Exit::Interrupted, "interrupted")),
            found = probe(args) => found,
        }
    })?;
    let text = match args.format {
        Format::Human => found.table(),
        Format::Json => serde_json::to_string_pretty(&found).map_err(io::Error::from)? + "\n",
    };
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    let is_spoken = found.versions.iter().any(|version| version.survey.is_some());
    Ok(if is_spoken { Exit::Fine } else { Exit::Error })
}

/// All that was found out.
#[derive(Serialize)]
struct Found {
    target: String,
    versions: Vec<Spoken>,
}

/// What was found out about a version.
#[derive(Serialize)]
struct Spoken {
    version: String,
    /// Why the version is not spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    #[serde(flatten)]
    survey: Option<Survey>,
}

async fn probe(args: &Args) -> Result<Found, Failure> {
    let target = args.target.open(None).await.map_err(|error| match error {
        OpenError::Usage(failure) => failure,
        OpenError::Broker(reason) => Failure::new(Exit::Error, reason),
    })?;
    let versions = if args.mqtt.is_empty() { Version::ALL.to_vec() } else { args.mqtt.clone() };
    let mut found = Found { target: target.describe(), versions: Vec::new() };
    for version in versions {
        found.versions.push(spoken(&target, version, args).await?);
    }
    target.stop().await;
    Ok(found)
}

async fn spoken(target: &Target, version: Version, args: &Args) -> Result<Spoken, Failure> {
    let deadline = args.target.step();
    let Greeting { answer, .. } = greet(target, version, deadline).await;
    let (refused, survey) = match answer {
        Err(trouble) if trouble.is_unreachable() => {
            let message = format!("{}: {trouble}", escape::line(&target.describe()));
            return Err(Failure::new(Exit::Error, message));
        }
        Err(trouble) => (Some(trouble.to_string()), None),
        Ok(connack) => (None, Some(survey(target, version, connack.as_ref(), deadline).await)),
    };
    Ok(Spoken { version: version.to_string(), refused, survey })
}

impl Found {
    fn table(&self) -> String {
        let mut text = String::new();
        for Spoken { version, refused, survey } in &self.versions {
            let _ = writeln!(text, "MQTT {version} on {}", escape::line(&self.target));
            if let Some(refused) = refused {
                let _ = writeln!(text, "  not spoken: {}", escape::line(refused));
            }
            if let Some(Survey { features, limits }) = survey {
                let _ = writeln!(text, "  {:NAME_WIDTH$} announced  works", "");
                features.iter().for_each(|feature| text.push_str(&row(feature)));
                for (name, value) in limits {
                    let _ = writeln!(text, "  {name:NAME_WIDTH$} {value}");
                }
            }
            text.push('\n');
        }
        text.truncate(text.trim_end().len());
        text + "\n"
    }
}

fn row(feature: &Feature) -> String {
    let Feature { name, announced, works, reason } = feature;
    let word = |is_so: bool| if is_so { "yes" } else { "no" };
    let announced = announced.map_or("", word);
    let works = match reason.as_str() {
        "" => word(*works).to_owned(),
        reason => format!("{}: {}", word(*works), escape::line(reason)),
    };
    format!("  {name:NAME_WIDTH$} {announced:9}  {works}\n")
}
