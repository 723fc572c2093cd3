//! Defects of packets on their way out: what the core wanted to send is not sent, sent twice, sent
//! in company, or altered. What the codec would refuse to encode is made in `wire`.

mod messages;
mod properties;

use bytes::Bytes;
use mqttspec_codec::packet::{
    Auth, Connack, Disconnect, Puback, Pubrec, ReasonList, Suback, Unsuback,
};
use mqttspec_codec::{
    Packet, PacketId, Properties, PropertiesBuilder, Property, QoS, ReasonCode, Version,
};

use self::messages::alter_publish;
use self::properties::{replaced, with, without};
use super::{Flaw, wire};
use crate::core::Terms;

/// The packets, as bytes, that a broker with this flaw sends in place of one.
pub(crate) fn send(flaw: Flaw, mut packet: Packet, terms: Terms) -> Vec<Bytes> {
    if is_dropped(flaw, &packet) {
        return Vec::new();
    }
    let ahead = comes_ahead(flaw, &packet, terms.version);
    let behind = comes_behind(flaw, &packet, terms.version);
    shift_packet_id(flaw, &mut packet);
    let packet = match packet {
        Packet::Connack(connack) => alter_connack(flaw, connack, terms.version).into(),
        Packet::Publish(publish) => alter_publish(flaw, publish, terms.version).into(),
        Packet::Suback(suback) => alter_suback(flaw, suback).into(),
        Packet::Unsuback(unsuback) => alter_unsuback(flaw, unsuback).into(),
        Packet::Auth(auth) => alter_auth(flaw, auth),
        Packet::Disconnect(disconnect) if flaw == Flaw::DisconnectWithoutReason => {
            Disconnect { reason: ReasonCode::UnspecifiedError, ..disconnect }.into()
        }
        packet => alter_acknowledgement(flaw, packet, terms.version),
    };
    let copies = if is_doubled(flaw, &packet) { 2 } else { 1 };
    let copies = std::iter::repeat_n(packet, copies);
    let packets = ahead.into_iter().chain(copies).chain(behind);
    packets.map(|packet| wire::encode(flaw, &packet, terms)).collect()
}

/// The terms of a client as a broker with this flaw takes them for a packet.
pub(crate) fn terms(flaw: Flaw, packet: &Packet, mut terms: Terms) -> Terms {
    let overlooked = match (flaw, packet) {
        (Flaw::PacketSizeIgnored, _) => usize::MAX,
        (Flaw::PacketSizeIgnoredInPublish, Packet::Publish(_)) => usize::MAX,
        (Flaw::PacketSizeIgnoredInRetained, Packet::Publish(publish)) if publish.retain => {
            usize::MAX
        }
        (Flaw::PacketSizeIgnoredInAnswers, packet)
            if !matches!(packet, Packet::Publish(_) | Packet::Connack(_)) =>
        {
            usize::MAX
        }
        (Flaw::PacketSizeOneMore, _) => 1,
        (Flaw::PacketSizeWithoutHeader, _) => 2,
        (Flaw::PacketSizeWithoutProperties, Packet::Publish(publish)) => {
            publish.properties.as_bytes().len()
        }
        (Flaw::PacketSizeWithoutIdentifier, Packet::Publish(publish)) => {
            let count = publish.properties.subscription_identifiers().count();
            5 * count
        }
        _ => 0,
    };
    terms.packet_size_max = terms.packet_size_max.saturating_add(overlooked);
    if flaw == Flaw::PacketSizeOneLess && matches!(packet, Packet::Publish(_)) {
        terms.packet_size_max = terms.packet_size_max.saturating_sub(1);
    }
    if flaw == Flaw::ProblemInformationIgnored {
        terms.problem_information = true;
    }
    terms
}

/// The greatest Topic Alias that a broker with this flaw uses.
pub(crate) fn alias_maximum(flaw: Flaw, allowed: u16) -> u16 {
    match flaw {
        Flaw::AliasAboveMaximum => u16::MAX,
        Flaw::AliasOneAboveMaximum if allowed > 0 => allowed.saturating_add(1),
        Flaw::AliasUnasked if allowed == 0 => 10,
        // The publisher's alias takes the place of one's own.
        Flaw::PublisherAliasForwarded => 0,
        _ => allowed,
    }
}

