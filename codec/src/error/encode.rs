//! Why a packet cannot be written.

use std::fmt;

use super::Field;
use crate::packet::PacketType;
use crate::{ReasonCode, Version};

/// Why the standard has no bytes for a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// More than 268,435,455 bytes behind the fixed header.
    PacketTooLong,
    /// Binary Data of more than 65,535 bytes.
    FieldTooLong(Field),
    /// The packet, or something in it, does not exist in this version.
    NotInVersion(PacketType, Version),
    /// A CONNACK that refuses the connection and says that there is a session.
    SessionPresentWithError,
    /// A Reason Code that this packet may not carry in this version.
    ReasonNotAllowed(PacketType, ReasonCode),
    /// A packet without a filter that has to have one at least.
    EmptyList(PacketType),
    /// A PUBLISH without a Topic Name or a Topic Alias, or a Will without a Will Topic.
    NoTopicName,
    /// No Local on a shared subscription.
    NoLocalOnSharedSubscription,
    /// A Password without a User Name in 3.1.1.
    PasswordWithoutUserName,
    /// A CONNECT with Authentication Data but no Authentication Method.
    AuthenticationDataWithoutMethod,
    /// An AUTH without an Authentication Method.
    NoAuthenticationMethod,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PacketTooLong => write!(f, "the packet is longer than Remaining Length can say"),
            Self::FieldTooLong(field) => write!(f, "the {field} is longer than 65,535 bytes"),
            Self::NotInVersion(packet, version) => {
                write!(f, "the {packet}, or something in it, does not exist in MQTT {version}")
            }
            Self::SessionPresentWithError => {
                write!(
                    f,
                    "the Session Present flag is set in a CONNACK that refuses the connection"
                )
            }
            Self::ReasonNotAllowed(packet, reason) => {
                write!(f, "the {packet} may not carry the Reason Code {}", reason.name_in(*packet))
            }
            Self::EmptyList(packet) => write!(f, "the {packet} has an empty payload"),
            Self::NoTopicName => write!(f, "there is no Topic Name"),
            Self::NoLocalOnSharedSubscription => {
                write!(f, "the No Local option is set on a shared subscription")
            }
            Self::PasswordWithoutUserName => write!(f, "there is a Password without a User Name"),
            Self::AuthenticationDataWithoutMethod => {
                write!(f, "there is Authentication Data without an Authentication Method")
            }
            Self::NoAuthenticationMethod => write!(f, "the AUTH has no Authentication Method"),
        }
    }
}

impl std::error::Error for EncodeError {}
