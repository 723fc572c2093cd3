//! Values of a scenario, all names resolved.

use std::time::Duration;

use bytes::Bytes;

use crate::matcher::Datum;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A number.
    Int(i64),
    /// Text or binary data.
    Bytes(Bytes),
    /// A reason, `all`, `absent`, a packet name, ...
    Word(String),
    /// A length of time.
    Duration(Duration),
    /// Several values.
    List(Vec<Value>),
    /// A User Property.
    Pair(Bytes, Bytes),
    /// Bytes for a place in a packet: an offset, and what to write there.
    Patch(u64, Bytes),
    /// As much payload as makes the whole packet this long, in bytes.
    Pad(u64),
}

impl Value {
    /// Text.
    #[must_use]
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Bytes(Bytes::from(text.into()))
    }

    /// What kind of value it is, for messages.
    #[must_use]
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Int(_) => "a number",
            Self::Bytes(_) => "a string",
            Self::Word(_) => "a word",
            Self::Duration(_) => "a duration",
            Self::List(_) => "a list",
            Self::Pair(..) => "a pair",
            Self::Patch(..) => "a patch",
            Self::Pad(_) => "a padding",
        }
    }
}

impl From<Datum> for Value {
    fn from(datum: Datum) -> Self {
        match datum {
            Datum::Int(number) => Self::Int(i64::try_from(number).unwrap_or(i64::MAX)),
            Datum::Bytes(bytes) => Self::Bytes(bytes),
            Datum::List(data) => Self::List(data.into_iter().map(Self::from).collect()),
            Datum::Pair(name, value) => Self::Pair(name, value),
        }
    }
}
