//! Subscriptions, and what they allow the broker to deliver (sections 3.3.4, 3.8, 3.9, 3.11 and 4.7).
//!
//! A subscription counts from the moment its SUBSCRIBE is sent, since messages may come before the
//! SUBACK. It never stops to count within its session: messages that the broker had buffered for it
//! may be delivered after UNSUBACK, and with the QoS and the identifier that it had before it was
//! replaced. So all that is judged is what no subscription of the session ever allowed.

use mqttspec_codec::packet::{Publish, Suback, Unsuback};
use mqttspec_codec::topic::{self, TopicFilter, TopicName};
use mqttspec_codec::{QoS, ReasonCode, Version};

use super::requests::SubscribeRequest;
use super::rules::{Findings, Rule};

pub(super) const TOPIC_MATCHES: Rule = Rule {
    name: "topic-matches",
    statement_3_1_1: &["MQTT-3.3.2-3"],
    statement_5_0: &["MQTT-3.3.2-3"],
    summary: "The topic of a delivery matches a filter that the client subscribed to.",
    unconditional: false,
};

pub(super) const NOTHING_LEFT: Rule = Rule {
    name: "nothing-left-of-ended-session",
    statement_3_1_1: &["MQTT-3.1.2-6"],
    statement_5_0: &["MQTT-3.1.2-4", "MQTT-4.1.0-2"],
    summary: "What the client subscribed to in a session that has ended does not come any more.",
    unconditional: false,
};

pub(super) const DOLLAR_TOPIC: Rule = Rule {
    name: "dollar-topic",
    statement_3_1_1: &["MQTT-4.7.2-1"],
    statement_5_0: &["MQTT-4.7.2-1"],
    summary: "A filter that begins with a wildcard does not match a topic that begins with $.",
    unconditional: false,
};

pub(super) const DELIVERY_QOS: Rule = Rule {
    name: "delivery-qos",
    statement_3_1_1: &["MQTT-3.8.4-6"],
    statement_5_0: &["MQTT-3.8.4-8", "MQTT-4.8.2-3"],
    summary: "The QoS of a delivery is at most the greatest that its subscriptions were granted.",
    unconditional: false,
};

pub(super) const IDENTIFIER_KNOWN: Rule = Rule {
    name: "subscription-identifier-known",
    statement_3_1_1: &[],
    statement_5_0: &["U-5.0-3.3.2.3.8-1"],
    summary: "A delivery has only the Subscription Identifiers of subscriptions that match it.",
    unconditional: false,
};

pub(super) const IDENTIFIER_GIVEN: Rule = Rule {
    name: "subscription-identifier-given",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-3.3.4-3"],
    summary: "A delivery whose subscriptions all have a Subscription Identifier has one.",
    unconditional: false,
};

pub(super) const SUBACK_CODES: Rule = Rule {
    name: "suback-codes",
    statement_3_1_1: &["MQTT-3.8.4-5"],
    statement_5_0: &["MQTT-3.8.4-6"],
    summary: "SUBACK has one code for each filter of SUBSCRIBE.",
    unconditional: false,
};

pub(super) const GRANTED_QOS: Rule = Rule {
    name: "granted-qos",
    statement_3_1_1: &["MQTT-3.8.4-5", "MQTT-3.9.3-1"],
    statement_5_0: &["MQTT-3.8.4-7", "MQTT-3.9.3-1"],
    summary: "The QoS that SUBACK grants is at most the requested one.",
    unconditional: false,
};

pub(super) const UNSUBACK_CODES: Rule = Rule {
    name: "unsuback-codes",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-3.11.3-1"],
    summary: "UNSUBACK has one Reason Code for each filter of UNSUBSCRIBE.",
    unconditional: false,
};

/// The subscriptions of a session.
#[derive(Clone, Debug, Default)]
pub(super) struct Subscriptions {
    list: Vec<Subscription>,
    /// The filters of the session before, which ended.
    former: Vec<TopicFilter>,
    /// Whether it was ended by Clean Start.
    dropped: bool,
    /// The session may have subscriptions that were never seen.
    unknown: bool,
}

/// All that one filter was ever granted in the session.
#[derive(Clone, Debug)]
struct Subscription {
    filter: TopicFilter,
    /// The QoS granted last, unless the subscription was given up.
    granted: Option<QoS>,
    /// The greatest QoS that was ever granted.
    qos_max: QoS,
    /// The Subscription Identifiers that it ever had; `None` for a time without.
    identifiers: Vec<Option<u32>>,
}

/// One reason for which a delivery may come.
struct Cause<'a> {
    filter: &'a TopicFilter,
    qos_max: QoS,
    identifiers: &'a [Option<u32>],
}

