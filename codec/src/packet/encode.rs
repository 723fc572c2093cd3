//! Writing packets: the length is known before the first byte is written, and only what the
//! standard allows is written at all.

use bytes::{BufMut, Bytes, BytesMut};

use super::{Packet, PacketId, PacketType};
use crate::error::{EncodeError, Field};
use crate::property::Properties;
use crate::varint::VarInt;
use crate::{MqttString, Version};

impl Packet {
    /// Appends the packet to `out`, in the shortest form that there is. A CONNECT is written in its
    /// own version.
    ///
    /// # Errors
    ///
    /// The standard has no bytes for this packet in this version; nothing is written.
    pub fn encode(&self, version: Version, out: &mut BytesMut) -> Result<(), EncodeError> {
        match self {
            Self::Connect(packet) => packet.encode(out),
            Self::Connack(packet) => packet.encode(version, out),
            Self::Publish(packet) => packet.encode(version, out),
            Self::Puback(packet) => packet.encode(version, out),
            Self::Pubrec(packet) => packet.encode(version, out),
            Self::Pubrel(packet) => packet.encode(version, out),
            Self::Pubcomp(packet) => packet.encode(version, out),
            Self::Subscribe(packet) => packet.encode(version, out),
            Self::Suback(packet) => packet.encode(version, out),
            Self::Unsubscribe(packet) => packet.encode(version, out),
            Self::Unsuback(packet) => packet.encode(version, out),
            Self::Pingreq => begin(out, PacketType::Pingreq.first_byte(), 0),
            Self::Pingresp => begin(out, PacketType::Pingresp.first_byte(), 0),
            Self::Disconnect(packet) => packet.encode(version, out),
            Self::Auth(packet) => packet.encode(version, out),
        }
    }

    /// How many bytes [`Packet::encode`] appends.
    ///
    /// # Errors
    ///
    /// The standard has no bytes for this packet in this version.
    pub fn encoded_len(&self, version: Version) -> Result<usize, EncodeError> {
        let len = self.content_len(version)?;
        Ok(1 + remaining_length(len)?.encoded_len() + len)
    }

    /// The length of what follows the fixed header, for a packet that may be written.
    #[inline]
    fn content_len(&self, version: Version) -> Result<usize, EncodeError> {
        match self {
            Self::Connect(packet) => packet.content_len(),
            Self::Connack(packet) => packet.content_len(version),
            Self::Publish(packet) => packet.content_len(version),
            Self::Puback(packet) => packet.content_len(version),
            Self::Pubrec(packet) => packet.content_len(version),
            Self::Pubrel(packet) => packet.content_len(version),
            Self::Pubcomp(packet) => packet.content_len(version),
            Self::Subscribe(packet) => packet.content_len(version),
            Self::Suback(packet) => packet.content_len(version),
            Self::Unsubscribe(packet) => packet.content_len(version),
            Self::Unsuback(packet) => packet.content_len(version),
            Self::Pingreq | Self::Pingresp => Ok(0),
            Self::Disconnect(packet) => packet.content_len(version),
            Self::Auth(packet) => packet.content_len(version),
        }
    }
}

/// Makes room for a packet and writes its fixed header.
#[inline]
pub(super) fn begin(
    out: &mut BytesMut,
    first_byte: u8,
    content_len: usize,
) -> Result<(), EncodeError> {
    if let Ok(short @ 0..=127) = u8::try_from(content_len) {
        out.reserve(2 + content_len);
        out.put_slice(&[first_byte, short]);
        return Ok(());
    }
    let ([a, b, c, d], len) = remaining_length(content_len)?.to_bytes();
    out.reserve(1 + len + content_len);
    out.put_slice(&[first_byte, a, b, c, d][..=len]);
    Ok(())
}

/// The same for a packet whose content begins with a two byte integer, which is written with it.
#[inline]
pub(super) fn begin_with(
    out: &mut BytesMut,
    first_byte: u8,
    content_len: usize,
    integer: u16,
) -> Result<(), EncodeError> {
    let [high, low] = integer.to_be_bytes();
    if let Ok(short @ 0..=127) = u8::try_from(content_len) {
        out.reserve(2 + content_len);
        out.put_slice(&[first_byte, short, high, low]);
        return Ok(());
    }
    begin_long_with(out, first_byte, content_len, [high, low])
}

