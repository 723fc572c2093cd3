//! One expectation under way: what it waits for, and whether what came is it.

mod compile;
mod ending;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use mqttspec_codec::PacketType;
use tokio::time::Instant;

use super::client::{ClientId, World};
use super::connection::Connection;
use super::outcome::Miss;
use super::reject::Listed;
use super::value::Value;
use crate::matcher::{
    Allowance, ConnId, Fit, Lanes, Message, Pattern, Progress, Queues, Take, Taken, Unordered,
};
use crate::scenario::ast::{Span, Step};

/// A line, or a group of them, that something is expected by.
#[derive(Clone, Debug)]
pub(super) struct Lead<'s> {
    pub(super) step: &'s Step,
    /// The indexes of the `repeat`s that it was unrolled from.
    pub(super) variables: Vec<(String, i64)>,
    /// Inside `ordered { }`.
    pub(super) in_order: bool,
}

/// An expectation under way.
#[derive(Debug)]
pub(super) struct Item {
    kind: Kind,
    span: Span,
    charges: Vec<String>,
    /// Sooner is wrong.
    from: Option<Instant>,
    /// Later is wrong.
    pub(super) until: Instant,
    /// The deadline is one that the line names.
    bounded: bool,
    given: Duration,
}

#[derive(Debug)]
enum Kind {
    Packets {
        group: Unordered,
        lines: Vec<GroupLine>,
        expected: Vec<String>,
    },
    InOrder {
        sources: Vec<Source2>,
        count: usize,
        pattern: Pattern,
        bind: Option<String>,
    },
    Closed {
        connections: Vec<ConnId>,
        count: Option<usize>,
        settled: bool,
    },
    Rejected {
        connections: Vec<ConnId>,
        listed: Listed,
        since: Instant,
    },
    Nothing {
        connections: Vec<ConnId>,
        weak: bool,
        fenced: HashSet<ConnId>,
        discard: bool,
    },
    Listen {
        connections: Vec<ConnId>,
        until: Instant,
    },
    /// `may`: never waits.
    Allow {
        connections: Vec<ConnId>,
        allowed: Allowed,
    },
}

/// What a `may` line allows.
#[derive(Debug)]
enum Allowed {
    Packet(Pattern),
    /// The end of the connection.
    End,
    /// What needs no permission.
    Nothing,
}

type Source2 = (ConnId, ClientId);

/// What is known of a line of a group beside its pattern.
#[derive(Debug)]
struct GroupLine {
    span: Span,
    charges: Vec<String>,
    from: Option<Instant>,
    until: Option<Instant>,
    clients: Vec<Source2>,
    bind: Option<String>,
}

/// How far an expectation is.
#[derive(Debug)]
pub(super) enum Poll {
    /// It holds, with these weaknesses.
    Met(Vec<Miss>),
    /// It may still come to hold; else this is what went wrong.
    Waiting(Want, Box<Miss>),
    /// It cannot hold any more.
    Missed(Box<Miss>),
}

/// What has to be done for an expectation to get further.
#[derive(Clone, Debug)]
pub(super) enum Want {
    /// Something has to come.
    Arrival,
    /// That time has to come.
    Time(Instant),
    /// PINGREQ at that time, if nothing comes.
    Probe(ConnId, Instant),
    /// A fence on these connections; `true`: the weak one.
    Fence(Vec<ConnId>, bool),
    /// PINGREQ round trips on these connections.
    RoundTrip(Vec<ConnId>),
}

/// What an expectation looks at beside the world.
pub(super) struct Context<'a> {
    pub(super) connections: &'a mut [Connection],
    pub(super) probe_after: Duration,
    pub(super) now: Instant,
}

impl Item {
    /// Looks at what came.
    pub(super) fn poll(&mut self, world: &mut World, context: &mut Context<'_>) -> Poll {
        let poll = match &mut self.kind {
            Kind::Packets { .. } => self.poll_packets(world, context),
            Kind::InOrder { .. } => self.poll_in_order(world, context),
            Kind::Closed { .. } => self.poll_closed(world, context),
            Kind::Rejected { .. } => self.poll_rejected(world, context),
            Kind::Nothing { .. } => self.poll_nothing(world, context),
            Kind::Listen { .. } => self.poll_listen(world, context),
            Kind::Allow { .. } => self.poll_allow(world, context),
        };
        match poll {
            Poll::Missed(miss) => Poll::Missed(Box::new(self.signed(*miss))),
            Poll::Waiting(want, miss) => Poll::Waiting(want, Box::new(self.signed(*miss))),
            Poll::Met(weaknesses) => {
                Poll::Met(weaknesses.into_iter().map(|miss| self.signed(miss)).collect())
            }
        }
    }

    /// The fence on these connections is done.
    pub(super) fn fenced(&mut self, connections: &[ConnId]) {
        if let Kind::Nothing { fenced, .. } = &mut self.kind {
            fenced.extend(connections);
        }
    }

    /// The connections that are left were seen to live, or to have ended.
    pub(super) fn settled(&mut self) {
        if let Kind::Closed { settled, .. } = &mut self.kind {
            *settled = true;
        }
    }

