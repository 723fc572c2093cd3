//! Our own codec, in either version.

use bytes::BytesMut;
use mqttspec_codec::packet::Packet;
use mqttspec_codec::{Context, DecodeError, Sender, Version, decode};

use super::Rejected;

pub(super) struct Peer(pub(super) Version);

impl super::Peer for Peer {
    type Packet = Packet;
    type Error = DecodeError;

    fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<Packet>, DecodeError> {
        decode(buffer, &Context::new(self.0, Sender::Client))
    }

    fn write(&mut self, packet: &Packet, buffer: &mut BytesMut) -> Result<(), Rejected> {
        packet.encode(self.0, buffer).map_err(|_| Rejected)
    }
}
