//! The limits that each side sets the other in CONNECT and CONNACK (5.0 sections 3.1.2.11 and
//! 3.2.2.3), and the rules on the size of packets and on Request Problem Information.

use mqttspec_codec::packet::{Connack, Connect, Packet, PacketType};
use mqttspec_codec::{QoS, ReasonCode, Version};

use super::breach::Breach;
use super::handshake::Handshake;
use super::rules::{Findings, Rule};

pub(super) const PACKET_SIZE: Rule = Rule {
    name: "packet-size",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-3.1.2-24"],
    summary: "No packet of the server is above the client's Maximum Packet Size.",
    unconditional: true,
};

pub(super) const OPTIONAL_PROPERTIES_FIT: Rule = Rule {
    name: "optional-properties-fit",
    statement_3_1_1: &[],
    statement_5_0: &[
        "MQTT-3.2.2-19",
        "MQTT-3.2.2-20",
        "MQTT-3.4.2-2",
        "MQTT-3.4.2-3",
        "MQTT-3.5.2-2",
        "MQTT-3.5.2-3",
        "MQTT-3.6.2-2",
        "MQTT-3.6.2-3",
        "MQTT-3.7.2-2",
        "MQTT-3.7.2-3",
        "MQTT-3.9.2-1",
        "MQTT-3.9.2-2",
        "MQTT-3.11.2-1",
        "MQTT-3.11.2-2",
        "MQTT-3.14.2-3",
        "MQTT-3.14.2-4",
        "MQTT-3.15.2-2",
        "MQTT-3.15.2-3",
    ],
    summary: "Reason String and User Property do not push a packet over Maximum Packet Size.",
    unconditional: true,
};

pub(super) const PROBLEM_INFORMATION: Rule = Rule {
    name: "problem-information",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-3.1.2-29"],
    summary: "With Request Problem Information 0 answers have no Reason String or User Property.",
    unconditional: false,
};

/// What one side allows the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Receive Maximum: open PUBLISH packets at QoS 1 and 2, 1 to 65,535.
    pub receive_maximum: u16,
    /// Topic Alias Maximum; 0 allows none.
    pub topic_alias_maximum: u16,
    /// Maximum Packet Size, in bytes of the whole packet.
    pub maximum_packet_size: u32,
    /// Maximum QoS.
    pub maximum_qos: QoS,
    /// Retain Available.
    pub retain_available: bool,
    /// Wildcard Subscription Available.
    pub wildcard_subscription_available: bool,
    /// Subscription Identifier Available.
    pub subscription_identifier_available: bool,
    /// Shared Subscription Available.
    pub shared_subscription_available: bool,
    /// Session Expiry Interval, in seconds; `u32::MAX` means never.
    pub session_expiry_interval: u32,
    /// Keep Alive, in seconds; 0 means none.
    pub keep_alive: u16,
}

impl Default for Limits {
    /// The standard's defaults.
    fn default() -> Self {
        Self {
            receive_maximum: u16::MAX,
            topic_alias_maximum: 0,
            maximum_packet_size: Self::PACKET_SIZE_MAX,
            maximum_qos: QoS::ExactlyOnce,
            retain_available: true,
            wildcard_subscription_available: true,
            subscription_identifier_available: true,
            shared_subscription_available: true,
            session_expiry_interval: 0,
            keep_alive: 0,
        }
    }
}

impl Limits {
    /// The largest packet there is, in bytes: a Remaining Length of 268,435,455 behind five bytes.
    pub const PACKET_SIZE_MAX: u32 = 268_435_460;

    /// What the client allows the server.
    pub(super) fn of_connect(connect: &Connect) -> Self {
        let properties = &connect.properties;
        let default = Self::assumed_from(connect);
        Self {
            receive_maximum: properties.receive_maximum().unwrap_or(default.receive_maximum),
            topic_alias_maximum: properties.topic_alias_maximum().unwrap_or(0),
            maximum_packet_size: properties
                .maximum_packet_size()
                .unwrap_or(default.maximum_packet_size),
            ..default
        }
    }

    /// What holds towards the server until CONNACK says otherwise.
    pub(super) fn assumed_from(connect: &Connect) -> Self {
        Self {
            session_expiry_interval: connect.properties.session_expiry_interval().unwrap_or(0),
            keep_alive: connect.keep_alive,
            ..Self::default()
        }
    }

    /// Takes over what CONNACK says.
    pub(super) fn update(&mut self, connack: &Connack) {
        let given = &connack.properties;
        replace(&mut self.receive_maximum, given.receive_maximum());
        replace(&mut self.topic_alias_maximum, given.topic_alias_maximum());
        replace(&mut self.maximum_packet_size, given.maximum_packet_size());
        replace(&mut self.maximum_qos, given.maximum_qos().and_then(QoS::from_u8));
        replace(&mut self.retain_available, given.retain_available().map(|given| given != 0));
        replace(
            &mut self.wildcard_subscription_available,
            given.wildcard_subscription_available().map(|given| given != 0),
        );
        replace(
            &mut self.subscription_identifier_available,
            given.subscription_identifier_available().map(|given| given != 0),
        );
        replace(
            &mut self.shared_subscription_available,
            given.shared_subscription_available().map(|given| given != 0),
        );
        replace(&mut self.session_expiry_interval, given.session_expiry_interval());
        replace(&mut self.keep_alive, given.server_keep_alive());
    }
}

fn replace<T>(value: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *value = given;
    }
}

