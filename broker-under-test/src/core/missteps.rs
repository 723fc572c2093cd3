//! Steps that only a broker with a defect takes with subscriptions and retained messages. A sound
//! one asks for each of them in one line, and gets an answer that changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mqttspec_codec::packet::{RetainHandling, SubscriptionOptions};
use mqttspec_codec::topic;
use mqttspec_codec::{PacketId, QoS, ReasonCode, Version};

use super::event::ConnectionId;
use super::message::{Delivery, Message};
use super::rules::RetainedEffect;
use super::session::ClientId;
use super::subscriptions::{Filter, Place, Share, Subscription};
use super::{Broker, rules};
use crate::defect::{Defect, Flaw};

/// What a broker with a defect keeps in mind, and should not.
#[derive(Debug, Default)]
pub(super) struct Remembered {
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
    pub(super) fn misread_filter(&self, mut filter: Filter) -> Filter {
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
    pub(super) fn overlooks(
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
    pub(super) fn answers(
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
            _ => vec![codes],
        }
    }

    /// The codes of each UNSUBACK that answers one UNSUBSCRIBE.
    pub(super) fn unsubscribe_answers(&self, codes: Vec<ReasonCode>) -> Vec<Vec<ReasonCode>> {
        match self.flaw() {
            Some(Flaw::UnsubackForEachFilter) => codes.into_iter().map(|code| vec![code]).collect(),
            _ => vec![codes],
        }
    }

    /// What is kept of a subscription that was granted.
    pub(super) fn misplace(
        &mut self,
        client: &ClientId,
        filter: &Filter,
        new: Subscription,
    ) -> Subscription {
        let Some(flaw) = self.flaw() else { return new };
        if flaw == Flaw::GrantedQosNotKept {
            return Subscription { qos: new.qos.min(QoS::AtLeastOnce), ..new };
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

    /// Whether a subscription that was made gets retained messages.
    pub(super) fn is_retained_due(
        &self,
        client: &ClientId,
        filter: &Filter,
        handling: RetainHandling,
        existed: bool,
    ) -> bool {
        let shared = filter.share.is_some();
        let sound = rules::sends_retained(handling, existed, shared);
        match self.flaw() {
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
            Some(Flaw::RetainedToShared) => rules::sends_retained(handling, existed, false),
            _ => sound,
        }
    }

    /// What is made of the retained messages that a subscription is to get.
    pub(super) fn mistake_retained(
        &self,
        client: &ClientId,
        subscription: &Subscription,
        mut retained: Vec<Delivery>,
    ) -> Vec<Delivery> {
        match self.flaw() {
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
            match self.flaw() {
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
                Some(Flaw::RetainedExpiryNotCounted) => {
                    delivery.message = Arc::new(delivery.message.as_new(self.now));
                }
                _ => {}
            }
        }
        retained
    }

    /// Whether something else is done with a message than its effect on what is retained.
    pub(super) fn misretains(&mut self, message: &Arc<Message>, effect: RetainedEffect) -> bool {
        let is_qos_0 = message.qos == QoS::AtMostOnce;
        let before = self.retained.get(&message.topic);
        match (self.flaw(), effect) {
            (Some(Flaw::RetainedNotReplaced), RetainedEffect::Replace) => before.is_some(),
            (Some(Flaw::RetainedQos0Ignored), RetainedEffect::Replace) => is_qos_0,
            (Some(Flaw::RetainedNotClearedAtQos0), RetainedEffect::Clear) => is_qos_0,
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
            _ => false,
        }
    }

    /// Whether a message is not passed on to anybody.
    pub(super) fn is_dropped(&self, message: &Message) -> bool {
        let is_empty = message.payload.is_empty();
        match self.flaw() {
            Some(Flaw::EmptyRetainedNotForwarded) => is_empty && message.retain,
            Some(Flaw::RetainedNotForwarded) => !is_empty && message.retain,
            Some(Flaw::EmptyPayloadDropped) => is_empty && !message.retain,
            _ => false,
        }
    }

    /// The clients that get a message for subscriptions of their own are not all that there are.
    pub(super) fn misses(
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
    pub(super) fn copies(&self, client: &ClientId, message: &Message, places: &[Place]) -> usize {
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
    pub(super) fn misidentify(
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
    pub(super) fn misresume(&mut self, client: &ClientId) {
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
                        self.deliver(
                            client,
                            super::subscribe::from_retained(message, &subscription),
                        );
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
    pub(super) fn misremove(&mut self, client: &ClientId, given: &Filter) -> Option<ReasonCode> {
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
    pub(super) fn remove_more(&mut self, client: &ClientId, filter: &Filter) {
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

    /// What plain subscriptions and shared ones get of one message.
    pub(super) fn mix_up<T>(
        &self,
        plain: &mut BTreeMap<ClientId, T>,
        shared: &mut Option<Vec<(ClientId, Delivery)>>,
    ) {
        match (self.flaw(), shared.as_mut()) {
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

    /// The members of a shared subscription that get a message, with what one of them should get.
    pub(super) fn misshare(
        &self,
        place: Place,
        filter: &Filter,
        (chosen, delivery): (ClientId, Delivery),
    ) -> Vec<(ClientId, Delivery)> {
        let members = || {
            let share =
                filter.share.as_ref().and_then(|name| self.subscriptions.share(place, name));
            share.into_iter().flat_map(Share::members)
        };
        let first = members().next();
        let mut delivery = delivery;
        match (self.flaw(), first) {
            (Some(Flaw::SharedToAll), _) => {
                return members().map(|(it, _)| (it.clone(), delivery.clone())).collect();
            }
            (Some(Flaw::SharedTwiceInNumber), _)
                if self.remembered.made_again.contains(&(chosen.clone(), filter.clone())) =>
            {
                return vec![(chosen.clone(), delivery.clone()), (chosen, delivery)];
            }
            (Some(Flaw::SharedQosOfFirst), Some((_, first))) => {
                delivery.qos = rules::delivery_qos(delivery.message.qos, first.qos);
            }
            (Some(Flaw::SharedIdentifierOfFirst), Some((_, first))) => {
                delivery.subscription_identifiers = first.identifier.into_iter().collect();
            }
            (Some(Flaw::SharedWithoutIdentifier), _) => delivery.subscription_identifiers.clear(),
            (Some(Flaw::SharedRetainFlagDropped), _) => delivery.retain = false,
            (Some(Flaw::SharedRetainFlagKept), _) => delivery.retain = delivery.message.retain,
            (Some(Flaw::SharedWildcardsMatchNothing), _) if filter.has_wildcard() => return vec![],
            _ => {}
        }
        vec![(chosen, delivery)]
    }

    /// A member of a shared subscription has refused a message.
    pub(super) fn misrefuse(&mut self, id: ConnectionId, packet_id: PacketId, qos: QoS) {
        let is_due = match qos {
            QoS::AtLeastOnce => self.config.has(Flaw::SharedRefusedQos1PassedOn),
            _ => self.config.has(Flaw::SharedRefusedQos2PassedOn),
        };
        let Some(client) = self.link(id).map(|link| link.client.clone()).filter(|_| is_due) else {
            return;
        };
        let session = self.sessions.get(&client);
        let delivery = session.and_then(|session| session.outbound.in_flight(packet_id)).cloned();
        if let Some(delivery) = delivery {
            self.pass_on_share(&delivery);
        }
    }

    /// The connection of a session is lost that goes on.
    pub(super) fn mislay_in_flight(&mut self, client: &ClientId) {
        let passes_on = self.config.has(Flaw::SharedQos2PassedOnAtOnce);
        if !passes_on && !self.config.has(Flaw::SharedQos2Dropped) {
            return;
        }
        let Some(session) = self.sessions.get_mut(client) else { return };
        let is_mislaid = |it: &Delivery| it.share.is_some() && it.qos == QoS::ExactlyOnce;
        for delivery in session.outbound.take_in_flight(is_mislaid) {
            if passes_on {
                self.pass_on_share(&delivery);
            }
        }
    }

    /// A message of a shared subscription that nobody is left for.
    pub(super) fn keep_orphan(&mut self, delivery: &Delivery) {
        if self.config.has(Flaw::SharedMessagesOutliveAll) {
            self.remembered.orphans.push(delivery.clone());
        }
    }

    /// Who joins a shared subscription gets what was left there.
    pub(super) fn adopt_orphans(&mut self, filter: &Filter, retained: &mut Vec<Delivery>) {
        if filter.share.is_some() {
            let is_left = |it: &mut Delivery| it.share.as_ref() == Some(filter);
            retained.extend(self.remembered.orphans.extract_if(.., is_left));
        }
    }
}
