//! Missteps with connections: who is let in, what is read, how long a client may be silent, and
//! what an error ends.

use std::mem;
use std::num::NonZeroU16;
use std::time::Duration;

use mqttspec_codec::packet::Connect;
use mqttspec_codec::{
    Context, DecodeError, Packet, PacketType, ReasonCode, Sender, Version, decode,
};

use crate::core::alias::Spelling;
use crate::core::connect::Refusal;
use crate::core::connection::{Connection, Phase, Terms};
use crate::core::event::{Action, ConnectionId};
use crate::core::ingress::ProtocolClaim;
use crate::core::session::ClientId;
use crate::core::{Broker, rules};
use crate::defect::ingress::{Tolerance, faultless_connect, pass_over, tolerate};
use crate::defect::{Flaw, egress, strictness};

/// What becomes of a packet that cannot be decoded.
pub(in crate::core) enum Misreading {
    /// It is refused.
    None,
    /// The input was altered, and is to be read again.
    Again,
    /// It is taken for another one.
    As(Packet),
}

impl Broker {
    /// Whether bytes wait because another client's packet is not yet whole.
    pub(in crate::core) fn is_kept_waiting(&self, id: ConnectionId) -> bool {
        self.config.has(Flaw::UnfinishedPacketHoldsUp)
            && self.connections.iter().any(|(&it, other)| it != id && !other.input.is_empty())
    }

    /// Loses what is left of the bytes that have come.
    pub(in crate::core) fn lose_rest(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let is_lost = match self.config.flaw() {
            Some(Flaw::SplitPacketLost | Flaw::OnePacketAtATime) => true,
            Some(Flaw::SplitHeaderLost) => connection.input.len() == 1,
            _ => false,
        };
        if is_lost {
            connection.input.clear();
        }
    }

    /// Whether a first packet that is no CONNECT is tolerated.
    pub(in crate::core) fn tolerates_first(&mut self, id: ConnectionId, first_byte: u8) -> bool {
        let is_ping = first_byte >> 4 == PacketType::Pingreq as u8;
        let is_served = is_ping && self.config.has(Flaw::FirstPacketServed);
        let is_tolerated = is_served || self.config.has(Flaw::FirstPacketPassedOver);
        if let Some(connection) = self.connections.get_mut(&id)
            && is_tolerated
        {
            pass_over(&mut connection.input);
        }
        if is_served {
            self.send(id, Packet::Pingresp);
        }
        is_tolerated
    }

    /// Whether a legal packet of `len` bytes is lost or refused.
    pub(in crate::core) fn mistakes(
        &mut self,
        id: ConnectionId,
        packet: &Packet,
        len: usize,
    ) -> bool {
        if strictness::loses(self.config.flaw(), packet, len) {
            return true;
        }
        let is_refused = strictness::refuses(self.config.flaw(), packet, len);
        if is_refused {
            match packet {
                Packet::Connect(connect) if connect.version == Version::V3_1_1 => self.close(id),
                _ => self.refuse(id, ReasonCode::MalformedPacket, "too strict"),
            }
        }
        is_refused
    }

    /// What becomes of a packet that cannot be decoded.
    pub(in crate::core) fn misread(&mut self, id: ConnectionId, error: &DecodeError) -> Misreading {
        let Some(connection) = self.connections.get_mut(&id) else { return Misreading::None };
        let claimed = ProtocolClaim::read(&connection.input).map(|claim| claim.level);
        match tolerate(self.config.defect, error, &mut connection.input) {
            Tolerance::None => Misreading::None,
            // A CONNECT cannot be passed over: it is taken for one without any fault.
            Tolerance::PassedOver if matches!(connection.phase, Phase::Opened) => {
                let user = self.config.users.as_ref().and_then(|users| users.first());
                Misreading::As(faultless_connect(id.0, claimed, user))
            }
            Tolerance::Answered(answer) => {
                self.actions.push(Action::Send(id, answer));
                Misreading::Again
            }
            Tolerance::PassedOver | Tolerance::Altered => Misreading::Again,
        }
    }

    /// Whether a CONNECT that cannot be decoded is dealt with.
    pub(in crate::core) fn misanswers_connect(
        &mut self,
        id: ConnectionId,
        error: &DecodeError,
    ) -> bool {
        let Some(connection) = self.connections.get_mut(&id) else { return false };
        let claim = ProtocolClaim::read(&connection.input);
        match self.config.flaw() {
            Some(Flaw::RefusedClientServed) => {
                pass_over(&mut connection.input);
                self.serve_what_is_left(id, &"refused".into());
                self.close(id);
                true
            }
            Some(Flaw::MalformedConnectAnswered)
                if claim.and_then(|claim| claim.answer_version(error)).is_none() =>
            {
                connection.terms = Terms::unknown(Version::V3_1_1);
                self.refuse(id, ReasonCode::ServerUnavailable, "");
                true
            }
            _ => false,
        }
    }

