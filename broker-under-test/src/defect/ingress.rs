//! Defects of packets on their way in: one with an error is passed over, as if it had never come
//! (but for a CONNECT, which is taken for one without the error), or it is read as if the byte at
//! fault were a legal one. They are made from the codec's list of errors, so that a new kind brings
//! its defects.

use bytes::{Buf, Bytes, BytesMut};
use mqttspec_codec::packet::{Connect, Packet};
use mqttspec_codec::raw::{RawPacket, RawProperties, RawSuback, RawValue};
use mqttspec_codec::{
    DecodeError, ErrorKind, Field, Frame, MqttString, PacketType, Properties, PropertyId,
    PropertyPlace, ReasonCode, Sender, Version,
};

use super::{Defect, Flaw};

/// What is made of a packet with an error.
pub(crate) enum Tolerance {
    /// The packet has to be refused.
    None,
    /// It was taken off the input.
    PassedOver,
    /// It was taken off the input, and gets this answer.
    Answered(Bytes),
    /// It was altered, and is to be read again.
    Altered,
}

/// The errors that a client can make, and that break a statement.
pub(super) fn kinds() -> impl Iterator<Item = ErrorKind> {
    ErrorKind::all().filter(|&kind| {
        is_from_client(kind) && Version::ALL.iter().any(|&it| !breaks(kind, it).is_empty())
    })
}

/// Those of them that a single byte can put right.
pub(super) fn kinds_with_one_byte_at_fault() -> impl Iterator<Item = ErrorKind> {
    kinds().filter(|&kind| legal_byte(kind, Version::V5_0, 0).is_some())
}

/// The statements that a client breaks with an error, each of them one that a server has to see kept,
/// or that the server breaks which does not.
pub(super) fn breaks(kind: ErrorKind, version: Version) -> Vec<&'static str> {
    let of_receiver = match (kind, version) {
        (ErrorKind::HeaderFlags(_), Version::V3_1_1) => Some("MQTT-2.2.2-2"),
        _ => None,
    };
    kind.statement(version, Sender::Client).into_iter().chain(of_receiver).collect()
}

/// Real brokers that let packets with an error pass, each with the place where it is told.
pub(super) const fn seen_in(kind: ErrorKind) -> &'static [&'static str] {
    use ErrorKind as E;
    use PacketType as P;
    match kind {
        E::HeaderFlags(P::Connect) => &["FlashMQ (halfgaar/FlashMQ#170)"],
        E::HeaderFlags(P::Subscribe | P::Unsubscribe) => &["wolfMQTT (wolfSSL/wolfMQTT#492)"],
        E::RemainingLengthTooLong => &["moquette (moquette-io/moquette#217)"],
        E::IllFormedUtf8(P::Connect, Field::ClientId)
        | E::NulInString(P::Connect, Field::ClientId) => &["emqx (emqx/emqx#17159)"],
        E::NulInString(P::Connect, Field::WillTopic) => &["wolfMQTT (wolfSSL/wolfMQTT#535)"],
        E::NulInString(P::Publish, Field::TopicName) => &["async_mqtt (redboltz/async_mqtt#379)"],
        E::NulInString(P::Subscribe, Field::TopicFilter) => {
            &["mosquitto (eclipse-mosquitto/mosquitto#693)"]
        }
        E::WildcardInTopicName(P::Publish, Field::TopicName) => {
            &["hbmqtt (njouanin/hbmqtt#25)", "hbmqtt (njouanin/hbmqtt#26)"]
        }
        E::NoTopicFilter(P::Unsubscribe) => &["mosquitto (eclipse-mosquitto/mosquitto#665)"],
        E::EmptyShareName(P::Subscribe) => &["mosquitto (eclipse-mosquitto/mosquitto#3706)"],
        E::PropertyRepeated(PropertyPlace::Connect, _) => &["nanomq (nanomq/nanomq#626)"],
        _ => &[],
    }
}

