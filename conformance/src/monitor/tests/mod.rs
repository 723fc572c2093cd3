//! The monitor against dialogues, written one packet a line: `>` is ours, `<` the broker's.

mod aliases_and_limits;
mod deliveries;
mod handshake;
mod malformed;
mod requests;
mod script;
mod subscriptions;

use std::collections::BTreeSet;

use mqttspec_codec::Version;

use super::{Breach, Monitor, Violation, rules};
use script::play;

/// A dialogue whose last packet breaks one rule.
struct Fault {
    versions: &'static [Version],
    rule: &'static str,
    /// The statement charged, per version in the order of `versions`.
    statements: &'static [&'static str],
    dialogue: &'static str,
}

const BOTH: &[Version] = &[Version::V3_1_1, Version::V5_0];
const V3: &[Version] = &[Version::V3_1_1];
const V5: &[Version] = &[Version::V5_0];

const fn fault(
    versions: &'static [Version],
    rule: &'static str,
    statements: &'static [&'static str],
    dialogue: &'static str,
) -> Fault {
    Fault { versions, rule, statements, dialogue }
}

/// A dialogue that breaks nothing.
struct Innocent {
    versions: &'static [Version],
    /// Why it might look like a fault.
    why: &'static str,
    dialogue: &'static str,
}

const fn innocent(
    versions: &'static [Version],
    why: &'static str,
    dialogue: &'static str,
) -> Innocent {
    Innocent { versions, why, dialogue }
}

fn faults() -> impl Iterator<Item = &'static Fault> {
    [
        handshake::FAULTS,
        aliases_and_limits::FAULTS,
        subscriptions::FAULTS,
        deliveries::FAULTS,
        requests::FAULTS,
    ]
    .into_iter()
    .flatten()
}

fn innocents() -> impl Iterator<Item = &'static Innocent> {
    [
        handshake::INNOCENT,
        aliases_and_limits::INNOCENT,
        subscriptions::INNOCENT,
        deliveries::INNOCENT,
        requests::INNOCENT,
    ]
    .into_iter()
    .flatten()
}

#[test]
fn each_fault_is_charged_once_and_to_its_statement() {
    for fault in faults() {
        for (version, statement) in fault.versions.iter().zip(fault.statements) {
            let found = play(*version, fault.dialogue).violations;
            let [Violation { rule, statement: charged, version: of, .. }] = found.as_slice() else {
                panic!("{version}, {}:\n{}\ngave {found:#?}", fault.rule, fault.dialogue);
            };
            assert_eq!((*rule, *charged), (fault.rule, *statement), "{}", fault.dialogue);
            assert_eq!(of, version);
        }
        assert_eq!(fault.versions.len(), fault.statements.len(), "{}", fault.dialogue);
    }
}

#[test]
fn only_the_last_packet_of_a_fault_is_charged() {
    for fault in faults() {
        let (before, _) = fault.dialogue.trim_end().rsplit_once('\n').expect("several lines");
        for version in fault.versions {
            let found = play(*version, before).violations;
            assert_eq!(found, [], "{version}, {}", fault.dialogue);
        }
    }
}

#[test]
fn what_looks_like_a_fault_but_is_none_is_not_charged() {
    for innocent in innocents() {
        for version in innocent.versions {
            let played = play(*version, innocent.dialogue);
            assert_eq!(played.violations, [], "{version}, {}", innocent.why);
            assert_eq!(played.monitor.tainted(), None, "{version}, {}", innocent.why);
        }
    }
}

#[test]
fn on_a_tainted_connection_only_the_unconditional_rules_are_charged() {
    for fault in faults() {
        for version in fault.versions {
            let rule = rules().iter().find(|rule| rule.name == fault.rule).expect("in the table");
            let (before, last) = fault.dialogue.trim_end().rsplit_once('\n').expect("lines");
            let found = play(*version, &format!("{before}\n! taint\n{last}")).violations;
            let expected = usize::from(rule.unconditional);
            assert_eq!(found.len(), expected, "{version}, {}", fault.dialogue);
        }
    }
}

#[test]
fn each_statement_of_each_rule_is_charged_by_a_test_above() {
    let mut charged = BTreeSet::new();
    for fault in faults() {
        for (version, statement) in fault.versions.iter().zip(fault.statements) {
            charged.insert((fault.rule, *version, *statement));
        }
    }
    for rule in rules().iter().filter(|rule| rule.name != "malformed-packet") {
        for version in Version::ALL {
            for statement in rule.statements(version) {
                let twin = TWINS.iter().any(|(twin, _)| twin == statement);
                let known = charged.contains(&(rule.name, version, *statement));
                assert!(known || twin, "{} {version} {statement}", rule.name);
            }
        }
    }
}

/// Statements that a rule checks but never charges, since the standard says the same twice.
const TWINS: &[(&str, &str)] = &[
    ("MQTT-2.3.1-7", "MQTT-3.8.4-2"),
    ("MQTT-2.2.1-6", "MQTT-3.8.4-2"),
    ("MQTT-3.3.2-11", "MQTT-3.1.2-26"),
    ("MQTT-4.9.0-2", "MQTT-3.3.4-9"),
];

#[test]
fn the_statements_of_the_rules_stand_in_the_catalogue() {
    for version in Version::ALL {
        let catalogue = catalogue_of(version);
        for rule in rules() {
            for statement in rule.statements(version) {
                let entry = format!("id = \"{statement}\"\n");
                assert!(catalogue.contains(&entry), "{}: {statement} of {version}", rule.name);
            }
        }
    }
}

