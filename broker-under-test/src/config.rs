//! What a [`Broker`](crate::Broker) announces to its clients, what it allows them, and its limits.
//!
//! The default switches every feature on, so that no conformance scenario has to be skipped; each
//! capability can be announced as off, because the reaction to a client that uses it nevertheless
//! is part of the standard (MQTT 5.0, section 3.2.2.3).

use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

use mqttspec_codec::QoS;

use crate::defect::{Defect, Flaw};

/// The settings of one broker. They hold for its whole life.
#[derive(Clone, Debug)]
pub struct Config {
    /// Unfinished QoS 1 and QoS 2 PUBLISH packets that a 5.0 client may have towards the broker, and
    /// Receive Maximum in CONNACK. 65535 is not announced, as it is what absence means.
    pub receive_maximum: NonZeroU16,
    /// Bytes in the largest packet that the broker takes, fixed header included. Announced as
    /// Maximum Packet Size; a 3.1.1 client that exceeds it loses its connection.
    pub maximum_packet_size: NonZeroU32,
    /// The highest Topic Alias that a client may use, 0 to 65535. Zero is not announced.
    pub topic_alias_maximum: u16,
    /// Whether the broker uses Topic Aliases towards clients whose Topic Alias Maximum allows it.
    pub topic_alias_outgoing: bool,
    /// Server Keep Alive in seconds, in place of the value in CONNECT; zero switches keep alive off.
    /// A 3.1.1 client cannot be told, so its own value stays in force.
    pub server_keep_alive: Option<u16>,
    /// The longest Session Expiry Interval in seconds that a 5.0 client gets; a longer one is cut
    /// and the value in force returned in CONNACK. `None` grants what is asked, for ever included.
    pub session_expiry_interval_max_s: Option<u32>,
    /// Messages waiting in one session, those in flight not counted. What comes on top is dropped.
    pub queued_messages_max: usize,
    /// The highest QoS that clients may publish with, and that subscriptions are granted.
    pub maximum_qos: QoS,
    /// Whether messages are retained.
    pub retain_available: bool,
    /// Whether Topic Filters may contain wildcards.
    pub wildcard_subscription_available: bool,
    /// Whether a SUBSCRIBE may have a Subscription Identifier.
    pub subscription_identifier_available: bool,
    /// Whether `$share/` subscriptions are served. They exist in 5.0 only: to a 3.1.1 client such a
    /// filter is an ordinary one.
    pub shared_subscription_available: bool,
    /// Response Information for clients that ask for it in CONNECT.
    pub response_information: Option<String>,
    /// User names with their passwords. `None` lets everybody in, whatever credentials they send;
    /// otherwise a CONNECT without a pair from this list is refused.
    pub users: Option<Vec<(String, Vec<u8>)>>,
    /// A Topic Filter. Publishing to a topic that it matches, a Will Message included, and
    /// subscribing at or below it is not authorized.
    pub denied_topic: Option<String>,
    /// The method for enhanced authentication; `None` refuses every method.
    pub authentication: Option<ChallengeResponse>,
    /// A User Property that accompanies the Reason String of every refusal.
    pub problem_user_property: Option<(String, String)>,
    /// How long a connection may take until its CONNECT is accepted; then it is closed.
    pub handshake_timeout: Duration,
    /// The one way in which the broker is wrong on purpose; `None` for a conforming broker.
    pub defect: Option<Defect>,
}

impl Config {
    /// The flaw that the broker is to have.
    pub(crate) fn flaw(&self) -> Option<Flaw> {
        match self.defect {
            Some(Defect::Flaw(flaw)) => Some(flaw),
            _ => None,
        }
    }

    /// Whether the broker is to have this flaw.
    pub(crate) fn has(&self, flaw: Flaw) -> bool {
        self.flaw() == Some(flaw)
    }
}

/// An Authentication Method for tests (MQTT 5.0, section 4.12). The client opens with any
/// Authentication Data or none; the server's AUTH carries the challenge; the client's AUTH has to
/// carry the bytes of the challenge in reverse order. The same exchange re-authenticates.
///
/// The challenge is constant, so that a scenario can be written down: it protects nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeResponse {
    /// The name of the method, as clients give it in Authentication Method.
    pub method: String,
    /// What the server sends as Authentication Data, up to 65535 bytes.
    pub challenge: Vec<u8>,
}

impl ChallengeResponse {
    /// The Authentication Data that answers the challenge.
    #[must_use]
    pub fn response(&self) -> Vec<u8> {
        self.challenge.iter().rev().copied().collect()
    }
}

impl Default for ChallengeResponse {
    /// `MQTTSPEC-CHALLENGE` with the challenge `mqttspec`; the response is `cepsttqm`.
    fn default() -> Self {
        Self { method: "MQTTSPEC-CHALLENGE".into(), challenge: b"mqttspec".to_vec() }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            receive_maximum: const { NonZeroU16::new(32).expect("not zero") },
            maximum_packet_size: const { NonZeroU32::new(1024 * 1024).expect("not zero") },
            topic_alias_maximum: 16,
            topic_alias_outgoing: true,
            server_keep_alive: None,
            session_expiry_interval_max_s: None,
            queued_messages_max: 100_000,
            maximum_qos: QoS::ExactlyOnce,
            retain_available: true,
            wildcard_subscription_available: true,
            subscription_identifier_available: true,
            shared_subscription_available: true,
            response_information: Some("mqttspec/response".into()),
            users: None,
            denied_topic: Some("mqttspec/denied/#".into()),
            authentication: Some(ChallengeResponse::default()),
            problem_user_property: Some(("server".into(), "mqttspec-broker".into())),
            handshake_timeout: Duration::from_secs(10),
            defect: None,
        }
    }
}
