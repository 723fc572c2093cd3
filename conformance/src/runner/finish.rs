//! From the first step of a case to its report: the last checks, whether the broker still lives,
//! the clean-up, and what the verdict says of each statement.

use std::time::Duration;

use bytes::Bytes;
use mqttspec_codec::packet::{Delivery, Publish};
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{Packet, PacketId, PacketType, Properties, QoS};
use tokio::time::Instant;

use super::RunOptions;
use super::case::{CaseRun, LINE_DEADLINE};
use super::outcome::{self, Fault, Miss, Stop};
use crate::matcher::{ConnId, Message, Queues};
use crate::report::event::{CaseReport, StatementReport};
use crate::scenario::{Capability, Case};
use crate::target::Target;
use crate::verdict::{Holding, Verdict};

/// What follows the steps of a case is given this much on top of its own deadline.
const AFTERMATH: Duration = Duration::from_secs(20);

/// What a fresh connection publishes to see that the broker still works.
const WELL: &[u8] = b"well";

/// Carries out one case.
pub(super) async fn run_case(case: &Case, target: &Target, options: &RunOptions) -> CaseReport {
    let begin = Instant::now();
    let target = target.serving(case);
    if let Some(reason) = target.skip(case) {
        return report(case, begin, Ending { skipped: Some(reason), ..Ending::new(Verdict::Skip) });
    }
    let mut run = CaseRun::new(case, target, options);
    let ended = run.all_steps().await;
    let ending = run.ending(ended).await;
    report(case, begin, ending)
}

/// What a case comes to.
struct Ending {
    verdict: Verdict,
    fault: Option<(crate::report::event::Failure, Vec<String>)>,
    weaknesses: Vec<crate::report::event::Failure>,
    skipped: Option<String>,
    trace: Vec<crate::report::event::TraceLine>,
}

impl Ending {
    fn new(verdict: Verdict) -> Self {
        Self { verdict, fault: None, weaknesses: Vec::new(), skipped: None, trace: Vec::new() }
    }
}

impl CaseRun<'_> {
    /// All steps, and the checks behind them.
    async fn all_steps(&mut self) -> Result<(), Stop> {
        let case = self.case;
        self.block(&case.scenario.steps.steps).await?;
        self.here.span = case.scenario.name.span;
        self.here.charges.clear();
        self.last_checks().await
    }

    /// Every open connection has to live, and nothing may be left that no line took.
    async fn last_checks(&mut self) -> Result<(), Stop> {
        let own: Vec<ConnId> = self
            .connections
            .iter()
            .map(|connection| connection.id)
            .filter(|id| !self.helpers.contains(id))
            .collect();
        self.round_trips(&own).await?;
        self.drain();
        for id in own {
            let connection = &self.connections[id.0];
            if connection.our_end == super::connection::OurEnd::Cut {
                continue;
            }
            let tainted = connection.monitor.tainted().is_some();
            let excused = connection.end_asked
                || connection.may_close
                || tainted
                || !connection.connected
                || connection.our_end > super::connection::OurEnd::Open;
            if connection.ended.is_some() && !excused {
                let title = format!("the connection of {} has ended", connection.name);
                let label = "the broker ended it though no line asks for that";
                return Err(self.failed(Miss::silent(title, label)));
            }
            let name = connection.name.clone();
            if connection.received.stopped {
                let title = format!("{name} received too much");
                let label = "more came than is looked at in a case";
                return Err(self.failed(Miss::new(title, label)));
            }
            if let Some(message) = self.world.queue(id).unexpected().cloned() {
                let label = "no line takes this packet, up to the end of the case";
                return Err(self.failed(Miss::unexpected(&name, &message, label)));
            }
        }
        Ok(())
    }

    /// What is left to be done whatever became of the steps.
    async fn ending(mut self, ended: Result<(), Stop>) -> Ending {
        self.batch = None;
        let here = self.here.clone();
        // What follows says nothing of the failure.
        let failed = matches!(ended, Err(Stop::Fault(_))) && !self.options.capture_all;
        let trace = if failed { self.trace.lines() } else { Vec::new() };
        self.extend_deadline(AFTERMATH);
        self.say_goodbye();
        let mut ending = match ended {
            Ok(()) => self.passed().await,
            Err(Stop::Skip(reason)) => {
                Ending { skipped: Some(reason), ..Ending::new(Verdict::Skip) }
            }
            Err(Stop::Interrupted) => {
                let reason = "the run was interrupted".to_owned();
                Ending { skipped: Some(reason), ..Ending::new(Verdict::Skip) }
            }
            Err(Stop::Fault(fault)) => self.faulted(*fault).await,
        };
        self.here = here;
        let gone = ending.verdict == Verdict::Error;
        if !gone {
            self.clean_up().await;
        }
        ending.weaknesses = std::mem::take(&mut self.weaknesses);
        let errs = ending.verdict == Verdict::Error;
        ending.trace = match self.options.capture_all || errs && trace.is_empty() {
            true => self.trace.lines(),
            false => trace,
        };
        ending
    }

    /// All lines held. After hostile packets the broker has to serve others still.
    async fn passed(&mut self) -> Ending {
        let hostile = self.hostile || self.case.hostile;
        if hostile && let Err(stop) = self.fresh_round_trip().await {
            let reason = match stop {
                Stop::Fault(fault) => format!("{}: {}", fault.miss.title, fault.miss.label),
                Stop::Interrupted | Stop::Skip(_) => {
                    let reason = "the run was interrupted".to_owned();
                    return Ending { skipped: Some(reason), ..Ending::new(Verdict::Skip) };
                }
            };
            let title = "the broker no longer works after this case";
            let label = "a fresh connection has to publish and receive a message";
            let miss = self.with_death(Miss::new(title, label).note(reason));
            return self.ending_of(Fault { verdict: Verdict::Error, miss, charged: Vec::new() });
        }
        let weak = !self.weaknesses.is_empty();
        Ending::new(if weak { Verdict::NonStrict } else { Verdict::Pass })
    }

    /// A line did not hold. If the broker is gone, that is what is told.
    async fn faulted(&mut self, mut fault: Fault) -> Ending {
        if fault.miss.silent && fault.verdict != Verdict::Error {
            // What is asked here has nothing to do with the place of the line.
            if let Err(Stop::Fault(gone)) = self.greets().await {
                let note = format!("then {}: {}", gone.miss.title, gone.miss.label);
                fault.miss.title = format!("the broker is gone; {}", fault.miss.title);
                fault.miss = fault.miss.note(note);
                fault.verdict = Verdict::Error;
                fault.charged.clear();
            }
        }
        if fault.verdict == Verdict::Error {
            fault.miss = self.with_death(fault.miss);
        }
        self.ending_of(fault)
    }

    fn ending_of(&self, fault: Fault) -> Ending {
        let Fault { verdict, miss, charged } = fault;
        let failure = outcome::failure(miss, charged.clone(), &self.scene());
        Ending { fault: Some((failure, charged)), ..Ending::new(verdict) }
    }

    /// How the broker died, if that is known.
    fn with_death(&self, miss: Miss) -> Miss {
        match self.target.death() {
            Some(death) => miss.note(death),
            None => miss,
        }
    }

    /// Whether the broker answers a CONNECT.
    async fn greets(&mut self) -> Result<(), Stop> {
        self.open_helper("(is it there)", 980).await.map(|_| ())
    }

    /// A message from a fresh connection to itself. What else comes there has to do with other cases
    /// than this one.
    async fn fresh_round_trip(&mut self) -> Result<(), Stop> {
        let id = self.open_helper("(is it well)", 981).await?;
        let topic = format!("ms/{}/well", self.names.token());
        let Ok(topic) = TopicName::new(topic) else { return Ok(()) };
        self.subscribe_helper(id, &topic, QoS::AtMostOnce).await?;
        let (qos, packet_id) = match self.target.lack(self.case.version, Capability::Qos1) {
            Some(_) => (QoS::AtMostOnce, None),
            None => (QoS::AtLeastOnce, PacketId::new(2)),
        };
        let Some(delivery) = Delivery::new(qos, packet_id, false) else { return Ok(()) };
        let packet = Publish {
            delivery,
            retain: false,
            topic: topic.clone(),
            properties: Properties::default(),
            payload: Bytes::from_static(WELL),
        };
        self.send_packet(id, &packet.into());
        let comes_back = |message: &Message| {
            matches!(&message.packet, Packet::Publish(publish) if publish.payload == WELL)
                && message.topic.as_deref() == Some(&*topic)
        };
        match self.oldest(id, PacketType::Publish.name(), comes_back).await? {
            Ok(_) => Ok(()),
            Err(miss) => Err(self.error(miss)),
        }
    }

    /// How long a case may take at most, its clean-up included.
    pub(super) fn time_max(case: &Case, options: &RunOptions) -> Duration {
        options.scaled(case.timeout + AFTERMATH * 2 + LINE_DEADLINE)
    }
}