/// What a defect makes of a packet with an error, which stands at the front of the input.
pub(crate) fn tolerate(
    defect: Option<Defect>,
    error: &DecodeError,
    input: &mut BytesMut,
) -> Tolerance {
    match defect {
        Some(Defect::PassedOver(kind)) if kind == error.kind() => {
            pass_over(input);
            Tolerance::PassedOver
        }
        Some(Defect::Flaw(Flaw::MalformedFilterExplained))
            if error.kind() == ErrorKind::MisplacedMultiLevelWildcard(PacketType::Subscribe)
                && error.version() == Version::V5_0 =>
        {
            let answer = explain_filter(input);
            pass_over(input);
            Tolerance::Answered(answer)
        }
        Some(Defect::Flaw(flaw)) if is_tolerated(flaw, error.kind(), input) => {
            pass_over(input);
            Tolerance::PassedOver
        }
        Some(Defect::ReadAsLegal(kind)) if kind == error.kind() => {
            let byte = input.get_mut(error.offset());
            let legal = byte.as_ref().and_then(|byte| legal_byte(kind, error.version(), **byte));
            match (byte, legal) {
                (Some(byte), Some(legal)) if *byte != legal => {
                    *byte = legal;
                    Tolerance::Altered
                }
                _ => Tolerance::None,
            }
        }
        _ => Tolerance::None,
    }
}

/// A SUBACK that refuses a filter and says why, whether the client takes that or not.
fn explain_filter(subscribe: &[u8]) -> Bytes {
    let header_len = Frame::read(subscribe, u32::MAX).ok().flatten().map_or(2, |it| it.header_len);
    let id = subscribe.get(header_len..).and_then(|content| content.first_chunk());
    let mut properties = RawProperties::default();
    let why = Bytes::from_static(b"a wildcard stands where it may not");
    properties.push(PropertyId::ReasonString, RawValue::Text(why));
    let packet_id = id.copied().map_or(1, u16::from_be_bytes);
    let codes = vec![ReasonCode::TopicFilterInvalid.value()];
    RawPacket::new(RawSuback { packet_id, properties, codes }).encode(Version::V5_0)
}

/// Whether a flaw passes over a packet with an error.
fn is_tolerated(flaw: Flaw, error: ErrorKind, input: &[u8]) -> bool {
    use ErrorKind as E;
    let is = |packet: PacketType| input.first().is_some_and(|byte| byte >> 4 == packet as u8);
    match flaw {
        Flaw::FirstPacketPassedOver => error == E::HeaderFlags(PacketType::Connect),
        Flaw::AuthWithoutMethodPassedOver => is(PacketType::Auth),
        Flaw::FaultyConnectTaken => is(PacketType::Connect),
        Flaw::SurplusCredentialsPassedOver => error == E::TrailingBytes(PacketType::Connect),
        Flaw::WillFieldsWithoutFlag => matches!(
            error,
            E::WillQoSWithoutWill
                | E::WillRetainWithoutWill
                | E::TrailingBytes(PacketType::Connect)
        ),
        Flaw::WillPayloadFormatUnchecked => matches!(
            error,
            E::PropertyOutOfRange(PropertyPlace::Will, PropertyId::PayloadFormatIndicator)
        ),
        _ => false,
    }
}

/// Takes the first packet off the input. Nothing is left of one in which no further packet can be
/// found.
pub(crate) fn pass_over(input: &mut BytesMut) {
    match Frame::read(input, u32::MAX) {
        Ok(Some(frame)) if frame.total_len <= input.len() => input.advance(frame.total_len),
        _ => input.clear(),
    }
}

/// What a broker makes of a CONNECT whose error it does not see: one of a client that is known, and
/// has nothing to say but its version, if that is one.
pub(crate) fn faultless_connect(
    connection: u64,
    level: Option<u8>,
    user: Option<&(String, Vec<u8>)>,
) -> Packet {
    let client_id = format!("faultless-{connection}");
    let connect = Connect {
        version: level.and_then(Version::from_level).unwrap_or(Version::V3_1_1),
        clean_start: true,
        keep_alive: 0,
        properties: Properties::new(),
        client_id: MqttString::try_from(client_id).unwrap_or_default(),
        will: None,
        username: user.and_then(|(name, _)| MqttString::try_from(name.clone()).ok()),
        password: user.map(|(_, password)| Bytes::copy_from_slice(password)),
    };
    connect.into()
}

