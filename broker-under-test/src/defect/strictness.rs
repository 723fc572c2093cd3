//! Defects of a reader that is too strict: packets that the standard allows are refused.

use std::str;

use mqttspec_codec::packet::{Connect, Publish};
use mqttspec_codec::{Packet, Property, QoS, ReasonCode};

use super::Flaw;

/// Whether a flaw makes the broker refuse a packet that is legal. `len` is that of the whole
/// packet in bytes.
pub(crate) fn refuses(flaw: Option<Flaw>, packet: &Packet, len: usize) -> bool {
    let Some(flaw) = flaw else { return false };
    match flaw {
        // A Remaining Length of one byte reaches to 127.
        Flaw::LongPacketRefused => len > 129,
        Flaw::LengthOf127Refused => len == 129,
        Flaw::LengthOf128Refused => len == 131,
        Flaw::LengthOfFourBytesRefused => len > 2_097_152 + 4,
        Flaw::LargePacketsRefused => len > 65_536,
        Flaw::SecondPropertyRefused => properties(packet).len() > 1,
        Flaw::LastPacketIdRefused => packet.packet_id().is_some_and(|id| id.get() == u16::MAX),
        Flaw::UnorderedPropertiesRefused => {
            !properties(packet).is_sorted_by_key(|it| it.id() as u8)
        }
        Flaw::SecondUserPropertyRefused => {
            let is_user_property = |it: &&Property<'_>| matches!(it, Property::UserProperty(..));
            properties(packet).iter().filter(is_user_property).count() > 1
        }
        Flaw::FourByteCharactersRefused => {
            texts(packet).iter().any(|text| text.chars().any(|it| it > '\u{FFFF}'))
        }
        _ => match packet {
            Packet::Connect(connect) => refuses_connect(flaw, connect),
            Packet::Publish(publish) => match flaw {
                Flaw::EmptyPayloadRefused => publish.payload.is_empty(),
                Flaw::RetainSilentlyMissing => publish.retain,
                Flaw::Qos0Refused => publish.qos() == QoS::AtMostOnce,
                Flaw::HigherQosRefused => publish.qos() > QoS::AtMostOnce,
                _ => false,
            },
            Packet::Subscribe(subscribe) => match flaw {
                Flaw::WildcardsMalformed => {
                    texts(packet).iter().any(|filter| filter.contains(['+', '#']))
                }
                Flaw::SharedSilentlyMissing => {
                    texts(packet).iter().any(|filter| filter.starts_with("$share/"))
                }
                Flaw::IdentifiersSilentlyMissing => {
                    subscribe.properties.subscription_identifier().is_some()
                }
                _ => false,
            },
            Packet::Puback(puback) => match flaw {
                Flaw::ErrorAcknowledgementRefused => puback.reason.is_error(),
                Flaw::FullAcknowledgementRefused => len > 5,
                _ => false,
            },
            Packet::Pubrec(pubrec) => match flaw {
                Flaw::FullAcknowledgementRefused => len > 5,
                Flaw::ShortAcknowledgementRefused => len == 4,
                Flaw::AcknowledgementOfThreeRefused => len == 5,
                Flaw::ErrorAcknowledgementRefused => pubrec.reason.is_error(),
                _ => false,
            },
            Packet::Disconnect(_) => match flaw {
                Flaw::FullDisconnectRefused => len > 3,
                Flaw::ShortDisconnectRefused => len == 2,
                Flaw::DisconnectOfThreeRefused => len == 3,
                _ => false,
            },
            _ => false,
        },
    }
}

fn refuses_connect(flaw: Flaw, connect: &Connect) -> bool {
    let client_id: &str = &connect.client_id;
    let username = connect.username.as_deref();
    let password = connect.password.as_deref();
    match flaw {
        Flaw::LongestClientIdRefused => (22..=23).contains(&client_id.len()),
        Flaw::ShortestClientIdRefused => (1..=2).contains(&client_id.len()),
        Flaw::ClientIdOfDigitsRefused => is_all(client_id, |it| it.is_ascii_digit()),
        Flaw::ClientIdOfSmallLettersRefused => is_all(client_id, |it| it.is_ascii_lowercase()),
        Flaw::ClientIdWithCapitalsRefused => is_all(client_id, |it| it.is_ascii_uppercase()),
        Flaw::BinaryPasswordMalformed => password.is_some_and(|it| str::from_utf8(it).is_err()),
        Flaw::LongPasswordMalformed => password.is_some_and(|it| it.len() > 255),
        Flaw::LongUserNameMalformed => username.is_some_and(|it| it.len() > 255),
        Flaw::EmptyUserNameMalformed => username.is_some_and(str::is_empty),
        Flaw::EmptyPasswordMalformed => password.is_some_and(<[u8]>::is_empty),
        Flaw::UserNameAloneMalformed => username.is_some() && password.is_none(),
        Flaw::PasswordAloneMalformed => username.is_none() && password.is_some(),
        Flaw::ResponseInformationRefused => {
            connect.properties.request_response_information() == Some(1)
        }
        Flaw::BinaryWillRefused => {
            let is_text = |bytes: &[u8]| str::from_utf8(bytes).is_ok_and(|it| !it.contains('\0'));
            connect.will.as_ref().is_some_and(|will| !is_text(&will.payload))
        }
        _ => false,
    }
}

