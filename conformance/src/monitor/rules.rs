//! The table of rules, and the collector of what breaks them.

use std::fmt;

use mqttspec_codec::{DecodeError, ErrorKind, Sender, Version};

use super::{aliases, deliveries, handshake, limits, requests, subscriptions};

/// A rule that holds in every scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stable name, in kebab-case.
    pub name: &'static str,
    /// The statements of 3.1.1 that the rule checks. If there are none it does not hold there.
    pub statement_3_1_1: &'static [&'static str],
    /// The statements of 5.0 that the rule checks. If there are none it does not hold there.
    pub statement_5_0: &'static [&'static str],
    /// What has to hold, in one sentence.
    pub summary: &'static str,
    /// Whether it holds whatever we send.
    pub unconditional: bool,
}

impl Rule {
    /// The statements of one version that the rule checks.
    #[must_use]
    pub fn statements(&self, version: Version) -> &'static [&'static str] {
        match version {
            Version::V3_1_1 => self.statement_3_1_1,
            Version::V5_0 => self.statement_5_0,
        }
    }
}

/// A rule that the broker broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The statement of the catalogue that is charged.
    pub statement: &'static str,
    /// The version whose statement that is.
    pub version: Version,
    /// The [`Rule::name`].
    pub rule: &'static str,
    /// What was wrong, a lowercase fragment for people. Text of the broker in it is escaped.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}, {}]", self.message, self.rule, self.statement)
    }
}

/// All rules of the monitor, a family at a time.
#[must_use]
pub fn rules() -> &'static [Rule] {
    static RULES: &[Rule] = &[
        MALFORMED_PACKET,
        handshake::CONNACK_FIRST,
        handshake::ONE_CONNACK,
        handshake::NOTHING_AFTER_REFUSAL,
        handshake::DISCONNECT_AFTER_CONNACK,
        handshake::NOTHING_AFTER_DISCONNECT,
        handshake::CLEAN_START_NO_SESSION,
        handshake::ASSIGNED_ID_GIVEN,
        handshake::ASSIGNED_ID_NEW,
        handshake::ASSIGNED_ID_ONLY_IF_EMPTY,
        handshake::RESPONSE_INFORMATION_ASKED,
        handshake::AUTHENTICATION_ASKED,
        handshake::AUTHENTICATION_METHOD_SAME,
        handshake::AUTH_CONTINUES,
        handshake::AUTH_ON_REQUEST,
        limits::PACKET_SIZE,
        limits::OPTIONAL_PROPERTIES_FIT,
        limits::PROBLEM_INFORMATION,
        aliases::TOPIC_ALIAS_RANGE,
        aliases::TOPIC_ALIAS_MEANING,
        subscriptions::TOPIC_MATCHES,
        subscriptions::NOTHING_LEFT,
        subscriptions::DOLLAR_TOPIC,
        subscriptions::DELIVERY_QOS,
        subscriptions::IDENTIFIER_KNOWN,
        subscriptions::IDENTIFIER_GIVEN,
        subscriptions::SUBACK_CODES,
        subscriptions::GRANTED_QOS,
        subscriptions::UNSUBACK_CODES,
        deliveries::PACKET_ID_FREE,
        deliveries::FIRST_WITHOUT_DUP,
        deliveries::RESEND_WITH_DUP,
        deliveries::RESEND_SAME,
        deliveries::RESEND_AFTER_RESUME,
        deliveries::NO_PUBLISH_AFTER_PUBREL,
        deliveries::PUBREL_AFTER_PUBREC,
        deliveries::PUBREL_ONCE,
        deliveries::RECEIVE_MAXIMUM,
        requests::PUBLISH_ANSWER_ID,
        requests::PUBLISH_ANSWER_TYPE,
        requests::SUBSCRIBE_ANSWER_ID,
        requests::PINGRESP_ON_REQUEST,
    ];
    RULES
}

/// Gathers what one packet breaks.
pub(super) struct Findings {
    version: Version,
    tainted: bool,
    violations: Vec<Violation>,
}

impl Findings {
    pub(super) fn new(version: Version, tainted: bool) -> Self {
        Self { version, tainted, violations: Vec::new() }
    }

    pub(super) fn version(&self) -> Version {
        self.version
    }

    /// Charges the first statement of a rule.
    pub(super) fn add(&mut self, rule: &Rule, message: impl FnOnce() -> String) {
        if let Some(statement) = rule.statements(self.version).first() {
            self.add_as(rule, statement, message);
        }
    }

    /// Charges a certain statement of a rule, which has to be one of the rule's. Nothing is charged
    /// where the rule does not hold: in this version, or on a tainted connection.
    pub(super) fn add_as(
        &mut self,
        rule: &Rule,
        statement: &'static str,
        message: impl FnOnce() -> String,
    ) {
        let holds = rule.unconditional || !self.tainted;
        if !holds || rule.statements(self.version).is_empty() {
            return;
        }
        debug_assert!(rule.statements(self.version).contains(&statement), "{statement}");
        self.violations.push(Violation {
            statement,
            version: self.version,
            rule: rule.name,
            message: message(),
        });
    }

