//! Properties (5.0 section 2.2.2): a block of them is validated once, in one pass, and kept in its
//! encoded form. What each property is stands in `table`.

mod builder;
mod table;
mod validate;

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;

pub(crate) use builder::Value;
pub use builder::{PropertiesBuilder, PropertyError};
pub(crate) use table::{Form, Spec};
pub use table::{Property, PropertyId};
pub(crate) use validate::{Seen, validate};

use crate::varint::{VarInt, VarIntRead};

/// Where properties stand (5.0 table 2-4): in the variable header of a packet, or before the Will Topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum PropertyPlace {
    /// CONNECT
    Connect,
    /// Will Properties, in the payload of CONNECT
    Will,
    /// CONNACK
    Connack,
    /// PUBLISH
    Publish,
    /// PUBACK
    Puback,
    /// PUBREC
    Pubrec,
    /// PUBREL
    Pubrel,
    /// PUBCOMP
    Pubcomp,
    /// SUBSCRIBE
    Subscribe,
    /// SUBACK
    Suback,
    /// UNSUBSCRIBE
    Unsubscribe,
    /// UNSUBACK
    Unsuback,
    /// DISCONNECT
    Disconnect,
    /// AUTH
    Auth,
}

/// A bit set of [`PropertyPlace`]s.
pub(crate) type Places = u16;

impl PropertyPlace {
    /// All places.
    pub const ALL: [Self; 14] = [
        Self::Connect,
        Self::Will,
        Self::Connack,
        Self::Publish,
        Self::Puback,
        Self::Pubrec,
        Self::Pubrel,
        Self::Pubcomp,
        Self::Subscribe,
        Self::Suback,
        Self::Unsubscribe,
        Self::Unsuback,
        Self::Disconnect,
        Self::Auth,
    ];

    /// The name of the packet, or "Will".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "CONNECT",
            Self::Will => "Will",
            Self::Connack => "CONNACK",
            Self::Publish => "PUBLISH",
            Self::Puback => "PUBACK",
            Self::Pubrec => "PUBREC",
            Self::Pubrel => "PUBREL",
            Self::Pubcomp => "PUBCOMP",
            Self::Subscribe => "SUBSCRIBE",
            Self::Suback => "SUBACK",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::Unsuback => "UNSUBACK",
            Self::Disconnect => "DISCONNECT",
            Self::Auth => "AUTH",
        }
    }

    pub(crate) const fn bit(self) -> Places {
        1 << self as u8
    }
}

impl fmt::Display for PropertyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Will => "the Will Properties",
            _ => self.name(),
        })
    }
}

const fn places(list: &[PropertyPlace]) -> Places {
    let mut set = 0;
    let mut at = 0;
    while at < list.len() {
        set |= list[at].bit();
        at += 1;
    }
    set
}

/// What has properties: the packet types and [`Will`](crate::packet::Will).
pub trait PropertyOwner: sealed::Sealed {
    /// Where the properties of this owner stand, which decides what they may be.
    const PLACE: PropertyPlace;
}

pub(crate) mod sealed {
    /// Keeps [`PropertyOwner`](super::PropertyOwner) to the types of this crate.
    pub trait Sealed {}
}

/// Makes a type the owner of the properties of one place.
macro_rules! property_owner {
    ($owner:ident) => {
        impl $crate::property::sealed::Sealed for $owner {}
        impl $crate::property::PropertyOwner for $owner {
            const PLACE: $crate::property::PropertyPlace = $crate::property::PropertyPlace::$owner;
        }
    };
}
pub(crate) use property_owner;

/// The properties of a `K` (5.0 section 2.2.2), in the order in which they were sent. Cloning shares the bytes.
pub struct Properties<K> {
    block: Bytes,
    owner: PhantomData<fn() -> K>,
}

impl<K> Properties<K> {
    /// No properties.
    #[must_use]
    pub const fn new() -> Self {
        Self { block: Bytes::new(), owner: PhantomData }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.block.is_empty()
    }

    /// The encoded properties, without the Property Length.
    #[must_use]
    pub const fn as_bytes(&self) -> &Bytes {
        &self.block
    }

