//! UNSUBSCRIBE (section 3.10).

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::encode::Listing;
use super::filters::{Traits, kind_of, prefix, read_filter, split_string};
use super::{Packet, PacketId, PacketType};
use crate::Version;
use crate::error::{DecodeError, EncodeError, ErrorKind};
use crate::frame::{Decoded, Head, Source};
use crate::property::{Properties, PropertyPlace, property_owner};
use crate::reader::{Reader, share};
use crate::topic::{FilterKind, TopicFilter};

/// A request to end subscriptions (section 3.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsubscribe {
    /// The identifier that the UNSUBACK repeats.
    pub packet_id: PacketId,
    /// Empty in 3.1.1.
    pub properties: Properties<Self>,
    /// The filters of the subscriptions to end: one at least.
    pub filters: FilterList,
}

property_owner!(Unsubscribe);

/// Topic Filters, in the order of the packet. Cloning shares the bytes.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct FilterList {
    /// The payload of the packet, validated.
    bytes: Bytes,
    len: usize,
    traits: Traits,
}

impl FilterList {
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

    /// The filters as text.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        Iter { rest: &self.bytes, len: self.len }
    }

    /// The filters, sharing the bytes of the packet.
    pub fn topic_filters(&self) -> impl ExactSizeIterator<Item = TopicFilter> {
        let syntax = self.traits.syntax();
        self.iter().map(move |filter| {
            let kind = kind_of(filter.as_bytes(), syntax);
            TopicFilter::from_checked(self.bytes.slice_ref(filter.as_bytes()), kind)
        })
    }

    /// Counts a filter, and notes what is special about it.
    #[inline]
    const fn note(&mut self, kind: FilterKind) {
        self.len += 1;
        self.traits.add(kind);
    }

    /// Reads the payload of a packet, all but the bytes themselves.
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut list = Self::default();
        while !reader.is_at_end() {
            let kind = read_filter(reader, PacketType::Unsubscribe)?;
            list.note(kind);
        }
        if list.is_empty() {
            let kind = ErrorKind::NoTopicFilter(PacketType::Unsubscribe);
            return Err(reader.error(kind, reader.position()));
        }
        Ok(list)
    }
}

impl FromIterator<TopicFilter> for FilterList {
    fn from_iter<I: IntoIterator<Item = TopicFilter>>(filters: I) -> Self {
        let mut bytes = BytesMut::new();
        let mut list = Self::default();
        for filter in filters {
            bytes.put_slice(&prefix(filter.as_mqtt_string()));
            bytes.put_slice(filter.as_bytes());
            list.note(filter.kind());
        }
        list.bytes = bytes.freeze();
        list
    }
}

impl std::fmt::Debug for FilterList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The filters of a validated list.
#[derive(Clone)]
struct Iter<'a> {
    rest: &'a [u8],
    len: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (filter, rest) = split_string(self.rest)?;
        self.rest = rest;
        self.len -= 1;
        // The list has been validated: the default is never used.
        Some(std::str::from_utf8(filter).unwrap_or_default())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len, Some(self.len))
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl Unsubscribe {
    #[inline(never)]
    pub(super) fn decode<S: Source>(source: S, head: Head) -> Decoded {
        let mut reader = Reader::new(source.bytes(), head);
        let packet_id = reader.packet_id()?;
        let (properties, _) = reader.properties(PropertyPlace::Unsubscribe)?;
        let payload = reader.position();
        let mut filters = FilterList::read(&mut reader)?;

        let mut packet = source.take();
        let properties = Properties::from_checked(share(&packet, properties));
        packet.advance(payload);
        filters.bytes = packet;
        Ok(Some(Packet::Unsubscribe(Self { packet_id, properties, filters })))
    }

    pub(super) fn content_len(&self, version: Version) -> Result<usize, EncodeError> {
        if self.filters.is_empty() {
            return Err(EncodeError::EmptyList(PacketType::Unsubscribe));
        }
        self.filters.traits.check(PacketType::Unsubscribe, version)?;
        self.listing().content_len(version)
    }

    #[inline]
    pub(super) fn encode(&self, version: Version, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.listing().encode(version, self.content_len(version)?, out)
    }

    #[inline]
    fn listing(&self) -> Listing<'_, Self> {
        Listing {
            packet: PacketType::Unsubscribe,
            packet_id: self.packet_id,
            properties: &self.properties,
            list: &self.filters.bytes,
        }
    }
}
