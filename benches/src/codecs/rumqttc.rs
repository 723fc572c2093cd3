//! The codec of rumqttc, a client; its modules for the two versions are apart.

use bytes::BytesMut;
use rumqttc::mqttbytes::v4;
use rumqttc::v5::mqttbytes::v5;

use super::Rejected;

pub(super) struct V3;

impl super::Peer for V3 {
    type Packet = v4::Packet;
    type Error = Rejected;

    fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<v4::Packet>, Rejected> {
        v4::Packet::read(buffer, usize::MAX).map(Some).map_err(|_| Rejected)
    }

    fn write(&mut self, packet: &v4::Packet, buffer: &mut BytesMut) -> Result<(), Rejected> {
        packet.write(buffer, usize::MAX).map(drop).map_err(|_| Rejected)
    }
}

pub(super) struct V5;

impl super::Peer for V5 {
    type Packet = v5::Packet;
    type Error = Rejected;

    fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<v5::Packet>, Rejected> {
        v5::Packet::read(buffer, None).map(Some).map_err(|_| Rejected)
    }

    fn write(&mut self, packet: &v5::Packet, buffer: &mut BytesMut) -> Result<(), Rejected> {
        packet.write(buffer, None).map(drop).map_err(|_| Rejected)
    }
}
