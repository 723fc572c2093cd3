//! SUBSCRIBE and UNSUBSCRIBE (sections 3.8 to 3.11; 5.0 also 4.8.2).

use std::sync::Arc;

use mqttspec_codec::packet::{Suback, Subscribe, SubscriptionOptions, Unsuback, Unsubscribe};
use mqttspec_codec::topic::TopicFilter;
use mqttspec_codec::{Properties, PropertyOwner, QoS, ReasonCode, Version};

use super::event::ConnectionId;
use super::message::{Delivery, Message};
use super::session::ClientId;
use super::subscriptions::{Filter, Subscription};
use super::time::Timestamp;
use super::{Broker, rules};
use crate::defect::Flaw;
use crate::defect::topics::{self, Lookup};

/// Why a SUBSCRIBE costs the client its connection.
type Refusal = (ReasonCode, &'static str);

impl Broker {
    /// A SUBSCRIBE has come.
    pub(super) fn subscribe(&mut self, id: ConnectionId, subscribe: &Subscribe) {
        let version = self.version(id);
        let requests: Vec<_> = subscribe
            .filters
            .topic_filters()
            .map(|(filter, options)| (self.misread_filter(key(&filter)), options))
            .collect();
        let identifier = subscribe.properties.subscription_identifiers().next();
        for (filter, options) in &requests {
            if let Err((reason, why)) = self.check_filter(version, filter, *options, identifier) {
                return self.refuse(id, reason, why);
            }
        }
        let Some(link) = self.link(id) else { return };
        let client = link.client.clone();
        let is_in_use =
            version == Version::V5_0 && self.is_unreleased(&client, subscribe.packet_id);
        self.release_by_subscribe(&client, subscribe.packet_id);
        let mut retained = Vec::new();
        let codes: Vec<_> = requests
            .iter()
            .enumerate()
            .map(|(index, (filter, options))| {
                if let Some(code) = self.overlooks(&client, version, &requests, index) {
                    return code;
                }
                let identifier = identifier
                    .filter(|_| index == 0 || !self.config.has(Flaw::IdentifierOnFirstFilterOnly));
                if let Some(reason) = self.refuses_filter(version, filter, *options, is_in_use) {
                    return in_suback(version, reason);
                }
                self.add_subscription(&client, filter, *options, identifier, &mut retained)
            })
            .collect();
        if self.misanswers_filters(id, &codes) {
            return;
        }
        for codes in self.answers(codes, &requests) {
            let properties = self.explain_codes(version, &codes);
            let codes = codes.into_iter().collect();
            self.send(id, Suback { packet_id: subscribe.packet_id, properties, codes });
        }
        for delivery in retained {
            self.deliver(&client, delivery);
        }
    }

    /// An UNSUBSCRIBE has come.
    pub(super) fn unsubscribe(&mut self, id: ConnectionId, unsubscribe: &Unsubscribe) {
        let version = self.version(id);
        let Some(link) = self.link(id) else { return };
        let client = link.client.clone();
        let packet_id = unsubscribe.packet_id;
        let is_in_use = version == Version::V5_0 && self.is_unreleased(&client, packet_id);
        let filters: Vec<_> = unsubscribe
            .filters
            .topic_filters()
            .map(|filter| self.misread_filter(key(&filter)))
            .collect();
        let codes: Vec<_> = filters
            .iter()
            .map(|filter| match is_in_use {
                true => ReasonCode::PacketIdentifierInUse,
                false if *filter != filters[0] && self.config.has(Flaw::UnsubscribeOnlyFirst) => {
                    ReasonCode::Success
                }
                false => self.remove_subscription(&client, filter),
            })
            .collect();
        if self.config.has(Flaw::UnsubackOnlyIfRemoved) && !codes.contains(&ReasonCode::Success) {
            return;
        }
        for codes in self.unsubscribe_answers(codes) {
            // In 3.1.1, UNSUBACK has no codes.
            let (properties, codes) = match version {
                Version::V3_1_1 => (Properties::default(), [].into_iter().collect()),
                Version::V5_0 => (self.explain_codes(version, &codes), codes.into_iter().collect()),
            };
            self.send(id, Unsuback { packet_id, properties, codes });
        }
    }

    /// What no filter may be after what CONNACK said, and No Local on a shared subscription.
    fn check_filter(
        &self,
        version: Version,
        filter: &Filter,
        options: SubscriptionOptions,
        identifier: Option<u32>,
    ) -> Result<(), Refusal> {
        if filter.share.is_some() && options.no_local {
            return Err((ReasonCode::ProtocolError, "No Local on a shared subscription"));
        }
        if topics::is_malformed(self.config.flaw(), &filter.pattern) {
            return Err((ReasonCode::MalformedPacket, "this filter is not understood"));
        }
        if version == Version::V3_1_1 {
            return Ok(());
        }
        if filter.has_wildcard()
            && !self.config.wildcard_subscription_available
            && !self.config.has(Flaw::WildcardsTakenThoughOff)
        {
            let why = "CONNACK said that wildcards are not available";
            return Err((ReasonCode::WildcardSubscriptionsNotSupported, why));
        }
        if filter.share.is_some()
            && !self.config.shared_subscription_available
            && !self.config.has(Flaw::SharedTakenThoughOff)
        {
            let why = "CONNACK said that shared subscriptions are not available";
            return Err((ReasonCode::SharedSubscriptionsNotSupported, why));
        }
        if identifier.is_some()
            && !self.config.subscription_identifier_available
            && !self.config.has(Flaw::IdentifiersTakenThoughOff)
        {
            let why = "CONNACK said that Subscription Identifiers are not available";
            return Err((ReasonCode::SubscriptionIdentifiersNotSupported, why));
        }
        Ok(())
    }

    /// Why a filter gets an error code of its own, without harm to the others.
    fn refuses_filter(
        &self,
        version: Version,
        filter: &Filter,
        options: SubscriptionOptions,
        is_in_use: bool,
    ) -> Option<ReasonCode> {
        if is_in_use {
            return Some(ReasonCode::PacketIdentifierInUse);
        }
        if self.is_denied(&filter.pattern) {
            return Some(ReasonCode::NotAuthorized);
        }
        let has_wildcard = filter.has_wildcard();
        let is_unavailable = has_wildcard && !self.config.wildcard_subscription_available;
        if is_unavailable && version == Version::V3_1_1 {
            return Some(ReasonCode::WildcardSubscriptionsNotSupported);
        }
        let is_above = options.qos > self.config.maximum_qos;
        let is_refused = is_above && self.config.has(Flaw::MaximumQosRefusesFilters)
            || options.qos == QoS::ExactlyOnce && self.config.has(Flaw::Qos2FiltersRefused);
        is_refused.then_some(ReasonCode::UnspecifiedError)
    }

    /// Makes or replaces a subscription, and collects the retained messages that it is to get.
    fn add_subscription(
        &mut self,
        client: &ClientId,
        filter: &Filter,
        options: SubscriptionOptions,
        identifier: Option<u32>,
        retained: &mut Vec<Delivery>,
    ) -> ReasonCode {
        let subscription = Subscription {
            qos: rules::granted_qos(options.qos, self.config.maximum_qos),
            no_local: options.no_local,
            retain_as_published: options.retain_as_published,
            identifier,
        };
        if let Some(session) = self.sessions.get_mut(client) {
            session.filters.insert(filter.clone());
        }
        let kept = self.misplace(client, filter, subscription);
        let existed = self.subscriptions.insert(filter, client, kept);
        self.adopt_orphans(filter, retained);
        if self.is_retained_due(client, filter, options.retain_handling, existed) {
            let messages = self.retained_for(&filter.pattern).into_iter().filter(|message| {
                let is_publisher = message.publisher.as_ref() == Some(client);
                rules::forwards(&subscription, is_publisher)
            });
            let found = messages.map(|message| from_retained(message, &subscription)).collect();
            retained.extend(self.mistake_retained(client, &subscription, found));
        }
        rules::granted_code(subscription.qos)
    }

    /// The retained messages that a filter matches.
    pub(super) fn retained_for(&mut self, pattern: &str) -> Vec<Arc<Message>> {
        let now = match self.config.has(Flaw::ExpiredRetainedSent) {
            true => Timestamp::default(),
            false => self.now,
        };
        match topics::matcher(self.config.flaw(), Lookup::Retained) {
            None => self.retained.matching(pattern, now),
            Some(fits) => self.retained.fitting(|name| fits(pattern, name), now),
        }
    }

    fn remove_subscription(&mut self, client: &ClientId, filter: &Filter) -> ReasonCode {
        if let Some(code) = self.misremove(client, filter) {
            return code;
        }
        self.remove_more(client, filter);
        if let Some(session) = self.sessions.get_mut(client) {
            session.filters.remove(filter);
        }
        match self.subscriptions.remove(filter, client) {
            true => ReasonCode::Success,
            false => ReasonCode::NoSubscriptionExisted,
        }
    }

    /// The explanation of a SUBACK or UNSUBACK, if one of its codes is an error.
    fn explain_codes<K: PropertyOwner>(
        &self,
        version: Version,
        codes: &[ReasonCode],
    ) -> Properties<K> {
        let error = codes.iter().find(|code| code.is_error());
        match (version, error) {
            (Version::V5_0, Some(ReasonCode::PacketIdentifierInUse)) => {
                self.explanation("a QoS 2 message with this identifier waits for PUBREL")
            }
            (Version::V5_0, Some(_)) => self.explanation("a filter is not open to clients"),
            _ => Properties::default(),
        }
    }
}

/// A Topic Filter as the key of a subscription.
fn key(filter: &TopicFilter) -> Filter {
    let share = filter.share().map(|share| share.group.into());
    Filter { share, pattern: filter.filter_part().into() }
}

/// 3.1.1 has one code for every failure.
fn in_suback(version: Version, reason: ReasonCode) -> ReasonCode {
    match version {
        Version::V3_1_1 => ReasonCode::UnspecifiedError,
        Version::V5_0 => reason,
    }
}

/// A retained message that a new subscription is sent: RETAIN is 1 whatever Retain As Published is
/// (section 3.3.1.3).
pub(super) fn from_retained(message: Arc<Message>, subscription: &Subscription) -> Delivery {
    Delivery {
        qos: rules::delivery_qos(message.qos, subscription.qos),
        retain: true,
        subscription_identifiers: subscription.identifier.into_iter().collect(),
        share: None,
        message,
    }
}
