//! Our own codec, in either version.

use bytes::BytesMut;
use mqttspec_codec::packet::Packet;
use mqttspec_codec::{Context, Sender, Version, decode};

use super::Rejected;

pub(super) struct Peer(pub(super) Version);

impl super::Peer for Peer {
    type Packet = Packet;

    fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<Packet>, Rejected> {
        decode(buffer, &Context::new(self.0, Sender::Client)).map_err(|_| Rejected)
    }

    fn write(&mut self, packet: &Packet, buffer: &mut BytesMut) -> Result<(), Rejected> {
        packet.encode(self.0, buffer).map_err(|_| Rejected)
    }
}
