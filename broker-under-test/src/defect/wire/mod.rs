//! Defects of bytes on their way out, for what the codec refuses to write: [`fault`] is the table of
//! which packet is wrong and how.

use bytes::{BufMut, Bytes, BytesMut};
use mqttspec_codec::raw::{RawBody, RawLength, RawPacket, RawProperties, RawProperty, RawValue};
use mqttspec_codec::{Packet, PacketType, PropertyId, Version};

use super::Flaw;
use crate::core::Terms;

/// What is wrong with the bytes of a packet. What is about properties or Reason Codes has no effect
/// in 3.1.1, where packets have none.
enum Fault {
    /// Bits 3 to 0 of the first byte.
    HeaderFlags(u8),
    /// Bits 7 to 4 of the first byte.
    Type(u8),
    /// The Remaining Length takes a byte more than it needs.
    PaddedLength,
    PacketId(u16),
    /// The Reason Code; in SUBACK and UNSUBACK the last of them.
    Reason(u8),
    /// The Return Code of a 3.1.1 CONNACK.
    ReturnCode(u8),
    /// Bits that are set in the Connect Acknowledge Flags.
    AcknowledgeFlags(u8),
    /// The property has this value, whether it stood there or not.
    Set(PropertyId, RawValue),
    /// The property has this value if it stands there.
    Alter(PropertyId, RawValue),
    /// The text of the property, if it stands there, goes on with this.
    GoesOn(PropertyId, &'static [u8]),
    /// The property stands there twice, if it stands there at all.
    Twice(PropertyId),
    /// Bytes behind the last property that count as properties.
    Tail(&'static [u8]),
    /// The Topic Name goes on with this.
    TopicGoesOn(&'static [u8]),
    /// QoS bits 1 and 2 are both set.
    QoS3,
    /// DUP in a PUBLISH of QoS 0.
    DupOnQoS0,
    /// A Packet Identifier in a PUBLISH of QoS 0.
    IdOnQoS0,
    /// No Packet Identifier in a PUBLISH above QoS 0.
    IdMissing,
    /// The packet has the form that it has in the other version.
    OtherVersion,
    /// Something else in the bytes behind the fixed header.
    Overwrite(fn(&mut [u8])),
    /// Something else with the bytes behind the fixed header.
    Content(fn(&mut Vec<u8>)),
    /// A Reason String, wanted or not.
    ReasonString(Unless),
    /// A User Property, wanted or not.
    UserProperty(Unless),
}

/// When a packet may not have an explanation that it has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unless {
    /// It makes the packet larger than the client takes.
    TooLarge,
    /// The client asked for no problem information.
    Unwanted,
}

/// The bytes of a packet as a broker with this flaw sends it.
pub(super) fn encode(flaw: Flaw, packet: &Packet, terms: Terms) -> Bytes {
    let raw = RawPacket::from(packet);
    match fault(flaw, terms.version) {
        Some((packet_type, fault)) if packet_type == packet.packet_type() => {
            fault.encode(raw, terms)
        }
        _ => raw.encode(terms.version),
    }
}

/// Which packet is wrong, and how.
fn fault(flaw: Flaw, version: Version) -> Option<(PacketType, Fault)> {
    use Fault as F;
    use PacketType as P;
    use PropertyId as Id;
    let is_5_0 = version == Version::V5_0;
    let no_code = 0x7E;
    Some(match flaw {
        Flaw::ConnackHeaderFlags => (P::Connack, F::HeaderFlags(0b0001)),
        Flaw::PubackHeaderFlags => (P::Puback, F::HeaderFlags(0b0010)),
        Flaw::PubrecHeaderFlags => (P::Pubrec, F::HeaderFlags(0b0010)),
        Flaw::PubrelHeaderFlags => (P::Pubrel, F::HeaderFlags(0b0000)),
        Flaw::PubcompHeaderFlags => (P::Pubcomp, F::HeaderFlags(0b0010)),
        Flaw::SubackHeaderFlags => (P::Suback, F::HeaderFlags(0b0010)),
        Flaw::UnsubackHeaderFlags => (P::Unsuback, F::HeaderFlags(0b0010)),
        Flaw::PingrespHeaderFlags => (P::Pingresp, F::HeaderFlags(0b0001)),
        Flaw::DisconnectHeaderFlags => (P::Disconnect, F::HeaderFlags(0b0010)),
        Flaw::AuthHeaderFlags => (P::Auth, F::HeaderFlags(0b0010)),

        Flaw::PingrespOfTypeZero => (P::Pingresp, F::Type(0)),
        Flaw::PingrespIsPingreq => (P::Pingresp, F::Type(P::Pingreq.value())),
        Flaw::ConnackLengthPadded if is_5_0 => (P::Connack, F::PaddedLength),
        Flaw::PublishLengthPadded if is_5_0 => (P::Publish, F::PaddedLength),
        Flaw::PingrespLengthPadded if is_5_0 => (P::Pingresp, F::PaddedLength),
        Flaw::PropertyLengthPadded if is_5_0 => (P::Connack, F::Content(pad_property_length)),

        Flaw::PublishIdZero => (P::Publish, F::PacketId(0)),
        Flaw::PubackIdZero => (P::Puback, F::PacketId(0)),
        Flaw::PubrecIdZero => (P::Pubrec, F::PacketId(0)),
        Flaw::PubrelIdZero => (P::Pubrel, F::PacketId(0)),
        Flaw::PubcompIdZero => (P::Pubcomp, F::PacketId(0)),
        Flaw::SubackIdZero => (P::Suback, F::PacketId(0)),
        Flaw::UnsubackIdZero => (P::Unsuback, F::PacketId(0)),
        Flaw::DupAtQos0 => (P::Publish, F::DupOnQoS0),
        Flaw::Qos0WithId => (P::Publish, F::IdOnQoS0),
        Flaw::PublishIdMissing => (P::Publish, F::IdMissing),
        Flaw::PublishQos3 => (P::Publish, F::QoS3),

        Flaw::ConnackReasonReserved => (P::Connack, F::Reason(no_code)),
        Flaw::PubackReasonReserved => (P::Puback, F::Reason(no_code)),
        Flaw::PubrecReasonReserved => (P::Pubrec, F::Reason(no_code)),
        Flaw::PubrelReasonReserved => (P::Pubrel, F::Reason(no_code)),
        Flaw::PubcompReasonReserved => (P::Pubcomp, F::Reason(no_code)),
        Flaw::SubackReasonReserved => (P::Suback, F::Reason(0x03)),
        Flaw::UnsubackReasonReserved if is_5_0 => (P::Unsuback, F::Reason(no_code)),
        Flaw::DisconnectReasonReserved => (P::Disconnect, F::Reason(no_code)),
        Flaw::AuthReasonReserved => (P::Auth, F::Reason(no_code)),
        Flaw::DisconnectReasonOfClient => (P::Disconnect, F::Reason(0x04)),
        Flaw::AuthReasonOfClient => (P::Auth, F::Reason(0x19)),
        Flaw::ConnackReturnCodeReserved => (P::Connack, F::ReturnCode(6)),
        Flaw::ConnackReasonIn311 if !is_5_0 => (P::Connack, F::Overwrite(return_code_as_reason)),
        Flaw::SubackReasonIn311 if !is_5_0 => (P::Suback, F::Overwrite(failure_as_reason)),

        Flaw::ConnackReservedFlags => (P::Connack, F::AcknowledgeFlags(0b1000_0000)),
        Flaw::ConnackSessionPresentInRefusal => (P::Connack, F::Overwrite(present_in_refusal)),
        Flaw::ConnackTrailingByte => (P::Connack, F::Content(add_byte)),
        Flaw::ConnackCutShort => (P::Connack, F::Content(drop_byte)),
        Flaw::PubackTrailingByte if !is_5_0 => (P::Puback, F::Content(add_byte)),
        Flaw::PubrecTrailingByte if !is_5_0 => (P::Pubrec, F::Content(add_byte)),
        Flaw::PubrelTrailingByte if !is_5_0 => (P::Pubrel, F::Content(add_byte)),
        Flaw::PubcompTrailingByte if !is_5_0 => (P::Pubcomp, F::Content(add_byte)),
        Flaw::UnsubackTrailingByte if !is_5_0 => (P::Unsuback, F::Content(add_byte)),
        Flaw::PingrespTrailingByte => (P::Pingresp, F::Content(add_byte)),
        Flaw::PubackCutShort => (P::Puback, F::Content(cut_to_one_byte)),
        Flaw::SubackCutShort => (P::Suback, F::Content(cut_to_one_byte)),
        Flaw::UnsubackCutShort => (P::Unsuback, F::Content(cut_to_one_byte)),
        Flaw::TopicLengthTooLong => (P::Publish, F::Overwrite(lengthen_first_string)),

        Flaw::ConnackOf311In50 if is_5_0 => (P::Connack, F::OtherVersion),
        Flaw::PublishOf311In50 if is_5_0 => (P::Publish, F::OtherVersion),
        Flaw::SubackOf311In50 if is_5_0 => (P::Suback, F::OtherVersion),
        Flaw::UnsubackOf311In50 if is_5_0 => (P::Unsuback, F::Content(cut_to_id)),
        Flaw::ConnackOf50In311 if !is_5_0 => (P::Connack, F::OtherVersion),
        Flaw::PublishOf50In311 if !is_5_0 => (P::Publish, F::OtherVersion),
        Flaw::SubackOf50In311 if !is_5_0 => (P::Suback, F::OtherVersion),
        Flaw::UnsubackOf50In311 if !is_5_0 => (P::Unsuback, F::OtherVersion),

        Flaw::ReceiveMaximumZero => (P::Connack, F::Set(Id::ReceiveMaximum, RawValue::U16(0))),
        Flaw::MaximumQos2 => (P::Connack, F::Set(Id::MaximumQoS, RawValue::Byte(2))),
        Flaw::RetainAvailable2 => (P::Connack, F::Set(Id::RetainAvailable, RawValue::Byte(2))),
        Flaw::MaximumPacketSizeZero => {
            (P::Connack, F::Set(Id::MaximumPacketSize, RawValue::U32(0)))
        }
        Flaw::WildcardAvailable2 => {
            (P::Connack, F::Set(Id::WildcardSubscriptionAvailable, RawValue::Byte(2)))
        }
        Flaw::SubscriptionIdentifierAvailable2 => {
            (P::Connack, F::Set(Id::SubscriptionIdentifierAvailable, RawValue::Byte(2)))
        }
        Flaw::SharedAvailable2 => {
            (P::Connack, F::Set(Id::SharedSubscriptionAvailable, RawValue::Byte(2)))
        }
        Flaw::PayloadFormat2 => {
            (P::Publish, F::Alter(Id::PayloadFormatIndicator, RawValue::Byte(2)))
        }
        Flaw::TopicAliasZero => (P::Publish, F::Alter(Id::TopicAlias, RawValue::U16(0))),
        Flaw::SubscriptionIdentifierZero => {
            (P::Publish, F::Alter(Id::SubscriptionIdentifier, RawValue::VarInt(0)))
        }

        Flaw::ConnackReceiveMaximumTwice => (P::Connack, F::Twice(Id::ReceiveMaximum)),
        Flaw::ConnackAliasMaximumTwice => (P::Connack, F::Twice(Id::TopicAliasMaximum)),
        Flaw::ConnackReasonStringTwice => (P::Connack, F::Twice(Id::ReasonString)),
        Flaw::PublishContentTypeTwice => (P::Publish, F::Twice(Id::ContentType)),
        Flaw::PublishResponseTopicTwice => (P::Publish, F::Twice(Id::ResponseTopic)),
        Flaw::PubackReasonStringTwice => (P::Puback, F::Twice(Id::ReasonString)),
        Flaw::SubackReasonStringTwice => (P::Suback, F::Twice(Id::ReasonString)),
        Flaw::DisconnectReasonStringTwice => (P::Disconnect, F::Twice(Id::ReasonString)),
        Flaw::AuthMethodTwice => (P::Auth, F::Twice(Id::AuthenticationMethod)),
        Flaw::AuthDataTwice => (P::Auth, F::Twice(Id::AuthenticationData)),

        Flaw::ConnackPropertyUnknown => (P::Connack, F::Tail(&[0x7F, 0])),
        Flaw::PublishPropertyUnknown => (P::Publish, F::Tail(&[0x7F, 0])),
        Flaw::SubackPropertyUnknown => (P::Suback, F::Tail(&[0x7F, 0])),
        Flaw::ConnackPropertyCutShort => (P::Connack, F::Tail(&[0x1F, 0, 9, b'x'])),
        Flaw::ConnackPropertyLengthTooLong if is_5_0 => {
            (P::Connack, F::Overwrite(lengthen_properties))
        }
        Flaw::ConnackTopicAlias => (P::Connack, F::Set(Id::TopicAlias, RawValue::U16(1))),
        Flaw::WillDelayInPublish => (P::Publish, F::Set(Id::WillDelayInterval, RawValue::U32(1))),
        Flaw::PubackContentType => (P::Puback, F::Set(Id::ContentType, text(b"text"))),
        Flaw::SubackSubscriptionIdentifier => {
            (P::Suback, F::Set(Id::SubscriptionIdentifier, RawValue::VarInt(1)))
        }
        Flaw::UnsubackSubscriptionIdentifier => {
            (P::Unsuback, F::Set(Id::SubscriptionIdentifier, RawValue::VarInt(1)))
        }
        Flaw::DisconnectSessionExpiry => {
            (P::Disconnect, F::Set(Id::SessionExpiryInterval, RawValue::U32(60)))
        }
        Flaw::AuthMethodMissing => (P::Auth, F::Content(drop_auth_properties)),

        Flaw::TopicIllFormed => (P::Publish, F::TopicGoesOn(b"\xFF")),
        Flaw::TopicSurrogate => (P::Publish, F::TopicGoesOn(b"\xED\xA0\x80")),
        Flaw::TopicNul => (P::Publish, F::TopicGoesOn(b"\0")),
        Flaw::TopicWildcard => (P::Publish, F::TopicGoesOn(b"/#")),
        Flaw::ReasonStringIllFormed => (P::Suback, F::GoesOn(Id::ReasonString, b"\xFF")),
        Flaw::ReasonStringNul => (P::Suback, F::GoesOn(Id::ReasonString, b"\0")),
        Flaw::ContentTypeIllFormed => (P::Publish, F::GoesOn(Id::ContentType, b"\xFF")),
        Flaw::ResponseTopicIllFormed => (P::Publish, F::GoesOn(Id::ResponseTopic, b"\xFF")),
        Flaw::ResponseTopicWildcard => (P::Publish, F::GoesOn(Id::ResponseTopic, b"/#")),
        Flaw::UserPropertyIllFormed => (P::Publish, F::GoesOn(Id::UserProperty, b"\xFF")),
        Flaw::UserPropertyNul => (P::Publish, F::GoesOn(Id::UserProperty, b"\0")),

        Flaw::ConnackReasonStringTooLarge => (P::Connack, F::ReasonString(Unless::TooLarge)),
        Flaw::ConnackUserPropertyTooLarge => (P::Connack, F::UserProperty(Unless::TooLarge)),
        Flaw::PubackReasonStringTooLarge => (P::Puback, F::ReasonString(Unless::TooLarge)),
        Flaw::PubackUserPropertyTooLarge => (P::Puback, F::UserProperty(Unless::TooLarge)),
        Flaw::PubrecReasonStringTooLarge => (P::Pubrec, F::ReasonString(Unless::TooLarge)),
        Flaw::PubrecUserPropertyTooLarge => (P::Pubrec, F::UserProperty(Unless::TooLarge)),
        Flaw::PubrelReasonStringTooLarge => (P::Pubrel, F::ReasonString(Unless::TooLarge)),
        Flaw::PubrelUserPropertyTooLarge => (P::Pubrel, F::UserProperty(Unless::TooLarge)),
        Flaw::PubcompReasonStringTooLarge => (P::Pubcomp, F::ReasonString(Unless::TooLarge)),
        Flaw::PubcompUserPropertyTooLarge => (P::Pubcomp, F::UserProperty(Unless::TooLarge)),
        Flaw::SubackReasonStringTooLarge => (P::Suback, F::ReasonString(Unless::TooLarge)),
        Flaw::SubackUserPropertyTooLarge => (P::Suback, F::UserProperty(Unless::TooLarge)),
        Flaw::UnsubackReasonStringTooLarge => (P::Unsuback, F::ReasonString(Unless::TooLarge)),
        Flaw::UnsubackUserPropertyTooLarge => (P::Unsuback, F::UserProperty(Unless::TooLarge)),
        Flaw::DisconnectReasonStringTooLarge => (P::Disconnect, F::ReasonString(Unless::TooLarge)),
        Flaw::DisconnectUserPropertyTooLarge => (P::Disconnect, F::UserProperty(Unless::TooLarge)),
        Flaw::AuthReasonStringTooLarge => (P::Auth, F::ReasonString(Unless::TooLarge)),
        Flaw::AuthUserPropertyTooLarge => (P::Auth, F::UserProperty(Unless::TooLarge)),

        Flaw::PubackReasonStringUnwanted => (P::Puback, F::ReasonString(Unless::Unwanted)),
        Flaw::PubackUserPropertyUnwanted => (P::Puback, F::UserProperty(Unless::Unwanted)),
        Flaw::PubrecReasonStringUnwanted => (P::Pubrec, F::ReasonString(Unless::Unwanted)),
        Flaw::PubrelReasonStringUnwanted => (P::Pubrel, F::ReasonString(Unless::Unwanted)),
        Flaw::PubcompReasonStringUnwanted => (P::Pubcomp, F::ReasonString(Unless::Unwanted)),
        Flaw::SubackReasonStringUnwanted => (P::Suback, F::ReasonString(Unless::Unwanted)),
        Flaw::SubackUserPropertyUnwanted => (P::Suback, F::UserProperty(Unless::Unwanted)),
        Flaw::UnsubackReasonStringUnwanted => (P::Unsuback, F::ReasonString(Unless::Unwanted)),
        Flaw::AuthReasonStringUnwanted => (P::Auth, F::ReasonString(Unless::Unwanted)),
        _ => return None,
    })
}

impl Fault {
    fn encode(self, mut raw: RawPacket, terms: Terms) -> Bytes {
        let version = terms.version;
        match self {
            Self::HeaderFlags(flags) => raw.flags = Some(flags),
            Self::Type(value) => raw.packet_type = Some(value),
            Self::PaddedLength => {
                let length = raw.encode(version).len() - header_len(&raw.encode(version));
                raw.remaining_length = Some(RawLength::Bytes(padded(length)));
            }
            Self::PacketId(id) => set_packet_id(&mut raw.body, id),
            Self::Reason(code) => set_reason(&mut raw.body, code),
            Self::ReturnCode(code) => {
                if let RawBody::Connack(connack) = &mut raw.body {
                    connack.return_code = code;
                }
            }
            Self::AcknowledgeFlags(bits) => {
                if let RawBody::Connack(connack) = &mut raw.body {
                    connack.flags |= bits;
                }
            }
            Self::Set(id, value) => {
                if let Some(properties) = properties(&mut raw.body) {
                    properties.list.retain(|property| property.id != number(id));
                    properties.push(id, value);
                }
            }
            Self::Alter(id, value) => {
                if let Some(found) = find(&mut raw.body, id) {
                    found.value = value;
                }
            }
            Self::GoesOn(id, tail) => {
                let value = find(&mut raw.body, id).map(|found| &mut found.value);
                if let Some(RawValue::Text(text) | RawValue::Pair(_, text)) = value {
                    *text = joined(text, tail);
                }
            }
            Self::Twice(id) => {
                let again = find(&mut raw.body, id).cloned();
                if let (Some(again), Some(properties)) = (again, properties(&mut raw.body)) {
                    properties.list.push(again);
                }
            }
            Self::Tail(bytes) => {
                if let Some(properties) = properties(&mut raw.body) {
                    properties.tail = Bytes::from_static(bytes);
                }
            }
            Self::TopicGoesOn(tail) => {
                if let RawBody::Publish(publish) = &mut raw.body
                    && !publish.topic.is_empty()
                {
                    publish.topic = joined(&publish.topic, tail);
                }
            }
            Self::QoS3 | Self::DupOnQoS0 | Self::IdOnQoS0 | Self::IdMissing => {
                if let RawBody::Publish(publish) = &mut raw.body {
                    match (self, publish.qos) {
                        (Self::QoS3, 2) => publish.qos = 3,
                        (Self::DupOnQoS0, 0) => publish.dup = true,
                        (Self::IdOnQoS0, 0) => publish.packet_id = Some(1),
                        (Self::IdMissing, 1 | 2) => publish.packet_id = None,
                        _ => {}
                    }
                }
            }
            Self::OtherVersion => {
                return match version {
                    Version::V3_1_1 => raw.encode(Version::V5_0),
                    Version::V5_0 => raw.encode(Version::V3_1_1),
                };
            }
            Self::Overwrite(alter) => alter_content(&mut raw, version, |content| alter(content)),
            Self::Content(alter) => alter_content(&mut raw, version, alter),
            Self::ReasonString(unless) => explain(&mut raw, terms, unless, Explanation::Reason),
            Self::UserProperty(unless) => explain(&mut raw, terms, unless, Explanation::Property),
        }
        raw.encode(version)
    }
}

#[derive(Clone, Copy)]
enum Explanation {
    Reason,
    Property,
}

/// Adds an explanation where the client may not have it.
fn explain(raw: &mut RawPacket, terms: Terms, unless: Unless, explanation: Explanation) {
    if unless == Unless::Unwanted && terms.problem_information {
        return;
    }
    let (id, value) = match explanation {
        Explanation::Reason => (PropertyId::ReasonString, text(b"this is so because it is so")),
        Explanation::Property => {
            let (name, value) = (Bytes::from_static(b"server"), Bytes::from_static(b"mqttspec"));
            (PropertyId::UserProperty, RawValue::Pair(name, value))
        }
    };
    let mut explained = raw.clone();
    let Some(properties) = properties(&mut explained.body) else { return };
    properties.list.retain(|property| property.id != number(id));
    properties.push(id, value);
    let fits = explained.encode(terms.version).len() <= terms.packet_size_max;
    if fits == (unless == Unless::Unwanted) {
        *raw = explained;
    }
}

/// Alters the bytes behind the fixed header.
fn alter_content(raw: &mut RawPacket, version: Version, alter: impl FnOnce(&mut Vec<u8>)) {
    let packet = raw.encode(version);
    let mut content = packet[header_len(&packet)..].to_vec();
    alter(&mut content);
    raw.truncate = usize::MAX;
    raw.append = content.into();
}

fn text(text: &'static [u8]) -> RawValue {
    RawValue::Text(Bytes::from_static(text))
}

fn joined(text: &[u8], tail: &[u8]) -> Bytes {
    [text, tail].concat().into()
}

fn number(id: PropertyId) -> u32 {
    u32::from(id.value())
}

/// The first property with an identifier.
fn find(body: &mut RawBody, id: PropertyId) -> Option<&mut RawProperty> {
    properties(body)?.list.iter_mut().find(|property| property.id == number(id))
}

/// The properties of a packet that a server sends.
fn properties(body: &mut RawBody) -> Option<&mut RawProperties> {
    Some(match body {
        RawBody::Connack(connack) => &mut connack.properties,
        RawBody::Publish(publish) => &mut publish.properties,
        RawBody::Puback(ack)
        | RawBody::Pubrec(ack)
        | RawBody::Pubrel(ack)
        | RawBody::Pubcomp(ack) => &mut ack.properties,
        RawBody::Suback(suback) => &mut suback.properties,
        RawBody::Unsuback(unsuback) => &mut unsuback.properties,
        RawBody::Disconnect(disconnect) => &mut disconnect.properties,
        RawBody::Auth(auth) => &mut auth.properties,
        _ => return None,
    })
}

fn set_packet_id(body: &mut RawBody, id: u16) {
    match body {
        RawBody::Publish(publish) if publish.packet_id.is_some() => publish.packet_id = Some(id),
        RawBody::Puback(ack)
        | RawBody::Pubrec(ack)
        | RawBody::Pubrel(ack)
        | RawBody::Pubcomp(ack) => ack.packet_id = id,
        RawBody::Suback(suback) => suback.packet_id = id,
        RawBody::Unsuback(unsuback) => unsuback.packet_id = id,
        _ => {}
    }
}

fn set_reason(body: &mut RawBody, code: u8) {
    let reason = match body {
        RawBody::Connack(connack) => Some(&mut connack.reason),
        RawBody::Puback(ack)
        | RawBody::Pubrec(ack)
        | RawBody::Pubrel(ack)
        | RawBody::Pubcomp(ack) => Some(&mut ack.reason),
        RawBody::Suback(suback) => suback.codes.last_mut(),
        RawBody::Unsuback(unsuback) => unsuback.codes.last_mut(),
        RawBody::Disconnect(disconnect) => Some(&mut disconnect.reason),
        RawBody::Auth(auth) => Some(&mut auth.reason),
        _ => None,
    };
    if let Some(reason) = reason {
        *reason = code;
    }
}

/// How many bytes of a packet are its fixed header.
fn header_len(packet: &[u8]) -> usize {
    packet.iter().skip(1).take_while(|&&byte| byte & 0x80 != 0).count() + 2
}

/// A Remaining Length with a byte that it does not need.
fn padded(length: usize) -> Bytes {
    let mut bytes = BytesMut::new();
    mqttspec_codec::raw::put::varint(&mut bytes, u32::try_from(length).unwrap_or(u32::MAX));
    if let Some(last) = bytes.last_mut() {
        *last |= 0x80;
    }
    bytes.put_u8(0);
    bytes.freeze()
}

fn add_byte(content: &mut Vec<u8>) {
    content.push(0);
}

fn drop_byte(content: &mut Vec<u8>) {
    content.pop();
}

fn cut_to_one_byte(content: &mut Vec<u8>) {
    content.truncate(1);
}

fn cut_to_id(content: &mut Vec<u8>) {
    content.truncate(2);
}

/// CONNACK says that there is a session although it refuses the client.
fn present_in_refusal(content: &mut [u8]) {
    if let [flags, code, ..] = content
        && *code > 0
    {
        *flags = 1;
    }
}

/// CONNACK has the Reason Code of 5.0 that the Return Code stands for.
fn return_code_as_reason(content: &mut [u8]) {
    if let [_, code] = content
        && *code > 0
    {
        *code += 0x83;
    }
}

/// SUBACK says Not authorized instead of Failure.
fn failure_as_reason(content: &mut [u8]) {
    for code in content.iter_mut().skip(2).filter(|code| **code == 0x80) {
        *code = 0x87;
    }
}

fn lengthen_first_string(content: &mut [u8]) {
    if let Some(length) = content.first_mut() {
        *length = 0xFF;
    }
}

/// Property Length of CONNACK stands behind flags and Reason Code.
fn lengthen_properties(content: &mut [u8]) {
    if let Some(length @ ..0x70) = content.get_mut(2) {
        *length += 9;
    }
}

fn pad_property_length(content: &mut Vec<u8>) {
    if let Some(length @ ..0x80) = content.get_mut(2) {
        *length |= 0x80;
        content.insert(3, 0);
    }
}

/// Only the Reason Code is left, and a Property Length of 0.
fn drop_auth_properties(content: &mut Vec<u8>) {
    content.truncate(1);
    content.push(0);
}