/// Whether the broker takes a packet of ours, by what it said in CONNACK.
pub(super) fn check_own(theirs: &Limits, version: Version, packet: &Packet) -> Result<(), Breach> {
    let size = packet.encoded_len(version).unwrap_or(usize::MAX);
    if size > theirs.maximum_packet_size as usize {
        return Err(Breach::PacketTooLarge);
    }
    match packet {
        Packet::Publish(publish) => {
            if publish.qos() > theirs.maximum_qos {
                Err(Breach::QoSNotSupported)
            } else if publish.retain && !theirs.retain_available {
                Err(Breach::RetainNotSupported)
            } else if publish.properties.subscription_identifiers().next().is_some() {
                Err(Breach::SubscriptionIdentifierNotSupported)
            } else {
                Ok(())
            }
        }
        Packet::Subscribe(subscribe) => {
            let identifier = subscribe.properties.subscription_identifiers().next();
            if identifier.is_some() && !theirs.subscription_identifier_available {
                return Err(Breach::SubscriptionIdentifierNotSupported);
            }
            for (filter, _) in subscribe.filters.topic_filters() {
                if filter.has_wildcard() && !theirs.wildcard_subscription_available {
                    return Err(Breach::WildcardNotSupported);
                }
                if filter.is_shared() && !theirs.shared_subscription_available {
                    return Err(Breach::SharedNotSupported);
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The broker's packets keep to our Maximum Packet Size. What is too large because of a property
/// that could have been left out is charged to the statement on that property.
pub(super) fn check_size(ours: &Limits, size: usize, packet: &Packet, findings: &mut Findings) {
    if size <= ours.maximum_packet_size as usize || says_connect_was_too_large(packet) {
        return;
    }
    let kind = packet.packet_type();
    let limit = ours.maximum_packet_size;
    let (reason_string, user_property) = problem_properties(packet);
    match statements_on_size(kind) {
        Some((statement, _)) if reason_string => {
            findings.add_as(&OPTIONAL_PROPERTIES_FIT, statement, || {
                format!("{kind} of {size} bytes with a Reason String, the limit is {limit}")
            });
        }
        Some((_, statement)) if user_property => {
            findings.add_as(&OPTIONAL_PROPERTIES_FIT, statement, || {
                format!("{kind} of {size} bytes with a User Property, the limit is {limit}")
            });
        }
        _ => findings.add(&PACKET_SIZE, || format!("{kind} of {size} bytes, the limit is {limit}")),
    }
}

/// A server that finds CONNECT too large need not have read the limit in it.
fn says_connect_was_too_large(packet: &Packet) -> bool {
    let Packet::Connack(connack) = packet else { return false };
    connack.reason == ReasonCode::PacketTooLarge
}

/// Where Request Problem Information was 0, only CONNACK, DISCONNECT and PUBLISH explain themselves.
pub(super) fn check_problem_information(
    handshake: &Handshake,
    packet: &Packet,
    findings: &mut Findings,
) {
    let kind = packet.packet_type();
    let free = [PacketType::Connack, PacketType::Disconnect, PacketType::Publish];
    if handshake.wants_problem_information() || free.contains(&kind) {
        return;
    }
    let (reason_string, user_property) = problem_properties(packet);
    if reason_string || user_property {
        let name = if reason_string { "Reason String" } else { "User Property" };
        findings.add(&PROBLEM_INFORMATION, || {
            format!("{kind} with a {name}, but Request Problem Information was 0")
        });
    }
}

/// Whether a packet has a Reason String, and whether it has a User Property.
fn problem_properties(packet: &Packet) -> (bool, bool) {
    macro_rules! of {
        ($packet:expr) => {
            (
                $packet.properties.reason_string().is_some(),
                $packet.properties.user_properties().next().is_some(),
            )
        };
    }
    match packet {
        Packet::Connack(packet) => of!(packet),
        Packet::Puback(packet) => of!(packet),
        Packet::Pubrec(packet) => of!(packet),
        Packet::Pubrel(packet) => of!(packet),
        Packet::Pubcomp(packet) => of!(packet),
        Packet::Suback(packet) => of!(packet),
        Packet::Unsuback(packet) => of!(packet),
        Packet::Disconnect(packet) => of!(packet),
        Packet::Auth(packet) => of!(packet),
        _ => (false, false),
    }
}

/// The statements on Reason String and on User Property in a packet above Maximum Packet Size.
fn statements_on_size(kind: PacketType) -> Option<(&'static str, &'static str)> {
    match kind {
        PacketType::Connack => Some(("MQTT-3.2.2-19", "MQTT-3.2.2-20")),
        PacketType::Puback => Some(("MQTT-3.4.2-2", "MQTT-3.4.2-3")),
        PacketType::Pubrec => Some(("MQTT-3.5.2-2", "MQTT-3.5.2-3")),
        PacketType::Pubrel => Some(("MQTT-3.6.2-2", "MQTT-3.6.2-3")),
        PacketType::Pubcomp => Some(("MQTT-3.7.2-2", "MQTT-3.7.2-3")),
        PacketType::Suback => Some(("MQTT-3.9.2-1", "MQTT-3.9.2-2")),
        PacketType::Unsuback => Some(("MQTT-3.11.2-1", "MQTT-3.11.2-2")),
        PacketType::Disconnect => Some(("MQTT-3.14.2-3", "MQTT-3.14.2-4")),
        PacketType::Auth => Some(("MQTT-3.15.2-2", "MQTT-3.15.2-3")),
        _ => None,
    }
}
