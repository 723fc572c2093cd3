//! What we sent and the broker has to answer: PUBLISH and PUBREL, SUBSCRIBE, UNSUBSCRIBE, PINGREQ,
//! and their Packet Identifiers (3.1.1 section 2.3.1, 5.0 section 2.2.1; sections 4.3 and 4.9).

use std::collections::{HashMap, HashSet};

use mqttspec_codec::packet::{Packet, Publish, Pubrel, Suback, Subscribe, Unsuback, Unsubscribe};
use mqttspec_codec::topic::TopicFilter;
use mqttspec_codec::{PacketId, QoS, Version};

use super::breach::Breach;
use super::rules::{Findings, Rule};

pub(super) const PUBLISH_ANSWER_ID: Rule = Rule {
    name: "publish-answer-id",
    statement_3_1_1: &["MQTT-2.3.1-6", "U-3.1.1-2.3.1-2"],
    statement_5_0: &["MQTT-2.2.1-5"],
    summary: "PUBACK, PUBREC and PUBCOMP have the Packet Identifier of what they answer.",
    unconditional: false,
};

pub(super) const PUBLISH_ANSWER_TYPE: Rule = Rule {
    name: "publish-answer-type",
    statement_3_1_1: &["MQTT-3.3.4-1"],
    statement_5_0: &["MQTT-3.3.4-1"],
    summary: "PUBLISH at QoS 1 is answered with PUBACK, at QoS 2 with PUBREC.",
    unconditional: false,
};

pub(super) const SUBSCRIBE_ANSWER_ID: Rule = Rule {
    name: "subscribe-answer-id",
    statement_3_1_1: &["MQTT-3.8.4-2", "MQTT-3.10.4-4", "MQTT-2.3.1-7"],
    statement_5_0: &["MQTT-3.8.4-2", "MQTT-3.10.4-5", "MQTT-2.2.1-6"],
    summary: "SUBACK and UNSUBACK have the Packet Identifier of what they answer.",
    unconditional: false,
};

pub(super) const PINGRESP_ON_REQUEST: Rule = Rule {
    name: "pingresp-on-request",
    statement_3_1_1: &["MQTT-3.12.4-1"],
    statement_5_0: &["MQTT-3.12.4-1"],
    summary: "PINGRESP answers a PINGREQ, each one once.",
    unconditional: false,
};

/// A SUBSCRIBE without a SUBACK.
#[derive(Clone, Debug)]
pub(super) struct SubscribeRequest {
    /// The one Subscription Identifier that it gives to all its subscriptions, or `None`.
    pub(super) identifier: [Option<u32>; 1],
    /// Each filter with the requested QoS.
    pub(super) filters: Vec<(TopicFilter, QoS)>,
}

/// The exchanges that we began.
#[derive(Clone, Debug, Default)]
pub(super) struct Requests {
    exchanges: HashMap<PacketId, Exchange>,
    /// Identifiers of PUBLISH packets sent on this connection whose exchange has not ended.
    quota_used: HashSet<PacketId>,
    pingreqs: u32,
    /// SUBSCRIBEs and UNSUBSCRIBEs of former connections that were not answered there. We do not
    /// wait for the answers any more, but to send them late breaks no rule.
    stale: HashSet<PacketId>,
    /// The session may have exchanges that were never seen.
    unknown: bool,
}

#[derive(Clone, Debug)]
enum Exchange {
    Publish(PublishExchange),
    Subscribe(SubscribeRequest),
    Unsubscribe(Vec<TopicFilter>),
}

/// The packets of one PUBLISH, and of those before it under the same identifier that the broker may
/// still answer.
#[derive(Clone, Debug)]
struct PublishExchange {
    qos: QoS,
    /// PUBLISH packets that PUBACK or PUBREC has not answered.
    publishes: u32,
    /// PUBREL packets that PUBCOMP has not answered.
    pubrels: u32,
    /// Whether the identifier is in use.
    open: bool,
    /// Whether the PUBLISH was sent on this connection.
    here: bool,
    /// The broker may send once more the PUBREC that came on a former connection, as long as no
    /// PUBCOMP has come: it cannot know that it arrived.
    pubrec_again: bool,
}

impl Requests {
    /// From now on the broker may answer what was never seen.
    pub(super) fn forget(&mut self) {
        self.unknown = true;
    }

    /// What the next connection of the session finds.
    pub(super) fn outlive(&self) -> Self {
        let stale = self.stale.clone();
        let mut next = Self { stale, unknown: self.unknown, ..Self::default() };
        for (id, exchange) in &self.exchanges {
            match exchange {
                Exchange::Publish(publish) => {
                    let pubrec_again = publish.qos == QoS::ExactlyOnce && publish.publishes == 0;
                    let publish = PublishExchange { here: false, pubrec_again, ..publish.clone() };
                    next.exchanges.insert(*id, Exchange::Publish(publish));
                }
                Exchange::Subscribe(_) | Exchange::Unsubscribe(_) => {
                    next.stale.insert(*id);
                }
            }
        }
        next
    }

