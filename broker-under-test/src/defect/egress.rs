//! Defects of packets on their way out: each alters or drops what the core wanted to send.

use mqttspec_codec::packet::{Connack, Delivery, Publish, Suback};
use mqttspec_codec::{Packet, PropertiesBuilder, Property, ReasonCode};

use super::Defect;

/// The packet as a broker with this defect sends it; `None` if it does not send it at all.
pub(crate) fn alter(defect: Defect, mut packet: Packet) -> Option<Packet> {
    if is_dropped(defect, &packet) {
        return None;
    }
    match &mut packet {
        Packet::Connack(connack) => alter_connack(defect, connack),
        Packet::Publish(publish) => alter_publish(defect, publish),
        Packet::Suback(suback) => alter_suback(defect, suback),
        _ => {}
    }
    Some(packet)
}

fn is_dropped(defect: Defect, packet: &Packet) -> bool {
    matches!(
        (defect, packet),
        (Defect::PubackMissing, Packet::Puback(_))
            | (Defect::PubrecMissing, Packet::Pubrec(_))
            | (Defect::PubrelMissing, Packet::Pubrel(_))
            | (Defect::PubcompMissing, Packet::Pubcomp(_))
            | (Defect::SubackMissing, Packet::Suback(_))
            | (Defect::UnsubackMissing, Packet::Unsuback(_))
            | (Defect::PingrespMissing, Packet::Pingresp)
    )
}

fn alter_connack(defect: Defect, connack: &mut Connack) {
    match defect {
        Defect::SessionPresentAlways => {
            connack.session_present = connack.reason == ReasonCode::Success;
        }
        Defect::SessionPresentNever => connack.session_present = false,
        _ => {}
    }
}

fn alter_suback(defect: Defect, suback: &mut Suback) {
    let mut codes: Vec<ReasonCode> = suback.codes.iter().collect();
    match defect {
        Defect::SubackCodeMissing if codes.len() > 1 => drop(codes.pop()),
        Defect::SubackCodesReversed => codes.reverse(),
        _ => return,
    }
    suback.codes = codes.into_iter().collect();
}

fn alter_publish(defect: Defect, publish: &mut Publish) {
    match defect {
        Defect::RetainFlagDropped => publish.retain = false,
        Defect::DupOnFirstDelivery => set_dup(&mut publish.delivery, true),
        Defect::DupNeverSet => set_dup(&mut publish.delivery, false),
        _ => {}
    }
    if publish.properties.iter().any(|property| is_left_out(defect, &property)) {
        let mut builder = PropertiesBuilder::new();
        for property in publish.properties.iter().filter(|it| !is_left_out(defect, it)) {
            builder.push(property).expect("it stood in this packet before");
        }
        publish.properties = builder.build();
    }
}

fn set_dup(delivery: &mut Delivery, value: bool) {
    match delivery {
        Delivery::AtMostOnce => {}
        Delivery::AtLeastOnce { dup, .. } | Delivery::ExactlyOnce { dup, .. } => *dup = value,
    }
}

fn is_left_out(defect: Defect, property: &Property<'_>) -> bool {
    matches!(
        (defect, property),
        (Defect::PayloadFormatDropped, Property::PayloadFormatIndicator(_))
            | (Defect::ResponseTopicDropped, Property::ResponseTopic(_))
            | (Defect::CorrelationDataDropped, Property::CorrelationData(_))
            | (Defect::UserPropertyDropped, Property::UserProperty(..))
            | (Defect::ContentTypeDropped, Property::ContentType(_))
            | (Defect::MessageExpiryDropped, Property::MessageExpiryInterval(_))
            | (Defect::SubscriptionIdentifierDropped, Property::SubscriptionIdentifier(_))
    )
}
