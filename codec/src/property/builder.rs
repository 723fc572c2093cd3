//! Building a block of properties, one checked property at a time.

use std::fmt;
use std::marker::PhantomData;

use bytes::{BufMut, BytesMut};

use super::validate::{Seen, may_stand};
use super::{Form, Properties, Property, PropertyId, PropertyOwner};
use crate::error::ErrorKind;
use crate::text::{self, TextFault};
use crate::varint::VarInt;
use crate::{MqttString, Sender};

/// Collects the properties of a `K` (5.0 section 2.2.2), so that each may stand there.
pub struct PropertiesBuilder<K> {
    block: BytesMut,
    seen: Seen,
    owner: PhantomData<fn() -> K>,
}

/// Why a property cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PropertyError {
    /// The property has no place in this packet.
    Misplaced(PropertyId),
    /// The property is there already, and may stand once only.
    Repeated(PropertyId),
    /// The standard rules the value out.
    OutOfRange(PropertyId),
    /// A string or Binary Data of more than 65,535 bytes.
    TooLong(PropertyId),
    /// A string that contains U+0000.
    Nul(PropertyId),
    /// A Response Topic with `+` or `#`.
    Wildcard(PropertyId),
}

impl<K: PropertyOwner> PropertiesBuilder<K> {
    /// No properties yet.
    #[must_use]
    pub fn new() -> Self {
        Self { block: BytesMut::new(), seen: Seen::default(), owner: PhantomData }
    }

    /// Adds a property behind those that are there. Properties that only one side may send are
    /// taken, since a builder does not know who will send the packet.
    ///
    /// # Errors
    ///
    /// The property may not stand here, or not again, or not with this value; nothing is added.
    pub fn push(&mut self, property: Property<'_>) -> Result<(), PropertyError> {
        let id = property.id();
        let spec = id.spec();
        may_stand(spec, K::PLACE, Sender::Any, self.seen).map_err(|kind| match kind {
            ErrorKind::PropertyRepeated(..) => PropertyError::Repeated(id),
            _ => PropertyError::Misplaced(id),
        })?;
        check_value(property, spec.form)?;
        self.block.put_u8(id.value());
        put_value(&mut self.block, property);
        self.seen.add(id);
        Ok(())
    }

    /// Adds several properties, in their order.
    ///
    /// # Errors
    ///
    /// One may not stand here; those before it have been added.
    pub fn extend<'a>(
        &mut self,
        properties: impl IntoIterator<Item = Property<'a>>,
    ) -> Result<(), PropertyError> {
        properties.into_iter().try_for_each(|property| self.push(property))
    }

    /// The properties collected.
    #[must_use]
    pub fn build(self) -> Properties<K> {
        Properties::from_checked(self.block.freeze())
    }
}

impl<K: PropertyOwner> Default for PropertiesBuilder<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> fmt::Debug for PropertiesBuilder<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PropertiesBuilder").field("block", &self.block).finish_non_exhaustive()
    }
}

/// The value of a property, by the way it is encoded.
pub(crate) enum Value<'a> {
    Byte(u8),
    U16(u16),
    U32(u32),
    VarInt(u32),
    Prefixed(&'a [u8]),
    Pair(&'a str, &'a str),
}

impl<'a> Property<'a> {
    pub(crate) fn value(self) -> Value<'a> {
        match self {
            Self::PayloadFormatIndicator(n)
            | Self::RequestProblemInformation(n)
            | Self::RequestResponseInformation(n)
            | Self::MaximumQoS(n)
            | Self::RetainAvailable(n)
            | Self::WildcardSubscriptionAvailable(n)
            | Self::SubscriptionIdentifierAvailable(n)
            | Self::SharedSubscriptionAvailable(n) => Value::Byte(n),
            Self::ServerKeepAlive(n)
            | Self::ReceiveMaximum(n)
            | Self::TopicAliasMaximum(n)
            | Self::TopicAlias(n) => Value::U16(n),
            Self::MessageExpiryInterval(n)
            | Self::SessionExpiryInterval(n)
            | Self::WillDelayInterval(n)
            | Self::MaximumPacketSize(n) => Value::U32(n),
            Self::SubscriptionIdentifier(n) => Value::VarInt(n),
            Self::ContentType(text)
            | Self::ResponseTopic(text)
            | Self::AssignedClientIdentifier(text)
            | Self::AuthenticationMethod(text)
            | Self::ResponseInformation(text)
            | Self::ServerReference(text)
            | Self::ReasonString(text) => Value::Prefixed(text.as_bytes()),
            Self::CorrelationData(bytes) | Self::AuthenticationData(bytes) => {
                Value::Prefixed(bytes)
            }
            Self::UserProperty(name, value) => Value::Pair(name, value),
        }
    }
}

