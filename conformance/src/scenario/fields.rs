//! The fields of packets: one table of what can be written behind a packet's name, and matched on
//! one that arrives. Properties go by the standard's names in `snake_case` (5.0 section 2.2.2.2).

use mqttspec_codec::{PacketType, Version};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A flag: 0 or 1.
    Bit,
    /// Two bits: 0 to 3.
    TwoBits,
    /// Half a byte: 0 to 15.
    Nibble,
    /// 0 to 255.
    Byte,
    /// 0 to 65,535.
    U16,
    /// 0 to 4,294,967,295.
    U32,
    /// 0 to 268,435,455.
    VarInt,
    /// A length in bytes of a whole packet, or of a part of one.
    Length,
    /// A UTF-8 string; bytes are taken too, so that it can be ill-formed.
    Text,
    /// Bytes; a string is taken too.
    Binary,
    /// A payload: bytes, a string or `pad(N)`.
    Payload,
    /// A reason, by name or number.
    Reason,
    /// A list of reasons.
    Reasons,
    /// A list of variable byte integers.
    VarInts,
    /// A list of strings.
    Texts,
    /// A list of pairs of strings.
    Pairs,
    /// How much of an acknowledgement is written: `short`, `reason`, `full`.
    Form,
    /// An offset and the bytes that are put there.
    Patch,
    /// A Remaining Length: a number, or the bytes themselves.
    RemainingLength,
    /// `auto` or `manual`.
    Acks,
    /// Where TCP segments end: a list of lengths, `all`, or 0 for not at all.
    Split,
    /// A duration.
    Duration,
    /// Part of the language, but nothing uses it yet.
    Reserved,
}

/// Which way a field goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Written into a packet that we send.
    Sent,
    /// Matched on a packet that arrives.
    Received,
}

/// A field of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The first version that has it.
    pub since: Version,
    /// The only way it goes, if it does not go both.
    pub only: Option<Direction>,
}

impl Field {
    /// Whether it is there in a version.
    #[must_use]
    pub fn is_in(&self, version: Version) -> bool {
        version >= self.since
    }

    /// Whether it goes this way.
    #[must_use]
    pub fn goes(&self, direction: Direction) -> bool {
        self.only.is_none_or(|only| only == direction)
    }
}

/// The field of that name.
#[must_use]
pub fn field(packet: PacketType, direction: Direction, name: &str) -> Option<&'static Field> {
    fields(packet, direction).find(|field| field.name == name)
}

/// All fields that can be written behind a packet's name, those of every packet included.
pub fn fields(
    packet: PacketType,
    direction: Direction,
) -> impl Iterator<Item = &'static Field> + Clone {
    let of_all = match direction {
        Direction::Sent => MUTATIONS,
        Direction::Received => MEASURES,
    };
    of_packet(packet).iter().chain(of_all).filter(move |field| field.goes(direction))
}

/// The fields of a packet by itself.
#[must_use]
pub fn of_packet(packet: PacketType) -> &'static [Field] {
    match packet {
        PacketType::Connect => CONNECT,
        PacketType::Connack => CONNACK,
        PacketType::Publish => PUBLISH,
        PacketType::Puback | PacketType::Pubrec | PacketType::Pubrel | PacketType::Pubcomp => ACK,
        PacketType::Subscribe => SUBSCRIBE,
        PacketType::Suback => SUBACK,
        PacketType::Unsubscribe => UNSUBSCRIBE,
        PacketType::Unsuback => UNSUBACK,
        PacketType::Pingreq | PacketType::Pingresp => &[],
        PacketType::Disconnect => DISCONNECT,
        PacketType::Auth => AUTH,
    }
}

/// Options of a connection, written with `connect`, `reconnect` and `open`.
pub const OPTIONS: &[Field] = &[
    sent("acks", Kind::Acks),
    sent("persistent", Kind::Bit),
    sent("via", Kind::Reserved),
    sent("node", Kind::Reserved),
    sent("ws_opcode", Kind::Reserved),
    sent("ws_frames", Kind::Reserved),
];

