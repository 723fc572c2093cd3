//! Reason Codes (5.0 section 2.4), and how the Connect Return Codes and the SUBACK codes of 3.1.1
//! (sections 3.2.2.3 and 3.9.3) are told in them.

use crate::{PacketType, Sender};

/// A bit set of the packets that a code may stand in.
type Packets = u16;

const CONNACK: Packets = 1 << PacketType::Connack as u16;
const PUBACK: Packets = 1 << PacketType::Puback as u16;
const PUBREC: Packets = 1 << PacketType::Pubrec as u16;
const PUBREL: Packets = 1 << PacketType::Pubrel as u16;
const PUBCOMP: Packets = 1 << PacketType::Pubcomp as u16;
const SUBACK: Packets = 1 << PacketType::Suback as u16;
const UNSUBACK: Packets = 1 << PacketType::Unsuback as u16;
const DISCONNECT: Packets = 1 << PacketType::Disconnect as u16;
const AUTH: Packets = 1 << PacketType::Auth as u16;

/// One line a code: value, name, the packets in which either side may send it, then those in which
/// only a client, and only a server may. A server is the only sender of CONNACK, SUBACK and
/// UNSUBACK anyway, so that these always stand in the first list.
macro_rules! reason_codes {
    ($($value:literal $name:ident $doc:literal: $both:expr, $client:expr, $server:expr;)*) => {
        /// A Reason Code of MQTT 5.0 (section 2.4, table 2-6): below 0x80 success, from there on
        /// failure. The Connect Return Codes and the SUBACK codes of 3.1.1 are told in them. Which name 0x00 goes by depends on the packet, see
        /// [`ReasonCode::name_in`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum ReasonCode {
            $(#[doc = $doc] $name = $value,)*
        }

        impl ReasonCode {
            /// All codes, in ascending order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code with this value, if the standard defines one for any packet.
            #[inline]
            #[must_use]
            pub const fn from_u8(value: u8) -> Option<Self> {
                match value {
                    $($value => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The standard's name, its words run together; for 0x00 `Success`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// The packets in which both sides, only a client, and only a server may send this.
            const fn packets(self) -> (Packets, Packets, Packets) {
                match self {
                    $(Self::$name => ($both, $client, $server),)*
                }
            }
        }
    };
}

reason_codes! {
    0x00 Success "All is well. Also Normal disconnection and Granted QoS 0.":
        CONNACK | PUBACK | PUBREC | PUBREL | PUBCOMP | SUBACK | UNSUBACK | DISCONNECT, 0, AUTH;
    0x01 GrantedQoS1 "Granted QoS 1": SUBACK, 0, 0;
    0x02 GrantedQoS2 "Granted QoS 2": SUBACK, 0, 0;
    0x04 DisconnectWithWillMessage "Disconnect with Will Message": 0, DISCONNECT, 0;
    0x10 NoMatchingSubscribers "No matching subscribers": 0, 0, PUBACK | PUBREC;
    0x11 NoSubscriptionExisted "No subscription existed": UNSUBACK, 0, 0;
    0x18 ContinueAuthentication "Continue authentication": AUTH, 0, 0;
    0x19 ReAuthenticate "Re-authenticate": 0, AUTH, 0;
    0x80 UnspecifiedError "Unspecified error. Also Failure in a 3.1.1 SUBACK.":
        CONNACK | PUBACK | PUBREC | SUBACK | UNSUBACK | DISCONNECT, 0, 0;
    0x81 MalformedPacket "Malformed Packet": CONNACK | DISCONNECT, 0, 0;
    0x82 ProtocolError "Protocol Error": CONNACK | DISCONNECT, 0, 0;
    0x83 ImplementationSpecificError "Implementation specific error":
        CONNACK | PUBACK | PUBREC | SUBACK | UNSUBACK | DISCONNECT, 0, 0;
    0x84 UnsupportedProtocolVersion "Unsupported Protocol Version": CONNACK, 0, 0;
    0x85 ClientIdentifierNotValid "Client Identifier not valid": CONNACK, 0, 0;
    0x86 BadUserNameOrPassword "Bad User Name or Password": CONNACK, 0, 0;
    0x87 NotAuthorized "Not authorized":
        CONNACK | PUBACK | PUBREC | SUBACK | UNSUBACK, 0, DISCONNECT;
    0x88 ServerUnavailable "Server unavailable": CONNACK, 0, 0;
    0x89 ServerBusy "Server busy": CONNACK, 0, DISCONNECT;
    0x8A Banned "Banned": CONNACK, 0, 0;
    0x8B ServerShuttingDown "Server shutting down": 0, 0, DISCONNECT;
    // Table 2-6 names DISCONNECT for this code, table 3-10 does not: let a server have it.
    0x8C BadAuthenticationMethod "Bad authentication method": CONNACK, 0, DISCONNECT;
    0x8D KeepAliveTimeout "Keep Alive timeout": 0, 0, DISCONNECT;
    0x8E SessionTakenOver "Session taken over": 0, 0, DISCONNECT;
    0x8F TopicFilterInvalid "Topic Filter invalid": SUBACK | UNSUBACK, 0, DISCONNECT;
    0x90 TopicNameInvalid "Topic Name invalid": CONNACK | PUBACK | PUBREC | DISCONNECT, 0, 0;
    0x91 PacketIdentifierInUse "Packet Identifier in use":
        PUBACK | PUBREC | SUBACK | UNSUBACK, 0, 0;
    0x92 PacketIdentifierNotFound "Packet Identifier not found": PUBREL | PUBCOMP, 0, 0;
    0x93 ReceiveMaximumExceeded "Receive Maximum exceeded": DISCONNECT, 0, 0;
    0x94 TopicAliasInvalid "Topic Alias invalid": DISCONNECT, 0, 0;
    0x95 PacketTooLarge "Packet too large": CONNACK | DISCONNECT, 0, 0;
    0x96 MessageRateTooHigh "Message rate too high": DISCONNECT, 0, 0;
    0x97 QuotaExceeded "Quota exceeded": CONNACK | PUBACK | PUBREC | SUBACK | DISCONNECT, 0, 0;
    0x98 AdministrativeAction "Administrative action": DISCONNECT, 0, 0;
    0x99 PayloadFormatInvalid "Payload format invalid":
        CONNACK | PUBACK | PUBREC | DISCONNECT, 0, 0;
    0x9A RetainNotSupported "Retain not supported": CONNACK, 0, DISCONNECT;
    0x9B QoSNotSupported "QoS not supported": CONNACK, 0, DISCONNECT;
    0x9C UseAnotherServer "Use another server": CONNACK, 0, DISCONNECT;
    0x9D ServerMoved "Server moved": CONNACK, 0, DISCONNECT;
    0x9E SharedSubscriptionsNotSupported "Shared Subscriptions not supported":
        SUBACK, 0, DISCONNECT;
    0x9F ConnectionRateExceeded "Connection rate exceeded": CONNACK, 0, DISCONNECT;
    0xA0 MaximumConnectTime "Maximum connect time": 0, 0, DISCONNECT;
    0xA1 SubscriptionIdentifiersNotSupported "Subscription Identifiers not supported":
        SUBACK, 0, DISCONNECT;
    0xA2 WildcardSubscriptionsNotSupported "Wildcard Subscriptions not supported":
        SUBACK, 0, DISCONNECT;
}

impl ReasonCode {
    /// What 0x00 is called in DISCONNECT.
    pub const NORMAL_DISCONNECTION: Self = Self::Success;
    /// What 0x00 is called in SUBACK.
    pub const GRANTED_QOS_0: Self = Self::Success;

    /// The byte on the wire.
    #[must_use]
    pub const fn value(self) -> u8 {
        self as u8
    }

    /// Whether the code tells of a failure: 0x80 and above.
    #[must_use]
    pub const fn is_error(self) -> bool {
        self.value() >= 0x80
    }

    /// Whether the tables of the standard let `sender` put this code into a packet of this type.
    #[inline]
    #[must_use]
    pub const fn allowed_in(self, packet: PacketType, sender: Sender) -> bool {
        let (both, client, server) = self.packets();
        let packets = match sender {
            Sender::Client => both | client,
            Sender::Server => both | server,
            Sender::Any => both | client | server,
        };
        packets & (1 << packet as u16) != 0
    }

    /// The standard's name in a packet of this type, its words run together: 0x00 is
    /// `NormalDisconnection` in DISCONNECT and `GrantedQoS0` in SUBACK.
    #[must_use]
    pub const fn name_in(self, packet: PacketType) -> &'static str {
        match (self, packet) {
            (Self::Success, PacketType::Disconnect) => "NormalDisconnection",
            (Self::Success, PacketType::Suback) => "GrantedQoS0",
            _ => self.name(),
        }
    }

    /// The code of that name, as [`ReasonCode::name_in`] gives it.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "NormalDisconnection" | "GrantedQoS0" => Some(Self::Success),
            _ => Self::ALL.iter().copied().find(|code| code.name() == name),
        }
    }

    /// The Connect Return Code of 3.1.1 (0 to 5) that says the same.
    #[must_use]
    pub const fn connack_return_code(self) -> Option<u8> {
        match self {
            Self::Success => Some(0),
            Self::UnsupportedProtocolVersion => Some(1),
            Self::ClientIdentifierNotValid => Some(2),
            Self::ServerUnavailable => Some(3),
            Self::BadUserNameOrPassword => Some(4),
            Self::NotAuthorized => Some(5),
            _ => None,
        }
    }

    /// What a Connect Return Code of 3.1.1 says; `None` for the reserved ones, 6 and above.
    #[must_use]
    pub const fn from_connack_return_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Success),
            1 => Some(Self::UnsupportedProtocolVersion),
            2 => Some(Self::ClientIdentifierNotValid),
            3 => Some(Self::ServerUnavailable),
            4 => Some(Self::BadUserNameOrPassword),
            5 => Some(Self::NotAuthorized),
            _ => None,
        }
    }

    /// Whether a 3.1.1 SUBACK may carry the code: a granted QoS or 0x80.
    pub(crate) const fn is_suback_code_of_3_1_1(self) -> bool {
        matches!(
            self,
            Self::Success | Self::GrantedQoS1 | Self::GrantedQoS2 | Self::UnspecifiedError
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: &str = include_str!("../../conformance/spec/mqtt-5.0-tables.toml");

    fn packet_types_with_codes() -> impl Iterator<Item = PacketType> {
        use PacketType::*;
        [Connack, Puback, Pubrec, Pubrel, Pubcomp, Suback, Unsuback, Disconnect, Auth].into_iter()
    }

    /// The line `CONNACK = [0x00, ...]` of the catalogue.
    fn codes_in_catalogue(packet: PacketType) -> Vec<u8> {
        let line = TABLES
            .split_once("[reason_codes_by_packet]")
            .and_then(|(_, rest)| {
                rest.lines().find_map(|line| line.strip_prefix(&format!("{packet} = [")))
            })
            .unwrap();
        line.trim_end_matches(']')
            .split(", ")
            .map(|code| u8::from_str_radix(code.trim_start_matches("0x"), 16).unwrap())
            .collect()
    }

    #[test]
    fn each_packet_takes_the_codes_of_its_table_and_no_others() {
        for packet in packet_types_with_codes() {
            let mut expected = codes_in_catalogue(packet);
            if packet == PacketType::Disconnect {
                expected.push(0x8C);
            }
            for value in 0..=u8::MAX {
                let allowed = ReasonCode::from_u8(value)
                    .is_some_and(|code| code.allowed_in(packet, Sender::Any));
                assert_eq!(allowed, expected.contains(&value), "{value:#04x} in {packet}");
            }
        }
    }

    #[test]
    fn senders_are_kept_apart_as_in_the_catalogue() {
        for section in TABLES.split("[[reason]]").skip(1) {
            let value = |key: &str| {
                section.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "))
            };
            let code = ReasonCode::from_u8(value("code").unwrap().parse().unwrap()).unwrap();
            for (key, packet) in
                [("disconnect_sender", PacketType::Disconnect), ("auth_sender", PacketType::Auth)]
            {
                let Some(sender) = value(key) else { continue };
                let (client, server) = (sender != "\"server\"", sender != "\"client\"");
                assert_eq!(code.allowed_in(packet, Sender::Client), client, "{code:?}");
                assert_eq!(code.allowed_in(packet, Sender::Server), server, "{code:?}");
            }
        }
    }

    #[test]
    fn names_and_values_go_there_and_back() {
        for &code in ReasonCode::ALL {
            assert_eq!(ReasonCode::from_u8(code.value()), Some(code));
            for packet in packet_types_with_codes() {
                assert_eq!(ReasonCode::by_name(code.name_in(packet)), Some(code));
            }
        }
        assert_eq!(ReasonCode::Success.name_in(PacketType::Suback), "GrantedQoS0");
        assert_eq!(ReasonCode::Success.name_in(PacketType::Disconnect), "NormalDisconnection");
        assert_eq!(ReasonCode::Success.name_in(PacketType::Auth), "Success");
        assert_eq!(ReasonCode::by_name("success"), None);
    }

    #[test]
    fn return_codes_of_3_1_1_go_there_and_back() {
        for code in 0..=u8::MAX {
            let reason = ReasonCode::from_connack_return_code(code);
            assert_eq!(reason.is_some(), code <= 5);
            assert!(reason.is_none_or(|reason| reason.connack_return_code() == Some(code)));
        }
        assert_eq!(ReasonCode::ServerBusy.connack_return_code(), None);
    }
}
