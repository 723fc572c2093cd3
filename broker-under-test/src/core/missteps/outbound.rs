//! Missteps with the messages on their way to one session: which wait, which are in flight, under
//! which Packet Identifiers, and what is sent again.

use std::collections::BTreeMap;
use std::mem;

use mqttspec_codec::{PacketId, QoS};

use crate::core::message::Delivery;
use crate::core::outbound::{InFlight, Outbound, Stage};
use crate::core::time::Timestamp;
use crate::defect::Flaw;

/// The rules by which a broker with a defect sends the messages of one session.
#[derive(Debug, Default)]
pub(in crate::core) struct Misrules {
    flaw: Option<Flaw>,
    /// Places in the window that are lost on the present connection.
    lost_places: usize,
    /// How many of the messages that wait were there when the present connection began.
    queued: usize,
}

impl Misrules {
    /// Whether the broker is to have this flaw.
    pub(in crate::core) fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    /// One of the messages that wait is taken out.
    pub(in crate::core) fn message_taken(&mut self) {
        self.queued = self.queued.saturating_sub(1);
    }

    /// Whether a new message is put in front of those that wait.
    pub(in crate::core) fn reverses(&self) -> bool {
        self.has(Flaw::QueueReversed) || self.has(Flaw::BacklogReversed)
    }

    /// Whether a message in flight is part of what is sent again.
    pub(in crate::core) fn is_resent(&self, entry: &InFlight) -> bool {
        let (stage, qos) = (entry.stage, entry.delivery.qos);
        match self.flaw {
            Some(Flaw::Qos1NotResent) => qos != QoS::AtLeastOnce,
            Some(Flaw::Qos2NotResent) => qos != QoS::ExactlyOnce || stage == Stage::Released,
            Some(Flaw::PubrelNotResent) => stage == Stage::Published,
            _ => true,
        }
    }

    /// Whether a message in flight is dropped that has expired.
    pub(in crate::core) fn drops_expired(&self, stage: Stage) -> bool {
        match stage {
            Stage::Released => self.has(Flaw::ExpiryEndsRelease),
            Stage::Published => self.has(Flaw::ExpiryInFlight),
        }
    }

    /// Whether a message that waits is sent although it has expired.
    pub(in crate::core) fn sends_expired(&self, delivery: &Delivery) -> bool {
        self.has(Flaw::ExpiredDelivered) || delivery.retain && self.has(Flaw::ExpiredRetainedSent)
    }

    /// The Packet Identifier that the message after `last` gets, used or not.
    pub(in crate::core) fn packet_id(&self, last: u16) -> Option<PacketId> {
        match self.flaw? {
            Flaw::OneIdForAll => PacketId::new(1),
            Flaw::IdsNotChecked => PacketId::new(last % 4),
            _ => None,
        }
    }
}

impl Outbound {
    /// A connection with this Receive Maximum takes over. Returns the one that holds.
    pub(in crate::core) fn misconnect(
        &mut self,
        receive_maximum: Option<u16>,
        flaw: Option<Flaw>,
    ) -> u16 {
        let queued = self.waiting.len();
        self.misrules = Misrules { flaw, lost_places: 0, queued };
        let former = u16::try_from(self.receive_maximum).unwrap_or(u16::MAX);
        let sound = receive_maximum.unwrap_or(u16::MAX);
        match flaw {
            Some(Flaw::ReceiveMaximumIgnored) => return u16::MAX,
            Some(Flaw::FirstReceiveMaximumKept) if former > 0 => return former,
            Some(Flaw::QueuedSentAsRepeated) => {
                for delivery in mem::take(&mut self.waiting).into_iter().take(1000) {
                    self.launch(delivery);
                }
            }
            Some(Flaw::ResentUnderNewId) => {
                for entry in mem::take(&mut self.in_flight).into_values() {
                    let id = self.launch(entry.delivery.clone());
                    self.in_flight.insert(id.get(), entry);
                }
            }
            _ => {}
        }
        sound
    }

    /// Repeats what is in flight though the connection still stands.
    pub(in crate::core) fn repeat_while_open(&mut self) {
        let flaw = self.misrules.flaw;
        self.repeat(|entry, _| match flaw {
            Some(Flaw::PubrelRepeatedWhileOpen) => entry.stage == Stage::Released,
            Some(Flaw::PublishRepeatedWhileOpen) => entry.stage == Stage::Published,
            _ => false,
        });
    }

