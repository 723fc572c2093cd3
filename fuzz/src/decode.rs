//! Any bytes through the decoder, as a stream of both versions and from both sides.

use bytes::{Bytes, BytesMut};
use mqttspec_codec::packet::Packet;
use mqttspec_codec::{Context, DecodeError, Frame, Sender, Version, decode, decode_frame};

use crate::meter::measured;

/// What decoding one packet may take beyond the size of what is there, in bytes: a CONNECT is boxed,
/// and a buffer that is shared for the first time counts its owners.
const ALLOWANCE: usize = 1024;

/// Decodes the bytes until they are used up or refused. What decodes has to come back from its
/// encoding; what does not has to be left alone, and nothing may take much memory.
pub fn run(data: &[u8]) {
    for version in Version::ALL {
        for sender in [Sender::Client, Sender::Server] {
            let context = Context::new(version, sender);
            for (frame, packet) in decode_all(data, &context) {
                check_packet(&frame, &packet, &context);
            }
        }
    }
}

/// Each packet with the bytes that it came from.
fn decode_all(data: &[u8], context: &Context) -> Vec<(Bytes, Packet)> {
    let mut buffer = BytesMut::from(data);
    let mut packets = Vec::new();
    loop {
        let before = buffer.clone();
        let (decoded, peak) = measured(|| decode(&mut buffer, context));
        let len = before.len();
        assert!(peak <= ALLOWANCE + len, "{len} bytes of input took {peak} bytes of memory");
        match decoded {
            Ok(Some(packet)) => {
                let len = before.len() - buffer.len();
                packets.push((before.freeze().split_to(len), packet));
            }
            Ok(None) => {
                assert_eq!(buffer, before, "the buffer is left alone");
                return packets;
            }
            Err(error) => {
                assert_eq!(buffer, before, "the buffer is left alone");
                check_error(&error, before.len(), context);
                return packets;
            }
        }
    }
}

fn check_error(error: &DecodeError, len: usize, context: &Context) {
    assert!(error.offset() <= len, "{error} in {len} bytes");
    assert!(!error.to_string().is_empty());
    assert!(!error.name().is_empty());
    assert!(error.reason().is_error());
    let statement = error.statement(error.version());
    assert!(statement.is_some(), "{error} of {context:?} breaks no statement");
}

fn check_packet(frame: &Bytes, packet: &Packet, context: &Context) {
    let version = match packet {
        Packet::Connect(connect) => connect.version,
        _ => context.version,
    };
    let again = decode_frame(frame.clone(), context);
    assert_eq!(again.as_ref(), Ok(packet), "in one piece");

    for len in [0, 1, 2, frame.len() / 2, frame.len() - 1] {
        let mut part = BytesMut::from(&frame[..len.min(frame.len() - 1)]);
        assert_eq!(decode(&mut part, context), Ok(None), "the first {len} bytes");
    }

    let mut encoded = BytesMut::new();
    packet.encode(version, &mut encoded).expect("what decodes can be encoded");
    assert_eq!(packet.encoded_len(version), Ok(encoded.len()));
    assert!(encoded.len() <= frame.len(), "the encoding is the shortest one");
    let header = Frame::read(&encoded, u32::MAX).expect("a header").expect("a whole header");
    assert_eq!(header.total_len, encoded.len());
    let back = decode_frame(encoded.freeze(), context);
    assert_eq!(back.as_ref(), Ok(packet), "back from its encoding");
}
