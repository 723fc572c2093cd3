//! What can be wrong with bytes that claim to be a Control Packet, as facts. `statement` says which
//! statement of each standard a fact breaks, and which Reason Code answers it (5.0 section 4.13).

mod all;
mod encode;
mod statement;

pub use encode::EncodeError;

use std::fmt;

use crate::packet::PacketType;
use crate::property::{PropertyId, PropertyPlace};
use crate::{ReasonCode, Sender, Version};

/// Why some bytes are not a packet that their sender may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    kind: ErrorKind,
    version: Version,
    sender: Sender,
    offset: usize,
}

impl DecodeError {
    #[cold]
    #[inline(never)]
    pub(crate) fn new(kind: ErrorKind, version: Version, sender: Sender, offset: usize) -> Self {
        Self { kind, version, sender, offset }
    }

    /// The fact.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Where the first byte at fault is, in bytes from the start of the packet. Where bytes are
    /// missing, this is where they should be.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// By the rules of which version the bytes were judged: the one of the [`Context`], or that of
    /// a CONNECT which had told its own before the error.
    ///
    /// [`Context`]: crate::Context
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The side that was taken to have sent the bytes.
    #[must_use]
    pub const fn sender(&self) -> Sender {
        self.sender
    }

    /// The id of the statement that the bytes break, from the catalogue of that version. `None` if
    /// they do not break any rule of that version.
    #[must_use]
    pub const fn statement(&self, version: Version) -> Option<&'static str> {
        self.kind.statement(version, self.sender)
    }

    /// The Reason Code of 5.0 that answers the error best.
    #[must_use]
    pub const fn reason(&self) -> ReasonCode {
        self.kind.reason()
    }

    /// The stable name of the kind of error, in kebab-case.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.kind.name()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.kind, self.offset)
    }
}

impl std::error::Error for DecodeError {}

/// A part of a packet that an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The Packet Identifier.
    PacketId,
    /// The Protocol Name of CONNECT.
    ProtocolName,
    /// The Protocol Level (5.0: Protocol Version) of CONNECT.
    ProtocolLevel,
    /// The Connect Flags.
    ConnectFlags,
    /// The Keep Alive of CONNECT.
    KeepAlive,
    /// The Client Identifier.
    ClientId,
    /// The Will Topic.
    WillTopic,
    /// The Will Payload (3.1.1: Will Message).
    WillPayload,
    /// The User Name.
    UserName,
    /// The Password.
    Password,
    /// The Connect Acknowledge Flags.
    AcknowledgeFlags,
    /// The Reason Code (3.1.1: Return Code).
    ReasonCode,
    /// The Topic Name of PUBLISH.
    TopicName,
    /// A Topic Filter of SUBSCRIBE or UNSUBSCRIBE.
    TopicFilter,
    /// The Subscription Options (3.1.1: Requested QoS) behind a Topic Filter.
    SubscriptionOptions,
    /// A Property Length.
    PropertyLength,
    /// The Property Length of the Will Properties.
    WillPropertyLength,
    /// The value of a property.
    Property(PropertyId),
}

