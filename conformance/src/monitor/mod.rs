//! The oracle: a sans-I/O observer of one connection between our client and a broker.
//!
//! It is shown every packet in both directions and checks the rules that hold in *every* scenario:
//! those that can be judged from the packets of this connection alone, without knowing what other
//! clients did. When it is in doubt it says nothing: a false accusation is the worst bug that this
//! project can have, and what the monitor leaves out a scenario can still check. Three things keep
//! it certain:
//!
//! - What we sent counts from the moment of writing, what the broker sent from the moment of arrival.
//!   So a packet of ours allows more at once, and forbids something only once the broker has shown
//!   that it knows of it.
//! - What it cannot know, since a session began before it was watched, it does not judge.
//! - When we ourselves break a rule the connection is *tainted*: from then on only the rules that
//!   hold against any input are checked.
//!
//! One file a family of rules; [`rules`] lists them all with their statements.

mod aliases;
mod breach;
mod deliveries;
mod handshake;
mod limits;
mod requests;
mod rules;
mod session;
mod subscriptions;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use mqttspec_codec::packet::{Packet, Publish};
use mqttspec_codec::topic::{TopicFilter, TopicName};
use mqttspec_codec::{DecodeError, PacketId, QoS, Version};

pub use breach::Breach;
pub use deliveries::{AnswerDue, OpenDelivery};
pub use limits::Limits;
pub use rules::{Rule, Violation, rules};

use aliases::Aliases;
use deliveries::Deliveries;
use handshake::Handshake;
use requests::Requests;
use rules::Findings;
use session::{Memory, Session};
use subscriptions::Subscriptions;

/// Watches one connection, from the first packet to the last.
#[derive(Clone, Debug)]
pub struct Monitor {
    version: Version,
    breach: Option<Breach>,
    handshake: Handshake,
    /// What the client allows the broker: from CONNECT.
    ours: Limits,
    /// What the broker allows the client: from CONNACK, else the standard's default.
    theirs: Limits,
    requests: Requests,
    subscriptions: Subscriptions,
    deliveries: Deliveries,
    aliases_of_client: Aliases,
    aliases_of_server: Aliases,
    /// The session that CONNACK may say is present.
    memory: Memory,
    last_delivery: Option<LastDelivery>,
}

/// What is known of the PUBLISH that was received last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastDelivery {
    /// Its topic, a Topic Alias resolved. `None` if the alias has no meaning.
    pub topic: Option<TopicName>,
    /// Whether the same message came before under the same Packet Identifier on this connection,
    /// flagged DUP now. Resends of a former connection are none in this sense.
    pub resend: bool,
}

impl Monitor {
    /// A connection of which nothing is known but the version. If CONNACK says that a session is
    /// present, that session is unknown, and nothing is judged that would need to know it.
    #[must_use]
    pub fn new(version: Version) -> Self {
        Self::with_memory(version, Memory::Unknown)
    }

    /// A connection that may resume the session that `previous` watched: its subscriptions, open
    /// deliveries and unanswered publishes count if CONNACK says that the session is present.
    ///
    /// `previous` has to be the last connection of its client id, and at its end: no packet of it
    /// is still to come. In any other case (a takeover, a broker that was killed or restarted in
    /// between and may have lost a part of its state) use [`Monitor::new`]. A CONNECT with another
    /// client id than that of `previous` makes this the same as [`Monitor::new`].
    #[must_use]
    pub fn resume(previous: &Self, version: Version) -> Self {
        let mut monitor = Self::with_memory(version, previous.leave_behind(version));
        monitor.handshake.expect_client_id(previous.handshake.session_owner());
        monitor
    }

    /// A connection that may take over from `previous`, which has not ended: a session that CONNACK
    /// says is present is unknown, as with [`Monitor::new`], but if none is present, nothing that
    /// `previous` subscribed to may come.
    #[must_use]
    pub fn take_over(previous: &Self, version: Version) -> Self {
        let memory = match previous.leave_behind(version) {
            Memory::Known(session) => Memory::Former(Box::new(session.subscriptions)),
            Memory::Former(_) | Memory::Unknown => Memory::Unknown,
        };
        let mut monitor = Self::with_memory(version, memory);
        monitor.handshake.expect_client_id(previous.handshake.session_owner());
        monitor
    }