fn is_dropped(flaw: Flaw, packet: &Packet) -> bool {
    if let (Flaw::RefusalConnackMissing, Packet::Connack(connack)) = (flaw, packet) {
        return connack.reason.is_error();
    }
    matches!(
        (flaw, packet),
        (Flaw::PubackMissing, Packet::Puback(_))
            | (Flaw::PubrecMissing, Packet::Pubrec(_))
            | (Flaw::PubrelMissing, Packet::Pubrel(_))
            | (Flaw::PubcompMissing, Packet::Pubcomp(_))
            | (Flaw::SubackMissing, Packet::Suback(_))
            | (Flaw::UnsubackMissing, Packet::Unsuback(_))
            | (Flaw::PingrespMissing, Packet::Pingresp)
    )
}

fn is_doubled(flaw: Flaw, packet: &Packet) -> bool {
    match (flaw, packet) {
        (Flaw::ConnackTwice, Packet::Connack(_))
        | (Flaw::PubackTwice, Packet::Puback(_))
        | (Flaw::PubrecTwice, Packet::Pubrec(_))
        | (Flaw::PubrelTwice, Packet::Pubrel(_))
        | (Flaw::PubcompTwice, Packet::Pubcomp(_))
        | (Flaw::SubackTwice, Packet::Suback(_))
        | (Flaw::UnsubackTwice, Packet::Unsuback(_))
        | (Flaw::PingrespTwice, Packet::Pingresp)
        | (Flaw::DisconnectTwice, Packet::Disconnect(_)) => true,
        (Flaw::PublishTwiceAtQos1, Packet::Publish(it)) => it.qos() == QoS::AtLeastOnce,
        (Flaw::PublishTwiceAtQos2, Packet::Publish(it)) => it.qos() == QoS::ExactlyOnce,
        (Flaw::RetainedTwice, Packet::Publish(it)) => it.retain,
        _ => false,
    }
}

/// A packet that nobody asked for, in front of another.
fn comes_ahead(flaw: Flaw, packet: &Packet, version: Version) -> Option<Packet> {
    match (flaw, packet) {
        (Flaw::PingrespBeforeConnack, Packet::Connack(_)) => Some(Packet::Pingresp),
        (Flaw::DisconnectBeforeConnack, Packet::Connack(it))
            if it.reason.is_error() && version == Version::V5_0 =>
        {
            Some(Disconnect::new(ReasonCode::UnspecifiedError).into())
        }
        (Flaw::AuthBeforeConnack, Packet::Connack(_)) if version == Version::V5_0 => {
            Some(unasked_auth())
        }
        _ => None,
    }
}

/// A packet that nobody asked for, behind another.
fn comes_behind(flaw: Flaw, packet: &Packet, version: Version) -> Option<Packet> {
    match (flaw, packet) {
        (Flaw::PingrespUnasked, Packet::Suback(_)) => Some(Packet::Pingresp),
        (Flaw::PingrespBehindRefusal, Packet::Connack(it)) if it.reason.is_error() => {
            Some(Packet::Pingresp)
        }
        (Flaw::AuthBehindConnack, Packet::Connack(it))
            if !it.reason.is_error() && version == Version::V5_0 =>
        {
            Some(unasked_auth())
        }
        (Flaw::PubrecBehindPubcomp, Packet::Pubcomp(it)) => Some(Pubrec::new(it.packet_id).into()),
        (Flaw::PubackUnasked, Packet::Suback(it)) => Some(Puback::new(it.packet_id).into()),
        _ => None,
    }
}

fn unasked_auth() -> Packet {
    let mut builder = PropertiesBuilder::new();
    // The name is short and has no U+0000.
    let _ = builder.push(Property::AuthenticationMethod("UNASKED"));
    Auth { reason: ReasonCode::ContinueAuthentication, properties: builder.build() }.into()
}

