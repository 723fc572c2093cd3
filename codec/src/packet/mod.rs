//! The Control Packets (chapter 3), one module each. A module decodes its packet from a source that
//! it takes bytes out of only once all of them are good, and encodes it behind a fixed header that
//! [`Packet::encode`] writes.

mod ack;
mod auth;
mod connack;
mod connect;
mod disconnect;
mod encode;
mod filters;
mod kind;
mod publish;
mod suback;
mod subscribe;
mod unsuback;
mod unsubscribe;

pub use ack::{Puback, Pubcomp, Pubrec, Pubrel};
pub use auth::Auth;
pub use connack::Connack;
pub use connect::{Connect, Will};
pub use disconnect::Disconnect;
pub use kind::{PacketId, PacketType, QoS, UnknownPacketType};
pub use publish::{Delivery, Publish};
pub use suback::{ReasonList, Suback};
pub use subscribe::{RetainHandling, Subscribe, SubscriptionList, SubscriptionOptions};
pub use unsuback::Unsuback;
pub use unsubscribe::{FilterList, Unsubscribe};

use crate::frame::{Decoded, Head, Source};
use crate::reader::Reader;

/// A Control Packet of either version. What 3.1.1 does not know (properties, most Reason Codes, the
/// options of a subscription but its QoS, AUTH) is empty or has its default there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// CONNECT, section 3.1
    Connect(Box<Connect>),
    /// CONNACK, section 3.2
    Connack(Connack),
    /// PUBLISH, section 3.3
    Publish(Publish),
    /// PUBACK, section 3.4
    Puback(Puback),
    /// PUBREC, section 3.5
    Pubrec(Pubrec),
    /// PUBREL, section 3.6
    Pubrel(Pubrel),
    /// PUBCOMP, section 3.7
    Pubcomp(Pubcomp),
    /// SUBSCRIBE, section 3.8
    Subscribe(Subscribe),
    /// SUBACK, section 3.9
    Suback(Suback),
    /// UNSUBSCRIBE, section 3.10
    Unsubscribe(Unsubscribe),
    /// UNSUBACK, section 3.11
    Unsuback(Unsuback),
    /// PINGREQ, section 3.12
    Pingreq,
    /// PINGRESP, section 3.13
    Pingresp,
    /// DISCONNECT, section 3.14
    Disconnect(Disconnect),
    /// AUTH, section 3.15, in 5.0 only
    Auth(Auth),
}

impl Packet {
    /// The type.
    #[must_use]
    pub const fn packet_type(&self) -> PacketType {
        match self {
            Self::Connect(_) => PacketType::Connect,
            Self::Connack(_) => PacketType::Connack,
            Self::Publish(_) => PacketType::Publish,
            Self::Puback(_) => PacketType::Puback,
            Self::Pubrec(_) => PacketType::Pubrec,
            Self::Pubrel(_) => PacketType::Pubrel,
            Self::Pubcomp(_) => PacketType::Pubcomp,
            Self::Subscribe(_) => PacketType::Subscribe,
            Self::Suback(_) => PacketType::Suback,
            Self::Unsubscribe(_) => PacketType::Unsubscribe,
            Self::Unsuback(_) => PacketType::Unsuback,
            Self::Pingreq => PacketType::Pingreq,
            Self::Pingresp => PacketType::Pingresp,
            Self::Disconnect(_) => PacketType::Disconnect,
            Self::Auth(_) => PacketType::Auth,
        }
    }

    /// The Packet Identifier, if the packet has one.
    #[must_use]
    pub const fn packet_id(&self) -> Option<PacketId> {
        match self {
            Self::Publish(publish) => publish.packet_id(),
            Self::Puback(Puback { packet_id, .. })
            | Self::Pubrec(Pubrec { packet_id, .. })
            | Self::Pubrel(Pubrel { packet_id, .. })
            | Self::Pubcomp(Pubcomp { packet_id, .. })
            | Self::Subscribe(Subscribe { packet_id, .. })
            | Self::Suback(Suback { packet_id, .. })
            | Self::Unsubscribe(Unsubscribe { packet_id, .. })
            | Self::Unsuback(Unsuback { packet_id, .. }) => Some(*packet_id),
            Self::Connect(_)
            | Self::Connack(_)
            | Self::Pingreq
            | Self::Pingresp
            | Self::Disconnect(_)
            | Self::Auth(_) => None,
        }
    }
}

/// Decodes the packet that `source` holds, whose fixed header has been read.
#[inline(always)]
pub(crate) fn decode<S: Source>(source: S, head: Head) -> Decoded {
    match head.packet {
        PacketType::Connect => Connect::decode(source, head),
        PacketType::Connack => Connack::decode(source, head),
        PacketType::Publish => Publish::decode(source, head),
        PacketType::Puback => Puback::decode(source, head),
        PacketType::Pubrec => Pubrec::decode(source, head),
        PacketType::Pubrel => Pubrel::decode(source, head),
        PacketType::Pubcomp => Pubcomp::decode(source, head),
        PacketType::Subscribe => Subscribe::decode(source, head),
        PacketType::Suback => Suback::decode(source, head),
        PacketType::Unsubscribe => Unsubscribe::decode(source, head),
        PacketType::Unsuback => Unsuback::decode(source, head),
        PacketType::Pingreq => decode_empty(source, head, Packet::Pingreq),
        PacketType::Pingresp => decode_empty(source, head, Packet::Pingresp),
        PacketType::Disconnect => Disconnect::decode(source, head),
        PacketType::Auth => Auth::decode(source, head),
    }
}

/// PINGREQ and PINGRESP have nothing behind their fixed header (sections 3.12 and 3.13).
#[inline(never)]
fn decode_empty<S: Source>(source: S, head: Head, packet: Packet) -> Decoded {
    Reader::new(source.bytes(), head).finish()?;
    source.skip();
    Ok(Some(packet))
}

/// Lets the content of a packet be used where a [`Packet`] is asked for.
macro_rules! into_packet {
    ($($Name:ident)*) => {
        $(impl From<$Name> for Packet {
            fn from(packet: $Name) -> Self {
                Self::$Name(packet)
            }
        })*
    };
}

into_packet! {
    Connack Publish Puback Pubrec Pubrel Pubcomp Subscribe Suback Unsubscribe Unsuback Disconnect
    Auth
}

impl From<Connect> for Packet {
    fn from(connect: Connect) -> Self {
        Self::Connect(Box::new(connect))
    }
}

impl From<Box<Connect>> for Packet {
    fn from(connect: Box<Connect>) -> Self {
        Self::Connect(connect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Decoded;

    #[test]
    fn a_packet_is_no_larger_than_the_largest_of_those_that_make_up_the_traffic() {
        assert_eq!(size_of::<Packet>(), size_of::<Publish>());
        assert_eq!(size_of::<Decoded>(), size_of::<Packet>());
        assert!(size_of::<Packet>() <= 3 * size_of::<bytes::Bytes>() + 8);
    }
}
