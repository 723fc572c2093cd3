//! The codec of flowsdk: its parser of streams, with the checks that its feature
//! `strict-protocol-compliance` adds. Its encoder gives a vector a packet.

use bytes::BytesMut;
use flowsdk::mqtt_serde::control_packet::MqttPacket;
use flowsdk::mqtt_serde::parser::stream::MqttParser;

use super::Rejected;

/// The buffer moves into the parser for each packet and back, which copies no packets.
pub(super) struct Peer(MqttParser);

impl Peer {
    pub(super) fn new(level: u8) -> Self {
        Self(MqttParser::new(0, level))
    }
}

impl super::Peer for Peer {
    type Packet = MqttPacket;
    type Error = Rejected;

    fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<MqttPacket>, Rejected> {
        std::mem::swap(self.0.buffer_mut(), buffer);
        let packet = self.0.next_packet();
        std::mem::swap(self.0.buffer_mut(), buffer);
        packet.map_err(|_| Rejected)
    }

    fn write(&mut self, packet: &MqttPacket, buffer: &mut BytesMut) -> Result<(), Rejected> {
        buffer.extend_from_slice(&packet.to_bytes().map_err(|_| Rejected)?);
        Ok(())
    }
}
