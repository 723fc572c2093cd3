//! Decisions that only a flaw takes, apart from the modules that ask for them.

use std::mem;
use std::time::Duration;

use mqttspec_codec::packet::{Publish, Pubrec, Will};
use mqttspec_codec::{Packet, PacketId, Properties, QoS, ReasonCode};

use super::event::ConnectionId;
use super::expiry::Timer;
use super::message::{Delivery, Message};
use super::session::{ClientId, Session, SessionExpiry};
use super::{Broker, rules};
use crate::defect::{Defect, Flaw};

/// Begins the Client Identifiers under which a flaw puts Wills aside: one that no client can have.
pub(super) const ASIDE: char = '\0';

/// How long a flaw waits for an acknowledgement.
pub(super) const REPEATED_AFTER: Duration = Duration::from_secs(5);
/// How long a flaw holds a message back for another to overtake it.
const HELD_FOR: Duration = Duration::from_millis(10);

impl Broker {
    /// What flaws lose of a session that goes on.
    pub(super) fn lose_part(&mut self, client: &ClientId) {
        if self.config.has(Flaw::ResumeTakesOthersQueues) {
            let others: Vec<_> = self
                .sessions
                .iter_mut()
                .filter(|(other, session)| *other != client && session.connection.is_none())
                .map(|(_, session)| session.outbound.take_waiting())
                .collect();
            if let Some(session) = self.sessions.get_mut(client) {
                others.into_iter().for_each(|other| session.outbound.append(other));
            }
        }
        let Some(session) = self.sessions.get_mut(client) else { return };
        match self.config.defect {
            Some(Defect::Flaw(Flaw::ResumeLosesSubscriptions)) => {
                for filter in mem::take(&mut session.filters) {
                    self.subscriptions.remove(&filter, client);
                }
            }
            Some(Defect::Flaw(Flaw::ResumeLosesFirst)) => session.outbound.lose_first(),
            Some(Defect::Flaw(Flaw::ResumeLosesQueue)) => drop(session.outbound.take_waiting()),
            Some(Defect::Flaw(Flaw::ResumeLosesInFlight)) => {
                drop(session.outbound.split_in_flight());
            }
            Some(Defect::Flaw(Flaw::ResumeLosesUnreleased)) => session.unreleased.clear(),
            _ => {}
        }
    }

    /// Whether a client has a connection.
    pub(super) fn is_online(&self, client: &ClientId) -> bool {
        self.sessions.get(client).is_some_and(|session| session.connection.is_some())
    }

    /// What flaws make of a Will that waits when its client comes back.
    pub(super) fn judge_waiting_will(&mut self, client: &ClientId, is_anew: bool) {
        let Some(session) = self.sessions.get_mut(client) else { return };
        if is_anew && self.config.has(Flaw::WillNotOnCleanStart) {
            session.will = None;
        } else if !is_anew && self.config.has(Flaw::WillSentOnReturn) {
            self.publish_will(client);
        } else if !is_anew
            && self.config.has(Flaw::WillNotCancelled)
            && let Some(will) = session.will.take()
            && let Some(delay) = rules::will_delay(will.properties.will_delay_interval())
        {
            self.put_will_aside(client, will, delay);
        }
    }

    /// A flaw publishes the Will later, whatever becomes of its session.
    pub(super) fn put_will_aside(&mut self, client: &ClientId, will: Will, delay: Duration) {
        let aside: ClientId = format!("{ASIDE}{client}").into();
        let session = self.sessions.entry(aside.clone()).or_insert_with(Session::new);
        session.will = Some(will);
        self.timers.set(Timer::Will(aside), self.now.after(delay));
    }

    /// A flaw lets the session of a connection end with it.
    pub(super) fn forget_session(&mut self, id: ConnectionId) {
        let client = self.link(id).map(|link| link.client.clone());
        if let Some(session) = client.and_then(|client| self.sessions.get_mut(&client)) {
            session.expiry = SessionExpiry::WithConnection;
        }
    }

    /// A flaw forgets the Will of a connection.
    pub(super) fn forget_will(&mut self, id: ConnectionId) {
        let client = self.link(id).map(|link| link.client.clone());
        if let Some(session) = client.and_then(|client| self.sessions.get_mut(&client)) {
            session.will = None;
        }
    }

    /// Whether the payload alone is too large for a client.
    pub(super) fn is_oversized(&self, client: &ClientId, message: &Message) -> bool {
        let id = self.sessions.get(client).and_then(|session| session.connection);
        let connection = id.and_then(|id| self.connections.get(&id));
        connection.is_some_and(|it| it.terms.packet_size_max < message.payload.len())
    }

