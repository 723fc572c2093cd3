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
use crate::defect::topics::{self, Lookup};

/// What all plain subscriptions of one session that match make of a message: a single copy.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) qos: Option<QoS>,
    retain_as_published: bool,
    identifiers: Vec<u32>,
}

impl Broker {
    /// Publishes a message. Returns whether any subscription matches it.
    pub(super) fn route(&mut self, message: Message) -> bool {
        let message = Arc::new(message);
        self.retain(&message);
        if self.is_dropped(&message) {
            return true;
        }
        let places = match topics::matcher(self.config.flaw(), Lookup::Subscribers) {
            None => self.subscriptions.matching(&message.topic),
            Some(fits) => self.subscriptions.fitting(|pattern| fits(pattern, &message.topic)),
        };
        let mut merged = self.merge(&message, &places);
        merged.retain(|client, _| !self.misses(client, &message, &places));
        let mut shared = self.choose_members(&message, &places);
        self.mix_up(&mut merged, &mut shared);
        let is_matched = !merged.is_empty() || shared.is_some();
        self.mislead(&message, &mut merged, &mut shared);
        for (client, merged) in merged {
            let granted = merged.qos.unwrap_or(QoS::AtMostOnce);
            let delivery = Delivery {
                qos: self.delivery_qos(message.qos, granted),
                retain: rules::retain_flag(message.retain, merged.retain_as_published)
                    && !self.config.has(Flaw::RetainAsPublishedIgnored),
                subscription_identifiers: self.misidentify(&client, merged.identifiers, &places),
                share: None,
                message: message.clone(),
            };
            for _ in 0..self.copies(&client, &message, &places) {
                self.deliver(&client, delivery.clone());
            }
        }
        for (client, delivery) in shared.into_iter().flatten() {
            self.deliver(&client, delivery);
        }
        is_matched
    }

    /// Gives a message that a session leaves behind to another member of the shared subscription
    /// that it came through. If nobody is left, it goes with the last member.
    pub(super) fn pass_on_share(&mut self, delivery: &Delivery) {
        let Some(filter) = &delivery.share else { return };
        let place = self.subscriptions.find(&filter.pattern);
        let chosen = place.and_then(|place| self.choose_member(&delivery.message, place, filter));
        match chosen {
            Some((client, delivery)) => self.deliver(&client, delivery),
            None => self.keep_orphan(delivery),
        }
    }

    /// Does to the retained message of a topic what a message on that topic asks for.
    pub(super) fn retain(&mut self, message: &Arc<Message>) {
        if !self.config.retain_available {
            return;
        }
        let effect = rules::retained_effect(message.retain, message.payload.is_empty());
        if self.misretains(message, effect) {
            return;
        }
        match effect {
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
                let is_own = is_publisher && !self.config.has(Flaw::NoLocalIgnored)
                    || self.config.has(Flaw::NoLocalHoldsBackAll);
                if rules::forwards(subscription, is_own) {
                    let merged = sessions.entry(client.clone()).or_default();
                    merged.qos = Some(self.overlapping_qos(merged.qos, subscription.qos));
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
        let mut filters: Vec<_> = places
            .iter()
            .flat_map(|&place| {
                let pattern = self.subscriptions.pattern(place);
                self.subscriptions.share_names(place).map(move |share| {
                    (place, Filter { share: Some(share.clone()), pattern: pattern.clone() })
                })
            })
            .collect();
        self.confuse_groups(&mut filters);
        if filters.is_empty() {
            return None;
        }
        let mut chosen = Vec::new();
        for (place, filter) in &filters {
            if let Some(member) = self.choose_member(message, *place, filter) {
                chosen.extend(self.misshare(*place, filter, member));
            }
        }
        Some(chosen)
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
        let (sessions, config) = (&self.sessions, &self.config);
        let is_connected = |client: &ClientId| match sessions.get(client) {
            Some(session) => session.connection.is_some(),
            None => config.has(Flaw::SharedGoneMemberServed),
        };
        let is_barred = |client: &ClientId| {
            message.publisher.as_ref() == Some(client) && config.has(Flaw::SharedNotToPublisher)
        };
        let qos = |subscription: &Subscription| rules::delivery_qos(message.qos, subscription.qos);
        let (client, subscription) =
            share.choose(|client, _| is_connected(client) && !is_barred(client)).or_else(|| {
                share.choose(|client, subscription| {
                    rules::queues_offline(qos(subscription))
                        && !is_barred(client)
                        && !config.has(Flaw::SharedNotKept)
                })
            })?;
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
