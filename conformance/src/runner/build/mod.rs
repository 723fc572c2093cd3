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

use super::env::EvalError;
use super::scope::VALUE_BYTES_MAX;
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
    /// Keep Alive of CONNECT, in seconds.
    pub keep_alive: u16,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::describe::hex;

    fn field(name: &str, value: Value) -> FieldValue {
        FieldValue { name: name.to_owned(), value, span: Span::default() }
    }

    fn bytes(bytes: &'static [u8]) -> Value {
        Value::Bytes(Bytes::from_static(bytes))
    }

    fn word(word: &str) -> Value {
        Value::Word(word.to_owned())
    }

    /// The packet of these fields in hex.
    fn built(packet: PacketType, version: Version, fields: &[(&str, Value)]) -> String {
        let fields: Vec<FieldValue> =
            fields.iter().map(|(name, value)| field(name, value.clone())).collect();
        let defaults = Defaults {
            client_id: Bytes::from_static(b"id"),
            username: Some(Bytes::from_static(b"u")),
            password: Some(Bytes::from_static(b"p")),
            keep_alive: 0,
            topic: Bytes::from_static(b"t"),
            packet_id: Some(9),
        };
        match super::packet(packet, version, &fields, &defaults) {
            Ok(raw) => hex(&raw.encode(version)),
            Err(error) => error.message,
        }
    }

    use PacketType as P;
    const V3: Version = Version::V3_1_1;
    const V5: Version = Version::V5_0;

    #[test]
    fn fields_that_are_not_written_have_their_defaults() {
        assert_eq!(
            built(P::Connect, V3, &[]),
            "101400044D51545404C20000000269640001750001 70".replace(' ', "")
        );
        assert_eq!(built(P::Publish, V3, &[]), "3003000174");
        assert_eq!(
            built(P::Publish, V5, &[("qos", Value::Int(1))]),
            "320600017400 0900".replace(' ', "")
        );
        assert_eq!(built(P::Puback, V5, &[]), "40020001");
        assert_eq!(built(P::Subscribe, V3, &[("filter", bytes(b"f"))]), "8206000900016600");
        assert_eq!(built(P::Disconnect, V5, &[]), "E000");
        assert_eq!(built(P::Auth, V5, &[]), "F00118");
        assert_eq!(built(P::Connack, V3, &[]), "20020000");
    }

    #[test]
    fn credentials_are_the_targets_unless_the_line_says_otherwise() {
        let flags = |fields: &[(&str, Value)]| built(P::Connect, V3, fields)[18..20].to_owned();
        assert_eq!(flags(&[]), "C2");
        assert_eq!(flags(&[("username", word("absent"))]), "02");
        assert_eq!(flags(&[("password", word("absent"))]), "82");
        assert_eq!(flags(&[("username", word("absent")), ("password", bytes(b"p"))]), "42");
        assert_eq!(flags(&[("persistent", Value::Int(1))]), "C0");
        assert_eq!(flags(&[("will_qos", Value::Int(2))]), "D2");
        assert_eq!(flags(&[("will_topic", bytes(b"w")), ("will_retain", Value::Int(1))]), "E6");
        assert_eq!(flags(&[("will_topic", word("absent")), ("will_qos", Value::Int(2))]), "C2");
        assert_eq!(flags(&[("reserved_flag", Value::Int(1))]), "C3");
    }

    #[test]
    fn options_belong_to_the_filter_in_front_or_to_all() {
        let fields = [
            ("filter", bytes(b"a")),
            ("qos", Value::Int(2)),
            ("filter", bytes(b"b")),
            ("no_local", Value::Int(1)),
            ("retain_handling", Value::Int(2)),
        ];
        assert_eq!(built(P::Subscribe, V5, &fields), "820B0009000001610200016224");
        let list = Value::List(vec![bytes(b"a"), bytes(b"b")]);
        let fields = [("filters", list), ("options", Value::Int(0xC1))];
        assert_eq!(
            built(P::Subscribe, V5, &fields),
            "820B0009000001 61C1000162C1".replace(' ', "")
        );
    }

    #[test]
    fn properties_stand_as_written_and_raw_ones_behind_them() {
        let pair = Value::Pair(Bytes::from_static(b"k"), Bytes::from_static(b"v"));
        let fields = [
            ("topic_alias", Value::Int(1)),
            ("user_properties", Value::List(vec![pair])),
            ("properties", bytes(b"\x7F")),
        ];
        assert_eq!(
            built(P::Publish, V5, &fields),
            "300F0001740B23000126 00016B0001767F".replace(' ', "")
        );
        assert_eq!(built(P::Publish, V3, &fields), "3003000174", "3.1.1 has none");
        let will = [
            ("will_topic", bytes(b"w")),
            ("will_delay_interval", Value::Int(5)),
            ("will_content_type", bytes(b"c")),
            ("will_properties", bytes(b"\x01")),
        ];
        assert!(
            built(P::Connect, V5, &will)
                .contains("0A180000000503000163 01000177".replace(' ', "").as_str())
        );
    }

    #[test]
    fn reasons_go_by_name_or_number_in_the_form_that_is_asked_for() {
        let reason = |value| built(P::Pubrec, V5, &[("reason", value)]);
        assert_eq!(reason(word("UnspecifiedError")), "5003000180");
        assert_eq!(reason(Value::Int(0x10)), "5003000110");
        assert_eq!(reason(word("Failure")), "PUBREC has no reason Failure in MQTT 5.0");
        assert_eq!(reason(Value::Int(256)), "256 is not in 0 to 255");
        let form = |name| built(P::Disconnect, V5, &[("form", word(name))]);
        assert_eq!([form("short"), form("reason"), form("full")], ["E000", "E00100", "E0020000"]);
    }

    #[test]
    fn mutations_apply_in_their_order() {
        let fields = [
            ("flags", Value::Int(0b1111)),
            ("type", Value::Int(0)),
            ("append", bytes(b"\xAA")),
            ("truncate", Value::Int(1)),
            ("patch", Value::Patch(3, Bytes::from_static(b"\x05x"))),
            ("payload", bytes(b"ab")),
        ];
        assert_eq!(built(P::Publish, V3, &fields), "0F0500057861AA");
        let length = |value| built(P::Pingreq, V3, &[("remaining_length", value)]);
        assert_eq!(length(Value::Int(300)), "C0AC02");
        assert_eq!(length(bytes(b"\x80\x00")), "C08000");
    }

    #[test]
    fn padding_makes_a_packet_of_exactly_that_size_where_there_is_one() {
        for size in [5, 6, 129, 131, 16_386, 16_388, 70_000, 2_097_155, 2_097_157] {
            let hex = built(P::Publish, V3, &[("payload", Value::Pad(size))]);
            assert_eq!(hex.len() as u64, size * 2, "{size}");
        }
        for size in [4, 130, 16_387, 2_097_156] {
            let hex = built(P::Publish, V3, &[("payload", Value::Pad(size))]);
            assert_eq!(hex, format!("no payload makes a packet of exactly {size} bytes"));
        }
    }
}