impl Subscriptions {
    /// From now on anything may have been subscribed before.
    pub(super) fn forget(&mut self) {
        self.unknown = true;
    }

    /// The session is a new one, and the one before has ended: because of Clean Start, or before.
    pub(super) fn replace(&mut self, former: &Self, clean_start: bool) {
        self.former = former.list.iter().map(|subscription| subscription.filter.clone()).collect();
        self.dropped = clean_start;
    }

    /// What the next connection of the session finds: SUBSCRIBEs that were not answered may have
    /// taken effect.
    pub(super) fn outlive<'a>(
        &self,
        pending: impl Iterator<Item = &'a SubscribeRequest>,
    ) -> Subscriptions {
        let mut next = self.clone();
        for request in pending {
            for (filter, qos) in &request.filters {
                let subscription = next.entry(filter);
                subscription.qos_max = subscription.qos_max.max(*qos);
                subscription.identifiers.extend(request.identifier);
            }
        }
        next
    }

    pub(super) fn granted(&self) -> impl Iterator<Item = (&TopicFilter, QoS)> {
        self.list
            .iter()
            .filter_map(|subscription| Some((&subscription.filter, subscription.granted?)))
    }

    /// SUBACK came for a SUBSCRIBE.
    pub(super) fn answered(
        &mut self,
        request: &SubscribeRequest,
        suback: &Suback,
        findings: &mut Findings,
    ) {
        let (asked, given) = (request.filters.len(), suback.codes.len());
        if asked != given {
            findings
                .add(&SUBACK_CODES, || format!("SUBACK with {given} codes for {asked} filters"));
        }
        let too_high = match (is_in_other_order(request, suback), findings.version()) {
            (true, _) => "MQTT-3.9.3-1",
            (false, Version::V3_1_1) => "MQTT-3.8.4-5",
            (false, Version::V5_0) => "MQTT-3.8.4-7",
        };
        let mut codes = suback.codes.iter();
        for (filter, requested) in &request.filters {
            // A code that is missing leaves open what became of the filter.
            let granted = match codes.next().map(|code| QoS::from_u8(code.value())) {
                None => *requested,
                Some(None) => continue,
                Some(Some(granted)) => granted,
            };
            if granted > *requested && asked == given {
                findings.add_as(&GRANTED_QOS, too_high, || {
                    format!("SUBACK grants QoS {granted} to {filter:?}, requested was {requested}")
                });
            }
            let subscription = self.entry(filter);
            subscription.granted = Some(granted);
            subscription.qos_max = subscription.qos_max.max(granted);
            subscription.identifiers.extend(request.identifier);
        }
    }

    /// UNSUBACK came for an UNSUBSCRIBE.
    pub(super) fn given_up(
        &mut self,
        filters: &[TopicFilter],
        unsuback: &Unsuback,
        findings: &mut Findings,
    ) {
        let (asked, given) = (filters.len(), unsuback.codes.len());
        if asked != given {
            findings.add(&UNSUBACK_CODES, || {
                format!("UNSUBACK with {given} codes for {asked} filters")
            });
        }
        let mut codes = unsuback.codes.iter();
        for filter in filters {
            let refused = codes.next().is_some_and(ReasonCode::is_error);
            if let Some(subscription) = self.list.iter_mut().find(|s| s.filter == *filter)
                && !refused
            {
                subscription.granted = None;
            }
        }
    }

    /// A PUBLISH came on a topic.
    pub(super) fn check_delivery<'a>(
        &'a self,
        publish: &Publish,
        topic: &TopicName,
        pending: impl Iterator<Item = &'a SubscribeRequest>,
        findings: &mut Findings,
    ) {
        if self.unknown {
            return;
        }
        let all: Vec<Cause<'_>> = self.causes(pending).collect();
        let version = findings.version();
        let causes: Vec<&Cause<'_>> =
            all.iter().filter(|cause| may_match(version, cause.filter, topic)).collect();
        if causes.is_empty() {
            match self.former.iter().any(|filter| may_match(version, filter, topic)) {
                true => self.left_behind(topic, findings),
                false => not_subscribed(&all, topic, findings),
            }
            return;
        }
        let qos = publish.qos();
        let qos_max = causes.iter().map(|cause| cause.qos_max).max().unwrap_or_default();
        if qos > qos_max {
            let shared = causes.iter().all(|cause| cause.filter.is_shared());
            let is_5_0 = version == Version::V5_0;
            let statement = match (is_5_0, shared) {
                (true, true) => "MQTT-4.8.2-3",
                (true, false) => "MQTT-3.8.4-8",
                (false, _) => "MQTT-3.8.4-6",
            };
            findings.add_as(&DELIVERY_QOS, statement, || {
                format!("PUBLISH on {topic:?} at QoS {qos}, granted was at most {qos_max}")
            });
        }
        check_identifiers(publish, topic, &causes, findings);
    }

    fn left_behind(&self, topic: &TopicName, findings: &mut Findings) {
        let statement = match (findings.version(), self.dropped) {
            (Version::V3_1_1, _) => "MQTT-3.1.2-6",
            (Version::V5_0, true) => "MQTT-3.1.2-4",
            (Version::V5_0, false) => "MQTT-4.1.0-2",
        };
        findings.add_as(&NOTHING_LEFT, statement, || {
            format!("PUBLISH on {topic:?}, which only a filter of the session before matches")
        });
    }

    fn causes<'a>(
        &'a self,
        pending: impl Iterator<Item = &'a SubscribeRequest>,
    ) -> impl Iterator<Item = Cause<'a>> {
        let made = self.list.iter().map(|subscription| Cause {
            filter: &subscription.filter,
            qos_max: subscription.qos_max,
            identifiers: &subscription.identifiers,
        });
        let under_way = pending.flat_map(|request| {
            request.filters.iter().map(|(filter, qos)| Cause {
                filter,
                qos_max: *qos,
                identifiers: &request.identifier,
            })
        });
        made.chain(under_way)
    }

    fn entry(&mut self, filter: &TopicFilter) -> &mut Subscription {
        let at = self.list.iter().position(|subscription| subscription.filter == *filter);
        let at = at.unwrap_or_else(|| {
            self.list.push(Subscription {
                filter: filter.clone(),
                granted: None,
                qos_max: QoS::AtMostOnce,
                identifiers: Vec::new(),
            });
            self.list.len() - 1
        });
        &mut self.list[at]
    }
}

