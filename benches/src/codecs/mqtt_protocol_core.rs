//! mqtt-protocol-core: its packet builder cuts the stream, its packets parse themselves; the
//! connection above them, which keeps sessions, is left out. Its encoder gives a vector a packet.

use bytes::{Buf, BytesMut};
use mqtt_protocol_core::mqtt::common::Cursor;
use mqtt_protocol_core::mqtt::connection::{
    PacketBuildResult, PacketBuilder, PacketData, RawPacket,
};
use mqtt_protocol_core::mqtt::packet::{GenericPacketTrait, Packet, v3_1_1, v5_0};

use super::Rejected;

fn cut(builder: &mut PacketBuilder, buffer: &mut BytesMut) -> Result<Option<RawPacket>, Rejected> {
    let mut cursor = Cursor::new(&buffer[..]);
    let cut = builder.feed(&mut cursor);
    let taken = usize::try_from(cursor.position()).map_err(|_| Rejected)?;
    buffer.advance(taken);
    match cut {
        PacketBuildResult::Complete(raw) => Ok(Some(raw)),
        PacketBuildResult::Incomplete => Ok(None),
        PacketBuildResult::Error(_) => Err(Rejected),
    }
}

/// The packets that clients send, but AUTH, which one of the versions does not have.
macro_rules! peer {
    ($Name:ident, $version:ident) => {
        pub(super) struct $Name(PacketBuilder);

        impl Default for $Name {
            fn default() -> Self {
                Self(PacketBuilder::new())
            }
        }

        impl super::Peer for $Name {
            type Packet = Packet;
            type Error = Rejected;

            fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<Packet>, Rejected> {
                let Some(raw) = cut(&mut self.0, buffer)? else { return Ok(None) };
                let parsed: Result<Packet, _> = match (raw.packet_type(), &raw.data) {
                    (3, PacketData::Publish(body)) => {
                        $version::Publish::parse(raw.flags(), body.clone())
                            .map(|(packet, _)| packet.into())
                    }
                    (1, _) => raw.parse_exact($version::Connect::parse).map(Into::into),
                    (4, _) => raw.parse_exact($version::Puback::parse).map(Into::into),
                    (5, _) => raw.parse_exact($version::Pubrec::parse).map(Into::into),
                    (6, _) => raw.parse_exact($version::Pubrel::parse).map(Into::into),
                    (7, _) => raw.parse_exact($version::Pubcomp::parse).map(Into::into),
                    (8, _) => raw.parse_exact($version::Subscribe::parse).map(Into::into),
                    (10, _) => raw.parse_exact($version::Unsubscribe::parse).map(Into::into),
                    (12, _) => raw.parse_exact($version::Pingreq::parse).map(Into::into),
                    (14, _) => raw.parse_exact($version::Disconnect::parse).map(Into::into),
                    _ => return Err(Rejected),
                };
                parsed.map(Some).map_err(|_| Rejected)
            }

            fn write(&mut self, packet: &Packet, buffer: &mut BytesMut) -> Result<(), Rejected> {
                buffer.extend_from_slice(&packet.to_continuous_buffer());
                Ok(())
            }
        }
    };
}

peer!(V3, v3_1_1);
peer!(V5, v5_0);
