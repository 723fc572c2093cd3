//! Scenarios run in paused time: against the embedded broker as it is, with single packets of it
//! tampered with, and against scripted peers that are no brokers at all.

mod absence;
mod blame;
mod endings;
mod matching;
mod run;
mod sending;

use std::sync::{Arc, Mutex};

use bytes::{Bytes, BytesMut};
use mqttspec_broker::{Config, server};
use mqttspec_codec::{Context, Frame, Packet, Sender, Version, decode_frame};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::{RunOptions, run_case};
use crate::report::event::CaseReport;
use crate::scenario::{Case, Source, Suite};
use crate::target::{Link, Profile, Target};
use crate::verdict::{Holding, Verdict};

/// What every test scenario covers.
const V3_COVERS: [&str; 2] = ["MQTT-3.3.1-8", "MQTT-3.3.2-3"];
const V5_COVERS: [&str; 2] = ["MQTT-3.3.1-9", "MQTT-3.3.2-3"];

/// A case that was run.
struct Ran {
    report: CaseReport,
    text: String,
}

impl Ran {
    /// The verdict and, for a failure, its title, its label and what it points at.
    fn told(&self) -> String {
        let verdict = self.report.verdict.word();
        let failures = self.report.failure.iter().chain(&self.report.weaknesses);
        let lines = failures.map(|failure| {
            let place = failure.place.as_ref().unwrap();
            let line = self.text[place.start..place.end].trim();
            let charged = failure.charged.join(" ");
            let notes: String = failure.notes.iter().map(|note| format!("\n  {note}")).collect();
            let (title, label) = (&failure.title, &failure.label);
            format!("\n  {title}\n  {label}\n  at `{line}` charged [{charged}]{notes}")
        });
        let skipped = self.report.skipped.iter().map(|reason| format!("\n  {reason}"));
        format!("{verdict}{}{}", lines.collect::<String>(), skipped.collect::<String>())
    }

    #[track_caller]
    fn passes(&self) {
        assert_eq!(self.report.verdict, Verdict::Pass, "{}\n{}", self.told(), self.trace());
    }

    /// What came of a statement.
    fn holding(&self, id: &str) -> Option<Holding> {
        self.report.statements.iter().find(|it| it.id == id).map(|it| it.holding)
    }

    /// The trace, a line each, without times.
    fn trace(&self) -> String {
        let lines = self.report.trace.iter();
        lines.map(|it| format!("{} {} {}\n", it.client, it.direction, it.text)).collect()
    }
}

/// The case of a scenario with these steps (and headers) in one version.
fn case(version: Version, steps: &str) -> Arc<Case> {
    let covers = match version {
        Version::V3_1_1 => V3_COVERS,
        Version::V5_0 => V5_COVERS,
    };
    let covers = covers.join(", ");
    let text = format!(
        "scenario test {{\n    summary  \"A test.\"\n    versions {version}\n    covers   {covers}\n\
         {steps}\n}}\n"
    );
    let mut cases = cases(&text);
    assert_eq!(cases.len(), 1, "a test scenario has one case");
    cases.remove(0)
}

fn cases(text: &str) -> Vec<Arc<Case>> {
    let source = Source { path: "t/test.scn".into(), text: text.into() };
    let suite = Suite::parse(vec![source]).unwrap_or_else(|mistakes| {
        let texts: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        panic!("{}", texts.join("\n"))
    });
    suite.cases()
}

fn options() -> RunOptions {
    RunOptions { capture_all: true, ..RunOptions::default() }
}

async fn run_on(target: &Target, case: &Arc<Case>) -> Ran {
    let report = run_case(case, target, &options()).await;
    Ran { report, text: case.source.text.clone() }
}

/// Runs steps against the embedded broker as it is.
async fn embedded(version: Version, steps: &str) -> Ran {
    run_on(&Target::embedded_memory(Config::default()), &case(version, steps)).await
}

/// A packet on its way through a tampering proxy.
struct Seen<'a> {
    /// Which connection, in the order of opening.
    link: usize,
    /// From the broker.
    down: bool,
    packet: &'a Packet,
    frame: &'a [u8],
}

/// What a tampering proxy does with a packet.
#[derive(Clone)]
enum Act {
    Pass,
    Drop,
    /// Bytes for the client in its place.
    Send(Vec<u8>),
    /// The packet, and bytes for the client behind it.
    PassAnd(Vec<u8>),
    /// The end of the connection.
    Close,
    /// Bytes for the client, and the end of the connection.
    SendAndClose(Vec<u8>),
}

