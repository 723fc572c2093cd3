//! The way of QoS 1 and QoS 2 messages to one session: what waits, what is in flight under which
//! Packet Identifier, and what has to be sent again when the session is resumed (sections 4.3, 4.4,
//! 4.6; 5.0 also 4.9). QoS 0 messages do not come through here.

use std::collections::{BTreeMap, VecDeque};

use mqttspec_codec::{PacketId, QoS};

use super::message::Delivery;
use super::missteps::Misrules;
use super::time::Timestamp;
use crate::defect::Flaw;

/// Messages of one session that are not yet acknowledged, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Outbound {
    pub(super) waiting: VecDeque<Delivery>,
    pub(super) in_flight: BTreeMap<u16, InFlight>,
    /// Identifiers in flight that have not been sent on the present connection.
    pub(super) unsent: VecDeque<u16>,
    /// What the present connection allows in flight.
    pub(super) receive_maximum: usize,
    pub(super) last_packet_id: u16,
    /// Counts first transmissions and releases: the order in which they are repeated.
    pub(super) steps: u64,
    /// What a broker with a defect does otherwise.
    pub(super) misrules: Misrules,
}

/// A message that was sent and is not yet acknowledged.
#[derive(Debug)]
pub(super) struct InFlight {
    step: u64,
    pub(super) stage: Stage,
    pub(super) delivery: Delivery,
}

/// How far a message in flight has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// PUBREL was sent, PUBCOMP has to come.
    Released,
    /// PUBLISH was sent, PUBACK or PUBREC has to come.
    Published,
}

/// The next packet that may be sent.
#[derive(Debug)]
pub(super) enum Transmission {
    Publish { packet_id: PacketId, dup: bool, delivery: Delivery },
    Pubrel { packet_id: PacketId },
}

impl Outbound {
    /// Puts a message at the end of the queue, or drops it if `waiting_max` messages wait there
    /// that have not expired.
    pub(super) fn push(&mut self, delivery: Delivery, waiting_max: usize, now: Timestamp) {
        if self.loses_backlog() {
            return;
        }
        if self.waiting.len() >= waiting_max {
            self.waiting.retain(|waiting| !waiting.message.is_expired(now));
        }
        if self.waiting.len() < waiting_max {
            match self.misrules.reverses() {
                true => self.waiting.push_front(delivery),
                false => self.waiting.push_back(delivery),
            }
        }
    }

    /// A connection with a quota of its own takes over: everything in flight has to be sent again.
    /// PUBRELs come first, as their messages are the ones that got farthest.
    pub(super) fn connected(&mut self, receive_maximum: Option<u16>, flaw: Option<Flaw>) {
        self.receive_maximum = self.misconnect(receive_maximum, flaw).into();
        self.repeat(|entry, misrules| misrules.is_resent(entry));
    }

    /// What is in flight has to be sent again, as far as it is `due`.
    pub(super) fn repeat(&mut self, due: impl Fn(&InFlight, &Misrules) -> bool) {
        let mut unsent: Vec<_> = self
            .in_flight
            .iter()
            .filter(|(_, entry)| due(entry, &self.misrules))
            .map(|(&id, entry)| (entry.stage, entry.step, id))
            .collect();
        unsent.sort_unstable();
        if self.misrules.has(Flaw::ResentInReverse) {
            unsent.reverse();
        }
        self.unsent = unsent.into_iter().map(|(_, _, id)| id).collect();
    }

    /// The next packet within the quota. Messages that have expired while they waited are dropped;
    /// those once sent are not (MQTT-4.3.3-7).
    pub(super) fn next(&mut self, now: Timestamp) -> Option<Transmission> {
        while let Some(&id) = self.unsent.front().filter(|_| !self.sends_new_first()) {
            let entry = self.in_flight.get(&id).expect("only what is in flight is unsent");
            let packet_id = PacketId::new(id).expect("identifiers in flight are not zero");
            if self.misrules.drops_expired(entry.stage) && entry.delivery.message.is_expired(now) {
                self.finish(packet_id);
                continue;
            }
            let transmission = match entry.stage {
                Stage::Released if !self.misrules.has(Flaw::PublishResentAfterPubrec) => {
                    Transmission::Pubrel { packet_id }
                }
                _ if self.quota() == 0 && !self.misrules.has(Flaw::ResentBeyondWindow) => {
                    return None;
                }
                _ => {
                    let delivery = entry.delivery.clone();
                    Transmission::Publish { packet_id, dup: true, delivery }
                }
            };
            self.unsent.pop_front();
            return Some(transmission);
        }
        while (self.quota() > 0 || self.is_beyond_window()) && !self.is_blocked(now) {
            let delivery = self.waiting.pop_front()?;
            self.misrules.message_taken();
            if !delivery.message.is_expired(now) || self.misrules.sends_expired(&delivery) {
                let packet_id = self.launch(delivery.clone());
                return Some(Transmission::Publish { packet_id, dup: false, delivery });
            }
        }
        None
    }

