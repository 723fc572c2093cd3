//! Defects of sessions: how long they last.

use mqttspec_codec::{ReasonCode, Version};

use super::Flaw;

/// The Session Expiry Interval that a broker with this flaw puts in force, when it granted one.
pub(crate) fn expiry_s(flaw: Flaw, version: Version, granted_s: u32, is_resumed: bool) -> u32 {
    match (flaw, granted_s) {
        (Flaw::SessionEndsWithConnection, _) => 0,
        (Flaw::SessionEndsOnceResumed, _) if is_resumed => 0,
        (Flaw::SessionKeptUnasked, 0) => 60,
        (Flaw::SessionNeverExpires, 1..) => u32::MAX,
        (Flaw::SessionEndsAfterSecond, _) if version == Version::V5_0 => granted_s.min(1),
        (Flaw::GreatestExpiryOverflows, u32::MAX) if version == Version::V5_0 => 1,
        _ => granted_s,
    }
}

/// Whether a broker with this flaw ends a session when it closes the connection for this reason.
pub(crate) fn is_lost(flaw: Flaw, reason: ReasonCode) -> bool {
    match reason {
        ReasonCode::ServerShuttingDown | ReasonCode::SessionTakenOver => false,
        ReasonCode::KeepAliveTimeout => flaw == Flaw::SessionLostOnTimeout,
        _ => flaw == Flaw::SessionLostOnError,
    }
}
