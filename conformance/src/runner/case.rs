//! One case under way: its clients, connections, names and clocks, and the waiting.
//!
//! A single task runs a case. It listens in every wait, so that whatever comes is decoded, judged
//! by the monitor and answered at once; see `receive`.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use mqttspec_codec::Version;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::RunOptions;
use super::cleanup::Leavings;
use super::client::{Client, ClientId, Facts, World};
use super::connection::Connection;
use super::env::{Env, EvalError};
use super::io::{self, IoEvent};
use super::names::Names;
use super::outcome::{self, Fault, Miss, Scene, Stop};
use super::scope::Scope;
use super::send::Batch;
use super::trace::Trace;
use super::value::Value;
use crate::matcher::{ConnId, Message};
use crate::monitor::Violation;
use crate::report::event::Failure;
use crate::scenario::ast::{Mode, Span};
use crate::scenario::{Case, Source};
use crate::target::Target;
use crate::verdict::Verdict;

/// The deadline of a line that names none.
pub(super) const LINE_DEADLINE: Duration = Duration::from_secs(5);
/// The deadline of a `should` line that names none.
pub(super) const SHOULD_DEADLINE: Duration = Duration::from_secs(1);

/// A case under way.
pub(super) struct CaseRun<'a> {
    pub(super) case: &'a Case,
    pub(super) target: &'a Target,
    pub(super) options: &'a RunOptions,
    pub(super) version: Version,
    pub(super) names: Names,
    /// The ids that the scenario writes.
    pub(super) written_ids: BTreeSet<u16>,
    pub(super) world: World,
    pub(super) clients: Vec<Client>,
    pub(super) connections: Vec<Connection>,
    /// The connections of the runner's own helpers.
    pub(super) helpers: Vec<ConnId>,
    events: mpsc::Receiver<(ConnId, IoEvent)>,
    events_in: mpsc::Sender<(ConnId, IoEvent)>,
    interrupt: watch::Receiver<bool>,
    pub(super) trace: Trace,
    pub(super) begin: Instant,
    /// When the case has to be over.
    deadline: Instant,
    /// When a step last sent, cut or waited.
    pub(super) last_action: Instant,
    pub(super) marks: HashMap<String, Instant>,
    pub(super) here: Here,
    pub(super) batch: Option<Batch>,
    /// Inside `setup { }`.
    pub(super) in_setup: bool,
    /// Inside `ordered { }`.
    pub(super) in_order: bool,
    pub(super) weaknesses: Vec<Failure>,
    /// What the monitor found, with the packet that it was found in.
    pub(super) violations: Vec<Found>,
    /// The steps are over: what the monitor finds from now on is not told.
    over: bool,
    /// The script broke a rule.
    pub(super) hostile: bool,
    pub(super) leavings: Leavings,
    /// What the script published: topic, QoS and connection, oldest first.
    pub(super) published: Vec<super::fence::Published>,
    pub(super) markers: u64,
    /// Whether the broker was started again: sessions watched before may have changed.
    pub(super) broker_restarts: u64,
    pub(super) seq: u64,
}

/// The step under way.
#[derive(Clone, Debug)]
pub(super) struct Here {
    pub(super) source: Arc<Source>,
    pub(super) span: Span,
    pub(super) mode: Mode,
    /// The statements that the line itself names.
    pub(super) charges: Vec<String>,
}

/// A finding of the monitor.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) violation: Violation,
    pub(super) connection: ConnId,
    pub(super) message: Option<Arc<Message>>,
    pub(super) bytes: bytes::Bytes,
}

impl<'a> CaseRun<'a> {
    /// A case that begins now.
    pub(super) fn new(case: &'a Case, target: &'a Target, options: &'a RunOptions) -> Self {
        let names = Names::new(options.seed, &case.id);
        let begin = Instant::now();
        let (events_in, events) = mpsc::channel(io::EVENTS_MAX);
        let here = Here {
            source: Arc::clone(&case.source),
            span: case.scenario.name.span,
            mode: Mode::Must,
            charges: Vec::new(),
        };
        Self {
            case,
            target,
            options,
            version: case.version,
            written_ids: super::names::written_ids(&case.source.text),
            world: World::new(environment(case, target, &names)),
            names,
            clients: Vec::new(),
            connections: Vec::new(),
            helpers: Vec::new(),
            events,
            events_in,
            interrupt: options.interrupt.clone(),
            trace: Trace::new(begin),
            begin,
            deadline: begin + options.scaled(case.timeout),
            last_action: begin,
            marks: HashMap::new(),
            here,
            batch: None,
            in_setup: false,
            in_order: false,
            weaknesses: Vec::new(),
            violations: Vec::new(),
            over: false,
            hostile: false,
            leavings: Leavings::default(),
            published: Vec::new(),
            markers: 0,
            broker_restarts: 0,
            seq: 0,
        }
    }

