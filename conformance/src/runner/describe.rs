//! Packets as a scenario would write them: for traces, failures and reproducers.
//!
//! What stands in a packet may come from a hostile broker: text is escaped, and cut unless it is
//! asked for in full ([`Detail::Exact`]).

use std::fmt::{self, Display, Write as _};

use mqttspec_codec::packet::{Connect, Publish, SubscriptionOptions, Will};
use mqttspec_codec::{
    Packet, PacketType, Properties, Property, PropertyOwner, ReasonCode, Version,
};

use super::reasons;

/// How much of a packet is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Long strings and lists are cut.
    Brief,
    /// All, so that the text can be parsed back to the same packet.
    Exact,
}

/// The longest string that [`Detail::Brief`] writes in full, in bytes.
const TEXT_LEN_MAX: usize = 80;
/// The longest list that [`Detail::Brief`] writes in full.
const LIST_LEN_MAX: usize = 16;

/// The packet as the line of a scenario, without client and arrow.
#[must_use]
pub fn packet(packet: &Packet, version: Version, detail: Detail) -> String {
    let mut line = Line { text: packet.packet_type().name().to_owned(), detail, version };
    match packet {
        Packet::Connect(connect) => line.connect(connect),
        Packet::Connack(connack) => {
            line.field("session_present", u8::from(connack.session_present));
            let code = match version {
                Version::V3_1_1 => connack.reason.connack_return_code().unwrap_or(u8::MAX),
                Version::V5_0 => connack.reason.value(),
            };
            line.field("reason", reason(version, PacketType::Connack, code));
            line.properties("", &connack.properties);
        }
        Packet::Publish(publish) => line.publish(publish),
        Packet::Puback(ack) => line.ack(packet, ack.reason, &ack.properties),
        Packet::Pubrec(ack) => line.ack(packet, ack.reason, &ack.properties),
        Packet::Pubrel(ack) => line.ack(packet, ack.reason, &ack.properties),
        Packet::Pubcomp(ack) => line.ack(packet, ack.reason, &ack.properties),
        Packet::Subscribe(subscribe) => {
            line.field("id", subscribe.packet_id.get());
            for (filter, options) in subscribe.filters.iter() {
                line.bytes("filter", filter.as_bytes());
                line.options(options);
            }
            line.properties("", &subscribe.properties);
        }
        Packet::Suback(ack) => {
            line.field("id", ack.packet_id.get());
            line.codes(PacketType::Suback, ack.codes.iter());
            line.properties("", &ack.properties);
        }
        Packet::Unsubscribe(unsubscribe) => {
            line.field("id", unsubscribe.packet_id.get());
            for filter in unsubscribe.filters.iter() {
                line.bytes("filter", filter.as_bytes());
            }
            line.properties("", &unsubscribe.properties);
        }
        Packet::Unsuback(ack) => {
            line.field("id", ack.packet_id.get());
            if version == Version::V5_0 {
                line.codes(PacketType::Unsuback, ack.codes.iter());
            }
            line.properties("", &ack.properties);
        }
        Packet::Pingreq | Packet::Pingresp => {}
        Packet::Disconnect(disconnect) => {
            if version == Version::V5_0 {
                line.reason(PacketType::Disconnect, disconnect.reason);
            }
            line.properties("", &disconnect.properties);
        }
        Packet::Auth(auth) => {
            line.reason(PacketType::Auth, auth.reason);
            line.properties("", &auth.properties);
        }
    }
    line.text
}

/// A byte on the wire as a reason: its name, or else its number.
#[must_use]
pub fn reason(version: Version, packet: PacketType, code: u8) -> String {
    reasons::name(version, packet, code).map_or_else(|| format!("{code:#04X}"), str::to_owned)
}

