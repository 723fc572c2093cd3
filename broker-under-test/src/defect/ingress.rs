//! Defects of packets on their way in: one with an error is passed over, as if it had never come
//! (but for a CONNECT, which is taken for one without the error), or it is read as if the byte at
//! fault were a legal one. They are made from the codec's list of errors, so that a new kind brings
//! its defects. And the other way round: legal packets that are lost or refused.

use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use mqttspec_codec::packet::{Connect, Packet, Publish};
use mqttspec_codec::raw::{RawPacket, RawProperties, RawSuback, RawValue};
use mqttspec_codec::{
    DecodeError, ErrorKind, Frame, MqttString, PacketType, Properties, Property, PropertyId,
    PropertyPlace, QoS, ReasonCode, Sender, Version,
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

/// The statement that a client breaks with an error, one that a server has to see kept.
pub(super) fn breaks(kind: ErrorKind, version: Version) -> Vec<&'static str> {
    kind.statement(version, Sender::Client).into_iter().collect()
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
        defect if reads_as_legal(defect, error.kind()) => {
            let kind = error.kind();
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

fn reads_as_legal(defect: Option<Defect>, kind: ErrorKind) -> bool {
    match defect {
        Some(Defect::ReadAsLegal(legal)) => legal == kind,
        Some(Defect::Flaw(Flaw::HeaderFlagsIgnored)) => matches!(kind, ErrorKind::HeaderFlags(_)),
        Some(Defect::Flaw(Flaw::IllFormedUtf8Replaced)) => {
            matches!(kind, ErrorKind::IllFormedUtf8(..))
        }
        _ => false,
    }
}

/// Why a broker with this flaw turns down a CONNECT that it should accept.
pub(crate) fn turns_down(flaw: Flaw, connect: &Connect) -> Option<(ReasonCode, &'static str)> {
    let properties = &connect.properties;
    let is_refused = match flaw {
        Flaw::ControlCharacterIdNotAuthorized => connect.client_id.contains(char::is_control),
        Flaw::ResponseInformationRefused => properties.request_response_information() == Some(1),
        Flaw::EqualUserPropertiesRefused => {
            !properties.user_properties().is_sorted_by(|one, next| one != next)
        }
        Flaw::PropertyOrderMatters => !is_ascending(properties.iter()),
        _ => false,
    };
    is_refused.then_some((ReasonCode::NotAuthorized, "this broker takes no such clients"))
}

/// How large packets may be for a broker with this flaw.
pub(crate) fn packet_size_max(flaw: Flaw, sound: u32) -> u32 {
    match flaw {
        Flaw::OwnPacketSizeIgnored => u32::MAX,
        Flaw::OwnPacketSizeWithoutHeader => sound.saturating_add(5),
        _ => sound,
    }
}

/// How long a client may be silent for a broker with this flaw.
pub(crate) fn silence_max(flaw: Flaw, sound: Duration) -> Duration {
    match flaw {
        Flaw::KeepAliveOverflows => Duration::from_secs(sound.as_secs() % 0x1_0000),
        Flaw::KeepAliveWithoutGrace => sound * 2 / 3,
        _ => sound,
    }
}

/// Why a broker with this flaw closes the connection for a filter that it should take.
pub(crate) fn turns_down_filter(
    flaw: Flaw,
    has_wildcard: bool,
    is_shared: bool,
    identifier: Option<u32>,
) -> Option<ReasonCode> {
    match flaw {
        Flaw::WildcardsSilentlyMissing if has_wildcard => {
            Some(ReasonCode::WildcardSubscriptionsNotSupported)
        }
        Flaw::SharedSilentlyMissing if is_shared => {
            Some(ReasonCode::SharedSubscriptionsNotSupported)
        }
        Flaw::IdentifiersSilentlyMissing if identifier.is_some() => {
            Some(ReasonCode::SubscriptionIdentifiersNotSupported)
        }
        _ => None,
    }
}

/// Why a broker with this flaw closes the connection for a PUBLISH that it should take.
pub(crate) fn turns_down_publish(
    flaw: Flaw,
    publish: &Publish,
) -> Option<(ReasonCode, &'static str)> {
    let reason = match flaw {
        Flaw::PublishQos2Refused if publish.qos() == QoS::ExactlyOnce => {
            ReasonCode::QoSNotSupported
        }
        Flaw::RetainSilentlyMissing if publish.retain => ReasonCode::RetainNotSupported,
        Flaw::PropertyOrderMatters if !is_ascending(publish.properties.iter()) => {
            ReasonCode::MalformedPacket
        }
        _ => return None,
    };
    Some((reason, "this broker takes no such messages"))
}

/// With which code a broker with this flaw acknowledges a message that it does not pass on.
pub(crate) fn drops(flaw: Flaw, publish: &Publish) -> Option<ReasonCode> {
    let claims_text = publish.properties.payload_format_indicator() == Some(1);
    let is_lie = claims_text && str::from_utf8(&publish.payload).is_err();
    match flaw {
        Flaw::IllFormedPayloadLost if is_lie => Some(ReasonCode::Success),
        Flaw::IllFormedPayloadNotAuthorized if is_lie => Some(ReasonCode::NotAuthorized),
        _ => None,
    }
}

/// Whether properties stand in the order of their identifiers.
fn is_ascending<'a>(properties: impl Iterator<Item = Property<'a>>) -> bool {
    properties.map(|property| property.id().value()).is_sorted()
}

/// Whether what is left of an earlier segment is lost when the next one comes.
pub(crate) fn loses_rest(flaw: Flaw, rest: &[u8]) -> bool {
    match flaw {
        Flaw::SplitPacketsLost => true,
        Flaw::SplitLengthsLost => rest.iter().skip(1).all(|byte| byte & 0x80 != 0),
        _ => false,
    }
}

/// Whether a packet is refused although it is legal. Some are just lost.
pub(crate) fn refuses(flaw: Flaw, version: Version, input: &mut BytesMut) -> bool {
    let Ok(Some(frame)) = Frame::read(input, u32::MAX) else { return false };
    let content_len = frame.total_len - frame.header_len;
    let is_5_0 = version == Version::V5_0;
    let is_acknowledgement = is_5_0 && matches!(frame.first_byte >> 4, 4..=7);
    let is_disconnect = is_5_0 && frame.first_byte >> 4 == PacketType::Disconnect.value();
    match flaw {
        Flaw::PaddedPingreqLost => {
            if !is_5_0 && frame.first_byte == 0xC0 && frame.header_len > 2 {
                pass_over(input);
            }
            false
        }
        Flaw::LengthOf128Refused => content_len == 128,
        Flaw::LengthOfTwoBytesRefused => frame.header_len >= 3,
        Flaw::LengthOfThreeBytesRefused => frame.header_len >= 4,
        Flaw::LengthOfFourBytesRefused => frame.header_len == 5,
        Flaw::AcknowledgementShortRefused => is_acknowledgement && content_len == 2,
        Flaw::AcknowledgementReasonRefused => is_acknowledgement && content_len == 3,
        Flaw::AcknowledgementFullRefused => is_acknowledgement && content_len > 3,
        Flaw::DisconnectShortRefused => is_disconnect && content_len == 0,
        Flaw::DisconnectReasonRefused => is_disconnect && content_len == 1,
        Flaw::DisconnectFullRefused => is_disconnect && content_len > 1,
        Flaw::LargePacketsRefused => is_5_0 && content_len > 65_536,
        _ => false,
    }
}

/// Takes the first packet off the input. Nothing is left of one in which no further packet can be
/// found.
fn pass_over(input: &mut BytesMut) {
    match Frame::read(input, u32::MAX) {
        Ok(Some(frame)) if frame.total_len <= input.len() => input.advance(frame.total_len),
        _ => input.clear(),
    }
}

/// What a broker makes of a CONNECT whose error it does not see: one of a client that has nothing
/// to say but its version, if that is one.
pub(crate) fn faultless_connect(connection: u64, level: Option<u8>) -> Packet {
    let client_id = format!("faultless-{connection}");
    let connect = Connect {
        version: level.and_then(Version::from_level).unwrap_or(Version::V3_1_1),
        clean_start: true,
        keep_alive: 0,
        properties: Properties::new(),
        client_id: MqttString::try_from(client_id).unwrap_or_default(),
        will: None,
        username: None,
        password: None,
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
        E::HeaderFlags(packet)
        | E::CutShort(packet, _)
        | E::TrailingBytes(packet)
        | E::LengthPrefixTooLong(packet, _)
        | E::IllFormedUtf8(packet, _)
        | E::NulInString(packet, _)
        | E::PacketIdZero(packet)
        | E::ReasonCodeNotAllowed(packet)
        | E::ReasonCodeOfOtherSide(packet) => sends(packet),
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
        E::ReasonCodeNotAllowed(_) | E::ReasonCodeOfOtherSide(_) => 0x00,
        _ => return None,
    })
}
