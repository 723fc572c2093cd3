//! Missteps with retained messages: which are kept, which are sent, and how.

use std::sync::Arc;

use mqttspec_codec::QoS;
use mqttspec_codec::packet::RetainHandling;
use mqttspec_codec::topic;

use crate::core::message::{Delivery, Message};
use crate::core::rules::RetainedEffect;
use crate::core::session::ClientId;
use crate::core::subscriptions::{Filter, Subscription};
use crate::core::{Broker, rules};
use crate::defect::Flaw;

impl Broker {
    /// Whether a subscription that was made gets retained messages.
    pub(in crate::core) fn is_retained_due(
        &self,
        client: &ClientId,
        filter: &Filter,
        handling: RetainHandling,
        existed: bool,
    ) -> bool {
        let shared = filter.share.is_some();
        let sound = rules::sends_retained(handling, existed, shared);
        match self.config.flaw() {
            Some(Flaw::RetainedNotSentAgain) => sound && !existed,
            Some(Flaw::RetainedNotSentWhereCovered) => {
                let session = self.sessions.get(client);
                let others = session.into_iter().flat_map(|session| &session.filters);
                let mut others = others.filter(|other| *other != filter);
                sound && !others.any(|other| topic::matches(&other.pattern, &filter.pattern))
            }
            Some(Flaw::RetainHandlingIgnored) => !shared,
            Some(Flaw::RetainHandling1IsAlways) => match handling {
                RetainHandling::SendIfNew => !shared,
                _ => sound,
            },
            Some(Flaw::RetainHandling1IsNever) => sound && handling != RetainHandling::SendIfNew,
            Some(Flaw::RetainHandling2IsNew) => match handling {
                RetainHandling::DoNotSend => !existed && !shared,
                _ => sound,
            },
            Some(Flaw::RetainedToSharedAlways) => shared || sound,
            Some(Flaw::RetainedToShared) => rules::sends_retained(handling, existed, false),
            _ => sound,
        }
    }

    /// What is made of the retained messages that a subscription is to get.
    pub(in crate::core) fn mistake_retained(
        &self,
        client: &ClientId,
        subscription: &Subscription,
        mut retained: Vec<Delivery>,
    ) -> Vec<Delivery> {
        match self.config.flaw() {
            Some(Flaw::RetainedClearedForGood) => {
                retained.retain(|it| !it.message.payload.is_empty());
            }
            Some(Flaw::RetainedOnlyFirstMatch) => retained.truncate(1),
            Some(Flaw::RetainedSentTwice) => retained.extend(retained.clone()),
            Some(Flaw::RetainedOnlyAtQos0) => {
                retained.retain(|it| it.message.qos == QoS::AtMostOnce);
            }
            _ => {}
        }
        for delivery in &mut retained {
            match self.config.flaw() {
                Some(Flaw::StoredFlagMissing) => delivery.retain = false,
                Some(Flaw::StoredFlagAsPublished) => {
                    delivery.retain = subscription.retain_as_published;
                }
                Some(Flaw::RetainedWithAllIdentifiers) => {
                    let places = self.subscriptions.matching(&delivery.message.topic);
                    let all =
                        places.iter().filter_map(|place| self.subscriptions.at(*place, client));
                    delivery.subscription_identifiers =
                        all.filter_map(|it| it.identifier).collect();
                }
                Some(Flaw::RetainedAtQos0) => delivery.qos = QoS::AtMostOnce,
                Some(Flaw::RetainedAboveGranted) => delivery.qos = delivery.message.qos,
                Some(Flaw::ExpiredRetainedSent) if delivery.message.is_expired(self.now) => {
                    delivery.message = Arc::new(delivery.message.as_new(self.now));
                }
                _ => {}
            }
        }
        retained
    }

    /// Whether something else is done with a message than its effect on what is retained.
    pub(in crate::core) fn misretains(
        &mut self,
        message: &Arc<Message>,
        effect: RetainedEffect,
    ) -> bool {
        let is_qos_0 = message.qos == QoS::AtMostOnce;
        let before = self.retained.get(&message.topic);
        match (self.config.flaw(), effect) {
            (Some(Flaw::RetainedNotReplaced), RetainedEffect::Replace) => before.is_some(),
            (Some(Flaw::RetainedQos0Ignored), RetainedEffect::Replace) => is_qos_0,
            (Some(Flaw::RetainedNotClearedAtQos0), RetainedEffect::Clear) => is_qos_0,
            (Some(Flaw::RetainedQos2Lost), RetainedEffect::Replace)
            | (Some(Flaw::RetainedNotClearedAtQos2), RetainedEffect::Clear) => {
                message.qos == QoS::ExactlyOnce
            }
            (Some(Flaw::RetainedQos0Dropped), RetainedEffect::Replace) if is_qos_0 => {
                self.retained.clear(&message.topic);
                true
            }
            // The empty message stays as a mark, and is never sent.
            (Some(Flaw::RetainedClearedForGood), RetainedEffect::Clear) => {
                self.retained.store(message);
                true
            }
            (Some(Flaw::RetainedClearedForGood), RetainedEffect::Replace) => {
                before.is_some_and(|before| before.payload.is_empty())
            }
            (Some(Flaw::UnflaggedClears), RetainedEffect::Leave) => {
                self.retained.clear(&message.topic);
                true
            }
            (Some(Flaw::EmptyUnflaggedClears), RetainedEffect::Leave)
                if message.payload.is_empty() =>
            {
                self.retained.clear(&message.topic);
                true
            }
            (Some(Flaw::UnflaggedRetained), RetainedEffect::Leave)
            | (Some(Flaw::EmptyRetainedStored), RetainedEffect::Clear) => {
                self.retained.store(message);
                true
            }
            (Some(Flaw::RetainedNotStored), RetainedEffect::Replace)
            | (Some(Flaw::RetainedNotCleared), RetainedEffect::Clear) => true,
            _ => false,
        }
    }
}