/// The same with a Remaining Length of two bytes or more.
#[inline(never)]
fn begin_long_with(
    out: &mut BytesMut,
    first_byte: u8,
    content_len: usize,
    [high, low]: [u8; 2],
) -> Result<(), EncodeError> {
    let ([a, b, c, d], len) = remaining_length(content_len)?.to_bytes();
    out.reserve(1 + len + content_len);
    // Arrays, whose lengths are known, are written faster than slices.
    match len {
        2 => out.put_slice(&[first_byte, a, b, high, low]),
        3 => out.put_slice(&[first_byte, a, b, c, high, low]),
        _ => out.put_slice(&[first_byte, a, b, c, d, high, low]),
    }
    Ok(())
}

/// What follows the fixed header of SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK: a Packet
/// Identifier, in 5.0 properties, and a list, which is in its encoded form.
pub(super) struct Listing<'a, K> {
    pub(super) packet: PacketType,
    pub(super) packet_id: PacketId,
    pub(super) properties: &'a Properties<K>,
    pub(super) list: &'a [u8],
}

impl<K> Listing<'_, K> {
    /// The length of the content, if it may be written; the list is for the caller to judge.
    #[inline]
    pub(super) fn content_len(&self, version: Version) -> Result<usize, EncodeError> {
        let len = 2 + self.list.len();
        match version {
            Version::V3_1_1 if !self.properties.is_empty() => {
                Err(EncodeError::NotInVersion(self.packet, version))
            }
            Version::V3_1_1 => Ok(len),
            Version::V5_0 => Ok(len + self.properties.encoded_len()),
        }
    }

    /// Writes the packet, whose content has `len` bytes.
    #[inline]
    pub(super) fn encode(
        &self,
        version: Version,
        len: usize,
        out: &mut BytesMut,
    ) -> Result<(), EncodeError> {
        begin_with(out, self.packet.first_byte(), len, self.packet_id.get())?;
        if version == Version::V5_0 {
            put_properties(out, self.properties);
        }
        out.put_slice(self.list);
        Ok(())
    }
}

/// The Remaining Length of that many bytes.
#[inline]
fn remaining_length(content_len: usize) -> Result<VarInt, EncodeError> {
    u32::try_from(content_len).ok().and_then(VarInt::new).ok_or(EncodeError::PacketTooLong)
}

/// Writes a Property Length and the properties.
#[inline]
pub(super) fn put_properties<K>(out: &mut BytesMut, properties: &Properties<K>) {
    let block = properties.as_bytes();
    if block.is_empty() {
        out.put_u8(0);
        return;
    }
    let (bytes, len) = block_len(block).to_bytes();
    out.put_slice(&bytes[..len]);
    out.put_slice(block);
}

/// The Property Length of a block, which is part of a packet whose length has been checked.
#[inline]
fn block_len(block: &Bytes) -> VarInt {
    u32::try_from(block.len()).ok().and_then(VarInt::new).unwrap_or(VarInt::MAX)
}

/// Writes a UTF-8 Encoded String.
#[inline]
pub(super) fn put_string(out: &mut BytesMut, string: &MqttString) {
    put_binary(out, string.as_bytes());
}

/// Writes Binary Data whose length [`binary_len`] or the type of a string has checked.
#[inline]
pub(super) fn put_binary(out: &mut BytesMut, bytes: &[u8]) {
    out.put_slice(&length_of(bytes).to_be_bytes());
    out.put_slice(bytes);
}

/// The length in front of a string, or of Binary Data that has been checked.
#[inline]
pub(super) fn length_of(bytes: &[u8]) -> u16 {
    u16::try_from(bytes.len()).unwrap_or(u16::MAX)
}

/// How many bytes a string takes up, with its length.
#[inline]
pub(super) const fn string_len(string: &MqttString) -> usize {
    2 + string.len()
}

/// How many bytes Binary Data takes up, with its length, which has two bytes.
pub(super) const fn binary_len(bytes: &Bytes, field: Field) -> Result<usize, EncodeError> {
    if bytes.len() <= MqttString::LEN_MAX {
        Ok(2 + bytes.len())
    } else {
        Err(EncodeError::FieldTooLong(field))
    }
}
