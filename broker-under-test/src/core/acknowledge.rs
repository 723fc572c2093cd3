//! Acknowledgements from clients for the messages that they were sent (section 4.3). Each may free
//! a place for the next message (5.0, section 4.9).

use mqttspec_codec::ReasonCode;
use mqttspec_codec::packet::{Puback, Pubcomp, Pubrec, Pubrel};

use super::Broker;
use super::event::ConnectionId;
use super::outbound::Outbound;
use crate::defect::Flaw;

impl Broker {
    /// PUBACK ends a QoS 1 message, whether it accepts or refuses it (MQTT-4.4.0-2).
    pub(super) fn puback(&mut self, id: ConnectionId, puback: &Puback) {
        if !self.mistakes_puback(id, puback) {
            self.on_outbound(id, |outbound| outbound.acknowledged(puback.packet_id));
        }
    }

    /// PUBREC is answered with PUBREL, also if its identifier is unknown; unless it refuses the
    /// message, which is the end of it.
    pub(super) fn pubrec(&mut self, id: ConnectionId, pubrec: &Pubrec) {
        let packet_id = pubrec.packet_id;
        self.mistake_pubrec(id, pubrec);
        let refused = pubrec.reason.is_error() && !self.config.has(Flaw::PubrelDespiteRefusal);
        let known = self.on_outbound(id, |outbound| match refused {
            true => outbound.refused(packet_id),
            false => outbound.received(packet_id),
        });
        if refused {
            return;
        }
        let reason = match known {
            Some(true) => ReasonCode::Success,
            _ if self.config.has(Flaw::UnknownPubrecCloses) => {
                return self.refuse(id, ReasonCode::ProtocolError, "there is no such message");
            }
            _ if self.config.has(Flaw::UnknownPubrecIgnored) => return,
            _ if self.config.has(Flaw::UnknownPubrecTaken) => ReasonCode::Success,
            _ => ReasonCode::PacketIdentifierNotFound,
        };
        let (reason, properties) = self.acknowledgement(id, reason);
        self.send(id, Pubrel { packet_id, reason, properties });
    }

    /// PUBCOMP ends a QoS 2 message.
    pub(super) fn pubcomp(&mut self, id: ConnectionId, pubcomp: &Pubcomp) {
        self.on_outbound(id, |outbound| outbound.completed(pubcomp.packet_id));
    }

    /// Does something to the messages in flight of a client, and sends what may be sent after it.
    fn on_outbound<T>(
        &mut self,
        id: ConnectionId,
        change: impl FnOnce(&mut Outbound) -> T,
    ) -> Option<T> {
        let client = self.link(id)?.client.clone();
        let result = change(&mut self.sessions.get_mut(&client)?.outbound);
        self.transmit_waiting(&client);
        Some(result)
    }
}
