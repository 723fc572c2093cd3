//! Reads the fields of a packet one after another, and knows where each error is.

use std::ops::Range;

use bytes::Bytes;

use crate::error::{DecodeError, ErrorKind, Field, VarIntField};
use crate::frame::Head;
use crate::packet::PacketId;
use crate::property::{self, PropertyPlace, Seen};
use crate::text::{self, TextFault};
use crate::varint::{VarInt, VarIntRead};
use crate::{Sender, Version};

/// A part of a packet: the places of its bytes.
pub(crate) type Span = Range<usize>;

/// A cursor over a whole packet, which starts behind the fixed header. What only happens on errors
/// gets the head by value and not the cursor, so that this can stay in registers.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    head: Head,
}

impl<'a> Reader<'a> {
    #[inline(always)]
    pub(crate) fn new(bytes: &'a [u8], head: Head) -> Self {
        Self { bytes, at: usize::from(head.len), head }
    }

    pub(crate) const fn version(&self) -> Version {
        self.head.version
    }

    /// From here on the packet is judged by the rules of that version.
    pub(crate) const fn set_version(&mut self, version: Version) {
        self.head.version = version;
    }

    pub(crate) const fn sender(&self) -> Sender {
        self.head.sender
    }

    /// How many bytes have been read, the fixed header included.
    pub(crate) const fn position(&self) -> usize {
        self.at
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The bytes of a span that has been read.
    #[inline(always)]
    pub(crate) fn get(&self, span: &Span) -> &'a [u8] {
        &self.bytes[span.clone()]
    }

    #[inline(always)]
    pub(crate) fn error(&self, kind: ErrorKind, offset: usize) -> DecodeError {
        self.head.error(kind, offset)
    }

    #[inline(always)]
    pub(crate) fn u8(&mut self, field: Field) -> Result<u8, DecodeError> {
        let Some(&byte) = self.bytes.get(self.at) else { return Err(self.cut_short(field)) };
        self.at += 1;
        Ok(byte)
    }

    #[inline(always)]
    pub(crate) fn u16(&mut self, field: Field) -> Result<u16, DecodeError> {
        let Some(bytes) = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk) else {
            return Err(self.cut_short(field));
        };
        self.at += 2;
        Ok(u16::from_be_bytes(*bytes))
    }

    /// A Packet Identifier, which is not 0.
    #[inline(always)]
    pub(crate) fn packet_id(&mut self) -> Result<PacketId, DecodeError> {
        let at = self.at;
        match PacketId::new(self.u16(Field::PacketId)?) {
            Some(id) => Ok(id),
            None => Err(self.error(ErrorKind::PacketIdZero(self.head.packet), at)),
        }
    }

    /// Binary Data, without its length.
    #[inline(always)]
    pub(crate) fn binary(&mut self, field: Field) -> Result<Span, DecodeError> {
        let at = self.at;
        let len = usize::from(self.u16(field)?);
        let span = self.at..self.at + len;
        if span.end > self.bytes.len() {
            return Err(self.error(ErrorKind::LengthPrefixTooLong(self.head.packet, field), at));
        }
        self.at = span.end;
        Ok(span)
    }

    /// A UTF-8 Encoded String, without its length.
    #[inline(always)]
    pub(crate) fn string(&mut self, field: Field) -> Result<Span, DecodeError> {
        let span = self.binary(field)?;
        self.check_text(&span, field)?;
        Ok(span)
    }

    /// What has been read has to be a good string.
    #[inline(always)]
    pub(crate) fn check_text(&self, span: &Span, field: Field) -> Result<(), DecodeError> {
        match text::check(self.get(span)) {
            Ok(()) => Ok(()),
            Err(fault) => Err(self.text_fault(fault, field, span.start)),
        }
    }

    /// A string without wildcards, without its length, which may be 0.
    #[inline(always)]
    pub(crate) fn topic_name(&mut self, field: Field) -> Result<Span, DecodeError> {
        let span = self.binary(field)?;
        match text::check_name(self.get(&span)) {
            Ok(()) => Ok(span),
            Err(fault) => Err(self.text_fault(fault, field, span.start)),
        }
    }

    /// A block of properties, without its Property Length, and what is in it. None in 3.1.1.
    #[inline(always)]
    pub(crate) fn properties(&mut self, place: PropertyPlace) -> Result<(Span, Seen), DecodeError> {
        // Most packets have none.
        if self.head.version == Version::V3_1_1 {
            return Ok((self.at..self.at, Seen::default()));
        }
        if self.bytes.get(self.at) == Some(&0) {
            self.at += 1;
            return Ok((self.at..self.at, Seen::default()));
        }
        let (span, seen) = self.head.some_properties(self.bytes, self.at, place)?;
        self.at = span.end;
        Ok((span, seen))
    }

    /// All that is left.
    #[inline]
    pub(crate) const fn rest(&mut self) -> Span {
        let start = self.at;
        self.at = self.bytes.len();
        start..self.at
    }

    /// The packet has to be at its end.
    #[inline]
    pub(crate) fn finish(&self) -> Result<(), DecodeError> {
        if self.is_at_end() {
            Ok(())
        } else {
            Err(self.error(ErrorKind::TrailingBytes(self.head.packet), self.at))
        }
    }

    #[inline(always)]
    fn cut_short(&self, field: Field) -> DecodeError {
        self.head.cut_short(field, self.bytes.len())
    }

    #[inline(always)]
    fn text_fault(&self, fault: TextFault, field: Field, start: usize) -> DecodeError {
        self.head.text_fault(fault, field, start)
    }
}