    /// Shows a valid packet of ours, in order of writing. One that breaks a rule of the dialogue
    /// (an identifier in use, a quota overrun ...) taints the connection.
    pub fn sent(&mut self, packet: &Packet) {
        if let Err(breach) = self.judge_own(packet) {
            self.breach.get_or_insert(breach);
        }
    }

    /// Tells that we sent something that is no valid packet, or broke a rule in a way that packets
    /// do not show. From now on only the unconditional rules hold.
    pub fn taint(&mut self) {
        self.breach.get_or_insert(Breach::Deliberate);
    }

    /// Shows a packet of the broker, in order of arrival, with the bytes that it came in. Returns
    /// the rules that it breaks.
    pub fn received(&mut self, frame: &Bytes, packet: &Packet) -> Vec<Violation> {
        let mut findings = Findings::new(self.version, self.breach.is_some());
        limits::check_size(&self.ours, frame.len(), packet, &mut findings);
        if self.handshake.received(packet, &mut findings) {
            self.judge_theirs(packet, &mut findings);
        }
        findings.into_violations()
    }

    /// Tells that the broker sent bytes that the strict decoder refuses.
    #[must_use]
    pub fn received_malformed(&mut self, frame: &[u8], error: &DecodeError) -> Violation {
        rules::malformed(self.version, frame, error)
    }

    /// The version that is spoken here.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The first rule that we broke, if we did: then only the unconditional rules hold.
    #[must_use]
    pub fn tainted(&self) -> Option<Breach> {
        self.breach
    }

    /// What the broker allows us: the limits in force, towards the broker.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.theirs
    }

    /// What we allow the broker.
    #[must_use]
    pub fn own_limits(&self) -> &Limits {
        &self.ours
    }

    /// Whether a CONNACK with success came.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.handshake.connected()
    }

    /// Session Present of a CONNACK with success, if that came.
    #[must_use]
    pub fn session_present(&self) -> Option<bool> {
        self.handshake.session_present()
    }

    /// The client id in force: the assigned one, or that of CONNECT. Empty before CONNECT, and
    /// where 3.1.1 assigned one in silence.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.handshake.client_id()
    }

    /// The subscriptions that are granted and not given up, each with its granted QoS.
    pub fn granted(&self) -> impl Iterator<Item = (&TopicFilter, QoS)> {
        self.subscriptions.granted()
    }

    /// What is known of the PUBLISH received last.
    #[must_use]
    pub fn last_delivery(&self) -> Option<&LastDelivery> {
        self.last_delivery.as_ref()
    }

    /// The topic of a PUBLISH of the broker by the mappings in force now, right after it was shown
    /// to [`Monitor::received`]. `None` if its alias has no meaning.
    #[must_use]
    pub fn topic_of(&self, publish: &Publish) -> Option<TopicName> {
        self.aliases_of_server.resolve(publish)
    }

    /// The deliveries that wait for an answer of ours or of the broker, lowest identifier first.
    #[must_use]
    pub fn open_deliveries(&self) -> Vec<OpenDelivery> {
        self.deliveries.open()
    }

    /// Whether an identifier is in use by an exchange that we began.
    #[must_use]
    pub fn packet_id_in_use(&self, id: PacketId) -> bool {
        self.requests.in_use(id)
    }

    /// How many more PUBLISH packets at QoS 1 or 2 the broker's Receive Maximum lets us send now.
    #[must_use]
    pub fn send_quota(&self) -> u16 {
        self.requests.send_quota(self.theirs.receive_maximum)
    }
}

impl Monitor {
    fn with_memory(version: Version, memory: Memory) -> Self {
        Self {
            version,
            breach: None,
            handshake: Handshake::new(version),
            ours: Limits::default(),
            theirs: Limits::default(),
            requests: Requests::default(),
            subscriptions: Subscriptions::default(),
            deliveries: Deliveries::default(),
            aliases_of_client: Aliases::default(),
            aliases_of_server: Aliases::default(),
            memory,
            last_delivery: None,
        }
    }