    /// A miss with place and charges of the line, unless it has its own.
    fn signed(&self, mut miss: Miss) -> Miss {
        miss.span.get_or_insert(self.span);
        if miss.charged.is_empty() {
            miss.charged.clone_from(&self.charges);
        }
        miss
    }

    fn poll_packets(&mut self, world: &mut World, context: &Context<'_>) -> Poll {
        let Kind::Packets { group, lines, expected } = &mut self.kind else { unreachable_kind() };
        let mut taken = Vec::new();
        let progress = group.feed(world, &mut taken);
        let mut weaknesses = Vec::new();
        for Taken { line, connection, message, fit } in taken {
            let GroupLine { span, charges, from, until, clients, bind } = &lines[line];
            if let Some(miss) = untimely(&message, *from, *until) {
                return missed(miss.at(*span).charged(charges));
            }
            let pattern = &group.lines()[line].pattern;
            let weak = take_in(world, pattern, &message, fit);
            weaknesses.extend(weak.into_iter().map(|miss| miss.at(*span).charged(charges)));
            if let Some(name) = bind
                && let Some((_, client)) = clients.iter().find(|(id, _)| *id == connection)
            {
                world.aliases.insert(name.clone(), *client);
            }
        }
        match progress {
            Progress::Done => return Poll::Met(weaknesses),
            Progress::Failed { line, message, misfit } => {
                let GroupLine { span, charges, .. } = &lines[line];
                let pattern = &group.lines()[line].pattern;
                let mut miss = Miss::mismatch(pattern, &message, &misfit);
                if lines.len() > 1 {
                    miss = miss.note("nor does any other open line of the group take it");
                }
                return missed(miss.at(*span).charged(charges));
            }
            Progress::Waiting => {}
        }
        let mut first = None;
        for (line, wanted, sources) in group.missing() {
            let GroupLine { span, charges, .. } = &lines[line];
            let packet = group.lines()[line].pattern.packet;
            let open = sources.iter().filter(|id| can_receive(&context.connections[id.0]));
            if open.count() < wanted {
                let ended = sources.iter().find(|id| !can_receive(&context.connections[id.0]));
                let miss = ended.map_or_else(
                    || Miss::silent(format!("no {packet} can come"), "no connection is left"),
                    |id| over(&context.connections[id.0], &format!("a {packet}")),
                );
                return missed(miss.at(*span).charged(charges));
            }
            first.get_or_insert_with(|| {
                let miss = nothing_came(packet, &expected[line], self.given);
                let miss = in_queues(miss, world, &sources);
                miss.at(*span).charged(charges)
            });
        }
        waiting(Want::Arrival, first.unwrap_or_default())
    }

    fn poll_in_order(&mut self, world: &mut World, context: &Context<'_>) -> Poll {
        let Kind::InOrder { sources, count, pattern, bind } = &mut self.kind else {
            unreachable_kind()
        };
        let mut weaknesses = Vec::new();
        let mut left = Vec::new();
        for (id, client) in sources.drain(..) {
            if *count == 0 {
                break;
            }
            match world.queue(id).take(pattern, Lanes::All) {
                Take::Taken { message, fit } => {
                    if let Some(miss) =
                        untimely(&message, self.from, self.bounded.then_some(self.until))
                    {
                        return missed(miss);
                    }
                    weaknesses.extend(take_in(world, pattern, &message, fit));
                    if let Some(name) = bind {
                        world.aliases.insert(name.clone(), client);
                    }
                    *count -= 1;
                }
                Take::Mismatch { message, misfit } => {
                    return missed(Miss::mismatch(pattern, &message, &misfit));
                }
                Take::Empty => left.push((id, client)),
            }
        }
        *sources = left;
        if *count == 0 {
            return Poll::Met(weaknesses);
        }
        let open = sources.iter().filter(|(id, _)| can_receive(&context.connections[id.0]));
        let packet = pattern.packet;
        if open.count() < *count {
            let ended = sources.iter().find(|(id, _)| !can_receive(&context.connections[id.0]));
            return missed(ended.map_or_else(
                || Miss::silent(format!("no {packet} can come"), "no connection is left"),
                |(id, _)| over(&context.connections[id.0], &format!("a {packet}")),
            ));
        }
        waiting(Want::Arrival, nothing_came(packet, packet.name(), self.given))
    }

    fn poll_nothing(&mut self, world: &mut World, context: &mut Context<'_>) -> Poll {
        let Kind::Nothing { connections, weak, fenced, discard } = &mut self.kind else {
            unreachable_kind()
        };
        for &id in &*connections {
            if let (false, Some(message)) = (*discard, world.queue(id).unexpected()) {
                let name = &context.connections[id.0].name;
                return missed(Miss::unexpected(name, message, "no packet was to come"));
            }
            if let Some(miss) = unasked_end(&context.connections[id.0]) {
                return missed(miss);
            }
        }
        let open: Vec<ConnId> = connections
            .iter()
            .copied()
            .filter(|id| !fenced.contains(id) && context.connections[id.0].ended.is_none())
            .collect();
        if open.is_empty() {
            for &id in &*connections {
                world.queue(id).clear();
                context.connections[id.0].may_close &= context.connections[id.0].ended.is_some();
            }
            return Poll::Met(Vec::new());
        }
        let label = "the broker did not finish in time";
        waiting(Want::Fence(open, *weak), Miss::silent("the fence did not end", label))
    }