/// What the verdict says of each statement that the case covers, or that was found broken.
fn statements(case: &Case, ending: &Ending) -> Vec<StatementReport> {
    let broken: Vec<&str> = match (&ending.fault, ending.verdict) {
        (Some((_, charged)), Verdict::Fail) => charged.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let weak: Vec<&str> = match ending.verdict {
        Verdict::NonStrict => {
            ending.weaknesses.iter().flat_map(|it| &it.charged).map(String::as_str).collect()
        }
        _ => Vec::new(),
    };
    let holding = |id: &str| match ending.verdict {
        Verdict::Fail if broken.contains(&id) => Holding::Broken,
        Verdict::NonStrict if weak.contains(&id) => Holding::Weakly,
        Verdict::Pass | Verdict::NonStrict => Holding::Held,
        Verdict::Fail | Verdict::Blocked | Verdict::Skip | Verdict::Error => Holding::NotReached,
    };
    let covered = case.covers.iter().copied();
    let others = broken.iter().copied().filter(|id| !case.covers.contains(id));
    covered
        .chain(others)
        .map(|id| StatementReport { id: id.to_owned(), holding: holding(id) })
        .collect()
}

fn report(case: &Case, begin: Instant, ending: Ending) -> CaseReport {
    CaseReport {
        id: case.id.clone(),
        verdict: ending.verdict,
        statements: statements(case, &ending),
        seconds: begin.elapsed().as_secs_f64(),
        failure: ending.fault.map(|(failure, _)| failure),
        weaknesses: ending.weaknesses,
        skipped: ending.skipped,
        known: None,
        trace: ending.trace,
    }
}

/// The report of a case that the runner could not bring to an end.
pub(super) fn engine_fault(case: &Case, label: &str, seconds: f64) -> CaseReport {
    let scene = outcome::Scene {
        source: &case.source,
        span: case.scenario.name.span,
        scenario: case.scenario.name.span,
        begin: Instant::now(),
    };
    let miss = Miss::new("a fault of mqttspec itself", label);
    let failure = outcome::failure(miss, Vec::new(), &scene);
    let ending = Ending { fault: Some((failure, Vec::new())), ..Ending::new(Verdict::Error) };
    CaseReport { seconds, ..report(case, Instant::now(), ending) }
}