/// How a line or a batch is cut into TCP segments.
pub const SEGMENTS: &[Field] = &[sent("split", Kind::Split), sent("pace", Kind::Duration)];

/// What can be done to any packet that is sent, in the order in which it is done.
pub const MUTATIONS: &[Field] = &[
    sent("properties", Kind::Binary),
    sent("patch", Kind::Patch),
    sent("truncate", Kind::Length),
    sent("append", Kind::Binary),
    sent("remaining_length", Kind::RemainingLength),
    sent("flags", Kind::Nibble),
    sent("type", Kind::Nibble),
];

/// What can be matched on any packet that arrives.
pub const MEASURES: &[Field] = &[received("size", Kind::Length), received("raw", Kind::Binary)];

/// Options of SUBSCRIBE that belong to the filter written before them.
pub const FILTER_OPTIONS: &[&str] =
    &["qos", "no_local", "retain_as_published", "retain_handling", "options"];

/// Whether a field breaks the packet that it is written in, or lies about what is in it.
#[must_use]
pub fn is_mutation(name: &str) -> bool {
    MUTATIONS.iter().any(|field| field.name == name)
        || matches!(
            name,
            "will_properties"
                | "will_flag"
                | "username_flag"
                | "password_flag"
                | "reserved_flag"
                | "protocol_name"
                | "protocol_level"
        )
}

const fn both(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, since: Version::V3_1_1, only: None }
}

const fn since_5(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, since: Version::V5_0, only: None }
}

const fn sent(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, since: Version::V3_1_1, only: Some(Direction::Sent) }
}

const fn sent_since_5(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, since: Version::V5_0, only: Some(Direction::Sent) }
}

const fn received(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, since: Version::V3_1_1, only: Some(Direction::Received) }
}

const CONNECT: &[Field] = &[
    both("client_id", Kind::Text),
    both("clean_start", Kind::Bit),
    both("keep_alive", Kind::U16),
    both("username", Kind::Text),
    both("password", Kind::Binary),
    both("protocol_name", Kind::Text),
    both("protocol_level", Kind::Byte),
    both("will_topic", Kind::Text),
    both("will_payload", Kind::Binary),
    both("will_qos", Kind::TwoBits),
    both("will_retain", Kind::Bit),
    sent("will_flag", Kind::Bit),
    sent("username_flag", Kind::Bit),
    sent("password_flag", Kind::Bit),
    sent("reserved_flag", Kind::Bit),
    since_5("session_expiry_interval", Kind::U32),
    since_5("receive_maximum", Kind::U16),
    since_5("maximum_packet_size", Kind::U32),
    since_5("topic_alias_maximum", Kind::U16),
    since_5("request_response_information", Kind::Byte),
    since_5("request_problem_information", Kind::Byte),
    since_5("user_properties", Kind::Pairs),
    since_5("authentication_method", Kind::Text),
    since_5("authentication_data", Kind::Binary),
    since_5("will_delay_interval", Kind::U32),
    since_5("will_payload_format_indicator", Kind::Byte),
    since_5("will_message_expiry_interval", Kind::U32),
    since_5("will_content_type", Kind::Text),
    since_5("will_response_topic", Kind::Text),
    since_5("will_correlation_data", Kind::Binary),
    since_5("will_user_properties", Kind::Pairs),
    sent_since_5("will_properties", Kind::Binary),
];

const CONNACK: &[Field] = &[
    both("session_present", Kind::Bit),
    both("reason", Kind::Reason),
    since_5("session_expiry_interval", Kind::U32),
    since_5("receive_maximum", Kind::U16),
    since_5("maximum_qos", Kind::Byte),
    since_5("retain_available", Kind::Byte),
    since_5("maximum_packet_size", Kind::U32),
    since_5("assigned_client_identifier", Kind::Text),
    since_5("topic_alias_maximum", Kind::U16),
    since_5("reason_string", Kind::Text),
    since_5("user_properties", Kind::Pairs),
    since_5("wildcard_subscription_available", Kind::Byte),
    since_5("subscription_identifier_available", Kind::Byte),
    since_5("shared_subscription_available", Kind::Byte),
    since_5("server_keep_alive", Kind::U16),
    since_5("response_information", Kind::Text),
    since_5("server_reference", Kind::Text),
    since_5("authentication_method", Kind::Text),
    since_5("authentication_data", Kind::Binary),
];

