//! Defects of messages on their way out: QoS, flags, payload, Topic Name and properties.

use std::str;

use bytes::Bytes;
use mqttspec_codec::packet::{Delivery, Publish};
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{PacketId, Properties, Property, QoS, Version};

use super::properties::{rebuilt, replaced, with, without};
use crate::defect::Flaw;

/// The message as a broker with this flaw sends it.
pub(super) fn alter_publish(flaw: Flaw, mut publish: Publish, version: Version) -> Publish {
    match flaw {
        Flaw::RetainFlagDropped => publish.retain = false,
        Flaw::RetainFlagAlways => publish.retain = true,
        Flaw::DupOnFirstDelivery => set_dup(&mut publish.delivery, true),
        Flaw::DupNeverSet => set_dup(&mut publish.delivery, false),
        Flaw::Qos1AsQos0 if publish.qos() == QoS::AtLeastOnce => {
            publish.delivery = Delivery::AtMostOnce;
        }
        Flaw::Qos2AsQos1 => {
            if let Delivery::ExactlyOnce { packet_id, dup } = publish.delivery {
                publish.delivery = Delivery::AtLeastOnce { packet_id, dup };
            }
        }
        Flaw::Qos0AsQos1 if publish.qos() == QoS::AtMostOnce => {
            let packet_id = PacketId::new(60_000).unwrap_or(PacketId::MIN);
            publish.delivery = Delivery::AtLeastOnce { packet_id, dup: false };
        }
        _ => {}
    }
    publish.payload = alter_payload(flaw, publish.payload);
    publish.topic = alter_topic(flaw, publish.topic);
    if version == Version::V5_0 {
        publish.properties = alter_properties(flaw, &publish);
    }
    publish
}

fn set_dup(delivery: &mut Delivery, value: bool) {
    match delivery {
        Delivery::AtMostOnce => {}
        Delivery::AtLeastOnce { dup, .. } | Delivery::ExactlyOnce { dup, .. } => *dup = value,
    }
}

fn alter_payload(flaw: Flaw, payload: Bytes) -> Bytes {
    match flaw {
        Flaw::PayloadEmpty => Bytes::new(),
        Flaw::PayloadLacksLastByte => payload.slice(..payload.len().saturating_sub(1)),
        Flaw::PayloadCutAtNul => match payload.iter().position(|&byte| byte == 0) {
            Some(nul) => payload.slice(..nul),
            None => payload,
        },
        Flaw::PayloadCutAt65535 => payload.slice(..payload.len().min(65_535)),
        Flaw::PayloadCutAt1024 => payload.slice(..payload.len().min(1024)),
        Flaw::PayloadMadeText => String::from_utf8_lossy(&payload).into_owned().into(),
        Flaw::PayloadTrimmed => match str::from_utf8(&payload) {
            Ok(text) => text.trim().to_owned().into(),
            Err(_) => payload,
        },
        _ => payload,
    }
}

fn alter_topic(flaw: Flaw, topic: TopicName) -> TopicName {
    let name = topic.as_str();
    let altered = match flaw {
        Flaw::ByteOrderMarkStripped => name.strip_prefix('\u{FEFF}').map(str::to_owned),
        Flaw::ControlCharactersStripped => {
            Some(name.replace(|letter: char| letter.is_control(), ""))
        }
        Flaw::TopicLacksLastLevel => name.rsplit_once('/').map(|(head, _)| head.to_owned()),
        _ => None,
    };
    match altered {
        Some(altered) if altered != name => TopicName::new(altered).unwrap_or(topic),
        _ => topic,
    }
}

