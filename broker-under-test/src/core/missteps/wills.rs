//! Missteps with Wills: when one is lost, kept or published, and what is made of it.

use std::sync::Arc;
use std::time::Duration;

use mqttspec_codec::ReasonCode;
use mqttspec_codec::packet::Will;

use crate::core::event::ConnectionId;
use crate::core::expiry::Timer;
use crate::core::message::Message;
use crate::core::session::{ClientId, Session};
use crate::core::time::Timestamp;
use crate::core::{Broker, rules};
use crate::defect::{self, Flaw};

/// Begins the Client Identifiers under which Wills are put aside: one that no client can have.
const ASIDE: char = '\0';

/// How late a Will is published that is put aside when it is due.
const LATE: Duration = Duration::from_secs(3);

impl Broker {
    /// The Will that a session has, after a CONNECT with this one.
    pub(in crate::core) fn mistake_will(
        &mut self,
        client: &ClientId,
        will: Option<Will>,
    ) -> Option<Will> {
        match (self.config.flaw(), self.sessions.get_mut(client)) {
            (Some(Flaw::WillIgnored), _) => None,
            (Some(Flaw::WillKeptOncePublished), Some(session)) => will.or(session.will.take()),
            _ => will,
        }
    }

    /// What is made of a Will that waits when its client comes back.
    pub(in crate::core) fn judge_waiting_will(&mut self, client: &ClientId, is_anew: bool) {
        let Some(session) = self.sessions.get_mut(client) else { return };
        match self.config.flaw() {
            Some(Flaw::WillNotOnCleanStart) if is_anew => session.will = None,
            Some(Flaw::WillSentOnReturn) if !is_anew => self.publish_will(client),
            Some(Flaw::WillNotCancelled) if !is_anew => {
                if let Some(will) = session.will.take()
                    && let Some(delay) = rules::will_delay(will.properties.will_delay_interval())
                {
                    self.put_will_aside(client, will, delay);
                }
            }
            _ => {}
        }
    }

    /// Publishes the Will later, whatever becomes of its session.
    fn put_will_aside(&mut self, client: &ClientId, will: Will, delay: Duration) {
        let aside: ClientId = format!("{ASIDE}{client}").into();
        let session = self.sessions.entry(aside.clone()).or_insert_with(Session::new);
        session.will = Some(will);
        self.timers.set(Timer::Will(aside), self.now.after(delay));
    }

    /// Forgets the Will of a connection.
    pub(in crate::core) fn forget_will(&mut self, id: ConnectionId) {
        let client = self.client_of(id);
        if let Some(session) = client.and_then(|client| self.sessions.get_mut(&client)) {
            session.will = None;
        }
    }

    /// What is forgotten when the broker closes a connection for this reason.
    pub(in crate::core) fn forget_on_refusal(&mut self, id: ConnectionId, reason: ReasonCode) {
        let Some(flaw) = self.config.flaw() else { return };
        if defect::will::is_lost(flaw, reason) {
            self.forget_will(id);
        }
        if defect::session::is_lost(flaw, reason) {
            self.forget_session(id);
        }
    }

    /// Whether a DISCONNECT discards the Will.
    pub(in crate::core) fn discards_will(&self, reason: ReasonCode) -> bool {
        match self.config.flaw() {
            Some(Flaw::WillAfterDisconnect) => false,
            Some(Flaw::WillNotOnDisconnect) => true,
            _ => rules::removes_will(reason),
        }
    }

    /// Publishes a Will with a delay a second after DISCONNECT has discarded it.
    pub(in crate::core) fn keep_discarded(&mut self, client: &ClientId, will: Option<Will>) {
        let delayed =
            will.filter(|will| rules::will_delay(will.properties.will_delay_interval()).is_some());
        if let Some(will) = delayed
            && self.config.has(Flaw::WillSecondAfterDisconnect)
        {
            self.put_will_aside(client, will, Duration::from_secs(1));
        }
    }

    /// The Will of a session that ends, unless it is lost or put aside.
    pub(in crate::core) fn withhold_will(&mut self, client: &ClientId, will: Will) -> Option<Will> {
        match (self.config.flaw(), rules::will_delay(will.properties.will_delay_interval())) {
            (Some(Flaw::WillLostWithSession), Some(_)) => None,
            (Some(Flaw::WillOutwaitsSession), Some(delay)) => {
                self.put_will_aside(client, will, delay);
                None
            }
            _ => Some(will),
        }
    }

    /// The Will that is published now, and since when its lifetime counts.
    pub(in crate::core) fn mistake_due_will(
        &mut self,
        client: &ClientId,
        will: Will,
    ) -> Option<(Will, Timestamp)> {
        let Some(flaw) = self.config.flaw() else { return Some((will, self.now)) };
        if flaw == Flaw::WillLate && !client.starts_with(ASIDE) {
            self.put_will_aside(client, will, LATE);
            return None;
        }
        let will = defect::will::alter(flaw, will)?;
        let message = |will: &Will| Message::from_will(will.clone(), client, self.now);
        match (flaw, rules::will_delay(will.properties.will_delay_interval())) {
            (Flaw::WillTwice, _) => {
                self.route(message(&will));
            }
            (Flaw::RetainedWillNotSent, _) if will.retain => {
                self.retain(&Arc::new(message(&will)));
                return None;
            }
            (Flaw::WillExpiryDuringDelay, Some(delay)) => {
                return Some((will, self.now.before(delay)));
            }
            _ => {}
        }
        Some((will, self.now))
    }
}
