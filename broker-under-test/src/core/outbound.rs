//! The way of QoS 1 and QoS 2 messages to one session: what waits, what is in flight under which
//! Packet Identifier, and what has to be sent again when the session is resumed (sections 4.3, 4.4,
//! 4.6; 5.0 also 4.9). QoS 0 messages do not come through here.

use std::collections::{BTreeMap, VecDeque};
use std::mem;

use mqttspec_codec::{PacketId, QoS};

use super::message::Delivery;
use super::time::Timestamp;
use crate::defect::{Defect, Flaw};

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
    /// Places in the window that a flaw has lost on the present connection.
    lost_places: usize,
    /// How many of those that wait were there when the present connection began.
    queued: usize,
    defect: Option<Defect>,
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
        if self.has(Flaw::BacklogLost) && self.waiting.len() + self.in_flight.len() >= 16 {
            return;
        }
        if self.waiting.len() >= waiting_max {
            self.waiting.retain(|waiting| !waiting.message.is_expired(now));
        }
        if self.waiting.len() < waiting_max {
            match self.has(Flaw::QueueReversed) || self.has(Flaw::BacklogReversed) {
                true => self.waiting.push_front(delivery),
                false => self.waiting.push_back(delivery),
            }
        }
    }

    /// A connection with a quota of its own takes over: everything in flight has to be sent again.
    /// PUBRELs come first, as their messages are the ones that got farthest.
    pub(super) fn connected(&mut self, receive_maximum: u16, defect: Option<Defect>) {
        self.defect = defect;
        self.lost_places = 0;
        self.queued = self.waiting.len();
        if self.receive_maximum == 0 || !self.has(Flaw::FirstReceiveMaximumKept) {
            self.receive_maximum = usize::from(receive_maximum);
        }
        if self.has(Flaw::QueuedSentAsRepeated) {
            for delivery in mem::take(&mut self.waiting).into_iter().take(1000) {
                self.launch(delivery);
            }
        }
        if self.has(Flaw::ResentUnderNewId) {
            for entry in mem::take(&mut self.in_flight).into_values() {
                let id = self.launch(entry.delivery.clone());
                self.in_flight.insert(id.get(), entry);
            }
        }
        self.repeat(|stage, qos, flaw| match flaw {
            Some(Flaw::Qos1NotResent) => qos != QoS::AtLeastOnce,
            Some(Flaw::Qos2NotResent) => qos != QoS::ExactlyOnce || stage == Stage::Released,
            Some(Flaw::PubrelNotResent) => stage == Stage::Published,
            _ => true,
        });
    }

    /// What is in flight has to be sent again, as far as it is `due`.
    fn repeat(&mut self, due: impl Fn(Stage, QoS, Option<Flaw>) -> bool) {
        let flaw = match self.defect {
            Some(Defect::Flaw(flaw)) => Some(flaw),
            _ => None,
        };
        let mut unsent: Vec<_> = self
            .in_flight
            .iter()
            .filter(|(_, entry)| due(entry.stage, entry.delivery.qos, flaw))
            .map(|(&id, entry)| (entry.stage, entry.step, id))
            .collect();
        unsent.sort_unstable();
        if self.has(Flaw::ResentInReverse) {
            unsent.reverse();
        }
        self.unsent = unsent.into_iter().map(|(_, _, id)| id).collect();
    }

    /// A flaw repeats what is in flight though the connection still stands.
    pub(super) fn repeat_while_open(&mut self) {
        self.repeat(|stage, _, flaw| match flaw {
            Some(Flaw::PubrelRepeatedWhileOpen) => stage == Stage::Released,
            Some(Flaw::PublishRepeatedWhileOpen) => stage == Stage::Published,
            _ => false,
        });
    }

    /// A flaw gives a place in the window away for good.
    pub(super) fn lose_place(&mut self) {
        self.lost_places += 1;
    }

    /// A flaw lets an acknowledgement that was not asked for make the window larger.
    pub(super) fn gain_place(&mut self) {
        self.receive_maximum += 1;
    }

    /// A flaw drops the message that waits longest.
    pub(super) fn lose_first(&mut self) {
        self.waiting.pop_front();
    }

    /// Whether messages wait for their first transmission.
    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// How many messages are not yet acknowledged.
    pub(super) fn in_flight_len(&self) -> usize {
        self.in_flight.len()
    }

    /// Whether an identifier is in flight.
    pub(super) fn is_in_flight(&self, packet_id: PacketId) -> bool {
        self.in_flight.contains_key(&packet_id.get())
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.defect == Some(Defect::Flaw(flaw))
    }

    /// A flaw takes nothing up that is in flight.
    pub(super) fn resend_nothing(&mut self) {
        self.unsent.clear();
    }

    /// Parts with the messages that wait.
    pub(super) fn take_waiting(&mut self) -> Self {
        Self { waiting: mem::take(&mut self.waiting), ..Self::default() }
    }

    /// Takes in messages that wait elsewhere.
    pub(super) fn append(&mut self, mut other: Self) {
        self.waiting.append(&mut other.waiting);
    }

    /// Parts with the messages in flight.
    pub(super) fn split_in_flight(&mut self) -> Self {
        self.unsent.clear();
        Self {
            in_flight: mem::take(&mut self.in_flight),
            last_packet_id: self.last_packet_id,
            steps: self.steps,
            ..Self::default()
        }
    }

    /// The next packet within the quota. Messages that have expired while they waited are dropped;
    /// those once sent are not (MQTT-4.3.3-7).
    pub(super) fn next(&mut self, now: Timestamp) -> Option<Transmission> {
        let is_new_first = self.has(Flaw::ResentAfterNew) && !self.waiting.is_empty();
        while let Some(&id) = self.unsent.front().filter(|_| !is_new_first) {
            let entry = self.in_flight.get(&id).expect("only what is in flight is unsent");
            let packet_id = PacketId::new(id).expect("identifiers in flight are not zero");
            let is_dropped = match entry.stage {
                Stage::Released => self.has(Flaw::ExpiryEndsRelease),
                Stage::Published => self.has(Flaw::ExpiryInFlight),
            };
            if is_dropped && entry.delivery.message.is_expired(now) {
                self.finish(packet_id);
                continue;
            }
            let transmission = match entry.stage {
                Stage::Released if !self.has(Flaw::PublishResentAfterPubrec) => {
                    Transmission::Pubrel { packet_id }
                }
                _ if self.quota() == 0 && !self.has(Flaw::ResentBeyondWindow) => return None,
                _ => {
                    let delivery = entry.delivery.clone();
                    Transmission::Publish { packet_id, dup: true, delivery }
                }
            };
            self.unsent.pop_front();
            return Some(transmission);
        }
        while self.quota() > 0 || self.is_beyond_window() {
            let delivery = self.waiting.pop_front()?;
            self.queued = self.queued.saturating_sub(1);
            let is_flawed = self.has(Flaw::ExpiredDelivered)
                || delivery.retain && self.has(Flaw::ExpiredRetainedSent);
            if !delivery.message.is_expired(now) || is_flawed {
                let packet_id = self.launch(delivery.clone());
                return Some(Transmission::Publish { packet_id, dup: false, delivery });
            }
            if self.has(Flaw::ExpiredBlocksQueue) {
                self.waiting.push_front(delivery);
                return None;
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
        if self.stage_of(packet_id, QoS::AtLeastOnce) == Some(Stage::Published)
            && !self.has(Flaw::PubackIgnored)
        {
            self.finish(packet_id);
            if self.has(Flaw::PubackEndsAll) {
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
        if stage == Some(Stage::Published) && !self.has(Flaw::RefusalByPubrecIgnored) {
            self.finish(packet_id);
        }
        stage.is_some()
    }

    /// PUBCOMP came. An identifier that was not released changes nothing.
    pub(super) fn completed(&mut self, packet_id: PacketId) {
        if self.stage_of(packet_id, QoS::ExactlyOnce) == Some(Stage::Released)
            && !self.has(Flaw::PubcompIgnored)
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

    /// Takes messages out of flight, as if they had come to their end.
    pub(super) fn take_in_flight(&mut self, is_taken: impl Fn(&Delivery) -> bool) -> Vec<Delivery> {
        let taken = self.in_flight.extract_if(.., |_, entry| is_taken(&entry.delivery));
        let taken: BTreeMap<u16, InFlight> = taken.collect();
        self.unsent.retain(|id| !taken.contains_key(id));
        taken.into_values().map(|entry| entry.delivery).collect()
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
        let maximum = match self.defect {
            Some(Defect::Flaw(Flaw::ReceiveMaximumPlusOne)) => self.receive_maximum + 1,
            Some(Defect::Flaw(Flaw::ReceiveMaximumMinusOne)) => {
                self.receive_maximum.saturating_sub(1)
            }
            Some(Defect::Flaw(Flaw::BacklogReversed)) => self.receive_maximum.min(4),
            _ => self.receive_maximum,
        };
        let in_flight = match self.defect {
            Some(Defect::Flaw(Flaw::QuotaCarriedOver)) => self.in_flight.len(),
            Some(Defect::Flaw(Flaw::QuotaFreedByPubrec)) => {
                self.in_flight.values().filter(|entry| entry.stage == Stage::Published).count()
            }
            _ => self.in_flight.len() - self.unsent.len(),
        };
        maximum.saturating_sub(in_flight + self.lost_places)
    }

    /// Whether a flaw sends the next message whatever the quota is.
    fn is_beyond_window(&self) -> bool {
        match self.defect {
            Some(Defect::Flaw(Flaw::QueueBeyondWindow)) => self.queued > 0,
            Some(Defect::Flaw(Flaw::RetainedBeyondWindow)) => {
                self.waiting.front().is_some_and(|delivery| delivery.retain)
            }
            _ => false,
        }
    }

    /// Takes the message into flight under an identifier that is not in use (MQTT-2.2.1-4,
    /// 3.1.1: MQTT-2.3.1-4).
    fn launch(&mut self, delivery: Delivery) -> PacketId {
        debug_assert!(self.in_flight.len() < usize::from(u16::MAX), "the quota is 65535 at most");
        let packet_id = loop {
            self.last_packet_id = self.last_packet_id.wrapping_add(1);
            let flawed_id = match self.defect {
                Some(Defect::Flaw(Flaw::OneIdForAll)) => PacketId::new(1),
                Some(Defect::Flaw(Flaw::IdsNotChecked)) => PacketId::new(self.last_packet_id % 4),
                _ => None,
            };
            if let Some(id) = flawed_id {
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
