//! The list of all errors: what tables, tests and the defects of a broker are made from.

use super::statement::{out_of_range, reason_code_in_5_0};
use super::{ErrorKind, Field, VarIntField};
use crate::packet::PacketType as P;
use crate::property::{PropertyId as Id, PropertyPlace as Place};

impl ErrorKind {
    /// Every kind of error with everything that it can be about, in the order of the variants.
    pub fn all() -> impl Iterator<Item = Self> {
        let mut all = Vec::new();
        all.push(Self::ReservedPacketType);
        all.extend(P::ALL.map(Self::WrongDirection).into_iter().filter(|kind| {
            !matches!(
                kind,
                Self::WrongDirection(
                    P::Publish | P::Puback | P::Pubrec | P::Pubrel | P::Pubcomp | P::Auth
                )
            )
        }));
        all.extend(
            P::ALL.into_iter().filter(|&packet| packet != P::Publish).map(Self::HeaderFlags),
        );
        all.extend([
            Self::PublishQoS3,
            Self::DupOnQoS0,
            Self::RemainingLengthTooLong,
            Self::RemainingLengthPadded,
            Self::PacketTooLarge,
            Self::FrameLength,
        ]);
        push_fields(&mut all);
        all.extend([
            Self::UnsupportedProtocolName,
            Self::UnsupportedProtocolVersion,
            Self::ConnectReservedFlag,
            Self::WillQoSWithoutWill,
            Self::WillRetainWithoutWill,
            Self::WillQoS3,
            Self::PasswordWithoutUserName,
            Self::AcknowledgeReservedFlags,
            Self::SessionPresentWithError,
        ]);
        push_topics(&mut all);
        all.extend([
            Self::SubscriptionReservedBits,
            Self::SubscriptionQoS3,
            Self::RetainHandling3,
            Self::NoLocalOnSharedSubscription,
        ]);
        push_codes(&mut all);
        push_properties(&mut all);
        all.extend([Self::AuthenticationDataWithoutMethod, Self::NoAuthenticationMethod]);
        all.into_iter()
    }
}

/// The packets that begin with a Packet Identifier, or have one behind the Topic Name.
const WITH_PACKET_ID: [P; 9] = [
    P::Publish,
    P::Puback,
    P::Pubrec,
    P::Pubrel,
    P::Pubcomp,
    P::Subscribe,
    P::Suback,
    P::Unsubscribe,
    P::Unsuback,
];

const CONNECT_FIELDS: [Field; 10] = [
    Field::ProtocolName,
    Field::ProtocolLevel,
    Field::ConnectFlags,
    Field::KeepAlive,
    Field::ClientId,
    Field::WillPropertyLength,
    Field::WillTopic,
    Field::WillPayload,
    Field::UserName,
    Field::Password,
];

fn push_fields(all: &mut Vec<ErrorKind>) {
    use ErrorKind as E;
    all.extend(CONNECT_FIELDS.map(|field| E::CutShort(P::Connect, field)));
    all.extend(
        [Field::AcknowledgeFlags, Field::ReasonCode].map(|field| E::CutShort(P::Connack, field)),
    );
    all.push(E::CutShort(P::Publish, Field::TopicName));
    all.extend(WITH_PACKET_ID.map(|packet| E::CutShort(packet, Field::PacketId)));
    all.extend([
        E::CutShort(P::Subscribe, Field::TopicFilter),
        E::CutShort(P::Subscribe, Field::SubscriptionOptions),
        E::CutShort(P::Unsubscribe, Field::TopicFilter),
    ]);
    all.extend(
        [
            P::Connect,
            P::Connack,
            P::Publish,
            P::Subscribe,
            P::Suback,
            P::Unsubscribe,
            P::Unsuback,
            P::Auth,
        ]
        .map(|packet| E::CutShort(packet, Field::PropertyLength)),
    );
    all.extend(
        P::ALL
            .into_iter()
            .filter(|packet| {
                !matches!(packet, P::Publish | P::Subscribe | P::Suback | P::Unsubscribe)
            })
            .map(E::TrailingBytes),
    );
    let strings = [
        (P::Connect, Field::ClientId),
        (P::Connect, Field::WillTopic),
        (P::Connect, Field::UserName),
        (P::Publish, Field::TopicName),
        (P::Subscribe, Field::TopicFilter),
        (P::Unsubscribe, Field::TopicFilter),
    ];
    all.extend(strings.map(|(packet, field)| E::LengthPrefixTooLong(packet, field)));
    all.extend(
        [Field::ProtocolName, Field::WillPayload, Field::Password]
            .map(|field| E::LengthPrefixTooLong(P::Connect, field)),
    );
    for kind in [E::IllFormedUtf8, E::NulInString] {
        all.extend(strings.map(|(packet, field)| kind(packet, field)));
        for id in Id::ALL.into_iter().filter(|id| id.is_text()) {
            for packet in P::ALL.into_iter().filter(|&packet| id.stands_in(packet)) {
                all.push(kind(packet, Field::Property(id)));
            }
        }
    }
    all.extend(WITH_PACKET_ID.map(E::PacketIdZero));
}

