//! The two expectations of an end: `closed` and `rejected`.

use std::sync::Arc;

use mqttspec_codec::{Packet, PacketType, Version};

use super::{Context, Item, Kind, Poll, Want, missed, unreachable_kind, waiting};
use crate::matcher::{ConnId, Message, Queues};
use crate::runner::client::World;
use crate::runner::connection::Connection;
use crate::runner::outcome::Miss;
use crate::runner::reject::{self, Ending, Grade, Stage};

/// What one connection of a `rejected` line says.
enum Answer {
    Done(Grade),
    Wait(Want),
    Missed(Box<Miss>),
}

impl Item {
    pub(super) fn poll_closed(&mut self, world: &mut World, context: &mut Context<'_>) -> Poll {
        let Kind::Closed { connections, count, settled } = &mut self.kind else {
            unreachable_kind()
        };
        let mut ended = Vec::new();
        for &id in &*connections {
            let connection = &context.connections[id.0];
            let over = connection.ended.is_some();
            if (over || count.is_none())
                && let Some(message) = in_the_way(connection, world, id)
            {
                let label = "expected the end of the connection";
                return missed(Miss::unexpected(&connection.name, &message, label));
            }
            if let Some((_, at)) = connection.ended {
                if self.from.is_some_and(|from| at < from) && !connection.end_asked {
                    return missed(Miss::silent(
                        "the end came too early",
                        format!("{} ended too early", connection.name),
                    ));
                }
                if self.bounded && at > self.until && !connection.end_asked {
                    return missed(Miss::silent(
                        "the end came too late",
                        format!("{} ended too late", connection.name),
                    ));
                }
                ended.push(id);
            }
        }
        let wanted = count.unwrap_or(connections.len());
        if ended.len() > wanted {
            let label = format!("expected {wanted}, {} have ended", ended.len());
            return missed(Miss::silent("too many connections have ended", label));
        }
        if ended.len() < wanted {
            let open = connections.iter().find(|id| !ended.contains(id));
            let names = open.map(|id| context.connections[id.0].name.clone()).unwrap_or_default();
            let given = self.given.as_secs_f64();
            let label = format!("expected the end of {names}, it is still open after {given} s");
            return waiting(Want::Arrival, Miss::silent("the connection was not closed", label));
        }
        let left: Vec<ConnId> =
            connections.iter().copied().filter(|id| context.connections[id.0].is_live()).collect();
        if count.is_some() && !*settled && !left.is_empty() {
            let label = "those left did not answer PINGREQ";
            return waiting(Want::RoundTrip(left), Miss::silent("too few are left", label));
        }
        for id in ended {
            context.connections[id.0].end_asked = true;
            world.queue(id).clear();
        }
        Poll::Met(Vec::new())
    }

    pub(super) fn poll_rejected(&mut self, world: &mut World, context: &mut Context<'_>) -> Poll {
        let Kind::Rejected { connections, .. } = &self.kind else { unreachable_kind() };
        let mut weaknesses = Vec::new();
        let mut wait = None;
        let connections = connections.clone();
        for &id in &connections {
            match self.rejected_on(id, world, context) {
                Answer::Missed(miss) => return Poll::Missed(miss),
                Answer::Wait(want) => {
                    let Connection { name, probe, .. } = &context.connections[id.0];
                    let given = self.given.as_secs_f64();
                    let unanswered = if probe.is_some() { ", with PINGREQ unanswered" } else { "" };
                    let label = format!(
                        "expected the end of {name}, it is still open after {given} s{unanswered}"
                    );
                    let miss = Miss::silent("the connection was not closed", label);
                    wait.get_or_insert((want, miss));
                }
                Answer::Done(Grade::Wrong(label)) => {
                    let name = &context.connections[id.0].name;
                    let mut miss =
                        Miss::new(format!("{name} was rejected in the wrong way"), label);
                    miss.message = last_words(&context.connections[id.0], world, id);
                    return missed(miss);
                }
                Answer::Done(Grade::Weak(label)) => {
                    let name = &context.connections[id.0].name;
                    let title = format!("{name} was rejected in a weaker way than it should be");
                    let mut miss = Miss::new(title, label);
                    miss.message = last_words(&context.connections[id.0], world, id);
                    weaknesses.push(miss);
                }
                Answer::Done(Grade::Full) => {}
            }
        }
        if let Some((want, miss)) = wait {
            return waiting(want, miss);
        }
        for id in connections {
            let connection = &mut context.connections[id.0];
            connection.end_asked |= connection.ended.is_some();
            world.queue(id).clear();
        }
        Poll::Met(weaknesses)
    }