impl Field {
    /// The standard's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PacketId => "Packet Identifier",
            Self::ProtocolName => "Protocol Name",
            Self::ProtocolLevel => "Protocol Level",
            Self::ConnectFlags => "Connect Flags",
            Self::KeepAlive => "Keep Alive",
            Self::ClientId => "Client Identifier",
            Self::WillTopic => "Will Topic",
            Self::WillPayload => "Will Payload",
            Self::UserName => "User Name",
            Self::Password => "Password",
            Self::AcknowledgeFlags => "Connect Acknowledge Flags",
            Self::ReasonCode => "Reason Code",
            Self::TopicName => "Topic Name",
            Self::TopicFilter => "Topic Filter",
            Self::SubscriptionOptions => "Subscription Options",
            Self::PropertyLength => "Property Length",
            Self::WillPropertyLength => "Will Property Length",
            Self::Property(id) => id.name(),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What is wrong with the bytes. The variants stand in the order in which a packet is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Packet type 0, or 15 in 3.1.1.
    ReservedPacketType,
    /// A packet that only the other side may send.
    WrongDirection(PacketType),
    /// Flags in the first byte other than those that the type prescribes.
    HeaderFlags(PacketType),
    /// A PUBLISH with both QoS bits set.
    PublishQoS3,
    /// A PUBLISH at QoS 0 with DUP set.
    DupOnQoS0,
    /// A Remaining Length of more than four bytes.
    RemainingLengthTooLong,
    /// A Remaining Length in more bytes than its value needs. Free in 3.1.1.
    RemainingLengthPadded,
    /// A packet larger than the receiver takes.
    PacketTooLarge,
    /// A frame given to [`decode_frame`](crate::decode_frame) that is longer or shorter than its
    /// fixed header says.
    FrameLength,
    /// The packet ends where the field, or a part of it, should be.
    CutShort(PacketType, Field),
    /// The packet goes on behind its last field.
    TrailingBytes(PacketType),
    /// The length of a string or of binary data reaches beyond the end of the packet.
    LengthPrefixTooLong(PacketType, Field),
    /// A string that is not well-formed UTF-8.
    IllFormedUtf8(PacketType, Field),
    /// A string that contains U+0000.
    NulInString(PacketType, Field),
    /// A Packet Identifier of 0.
    PacketIdZero(PacketType),

    /// A Protocol Name other than `MQTT`.
    UnsupportedProtocolName,
    /// A Protocol Level other than 4 and 5.
    UnsupportedProtocolVersion,
    /// Bit 0 of the Connect Flags is set.
    ConnectReservedFlag,
    /// A Will QoS other than 0 without a Will.
    WillQoSWithoutWill,
    /// Will Retain without a Will.
    WillRetainWithoutWill,
    /// A Will QoS of 3.
    WillQoS3,
    /// A Password without a User Name in 3.1.1.
    PasswordWithoutUserName,

    /// Bits 7 to 1 of the Connect Acknowledge Flags are not all 0.
    AcknowledgeReservedFlags,
    /// Session Present together with a Reason Code (3.1.1: Return Code) other than 0.
    SessionPresentWithError,

    /// A Topic Name (in 5.0: without a Topic Alias) or a Will Topic of no bytes.
    EmptyTopicName(Field),
    /// A Topic Name, Will Topic or Response Topic with `+` or `#`.
    WildcardInTopicName(PacketType, Field),
    /// A Topic Filter of no bytes.
    EmptyTopicFilter(PacketType),
    /// A `#` that is not alone in its level, or not in the last one.
    MisplacedMultiLevelWildcard(PacketType),
    /// A `+` that is not alone in its level.
    MisplacedSingleLevelWildcard(PacketType),
    /// `$share/` without a `ShareName` behind it.
    EmptyShareName(PacketType),
    /// A `ShareName` with a wildcard in it.
    WildcardInShareName(PacketType),
    /// A shared subscription without a Topic Filter behind its `ShareName`.
    NoFilterInSharedSubscription(PacketType),
    /// A SUBSCRIBE or UNSUBSCRIBE without a Topic Filter.
    NoTopicFilter(PacketType),

    /// Bits of the Subscription Options (3.1.1: Requested QoS) that are reserved are set.
    SubscriptionReservedBits,
    /// A requested QoS of 3.
    SubscriptionQoS3,
    /// A Retain Handling of 3.
    RetainHandling3,
    /// No Local on a shared subscription.
    NoLocalOnSharedSubscription,

    /// A Reason Code (3.1.1: Return Code) that this packet may not carry.
    ReasonCodeNotAllowed(PacketType),
    /// A Reason Code that only the other side may put into this packet.
    ReasonCodeOfOtherSide(PacketType),

