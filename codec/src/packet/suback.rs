//! SUBACK (section 3.9), and the list of Reason Codes that UNSUBACK has too.

use bytes::{Buf, Bytes, BytesMut};

use super::ack::check_reason;
use super::encode::Listing;
use super::{Packet, PacketId, PacketType};
use crate::error::{DecodeError, EncodeError, ErrorKind};
use crate::frame::{Decoded, Head, Source};
use crate::property::{Properties, PropertyPlace, property_owner};
use crate::reader::{Reader, share};
use crate::{ReasonCode, Sender, Version};

/// The answer to a SUBSCRIBE (section 3.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suback {
    /// The identifier of the SUBSCRIBE.
    pub packet_id: PacketId,
    /// Empty in 3.1.1.
    pub properties: Properties<Self>,
    /// One for each filter, in their order; that there are as many only the sender of the SUBSCRIBE
    /// can tell, so that none at all is no error here. 3.1.1 has the granted QoS and Unspecified
    /// error alone.
    pub codes: ReasonList,
}

property_owner!(Suback);

/// Reason Codes, in the order of the packet. Cloning shares the bytes.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ReasonList {
    /// One byte a code, validated.
    bytes: Bytes,
}

impl ReasonList {
    /// How many codes there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The codes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = ReasonCode> + Clone {
        // The list has been validated: the default is never used.
        self.bytes.iter().map(|&code| ReasonCode::from_u8(code).unwrap_or(ReasonCode::Success))
    }

    pub(super) const fn as_bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Checks the payload of a packet.
    #[inline]
    pub(super) fn check(reader: &mut Reader<'_>, packet: PacketType) -> Result<(), DecodeError> {
        let span = reader.rest();
        for (at, &code) in span.clone().zip(reader.get(&span)) {
            let code = check_reason(reader, packet, code).map_err(|kind| reader.error(kind, at))?;
            if reader.version() == Version::V3_1_1 && !code.is_suback_code_of_3_1_1() {
                return Err(reader.error(ErrorKind::ReasonCodeNotAllowed(packet), at));
            }
        }
        Ok(())
    }

    pub(super) const fn from_checked(bytes: Bytes) -> Self {
        Self { bytes }
    }

    /// Whether a packet of this type and version can carry the list.
    pub(super) fn check_encode(
        &self,
        packet: PacketType,
        version: Version,
    ) -> Result<(), EncodeError> {
        let foreign = self.iter().find(|code| {
            !code.allowed_in(packet, Sender::Any)
                || version == Version::V3_1_1 && !code.is_suback_code_of_3_1_1()
        });
        match foreign {
            Some(code) => Err(EncodeError::ReasonNotAllowed(packet, code)),
            None => Ok(()),
        }
    }
}

impl FromIterator<ReasonCode> for ReasonList {
    fn from_iter<I: IntoIterator<Item = ReasonCode>>(codes: I) -> Self {
        Self { bytes: codes.into_iter().map(ReasonCode::value).collect() }
    }
}

impl std::fmt::Debug for ReasonList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Suback {
    #[inline(never)]
    pub(super) fn decode<S: Source>(source: S, head: Head) -> Decoded {
        let mut reader = Reader::new(source.bytes(), head);
        let packet_id = reader.packet_id()?;
        let (properties, _) = reader.properties(PropertyPlace::Suback)?;
        let payload = reader.position();
        ReasonList::check(&mut reader, PacketType::Suback)?;

        let mut packet = source.take();
        let properties = Properties::from_checked(share(&packet, properties));
        packet.advance(payload);
        let codes = ReasonList::from_checked(packet);
        Ok(Some(Packet::Suback(Self { packet_id, properties, codes })))
    }

    pub(super) fn content_len(&self, version: Version) -> Result<usize, EncodeError> {
        self.codes.check_encode(PacketType::Suback, version)?;
        self.listing().content_len(version)
    }

    #[inline]
    pub(super) fn encode(&self, version: Version, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.listing().encode(version, self.content_len(version)?, out)
    }

    #[inline]
    fn listing(&self) -> Listing<'_, Self> {
        Listing {
            packet: PacketType::Suback,
            packet_id: self.packet_id,
            properties: &self.properties,
            list: self.codes.as_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, decode_frame};

    #[test]
    fn a_list_without_codes_is_for_the_receiver_to_judge() {
        let frames = [
            (Version::V3_1_1, &[0x90, 0x02, 0x00, 0x01][..]),
            (Version::V5_0, &[0x90, 0x03, 0x00, 0x01, 0x00]),
            (Version::V5_0, &[0xb0, 0x03, 0x00, 0x01, 0x00]),
        ];
        for (version, frame) in frames {
            let context = Context::new(version, Sender::Server);
            let packet = decode_frame(Bytes::from_static(frame), &context).unwrap();
            let mut encoded = BytesMut::new();
            packet.encode(version, &mut encoded).unwrap();
            assert_eq!(encoded, frame);
        }
    }
}
