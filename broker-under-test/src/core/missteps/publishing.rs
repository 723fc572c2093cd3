//! Missteps with messages from clients: which are taken, and how they are acknowledged.

use std::mem;
use std::time::Duration;

use mqttspec_codec::packet::{Puback, Publish, Pubrec};
use mqttspec_codec::{PacketId, Properties, QoS, ReasonCode};

use super::Remembered;
use crate::core::Broker;
use crate::core::alias::InboundAliases;
use crate::core::event::ConnectionId;
use crate::core::publish::Refusal;
use crate::core::session::ClientId;
use crate::defect::Flaw;

impl Broker {
    /// Whether a PUBLISH that costs the client its connection is met with something else.
    pub(in crate::core) fn mistakes_fault(
        &mut self,
        id: ConnectionId,
        publish: &Publish,
        (reason, why): Refusal,
    ) -> bool {
        match (self.config.flaw(), reason, publish.packet_id()) {
            (Some(Flaw::UnknownAliasPassedOver), ReasonCode::ProtocolError, _) => {}
            (Some(Flaw::OwnReceiveMaximumMiscoded), ReasonCode::ReceiveMaximumExceeded, _) => {
                self.refuse(id, ReasonCode::QuotaExceeded, why);
            }
            (Some(Flaw::OwnReceiveMaximumUnexplained), ReasonCode::ReceiveMaximumExceeded, _) => {
                self.close(id);
            }
            (
                Some(Flaw::OwnReceiveMaximumByPubrec),
                ReasonCode::ReceiveMaximumExceeded,
                Some(packet_id),
            ) => {
                let reason = ReasonCode::QuotaExceeded;
                self.send(id, Pubrec { packet_id, reason, properties: Properties::default() });
            }
            _ => return false,
        }
        true
    }

    /// Whether a PUBLISH is lost because many messages wait for a slow client.
    pub(in crate::core) fn is_lost_in_flood(&mut self) -> bool {
        let is_flooded = || self.sessions.values().any(|session| session.outbound.is_flooded());
        match self.config.flaw() {
            Some(Flaw::FloodLost) => is_flooded(),
            Some(Flaw::FloodEndsAll) if is_flooded() => {
                for other in self.connections.keys().copied().collect::<Vec<_>>() {
                    self.close(other);
                }
                false
            }
            _ => false,
        }
    }

    /// Acknowledges a message that needs no acknowledgement.
    pub(in crate::core) fn acknowledge_qos_0(&mut self, id: ConnectionId) {
        if self.config.has(Flaw::Qos0Acknowledged) {
            self.send(id, Puback::new(PacketId::MIN));
        }
    }

    /// Whether a message that is not permitted gets another answer than its acknowledgement.
    pub(in crate::core) fn misanswers_refusal(
        &mut self,
        id: ConnectionId,
        qos: QoS,
        reason: ReasonCode,
    ) -> bool {
        if reason != ReasonCode::NotAuthorized {
            return false;
        }
        match (self.config.flaw(), qos) {
            (Some(Flaw::DeniedUnanswered), QoS::AtLeastOnce)
            | (Some(Flaw::DeniedQos2Unanswered), QoS::ExactlyOnce) => true,
            (Some(Flaw::RefusedMessageEndsConnection), QoS::AtLeastOnce) => {
                self.refuse(id, reason, "this topic is not open to clients");
                true
            }
            _ => false,
        }
    }

    /// Whether a QoS 2 message whose identifier waits for PUBREL gets another answer than PUBREC.
    pub(in crate::core) fn misanswers_repetition(
        &mut self,
        id: ConnectionId,
        client: &ClientId,
        packet_id: PacketId,
    ) -> bool {
        match self.config.flaw() {
            Some(Flaw::Qos2RepeatIgnored) => self.is_unreleased(client, packet_id),
            Some(Flaw::Qos2RepeatCloses) if self.is_unreleased(client, packet_id) => {
                let why = "a message with this identifier waits for PUBREL";
                self.refuse(id, ReasonCode::ProtocolError, why);
                true
            }
            _ => false,
        }
    }