    /// A Variable Byte Integer inside the packet of more than four bytes.
    VarIntTooLong(VarIntField),
    /// A Variable Byte Integer inside the packet in more bytes than its value needs.
    VarIntPadded(VarIntField),
    /// A Property Length that reaches beyond the end of the packet.
    PropertyLengthTooLong(PropertyPlace),
    /// A Property Identifier that the standard does not define.
    UnknownProperty(PropertyPlace),
    /// A property that has no place in this packet.
    PropertyMisplaced(PropertyPlace, PropertyId),
    /// A property that only the other side may put into this packet.
    PropertyOfOtherSide(PropertyPlace, PropertyId),
    /// A property that stands twice where it may stand once.
    PropertyRepeated(PropertyPlace, PropertyId),
    /// A property whose value reaches beyond the Property Length.
    PropertyCutShort(PropertyPlace, PropertyId),
    /// A property with a value that the standard rules out.
    PropertyOutOfRange(PropertyPlace, PropertyId),
    /// A CONNECT with Authentication Data but no Authentication Method.
    AuthenticationDataWithoutMethod,
    /// An AUTH without an Authentication Method.
    NoAuthenticationMethod,
}

/// A Variable Byte Integer inside a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VarIntField {
    /// A Property Length, also that of Will Properties.
    PropertyLength,
    /// A Property Identifier.
    PropertyIdentifier,
    /// The value of a Subscription Identifier.
    SubscriptionIdentifier,
}

impl VarIntField {
    const fn name(self) -> &'static str {
        match self {
            Self::PropertyLength => "Property Length",
            Self::PropertyIdentifier => "Property Identifier",
            Self::SubscriptionIdentifier => "Subscription Identifier",
        }
    }
}