fn alter_properties(flaw: Flaw, publish: &Publish) -> Properties<Publish> {
    use Property as P;
    let properties = &publish.properties;
    match flaw {
        Flaw::PayloadFormatAltered => replaced(properties, |it| match it {
            P::PayloadFormatIndicator(value) => P::PayloadFormatIndicator(1 - value.min(1)),
            it => it,
        }),
        Flaw::ContentTypeAltered => replaced(properties, |it| match it {
            P::ContentType(_) => P::ContentType("application/octet-stream"),
            it => it,
        }),
        Flaw::ResponseTopicAltered => replaced(properties, |it| match it {
            P::ResponseTopic(topic) => P::ResponseTopic(topic.rsplit('/').next().unwrap_or(topic)),
            it => it,
        }),
        Flaw::CorrelationDataCutAtNul => replaced(properties, |it| match it {
            P::CorrelationData(data) => {
                P::CorrelationData(data.split(|&byte| byte == 0).next().unwrap_or(data))
            }
            it => it,
        }),
        Flaw::CorrelationDataAltered => replaced(properties, |it| match it {
            P::CorrelationData([first @ .., _]) => P::CorrelationData(first),
            it => it,
        }),
        Flaw::UserPropertyValueAltered => replaced(properties, |it| match it {
            P::UserProperty(name, _) => P::UserProperty(name, "altered"),
            it => it,
        }),
        Flaw::UserPropertyAdded => with(properties, P::UserProperty("broker", "mqttspec")),
        Flaw::PayloadFormatAdded => with(properties, P::PayloadFormatIndicator(0)),
        Flaw::ExpiryAdded => with(properties, P::MessageExpiryInterval(86_400)),
        Flaw::ResponseTopicAdded => with(properties, P::ResponseTopic("mqttspec/response")),
        Flaw::CorrelationDataAdded => with(properties, P::CorrelationData(b"mqttspec")),
        Flaw::ContentTypeAdded => with(properties, P::ContentType("text/plain")),
        Flaw::SubscriptionIdentifierAdded => {
            let has_one = properties.subscription_identifier().is_some();
            if has_one {
                properties.clone()
            } else {
                with(properties, P::SubscriptionIdentifier(1))
            }
        }
        Flaw::SubscriptionIdentifierOther => replaced(properties, |it| match it {
            P::SubscriptionIdentifier(id) => P::SubscriptionIdentifier(id % 0x0FFF_FFFF + 1),
            it => it,
        }),
        Flaw::RetainedWithoutIdentifier if publish.retain => {
            without(properties, |it| matches!(it, P::SubscriptionIdentifier(_)))
        }
        Flaw::RetainedWithoutProperties if publish.retain => {
            without(properties, |it| !matches!(it, P::SubscriptionIdentifier(_) | P::TopicAlias(_)))
        }
        Flaw::PropertiesDroppedWithAlias if properties.topic_alias().is_some() => {
            without(properties, |it| !matches!(it, P::TopicAlias(_)))
        }
        flaw => without(&alter_user_properties(flaw, properties), |it| is_left_out(flaw, it)),
    }
}

fn alter_user_properties(flaw: Flaw, properties: &Properties<Publish>) -> Properties<Publish> {
    match flaw {
        Flaw::UserPropertiesReversed => with_user_properties(properties, |it| it.reverse()),
        Flaw::UserPropertiesSorted => with_user_properties(properties, |it| it.sort_unstable()),
        Flaw::UserPropertiesOnlyFirst => with_user_properties(properties, |it| it.truncate(1)),
        Flaw::UserPropertiesOneOfEachName => with_user_properties(properties, |it| {
            let mut names = Vec::new();
            it.retain(|(name, _)| {
                !names.contains(name) && {
                    names.push(*name);
                    true
                }
            });
        }),
        Flaw::UserPropertiesEqualMerged => with_user_properties(properties, Vec::dedup),
        Flaw::UserPropertiesEmptyDropped => with_user_properties(properties, |it| {
            it.retain(|(name, value)| !name.is_empty() && !value.is_empty());
        }),
        _ => properties.clone(),
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

/// The properties with other User Properties behind all others.
fn with_user_properties<'a>(
    properties: &'a Properties<Publish>,
    alter: impl FnOnce(&mut Vec<(&'a str, &'a str)>),
) -> Properties<Publish> {
    let mut pairs: Vec<_> = properties.user_properties().collect();
    alter(&mut pairs);
    let others = properties.iter().filter(|it| !matches!(it, Property::UserProperty(..)));
    rebuilt(
        others.chain(pairs.into_iter().map(|(name, value)| Property::UserProperty(name, value))),
    )
}
