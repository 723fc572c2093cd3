//! PUBLISH from clients: what is taken, and how it is acknowledged (sections 3.3 and 4.3).

use mqttspec_codec::packet::{Delivery, Puback, Pubcomp, Publish, Pubrec, Pubrel};
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{PacketId, Properties, QoS, ReasonCode, Version};

use super::connection::{Connection, Link};
use super::event::ConnectionId;
use super::message::Message;
use super::session::ClientId;
use super::{Broker, rules};
use crate::defect::{Flaw, strictness, topics};

/// Why a PUBLISH costs the client its connection.
pub(super) type Refusal = (ReasonCode, &'static str);

impl Broker {
    /// A PUBLISH has come.
    pub(super) fn publish(&mut self, id: ConnectionId, publish: Publish) {
        let topic = match self.check_publish(id, &publish) {
            Ok(topic) => topic,
            Err((reason, why)) => {
                if !self.mistakes_fault(id, &publish, (reason, why)) {
                    self.refuse(id, reason, why);
                }
                return;
            }
        };
        let Some(link) = self.link(id) else { return };
        let client = link.client.clone();
        if self.is_lost_in_flood() {
            return;
        }
        match publish.delivery {
            Delivery::AtMostOnce => {
                self.take_over(&client, publish, topic);
                self.acknowledge_qos_0(id);
            }
            Delivery::AtLeastOnce { packet_id, .. } => {
                let reason = self.publish_at_least_once(id, &client, packet_id, publish, topic);
                if self.misanswers_refusal(id, QoS::AtLeastOnce, reason) {
                    return;
                }
                let (reason, properties) = self.acknowledgement(id, reason);
                self.send(id, Puback { packet_id, reason, properties });
            }
            Delivery::ExactlyOnce { packet_id, .. } => {
                if self.misanswers_repetition(id, &client, packet_id) {
                    return;
                }
                let reason = self.publish_exactly_once(id, &client, packet_id, publish, topic);
                if self.misanswers_refusal(id, QoS::ExactlyOnce, reason) {
                    return;
                }
                let (reason, properties) = self.acknowledgement(id, reason);
                self.send(id, Pubrec { packet_id, reason, properties });
            }
        }
    }

    /// PUBREL came: the identifier is free again, whether it was known or not (MQTT-4.3.3-11).
    pub(super) fn pubrel(&mut self, id: ConnectionId, pubrel: &Pubrel) {
        let packet_id = pubrel.packet_id;
        let frees_place = !self.config.has(Flaw::OwnReceiveMaximumNotFreed);
        let Some(link) = self.link(id) else { return };
        if frees_place {
            link.receiving.remove(&packet_id.get());
        }
        let client = link.client.clone();
        let known = self.release(&client, packet_id);
        let reason = match known {
            true => ReasonCode::Success,
            false if self.config.has(Flaw::UnknownPubrelIgnored) => return,
            false if self.config.has(Flaw::UnknownPubrelCloses) => {
                return self.refuse(id, ReasonCode::ProtocolError, "there is nothing to release");
            }
            false if self.config.has(Flaw::UnknownPubrelTaken) => ReasonCode::Success,
            false => ReasonCode::PacketIdentifierNotFound,
        };
        let (reason, properties) = self.acknowledgement(id, reason);
        self.send(id, Pubcomp { packet_id, reason, properties });
    }

    /// Forgets the identifier of a QoS 2 message. Returns whether it was known.
    fn release(&mut self, client: &ClientId, packet_id: PacketId) -> bool {
        if let Some(known) = self.misrelease(client, packet_id) {
            return known;
        }
        let session = self.sessions.get_mut(client);
        session.is_some_and(|session| session.unreleased.remove(&packet_id.get()))
    }

    /// What may not be in a PUBLISH after what CONNACK said, and the topic that it means.
    fn check_publish(&mut self, id: ConnectionId, publish: &Publish) -> Result<TopicName, Refusal> {
        let version = self.version(id);
        let receive_maximum = self.allowed_unfinished();
        let (config, flaw) = (&self.config, self.config.flaw());
        let connection = self.connections.get_mut(&id).and_then(Connection::link_mut);
        let link = connection.expect("only a connected client publishes");
        if publish.qos() > config.maximum_qos && !config.has(Flaw::MaximumQosUnchecked) {
            return Err((ReasonCode::QoSNotSupported, "QoS is above Maximum QoS"));
        }
        let may_retain = config.retain_available || config.has(Flaw::RetainUnchecked);
        if publish.retain && !may_retain && version == Version::V5_0 {
            return Err((ReasonCode::RetainNotSupported, "RETAIN without Retain Available"));
        }
        if let (Some(packet_id), Version::V5_0) = (publish.packet_id(), version) {
            let repeated = link.receiving.contains(&packet_id.get());
            let unfinished = link.receiving.len();
            if !repeated && !rules::within_receive_maximum(unfinished, receive_maximum) {
                let why = "more unfinished messages than Receive Maximum";
                return Err((ReasonCode::ReceiveMaximumExceeded, why));
            }
        }
        let others = self.remembered.aliases(flaw, &link.client, config.topic_alias_maximum);
        let aliases = others.unwrap_or(&mut link.inbound_aliases);
        aliases
            .resolve(publish.topic.clone(), publish.properties.topic_alias(), flaw)
            .map_err(|reason| (reason, "this Topic Alias stands for no topic"))
    }

    fn publish_at_least_once(
        &mut self,
        id: ConnectionId,
        client: &ClientId,
        packet_id: PacketId,
        publish: Publish,
        topic: TopicName,
    ) -> ReasonCode {
        // An identifier is shared by all that one side sends (section 2.2.1).
        let is_checked =
            self.version(id) == Version::V5_0 || self.config.has(Flaw::IdTakenAfterPuback);
        if self.is_unreleased(client, packet_id) && is_checked {
            return ReasonCode::PacketIdentifierInUse;
        }
        if let Some(reason) = self.misjudge_message(id, client, &publish) {
            return reason;
        }
        self.take_over(client, publish, topic)
    }

    /// The message is passed on when its PUBLISH comes for the first time, and its identifier is
    /// kept until PUBREL: the second of the two methods of section 4.3.3.
    fn publish_exactly_once(
        &mut self,
        id: ConnectionId,
        client: &ClientId,
        packet_id: PacketId,
        publish: Publish,
        topic: TopicName,
    ) -> ReasonCode {
        let is_new = rules::is_new_qos_2(self.is_unreleased(client, packet_id))
            || self.config.has(Flaw::Qos2Twice);
        self.remember_expiry(client, &publish);
        let reason = match is_new {
            true => match self.misjudge_message(id, client, &publish) {
                Some(reason) => reason,
                None => self.take_over(client, publish, topic),
            },
            false if self.config.has(Flaw::Qos2RepeatRefused) => ReasonCode::PacketIdentifierInUse,
            false => ReasonCode::Success,
        };
        // A refused message is over and done with (MQTT-4.3.3-9).
        if !reason.is_error() || self.config.has(Flaw::IdTakenAfterRefusal) {
            if let Some(link) = self.link(id) {
                link.receiving.insert(packet_id.get());
            }
            if let Some(session) = self.sessions.get_mut(client) {
                session.unreleased.insert(packet_id.get());
            }
        }
        reason
    }

    /// Takes ownership of a message, if its publisher may publish it.
    pub(super) fn take_over(
        &mut self,
        client: &ClientId,
        publish: Publish,
        topic: TopicName,
    ) -> ReasonCode {
        if !self.may_publish(&topic) {
            return ReasonCode::NotAuthorized;
        }
        if let Some(reason) = strictness::drops(self.config.flaw(), &publish) {
            return reason;
        }
        let topic = topics::received(self.config.flaw(), topic);
        let alias = publish.properties.topic_alias();
        let mut message = Message::from_publish(publish, topic, client, self.now);
        if let (Some(alias), true) = (alias, self.config.has(Flaw::PublisherAliasForwarded)) {
            message.keep_alias(alias);
        }
        match self.route(message) {
            true => ReasonCode::Success,
            false => ReasonCode::NoMatchingSubscribers,
        }
    }

    /// Reason Code and properties of an acknowledgement. 3.1.1 has neither: what is refused is
    /// acknowledged like anything else (MQTT-3.3.5-2).
    pub(super) fn acknowledgement<K: mqttspec_codec::PropertyOwner>(
        &self,
        id: ConnectionId,
        reason: ReasonCode,
    ) -> (ReasonCode, Properties<K>) {
        match self.version(id) {
            Version::V3_1_1 => (ReasonCode::Success, Properties::default()),
            Version::V5_0 if !reason.is_error() => (reason, Properties::default()),
            Version::V5_0 => (reason, self.explanation(explain(reason))),
        }
    }

    /// Whether the client's QoS 2 message with this identifier waits for PUBREL.
    pub(super) fn is_unreleased(&self, client: &ClientId, packet_id: PacketId) -> bool {
        let session = self.sessions.get(client);
        session.is_some_and(|session| session.unreleased.contains(&packet_id.get()))
    }

    /// The state of an accepted connection.
    pub(super) fn link(&mut self, id: ConnectionId) -> Option<&mut Link> {
        self.connections.get_mut(&id)?.link_mut()
    }

    /// The version that a connection speaks.
    pub(super) fn version(&self, id: ConnectionId) -> Version {
        self.connections.get(&id).map_or(Version::V5_0, |connection| connection.terms.version)
    }
}

/// The Reason String of an acknowledgement that refuses.
fn explain(reason: ReasonCode) -> &'static str {
    match reason {
        ReasonCode::NotAuthorized => "this topic is not open to clients",
        ReasonCode::PacketIdentifierInUse => {
            "a QoS 2 message with this identifier waits for PUBREL"
        }
        ReasonCode::PacketIdentifierNotFound => "there is no message with this identifier",
        _ => "refused",
    }
}
