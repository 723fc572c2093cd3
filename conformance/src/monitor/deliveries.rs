//! Deliveries at QoS 1 and 2 from the broker: Packet Identifiers, DUP, resends, PUBREL and the
//! window (3.1.1 section 2.3.1, 5.0 section 2.2.1; sections 3.3.1.1, 4.3, 4.4 and 4.9).

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use mqttspec_codec::packet::{Packet, Publish, Pubrel};
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{PacketId, QoS, Version};

use super::breach::Breach;
use super::rules::{Findings, Rule};

pub(super) const PACKET_ID_FREE: Rule = Rule {
    name: "packet-id-free",
    statement_3_1_1: &["MQTT-2.3.1-4"],
    statement_5_0: &["MQTT-2.2.1-4"],
    summary: "A new delivery has a Packet Identifier that no open delivery has.",
    unconditional: false,
};

pub(super) const FIRST_WITHOUT_DUP: Rule = Rule {
    name: "first-without-dup",
    statement_3_1_1: &["MQTT-3.3.1-3"],
    statement_5_0: &["MQTT-3.3.1-3"],
    summary: "A delivery that was not sent before has DUP 0.",
    unconditional: false,
};

pub(super) const RESEND_WITH_DUP: Rule = Rule {
    name: "resend-with-dup",
    statement_3_1_1: &["MQTT-3.3.1-1"],
    statement_5_0: &["MQTT-3.3.1-1"],
    summary: "A delivery that is sent again has DUP 1.",
    unconditional: false,
};

pub(super) const RESEND_SAME: Rule = Rule {
    name: "resend-same",
    statement_3_1_1: &["MQTT-4.4.0-1"],
    statement_5_0: &["MQTT-4.4.0-1"],
    summary: "A delivery that is sent again is the same message under its Packet Identifier.",
    unconditional: false,
};

pub(super) const RESEND_AFTER_RESUME: Rule = Rule {
    name: "resend-after-resume",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-4.4.0-1"],
    summary: "A delivery is sent again only on a new connection that resumes the session.",
    unconditional: false,
};

pub(super) const NO_PUBLISH_AFTER_PUBREL: Rule = Rule {
    name: "no-publish-after-pubrel",
    statement_3_1_1: &["MQTT-4.3.3-1"],
    statement_5_0: &["MQTT-4.3.3-6"],
    summary: "Behind its PUBREL the server does not send the PUBLISH again.",
    unconditional: false,
};

pub(super) const PUBREL_AFTER_PUBREC: Rule = Rule {
    name: "pubrel-after-pubrec",
    statement_3_1_1: &["MQTT-2.3.1-6", "MQTT-4.3.3-1"],
    statement_5_0: &["MQTT-2.2.1-5", "MQTT-4.3.3-4"],
    summary: "PUBREL answers a PUBREC of the client and has its Packet Identifier.",
    unconditional: false,
};

pub(super) const PUBREL_ONCE: Rule = Rule {
    name: "pubrel-once",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-4.4.0-1"],
    summary: "PUBREL is sent again only on a new connection that resumes the session.",
    unconditional: false,
};

pub(super) const RECEIVE_MAXIMUM: Rule = Rule {
    name: "receive-maximum",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-3.3.4-9", "MQTT-4.9.0-2"],
    summary: "The server has at most the client's Receive Maximum of deliveries open.",
    unconditional: false,
};

/// What a delivery at QoS 1 or 2 waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnswerDue {
    /// Our PUBACK.
    Puback,
    /// Our PUBREC.
    Pubrec,
    /// The PUBREL of the broker.
    Pubrel,
    /// Our PUBCOMP.
    Pubcomp,
}

/// A delivery whose exchange has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenDelivery {
    /// Its Packet Identifier.
    pub packet_id: PacketId,
    /// What comes next.
    pub due: AnswerDue,
}

/// The deliveries of a session, as far as they were seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Deliveries {
    open: HashMap<PacketId, Delivery>,
    /// What was delivered last under each identifier on this connection.
    seen: HashMap<PacketId, Content>,
    /// Identifiers of PUBLISH packets of this connection whose exchange has not ended.
    window: HashSet<PacketId>,
    /// The PUBREL packets that the broker may send.
    releases: HashMap<PacketId, Release>,
    /// The connection resumed a session, so that messages of former connections may come again.
    resumed: bool,
    /// The session may have deliveries that were never seen.
    unknown: bool,
}

#[derive(Clone, Copy, Debug)]
struct Delivery {
    content: Option<Content>,
    due: AnswerDue,
    /// It may expire, and then a broker may forget it while the client is away.
    expires: bool,
}

