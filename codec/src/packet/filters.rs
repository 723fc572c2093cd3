//! What the lists of filters in SUBSCRIBE and UNSUBSCRIBE have in common.

use super::PacketType;
use crate::error::{DecodeError, EncodeError, ErrorKind, Field};
use crate::reader::Reader;
use crate::text;
use crate::topic::{FilterKind, TopicError, check_filter};
use crate::{MqttString, Version};

/// What a list holds that is not legal everywhere, noted while it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Traits {
    /// A shared filter: not in 3.1.1.
    pub(super) shared: bool,
    /// An ordinary filter that begins with `$share/`: not in 5.0.
    pub(super) ordinary_share: bool,
    /// Options other than the QoS: not in 3.1.1.
    pub(super) options: bool,
    /// No Local on a shared filter: nowhere.
    pub(super) no_local_on_shared: bool,
}

impl Traits {
    pub(super) const fn add(&mut self, kind: FilterKind) {
        match kind {
            FilterKind::Ordinary => {}
            FilterKind::OrdinaryShare => self.ordinary_share = true,
            FilterKind::Shared => self.shared = true,
        }
    }

    /// Whether a packet of this version can carry the list.
    pub(super) const fn check(
        self,
        packet: PacketType,
        version: Version,
    ) -> Result<(), EncodeError> {
        if self.no_local_on_shared {
            return Err(EncodeError::NoLocalOnSharedSubscription);
        }
        let foreign = match version {
            Version::V3_1_1 => self.shared || self.options,
            Version::V5_0 => self.ordinary_share,
        };
        if foreign { Err(EncodeError::NotInVersion(packet, version)) } else { Ok(()) }
    }

    /// By which rules the filters of the list are what they are.
    pub(super) const fn syntax(self) -> Version {
        if self.ordinary_share { Version::V3_1_1 } else { Version::V5_0 }
    }
}

/// Reads a Topic Filter that is legal in the version of the packet.
#[inline]
pub(super) fn read_filter(
    reader: &mut Reader<'_>,
    packet: PacketType,
) -> Result<FilterKind, DecodeError> {
    let span = reader.binary(Field::TopicFilter)?;
    let filter = reader.get(&span);
    if text::is_plain_filter(filter) {
        return Ok(FilterKind::Ordinary);
    }
    reader.check_text(&span, Field::TopicFilter)?;
    check_filter(filter, reader.version())
        .map_err(|(error, at)| filter_error(reader, packet, error, span.start + at))
}

#[cold]
fn filter_error(
    reader: &Reader<'_>,
    packet: PacketType,
    error: TopicError,
    at: usize,
) -> DecodeError {
    let kind = match error {
        TopicError::Empty => ErrorKind::EmptyTopicFilter,
        TopicError::MultiLevelWildcard => ErrorKind::MisplacedMultiLevelWildcard,
        TopicError::EmptyShareName => ErrorKind::EmptyShareName,
        TopicError::WildcardInShareName => ErrorKind::WildcardInShareName,
        TopicError::NoFilterInShare => ErrorKind::NoFilterInSharedSubscription,
        // The other two are errors of names and of strings.
        TopicError::SingleLevelWildcard | TopicError::WildcardInName | TopicError::String(_) => {
            ErrorKind::MisplacedSingleLevelWildcard
        }
    };
    reader.error(kind(packet), at)
}

/// What kind of filter a valid one is, by the rules of one version.
pub(super) fn kind_of(filter: &[u8], syntax: Version) -> FilterKind {
    check_filter(filter, syntax).unwrap_or(FilterKind::Ordinary)
}

/// Splits a string, with its length in front, off a validated list.
#[inline]
pub(super) fn split_string(list: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = list.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}

/// The length in front of a filter, which as a string has at most 65,535 bytes.
pub(super) fn prefix(filter: &MqttString) -> [u8; 2] {
    u16::try_from(filter.len()).unwrap_or(u16::MAX).to_be_bytes()
}