    /// Whether an answer goes to a client that may get no message now.
    pub(super) fn is_held_up(&mut self, id: ConnectionId, packet: &Packet) -> bool {
        let client = self.link(id).map(|link| link.client.clone());
        let session = client.and_then(|client| self.sessions.get(&client));
        let is_answer = !matches!(
            packet,
            Packet::Connack(_) | Packet::Publish(_) | Packet::Pubrel(_) | Packet::Disconnect(_)
        );
        is_answer && session.is_some_and(|session| session.outbound.quota() == 0)
    }

    /// A client has gone beyond the Receive Maximum of the broker.
    pub(super) fn exceeded(&mut self, id: ConnectionId, publish: &Publish, why: &str) {
        match (self.config.defect, publish.packet_id()) {
            (Some(Defect::Flaw(Flaw::OwnReceiveMaximumMiscoded)), _) => {
                self.refuse(id, ReasonCode::QuotaExceeded, why);
            }
            (Some(Defect::Flaw(Flaw::OwnReceiveMaximumUnexplained)), _) => self.close(id),
            (Some(Defect::Flaw(Flaw::OwnReceiveMaximumByPubrec)), Some(packet_id)) => {
                let reason = ReasonCode::QuotaExceeded;
                self.send(id, Pubrec { packet_id, reason, properties: Properties::default() });
            }
            _ => self.refuse(id, ReasonCode::ReceiveMaximumExceeded, why),
        }
    }

    /// What flaws make of a PUBLISH whose identifier a delivery to its client has: whether they
    /// refuse it.
    pub(super) fn refuses_id_of_delivery(
        &mut self,
        client: &ClientId,
        packet_id: PacketId,
    ) -> bool {
        let Some(session) = self.sessions.get_mut(client) else { return false };
        let is_shared = session.outbound.is_in_flight(packet_id);
        if is_shared && self.config.has(Flaw::IdOfDeliveryReused) {
            session.outbound.abandon(packet_id);
        }
        is_shared && self.config.has(Flaw::IdOfDeliveryRefused)
    }

    /// A flaw sends what it held back, or repeats what was not acknowledged for a while.
    pub(super) fn repeat(&mut self, client: &ClientId) {
        if let Some(session) = self.sessions.get_mut(client) {
            for held in mem::take(&mut session.held) {
                session.outbound.push(held, self.config.queued_messages_max, self.now);
            }
            session.outbound.repeat_while_open();
        }
        self.transmit_waiting(client);
    }

    /// Whether a client has left many messages unacknowledged.
    pub(super) fn is_any_stuck(&self) -> bool {
        self.sessions.values().any(|session| session.outbound.in_flight_len() >= 20)
    }

    /// Whether a flaw does not keep a message for a client that is away.
    pub(super) fn is_lost_offline(&mut self, client: &ClientId, delivery: &Delivery) -> bool {
        let session = self.sessions.get_mut(client);
        let Some(session) = session.filter(|session| session.connection.is_none()) else {
            return false;
        };
        match self.config.defect {
            Some(Defect::Flaw(Flaw::OfflineQueueLost)) => true,
            Some(Defect::Flaw(Flaw::OfflineWillLost)) => delivery.message.is_will,
            Some(Defect::Flaw(Flaw::OfflineQos2Lost)) => delivery.qos == QoS::ExactlyOnce,
            Some(Defect::Flaw(Flaw::OfflineFirstKept)) => session.outbound.has_waiting(),
            Some(Defect::Flaw(Flaw::OfflineLastKept)) => {
                session.outbound.take_waiting();
                false
            }
            _ => false,
        }
    }

    /// A flaw holds a message back until the next of its publisher and topic has overtaken it.
    /// Returns the message that comes now.
    pub(super) fn hold_back(&mut self, client: &ClientId, delivery: Delivery) -> Option<Delivery> {
        if delivery.qos == QoS::AtMostOnce || !self.config.has(Flaw::MessagesOvertake) {
            return Some(delivery);
        }
        let session = self.sessions.get_mut(client)?;
        let Message { topic, publisher, .. } = &*delivery.message;
        let earlier = session
            .held
            .iter()
            .position(|held| held.message.topic == *topic && held.message.publisher == *publisher);
        let Some(earlier) = earlier else {
            session.held.push(delivery);
            self.timers.set(Timer::Repeat(client.clone()), self.now.after(HELD_FOR));
            return None;
        };
        let earlier = session.held.remove(earlier);
        session.outbound.push(delivery, self.config.queued_messages_max, self.now);
        Some(earlier)
    }

    /// A flaw publishes a Will with a delay a second after DISCONNECT has discarded it.
    pub(super) fn keep_discarded(&mut self, client: &ClientId, will: Option<Will>) {
        let delayed =
            will.filter(|will| rules::will_delay(will.properties.will_delay_interval()).is_some());
        if let Some(will) = delayed
            && self.config.has(Flaw::WillSecondAfterDisconnect)
        {
            self.put_will_aside(client, will, Duration::from_secs(1));
        }
    }
}