    fn rejected_on(&self, id: ConnId, world: &mut World, context: &Context<'_>) -> Answer {
        let Kind::Rejected { listed, since, .. } = &self.kind else { unreachable_kind() };
        let connection = &context.connections[id.0];
        let unread = world.queue(id).all_unexpected();
        let stage = stage(connection, &unread);
        let is_answer = |message: &Message| is_answer(message, stage);
        let alive = |message: &Arc<Message>| listed.undetected.is_some() && carries_on(message);
        let stray = unread
            .iter()
            .find(|message| !is_answer(message) && (connection.ended.is_some() || !alive(message)));
        if let Some(message) = stray {
            let label = match message.packet {
                Packet::Connack(_) => "expected a refusal, the broker accepted the CONNECT",
                Packet::Pingresp => "expected the end of the connection, the broker carries on",
                _ => "expected the end of the connection",
            };
            return Answer::Missed(Box::new(Miss::unexpected(&connection.name, message, label)));
        }
        if let Some((_, at)) = connection.ended {
            if let Some(miss) = self.untimely_end(connection, at) {
                return Answer::Missed(Box::new(miss));
            }
            let answer = unread.iter().find(|message| is_answer(message));
            let ending = Ending {
                version: connection.version,
                stage,
                foreign: connection.foreign_connect,
                answer: answer.and_then(|message| code(message)),
            };
            return Answer::Done(reject::grade(listed, &ending));
        }
        let pinged = connection.probe.is_some_and(|probe| {
            connection.pongs >= probe
                || unread.iter().any(|message| matches!(message.packet, Packet::Pingresp))
        });
        if pinged {
            return Answer::Done(reject::grade_undetected(listed));
        }
        let silent_since = connection.last_event.max(*since);
        // Before CONNACK a PINGREQ would be an error of its own.
        let may_probe = !self.bounded
            && connection.connected
            && connection.can_ping()
            && connection.probe.is_none();
        Answer::Wait(if may_probe {
            Want::Probe(id, silent_since + context.probe_after)
        } else {
            Want::Arrival
        })
    }

    fn untimely_end(&self, connection: &Connection, at: tokio::time::Instant) -> Option<Miss> {
        let name = &connection.name;
        if self.from.is_some_and(|from| at < from) {
            return Some(Miss::silent("the end came too early", format!("{name} ended too early")));
        }
        let late = self.bounded && at > self.until;
        late.then(|| Miss::silent("the end came too late", format!("{name} ended too late")))
    }
}

/// The packet that stands between us and the end, if it is not the one that may: in 5.0 a
/// DISCONNECT behind CONNACK.
fn in_the_way(connection: &Connection, world: &mut World, id: ConnId) -> Option<Arc<Message>> {
    let unread = world.queue(id).all_unexpected();
    let may = |message: &Message| {
        connection.connected
            && connection.version == Version::V5_0
            && message.packet_type() == PacketType::Disconnect
    };
    unread.into_iter().find(|message| !may(message))
}

fn stage(connection: &Connection, unread: &[Arc<Message>]) -> Stage {
    let connack = unread.iter().any(|message| message.packet_type() == PacketType::Connack);
    if connection.connected && !connack {
        Stage::Connected
    } else if connection.connect_begun || connection.framer.connect_begun() {
        Stage::BeforeConnack
    } else {
        Stage::BeforeConnect
    }
}

/// Whether the packet is the last word of a broker that rejects.
fn is_answer(message: &Message, stage: Stage) -> bool {
    match &message.packet {
        Packet::Connack(connack) => stage != Stage::Connected && connack.reason.is_error(),
        Packet::Disconnect(_) => stage == Stage::Connected,
        _ => false,
    }
}

/// Whether the packet is what a broker sends that did not notice anything.
fn carries_on(message: &Message) -> bool {
    !matches!(message.packet, Packet::Publish(_) | Packet::Disconnect(_) | Packet::Auth(_))
}

fn code(message: &Message) -> Option<(Version, mqttspec_codec::ReasonCode)> {
    match &message.packet {
        Packet::Connack(connack) => Some((message.version, connack.reason)),
        Packet::Disconnect(disconnect) => Some((message.version, disconnect.reason)),
        _ => None,
    }
}

fn last_words(connection: &Connection, world: &mut World, id: ConnId) -> Option<Arc<Message>> {
    let unread = world.queue(id).all_unexpected();
    let stage = stage(connection, &unread);
    unread.into_iter().find(|message| is_answer(message, stage))
}
