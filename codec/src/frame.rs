//! Framing: where a packet starts and ends in a stream of bytes (section 2.1, 3.1.1: 2.2), and what
//! its fixed header alone gives away.

use bytes::{Buf, Bytes, BytesMut};

use crate::Version;
use crate::error::{DecodeError, ErrorKind};
use crate::packet::{self, Packet, PacketType};
use crate::varint::{VarInt, VarIntRead};

/// Who wrote some bytes (table 2-1, and the tables of properties and Reason Codes). It decides which packet types, Reason Codes and properties are legal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sender {
    /// A client.
    Client,
    /// A server.
    Server,
    /// Either: what one of them may send is legal.
    Any,
}

/// What the rules for a packet depend on beside its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The version in use on the connection. A CONNECT tells its own.
    pub version: Version,
    /// Who wrote the bytes.
    pub sender: Sender,
    /// The greatest size of a whole packet, in bytes, that the receiver takes.
    pub packet_size_max: u32,
}

impl Context {
    /// The size of the largest packet that the protocol allows, in bytes.
    pub const PACKET_SIZE_MAX: u32 = VarInt::MAX.get() + 5;

    /// No limit on the size of a packet but the protocol's own.
    #[must_use]
    pub const fn new(version: Version, sender: Sender) -> Self {
        Self { version, sender, packet_size_max: Self::PACKET_SIZE_MAX }
    }
}

/// A fixed header (section 2.1, 3.1.1: 2.2): what its first byte says, and where the packet ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The packet type in bits 7 to 4, flags in bits 3 to 0.
    pub first_byte: u8,
    /// The length of the fixed header, in bytes: 2 to 5.
    pub header_len: usize,
    /// The length of the whole packet, in bytes.
    pub total_len: usize,
}

impl Frame {
    /// Reads the fixed header at the front of `buf`; `None` if it is not there in whole. Only the
    /// Remaining Length is looked at.
    ///
    /// # Errors
    ///
    /// The Remaining Length has more than four bytes, or the packet would be larger than
    /// `packet_size_max` bytes.
    pub fn read(buf: &[u8], packet_size_max: u32) -> Result<Option<Self>, DecodeError> {
        // Neither error depends on who sent the bytes; it is 5.0 that both are answered in.
        let context = Context { packet_size_max, ..Context::new(Version::V5_0, Sender::Any) };
        Ok(Self::parse(buf, &context)?.map(|(frame, _)| frame))
    }

    /// The fixed header, and whether its Remaining Length has more bytes than it needs.
    #[inline(always)]
    fn parse(buf: &[u8], context: &Context) -> Result<Option<(Self, bool)>, DecodeError> {
        let Some((&first_byte, rest)) = buf.split_first() else { return Ok(None) };
        match VarInt::read(rest) {
            VarIntRead::Incomplete => Ok(None),
            VarIntRead::TooLong => Err(context.error(ErrorKind::RemainingLengthTooLong, 4)),
            VarIntRead::Number { number, len, padded } => {
                let header_len = 1 + len;
                let total_len = header_len + number as usize;
                if total_len > context.packet_size_max as usize {
                    return Err(context.error(ErrorKind::PacketTooLarge, 1));
                }
                Ok(Some((Self { first_byte, header_len, total_len }, padded)))
            }
        }
    }
}

impl Context {
    #[cold]
    fn error(&self, kind: ErrorKind, offset: usize) -> DecodeError {
        DecodeError::new(kind, self.version, self.sender, offset)
    }
}

/// Takes one packet off the front of `buf`; its parts share the bytes. `None` if it is not there in
/// whole yet; but a fixed header that is wrong is an error as soon as it is there.
///
/// # Errors
///
/// The bytes break a rule of the standard, or `context.packet_size_max`; `buf` is left as it was.
pub fn decode(buf: &mut BytesMut, context: &Context) -> Result<Option<Packet>, DecodeError> {
    let Some((frame, padded)) = Frame::parse(buf, context)? else { return Ok(None) };
    let head = Head::new(&frame, padded, context)?;
    if buf.len() < frame.total_len {
        return Ok(None);
    }
    packet::decode(Front { buf, len: frame.total_len }, head)
}

/// Decodes a frame that holds exactly one packet.
///
/// # Errors
///
/// The frame is longer or shorter than its fixed header says, or its bytes break a rule of the
/// standard, or `context.packet_size_max`.
pub fn decode_frame(frame: Bytes, context: &Context) -> Result<Packet, DecodeError> {
    let len = frame.len();
    let Some((header, padded)) = Frame::parse(&frame, context)? else {
        return Err(context.error(ErrorKind::FrameLength, len));
    };
    let head = Head::new(&header, padded, context)?;
    if len != header.total_len {
        return Err(context.error(ErrorKind::FrameLength, len.min(header.total_len)));
    }
    // There is a packet now, or an error: all bytes are here.
    packet::decode(Whole(frame), head)?.ok_or_else(|| context.error(ErrorKind::FrameLength, len))
}

