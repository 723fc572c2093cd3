//! From the fields of a line to a packet, its mutations included (chapter 3, and the mutations of
//! the scenario language).

mod fields;
mod packets;
mod segments;

use bytes::Bytes;
use mqttspec_codec::raw::{RawBody, RawLength, RawPacket};
use mqttspec_codec::{PacketType, Version};

pub(super) use fields::{FieldValue, Fields};
pub(super) use segments::segments;

use super::env::{EvalError, VALUE_BYTES_MAX};
use super::value::Value;
use crate::scenario::ast::Span;

/// What fields that are not written stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Defaults {
    /// Client Identifier of CONNECT.
    pub client_id: Bytes,
    /// User Name of CONNECT.
    pub username: Option<Bytes>,
    /// Password of CONNECT.
    pub password: Option<Bytes>,
    /// Topic Name of PUBLISH.
    pub topic: Bytes,
    /// Packet Identifier of PUBLISH, SUBSCRIBE and UNSUBSCRIBE.
    pub packet_id: Option<u16>,
}

/// Whether a packet with these fields gets a packet id that the runner chooses.
///
/// # Errors
///
/// If a field has a value that it cannot have.
pub(super) fn wants_id(packet: PacketType, fields: &[FieldValue]) -> Result<bool, EvalError> {
    let written = fields.iter().any(|field| field.name == "id");
    Ok(!written
        && match packet {
            PacketType::Subscribe | PacketType::Unsubscribe => true,
            PacketType::Publish => Fields::new(fields).byte("qos")?.unwrap_or(0) > 0,
            _ => false,
        })
}

/// The packet that a line describes.
///
/// # Errors
///
/// If a field has a value that it cannot have.
pub(super) fn packet(
    packet: PacketType,
    version: Version,
    fields: &[FieldValue],
    defaults: &Defaults,
) -> Result<RawPacket, EvalError> {
    let fields = Fields::new(fields);
    let body = packets::body(packet, version, &fields, defaults)?;
    let mut raw = RawPacket::new(body);
    if let Some((Value::Pad(size), span)) = fields.get("payload") {
        pad(&mut raw, version, *size, span)?;
    }
    if let Some((value, span)) = fields.get("patch") {
        raw.patch.push(patch(value, span)?);
    }
    if let Some(number) = fields.number("truncate", u64::from(u32::MAX))? {
        raw.truncate = usize::try_from(number).unwrap_or(usize::MAX);
    }
    raw.append = fields.bytes("append")?.unwrap_or_default();
    raw.remaining_length = match fields.get("remaining_length") {
        None => None,
        Some((Value::Bytes(bytes), _)) => Some(RawLength::Bytes(bytes.clone())),
        Some(_) => fields.u32("remaining_length")?.map(RawLength::Number),
    };
    raw.flags = fields.small("flags", 15)?;
    raw.packet_type = fields.small("type", 15)?;
    Ok(raw)
}

/// `(offset, hex"..")`
fn patch(value: &Value, span: Span) -> Result<(usize, Bytes), EvalError> {
    match value {
        Value::Patch(offset, bytes) => {
            Ok((usize::try_from(*offset).unwrap_or(usize::MAX), bytes.clone()))
        }
        other => Err(EvalError { message: format!("{} is no patch", other.kind()), span }),
    }
}

/// Fills the payload of a PUBLISH until the whole packet has that many bytes.
fn pad(raw: &mut RawPacket, version: Version, size: u64, span: Span) -> Result<(), EvalError> {
    let fail = |message: String| Err(EvalError { message, span });
    let RawBody::Publish(publish) = &mut raw.body else {
        return fail("only a PUBLISH has a payload".to_owned());
    };
    publish.payload = Bytes::new();
    let empty = RawPacket::new(publish.clone()).encode(version).len();
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    if size > VALUE_BYTES_MAX {
        return fail(format!("a packet of {size} bytes is too large"));
    }
    // A longer payload can make the Remaining Length longer too, so that some sizes do not exist.
    let content = empty - 1 - length_of_length(empty);
    let payload = (1..=4).find_map(|length_len| {
        let len = size.checked_sub(1 + length_len)?.checked_sub(content)?;
        (varint_len(content + len) == length_len).then_some(len)
    });
    match (&mut raw.body, payload) {
        (RawBody::Publish(publish), Some(len)) => {
            publish.payload = Bytes::from(vec![b'.'; len]);
            Ok(())
        }
        _ => fail(format!("no payload makes a packet of exactly {size} bytes")),
    }
}

/// The length of the Remaining Length in a packet of this size, in bytes.
fn length_of_length(packet_len: usize) -> usize {
    (1..=4).find(|len| varint_len(packet_len - 1 - len) == *len).unwrap_or(4)
}

fn varint_len(number: usize) -> usize {
    match number {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    }
}