    /// The session goes on: adds what was open before to what was sent before CONNACK came.
    pub(super) fn inherit(&mut self, before: Self) {
        for (id, exchange) in before.exchanges {
            match (self.exchanges.get_mut(&id), exchange) {
                (None, exchange) => {
                    self.exchanges.insert(id, exchange);
                }
                (Some(Exchange::Publish(now)), Exchange::Publish(before)) => {
                    now.publishes += before.publishes;
                    now.pubrels += before.pubrels;
                    now.pubrec_again = before.pubrec_again;
                }
                (Some(_), _) => {}
            }
        }
        self.stale = before.stale;
        self.unknown |= before.unknown;
    }

    pub(super) fn in_use(&self, id: PacketId) -> bool {
        self.exchanges.get(&id).is_some_and(Exchange::in_use)
    }

    pub(super) fn send_quota(&self, receive_maximum: u16) -> u16 {
        let used = u16::try_from(self.quota_used.len()).unwrap_or(u16::MAX);
        receive_maximum.saturating_sub(used)
    }

    pub(super) fn subscribes(&self) -> impl Iterator<Item = &SubscribeRequest> {
        self.exchanges.values().filter_map(|exchange| match exchange {
            Exchange::Subscribe(request) => Some(request),
            Exchange::Publish(_) | Exchange::Unsubscribe(_) => None,
        })
    }

    pub(super) fn sent_pingreq(&mut self) {
        self.pingreqs += 1;
    }

    pub(super) fn sent_publish(
        &mut self,
        version: Version,
        publish: &Publish,
        receive_maximum: u16,
    ) -> Result<(), Breach> {
        let Some(id) = publish.packet_id() else {
            return Ok(());
        };
        let qos = publish.qos();
        self.quota_used.insert(id);
        let new = PublishExchange { publishes: 1, ..PublishExchange::new(qos) };
        let verdict = match self.exchanges.get_mut(&id) {
            Some(Exchange::Publish(before)) if before.qos == qos => {
                let again = before.open;
                let forbidden = again && before.here && version == Version::V5_0;
                before.publishes += 1;
                (before.open, before.here) = (true, true);
                match (again, publish.dup()) {
                    (true, false) => Err(Breach::PacketIdInUse),
                    (true, true) if forbidden => Err(Breach::Resend),
                    _ => Ok(()),
                }
            }
            other => {
                let busy = other.is_some_and(|exchange| exchange.in_use());
                self.exchanges.insert(id, Exchange::Publish(new));
                if busy { Err(Breach::PacketIdInUse) } else { Ok(()) }
            }
        };
        if self.quota_used.len() > usize::from(receive_maximum) {
            return verdict.and(Err(Breach::ReceiveMaximum));
        }
        verdict
    }

    /// A PUBREL for an identifier without an exchange is no breach: the answer is PUBCOMP. One for
    /// an exchange that has no PUBREL in it is.
    pub(super) fn sent_pubrel(&mut self, pubrel: &Pubrel) -> Result<(), Breach> {
        let new = PublishExchange { pubrels: 1, ..PublishExchange::new(QoS::ExactlyOnce) };
        match self.exchanges.get_mut(&pubrel.packet_id) {
            Some(Exchange::Publish(publish)) if publish.qos == QoS::ExactlyOnce => {
                publish.pubrels += 1;
                Ok(())
            }
            Some(exchange) if exchange.in_use() => Err(Breach::WrongAnswer),
            _ => {
                self.exchanges.insert(pubrel.packet_id, Exchange::Publish(new));
                Ok(())
            }
        }
    }

    pub(super) fn sent_subscribe(&mut self, subscribe: &Subscribe) -> Result<(), Breach> {
        let request = SubscribeRequest {
            identifier: [subscribe.properties.subscription_identifiers().next()],
            filters: subscribe
                .filters
                .topic_filters()
                .map(|(filter, options)| (filter, options.qos))
                .collect(),
        };
        self.begin(subscribe.packet_id, Exchange::Subscribe(request))
    }

    pub(super) fn sent_unsubscribe(&mut self, unsubscribe: &Unsubscribe) -> Result<(), Breach> {
        let filters = unsubscribe.filters.topic_filters().collect();
        self.begin(unsubscribe.packet_id, Exchange::Unsubscribe(filters))
    }

    pub(super) fn received_suback(
        &mut self,
        suback: &Suback,
        findings: &mut Findings,
    ) -> Option<SubscribeRequest> {
        let id = suback.packet_id;
        match self.exchanges.remove(&id) {
            Some(Exchange::Subscribe(request)) => return Some(request),
            Some(other) => {
                self.exchanges.insert(id, other);
            }
            None => {}
        }
        if !self.stale.remove(&id) && !self.unknown {
            findings.add_as(&SUBSCRIBE_ANSWER_ID, "MQTT-3.8.4-2", || {
                format!("SUBACK with id {id}, but no SUBSCRIBE with it is open")
            });
        }
        None
    }

