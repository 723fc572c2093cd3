//! Valid packets as raw ones, for mutations to start from.

use bytes::Bytes;

use super::{
    AckForm, RawAck, RawAuth, RawBody, RawConnack, RawConnect, RawDisconnect, RawPacket,
    RawProperties, RawPublish, RawSuback, RawSubscribe, RawSubscription, RawUnsuback,
    RawUnsubscribe, RawWill,
};
use crate::packet::{Connect, Packet, PacketId, Publish, ReasonList, SubscriptionOptions, Will};
use crate::property::Properties;
use crate::{MqttString, ReasonCode};

impl From<&Packet> for RawPacket {
    fn from(packet: &Packet) -> Self {
        Self::new(RawBody::from(packet))
    }
}

impl From<&Packet> for RawBody {
    fn from(packet: &Packet) -> Self {
        match packet {
            Packet::Connect(connect) => Self::Connect(connect.as_ref().into()),
            Packet::Connack(connack) => Self::Connack(RawConnack {
                flags: u8::from(connack.session_present),
                reason: connack.reason.value(),
                // A code that 3.1.1 does not have is not in a packet of 3.1.1.
                return_code: connack.reason.connack_return_code().unwrap_or_default(),
                properties: (&connack.properties).into(),
            }),
            Packet::Publish(publish) => Self::Publish(publish.into()),
            Packet::Puback(ack) => {
                Self::Puback(raw_ack(ack.packet_id, ack.reason, &ack.properties))
            }
            Packet::Pubrec(ack) => {
                Self::Pubrec(raw_ack(ack.packet_id, ack.reason, &ack.properties))
            }
            Packet::Pubrel(ack) => {
                Self::Pubrel(raw_ack(ack.packet_id, ack.reason, &ack.properties))
            }
            Packet::Pubcomp(ack) => {
                Self::Pubcomp(raw_ack(ack.packet_id, ack.reason, &ack.properties))
            }
            Packet::Subscribe(subscribe) => Self::Subscribe(RawSubscribe {
                packet_id: subscribe.packet_id.get(),
                properties: (&subscribe.properties).into(),
                filters: subscribe.filters.iter().map(RawSubscription::from).collect(),
            }),
            Packet::Suback(suback) => Self::Suback(RawSuback {
                packet_id: suback.packet_id.get(),
                properties: (&suback.properties).into(),
                codes: codes(&suback.codes),
            }),
            Packet::Unsubscribe(unsubscribe) => Self::Unsubscribe(RawUnsubscribe {
                packet_id: unsubscribe.packet_id.get(),
                properties: (&unsubscribe.properties).into(),
                filters: unsubscribe.filters.iter().map(bytes).collect(),
            }),
            Packet::Unsuback(unsuback) => Self::Unsuback(RawUnsuback {
                packet_id: unsuback.packet_id.get(),
                properties: (&unsuback.properties).into(),
                codes: codes(&unsuback.codes),
            }),
            Packet::Pingreq => Self::Pingreq,
            Packet::Pingresp => Self::Pingresp,
            Packet::Disconnect(disconnect) => Self::Disconnect(RawDisconnect {
                reason: disconnect.reason.value(),
                properties: (&disconnect.properties).into(),
                form: AckForm::Shortest,
            }),
            Packet::Auth(auth) => Self::Auth(RawAuth {
                reason: auth.reason.value(),
                properties: (&auth.properties).into(),
                form: AckForm::Full,
            }),
        }
    }
}

impl From<&Connect> for RawConnect {
    fn from(connect: &Connect) -> Self {
        Self {
            clean_start: connect.clean_start,
            keep_alive: connect.keep_alive,
            properties: (&connect.properties).into(),
            client_id: shared(&connect.client_id),
            will: connect.will.as_ref().map(RawWill::from),
            username: connect.username.as_ref().map(shared),
            password: connect.password.clone(),
            ..Self::new(connect.version)
        }
    }
}

impl From<&Will> for RawWill {
    fn from(will: &Will) -> Self {
        Self {
            qos: will.qos.value(),
            retain: will.retain,
            properties: (&will.properties).into(),
            topic: shared(will.topic.as_mqtt_string()),
            payload: will.payload.clone(),
        }
    }
}

impl From<&Publish> for RawPublish {
    fn from(publish: &Publish) -> Self {
        Self {
            dup: publish.dup(),
            qos: publish.qos().value(),
            retain: publish.retain,
            topic: shared(publish.topic.as_mqtt_string()),
            packet_id: publish.packet_id().map(PacketId::get),
            properties: (&publish.properties).into(),
            payload: publish.payload.clone(),
        }
    }
}

impl From<(&str, SubscriptionOptions)> for RawSubscription {
    fn from((filter, options): (&str, SubscriptionOptions)) -> Self {
        Self { filter: bytes(filter), options: options.value() }
    }
}

fn raw_ack<K>(packet_id: PacketId, reason: ReasonCode, properties: &Properties<K>) -> RawAck {
    RawAck {
        packet_id: packet_id.get(),
        reason: reason.value(),
        properties: RawProperties::from(properties),
        form: AckForm::Shortest,
    }
}

fn codes(list: &ReasonList) -> Vec<u8> {
    list.iter().map(ReasonCode::value).collect()
}

fn shared(string: &MqttString) -> Bytes {
    string.clone().into_bytes()
}

fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}
