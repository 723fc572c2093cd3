//! From bytes to packets: framing, decoding, and which packets are in place when (sections 2 and 3;
//! what happens to those that are not: 5.0 section 4.13, 3.1.1 section 4.8).
//!
//! [`Broker::decode_failed`] is the one place where a packet that breaks a rule about bytes meets
//! its answer.

use mqttspec_codec::{
    Context, DecodeError, ErrorKind, Packet, PacketType, ReasonCode, Sender, Version, decode,
};

use super::Broker;
use super::connection::{Phase, Terms};
use super::event::ConnectionId;
use super::expiry::Timer;
use super::missteps::Misreading;
use crate::defect::{Flaw, strictness};

impl Broker {
    /// The next bytes of a connection. Packets behind a CONNECT wait here until it is accepted, and
    /// are never looked at if it is refused (MQTT-3.1.4-6; 3.1.1: MQTT-3.1.4-5).
    pub(super) fn received(&mut self, id: ConnectionId, bytes: &[u8]) {
        let is_kept_waiting = self.is_kept_waiting(id);
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.input.extend_from_slice(bytes);
        if is_kept_waiting {
            return;
        }
        if self.config.has(Flaw::KeepAliveByBytes) {
            self.restart_keep_alive(id);
        }
        let mut count = 0;
        while let Some(packet) = self.next_packet(id) {
            count += 1;
            if count > 10 && self.config.has(Flaw::BurstCut) {
                continue;
            }
            if self.keeps_alive(&packet) {
                self.restart_keep_alive(id);
            }
            self.dispatch(id, packet);
            if self.config.has(Flaw::OnePacketAtATime) {
                break;
            }
        }
        self.lose_rest(id);
    }

    /// Takes the next whole packet off the input, if the connection still stands.
    fn next_packet(&mut self, id: ConnectionId) -> Option<Packet> {
        loop {
            let connection = self.connections.get_mut(&id)?;
            let first_byte = *connection.input.first()?;
            let is_opened = matches!(connection.phase, Phase::Opened);
            if is_opened && first_byte >> 4 != PacketType::Connect as u8 {
                if self.tolerates_first(id, first_byte) {
                    continue;
                }
                self.close(id);
                return None;
            }
            let size_max = self.config.maximum_packet_size.get();
            let context = Context {
                packet_size_max: strictness::packet_size_max(self.config.flaw(), size_max),
                ..Context::new(connection.terms.version, Sender::Client)
            };
            let len = connection.input.len();
            let decoded = decode(&mut connection.input, &context);
            let len = len - connection.input.len();
            match decoded {
                Ok(Some(packet)) if self.mistakes(id, &packet, len) => {}
                Ok(packet) => return packet,
                Err(error) => match self.misread(id, &error) {
                    Misreading::None => {
                        self.decode_failed(id, &error);
                        return None;
                    }
                    Misreading::Again => {}
                    Misreading::As(packet) => return Some(packet),
                },
            }
        }
    }

    /// The reaction to a packet that cannot be decoded: close, and say why if there is a way to.
    fn decode_failed(&mut self, id: ConnectionId, error: &DecodeError) {
        self.spread_failure(id);
        let Some(connection) = self.connections.get(&id) else { return };
        if let Phase::Opened = connection.phase {
            if self.misanswers_connect(id, error) {
                return;
            }
            let Some(connection) = self.connections.get_mut(&id) else { return };
            let claim = ProtocolClaim::read(&connection.input);
            let Some(version) = claim.and_then(|claim| claim.answer_version(error)) else {
                // 3.1.1 wants no CONNACK for a CONNECT that is not valid (MQTT-3.1.4-1).
                return self.close(id);
            };
            connection.terms = Terms::unknown(version);
        }
        let reason = match error.reason() {
            ReasonCode::TopicAliasInvalid if self.config.has(Flaw::TopicAliasZeroMiscoded) => {
                ReasonCode::ProtocolError
            }
            reason => reason,
        };
        self.refuse(id, reason, &error.to_string());
    }

    /// Hands a packet to the module of its kind, if it may come now.
    fn dispatch(&mut self, id: ConnectionId, packet: Packet) {
        let Some(connection) = self.connections.get(&id) else { return };
        match (&connection.phase, packet) {
            (Phase::Opened, Packet::Connect(connect)) => self.connect(id, connect),
            (Phase::Opened, _) => self.close(id),
            (Phase::Authenticating(_), Packet::Auth(auth)) => self.answer_challenge(id, &auth),
            // Only AUTH and DISCONNECT may come before CONNACK (MQTT-3.1.2-30).
            (Phase::Authenticating(_), Packet::Disconnect(_)) => self.close(id),
            (Phase::Authenticating(_), _) if self.config.has(Flaw::EarlyPacketsPassedOver) => {}
            (Phase::Authenticating(_), Packet::Pingreq)
                if self.config.has(Flaw::EarlyPacketsServed) =>
            {
                self.send(id, Packet::Pingresp);
            }
            (Phase::Authenticating(_), _) => {
                self.refuse(id, ReasonCode::ProtocolError, "only AUTH is in place now");
            }
            (Phase::Connected(link), packet) => {
                let is_held_up =
                    link.is_challenged && self.config.has(Flaw::ReauthenticationHoldsUp);
                if !is_held_up || matches!(packet, Packet::Auth(_)) {
                    self.dispatch_connected(id, packet);
                }
            }
        }
    }

