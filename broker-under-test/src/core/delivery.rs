//! From a session's messages to PUBLISH packets on its connection: what is sent now, what waits,
//! and how topics are spelled (sections 3.3, 4.3, 4.4; 5.0 also 4.9 and 3.3.2.3.4).

use mqttspec_codec::packet::{self, Publish, Pubrel};
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{PacketId, Properties, QoS, ReasonCode, Version};

use super::alias::Spelling;
use super::egress::TooLarge;
use super::event::ConnectionId;
use super::expiry::Timer;
use super::flawed::REPEATED_AFTER;
use super::message::Delivery;
use super::outbound::Transmission;
use super::session::ClientId;
use super::time::Timestamp;
use super::{Broker, rules};
use crate::defect::Flaw;

impl Broker {
    /// Gives a message to a session. QoS 0 is sent at once or never; QoS 1 and 2 wait for their turn.
    pub(super) fn deliver(&mut self, client: &ClientId, mut delivery: Delivery) {
        let Some(session) = self.sessions.get_mut(client) else { return };
        if session.connection.is_none() && self.config.has(Flaw::QueuedRetainFlagDropped) {
            delivery.retain = false;
        }
        if session.connection.is_none() && self.config.has(Flaw::QueuedWithoutIdentifier) {
            delivery.subscription_identifiers.clear();
        }
        if self.is_lost_offline(client, &delivery) {
            return;
        }
        let Some(delivery) = self.hold_back(client, delivery) else { return };
        let Some(session) = self.sessions.get_mut(client) else { return };
        if rules::queues_offline(delivery.qos) {
            session.outbound.push(delivery, self.config.queued_messages_max, self.now);
            self.transmit_waiting(client);
        } else if let Some(id) = session.connection {
            if self.config.has(Flaw::Qos0TakesPlace) {
                session.outbound.lose_place();
            }
            if self.config.has(Flaw::Qos0Twice) {
                let _ = self.transmit_publish(id, packet::Delivery::AtMostOnce, &delivery);
            }
            // What the client does not take counts as delivered (MQTT-3.1.2-25).
            let _ = self.transmit_publish(id, packet::Delivery::AtMostOnce, &delivery);
        }
    }

    /// Sends what waits for a client, as far as the client's quota goes.
    pub(super) fn transmit_waiting(&mut self, client: &ClientId) {
        if self.config.has(Flaw::StuckHoldsUpOthers) && self.is_any_stuck() {
            return;
        }
        while let Some(session) = self.sessions.get_mut(client) {
            let Some(id) = session.connection else { return };
            match session.outbound.next(self.now) {
                None => return,
                Some(Transmission::Pubrel { packet_id }) => {
                    let reason = ReasonCode::Success;
                    self.send(id, Pubrel { packet_id, reason, properties: Properties::default() });
                }
                Some(Transmission::Publish { packet_id, dup, delivery }) => {
                    self.transmit_from_session(client, id, packet_id, dup, &delivery);
                    if delivery.qos == QoS::ExactlyOnce && self.config.has(Flaw::PubrelUnprompted) {
                        let properties = Properties::default();
                        self.send(
                            id,
                            Pubrel { packet_id, reason: ReasonCode::Success, properties },
                        );
                    }
                }
            }
            if self.config.has(Flaw::PublishRepeatedWhileOpen)
                || self.config.has(Flaw::PubrelRepeatedWhileOpen)
            {
                self.timers.set(Timer::Repeat(client.clone()), self.now.after(REPEATED_AFTER));
            }
        }
    }

    fn transmit_from_session(
        &mut self,
        client: &ClientId,
        id: ConnectionId,
        packet_id: PacketId,
        dup: bool,
        delivery: &Delivery,
    ) {
        if self.config.has(Flaw::SentAtQos0) {
            let _ = self.transmit_publish(id, packet::Delivery::AtMostOnce, delivery);
            if let Some(session) = self.sessions.get_mut(client) {
                session.outbound.abandon(packet_id);
            }
            return;
        }
        let dup = dup || delivery.message.dup && self.config.has(Flaw::DupPassedOn);
        let flags = packet::Delivery::new(delivery.qos, Some(packet_id), dup)
            .expect("only QoS 1 and QoS 2 wait in a session");
        if self.transmit_publish(id, flags, delivery) == Err(TooLarge)
            && !self.config.has(Flaw::OversizedKeepsItsPlace)
            && let Some(session) = self.sessions.get_mut(client)
        {
            session.outbound.abandon(packet_id);
            if self.config.has(Flaw::OversizedCloses) {
                self.refuse(
                    id,
                    ReasonCode::PacketTooLarge,
                    "a message is too large for the client",
                );
            }
        }
    }

    fn transmit_publish(
        &mut self,
        id: ConnectionId,
        flags: packet::Delivery,
        delivery: &Delivery,
    ) -> Result<(), TooLarge> {
        let version = self.version(id);
        let Some(link) = self.link(id) else { return Ok(()) };
        let topic = &delivery.message.topic;
        let spelling = link.outbound_aliases.spelling(topic);
        let spelling = self.config.flaw().map_or(spelling, |flaw| spelling.spoilt(flaw));
        let sent = self.transmit_spelled(id, version, flags, delivery, spelling);
        match spelling {
            Spelling::Introduces(alias) if sent.is_ok() => {
                if let Some(link) = self.link(id) {
                    link.outbound_aliases.introduced(topic.clone(), alias);
                }
                sent
            }
            // The alias takes three bytes, which may be too many.
            Spelling::Introduces(_) => {
                self.transmit_spelled(id, version, flags, delivery, Spelling::Plain)
            }
            // A topic of one or two bytes is shorter than its alias.
            Spelling::Aliased(_) if sent.is_err() => {
                self.transmit_spelled(id, version, flags, delivery, Spelling::Plain)
            }
            Spelling::Aliased(_) | Spelling::Plain => sent,
        }
    }

    fn transmit_spelled(
        &mut self,
        id: ConnectionId,
        version: Version,
        flags: packet::Delivery,
        delivery: &Delivery,
        spelling: Spelling,
    ) -> Result<(), TooLarge> {
        let message = &delivery.message;
        let (topic, alias) = match spelling {
            Spelling::Plain => (message.topic.clone(), None),
            Spelling::Introduces(alias) => (message.topic.clone(), Some(alias)),
            Spelling::Aliased(alias) => (TopicName::absent(), Some(alias)),
        };
        let properties = match version {
            Version::V3_1_1 => Properties::default(),
            Version::V5_0 => {
                let kept = match delivery.retain {
                    true => Flaw::RetainedExpiryKept,
                    false => Flaw::QueuedExpiryKept,
                };
                // At the start of time no message has waited.
                let now = if self.config.has(kept) { Timestamp::default() } else { self.now };
                message.properties(now, &delivery.subscription_identifiers, alias)
            }
        };
        let publish = Publish {
            delivery: flags,
            retain: delivery.retain,
            topic,
            properties,
            payload: message.payload.clone(),
        };
        self.transmit(id, publish.into())
    }
}
