//! Dialogues as text. A line is `>` or `<`, a packet type and `field=value`s; `! taint` taints, and
//! `! resume` begins the next connection of the session, `! take-over` one before this has ended. What 3.1.1 does not know (`expiry`, codes in
//! UNSUBACK) is left out there, so that one dialogue can serve both versions.

use std::collections::HashMap;

use bytes::{Bytes, BytesMut};
use mqttspec_codec::packet::{
    Auth, Connack, Connect, Delivery, Disconnect, Packet, Puback, Pubcomp, Publish, Pubrec, Pubrel,
    Suback, Subscribe, SubscriptionOptions, Unsuback, Unsubscribe,
};
use mqttspec_codec::topic::{TopicFilter, TopicName};
use mqttspec_codec::{
    PacketId, Properties, PropertiesBuilder, Property, PropertyOwner, QoS, ReasonCode, Version,
};

use crate::monitor::{Monitor, Violation};

/// What came of a dialogue.
pub(super) struct Played {
    pub(super) monitor: Monitor,
    pub(super) violations: Vec<Violation>,
}

pub(super) fn play(version: Version, dialogue: &str) -> Played {
    let mut monitor = Monitor::new(version);
    let mut violations = Vec::new();
    for line in dialogue.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.split_once(' ').expect("a direction and a packet") {
            ("!", "taint") => monitor.taint(),
            ("!", "resume") => monitor = Monitor::resume(&monitor, version),
            ("!", "take-over") => monitor = Monitor::take_over(&monitor, version),
            ("!", "new") => monitor = Monitor::new(version),
            (">", packet) => monitor.sent(&Line::new(version, packet).packet(version)),
            ("<", packet) => {
                let packet = Line::new(version, packet).packet(version);
                let mut frame = BytesMut::new();
                packet.encode(version, &mut frame).unwrap_or_else(|e| panic!("{line}: {e:?}"));
                violations.extend(monitor.received(&frame.freeze(), &packet));
            }
            other => panic!("what is {other:?}?"),
        }
    }
    Played { monitor, violations }
}

struct Line<'a> {
    kind: &'a str,
    fields: HashMap<&'a str, &'a str>,
}

impl<'a> Line<'a> {
    fn new(version: Version, text: &'a str) -> Self {
        let mut words = text.split_whitespace();
        let kind = words.next().expect("a packet type");
        let mut fields: HashMap<_, _> =
            words.map(|word| word.split_once('=').expect("field=value")).collect();
        if version == Version::V3_1_1 {
            fields.remove("expiry");
            if kind == "UNSUBACK" {
                fields.insert("codes", "");
            }
        }
        Self { kind, fields }
    }