/// An acknowledgement with the identifier behind the one that it answers.
fn shift_packet_id(flaw: Flaw, packet: &mut Packet) {
    let id = match (flaw, packet) {
        (Flaw::PubackOtherId, Packet::Puback(it)) => &mut it.packet_id,
        (Flaw::PubrecOtherId, Packet::Pubrec(it)) => &mut it.packet_id,
        (Flaw::PubrelOtherId, Packet::Pubrel(it)) => &mut it.packet_id,
        (Flaw::PubcompOtherId, Packet::Pubcomp(it)) => &mut it.packet_id,
        (Flaw::SubackOtherId, Packet::Suback(it)) => &mut it.packet_id,
        (Flaw::UnsubackOtherId, Packet::Unsuback(it)) => &mut it.packet_id,
        (Flaw::SubackIdSwapped, Packet::Suback(it)) => return swap_bytes(&mut it.packet_id),
        (Flaw::UnsubackIdSwapped, Packet::Unsuback(it)) => return swap_bytes(&mut it.packet_id),
        _ => return,
    };
    *id = PacketId::new(id.get().wrapping_add(1)).unwrap_or(PacketId::MIN);
}

fn swap_bytes(packet_id: &mut PacketId) {
    *packet_id = PacketId::new(packet_id.get().swap_bytes()).unwrap_or(*packet_id);
}

fn alter_connack(flaw: Flaw, mut connack: Connack, version: Version) -> Connack {
    let is_welcome = connack.reason == ReasonCode::Success;
    match flaw {
        Flaw::SessionPresentAlways => connack.session_present = is_welcome,
        Flaw::SessionPresentNever => connack.session_present = false,
        Flaw::RefusalCodeOther if !is_welcome => connack.reason = ReasonCode::ServerUnavailable,
        _ => {}
    }
    if version == Version::V5_0 {
        connack.properties = match flaw {
            Flaw::AssignedIdMissing => without(&connack.properties, |it| {
                matches!(it, Property::AssignedClientIdentifier(_))
            }),
            Flaw::AuthenticationMethodMissing => {
                without(&connack.properties, |it| matches!(it, Property::AuthenticationMethod(_)))
            }
            Flaw::ReceiveMaximumNotAnnounced => {
                without(&connack.properties, |it| matches!(it, Property::ReceiveMaximum(_)))
            }
            Flaw::MaximumQosNotAnnounced => {
                without(&connack.properties, |it| matches!(it, Property::MaximumQoS(_)))
            }
            Flaw::ServerKeepAliveNotAnnounced => {
                without(&connack.properties, |it| matches!(it, Property::ServerKeepAlive(_)))
            }
            Flaw::AssignedIdUnasked if is_welcome => {
                with(&connack.properties, Property::AssignedClientIdentifier("unasked"))
            }
            Flaw::ResponseInformationUnasked if is_welcome => {
                with(&connack.properties, Property::ResponseInformation("unasked"))
            }
            Flaw::AuthenticationMethodUnasked if is_welcome => {
                with(&connack.properties, Property::AuthenticationMethod("UNASKED"))
            }
            Flaw::AuthenticationMethodOther => replaced(&connack.properties, |it| match it {
                Property::AuthenticationMethod(_) => Property::AuthenticationMethod("OTHER"),
                it => it,
            }),
            Flaw::ServerReferenceUnasked if is_welcome => {
                with(&connack.properties, Property::ServerReference("elsewhere"))
            }
            Flaw::TopicAliasMaximumOverstated => replaced(&connack.properties, |it| match it {
                Property::TopicAliasMaximum(_) => Property::TopicAliasMaximum(u16::MAX),
                it => it,
            }),
            _ => return connack,
        };
    }
    connack
}

fn alter_suback(flaw: Flaw, mut suback: Suback) -> Suback {
    let replace = |from: fn(ReasonCode) -> bool, to| {
        let codes = suback.codes.iter();
        codes.map(|code| if from(code) { to } else { code }).collect()
    };
    suback.codes = match flaw {
        Flaw::SubackCodeMissing => without_last(&suback.codes),
        Flaw::SubackCodeOnlyFirst => suback.codes.iter().take(1).collect(),
        Flaw::SubackCodesMissing => ReasonList::default(),
        Flaw::SubackCodesReversed => reversed(&suback.codes),
        Flaw::SubackCodeExtra => with_one_more(&suback.codes, ReasonCode::GRANTED_QOS_0),
        Flaw::GrantedQosRaised => replace(|code| !code.is_error(), ReasonCode::GrantedQoS2),
        Flaw::SubackGrantsQos0 => replace(|code| !code.is_error(), ReasonCode::GRANTED_QOS_0),
        Flaw::SubackRefusalAsGrant => replace(ReasonCode::is_error, ReasonCode::GRANTED_QOS_0),
        Flaw::SubackGrantAsRefusal => {
            replace(|code| !code.is_error(), ReasonCode::UnspecifiedError)
        }
        _ => return suback,
    };
    suback
}

