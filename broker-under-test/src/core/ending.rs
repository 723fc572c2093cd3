//! How connections and sessions end, and what becomes of the Will (sections 3.1.2.5, 3.14, 4.1; 5.0
//! also 3.1.2.11.2, 3.1.3.2.2, 4.13).

use mqttspec_codec::packet::{Connack, Disconnect, Will};
use mqttspec_codec::{PacketType, Properties, ReasonCode, Version};

use super::connection::Phase;
use super::event::{Action, ConnectionId};
use super::expiry::Timer;
use super::message::Message;
use super::session::{ClientId, SessionExpiry};
use super::{Broker, rules};
use crate::defect::Flaw;

impl Broker {
    /// Closes a connection because of what its client did, or could not be granted: with CONNACK
    /// before the CONNECT is accepted, with DISCONNECT afterwards, and without a word where the
    /// version knows none (5.0, section 4.13; 3.1.1, sections 3.2.2.3 and 4.8).
    pub(super) fn refuse(&mut self, id: ConnectionId, reason: ReasonCode, why: &str) {
        let Some(connection) = self.connections.get(&id) else { return };
        let is_v5 = connection.terms.version == Version::V5_0;
        let is_connected = matches!(connection.phase, Phase::Connected(_));
        // What does not fit into the client's Maximum Packet Size is left out.
        let _ = match (is_connected, is_v5) {
            (false, true) => {
                let reason = rules::code_in(PacketType::Connack, reason);
                let properties = self.explanation(why);
                self.transmit(id, Connack { session_present: false, reason, properties }.into())
            }
            (false, false) if reason.connack_return_code().is_some() => {
                let properties = Properties::default();
                self.transmit(id, Connack { session_present: false, reason, properties }.into())
            }
            (true, true) if self.sends_no_disconnect(reason) => Ok(()),
            (true, true) => {
                let reason = rules::code_in(PacketType::Disconnect, reason);
                let properties = self.explanation(why);
                self.transmit(id, Disconnect { reason, properties }.into())
            }
            (true, false) if self.config.has(Flaw::DisconnectIn311) => {
                self.transmit(id, Disconnect::new(ReasonCode::NORMAL_DISCONNECTION).into())
            }
            (_, false) => Ok(()),
        };
        self.forget_on_refusal(id, reason);
        match self.survives_refusal(id) {
            true => self.lost(id),
            false => self.close(id),
        }
    }

    /// Closes a connection without a word; its Will is published.
    pub(super) fn close(&mut self, id: ConnectionId) {
        if self.connections.contains_key(&id) {
            self.actions.push(Action::Close(id));
            let client = self.link(id).map(|link| link.client.clone());
            self.lost(id);
            if let Some(client) = client
                && self.config.has(Flaw::WillDelayedOnlyOnClose)
            {
                self.publish_will(&client);
            }
        }
    }

    /// DISCONNECT came. It may end a session sooner or later than CONNECT said, and it removes the
    /// Will unless it says otherwise.
    pub(super) fn disconnect(&mut self, id: ConnectionId, disconnect: &Disconnect) {
        let Some(link) = self.connections.get(&id).and_then(|connection| connection.link()) else {
            return;
        };
        let interval_s = disconnect.properties.session_expiry_interval();
        if interval_s.is_some_and(|s| !rules::may_change_session_expiry(link.expiry_in_connect, s))
            && !self.config.has(Flaw::ExpiryRaisedFrom0)
        {
            let why = "CONNECT had no Session Expiry Interval that DISCONNECT could change";
            return self.refuse(id, ReasonCode::ProtocolError, why);
        }
        let client = link.client.clone();
        let expiry_max_s = self.config.session_expiry_interval_max_s.unwrap_or(u32::MAX);
        self.mistake_disconnect(id, interval_s);
        let discards_will = self.discards_will(disconnect.reason);
        let Some(session) = self.sessions.get_mut(&client) else { return self.close(id) };
        if let Some(interval_s) = interval_s
            && !self.config.has(Flaw::ExpiryInDisconnectIgnored)
        {
            session.expiry = SessionExpiry::from_interval(interval_s.min(expiry_max_s));
        }
        let discarded = session.will.take_if(|_| discards_will);
        self.keep_discarded(&client, discarded);
        if self.config.has(Flaw::DisconnectedClientServed) {
            self.serve_what_is_left(id, &client);
        }
        if self.config.has(Flaw::DisconnectUnanswered) {
            return self.lost(id);
        }
        self.close(id);
    }

