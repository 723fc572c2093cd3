//! What the strict decoder finds in a broker's bytes.

use std::collections::BTreeSet;

use bytes::Bytes;
use mqttspec_codec::packet::PacketType;
use mqttspec_codec::{
    Context, ErrorKind, Field, PropertyId, PropertyPlace, Sender, Version, decode_frame,
};

use crate::monitor::rules::statement_of;
use crate::monitor::{Monitor, Violation, rules};

fn refused(version: Version, bytes: &'static [u8]) -> Violation {
    let frame = Bytes::from_static(bytes);
    let context = Context::new(version, Sender::Server);
    let error = decode_frame(frame.clone(), &context).expect_err("malformed");
    Monitor::new(version).received_malformed(&frame, &error)
}

#[test]
fn what_the_decoder_refuses_is_charged_to_the_statement_that_it_names() {
    let violation = refused(Version::V5_0, &[0x3e, 0x05, 0x00, 0x01, b'a', 0x00, 0x00]);
    assert_eq!((violation.rule, violation.statement), ("malformed-packet", "MQTT-3.3.1-4"));
    assert_eq!(violation.message, "the QoS of PUBLISH is 3 (at byte 0), in a packet of 7 bytes");
}

#[test]
fn packets_that_no_server_sends_are_charged_to_the_chapter_on_conformance() {
    let disconnect = refused(Version::V3_1_1, &[0xe0, 0x00]);
    assert_eq!(disconnect.statement, "U-3.1.1-7.1.1-1");
}

#[test]
fn the_table_lists_what_the_decoder_can_find_in_packets_of_a_server() {
    let rule = rules().iter().find(|rule| rule.name == "malformed-packet").expect("in the table");
    for version in Version::ALL {
        let found: BTreeSet<_> = ErrorKind::all()
            .filter(|kind| may_come_from_server(*kind, version))
            .filter_map(|kind| statement_of(version, Sender::Server, kind))
            .collect();
        let listed: BTreeSet<_> = rule.statements(version).iter().copied().collect();
        assert_eq!(listed, found, "{version}");
        assert_eq!(listed.len(), rule.statements(version).len(), "{version}: twice");
    }
}

/// Whether the decoder can say this of a packet of a server: whatever is about another packet is
/// found to be in the wrong direction first.
fn may_come_from_server(kind: ErrorKind, version: Version) -> bool {
    use ErrorKind as E;
    match kind {
        E::CutShort(_, Field::PropertyLength) if version == Version::V3_1_1 => false,
        E::HeaderFlags(packet)
        | E::CutShort(packet, _)
        | E::TrailingBytes(packet)
        | E::LengthPrefixTooLong(packet, _)
        | E::IllFormedUtf8(packet, _)
        | E::NulInString(packet, _)
        | E::PacketIdZero(packet)
        | E::WildcardInTopicName(packet, _)
        | E::ReasonCodeNotAllowed(packet)
        | E::ReasonCodeOfOtherSide(packet) => sent_by_server(packet, version),
        E::PropertyLengthTooLong(place) | E::UnknownProperty(place) => stands_in_server(place),
        E::PropertyMisplaced(place, _)
        | E::PropertyRepeated(place, _)
        | E::PropertyCutShort(place, _)
        | E::PropertyOutOfRange(place, _) => stands_in_server(place),
        E::PropertyOfOtherSide(_, id) => id == PropertyId::SessionExpiryInterval,
        E::PacketTooLarge => version == Version::V5_0,
        E::EmptyTopicName(field) => field == Field::TopicName,
        E::VarIntTooLong(_)
        | E::VarIntPadded(_)
        | E::ReservedPacketType
        | E::WrongDirection(_)
        | E::PublishQoS3
        | E::DupOnQoS0
        | E::RemainingLengthTooLong
        | E::RemainingLengthPadded
        | E::AcknowledgeReservedFlags
        | E::SessionPresentWithError
        | E::NoAuthenticationMethod => true,
        _ => false,
    }
}

fn sent_by_server(packet: PacketType, version: Version) -> bool {
    use PacketType as P;
    let is_5_0 = version == Version::V5_0;
    match packet {
        P::Connect | P::Subscribe | P::Unsubscribe | P::Pingreq => false,
        P::Disconnect | P::Auth => is_5_0,
        _ => true,
    }
}

fn stands_in_server(place: PropertyPlace) -> bool {
    use PropertyPlace as Place;
    !matches!(place, Place::Connect | Place::Will | Place::Subscribe | Place::Unsubscribe)
}
