//! Events of an imagined run, for the tests of all renderers.

use super::event::{
    CaseReport, Event, Failure, Known, Place, Start, StatementReport, Summary, TraceLine,
};
use super::frame::Sources;
use crate::verdict::{Holding, Verdict};

const SCENARIO: &str = r#"# Retained messages.

scenario new-subscriber {
    summary  "A client that subscribes later receives the retained message, flagged RETAIN."
    versions 3.1.1, 5.0
    covers   3.1.1: MQTT-3.3.1-6, MQTT-3.3.1-8
    covers   5.0: MQTT-3.3.1-9
    needs    retain

    connect pub, sub acks=auto
    publish pub topic="{topic}/state" payload="on" qos=1 retain=1
    sub -> SUBSCRIBE id=11 filter="{topic}/#" qos=1
    sub <- SUBACK id=11 codes=[1]
    sub <- PUBLISH topic="{topic}/state" payload="on" qos=1 retain=1 dup=0
    sub <- nothing
}
"#;

pub(crate) fn sources() -> Sources {
    Sources::new("scenarios/", [("retain/basic.scn".to_owned(), SCENARIO.to_owned())])
}

pub(crate) fn start() -> Start {
    Start {
        mqttspec: "0.1.0".into(),
        target: "127.0.0.1:1883".into(),
        target_argument: "--broker tcp://127.0.0.1:1883".into(),
        seed: 0x7f3a,
        cases: 12,
    }
}

fn place(part: &str) -> Place {
    let start = SCENARIO.rfind(part).unwrap();
    let line_start = SCENARIO[..start].rfind('\n').unwrap() + 1;
    Place {
        path: "retain/basic.scn".into(),
        start,
        end: start + part.len(),
        line: SCENARIO[..start].lines().count(),
        column: start - line_start + 1,
        scenario_line: 3,
    }
}

fn case(id: &str, verdict: Verdict, seconds: f64) -> CaseReport {
    CaseReport {
        id: id.into(),
        verdict,
        statements: Vec::new(),
        seconds,
        failure: None,
        weaknesses: Vec::new(),
        skipped: None,
        known: None,
        trace: Vec::new(),
    }
}

fn statement(id: &str, holding: Holding) -> StatementReport {
    StatementReport { id: id.into(), holding }
}

fn trace(at: f64, client: &str, direction: &str, text: &str) -> TraceLine {
    let [client, direction, text] = [client, direction, text].map(str::to_owned);
    TraceLine { at, client, direction, text, bytes: String::new() }
}

/// A failure with everything in it.
pub(crate) fn failed() -> CaseReport {
    CaseReport {
        statements: vec![
            statement("MQTT-3.3.1-6", Holding::NotReached),
            statement("MQTT-3.3.1-8", Holding::Broken),
        ],
        failure: Some(Failure {
            title: "PUBLISH does not match: retain".into(),
            place: Some(place("retain=1")),
            label: "expected 1, the broker sent 0".into(),
            charged: vec!["MQTT-3.3.1-8".into()],
            received: Some(
                r#"PUBLISH id=1 qos=1 retain=0 dup=0 topic="ms/7f3a/new-subscriber/state" payload="on""#
                    .into(),
            ),
            bytes: Some("32 22 00 1c 6d 63 2f (+0.204s)".into()),
            notes: vec!["the fence was strong".into()],
        }),
        trace: vec![
            trace(0.001, "pub", "->", "CONNECT client_id=\"m7f3a\""),
            trace(0.002, "pub", "<-", "CONNACK Success"),
            trace(0.201, "sub", "->", "SUBSCRIBE id=11"),
            trace(0.204, "sub", "<-", "PUBLISH id=1 qos=1 retain=0"),
        ],
        ..case("retain/new-subscriber@3.1.1", Verdict::Fail, 0.312)
    }
}

