//! UNSUBACK (section 3.11).

use bytes::{Buf, BytesMut};

use super::encode::Listing;
use super::suback::ReasonList;
use super::{Packet, PacketId, PacketType};
use crate::Version;
use crate::error::EncodeError;
use crate::frame::{Decoded, Head, Source};
use crate::property::{Properties, PropertyPlace, property_owner};
use crate::reader::{Reader, share};

/// The answer to an UNSUBSCRIBE (section 3.11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsuback {
    /// The identifier of the UNSUBSCRIBE.
    pub packet_id: PacketId,
    /// Empty in 3.1.1.
    pub properties: Properties<Self>,
    /// One for each filter, in their order; see [`Suback::codes`](super::Suback::codes). Empty in
    /// 3.1.1.
    pub codes: ReasonList,
}

property_owner!(Unsuback);

impl Unsuback {
    #[inline(never)]
    pub(super) fn decode<S: Source>(source: S, head: Head) -> Decoded {
        let mut reader = Reader::new(source.bytes(), head);
        let packet_id = reader.packet_id()?;
        if reader.version() == Version::V3_1_1 {
            reader.finish()?;
            source.skip();
            let (properties, codes) = (Properties::new(), ReasonList::default());
            return Ok(Some(Packet::Unsuback(Self { packet_id, properties, codes })));
        }
        let (properties, _) = reader.properties(PropertyPlace::Unsuback)?;
        let payload = reader.position();
        ReasonList::check(&mut reader, PacketType::Unsuback)?;

        let mut packet = source.take();
        let properties = Properties::from_checked(share(&packet, properties));
        packet.advance(payload);
        let codes = ReasonList::from_checked(packet);
        Ok(Some(Packet::Unsuback(Self { packet_id, properties, codes })))
    }

    pub(super) fn content_len(&self, version: Version) -> Result<usize, EncodeError> {
        match version {
            Version::V3_1_1 if !self.codes.is_empty() => {
                return Err(EncodeError::NotInVersion(PacketType::Unsuback, version));
            }
            Version::V3_1_1 => {}
            Version::V5_0 => self.codes.check_encode(PacketType::Unsuback, version)?,
        }
        self.listing().content_len(version)
    }

    #[inline]
    pub(super) fn encode(&self, version: Version, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.listing().encode(version, self.content_len(version)?, out)
    }

    #[inline]
    fn listing(&self) -> Listing<'_, Self> {
        Listing {
            packet: PacketType::Unsuback,
            packet_id: self.packet_id,
            properties: &self.properties,
            list: self.codes.as_bytes(),
        }
    }
}