fn check_value(property: Property<'_>, form: Form) -> Result<(), PropertyError> {
    let id = property.id();
    let in_range = match (property.value(), form) {
        (Value::Byte(n), Form::Byte { max }) => n <= max,
        (Value::U16(n), Form::U16 { min }) => n >= min,
        (Value::U32(n), Form::U32 { min }) => n >= min,
        (Value::VarInt(n), Form::VarInt { min }) => n >= min && VarInt::new(n).is_some(),
        (Value::Prefixed(bytes), Form::Binary) => return check_len(id, bytes),
        (Value::Prefixed(bytes), form) => return check_text(id, bytes, form == Form::Topic),
        (Value::Pair(name, value), _) => {
            check_text(id, name.as_bytes(), false)?;
            return check_text(id, value.as_bytes(), false);
        }
        // The table gives each property the form that its value has.
        _ => false,
    };
    if in_range { Ok(()) } else { Err(PropertyError::OutOfRange(id)) }
}

fn check_len(id: PropertyId, bytes: &[u8]) -> Result<(), PropertyError> {
    if bytes.len() <= MqttString::LEN_MAX { Ok(()) } else { Err(PropertyError::TooLong(id)) }
}

fn check_text(id: PropertyId, bytes: &[u8], is_name: bool) -> Result<(), PropertyError> {
    check_len(id, bytes)?;
    let checked = if is_name { text::check_name(bytes) } else { text::check(bytes) };
    checked.map_err(|fault| match fault {
        TextFault::Wildcard(_) => PropertyError::Wildcard(id),
        // A `str` cannot be ill-formed.
        TextFault::Nul(_) | TextFault::IllFormed(_) => PropertyError::Nul(id),
    })
}

fn put_value(block: &mut BytesMut, property: Property<'_>) {
    match property.value() {
        Value::Byte(n) => block.put_u8(n),
        Value::U16(n) => block.put_u16(n),
        Value::U32(n) => block.put_u32(n),
        Value::VarInt(n) => {
            let (bytes, len) = VarInt::new(n).unwrap_or_default().to_bytes();
            block.put_slice(&bytes[..len]);
        }
        Value::Prefixed(bytes) => put_prefixed(block, bytes),
        Value::Pair(name, value) => {
            put_prefixed(block, name.as_bytes());
            put_prefixed(block, value.as_bytes());
        }
    }
}

/// Writes at most 65,535 bytes behind their number, which the caller has checked.
fn put_prefixed(block: &mut BytesMut, bytes: &[u8]) {
    block.put_u16(u16::try_from(bytes.len()).unwrap_or(u16::MAX));
    block.put_slice(bytes);
}

impl fmt::Display for PropertyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Misplaced(id) => write!(f, "the {id} has no place in this packet"),
            Self::Repeated(id) => write!(f, "the {id} may stand once only"),
            Self::OutOfRange(id) => write!(f, "the {id} has a value that is ruled out"),
            Self::TooLong(id) => write!(f, "the {id} is longer than 65,535 bytes"),
            Self::Nul(id) => write!(f, "the {id} contains U+0000"),
            Self::Wildcard(id) => write!(f, "the {id} contains a wildcard"),
        }
    }
}

impl std::error::Error for PropertyError {}
