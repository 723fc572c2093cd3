//! Defects of bytes on their way out, for what the codec refuses to write: `table` says which
//! packet is wrong and how, `content` what can be wrong behind the fixed header.

mod content;
mod table;

use bytes::{BufMut, Bytes, BytesMut};
use mqttspec_codec::raw::{
    RawBody, RawLength, RawPacket, RawProperties, RawProperty, RawPublish, RawValue,
};
use mqttspec_codec::{Packet, PropertyId, Version};

use self::table::fault;
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
            Self::Set(..) | Self::Alter(..) | Self::GoesOn(..) | Self::Twice(_) | Self::Tail(_) => {
                self.spoil_properties(&mut raw.body);
            }
            Self::TopicGoesOn(_)
            | Self::QoS3
            | Self::DupOnQoS0
            | Self::IdOnQoS0
            | Self::IdMissing => {
                if let RawBody::Publish(publish) = &mut raw.body {
                    self.spoil_publish(publish);
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
    fn spoil_properties(self, body: &mut RawBody) {
        match self {
            Self::Set(id, value) => {
                if let Some(properties) = properties(body) {
                    properties.list.retain(|property| property.id != number(id));
                    properties.push(id, value);
                }
            }
            Self::Alter(id, value) => {
                if let Some(found) = find(body, id) {
                    found.value = value;
                }
            }
            Self::GoesOn(id, tail) => {
                let value = find(body, id).map(|found| &mut found.value);
                if let Some(RawValue::Text(text) | RawValue::Pair(_, text)) = value {
                    *text = joined(text, tail);
                }
            }
            Self::Twice(id) => {
                let again = find(body, id).cloned();
                if let (Some(again), Some(properties)) = (again, properties(body)) {
                    properties.list.push(again);
                }
            }
            Self::Tail(bytes) => {
                if let Some(properties) = properties(body) {
                    properties.tail = Bytes::from_static(bytes);
                }
            }
            _ => {}
        }
    }

    fn spoil_publish(self, publish: &mut RawPublish) {
        match (self, publish.qos) {
            (Self::TopicGoesOn(tail), _) if !publish.topic.is_empty() => {
                publish.topic = joined(&publish.topic, tail);
            }
            (Self::QoS3, 2) => publish.qos = 3,
            (Self::DupOnQoS0, 0) => publish.dup = true,
            (Self::IdOnQoS0, 0) => publish.packet_id = Some(1),
            (Self::IdMissing, 1 | 2) => publish.packet_id = None,
            _ => {}
        }
    }
}

/// With what a packet is explained.
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
        Explanation::Reason => (
            PropertyId::ReasonString,
            RawValue::Text(Bytes::from_static(b"this is so because it is so")),
        ),
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
