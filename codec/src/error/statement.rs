//! Which statement of which standard a fact breaks, and which Reason Code answers it. The ids are
//! those of the catalogue, which a test below compares them with. Where several statements fit, the
//! one that says most about the case is taken.

use super::{ErrorKind, Field};
use crate::packet::PacketType as P;
use crate::property::{PropertyId as Id, PropertyPlace as Place};
use crate::{ReasonCode, Sender, Version};

impl ErrorKind {
    /// The id of the statement that bytes of this kind break in a version. `None` if they break
    /// none there: the error cannot happen in it.
    #[must_use]
    pub const fn statement(self, version: Version, sender: Sender) -> Option<&'static str> {
        match version {
            Version::V3_1_1 => self.statement_of_3_1_1(),
            Version::V5_0 => self.statement_of_5_0(sender),
        }
    }

    const fn statement_of_3_1_1(self) -> Option<&'static str> {
        Some(match self {
            Self::ReservedPacketType => "U-3.1.1-2.2.1-1",
            Self::WrongDirection(_) => "U-3.1.1-2.2.1-2",
            Self::HeaderFlags(packet) => match packet {
                P::Pubrel => "MQTT-3.6.1-1",
                P::Subscribe => "MQTT-3.8.1-1",
                P::Unsubscribe => "MQTT-3.10.1-1",
                P::Disconnect => "MQTT-3.14.1-1",
                // Type 15 is the error there.
                P::Auth => return None,
                _ => "MQTT-2.2.2-1",
            },
            Self::PublishQoS3 => "MQTT-3.3.1-4",
            Self::DupOnQoS0 => "MQTT-3.3.1-2",
            Self::RemainingLengthTooLong => "U-3.1.1-2.2.3-1",
            Self::PacketTooLarge => "U-3.1.1-2.2.3-4",
            Self::FrameLength => "U-3.1.1-2.2.3-5",
            Self::CutShort(packet, field) => return cut_short_in_3_1_1(packet, field),
            Self::TrailingBytes(packet) => return trailing_bytes_in_3_1_1(packet),
            Self::LengthPrefixTooLong(packet, _) => match packet {
                P::Connect => "MQTT-3.1.4-1",
                P::Publish => "MQTT-3.3.2-1",
                _ => "U-3.1.1-1.5.3-1",
            },
            Self::IllFormedUtf8(packet, field) => match (packet, field) {
                (_, Field::ClientId) => "MQTT-3.1.3-4",
                (_, Field::WillTopic) => "MQTT-3.1.3-10",
                (_, Field::UserName) => "MQTT-3.1.3-11",
                (_, Field::TopicName) => "MQTT-3.3.2-1",
                (P::Subscribe, Field::TopicFilter) => "MQTT-3.8.3-1",
                (P::Unsubscribe, Field::TopicFilter) => "MQTT-3.10.3-1",
                (_, Field::Property(_)) => return None,
                _ => "MQTT-1.5.3-1",
            },
            Self::NulInString(_, field) => match field {
                Field::TopicName | Field::TopicFilter | Field::WillTopic => "MQTT-4.7.3-2",
                Field::Property(_) => return None,
                _ => "MQTT-1.5.3-2",
            },
            Self::PacketIdZero(packet) => match packet {
                P::Suback | P::Unsuback => "MQTT-2.3.1-7",
                P::Puback | P::Pubrec | P::Pubrel => "MQTT-2.3.1-6",
                P::Pubcomp => "U-3.1.1-2.3.1-2",
                _ => "MQTT-2.3.1-1",
            },
            Self::UnsupportedProtocolName => "MQTT-3.1.2-1",
            Self::UnsupportedProtocolVersion => "MQTT-3.1.2-2",
            Self::ConnectReservedFlag => "MQTT-3.1.2-3",
            Self::WillQoSWithoutWill => "MQTT-3.1.2-13",
            Self::WillRetainWithoutWill => "MQTT-3.1.2-15",
            Self::WillQoS3 => "MQTT-3.1.2-14",
            Self::PasswordWithoutUserName => "MQTT-3.1.2-22",
            Self::AcknowledgeReservedFlags => "U-3.1.1-3.2.2.1-1",
            Self::SessionPresentWithError => "MQTT-3.2.2-4",
            Self::EmptyTopicName(_) | Self::EmptyTopicFilter(_) => "MQTT-4.7.3-1",
            Self::WildcardInTopicName(_, field) => match field {
                Field::TopicName => "MQTT-3.3.2-2",
                Field::Property(_) => return None,
                _ => "MQTT-4.7.1-1",
            },
            Self::MisplacedMultiLevelWildcard(_) => "MQTT-4.7.1-2",
            Self::MisplacedSingleLevelWildcard(_) => "MQTT-4.7.1-3",
            Self::NoTopicFilter(P::Unsubscribe) => "MQTT-3.10.3-2",
            Self::NoTopicFilter(_) => "MQTT-3.8.3-3",
            Self::SubscriptionReservedBits | Self::SubscriptionQoS3 => "MQTT-3.8.3-4",
            Self::ReasonCodeNotAllowed(P::Connack) => "MQTT-3.2.2-6",
            Self::ReasonCodeNotAllowed(P::Suback) => "MQTT-3.9.3-2",
            // No properties, no AUTH, no options, no shared filters, no codes elsewhere; and a
            // padded Remaining Length is free.
            Self::RemainingLengthPadded
            | Self::EmptyShareName(_)
            | Self::WildcardInShareName(_)
            | Self::NoFilterInSharedSubscription(_)
            | Self::RetainHandling3
            | Self::NoLocalOnSharedSubscription
            | Self::ReasonCodeNotAllowed(_)
            | Self::ReasonCodeOfOtherSide(_)
            | Self::VarIntTooLong(_)
            | Self::VarIntPadded(_)
            | Self::PropertyLengthTooLong(_)
            | Self::UnknownProperty(_)
            | Self::PropertyMisplaced(..)
            | Self::PropertyOfOtherSide(..)
            | Self::PropertyRepeated(..)
            | Self::PropertyCutShort(..)
            | Self::PropertyOutOfRange(..)
            | Self::AuthenticationDataWithoutMethod
            | Self::NoAuthenticationMethod => return None,
        })
    }

    const fn statement_of_5_0(self, sender: Sender) -> Option<&'static str> {
        Some(match self {
            Self::ReservedPacketType => "U-5.0-2.1.2-1",
            Self::WrongDirection(P::Disconnect) => return None,
            Self::WrongDirection(_) => "U-5.0-2.1.2-2",
            Self::HeaderFlags(packet) => match packet {
                P::Pubrel => "MQTT-3.6.1-1",
                P::Subscribe => "MQTT-3.8.1-1",
                P::Unsubscribe => "MQTT-3.10.1-1",
                P::Disconnect => "MQTT-3.14.1-1",
                P::Auth => "MQTT-3.15.1-1",
                _ => "MQTT-2.1.3-1",
            },
            Self::PublishQoS3 => "MQTT-3.3.1-4",
            Self::DupOnQoS0 => "MQTT-3.3.1-2",
            Self::RemainingLengthTooLong | Self::VarIntTooLong(_) => "U-5.0-1.5.5-1",
            Self::RemainingLengthPadded | Self::VarIntPadded(_) => "MQTT-1.5.5-1",
            Self::PacketTooLarge => match sender {
                Sender::Server => "MQTT-3.1.2-24",
                Sender::Client | Sender::Any => "MQTT-3.2.2-15",
            },
            Self::FrameLength => "U-5.0-2.1.4-1",
            Self::CutShort(packet, field) => cut_short_in_5_0(packet, field),
            Self::TrailingBytes(packet) => match packet {
                P::Connack => "U-5.0-3.2.3-1",
                P::Pingreq => "U-5.0-3.12-1",
                // These go on to the end of the packet, whatever stands there.
                P::Publish | P::Subscribe | P::Suback | P::Unsubscribe | P::Unsuback => {
                    return None;
                }
                _ => "U-5.0-2.1.4-1",
            },
            Self::LengthPrefixTooLong(..) => "U-5.0-1.5.6-1",
            Self::IllFormedUtf8(packet, field) => ill_formed_in_5_0(packet, field),
            Self::NulInString(_, field) => match field {
                Field::TopicName | Field::TopicFilter | Field::WillTopic => "MQTT-4.7.3-2",
                Field::Property(Id::UserProperty) => "MQTT-1.5.7-1",
                _ => "MQTT-1.5.4-2",
            },
            Self::PacketIdZero(packet) => match (packet, sender) {
                (P::Publish, Sender::Server) => "MQTT-2.2.1-4",
                (P::Puback | P::Pubrec | P::Pubrel | P::Pubcomp, _) => "MQTT-2.2.1-5",
                (P::Suback | P::Unsuback, _) => "MQTT-2.2.1-6",
                _ => "MQTT-2.2.1-3",
            },
            Self::UnsupportedProtocolName => "MQTT-3.1.2-1",
            Self::UnsupportedProtocolVersion => "MQTT-3.1.2-2",
            Self::ConnectReservedFlag => "MQTT-3.1.2-3",
            Self::WillQoSWithoutWill => "MQTT-3.1.2-11",
            Self::WillRetainWithoutWill => "MQTT-3.1.2-13",
            Self::WillQoS3 => "MQTT-3.1.2-12",
            // Free in 5.0.
            Self::PasswordWithoutUserName => return None,
            Self::AcknowledgeReservedFlags => "MQTT-3.2.2-1",
            Self::SessionPresentWithError => "MQTT-3.2.2-6",
            Self::EmptyTopicName(Field::TopicName) => "U-5.0-3.3.2.1-1",
            Self::EmptyTopicName(_) | Self::EmptyTopicFilter(_) => "MQTT-4.7.3-1",
            Self::WildcardInTopicName(_, field) => match field {
                Field::TopicName => "MQTT-3.3.2-2",
                Field::Property(_) => "MQTT-3.3.2-14",
                _ => "MQTT-4.7.0-1",
            },
            Self::MisplacedMultiLevelWildcard(_) => "MQTT-4.7.1-1",
            Self::MisplacedSingleLevelWildcard(_) => "MQTT-4.7.1-2",
            Self::EmptyShareName(_) => "MQTT-4.8.2-1",
            Self::WildcardInShareName(_) | Self::NoFilterInSharedSubscription(_) => "MQTT-4.8.2-2",
            Self::NoTopicFilter(P::Unsubscribe) => "MQTT-3.10.3-2",
            Self::NoTopicFilter(_) => "MQTT-3.8.3-2",
            Self::SubscriptionReservedBits => "MQTT-3.8.3-5",
            Self::SubscriptionQoS3 => "U-5.0-3.8.3.1-1",
            Self::RetainHandling3 => "U-5.0-3.8.3.1-2",
            Self::NoLocalOnSharedSubscription => "MQTT-3.8.3-4",
            Self::ReasonCodeNotAllowed(packet) | Self::ReasonCodeOfOtherSide(packet) => {
                return reason_code_in_5_0(packet);
            }
            Self::PropertyLengthTooLong(_) => "U-5.0-2.2.2.2-4",
            Self::UnknownProperty(_) => "U-5.0-2.2.2.2-1",
            Self::PropertyMisplaced(..) => match sender {
                Sender::Server => "U-5.0-2.2.2.2-6",
                Sender::Client | Sender::Any => "U-5.0-2.2.2.2-2",
            },
            Self::PropertyOfOtherSide(_, id) => match id {
                Id::SubscriptionIdentifier => "MQTT-3.3.4-6",
                Id::SessionExpiryInterval => "MQTT-3.14.2-2",
                _ => "U-5.0-2.2.2.2-2",
            },
            Self::PropertyRepeated(place, id) => repeated(place, id, sender),
            Self::PropertyCutShort(..) => "U-5.0-2.2.2.2-3",
            Self::PropertyOutOfRange(place, id) => return out_of_range(place, id),
            Self::AuthenticationDataWithoutMethod => "U-5.0-3.1.2.11.10-2",
            Self::NoAuthenticationMethod => "U-5.0-3.15.2.2.2-1",
        })
    }

    /// The Reason Code of 5.0 that answers bytes of this kind best (sections 2.4 and 4.13). Malformed
    /// Packet is for bytes that cannot be read as the standard has it, Protocol Error for what they
    /// say; where the standard names a code for the case, it is that one.
    #[must_use]
    pub const fn reason(self) -> ReasonCode {
        match self {
            Self::PacketTooLarge => ReasonCode::PacketTooLarge,
            Self::UnsupportedProtocolName | Self::UnsupportedProtocolVersion => {
                ReasonCode::UnsupportedProtocolVersion
            }
            Self::PropertyOutOfRange(_, Id::TopicAlias) => ReasonCode::TopicAliasInvalid,
            Self::WrongDirection(_)
            | Self::DupOnQoS0
            | Self::PacketIdZero(_)
            | Self::SessionPresentWithError
            | Self::EmptyTopicName(Field::TopicName)
            | Self::WildcardInTopicName(_, Field::Property(_))
            | Self::NoTopicFilter(_)
            | Self::SubscriptionQoS3
            | Self::RetainHandling3
            | Self::NoLocalOnSharedSubscription
            | Self::ReasonCodeOfOtherSide(_)
            | Self::PropertyOfOtherSide(..)
            | Self::PropertyRepeated(..)
            | Self::PropertyOutOfRange(..)
            | Self::AuthenticationDataWithoutMethod
            | Self::NoAuthenticationMethod => ReasonCode::ProtocolError,
            Self::ReservedPacketType
            | Self::HeaderFlags(_)
            | Self::PublishQoS3
            | Self::RemainingLengthTooLong
            | Self::RemainingLengthPadded
            | Self::FrameLength
            | Self::CutShort(..)
            | Self::TrailingBytes(_)
            | Self::LengthPrefixTooLong(..)
            | Self::IllFormedUtf8(..)
            | Self::NulInString(..)
            | Self::ConnectReservedFlag
            | Self::WillQoSWithoutWill
            | Self::WillRetainWithoutWill
            | Self::WillQoS3
            | Self::PasswordWithoutUserName
            | Self::AcknowledgeReservedFlags
            | Self::EmptyTopicName(_)
            | Self::WildcardInTopicName(..)
            | Self::EmptyTopicFilter(_)
            | Self::MisplacedMultiLevelWildcard(_)
            | Self::MisplacedSingleLevelWildcard(_)
            | Self::EmptyShareName(_)
            | Self::WildcardInShareName(_)
            | Self::NoFilterInSharedSubscription(_)
            | Self::SubscriptionReservedBits
            | Self::ReasonCodeNotAllowed(_)
            | Self::VarIntTooLong(_)
            | Self::VarIntPadded(_)
            | Self::PropertyLengthTooLong(_)
            | Self::UnknownProperty(_)
            | Self::PropertyMisplaced(..)
            | Self::PropertyCutShort(..) => ReasonCode::MalformedPacket,
        }
    }
}