    /// What a broker that does not keep its clients apart does to others when one has failed.
    pub(in crate::core) fn spread_failure(&mut self, id: ConnectionId) {
        let Some(failed) = self.connections.get(&id) else { return };
        let is_hit = |other: &Connection| match self.config.flaw() {
            Some(Flaw::OneErrorEndsAll) => true,
            Some(Flaw::FaultyConnectTakesOver) => other.link().is_some_and(|link| {
                let name = link.client.as_bytes();
                matches!(failed.phase, Phase::Opened)
                    && failed.input.windows(name.len()).any(|part| part == name)
            }),
            _ => false,
        };
        let hit = self.connections.iter().filter(|&(&it, other)| it != id && is_hit(other));
        for other in hit.map(|(&it, _)| it).collect::<Vec<_>>() {
            self.close(other);
        }
    }

    /// The CONNECT as it is read; `None` if it is dealt with.
    pub(in crate::core) fn misjudge_connect(
        &mut self,
        id: ConnectionId,
        mut connect: Box<Connect>,
    ) -> Option<Box<Connect>> {
        if strictness::keeps_waiting(self.config.flaw(), &connect.client_id) {
            return None;
        }
        match self.config.flaw() {
            Some(Flaw::UnknownUserMalformed) if !self.knows_user(&connect) => {
                let reason = ReasonCode::MalformedPacket;
                match connect.version {
                    Version::V3_1_1 => self.close(id),
                    Version::V5_0 => self.refuse(id, reason, "the user name is not known"),
                }
                return None;
            }
            Some(Flaw::LongClientIdClosed)
                if connect.client_id.len() > 23 && self.admits(&connect).is_ok() =>
            {
                self.close(id);
                return None;
            }
            Some(Flaw::ConnectFieldsMisordered) => {
                if let Connect { will: Some(will), password: Some(password), .. } = &mut *connect {
                    mem::swap(&mut will.payload, password);
                }
            }
            _ => {}
        }
        Some(connect)
    }

    /// Why a client is turned away that should be let in.
    pub(in crate::core) fn turns_away(&self, connect: &Connect) -> Option<Refusal> {
        let client_id: &str = &connect.client_id;
        let is_unknown = !self.sessions.contains_key(client_id);
        match self.config.flaw()? {
            Flaw::LongClientIdNotAuthorized if client_id.len() > 23 => {
                Some((ReasonCode::NotAuthorized, "the Client Identifier is too long"))
            }
            Flaw::ControlCharacterIdNotAuthorized if client_id.contains(char::is_control) => {
                Some((ReasonCode::NotAuthorized, "a control character"))
            }
            Flaw::UnknownSessionRefused if !connect.clean_start && is_unknown => {
                Some((ReasonCode::NotAuthorized, "there is no session to go on with"))
            }
            Flaw::ManyClientsRefused if self.connections.len() > 20 => {
                Some((ReasonCode::ServerUnavailable, "too many clients"))
            }
            Flaw::FormerClientRefused if self.remembered.former.contains(client_id) => {
                Some((ReasonCode::ClientIdentifierNotValid, "the client was here before"))
            }
            _ => None,
        }
    }

    /// Whether a client is let in by other rules than that User Name and Password have to be known.
    pub(in crate::core) fn misknows_user(&self, connect: &Connect) -> Option<bool> {
        let username = connect.username.as_deref();
        let password = connect.password.as_deref();
        let mut users = self.config.users.iter().flatten();
        match self.config.flaw()? {
            Flaw::CredentialsUnchecked => Some(true),
            Flaw::CredentialsRefused => Some(false),
            Flaw::PasswordUnchecked => Some(users.any(|(name, _)| username == Some(name))),
            Flaw::UserNameByPrefix => Some(users.any(|(name, secret)| {
                username.is_some_and(|it| it.starts_with(name.as_str())) && password == Some(secret)
            })),
            _ => None,
        }
    }

    /// What sessions are found by: to a sound broker, the Client Identifier.
    pub(in crate::core) fn key_of(&self, client_id: &str) -> ClientId {
        match self.config.flaw() {
            Some(Flaw::ClientIdsCutShort) => client_id.chars().take(12).collect::<String>().into(),
            Some(Flaw::ClientIdsWithoutCase) => client_id.to_lowercase().into(),
            _ => client_id.into(),
        }
    }

