//! A packet taken apart into its fields, for people: each with its offset, its bytes, its name and
//! its value (5.0 chapters 2 and 3).
//!
//! This is no second codec: it judges nothing, follows the lengths in the packet as far as they
//! lead, and shows bytes that it cannot place as they are.

use std::borrow::Cow;

use mqttspec_codec::{PacketType, PropertyId, ReasonCode, Version};

use crate::report::escape;

/// How many bytes of a string or of binary data are shown as a value.
const VALUE_BYTES_MAX: usize = 64;

/// One field of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Where its first byte is, from the start of the packet.
    pub(super) offset: usize,
    /// How many bytes it has.
    pub(super) len: usize,
    /// What it is called. Properties are set in by two blanks.
    pub(super) name: Cow<'static, str>,
    /// What it says; harmless in a terminal.
    pub(super) value: String,
}

/// Takes a packet apart. The fields follow each other without a gap and cover all bytes.
pub(super) fn annotate(packet: &[u8], version: Version) -> Vec<Field> {
    let mut walk = Walk { packet, at: 0, end: packet.len(), version, fields: Vec::new() };
    // `None` only says that the walk came to a place where it cannot go on.
    let _ = walk.packet();
    walk.end = packet.len();
    walk.rest("(more bytes)");
    walk.fields
}

struct Walk<'a> {
    packet: &'a [u8],
    at: usize,
    /// Where the part that is being read ends.
    end: usize,
    version: Version,
    fields: Vec<Field>,
}

impl<'a> Walk<'a> {
    fn packet(&mut self) -> Option<()> {
        let first = *self.packet.first()?;
        let packet_type = PacketType::from_u8(first >> 4);
        self.take(1, "Fixed Header", |_| describe_first_byte(packet_type, first & 0x0f))?;
        let remaining = self.varint("Remaining Length")?;
        self.end = self.packet.len().min(self.at.saturating_add(remaining));
        let v5 = self.version == Version::V5_0;
        match packet_type? {
            PacketType::Connect => self.connect(),
            PacketType::Connack => {
                self.take(1, "Connect Acknowledge Flags", |bytes| {
                    format!("session_present={}", bytes[0] & 1)
                })?;
                self.reason(PacketType::Connack)?;
                self.properties_of_5_0()
            }
            PacketType::Publish => {
                self.string("Topic Name")?;
                if first & 0b0110 != 0 {
                    self.packet_id()?;
                }
                self.properties_of_5_0()?;
                self.data("Payload");
                Some(())
            }
            acknowledgement @ (PacketType::Puback
            | PacketType::Pubrec
            | PacketType::Pubrel
            | PacketType::Pubcomp) => {
                self.packet_id()?;
                if v5 { self.reason_and_properties(acknowledgement) } else { Some(()) }
            }
            PacketType::Subscribe => self.filters(true),
            PacketType::Unsubscribe => self.filters(false),
            answer @ (PacketType::Suback | PacketType::Unsuback) => {
                self.packet_id()?;
                self.properties_of_5_0()?;
                while self.at < self.end && (v5 || answer == PacketType::Suback) {
                    self.reason(answer)?;
                }
                Some(())
            }
            PacketType::Pingreq | PacketType::Pingresp => Some(()),
            last @ (PacketType::Disconnect | PacketType::Auth) => {
                if v5 {
                    self.reason_and_properties(last)
                } else {
                    Some(())
                }
            }
        }
    }

    /// Section 3.1.
    fn connect(&mut self) -> Option<()> {
        self.string("Protocol Name")?;
        let level = self.byte("Protocol Version", |level| match Version::from_level(level) {
            Some(version) => format!("{level} (MQTT {version})"),
            None => level.to_string(),
        })?;
        // A CONNECT speaks for itself.
        self.version = Version::from_level(level).unwrap_or(self.version);
        let flags = self.byte("Connect Flags", describe_connect_flags)?;
        self.u16("Keep Alive", |seconds| format!("{seconds} s"))?;
        self.properties_of_5_0()?;
        self.string("Client Identifier")?;
        if flags & 0x04 != 0 {
            if self.version == Version::V5_0 {
                self.properties("Will Property Length")?;
            }
            self.string("Will Topic")?;
            self.binary("Will Payload")?;
        }
        if flags & 0x80 != 0 {
            self.string("User Name")?;
        }
        if flags & 0x40 != 0 {
            self.binary("Password")?;
        }
        Some(())
    }