/// Bytes as a scenario's string: `"text"`, or `hex"00FF"` if they are no printable text.
#[must_use]
pub fn bytes(bytes: &[u8], detail: Detail) -> String {
    if let Some(run) = run(bytes) {
        return run;
    }
    let cut = detail == Detail::Brief && bytes.len() > TEXT_LEN_MAX;
    let shown = if cut { &bytes[..TEXT_LEN_MAX] } else { bytes };
    let more = if cut { format!(" ({} bytes)", bytes.len()) } else { String::new() };
    let text = match std::str::from_utf8(shown) {
        Ok(text) => Some(text),
        // The cut may have gone through a character.
        Err(error) if cut && error.error_len().is_none() => {
            std::str::from_utf8(&shown[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    match text {
        Some(text) if !text.contains('\0') => format!("{}{more}", quoted(text)),
        _ => format!("hex\"{}\"{more}", hex(shown)),
    }
}

/// Pairs of hexadecimal digits without blanks.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02X}");
    }
    text
}

/// One character over and over, as `"x"*300`.
fn run(bytes: &[u8]) -> Option<String> {
    let (&first, rest) = bytes.split_first()?;
    let long = bytes.len() > 32 && first.is_ascii_graphic() && rest.iter().all(|&b| b == first);
    long.then(|| format!("{}*{}", quoted(&char::from(first).to_string()), bytes.len()))
}

fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '{' => quoted.push_str("{{"),
            char if is_unprintable(char) => {
                let _ = write!(quoted, "\\u{{{:X}}}", u32::from(char));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

/// Control characters, and those that change how their surroundings are shown.
fn is_unprintable(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E000}'..='\u{F8FF}'
            | '\u{E0000}'..='\u{E0FFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// A line under construction.
struct Line {
    text: String,
    detail: Detail,
    version: Version,
}

impl Line {
    fn field(&mut self, name: impl Display, value: impl Display) {
        let _ = write!(self.text, " {name}={value}");
    }

    fn bytes(&mut self, name: impl Display, value: &[u8]) {
        let value = bytes(value, self.detail);
        self.field(name, value);
    }

    fn reason(&mut self, packet: PacketType, code: ReasonCode) {
        let name = reason(Version::V5_0, packet, code.value());
        self.field("reason", name);
    }

    fn codes(&mut self, packet: PacketType, codes: impl ExactSizeIterator<Item = ReasonCode>) {
        let version = self.version;
        let codes = codes.map(|code| reason(version, packet, code.value()));
        let codes = self.list(codes);
        self.field("codes", codes);
    }

    fn list(&self, items: impl ExactSizeIterator<Item = impl Display>) -> List {
        let len = items.len();
        let shown = if self.detail == Detail::Exact { len } else { len.min(LIST_LEN_MAX) };
        let mut text = String::new();
        for (at, item) in items.take(shown).enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let _ = write!(text, "{comma}{item}");
        }
        List { text, left_out: len - shown }
    }

    fn connect(&mut self, connect: &Connect) {
        self.bytes("client_id", connect.client_id.as_bytes());
        self.field("clean_start", u8::from(connect.clean_start));
        self.field("keep_alive", connect.keep_alive);
        if let Some(username) = &connect.username {
            self.bytes("username", username.as_bytes());
        }
        if let Some(password) = &connect.password {
            self.bytes("password", password);
        }
        self.properties("", &connect.properties);
        if let Some(Will { qos, retain, properties, topic, payload }) = &connect.will {
            self.bytes("will_topic", topic.as_bytes());
            self.bytes("will_payload", payload);
            self.field("will_qos", qos.value());
            self.field("will_retain", u8::from(*retain));
            self.properties("will_", properties);
        }
    }

    fn publish(&mut self, publish: &Publish) {
        if let Some(id) = publish.packet_id() {
            self.field("id", id.get());
        }
        self.field("qos", publish.qos().value());
        self.field("retain", u8::from(publish.retain));
        if publish.packet_id().is_some() {
            self.field("dup", u8::from(publish.dup()));
        }
        self.bytes("topic", publish.topic.as_bytes());
        self.properties("", &publish.properties);
        self.bytes("payload", &publish.payload);
    }

    fn ack<K: PropertyOwner>(
        &mut self,
        packet: &Packet,
        reason: ReasonCode,
        properties: &Properties<K>,
    ) {
        if let Some(id) = packet.packet_id() {
            self.field("id", id.get());
        }
        if self.version == Version::V5_0 {
            self.reason(packet.packet_type(), reason);
        }
        self.properties("", properties);
    }

    fn options(&mut self, options: SubscriptionOptions) {
        self.field("qos", options.qos.value());
        if self.version == Version::V5_0 {
            self.field("no_local", u8::from(options.no_local));
            self.field("retain_as_published", u8::from(options.retain_as_published));
            self.field("retain_handling", options.retain_handling as u8);
        }
    }

    /// The properties under their field names. Those that may stand several times are lists, and
    /// stand where the first of them stands.
    fn properties<K: PropertyOwner>(&mut self, prefix: &str, properties: &Properties<K>) {
        let mut pairs_written = false;
        let mut ids_written = false;
        for property in properties.iter() {
            // The Will Delay Interval has its prefix in its name.
            let name = property.id().field_name();
            let prefix = if name.starts_with("will_") { "" } else { prefix };
            let name = format!("{prefix}{name}");
            match property {
                Property::UserProperty(..) => {
                    if !std::mem::replace(&mut pairs_written, true) {
                        self.pairs(prefix, properties);
                    }
                }
                Property::SubscriptionIdentifier(_) if K::PLACE.name() == "PUBLISH" => {
                    if !std::mem::replace(&mut ids_written, true) {
                        let ids: Vec<u32> = properties.subscription_identifiers().collect();
                        let ids = self.list(ids.into_iter());
                        self.field("subscription_identifiers", ids);
                    }
                }
                property => self.property(&name, property),
            }
        }
    }

    fn pairs<K: PropertyOwner>(&mut self, prefix: &str, properties: &Properties<K>) {
        let detail = self.detail;
        let pairs: Vec<String> = properties
            .user_properties()
            .map(|(name, value)| {
                format!("({}, {})", bytes(name.as_bytes(), detail), bytes(value.as_bytes(), detail))
            })
            .collect();
        let pairs = self.list(pairs.into_iter());
        self.field(format!("{prefix}user_properties"), pairs);
    }

    fn property(&mut self, name: &str, property: Property<'_>) {
        use Property as P;
        match property {
            P::PayloadFormatIndicator(byte)
            | P::RequestProblemInformation(byte)
            | P::RequestResponseInformation(byte)
            | P::MaximumQoS(byte)
            | P::RetainAvailable(byte)
            | P::WildcardSubscriptionAvailable(byte)
            | P::SubscriptionIdentifierAvailable(byte)
            | P::SharedSubscriptionAvailable(byte) => self.field(name, byte),
            P::ServerKeepAlive(number)
            | P::ReceiveMaximum(number)
            | P::TopicAliasMaximum(number)
            | P::TopicAlias(number) => self.field(name, number),
            P::MessageExpiryInterval(number)
            | P::SubscriptionIdentifier(number)
            | P::SessionExpiryInterval(number)
            | P::WillDelayInterval(number)
            | P::MaximumPacketSize(number) => self.field(name, number),
            P::ContentType(text)
            | P::ResponseTopic(text)
            | P::AssignedClientIdentifier(text)
            | P::AuthenticationMethod(text)
            | P::ResponseInformation(text)
            | P::ServerReference(text)
            | P::ReasonString(text) => self.bytes(name, text.as_bytes()),
            P::CorrelationData(data) | P::AuthenticationData(data) => self.bytes(name, data),
            // Written as a list, see `properties`.
            P::UserProperty(..) => {}
        }
    }
}

/// The written part of a list.
struct List {
    text: String,
    left_out: usize,
}

impl Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.left_out {
            0 => write!(f, "[{}]", self.text),
            more => write!(f, "[{}, ... {more} more]", self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use mqttspec_codec::packet::Puback;
    use mqttspec_codec::{Context, PacketId, Sender, decode_frame, strategy};
    use proptest::prelude::*;

    use super::*;
    use crate::runner::build::{self, Defaults, FieldValue};
    use crate::runner::env::{Clients, Env};
    use crate::runner::scope::Scope;
    use crate::runner::value::Value;
    use crate::scenario::ast::{Action, Item, PacketName, Send};
    use crate::scenario::{Source, parse_file};

    struct Nobody;

    impl Clients for Nobody {
        fn fact(&self, _: &str, _: Option<u64>, _: &str) -> Option<Value> {
            None
        }
    }

    /// The packet that a scenario with this line sends.
    fn sent(line: &str, version: Version) -> Packet {
        let text = format!("scenario s {{\n    a -> {line}\n}}\n");
        let source = Arc::new(Source { path: "s.scn".into(), text });
        let file = parse_file(&source).unwrap_or_else(|mistakes| panic!("{}", mistakes[0]));
        let Item::Scenario(scenario) = &file.items[0] else { panic!("no scenario") };
        let Action::Send { what: Send::Packet(PacketName::Fixed(name), fields), .. } =
            &scenario.steps.steps[0].action
        else {
            panic!("no packet is sent by {line}")
        };
        let env = Env::default();
        let scope = Scope::new(&env, &Nobody);
        let fields: Vec<FieldValue> = fields
            .iter()
            .map(|field| FieldValue {
                name: field.name.node.clone(),
                value: scope.value(field.value.as_ref().unwrap()).unwrap(),
                span: field.name.span,
            })
            .collect();
        let raw = build::packet(name.node, version, &fields, &Defaults::default()).unwrap();
        let context = Context::new(version, Sender::Any);
        decode_frame(raw.encode(version), &context)
            .unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    proptest! {
        #[test]
        fn what_is_described_exactly_can_be_sent(
            (version, packet) in prop_oneof![Just(Version::V3_1_1), Just(Version::V5_0)]
                .prop_flat_map(|version| (Just(version), strategy::packet(version))),
        ) {
            let line = super::packet(&packet, version, Detail::Exact);
            let again = sent(&line, version);
            prop_assert_eq!(super::packet(&again, version, Detail::Exact), line);
            prop_assert_eq!(again.encoded_len(version), packet.encoded_len(version));
        }

        #[test]
        fn a_brief_description_is_short_and_has_no_control_characters(
            text in prop::collection::vec(any::<u8>(), 0..2000),
        ) {
            let described = bytes(&text, Detail::Brief);
            prop_assert!(described.len() < 1000, "{}", described);
            prop_assert!(described.chars().all(|char| !char.is_control()), "{}", described);
        }
    }

    #[test]
    fn text_is_escaped_and_cut() {
        let brief = |text: &str| bytes(text.as_bytes(), Detail::Brief);
        assert_eq!(
            brief("a \"b\" \\ {c}\n\u{1b}[31m\u{202e}"),
            r#""a \"b\" \\ {{c}\n\u{1B}[31m\u{202E}""#
        );
        assert_eq!(brief(&"x".repeat(300)), "\"x\"*300");
        assert_eq!(brief(&"ab".repeat(50)), format!("\"{}\" (100 bytes)", "ab".repeat(40)));
        assert_eq!(brief(&"é".repeat(41)), format!("\"{}\" (82 bytes)", "é".repeat(40)));
        assert_eq!(bytes(b"\x00\xFF", Detail::Exact), "hex\"00FF\"");
        assert_eq!(bytes(b"", Detail::Exact), "\"\"");
    }

    #[test]
    fn a_line_reads_like_a_scenario() {
        let ack = Packet::from(Puback::new(PacketId::new(7).unwrap()));
        assert_eq!(packet(&ack, Version::V3_1_1, Detail::Brief), "PUBACK id=7");
        assert_eq!(packet(&ack, Version::V5_0, Detail::Brief), "PUBACK id=7 reason=Success");
        let frame = Bytes::from_static(b"\x90\x06\x00\x01\x00\x00\x80\x01");
        let suback = decode_frame(frame, &Context::new(Version::V5_0, Sender::Server)).unwrap();
        assert_eq!(
            packet(&suback, Version::V5_0, Detail::Brief),
            "SUBACK id=1 codes=[GrantedQoS0, UnspecifiedError, GrantedQoS1]"
        );
    }
}
