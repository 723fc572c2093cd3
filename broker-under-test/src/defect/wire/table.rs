//! The table of which packet is wrong, and how.

use bytes::Bytes;
use mqttspec_codec::raw::RawValue;
use mqttspec_codec::{PacketType, PropertyId, Version};

use super::content::{
    add_byte, cut_to_id, cut_to_one_byte, drop_auth_properties, drop_byte, failure_as_reason,
    lengthen_first_string, lengthen_properties, pad_property_length, present_in_refusal,
    return_code_as_reason,
};
use super::{Fault, Unless};
use crate::defect::Flaw;

/// Which packet is wrong, and how. What a version does not have is not wrong there.
pub(super) fn fault(flaw: Flaw, version: Version) -> Option<(PacketType, Fault)> {
    in_header(flaw, version)
        .or_else(|| in_codes(flaw, version))
        .or_else(|| in_fields(flaw, version))
        .or_else(|| in_properties(flaw, version))
        .or_else(|| in_texts(flaw))
        .or_else(|| in_explanations(flaw))
}

/// Which packet is wrong in its flags, types, lengths and Packet Identifiers.
fn in_header(flaw: Flaw, version: Version) -> Option<(PacketType, Fault)> {
    use Fault as F;
    use PacketType as P;
    let is_5_0 = version == Version::V5_0;
    Some(match flaw {
        Flaw::ConnackHeaderFlags => (P::Connack, F::HeaderFlags(0b0001)),
        Flaw::PubackHeaderFlags => (P::Puback, F::HeaderFlags(0b0010)),
        Flaw::PubrecHeaderFlags => (P::Pubrec, F::HeaderFlags(0b0010)),
        Flaw::PubrelHeaderFlags => (P::Pubrel, F::HeaderFlags(0b0000)),
        Flaw::PubcompHeaderFlags => (P::Pubcomp, F::HeaderFlags(0b0010)),
        Flaw::SubackHeaderFlags => (P::Suback, F::HeaderFlags(0b0010)),
        Flaw::UnsubackHeaderFlags => (P::Unsuback, F::HeaderFlags(0b0010)),
        Flaw::PingrespHeaderFlags => (P::Pingresp, F::HeaderFlags(0b0001)),
        Flaw::DisconnectHeaderFlags => (P::Disconnect, F::HeaderFlags(0b0010)),
        Flaw::AuthHeaderFlags => (P::Auth, F::HeaderFlags(0b0010)),

        Flaw::PingrespOfTypeZero => (P::Pingresp, F::Type(0)),
        Flaw::PingrespIsPingreq => (P::Pingresp, F::Type(P::Pingreq.value())),
        Flaw::ConnackLengthPadded if is_5_0 => (P::Connack, F::PaddedLength),
        Flaw::PublishLengthPadded if is_5_0 => (P::Publish, F::PaddedLength),
        Flaw::PingrespLengthPadded if is_5_0 => (P::Pingresp, F::PaddedLength),
        Flaw::PropertyLengthPadded if is_5_0 => (P::Connack, F::Content(pad_property_length)),

        Flaw::PublishIdZero => (P::Publish, F::PacketId(0)),
        Flaw::PubackIdZero => (P::Puback, F::PacketId(0)),
        Flaw::PubrecIdZero => (P::Pubrec, F::PacketId(0)),
        Flaw::PubrelIdZero => (P::Pubrel, F::PacketId(0)),
        Flaw::PubcompIdZero => (P::Pubcomp, F::PacketId(0)),
        Flaw::SubackIdZero => (P::Suback, F::PacketId(0)),
        Flaw::UnsubackIdZero => (P::Unsuback, F::PacketId(0)),
        Flaw::DupAtQos0 => (P::Publish, F::DupOnQoS0),
        Flaw::Qos0WithId => (P::Publish, F::IdOnQoS0),
        Flaw::PublishIdMissing => (P::Publish, F::IdMissing),
        Flaw::PublishQos3 => (P::Publish, F::QoS3),
        _ => return None,
    })
}

