//! CONNACK (section 3.2).

use bytes::{BufMut, BytesMut};

use super::ack::{read_reason, take_properties};
use super::encode::{begin, put_properties};
use super::{Packet, PacketType};
use crate::error::{DecodeError, EncodeError, ErrorKind, Field};
use crate::frame::{Decoded, Head, Source};
use crate::property::{Properties, PropertyPlace, property_owner};
use crate::reader::Reader;
use crate::{ReasonCode, Sender, Version};

/// The answer to a CONNECT (section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connack {
    /// Whether the server goes on with a session that it had. Never set with an error.
    pub session_present: bool,
    /// Success or why not. The Return Codes of 3.1.1 are told in the codes of 5.0, see
    /// [`ReasonCode::from_connack_return_code`].
    pub reason: ReasonCode,
    /// Empty in 3.1.1.
    pub properties: Properties<Self>,
}

property_owner!(Connack);

impl Connack {
    #[inline(never)]
    pub(super) fn decode<S: Source>(source: S, head: Head) -> Decoded {
        let mut reader = Reader::new(source.bytes(), head);
        let start = reader.position();
        let flags = reader.u8(Field::AcknowledgeFlags)?;
        if flags > 1 {
            return Err(reader.error(ErrorKind::AcknowledgeReservedFlags, start));
        }
        let session_present = flags == 1;
        let reason = match reader.version() {
            Version::V3_1_1 => read_return_code(&mut reader)?,
            Version::V5_0 => read_reason(&mut reader, PacketType::Connack)?,
        };
        if session_present && reason != ReasonCode::Success {
            return Err(reader.error(ErrorKind::SessionPresentWithError, start));
        }
        let (properties, _) = reader.properties(PropertyPlace::Connack)?;
        reader.finish()?;
        let properties = take_properties(source, properties);
        Ok(Some(Packet::Connack(Self { session_present, reason, properties })))
    }

    pub(super) fn content_len(&self, version: Version) -> Result<usize, EncodeError> {
        if self.session_present && self.reason != ReasonCode::Success {
            return Err(EncodeError::SessionPresentWithError);
        }
        match version {
            Version::V3_1_1 if !self.properties.is_empty() => {
                Err(EncodeError::NotInVersion(PacketType::Connack, version))
            }
            Version::V3_1_1 if self.reason.connack_return_code().is_none() => {
                Err(EncodeError::ReasonNotAllowed(PacketType::Connack, self.reason))
            }
            Version::V3_1_1 => Ok(2),
            Version::V5_0 if !self.reason.allowed_in(PacketType::Connack, Sender::Any) => {
                Err(EncodeError::ReasonNotAllowed(PacketType::Connack, self.reason))
            }
            Version::V5_0 => Ok(2 + self.properties.encoded_len()),
        }
    }

    #[inline]
    pub(super) fn encode(&self, version: Version, out: &mut BytesMut) -> Result<(), EncodeError> {
        begin(out, PacketType::Connack.first_byte(), self.content_len(version)?)?;
        let code = match (version, self.reason.connack_return_code()) {
            (Version::V3_1_1, Some(code)) => code,
            _ => self.reason.value(),
        };
        out.put_slice(&[u8::from(self.session_present), code]);
        if version == Version::V5_0 {
            put_properties(out, &self.properties);
        }
        Ok(())
    }
}

/// Reads a Return Code of 3.1.1; all above 5 are reserved.
fn read_return_code(reader: &mut Reader<'_>) -> Result<ReasonCode, DecodeError> {
    let at = reader.position();
    let code = reader.u8(Field::ReasonCode)?;
    match ReasonCode::from_connack_return_code(code) {
        Some(reason) => Ok(reason),
        None => Err(reader.error(ErrorKind::ReasonCodeNotAllowed(PacketType::Connack), at)),
    }
}
