//! From a message to the sessions that get it: retained messages, matching, overlapping and shared
//! subscriptions (sections 3.3.1.3, 3.3.4, 4.5, 4.7; 5.0 also 4.8.2).

use std::collections::BTreeMap;
use std::sync::Arc;

use mqttspec_codec::QoS;

use super::message::{Delivery, Message};
use super::rules::RetainedEffect;
use super::session::ClientId;
use super::subscriptions::{Filter, Place, Subscription};
use super::{Broker, rules};
use crate::defect::Flaw;

/// What all plain subscriptions of one session that match make of a message: a single copy.
#[derive(Debug, Default)]
struct Merged {
    qos: Option<QoS>,
    retain_as_published: bool,
    identifiers: Vec<u32>,
}

impl Broker {
    /// Publishes a message. Returns whether any subscription matches it.
    pub(super) fn route(&mut self, message: Message) -> bool {
        let message = Arc::new(message);
        self.retain(&message);
        let places = self.subscriptions.matching(&message.topic);
        let merged = self.merge(&message, &places);
        let shared = self.choose_members(&message, &places);
        let is_matched = !merged.is_empty() || shared.is_some();
        for (client, merged) in merged {
            let delivery = Delivery {
                qos: self.delivery_qos(message.qos, merged.qos.unwrap_or(QoS::AtMostOnce)),
                retain: rules::retain_flag(message.retain, merged.retain_as_published),
                subscription_identifiers: merged.identifiers,
                share: None,
                message: message.clone(),
            };
            self.deliver(&client, delivery);
        }
        for (client, delivery) in shared.into_iter().flatten() {
            self.deliver(&client, delivery);
        }
        is_matched
    }

    /// Gives a message that a session leaves behind to another member of the shared subscription
    /// that it came through. If nobody is left, it goes with the last member.
    pub(super) fn pass_on_share(&mut self, delivery: Delivery) {
        let Some(filter) = delivery.share else { return };
        let Some(place) = self.subscriptions.find(&filter.pattern) else { return };
        let chosen = self.choose_member(&delivery.message, place, &filter);
        if let Some((client, delivery)) = chosen {
            self.deliver(&client, delivery);
        }
    }

    fn delivery_qos(&self, published: QoS, granted: QoS) -> QoS {
        match self.config.has(Flaw::AboveGrantedQos) {
            true => published,
            false => rules::delivery_qos(published, granted),
        }
    }

    fn retain(&mut self, message: &Arc<Message>) {
        if !self.config.retain_available {
            return;
        }
        match rules::retained_effect(message.retain, message.payload.is_empty()) {
            RetainedEffect::Leave if self.config.has(Flaw::UnflaggedRetained) => {
                self.retained.store(message);
            }
            RetainedEffect::Replace if self.config.has(Flaw::RetainedNotStored) => {}
            RetainedEffect::Clear if self.config.has(Flaw::RetainedNotCleared) => {}
            RetainedEffect::Clear if self.config.has(Flaw::EmptyRetainedStored) => {
                self.retained.store(message);
            }
            RetainedEffect::Leave => {}
            RetainedEffect::Replace => self.retained.store(message),
            RetainedEffect::Clear => self.retained.clear(&message.topic),
        }
    }

    /// One copy for each session, at the highest QoS and with the identifiers of all its matching
    /// subscriptions (MQTT-3.3.4-2, MQTT-3.3.4-4; 3.1.1: MQTT-3.3.5-1).
    fn merge(&self, message: &Message, places: &[Place]) -> BTreeMap<ClientId, Merged> {
        let mut sessions: BTreeMap<ClientId, Merged> = BTreeMap::new();
        for &place in places {
            for (client, subscription) in self.subscriptions.subscribers(place) {
                let is_publisher = message.publisher.as_ref() == Some(client);
                let is_own = is_publisher && !self.config.has(Flaw::NoLocalIgnored);
                if rules::forwards(subscription, is_own) {
                    let merged = sessions.entry(client.clone()).or_default();
                    merged.qos = match merged.qos {
                        Some(qos) if self.config.has(Flaw::OverlapLowestQos) => {
                            Some(qos.min(subscription.qos))
                        }
                        qos => qos.max(Some(subscription.qos)),
                    };
                    merged.retain_as_published |=
                        subscription.retain_as_published || self.config.has(Flaw::RetainFlagKept);
                    merged.identifiers.extend(subscription.identifier);
                }
            }
        }
        sessions
    }

    /// One member for each matching shared subscription. `None` if there is no such subscription.
    fn choose_members(
        &mut self,
        message: &Arc<Message>,
        places: &[Place],
    ) -> Option<Vec<(ClientId, Delivery)>> {
        let filters: Vec<_> = places
            .iter()
            .flat_map(|&place| {
                let pattern = self.subscriptions.pattern(place);
                self.subscriptions.share_names(place).map(move |share| {
                    (place, Filter { share: Some(share.clone()), pattern: pattern.clone() })
                })
            })
            .collect();
        if filters.is_empty() {
            return None;
        }
        let chosen = filters
            .iter()
            .filter_map(|(place, filter)| self.choose_member(message, *place, filter));
        Some(chosen.collect())
    }

    /// The member whose turn it is: of those that are connected, or else of those for whom the
    /// message can be kept.
    fn choose_member(
        &mut self,
        message: &Arc<Message>,
        place: Place,
        filter: &Filter,
    ) -> Option<(ClientId, Delivery)> {
        let share = self.subscriptions.share_mut(place, filter.share.as_ref()?)?;
        let sessions = &self.sessions;
        let is_connected = |client: &ClientId| {
            sessions.get(client).is_some_and(|session| session.connection.is_some())
        };
        let qos = |subscription: &Subscription| rules::delivery_qos(message.qos, subscription.qos);
        let (client, subscription) = share
            .choose(|client, _| is_connected(client))
            .or_else(|| share.choose(|_, subscription| rules::queues_offline(qos(subscription))))?;
        let delivery = Delivery {
            qos: qos(&subscription),
            retain: rules::retain_flag(message.retain, subscription.retain_as_published),
            subscription_identifiers: subscription.identifier.into_iter().collect(),
            share: Some(filter.clone()),
            message: message.clone(),
        };
        Some((client, delivery))
    }
}