impl ErrorKind {
    /// The stable name, in kebab-case; the same for all packets and fields.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReservedPacketType => "reserved-packet-type",
            Self::WrongDirection(_) => "wrong-direction",
            Self::HeaderFlags(_) => "header-flags",
            Self::PublishQoS3 => "publish-qos-3",
            Self::DupOnQoS0 => "dup-on-qos-0",
            Self::RemainingLengthTooLong => "remaining-length-too-long",
            Self::RemainingLengthPadded => "remaining-length-padded",
            Self::PacketTooLarge => "packet-too-large",
            Self::FrameLength => "frame-length",
            Self::CutShort(..) => "cut-short",
            Self::TrailingBytes(_) => "trailing-bytes",
            Self::LengthPrefixTooLong(..) => "length-prefix-too-long",
            Self::IllFormedUtf8(..) => "ill-formed-utf-8",
            Self::NulInString(..) => "nul-in-string",
            Self::PacketIdZero(_) => "packet-id-zero",
            Self::UnsupportedProtocolName => "unsupported-protocol-name",
            Self::UnsupportedProtocolVersion => "unsupported-protocol-version",
            Self::ConnectReservedFlag => "connect-reserved-flag",
            Self::WillQoSWithoutWill => "will-qos-without-will",
            Self::WillRetainWithoutWill => "will-retain-without-will",
            Self::WillQoS3 => "will-qos-3",
            Self::PasswordWithoutUserName => "password-without-user-name",
            Self::AcknowledgeReservedFlags => "acknowledge-reserved-flags",
            Self::SessionPresentWithError => "session-present-with-error",
            Self::EmptyTopicName(_) => "empty-topic-name",
            Self::WildcardInTopicName(..) => "wildcard-in-topic-name",
            Self::EmptyTopicFilter(_) => "empty-topic-filter",
            Self::MisplacedMultiLevelWildcard(_) => "misplaced-multi-level-wildcard",
            Self::MisplacedSingleLevelWildcard(_) => "misplaced-single-level-wildcard",
            Self::EmptyShareName(_) => "empty-share-name",
            Self::WildcardInShareName(_) => "wildcard-in-share-name",
            Self::NoFilterInSharedSubscription(_) => "no-filter-in-shared-subscription",
            Self::NoTopicFilter(_) => "no-topic-filter",
            Self::SubscriptionReservedBits => "subscription-reserved-bits",
            Self::SubscriptionQoS3 => "subscription-qos-3",
            Self::RetainHandling3 => "retain-handling-3",
            Self::NoLocalOnSharedSubscription => "no-local-on-shared-subscription",
            Self::ReasonCodeNotAllowed(_) => "reason-code-not-allowed",
            Self::ReasonCodeOfOtherSide(_) => "reason-code-of-other-side",
            Self::VarIntTooLong(_) => "variable-byte-integer-too-long",
            Self::VarIntPadded(_) => "variable-byte-integer-padded",
            Self::PropertyLengthTooLong(_) => "property-length-too-long",
            Self::UnknownProperty(_) => "unknown-property",
            Self::PropertyMisplaced(..) => "property-misplaced",
            Self::PropertyOfOtherSide(..) => "property-of-other-side",
            Self::PropertyRepeated(..) => "property-repeated",
            Self::PropertyCutShort(..) => "property-cut-short",
            Self::PropertyOutOfRange(..) => "property-out-of-range",
            Self::AuthenticationDataWithoutMethod => "authentication-data-without-method",
            Self::NoAuthenticationMethod => "no-authentication-method",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ReservedPacketType => write!(f, "the packet type is reserved"),
            Self::WrongDirection(packet) => write!(f, "the {packet} is for the other side to send"),
            Self::HeaderFlags(packet) => {
                write!(f, "the flags in the first byte of {packet} are not the prescribed ones")
            }
            Self::PublishQoS3 => write!(f, "the QoS of PUBLISH is 3"),
            Self::DupOnQoS0 => write!(f, "the DUP flag is set in a PUBLISH at QoS 0"),
            Self::RemainingLengthTooLong => {
                write!(f, "the Remaining Length has more than four bytes")
            }
            Self::RemainingLengthPadded => {
                write!(f, "the Remaining Length has more bytes than its value needs")
            }
            Self::PacketTooLarge => write!(f, "the packet is larger than the receiver takes"),
            Self::FrameLength => {
                write!(f, "the frame has another length than its fixed header says")
            }
            Self::CutShort(packet, field) => {
                write!(f, "the {packet} ends where its {field} should be")
            }
            Self::TrailingBytes(packet) => write!(f, "the {packet} goes on behind its last field"),
            Self::LengthPrefixTooLong(packet, field) => {
                write!(f, "the length of the {field} reaches beyond the end of the {packet}")
            }
            Self::IllFormedUtf8(packet, field) => {
                write!(f, "the {field} of {packet} is not well-formed UTF-8")
            }
            Self::NulInString(packet, field) => {
                write!(f, "the {field} of {packet} contains U+0000")
            }
            Self::PacketIdZero(packet) => write!(f, "the Packet Identifier of {packet} is 0"),
            Self::UnsupportedProtocolName => write!(f, "the Protocol Name is not MQTT"),
            Self::UnsupportedProtocolVersion => {
                write!(f, "the Protocol Level is neither 4 nor 5")
            }
            Self::ConnectReservedFlag => write!(f, "the reserved bit of the Connect Flags is set"),
            Self::WillQoSWithoutWill => write!(f, "the Will QoS is not 0 without a Will"),
            Self::WillRetainWithoutWill => write!(f, "the Will Retain flag is set without a Will"),
            Self::WillQoS3 => write!(f, "the Will QoS is 3"),
            Self::PasswordWithoutUserName => write!(f, "there is a Password without a User Name"),
            Self::AcknowledgeReservedFlags => {
                write!(f, "reserved bits of the Connect Acknowledge Flags are set")
            }
            Self::SessionPresentWithError => {
                write!(
                    f,
                    "the Session Present flag is set in a CONNACK that refuses the connection"
                )
            }
            _ => self.fmt_content(f),
        }
    }
}

