//! mqtt-proto: a header, and then the body out of a slice, as its reader does once it has it.
//! Its `Packet::decode` reads byte by byte through a future and does not tell the length. Its
//! encoder gives a vector a packet.

use bytes::{Buf, BytesMut};
use mqtt_proto::{PollHeader, v3, v5};

use super::{Frame, Rejected};

macro_rules! peer {
    ($Name:ident, $version:ident) => {
        pub(super) struct $Name;

        impl super::Peer for $Name {
            type Packet = $version::Packet;
            type Error = Rejected;

            fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<Self::Packet>, Rejected> {
                decode::<$version::Header>(buffer)
            }

            fn write(&mut self, packet: &Self::Packet, out: &mut BytesMut) -> Result<(), Rejected> {
                out.extend_from_slice(packet.encode().map_err(|_| Rejected)?.as_ref());
                Ok(())
            }
        }
    };
}

peer!(V3, v3);
peer!(V5, v5);

fn decode<H: PollHeader>(buffer: &mut BytesMut) -> Result<Option<H::Packet>, Rejected> {
    let Some(frame) = Frame::read(buffer) else { return Ok(None) };
    let remaining_length = frame.remaining_length.try_into().map_err(|_| Rejected)?;
    let total_len = frame.total_len().try_into().map_err(|_| Rejected)?;
    let header =
        H::new_with(frame.first_byte, remaining_length, total_len).map_err(|_| Rejected)?;
    let packet = match header.build_empty_packet() {
        Some(packet) => packet,
        None => {
            let body = &buffer[frame.header_len..frame.total_len()];
            header.decode_buffer(body, &mut 0).map_err(|_| Rejected)?
        }
    };
    buffer.advance(frame.total_len());
    Ok(Some(packet))
}
