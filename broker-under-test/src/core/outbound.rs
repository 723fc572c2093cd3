//! The way of QoS 1 and QoS 2 messages to one session: what waits, what is in flight under which
//! Packet Identifier, and what has to be sent again when the session is resumed (sections 4.3, 4.4,
//! 4.6; 5.0 also 4.9). QoS 0 messages do not come through here.

use std::collections::{BTreeMap, VecDeque};

use mqttspec_codec::{PacketId, QoS};

use super::message::Delivery;
use super::time::Timestamp;

/// Messages of one session that are not yet acknowledged, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Outbound {
    waiting: VecDeque<Delivery>,
    in_flight: BTreeMap<u16, InFlight>,
    /// Identifiers in flight that have not been sent on the present connection.
    unsent: VecDeque<u16>,
    /// What the present connection allows in flight.
    receive_maximum: usize,
    last_packet_id: u16,
    /// Counts first transmissions and releases: the order in which they are repeated.
    steps: u64,
}

#[derive(Debug)]
struct InFlight {
    step: u64,
    stage: Stage,
    delivery: Delivery,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
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
        if self.waiting.len() >= waiting_max {
            self.waiting.retain(|waiting| !waiting.message.is_expired(now));
        }
        if self.waiting.len() < waiting_max {
            self.waiting.push_back(delivery);
        }
    }

    /// A connection with a quota of its own takes over: everything in flight has to be sent again.
    /// PUBRELs come first, as their messages are the ones that got farthest.
    pub(super) fn connected(&mut self, receive_maximum: u16) {
        self.receive_maximum = usize::from(receive_maximum);
        let mut unsent: Vec<_> =
            self.in_flight.iter().map(|(&id, entry)| (entry.stage, entry.step, id)).collect();
        unsent.sort_unstable();
        self.unsent = unsent.into_iter().map(|(_, _, id)| id).collect();
    }

    /// The next packet within the quota. Messages that have expired while they waited are dropped;
    /// those once sent are not (MQTT-4.3.3-7).
    pub(super) fn next(&mut self, now: Timestamp) -> Option<Transmission> {
        if let Some(&id) = self.unsent.front() {
            let entry = self.in_flight.get(&id).expect("only what is in flight is unsent");
            let packet_id = PacketId::new(id).expect("identifiers in flight are not zero");
            let transmission = match entry.stage {
                Stage::Released => Transmission::Pubrel { packet_id },
                Stage::Published if self.quota() == 0 => return None,
                Stage::Published => {
                    let delivery = entry.delivery.clone();
                    Transmission::Publish { packet_id, dup: true, delivery }
                }
            };
            self.unsent.pop_front();
            return Some(transmission);
        }
        while self.quota() > 0 {
            let delivery = self.waiting.pop_front()?;
            if !delivery.message.is_expired(now) {
                let packet_id = self.launch(delivery.clone());
                return Some(Transmission::Publish { packet_id, dup: false, delivery });
            }
        }
        None
    }

    /// Whether many messages wait, for a broker that does not bear that.
    pub(super) fn is_flooded(&self) -> bool {
        self.waiting.len() + self.in_flight.len() > 20
    }

    /// PUBACK came. An identifier that stands for no QoS 1 message changes nothing.
    pub(super) fn acknowledged(&mut self, packet_id: PacketId) {
        if self.stage_of(packet_id, QoS::AtLeastOnce) == Some(Stage::Published) {
            self.finish(packet_id);
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
        if stage == Some(Stage::Published) {
            self.finish(packet_id);
        }
        stage.is_some()
    }

    /// PUBCOMP came. An identifier that was not released changes nothing.
    pub(super) fn completed(&mut self, packet_id: PacketId) {
        if self.stage_of(packet_id, QoS::ExactlyOnce) == Some(Stage::Released) {
            self.finish(packet_id);
        }
    }

    /// The message could not be sent and counts as delivered (5.0, MQTT-3.1.2-25).
    pub(super) fn abandon(&mut self, packet_id: PacketId) {
        self.finish(packet_id);
    }

    /// What another member of a shared subscription gets when this session ends: QoS 1 messages not
    /// acknowledged and messages never sent, but no QoS 2 message that was sent (5.0, 4.8.2).
    pub(super) fn into_undelivered(self) -> impl Iterator<Item = Delivery> {
        let mut in_flight: Vec<_> = self.in_flight.into_values().collect();
        in_flight.sort_unstable_by_key(|entry| entry.step);
        in_flight
            .into_iter()
            .map(|entry| entry.delivery)
            .filter(|delivery| delivery.qos == QoS::AtLeastOnce)
            .chain(self.waiting)
    }

    /// How many PUBLISH packets may go out. What is in flight counts from the moment when it is
    /// repeated on this connection; a PUBREL keeps its message's place.
    fn quota(&self) -> usize {
        self.receive_maximum.saturating_sub(self.in_flight.len() - self.unsent.len())
    }

    /// Takes the message into flight under an identifier that is not in use (MQTT-2.2.1-4,
    /// 3.1.1: MQTT-2.3.1-4).
    fn launch(&mut self, delivery: Delivery) -> PacketId {
        debug_assert!(self.in_flight.len() < usize::from(u16::MAX), "the quota is 65535 at most");
        let packet_id = loop {
            self.last_packet_id = self.last_packet_id.wrapping_add(1);
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
