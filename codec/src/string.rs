//! The UTF-8 Encoded String (3.1.1 section 1.5.3, 5.0 section 1.5.4) as an owned value.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use bytes::Bytes;

use crate::text::{self, TextFault};

/// A UTF-8 Encoded String: text of at most 65,535 bytes without U+0000 (5.0 section 1.5.4, 3.1.1
/// section 1.5.3). It may be empty, and may hold control characters and non-characters, which
/// should not be sent. Cloning shares the bytes.
///
/// What is kept are the bytes, which were found good once; taking them for text, as [`as_str`]
/// does, looks at them again.
///
/// [`as_str`]: Self::as_str
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct MqttString(Bytes);

/// Why some text or bytes are no [`MqttString`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringError {
    /// More than 65,535 bytes.
    TooLong,
    /// Not well-formed UTF-8.
    IllFormedUtf8,
    /// Contains U+0000.
    Nul,
}

impl MqttString {
    /// The greatest length, in bytes.
    pub const LEN_MAX: usize = 65_535;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // They are text, as no value of this type can be made of anything else.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The text as bytes, without a length in front.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes the text has: 65,535 at most.
    #[must_use]
    #[inline]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the text has no bytes.
    #[must_use]
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same bytes, not copied.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// From bytes that [`text::check`] has already found good and whose length has two bytes.
    #[inline]
    pub(crate) fn from_checked(bytes: Bytes) -> Self {
        debug_assert!(bytes.len() <= Self::LEN_MAX && text::check(&bytes) == Ok(()));
        Self(bytes)
    }
}

impl Deref for MqttString {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

/// So that a map with such keys can be asked for a `&str`.
impl Borrow<str> for MqttString {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl Hash for MqttString {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl AsRef<str> for MqttString {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for MqttString {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for MqttString {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl fmt::Debug for MqttString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for MqttString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl TryFrom<Bytes> for MqttString {
    type Error = StringError;

    fn try_from(bytes: Bytes) -> Result<Self, StringError> {
        if bytes.len() > Self::LEN_MAX {
            return Err(StringError::TooLong);
        }
        match text::check(&bytes) {
            Ok(()) => Ok(Self::from_checked(bytes)),
            Err(TextFault::Nul(_)) => Err(StringError::Nul),
            Err(TextFault::IllFormed(_) | TextFault::Wildcard(_)) => {
                Err(StringError::IllFormedUtf8)
            }
        }
    }
}

impl TryFrom<String> for MqttString {
    type Error = StringError;

    fn try_from(text: String) -> Result<Self, StringError> {
        Bytes::from(text).try_into()
    }
}

impl TryFrom<&str> for MqttString {
    type Error = StringError;

    fn try_from(text: &str) -> Result<Self, StringError> {
        Bytes::copy_from_slice(text.as_bytes()).try_into()
    }
}

impl fmt::Display for StringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the string is longer than 65,535 bytes",
            Self::IllFormedUtf8 => "the string is not well-formed UTF-8",
            Self::Nul => "the string contains U+0000",
        })
    }
}

impl std::error::Error for StringError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_of_a_string_hold() {
        assert_eq!(MqttString::try_from("").unwrap(), "");
        assert_eq!(MqttString::try_from("a".repeat(65_535)).unwrap().len(), 65_535);
        assert_eq!(MqttString::try_from("a".repeat(65_536)), Err(StringError::TooLong));
        assert_eq!(MqttString::try_from("a\0"), Err(StringError::Nul));
        let bytes = Bytes::from_static(b"\xED\xA0\x80");
        assert_eq!(MqttString::try_from(bytes), Err(StringError::IllFormedUtf8));
    }

    #[test]
    fn a_map_of_strings_can_be_asked_for_text() {
        let strings = ["", "a", "a/b", "ä"].map(|text| MqttString::try_from(text).unwrap());
        let set = std::collections::HashSet::from(strings);
        assert!(["", "a", "a/b", "ä"].iter().all(|&text| set.contains(text)));
        assert!(!set.contains("b"));
    }

    #[test]
    fn a_string_shares_its_bytes() {
        let bytes = Bytes::from_static(b"shared");
        let string = MqttString::try_from(bytes.clone()).unwrap();
        assert_eq!(string.clone().into_bytes().as_ptr(), bytes.as_ptr());
        assert_eq!(format!("{string} {string:?}"), "shared \"shared\"");
    }
}