const fn cut_short_in_3_1_1(packet: P, field: Field) -> Option<&'static str> {
    Some(match (packet, field) {
        (_, Field::PropertyLength | Field::WillPropertyLength) => return None,
        (_, Field::ClientId) => "MQTT-3.1.3-3",
        (_, Field::WillTopic | Field::WillPayload) => "MQTT-3.1.2-9",
        (_, Field::UserName) => "MQTT-3.1.2-19",
        (_, Field::Password) => "MQTT-3.1.2-21",
        (P::Connect, _) => "MQTT-3.1.4-1",
        (P::Connack, _) => "U-3.1.1-3.2.1-1",
        (_, Field::TopicName) => "MQTT-3.3.2-1",
        (_, Field::TopicFilter) => "U-3.1.1-1.5.3-1",
        (P::Publish | P::Subscribe | P::Unsubscribe, Field::PacketId) => "MQTT-2.3.1-1",
        (P::Suback, Field::PacketId) => "MQTT-2.3.1-7",
        (_, Field::PacketId) => "U-3.1.1-3.4.1-1",
        _ => "MQTT-4.8.0-1",
    })
}

const fn cut_short_in_5_0(packet: P, field: Field) -> &'static str {
    match (packet, field) {
        (_, Field::ClientId) => "MQTT-3.1.3-3",
        (_, Field::WillPropertyLength | Field::WillTopic | Field::WillPayload) => "MQTT-3.1.2-9",
        (_, Field::UserName) => "MQTT-3.1.2-17",
        (_, Field::Password) => "MQTT-3.1.2-19",
        (P::Connack, _) => "U-5.0-3.2.3-1",
        (_, Field::PropertyLength) => "MQTT-2.2.2-1",
        (_, Field::TopicName) => "MQTT-3.3.2-1",
        _ => "U-5.0-2.1.4-1",
    }
}

