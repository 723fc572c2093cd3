//! SUBSCRIBE (section 3.8).

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::encode::Listing;
use super::filters::{Traits, kind_of, prefix, read_filter, split_string};
use super::{Packet, PacketId, PacketType, QoS};
use crate::Version;
use crate::error::{DecodeError, EncodeError, ErrorKind, Field};
use crate::frame::{Decoded, Head, Source};
use crate::property::{Properties, PropertyPlace, property_owner};
use crate::reader::{Reader, share};
use crate::topic::{FilterKind, TopicFilter};

/// A request for subscriptions (section 3.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribe {
    /// The identifier that the SUBACK repeats.
    pub packet_id: PacketId,
    /// Empty in 3.1.1.
    pub properties: Properties<Self>,
    /// What to subscribe to: one filter at least.
    pub filters: SubscriptionList,
}

property_owner!(Subscribe);

/// How a subscription is to be served (5.0 section 3.8.3.1). In 3.1.1 there is the QoS alone; the
/// others have their defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct SubscriptionOptions {
    /// The greatest QoS at which the server may send (3.1.1: Requested QoS).
    pub qos: QoS,
    /// Whether messages are kept from the client that published them.
    pub no_local: bool,
    /// Whether messages keep the RETAIN flag that they were published with.
    pub retain_as_published: bool,
    /// Whether retained messages are sent when the subscription is made.
    pub retain_handling: RetainHandling,
}

/// Whether retained messages are sent when a subscription is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum RetainHandling {
    /// Send them.
    #[default]
    Send = 0,
    /// Send them only if the subscription is new.
    SendIfNew = 1,
    /// Do not send them.
    DoNotSend = 2,
}

impl RetainHandling {
    /// `None` above 2.
    #[must_use]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Send),
            1 => Some(Self::SendIfNew),
            2 => Some(Self::DoNotSend),
            _ => None,
        }
    }

    /// The number: 0, 1 or 2.
    #[must_use]
    pub const fn value(self) -> u8 {
        self as u8
    }
}

const NO_LOCAL: u8 = 0b0100;
const RETAIN_AS_PUBLISHED: u8 = 0b1000;

impl SubscriptionOptions {
    /// Those of 3.1.1, and the defaults of 5.0, with this QoS.
    #[must_use]
    pub const fn new(qos: QoS) -> Self {
        Self {
            qos,
            no_local: false,
            retain_as_published: false,
            retain_handling: RetainHandling::Send,
        }
    }

    /// The byte on the wire.
    #[must_use]
    pub const fn value(self) -> u8 {
        let no_local = if self.no_local { NO_LOCAL } else { 0 };
        let retain_as_published = if self.retain_as_published { RETAIN_AS_PUBLISHED } else { 0 };
        self.qos.value() | no_local | retain_as_published | self.retain_handling.value() << 4
    }

    /// What a byte says in that version.
    #[inline]
    fn read(byte: u8, version: Version) -> Result<Self, ErrorKind> {
        let reserved = match version {
            Version::V3_1_1 => 0b1111_1100,
            Version::V5_0 => 0b1100_0000,
        };
        if byte & reserved != 0 {
            return Err(ErrorKind::SubscriptionReservedBits);
        }
        Ok(Self {
            qos: QoS::from_u8(byte & 0b11).ok_or(ErrorKind::SubscriptionQoS3)?,
            no_local: byte & NO_LOCAL != 0,
            retain_as_published: byte & RETAIN_AS_PUBLISHED != 0,
            retain_handling: RetainHandling::from_u8(byte >> 4)
                .ok_or(ErrorKind::RetainHandling3)?,
        })
    }
}

/// Topic Filters with their options, in the order of the packet. Cloning shares the bytes.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct SubscriptionList {
    /// The payload of the packet, validated.
    bytes: Bytes,
    len: usize,
    traits: Traits,
}