impl Head {
    /// The block of properties whose Property Length is at `at`.
    #[inline(never)]
    fn some_properties(
        self,
        bytes: &[u8],
        at: usize,
        place: PropertyPlace,
    ) -> Result<(Span, Seen), DecodeError> {
        let span = match VarInt::read(&bytes[at..]) {
            VarIntRead::Number { number, len, padded: false } => {
                at + len..at + len + number as usize
            }
            other => return Err(self.property_length_error(other, bytes.len(), at, place)),
        };
        let Some(block) = bytes.get(span.clone()) else {
            return Err(self.error(ErrorKind::PropertyLengthTooLong(place), at));
        };
        match property::validate(block, place, self.sender) {
            Ok(seen) => Ok((span, seen)),
            Err((kind, offset)) => Err(self.error(kind, span.start + offset)),
        }
    }

    /// Why what has been read at `at` is no Property Length.
    #[cold]
    #[inline(never)]
    fn property_length_error(
        self,
        read: VarIntRead,
        packet_len: usize,
        at: usize,
        place: PropertyPlace,
    ) -> DecodeError {
        match read {
            VarIntRead::Incomplete if place == PropertyPlace::Will => {
                self.cut_short(Field::WillPropertyLength, packet_len)
            }
            VarIntRead::Incomplete => self.cut_short(Field::PropertyLength, packet_len),
            VarIntRead::TooLong => {
                self.error(ErrorKind::VarIntTooLong(VarIntField::PropertyLength), at)
            }
            VarIntRead::Number { .. } => {
                self.error(ErrorKind::VarIntPadded(VarIntField::PropertyLength), at)
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn error(self, kind: ErrorKind, offset: usize) -> DecodeError {
        DecodeError::new(kind, self.version, self.sender, offset)
    }

    #[cold]
    #[inline(never)]
    fn cut_short(self, field: Field, len: usize) -> DecodeError {
        self.error(ErrorKind::CutShort(self.packet, field), len)
    }

    #[cold]
    #[inline(never)]
    fn text_fault(self, fault: TextFault, field: Field, start: usize) -> DecodeError {
        let (kind, at) = match fault {
            TextFault::IllFormed(at) => (ErrorKind::IllFormedUtf8(self.packet, field), at),
            TextFault::Nul(at) => (ErrorKind::NulInString(self.packet, field), at),
            TextFault::Wildcard(at) => (ErrorKind::WildcardInTopicName(self.packet, field), at),
        };
        self.error(kind, start + at)
    }
}

/// The bytes of a span, sharing those of the packet; none for an empty span, so that nothing is
/// kept alive for it.
#[inline]
pub(crate) fn share(packet: &Bytes, span: Span) -> Bytes {
    if span.is_empty() { Bytes::new() } else { packet.slice(span) }
}