/// How many PUBRECs of ours PUBREL has not answered, and whether any was answered.
#[derive(Clone, Copy, Debug, Default)]
struct Release {
    pubrecs: u32,
    answered: bool,
}

/// What makes a PUBLISH the same as another, in short. Two messages may agree in it by chance; then
/// a fault goes unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Content {
    qos: QoS,
    topic: Option<u64>,
    payload: u64,
}

impl Deliveries {
    /// From now on anything may have been delivered before.
    pub(super) fn forget(&mut self) {
        (self.unknown, self.resumed) = (true, true);
    }

    /// What the next connection of the session finds. Each PUBREL may come once more there.
    pub(super) fn outlive(&self) -> Self {
        let mut next = self.clone();
        next.seen.clear();
        next.window.clear();
        next.resumed = true;
        for release in next.releases.values_mut() {
            release.pubrecs += 1;
        }
        next
    }

    pub(super) fn open(&self) -> Vec<OpenDelivery> {
        let open = self.open.iter();
        let mut list: Vec<_> =
            open.map(|(id, delivery)| OpenDelivery { packet_id: *id, due: delivery.due }).collect();
        list.sort_unstable_by_key(|delivery| delivery.packet_id);
        list
    }

    /// PUBACK, PUBREC or PUBCOMP of ours. One for an identifier that is not open is no breach.
    pub(super) fn sent_answer(&mut self, packet: &Packet) -> Result<(), Breach> {
        let Some(id) = packet.packet_id() else { return Ok(()) };
        let due = self.open.get(&id).map(|delivery| delivery.due);
        let in_turn = match (packet, due) {
            (Packet::Pubrec(pubrec), due) => {
                let refused = pubrec.reason.is_error();
                if due.is_none() || !refused {
                    self.releases.entry(id).or_default().pubrecs += 1;
                }
                match due {
                    Some(AnswerDue::Pubrec) if refused => self.close(id),
                    Some(AnswerDue::Pubrec) => self.set_due(id, AnswerDue::Pubrel),
                    _ => {}
                }
                due != Some(AnswerDue::Puback)
            }
            (_, None) => true,
            (Packet::Puback(_), Some(due)) => due == AnswerDue::Puback,
            (_, Some(due)) => due == AnswerDue::Pubcomp,
        };
        if in_turn && !matches!(packet, Packet::Pubrec(_)) {
            self.close(id);
        }
        if in_turn { Ok(()) } else { Err(Breach::WrongAnswer) }
    }

    /// Follows a PUBLISH of the broker. Returns whether it is a message of this connection that
    /// comes again.
    pub(super) fn received_publish(
        &mut self,
        publish: &Publish,
        topic: Option<&TopicName>,
        receive_maximum: u16,
        findings: &mut Findings,
    ) -> bool {
        let Some(id) = publish.packet_id() else {
            return false;
        };
        let content = Content::of(publish, topic);
        let again = publish.dup() && self.seen.get(&id).is_some_and(|seen| seen.agrees(&content));
        self.judge_publish(publish, id, &content, findings);

        self.begin_exchange(id, publish.dup());
        let due = match publish.qos() {
            QoS::ExactlyOnce => AnswerDue::Pubrec,
            QoS::AtMostOnce | QoS::AtLeastOnce => AnswerDue::Puback,
        };
        let expires = publish.properties.message_expiry_interval().is_some();
        self.open.insert(id, Delivery { content: Some(content), due, expires });
        self.seen.insert(id, content);
        if self.window.insert(id) && self.window.len() > usize::from(receive_maximum) {
            let open = self.window.len();
            findings.add(&RECEIVE_MAXIMUM, || {
                format!("{open} open deliveries, the Receive Maximum is {receive_maximum}")
            });
        }
        again
    }

    pub(super) fn received_pubrel(&mut self, pubrel: &Pubrel, findings: &mut Findings) {
        let id = pubrel.packet_id;
        match self.releases.get_mut(&id) {
            Some(release) => {
                release.answered = true;
                match release.pubrecs.checked_sub(1) {
                    Some(left) => release.pubrecs = left,
                    None => findings
                        .add(&PUBREL_ONCE, || format!("PUBREL with id {id} again, without PUBREC")),
                }
            }
            None if self.unknown && !self.seen.contains_key(&id) => {
                self.releases.insert(id, Release { pubrecs: 0, answered: true });
                self.open.insert(
                    id,
                    Delivery { content: None, due: AnswerDue::Pubcomp, expires: false },
                );
            }
            None => self.pubrel_unprompted(id, findings),
        }
        if let Some(AnswerDue::Pubrec | AnswerDue::Pubrel) = self.open.get(&id).map(|d| d.due) {
            self.set_due(id, AnswerDue::Pubcomp);
        }
    }