    /// All properties, in the order in which they stand.
    pub fn iter(&self) -> impl Iterator<Item = Property<'_>> + Clone {
        self.raw().map(RawProperty::typed)
    }

    /// All User Properties, as pairs of name and value, in the order in which they stand.
    pub fn user_properties(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.raw().filter(|raw| raw.spec.id == PropertyId::UserProperty).map(RawProperty::pair)
    }

    /// All Subscription Identifiers, in the order in which they stand.
    pub fn subscription_identifiers(&self) -> impl Iterator<Item = u32> + Clone {
        self.raw()
            .filter(|raw| raw.spec.id == PropertyId::SubscriptionIdentifier)
            .map(RawProperty::varint)
    }

    /// The first property with that identifier.
    #[must_use]
    pub fn get(&self, id: PropertyId) -> Option<Property<'_>> {
        self.find(id).map(RawProperty::typed)
    }

    /// From bytes that [`validate`] has found good.
    pub(crate) const fn from_checked(block: Bytes) -> Self {
        Self { block, owner: PhantomData }
    }

    /// How many bytes the properties take up, with their Property Length.
    pub(crate) fn encoded_len(&self) -> usize {
        let len = self.block.len();
        // A block of more than `VarInt::MAX` bytes fits no packet, which the packet will notice.
        let number = u32::try_from(len).ok().and_then(VarInt::new).unwrap_or(VarInt::MAX);
        number.encoded_len() + len
    }

    fn raw(&self) -> RawProperties<'_> {
        RawProperties { rest: &self.block }
    }

    fn find(&self, id: PropertyId) -> Option<RawProperty<'_>> {
        // Most are not there, and then mostly nor is a byte of that value.
        memchr::memchr(id.value(), &self.block)?;
        self.raw().find(|raw| raw.spec.id == id)
    }
}

impl<K: PropertyOwner> Properties<K> {
    /// Collects properties, checking each.
    #[must_use]
    pub fn builder() -> PropertiesBuilder<K> {
        PropertiesBuilder::new()
    }
}

impl<K> Clone for Properties<K> {
    fn clone(&self) -> Self {
        Self::from_checked(self.block.clone())
    }
}

impl<K> Default for Properties<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> PartialEq for Properties<K> {
    fn eq(&self, other: &Self) -> bool {
        self.block == other.block
    }
}

impl<K> Eq for Properties<K> {}

impl<K> fmt::Debug for Properties<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// One property of a validated block: its row of the table, and the bytes of its value.
#[derive(Clone, Copy)]
struct RawProperty<'a> {
    spec: &'static Spec,
    value: &'a [u8],
}

/// Reading what has been validated: where the bytes are not as they should be, which cannot happen,
/// the result is empty.
impl<'a> RawProperty<'a> {
    const fn id(self) -> PropertyId {
        self.spec.id
    }

    fn byte(self) -> u8 {
        self.value.first().copied().unwrap_or_default()
    }

    fn u16(self) -> u16 {
        self.value.first_chunk().copied().map(u16::from_be_bytes).unwrap_or_default()
    }

    fn u32(self) -> u32 {
        self.value.first_chunk().copied().map(u32::from_be_bytes).unwrap_or_default()
    }

    fn varint(self) -> u32 {
        match VarInt::read(self.value) {
            VarIntRead::Number { number, .. } => number,
            VarIntRead::Incomplete | VarIntRead::TooLong => 0,
        }
    }

    fn binary(self) -> &'a [u8] {
        self.value.get(2..).unwrap_or_default()
    }

    fn text(self) -> &'a str {
        std::str::from_utf8(self.binary()).unwrap_or_default()
    }

    fn pair(self) -> (&'a str, &'a str) {
        let (name, value) = self.value.split_at(prefixed_len(self.value).unwrap_or_default());
        (Self { value: name, ..self }.text(), Self { value, ..self }.text())
    }
}

/// The properties of a validated block.
#[derive(Clone)]
struct RawProperties<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for RawProperties<'a> {
    type Item = RawProperty<'a>;

    fn next(&mut self) -> Option<RawProperty<'a>> {
        let (&id, rest) = self.rest.split_first()?;
        let spec = PropertyId::from_u8(id)?.spec();
        let len = match spec.form {
            Form::Byte { .. } => 1,
            Form::U16 { .. } => 2,
            Form::U32 { .. } => 4,
            Form::VarInt { .. } => match VarInt::read(rest) {
                VarIntRead::Number { len, .. } => len,
                VarIntRead::Incomplete | VarIntRead::TooLong => return None,
            },
            Form::Text | Form::Topic | Form::Binary => prefixed_len(rest)?,
            Form::Pair => {
                let name = prefixed_len(rest)?;
                name + prefixed_len(rest.get(name..)?)?
            }
        };
        let (value, rest) = rest.split_at_checked(len)?;
        self.rest = rest;
        Some(RawProperty { spec, value })
    }
}

/// How many bytes a string or Binary Data takes up at the front of `bytes`, its length included.
fn prefixed_len(bytes: &[u8]) -> Option<usize> {
    let len = 2 + usize::from(u16::from_be_bytes(*bytes.first_chunk()?));
    (len <= bytes.len()).then_some(len)
}
