//! Missteps with messages to clients: when they are sent, in what order, how often, and what their
//! acknowledgements do.

use std::mem;
use std::time::Duration;

use mqttspec_codec::packet::{self, Puback, Pubrec, Pubrel};
use mqttspec_codec::{Packet, PacketId, QoS};

use crate::core::Broker;
use crate::core::event::ConnectionId;
use crate::core::expiry::Timer;
use crate::core::message::{Delivery, Message};
use crate::core::session::ClientId;
use crate::core::time::Timestamp;
use crate::defect::Flaw;

/// How long an acknowledgement is waited for.
const REPEATED_AFTER: Duration = Duration::from_secs(5);
/// How long a message is held back for another to overtake it.
const HELD_FOR: Duration = Duration::from_millis(10);

impl Broker {
    /// What a session gets in place of a message; `None`: nothing now.
    pub(in crate::core) fn misdeliver(
        &mut self,
        client: &ClientId,
        mut delivery: Delivery,
    ) -> Option<Delivery> {
        let is_away = !self.is_online(client);
        match self.config.flaw() {
            Some(Flaw::QueuedRetainFlagDropped) if is_away => delivery.retain = false,
            Some(Flaw::QueuedWithoutIdentifier) if is_away => {
                delivery.subscription_identifiers.clear();
            }
            _ => {}
        }
        if self.is_lost_offline(client, &delivery) {
            return None;
        }
        self.hold_back(client, delivery)
    }

    /// Holds a message back until the next of its publisher and topic has overtaken it. Returns the
    /// message that comes now.
    fn hold_back(&mut self, client: &ClientId, delivery: Delivery) -> Option<Delivery> {
        if delivery.qos == QoS::AtMostOnce || !self.config.has(Flaw::MessagesOvertake) {
            return Some(delivery);
        }
        let session = self.sessions.get_mut(client)?;
        let Message { topic, publisher, .. } = &*delivery.message;
        let held = &mut session.kept.held;
        let earlier = held
            .iter()
            .position(|held| held.message.topic == *topic && held.message.publisher == *publisher);
        let Some(earlier) = earlier else {
            held.push(delivery);
            self.timers.set(Timer::Repeat(client.clone()), self.now.after(HELD_FOR));
            return None;
        };
        let earlier = held.remove(earlier);
        session.outbound.push(delivery, self.config.queued_messages_max, self.now);
        Some(earlier)
    }

    /// Sends what was held back, or repeats what was not acknowledged for a while.
    pub(in crate::core) fn repeat(&mut self, client: &ClientId) {
        if let Some(session) = self.sessions.get_mut(client) {
            for held in mem::take(&mut session.kept.held) {
                session.outbound.push(held, self.config.queued_messages_max, self.now);
            }
            session.outbound.repeat_while_open();
        }
        self.transmit_waiting(client);
    }

    /// Sees to it that what was sent is repeated if it is not acknowledged.
    pub(in crate::core) fn plan_repetition(&mut self, client: &ClientId) {
        if let Some(Flaw::PublishRepeatedWhileOpen | Flaw::PubrelRepeatedWhileOpen) =
            self.config.flaw()
        {
            self.timers.set(Timer::Repeat(client.clone()), self.now.after(REPEATED_AFTER));
        }
    }

    /// A message of QoS 0 is about to be sent.
    pub(in crate::core) fn mistake_qos_0(&mut self, client: &ClientId, delivery: &Delivery) {
        let Some(session) = self.sessions.get_mut(client) else { return };
        match (self.config.flaw(), session.connection) {
            (Some(Flaw::Qos0TakesPlace), _) => session.outbound.lose_place(),
            (Some(Flaw::Qos0Twice), Some(id)) => {
                let _ = self.transmit_publish(id, packet::Delivery::AtMostOnce, delivery);
            }
            _ => {}
        }
    }