/// A failure that tries to get at the terminal, the XML and the shell, and has no place.
pub(crate) fn hostile() -> CaseReport {
    let evil = "\u{1b}]0;owned\u{7}\u{202e}<script>&\"]]>\r\n\u{9b}2J";
    CaseReport {
        statements: vec![statement("MQTT-3.1.0-1", Holding::Broken)],
        failure: Some(Failure {
            title: format!("unexpected {evil}"),
            place: None,
            label: format!("expected nothing, the broker sent {evil}"),
            charged: vec!["MQTT-3.1.0-1".into(), evil.into()],
            received: Some(evil.repeat(100)),
            bytes: None,
            notes: vec![evil.into()],
        }),
        trace: (0..30).map(|at| trace(f64::from(at), "a", "<-", evil)).collect(),
        ..case("hostile/peer[it's,odd]@5.0", Verdict::Fail, 1.0)
    }
}

/// Every verdict once, with and without a baseline.
pub(crate) fn run() -> Vec<Event> {
    let blocked = CaseReport {
        failure: Some(Failure {
            title: "no SUBACK".into(),
            place: Some(place("sub -> SUBSCRIBE")),
            label: "nothing came within 5 s".into(),
            charged: Vec::new(),
            received: None,
            bytes: None,
            notes: Vec::new(),
        }),
        statements: vec![statement("MQTT-3.3.1-9", Holding::NotReached)],
        ..case("retain/new-subscriber@5.0", Verdict::Blocked, 5.011)
    };
    let weak = CaseReport {
        weaknesses: vec![Failure {
            title: "closed without a DISCONNECT".into(),
            place: Some(place("sub <- nothing")),
            label: "a DISCONNECT with MalformedPacket should come first".into(),
            charged: vec!["MQTT-3.8.1-1".into()],
            received: None,
            bytes: None,
            notes: Vec::new(),
        }],
        statements: vec![statement("MQTT-3.8.1-1", Holding::Weakly)],
        ..case("subscribe/flags[f0]@5.0", Verdict::NonStrict, 0.021)
    };
    let skipped = |id: &str, reason: &str| CaseReport {
        skipped: Some(reason.into()),
        ..case(id, Verdict::Skip, 0.0)
    };
    let known = |met| Some(Known { reason: "upstream 123".into(), met });
    let error = CaseReport {
        failure: Some(Failure {
            title: "the connection was refused".into(),
            place: None,
            label: String::new(),
            charged: Vec::new(),
            received: None,
            bytes: None,
            notes: vec![
                "the broker ended on its own (exit status: 1)\n  | out of \u{7}memory".into(),
            ],
        }),
        ..case("will/abort@5.0", Verdict::Error, 0.001)
    };
    let passed = CaseReport {
        statements: vec![
            statement("MQTT-3.3.1-6", Holding::Held),
            statement("MQTT-3.3.1-8", Holding::Held),
        ],
        ..case("retain/clear-with-empty-payload@3.1.1", Verdict::Pass, 0.031)
    };
    let reports = [
        passed,
        failed(),
        blocked,
        weak,
        skipped("shared/balance@5.0", "the broker announces: no shared subscriptions"),
        skipped("shared/leave@5.0", "the broker announces: no shared subscriptions"),
        skipped("auth/password@5.0", "no user name and password are known"),
        CaseReport { known: known(true), id: "will/clean@5.0".into(), ..failed() },
        CaseReport { known: known(false), ..case("will/qos@5.0", Verdict::Pass, 0.004) },
        hostile(),
        error,
    ];
    let mut events = vec![Event::Start(start())];
    for report in reports {
        events.push(Event::CaseStart { id: report.id.clone() });
        events.push(Event::Case(Box::new(report)));
    }
    events
        .push(Event::Broker { message: "the broker died \u{1b}[31mand was started again".into() });
    events.push(Event::Summary(Summary {
        cases: 11,
        pass: 1,
        non_strict: 1,
        fail: 2,
        blocked: 1,
        skip: 3,
        error: 1,
        xfail: 1,
        xpass: 1,
        seconds: 12.402,
        interrupted: false,
    }));
    events
}