    fn text(&self, field: &str) -> Option<&'a str> {
        self.fields.get(field).copied()
    }

    fn number(&self, field: &str) -> Option<u32> {
        self.text(field).map(number)
    }

    fn short(&self, field: &str) -> Option<u16> {
        self.number(field).map(|number| u16::try_from(number).expect("16 bits"))
    }

    fn byte(&self, field: &str) -> Option<u8> {
        self.number(field).map(|number| u8::try_from(number).expect("8 bits"))
    }

    fn flag(&self, field: &str, default: bool) -> bool {
        self.number(field).map_or(default, |number| number != 0)
    }

    fn id(&self) -> PacketId {
        PacketId::new(self.short("id").unwrap_or(1)).expect("not 0")
    }

    fn reason(&self) -> ReasonCode {
        ReasonCode::from_u8(self.byte("reason").unwrap_or(0)).expect("a Reason Code")
    }

    fn list(&self, field: &str, default: &'a str) -> impl Iterator<Item = &'a str> {
        let list = self.text(field).unwrap_or(default);
        list.split(',').filter(|item| !item.is_empty())
    }

    fn packet(&self, version: Version) -> Packet {
        match self.kind {
            "CONNECT" => self.connect(version).into(),
            "CONNACK" => Connack {
                session_present: self.flag("sp", false),
                reason: self.reason(),
                properties: self.connack_properties(),
            }
            .into(),
            "PUBLISH" => self.publish().into(),
            "PUBACK" => answer!(self, Puback).into(),
            "PUBREC" => answer!(self, Pubrec).into(),
            "PUBREL" => answer!(self, Pubrel).into(),
            "PUBCOMP" => answer!(self, Pubcomp).into(),
            "SUBSCRIBE" => self.subscribe(version).into(),
            "SUBACK" => Suback {
                packet_id: self.id(),
                properties: self.problem_properties(),
                codes: self.codes(),
            }
            .into(),
            "UNSUBSCRIBE" => Unsubscribe {
                packet_id: self.id(),
                properties: Properties::default(),
                filters: self.list("filters", "a").map(|text| filter(version, text)).collect(),
            }
            .into(),
            "UNSUBACK" => Unsuback {
                packet_id: self.id(),
                properties: self.problem_properties(),
                codes: self.codes(),
            }
            .into(),
            "PINGREQ" => Packet::Pingreq,
            "PINGRESP" => Packet::Pingresp,
            "DISCONNECT" => {
                Disconnect { reason: self.reason(), properties: self.disconnect_properties() }
                    .into()
            }
            "AUTH" => Auth { reason: self.reason(), properties: self.auth_properties() }.into(),
            other => panic!("what is {other}?"),
        }
    }

    fn connect(&self, version: Version) -> Connect {
        Connect {
            version,
            clean_start: self.flag("clean", true),
            keep_alive: self.short("keep").unwrap_or(0),
            properties: properties([
                self.number("expiry").map(Property::SessionExpiryInterval),
                self.short("rm").map(Property::ReceiveMaximum),
                self.number("size").map(Property::MaximumPacketSize),
                self.short("alias").map(Property::TopicAliasMaximum),
                self.byte("rri").map(Property::RequestResponseInformation),
                self.byte("rpi").map(Property::RequestProblemInformation),
                self.text("method").map(Property::AuthenticationMethod),
            ]),
            client_id: self.text("id").unwrap_or("c").try_into().expect("a string"),
            will: None,
            username: None,
            password: None,
        }
    }

    fn connack_properties(&self) -> Properties<Connack> {
        properties([
            self.short("rm").map(Property::ReceiveMaximum),
            self.byte("qos").map(Property::MaximumQoS),
            self.byte("retain").map(Property::RetainAvailable),
            self.number("size").map(Property::MaximumPacketSize),
            self.text("assigned").map(Property::AssignedClientIdentifier),
            self.short("alias").map(Property::TopicAliasMaximum),
            self.byte("wild").map(Property::WildcardSubscriptionAvailable),
            self.byte("sid").map(Property::SubscriptionIdentifierAvailable),
            self.byte("shared").map(Property::SharedSubscriptionAvailable),
            self.short("keep").map(Property::ServerKeepAlive),
            self.text("response").map(Property::ResponseInformation),
            self.text("method").map(Property::AuthenticationMethod),
            self.text("rs").map(Property::ReasonString),
            self.text("up").map(|value| Property::UserProperty("p", value)),
        ])
    }

    fn publish(&self) -> Publish {
        let qos = QoS::from_u8(self.byte("qos").unwrap_or(0)).expect("a QoS");
        let id = (qos != QoS::AtMostOnce).then(|| self.id());
        let topic = self.text("topic").unwrap_or("a");
        let identifiers = self.list("sid", "").map(number).map(Property::SubscriptionIdentifier);
        let others = [
            self.short("alias").map(Property::TopicAlias),
            self.number("lives").map(Property::MessageExpiryInterval),
            self.text("up").map(|value| Property::UserProperty("p", value)),
        ];
        Publish {
            delivery: Delivery::new(qos, id, self.flag("dup", false)).expect("legal"),
            retain: self.flag("retain", false),
            topic: match topic {
                "" => TopicName::absent(),
                topic => TopicName::new(topic).expect("a topic"),
            },
            properties: properties(identifiers.map(Some).chain(others)),
            payload: Bytes::copy_from_slice(self.text("payload").unwrap_or("p").as_bytes()),
        }
    }

    fn subscribe(&self, version: Version) -> Subscribe {
        let filters = self.list("filters", "a:2").map(|item| {
            let (text, qos) = item.rsplit_once(':').expect("filter:qos");
            let qos = QoS::from_u8(qos.parse().expect("a number")).expect("a QoS");
            (filter(version, text), SubscriptionOptions { qos, ..SubscriptionOptions::default() })
        });
        Subscribe {
            packet_id: self.id(),
            properties: properties([self.number("sid").map(Property::SubscriptionIdentifier)]),
            filters: filters.collect(),
        }
    }

    fn disconnect_properties(&self) -> Properties<Disconnect> {
        properties([
            self.number("expiry").map(Property::SessionExpiryInterval),
            self.text("rs").map(Property::ReasonString),
            self.text("up").map(|value| Property::UserProperty("p", value)),
        ])
    }

    fn auth_properties(&self) -> Properties<Auth> {
        properties([
            self.text("method").map(Property::AuthenticationMethod),
            self.text("rs").map(Property::ReasonString),
            self.text("up").map(|value| Property::UserProperty("p", value)),
        ])
    }

    fn problem_properties<K: PropertyOwner>(&self) -> Properties<K> {
        properties([
            self.text("rs").map(Property::ReasonString),
            self.text("up").map(|value| Property::UserProperty("p", value)),
        ])
    }

    fn codes<L: FromIterator<ReasonCode>>(&self) -> L {
        let code = |code| u8::try_from(number(code)).ok().and_then(ReasonCode::from_u8);
        self.list("codes", "2").map(|item| code(item).expect("a code")).collect()
    }
}

macro_rules! answer {
    ($line:expr, $Packet:ident) => {
        $Packet {
            packet_id: $line.id(),
            reason: $line.reason(),
            properties: $line.problem_properties(),
        }
    };
}
use answer;

fn properties<'a, K: PropertyOwner>(
    list: impl IntoIterator<Item = Option<Property<'a>>>,
) -> Properties<K> {
    let mut builder = PropertiesBuilder::new();
    builder.extend(list.into_iter().flatten()).expect("legal properties");
    builder.build()
}

fn filter(version: Version, text: &str) -> TopicFilter {
    TopicFilter::new_in(version, text).expect("a filter")
}

fn number(text: &str) -> u32 {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.expect("a number")
}