    /// Sections 3.8 and 3.10.
    fn filters(&mut self, with_options: bool) -> Option<()> {
        self.packet_id()?;
        self.properties_of_5_0()?;
        let describe = match self.version {
            Version::V3_1_1 => |options| format!("qos={options}"),
            Version::V5_0 => describe_subscription_options,
        };
        while self.at < self.end {
            self.string("Topic Filter")?;
            if with_options {
                self.byte("Subscription Options", describe)?;
            }
        }
        Some(())
    }

    /// Both may be left out, from the end (section 3.4.2.1).
    fn reason_and_properties(&mut self, packet_type: PacketType) -> Option<()> {
        if self.at < self.end {
            self.reason(packet_type)?;
        }
        if self.at < self.end {
            self.properties("Property Length")?;
        }
        Some(())
    }

    fn properties_of_5_0(&mut self) -> Option<()> {
        match self.version {
            Version::V3_1_1 => Some(()),
            Version::V5_0 => self.properties("Property Length"),
        }
    }

    /// Section 2.2.2.
    fn properties(&mut self, length_name: &'static str) -> Option<()> {
        let length = self.varint(length_name)?;
        let behind = self.at.saturating_add(length);
        let outer = self.end;
        self.end = outer.min(behind);
        while self.at < self.end {
            self.property()?;
        }
        self.end = outer;
        (behind <= outer).then_some(())
    }

    fn property(&mut self) -> Option<()> {
        let id = PropertyId::from_u8(*self.packet.get(self.at)?)?;
        let from = self.at;
        self.at += 1;
        let value = match form(id) {
            Form::Integer(width) => {
                let bytes = self.peek(width)?;
                self.at += width;
                bytes.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)).to_string()
            }
            Form::VarInt => {
                let (value, width) = read_varint(&self.packet[self.at..self.end])?;
                self.at += width;
                value.to_string()
            }
            Form::Text => text(self.prefixed()?),
            Form::Binary => data(self.prefixed()?),
            Form::Pair => format!("{} = {}", text(self.prefixed()?), text(self.prefixed()?)),
        };
        let name = Cow::Owned(format!("  {}", id.name()));
        self.fields.push(Field { offset: from, len: self.at - from, name, value });
        Some(())
    }

    fn packet_id(&mut self) -> Option<()> {
        self.u16("Packet Identifier", |id| id.to_string())
    }

    fn reason(&mut self, packet_type: PacketType) -> Option<()> {
        let (name, code_of): (_, fn(u8) -> Option<ReasonCode>) = match (self.version, packet_type) {
            (Version::V3_1_1, PacketType::Connack) => {
                ("Connect Return Code", ReasonCode::from_connack_return_code)
            }
            (Version::V3_1_1, _) => ("Return Code", ReasonCode::from_u8),
            (Version::V5_0, _) => ("Reason Code", ReasonCode::from_u8),
        };
        self.byte(name, |byte| match code_of(byte) {
            Some(code) => code.name_in(packet_type).to_owned(),
            None => "(unknown)".to_owned(),
        })
        .map(drop)
    }

    fn byte(&mut self, name: &'static str, describe: impl Fn(u8) -> String) -> Option<u8> {
        let byte = *self.peek(1)?.first()?;
        self.take(1, name, |_| describe(byte)).map(|()| byte)
    }

    fn u16(&mut self, name: &'static str, describe: impl Fn(u16) -> String) -> Option<()> {
        self.take(2, name, |bytes| describe(u16::from_be_bytes([bytes[0], bytes[1]])))
    }

    fn varint(&mut self, name: &'static str) -> Option<usize> {
        let (value, width) = read_varint(&self.packet[self.at..self.end])?;
        self.take(width, name, |_| value.to_string())?;
        Some(value)
    }

    fn string(&mut self, name: &'static str) -> Option<()> {
        self.length_prefixed(name, text)
    }

    fn binary(&mut self, name: &'static str) -> Option<()> {
        self.length_prefixed(name, data)
    }

    fn length_prefixed(&mut self, name: &'static str, show: fn(&[u8]) -> String) -> Option<()> {
        let from = self.at;
        let value = show(self.prefixed()?);
        self.fields.push(Field { offset: from, len: self.at - from, name: name.into(), value });
        Some(())
    }

    /// Steps over data behind its length in two bytes. Stays where it is if that is not there.
    fn prefixed(&mut self) -> Option<&'a [u8]> {
        let prefix = self.peek(2)?;
        let len = usize::from(u16::from_be_bytes([prefix[0], prefix[1]]));
        let whole = 2 + len;
        self.peek(whole)?;
        self.at += whole;
        Some(&self.packet[self.at - len..self.at])
    }

    /// All that is left of the part, if anything is.
    fn data(&mut self, name: &'static str) {
        if self.at < self.end {
            let _ = self.take(self.end - self.at, name, data);
        }
    }

    fn rest(&mut self, name: &'static str) {
        // A property that broke off in the middle has been stepped into, but not recorded.
        self.at = self.fields.last().map_or(0, |field| field.offset + field.len);
        self.data(name);
    }

    fn take(
        &mut self,
        len: usize,
        name: &'static str,
        describe: impl Fn(&[u8]) -> String,
    ) -> Option<()> {
        let value = describe(self.peek(len)?);
        self.fields.push(Field { offset: self.at, len, name: name.into(), value });
        self.at += len;
        Some(())
    }

    fn peek(&self, len: usize) -> Option<&'a [u8]> {
        self.packet[..self.end].get(self.at..self.at.checked_add(len)?)
    }
}

