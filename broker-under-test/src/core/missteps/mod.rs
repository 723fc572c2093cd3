//! Steps that only a broker with a defect takes with subscriptions and retained messages. A sound
//! one asks for each of them in one line, and gets an answer that changes nothing.

mod retained;
mod shared;

use std::collections::BTreeSet;

use mqttspec_codec::packet::SubscriptionOptions;
use mqttspec_codec::topic;
use mqttspec_codec::{QoS, ReasonCode, Version};

use crate::core::message::{Delivery, Message};
use crate::core::session::ClientId;
use crate::core::subscribe::from_retained;
use crate::core::subscriptions::{Filter, Place, Subscription};
use crate::core::{Broker, rules};
use crate::defect::{Defect, Flaw};

/// What a broker with a defect keeps in mind, and should not.
#[derive(Debug, Default)]
pub(in crate::core) struct Remembered {
    /// Clients that miss the next message.
    gaps: BTreeSet<ClientId>,
    /// Subscriptions that were made again.
    made_again: BTreeSet<(ClientId, Filter)>,
    /// Subscriptions that were given up.
    given_up: BTreeSet<(ClientId, Filter)>,
    /// What nobody was left for in a shared subscription.
    orphans: Vec<Delivery>,
}

impl Broker {
    fn flaw(&self) -> Option<Flaw> {
        match self.config.defect {
            Some(Defect::Flaw(flaw)) => Some(flaw),
            _ => None,
        }
    }

    /// What a filter is taken for.
    pub(in crate::core) fn misread_filter(&self, mut filter: Filter) -> Filter {
        match (self.flaw(), &filter.share) {
            (Some(Flaw::SharedSlashDropped), Some(_)) => {
                filter.pattern = filter.pattern.strip_prefix('/').unwrap_or(&filter.pattern).into();
            }
            (Some(Flaw::SharedIsOrdinary), Some(name)) => {
                filter.pattern = format!("$share/{name}/{}", filter.pattern).into();
                filter.share = None;
            }
            (Some(Flaw::SharedSlashAdded), Some(_)) => {
                filter.pattern = format!("/{}", filter.pattern).into();
            }
            _ => {}
        }
        filter
    }

    /// The code with which a filter of a SUBSCRIBE is answered, and nothing more done about it.
    pub(in crate::core) fn overlooks(
        &self,
        client: &ClientId,
        version: Version,
        requests: &[(Filter, SubscriptionOptions)],
        index: usize,
    ) -> Option<ReasonCode> {
        let (filter, options) = &requests[index];
        let is_denied = |(filter, _): &(Filter, _)| self.is_denied(&filter.pattern);
        let is_overlooked = match self.flaw()? {
            Flaw::OnlyFirstFilterCounts => index > 0,
            Flaw::FiltersBeyond50Ignored => index >= 50,
            Flaw::OnlyLastFilterCounts => index + 1 < requests.len(),
            Flaw::FilterTwiceFirstHolds => requests[..index].iter().any(|(it, _)| it == filter),
            Flaw::DeniedFilterGranted => is_denied(&requests[index]),
            Flaw::DollarCoveredByHash => {
                let of_session = self.sessions.get(client).map(|session| &session.filters);
                let has_hash = of_session.is_some_and(|it| it.iter().any(|it| &*it.pattern == "#"));
                has_hash && filter.pattern.starts_with('$')
            }
            Flaw::GivenUpForGood => {
                self.remembered.given_up.contains(&(client.clone(), filter.clone()))
            }
            Flaw::OddShareNamesIgnored => filter
                .share
                .as_ref()
                .is_some_and(|name| !name.chars().all(|it| it.is_ascii_alphanumeric())),
            Flaw::DeniedFilterSpoilsAll if requests.iter().any(is_denied) => {
                return Some(match version {
                    Version::V3_1_1 => ReasonCode::UnspecifiedError,
                    Version::V5_0 => ReasonCode::NotAuthorized,
                });
            }
            _ => false,
        };
        let qos = rules::granted_qos(options.qos, self.config.maximum_qos);
        is_overlooked.then(|| rules::granted_code(qos))
    }