const fn trailing_bytes_in_3_1_1(packet: P) -> Option<&'static str> {
    match packet {
        P::Connect => Some("MQTT-3.1.4-1"),
        P::Connack => Some("U-3.1.1-3.2.1-1"),
        P::Puback | P::Pubrec | P::Pubrel | P::Pubcomp | P::Unsuback => Some("U-3.1.1-3.4.1-1"),
        P::Pingreq | P::Pingresp | P::Disconnect => Some("U-3.1.1-3.12.1-1"),
        // These go on to the end of the packet, whatever stands there; and there is no AUTH.
        P::Publish | P::Subscribe | P::Suback | P::Unsubscribe | P::Auth => None,
    }
}

const fn ill_formed_in_5_0(packet: P, field: Field) -> &'static str {
    match (packet, field) {
        (_, Field::ClientId) => "MQTT-3.1.3-4",
        (_, Field::WillTopic) => "MQTT-3.1.3-11",
        (_, Field::UserName) => "MQTT-3.1.3-12",
        (_, Field::TopicName) => "MQTT-3.3.2-1",
        (P::Subscribe, Field::TopicFilter) => "MQTT-3.8.3-1",
        (P::Unsubscribe, Field::TopicFilter) => "MQTT-3.10.3-1",
        (P::Publish, Field::Property(Id::ResponseTopic)) => "MQTT-3.3.2-13",
        (P::Publish, Field::Property(Id::ContentType)) => "MQTT-3.3.2-19",
        (_, Field::Property(Id::UserProperty)) => "MQTT-1.5.7-1",
        _ => "MQTT-1.5.4-1",
    }
}