    /// Waits until something comes on any connection, or until that time.
    ///
    /// # Errors
    ///
    /// If the monitor found a violation, the case is out of time, or the run is interrupted.
    pub(super) async fn wait(&mut self, until: Instant) -> Result<(), Stop> {
        self.check()?;
        let event = tokio::select! {
            biased;
            event = self.events.recv() => event,
            () = interrupted(&mut self.interrupt) => return Err(Stop::Interrupted),
            () = sleep_until(until.min(self.deadline)) => None,
        };
        match event {
            Some((connection, event)) => {
                self.arrived(connection, event);
                self.drain();
            }
            None if Instant::now() >= self.deadline => return Err(self.out_of_time()),
            None => {}
        }
        self.check()
    }

    /// Takes in what has come already.
    pub(super) fn drain(&mut self) {
        for _ in 0..io::EVENTS_MAX {
            let Ok((connection, event)) = self.events.try_recv() else { return };
            self.arrived(connection, event);
            if !self.violations.is_empty() {
                return;
            }
        }
    }

    /// Listens until that time.
    ///
    /// # Errors
    ///
    /// As [`CaseRun::wait`].
    pub(super) async fn listen_until(&mut self, until: Instant) -> Result<(), Stop> {
        while Instant::now() < until {
            self.wait(until).await?;
        }
        Ok(())
    }

    /// Waits for something outside of the connections, and listens meanwhile. `None` if it takes
    /// longer than until that time.
    ///
    /// # Errors
    ///
    /// As [`CaseRun::wait`].
    pub(super) async fn during<T>(
        &mut self,
        until: Instant,
        future: impl Future<Output = T>,
    ) -> Result<Option<T>, Stop> {
        tokio::pin!(future);
        loop {
            tokio::select! {
                biased;
                result = &mut future => return Ok(Some(result)),
                waited = self.wait(until) => waited?,
            }
            if Instant::now() >= until {
                return Ok(None);
            }
        }
    }

    /// Opens a connection of the transport and starts its task.
    ///
    /// # Errors
    ///
    /// If the broker does not take it in time: then the case is ERROR.
    pub(super) async fn open(&mut self, name: &str) -> Result<ConnId, Stop> {
        let until = self.after(LINE_DEADLINE);
        let target = self.target;
        let link = match self.during(until, target.connect()).await? {
            Some(Ok(link)) => link,
            Some(Err(error)) => {
                let label = format!("cannot connect to {}: {error}", target.describe());
                return Err(self.error(Miss::new("the broker takes no connection", label)));
            }
            None => {
                let label = format!("{} does not answer", target.describe());
                return Err(self.error(Miss::new("the broker takes no connection", label)));
            }
        };
        let id = ConnId(self.connections.len());
        let commands = io::start(id, link, self.events_in.clone());
        let now = Instant::now();
        let mut connection = Connection::new(id, name.to_owned(), self.version, commands, now);
        connection.restarts = self.broker_restarts;
        self.connections.push(connection);
        self.world.add_queue();
        self.trace.note(now, name, "connection opened");
        Ok(id)
    }

    /// That long from now, as far as upper bounds are stretched.
    pub(super) fn after(&self, duration: Duration) -> Instant {
        Instant::now() + self.options.scaled(duration)
    }

    pub(super) fn connection(&mut self, id: ConnId) -> &mut Connection {
        &mut self.connections[id.0]
    }

    pub(super) fn client(&self, id: ClientId) -> &Client {
        &self.clients[id.0]
    }

