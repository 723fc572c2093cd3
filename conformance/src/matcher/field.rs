//! The fields of a received packet under the names that scenarios give them.

use bytes::Bytes;
use mqttspec_codec::packet::{Publish, ReasonList};
use mqttspec_codec::{
    Packet, PacketType, Properties, Property, PropertyOwner, ReasonCode, Version,
};

use super::Message;

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Datum {
    /// A number; reasons are numbers as they stand on the wire.
    Int(u64),
    /// Text or binary data.
    Bytes(Bytes),
    /// Several values, in the order of the packet.
    List(Vec<Datum>),
    /// A User Property.
    Pair(Bytes, Bytes),
}

/// The value of a field; `None` if the packet does not have it.
#[must_use]
pub fn observe(message: &Message, field: &str) -> Option<Datum> {
    match field {
        "size" => return Some(Datum::Int(message.frame.len() as u64)),
        "raw" => return Some(Datum::Bytes(message.frame.clone())),
        "id" => {
            return message.packet.packet_id().map(|id| Datum::Int(u64::from(id.get())));
        }
        _ => {}
    }
    match &message.packet {
        Packet::Connack(connack) => match field {
            "session_present" => Some(flag(connack.session_present)),
            "reason" => Some(connack_code(message.version, connack.reason)),
            _ => property(&connack.properties, field),
        },
        Packet::Publish(publish) => of_publish(message, publish, field),
        Packet::Puback(ack) => answer(ack.reason, &ack.properties, field),
        Packet::Pubrec(ack) => answer(ack.reason, &ack.properties, field),
        Packet::Pubrel(ack) => answer(ack.reason, &ack.properties, field),
        Packet::Pubcomp(ack) => answer(ack.reason, &ack.properties, field),
        Packet::Suback(ack) => codes(&ack.codes, &ack.properties, field),
        Packet::Unsuback(ack) => codes(&ack.codes, &ack.properties, field),
        Packet::Disconnect(disconnect) => answer(disconnect.reason, &disconnect.properties, field),
        Packet::Auth(auth) => answer(auth.reason, &auth.properties, field),
        Packet::Connect(_)
        | Packet::Subscribe(_)
        | Packet::Unsubscribe(_)
        | Packet::Pingreq
        | Packet::Pingresp => None,
    }
}

/// Whether a reason, as it stands on the wire of such a packet, tells of an error.
#[must_use]
pub(super) fn is_error(version: Version, packet: PacketType, code: u64) -> bool {
    match (version, packet) {
        (Version::V3_1_1, PacketType::Connack) => code >= 1,
        _ => code >= 0x80,
    }
}

fn connack_code(version: Version, reason: ReasonCode) -> Datum {
    let code = match version {
        Version::V3_1_1 => reason.connack_return_code().unwrap_or(reason.value()),
        Version::V5_0 => reason.value(),
    };
    Datum::Int(u64::from(code))
}

fn of_publish(message: &Message, publish: &Publish, field: &str) -> Option<Datum> {
    match field {
        "topic" => message.topic.clone().map(|topic| Datum::Bytes(topic.into_bytes())),
        "topic_on_wire" => Some(text(&publish.topic)),
        "payload" => Some(Datum::Bytes(publish.payload.clone())),
        "qos" => Some(Datum::Int(u64::from(publish.qos().value()))),
        "retain" => Some(flag(publish.retain)),
        "dup" => Some(flag(publish.dup())),
        _ => property(&publish.properties, field),
    }
}

fn answer<K: PropertyOwner>(
    reason: ReasonCode,
    properties: &Properties<K>,
    field: &str,
) -> Option<Datum> {
    match field {
        "reason" => Some(Datum::Int(u64::from(reason.value()))),
        _ => property(properties, field),
    }
}

fn codes<K: PropertyOwner>(
    codes: &ReasonList,
    properties: &Properties<K>,
    field: &str,
) -> Option<Datum> {
    match field {
        "codes" => {
            let codes = codes.iter().map(|code| Datum::Int(u64::from(code.value())));
            Some(Datum::List(codes.collect()))
        }
        _ => property(properties, field),
    }
}

/// A property by its field name. Those that may stand several times are lists.
fn property<K: PropertyOwner>(properties: &Properties<K>, field: &str) -> Option<Datum> {
    if properties.is_empty() {
        return None;
    }
    match field {
        "user_properties" => {
            list(properties.user_properties().map(|(name, value)| pair(name, value)).collect())
        }
        "subscription_identifiers" => list(
            properties.subscription_identifiers().map(|id| Datum::Int(u64::from(id))).collect(),
        ),
        _ => properties
            .iter()
            .find(|property| property.id().field_name() == field)
            .map(|property| datum(&property)),
    }
}

fn list(data: Vec<Datum>) -> Option<Datum> {
    (!data.is_empty()).then_some(Datum::List(data))
}

fn pair(name: &str, value: &str) -> Datum {
    let bytes = |text: &str| Bytes::copy_from_slice(text.as_bytes());
    Datum::Pair(bytes(name), bytes(value))
}

fn flag(set: bool) -> Datum {
    Datum::Int(u64::from(set))
}

fn text(text: &str) -> Datum {
    Datum::Bytes(Bytes::copy_from_slice(text.as_bytes()))
}

fn datum(property: &Property<'_>) -> Datum {
    use Property as P;
    match *property {
        P::PayloadFormatIndicator(byte)
        | P::RequestProblemInformation(byte)
        | P::RequestResponseInformation(byte)
        | P::MaximumQoS(byte)
        | P::RetainAvailable(byte)
        | P::WildcardSubscriptionAvailable(byte)
        | P::SubscriptionIdentifierAvailable(byte)
        | P::SharedSubscriptionAvailable(byte) => Datum::Int(u64::from(byte)),
        P::ServerKeepAlive(number)
        | P::ReceiveMaximum(number)
        | P::TopicAliasMaximum(number)
        | P::TopicAlias(number) => Datum::Int(u64::from(number)),
        P::MessageExpiryInterval(number)
        | P::SubscriptionIdentifier(number)
        | P::SessionExpiryInterval(number)
        | P::WillDelayInterval(number)
        | P::MaximumPacketSize(number) => Datum::Int(u64::from(number)),
        P::ContentType(string)
        | P::ResponseTopic(string)
        | P::AssignedClientIdentifier(string)
        | P::AuthenticationMethod(string)
        | P::ResponseInformation(string)
        | P::ServerReference(string)
        | P::ReasonString(string) => text(string),
        P::CorrelationData(data) | P::AuthenticationData(data) => {
            Datum::Bytes(Bytes::copy_from_slice(data))
        }
        P::UserProperty(name, value) => pair(name, value),
    }
}
