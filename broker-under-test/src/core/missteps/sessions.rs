//! Missteps with sessions: how long they last, and what of them is lost or left.

use std::mem;
use std::time::Duration;

use mqttspec_codec::QoS;
use mqttspec_codec::packet::Connect;

use crate::core::Broker;
use crate::core::alias::OutboundAliases;
use crate::core::connection::Link;
use crate::core::event::ConnectionId;
use crate::core::expiry::Timer;
use crate::core::message::Delivery;
use crate::core::session::{ClientId, Session, SessionExpiry};
use crate::core::subscribe::from_retained;
use crate::core::subscriptions::Subscription;
use crate::defect::{self, Flaw};

impl Broker {
    /// Whether a client has a connection.
    pub(in crate::core) fn is_online(&self, client: &ClientId) -> bool {
        self.sessions.get(client).is_some_and(|session| session.connection.is_some())
    }

    /// Whether a session goes on that by the rules would do so or not.
    pub(in crate::core) fn misresumes(&self, sound: bool, is_takeover: bool) -> bool {
        match self.config.flaw() {
            Some(Flaw::SessionNeverResumed) => false,
            Some(Flaw::CleanStartIgnored) => true,
            Some(Flaw::CleanStartIgnoredOnTakeover) if is_takeover => true,
            Some(Flaw::TakeoverStartsAnew) if is_takeover => false,
            _ => sound,
        }
    }

    /// Ends the session in whose place another starts, but for what is left of it.
    pub(in crate::core) fn end_former_session(&mut self, client: &ClientId) {
        let session = self.sessions.get_mut(client);
        let left = session.and_then(|session| session.leave(self.config.flaw()));
        self.end_session(client);
        if let Some(left) = left {
            self.sessions.insert(client.clone(), left);
        }
    }

    /// What is lost of a session that goes on.
    pub(in crate::core) fn lose_part(&mut self, client: &ClientId) {
        if self.config.has(Flaw::ResumeTakesOthersQueues) {
            let others: Vec<_> = self
                .sessions
                .iter_mut()
                .filter(|(other, session)| *other != client && session.connection.is_none())
                .map(|(_, session)| session.outbound.take_waiting())
                .collect();
            if let Some(session) = self.sessions.get_mut(client) {
                others.into_iter().for_each(|other| session.outbound.append(other));
            }
        }
        let Some(session) = self.sessions.get_mut(client) else { return };
        match self.config.flaw() {
            Some(Flaw::ResumeLosesSubscriptions) => {
                for filter in mem::take(&mut session.filters) {
                    self.subscriptions.remove(&filter, client);
                }
            }
            Some(Flaw::ResumeLosesFirst) => session.outbound.lose_first(),
            Some(Flaw::ResumeLosesQueue) => drop(session.outbound.take_waiting()),
            Some(Flaw::ResumeLosesInFlight) => drop(session.outbound.split_in_flight()),
            Some(Flaw::ResumeLosesUnreleased) => session.unreleased.clear(),
            _ => {}
        }
    }

    /// How long a session outlives its connection that was granted `granted_s` seconds.
    pub(in crate::core) fn mistime_session(
        &self,
        client: &ClientId,
        connect: &Connect,
        granted_s: u32,
    ) -> SessionExpiry {
        let resumed = self.sessions.get(client);
        let in_force_s = match (self.config.flaw(), resumed) {
            (Some(Flaw::FirstExpiryKept), Some(resumed)) => return resumed.expiry,
            (Some(Flaw::AssignedSessionForgotten), _) if connect.client_id.is_empty() => 0,
            (Some(flaw), _) => {
                let is_resumed = resumed.is_some();
                defect::session::expiry_s(flaw, connect.version, granted_s, is_resumed)
            }
            (None, _) => granted_s,
        };
        SessionExpiry::from_interval(in_force_s)
    }

    /// A client is welcomed, and nothing was sent to it but CONNACK.
    pub(in crate::core) fn misbegin(
        &mut self,
        id: ConnectionId,
        client: &ClientId,
        is_takeover: bool,
    ) {
        let Some(session) = self.sessions.get_mut(client) else { return };
        let ends_in = match (self.config.flaw(), session.expiry) {
            (Some(Flaw::SessionEndsWhileOpen), SessionExpiry::After(interval)) => interval,
            (Some(Flaw::CleanSessionEndsWhileOpen), SessionExpiry::WithConnection) => {
                Duration::from_secs(2)
            }
            (Some(Flaw::NotResentOnTakeover), _) if is_takeover => {
                return session.outbound.resend_nothing();
            }
            (Some(Flaw::PipelinedPacketsLost), _) => {
                if let Some(connection) = self.connections.get_mut(&id) {
                    connection.input.clear();
                }
                return;
            }
            _ => return,
        };
        self.timers.set(Timer::Session(client.clone()), self.now.after(ends_in));
    }