/// Whether a flaw makes the broker lose a packet.
pub(crate) fn loses(flaw: Option<Flaw>, packet: &Packet, len: usize) -> bool {
    let Some(flaw) = flaw else { return false };
    match flaw {
        Flaw::LargePacketLost => len > 2_000_000,
        Flaw::PaddedPingLost => matches!(packet, Packet::Pingreq) && len > 2,
        Flaw::DiscouragedCharactersLost => {
            texts(packet).iter().any(|text| text.chars().any(is_discouraged))
        }
        _ => false,
    }
}

/// With which code a message is acknowledged that a flaw makes the broker lose.
pub(crate) fn drops(flaw: Option<Flaw>, publish: &Publish) -> Option<ReasonCode> {
    let claims_text = publish.properties.payload_format_indicator() == Some(1);
    let is_lie = claims_text && str::from_utf8(&publish.payload).is_err();
    match flaw? {
        Flaw::IllFormedPayloadLost if is_lie => Some(ReasonCode::Success),
        Flaw::IllFormedPayloadNotAuthorized if is_lie => Some(ReasonCode::NotAuthorized),
        _ => None,
    }
}

/// The size of the largest packet that a broker takes, of which it said that it is `announced`.
pub(crate) fn packet_size_max(flaw: Option<Flaw>, announced: u32) -> u32 {
    match flaw {
        Some(Flaw::OwnPacketSizeIgnored) => u32::MAX,
        Some(Flaw::OwnPacketSizeWithoutHeader) => announced.saturating_add(5),
        _ => announced,
    }
}

/// Control characters and non-characters (section 1.5.3, 5.0: 1.5.4).
fn is_discouraged(letter: char) -> bool {
    letter.is_control()
        || ('\u{FDD0}'..='\u{FDEF}').contains(&letter)
        || u32::from(letter) & 0xFFFE == 0xFFFE
}

/// Whether a Client Identifier gets no answer, nor its connection an end.
pub(crate) fn keeps_waiting(flaw: Option<Flaw>, client_id: &str) -> bool {
    match flaw {
        Some(Flaw::UnusualClientIdKeptWaiting) => {
            client_id.chars().any(|it| !it.is_ascii_alphanumeric())
        }
        Some(Flaw::LongClientIdKeptWaiting) => client_id.len() > 23,
        _ => false,
    }
}

fn is_all(text: &str, is_one: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is_one)
}

fn properties(packet: &Packet) -> Vec<Property<'_>> {
    match packet {
        Packet::Connect(connect) => connect.properties.iter().collect(),
        Packet::Publish(publish) => publish.properties.iter().collect(),
        Packet::Puback(puback) => puback.properties.iter().collect(),
        Packet::Pubrec(pubrec) => pubrec.properties.iter().collect(),
        Packet::Pubrel(pubrel) => pubrel.properties.iter().collect(),
        Packet::Pubcomp(pubcomp) => pubcomp.properties.iter().collect(),
        Packet::Subscribe(subscribe) => subscribe.properties.iter().collect(),
        Packet::Unsubscribe(unsubscribe) => unsubscribe.properties.iter().collect(),
        Packet::Disconnect(disconnect) => disconnect.properties.iter().collect(),
        Packet::Auth(auth) => auth.properties.iter().collect(),
        _ => Vec::new(),
    }
}

/// The texts of a packet outside its properties.
fn texts(packet: &Packet) -> Vec<&str> {
    match packet {
        Packet::Connect(connect) => {
            let username = connect.username.as_deref();
            let will_topic = connect.will.as_ref().map(|will| &*will.topic);
            [Some(&*connect.client_id), will_topic, username].into_iter().flatten().collect()
        }
        Packet::Publish(publish) => vec![&publish.topic],
        Packet::Subscribe(subscribe) => {
            subscribe.filters.iter().map(|(filter, _)| filter).collect()
        }
        _ => Vec::new(),
    }
}
