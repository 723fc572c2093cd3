//! Valid packets, to bytes and back.

use arbitrary::{Arbitrary, Unstructured};
use bytes::BytesMut;
use mqttspec_codec::ValidPacket;
use mqttspec_codec::raw::RawPacket;
use mqttspec_codec::{Context, Sender, decode, decode_frame};

/// Makes packets of the bytes; each has to come back from its encoding, also as one of several in
/// a stream, and the loose model has to write the same bytes.
pub fn run(data: &[u8]) {
    let mut unstructured = Unstructured::new(data);
    let mut streams = [BytesMut::new(), BytesMut::new()];
    let mut sent = [Vec::new(), Vec::new()];
    for _ in 0..16 {
        let Ok(valid) = ValidPacket::arbitrary(&mut unstructured) else { return };
        check(&valid);
        let at = usize::from(valid.sender == Sender::Server);
        if valid.packet.encode(valid.version, &mut streams[at]).is_ok() {
            sent[at].push(valid);
        }
        if unstructured.is_empty() {
            break;
        }
    }
    for (mut stream, sent) in streams.into_iter().zip(sent) {
        for valid in sent {
            let context = Context::new(valid.version, valid.sender);
            assert_eq!(decode(&mut stream, &context), Ok(Some(valid.packet)));
        }
        assert!(stream.is_empty());
    }
}

fn check(valid: &ValidPacket) {
    let ValidPacket { version, sender, packet } = valid;
    let mut encoded = BytesMut::new();
    packet.encode(*version, &mut encoded).expect("valid packets can be encoded");
    assert_eq!(packet.encoded_len(*version), Ok(encoded.len()));
    let encoded = encoded.freeze();
    assert_eq!(RawPacket::from(packet).encode(*version), encoded, "the loose model");
    let context = Context::new(*version, *sender);
    assert_eq!(decode_frame(encoded, &context).as_ref(), Ok(packet));
    let both = Context::new(*version, Sender::Any);
    let mut again = BytesMut::new();
    packet.encode(*version, &mut again).expect("as before");
    assert_eq!(decode(&mut again, &both).as_ref(), Ok(&Some(packet.clone())));
}
