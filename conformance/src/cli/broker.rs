//! `mqttspec broker`: the reference broker as a server.

use std::io::{self, Write};
use std::num::{NonZeroU16, NonZeroU32};

use clap::builder::RangedU64ValueParser;
use mqttspec_broker::defect::Defect;
use mqttspec_broker::{Config, server};
use mqttspec_codec::QoS;
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::signal;

use super::selftest::parse_defect;
use super::{Failure, Globals};
use crate::exit::Exit;

/// Serve the reference broker until it is interrupted
///
/// It keeps everything in memory and has every feature of both versions on; the options take some
/// of them away.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:1883")]
    listen: String,
    /// A user that is let in, again for each further one; without it everybody is
    #[arg(long, value_name = "NAME:PASSWORD", value_parser = parse_user)]
    user: Vec<(String, Vec<u8>)>,
    /// Unfinished QoS 1 and 2 PUBLISH packets that a client may have
    #[arg(long, value_name = "NUMBER")]
    receive_maximum: Option<NonZeroU16>,
    /// The largest packet that is taken, in bytes
    #[arg(long, value_name = "BYTES")]
    maximum_packet_size: Option<NonZeroU32>,
    /// The highest QoS
    #[arg(long, value_name = "QOS", value_parser = RangedU64ValueParser::<u8>::new().range(0..=2))]
    maximum_qos: Option<u8>,
    /// The highest Topic Alias that a client may use; 0 switches them off
    #[arg(long, value_name = "NUMBER")]
    topic_alias_maximum: Option<u16>,
    /// The Keep Alive that takes the place of the one a client asks for, in seconds
    #[arg(long, value_name = "SECONDS")]
    server_keep_alive: Option<u16>,
    /// The longest Session Expiry Interval that a client gets, in seconds
    #[arg(long, value_name = "SECONDS")]
    session_expiry_maximum: Option<u32>,
    /// Retain no messages
    #[arg(long)]
    no_retain: bool,
    /// Take no wildcards in Topic Filters
    #[arg(long)]
    no_wildcards: bool,
    /// Take no Subscription Identifiers
    #[arg(long)]
    no_subscription_ids: bool,
    /// Serve no shared subscriptions
    #[arg(long)]
    no_shared: bool,
    /// Be wrong in this one way; `mqttspec selftest` lists them
    #[arg(long, value_name = "NAME", value_parser = parse_defect)]
    defect: Option<Defect>,
}

/// Ends with 0 when it is interrupted, since that is how a server is asked to stop.
pub(super) fn run(args: &Args, _: &Globals) -> Result<Exit, Failure> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Error, format!("cannot start the runtime: {error}")))?;
    runtime.block_on(serve(&args.listen, args.config()))
}

async fn serve(listen: &str, config: Config) -> Result<Exit, Failure> {
    let failed =
        |error: io::Error| Failure::new(Exit::Usage, format!("cannot listen on {listen}: {error}"));
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    // The line that a script waits for: alone on stdout, and out before the first connection.
    let mut out = io::stdout();
    writeln!(out, "listening on {address}")?;
    out.flush()?;
    let failed = |error| Failure::new(Exit::Error, format!("the broker stopped: {error}"));
    server::serve_tcp(listener, config, interrupted()).await.map_err(failed)?;
    Ok(Exit::Fine)
}

/// Resolves on Ctrl-C, and on SIGTERM where there is such a thing.
async fn interrupted() {
    #[cfg(unix)]
    if let Ok(mut terminate) = signal::unix::signal(signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = signal::ctrl_c().await;
}

impl Args {
    fn config(&self) -> Config {
        let mut config = Config::default();
        if !self.user.is_empty() {
            config.users = Some(self.user.clone());
        }
        config.receive_maximum = self.receive_maximum.unwrap_or(config.receive_maximum);
        config.maximum_packet_size = self.maximum_packet_size.unwrap_or(config.maximum_packet_size);
        config.maximum_qos = self.maximum_qos.and_then(QoS::from_u8).unwrap_or(config.maximum_qos);
        config.topic_alias_maximum = self.topic_alias_maximum.unwrap_or(config.topic_alias_maximum);
        config.server_keep_alive = self.server_keep_alive;
        config.session_expiry_interval_max_s = self.session_expiry_maximum;
        config.retain_available = !self.no_retain;
        config.wildcard_subscription_available = !self.no_wildcards;
        config.subscription_identifier_available = !self.no_subscription_ids;
        config.shared_subscription_available = !self.no_shared;
        config.defect = self.defect;
        config
    }
}

fn parse_user(text: &str) -> Result<(String, Vec<u8>), String> {
    let (name, password) = text.split_once(':').ok_or("write NAME:PASSWORD")?;
    Ok((name.to_owned(), password.as_bytes().to_owned()))
}
