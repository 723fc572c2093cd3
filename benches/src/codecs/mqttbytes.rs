//! mqttbytes: a function reads any packet, and each type of packet writes itself.

use bytes::BytesMut;
use mqttbytes::{v4, v5};

use super::Rejected;

macro_rules! peer {
    ($Name:ident, $version:ident) => {
        pub(super) struct $Name;

        impl super::Peer for $Name {
            type Packet = $version::Packet;
            type Error = Rejected;

            fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<Self::Packet>, Rejected> {
                $version::read(buffer, usize::MAX).map(Some).map_err(|_| Rejected)
            }

            fn write(&mut self, packet: &Self::Packet, out: &mut BytesMut) -> Result<(), Rejected> {
                use $version::Packet;
                let written = match packet {
                    Packet::Connect(packet) => packet.write(out),
                    Packet::ConnAck(packet) => packet.write(out),
                    Packet::Publish(packet) => packet.write(out),
                    Packet::PubAck(packet) => packet.write(out),
                    Packet::PubRec(packet) => packet.write(out),
                    Packet::PubRel(packet) => packet.write(out),
                    Packet::PubComp(packet) => packet.write(out),
                    Packet::Subscribe(packet) => packet.write(out),
                    Packet::SubAck(packet) => packet.write(out),
                    Packet::Unsubscribe(packet) => packet.write(out),
                    Packet::UnsubAck(packet) => packet.write(out),
                    Packet::PingReq => $version::PingReq.write(out),
                    Packet::PingResp => $version::PingResp.write(out),
                    peer!(disconnect $version packet) => peer!(written $version packet out),
                };
                written.map(drop).map_err(|_| Rejected)
            }
        }
    };
    (disconnect v4 $packet:ident) => { Packet::Disconnect };
    (disconnect v5 $packet:ident) => { Packet::Disconnect($packet) };
    (written v4 $packet:ident $out:ident) => { v4::Disconnect.write($out) };
    (written v5 $packet:ident $out:ident) => { $packet.write($out) };
}

peer!(V3, v4);
peer!(V5, v5);