    /// Sends CONNACK, which is the first action from `index` on, behind all others.
    pub(in crate::core) fn delay_connack(&mut self, index: usize) {
        if self.config.has(Flaw::QueuedBeforeConnack) && index < self.actions.len() {
            self.actions[index..].rotate_left(1);
        }
    }

    /// What goes wrong when a session is resumed.
    pub(in crate::core) fn misresume(&mut self, client: &ClientId) {
        let Some(flaw) = self.config.flaw() else { return };
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
                self.subscriptions.insert(&filter, client, Subscription::at_qos_1());
                if let Some(session) = self.sessions.get_mut(client) {
                    session.filters.insert(filter);
                }
            }
        }
    }

    /// The connection is lost without a DISCONNECT.
    pub(in crate::core) fn mistake_close(&mut self, id: ConnectionId) {
        match self.config.flaw() {
            Some(Flaw::WillNotOnClose) => self.forget_will(id),
            Some(Flaw::SessionLostOnClose) => self.forget_session(id),
            _ => {}
        }
    }

    /// A DISCONNECT has come, with this Session Expiry Interval.
    pub(in crate::core) fn mistake_disconnect(&mut self, id: ConnectionId, expiry_s: Option<u32>) {
        match self.config.flaw() {
            Some(Flaw::SessionLostOnDisconnect) => self.forget_session(id),
            Some(Flaw::ExpiryResetByDisconnect) if expiry_s.is_none() => self.forget_session(id),
            _ => {}
        }
    }

    /// Lets the session of a connection end with it.
    pub(in crate::core) fn forget_session(&mut self, id: ConnectionId) {
        let client = self.client_of(id);
        if let Some(session) = client.and_then(|client| self.sessions.get_mut(&client)) {
            session.expiry = SessionExpiry::WithConnection;
        }
    }

    /// Lets the subscriptions of a session outlive it, if that is the flaw.
    pub(in crate::core) fn leave_subscriptions(&mut self, client: &ClientId, flaw: Flaw) {
        if let Some(session) = self.sessions.get_mut(client).filter(|_| self.config.has(flaw)) {
            session.filters.clear();
        }
    }

    /// What is kept or forgotten with a connection that is no more.
    pub(in crate::core) fn mislay_link(&mut self, link: &Link) {
        let session = self.sessions.get_mut(&link.client);
        match self.config.flaw() {
            Some(Flaw::RetainedLostWithLastClient) if self.connections.is_empty() => {
                self.retained.keep(|_| false);
            }
            Some(Flaw::FormerClientRefused) => {
                self.remembered.former.insert(link.client.clone());
            }
            Some(Flaw::OutboundAliasesKept) => {
                if let Some(session) = session {
                    session.kept.aliases = Some(link.outbound_aliases.clone());
                }
            }
            Some(Flaw::UnsubscribeForgotten) => {
                let given_up = session.map(|session| mem::take(&mut session.kept.given_up));
                for filter in given_up.unwrap_or_default() {
                    self.subscriptions.insert(&filter, &link.client, Subscription::at_qos_1());
                }
            }
            _ => {}
        }
    }

    /// The Topic Aliases that a client was told on its last connection.
    pub(in crate::core) fn kept_aliases(&mut self, client: &ClientId) -> Option<OutboundAliases> {
        self.sessions.get_mut(client)?.kept.aliases.take()
    }

    /// Whether a message for a client that is away is not kept.
    pub(in crate::core) fn is_lost_offline(
        &mut self,
        client: &ClientId,
        delivery: &Delivery,
    ) -> bool {
        let session = self.sessions.get_mut(client);
        let Some(session) = session.filter(|session| session.connection.is_none()) else {
            return false;
        };
        match self.config.flaw() {
            Some(Flaw::OfflineQueueLost) => true,
            Some(Flaw::OfflineWillLost) => delivery.message.is_will,
            Some(Flaw::OfflineQos2Lost) => delivery.qos == QoS::ExactlyOnce,
            Some(Flaw::OfflineFirstKept) => session.outbound.has_waiting(),
            Some(Flaw::OfflineLastKept) => {
                session.outbound.take_waiting();
                false
            }
            _ => false,
        }
    }
}

impl Session {
    /// Takes out what is left of a session that is to start anew.
    fn leave(&mut self, flaw: Option<Flaw>) -> Option<Self> {
        let mut left = Self::new();
        match flaw? {
            Flaw::CleanStartKeepsSubscriptions => left.filters = mem::take(&mut self.filters),
            Flaw::CleanStartKeepsQueue => left.outbound = self.outbound.take_waiting(),
            Flaw::CleanStartKeepsInFlight => left.outbound = self.outbound.split_in_flight(),
            Flaw::CleanStartKeepsUnreleased => left.unreleased = mem::take(&mut self.unreleased),
            _ => return None,
        }
        Some(left)
    }
}

impl Subscription {
    /// What is left of one that was not kept in full.
    fn at_qos_1() -> Self {
        let qos = QoS::AtLeastOnce;
        Self { qos, no_local: false, retain_as_published: false, identifier: None }
    }
}