    /// The codes of each SUBACK that answers one SUBSCRIBE.
    pub(in crate::core) fn answers(
        &self,
        codes: Vec<ReasonCode>,
        requests: &[(Filter, SubscriptionOptions)],
    ) -> Vec<Vec<ReasonCode>> {
        match self.flaw() {
            Some(Flaw::SubackForEachFilter) => codes.into_iter().map(|code| vec![code]).collect(),
            Some(Flaw::FilterTwiceOneCode) => {
                let is_last = |index: &usize| {
                    requests[index + 1..].iter().all(|(filter, _)| *filter != requests[*index].0)
                };
                vec![(0..codes.len()).filter(is_last).map(|index| codes[index]).collect()]
            }
            Some(Flaw::FiltersBeyond50Ignored) => vec![codes.into_iter().take(50).collect()],
            _ => vec![codes],
        }
    }

    /// The codes of each UNSUBACK that answers one UNSUBSCRIBE.
    pub(in crate::core) fn unsubscribe_answers(
        &self,
        codes: Vec<ReasonCode>,
    ) -> Vec<Vec<ReasonCode>> {
        match self.flaw() {
            Some(Flaw::UnsubackForEachFilter) => codes.into_iter().map(|code| vec![code]).collect(),
            _ => vec![codes],
        }
    }

    /// What is kept of a subscription that was granted.
    pub(in crate::core) fn misplace(
        &mut self,
        client: &ClientId,
        filter: &Filter,
        new: Subscription,
    ) -> Subscription {
        let Some(flaw) = self.flaw() else { return new };
        if flaw == Flaw::GrantedQosNotKept {
            return Subscription { qos: new.qos.min(QoS::AtLeastOnce), ..new };
        }
        if flaw == Flaw::IdentifierCutShort {
            return Subscription {
                identifier: new.identifier.map(|it| (it & 0x3FFF).max(1)),
                ..new
            };
        }
        let Some(old) = self.subscriptions.get(filter, client) else { return new };
        match flaw {
            Flaw::SubscriptionNotReplaced => old,
            Flaw::SubscriptionReplacedOnlyIfHigher if new.qos <= old.qos => old,
            Flaw::SharedOptionsNotReplaced if filter.share.is_some() => old,
            Flaw::ReplacedOptionsKept => Subscription {
                no_local: old.no_local,
                retain_as_published: old.retain_as_published,
                ..new
            },
            Flaw::ReplacedIdentifierKept => Subscription { identifier: old.identifier, ..new },
            Flaw::ReplacedIdentifierNotRemoved => {
                Subscription { identifier: new.identifier.or(old.identifier), ..new }
            }
            Flaw::ReplacedTwice | Flaw::SharedJoinedTwice | Flaw::SharedTwiceInNumber => {
                self.remembered.made_again.insert((client.clone(), filter.clone()));
                new
            }
            Flaw::ReplacedWithGap => {
                self.remembered.gaps.insert(client.clone());
                new
            }
            _ => new,
        }
    }

    /// Whether a message is not passed on to anybody.
    pub(in crate::core) fn is_dropped(&self, message: &Message) -> bool {
        let is_empty = message.payload.is_empty();
        match self.flaw() {
            Some(Flaw::EmptyRetainedNotForwarded) => is_empty && message.retain,
            Some(Flaw::RetainedNotForwarded) => !is_empty && message.retain,
            Some(Flaw::EmptyPayloadDropped) => is_empty && !message.retain,
            _ => false,
        }
    }

