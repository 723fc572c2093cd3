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

/// A valid packet in the one form that `encode` writes, by way of its bytes alone: what the crate's
/// documentation lists as the freedoms of encoding is taken out, and nothing else.
fn canonical(frame: &[u8], packet: &Packet, version: Version) -> Vec<u8> {
    let header = Frame::read(frame, u32::MAX).unwrap().unwrap();
    let mut content = frame[header.header_len..].to_vec();
    // How many bytes stand in front of the Reason Code, where both it and what follows may be left
    // out.
    let before = match packet {
        Packet::Puback(_) | Packet::Pubrec(_) | Packet::Pubrel(_) | Packet::Pubcomp(_) => Some(2),
        Packet::Disconnect(_) => Some(0),
        _ => None,
    };
    if let (Some(before), Version::V5_0) = (before, version) {
        if content.len() == before + 2 {
            assert_eq!(content.pop(), Some(0), "the Property Length of no properties");
        }
        if content.len() == before + 1 && content[before] == 0 {
            content.pop();
        }
    }
    let mut bytes = vec![frame[0]];
    let mut len = content.len();
    while len > 127 {
        bytes.push(u8::try_from(len % 128).unwrap() | 0x80);
        len /= 128;
    }
    bytes.push(u8::try_from(len).unwrap());
    bytes.extend(content);
    bytes
}

/// Writes what has been read: the same bytes again, up to the freedoms of encoding.
fn check_reencoding(frame: &[u8], packet: &Packet, version: Version, context: &Context) {
    let mut out = BytesMut::new();
    packet.encode(version, &mut out).unwrap();
    assert_eq!(packet.encoded_len(version), Ok(out.len()));
    assert_eq!(out, canonical(frame, packet, version));
    assert_eq!(RawPacket::from(packet).encode(version), out, "the raw form");
    assert_eq!(decode_frame(out.freeze(), context).as_ref(), Ok(packet));
}

proptest! {
    #[test]
    fn a_packet_comes_back_as_it_was(valid in strategy::valid_packet()) {
        let mut buf = encoded(&valid);
        prop_assert_eq!(valid.packet.encoded_len(valid.version).unwrap(), buf.len());
        let context = Context::new(valid.version, valid.sender);
        let frame = buf.clone().freeze();
        prop_assert_eq!(&canonical(&frame, &valid.packet, valid.version), &frame);
        prop_assert_eq!(&decode_frame(frame, &context).unwrap(), &valid.packet);
        prop_assert_eq!(decode(&mut buf, &context).unwrap(), Some(valid.packet));
        prop_assert!(buf.is_empty());
    }

    #[test]
    fn a_stream_means_the_same_however_it_is_split(
        packets in prop::collection::vec(strategy::packet_from(Version::V5_0, Sender::Client), 0..5),
        garbage in prop::collection::vec(any::<u8>(), 0..10),
        piece in 1..50_usize,
        spoilt in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
    ) {
        let mut stream = BytesMut::new();
        for packet in &packets {
            packet.encode(Version::V5_0, &mut stream).unwrap();
        }
        stream.extend_from_slice(&garbage);
        let context = Context::new(Version::V5_0, Sender::Client);
        if let (Some((at, byte)), false) = (spoilt, stream.is_empty()) {
            let mut spoilt = stream.clone();
            spoilt[at.index(stream.len())] = byte;
            let whole = decode_all(&spoilt, usize::MAX, &context);
            prop_assert_eq!(decode_all(&spoilt, piece, &context), whole);
        }
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

/// The bytes are good, malformed or incomplete, and never a panic. Good ones can be written again; an
/// error is about one of the bytes or the end, breaks a statement, and is the same in a stream.
fn check_bytes(bytes: &[u8], context: &Context) {
    let frame = decode_frame(Bytes::copy_from_slice(bytes), context);
    let mut buf = BytesMut::from(bytes);
    let stream = decode(&mut buf, context);
    match &frame {
        Ok(packet) => {
            assert_eq!(stream.as_ref(), Ok(&Some(packet.clone())));
            assert!(buf.is_empty());
            read_everything(packet);
            let version = match packet {
                Packet::Connect(connect) => connect.version,
                _ => context.version,
            };
            check_reencoding(bytes, packet, version, context);
        }
        Err(error) => {
            assert!(error.offset() <= bytes.len(), "{error}");
            assert!(error.statement(error.version()).is_some(), "{error}");
            if error.kind() != ErrorKind::FrameLength {
                assert_eq!(stream, Err(*error));
            }
            if !matches!(stream, Ok(Some(_))) {
                assert_eq!(buf, bytes, "only a packet is taken out");
            }
        }
    }
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

/// All filters and names of a few letters, for which the generators might miss a case.
#[test]
fn matching_is_what_the_naive_model_says_of_all_short_topics() {
    fn words(letters: &[char], len: usize) -> Vec<String> {
        let mut words = vec![String::new()];
        for at in 0.. {
            let Some(word) = words.get(at).filter(|word| word.len() < len) else { return words };
            let longer: Vec<String> = letters.iter().map(|c| format!("{word}{c}")).collect();
            words.extend(longer);
        }
        words
    }
    let filters: Vec<topic::TopicFilter> = words(&['a', '$', '+', '#', '/'], 5)
        .into_iter()
        .filter_map(|text| topic::TopicFilter::new(text).ok())
        .collect();
    let names: Vec<topic::TopicName> = words(&['a', '$', '/'], 5)
        .into_iter()
        .filter_map(|text| topic::TopicName::new(text).ok())
        .collect();
    assert!(filters.len() > 400 && names.len() > 300, "{} {}", filters.len(), names.len());
    for filter in &filters {
        for name in &names {
            assert_eq!(filter.matches(name), model_matches(filter, name), "{filter} {name}");
        }
    }
}
