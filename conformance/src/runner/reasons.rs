//! The names of reasons as they come in packets: the Reason Codes of 5.0 (section 2.4), the Connect
//! Return Codes of 3.1.1 (section 3.2.2.3) and its SUBACK codes (section 3.9.3).

use mqttspec_codec::{PacketType, ReasonCode, Version};

/// The name of a byte on the wire of such a packet, as a scenario would write it; `None` for
/// unassigned ones.
#[must_use]
pub(super) fn name(version: Version, packet: PacketType, code: u8) -> Option<&'static str> {
    match (version, packet) {
        (Version::V5_0, _) => ReasonCode::from_u8(code).map(|reason| reason.name_in(packet)),
        (Version::V3_1_1, PacketType::Connack) => {
            const NAMES: [&str; 6] = [
                "Success",
                "UnacceptableProtocolVersion",
                "IdentifierRejected",
                "ServerUnavailable",
                "BadUserNameOrPassword",
                "NotAuthorized",
            ];
            NAMES.get(usize::from(code)).copied()
        }
        (Version::V3_1_1, PacketType::Suback) => match code {
            0 => Some("GrantedQoS0"),
            1 => Some("GrantedQoS1"),
            2 => Some("GrantedQoS2"),
            0x80 => Some("Failure"),
            _ => None,
        },
        (Version::V3_1_1, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::reasons;

    #[test]
    fn names_and_codes_agree() {
        for version in [Version::V3_1_1, Version::V5_0] {
            for packet in [PacketType::Connack, PacketType::Suback, PacketType::Disconnect] {
                for code in 0..=u8::MAX {
                    if let Some(name) = name(version, packet, code) {
                        assert_eq!(reasons::code(version, packet, name), Some(code), "{name}");
                    }
                }
            }
        }
    }
}