/// Whether bytes from a client can have an error. Those of the packets that only a server sends
/// are found in the wrong direction before anything else is looked at.
fn is_from_client(kind: ErrorKind) -> bool {
    use ErrorKind as E;
    let sends = |packet| {
        !matches!(
            packet,
            PacketType::Connack | PacketType::Suback | PacketType::Unsuback | PacketType::Pingresp
        )
    };
    match kind {
        // The caller has cut the frame.
        E::FrameLength | E::AcknowledgeReservedFlags | E::SessionPresentWithError => false,
        E::WrongDirection(packet) => !sends(packet),
        E::IllFormedUtf8(packet, field) | E::NulInString(packet, field) => {
            sends(packet) && field != Field::Property(PropertyId::ServerReference)
        }
        E::HeaderFlags(packet)
        | E::CutShort(packet, _)
        | E::TrailingBytes(packet)
        | E::LengthPrefixTooLong(packet, _)
        | E::PacketIdZero(packet)
        | E::ReasonCodeNotAllowed(packet)
        | E::ReasonCodeOfOtherSide(packet) => sends(packet),
        // A property of the other side is found before its value is looked at.
        E::PropertyCutShort(PropertyPlace::Publish, PropertyId::SubscriptionIdentifier)
        | E::PropertyOutOfRange(PropertyPlace::Publish, PropertyId::SubscriptionIdentifier)
        | E::PropertyCutShort(PropertyPlace::Disconnect, PropertyId::ServerReference)
        | E::PropertyRepeated(PropertyPlace::Disconnect, PropertyId::ServerReference) => false,
        // A client may change its Session Expiry Interval, and no statement speaks of the other.
        E::PropertyOfOtherSide(PropertyPlace::Disconnect, _) => false,
        E::PropertyLengthTooLong(place)
        | E::UnknownProperty(place)
        | E::PropertyMisplaced(place, _)
        | E::PropertyOfOtherSide(place, _)
        | E::PropertyRepeated(place, _)
        | E::PropertyCutShort(place, _)
        | E::PropertyOutOfRange(place, _) => !matches!(
            place,
            PropertyPlace::Connack | PropertyPlace::Suback | PropertyPlace::Unsuback
        ),
        _ => true,
    }
}

/// What a tolerant reader takes the byte at fault for; `None` if the error is not in one byte.
fn legal_byte(kind: ErrorKind, version: Version, byte: u8) -> Option<u8> {
    use ErrorKind as E;
    Some(match kind {
        E::HeaderFlags(packet) => {
            let flags = match packet {
                PacketType::Pubrel | PacketType::Subscribe | PacketType::Unsubscribe => 0x02,
                _ => 0x00,
            };
            byte & 0xF0 | flags
        }
        // QoS 3 becomes QoS 2 in the header, in the Connect Flags, and in Subscription Options.
        E::PublishQoS3 => byte & !0x02,
        E::WillQoS3 => byte & !0x08,
        E::SubscriptionQoS3 => byte & !0x01,
        E::DupOnQoS0 => byte & !0x08,
        E::ConnectReservedFlag => byte & !0x01,
        E::WillQoSWithoutWill => byte & !0x18,
        E::WillRetainWithoutWill => byte & !0x20,
        E::RetainHandling3 => byte & !0x10,
        E::SubscriptionReservedBits => match version {
            Version::V3_1_1 => byte & 0x03,
            Version::V5_0 => byte & 0x3F,
        },
        E::IllFormedUtf8(..) | E::NulInString(..) => b'?',
        E::WildcardInTopicName(..)
        | E::MisplacedMultiLevelWildcard(_)
        | E::MisplacedSingleLevelWildcard(_)
        | E::WildcardInShareName(_) => b'_',
        E::UnsupportedProtocolVersion => Version::V3_1_1.level(),
        // Continue authentication is the code of AUTH that is in place most often.
        E::ReasonCodeNotAllowed(PacketType::Auth) | E::ReasonCodeOfOtherSide(PacketType::Auth) => {
            0x18
        }
        E::ReasonCodeNotAllowed(_) | E::ReasonCodeOfOtherSide(_) => 0x00,
        _ => return None,
    })
}
