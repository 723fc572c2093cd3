//! PUBLISH from clients: what is taken, and how it is acknowledged (sections 3.3 and 4.3).

use std::mem;
use std::time::Duration;

use mqttspec_codec::packet::{Delivery, Puback, Pubcomp, Publish, Pubrec, Pubrel};
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{PacketId, Properties, ReasonCode, Version};

use super::alias::InboundAliases;
use super::connection::{Connection, Link};
use super::event::ConnectionId;
use super::message::Message;
use super::session::ClientId;
use super::{Broker, rules};
use crate::defect::{Defect, Flaw, strictness, topics};

/// Why a PUBLISH costs the client its connection.
type Refusal = (ReasonCode, &'static str);

impl Broker {
    pub(super) fn publish(&mut self, id: ConnectionId, publish: Publish) {
        let topic = match self.check_publish(id, &publish) {
            Ok(topic) => topic,
            Err((ReasonCode::ReceiveMaximumExceeded, why)) => {
                return self.exceeded(id, &publish, why);
            }
            Err((ReasonCode::ProtocolError, _))
                if self.config.has(Flaw::UnknownAliasPassedOver) =>
            {
                return;
            }
            Err((reason, why)) => return self.refuse(id, reason, why),
        };
        let Some(link) = self.link(id) else { return };
        let client = link.client.clone();
        let is_flooded = self.sessions.values().any(|session| session.outbound.is_flooded());
        if is_flooded && self.config.has(Flaw::FloodEndsAll) {
            for other in self.connections.keys().copied().collect::<Vec<_>>() {
                self.close(other);
            }
        }
        if is_flooded && self.config.has(Flaw::FloodLost) {
            return;
        }
        match publish.delivery {
            Delivery::AtMostOnce => {
                self.take_over(&client, publish, topic);
                if self.config.has(Flaw::Qos0Acknowledged) {
                    let reason = ReasonCode::Success;
                    let properties = Properties::default();
                    self.send(id, Puback { packet_id: PacketId::MIN, reason, properties });
                }
            }
            _ if !self.may_publish(&topic) && self.config.has(Flaw::RefusalUnanswered) => {}
            Delivery::AtLeastOnce { packet_id, .. } => {
                let reason = self.publish_at_least_once(id, &client, packet_id, publish, topic);
                if reason == ReasonCode::NotAuthorized && self.config.has(Flaw::DeniedUnanswered) {
                    return;
                }
                if reason == ReasonCode::NotAuthorized
                    && self.config.has(Flaw::RefusedMessageEndsConnection)
                {
                    return self.refuse(id, reason, "this topic is not open to clients");
                }
                let (reason, properties) = self.acknowledgement(id, reason);
                self.send(id, Puback { packet_id, reason, properties });
            }
            Delivery::ExactlyOnce { packet_id, .. } => {
                let is_repeated = self.is_unreleased(&client, packet_id);
                if is_repeated && self.config.has(Flaw::Qos2RepeatIgnored) {
                    return;
                }
                if is_repeated && self.config.has(Flaw::Qos2RepeatCloses) {
                    let why = "a message with this identifier waits for PUBREL";
                    return self.refuse(id, ReasonCode::ProtocolError, why);
                }
                let reason = self.publish_exactly_once(id, &client, packet_id, publish, topic);
                if reason == ReasonCode::NotAuthorized
                    && self.config.has(Flaw::DeniedQos2Unanswered)
                {
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
        let gives_place_back = !self.config.has(Flaw::OwnReceiveMaximumNotFreed);
        let Some(link) = self.link(id) else { return };
        if gives_place_back {
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
        let Some(session) = self.sessions.get_mut(client) else { return false };
        let id = packet_id.get();
        let expiry = session.expiring.remove(&id);
        match self.config.defect {
            Some(Defect::Flaw(Flaw::IdTakenAfterPubcomp)) => session.unreleased.contains(&id),
            Some(Defect::Flaw(Flaw::PubrelReleasesAll)) => {
                mem::take(&mut session.unreleased).contains(&id)
            }
            Some(Defect::Flaw(Flaw::ExpiryEndsReceipt)) => {
                session.unreleased.remove(&id) && expiry.is_none_or(|at| at > self.now)
            }
            _ => session.unreleased.remove(&id),
        }
    }

    /// What may not be in a PUBLISH after what CONNACK said, and the topic that it means.
    fn check_publish(&mut self, id: ConnectionId, publish: &Publish) -> Result<TopicName, Refusal> {
        let maximum_qos = self.config.maximum_qos;
        let maximum_qos_is_unchecked = self.config.has(Flaw::MaximumQosUnchecked);
        let retain_available =
            self.config.retain_available || self.config.has(Flaw::RetainUnchecked);
        let receive_maximum = self.config.receive_maximum.get();
        let version = self.version(id);
        let flaw = self.config.defect;
        let alias_maximum = self.config.topic_alias_maximum;
        let connection = self.connections.get_mut(&id).and_then(Connection::link_mut);
        let link = connection.expect("only a connected client publishes");
        if publish.qos() > maximum_qos && !maximum_qos_is_unchecked {
            return Err((ReasonCode::QoSNotSupported, "QoS is above Maximum QoS"));
        }
        if publish.retain && !retain_available && version == Version::V5_0 {
            return Err((ReasonCode::RetainNotSupported, "RETAIN without Retain Available"));
        }
        if let (Some(packet_id), Version::V5_0) = (publish.packet_id(), version) {
            let repeated = link.receiving.contains(&packet_id.get());
            let unfinished = link.receiving.len();
            let receive_maximum = match flaw {
                Some(Defect::Flaw(Flaw::OwnReceiveMaximumIgnored)) => u16::MAX,
                Some(Defect::Flaw(Flaw::OwnReceiveMaximumMinusOne)) => receive_maximum - 1,
                _ => receive_maximum,
            };
            if !repeated && !rules::within_receive_maximum(unfinished, receive_maximum) {
                let why = "more unfinished messages than Receive Maximum";
                return Err((ReasonCode::ReceiveMaximumExceeded, why));
            }
        }
        let key: Option<ClientId> = match flaw {
            Some(Defect::Flaw(Flaw::AliasesOfAll)) => Some("".into()),
            Some(Defect::Flaw(Flaw::AliasesOutliveConnection)) => Some(link.client.clone()),
            _ => None,
        };
        let aliases = match key {
            Some(key) => {
                self.leftovers.entry(key).or_insert_with(|| InboundAliases::new(alias_maximum))
            }
            None => &mut link.inbound_aliases,
        };
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
        if publish.dup() && self.config.has(Flaw::Qos1DupNotPassedOn) {
            return ReasonCode::Success;
        }
        if self.refuses_id_of_delivery(client, packet_id) {
            return ReasonCode::PacketIdentifierInUse;
        }
        if self.config.has(Flaw::OwnReceiveMaximumCountsQos1)
            && let Some(link) = self.link(id)
        {
            link.receiving.insert(packet_id.get());
        }
        if self.config.has(Flaw::IdTakenAfterPuback)
            && let Some(session) = self.sessions.get_mut(client)
        {
            session.unreleased.insert(packet_id.get());
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
        let expires = publish.properties.message_expiry_interval();
        let reason = match is_new {
            true if self.refuses_id_of_delivery(client, packet_id) => {
                ReasonCode::PacketIdentifierInUse
            }
            true if publish.dup() && self.config.has(Flaw::Qos2DupNotPassedOn) => {
                ReasonCode::Success
            }
            true => self.take_over(client, publish, topic),
            false if self.config.has(Flaw::Qos2RepeatRefused) => ReasonCode::PacketIdentifierInUse,
            false => ReasonCode::Success,
        };
        if let (Some(expires), Some(session)) = (expires, self.sessions.get_mut(client))
            && self.config.has(Flaw::ExpiryEndsReceipt)
        {
            let at = self.now.after(Duration::from_secs(expires.into()));
            session.expiring.insert(packet_id.get(), at);
        }
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
        if let Some(reason) = strictness::drops(self.config.defect, &publish) {
            return reason;
        }
        let topic = topics::received(self.config.defect, topic);
        let alias = publish.properties.topic_alias();
        let mut message = Message::from_publish(publish, topic, client, self.now);
        if let (Some(alias), true) = (alias, self.config.has(Flaw::PublisherAliasForwarded)) {
            message.keep_alias(alias);
        }
        match self.route(message) {
            true if self.config.has(Flaw::NoMatchingSubscribersAlways) => {
                ReasonCode::NoMatchingSubscribers
            }
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
