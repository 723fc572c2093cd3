//! Fields with their values, read as the types that the standard gives them.

use bytes::Bytes;
use mqttspec_codec::{PacketType, Version};

use crate::runner::env::EvalError;
use crate::runner::value::Value;
use crate::scenario::ast::Span;
use crate::scenario::reasons;

/// A field with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldValue {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Where it stands.
    pub span: Span,
}

/// The fields of a line.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    list: &'a [FieldValue],
}

impl<'a> Fields<'a> {
    /// Those of a line.
    #[must_use]
    pub(crate) fn new(list: &'a [FieldValue]) -> Self {
        Self { list }
    }

    /// In the order written.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a FieldValue> {
        self.list.iter()
    }

    /// The value written last under a name, unless that is `absent`.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<(&'a Value, Span)> {
        let field = self.list.iter().rev().find(|field| field.name == name)?;
        (!field.is_absent()).then_some((&field.value, field.span))
    }

    /// Whether a name is written, be it as `absent`.
    #[must_use]
    pub(crate) fn names(&self, name: &str) -> bool {
        self.list.iter().any(|field| field.name == name)
    }

    /// A number up to a bound.
    pub(crate) fn number(&self, name: &str, max: u64) -> Result<Option<u64>, EvalError> {
        self.get(name).map(|(value, span)| number(value, max, span)).transpose()
    }

    /// A number of one byte.
    pub(crate) fn byte(&self, name: &str) -> Result<Option<u8>, EvalError> {
        self.small(name, u8::MAX)
    }

    /// A number up to a bound below 256.
    pub(crate) fn small(&self, name: &str, max: u8) -> Result<Option<u8>, EvalError> {
        Ok(self.number(name, max.into())?.and_then(|number| u8::try_from(number).ok()))
    }

    /// A number of two bytes.
    pub(crate) fn u16(&self, name: &str) -> Result<Option<u16>, EvalError> {
        Ok(self.number(name, u16::MAX.into())?.and_then(|number| u16::try_from(number).ok()))
    }

    /// A number of four bytes.
    pub(crate) fn u32(&self, name: &str) -> Result<Option<u32>, EvalError> {
        Ok(self.number(name, u32::MAX.into())?.and_then(|number| u32::try_from(number).ok()))
    }

    /// 0 or 1.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, EvalError> {
        Ok(self.number(name, 1)?.map(|number| number != 0))
    }

    /// Text or binary data.
    pub(crate) fn bytes(&self, name: &str) -> Result<Option<Bytes>, EvalError> {
        self.get(name).map(|(value, span)| bytes(value, span)).transpose()
    }

    /// A reason by name or number, as the byte that it is in such a packet.
    pub(crate) fn reason(
        &self,
        name: &str,
        version: Version,
        packet: PacketType,
    ) -> Result<Option<u8>, EvalError> {
        self.get(name).map(|(value, span)| code(value, version, packet, span)).transpose()
    }

    /// A list of reasons.
    pub(crate) fn codes(
        &self,
        name: &str,
        version: Version,
        packet: PacketType,
    ) -> Result<Vec<u8>, EvalError> {
        let Some((value, span)) = self.get(name) else { return Ok(Vec::new()) };
        list(value).iter().map(|value| code(value, version, packet, span)).collect()
    }
}

impl FieldValue {
    /// Whether the value is the word `absent`.
    #[must_use]
    pub(crate) fn is_absent(&self) -> bool {
        matches!(&self.value, Value::Word(word) if word == "absent")
    }
}

/// The elements of a list; of anything else the value itself.
pub(super) fn list(value: &Value) -> &[Value] {
    match value {
        Value::List(values) => values,
        other => std::slice::from_ref(other),
    }
}

pub(super) fn number(value: &Value, max: u64, span: Span) -> Result<u64, EvalError> {
    let number = match value {
        Value::Int(number) => u64::try_from(*number).ok().filter(|number| *number <= max),
        other => return Err(unfit(other, "a number", span)),
    };
    number.ok_or_else(|| EvalError {
        message: format!("{} is not in 0 to {max}", describe(value)),
        span,
    })
}

pub(super) fn bytes(value: &Value, span: Span) -> Result<Bytes, EvalError> {
    match value {
        Value::Bytes(bytes) => Ok(bytes.clone()),
        Value::Int(number) => Ok(Bytes::from(number.to_string())),
        other => Err(unfit(other, "a string", span)),
    }
}

fn code(value: &Value, version: Version, packet: PacketType, span: Span) -> Result<u8, EvalError> {
    match value {
        Value::Word(name) => reasons::code(version, packet, name).ok_or_else(|| EvalError {
            message: format!("{packet} has no reason {name} in MQTT {version}"),
            span,
        }),
        other => Ok(u8::try_from(number(other, u8::MAX.into(), span)?).unwrap_or(u8::MAX)),
    }
}

fn unfit(value: &Value, wanted: &str, span: Span) -> EvalError {
    EvalError { message: format!("{} where {wanted} goes", value.kind()), span }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        other => other.kind().to_owned(),
    }
}
