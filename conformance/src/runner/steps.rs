//! Carrying out the steps of a scenario, one after the other.

use std::sync::Arc;

use mqttspec_codec::PacketType;
use mqttspec_codec::raw::RawBody;
use mqttspec_codec::topic::TopicName;
use tokio::time::Instant;

use super::build::{self, Defaults, FieldValue, Fields};
use super::case::CaseRun;
use super::client::ClientId;
use super::connection::OurEnd;
use super::env::EvalError;
use super::expect::{Branch, Outcome};
use super::io::Command;
use super::item::Lead;
use super::outcome::{Miss, Stop};
use super::send::{Batch, Cuts};
use super::value::Value;
use crate::matcher::{ConnId, Queues};
use crate::scenario::ast::{
    self, Action, Block, BrokerControl, Client, Compare, Field, GroupKind, Mode, PacketName,
    RowContent, Send, Span, Step,
};

/// How long a broker may take to come up again.
const RESTART_DEADLINE: std::time::Duration = std::time::Duration::from_secs(30);

/// What the steps of a block come to.
type Steps<'s> = std::pin::Pin<Box<dyn Future<Output = Result<(), Stop>> + std::marker::Send + 's>>;

impl CaseRun<'_> {
    /// Carries out the steps of a block.
    ///
    /// # Errors
    ///
    /// The first step that ends the case.
    pub(super) fn block<'s>(&'s mut self, steps: &'s [Step]) -> Steps<'s> {
        Box::pin(async move {
            for step in steps {
                if self.is_here(step) {
                    self.step(step).await?;
                }
            }
            Ok(())
        })
    }

    async fn step(&mut self, step: &Step) -> Result<(), Stop> {
        self.here.span = step.span;
        self.here.mode = step.mode;
        self.here.charges = self.charges_of(step);
        match &step.action {
            Action::Block(block) => self.block(&block.steps).await,
            Action::Connect { verb, clients, fields, matches } => {
                self.connect_verb(*verb, clients, fields, matches.as_deref()).await
            }
            Action::Exchange { verb, clients, fields } => {
                self.exchange_verb(*verb, clients, fields).await
            }
            Action::Send { clients, what } => self.send_step(clients, what).await,
            Action::Receive { .. } => self.receive(step).await,
            Action::Group(kind, block) => self.group(step, *kind, block).await,
            Action::Batch { fields, block } => self.batch(fields, block).await,
            Action::Either(branches) => self.either(branches).await,
            Action::Repeat { count, index, block } => {
                let times = self.eval(|scope| scope.times(count, step.span))?;
                self.repeat(times, index.as_ref(), block).await
            }
            Action::Do(name) => self.do_row(name).await,
            Action::Let(name, expr) => {
                let value = self.eval(|scope| scope.expr(expr))?;
                self.world.env.set(&name.node, None, Value::Int(value));
                Ok(())
            }
            Action::Acks { clients, auto } => {
                for client in self.resolve(clients, &self.world)? {
                    self.acks(client, *auto)?;
                }
                Ok(())
            }
            Action::SkipUnless { left, compare, right, reason } => {
                let left = self.eval(|scope| scope.expr(left))?;
                let right = self.eval(|scope| scope.expr(right))?;
                if holds(left, *compare, right) {
                    return Ok(());
                }
                Err(Stop::Skip(format!("the broker {}", reason.node)))
            }
            Action::Mark(name) => {
                self.marks.insert(name.node.clone(), Instant::now());
                Ok(())
            }
            Action::Wait(duration) => {
                let duration = self.eval(|scope| scope.duration(duration, step.span))?;
                self.listen_until(Instant::now() + duration).await?;
                self.last_action = Instant::now();
                Ok(())
            }
            Action::Broker(control) => self.control(*control).await,
        }
    }

    async fn repeat(
        &mut self,
        times: u64,
        index: Option<&ast::Name>,
        block: &Block,
    ) -> Result<(), Stop> {
        for round in 0..times {
            if let Some(index) = index {
                let round = i64::try_from(round).unwrap_or(i64::MAX);
                self.world.env.set(&index.node, None, Value::Int(round));
            }
            self.block(&block.steps).await?;
        }
        if let Some(index) = index {
            self.world.env.unset(&index.node);
        }
        Ok(())
    }

    async fn do_row(&mut self, name: &ast::Name) -> Result<(), Stop> {
        let Some(row) = self.world.env.steps(&name.node).map(Arc::clone) else {
            let message = format!("`{}` is no row of steps", name.node);
            return Err(self.unevaluated(EvalError { message, span: name.span }));
        };
        let RowContent::Steps(block) = &row.content else { return Ok(()) };
        let binding = self.case.bindings.iter().find(|binding| Arc::ptr_eq(&binding.row, &row));
        let source = binding.map_or(&self.case.source, |binding| &binding.source);
        let outer = std::mem::replace(&mut self.here.source, Arc::clone(source));
        self.block(&block.steps).await?;
        self.here.source = outer;
        Ok(())
    }

    async fn group(&mut self, step: &Step, kind: GroupKind, block: &Block) -> Result<(), Stop> {
        match kind {
            GroupKind::Unordered => self.receive(step).await,
            GroupKind::Setup => {
                let outer = std::mem::replace(&mut self.in_setup, true);
                self.block(&block.steps).await?;
                self.in_setup = outer;
                Ok(())
            }
            GroupKind::Ordered => {
                let outer = std::mem::replace(&mut self.in_order, true);
                self.block(&block.steps).await?;
                self.in_order = outer;
                Ok(())
            }
        }
    }

    /// A line, or an `unordered` group, that something is expected by.
    async fn receive(&mut self, step: &Step) -> Result<(), Stop> {
        let lead = Lead { step, variables: Vec::new(), in_order: self.in_order };
        let mut branches = [Branch::new(vec![lead], None, 0)];
        match self.expect(&mut branches).await? {
            Outcome::Chosen(_) => {
                let [branch] = branches;
                self.weaknesses(branch.weaknesses);
                Ok(())
            }
            Outcome::Missed(miss) if step.mode == Mode::Should => {
                self.weakness(miss.note("the standard recommends it (SHOULD)"));
                Ok(())
            }
            Outcome::Missed(miss) => Err(self.failed(miss)),
        }
    }

    async fn either(&mut self, branches: &[ast::Branch]) -> Result<(), Stop> {
        let here = self.here.clone();
        let mut written = Vec::new();
        let mut tried = Vec::new();
        for branch in branches {
            if !branch.block.steps.iter().any(|step| self.is_here(step)) {
                continue;
            }
            let mut leads = Vec::new();
            let rest =
                self.leads(&branch.block.steps, self.in_order, &mut Vec::new(), &mut leads)?;
            tried.push(Branch::new(leads, Some(self.world.clone()), self.seq));
            written.push((branch, rest));
        }
        let chosen = match self.expect(&mut tried).await? {
            Outcome::Chosen(chosen) => chosen,
            Outcome::Missed(miss) => return Err(self.failed(miss)),
        };
        let mut branch = tried.swap_remove(chosen);
        self.weaknesses(std::mem::take(&mut branch.weaknesses));
        if let Some(world) = branch.into_world() {
            self.world = world;
        }
        let (written, rest) = &written[chosen];
        if let Some(reason) = &written.non_strict {
            let title = "the broker takes the weaker of the ways that are open to it";
            self.here = here;
            self.weakness(Miss::new(title, reason.node.clone()).at(reason.span));
        }
        self.block(&written.block.steps[*rest..]).await
    }

    /// Collects the receive lines that a branch begins with; returns where the other steps begin.
    fn leads<'s>(
        &self,
        steps: &'s [Step],
        in_order: bool,
        variables: &mut Vec<(String, i64)>,
        leads: &mut Vec<Lead<'s>>,
    ) -> Result<usize, Stop> {
        for (at, step) in steps.iter().enumerate() {
            if !self.is_here(step) {
                continue;
            }
            let before = leads.len();
            let whole = match &step.action {
                Action::Receive { .. } if step.mode != Mode::Should => {
                    leads.push(Lead { step, variables: variables.clone(), in_order });
                    true
                }
                Action::Group(GroupKind::Unordered, _) => {
                    leads.push(Lead { step, variables: variables.clone(), in_order });
                    true
                }
                Action::Group(GroupKind::Ordered, block) => {
                    self.leads(&block.steps, true, variables, leads)? == block.steps.len()
                }
                Action::Block(block) => {
                    self.leads(&block.steps, in_order, variables, leads)? == block.steps.len()
                }
                Action::Repeat { count, index, block } => {
                    let times = self.eval(|scope| scope.times(count, step.span))?;
                    let mut whole = true;
                    for round in 0..i64::try_from(times).unwrap_or(i64::MAX) {
                        if let Some(index) = index {
                            variables.push((index.node.clone(), round));
                        }
                        let end = self.leads(&block.steps, in_order, variables, leads)?;
                        if index.is_some() {
                            variables.pop();
                        }
                        whole = end == block.steps.len();
                        if !whole {
                            break;
                        }
                    }
                    whole
                }
                _ => false,
            };
            if !whole {
                leads.truncate(before);
                return Ok(at);
            }
        }
        Ok(steps.len())
    }

    async fn batch(&mut self, fields: &[Field], block: &Block) -> Result<(), Stop> {
        let fields = self.fields(fields)?;
        let cuts = Cuts::new(&fields).map_err(|error| self.unevaluated(error))?;
        self.batch = Some(Batch::default());
        let done = self.block(&block.steps).await;
        let batch = self.batch.take().unwrap_or_default();
        done?;
        for (id, bytes) in batch.writes {
            self.send(id, vec![bytes.freeze()], &cuts).await?;
        }
        Ok(())
    }

    async fn send_step(&mut self, clients: &[Client], what: &Send) -> Result<(), Stop> {
        for client in self.resolve(clients, &self.world)? {
            let Some(id) = self.client(client).connection else {
                let label = format!("{} has no connection", self.client(client).title());
                return Err(self.error(Miss::new("the line cannot be carried out", label)));
            };
            match what {
                Send::Packet(name, fields) => {
                    let fields = self.fields(fields)?;
                    self.send_fields(client, id, name, &fields).await?;
                }
                Send::Bytes(pieces) => {
                    let segments = self.eval(|scope| build::segments(scope, pieces))?;
                    self.send(id, segments, &Cuts::default()).await?;
                }
                Send::Close | Send::Abort => {
                    self.flush(id).await?;
                    let abort = matches!(what, Send::Abort);
                    self.cut(id, if abort { Command::Abort } else { Command::Close });
                }
                Send::HalfClose => {
                    if self.connections[id.0].can_write() {
                        self.end_our_side(id, OurEnd::HalfClosed);
                    }
                }
            }
            self.last_action = Instant::now();
        }
        Ok(())
    }

    async fn send_fields(
        &mut self,
        client: ClientId,
        id: ConnId,
        name: &PacketName,
        fields: &[FieldValue],
    ) -> Result<(), Stop> {
        let packet = self.packet_type(name, &self.world)?;
        let unevaluated = |error| self.unevaluated(error);
        let cuts = Cuts::new(fields).map_err(unevaluated)?;
        if packet == PacketType::Connect {
            self.clients[client.0].fields = fields.to_vec();
        }
        let qos = Fields::new(fields).byte("qos").ok().flatten().unwrap_or(0);
        if Self::needs_quota(packet, qos) && self.batch.is_none() {
            self.wait_for_quota(id).await?;
        }
        let (bytes, _) = self.encode(client, id, packet, fields)?;
        // Bytes and batches leave our side open, so that something can be sent behind a DISCONNECT.
        if self.send(id, vec![bytes], &cuts).await? {
            self.end_our_side(id, OurEnd::Disconnected);
        }
        Ok(())
    }

    /// The bytes of a packet with these fields, and the packet id that was chosen for it.
    ///
    /// # Errors
    ///
    /// If a field has a value that it cannot have.
    pub(super) fn encode(
        &mut self,
        client: ClientId,
        id: ConnId,
        packet: PacketType,
        fields: &[FieldValue],
    ) -> Result<(bytes::Bytes, Option<u16>), Stop> {
        let wants_id = build::wants_id(packet, fields).map_err(|error| self.unevaluated(error))?;
        let packet_id = if wants_id { self.choose_id(id)? } else { None };
        let profile = self.target.profile();
        let defaults = Defaults {
            client_id: self.clients[client.0].generated_id.clone().into(),
            username: profile.username.clone().map(Into::into),
            password: profile.password.clone(),
            keep_alive: profile.keep_alive,
            topic: self.names.topic().into(),
            packet_id,
        };
        let raw = build::packet(packet, self.version, fields, &defaults)
            .map_err(|error| self.unevaluated(error))?;
        if let RawBody::Publish(publish) = &raw.body
            && publish.retain
            && !publish.payload.is_empty()
            && let Ok(topic) = TopicName::new(publish.topic.clone())
        {
            // Even if it is spoilt: a broker may take it.
            self.leavings.retained(&topic);
        }
        Ok((raw.encode(self.version), packet_id))
    }

    /// A packet id that is free, also of the packets that wait in the batch.
    fn choose_id(&mut self, id: ConnId) -> Result<Option<u16>, Stop> {
        let chosen = self.connections[id.0].free_id(&self.written_ids);
        if chosen.is_none() {
            return Err(self.blocked(Miss::new("no packet id is free", "all 65535 are in use")));
        }
        Ok(chosen)
    }

    /// The fields of a line with their values.
    ///
    /// # Errors
    ///
    /// If one cannot be evaluated.
    pub(super) fn fields(&self, fields: &[Field]) -> Result<Vec<FieldValue>, Stop> {
        self.eval(|scope| {
            fields
                .iter()
                .map(|field| {
                    let span: Span = field.value.as_ref().map_or(field.name.span, |it| it.span);
                    let value = match &field.value {
                        None => Value::Int(1),
                        Some(value) => scope.value(value)?,
                    };
                    Ok(FieldValue { name: field.name.node.clone(), value, span })
                })
                .collect()
        })
    }

    /// Ends a connection at once; what it still holds is discarded.
    pub(super) fn cut(&mut self, id: ConnId, command: Command) {
        // What has come until now still counts for the monitor.
        self.drain();
        let connection = &mut self.connections[id.0];
        let text = if matches!(command, Command::Abort) { "reset by us" } else { "closed by us" };
        connection.our_end = OurEnd::Cut;
        // Fails only if the task has ended, with the connection.
        let _ = connection.commands.send(command);
        self.trace.note(Instant::now(), &connection.name, text);
        self.world.queue(id).clear();
    }

    async fn control(&mut self, control: BrokerControl) -> Result<(), Stop> {
        let target = self.target;
        let Some(means) = target.control() else {
            return Err(Stop::Skip("the broker cannot be restarted from here".to_owned()));
        };
        let until = self.after(RESTART_DEADLINE);
        self.broker_restarts += 1;
        let again = async {
            match control {
                BrokerControl::Restart => means.restart().await,
                BrokerControl::Kill => means.kill().await,
            }
        };
        let error = match self.during(until, again).await? {
            Some(Ok(())) => {
                self.last_action = Instant::now();
                return Ok(());
            }
            Some(Err(error)) => error.to_string(),
            None => "it takes too long".to_owned(),
        };
        Err(self.error(Miss::new("the broker did not come up again", error)))
    }

    fn weaknesses(&mut self, misses: Vec<Miss>) {
        for miss in misses {
            self.weakness(miss);
        }
    }
}

fn holds(left: i64, compare: Compare, right: i64) -> bool {
    match compare {
        Compare::Equal => left == right,
        Compare::NotEqual => left != right,
        Compare::Less => left < right,
        Compare::LessOrEqual => left <= right,
        Compare::Greater => left > right,
        Compare::GreaterOrEqual => left >= right,
    }
}