/// Which packet is wrong in its Reason Codes and Return Codes.
fn in_codes(flaw: Flaw, version: Version) -> Option<(PacketType, Fault)> {
    use Fault as F;
    use PacketType as P;
    let is_5_0 = version == Version::V5_0;
    let no_code = 0x7E;
    Some(match flaw {
        Flaw::ConnackReasonReserved => (P::Connack, F::Reason(no_code)),
        Flaw::PubackReasonReserved => (P::Puback, F::Reason(no_code)),
        Flaw::PubrecReasonReserved => (P::Pubrec, F::Reason(no_code)),
        Flaw::PubrelReasonReserved => (P::Pubrel, F::Reason(no_code)),
        Flaw::PubcompReasonReserved => (P::Pubcomp, F::Reason(no_code)),
        Flaw::SubackReasonReserved => (P::Suback, F::Reason(0x03)),
        Flaw::UnsubackReasonReserved if is_5_0 => (P::Unsuback, F::Reason(no_code)),
        Flaw::DisconnectReasonReserved => (P::Disconnect, F::Reason(no_code)),
        Flaw::AuthReasonReserved => (P::Auth, F::Reason(no_code)),
        Flaw::DisconnectReasonOfClient => (P::Disconnect, F::Reason(0x04)),
        Flaw::AuthReasonOfClient => (P::Auth, F::Reason(0x19)),
        Flaw::ConnackReturnCodeReserved => (P::Connack, F::ReturnCode(6)),
        Flaw::ConnackReasonIn311 if !is_5_0 => (P::Connack, F::Overwrite(return_code_as_reason)),
        Flaw::SubackReasonIn311 if !is_5_0 => (P::Suback, F::Overwrite(failure_as_reason)),
        _ => return None,
    })
}

/// Which packet is wrong in its fields, and the form of the other version.
fn in_fields(flaw: Flaw, version: Version) -> Option<(PacketType, Fault)> {
    use Fault as F;
    use PacketType as P;
    let is_5_0 = version == Version::V5_0;
    Some(match flaw {
        Flaw::ConnackReservedFlags => (P::Connack, F::AcknowledgeFlags(0b1000_0000)),
        Flaw::ConnackSessionPresentInRefusal => (P::Connack, F::Overwrite(present_in_refusal)),
        Flaw::ConnackTrailingByte => (P::Connack, F::Content(add_byte)),
        Flaw::ConnackCutShort => (P::Connack, F::Content(drop_byte)),
        Flaw::PubackTrailingByte if !is_5_0 => (P::Puback, F::Content(add_byte)),
        Flaw::PubrecTrailingByte if !is_5_0 => (P::Pubrec, F::Content(add_byte)),
        Flaw::PubrelTrailingByte if !is_5_0 => (P::Pubrel, F::Content(add_byte)),
        Flaw::PubcompTrailingByte if !is_5_0 => (P::Pubcomp, F::Content(add_byte)),
        Flaw::UnsubackTrailingByte if !is_5_0 => (P::Unsuback, F::Content(add_byte)),
        Flaw::PingrespTrailingByte => (P::Pingresp, F::Content(add_byte)),
        Flaw::PubackCutShort => (P::Puback, F::Content(cut_to_one_byte)),
        Flaw::SubackCutShort => (P::Suback, F::Content(cut_to_one_byte)),
        Flaw::UnsubackCutShort => (P::Unsuback, F::Content(cut_to_one_byte)),
        Flaw::TopicLengthTooLong => (P::Publish, F::Overwrite(lengthen_first_string)),

        Flaw::ConnackOf311In50 if is_5_0 => (P::Connack, F::OtherVersion),
        Flaw::PublishOf311In50 if is_5_0 => (P::Publish, F::OtherVersion),
        Flaw::SubackOf311In50 if is_5_0 => (P::Suback, F::OtherVersion),
        Flaw::UnsubackOf311In50 if is_5_0 => (P::Unsuback, F::Content(cut_to_id)),
        Flaw::ConnackOf50In311 if !is_5_0 => (P::Connack, F::OtherVersion),
        Flaw::PublishOf50In311 if !is_5_0 => (P::Publish, F::OtherVersion),
        Flaw::SubackOf50In311 if !is_5_0 => (P::Suback, F::OtherVersion),
        Flaw::UnsubackOf50In311 if !is_5_0 => (P::Unsuback, F::OtherVersion),
        _ => return None,
    })
}