pub(super) const fn reason_code_in_5_0(packet: P) -> Option<&'static str> {
    Some(match packet {
        P::Connack => "MQTT-3.2.2-8",
        P::Puback => "MQTT-3.4.2-1",
        P::Pubrec => "MQTT-3.5.2-1",
        P::Pubrel => "MQTT-3.6.2-1",
        P::Pubcomp => "MQTT-3.7.2-1",
        P::Suback => "MQTT-3.9.3-2",
        P::Unsuback => "MQTT-3.11.3-2",
        P::Disconnect => "MQTT-3.14.2-1",
        P::Auth => "MQTT-3.15.2-1",
        P::Connect | P::Publish | P::Subscribe | P::Unsubscribe | P::Pingreq | P::Pingresp => {
            return None;
        }
    })
}

/// Most properties have a sentence of their own that says that they may stand only once. Those on
/// PUBLISH speak of what a client sends; for a server there is the rule on all of its packets.
const fn repeated(place: Place, id: Id, sender: Sender) -> &'static str {
    match (place, id) {
        (Place::Publish, _) if matches!(sender, Sender::Server) => "U-5.0-2.2.2.2-6",
        (Place::Connect, Id::SessionExpiryInterval) => "U-5.0-3.1.2.11.2-1",
        (Place::Connect, Id::ReceiveMaximum) => "U-5.0-3.1.2.11.3-1",
        (Place::Connect, Id::MaximumPacketSize) => "U-5.0-3.1.2.11.4-1",
        (Place::Connect, Id::TopicAliasMaximum) => "U-5.0-3.1.2.11.5-1",
        (Place::Connect, Id::RequestResponseInformation) => "U-5.0-3.1.2.11.6-1",
        (Place::Connect, Id::RequestProblemInformation) => "U-5.0-3.1.2.11.7-1",
        (Place::Connect, Id::AuthenticationMethod) => "U-5.0-3.1.2.11.9-1",
        (Place::Connect, Id::AuthenticationData) => "U-5.0-3.1.2.11.10-1",
        (Place::Will, Id::WillDelayInterval) => "U-5.0-3.1.3.2.2-1",
        (Place::Will, Id::PayloadFormatIndicator) => "U-5.0-3.1.3.2.3-1",
        (Place::Will, Id::MessageExpiryInterval) => "U-5.0-3.1.3.2.4-1",
        (Place::Will, Id::ContentType) => "U-5.0-3.1.3.2.5-1",
        (Place::Will, Id::ResponseTopic) => "U-5.0-3.1.3.2.6-1",
        (Place::Will, Id::CorrelationData) => "U-5.0-3.1.3.2.7-1",
        (Place::Connack, Id::ReceiveMaximum) => "U-5.0-3.2.2.3.3-1",
        (Place::Publish, Id::PayloadFormatIndicator) => "U-5.0-3.3.2.3.2-1",
        (Place::Publish, Id::MessageExpiryInterval) => "U-5.0-3.3.2.3.3-1",
        (Place::Publish, Id::TopicAlias) => "U-5.0-3.3.2.3.4-1",
        (Place::Publish, Id::ResponseTopic) => "U-5.0-3.3.2.3.5-1",
        (Place::Publish, Id::CorrelationData) => "U-5.0-3.3.2.3.6-1",
        (Place::Publish, Id::ContentType) => "U-5.0-3.3.2.3.9-1",
        (Place::Puback | Place::Pubrec | Place::Pubrel | Place::Pubcomp, _) => "U-5.0-3.4.2.2.2-1",
        (Place::Subscribe, _) => "U-5.0-3.8.2.1.2-2",
        (Place::Disconnect, Id::SessionExpiryInterval) => "U-5.0-3.14.2.2.2-3",
        (Place::Disconnect, _) => "U-5.0-3.14.2.2.3-1",
        (Place::Auth, Id::AuthenticationMethod) => "U-5.0-3.15.2.2.2-1",
        (Place::Auth, _) => "U-5.0-3.15.2.2.3-1",
        // What is left stands in packets from the server.
        _ => "U-5.0-2.2.2.2-6",
    }
}

