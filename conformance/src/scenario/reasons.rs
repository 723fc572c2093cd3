//! Reasons by name: those of 5.0 (section 2.4), the Connect Return Codes of 3.1.1 (section 3.2.2.3)
//! and the failure code of its SUBACK (section 3.9.3).

use mqttspec_codec::{PacketType, ReasonCode, Version};

/// Connect Return Codes of 3.1.1, in the order of their numbers.
const RETURN_CODES: [&str; 6] = [
    "Success",
    "UnacceptableProtocolVersion",
    "IdentifierRejected",
    "ServerUnavailable",
    "BadUserNameOrPassword",
    "NotAuthorized",
];

/// Return Codes of a SUBACK of 3.1.1.
const SUBACK_CODES: [(&str, u8); 5] =
    [("Success", 0), ("GrantedQoS0", 0), ("GrantedQoS1", 1), ("GrantedQoS2", 2), ("Failure", 0x80)];

/// Names of 5.0 that 0x00 has beside "Success".
const SUCCESSES: [&str; 2] = ["NormalDisconnection", "GrantedQoS0"];

/// The byte that a reason has on the wire in a packet of a version; `None` if the version has no
/// such reason, or no reasons in that packet.
#[must_use]
pub fn code(version: Version, packet: PacketType, name: &str) -> Option<u8> {
    match (version, packet) {
        (Version::V5_0, _) => ReasonCode::by_name(name).map(ReasonCode::value),
        (Version::V3_1_1, PacketType::Connack) => {
            let at = RETURN_CODES.iter().position(|known| *known == name)?;
            u8::try_from(at).ok()
        }
        (Version::V3_1_1, PacketType::Suback) => {
            SUBACK_CODES.iter().find(|(known, _)| *known == name).map(|&(_, code)| code)
        }
        (Version::V3_1_1, _) => None,
    }
}

/// Whether any version has a reason of that name.
#[must_use]
pub fn is_known(name: &str) -> bool {
    names().any(|known| known == name)
}

/// All names of both versions; some more than once.
pub fn names() -> impl Iterator<Item = &'static str> {
    let new = ReasonCode::ALL.iter().map(|code| code.name()).chain(SUCCESSES);
    new.chain(RETURN_CODES).chain(SUBACK_CODES.map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_mean_what_the_version_says() {
        use PacketType::{Connack, Disconnect, Puback, Suback};
        let (old, new) = (Version::V3_1_1, Version::V5_0);
        assert_eq!(code(old, Connack, "NotAuthorized"), Some(5));
        assert_eq!(code(new, Connack, "NotAuthorized"), Some(0x87));
        assert_eq!(code(old, Connack, "ServerBusy"), None);
        assert_eq!(code(old, Suback, "Failure"), Some(0x80));
        assert_eq!(code(new, Suback, "Failure"), None);
        assert_eq!(code(new, Suback, "GrantedQoS2"), Some(2));
        assert_eq!(code(new, Disconnect, "NormalDisconnection"), Some(0));
        assert_eq!(code(old, Puback, "Success"), None);
    }

    #[test]
    fn every_name_is_known_to_a_version() {
        for name in names() {
            let packets = [PacketType::Connack, PacketType::Suback];
            let meant = Version::ALL
                .into_iter()
                .any(|version| packets.iter().any(|packet| code(version, *packet, name).is_some()));
            assert!(meant && is_known(name), "{name}");
        }
        assert!(!is_known("Sucess"));
    }
}
