//! mqttrs: its packets borrow from the bytes, and it writes into a slice that is long enough. It
//! leaves it to the user to step over a packet.

use std::hint::black_box;

use bytes::{Buf, Bytes, BytesMut};
use mqttrs::{decode_slice, encode_slice};

use super::{Encoder, Frame, Rejected, Work};

pub(super) struct Mqttrs;

impl Work for Mqttrs {
    fn decode_all(&self, mut buffer: BytesMut) -> Result<usize, Rejected> {
        let mut packets = 0;
        while let Some(frame) = Frame::read(&buffer) {
            let frame = frame.total_len();
            black_box(&decode_slice(&buffer[..frame]).map_err(|_| Rejected)?.ok_or(Rejected)?);
            buffer.advance(frame);
            packets += 1;
        }
        if buffer.is_empty() { Ok(packets) } else { Err(Rejected) }
    }

    fn encoder<'a>(&self, stream: &'a Bytes) -> Result<Encoder<'a>, Rejected> {
        let mut rest = &stream[..];
        let mut packets = Vec::new();
        while let Some(frame) = Frame::read(rest) {
            let (packet, behind) = rest.split_at(frame.total_len());
            packets.push(decode_slice(packet).map_err(|_| Rejected)?.ok_or(Rejected)?);
            rest = behind;
        }
        Ok(Box::new(move |out| {
            let mut written = out.len();
            out.resize(written + stream.len(), 0);
            for packet in &packets {
                written += encode_slice(packet, &mut out[written..]).expect("there is room");
            }
            out.truncate(written);
        }))
    }
}