pub(super) const fn out_of_range(place: Place, id: Id) -> Option<&'static str> {
    Some(match (place, id) {
        (_, Id::PayloadFormatIndicator) => "U-5.0-3.3.2.3.2-1",
        (Place::Connect, Id::ReceiveMaximum) => "U-5.0-3.1.2.11.3-2",
        (_, Id::ReceiveMaximum) => "U-5.0-3.2.2.3.3-1",
        (Place::Connect, Id::MaximumPacketSize) => "U-5.0-3.1.2.11.4-2",
        (_, Id::MaximumPacketSize) => "U-5.0-3.2.2.3.6-1",
        (_, Id::RequestResponseInformation) => "U-5.0-3.1.2.11.6-2",
        (_, Id::RequestProblemInformation) => "U-5.0-3.1.2.11.7-2",
        (_, Id::MaximumQoS) => "U-5.0-3.2.2.3.4-1",
        (_, Id::RetainAvailable) => "U-5.0-3.2.2.3.5-1",
        (_, Id::WildcardSubscriptionAvailable) => "U-5.0-3.2.2.3.11-1",
        (_, Id::SubscriptionIdentifierAvailable) => "U-5.0-3.2.2.3.12-1",
        (_, Id::SharedSubscriptionAvailable) => "U-5.0-3.2.2.3.13-1",
        (_, Id::TopicAlias) => "MQTT-3.3.2-8",
        (Place::Subscribe, Id::SubscriptionIdentifier) => "U-5.0-3.8.2.1.2-1",
        (_, Id::SubscriptionIdentifier) => "U-5.0-3.3.2.3.8-1",
        // All values of the others are legal.
        _ => return None,
    })
}
