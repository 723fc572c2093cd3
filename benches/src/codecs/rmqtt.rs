//! rmqtt-codec, through the traits of tokio-util that it implements. Its encoder takes packets by
//! value, so that a clone is part of its work; the strings and payloads of a clone are shared.

use bytes::BytesMut;
use tokio_util::codec::{Decoder, Encoder};

use super::Rejected;

/// A codec of tokio-util that yields packets and their lengths.
pub(super) struct Tokio<C>(C);

pub(super) fn v3() -> Tokio<rmqtt_codec::v3::Codec> {
    Tokio(rmqtt_codec::v3::Codec::new(0))
}

pub(super) fn v5() -> Tokio<rmqtt_codec::v5::Codec> {
    Tokio(rmqtt_codec::v5::Codec::new(0, 0))
}

impl<P: Clone + 'static, C: Decoder<Item = (P, u32)> + Encoder<P>> super::Peer for Tokio<C> {
    type Packet = P;
    type Error = Rejected;

    fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<P>, Rejected> {
        let packet = self.0.decode(buffer).map_err(|_| Rejected)?;
        Ok(packet.map(|(packet, _)| packet))
    }

    fn write(&mut self, packet: &P, buffer: &mut BytesMut) -> Result<(), Rejected> {
        self.0.encode(packet.clone(), buffer).map_err(|_| Rejected)
    }
}
