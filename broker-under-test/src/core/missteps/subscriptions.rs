//! Missteps with subscriptions: which filters are taken, what is kept of them, and what is removed.

use mqttspec_codec::packet::SubscriptionOptions;
use mqttspec_codec::topic;
use mqttspec_codec::{PacketId, QoS, ReasonCode, Version};

use crate::core::event::ConnectionId;
use crate::core::session::ClientId;
use crate::core::subscriptions::{Filter, Subscription};
use crate::core::{Broker, rules};
use crate::defect::Flaw;

impl Broker {
    /// What a filter is taken for.
    pub(in crate::core) fn misread_filter(&self, mut filter: Filter) -> Filter {
        match (self.config.flaw(), &filter.share) {
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
        let is_overlooked = match self.config.flaw()? {
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

    /// Whether a SUBSCRIBE with these codes gets another answer than SUBACK.
    pub(in crate::core) fn misanswers_filters(
        &mut self,
        id: ConnectionId,
        codes: &[ReasonCode],
    ) -> bool {
        let is_denied = codes.iter().any(|code| code.is_error());
        match self.config.flaw() {
            Some(Flaw::DeniedFilterUnanswered) => is_denied,
            Some(Flaw::DeniedFilterCloses) if is_denied => {
                self.refuse(id, ReasonCode::NotAuthorized, "a filter is not open to clients");
                true
            }
            _ => false,
        }
    }

    /// Releases the QoS 2 message that has the identifier of a SUBSCRIBE.
    pub(in crate::core) fn release_by_subscribe(&mut self, client: &ClientId, packet_id: PacketId) {
        if let Some(session) = self.sessions.get_mut(client)
            && self.config.has(Flaw::SubscribeReleases)
        {
            session.unreleased.remove(&packet_id.get());
        }
    }

    /// The codes of each SUBACK that answers one SUBSCRIBE.
    pub(in crate::core) fn answers(
        &self,
        codes: Vec<ReasonCode>,
        requests: &[(Filter, SubscriptionOptions)],
    ) -> Vec<Vec<ReasonCode>> {
        match self.config.flaw() {
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
        match self.config.flaw() {
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
        let Some(flaw) = self.config.flaw() else { return new };
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

    /// Removes other subscriptions than the one of the filter that was given; `None`: just that.
    pub(in crate::core) fn misremove(
        &mut self,
        client: &ClientId,
        given: &Filter,
    ) -> Option<ReasonCode> {
        let same_kind = |own: &Filter| own.share == given.share;
        let fits = |own: &Filter| match self.config.flaw() {
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
        match self.config.flaw() {
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
            Some(Flaw::UnsubscribeForgotten) => {
                if let Some(session) = self.sessions.get_mut(client) {
                    session.kept.given_up.push(filter.clone());
                }
            }
            Some(Flaw::GivenUpForGood | Flaw::GivenUpComesBack) => {
                self.remembered.given_up.insert((client.clone(), filter.clone()));
            }
            _ => {}
        }
    }
}