/// Which packet is wrong in its properties of which each by itself breaks a rule.
fn in_properties(flaw: Flaw, version: Version) -> Option<(PacketType, Fault)> {
    use Fault as F;
    use PacketType as P;
    use PropertyId as Id;
    let is_5_0 = version == Version::V5_0;
    Some(match flaw {
        Flaw::ReceiveMaximumZero => (P::Connack, F::Set(Id::ReceiveMaximum, RawValue::U16(0))),
        Flaw::MaximumQos2 => (P::Connack, F::Set(Id::MaximumQoS, RawValue::Byte(2))),
        Flaw::RetainAvailable2 => (P::Connack, F::Set(Id::RetainAvailable, RawValue::Byte(2))),
        Flaw::MaximumPacketSizeZero => {
            (P::Connack, F::Set(Id::MaximumPacketSize, RawValue::U32(0)))
        }
        Flaw::WildcardAvailable2 => {
            (P::Connack, F::Set(Id::WildcardSubscriptionAvailable, RawValue::Byte(2)))
        }
        Flaw::SubscriptionIdentifierAvailable2 => {
            (P::Connack, F::Set(Id::SubscriptionIdentifierAvailable, RawValue::Byte(2)))
        }
        Flaw::SharedAvailable2 => {
            (P::Connack, F::Set(Id::SharedSubscriptionAvailable, RawValue::Byte(2)))
        }
        Flaw::PayloadFormat2 => {
            (P::Publish, F::Alter(Id::PayloadFormatIndicator, RawValue::Byte(2)))
        }
        Flaw::TopicAliasZero => (P::Publish, F::Alter(Id::TopicAlias, RawValue::U16(0))),
        Flaw::SubscriptionIdentifierZero => {
            (P::Publish, F::Alter(Id::SubscriptionIdentifier, RawValue::VarInt(0)))
        }

        Flaw::ConnackReceiveMaximumTwice => (P::Connack, F::Twice(Id::ReceiveMaximum)),
        Flaw::ConnackAliasMaximumTwice => (P::Connack, F::Twice(Id::TopicAliasMaximum)),
        Flaw::ConnackReasonStringTwice => (P::Connack, F::Twice(Id::ReasonString)),
        Flaw::PublishContentTypeTwice => (P::Publish, F::Twice(Id::ContentType)),
        Flaw::PublishResponseTopicTwice => (P::Publish, F::Twice(Id::ResponseTopic)),
        Flaw::PubackReasonStringTwice => (P::Puback, F::Twice(Id::ReasonString)),
        Flaw::SubackReasonStringTwice => (P::Suback, F::Twice(Id::ReasonString)),
        Flaw::DisconnectReasonStringTwice => (P::Disconnect, F::Twice(Id::ReasonString)),
        Flaw::AuthMethodTwice => (P::Auth, F::Twice(Id::AuthenticationMethod)),
        Flaw::AuthDataTwice => (P::Auth, F::Twice(Id::AuthenticationData)),

        Flaw::ConnackPropertyUnknown => (P::Connack, F::Tail(&[0x7F, 0])),
        Flaw::PublishPropertyUnknown => (P::Publish, F::Tail(&[0x7F, 0])),
        Flaw::SubackPropertyUnknown => (P::Suback, F::Tail(&[0x7F, 0])),
        Flaw::ConnackPropertyCutShort => (P::Connack, F::Tail(&[0x1F, 0, 9, b'x'])),
        Flaw::ConnackPropertyLengthTooLong if is_5_0 => {
            (P::Connack, F::Overwrite(lengthen_properties))
        }
        Flaw::ConnackTopicAlias => (P::Connack, F::Set(Id::TopicAlias, RawValue::U16(1))),
        Flaw::WillDelayInPublish => (P::Publish, F::Set(Id::WillDelayInterval, RawValue::U32(1))),
        Flaw::PubackContentType => (P::Puback, F::Set(Id::ContentType, text(b"text"))),
        Flaw::SubackSubscriptionIdentifier => {
            (P::Suback, F::Set(Id::SubscriptionIdentifier, RawValue::VarInt(1)))
        }
        Flaw::UnsubackSubscriptionIdentifier => {
            (P::Unsuback, F::Set(Id::SubscriptionIdentifier, RawValue::VarInt(1)))
        }
        Flaw::DisconnectSessionExpiry => {
            (P::Disconnect, F::Set(Id::SessionExpiryInterval, RawValue::U32(60)))
        }
        Flaw::AuthMethodMissing => (P::Auth, F::Content(drop_auth_properties)),
        _ => return None,
    })
}

