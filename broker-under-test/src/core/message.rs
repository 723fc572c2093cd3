//! Application Messages inside the broker: what a publisher sent, without what belonged to its
//! connection only, and how long it may still be delivered (5.0, section 3.3.2.3.3).

use std::sync::Arc;

use bytes::Bytes;
use mqttspec_codec::packet::{Publish, Will};
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{Properties, PropertiesBuilder, Property, QoS};

use super::session::ClientId;
use super::time::Timestamp;

/// A message on its way from one publisher to any number of subscribers.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) topic: TopicName,
    pub(super) payload: Bytes,
    pub(super) qos: QoS,
    /// RETAIN as the publisher set it.
    pub(super) retain: bool,
    /// DUP as the publisher set it, which is nobody else's business.
    pub(super) dup: bool,
    pub(super) is_will: bool,
    /// `None`: the broker itself.
    pub(super) publisher: Option<ClientId>,
    /// What is passed on unchanged; lifetime, alias and identifiers are not in here.
    properties: Properties<Publish>,
    lifetime: Option<Lifetime>,
}

#[derive(Clone, Copy, Debug)]
struct Lifetime {
    received: Timestamp,
    interval_s: u32,
}

impl Message {
    /// The message in a PUBLISH. `topic` is what the packet means by Topic Name and Topic Alias.
    pub(super) fn from_publish(
        publish: Publish,
        topic: TopicName,
        publisher: &ClientId,
        now: Timestamp,
    ) -> Self {
        Self {
            topic,
            qos: publish.qos(),
            retain: publish.retain,
            dup: publish.dup(),
            is_will: false,
            publisher: Some(publisher.clone()),
            lifetime: Lifetime::new(publish.properties.message_expiry_interval(), now),
            properties: passed_on(publish.properties.iter()),
            payload: publish.payload,
        }
    }

    /// The Will Message of a client. Its lifetime starts when it is published, which is `now`.
    pub(super) fn from_will(will: Will, publisher: &ClientId, now: Timestamp) -> Self {
        Self {
            qos: will.qos,
            retain: will.retain,
            dup: false,
            is_will: true,
            publisher: Some(publisher.clone()),
            lifetime: Lifetime::new(will.properties.message_expiry_interval(), now),
            properties: passed_on(will.properties.iter()),
            topic: will.topic,
            payload: will.payload,
        }
    }

    /// A retained message of the broker itself.
    pub(super) fn from_broker(topic: TopicName, payload: Bytes) -> Self {
        Self {
            topic,
            payload,
            qos: QoS::AtMostOnce,
            retain: true,
            dup: false,
            is_will: false,
            publisher: None,
            properties: Properties::default(),
            lifetime: None,
        }
    }

    /// Passes on the publisher's Topic Alias, which a sound broker never does.
    pub(super) fn keep_alias(&mut self, alias: u16) {
        let alias = Property::TopicAlias(alias);
        self.properties = build([alias].into_iter().chain(self.properties.iter()));
    }

    /// The message as if it came now.
    pub(super) fn as_new(&self, now: Timestamp) -> Self {
        Self {
            topic: self.topic.clone(),
            payload: self.payload.clone(),
            publisher: self.publisher.clone(),
            properties: self.properties.clone(),
            lifetime: self.lifetime.map(|lifetime| Lifetime { received: now, ..lifetime }),
            ..*self
        }
    }

    /// Whether the Message Expiry Interval has passed. A message that waited for no time at all has
    /// not expired, even if its interval is zero.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.lifetime.is_some_and(|lifetime| {
            let waited_ms = now.millis_since(lifetime.received);
            waited_ms > 0 && waited_ms >= u64::from(lifetime.interval_s) * 1000
        })
    }

    /// The Message Expiry Interval less the whole seconds that the message has waited here.
    pub(super) fn remaining_s(&self, now: Timestamp) -> Option<u32> {
        let Lifetime { received, interval_s } = self.lifetime?;
        let waited_s = u32::try_from(now.millis_since(received) / 1000).unwrap_or(u32::MAX);
        Some(interval_s.saturating_sub(waited_s))
    }

    /// The properties of a PUBLISH that is sent now.
    pub(super) fn properties(
        &self,
        now: Timestamp,
        subscription_identifiers: &[u32],
        topic_alias: Option<u16>,
    ) -> Properties<Publish> {
        let expiry = self.remaining_s(now).map(Property::MessageExpiryInterval);
        let alias = topic_alias.map(Property::TopicAlias);
        let identifiers =
            subscription_identifiers.iter().copied().map(Property::SubscriptionIdentifier);
        if expiry.is_none() && alias.is_none() && identifiers.len() == 0 {
            return self.properties.clone();
        }
        build(expiry.into_iter().chain(alias).chain(identifiers).chain(self.properties.iter()))
    }
}

impl Lifetime {
    fn new(interval_s: Option<u32>, received: Timestamp) -> Option<Self> {
        interval_s.map(|interval_s| Self { received, interval_s })
    }
}

/// The properties that a server sends on unaltered (section 3.3.2.3).
fn passed_on<'a>(properties: impl Iterator<Item = Property<'a>>) -> Properties<Publish> {
    build(properties.filter(|property| {
        matches!(
            property,
            Property::PayloadFormatIndicator(_)
                | Property::ContentType(_)
                | Property::ResponseTopic(_)
                | Property::CorrelationData(_)
                | Property::UserProperty(..)
        )
    }))
}

fn build<'a>(properties: impl Iterator<Item = Property<'a>>) -> Properties<Publish> {
    let mut builder = PropertiesBuilder::new();
    for property in properties {
        builder.push(property).expect("all come out of valid packets and belong in a PUBLISH");
    }
    builder.build()
}

/// A message on its way to one session, with what the session's subscriptions make of it.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) message: Arc<Message>,
    pub(super) qos: QoS,
    pub(super) retain: bool,
    /// One for each matching subscription that has one, the same number perhaps several times.
    pub(super) subscription_identifiers: Vec<u32>,
    /// The shared subscription that chose this session.
    pub(super) share: Option<super::subscriptions::Filter>,
}