const PUBLISH: &[Field] = &[
    both("topic", Kind::Text),
    received("topic_on_wire", Kind::Text),
    both("payload", Kind::Payload),
    both("qos", Kind::TwoBits),
    both("retain", Kind::Bit),
    both("dup", Kind::Bit),
    both("id", Kind::U16),
    since_5("payload_format_indicator", Kind::Byte),
    since_5("message_expiry_interval", Kind::U32),
    since_5("topic_alias", Kind::U16),
    since_5("response_topic", Kind::Text),
    since_5("correlation_data", Kind::Binary),
    since_5("user_properties", Kind::Pairs),
    since_5("subscription_identifiers", Kind::VarInts),
    since_5("content_type", Kind::Text),
];

/// PUBACK, PUBREC, PUBREL, PUBCOMP.
const ACK: &[Field] = &[
    both("id", Kind::U16),
    since_5("reason", Kind::Reason),
    since_5("reason_string", Kind::Text),
    since_5("user_properties", Kind::Pairs),
    sent_since_5("form", Kind::Form),
];

const SUBSCRIBE: &[Field] = &[
    both("id", Kind::U16),
    both("filter", Kind::Text),
    both("filters", Kind::Texts),
    both("qos", Kind::TwoBits),
    since_5("no_local", Kind::Bit),
    since_5("retain_as_published", Kind::Bit),
    since_5("retain_handling", Kind::TwoBits),
    both("options", Kind::Byte),
    since_5("subscription_identifier", Kind::VarInt),
    since_5("user_properties", Kind::Pairs),
];

const SUBACK: &[Field] = &[
    both("id", Kind::U16),
    both("codes", Kind::Reasons),
    since_5("reason_string", Kind::Text),
    since_5("user_properties", Kind::Pairs),
];

const UNSUBSCRIBE: &[Field] = &[
    both("id", Kind::U16),
    both("filter", Kind::Text),
    both("filters", Kind::Texts),
    since_5("user_properties", Kind::Pairs),
];

const UNSUBACK: &[Field] = &[
    both("id", Kind::U16),
    since_5("codes", Kind::Reasons),
    since_5("reason_string", Kind::Text),
    since_5("user_properties", Kind::Pairs),
];

const DISCONNECT: &[Field] = &[
    since_5("reason", Kind::Reason),
    since_5("session_expiry_interval", Kind::U32),
    since_5("reason_string", Kind::Text),
    since_5("user_properties", Kind::Pairs),
    since_5("server_reference", Kind::Text),
    sent_since_5("form", Kind::Form),
];

const AUTH: &[Field] = &[
    since_5("reason", Kind::Reason),
    since_5("authentication_method", Kind::Text),
    since_5("authentication_data", Kind::Binary),
    since_5("reason_string", Kind::Text),
    since_5("user_properties", Kind::Pairs),
    sent_since_5("form", Kind::Form),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_packet_has_two_fields_of_a_name() {
        for packet in PacketType::ALL {
            for direction in [Direction::Sent, Direction::Received] {
                let mut seen = HashSet::new();
                let options = if packet == PacketType::Connect { OPTIONS } else { &[] };
                for field in fields(packet, direction).chain(SEGMENTS).chain(options) {
                    assert!(seen.insert(field.name), "{packet}: {} is there twice", field.name);
                }
            }
        }
    }

    #[test]
    fn what_is_written_and_what_is_matched_differ() {
        use Direction::{Received, Sent};
        assert!(field(PacketType::Publish, Received, "topic_on_wire").is_some());
        assert!(field(PacketType::Publish, Sent, "topic_on_wire").is_none());
        assert!(field(PacketType::Puback, Sent, "form").is_some());
        assert!(field(PacketType::Puback, Received, "form").is_none());
        assert!(field(PacketType::Pingreq, Sent, "truncate").is_some());
        assert!(field(PacketType::Pingresp, Received, "size").is_some());
    }
}