    /// The connection is no more. Its session goes on or ends, its Will waits or is published.
    pub(super) fn lost(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.remove(&id) else { return };
        self.timers.cancel(&Timer::Handshake(id));
        self.timers.cancel(&Timer::KeepAlive(id));
        let Phase::Connected(link) = connection.phase else { return };
        let client = link.client.clone();
        self.mislay_link(&link);
        let Some(session) = self.sessions.get_mut(&client) else { return };
        session.connection = None;
        let delay = session.will.as_ref().map(|will| {
            rules::will_delay(will.properties.will_delay_interval())
                .filter(|_| !self.config.has(Flaw::WillDelayIgnored))
        });
        match session.expiry {
            _ if session.filters.is_empty() && self.config.has(Flaw::EmptySessionLost) => {
                return self.end_session(&client);
            }
            SessionExpiry::WithConnection => {
                self.leave_subscriptions(&client, Flaw::CleanSessionLeavesSubscriptions);
                return self.end_session(&client);
            }
            SessionExpiry::After(interval) => {
                let since = match self.config.has(Flaw::ExpiryRunsFromConnect) {
                    true => link.since,
                    false => self.now,
                };
                self.timers.set(Timer::Session(client.clone()), since.after(interval));
            }
            SessionExpiry::Never => {}
        }
        self.mislay_in_flight(&client);
        match delay {
            None => {}
            Some(None) => self.publish_will(&client),
            Some(Some(delay)) => self.timers.set(Timer::Will(client), self.now.after(delay)),
        }
    }

    /// A session ends: its state goes, its Will is published if that still waits, and what it did
    /// not get as a member of a shared subscription goes to another member.
    pub(super) fn end_session(&mut self, client: &ClientId) {
        let Some(mut session) = self.sessions.remove(client) else { return };
        self.timers.cancel(&Timer::Session(client.clone()));
        self.timers.cancel(&Timer::Will(client.clone()));
        for filter in &session.filters {
            if filter.share.is_none() || !self.config.has(Flaw::SharedGoneMemberServed) {
                self.subscriptions.remove(filter, client);
            }
        }
        let with_qos_2 = self.config.has(Flaw::SharedQos2PassedOn);
        for delivery in session.outbound.into_undelivered(with_qos_2) {
            if !self.config.has(Flaw::SharedNotPassedOn) {
                self.pass_on_share(&delivery);
            }
        }
        if self.config.has(Flaw::RetainedEndsWithSession) {
            self.retained.keep(|message| message.publisher.as_ref() != Some(client));
        }
        let will = session.will.take().and_then(|will| self.withhold_will(client, will));
        if let Some(will) = will {
            self.send_will(client, will);
        }
    }

    /// The Will is due. It is removed from the session when it is published.
    pub(super) fn publish_will(&mut self, client: &ClientId) {
        self.timers.cancel(&Timer::Will(client.clone()));
        let Some(session) = self.sessions.get_mut(client) else { return };
        let will = match self.config.has(Flaw::WillKeptOncePublished) {
            true => session.will.clone(),
            false => session.will.take(),
        };
        if let Some(will) = will {
            self.send_will(client, will);
        }
    }

    /// Publishes a Will, whose lifetime starts now.
    fn send_will(&mut self, client: &ClientId, will: Will) {
        if let Some((will, since)) = self.mistake_due_will(client, will) {
            self.route(Message::from_will(will, client, since));
        }
    }
}
