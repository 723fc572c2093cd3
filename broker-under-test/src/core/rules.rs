//! The decisions of the standard, each a function of the facts that it depends on and of nothing
//! else. The other modules gather the facts and carry the decisions out.

use std::time::Duration;

use mqttspec_codec::packet::{Connect, RetainHandling};
use mqttspec_codec::{PacketType, QoS, ReasonCode, Sender, Version};

use super::session::SessionExpiry;
use super::subscriptions::Subscription;

/// The QoS of a delivery: the lower of the published and the granted one (section 3.8.4).
pub(super) fn delivery_qos(published: QoS, granted: QoS) -> QoS {
    published.min(granted)
}

/// The QoS that a subscription is granted (section 3.9.3).
pub(super) fn granted_qos(requested: QoS, maximum: QoS) -> QoS {
    requested.min(maximum)
}

/// The SUBACK code that grants a QoS (section 3.9.3).
pub(super) fn granted_code(granted: QoS) -> ReasonCode {
    match granted {
        QoS::AtMostOnce => ReasonCode::GRANTED_QOS_0,
        QoS::AtLeastOnce => ReasonCode::GrantedQoS1,
        QoS::ExactlyOnce => ReasonCode::GrantedQoS2,
    }
}

/// RETAIN in a message for a subscription that existed when it was published (section 3.3.1.3). In
/// 3.1.1 there is no Retain As Published, and no subscription has it.
pub(super) fn retain_flag(published: bool, retain_as_published: bool) -> bool {
    published && retain_as_published
}

/// What a PUBLISH does to the retained message of its topic (section 3.3.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RetainedEffect {
    Leave,
    Replace,
    Clear,
}

/// What a PUBLISH or a Will Message does to the retained message of its topic (section 3.3.1.3).
pub(super) fn retained_effect(retain: bool, payload_is_empty: bool) -> RetainedEffect {
    match (retain, payload_is_empty) {
        (false, _) => RetainedEffect::Leave,
        (true, false) => RetainedEffect::Replace,
        (true, true) => RetainedEffect::Clear,
    }
}

/// Whether a SUBSCRIBE is answered with retained messages (sections 3.3.1.3 and 4.8.2). `existed`:
/// the session had a subscription with the same filter.
pub(super) fn sends_retained(handling: RetainHandling, existed: bool, shared: bool) -> bool {
    !shared
        && match handling {
            RetainHandling::Send => true,
            RetainHandling::SendIfNew => !existed,
            RetainHandling::DoNotSend => false,
        }
}

/// Whether a subscription lets a message through: not one of its own client under No Local (5.0,
/// section 3.8.3.1).
pub(super) fn forwards(subscription: &Subscription, by_its_own_client: bool) -> bool {
    !(subscription.no_local && by_its_own_client)
}

/// Whether a message for a client that is away is kept (section 4.5).
pub(super) fn queues_offline(qos: QoS) -> bool {
    qos > QoS::AtMostOnce
}

/// Whether a stored session goes on (section 3.1.2.4).
pub(super) fn resumes(clean_start: bool, stored: bool) -> bool {
    stored && !clean_start
}

/// How long the session that a CONNECT asks for outlives its connection (5.0: 3.1.2.11.2, 3.1.1:
/// 3.1.2.4), in seconds as a Session Expiry Interval, before any limit of the server.
pub(super) fn requested_session_expiry_s(connect: &Connect) -> u32 {
    match connect.version {
        Version::V3_1_1 if connect.clean_start => 0,
        Version::V3_1_1 => u32::MAX,
        Version::V5_0 => connect.properties.session_expiry_interval().unwrap_or(0),
    }
}

/// Whether a DISCONNECT may set this Session Expiry Interval: not if CONNECT had none (5.0, section
/// 3.14.2.2.2).
pub(super) fn may_change_session_expiry(in_connect: SessionExpiry, interval_s: u32) -> bool {
    interval_s == 0 || in_connect != SessionExpiry::WithConnection
}

/// How long a client may be silent: one and a half times its Keep Alive; zero switches it off
/// (section 3.1.2.10). Server Keep Alive takes the place of the client's value.
pub(super) fn silence_max(keep_alive_s: u16, server_keep_alive_s: Option<u16>) -> Option<Duration> {
    let keep_alive_s = server_keep_alive_s.unwrap_or(keep_alive_s);
    (keep_alive_s > 0).then(|| Duration::from_millis(u64::from(keep_alive_s) * 1500))
}

/// What becomes of a Will Message when the connection ends without DISCONNECT 0x00 and the session
/// goes on. If the session ends, the Will is published then (5.0, section 3.1.3.2.2).
pub(super) fn will_delay(delay_s: Option<u32>) -> Option<Duration> {
    delay_s.filter(|&delay_s| delay_s > 0).map(|delay_s| Duration::from_secs(delay_s.into()))
}

/// Whether a DISCONNECT of the client discards its Will: 0x00 does, all others leave it to be
/// published (section 3.14.4). A 3.1.1 DISCONNECT always stands for 0x00.
pub(super) fn removes_will(reason: ReasonCode) -> bool {
    reason == ReasonCode::NORMAL_DISCONNECTION
}

/// The code that a CONNACK or DISCONNECT of the server gives for a reason (sections 3.2.2.2 and
/// 3.14.2.1): not every code has a place in both.
pub(super) fn code_in(packet_type: PacketType, reason: ReasonCode) -> ReasonCode {
    match reason {
        reason if reason.allowed_in(packet_type, Sender::Server) => reason,
        ReasonCode::ServerShuttingDown => ReasonCode::ServerUnavailable,
        _ => ReasonCode::ProtocolError,
    }
}

/// Whether one more unfinished QoS 1 or QoS 2 PUBLISH is within the Receive Maximum that the broker
/// announced (5.0, section 3.3.4).
pub(super) fn within_receive_maximum(unfinished: usize, receive_maximum: u16) -> bool {
    unfinished < usize::from(receive_maximum)
}

/// Whether a QoS 2 PUBLISH is a message that was not seen before (section 4.3.3).
pub(super) fn is_new_qos_2(unreleased: bool) -> bool {
    !unreleased
}

/// Whether clients may publish to a topic at all: the `$SYS` tree is the broker's own (4.7.2).
pub(super) fn is_reserved_topic(topic: &str) -> bool {
    topic == "$SYS" || topic.starts_with("$SYS/")
}

/// Whether Reason String and User Property may accompany an answer (5.0, section 3.1.2.11.7): always
/// in CONNACK and DISCONNECT, elsewhere only if the client takes them.
pub(super) fn may_explain(problem_information: bool, is_connack_or_disconnect: bool) -> bool {
    problem_information || is_connack_or_disconnect
}

/// Whether CONNACK may have Response Information (5.0, section 3.1.2.11.6).
pub(super) fn returns_response_information(requested: Option<u8>) -> bool {
    requested == Some(1)
}