    /// How long a client may be silent.
    pub(in crate::core) fn silence_max(
        &self,
        keep_alive_s: u16,
        server_keep_alive_s: Option<u16>,
    ) -> Option<Duration> {
        let sound = rules::silence_max(keep_alive_s, server_keep_alive_s);
        match self.config.flaw() {
            Some(Flaw::KeepAliveIgnored) => None,
            Some(Flaw::KeepAliveEarly) => sound.map(|silence| silence / 3),
            Some(Flaw::KeepAliveOfZeroTimed) => sound.or(Some(Duration::from_secs(1))),
            Some(Flaw::KeepAliveSigned) if keep_alive_s > 32767 => Some(Duration::from_secs(1)),
            Some(Flaw::KeepAliveOverflows) => {
                sound.map(|silence| Duration::from_secs(silence.as_secs() & 0xFFFF))
            }
            Some(Flaw::ServerKeepAliveIgnored) => rules::silence_max(keep_alive_s, None),
            _ => sound,
        }
    }

    /// Whether a packet keeps its client alive. To a sound broker every Control Packet does,
    /// whatever it is (section 3.1.2.10).
    pub(in crate::core) fn keeps_alive(&self, packet: &Packet) -> bool {
        let is_ping = matches!(packet, Packet::Pingreq);
        match self.config.flaw() {
            Some(Flaw::KeepAliveByPingAlone) => is_ping,
            Some(Flaw::KeepAliveWithoutPing) => !is_ping,
            Some(Flaw::KeepAliveWithoutAcknowledgements) => !matches!(
                packet,
                Packet::Puback(_) | Packet::Pubrec(_) | Packet::Pubrel(_) | Packet::Pubcomp(_)
            ),
            _ => true,
        }
    }

    /// The Receive Maximum that CONNACK tells.
    pub(in crate::core) fn announced_receive_maximum(&self, connect: &Connect) -> u16 {
        let of_client = connect.properties.receive_maximum().and_then(NonZeroU16::new);
        match of_client.filter(|_| self.config.has(Flaw::ReceiveMaximumOfClient)) {
            Some(of_client) => of_client.get(),
            None => self.config.receive_maximum.get(),
        }
    }

    /// The greatest Topic Alias towards a client that allows `allowed`.
    pub(in crate::core) fn outbound_alias_maximum(&self, allowed: u16) -> u16 {
        self.config.flaw().map_or(allowed, |flaw| egress::alias_maximum(flaw, allowed))
    }

    /// Serves what comes behind a CONNECT that is refused.
    pub(in crate::core) fn serve_refused(&mut self, id: ConnectionId, client_id: &str) {
        if self.config.has(Flaw::RefusedClientServed) {
            self.serve_what_is_left(id, &client_id.into());
        }
    }

    /// Publishes what stands in the input behind the packet that ends a connection.
    pub(in crate::core) fn serve_what_is_left(&mut self, id: ConnectionId, client: &ClientId) {
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

    /// Whether a connection is closed without a DISCONNECT.
    pub(in crate::core) fn sends_no_disconnect(&self, reason: ReasonCode) -> bool {
        match self.config.flaw() {
            Some(Flaw::DisconnectMissing) => true,
            Some(Flaw::TakeoverWithoutReason) => reason == ReasonCode::SessionTakenOver,
            _ => false,
        }
    }

    /// Whether a connection stays open on which the client was told that it ends.
    pub(in crate::core) fn survives_refusal(&mut self, id: ConnectionId) -> bool {
        let Some(connection) = self.connections.get(&id) else { return false };
        let is_v5 = connection.terms.version == Version::V5_0;
        match (connection.link().is_some(), self.config.flaw()) {
            (true, Some(Flaw::TalksBehindDisconnect)) if is_v5 => {
                self.send(id, Packet::Pingresp);
                false
            }
            (true, Some(Flaw::FaultyClientKept)) => is_v5,
            (false, Some(Flaw::RefusedClientKept)) => true,
            _ => false,
        }
    }
}

impl Spelling {
    /// How a broker with this flaw writes the topic.
    pub(in crate::core) fn spoilt(self, flaw: Flaw) -> Self {
        match (self, flaw) {
            (Self::Introduces(alias), Flaw::AliasNotIntroduced) => Self::Aliased(alias),
            (Self::Aliased(_), Flaw::AliasOfOtherTopic) => Self::Aliased(1),
            _ => self,
        }
    }
}

/// The greatest Topic Alias that is taken from a client that was told a maximum.
pub(in crate::core) fn inbound_alias_maximum(flaw: Option<Flaw>, told: u16) -> u16 {
    match (flaw, told) {
        (Some(Flaw::AliasWithoutMaximumTaken), 0) => u16::MAX,
        (Some(Flaw::AliasMaximumUnchecked), 1..) => u16::MAX,
        (Some(Flaw::HighestAliasRefused), _) => told.saturating_sub(1),
        _ => told,
    }
}
