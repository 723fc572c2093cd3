//! How connections and sessions end, and what becomes of the Will (sections 3.1.2.5, 3.14, 4.1; 5.0
//! also 3.1.2.11.2, 3.1.3.2.2, 4.13).

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use mqttspec_codec::packet::{Connack, Disconnect, Will};
use mqttspec_codec::{
    Context, Packet, PacketType, Properties, ReasonCode, Sender, Version, decode,
};

use super::connection::Phase;
use super::event::{Action, ConnectionId};
use super::expiry::Timer;
use super::flawed::ASIDE;
use super::message::Message;
use super::session::{ClientId, SessionExpiry};
use super::subscriptions::Subscription;
use super::{Broker, rules};
use crate::defect::{self, Defect, Flaw};

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
                let reason = match self.config.has(Flaw::DisconnectWithoutReason) {
                    true => ReasonCode::UnspecifiedError,
                    false => rules::code_in(PacketType::Disconnect, reason),
                };
                let properties = self.explanation(why);
                self.transmit(id, Disconnect { reason, properties }.into())
            }
            (true, false) if self.config.has(Flaw::DisconnectIn311) => {
                self.transmit(id, Disconnect::new(ReasonCode::NORMAL_DISCONNECTION).into())
            }
            (_, false) => Ok(()),
        };
        if let Some(Defect::Flaw(flaw)) = self.config.defect {
            if defect::will::is_lost(flaw, reason) {
                self.forget_will(id);
            }
            if defect::session::is_lost(flaw, reason) {
                self.forget_session(id);
            }
        }
        if is_connected && is_v5 && self.config.has(Flaw::TalksBehindDisconnect) {
            self.send(id, Packet::Pingresp);
        }
        let is_kept = match is_connected {
            true => is_v5 && self.config.has(Flaw::FaultyClientKept),
            false => self.config.has(Flaw::RefusedClientKept),
        };
        match is_kept {
            true => self.lost(id),
            false => self.close(id),
        }
    }

    /// Publishes what stands in the input behind the packet that ends a connection.
    pub(super) fn serve_what_is_left(&mut self, id: ConnectionId, client: &ClientId) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let mut input = mem::take(&mut connection.input);
        // CONNECT may have named no version that is known.
        for version in Version::ALL {
            let context = Context::new(version, Sender::Client);
            while let Ok(Some(packet)) = decode(&mut input, &context) {
                if let Packet::Publish(publish) = packet {
                    let topic = publish.topic.clone();
                    self.take_over(client, publish, topic);
                }
            }
        }
    }

    fn sends_no_disconnect(&self, reason: ReasonCode) -> bool {
        self.config.has(Flaw::DisconnectMissing)
            || self.config.has(Flaw::TakeoverWithoutReason)
                && reason == ReasonCode::SessionTakenOver
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
        let mut discarded = None;
        let expiry_max_s = self.config.session_expiry_interval_max_s.unwrap_or(u32::MAX);
        if let Some(session) = self.sessions.get_mut(&link.client) {
            let forgets_session = self.config.has(Flaw::SessionLostOnDisconnect)
                || self.config.has(Flaw::ExpiryResetByDisconnect) && interval_s.is_none();
            if forgets_session {
                session.expiry = SessionExpiry::WithConnection;
            }
            if let Some(interval_s) = interval_s
                && !self.config.has(Flaw::ExpiryInDisconnectIgnored)
            {
                session.expiry = SessionExpiry::from_interval(interval_s.min(expiry_max_s));
            }
            let keeps_will = self.config.has(Flaw::WillAfterDisconnect);
            let removes_will = rules::removes_will(disconnect.reason)
                || self.config.has(Flaw::WillNotOnDisconnect);
            if removes_will && !keeps_will {
                discarded = session.will.take();
            }
        }
        let client = link.client.clone();
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
        let client = link.client;
        if self.connections.is_empty() && self.config.has(Flaw::RetainedLostWithLastClient) {
            self.retained.keep(|_| false);
        }
        if self.config.has(Flaw::FormerClientRefused) {
            self.leftovers.insert(client.clone(), link.inbound_aliases);
        }
        let Some(session) = self.sessions.get_mut(&client) else { return };
        session.connection = None;
        session.kept_aliases =
            self.config.has(Flaw::OutboundAliasesKept).then_some(link.outbound_aliases);
        if self.config.has(Flaw::UnsubscribeForgotten) {
            for filter in mem::take(&mut session.given_up) {
                self.subscriptions.insert(&filter, &client, Subscription::at_qos_1());
            }
        }
        let delay = session.will.as_ref().map(|will| {
            rules::will_delay(will.properties.will_delay_interval())
                .filter(|_| !self.config.has(Flaw::WillDelayIgnored))
        });
        match session.expiry {
            _ if session.filters.is_empty() && self.config.has(Flaw::EmptySessionLost) => {
                return self.end_session(&client);
            }
            SessionExpiry::WithConnection => {
                if self.config.has(Flaw::CleanSessionLeavesSubscriptions) {
                    session.filters.clear();
                }
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
        if let Some(will) = session.will.take() {
            match rules::will_delay(will.properties.will_delay_interval()) {
                Some(_) if self.config.has(Flaw::WillLostWithSession) => {}
                Some(delay) if self.config.has(Flaw::WillOutwaitsSession) => {
                    self.put_will_aside(client, will, delay);
                }
                _ => self.send_will(client, will),
            }
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

    fn send_will(&mut self, client: &ClientId, will: Will) {
        const LATE: Duration = Duration::from_secs(3);
        if self.config.has(Flaw::WillLate) && !client.starts_with(ASIDE) {
            return self.put_will_aside(client, will, LATE);
        }
        let will = match self.config.defect {
            Some(Defect::Flaw(flaw)) => defect::will::alter(flaw, will),
            _ => Some(will),
        };
        let Some(will) = will else { return };
        if self.config.has(Flaw::WillTwice) {
            self.route(Message::from_will(will.clone(), client, self.now));
        }
        if will.retain && self.config.has(Flaw::RetainedWillNotSent) {
            self.retain(&Arc::new(Message::from_will(will, client, self.now)));
            return;
        }
        let since = match rules::will_delay(will.properties.will_delay_interval()) {
            Some(delay) if self.config.has(Flaw::WillExpiryDuringDelay) => self.now.before(delay),
            _ => self.now,
        };
        self.route(Message::from_will(will, client, since));
    }
}
