//! The small values that packets are made of: Control Packet types (section 2.1.2), Packet
//! Identifiers (section 2.2.1, 3.1.1: 2.3.1) and QoS levels (section 4.3).

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

/// A Packet Identifier: 1 to 65,535 (section 2.2.1, 3.1.1: 2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PacketId(NonZeroU16);

impl PacketId {
    /// The least identifier, 1.
    pub const MIN: Self = Self(NonZeroU16::MIN);
    /// The greatest identifier, 65,535.
    pub const MAX: Self = Self(NonZeroU16::MAX);

    /// `None` for 0.
    #[must_use]
    pub const fn new(id: u16) -> Option<Self> {
        match NonZeroU16::new(id) {
            Some(id) => Some(Self(id)),
            None => None,
        }
    }

    /// The number, which is not 0.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl fmt::Display for PacketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A Quality of Service level (section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum QoS {
    /// QoS 0: at most once delivery.
    #[default]
    AtMostOnce = 0,
    /// QoS 1: at least once delivery.
    AtLeastOnce = 1,
    /// QoS 2: exactly once delivery.
    ExactlyOnce = 2,
}

impl QoS {
    /// The three levels, in ascending order.
    pub const ALL: [Self; 3] = [Self::AtMostOnce, Self::AtLeastOnce, Self::ExactlyOnce];

    /// `None` above 2.
    #[inline]
    #[must_use]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }

    /// The level as a number: 0, 1 or 2.
    #[must_use]
    pub const fn value(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for QoS {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value(), f)
    }
}

/// The type of a Control Packet, with its number (section 2.1.2, 3.1.1: 2.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum PacketType {
    /// Connection request, from client to server.
    Connect = 1,
    /// Connect acknowledgement, from server to client.
    Connack = 2,
    /// Publish message.
    Publish = 3,
    /// Publish acknowledgement (QoS 1).
    Puback = 4,
    /// Publish received (QoS 2, part 1).
    Pubrec = 5,
    /// Publish release (QoS 2, part 2).
    Pubrel = 6,
    /// Publish complete (QoS 2, part 3).
    Pubcomp = 7,
    /// Subscribe request, from client to server.
    Subscribe = 8,
    /// Subscribe acknowledgement, from server to client.
    Suback = 9,
    /// Unsubscribe request, from client to server.
    Unsubscribe = 10,
    /// Unsubscribe acknowledgement, from server to client.
    Unsuback = 11,
    /// PING request, from client to server.
    Pingreq = 12,
    /// PING response, from server to client.
    Pingresp = 13,
    /// Disconnect notification; in 3.1.1 from client to server only.
    Disconnect = 14,
    /// Authentication exchange; not in 3.1.1.
    Auth = 15,
}

impl PacketType {
    /// All types, in the order of their numbers.
    pub const ALL: [Self; 15] = [
        Self::Connect,
        Self::Connack,
        Self::Publish,
        Self::Puback,
        Self::Pubrec,
        Self::Pubrel,
        Self::Pubcomp,
        Self::Subscribe,
        Self::Suback,
        Self::Unsubscribe,
        Self::Unsuback,
        Self::Pingreq,
        Self::Pingresp,
        Self::Disconnect,
        Self::Auth,
    ];

    /// The type with this number, 1 to 15.
    #[inline]
    #[must_use]
    pub const fn from_u8(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::Connect,
            2 => Self::Connack,
            3 => Self::Publish,
            4 => Self::Puback,
            5 => Self::Pubrec,
            6 => Self::Pubrel,
            7 => Self::Pubcomp,
            8 => Self::Subscribe,
            9 => Self::Suback,
            10 => Self::Unsubscribe,
            11 => Self::Unsuback,
            12 => Self::Pingreq,
            13 => Self::Pingresp,
            14 => Self::Disconnect,
            15 => Self::Auth,
            _ => return None,
        })
    }

    /// The number: bits 7 to 4 of the first byte of a packet.
    #[must_use]
    pub const fn value(self) -> u8 {
        self as u8
    }

    /// The standard's name, in capitals.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "CONNECT",
            Self::Connack => "CONNACK",
            Self::Publish => "PUBLISH",
            Self::Puback => "PUBACK",
            Self::Pubrec => "PUBREC",
            Self::Pubrel => "PUBREL",
            Self::Pubcomp => "PUBCOMP",
            Self::Subscribe => "SUBSCRIBE",
            Self::Suback => "SUBACK",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::Unsuback => "UNSUBACK",
            Self::Pingreq => "PINGREQ",
            Self::Pingresp => "PINGRESP",
            Self::Disconnect => "DISCONNECT",
            Self::Auth => "AUTH",
        }
    }

    /// Bits 3 to 0 of the first byte, which are fixed for all packets but PUBLISH.
    pub(crate) const fn fixed_flags(self) -> u8 {
        const BIT_1_IS_SET: u16 = 1 << PacketType::Pubrel as u8
            | 1 << PacketType::Subscribe as u8
            | 1 << PacketType::Unsubscribe as u8;
        if BIT_1_IS_SET & 1 << self as u8 != 0 { 0b0010 } else { 0 }
    }

    /// The whole first byte of a packet that is no PUBLISH.
    pub(crate) const fn first_byte(self) -> u8 {
        self.value() << 4 | self.fixed_flags()
    }
}

impl fmt::Display for PacketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text is not the name of a Control Packet type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPacketType;

impl fmt::Display for UnknownPacketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no Control Packet type of that name")
    }
}

impl std::error::Error for UnknownPacketType {}

impl FromStr for PacketType {
    type Err = UnknownPacketType;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or(UnknownPacketType)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_go_there_and_back() {
        for (number, kind) in (1..).zip(PacketType::ALL) {
            assert_eq!(kind.value(), number);
            assert_eq!(PacketType::from_u8(number), Some(kind));
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        assert_eq!(PacketType::from_u8(0), None);
        assert_eq!(PacketType::from_u8(16), None);
        assert_eq!("connect".parse::<PacketType>(), Err(UnknownPacketType));
        for qos in QoS::ALL {
            assert_eq!(QoS::from_u8(qos.value()), Some(qos));
        }
        assert_eq!(QoS::from_u8(3), None);
        assert_eq!(PacketId::new(0), None);
    }
}
