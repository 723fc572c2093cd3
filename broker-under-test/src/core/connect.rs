//! CONNECT: who is let in, with which session, and what CONNACK tells (sections 3.1 and 3.2).

use std::collections::BTreeSet;

use mqttspec_codec::packet::{Connack, Connect};
use mqttspec_codec::topic;
use mqttspec_codec::{Properties, PropertiesBuilder, Property, QoS, ReasonCode, Version};

use super::alias::{InboundAliases, OutboundAliases};
use super::connection::{Link, Phase, Terms};
use super::egress::TooLarge;
use super::event::ConnectionId;
use super::expiry::Timer;
use super::session::{ClientId, Session, SessionExpiry};
use super::{Broker, rules};
use crate::defect::Flaw;

/// Why a CONNECT is turned down.
pub(super) type Refusal = (ReasonCode, &'static str);

impl Broker {
    /// The first packet of a connection.
    pub(super) fn connect(&mut self, id: ConnectionId, connect: Box<Connect>) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.terms = Terms::of(&connect);
        let Some(connect) = self.misjudge_connect(id, connect) else { return };
        match self.admits(&connect) {
            Err((reason, why)) => {
                self.serve_refused(id, &connect.client_id);
                self.refuse(id, reason, why);
            }
            Ok(()) if self.knows_method(connect.properties.authentication_method()) => {
                self.challenge(id, connect);
            }
            Ok(()) => self.accept(id, *connect),
        }
    }

    /// Welcomes a client that has passed every check (section 3.1.4).
    pub(super) fn accept(&mut self, id: ConnectionId, mut connect: Connect) {
        let assigned = connect.client_id.is_empty().then(|| self.assign_client_id());
        let client = assigned.clone().unwrap_or_else(|| self.key_of(&connect.client_id));
        let requested_s = rules::requested_session_expiry_s(&connect);
        let granted_s = self.granted_session_expiry_s(&connect, requested_s);
        let is_resumed = rules::resumes(connect.clean_start, self.stores_session(&client));
        let connack = Connack {
            session_present: is_resumed,
            reason: ReasonCode::Success,
            properties: match connect.version {
                Version::V3_1_1 => Properties::default(),
                Version::V5_0 => {
                    let expiry_s = (granted_s != requested_s).then_some(granted_s);
                    self.announcement(&connect, assigned.as_deref(), expiry_s)
                }
            },
        };
        // Not a single packet may come before CONNACK, so this comes before the session is touched.
        let connack_at = self.actions.len();
        if self.transmit(id, connack.into()) == Err(TooLarge) {
            let why = "CONNACK is too large for the client";
            return self.refuse(id, ReasonCode::PacketTooLarge, why);
        }
        let is_takeover = self.is_online(&client);
        self.open_session(&client, connect.clean_start);
        let is_resumed = self.sessions.contains_key(&client);
        let expiry = self.mistime_session(&client, &connect, granted_s);
        let will = self.mistake_will(&client, connect.will.take());
        self.establish(id, &client, &connect, SessionExpiry::from_interval(requested_s));
        let session = self.sessions.entry(client.clone()).or_insert_with(Session::new);
        session.connection = Some(id);
        session.expiry = expiry;
        session.will = will;
        session.outbound.connected(connect.properties.receive_maximum(), self.config.flaw());
        self.misbegin(id, &client, is_takeover);
        self.transmit_waiting(&client);
        if is_resumed {
            self.misresume(&client);
        }
        self.delay_connack(connack_at);
    }

    /// Every check that a valid CONNECT has to pass before any authentication exchange.
    pub(super) fn admits(&self, connect: &Connect) -> Result<(), Refusal> {
        let method = connect.properties.authentication_method();
        match (method, &self.config.authentication) {
            (None, _) => {}
            (Some(method), Some(known)) if known.method == method => {}
            (Some(_), _) if self.config.has(Flaw::UnknownMethodTaken) => {}
            (Some(_), _) => {
                return Err((ReasonCode::BadAuthenticationMethod, "this method is not known"));
            }
        }
        if connect.version == Version::V3_1_1
            && connect.client_id.is_empty()
            && !connect.clean_start
            && !self.config.has(Flaw::EmptyClientIdKept)
        {
            let why = "a session that is kept needs a Client Identifier";
            return Err((ReasonCode::ClientIdentifierNotValid, why));
        }
        if let Some(refusal) = self.turns_away(connect) {
            return Err(refusal);
        }
        if !self.knows_user(connect) {
            let why = "no such User Name, or not its Password";
            return Err((ReasonCode::BadUserNameOrPassword, why));
        }
        self.admits_will(connect)
    }

    fn admits_will(&self, connect: &Connect) -> Result<(), Refusal> {
        let Some(will) = &connect.will else { return Ok(()) };
        if will.qos > self.config.maximum_qos && !self.config.has(Flaw::WillQosUnchecked) {
            return Err((ReasonCode::QoSNotSupported, "Will QoS is above Maximum QoS"));
        }
        if will.retain
            && !self.config.retain_available
            && !self.config.has(Flaw::WillRetainUnchecked)
        {
            return Err((ReasonCode::RetainNotSupported, "Will Retain without Retain Available"));
        }
        if !self.may_publish(&will.topic) {
            return Err((ReasonCode::NotAuthorized, "the Will Topic is not open to clients"));
        }
        Ok(())
    }

    /// Whether User Name and Password are among those that are let in.
    pub(super) fn knows_user(&self, connect: &Connect) -> bool {
        let Some(users) = &self.config.users else { return true };
        if let Some(verdict) = self.misknows_user(connect) {
            return verdict;
        }
        let (Some(username), Some(password)) = (&connect.username, &connect.password) else {
            return false;
        };
        users.iter().any(|(name, secret)| *name == **username && *secret == **password)
    }

    /// Whether clients may publish to a topic.
    pub(super) fn may_publish(&self, name: &str) -> bool {
        let is_reserved = rules::is_reserved_topic(name) && !self.config.has(Flaw::SysIsOpen);
        !is_reserved && !self.is_denied(name)
    }

    /// Whether access control closes a topic, or all that a filter matches.
    pub(super) fn is_denied(&self, name_or_filter: &str) -> bool {
        let denied = self.config.denied_topic.as_deref();
        denied.is_some_and(|denied| topic::matches(denied, name_or_filter))
    }

    /// A Client Identifier that nobody has: 23 letters and digits.
    fn assign_client_id(&mut self) -> ClientId {
        if self.config.has(Flaw::AssignedClientIdTwice) {
            return "auto".into();
        }
        loop {
            self.assigned_client_ids += 1;
            let candidate = format!("auto{:019}", self.assigned_client_ids);
            if !self.sessions.contains_key(&*candidate) {
                return candidate.into();
            }
        }
    }

    /// Only a 5.0 client can be told that its session is kept for a shorter time.
    fn granted_session_expiry_s(&self, connect: &Connect, requested_s: u32) -> u32 {
        match (connect.version, self.config.session_expiry_interval_max_s) {
            (Version::V5_0, Some(max_s)) => requested_s.min(max_s),
            _ => requested_s,
        }
    }

    /// Whether there is a session, and it does not end now because its connection is taken over.
    fn stores_session(&self, client: &ClientId) -> bool {
        self.sessions.get(client).is_some_and(|session| {
            session.connection.is_none() || session.expiry != SessionExpiry::WithConnection
        })
    }

    /// Ends the connection that the client had before, then ends or resumes its session. A Will that
    /// waits is published if the session ends, and dropped if it goes on.
    fn open_session(&mut self, client: &ClientId, clean_start: bool) {
        let mut is_takeover = false;
        if let Some(old) = self.sessions.get(client).and_then(|session| session.connection)
            && !self.config.has(Flaw::TakeoverIgnored)
        {
            is_takeover = true;
            let why = "another connection uses this Client Identifier";
            self.refuse(old, ReasonCode::SessionTakenOver, why);
            if self.config.has(Flaw::WillDelayIgnoredOnTakeover) {
                self.publish_will(client);
            }
        }
        let resumes = rules::resumes(clean_start, self.sessions.contains_key(client));
        let is_anew = !self.misresumes(resumes, is_takeover);
        self.judge_waiting_will(client, is_anew);
        match is_anew {
            true => self.end_former_session(client),
            false => self.lose_part(client),
        }
        self.timers.cancel(&Timer::Session(client.clone()));
        self.timers.cancel(&Timer::Will(client.clone()));
    }

    fn establish(
        &mut self,
        id: ConnectionId,
        client: &ClientId,
        connect: &Connect,
        expiry_in_connect: SessionExpiry,
    ) {
        let server_keep_alive_s = match connect.version {
            Version::V3_1_1 => None,
            Version::V5_0 => self.config.server_keep_alive,
        };
        let silence_max = self.silence_max(connect.keep_alive, server_keep_alive_s);
        let allowed_aliases = connect.properties.topic_alias_maximum().unwrap_or(0);
        let alias_maximum = match self.config.topic_alias_outgoing {
            true => self.outbound_alias_maximum(allowed_aliases),
            false => 0,
        };
        let kept_aliases = self.kept_aliases(client);
        let link = Link {
            client: client.clone(),
            since: self.now,
            silence_max,
            expiry_in_connect,
            receiving: BTreeSet::new(),
            inbound_aliases: InboundAliases::new(self.config.topic_alias_maximum),
            outbound_aliases: kept_aliases.unwrap_or_else(|| OutboundAliases::new(alias_maximum)),
            authentication_method: connect.properties.authentication_method().map(Into::into),
            is_challenged: false,
        };
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.phase = Phase::Connected(Box::new(link));
        self.timers.cancel(&Timer::Handshake(id));
        if let Some(silence_max) = silence_max {
            self.timers.set(Timer::KeepAlive(id), self.now.after(silence_max));
        }
    }

    /// The properties of a CONNACK that welcomes (section 3.2.2.3). What equals the meaning of an
    /// absent property is left out.
    fn announcement(
        &self,
        connect: &Connect,
        assigned: Option<&str>,
        session_expiry_s: Option<u32>,
    ) -> Properties<Connack> {
        let config = &self.config;
        let unavailable = |available: bool| (!available).then_some(0);
        let response_requested = connect.properties.request_response_information();
        let response_information = config
            .response_information
            .as_deref()
            .filter(|_| rules::returns_response_information(response_requested));
        let properties = [
            session_expiry_s.map(Property::SessionExpiryInterval),
            Some(self.announced_receive_maximum(connect))
                .filter(|&maximum| maximum < u16::MAX)
                .map(Property::ReceiveMaximum),
            (config.maximum_qos < QoS::ExactlyOnce)
                .then(|| Property::MaximumQoS(config.maximum_qos.value())),
            unavailable(config.retain_available).map(Property::RetainAvailable),
            Some(Property::MaximumPacketSize(config.maximum_packet_size.get())),
            assigned.map(Property::AssignedClientIdentifier),
            Some(config.topic_alias_maximum)
                .filter(|&maximum| maximum > 0)
                .map(Property::TopicAliasMaximum),
            unavailable(config.wildcard_subscription_available)
                .map(Property::WildcardSubscriptionAvailable),
            unavailable(config.subscription_identifier_available)
                .map(Property::SubscriptionIdentifierAvailable),
            unavailable(config.shared_subscription_available)
                .map(Property::SharedSubscriptionAvailable),
            config.server_keep_alive.map(Property::ServerKeepAlive),
            response_information.map(Property::ResponseInformation),
            connect.properties.authentication_method().map(Property::AuthenticationMethod),
        ];
        let mut builder = PropertiesBuilder::new();
        for property in properties.into_iter().flatten() {
            builder.push(property).expect("each stands once, and its value is in range");
        }
        builder.build()
    }
}