    pub(super) fn into_violations(self) -> Vec<Violation> {
        self.violations
    }
}

const MALFORMED_PACKET: Rule = Rule {
    name: "malformed-packet",
    statement_3_1_1: &[
        "MQTT-2.2.2-1",
        "MQTT-2.3.1-1",
        "MQTT-2.3.1-6",
        "MQTT-2.3.1-7",
        "MQTT-3.2.2-4",
        "MQTT-3.2.2-6",
        "MQTT-3.3.1-2",
        "MQTT-3.3.1-4",
        "MQTT-3.3.2-1",
        "MQTT-3.3.2-2",
        "MQTT-3.6.1-1",
        "MQTT-3.9.3-2",
        "MQTT-4.7.3-1",
        "MQTT-4.7.3-2",
        "U-3.1.1-2.2.1-1",
        "U-3.1.1-2.2.3-1",
        "U-3.1.1-2.3.1-2",
        "U-3.1.1-3.12.1-1",
        "U-3.1.1-3.2.1-1",
        "U-3.1.1-3.2.2.1-1",
        "U-3.1.1-3.4.1-1",
        "U-3.1.1-7.1.1-1",
    ],
    statement_5_0: &[
        "MQTT-1.5.4-1",
        "MQTT-1.5.4-2",
        "MQTT-1.5.5-1",
        "MQTT-1.5.7-1",
        "MQTT-2.1.3-1",
        "MQTT-2.2.1-4",
        "MQTT-2.2.1-5",
        "MQTT-2.2.1-6",
        "MQTT-2.2.2-1",
        "MQTT-3.1.2-24",
        "MQTT-3.11.3-2",
        "MQTT-3.14.1-1",
        "MQTT-3.14.2-1",
        "MQTT-3.14.2-2",
        "MQTT-3.15.1-1",
        "MQTT-3.15.2-1",
        "MQTT-3.2.2-1",
        "MQTT-3.2.2-6",
        "MQTT-3.2.2-8",
        "MQTT-3.3.1-2",
        "MQTT-3.3.1-4",
        "MQTT-3.3.2-1",
        "MQTT-3.3.2-13",
        "MQTT-3.3.2-14",
        "MQTT-3.3.2-19",
        "MQTT-3.3.2-2",
        "MQTT-3.3.2-8",
        "MQTT-3.4.2-1",
        "MQTT-3.5.2-1",
        "MQTT-3.6.1-1",
        "MQTT-3.6.2-1",
        "MQTT-3.7.2-1",
        "MQTT-3.9.3-2",
        "MQTT-4.7.3-2",
        "U-5.0-1.5.5-1",
        "U-5.0-1.5.6-1",
        "U-5.0-2.1.2-1",
        "U-5.0-2.1.2-2",
        "U-5.0-2.1.4-1",
        "U-5.0-2.2.2.2-1",
        "U-5.0-2.2.2.2-3",
        "U-5.0-2.2.2.2-4",
        "U-5.0-2.2.2.2-6",
        "U-5.0-3.14.2.2.2-3",
        "U-5.0-3.14.2.2.3-1",
        "U-5.0-3.15.2.2.2-1",
        "U-5.0-3.15.2.2.3-1",
        "U-5.0-3.2.2.3.11-1",
        "U-5.0-3.2.2.3.12-1",
        "U-5.0-3.2.2.3.13-1",
        "U-5.0-3.2.2.3.3-1",
        "U-5.0-3.2.2.3.4-1",
        "U-5.0-3.2.2.3.5-1",
        "U-5.0-3.2.2.3.6-1",
        "U-5.0-3.2.3-1",
        "U-5.0-3.3.2.1-1",
        "U-5.0-3.3.2.3.2-1",
        "U-5.0-3.3.2.3.8-1",
        "U-5.0-3.4.2.2.2-1",
    ],
    summary: "Every packet of the server has the format that the standard prescribes.",
    unconditional: true,
};

/// Charges what the strict decoder found to the statement that it names.
pub(super) fn malformed(version: Version, frame: &[u8], error: &DecodeError) -> Violation {
    let statement = statement_of(version, error.sender(), error.kind());
    Violation {
        statement: statement.unwrap_or(FORMAT_AT_LARGE[usize::from(version == Version::V5_0)]),
        version,
        rule: MALFORMED_PACKET.name,
        message: format!("{error}, in a packet of {} bytes", frame.len()),
    }
}

/// The statement that malformed bytes break. The decoder's statements on packets in the wrong
/// direction speak of what a server gets; here it is the server that sends them.
pub(super) fn statement_of(
    version: Version,
    sender: Sender,
    kind: ErrorKind,
) -> Option<&'static str> {
    match (kind, version) {
        (ErrorKind::WrongDirection(_), Version::V3_1_1) => Some(FORMAT_AT_LARGE[0]),
        _ => kind.statement(version, sender),
    }
}

/// The statements on format that speak of any packet, 3.1.1 first.
const FORMAT_AT_LARGE: [&str; 2] = ["U-3.1.1-7.1.1-1", "U-5.0-2.1.4-1"];
