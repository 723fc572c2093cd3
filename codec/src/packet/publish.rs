//! PUBLISH (section 3.3).

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::encode::{begin_with, length_of, put_properties, string_len};
use super::{Packet, PacketId, PacketType, QoS};
use crate::Version;
use crate::error::{EncodeError, ErrorKind, Field};
use crate::frame::{Decoded, Head, Source};
use crate::property::{Properties, PropertyId, PropertyPlace, property_owner};
use crate::reader::{self, Reader};
use crate::topic::TopicName;

/// An Application Message on its way (section 3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// QoS, DUP and Packet Identifier.
    pub delivery: Delivery,
    /// Whether the message is to be retained, or was.
    pub retain: bool,
    /// Absent only in 5.0, and only with a Topic Alias.
    pub topic: TopicName,
    /// Empty in 3.1.1.
    pub properties: Properties<Self>,
    /// The message itself.
    pub payload: Bytes,
}

property_owner!(Publish);

/// The QoS of a PUBLISH, and what comes with it: only above QoS 0 is there a Packet Identifier,
/// and may DUP be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// QoS 0
    AtMostOnce,
    /// QoS 1
    AtLeastOnce {
        /// The identifier that the PUBACK repeats.
        packet_id: PacketId,
        /// Whether this is sent again.
        dup: bool,
    },
    /// QoS 2
    ExactlyOnce {
        /// The identifier that PUBREC, PUBREL and PUBCOMP repeat.
        packet_id: PacketId,
        /// Whether this is sent again.
        dup: bool,
    },
}

impl Delivery {
    /// `None` if the parts do not fit together: an identifier is there just above QoS 0, and DUP
    /// there only.
    #[must_use]
    pub const fn new(qos: QoS, packet_id: Option<PacketId>, dup: bool) -> Option<Self> {
        match (qos, packet_id) {
            (QoS::AtMostOnce, None) if !dup => Some(Self::AtMostOnce),
            (QoS::AtLeastOnce, Some(packet_id)) => Some(Self::AtLeastOnce { packet_id, dup }),
            (QoS::ExactlyOnce, Some(packet_id)) => Some(Self::ExactlyOnce { packet_id, dup }),
            _ => None,
        }
    }

    /// The QoS.
    #[must_use]
    pub const fn qos(self) -> QoS {
        match self {
            Self::AtMostOnce => QoS::AtMostOnce,
            Self::AtLeastOnce { .. } => QoS::AtLeastOnce,
            Self::ExactlyOnce { .. } => QoS::ExactlyOnce,
        }
    }

    /// Whether DUP is set.
    #[must_use]
    pub const fn dup(self) -> bool {
        match self {
            Self::AtMostOnce => false,
            Self::AtLeastOnce { dup, .. } | Self::ExactlyOnce { dup, .. } => dup,
        }
    }

    /// The Packet Identifier, above QoS 0.
    #[must_use]
    pub const fn packet_id(self) -> Option<PacketId> {
        match self {
            Self::AtMostOnce => None,
            Self::AtLeastOnce { packet_id, .. } | Self::ExactlyOnce { packet_id, .. } => {
                Some(packet_id)
            }
        }
    }
}

impl Publish {
    /// The QoS.
    #[must_use]
    pub const fn qos(&self) -> QoS {
        self.delivery.qos()
    }

    /// Whether DUP is set.
    #[must_use]
    pub const fn dup(&self) -> bool {
        self.delivery.dup()
    }

    /// The Packet Identifier, above QoS 0.
    #[must_use]
    pub const fn packet_id(&self) -> Option<PacketId> {
        self.delivery.packet_id()
    }

    #[inline(never)]
    pub(super) fn decode<S: Source>(source: S, head: Head) -> Decoded {
        let mut reader = Reader::new(source.bytes(), head);
        let dup = head.flags & DUP != 0;
        let qos = match QoS::from_u8(head.flags >> 1 & 0b11) {
            None => return Err(reader.error(ErrorKind::PublishQoS3, 0)),
            Some(QoS::AtMostOnce) if dup => return Err(reader.error(ErrorKind::DupOnQoS0, 0)),
            Some(qos) => qos,
        };
        let topic_at = reader.position();
        let topic = reader.topic_name(Field::TopicName)?;
        let delivery = match qos {
            QoS::AtMostOnce => Delivery::AtMostOnce,
            QoS::AtLeastOnce => Delivery::AtLeastOnce { packet_id: reader.packet_id()?, dup },
            QoS::ExactlyOnce => Delivery::ExactlyOnce { packet_id: reader.packet_id()?, dup },
        };
        let (properties, seen) = reader.properties(PropertyPlace::Publish)?;
        if topic.is_empty() && !seen.has(PropertyId::TopicAlias) {
            return Err(reader.error(ErrorKind::EmptyTopicName(Field::TopicName), topic_at));
        }
        let payload = reader.position();

        let mut packet = source.take();
        let topic = TopicName::from_checked(reader::share(&packet, topic));
        let properties = Properties::from_checked(reader::share(&packet, properties));
        packet.advance(payload);
        Ok(Some(Packet::Publish(Self {
            delivery,
            retain: head.flags & RETAIN != 0,
            topic,
            properties,
            payload: packet,
        })))
    }

    /// Bits 3 to 0 of the first byte.
    #[inline]
    fn flags(&self) -> u8 {
        let dup = if self.dup() { DUP } else { 0 };
        dup | self.qos().value() << 1 | u8::from(self.retain)
    }

    #[inline]
    pub(super) fn content_len(&self, version: Version) -> Result<usize, EncodeError> {
        let packet_id_len = if self.packet_id().is_some() { 2 } else { 0 };
        let len = string_len(self.topic.as_mqtt_string()) + packet_id_len + self.payload.len();
        match version {
            Version::V3_1_1 if !self.properties.is_empty() => {
                Err(EncodeError::NotInVersion(PacketType::Publish, version))
            }
            Version::V3_1_1 if self.topic.is_absent() => Err(EncodeError::NoTopicName),
            Version::V3_1_1 => Ok(len),
            Version::V5_0 if self.topic.is_absent() && self.properties.topic_alias().is_none() => {
                Err(EncodeError::NoTopicName)
            }
            Version::V5_0 => Ok(len + self.properties.encoded_len()),
        }
    }

    #[inline]
    pub(super) fn encode(&self, version: Version, out: &mut BytesMut) -> Result<(), EncodeError> {
        let first_byte = PacketType::Publish.first_byte() | self.flags();
        let topic = self.topic.as_bytes();
        begin_with(out, first_byte, self.content_len(version)?, length_of(topic))?;
        out.put_slice(topic);
        let packet_id = self.packet_id().map(|packet_id| packet_id.get().to_be_bytes());
        match (packet_id, version) {
            // What most packets have, in one go.
            (Some([high, low]), Version::V5_0) if self.properties.is_empty() => {
                out.put_slice(&[high, low, 0]);
            }
            (Some(packet_id), Version::V5_0) => {
                out.put_slice(&packet_id);
                put_properties(out, &self.properties);
            }
            (None, Version::V5_0) => put_properties(out, &self.properties),
            (Some(packet_id), Version::V3_1_1) => out.put_slice(&packet_id),
            (None, Version::V3_1_1) => {}
        }
        out.put_slice(&self.payload);
        Ok(())
    }
}

const DUP: u8 = 0b1000;
const RETAIN: u8 = 0b0001;