    pub(super) fn received_unsuback(
        &mut self,
        unsuback: &Unsuback,
        findings: &mut Findings,
    ) -> Option<Vec<TopicFilter>> {
        let id = unsuback.packet_id;
        match self.exchanges.remove(&id) {
            Some(Exchange::Unsubscribe(filters)) => return Some(filters),
            Some(other) => {
                self.exchanges.insert(id, other);
            }
            None => {}
        }
        if !self.stale.remove(&id) && !self.unknown {
            let statement = match findings.version() {
                Version::V3_1_1 => "MQTT-3.10.4-4",
                Version::V5_0 => "MQTT-3.10.4-5",
            };
            findings.add_as(&SUBSCRIBE_ANSWER_ID, statement, || {
                format!("UNSUBACK with id {id}, but no UNSUBSCRIBE with it is open")
            });
        }
        None
    }

    /// PUBACK, PUBREC or PUBCOMP came.
    pub(super) fn received_publish_answer(&mut self, packet: &Packet, findings: &mut Findings) {
        let Some(id) = packet.packet_id() else { return };
        let kind = packet.packet_type();
        let exchange = match self.exchanges.get_mut(&id) {
            Some(Exchange::Publish(exchange)) => Some(exchange),
            _ => None,
        };
        let answer = Answer::of(packet);
        let result = match exchange {
            Some(exchange) => {
                let result = exchange.answered(answer);
                if !exchange.open {
                    self.quota_used.remove(&id);
                }
                if exchange.is_over() {
                    self.exchanges.remove(&id);
                }
                result
            }
            None => Err(Mismatch::NothingOpen),
        };
        match result {
            Err(_) if self.unknown => {}
            Ok(()) => {}
            Err(Mismatch::WrongType(qos)) => findings.add(&PUBLISH_ANSWER_TYPE, || {
                format!("{kind} with id {id}, but the PUBLISH was at QoS {qos}")
            }),
            Err(Mismatch::NothingOpen) => {
                let pubcomp_3_1_1 =
                    matches!(answer, Answer::Pubcomp) && findings.version() == Version::V3_1_1;
                let statement = match findings.version() {
                    _ if pubcomp_3_1_1 => "U-3.1.1-2.3.1-2",
                    Version::V3_1_1 => "MQTT-2.3.1-6",
                    Version::V5_0 => "MQTT-2.2.1-5",
                };
                findings.add_as(&PUBLISH_ANSWER_ID, statement, || {
                    format!("{kind} with id {id}, but nothing that it answers is open")
                });
            }
        }
    }

    pub(super) fn received_pingresp(&mut self, findings: &mut Findings) {
        match self.pingreqs.checked_sub(1) {
            Some(left) => self.pingreqs = left,
            None => findings.add(&PINGRESP_ON_REQUEST, || {
                "PINGRESP, but all PINGREQs were answered".to_owned()
            }),
        }
    }

    fn begin(&mut self, id: PacketId, exchange: Exchange) -> Result<(), Breach> {
        match self.exchanges.insert(id, exchange) {
            Some(before) if before.in_use() => Err(Breach::PacketIdInUse),
            _ => Ok(()),
        }
    }
}

impl Exchange {
    fn in_use(&self) -> bool {
        match self {
            Self::Publish(publish) => publish.open,
            Self::Subscribe(_) | Self::Unsubscribe(_) => true,
        }
    }
}

/// An answer to PUBLISH or PUBREL.
#[derive(Clone, Copy)]
enum Answer {
    Puback,
    Pubrec { refused: bool },
    Pubcomp,
}

/// Why an answer answers nothing.
enum Mismatch {
    /// Nothing that this type of packet answers is open under the identifier.
    NothingOpen,
    /// A PUBLISH is open under the identifier, but its QoS asks for another type of answer.
    WrongType(QoS),
}

impl Answer {
    fn of(packet: &Packet) -> Self {
        match packet {
            Packet::Puback(_) => Self::Puback,
            Packet::Pubrec(pubrec) => Self::Pubrec { refused: pubrec.reason.is_error() },
            _ => Self::Pubcomp,
        }
    }
}

impl PublishExchange {
    fn new(qos: QoS) -> Self {
        Self { qos, publishes: 0, pubrels: 0, open: true, here: true, pubrec_again: false }
    }

    fn answered(&mut self, answer: Answer) -> Result<(), Mismatch> {
        let wanted = match answer {
            Answer::Puback => QoS::AtLeastOnce,
            Answer::Pubrec { .. } | Answer::Pubcomp => QoS::ExactlyOnce,
        };
        if self.qos != wanted {
            return Err(Mismatch::WrongType(self.qos));
        }
        if let Answer::Pubrec { refused: false } = answer
            && self.publishes == 0
            && self.open
            && std::mem::take(&mut self.pubrec_again)
        {
            return Ok(());
        }
        let count = match answer {
            Answer::Puback | Answer::Pubrec { .. } => &mut self.publishes,
            Answer::Pubcomp => &mut self.pubrels,
        };
        *count = count.checked_sub(1).ok_or(Mismatch::NothingOpen)?;
        if !matches!(answer, Answer::Pubrec { refused: false }) {
            self.open = false;
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        !self.open && self.publishes == 0 && self.pubrels == 0
    }
}
