//! The rules that we ourselves can break with valid packets.

use std::fmt;

/// A rule that a packet of ours broke. The connection is tainted from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Breach {
    /// The scenario broke a rule on purpose, and said so.
    Deliberate,
    /// The first packet was not CONNECT.
    ConnectNotFirst,
    /// A second CONNECT.
    SecondConnect,
    /// A CONNECT of another version than the one that is watched.
    OtherVersion,
    /// A packet behind our own DISCONNECT.
    AfterDisconnect,
    /// A packet that only a server may send.
    ServerPacket,
    /// AUTH without an Authentication Method in CONNECT, or another packet than AUTH and DISCONNECT
    /// before the CONNACK that ends enhanced authentication.
    Authentication,
    /// A Packet Identifier that another exchange of ours uses.
    PacketIdInUse,
    /// A PUBLISH sent again on the connection that it was sent on, which 5.0 forbids.
    Resend,
    /// More open PUBLISH packets than the broker's Receive Maximum.
    ReceiveMaximum,
    /// An answer of the wrong type, or out of turn, to a delivery, or a PUBREL in an exchange that
    /// has none.
    WrongAnswer,
    /// A Topic Alias above the broker's Topic Alias Maximum, or without a meaning.
    TopicAlias,
    /// A packet larger than the broker's Maximum Packet Size.
    PacketTooLarge,
    /// A PUBLISH with a QoS above the broker's Maximum QoS.
    QoSNotSupported,
    /// A PUBLISH with RETAIN to a broker without retained messages.
    RetainNotSupported,
    /// A filter with wildcards for a broker without.
    WildcardNotSupported,
    /// A shared subscription for a broker without.
    SharedNotSupported,
    /// A Subscription Identifier for a broker without, or in a PUBLISH.
    SubscriptionIdentifierNotSupported,
    /// An empty client id together with Clean Session 0 in 3.1.1.
    EmptyClientId,
    /// A Session Expiry Interval in DISCONNECT where that of CONNECT was 0.
    SessionExpiryRaised,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Deliberate => "a rule was broken on purpose",
            Self::ConnectNotFirst => "the first packet was not CONNECT",
            Self::SecondConnect => "there was a second CONNECT",
            Self::OtherVersion => "CONNECT was of another version",
            Self::AfterDisconnect => "a packet followed our DISCONNECT",
            Self::ServerPacket => "a packet was one that only servers send",
            Self::Authentication => "the rules of enhanced authentication were not kept",
            Self::PacketIdInUse => "a packet identifier was in use",
            Self::Resend => "a PUBLISH was sent again on the same connection",
            Self::ReceiveMaximum => "the broker's Receive Maximum was overrun",
            Self::WrongAnswer => "an answer was of the wrong type or out of turn",
            Self::TopicAlias => "a topic alias was out of range or had no meaning",
            Self::PacketTooLarge => "a packet was above the broker's Maximum Packet Size",
            Self::QoSNotSupported => "a PUBLISH was above the broker's Maximum QoS",
            Self::RetainNotSupported => "the broker has no retained messages",
            Self::WildcardNotSupported => "the broker has no wildcard subscriptions",
            Self::SharedNotSupported => "the broker has no shared subscriptions",
            Self::SubscriptionIdentifierNotSupported => {
                "a subscription identifier stood where there may be none"
            }
            Self::EmptyClientId => "the client id was empty with Clean Session 0",
            Self::SessionExpiryRaised => "DISCONNECT raised a session expiry interval of 0",
        })
    }
}
