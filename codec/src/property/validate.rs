//! The one pass over a block of properties that decides whether each may stand there.

use super::{Form, PropertyId, PropertyPlace, Spec};
use crate::Sender;
use crate::error::{ErrorKind, Field, VarIntField};
use crate::packet::PacketType;
use crate::text::{self, TextFault};
use crate::varint::{VarInt, VarIntRead};

/// A rule that a block breaks, and at which of its bytes.
pub(crate) type Fault = (ErrorKind, usize);

/// Which properties a block has: bit n stands for identifier n.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen(u64);

impl Seen {
    pub(crate) const fn has(self, id: PropertyId) -> bool {
        self.0 & (1 << id.value()) != 0
    }

    pub(super) const fn add(&mut self, id: PropertyId) {
        self.0 |= 1 << id.value();
    }
}

/// Checks a block, without its Property Length, and says what is in it.
pub(crate) fn validate(block: &[u8], place: PropertyPlace, sender: Sender) -> Result<Seen, Fault> {
    let mut seen = Seen::default();
    let mut at = 0;
    while let Some(&number) = block.get(at) {
        let Some(spec) = PropertyId::from_u8(number).map(PropertyId::spec) else {
            return Err((foreign_id(&block[at..], place), at));
        };
        may_stand(spec, place, sender, seen).map_err(|kind| (kind, at))?;
        seen.add(spec.id);
        at += 1;
        let checker = Checker { spec, place, at };
        at += checker.check(&block[at..])?;
    }
    Ok(seen)
}

/// Whether the property may stand at this place at all, and again if it has been seen.
pub(super) fn may_stand(
    spec: &Spec,
    place: PropertyPlace,
    sender: Sender,
    seen: Seen,
) -> Result<(), ErrorKind> {
    let allowed = match sender {
        Sender::Any => spec.places,
        Sender::Client => spec.from_client,
        Sender::Server => spec.from_server,
    };
    if allowed & place.bit() == 0 {
        return Err(if spec.places & place.bit() == 0 {
            ErrorKind::PropertyMisplaced(place, spec.id)
        } else {
            ErrorKind::PropertyOfOtherSide(place, spec.id)
        });
    }
    if seen.has(spec.id) && spec.repeats & place.bit() == 0 {
        return Err(ErrorKind::PropertyRepeated(place, spec.id));
    }
    Ok(())
}

/// Why a number is no identifier: none is above 0x7F, so that one of two bytes or more can only be
/// unknown, padded or too long.
#[cold]
fn foreign_id(bytes: &[u8], place: PropertyPlace) -> ErrorKind {
    match VarInt::read(bytes) {
        VarIntRead::Number { padded: true, .. } => {
            ErrorKind::VarIntPadded(VarIntField::PropertyIdentifier)
        }
        VarIntRead::TooLong => ErrorKind::VarIntTooLong(VarIntField::PropertyIdentifier),
        VarIntRead::Number { .. } | VarIntRead::Incomplete => ErrorKind::UnknownProperty(place),
    }
}

/// Checks the value of one property.
struct Checker {
    spec: &'static Spec,
    place: PropertyPlace,
    /// Where the value starts in the block.
    at: usize,
}

impl Checker {
    /// How many bytes the value at the front of `rest` has, if it is a good one.
    #[inline]
    fn check(&self, rest: &[u8]) -> Result<usize, Fault> {
        let (len, in_range) = match self.spec.form {
            Form::Byte { max } => (1, *rest.first().ok_or_else(|| self.cut_short())? <= max),
            Form::U16 { min } => (2, u16::from_be_bytes(*self.chunk(rest)?) >= min),
            Form::U32 { min } => (4, u32::from_be_bytes(*self.chunk(rest)?) >= min),
            Form::VarInt { min } => {
                let (number, len) = self.varint(rest)?;
                (len, number >= min)
            }
            Form::Text => (self.text(rest, self.at, text::check)?, true),
            Form::Topic => (self.text(rest, self.at, text::check_name)?, true),
            Form::Binary => (self.prefixed(rest)?.len() + 2, true),
            Form::Pair => {
                let name = self.text(rest, self.at, text::check)?;
                (name + self.text(&rest[name..], self.at + name, text::check)?, true)
            }
        };
        if in_range { Ok(len) } else { Err(self.fault(ErrorKind::PropertyOutOfRange)) }
    }

    fn chunk<'a, const N: usize>(&self, rest: &'a [u8]) -> Result<&'a [u8; N], Fault> {
        rest.first_chunk().ok_or_else(|| self.cut_short())
    }

    fn varint(&self, rest: &[u8]) -> Result<(u32, usize), Fault> {
        const FIELD: VarIntField = VarIntField::SubscriptionIdentifier;
        match VarInt::read(rest) {
            VarIntRead::Number { padded: true, .. } => {
                Err((ErrorKind::VarIntPadded(FIELD), self.at))
            }
            VarIntRead::Number { number, len, .. } => Ok((number, len)),
            VarIntRead::Incomplete => Err(self.cut_short()),
            VarIntRead::TooLong => Err((ErrorKind::VarIntTooLong(FIELD), self.at)),
        }
    }

    /// The bytes behind a length of two bytes.
    fn prefixed<'a>(&self, rest: &'a [u8]) -> Result<&'a [u8], Fault> {
        let len = usize::from(u16::from_be_bytes(*self.chunk(rest)?));
        rest.get(2..2 + len).ok_or_else(|| self.cut_short())
    }

    /// How many bytes the string at the front of `rest`, which starts at `at`, takes up.
    #[inline]
    fn text(
        &self,
        rest: &[u8],
        at: usize,
        check: impl Fn(&[u8]) -> Result<(), TextFault>,
    ) -> Result<usize, Fault> {
        let text = self.prefixed(rest)?;
        match check(text) {
            Ok(()) => Ok(2 + text.len()),
            Err(fault) => Err(self.text_fault(fault, at + 2)),
        }
    }

    #[cold]
    fn text_fault(&self, fault: TextFault, start: usize) -> Fault {
        let packet = self.place.packet_type();
        let field = Field::Property(self.spec.id);
        match fault {
            TextFault::IllFormed(at) => (ErrorKind::IllFormedUtf8(packet, field), start + at),
            TextFault::Nul(at) => (ErrorKind::NulInString(packet, field), start + at),
            TextFault::Wildcard(at) => (ErrorKind::WildcardInTopicName(packet, field), start + at),
        }
    }

    #[cold]
    fn cut_short(&self) -> Fault {
        self.fault(ErrorKind::PropertyCutShort)
    }

    #[cold]
    fn fault(&self, kind: impl FnOnce(PropertyPlace, PropertyId) -> ErrorKind) -> Fault {
        (kind(self.place, self.spec.id), self.at)
    }
}

impl PropertyPlace {
    /// The packet in which the properties stand.
    pub(crate) const fn packet_type(self) -> PacketType {
        match self {
            Self::Connect | Self::Will => PacketType::Connect,
            Self::Connack => PacketType::Connack,
            Self::Publish => PacketType::Publish,
            Self::Puback => PacketType::Puback,
            Self::Pubrec => PacketType::Pubrec,
            Self::Pubrel => PacketType::Pubrel,
            Self::Pubcomp => PacketType::Pubcomp,
            Self::Subscribe => PacketType::Subscribe,
            Self::Suback => PacketType::Suback,
            Self::Unsubscribe => PacketType::Unsubscribe,
            Self::Unsuback => PacketType::Unsuback,
            Self::Disconnect => PacketType::Disconnect,
            Self::Auth => PacketType::Auth,
        }
    }
}
