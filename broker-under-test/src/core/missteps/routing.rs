//! Missteps on the way from a message to the sessions that get it: who is left out, how many copies
//! there are, and at which QoS.

use std::collections::BTreeMap;

use mqttspec_codec::QoS;
use mqttspec_codec::topic;

use crate::core::message::{Delivery, Message};
use crate::core::routing::Merged;
use crate::core::session::ClientId;
use crate::core::subscriptions::{Filter, Place};
use crate::core::{Broker, rules};
use crate::defect::Flaw;

impl Broker {
    /// Whether a message is not passed on to anybody.
    pub(in crate::core) fn is_dropped(&self, message: &Message) -> bool {
        let is_empty = message.payload.is_empty();
        match self.config.flaw() {
            Some(Flaw::EmptyRetainedNotForwarded) => is_empty && message.retain,
            Some(Flaw::RetainedNotForwarded) => !is_empty && message.retain,
            Some(Flaw::EmptyPayloadDropped) => is_empty && !message.retain,
            _ => false,
        }
    }

    /// Whether a client does not get a message that its plain subscriptions match.
    pub(in crate::core) fn misses(
        &mut self,
        client: &ClientId,
        message: &Message,
        places: &[Place],
    ) -> bool {
        match self.config.flaw() {
            Some(Flaw::ReplacedWithGap) => self.remembered.gaps.remove(client),
            Some(Flaw::OwnMessagesHeldBack) => message.publisher.as_ref() == Some(client),
            Some(Flaw::NoLocalHoldsForAllFilters) => {
                let of_client = |place: &Place| self.subscriptions.at(*place, client);
                message.publisher.as_ref() == Some(client)
                    && places.iter().filter_map(of_client).any(|it| it.no_local)
            }
            _ => false,
        }
    }

    /// How many copies a client gets for all its subscriptions that match.
    pub(in crate::core) fn copies(
        &self,
        client: &ClientId,
        message: &Message,
        places: &[Place],
    ) -> usize {
        match self.config.flaw() {
            Some(Flaw::OverlapCopiesAlike) => places
                .iter()
                .filter(|place| self.subscriptions.at(**place, client).is_some())
                .count(),
            Some(Flaw::MessagesTwice) => 2,
            Some(Flaw::ReplacedTwice) => {
                let again = self.remembered.made_again.iter();
                let fits = |filter: &Filter| topic::matches(&filter.pattern, &message.topic);
                1 + again.filter(|(of, filter)| of == client && fits(filter)).count()
            }
            _ => 1,
        }
    }

    /// The Subscription Identifiers that a copy has, in place of those that matched.
    pub(in crate::core) fn misidentify(
        &self,
        client: &ClientId,
        mut identifiers: Vec<u32>,
        places: &[Place],
    ) -> Vec<u32> {
        match self.config.flaw() {
            Some(Flaw::OverlapOneIdentifier) => identifiers.truncate(1),
            Some(Flaw::SameIdentifierOnce) => {
                identifiers.sort_unstable();
                identifiers.dedup();
            }
            Some(Flaw::IdentifiersOfOthers) => {
                let all = places.iter().flat_map(|&place| self.subscriptions.subscribers(place));
                let others = all.filter(|(other, _)| *other != client);
                identifiers.extend(others.filter_map(|(_, subscription)| subscription.identifier));
            }
            Some(Flaw::IdentifiersOfAllFilters) => {
                let session = self.sessions.get(client);
                let filters = session.into_iter().flat_map(|session| &session.filters);
                let all = filters.filter_map(|filter| self.subscriptions.get(filter, client));
                identifiers = all.filter_map(|subscription| subscription.identifier).collect();
            }
            _ => {}
        }
        identifiers
    }

    /// What plain subscriptions and shared ones get of one message.
    pub(in crate::core) fn mix_up(
        &self,
        plain: &mut BTreeMap<ClientId, Merged>,
        shared: &mut Option<Vec<(ClientId, Delivery)>>,
    ) {
        match (self.config.flaw(), shared.as_mut()) {
            (Some(Flaw::OneSubscriberOnly), _) => {
                let first = plain.keys().next().cloned();
                plain.retain(|client, _| Some(client) == first.as_ref());
            }
            (Some(Flaw::SharedSilencesPlain), Some(_)) => plain.clear(),
            (Some(Flaw::PlainSilencesShared), Some(shared)) if !plain.is_empty() => shared.clear(),
            (Some(Flaw::SharedSilencesOwnPlain), Some(shared)) => {
                plain.retain(|client, _| shared.iter().all(|(member, _)| member != client));
            }
            _ => {}
        }
    }

    /// Whether the payload alone is too large for a client.
    fn is_oversized(&self, client: &ClientId, message: &Message) -> bool {
        let id = self.sessions.get(client).and_then(|session| session.connection);
        let connection = id.and_then(|id| self.connections.get(&id));
        connection.is_some_and(|it| it.terms.packet_size_max < message.payload.len())
    }

    /// What becomes of a message that is on its way to several sessions.
    pub(in crate::core) fn mislead(
        &self,
        message: &Message,
        plain: &mut BTreeMap<ClientId, Merged>,
        shared: &mut Option<Vec<(ClientId, Delivery)>>,
    ) {
        match self.config.flaw() {
            Some(Flaw::FanOutCut) => {
                if let Some(end) = plain.keys().nth(100).cloned() {
                    plain.split_off(&end);
                }
            }
            Some(Flaw::OversizedSpoilsFanOut)
                if plain.keys().any(|client| self.is_oversized(client, message)) =>
            {
                plain.clear();
                *shared = None;
            }
            Some(Flaw::LowestGrantForAll) => {
                let lowest = plain.values().filter_map(|merged| merged.qos).min();
                for merged in plain.values_mut() {
                    merged.qos = lowest.or(merged.qos);
                }
            }
            _ => {}
        }
    }

    /// The QoS of a delivery.
    pub(in crate::core) fn delivery_qos(&self, published: QoS, granted: QoS) -> QoS {
        let sound = rules::delivery_qos(published, granted);
        match self.config.flaw() {
            Some(Flaw::AboveGrantedQos) => published,
            Some(Flaw::GrantedQosKept) => granted,
            Some(Flaw::Qos1AtLeast) => published.max(QoS::AtLeastOnce),
            _ => sound,
        }
    }

    /// The QoS of overlapping subscriptions, of which a further one has `qos`.
    pub(in crate::core) fn overlapping_qos(&self, others: Option<QoS>, qos: QoS) -> QoS {
        match (others, self.config.flaw()) {
            (Some(others), Some(Flaw::OverlapLowestQos)) => others.min(qos),
            (Some(others), Some(Flaw::OverlapFirstQos)) => others,
            (others, _) => others.map_or(qos, |others| others.max(qos)),
        }
    }
}
