//! Topic Names, Topic Filters, shared filters and matching (3.1.1 and 5.0 section 4.7, 5.0 section
//! 4.8.2).

mod matching;
mod syntax;

use std::borrow::Borrow;
use std::convert::Infallible;
use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

pub use matching::{levels, matches};
pub(crate) use syntax::{FilterKind, check_filter};
use syntax::{SHARE_PREFIX, split_share};

use crate::Version;
use crate::string::{MqttString, StringError};
use crate::text::{self, TextFault};

/// The name of a topic: 1 to 65,535 bytes, no wildcards (section 4.7). [`TopicName::absent`] is the one without
/// a byte, which 5.0 allows beside a Topic Alias.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicName(MqttString);

/// A filter for Topic Names, with its wildcards in legal places: 1 to 65,535 bytes (section 4.7.1).
/// By the rules of 5.0 it may be a shared one.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicFilter {
    text: MqttString,
    /// Whether `$share/` at the front has the meaning that 5.0 gives it.
    shared: bool,
}

/// The parts of a shared filter, `$share/{group}/{filter}` (5.0 section 4.8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share<'a> {
    /// The `ShareName`.
    pub group: &'a str,
    /// The filter that Topic Names are held against.
    pub filter: &'a str,
}

/// Why some text is no Topic Name or no Topic Filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicError {
    /// The text is not even an [`MqttString`].
    String(StringError),
    /// No byte at all.
    Empty,
    /// `+` or `#` in a Topic Name.
    WildcardInName,
    /// A `#` that is not alone in its level, or not in the last one.
    MultiLevelWildcard,
    /// A `+` that is not alone in its level.
    SingleLevelWildcard,
    /// `$share/` without a `ShareName` behind it.
    EmptyShareName,
    /// A `ShareName` with a wildcard in it.
    WildcardInShareName,
    /// A `ShareName` without a Topic Filter behind it.
    NoFilterInShare,
}

impl TopicName {
    /// Checks a Topic Name.
    ///
    /// # Errors
    ///
    /// The text is empty, contains a wildcard, or is no [`MqttString`].
    pub fn new<S>(text: S) -> Result<Self, TopicError>
    where
        S: TryInto<MqttString>,
        TopicError: From<S::Error>,
    {
        let text = text.try_into()?;
        if text.is_empty() {
            return Err(TopicError::Empty);
        }
        match text::check_name(text.as_bytes()) {
            Ok(()) => Ok(Self(text)),
            Err(_) => Err(TopicError::WildcardInName),
        }
    }

    /// The name of no bytes, for which a Topic Alias has to stand in.
    #[must_use]
    pub fn absent() -> Self {
        Self(MqttString::default())
    }

    /// Whether this is the name of no bytes.
    #[must_use]
    #[inline]
    pub fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as bytes, without a length in front.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The name as a string.
    #[must_use]
    pub const fn as_mqtt_string(&self) -> &MqttString {
        &self.0
    }

    /// From bytes that [`text::check_name`] has already found good.
    #[inline]
    pub(crate) fn from_checked(bytes: Bytes) -> Self {
        Self(MqttString::from_checked(bytes))
    }
}

impl TopicFilter {
    /// Checks a Topic Filter by the rules of 5.0, which knows shared filters.
    ///
    /// # Errors
    ///
    /// The text is empty, has a wildcard or a `ShareName` out of place, or is no [`MqttString`].
    pub fn new<S>(text: S) -> Result<Self, TopicError>
    where
        S: TryInto<MqttString>,
        TopicError: From<S::Error>,
    {
        Self::new_in(Version::V5_0, text)
    }

    /// Checks a Topic Filter by the rules of one version. In 3.1.1 a filter that begins with
    /// `$share/` is one like any other.
    ///
    /// # Errors
    ///
    /// The text is empty, has a wildcard or a `ShareName` out of place, or is no [`MqttString`].
    pub fn new_in<S>(version: Version, text: S) -> Result<Self, TopicError>
    where
        S: TryInto<MqttString>,
        TopicError: From<S::Error>,
    {
        let text = text.try_into()?;
        match check_filter(text.as_bytes(), version) {
            Ok(kind) => Ok(Self { text, shared: kind == FilterKind::Shared }),
            Err((error, _)) => Err(error),
        }
    }

    /// The filter, with the prefix of a shared one.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The filter as bytes, with the prefix of a shared one and without a length in front.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The filter as a string, with the prefix of a shared one.
    #[must_use]
    pub const fn as_mqtt_string(&self) -> &MqttString {
        &self.text
    }

    /// The two parts of a shared filter.
    #[must_use]
    pub fn share(&self) -> Option<Share<'_>> {
        if self.shared { split_share(&self.text) } else { None }
    }

    /// Whether this is a shared filter.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        self.shared
    }

    /// The filter that Topic Names are held against: without the prefix, if it is a shared one.
    #[must_use]
    pub fn filter_part(&self) -> &str {
        self.share().map_or(&self.text, |share| share.filter)
    }

    /// Whether there is a `+` or `#` in it.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        memchr::memchr2(b'+', b'#', self.text.as_bytes()).is_some()
    }

    /// Whether the filter matches the name (section 4.7); a shared one by its filter part.
    #[must_use]
    pub fn matches(&self, name: &TopicName) -> bool {
        matches(self.filter_part(), name)
    }

    /// From bytes that [`text::check`] and [`check_filter`] have already found good.
    pub(crate) fn from_checked(bytes: Bytes, kind: FilterKind) -> Self {
        Self { text: MqttString::from_checked(bytes), shared: kind == FilterKind::Shared }
    }

    /// What kind of filter this is.
    pub(crate) fn kind(&self) -> FilterKind {
        match (self.shared, self.text.as_bytes().starts_with(SHARE_PREFIX)) {
            (true, _) => FilterKind::Shared,
            (false, true) => FilterKind::OrdinaryShare,
            (false, false) => FilterKind::Ordinary,
        }
    }
}

