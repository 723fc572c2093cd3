//! What holds for all packets and all bytes.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use bytes::{Bytes, BytesMut};
use mqttspec_codec::packet::{Auth, Connack, Connect, Packet};
use mqttspec_codec::raw::{RawBody, RawPacket};
use mqttspec_codec::{
    Context, DecodeError, ErrorKind, Frame, MqttString, Sender, ValidPacket, Version, decode,
    decode_frame, strategy, topic,
};
use proptest::prelude::*;

fn encoded(valid: &ValidPacket) -> BytesMut {
    let mut out = BytesMut::new();
    valid.packet.encode(valid.version, &mut out).unwrap();
    out
}

/// All packets of a stream, and the error that ends it, if one does.
fn decode_all(
    stream: &[u8],
    piece: usize,
    context: &Context,
) -> (Vec<Packet>, Option<DecodeError>) {
    let mut packets = Vec::new();
    let mut buf = BytesMut::new();
    for bytes in stream.chunks(piece) {
        buf.extend_from_slice(bytes);
        loop {
            match decode(&mut buf, context) {
                Ok(Some(packet)) => packets.push(packet),
                Ok(None) => break,
                Err(error) => return (packets, Some(error)),
            }
        }
    }
    (packets, None)
}

fn any_context() -> impl Strategy<Value = Context> {
    let version = prop_oneof![Just(Version::V3_1_1), Just(Version::V5_0)];
    let sender = prop_oneof![Just(Sender::Client), Just(Sender::Server), Just(Sender::Any)];
    (version, sender).prop_map(|(version, sender)| Context::new(version, sender))
}

/// Whether a valid packet has been written in the one form that `encode` writes.
fn is_canonical(frame: &[u8], packet: &Packet) -> bool {
    let header = Frame::read(frame, u32::MAX).unwrap().unwrap();
    let (content, remaining) = (&frame[header.header_len..], header.total_len - header.header_len);
    // 3.1.1 does not forbid a padded Remaining Length.
    let shortest_length = match remaining {
        0..=127 => 1,
        128..=16_383 => 2,
        16_384..=2_097_151 => 3,
        _ => 4,
    };
    // Acknowledgements and DISCONNECT may spell out a Reason Code of 0, and a Property Length of 0.
    let spelled_out = match packet {
        Packet::Puback(_) | Packet::Pubrec(_) | Packet::Pubrel(_) | Packet::Pubcomp(_) => {
            content.len() == 4 || content.len() == 3 && content[2] == 0
        }
        Packet::Disconnect(_) => content.len() == 2 || content.len() == 1 && content[0] == 0,
        _ => false,
    };
    header.header_len == 1 + shortest_length && !spelled_out
}

/// Where such a packet is not canonical, decoding what `encode` writes for it gives it back.
fn check_reencoding(frame: &[u8], version: Version, context: &Context) {
    let Ok(packet) = decode_frame(Bytes::copy_from_slice(frame), context) else { return };
    let mut out = BytesMut::new();
    packet.encode(version, &mut out).unwrap();
    if is_canonical(frame, &packet) {
        assert_eq!(out, frame);
    }
    assert_eq!(decode_frame(out.freeze(), context).unwrap(), packet);
}