/// What [`decode`] gives. All of decoding has this type, so that a packet is put together where it
/// is wanted, and not moved on the way.
pub(crate) type Decoded = Result<Option<Packet>, DecodeError>;

/// A fixed header found legal, as far as it can be judged before the content.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) packet: PacketType,
    /// Bits 3 to 0 of the first byte.
    pub(crate) flags: u8,
    /// The length of the fixed header, in bytes: 2 to 5.
    pub(crate) len: u8,
    /// Whether the Remaining Length has more bytes than it needs. For a CONNECT this is judged
    /// later, when it has told its version.
    pub(crate) padded: bool,
    pub(crate) version: Version,
    pub(crate) sender: Sender,
}

impl Head {
    #[inline(always)]
    fn new(frame: &Frame, padded: bool, context: &Context) -> Result<Self, DecodeError> {
        let Some(packet) = PacketType::from_u8(frame.first_byte >> 4) else {
            return Err(context.error(ErrorKind::ReservedPacketType, 0));
        };
        let Context { version, sender, .. } = *context;
        let flags = frame.first_byte & 0x0F;
        // A PUBLISH may come from either side, with any flags that its own rules allow.
        if packet != PacketType::Publish {
            if packet == PacketType::Auth && version == Version::V3_1_1 {
                return Err(context.error(ErrorKind::ReservedPacketType, 0));
            }
            if !may_send(sender, packet, version) {
                return Err(context.error(ErrorKind::WrongDirection(packet), 0));
            }
            if flags != packet.fixed_flags() {
                return Err(context.error(ErrorKind::HeaderFlags(packet), 0));
            }
        }
        if padded && version == Version::V5_0 && packet != PacketType::Connect {
            return Err(context.error(ErrorKind::RemainingLengthPadded, 1));
        }
        let len = u8::try_from(frame.header_len).unwrap_or(5);
        Ok(Self { packet, flags, len, padded, version, sender })
    }
}

/// Whether packets of this type flow from this side (section 2.1.2, table 2-1).
#[inline]
pub(crate) const fn may_send(sender: Sender, packet: PacketType, version: Version) -> bool {
    use PacketType as P;
    const FROM_SERVER: u16 = set(&[P::Connack, P::Suback, P::Unsuback, P::Pingresp]);
    const FROM_CLIENT: u16 = set(&[P::Connect, P::Subscribe, P::Unsubscribe, P::Pingreq]);
    const FROM_CLIENT_IN_3_1_1: u16 = FROM_CLIENT | set(&[P::Disconnect]);
    let barred = match (sender, version) {
        (Sender::Any, _) => 0,
        (Sender::Client, _) => FROM_SERVER,
        (Sender::Server, Version::V3_1_1) => FROM_CLIENT_IN_3_1_1,
        (Sender::Server, Version::V5_0) => FROM_CLIENT,
    };
    barred & 1 << packet as u8 == 0
}

/// A bit set of packet types.
const fn set(list: &[PacketType]) -> u16 {
    let mut set = 0;
    let mut at = 0;
    while at < list.len() {
        set |= 1 << list[at] as u8;
        at += 1;
    }
    set
}

/// Where the bytes of a whole packet lie until they are known to be good.
pub(crate) trait Source {
    /// The packet.
    fn bytes(&self) -> &[u8];

    /// Takes the packet out, for its parts to be shared.
    fn take(self) -> Bytes;

    /// Drops the packet, of which nothing is shared.
    fn skip(self);
}

/// The front of a buffer.
struct Front<'a> {
    buf: &'a mut BytesMut,
    len: usize,
}

impl Source for Front<'_> {
    #[inline]
    fn bytes(&self) -> &[u8] {
        &self.buf[..self.len]
    }

    #[inline(always)]
    fn take(self) -> Bytes {
        self.buf.split_to(self.len).freeze()
    }

    #[inline]
    fn skip(self) {
        self.buf.advance(self.len);
    }
}

/// A frame of its own.
struct Whole(Bytes);

impl Source for Whole {
    #[inline]
    fn bytes(&self) -> &[u8] {
        &self.0
    }

    #[inline(always)]
    fn take(self) -> Bytes {
        self.0
    }

    #[inline]
    fn skip(self) {}
}