/// How the value of a property is written.
enum Form {
    /// A number of so many bytes.
    Integer(usize),
    VarInt,
    Text,
    Binary,
    Pair,
}

/// Section 2.2.2.2.
fn form(id: PropertyId) -> Form {
    match id {
        PropertyId::PayloadFormatIndicator
        | PropertyId::RequestProblemInformation
        | PropertyId::RequestResponseInformation
        | PropertyId::MaximumQoS
        | PropertyId::RetainAvailable
        | PropertyId::WildcardSubscriptionAvailable
        | PropertyId::SubscriptionIdentifierAvailable
        | PropertyId::SharedSubscriptionAvailable => Form::Integer(1),
        PropertyId::ServerKeepAlive
        | PropertyId::ReceiveMaximum
        | PropertyId::TopicAliasMaximum
        | PropertyId::TopicAlias => Form::Integer(2),
        PropertyId::MessageExpiryInterval
        | PropertyId::SessionExpiryInterval
        | PropertyId::WillDelayInterval
        | PropertyId::MaximumPacketSize => Form::Integer(4),
        PropertyId::SubscriptionIdentifier => Form::VarInt,
        PropertyId::CorrelationData | PropertyId::AuthenticationData => Form::Binary,
        PropertyId::UserProperty => Form::Pair,
        PropertyId::ContentType
        | PropertyId::ResponseTopic
        | PropertyId::AssignedClientIdentifier
        | PropertyId::AuthenticationMethod
        | PropertyId::ResponseInformation
        | PropertyId::ServerReference
        | PropertyId::ReasonString => Form::Text,
    }
}

/// A Variable Byte Integer of at most four bytes, and its width. It need not be the shortest form.
fn read_varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let last = bytes.iter().take(4).position(|byte| byte & 0x80 == 0)?;
    let value =
        bytes[..=last].iter().rev().fold(0, |sum, byte| sum << 7 | usize::from(byte & 0x7f));
    Some((value, last + 1))
}