fn push_topics(all: &mut Vec<ErrorKind>) {
    use ErrorKind as E;
    all.extend([Field::TopicName, Field::WillTopic].map(E::EmptyTopicName));
    all.extend([
        E::WildcardInTopicName(P::Publish, Field::TopicName),
        E::WildcardInTopicName(P::Connect, Field::WillTopic),
        E::WildcardInTopicName(P::Publish, Field::Property(Id::ResponseTopic)),
        E::WildcardInTopicName(P::Connect, Field::Property(Id::ResponseTopic)),
    ]);
    for kind in [
        E::EmptyTopicFilter,
        E::MisplacedMultiLevelWildcard,
        E::MisplacedSingleLevelWildcard,
        E::EmptyShareName,
        E::WildcardInShareName,
        E::NoFilterInSharedSubscription,
        E::NoTopicFilter,
    ] {
        all.extend([kind(P::Subscribe), kind(P::Unsubscribe)]);
    }
}

fn push_codes(all: &mut Vec<ErrorKind>) {
    use ErrorKind as E;
    let with_code = P::ALL.into_iter().filter(|&packet| reason_code_in_5_0(packet).is_some());
    all.extend(with_code.map(E::ReasonCodeNotAllowed));
    all.extend([P::Puback, P::Pubrec, P::Disconnect, P::Auth].map(E::ReasonCodeOfOtherSide));
}

fn push_properties(all: &mut Vec<ErrorKind>) {
    use ErrorKind as E;
    for kind in [E::VarIntTooLong, E::VarIntPadded] {
        all.extend([
            kind(VarIntField::PropertyLength),
            kind(VarIntField::PropertyIdentifier),
            kind(VarIntField::SubscriptionIdentifier),
        ]);
    }
    all.extend(Place::ALL.map(E::PropertyLengthTooLong));
    all.extend(Place::ALL.map(E::UnknownProperty));
    let pairs = || Place::ALL.into_iter().flat_map(|place| Id::ALL.map(|id| (place, id)));
    let legal = || pairs().filter(|(place, id)| id.spec().places & place.bit() != 0);
    for (place, id) in pairs().filter(|(place, id)| id.spec().places & place.bit() == 0) {
        all.push(E::PropertyMisplaced(place, id));
    }
    all.extend([
        E::PropertyOfOtherSide(Place::Publish, Id::SubscriptionIdentifier),
        E::PropertyOfOtherSide(Place::Disconnect, Id::SessionExpiryInterval),
        E::PropertyOfOtherSide(Place::Disconnect, Id::ServerReference),
    ]);
    for (place, id) in legal().filter(|(place, id)| id.spec().repeats & place.bit() == 0) {
        all.push(E::PropertyRepeated(place, id));
    }
    for (place, id) in legal() {
        all.push(E::PropertyCutShort(place, id));
    }
    for (place, id) in legal().filter(|&(place, id)| out_of_range(place, id).is_some()) {
        all.push(E::PropertyOutOfRange(place, id));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The place of a kind in the enumeration. A new kind does not compile without one, and is
    /// then missed below until it is listed.
    fn place(kind: ErrorKind) -> usize {
        use ErrorKind as E;
        match kind {
            E::ReservedPacketType => 0,
            E::WrongDirection(_) => 1,
            E::HeaderFlags(_) => 2,
            E::PublishQoS3 => 3,
            E::DupOnQoS0 => 4,
            E::RemainingLengthTooLong => 5,
            E::RemainingLengthPadded => 6,
            E::PacketTooLarge => 7,
            E::FrameLength => 8,
            E::CutShort(..) => 9,
            E::TrailingBytes(_) => 10,
            E::LengthPrefixTooLong(..) => 11,
            E::IllFormedUtf8(..) => 12,
            E::NulInString(..) => 13,
            E::PacketIdZero(_) => 14,
            E::UnsupportedProtocolName => 15,
            E::UnsupportedProtocolVersion => 16,
            E::ConnectReservedFlag => 17,
            E::WillQoSWithoutWill => 18,
            E::WillRetainWithoutWill => 19,
            E::WillQoS3 => 20,
            E::PasswordWithoutUserName => 21,
            E::AcknowledgeReservedFlags => 22,
            E::SessionPresentWithError => 23,
            E::EmptyTopicName(_) => 24,
            E::WildcardInTopicName(..) => 25,
            E::EmptyTopicFilter(_) => 26,
            E::MisplacedMultiLevelWildcard(_) => 27,
            E::MisplacedSingleLevelWildcard(_) => 28,
            E::EmptyShareName(_) => 29,
            E::WildcardInShareName(_) => 30,
            E::NoFilterInSharedSubscription(_) => 31,
            E::NoTopicFilter(_) => 32,
            E::SubscriptionReservedBits => 33,
            E::SubscriptionQoS3 => 34,
            E::RetainHandling3 => 35,
            E::NoLocalOnSharedSubscription => 36,
            E::ReasonCodeNotAllowed(_) => 37,
            E::ReasonCodeOfOtherSide(_) => 38,
            E::VarIntTooLong(_) => 39,
            E::VarIntPadded(_) => 40,
            E::PropertyLengthTooLong(_) => 41,
            E::UnknownProperty(_) => 42,
            E::PropertyMisplaced(..) => 43,
            E::PropertyOfOtherSide(..) => 44,
            E::PropertyRepeated(..) => 45,
            E::PropertyCutShort(..) => 46,
            E::PropertyOutOfRange(..) => 47,
            E::AuthenticationDataWithoutMethod => 48,
            E::NoAuthenticationMethod => 49,
        }
    }

    #[test]
    fn every_kind_is_listed() {
        let listed: BTreeSet<usize> = ErrorKind::all().map(place).collect();
        let all: BTreeSet<usize> = (0..50).collect();
        assert_eq!(listed, all);
    }
}