fn alter_unsuback(flaw: Flaw, mut unsuback: Unsuback) -> Unsuback {
    if unsuback.codes.is_empty() {
        return unsuback;
    }
    let replace = |from, to| {
        let codes = unsuback.codes.iter();
        codes.map(|code| if code == from { to } else { code }).collect()
    };
    unsuback.codes = match flaw {
        Flaw::UnsubackCodesMissing => ReasonList::default(),
        Flaw::UnsubackCodeMissing => without_last(&unsuback.codes),
        Flaw::UnsubackCodeExtra => with_one_more(&unsuback.codes, ReasonCode::Success),
        Flaw::UnsubackCodesReversed => reversed(&unsuback.codes),
        Flaw::UnsubackAlwaysSuccess => {
            replace(ReasonCode::NoSubscriptionExisted, ReasonCode::Success)
        }
        Flaw::UnsubackNeverSuccess => {
            replace(ReasonCode::Success, ReasonCode::NoSubscriptionExisted)
        }
        _ => return unsuback,
    };
    unsuback
}

fn alter_auth(flaw: Flaw, mut auth: Auth) -> Packet {
    let is_end = auth.reason == ReasonCode::Success;
    match flaw {
        Flaw::ReauthenticationEndsInConnack if is_end => {
            let (reason, properties) = (ReasonCode::Success, Properties::new());
            return Connack { session_present: false, reason, properties }.into();
        }
        Flaw::ChallengeSaysSuccess => auth.reason = ReasonCode::Success,
        Flaw::AuthMethodAltered => {
            auth.properties = replaced(&auth.properties, |it| match it {
                Property::AuthenticationMethod(_) => {
                    Property::AuthenticationMethod("ANOTHER-METHOD")
                }
                it => it,
            });
        }
        _ => {}
    }
    auth.into()
}

fn without_last(codes: &ReasonList) -> ReasonList {
    let count = codes.len();
    codes.iter().take(if count > 1 { count - 1 } else { count }).collect()
}

fn with_one_more(codes: &ReasonList, code: ReasonCode) -> ReasonList {
    codes.iter().chain([code]).collect()
}

fn reversed(codes: &ReasonList) -> ReasonList {
    let codes: Vec<_> = codes.iter().collect();
    codes.into_iter().rev().collect()
}

/// Acknowledgements of another type, or with another Reason Code.
fn alter_acknowledgement(flaw: Flaw, packet: Packet, version: Version) -> Packet {
    match (flaw, packet) {
        (Flaw::PubrecIsPuback, Packet::Pubrec(it)) => Puback::new(it.packet_id).into(),
        (Flaw::PubackIsPubrec, Packet::Puback(it)) => Pubrec::new(it.packet_id).into(),
        (flaw, packet) if version == Version::V5_0 => alter_reason(flaw, packet),
        (_, packet) => packet,
    }
}

fn alter_reason(flaw: Flaw, mut packet: Packet) -> Packet {
    use ReasonCode as R;
    match (flaw, &mut packet) {
        (Flaw::PubackNoSubscribers, Packet::Puback(it)) if it.reason == R::Success => {
            it.reason = R::NoMatchingSubscribers;
        }
        (Flaw::PubrecNoSubscribers, Packet::Pubrec(it)) if it.reason == R::Success => {
            it.reason = R::NoMatchingSubscribers;
        }
        (Flaw::PubrelIdNotFound, Packet::Pubrel(it)) => it.reason = R::PacketIdentifierNotFound,
        (Flaw::PubcompIdNotFound, Packet::Pubcomp(it)) => it.reason = R::PacketIdentifierNotFound,
        _ => {}
    }
    packet
}