fn describe_first_byte(packet_type: Option<PacketType>, flags: u8) -> String {
    match packet_type {
        Some(PacketType::Publish) => {
            format!("PUBLISH dup={} qos={} retain={}", flags >> 3, (flags >> 1) & 0b11, flags & 1)
        }
        Some(packet_type) => format!("{packet_type} flags={flags:#06b}"),
        None => format!("(no packet type) flags={flags:#06b}"),
    }
}

fn describe_connect_flags(flags: u8) -> String {
    let mut text = format!("clean_start={}", (flags >> 1) & 1);
    if flags & 0x04 != 0 {
        text.push_str(" will");
    }
    // Shown without a will too, since they must be 0 then.
    if flags & 0x3c != 0 {
        text.push_str(&format!(
            " will_qos={} will_retain={}",
            (flags >> 3) & 0b11,
            (flags >> 5) & 1
        ));
    }
    for (bit, name) in [(0x80, " username"), (0x40, " password"), (0x01, " reserved")] {
        if flags & bit != 0 {
            text.push_str(name);
        }
    }
    text
}

fn describe_subscription_options(options: u8) -> String {
    let mut text = format!(
        "qos={} no_local={} retain_as_published={} retain_handling={}",
        options & 0b11,
        (options >> 2) & 1,
        (options >> 3) & 1,
        (options >> 4) & 0b11
    );
    if options & 0xc0 != 0 {
        text.push_str(&format!(" reserved={:#04b}", options >> 6));
    }
    text
}

fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.len() <= VALUE_BYTES_MAX => format!("\"{}\"", escape::line(text)),
        Ok(_) => data(bytes),
        Err(_) => format!("{} (ill-formed UTF-8)", data(bytes)),
    }
}

fn data(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(VALUE_BYTES_MAX)];
    let cut = if shown.len() < bytes.len() { ".." } else { "" };
    format!("\"{}\"{cut} ({})", shown.escape_ascii(), counted(bytes.len()))
}

/// `1 byte`, `2 bytes`.
pub(super) fn counted(bytes: usize) -> String {
    format!("{bytes} {}", if bytes == 1 { "byte" } else { "bytes" })
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use mqttspec_codec::{Packet, strategy};
    use proptest::prelude::*;

    use super::*;

    /// The fields follow each other and cover all bytes.
    fn assert_covers(fields: &[Field], packet: &[u8]) {
        let mut at = 0;
        for field in fields {
            assert_eq!(field.offset, at, "{fields:#?}");
            at += field.len;
        }
        assert_eq!(at, packet.len(), "{fields:#?}");
    }

    fn assert_understood(packet: &Packet, version: Version) {
        let mut bytes = BytesMut::new();
        packet.encode(version, &mut bytes).unwrap();
        let fields = annotate(&bytes, version);
        assert_covers(&fields, &bytes);
        for field in &fields {
            assert_ne!(field.name, "(more bytes)", "{fields:#?}");
            assert!(!field.value.contains("unknown"), "{fields:#?}");
            assert!(!field.value.contains(char::is_control), "{fields:#?}");
        }
    }

    proptest! {
        #[test]
        fn every_byte_of_a_valid_packet_of_5_0_has_its_field(packet in strategy::packet(Version::V5_0)) {
            assert_understood(&packet, Version::V5_0);
        }

        #[test]
        fn every_byte_of_a_valid_packet_of_3_1_1_has_its_field(
            packet in strategy::packet(Version::V3_1_1),
        ) {
            assert_understood(&packet, Version::V3_1_1);
        }

        #[test]
        fn any_bytes_are_covered(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            for version in Version::ALL {
                assert_covers(&annotate(&bytes, version), &bytes);
            }
        }
    }

    #[test]
    fn hostile_text_is_harmless() {
        // PUBLISH whose topic would clear the screen and whose payload would ring the bell.
        let packet = b"\x30\x08\x00\x04\x1b[2J\x00\x07";
        let fields = annotate(packet, Version::V5_0);
        assert_eq!(fields[2].value, "\"\\u{1b}[2J\"");
        assert_eq!(fields[4].value, "\"\\x07\" (1 byte)");
    }
}
