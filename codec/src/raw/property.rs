//! Properties that need not be legal.

use bytes::{BufMut, Bytes, BytesMut};

use super::put;
use crate::property::{Properties, Property, PropertyId};

/// A block of properties: any identifiers, in any number and order, and any bytes behind them. The
/// Property Length is always that of the block.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RawProperties {
    /// The properties, in the order in which they are written.
    pub list: Vec<RawProperty>,
    /// Bytes behind them, which the Property Length counts too.
    pub tail: Bytes,
}

/// A property whose identifier and value need not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawProperty {
    /// The identifier, written as a Variable Byte Integer.
    pub id: u32,
    /// The value.
    pub value: RawValue,
}

/// A value in one of the data representations of section 1.5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawValue {
    /// Byte
    Byte(u8),
    /// Two Byte Integer
    U16(u16),
    /// Four Byte Integer
    U32(u32),
    /// Variable Byte Integer, in as few bytes as it takes
    VarInt(u32),
    /// UTF-8 Encoded String, which need not be UTF-8
    Text(Bytes),
    /// Binary Data
    Binary(Bytes),
    /// UTF-8 String Pair, neither of which needs to be UTF-8
    Pair(Bytes, Bytes),
}

impl RawProperties {
    /// Whether nothing is written but the Property Length.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty() && self.tail.is_empty()
    }

    /// Adds a property of the standard with a value that may be any.
    pub fn push(&mut self, id: PropertyId, value: RawValue) {
        self.list.push(RawProperty { id: u32::from(id.value()), value });
    }

    /// Writes the Property Length and the block.
    pub(super) fn put(&self, out: &mut BytesMut) {
        let mut block = BytesMut::new();
        for property in &self.list {
            put::varint(&mut block, property.id);
            property.value.put(&mut block);
        }
        block.put_slice(&self.tail);
        put::varint(out, put::number(block.len()));
        out.put_slice(&block);
    }
}

impl RawValue {
    fn put(&self, out: &mut BytesMut) {
        match self {
            Self::Byte(number) => out.put_u8(*number),
            Self::U16(number) => put::u16(out, *number),
            Self::U32(number) => put::u32(out, *number),
            Self::VarInt(number) => put::varint(out, *number),
            Self::Text(bytes) | Self::Binary(bytes) => put::string(out, bytes),
            Self::Pair(name, value) => {
                put::string(out, name);
                put::string(out, value);
            }
        }
    }
}

impl From<Property<'_>> for RawProperty {
    fn from(property: Property<'_>) -> Self {
        use crate::property::Value;
        let id = u32::from(property.id().value());
        let is_binary =
            matches!(property, Property::CorrelationData(_) | Property::AuthenticationData(_));
        let value = match property.value() {
            Value::Byte(number) => RawValue::Byte(number),
            Value::U16(number) => RawValue::U16(number),
            Value::U32(number) => RawValue::U32(number),
            Value::VarInt(number) => RawValue::VarInt(number),
            Value::Prefixed(bytes) if is_binary => RawValue::Binary(copy(bytes)),
            Value::Prefixed(bytes) => RawValue::Text(copy(bytes)),
            Value::Pair(name, value) => {
                RawValue::Pair(copy(name.as_bytes()), copy(value.as_bytes()))
            }
        };
        Self { id, value }
    }
}

fn copy(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(bytes)
}

impl<K> From<&Properties<K>> for RawProperties {
    fn from(properties: &Properties<K>) -> Self {
        Self { list: properties.iter().map(RawProperty::from).collect(), tail: Bytes::new() }
    }
}
