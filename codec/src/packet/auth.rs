//! AUTH (5.0 section 3.15).

use bytes::{BufMut, BytesMut};

use super::ack::{read_reason, take_properties};
use super::encode::{begin, put_properties};
use super::{Packet, PacketType};
use crate::error::{EncodeError, ErrorKind};
use crate::frame::{Decoded, Head, Source};
use crate::property::{Properties, PropertyId, PropertyPlace, property_owner};
use crate::reader::Reader;
use crate::{ReasonCode, Sender, Version};

/// A step of an enhanced authentication (5.0 sections 3.15 and 4.12). There is always an Authentication Method among the
/// properties, so that the short form of AUTH, which has none, is never a legal packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auth {
    /// Success, Continue authentication, or Re-authenticate.
    pub reason: ReasonCode,
    /// With an Authentication Method.
    pub properties: Properties<Self>,
}

property_owner!(Auth);

impl Auth {
    #[inline(never)]
    pub(super) fn decode<S: Source>(source: S, head: Head) -> Decoded {
        let mut reader = Reader::new(source.bytes(), head);
        let start = reader.position();
        if reader.is_at_end() {
            return Err(reader.error(ErrorKind::NoAuthenticationMethod, start));
        }
        let reason = read_reason(&mut reader, PacketType::Auth)?;
        let (properties, seen) = reader.properties(PropertyPlace::Auth)?;
        reader.finish()?;
        if !seen.has(PropertyId::AuthenticationMethod) {
            return Err(reader.error(ErrorKind::NoAuthenticationMethod, properties.start));
        }
        let properties = take_properties(source, properties);
        Ok(Some(Packet::Auth(Self { reason, properties })))
    }

    pub(super) fn content_len(&self, version: Version) -> Result<usize, EncodeError> {
        if version == Version::V3_1_1 {
            return Err(EncodeError::NotInVersion(PacketType::Auth, version));
        }
        if !self.reason.allowed_in(PacketType::Auth, Sender::Any) {
            return Err(EncodeError::ReasonNotAllowed(PacketType::Auth, self.reason));
        }
        if self.properties.authentication_method().is_none() {
            return Err(EncodeError::NoAuthenticationMethod);
        }
        Ok(1 + self.properties.encoded_len())
    }

    #[inline]
    pub(super) fn encode(&self, version: Version, out: &mut BytesMut) -> Result<(), EncodeError> {
        begin(out, PacketType::Auth.first_byte(), self.content_len(version)?)?;
        out.put_u8(self.reason.value());
        put_properties(out, &self.properties);
        Ok(())
    }
}