    /// Evaluates something in the world of the case.
    ///
    /// # Errors
    ///
    /// What cannot be evaluated ends the case with ERROR.
    pub(super) fn eval<T>(
        &self,
        body: impl FnOnce(&Scope<'_>) -> Result<T, EvalError>,
    ) -> Result<T, Stop> {
        let facts =
            Facts { clients: &self.clients, connections: &self.connections, world: &self.world };
        body(&Scope::new(&self.world.env, &facts)).map_err(|error| self.unevaluated(error))
    }

    /// ERROR: the scenario cannot be carried out as it is written.
    pub(super) fn unevaluated(&self, EvalError { message, span }: EvalError) -> Stop {
        self.error(Miss::new("the line cannot be carried out", message).at(span))
    }

    /// ERROR: the broker is not there, or this tool is at fault.
    pub(super) fn error(&self, miss: Miss) -> Stop {
        self.fault(Verdict::Error, miss, Vec::new())
    }

    /// BLOCKED: the case does not get to its point.
    pub(super) fn blocked(&self, miss: Miss) -> Stop {
        self.fault(Verdict::Blocked, miss, Vec::new())
    }

    /// FAIL of the line under way, charged to what it names, else to what the case covers; BLOCKED
    /// inside `setup`.
    pub(super) fn failed(&self, miss: Miss) -> Stop {
        if self.in_setup {
            return self.blocked(miss);
        }
        let charged = self.charged_for(&miss);
        self.fault(Verdict::Fail, miss, charged)
    }

    /// The failure of a verb that stands for several lines: BLOCKED, unless the line names the
    /// statements that it is about.
    pub(super) fn verb_failed(&self, miss: Miss) -> Stop {
        if self.here.charges.is_empty() { self.blocked(miss) } else { self.failed(miss) }
    }

    fn fault(&self, verdict: Verdict, miss: Miss, charged: Vec<String>) -> Stop {
        Stop::Fault(Box::new(Fault { verdict, miss, charged }))
    }

    /// What a failure is charged to: what its line names, else what the line around it names, else
    /// what the case covers.
    fn charged_for(&self, miss: &Miss) -> Vec<String> {
        if !miss.charged.is_empty() {
            miss.charged.clone()
        } else if !self.here.charges.is_empty() {
            self.here.charges.clone()
        } else {
            self.case.covers.iter().map(ToString::to_string).collect()
        }
    }

    /// Remembers that something was weaker than it should be.
    pub(super) fn weakness(&mut self, miss: Miss) {
        let charged = self.charged_for(&miss);
        let failure = outcome::failure(miss, charged, &self.scene());
        if !self.weaknesses.contains(&failure) {
            self.weaknesses.push(failure);
        }
    }

    /// Where reports of the line under way point at.
    pub(super) fn scene(&self) -> Scene<'_> {
        // A row of a table may stand in another file than the scenario.
        let own = Arc::ptr_eq(&self.here.source, &self.case.source);
        Scene {
            source: &self.here.source,
            span: self.here.span,
            scenario: if own { self.case.scenario.name.span } else { self.here.span },
            begin: self.begin,
        }
    }

    /// Whether the monitor has something to say.
    fn check(&mut self) -> Result<(), Stop> {
        if self.over {
            self.violations.clear();
        }
        let Some(found) = self.violations.first() else { return Ok(()) };
        let client = &self.connections[found.connection.0].name;
        let Violation { message, rule, .. } = &found.violation;
        let label = format!("{client} received this while the line ran");
        let mut miss = Miss::new(message, label);
        miss.message.clone_from(&found.message);
        if found.message.is_none() {
            miss = miss.note(format!("bytes: {}", super::describe::hex(&found.bytes)));
        }
        miss =
            miss.note(format!("found by the monitor, which checks the rule `{rule}` everywhere"));
        for other in &self.violations[1..] {
            miss = miss.note(format!("also: {}", other.violation.message));
        }
        let mut charged: Vec<String> = Vec::new();
        for found in &self.violations {
            let id = found.violation.statement.to_owned();
            if !charged.contains(&id) {
                charged.push(id);
            }
        }
        Err(self.fault(Verdict::Fail, miss, charged))
    }

    fn out_of_time(&self) -> Stop {
        let seconds = self.options.scaled(self.case.timeout).as_secs_f64();
        let label = format!("the case is given {seconds} s, and this line did not end in them");
        self.blocked(Miss::silent("the case is out of time", label))
    }

    /// From now on an interruption does not end what is done.
    pub(super) fn ignore_interrupt(&mut self) {
        self.interrupt = watch::channel(false).1;
    }

    /// Gives the case more time, for what has to be done whatever became of it.
    pub(super) fn extend_deadline(&mut self, duration: Duration) {
        self.deadline = Instant::now() + self.options.scaled(duration);
        self.over = true;
    }
}

/// What the names of a case stand for at its beginning.
fn environment(case: &Case, target: &Target, names: &Names) -> Env {
    let profile = target.profile();
    let mut given = vec![
        ("topic", Value::text(names.topic())),
        ("token", Value::text(names.token())),
        ("user", Value::text(profile.username.clone().unwrap_or_default())),
        ("password", Value::Bytes(profile.password.clone().unwrap_or_default())),
    ];
    if let Some(topic) = &profile.denied_topic {
        given.push(("denied_topic", Value::text(topic)));
    }
    let mut env = Env::new(given);
    for binding in &case.bindings {
        env.bind_row(binding.names.iter().map(|name| name.node.as_str()), &binding.row);
    }
    env
}

/// Ends when the run is interrupted.
async fn interrupted(interrupt: &mut watch::Receiver<bool>) {
    if interrupt.wait_for(|interrupted| *interrupted).await.is_err() {
        // Nobody is left who could interrupt.
        std::future::pending::<()>().await;
    }
}