    fn dispatch_connected(&mut self, id: ConnectionId, packet: Packet) {
        match packet {
            Packet::Publish(publish) => self.publish(id, publish),
            Packet::Puback(puback) => self.puback(id, &puback),
            Packet::Pubrec(pubrec) => self.pubrec(id, &pubrec),
            Packet::Pubrel(pubrel) => self.pubrel(id, &pubrel),
            Packet::Pubcomp(pubcomp) => self.pubcomp(id, &pubcomp),
            Packet::Subscribe(subscribe) => self.subscribe(id, &subscribe),
            Packet::Unsubscribe(unsubscribe) => self.unsubscribe(id, &unsubscribe),
            Packet::Pingreq => self.send(id, Packet::Pingresp),
            Packet::Disconnect(disconnect) => self.disconnect(id, &disconnect),
            Packet::Auth(auth) => self.reauthenticate(id, &auth),
            Packet::Connect(_) if self.config.has(Flaw::SecondConnectIgnored) => {}
            Packet::Connect(connect) if self.config.has(Flaw::SecondConnectAnswered) => {
                self.accept(id, *connect);
            }
            Packet::Connect(_) => {
                self.spread_failure(id);
                self.refuse(id, ReasonCode::ProtocolError, "this connection had its CONNECT");
            }
            Packet::Connack(_) | Packet::Suback(_) | Packet::Unsuback(_) | Packet::Pingresp => {
                self.refuse(id, ReasonCode::ProtocolError, "only a server sends this");
            }
        }
    }

    /// Gives the client its whole time for the next packet.
    pub(super) fn restart_keep_alive(&mut self, id: ConnectionId) {
        let link = self.connections.get(&id).and_then(|connection| connection.link());
        if let Some(silence_max) = link.and_then(|link| link.silence_max) {
            self.timers.set(Timer::KeepAlive(id), self.now.after(silence_max));
        }
    }
}

/// What the first fields of a CONNECT say about the protocol, even if the rest makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ProtocolClaim<'a> {
    name: &'a [u8],
    pub(super) level: u8,
}

impl<'a> ProtocolClaim<'a> {
    /// `None` if the fields are not there in whole.
    pub(super) fn read(packet: &'a [u8]) -> Option<Self> {
        let length_field = packet.get(1..)?;
        let length_len = length_field.iter().take(4).position(|byte| byte & 0x80 == 0)? + 1;
        let (name_len, rest) = length_field[length_len..].split_first_chunk()?;
        let (name, rest) = rest.split_at_checked(u16::from_be_bytes(*name_len).into())?;
        Some(Self { name, level: *rest.first()? })
    }

    /// In which version's form CONNACK refuses this CONNECT; `None`: in none, it is just closed.
    pub(super) fn answer_version(&self, error: &DecodeError) -> Option<Version> {
        let is_other_protocol = matches!(
            error.kind(),
            ErrorKind::UnsupportedProtocolName | ErrorKind::UnsupportedProtocolVersion
        );
        match (self.name, self.level) {
            // MQTT 3.1, the one other protocol with a CONNACK, has the Return Code 0x01 as well.
            (b"MQIsdp", 3) => Some(Version::V3_1_1),
            (_, 5..) => Some(Version::V5_0),
            (b"MQTT", _) if is_other_protocol => Some(Version::V3_1_1),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_claim_is_read_behind_any_remaining_length() {
        let claim = Some(ProtocolClaim { name: b"MQTT", level: 5 });
        assert_eq!(ProtocolClaim::read(b"\x10\x0c\x00\x04MQTT\x05"), claim);
        assert_eq!(ProtocolClaim::read(b"\x10\x8c\x80\x80\x00\x00\x04MQTT\x05rest"), claim);
    }

    #[test]
    fn a_claim_that_is_cut_off_is_none() {
        let whole = b"\x10\x0c\x00\x04MQTT\x05";
        for len in 0..whole.len() {
            assert_eq!(ProtocolClaim::read(&whole[..len]), None, "{len} bytes");
        }
        assert_eq!(ProtocolClaim::read(b"\x10\xff\xff\xff\xff\x7f\x00\x04MQTT\x05"), None);
    }
}