/// Which packet is wrong in its texts.
fn in_texts(flaw: Flaw) -> Option<(PacketType, Fault)> {
    use Fault as F;
    use PacketType as P;
    use PropertyId as Id;
    Some(match flaw {
        Flaw::TopicIllFormed => (P::Publish, F::TopicGoesOn(b"\xFF")),
        Flaw::TopicSurrogate => (P::Publish, F::TopicGoesOn(b"\xED\xA0\x80")),
        Flaw::TopicNul => (P::Publish, F::TopicGoesOn(b"\0")),
        Flaw::TopicWildcard => (P::Publish, F::TopicGoesOn(b"/#")),
        Flaw::ReasonStringIllFormed => (P::Suback, F::GoesOn(Id::ReasonString, b"\xFF")),
        Flaw::ReasonStringNul => (P::Suback, F::GoesOn(Id::ReasonString, b"\0")),
        Flaw::ContentTypeIllFormed => (P::Publish, F::GoesOn(Id::ContentType, b"\xFF")),
        Flaw::ResponseTopicIllFormed => (P::Publish, F::GoesOn(Id::ResponseTopic, b"\xFF")),
        Flaw::ResponseTopicWildcard => (P::Publish, F::GoesOn(Id::ResponseTopic, b"/#")),
        Flaw::UserPropertyIllFormed => (P::Publish, F::GoesOn(Id::UserProperty, b"\xFF")),
        Flaw::UserPropertyNul => (P::Publish, F::GoesOn(Id::UserProperty, b"\0")),
        _ => return None,
    })
}

/// Which packet is wrong in its explanations that the client may not get.
fn in_explanations(flaw: Flaw) -> Option<(PacketType, Fault)> {
    use Fault as F;
    use PacketType as P;
    Some(match flaw {
        Flaw::ConnackReasonStringTooLarge => (P::Connack, F::ReasonString(Unless::TooLarge)),
        Flaw::ConnackUserPropertyTooLarge => (P::Connack, F::UserProperty(Unless::TooLarge)),
        Flaw::PubackReasonStringTooLarge => (P::Puback, F::ReasonString(Unless::TooLarge)),
        Flaw::PubackUserPropertyTooLarge => (P::Puback, F::UserProperty(Unless::TooLarge)),
        Flaw::PubrecReasonStringTooLarge => (P::Pubrec, F::ReasonString(Unless::TooLarge)),
        Flaw::PubrecUserPropertyTooLarge => (P::Pubrec, F::UserProperty(Unless::TooLarge)),
        Flaw::PubrelReasonStringTooLarge => (P::Pubrel, F::ReasonString(Unless::TooLarge)),
        Flaw::PubrelUserPropertyTooLarge => (P::Pubrel, F::UserProperty(Unless::TooLarge)),
        Flaw::PubcompReasonStringTooLarge => (P::Pubcomp, F::ReasonString(Unless::TooLarge)),
        Flaw::PubcompUserPropertyTooLarge => (P::Pubcomp, F::UserProperty(Unless::TooLarge)),
        Flaw::SubackReasonStringTooLarge => (P::Suback, F::ReasonString(Unless::TooLarge)),
        Flaw::SubackUserPropertyTooLarge => (P::Suback, F::UserProperty(Unless::TooLarge)),
        Flaw::UnsubackReasonStringTooLarge => (P::Unsuback, F::ReasonString(Unless::TooLarge)),
        Flaw::UnsubackUserPropertyTooLarge => (P::Unsuback, F::UserProperty(Unless::TooLarge)),
        Flaw::DisconnectReasonStringTooLarge => (P::Disconnect, F::ReasonString(Unless::TooLarge)),
        Flaw::DisconnectUserPropertyTooLarge => (P::Disconnect, F::UserProperty(Unless::TooLarge)),
        Flaw::AuthReasonStringTooLarge => (P::Auth, F::ReasonString(Unless::TooLarge)),
        Flaw::AuthUserPropertyTooLarge => (P::Auth, F::UserProperty(Unless::TooLarge)),

        Flaw::PubackReasonStringUnwanted => (P::Puback, F::ReasonString(Unless::Unwanted)),
        Flaw::PubackUserPropertyUnwanted => (P::Puback, F::UserProperty(Unless::Unwanted)),
        Flaw::PubrecReasonStringUnwanted => (P::Pubrec, F::ReasonString(Unless::Unwanted)),
        Flaw::PubrelReasonStringUnwanted => (P::Pubrel, F::ReasonString(Unless::Unwanted)),
        Flaw::PubcompReasonStringUnwanted => (P::Pubcomp, F::ReasonString(Unless::Unwanted)),
        Flaw::SubackReasonStringUnwanted => (P::Suback, F::ReasonString(Unless::Unwanted)),
        Flaw::SubackUserPropertyUnwanted => (P::Suback, F::UserProperty(Unless::Unwanted)),
        Flaw::UnsubackReasonStringUnwanted => (P::Unsuback, F::ReasonString(Unless::Unwanted)),
        Flaw::AuthReasonStringUnwanted => (P::Auth, F::ReasonString(Unless::Unwanted)),
        _ => return None,
    })
}

fn text(text: &'static [u8]) -> RawValue {
    RawValue::Text(Bytes::from_static(text))
}
