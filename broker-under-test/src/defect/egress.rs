//! Defects of packets on their way out: each alters or drops what the core wanted to send.

use mqttspec_codec::packet::{Connack, Delivery, Publish, Suback};
use mqttspec_codec::{Packet, PacketId, PropertiesBuilder, Property, QoS, ReasonCode};

use super::Flaw;

/// The packet as a broker with this flaw sends it; `None` if it does not send it at all.
pub(crate) fn alter(flaw: Flaw, mut packet: Packet) -> Option<Packet> {
    if is_dropped(flaw, &packet) {
        return None;
    }
    match &mut packet {
        Packet::Connack(connack) => alter_connack(flaw, connack),
        Packet::Publish(publish) => alter_publish(flaw, publish),
        Packet::Suback(suback) => alter_suback(flaw, suback),
        Packet::Unsuback(unsuback) if flaw == Flaw::UnsubackIdSwapped => {
            swap_bytes(&mut unsuback.packet_id);
        }
        _ => {}
    }
    Some(packet)
}

fn is_dropped(flaw: Flaw, packet: &Packet) -> bool {
    matches!(
        (flaw, packet),
        (Flaw::PubackMissing, Packet::Puback(_))
            | (Flaw::PubrecMissing, Packet::Pubrec(_))
            | (Flaw::PubrelMissing, Packet::Pubrel(_))
            | (Flaw::PubcompMissing, Packet::Pubcomp(_))
            | (Flaw::SubackMissing, Packet::Suback(_))
            | (Flaw::UnsubackMissing, Packet::Unsuback(_))
            | (Flaw::PingrespMissing, Packet::Pingresp)
    )
}

fn alter_connack(flaw: Flaw, connack: &mut Connack) {
    match flaw {
        Flaw::SessionPresentAlways => {
            connack.session_present = connack.reason == ReasonCode::Success;
        }
        Flaw::SessionPresentNever => connack.session_present = false,
        _ => {}
    }
}

fn alter_suback(flaw: Flaw, suback: &mut Suback) {
    let mut codes: Vec<ReasonCode> = suback.codes.iter().collect();
    match flaw {
        Flaw::SubackIdSwapped => return swap_bytes(&mut suback.packet_id),
        Flaw::GrantedQosRaised => {
            for code in codes.iter_mut().filter(|code| !code.is_error()) {
                *code = ReasonCode::GrantedQoS2;
            }
        }
        Flaw::SubackCodeMissing if codes.len() > 1 => drop(codes.pop()),
        Flaw::SubackCodesReversed => codes.reverse(),
        _ => return,
    }
    suback.codes = codes.into_iter().collect();
}

fn alter_publish(flaw: Flaw, publish: &mut Publish) {
    match flaw {
        Flaw::Qos0WithId if publish.qos() == QoS::AtMostOnce => {
            publish.payload = [b"\0\x01", &*publish.payload].concat().into();
        }
        Flaw::RetainFlagDropped => publish.retain = false,
        Flaw::DupOnFirstDelivery => set_dup(&mut publish.delivery, true),
        Flaw::DupNeverSet => set_dup(&mut publish.delivery, false),
        _ => {}
    }
    if flaw == Flaw::ExpiryAdded && publish.properties.message_expiry_interval().is_none() {
        let mut builder = PropertiesBuilder::new();
        for property in publish.properties.iter() {
            builder.push(property).expect("it stood in this packet before");
        }
        builder.push(Property::MessageExpiryInterval(86400)).expect("there was none");
        publish.properties = builder.build();
    }
    if publish.properties.iter().any(|property| is_left_out(flaw, &property)) {
        let mut builder = PropertiesBuilder::new();
        for property in publish.properties.iter().filter(|it| !is_left_out(flaw, it)) {
            builder.push(property).expect("it stood in this packet before");
        }
        publish.properties = builder.build();
    }
}

fn swap_bytes(packet_id: &mut PacketId) {
    *packet_id = PacketId::new(packet_id.get().swap_bytes()).unwrap_or(*packet_id);
}

fn set_dup(delivery: &mut Delivery, value: bool) {
    match delivery {
        Delivery::AtMostOnce => {}
        Delivery::AtLeastOnce { dup, .. } | Delivery::ExactlyOnce { dup, .. } => *dup = value,
    }
}

fn is_left_out(flaw: Flaw, property: &Property<'_>) -> bool {
    matches!(
        (flaw, property),
        (Flaw::PayloadFormatDropped, Property::PayloadFormatIndicator(_))
            | (Flaw::ResponseTopicDropped, Property::ResponseTopic(_))
            | (Flaw::CorrelationDataDropped, Property::CorrelationData(_))
            | (Flaw::UserPropertyDropped, Property::UserProperty(..))
            | (Flaw::ContentTypeDropped, Property::ContentType(_))
            | (Flaw::MessageExpiryDropped, Property::MessageExpiryInterval(_))
            | (Flaw::SubscriptionIdentifierDropped, Property::SubscriptionIdentifier(_))
    )
}