/// Whether SUBACK grants what was requested, but to other filters of the same SUBSCRIBE.
fn is_in_other_order(request: &SubscribeRequest, suback: &Suback) -> bool {
    let mut requested: Vec<u8> = request.filters.iter().map(|(_, qos)| qos.value()).collect();
    let mut given: Vec<u8> = suback.codes.iter().map(ReasonCode::value).collect();
    requested.sort_unstable();
    given.sort_unstable();
    requested == given
}

/// Whether a subscription can have caused a delivery on a topic. Filters that begin with `$` mean
/// what a server likes (section 4.7.2), as `$queue/` and `$exclusive/` show, and in 3.1.1 a server
/// may or may not know shared subscriptions: there, what stands behind the prefix counts too.
fn may_match(version: Version, filter: &TopicFilter, topic: &TopicName) -> bool {
    if filter.matches(topic) {
        return true;
    }
    let whole: &str = filter;
    if !whole.starts_with('$') || (filter.is_shared() && version == Version::V5_0) {
        return false;
    }
    let slashes = whole.match_indices('/').take(2);
    slashes.map(|(at, _)| &whole[at + 1..]).any(|rest| topic::matches(rest, topic))
}

fn not_subscribed(all: &[Cause<'_>], topic: &TopicName, findings: &mut Findings) {
    let name: &str = topic;
    let without_dollar = name.strip_prefix('$').map(|rest| format!("d{rest}"));
    let by_wildcard = without_dollar.and_then(|name| {
        all.iter().find(|cause| topic::matches(cause.filter.filter_part(), &name))
    });
    match by_wildcard {
        Some(cause) => findings.add(&DOLLAR_TOPIC, || {
            format!("PUBLISH on {topic:?}, which {:?} does not match", cause.filter)
        }),
        None => findings.add(&TOPIC_MATCHES, || {
            format!("PUBLISH on {topic:?}, which no filter of the client matches")
        }),
    }
}

fn check_identifiers(
    publish: &Publish,
    topic: &TopicName,
    causes: &[&Cause<'_>],
    findings: &mut Findings,
) {
    let given: Vec<u32> = publish.properties.subscription_identifiers().collect();
    for (at, identifier) in given.iter().enumerate() {
        let times = given[..=at].iter().filter(|other| *other == identifier).count();
        let of = |cause: &&&Cause<'_>| cause.identifiers.contains(&Some(*identifier));
        let allowed = causes.iter().filter(of).count();
        if times > allowed {
            findings.add(&IDENTIFIER_KNOWN, || {
                format!(
                    "PUBLISH on {topic:?} with the Subscription Identifier {identifier} for the \
                     {times}. time, {allowed} matching subscriptions have it"
                )
            });
            return;
        }
    }
    let always = |cause: &&Cause<'_>| {
        !cause.identifiers.is_empty() && cause.identifiers.iter().all(Option::is_some)
    };
    if given.is_empty() && causes.iter().all(always) {
        findings.add(&IDENTIFIER_GIVEN, || {
            format!("PUBLISH on {topic:?} without a Subscription Identifier")
        });
    }
}