    /// PUBACK came. An identifier that stands for no QoS 1 message changes nothing.
    pub(super) fn acknowledged(&mut self, packet_id: PacketId) {
        if self.stage_of(packet_id, QoS::AtLeastOnce) == Some(Stage::Published)
            && !self.misrules.has(Flaw::PubackIgnored)
        {
            self.finish(packet_id);
            if self.misrules.has(Flaw::PubackEndsAll) {
                self.split_in_flight();
            }
        }
    }

    /// PUBREC came, which accepts the message. Returns whether the identifier is known.
    pub(super) fn received(&mut self, packet_id: PacketId) -> bool {
        match self.stage_of(packet_id, QoS::ExactlyOnce) {
            None => return false,
            Some(Stage::Released) => {}
            Some(Stage::Published) => {
                self.steps += 1;
                let entry = self.in_flight.get_mut(&packet_id.get()).expect("it has a stage");
                entry.stage = Stage::Released;
                entry.step = self.steps;
            }
        }
        // PUBREL is sent now, so it need not be repeated.
        self.unsent.retain(|&id| id != packet_id.get());
        true
    }

    /// PUBREC came, which refuses the message: that is the end of it (MQTT-4.4.0-2).
    pub(super) fn refused(&mut self, packet_id: PacketId) -> bool {
        let stage = self.stage_of(packet_id, QoS::ExactlyOnce);
        if stage == Some(Stage::Published) && !self.misrules.has(Flaw::RefusalByPubrecIgnored) {
            self.finish(packet_id);
        }
        stage.is_some()
    }

    /// PUBCOMP came. An identifier that was not released changes nothing.
    pub(super) fn completed(&mut self, packet_id: PacketId) {
        if self.stage_of(packet_id, QoS::ExactlyOnce) == Some(Stage::Released)
            && !self.misrules.has(Flaw::PubcompIgnored)
        {
            self.finish(packet_id);
        }
    }

    /// The message could not be sent and counts as delivered (5.0, MQTT-3.1.2-25).
    pub(super) fn abandon(&mut self, packet_id: PacketId) {
        self.finish(packet_id);
    }

    /// The message that is in flight under an identifier.
    pub(super) fn in_flight(&self, packet_id: PacketId) -> Option<&Delivery> {
        self.in_flight.get(&packet_id.get()).map(|entry| &entry.delivery)
    }

    /// What another member of a shared subscription gets when this session ends: QoS 1 messages not
    /// acknowledged and messages never sent, but no QoS 2 message that was sent (5.0, 4.8.2), unless
    /// `with_qos_2`.
    pub(super) fn into_undelivered(self, with_qos_2: bool) -> impl Iterator<Item = Delivery> {
        let mut in_flight: Vec<_> = self.in_flight.into_values().collect();
        in_flight.sort_unstable_by_key(|entry| entry.step);
        in_flight
            .into_iter()
            .map(|entry| entry.delivery)
            .filter(move |delivery| delivery.qos == QoS::AtLeastOnce || with_qos_2)
            .chain(self.waiting)
    }

    /// How many PUBLISH packets may go out. What is in flight counts from the moment when it is
    /// repeated on this connection; a PUBREL keeps its message's place.
    pub(super) fn quota(&self) -> usize {
        self.miscount(self.receive_maximum, self.in_flight.len() - self.unsent.len())
    }

    /// Takes the message into flight under an identifier that is not in use (MQTT-2.2.1-4,
    /// 3.1.1: MQTT-2.3.1-4).
    pub(super) fn launch(&mut self, delivery: Delivery) -> PacketId {
        debug_assert!(self.in_flight.len() < usize::from(u16::MAX), "the quota is 65535 at most");
        let packet_id = loop {
            self.last_packet_id = self.last_packet_id.wrapping_add(1);
            if let Some(id) = self.misrules.packet_id(self.last_packet_id) {
                break id;
            }
            let candidate = PacketId::new(self.last_packet_id);
            if let Some(id) = candidate.filter(|id| !self.in_flight.contains_key(&id.get())) {
                break id;
            }
        };
        self.steps += 1;
        let entry = InFlight { step: self.steps, stage: Stage::Published, delivery };
        self.in_flight.insert(packet_id.get(), entry);
        packet_id
    }

    fn stage_of(&self, packet_id: PacketId, qos: QoS) -> Option<Stage> {
        let entry = self.in_flight.get(&packet_id.get())?;
        (entry.delivery.qos == qos).then_some(entry.stage)
    }

    fn finish(&mut self, packet_id: PacketId) {
        self.in_flight.remove(&packet_id.get());
        self.unsent.retain(|&id| id != packet_id.get());
    }
}
