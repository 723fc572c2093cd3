//! A loose model of Control Packets that can say anything, legal or not. Scenarios and the fuzzer
//! write packets with it: what the fields hold is written as it is, lengths are computed, and
//! the mutations of [`RawPacket`] can then spoil both.
//!
//! Without mutations, the raw form of a [`Packet`] encodes to the same bytes as the packet.

mod body;
mod convert;
mod property;
pub mod put;

use bytes::{BufMut, Bytes, BytesMut};

pub use body::{
    AckForm, RawAck, RawAuth, RawBody, RawConnack, RawConnect, RawDisconnect, RawPublish,
    RawSuback, RawSubscribe, RawSubscription, RawUnsuback, RawUnsubscribe, RawWill,
};
pub use property::{RawProperties, RawProperty, RawValue};

#[cfg(doc)]
use crate::Packet;
use crate::Version;

/// A packet that need not be legal. [`RawPacket::encode`] applies the mutations in the order in
/// which they stand here, from `patch` on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawPacket {
    /// What the packet says.
    pub body: RawBody,
    /// Overwrites bytes: an offset from the start of the packet as it would be without mutations,
    /// and what to write there. What lies beyond the end of that packet is left out. The fixed
    /// header cannot be patched but by `packet_type`, `flags` and `remaining_length`.
    pub patch: Vec<(usize, Bytes)>,
    /// How many bytes to cut off the end; the fixed header stays.
    pub truncate: usize,
    /// What to add at the end.
    pub append: Bytes,
    /// What to write instead of the Remaining Length of what is there by now.
    pub remaining_length: Option<RawLength>,
    /// What to write into bits 3 to 0 of the first byte. Higher bits do not count.
    pub flags: Option<u8>,
    /// What to write into bits 7 to 4 of the first byte. Higher bits do not count.
    pub packet_type: Option<u8>,
}

/// A Remaining Length that need not be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawLength {
    /// This number, in as few bytes as it takes: up to five.
    Number(u32),
    /// These bytes.
    Bytes(Bytes),
}

impl RawPacket {
    /// A packet without mutations.
    pub fn new(body: impl Into<RawBody>) -> Self {
        Self {
            body: body.into(),
            patch: Vec::new(),
            truncate: 0,
            append: Bytes::new(),
            remaining_length: None,
            flags: None,
            packet_type: None,
        }
    }

    /// The bytes. The version decides whether there are properties and Reason Codes, except in a
    /// CONNECT, where [`RawConnect::protocol_level`] does.
    #[must_use]
    pub fn encode(&self, version: Version) -> Bytes {
        let mut content = BytesMut::new();
        self.body.put(version, &mut content);
        let header_len = 1 + put::varint_len(content.len());
        for (offset, bytes) in &self.patch {
            patch(&mut content, header_len, *offset, bytes);
        }
        content.truncate(content.len().saturating_sub(self.truncate));
        content.put_slice(&self.append);

        let mut packet = BytesMut::with_capacity(content.len() + 6);
        packet.put_u8(self.first_byte());
        match &self.remaining_length {
            None => put::varint(&mut packet, put::number(content.len())),
            Some(RawLength::Number(number)) => put::varint(&mut packet, *number),
            Some(RawLength::Bytes(bytes)) => packet.put_slice(bytes),
        }
        packet.put_slice(&content);
        packet.freeze()
    }

    fn first_byte(&self) -> u8 {
        let packet_type = self.packet_type.unwrap_or(self.body.packet_type().value());
        let flags = self.flags.unwrap_or(self.body.flags());
        packet_type << 4 | flags & 0x0F
    }
}

/// Overwrites the part of the content that the patch covers, where the content starts at
/// `header_len` of the packet.
fn patch(content: &mut BytesMut, header_len: usize, offset: usize, bytes: &[u8]) {
    for (at, byte) in (offset..).zip(bytes) {
        let place = at.checked_sub(header_len).and_then(|at| content.get_mut(at));
        if let Some(place) = place {
            *place = *byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ping() -> RawPacket {
        RawPacket::new(RawBody::Pingreq)
    }

    fn publish() -> RawPacket {
        let topic = Bytes::from_static(b"t");
        RawPacket::new(RawPublish { topic, ..RawPublish::default() })
    }

    #[test]
    fn mutations_apply_in_their_order() {
        let mut packet = publish();
        assert_eq!(packet.encode(Version::V3_1_1), &b"\x30\x03\x00\x01t"[..]);
        packet.patch = vec![(4, Bytes::from_static(b"u")), (0, Bytes::from_static(b"\xFF\xFF"))];
        assert_eq!(packet.encode(Version::V3_1_1), &b"\x30\x03\x00\x01u"[..]);
        packet.truncate = 2;
        assert_eq!(packet.encode(Version::V3_1_1), &b"\x30\x01\x00"[..]);
        packet.append = Bytes::from_static(b"xyz");
        assert_eq!(packet.encode(Version::V3_1_1), &b"\x30\x04\x00xyz"[..]);
        packet.remaining_length = Some(RawLength::Number(300));
        assert_eq!(packet.encode(Version::V3_1_1), &b"\x30\xAC\x02\x00xyz"[..]);
        packet.flags = Some(0xFF);
        packet.packet_type = Some(0);
        assert_eq!(packet.encode(Version::V3_1_1), &b"\x0F\xAC\x02\x00xyz"[..]);
    }

    #[test]
    fn lengths_can_be_anything() {
        let mut packet = ping();
        packet.remaining_length = Some(RawLength::Bytes(Bytes::from_static(b"\x80\x00")));
        assert_eq!(packet.encode(Version::V5_0), &b"\xC0\x80\x00"[..]);
        packet.remaining_length = Some(RawLength::Number(u32::MAX));
        assert_eq!(packet.encode(Version::V5_0), &b"\xC0\xFF\xFF\xFF\xFF\x0F"[..]);
        packet.remaining_length = Some(RawLength::Bytes(Bytes::new()));
        assert_eq!(packet.encode(Version::V5_0), &b"\xC0"[..]);
    }

    #[test]
    fn cutting_more_than_there_is_leaves_the_fixed_header() {
        let packet = RawPacket { truncate: 100, ..publish() };
        assert_eq!(packet.encode(Version::V5_0), &b"\x30\x00"[..]);
    }
}