impl ErrorKind {
    /// The second half of `Display`: topics, options, codes and properties. There is no arm for all
    /// others, so that a new kind has to be given its sentence.
    fn fmt_content(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyTopicName(field) => write!(f, "the {field} is empty"),
            Self::WildcardInTopicName(packet, field) => {
                write!(f, "the {field} of {packet} contains a wildcard")
            }
            Self::EmptyTopicFilter(packet) => write!(f, "a Topic Filter of {packet} is empty"),
            Self::MisplacedMultiLevelWildcard(packet) => {
                write!(f, "a # in a Topic Filter of {packet} is not the whole last level")
            }
            Self::MisplacedSingleLevelWildcard(packet) => {
                write!(f, "a + in a Topic Filter of {packet} is not a whole level")
            }
            Self::EmptyShareName(packet) => write!(f, "a ShareName in {packet} is empty"),
            Self::WildcardInShareName(packet) => {
                write!(f, "a ShareName in {packet} contains a wildcard")
            }
            Self::NoFilterInSharedSubscription(packet) => {
                write!(f, "a ShareName in {packet} has no Topic Filter behind it")
            }
            Self::NoTopicFilter(packet) => write!(f, "the {packet} has no Topic Filter"),
            Self::SubscriptionReservedBits => {
                write!(f, "reserved bits of the Subscription Options are set")
            }
            Self::SubscriptionQoS3 => write!(f, "the requested QoS is 3"),
            Self::RetainHandling3 => write!(f, "the Retain Handling is 3"),
            Self::NoLocalOnSharedSubscription => {
                write!(f, "the No Local option is set on a shared subscription")
            }
            Self::ReasonCodeNotAllowed(packet) => {
                write!(f, "the Reason Code is none that {packet} may carry")
            }
            Self::ReasonCodeOfOtherSide(packet) => {
                write!(f, "the Reason Code is one that only the other side puts into {packet}")
            }
            Self::VarIntTooLong(field) => {
                write!(f, "the {} has more than four bytes", field.name())
            }
            Self::VarIntPadded(field) => {
                write!(f, "the {} has more bytes than its value needs", field.name())
            }
            Self::PropertyLengthTooLong(place) => {
                write!(f, "the Property Length of {place} reaches beyond the end of the packet")
            }
            Self::UnknownProperty(place) => {
                write!(f, "a Property Identifier in {place} is not defined")
            }
            Self::PropertyMisplaced(place, id) => {
                write!(f, "the {id} has no place in {place}")
            }
            Self::PropertyOfOtherSide(place, id) => {
                write!(f, "the {id} is for the other side to put into {place}")
            }
            Self::PropertyRepeated(place, id) => write!(f, "the {id} stands twice in {place}"),
            Self::PropertyCutShort(place, id) => {
                write!(f, "the {id} in {place} reaches beyond the Property Length")
            }
            Self::PropertyOutOfRange(place, id) => {
                write!(f, "the {id} in {place} has a value that is ruled out")
            }
            Self::AuthenticationDataWithoutMethod => {
                write!(f, "there is Authentication Data without an Authentication Method")
            }
            Self::NoAuthenticationMethod => {
                write!(f, "the AUTH has no Authentication Method")
            }
            // `Display` deals with these before it comes here.
            Self::ReservedPacketType
            | Self::WrongDirection(_)
            | Self::HeaderFlags(_)
            | Self::PublishQoS3
            | Self::DupOnQoS0
            | Self::RemainingLengthTooLong
            | Self::RemainingLengthPadded
            | Self::PacketTooLarge
            | Self::FrameLength
            | Self::CutShort(..)
            | Self::TrailingBytes(_)
            | Self::LengthPrefixTooLong(..)
            | Self::IllFormedUtf8(..)
            | Self::NulInString(..)
            | Self::PacketIdZero(_)
            | Self::UnsupportedProtocolName
            | Self::UnsupportedProtocolVersion
            | Self::ConnectReservedFlag
            | Self::WillQoSWithoutWill
            | Self::WillRetainWithoutWill
            | Self::WillQoS3
            | Self::PasswordWithoutUserName
            | Self::AcknowledgeReservedFlags
            | Self::SessionPresentWithError => f.write_str(self.name()),
        }
    }
}