impl SubscriptionList {
    /// How many filters there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none, with which no packet can be encoded.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The filters as text, with their options.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, SubscriptionOptions)> + Clone {
        Iter { rest: &self.bytes, len: self.len }
    }

    /// The filters, sharing the bytes of the packet, with their options.
    pub fn topic_filters(
        &self,
    ) -> impl ExactSizeIterator<Item = (TopicFilter, SubscriptionOptions)> {
        let syntax = self.traits.syntax();
        self.iter().map(move |(filter, options)| {
            let kind = kind_of(filter.as_bytes(), syntax);
            let bytes = self.bytes.slice_ref(filter.as_bytes());
            (TopicFilter::from_checked(bytes, kind), options)
        })
    }
}

impl FromIterator<(TopicFilter, SubscriptionOptions)> for SubscriptionList {
    fn from_iter<I>(filters: I) -> Self
    where
        I: IntoIterator<Item = (TopicFilter, SubscriptionOptions)>,
    {
        let mut bytes = BytesMut::new();
        let mut list = Self::default();
        for (filter, options) in filters {
            bytes.put_slice(&prefix(filter.as_mqtt_string()));
            bytes.put_slice(filter.as_bytes());
            bytes.put_u8(options.value());
            list.note(filter.kind(), options);
        }
        list.bytes = bytes.freeze();
        list
    }
}

impl SubscriptionList {
    /// Counts a filter, and notes what is special about it.
    #[inline]
    fn note(&mut self, kind: FilterKind, options: SubscriptionOptions) {
        self.len += 1;
        self.traits.add(kind);
        self.traits.options |= options != SubscriptionOptions::new(options.qos);
        self.traits.no_local_on_shared |= kind == FilterKind::Shared && options.no_local;
    }

    /// Reads the payload of a packet, all but the bytes themselves.
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut list = Self::default();
        while !reader.is_at_end() {
            let kind = read_filter(reader, PacketType::Subscribe)?;
            let at = reader.position();
            let byte = reader.u8(Field::SubscriptionOptions)?;
            let options = SubscriptionOptions::read(byte, reader.version())
                .map_err(|kind| reader.error(kind, at))?;
            if kind == FilterKind::Shared && options.no_local {
                return Err(reader.error(ErrorKind::NoLocalOnSharedSubscription, at));
            }
            list.note(kind, options);
        }
        if list.is_empty() {
            let kind = ErrorKind::NoTopicFilter(PacketType::Subscribe);
            return Err(reader.error(kind, reader.position()));
        }
        Ok(list)
    }
}

impl std::fmt::Debug for SubscriptionList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The filters of a validated list.
#[derive(Clone)]
struct Iter<'a> {
    rest: &'a [u8],
    len: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, SubscriptionOptions);

    fn next(&mut self) -> Option<Self::Item> {
        let (filter, rest) = split_string(self.rest)?;
        let (&options, rest) = rest.split_first()?;
        self.rest = rest;
        self.len -= 1;
        // The list has been validated: neither default is ever used.
        let options = SubscriptionOptions::read(options, Version::V5_0).unwrap_or_default();
        Some((std::str::from_utf8(filter).unwrap_or_default(), options))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len, Some(self.len))
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl Subscribe {
    #[inline(never)]
    pub(super) fn decode<S: Source>(source: S, head: Head) -> Decoded {
        let mut reader = Reader::new(source.bytes(), head);
        let packet_id = reader.packet_id()?;
        let (properties, _) = reader.properties(PropertyPlace::Subscribe)?;
        let payload = reader.position();
        let mut filters = SubscriptionList::read(&mut reader)?;

        let mut packet = source.take();
        let properties = Properties::from_checked(share(&packet, properties));
        packet.advance(payload);
        filters.bytes = packet;
        Ok(Some(Packet::Subscribe(Self { packet_id, properties, filters })))
    }

    pub(super) fn content_len(&self, version: Version) -> Result<usize, EncodeError> {
        if self.filters.is_empty() {
            return Err(EncodeError::EmptyList(PacketType::Subscribe));
        }
        self.filters.traits.check(PacketType::Subscribe, version)?;
        self.listing().content_len(version)
    }

    #[inline]
    pub(super) fn encode(&self, version: Version, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.listing().encode(version, self.content_len(version)?, out)
    }

    #[inline]
    fn listing(&self) -> Listing<'_, Self> {
        Listing {
            packet: PacketType::Subscribe,
            packet_id: self.packet_id,
            properties: &self.properties,
            list: &self.filters.bytes,
        }
    }
}