impl Deref for TopicName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Deref for TopicFilter {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// So that a map with such keys can be asked for a `&str`.
impl Borrow<str> for TopicName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Debug for TopicFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl fmt::Display for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for TopicFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.text, f)
    }
}

impl From<StringError> for TopicError {
    fn from(error: StringError) -> Self {
        Self::String(error)
    }
}

impl From<Infallible> for TopicError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl fmt::Display for TopicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String(error) => return fmt::Display::fmt(error, f),
            Self::Empty => "the topic is empty",
            Self::WildcardInName => "the Topic Name contains a wildcard",
            Self::MultiLevelWildcard => "a # is not the whole last level",
            Self::SingleLevelWildcard => "a + is not a whole level",
            Self::EmptyShareName => "the ShareName is empty",
            Self::WildcardInShareName => "the ShareName contains a wildcard",
            Self::NoFilterInShare => "the ShareName has no Topic Filter behind it",
        })
    }
}

impl std::error::Error for TopicError {}

/// What [`text`] finds wrong with a name, as an error of its own.
impl From<TextFault> for TopicError {
    fn from(fault: TextFault) -> Self {
        match fault {
            TextFault::IllFormed(_) => Self::String(StringError::IllFormedUtf8),
            TextFault::Nul(_) => Self::String(StringError::Nul),
            TextFault::Wildcard(_) => Self::WildcardInName,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_checked_by_the_rules_of_their_version() {
        use TopicError::*;
        for (filter, in_both) in [
            ("#", Ok(())),
            ("/#", Ok(())),
            ("a/+/#", Ok(())),
            ("+", Ok(())),
            ("+/a/+", Ok(())),
            ("/", Ok(())),
            ("$share", Ok(())),
            ("$Share//x", Ok(())),
            ("", Err(Empty)),
            ("a#", Err(MultiLevelWildcard)),
            ("#/a", Err(MultiLevelWildcard)),
            ("##", Err(MultiLevelWildcard)),
            ("a/#/", Err(MultiLevelWildcard)),
            ("a+", Err(SingleLevelWildcard)),
            ("+a", Err(SingleLevelWildcard)),
            ("a/b+/c", Err(SingleLevelWildcard)),
            ("++", Err(SingleLevelWildcard)),
        ] {
            for version in Version::ALL {
                assert_eq!(TopicFilter::new_in(version, filter).map(drop), in_both, "{filter}");
            }
        }
        for (filter, in_3_1_1, in_5_0) in [
            ("$share/g/t", Ok(()), Ok(())),
            ("$share/g//t", Ok(()), Ok(())),
            ("$share/g/#", Ok(()), Ok(())),
            ("$share/", Ok(()), Err(EmptyShareName)),
            ("$share//t", Ok(()), Err(EmptyShareName)),
            ("$share/g", Ok(()), Err(NoFilterInShare)),
            ("$share/g/", Ok(()), Err(NoFilterInShare)),
            ("$share/+/t", Ok(()), Err(WildcardInShareName)),
            ("$share/#", Ok(()), Err(WildcardInShareName)),
            ("$share/g+/t", Err(SingleLevelWildcard), Err(WildcardInShareName)),
            ("$share/g/t+", Err(SingleLevelWildcard), Err(SingleLevelWildcard)),
        ] {
            let checked = |version| TopicFilter::new_in(version, filter).map(drop);
            assert_eq!(checked(Version::V3_1_1), in_3_1_1, "{filter}");
            assert_eq!(checked(Version::V5_0), in_5_0, "{filter}");
        }
    }

    #[test]
    fn a_shared_filter_matches_by_its_second_part() {
        let name = TopicName::new("/t").unwrap();
        let shared = TopicFilter::new("$share/g//t").unwrap();
        assert_eq!(shared.share(), Some(Share { group: "g", filter: "/t" }));
        assert!(shared.is_shared() && shared.matches(&name));
        let ordinary = TopicFilter::new_in(Version::V3_1_1, "$share/g//t").unwrap();
        assert_eq!(ordinary.share(), None);
        assert_eq!(ordinary.filter_part(), "$share/g//t");
        assert!(!ordinary.matches(&name));
        assert!(ordinary.matches(&TopicName::new("$share/g//t").unwrap()));
    }

    #[test]
    fn names_have_a_byte_and_no_wildcard() {
        assert_eq!(TopicName::new(""), Err(TopicError::Empty));
        assert_eq!(TopicName::new("a/+"), Err(TopicError::WildcardInName));
        assert_eq!(TopicName::new("#"), Err(TopicError::WildcardInName));
        assert_eq!(TopicName::new("a\0"), Err(TopicError::String(StringError::Nul)));
        assert!(TopicName::absent().is_absent());
        assert!(!TopicName::new("/").unwrap().is_absent());
    }
}
