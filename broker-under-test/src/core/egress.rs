//! The one way out: every packet for a client is brought under the client's terms and encoded here
//! (5.0, sections 3.1.2.11.4 and 3.1.2.11.7).

use bytes::BytesMut;
use mqttspec_codec::{
    EncodeError, Packet, Properties, PropertiesBuilder, Property, PropertyOwner, ReasonCode,
    Version,
};

use super::connection::Terms;
use super::event::{Action, ConnectionId};
use super::{Broker, rules};
use crate::defect::{self, Flaw};

/// Why a packet did not leave: it is larger than the client's Maximum Packet Size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLarge;

impl Broker {
    /// Sends a packet that the client is owed. If it does not fit into the client's Maximum Packet
    /// Size even without its Reason String and User Properties, the client cannot be served.
    pub(super) fn send(&mut self, id: ConnectionId, packet: impl Into<Packet>) {
        if self.transmit(id, packet.into()) == Err(TooLarge) {
            self.refuse(id, ReasonCode::PacketTooLarge, "the answer is too large for the client");
        }
    }

    /// Sends a packet, or reports that the client would not take it.
    pub(super) fn transmit(&mut self, id: ConnectionId, packet: Packet) -> Result<(), TooLarge> {
        if self.config.has(Flaw::FullWindowHoldsUpAnswers) && self.is_held_up(id, &packet) {
            return Ok(());
        }
        let Some(connection) = self.connections.get(&id) else { return Ok(()) };
        let terms = connection.terms;
        let taken_as =
            self.config.flaw().map_or(terms, |flaw| defect::egress::terms(flaw, &packet, terms));
        let packet = fit(packet, taken_as, self.config.flaw().is_some()).ok_or(TooLarge)?;
        match self.config.flaw() {
            Some(flaw) => {
                let packets = defect::egress::send(flaw, packet, terms);
                self.actions.extend(packets.into_iter().map(|bytes| Action::Send(id, bytes)));
            }
            None => self.emit(id, terms.version, &packet),
        }
        if self.config.has(Flaw::KeepAliveByOwnPackets) {
            self.restart_keep_alive(id);
        }
        Ok(())
    }

    /// A Reason String, and the User Property that goes with it, for an answer that has an error
    /// code. Whether the client gets them is decided when the answer is sent.
    pub(super) fn explanation<K: PropertyOwner>(&self, why: &str) -> Properties<K> {
        let mut builder = PropertiesBuilder::new();
        // What does not fit into a string is not explained.
        let _ = builder.push(Property::ReasonString(why));
        if let Some((name, value)) = &self.config.problem_user_property {
            let _ = builder.push(Property::UserProperty(name, value));
        }
        builder.build()
    }

    fn emit(&mut self, id: ConnectionId, version: Version, packet: &Packet) {
        let mut bytes = BytesMut::new();
        packet.encode(version, &mut bytes).expect("the core makes packets that can be encoded");
        self.actions.push(Action::Send(id, bytes.freeze()));
    }
}

/// The packet as the client may get it: without its explanation if it must not or cannot have one,
/// User Properties going first; `None` if it is too large all the same.
fn fit(mut packet: Packet, terms: Terms, is_defective: bool) -> Option<Packet> {
    let is_connack_or_disconnect = matches!(packet, Packet::Connack(_) | Packet::Disconnect(_));
    if !rules::may_explain(terms.problem_information, is_connack_or_disconnect) {
        cut(&mut packet, Form::Bare);
    }
    for form in [Form::Whole, Form::Reason, Form::Bare] {
        cut(&mut packet, form);
        match packet.encoded_len(terms.version) {
            Ok(len) if len <= terms.packet_size_max => return Some(packet),
            // Properties can make a packet larger than any may be.
            Ok(_) | Err(EncodeError::PacketTooLong) => {}
            // What a broker with a defect makes need not be a packet; its bytes leave all the same.
            Err(_) if is_defective => return Some(packet),
            Err(error) => unreachable!("the core makes packets that can be encoded: {error}"),
        }
    }
    None
}

/// How much of its explanation a packet keeps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Whole,
    /// Without User Properties.
    Reason,
    /// Without User Properties and Reason String.
    Bare,
}

/// The User Properties of a PUBLISH are part of the message and stay.
fn cut(packet: &mut Packet, form: Form) {
    match packet {
        Packet::Connack(connack) => reduce(&mut connack.properties, form),
        Packet::Puback(puback) => reduce(&mut puback.properties, form),
        Packet::Pubrec(pubrec) => reduce(&mut pubrec.properties, form),
        Packet::Pubrel(pubrel) => reduce(&mut pubrel.properties, form),
        Packet::Pubcomp(pubcomp) => reduce(&mut pubcomp.properties, form),
        Packet::Suback(suback) => reduce(&mut suback.properties, form),
        Packet::Unsuback(unsuback) => reduce(&mut unsuback.properties, form),
        Packet::Disconnect(disconnect) => reduce(&mut disconnect.properties, form),
        Packet::Auth(auth) => reduce(&mut auth.properties, form),
        Packet::Connect(_)
        | Packet::Publish(_)
        | Packet::Subscribe(_)
        | Packet::Unsubscribe(_)
        | Packet::Pingreq
        | Packet::Pingresp => {}
    }
}

fn reduce<K: PropertyOwner>(properties: &mut Properties<K>, form: Form) {
    let stays = |property: &Property<'_>| match property {
        Property::UserProperty(..) => form == Form::Whole,
        Property::ReasonString(_) => form != Form::Bare,
        _ => true,
    };
    if properties.iter().all(|property| stays(&property)) {
        return;
    }
    let mut builder = PropertiesBuilder::new();
    for property in properties.iter().filter(stays) {
        builder.push(property).expect("it stood in this packet before");
    }
    *properties = builder.build();
}