    /// Follows a packet of ours. All state is brought forward even if a rule is broken.
    fn judge_own(&mut self, packet: &Packet) -> Result<(), Breach> {
        let order = self.handshake.sent(packet);
        let fits = limits::check_own(&self.theirs, self.version, packet);
        let flow = match packet {
            // Behind bytes that are no packet, nobody knows what the broker takes this one for.
            Packet::Connect(connect) if self.breach.is_none() && order.is_ok() => {
                self.ours = Limits::of_connect(connect);
                self.theirs = Limits::assumed_from(connect);
                if !self.handshake.is_expected_client() {
                    self.memory = Memory::Unknown;
                }
                Ok(())
            }
            Packet::Publish(publish) => {
                let alias = self.aliases_of_client.sent(publish, &self.theirs);
                let quota = self.theirs.receive_maximum;
                alias.and(self.requests.sent_publish(self.version, publish, quota))
            }
            Packet::Puback(_) | Packet::Pubrec(_) | Packet::Pubcomp(_) => {
                self.deliveries.sent_answer(packet)
            }
            Packet::Pubrel(pubrel) => self.requests.sent_pubrel(pubrel),
            Packet::Subscribe(subscribe) => self.requests.sent_subscribe(subscribe),
            Packet::Unsubscribe(unsubscribe) => self.requests.sent_unsubscribe(unsubscribe),
            Packet::Pingreq => {
                self.requests.sent_pingreq();
                Ok(())
            }
            _ => Ok(()),
        };
        order.and(fits).and(flow)
    }

    fn judge_theirs(&mut self, packet: &Packet, findings: &mut Findings) {
        limits::check_problem_information(&self.handshake, packet, findings);
        match packet {
            Packet::Connack(connack) => {
                self.theirs.update(connack);
                if self.handshake.connected() {
                    self.begin_session(connack.session_present);
                }
            }
            Packet::Publish(publish) => self.judge_delivery(publish, findings),
            Packet::Pubrel(pubrel) => self.deliveries.received_pubrel(pubrel, findings),
            Packet::Puback(_) | Packet::Pubrec(_) | Packet::Pubcomp(_) => {
                self.requests.received_publish_answer(packet, findings);
            }
            Packet::Suback(suback) => {
                if let Some(request) = self.requests.received_suback(suback, findings) {
                    self.subscriptions.answered(&request, suback, findings);
                }
            }
            Packet::Unsuback(unsuback) => {
                if let Some(filters) = self.requests.received_unsuback(unsuback, findings) {
                    self.subscriptions.given_up(&filters, unsuback, findings);
                }
            }
            Packet::Pingresp => self.requests.received_pingresp(findings),
            _ => {}
        }
    }

    fn judge_delivery(&mut self, publish: &Publish, findings: &mut Findings) {
        let topic = self.aliases_of_server.received(publish, &self.ours, findings);
        if let Some(topic) = &topic {
            let pending = self.requests.subscribes();
            self.subscriptions.check_delivery(publish, topic, pending, findings);
        }
        let resend = self.deliveries.received_publish(
            publish,
            topic.as_ref(),
            self.ours.receive_maximum,
            findings,
        );
        self.last_delivery = Some(LastDelivery { topic, resend });
    }

    /// CONNACK with success came: the session is the one remembered, or a new one.
    fn begin_session(&mut self, present: bool) {
        let memory = std::mem::replace(&mut self.memory, Memory::Unknown);
        let clean_start = self.handshake.is_clean_start();
        match (present, memory) {
            (false, Memory::Known(session)) => {
                self.subscriptions.replace(&session.subscriptions, clean_start);
            }
            (false, Memory::Former(subscriptions)) => {
                self.subscriptions.replace(&subscriptions, clean_start);
            }
            (false, Memory::Unknown) => {}
            (true, Memory::Known(session)) => {
                let Session { subscriptions, deliveries, requests } = *session;
                self.subscriptions = subscriptions;
                self.deliveries = deliveries;
                self.requests.inherit(requests);
            }
            (true, Memory::Former(_) | Memory::Unknown) => {
                self.subscriptions.forget();
                self.deliveries.forget();
                self.requests.forget();
            }
        }
    }

    /// What the next connection of this client may find, if CONNACK says Session Present there.
    fn leave_behind(&self, version: Version) -> Memory {
        if self.breach.is_some() || version != self.version {
            return Memory::Unknown;
        }
        match self.handshake.effect_on_session() {
            handshake::Effect::None => self.memory.clone(),
            handshake::Effect::Unclear => Memory::Unknown,
            handshake::Effect::Used => Memory::Known(Box::new(Session {
                subscriptions: self.subscriptions.outlive(self.requests.subscribes()),
                deliveries: self.deliveries.outlive(),
                requests: self.requests.outlive(),
            })),
        }
    }
}