type Hook = Arc<Mutex<dyn FnMut(&Seen<'_>) -> Act + Send>>;

/// The embedded broker behind a proxy that tampers with packets.
fn tampered(
    version: Version,
    config: Config,
    hook: impl FnMut(&Seen<'_>) -> Act + Send + 'static,
) -> Target {
    let broker = server::memory::Server::start(config);
    let hook: Hook = Arc::new(Mutex::new(hook));
    let links = Mutex::new(0);
    Target::links("a broker that is tampered with", Profile::default(), move || {
        let (near, far) = duplex(64 * 1024);
        let mut links = links.lock().unwrap();
        tokio::spawn(proxy(version, *links, far, broker.connect(), Arc::clone(&hook)));
        *links += 1;
        Ok(Link::new(near))
    })
}

/// Runs steps against the embedded broker with some of its packets tampered with.
async fn tamper(
    version: Version,
    steps: &str,
    hook: impl FnMut(&Seen<'_>) -> Act + Send + 'static,
) -> Ran {
    run_on(&tampered(version, Config::default(), hook), &case(version, steps)).await
}

/// Tampers with the packets of the broker that fit, once.
fn once(
    mut fits: impl FnMut(&Packet) -> bool + Send + 'static,
    act: Act,
) -> impl FnMut(&Seen<'_>) -> Act + Send + 'static {
    let mut left = Some(act);
    move |seen| {
        if seen.down && left.is_some() && fits(seen.packet) {
            left.take().unwrap_or(Act::Pass)
        } else {
            Act::Pass
        }
    }
}

fn is_publish(packet: &Packet) -> bool {
    matches!(packet, Packet::Publish(publish) if !publish.payload.starts_with(b"~"))
}

async fn proxy(
    version: Version,
    link: usize,
    mut client: DuplexStream,
    mut broker: DuplexStream,
    hook: Hook,
) {
    let (mut up, mut down) = (BytesMut::new(), BytesMut::new());
    let (mut client_open, mut broker_open) = (true, true);
    while client_open || broker_open {
        tokio::select! {
            biased;
            read = client.read_buf(&mut up), if client_open => {
                client_open = read.is_ok_and(|len| len > 0);
                if !client_open {
                    let _ = broker.shutdown().await;
                }
            }
            read = broker.read_buf(&mut down), if broker_open => {
                broker_open = read.is_ok_and(|len| len > 0);
            }
        }
        for (is_down, buffer) in [(false, &mut up), (true, &mut down)] {
            while let Some(frame) = frame(buffer) {
                let sender = if is_down { Sender::Server } else { Sender::Client };
                let act = match decode_frame(frame.clone(), &Context::new(version, sender)) {
                    Err(_) => Act::Pass,
                    Ok(packet) => {
                        let seen = Seen { link, down: is_down, packet: &packet, frame: &frame };
                        let mut hook = hook.lock().unwrap();
                        (*hook)(&seen)
                    }
                };
                let onward = if is_down { &mut client } else { &mut broker };
                match &act {
                    Act::Pass | Act::PassAnd(_) => drop(onward.write_all(&frame).await),
                    Act::Drop | Act::Send(_) | Act::Close | Act::SendAndClose(_) => {}
                }
                if let Act::Send(bytes) | Act::PassAnd(bytes) | Act::SendAndClose(bytes) = &act {
                    let _ = client.write_all(bytes).await;
                }
                if matches!(act, Act::Close | Act::SendAndClose(_)) {
                    return;
                }
            }
        }
        if !broker_open {
            return;
        }
    }
}

/// Takes a whole packet off the front; what cannot be framed as it is.
fn frame(buffer: &mut BytesMut) -> Option<Bytes> {
    match Frame::read(buffer, Context::PACKET_SIZE_MAX) {
        Ok(Some(frame)) if frame.total_len <= buffer.len() => {
            Some(buffer.split_to(frame.total_len).freeze())
        }
        Err(_) => Some(buffer.split().freeze()),
        Ok(_) => None,
    }
}

/// A peer that answers the first bytes of every connection with these, and then stays silent or,
/// if asked to, closes.
fn peer(answer: &'static [u8], close: bool) -> Target {
    Target::links("a peer", Profile::default(), move || {
        let (near, mut far) = duplex(64 * 1024);
        tokio::spawn(async move {
            let mut buffer = [0; 1024];
            let _ = far.read(&mut buffer).await;
            let _ = far.write_all(answer).await;
            while !close && far.read(&mut buffer).await.is_ok_and(|len| len > 0) {}
        });
        Ok(Link::new(near))
    })
}

/// The bytes of a packet of the broker.
fn bytes_of(packet: impl Into<Packet>, version: Version) -> Vec<u8> {
    let mut bytes = BytesMut::new();
    packet.into().encode(version, &mut bytes).unwrap();
    bytes.to_vec()
}