    fn judge_publish(
        &self,
        publish: &Publish,
        id: PacketId,
        content: &Content,
        findings: &mut Findings,
    ) {
        let seen = self.seen.get(&id);
        let released = self.releases.get(&id).is_some_and(|release| release.answered);
        match (self.open.get(&id), publish.dup()) {
            (Some(open), true) => {
                if !open.content.is_none_or(|open| open.agrees(content)) {
                    findings.add(&RESEND_SAME, || {
                        format!("PUBLISH with id {id} and DUP 1 is another message than before")
                    });
                } else if open.due == AnswerDue::Pubcomp {
                    findings.add(&NO_PUBLISH_AFTER_PUBREL, || {
                        format!("PUBLISH with id {id} again, behind its PUBREL")
                    });
                } else if seen.is_some() {
                    resent_here(id, findings);
                }
            }
            (Some(open), false) => {
                let same = open.content.is_some_and(|open| open.agrees(content));
                if same && seen.is_none() {
                    findings.add(&RESEND_WITH_DUP, || {
                        format!("PUBLISH with id {id} is sent again with DUP 0")
                    });
                } else if seen.is_some() || !open.expires {
                    findings.add(&PACKET_ID_FREE, || {
                        format!("PUBLISH with id {id}, which an open delivery has")
                    });
                }
            }
            (None, true) => match seen {
                Some(seen) if !seen.agrees(content) => first_with_dup(id, findings),
                Some(_) if released => findings.add(&NO_PUBLISH_AFTER_PUBREL, || {
                    format!("PUBLISH with id {id} again, behind its PUBREL")
                }),
                // In 3.1.1 our answer and the resend may have crossed.
                Some(_) => resent_here(id, findings),
                None if self.resumed => {}
                None => first_with_dup(id, findings),
            },
            (None, false) => {}
        }
    }

    /// A new message ends what was known of the PUBRELs under its identifier. A message that a former
    /// connection began may have got its PUBREC there, in a packet that never came here.
    fn begin_exchange(&mut self, id: PacketId, dup: bool) {
        if !dup {
            self.releases.remove(&id);
        } else if !self.seen.contains_key(&id)
            && !self.open.contains_key(&id)
            && let Some(release) = self.releases.get_mut(&id)
        {
            release.answered = false;
        }
    }

    fn pubrel_unprompted(&self, id: PacketId, findings: &mut Findings) {
        let is_5_0 = findings.version() == Version::V5_0;
        let statement = if is_5_0 { "MQTT-4.3.3-4" } else { "MQTT-4.3.3-1" };
        if self.open.contains_key(&id) {
            findings.add_as(&PUBREL_AFTER_PUBREC, statement, || {
                format!("PUBREL with id {id} before the client's PUBREC")
            });
        } else if self.seen.get(&id).is_some_and(|seen| seen.qos == QoS::ExactlyOnce) {
            findings.add_as(&PUBREL_AFTER_PUBREC, statement, || {
                format!("PUBREL with id {id}, whose message the client's PUBREC refused")
            });
        } else {
            findings.add(&PUBREL_AFTER_PUBREC, || {
                format!("PUBREL with id {id}, for which the client sent no PUBREC")
            });
        }
    }

    fn set_due(&mut self, id: PacketId, due: AnswerDue) {
        if let Some(delivery) = self.open.get_mut(&id) {
            delivery.due = due;
        }
    }

    fn close(&mut self, id: PacketId) {
        self.open.remove(&id);
        self.window.remove(&id);
    }
}

fn resent_here(id: PacketId, findings: &mut Findings) {
    findings.add(&RESEND_AFTER_RESUME, || {
        format!("PUBLISH with id {id} is sent again on the same connection")
    });
}

fn first_with_dup(id: PacketId, findings: &mut Findings) {
    findings.add(&FIRST_WITHOUT_DUP, || {
        format!("PUBLISH with id {id} and DUP 1, but it was not sent before")
    });
}

impl Content {
    fn of(publish: &Publish, topic: Option<&TopicName>) -> Self {
        Self {
            qos: publish.qos(),
            topic: topic.map(|topic| hash_of(topic.as_bytes())),
            payload: hash_of(&publish.payload),
        }
    }

    /// Whether both may be the same message. A topic that is not known agrees with any.
    fn agrees(&self, other: &Self) -> bool {
        let same_topic = match (self.topic, other.topic) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        same_topic && self.qos == other.qos && self.payload == other.payload
    }
}

fn hash_of(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}
