//! From a session's messages to PUBLISH packets on its connection: what is sent now, what waits,
//! and how topics are spelled (sections 3.3, 4.3, 4.4; 5.0 also 4.9 and 3.3.2.3.4).

use mqttspec_codec::packet::{self, Publish, Pubrel};
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{PacketId, Properties, ReasonCode, Version};

use super::alias::Spelling;
use super::egress::TooLarge;
use super::event::ConnectionId;
use super::message::Delivery;
use super::outbound::Transmission;
use super::session::ClientId;
use super::{Broker, rules};
use crate::defect::Flaw;

impl Broker {
    /// Gives a message to a session. QoS 0 is sent at once or never; QoS 1 and 2 wait for their turn.
    pub(super) fn deliver(&mut self, client: &ClientId, delivery: Delivery) {
        let Some(delivery) = self.misdeliver(client, delivery) else { return };
        let Some(session) = self.sessions.get_mut(client) else { return };
        if rules::queues_offline(delivery.qos) {
            session.outbound.push(delivery, self.config.queued_messages_max, self.now);
            self.transmit_waiting(client);
        } else if let Some(id) = session.connection {
            self.mistake_qos_0(client, &delivery);
            // What the client does not take counts as delivered (MQTT-3.1.2-25).
            let _ = self.transmit_publish(id, packet::Delivery::AtMostOnce, &delivery);
        }
    }

    /// Sends what waits for a client, as far as the client's quota goes.
    pub(super) fn transmit_waiting(&mut self, client: &ClientId) {
        if self.is_held_up_by_stuck() {
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
                    self.release_early(id, packet_id, delivery.qos);
                }
            }
            self.plan_repetition(client);
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
        if self.lowers_qos(client, id, packet_id, delivery) {
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
                let why = "a message is too large for the client";
                self.refuse(id, ReasonCode::PacketTooLarge, why);
            }
        }
    }

    /// Sends a message with its topic spelled as shortly as may be.
    pub(super) fn transmit_publish(
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
                let now = self.misread_clock(delivery);
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