    /// The clients that get a message for subscriptions of their own are not all that there are.
    pub(in crate::core) fn misses(
        &mut self,
        client: &ClientId,
        message: &Message,
        places: &[Place],
    ) -> bool {
        match self.flaw() {
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
        match self.flaw() {
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
        match self.flaw() {
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

    /// What goes wrong when a session is resumed.
    pub(in crate::core) fn misresume(&mut self, client: &ClientId) {
        let Some(flaw) = self.flaw() else { return };
        let Some(session) = self.sessions.get(client) else { return };
        for filter in session.filters.clone() {
            let Some(mut subscription) = self.subscriptions.get(&filter, client) else { continue };
            match flaw {
                Flaw::ResumedWithoutNoLocal => subscription.no_local = false,
                Flaw::ResumedWithoutRetainAsPublished => subscription.retain_as_published = false,
                Flaw::ResumedWithoutQos => subscription.qos = QoS::AtMostOnce,
                Flaw::ResumedWithoutIdentifier => subscription.identifier = None,
                Flaw::RetainedOnResume if filter.share.is_none() => {
                    for message in self.retained_for(&filter.pattern) {
                        self.deliver(client, from_retained(message, &subscription));
                    }
                }
                _ => break,
            }
            self.subscriptions.insert(&filter, client, subscription);
        }
        if flaw == Flaw::GivenUpComesBack {
            let given_up = self.remembered.given_up.iter().filter(|(of, _)| of == client);
            for (_, filter) in given_up.cloned().collect::<Vec<_>>() {
                let subscription = Subscription {
                    qos: QoS::AtLeastOnce,
                    no_local: false,
                    retain_as_published: false,
                    identifier: None,
                };
                self.subscriptions.insert(&filter, client, subscription);
                if let Some(session) = self.sessions.get_mut(client) {
                    session.filters.insert(filter);
                }
            }
        }
    }

    /// Removes other subscriptions than the one of the filter that was given; `None`: just that.
    pub(in crate::core) fn misremove(
        &mut self,
        client: &ClientId,
        given: &Filter,
    ) -> Option<ReasonCode> {
        let same_kind = |own: &Filter| own.share == given.share;
        let fits = |own: &Filter| match self.flaw() {
            Some(Flaw::UnsubscribeIgnored) => Some(false),
            Some(Flaw::UnsubscribeByMatch) => {
                Some(own == given || same_kind(own) && topic::matches(&given.pattern, &own.pattern))
            }
            Some(Flaw::UnsubscribeByReverseMatch) => {
                Some(own == given || same_kind(own) && topic::matches(&own.pattern, &given.pattern))
            }
            Some(Flaw::UnsubscribeIgnoresCase) => {
                Some(same_kind(own) && own.pattern.eq_ignore_ascii_case(&given.pattern))
            }
            Some(Flaw::UnsubscribeIgnoresSlash) => {
                let bare = |filter: &Filter| filter.pattern.trim_end_matches('/').to_owned();
                Some(same_kind(own) && bare(own) == bare(given))
            }
            Some(Flaw::UnsubscribeByPrefix) => {
                Some(same_kind(own) && own.pattern.starts_with(&*given.pattern))
            }
            Some(Flaw::UnsubscribeRemovesAll) => Some(true),
            Some(Flaw::UnsubscribeOverlooksWildcards) => Some(own == given && !own.has_wildcard()),
            Some(Flaw::SharedLeftByPlain) => {
                Some(own == given || given.share.is_none() && own.pattern == given.pattern)
            }
            Some(Flaw::SharedNotLeft) => Some(own == given && own.share.is_none()),
            Some(Flaw::SharedGroupsLeftAtOnce) => {
                let shared = own.share.is_some() && given.share.is_some();
                Some(own == given || shared && own.pattern == given.pattern)
            }
            Some(Flaw::SharedJoinedTwice) => {
                let again = (client.clone(), given.clone());
                Some(own == given && !self.remembered.made_again.contains(&again))
            }
            _ => None,
        };
        // A flaw of another kind has nothing to say about any filter.
        fits(given)?;
        let session = self.sessions.get(client)?;
        let existed = session.filters.contains(given);
        let gone: Vec<Filter> =
            session.filters.iter().filter(|it| fits(it) == Some(true)).cloned().collect();
        self.remembered.made_again.remove(&(client.clone(), given.clone()));
        for filter in &gone {
            self.subscriptions.remove(filter, client);
            if let Some(session) = self.sessions.get_mut(client) {
                session.filters.remove(filter);
            }
        }
        Some(match existed || !gone.is_empty() {
            true => ReasonCode::Success,
            false => ReasonCode::NoSubscriptionExisted,
        })
    }

    /// What else goes when a subscription is removed.
    pub(in crate::core) fn remove_more(&mut self, client: &ClientId, filter: &Filter) {
        match self.flaw() {
            Some(Flaw::UnsubscribeForEverybody) => {
                for (other, session) in &mut self.sessions {
                    session.filters.remove(filter);
                    self.subscriptions.remove(filter, other);
                }
            }
            Some(flaw @ (Flaw::UnsubscribeDropsQos1 | Flaw::UnsubscribeDropsQos2)) => {
                let qos = match flaw {
                    Flaw::UnsubscribeDropsQos1 => QoS::AtLeastOnce,
                    _ => QoS::ExactlyOnce,
                };
                if let Some(session) = self.sessions.get_mut(client) {
                    let in_flight = session.outbound.take_in_flight(|delivery| {
                        delivery.qos == qos
                            && topic::matches(&filter.pattern, &delivery.message.topic)
                    });
                    drop(in_flight);
                }
            }
            Some(Flaw::GivenUpForGood | Flaw::GivenUpComesBack) => {
                self.remembered.given_up.insert((client.clone(), filter.clone()));
            }
            _ => {}
        }
    }
}