    /// Whether a message is lost because many are not yet acknowledged.
    pub(in crate::core) fn loses_backlog(&self) -> bool {
        self.misrules.has(Flaw::BacklogLost) && self.waiting.len() + self.in_flight.len() >= 16
    }

    /// Whether many messages wait, for a broker that does not bear that.
    pub(in crate::core) fn is_flooded(&self) -> bool {
        self.waiting.len() + self.in_flight.len() > 20
    }

    /// Gives a place in the window away for good.
    pub(in crate::core) fn lose_place(&mut self) {
        self.misrules.lost_places += 1;
    }

    /// Makes the window larger.
    pub(in crate::core) fn gain_place(&mut self) {
        self.receive_maximum += 1;
    }

    /// Drops the message that waits longest.
    pub(in crate::core) fn lose_first(&mut self) {
        self.waiting.pop_front();
    }

    /// Whether messages wait for their first transmission.
    pub(in crate::core) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// How many messages are not yet acknowledged.
    pub(in crate::core) fn in_flight_len(&self) -> usize {
        self.in_flight.len()
    }

    /// Whether an identifier is in flight.
    pub(in crate::core) fn is_in_flight(&self, packet_id: PacketId) -> bool {
        self.in_flight.contains_key(&packet_id.get())
    }

    /// Takes nothing up that is in flight.
    pub(in crate::core) fn resend_nothing(&mut self) {
        self.unsent.clear();
    }

    /// Parts with the messages that wait.
    pub(in crate::core) fn take_waiting(&mut self) -> Self {
        Self { waiting: mem::take(&mut self.waiting), ..Self::default() }
    }

    /// Takes in messages that wait elsewhere.
    pub(in crate::core) fn append(&mut self, mut other: Self) {
        self.waiting.append(&mut other.waiting);
    }

    /// Parts with the messages in flight.
    pub(in crate::core) fn split_in_flight(&mut self) -> Self {
        self.unsent.clear();
        Self {
            in_flight: mem::take(&mut self.in_flight),
            last_packet_id: self.last_packet_id,
            steps: self.steps,
            ..Self::default()
        }
    }

    /// Takes messages out of flight, as if they had come to their end.
    pub(in crate::core) fn take_in_flight(
        &mut self,
        is_taken: impl Fn(&Delivery) -> bool,
    ) -> Vec<Delivery> {
        let taken = self.in_flight.extract_if(.., |_, entry| is_taken(&entry.delivery));
        let taken: BTreeMap<u16, InFlight> = taken.collect();
        self.unsent.retain(|id| !taken.contains_key(id));
        taken.into_values().map(|entry| entry.delivery).collect()
    }

    /// Whether messages that were never sent go out before those that have to be sent again.
    pub(in crate::core) fn sends_new_first(&self) -> bool {
        self.misrules.has(Flaw::ResentAfterNew) && !self.waiting.is_empty()
    }

    /// Whether the next message is sent whatever the quota is.
    pub(in crate::core) fn is_beyond_window(&self) -> bool {
        match self.misrules.flaw {
            Some(Flaw::QueueBeyondWindow) => self.misrules.queued > 0,
            Some(Flaw::RetainedBeyondWindow) => {
                self.waiting.front().is_some_and(|delivery| delivery.retain)
            }
            _ => false,
        }
    }

    /// Whether a message that has expired stays in front of all that wait behind it.
    pub(in crate::core) fn is_blocked(&self, now: Timestamp) -> bool {
        self.misrules.has(Flaw::ExpiredBlocksQueue)
            && self.waiting.front().is_some_and(|delivery| delivery.message.is_expired(now))
    }

    /// How many PUBLISH packets may go out where the client allows so many, of which so many are
    /// in flight on its connection.
    pub(in crate::core) fn miscount(&self, maximum: usize, in_flight: usize) -> usize {
        let (maximum, in_flight) = match self.misrules.flaw {
            Some(Flaw::ReceiveMaximumPlusOne) => (maximum + 1, in_flight),
            Some(Flaw::ReceiveMaximumMinusOne) => (maximum.saturating_sub(1), in_flight),
            Some(Flaw::BacklogReversed) => (maximum.min(4), in_flight),
            Some(Flaw::QuotaCarriedOver) => (maximum, self.in_flight.len()),
            Some(Flaw::QuotaFreedByPubrec) => {
                let published = self.in_flight.values().filter(|it| it.stage == Stage::Published);
                (maximum, published.count())
            }
            _ => (maximum, in_flight),
        };
        maximum.saturating_sub(in_flight + self.misrules.lost_places)
    }
}