    /// Whether nothing is sent because a client has left many messages unacknowledged.
    pub(in crate::core) fn is_held_up_by_stuck(&self) -> bool {
        self.config.has(Flaw::StuckHoldsUpOthers)
            && self.sessions.values().any(|session| session.outbound.in_flight_len() >= 20)
    }

    /// Releases a message that was just sent.
    pub(in crate::core) fn release_early(
        &mut self,
        id: ConnectionId,
        packet_id: PacketId,
        qos: QoS,
    ) {
        if qos == QoS::ExactlyOnce && self.config.has(Flaw::PubrelUnprompted) {
            self.send(id, Pubrel::new(packet_id));
        }
    }

    /// Whether a message of QoS 1 or 2 was sent at QoS 0.
    pub(in crate::core) fn lowers_qos(
        &mut self,
        client: &ClientId,
        id: ConnectionId,
        packet_id: PacketId,
        delivery: &Delivery,
    ) -> bool {
        let is_lowered = self.config.has(Flaw::SentAtQos0);
        if is_lowered {
            let _ = self.transmit_publish(id, packet::Delivery::AtMostOnce, delivery);
            if let Some(session) = self.sessions.get_mut(client) {
                session.outbound.abandon(packet_id);
            }
        }
        is_lowered
    }

    /// The moment for which the lifetime of a message is told. At the start of time no message has
    /// waited.
    pub(in crate::core) fn misread_clock(&self, delivery: &Delivery) -> Timestamp {
        match self.config.flaw() {
            Some(Flaw::RetainedExpiryKept) if delivery.retain => Timestamp::default(),
            Some(Flaw::QueuedExpiryKept) if !delivery.retain => Timestamp::default(),
            _ => self.now,
        }
    }

    /// Whether an answer is not sent because its client may get no message now.
    pub(in crate::core) fn is_held_up(&self, id: ConnectionId, packet: &Packet) -> bool {
        let is_answer = !matches!(
            packet,
            Packet::Connack(_) | Packet::Publish(_) | Packet::Pubrel(_) | Packet::Disconnect(_)
        );
        let client = self.client_of(id);
        let session = client.and_then(|client| self.sessions.get(&client));
        is_answer && session.is_some_and(|session| session.outbound.quota() == 0)
    }

    /// Whether a PUBACK that has come is dealt with.
    pub(in crate::core) fn mistakes_puback(&mut self, id: ConnectionId, puback: &Puback) -> bool {
        let packet_id = puback.packet_id;
        if self.config.has(Flaw::PubackOfAnyClient) {
            for session in self.sessions.values_mut() {
                session.outbound.acknowledged(packet_id);
            }
        }
        let refused = puback.reason.is_error();
        if refused {
            self.misrefuse(id, packet_id, QoS::AtLeastOnce);
        }
        let flaw = self.config.flaw();
        let client = self.client_of(id);
        let Some(session) = client.and_then(|client| self.sessions.get_mut(&client)) else {
            return false;
        };
        match flaw {
            Some(Flaw::RefusalByPubackFreesNothing) if refused => session.outbound.lose_place(),
            Some(Flaw::UnknownPubackWidensWindow) if !session.outbound.is_in_flight(packet_id) => {
                session.outbound.gain_place();
            }
            Some(Flaw::RefusalByPubackIgnored) => return refused,
            _ => {}
        }
        false
    }

    /// What else a PUBREC does.
    pub(in crate::core) fn mistake_pubrec(&mut self, id: ConnectionId, pubrec: &Pubrec) {
        if self.config.has(Flaw::PubrecOfAnyClient) {
            for session in self.sessions.values_mut() {
                session.outbound.received(pubrec.packet_id);
            }
        }
        if pubrec.reason.is_error() {
            self.misrefuse(id, pubrec.packet_id, QoS::ExactlyOnce);
            let client = self.client_of(id);
            if let Some(session) = client.and_then(|client| self.sessions.get_mut(&client))
                && self.config.has(Flaw::RefusalByPubrecFreesNothing)
            {
                session.outbound.lose_place();
            }
        }
    }
}
