//! The arguments by which `run` and `probe` choose what they test.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use super::Failure;
use crate::exit::Exit;
use crate::target::{Address, AddressError, Profile, SpawnError, SpawnOptions, Target, embedded};

/// Deadline of one step of a probe, before it is scaled.
const STEP: Duration = Duration::from_secs(5);
/// The variable from which `--password` is taken, so that it needs not stand in a command.
const PASSWORD: &str = "MQTTSPEC_PASSWORD";

/// What is tested, and what is known of it. Without `--broker` and `--spawn` it is the embedded
/// broker, of which all is known.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Broker")]
pub(super) struct TargetArgs {
    /// Test the broker that runs there: tcp://host:port
    #[arg(
        long,
        value_name = "URL",
        env = "MQTTSPEC_BROKER",
        hide_env_values = true,
        conflicts_with = "spawn"
    )]
    broker: Option<String>,
    /// Start a broker and stop it at the end: {port} is the port to listen on, {port2} a second
    /// one, {dir} an empty folder
    #[arg(long, value_name = "COMMAND", env = "MQTTSPEC_SPAWN", hide_env_values = true)]
    spawn: Option<String>,
    /// User Name to connect with
    #[arg(long, value_name = "NAME", env = "MQTTSPEC_USERNAME", hide_env_values = true)]
    username: Option<String>,
    /// Password to connect with
    #[arg(
        long,
        value_name = "PASSWORD",
        env = PASSWORD,
        hide_env_values = true,
        requires = "username"
    )]
    password: Option<String>,
    /// Keep Alive to connect with where a case names none, for a broker that refuses 0: a large one,
    /// such as 600, since nothing is sent to keep it up
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "0",
        env = "MQTTSPEC_KEEP_ALIVE",
        hide_env_values = true
    )]
    keep_alive: u16,
    /// A topic that this user may neither publish nor subscribe to
    #[arg(long, value_name = "TOPIC", env = "MQTTSPEC_DENIED_TOPIC", hide_env_values = true)]
    denied_topic: Option<String>,
    /// The broker keeps sessions and retained messages over a restart
    #[arg(long)]
    persistent: bool,
    /// The broker has other users: leave out what would disturb them
    #[arg(long)]
    shared: bool,
    /// Stretch all deadlines by this factor, for slow machines (never the protocol's own times)
    #[arg(
        long,
        value_name = "FACTOR",
        default_value = "1",
        value_parser = parse_scale,
        env = "MQTTSPEC_TIMEOUT_SCALE", hide_env_values = true
    )]
    pub(super) timeout_scale: f64,
}

/// Why there is no target.
#[derive(Debug)]
pub(super) enum OpenError {
    /// The arguments make no sense.
    Usage(Failure),
    /// The broker does not come up.
    Broker(String),
}

impl TargetArgs {
    /// Starts, or only names, what is to be tested. The log of a spawned broker goes to a file, if
    /// one is given.
    pub(super) async fn open(&self, log: Option<PathBuf>) -> Result<Target, OpenError> {
        let usage = |message: String| OpenError::Usage(Failure::new(Exit::Usage, message));
        if let Some(url) = &self.broker {
            let address: Address = url
                .parse()
                .map_err(|error: AddressError| usage(format!("--broker {url:?}: {error}")))?;
            return Ok(Target::address(address, self.profile()));
        }
        if let Some(command) = &self.spawn {
            let defaults = SpawnOptions::default();
            let options = SpawnOptions {
                log,
                start_max: self.scaled(defaults.start_max),
                stop_max: self.scaled(defaults.stop_max),
            };
            return Target::spawn(command, options, self.profile()).await.map_err(
                |error| match error {
                    SpawnError::Quotes | SpawnError::Empty | SpawnError::NoPort => {
                        usage(format!("--spawn {command:?}: {error}"))
                    }
                    SpawnError::Log(..) => usage(error.to_string()),
                    error => OpenError::Broker(error.to_string()),
                },
            );
        }
        if self.username.is_some()
            || self.keep_alive > 0
            || self.denied_topic.is_some()
            || self.persistent
            || self.shared
        {
            return Err(usage(
                "what is said about a broker needs --broker or --spawn; the embedded one is known"
                    .into(),
            ));
        }
        Target::embedded_tcp(embedded::config())
            .and_then(|full| Ok(full.with_companion(Target::embedded_tcp(embedded::limited())?)))
            .map_err(|error| OpenError::Broker(format!("the embedded broker: {error}")))
    }

    /// What is tested, for people, before it is open.
    pub(super) fn describe(&self) -> String {
        match (&self.broker, &self.spawn) {
            (Some(url), _) => url.clone(),
            (None, Some(command)) => command.clone(),
            (None, None) => "the embedded broker".into(),
        }
    }

    /// Whether the broker is started by this program and may need a while until it serves.
    pub(super) fn is_spawned(&self) -> bool {
        self.spawn.is_some()
    }

    /// The arguments that reach the same target again, quoted for a shell. A password stays where
    /// it is: it is named by its variable.
    pub(super) fn argument(&self) -> String {
        let mut parts = Vec::new();
        let mut option = |name: &str, value: &Option<String>| {
            if let Some(value) = value {
                parts.push(format!("{name} {}", shell_words::quote(value)));
            }
        };
        option("--broker", &self.broker);
        option("--spawn", &self.spawn);
        option("--username", &self.username);
        option("--denied-topic", &self.denied_topic);
        let mut argument = parts.join(" ");
        if self.password.is_some() {
            let _ = write!(argument, " --password \"${PASSWORD}\"");
        }
        if self.keep_alive > 0 {
            let _ = write!(argument, " --keep-alive {}", self.keep_alive);
        }
        for (name, is_set) in [("--persistent", self.persistent), ("--shared", self.shared)] {
            if is_set {
                let _ = write!(argument, " {name}");
            }
        }
        argument
    }

    /// The deadline of one step of a probe.
    pub(super) fn step(&self) -> Duration {
        self.scaled(STEP)
    }

    /// A deadline, stretched.
    pub(super) fn scaled(&self, deadline: Duration) -> Duration {
        // The factor is positive, but the product may be longer than a duration can be.
        Duration::try_from_secs_f64(deadline.as_secs_f64() * self.timeout_scale)
            .unwrap_or(Duration::MAX)
    }

    fn profile(&self) -> Profile {
        Profile {
            username: self.username.clone(),
            password: self.password.clone().map(Into::into),
            keep_alive: self.keep_alive,
            denied_topic: self.denied_topic.clone(),
            authentication_method: None,
            persistence: self.persistent,
            shared: self.shared,
        }
    }
}

/// A factor from a thousandth to a million.
fn parse_scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if (0.001..=1e6).contains(&scale) => Ok(scale),
        _ => Err("a number from 0.001 to 1000000 is wanted".into()),
    }
}
