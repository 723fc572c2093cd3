//! DISCONNECT (section 3.14).

use bytes::{BufMut, BytesMut};

use super::ack::{read_reason, take_properties};
use super::encode::{begin, put_properties};
use super::{Packet, PacketType};
use crate::error::EncodeError;
use crate::frame::{Decoded, Head, Source};
use crate::property::{Properties, PropertyPlace, property_owner};
use crate::reader::Reader;
use crate::{ReasonCode, Sender, Version};

/// The last packet of a connection (section 3.14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disconnect {
    /// Why the connection ends. Always Normal disconnection in 3.1.1.
    pub reason: ReasonCode,
    /// Empty in 3.1.1.
    pub properties: Properties<Self>,
}

property_owner!(Disconnect);

impl Disconnect {
    /// One without properties.
    #[must_use]
    pub const fn new(reason: ReasonCode) -> Self {
        Self { reason, properties: Properties::new() }
    }

    #[inline(never)]
    pub(super) fn decode<S: Source>(source: S, head: Head) -> Decoded {
        let mut reader = Reader::new(source.bytes(), head);
        let mut reason = ReasonCode::NORMAL_DISCONNECTION;
        let mut properties = 0..0;
        if reader.version() == Version::V5_0 {
            // Both may be left out, from the end.
            if !reader.is_at_end() {
                reason = read_reason(&mut reader, PacketType::Disconnect)?;
            }
            if !reader.is_at_end() {
                properties = reader.properties(PropertyPlace::Disconnect)?.0;
            }
        }
        reader.finish()?;
        let properties = take_properties(source, properties);
        Ok(Some(Packet::Disconnect(Self { reason, properties })))
    }

    pub(super) fn content_len(&self, version: Version) -> Result<usize, EncodeError> {
        if self.reason == ReasonCode::NORMAL_DISCONNECTION && self.properties.is_empty() {
            return Ok(0);
        }
        if version == Version::V3_1_1 {
            return Err(EncodeError::NotInVersion(PacketType::Disconnect, version));
        }
        if !self.reason.allowed_in(PacketType::Disconnect, Sender::Any) {
            return Err(EncodeError::ReasonNotAllowed(PacketType::Disconnect, self.reason));
        }
        let properties = &self.properties;
        Ok(if properties.is_empty() { 1 } else { 1 + properties.encoded_len() })
    }

    #[inline]
    pub(super) fn encode(&self, version: Version, out: &mut BytesMut) -> Result<(), EncodeError> {
        let len = self.content_len(version)?;
        begin(out, PacketType::Disconnect.first_byte(), len)?;
        if len > 0 {
            out.put_u8(self.reason.value());
        }
        if len > 1 {
            put_properties(out, &self.properties);
        }
        Ok(())
    }
}