fn catalogue_of(version: Version) -> String {
    let (numbered, unnumbered) = match version {
        Version::V3_1_1 => (
            include_str!("../../../spec/mqtt-3.1.1.toml"),
            include_str!("../../../spec/mqtt-3.1.1-unnumbered.toml"),
        ),
        Version::V5_0 => (
            include_str!("../../../spec/mqtt-5.0.toml"),
            include_str!("../../../spec/mqtt-5.0-unnumbered.toml"),
        ),
    };
    format!("{numbered}{unnumbered}")
}

#[test]
fn the_rules_have_names_of_their_own() {
    let names: BTreeSet<_> = rules().iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), rules().len());
    for rule in rules() {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(rule.name.chars().all(kebab), "{}", rule.name);
        assert!(rule.summary.ends_with('.'), "{}", rule.name);
    }
}

#[test]
fn our_own_faults_taint_the_connection() {
    let connected =
        "> CONNECT rm=9\n< CONNACK rm=1 alias=2 size=40 qos=1 retain=0 wild=0 shared=0 sid=0";
    let breaches: &[(&[Version], Breach, &str)] = &[
        (BOTH, Breach::ConnectNotFirst, "> PINGREQ"),
        (BOTH, Breach::SecondConnect, "> CONNECT\n< CONNACK\n> CONNECT"),
        (BOTH, Breach::AfterDisconnect, "> CONNECT\n< CONNACK\n> DISCONNECT\n> PINGREQ"),
        (BOTH, Breach::ServerPacket, "> CONNECT\n< CONNACK\n> PINGRESP"),
        (BOTH, Breach::Deliberate, "> CONNECT\n! taint\n< CONNACK"),
        (V3, Breach::EmptyClientId, "> CONNECT id= clean=0"),
        (V5, Breach::Authentication, "> CONNECT\n< CONNACK\n> AUTH reason=0x19 method=M"),
        (V5, Breach::Authentication, "> CONNECT method=M\n> PINGREQ"),
        (V5, Breach::Authentication, "> CONNECT method=M\n> AUTH reason=0x18 method=N"),
        (
            BOTH,
            Breach::PacketIdInUse,
            "> CONNECT\n< CONNACK\n> PUBLISH qos=1 id=1\n> PUBLISH qos=1 id=1",
        ),
        (
            BOTH,
            Breach::PacketIdInUse,
            "> CONNECT\n< CONNACK\n> SUBSCRIBE id=1\n> PUBLISH qos=1 id=1",
        ),
        (BOTH, Breach::PacketIdInUse, "> CONNECT\n< CONNACK\n> SUBSCRIBE id=1\n> UNSUBSCRIBE id=1"),
        (
            V5,
            Breach::Resend,
            "> CONNECT\n< CONNACK\n> PUBLISH qos=1 id=1\n> PUBLISH qos=1 id=1 dup=1",
        ),
        (BOTH, Breach::WrongAnswer, "> CONNECT\n< CONNACK\n> PUBLISH qos=1 id=1\n> PUBREL id=1"),
        (BOTH, Breach::WrongAnswer, "> CONNECT\n< CONNACK\n> SUBSCRIBE id=1\n> PUBREL id=1"),
        (
            BOTH,
            Breach::WrongAnswer,
            "> CONNECT\n> SUBSCRIBE\n< CONNACK\n< PUBLISH qos=2 id=7\n> PUBACK id=7",
        ),
        (V5, Breach::SessionExpiryRaised, "> CONNECT\n< CONNACK\n> DISCONNECT expiry=1"),
    ];
    for (versions, breach, dialogue) in breaches {
        for version in *versions {
            assert_eq!(play(*version, dialogue).monitor.tainted(), Some(*breach), "{dialogue}");
        }
    }
    let limits: &[(Breach, &str)] = &[
        (Breach::ReceiveMaximum, "> PUBLISH qos=1 id=1\n> PUBLISH qos=1 id=2"),
        (Breach::TopicAlias, "> PUBLISH alias=3"),
        (Breach::TopicAlias, "> PUBLISH topic= alias=2"),
        (Breach::PacketTooLarge, "> PUBLISH payload=0123456789012345678901234567890123456789"),
        (Breach::QoSNotSupported, "> PUBLISH qos=2 id=1"),
        (Breach::RetainNotSupported, "> PUBLISH retain=1"),
        (Breach::WildcardNotSupported, "> SUBSCRIBE id=1 filters=a/#:0"),
        (Breach::SharedNotSupported, "> SUBSCRIBE id=1 filters=$share/g/a:0"),
        (Breach::SubscriptionIdentifierNotSupported, "> SUBSCRIBE id=1 sid=1"),
    ];
    for (breach, dialogue) in limits {
        let played = play(Version::V5_0, &format!("{connected}\n{dialogue}"));
        assert_eq!(played.monitor.tainted(), Some(*breach), "{dialogue}");
    }
    for (_, dialogue) in limits.iter().filter(|(breach, _)| *breach != Breach::TopicAlias) {
        let played = play(Version::V5_0, &format!("> CONNECT\n< CONNACK\n{dialogue}"));
        assert_eq!(played.monitor.tainted(), None, "{dialogue}");
    }
}

#[test]
fn a_new_monitor_knows_nothing() {
    let monitor = Monitor::new(Version::V5_0);
    assert!(!monitor.connected());
    assert_eq!(monitor.session_present(), None);
    assert_eq!(monitor.client_id(), "");
    assert_eq!(monitor.open_deliveries(), []);
    assert_eq!(monitor.send_quota(), u16::MAX);
}