proptest! {
    #[test]
    fn a_packet_comes_back_as_it_was(valid in strategy::valid_packet()) {
        let mut buf = encoded(&valid);
        prop_assert_eq!(valid.packet.encoded_len(valid.version).unwrap(), buf.len());
        let context = Context::new(valid.version, valid.sender);
        let frame = buf.clone().freeze();
        prop_assert!(is_canonical(&frame, &valid.packet));
        prop_assert_eq!(&decode_frame(frame, &context).unwrap(), &valid.packet);
        prop_assert_eq!(decode(&mut buf, &context).unwrap(), Some(valid.packet));
        prop_assert!(buf.is_empty());
    }

    #[test]
    fn a_stream_means_the_same_however_it_is_split(
        packets in prop::collection::vec(strategy::packet_from(Version::V5_0, Sender::Client), 0..5),
        garbage in prop::collection::vec(any::<u8>(), 0..10),
        piece in 1..50_usize,
    ) {
        let mut stream = BytesMut::new();
        for packet in &packets {
            packet.encode(Version::V5_0, &mut stream).unwrap();
        }
        stream.extend_from_slice(&garbage);
        let context = Context::new(Version::V5_0, Sender::Client);
        let whole = decode_all(&stream, usize::MAX, &context);
        prop_assert!(whole.0.starts_with(&packets));
        prop_assert_eq!(decode_all(&stream, piece, &context), whole.clone());
        prop_assert_eq!(decode_all(&stream, 1, &context), whole);
    }

    #[test]
    fn a_part_of_a_packet_is_never_an_error(
        valid in strategy::valid_packet(),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes = encoded(&valid);
        let context = Context::new(valid.version, valid.sender);
        let cut = cut.index(bytes.len());
        let mut part = BytesMut::from(&bytes[..cut]);
        prop_assert_eq!(decode(&mut part, &context), Ok(None));
        prop_assert_eq!(&part[..], &bytes[..cut]);
        prop_assert_eq!(
            decode_frame(part.freeze(), &context).unwrap_err().kind(),
            ErrorKind::FrameLength,
        );
    }

    #[test]
    fn any_bytes_are_a_packet_or_an_error(
        bytes in prop::collection::vec(any::<u8>(), 0..64),
        context in any_context(),
    ) {
        let mut buf = BytesMut::from(&bytes[..]);
        if decode(&mut buf, &context).is_err() {
            prop_assert_eq!(&buf[..], &bytes[..]);
        }
        check_bytes(&bytes, &context);
    }

    /// Bytes that get past the fixed header, unlike most of those above.
    #[test]
    fn any_content_is_good_or_an_error(
        first_byte in any::<u8>(),
        content in prop::collection::vec(prop_oneof![0..5_u8, any::<u8>()], 0..100),
        context in any_context(),
    ) {
        let mut bytes = vec![first_byte, u8::try_from(content.len()).unwrap()];
        bytes.extend(content);
        check_bytes(&bytes, &context);
    }

    #[test]
    fn a_packet_with_one_byte_changed_is_good_or_an_error(
        valid in strategy::valid_packet(),
        context in any_context(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = encoded(&valid);
        let at = at.index(bytes.len().min(300));
        bytes[at] = byte;
        check_bytes(&bytes, &context);
        check_bytes(&bytes, &Context::new(valid.version, valid.sender));
    }

    #[test]
    fn the_raw_form_of_a_packet_is_the_same_bytes(valid in strategy::valid_packet()) {
        let raw = RawPacket::from(&valid.packet);
        prop_assert_eq!(&raw.encode(valid.version)[..], &encoded(&valid)[..]);
    }

    #[test]
    fn a_packet_larger_than_the_receiver_takes_is_refused(valid in strategy::valid_packet()) {
        let mut bytes = encoded(&valid);
        let len = u32::try_from(bytes.len()).unwrap();
        let mut context = Context::new(valid.version, valid.sender);
        context.packet_size_max = len - 1;
        let mut header = BytesMut::from(&bytes[..Frame::read(&bytes, len).unwrap().unwrap().header_len]);
        let error = decode(&mut header, &context).unwrap_err();
        prop_assert_eq!(error.kind(), ErrorKind::PacketTooLarge);
        context.packet_size_max = len;
        prop_assert_eq!(decode(&mut bytes, &context), Ok(Some(valid.packet)));
    }

    #[test]
    fn matching_is_what_the_naive_model_says(
        filter in strategy::topic_filter(),
        name in strategy::topic_name(),
    ) {
        prop_assert_eq!(filter.matches(&name), model_matches(filter.filter_part(), &name));
    }

    /// Most filters above match nothing: here the filter is made from the name.
    #[test]
    fn matching_holds_for_filters_made_from_the_name(
        name in strategy::topic_name(),
        wild in any::<u32>(),
        cut in 0..8_usize,
        multi in any::<bool>(),
    ) {
        let mut levels: Vec<&str> = topic::levels(&name).take(40).collect();
        for (at, level) in levels.iter_mut().enumerate() {
            if wild >> (at % 32) & 1 == 1 {
                *level = "+";
            }
        }
        if multi {
            levels.truncate(cut);
            levels.push("#");
        }
        let filter = levels.join("/");
        prop_assert_eq!(topic::matches(&filter, &name), model_matches(&filter, &name));
    }

    #[test]
    fn a_string_is_any_text_without_nul(text in any::<String>()) {
        let string = MqttString::try_from(text.as_str());
        prop_assert_eq!(string.is_ok(), !text.contains('\0'));
        if let Ok(string) = string {
            prop_assert_eq!(string.as_str(), text);
        }
    }
}

/// Nothing panics, and good bytes can be written again.
fn check_bytes(bytes: &[u8], context: &Context) {
    let Ok(packet) = decode_frame(Bytes::copy_from_slice(bytes), context) else { return };
    read_everything(&packet);
    let version = match &packet {
        Packet::Connect(connect) => connect.version,
        _ => context.version,
    };
    check_reencoding(bytes, version, context);
}

/// Goes through all iterators and accessors.
fn read_everything(packet: &Packet) {
    drop(format!("{packet:?}"));
    match packet {
        Packet::Subscribe(subscribe) => {
            assert_eq!(subscribe.filters.iter().count(), subscribe.filters.len());
            for ((filter, options), (text, same)) in
                subscribe.filters.topic_filters().zip(subscribe.filters.iter())
            {
                assert_eq!((filter.as_str(), options), (text, same));
            }
        }
        Packet::Unsubscribe(unsubscribe) => {
            assert_eq!(unsubscribe.filters.topic_filters().count(), unsubscribe.filters.len());
        }
        Packet::Connect(connect) => {
            let Connect { properties, .. } = connect.as_ref();
            assert_eq!(
                properties.iter().find_map(|property| match property {
                    mqttspec_codec::Property::ReceiveMaximum(maximum) => Some(maximum),
                    _ => None,
                }),
                properties.receive_maximum(),
            );
        }
        Packet::Connack(Connack { properties, .. }) => {
            let pairs = properties.user_properties().count();
            assert!(pairs <= properties.iter().count());
        }
        Packet::Auth(Auth { properties, .. }) => {
            assert!(properties.authentication_method().is_some());
        }
        _ => {}
    }
}

/// Section 4.7, as plainly as it can be put.
fn model_matches(filter: &str, name: &str) -> bool {
    fn levels_match(filter: &[&str], name: &[&str]) -> bool {
        match (filter, name) {
            (["#"], _) => true,
            ([], []) => true,
            (["+", filter @ ..], [_, name @ ..]) => levels_match(filter, name),
            ([level, filter @ ..], [same, name @ ..]) if level == same => {
                levels_match(filter, name)
            }
            _ => false,
        }
    }
    let starts_wild = filter.starts_with(['+', '#']);
    if name.starts_with('$') && starts_wild {
        return false;
    }
    let filter: Vec<&str> = filter.split('/').collect();
    let name: Vec<&str> = name.split('/').collect();
    levels_match(&filter, &name)
}

#[test]
fn every_single_byte_mutation_of_some_packets_is_good_or_an_error() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..40 {
        let tree = strategy::valid_packet().new_tree(&mut runner).unwrap();
        let valid = proptest::strategy::ValueTree::current(&tree);
        let bytes = encoded(&valid);
        for at in 0..bytes.len().min(60) {
            for byte in 0..=u8::MAX {
                let mut mutated = bytes.clone();
                mutated[at] = byte;
                check_bytes(&mutated, &Context::new(valid.version, valid.sender));
            }
        }
    }
}

#[test]
fn the_generators_make_every_packet_of_either_version() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2000 {
        let tree = strategy::valid_packet().new_tree(&mut runner).unwrap();
        let valid = proptest::strategy::ValueTree::current(&tree);
        seen.insert((valid.version, valid.packet.packet_type()));
        assert_eq!(RawBody::from(&valid.packet).packet_type(), valid.packet.packet_type());
    }
    assert_eq!(seen.len(), 14 + 15);
}
