//! Defects of Wills: when one is lost, and what is made of it when it is published.

use bytes::{BufMut, Bytes, BytesMut};
use mqttspec_codec::packet::Will;
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{Properties, PropertiesBuilder, Property, QoS, ReasonCode};

use super::Flaw;

/// Whether a broker with this flaw forgets the Will when it closes a connection for this reason.
pub(crate) fn is_lost(flaw: Flaw, reason: ReasonCode) -> bool {
    match reason {
        ReasonCode::ServerShuttingDown => false,
        ReasonCode::SessionTakenOver => flaw == Flaw::WillNotOnTakeover,
        ReasonCode::KeepAliveTimeout => flaw == Flaw::WillNotOnTimeout,
        _ => flaw == Flaw::WillNotOnError,
    }
}

/// The Will as a broker with this flaw publishes it; `None` if it does not publish it at all.
pub(crate) fn alter(flaw: Flaw, mut will: Will) -> Option<Will> {
    match flaw {
        Flaw::WillRetainIgnored => will.retain = false,
        Flaw::WillAlwaysRetained => will.retain = true,
        Flaw::WillAtQos0 => will.qos = QoS::AtMostOnce,
        Flaw::WillAtQos1 => will.qos = will.qos.min(QoS::AtLeastOnce),
        Flaw::EmptyWillLost if will.payload.is_empty() => return None,
        Flaw::EmptyRetainedWillClearsNothing => will.retain &= !will.payload.is_empty(),
        Flaw::WillPayloadWithLength => will.payload = with_length(&will.payload),
        Flaw::WillPayloadCut => will.payload.truncate(255),
        Flaw::WillFieldsSwapped => swap_topic_and_payload(&mut will),
        Flaw::WillPropertiesDropped => will.properties = Properties::default(),
        Flaw::WillUserPropertiesReversed => {
            let mut properties: Vec<_> = will.properties.iter().collect();
            properties.reverse();
            will.properties = build(properties.into_iter());
        }
        Flaw::WillExpiryDropped => {
            let is_expiry = |it: &Property<'_>| matches!(it, Property::MessageExpiryInterval(_));
            will.properties = build(will.properties.iter().filter(|it| !is_expiry(it)));
        }
        _ => {}
    }
    Some(will)
}

fn with_length(payload: &Bytes) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_u16(u16::try_from(payload.len()).unwrap_or(u16::MAX));
    bytes.extend_from_slice(payload);
    bytes.freeze()
}

/// What cannot be a topic stays where it is.
fn swap_topic_and_payload(will: &mut Will) {
    let text = std::str::from_utf8(&will.payload).ok();
    if let Some(topic) = text.and_then(|text| TopicName::new(text).ok()) {
        will.payload = Bytes::copy_from_slice(will.topic.as_bytes());
        will.topic = topic;
    }
}

fn build<'a>(properties: impl Iterator<Item = Property<'a>>) -> Properties<Will> {
    let mut builder = PropertiesBuilder::new();
    for property in properties {
        builder.push(property).expect("it stood in this Will before");
    }
    builder.build()
}