    /// With which code a QoS 1 or QoS 2 message that came for the first time is acknowledged, if
    /// it is not passed on.
    pub(in crate::core) fn misjudge_message(
        &mut self,
        id: ConnectionId,
        client: &ClientId,
        publish: &Publish,
    ) -> Option<ReasonCode> {
        let packet_id = publish.packet_id()?;
        let flaw = self.config.flaw()?;
        let session = self.sessions.get_mut(client)?;
        let is_delivery = session.outbound.is_in_flight(packet_id);
        match (flaw, publish.qos()) {
            (Flaw::Qos1DupNotPassedOn, QoS::AtLeastOnce)
            | (Flaw::Qos2DupNotPassedOn, QoS::ExactlyOnce)
                if publish.dup() =>
            {
                return Some(ReasonCode::Success);
            }
            (Flaw::IdOfDeliveryRefused, _) if is_delivery => {
                return Some(ReasonCode::PacketIdentifierInUse);
            }
            (Flaw::IdOfDeliveryReused, _) if is_delivery => session.outbound.abandon(packet_id),
            (Flaw::IdTakenAfterPuback, QoS::AtLeastOnce) => {
                session.unreleased.insert(packet_id.get());
            }
            (Flaw::OwnReceiveMaximumCountsQos1, QoS::AtLeastOnce) => {
                if let Some(link) = self.link(id) {
                    link.receiving.insert(packet_id.get());
                }
            }
            _ => {}
        }
        None
    }

    /// Keeps in mind when a QoS 2 message expires.
    pub(in crate::core) fn remember_expiry(&mut self, client: &ClientId, publish: &Publish) {
        let interval_s = publish.properties.message_expiry_interval();
        if let (Some(interval_s), Some(packet_id)) = (interval_s, publish.packet_id())
            && self.config.has(Flaw::ExpiryEndsReceipt)
            && let Some(session) = self.sessions.get_mut(client)
        {
            let at = self.now.after(Duration::from_secs(interval_s.into()));
            session.kept.expiring.insert(packet_id.get(), at);
        }
    }

    /// Forgets other identifiers of QoS 2 messages than the one that is released. Returns whether
    /// that one was known; `None`: nothing but what is right is done.
    pub(in crate::core) fn misrelease(
        &mut self,
        client: &ClientId,
        packet_id: PacketId,
    ) -> Option<bool> {
        let session = self.sessions.get_mut(client)?;
        let id = packet_id.get();
        match self.config.flaw()? {
            Flaw::IdTakenAfterPubcomp => Some(session.unreleased.contains(&id)),
            Flaw::PubrelReleasesAll => Some(mem::take(&mut session.unreleased).contains(&id)),
            Flaw::ExpiryEndsReceipt => {
                let expiry = session.kept.expiring.remove(&id);
                Some(session.unreleased.remove(&id) && expiry.is_none_or(|at| at > self.now))
            }
            _ => None,
        }
    }

    /// How many unfinished messages a client may have.
    pub(in crate::core) fn allowed_unfinished(&self) -> u16 {
        let announced = self.config.receive_maximum.get();
        match self.config.flaw() {
            Some(Flaw::OwnReceiveMaximumIgnored) => u16::MAX,
            Some(Flaw::OwnReceiveMaximumMinusOne) => announced - 1,
            _ => announced,
        }
    }
}

impl Remembered {
    /// The Topic Aliases that hold for a client, if they are not those of its connection.
    pub(in crate::core) fn aliases(
        &mut self,
        flaw: Option<Flaw>,
        client: &ClientId,
        maximum: u16,
    ) -> Option<&mut InboundAliases> {
        let key = match flaw? {
            Flaw::AliasesOfAll => "".into(),
            Flaw::AliasesOutliveConnection => client.clone(),
            _ => return None,
        };
        Some(self.aliases.entry(key).or_insert_with(|| InboundAliases::new(maximum)))
    }
}