    fn poll_allow(&mut self, world: &mut World, context: &mut Context<'_>) -> Poll {
        let Kind::Allow { connections, allowed } = &self.kind else { unreachable_kind() };
        for &id in connections {
            let pattern = match allowed {
                Allowed::Nothing => continue,
                Allowed::Packet(pattern) => pattern.clone(),
                Allowed::End => {
                    context.connections[id.0].may_close = true;
                    // In 5.0 the broker may say goodbye.
                    Pattern { packet: PacketType::Disconnect, fields: Vec::new() }
                }
            };
            world.queue(id).allow(Allowance { pattern });
        }
        Poll::Met(Vec::new())
    }

    fn poll_listen(&mut self, world: &mut World, context: &mut Context<'_>) -> Poll {
        let Kind::Listen { connections, until } = &mut self.kind else { unreachable_kind() };
        for &id in &*connections {
            if let Some(message) = world.queue(id).unexpected() {
                let name = &context.connections[id.0].name;
                return missed(Miss::unexpected(name, message, "no packet was to come"));
            }
            if let Some(miss) = unasked_end(&context.connections[id.0]) {
                return missed(miss);
            }
        }
        if context.now < *until {
            return waiting(Want::Time(*until), Miss::default());
        }
        for &id in &*connections {
            world.queue(id).clear();
            context.connections[id.0].may_close &= context.connections[id.0].ended.is_some();
        }
        Poll::Met(Vec::new())
    }
}

/// `poll` picks the function by the kind.
fn unreachable_kind() -> ! {
    unreachable!("poll picks the function by the kind")
}

fn missed(miss: Miss) -> Poll {
    Poll::Missed(Box::new(miss))
}

fn waiting(want: Want, miss: Miss) -> Poll {
    Poll::Waiting(want, Box::new(miss))
}

/// Whether packets can still come.
fn can_receive(connection: &Connection) -> bool {
    connection.ended.is_none() && !connection.received.stopped
}

/// Captures what a packet that fits is asked for; what it does weaker than it should.
fn take_in(world: &mut World, pattern: &Pattern, message: &Arc<Message>, fit: Fit) -> Vec<Miss> {
    let Fit::Meets { weak, bound } = fit else { return Vec::new() };
    for (slot, datum) in bound {
        world.env.set(&slot.name, slot.index, Value::from(datum));
    }
    weak.into_iter().map(|at| Miss::weaker(pattern, at, message)).collect()
}

/// What is wrong with the time of a packet.
fn untimely(message: &Arc<Message>, from: Option<Instant>, until: Option<Instant>) -> Option<Miss> {
    let packet = message.packet_type();
    let miss = if from.is_some_and(|from| message.at < from) {
        let early = from?.saturating_duration_since(message.at).as_secs_f64();
        Miss::new(format!("{packet} came too early"), format!("it came {early:.3} s too early"))
    } else if until.is_some_and(|until| message.at > until) {
        let late = message.at.saturating_duration_since(until?).as_secs_f64();
        Miss::new(format!("{packet} came too late"), format!("it came {late:.3} s too late"))
    } else {
        return None;
    };
    Some(Miss { message: Some(Arc::clone(message)), ..miss })
}

/// Something was expected on a connection that is over.
fn over(connection: &Connection, what: &str) -> Miss {
    let name = &connection.name;
    if connection.received.stopped {
        let label = format!("expected {what}, but what {name} receives is not looked at any more");
        return Miss::new(format!("{name} received too much, or what is no packet"), label);
    }
    let title = format!("the connection of {name} has ended");
    let miss = Miss::silent(title, format!("expected {what}, the broker ended the connection"));
    miss.notes_of(connection.remains())
}

/// An end that the script neither asked for nor allows.
fn unasked_end(connection: &Connection) -> Option<Miss> {
    connection.ended?;
    let asked = connection.end_asked || connection.may_close;
    (!asked).then(|| over(connection, "no packet, on an open connection"))
}

fn nothing_came(packet: PacketType, expected: &str, given: Duration) -> Miss {
    let seconds = given.as_secs_f64();
    let title = format!("no {packet} came");
    Miss::silent(title, format!("expected {expected}, nothing like it came in {seconds} s"))
}

/// Notes what came instead.
fn in_queues(mut miss: Miss, world: &mut World, sources: &[ConnId]) -> Miss {
    use super::describe::{self, Detail};
    for &id in sources.iter().take(3) {
        for message in world.queue(id).iter().take(3) {
            let text = describe::packet(&message.packet, message.version, Detail::Brief);
            miss = miss.note(format!("came, but no line takes it here: {text}"));
        }
    }
    miss
}
