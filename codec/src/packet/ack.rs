//! PUBACK, PUBREC, PUBREL and PUBCOMP (sections 3.4 to 3.7), which share one format: a Packet
//! Identifier and, in 5.0, a Reason Code and properties, which may be left out from the end.

use bytes::{BufMut, BytesMut};

use super::encode::{begin_with, put_properties};
use super::{Packet, PacketId, PacketType};
use crate::error::{DecodeError, EncodeError, ErrorKind, Field};
use crate::frame::{Decoded, Head, Source};
use crate::property::{Properties, PropertyOwner, property_owner};
use crate::reader::{Reader, Span};
use crate::{ReasonCode, Version};

macro_rules! acknowledgement {
    ($Name:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $Name {
            /// The identifier of the PUBLISH that this answers.
            pub packet_id: PacketId,
            /// What became of it. Always Success in 3.1.1.
            pub reason: ReasonCode,
            /// Empty in 3.1.1.
            pub properties: Properties<Self>,
        }

        property_owner!($Name);

        impl $Name {
            /// One with Success and no properties.
            #[must_use]
            pub const fn new(packet_id: PacketId) -> Self {
                Self { packet_id, reason: ReasonCode::Success, properties: Properties::new() }
            }

            /// One without properties.
            #[must_use]
            pub const fn with_reason(packet_id: PacketId, reason: ReasonCode) -> Self {
                Self { packet_id, reason, properties: Properties::new() }
            }

            #[inline(never)]
            pub(super) fn decode<S: Source>(source: S, head: Head) -> Decoded {
                let Parts { packet_id, reason, properties } = Parts::read::<Self>(&source, head)?;
                let properties = take_properties(source, properties);
                Ok(Some(Packet::$Name(Self { packet_id, reason, properties })))
            }

            #[inline]
            pub(super) fn content_len(&self, version: Version) -> Result<usize, EncodeError> {
                content_len(PacketType::$Name, version, self.reason, &self.properties)
            }

            #[inline]
            pub(super) fn encode(
                &self,
                version: Version,
                out: &mut BytesMut,
            ) -> Result<(), EncodeError> {
                let len = self.content_len(version)?;
                let first_byte = PacketType::$Name.first_byte();
                encode(first_byte, len, self.packet_id, self.reason, &self.properties, out)
            }
        }
    };
}

acknowledgement!(Puback, "The answer to a PUBLISH at QoS 1 (section 3.4).");
acknowledgement!(Pubrec, "The answer to a PUBLISH at QoS 2 (section 3.5).");
acknowledgement!(Pubrel, "The answer to a PUBREC (section 3.6).");
acknowledgement!(Pubcomp, "The answer to a PUBREL (section 3.7).");

/// What all four have, with the place of their properties.
struct Parts {
    packet_id: PacketId,
    reason: ReasonCode,
    properties: Span,
}

impl Parts {
    #[inline]
    fn read<K: PropertyOwner>(source: &impl Source, head: Head) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(source.bytes(), head);
        let packet_id = reader.packet_id()?;
        if reader.version() == Version::V3_1_1 || reader.is_at_end() {
            reader.finish()?;
            return Ok(Self { packet_id, reason: ReasonCode::Success, properties: 0..0 });
        }
        let reason = read_reason(&mut reader, head.packet)?;
        // The properties may be left out, their length included, if there are none.
        let properties = if reader.is_at_end() { 0..0 } else { reader.properties(K::PLACE)?.0 };
        reader.finish()?;
        Ok(Self { packet_id, reason, properties })
    }
}

/// Reads a Reason Code of 5.0 that its sender may put into a packet of this type.
#[inline]
pub(super) fn read_reason(
    reader: &mut Reader<'_>,
    packet: PacketType,
) -> Result<ReasonCode, DecodeError> {
    let at = reader.position();
    let value = reader.u8(Field::ReasonCode)?;
    check_reason(reader, packet, value).map_err(|kind| reader.error(kind, at))
}

/// The Reason Code with this value, if it is one that the sender may put into the packet.
#[inline]
pub(super) fn check_reason(
    reader: &Reader<'_>,
    packet: PacketType,
    value: u8,
) -> Result<ReasonCode, ErrorKind> {
    match ReasonCode::from_u8(value) {
        Some(reason) if reason.allowed_in(packet, reader.sender()) => Ok(reason),
        Some(reason) if reason.allowed_in(packet, crate::Sender::Any) => {
            Err(ErrorKind::ReasonCodeOfOtherSide(packet))
        }
        _ => Err(ErrorKind::ReasonCodeNotAllowed(packet)),
    }
}

/// Takes the properties, if there are any, out of a packet of which nothing else is shared.
#[inline]
pub(super) fn take_properties<S: Source, K>(source: S, span: Span) -> Properties<K> {
    if span.is_empty() {
        source.skip();
        return Properties::new();
    }
    let mut block = source.take();
    block.truncate(span.end);
    Properties::from_checked(block.split_off(span.start))
}

/// The length of an acknowledgement in its shortest form.
#[inline]
fn content_len<K>(
    packet: PacketType,
    version: Version,
    reason: ReasonCode,
    properties: &Properties<K>,
) -> Result<usize, EncodeError> {
    if reason == ReasonCode::Success && properties.is_empty() {
        return Ok(2);
    }
    if version == Version::V3_1_1 {
        return Err(EncodeError::NotInVersion(packet, version));
    }
    if !reason.allowed_in(packet, crate::Sender::Any) {
        return Err(EncodeError::ReasonNotAllowed(packet, reason));
    }
    Ok(if properties.is_empty() { 3 } else { 3 + properties.encoded_len() })
}

/// Writes an acknowledgement of which `len` bytes follow the fixed header.
#[inline]
fn encode<K>(
    first_byte: u8,
    len: usize,
    packet_id: PacketId,
    reason: ReasonCode,
    properties: &Properties<K>,
    out: &mut BytesMut,
) -> Result<(), EncodeError> {
    begin_with(out, first_byte, len, packet_id.get())?;
    if len > 2 {
        out.put_slice(&[reason.value()]);
    }
    if len > 3 {
        put_properties(out, properties);
    }
    Ok(())
}
