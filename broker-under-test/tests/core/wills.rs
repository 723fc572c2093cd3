//! Will Messages.

use mqttspec_codec::packet::*;
use mqttspec_codec::*;

use crate::expect;
use crate::harness::*;

const VERSIONS: [Version; 2] = [V3_1_1, V5_0];

fn with_will(version: Version) -> Connect {
    Connect { will: Some(will("will", "x")), ..connect(version, "a") }
}

fn delayed(delay_s: u32, expiry_s: u32, clean_start: bool) -> Connect {
    let will = Will {
        properties: properties([Property::WillDelayInterval(delay_s)]),
        ..will("will", "x")
    };
    let properties = properties([Property::SessionExpiryInterval(expiry_s)]);
    Connect { clean_start, properties, will: Some(will), ..connect(V5_0, "a") }
}

#[test]
fn every_end_but_a_normal_one_publishes_the_will() {
    type End = fn(&mut Bench, Id);
    let ends: [(&str, End); 5] = [
        ("lost", |bench, id| bench.lose(id)),
        ("silent", |bench, _| bench.advance_s(100)),
        ("malformed", |bench, id| bench.send_bytes(id, b"\xc1\0")),
        ("protocol error", |bench, id| bench.send(id, connect(V5_0, "b"))),
        ("taken over", |bench, _| {
            bench.connect(V5_0, "a");
        }),
    ];
    for version in VERSIONS {
        for (name, end) in ends {
            let mut bench = Bench::default();
            let watcher = bench.subscriber(version, "w", "will", 0);
            let id = bench.connect_with(Connect { keep_alive: 60, ..with_will(version) });
            end(&mut bench, id);
            assert_eq!(bench.read(watcher), [r#"PUBLISH will qos=0 "x""#], "{name}");
            let id = bench.connect(version, "a");
            bench.lose(id);
            assert_eq!(bench.read(watcher), [""; 0], "{name}: not a second time");
        }
    }
}

#[test]
fn a_normal_disconnect_discards_the_will() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(version, "w", "will", 0);
        let id = bench.connect_with(with_will(version));
        bench.send(id, disconnect(ReasonCode::Success));
        expect!(bench, id, "closed");
        bench.advance_s(1000);
        expect!(bench, watcher);
    }
}

#[test]
fn a_disconnect_with_any_other_code_publishes_the_will() {
    for reason in [ReasonCode::DisconnectWithWillMessage, ReasonCode::UnspecifiedError] {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(V5_0, "w", "will", 0);
        let id = bench.connect_with(with_will(V5_0));
        bench.send(id, disconnect(reason));
        expect!(bench, id, "closed");
        expect!(bench, watcher, r#"PUBLISH will qos=0 "x""#);
    }
}

#[test]
fn the_will_waits_for_its_delay_or_the_end_of_the_session() {
    for (delay_s, expiry_s, due_s) in [(10, 2, 2), (2, 10, 2), (10, 0, 0), (0, 10, 0), (5, 5, 5)] {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(V5_0, "w", "will", 0);
        let id = bench.connect_with(delayed(delay_s, expiry_s, true));
        bench.lose(id);
        if due_s > 0 {
            bench.advance_ms(due_s * 1000 - 1);
            assert_eq!(bench.read(watcher), [""; 0], "{delay_s} {expiry_s}");
            bench.advance_ms(1);
        }
        assert_eq!(bench.read(watcher), [r#"PUBLISH will qos=0 "x""#], "{delay_s} {expiry_s}");
        bench.advance_s(100);
        assert_eq!(bench.read(watcher), [""; 0], "{delay_s} {expiry_s}");
    }
}

#[test]
fn a_client_that_returns_in_time_is_spared_its_will_unless_the_session_ends() {
    for (clean_start, expected) in [(false, 0), (true, 1)] {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(V5_0, "w", "will", 0);
        let id = bench.connect_with(delayed(5, 60, true));
        bench.lose(id);
        bench.advance_s(2);
        let properties = properties([Property::SessionExpiryInterval(60)]);
        bench.connect_with(Connect { clean_start, properties, ..connect(V5_0, "a") });
        bench.advance_s(20);
        assert_eq!(bench.read(watcher).len(), expected, "clean_start {clean_start}");
    }
}

#[test]
fn the_will_of_a_client_that_returned_waits_for_its_next_end() {
    let mut bench = Bench::default();
    let watcher = bench.subscriber(V5_0, "w", "will", 0);
    let id = bench.connect_with(delayed(5, 60, true));
    bench.lose(id);
    bench.advance_s(2);
    let id = bench.connect_with(delayed(5, 60, false));
    bench.advance_s(20);
    expect!(bench, watcher);
    bench.lose(id);
    bench.advance_s(5);
    expect!(bench, watcher, r#"PUBLISH will qos=0 "x""#);
}

#[test]
fn a_takeover_publishes_the_will_unless_it_is_delayed_and_the_session_goes_on() {
    for (delay_s, clean_start, expected) in
        [(0, false, 1), (0, true, 1), (10, false, 0), (10, true, 1)]
    {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(V5_0, "w", "will", 0);
        bench.connect_with(delayed(delay_s, 60, true));
        let properties = properties([Property::SessionExpiryInterval(60)]);
        bench.connect_with(Connect { clean_start, properties, ..connect(V5_0, "a") });
        assert_eq!(bench.read(watcher).len(), expected, "{delay_s} {clean_start}");
        bench.advance_s(20);
        assert_eq!(bench.read(watcher).len(), 0);
    }
}

#[test]
fn the_will_has_its_properties_but_not_its_delay() {
    let list = [
        Property::PayloadFormatIndicator(1),
        Property::ContentType("text"),
        Property::ResponseTopic("answers"),
        Property::CorrelationData(b"id"),
        Property::UserProperty("b", "1"),
        Property::UserProperty("a", "2"),
    ];
    let shown: String = list.iter().map(|property| format!(" {property:?}")).collect();
    let mut bench = Bench::default();
    let watcher = bench.subscriber(V5_0, "w", "will", 2);
    let timing = [Property::WillDelayInterval(3), Property::MessageExpiryInterval(100)];
    let will = Will {
        qos: QoS::ExactlyOnce,
        properties: properties(timing.into_iter().chain(list)),
        ..will("will", "x")
    };
    let properties = properties([Property::SessionExpiryInterval(60)]);
    let id = bench.connect_with(Connect { properties, will: Some(will), ..connect(V5_0, "a") });
    bench.lose(id);
    bench.advance_s(3);
    let line = format!(r#"PUBLISH will qos=2 id=1 "x" MessageExpiryInterval(100){shown}"#);
    expect!(bench, watcher, line);
}

#[test]
fn a_retained_will_is_retained() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(version, "w", "will", 0);
        let will = Will { retain: true, qos: QoS::AtLeastOnce, ..will("will", "x") };
        let id = bench.connect_with(Connect { will: Some(will), ..connect(version, "a") });
        bench.lose(id);
        expect!(bench, watcher, r#"PUBLISH will qos=0 "x""#);
        assert_eq!(bench.subscribe(watcher, "will", 0), [r#"PUBLISH will qos=0 retain "x""#]);
        let clear = Will { retain: true, ..crate::harness::will("will", "") };
        let id = bench.connect_with(Connect { will: Some(clear), ..connect(version, "a") });
        bench.lose(id);
        expect!(bench, watcher, r#"PUBLISH will qos=0 """#);
        assert_eq!(bench.subscribe(watcher, "will", 0), [""; 0]);
    }
}

#[test]
fn a_new_connection_brings_a_will_of_its_own() {
    let mut bench = Bench::default();
    let watcher = bench.subscriber(V3_1_1, "w", "will", 0);
    let connect =
        |payload| Connect { will: Some(will("will", payload)), ..persistent(V3_1_1, "a") };
    let id = bench.connect_with(connect("first"));
    bench.send(id, disconnect(ReasonCode::Success));
    let id = bench.connect_with(connect("second"));
    bench.lose(id);
    expect!(bench, watcher, r#"PUBLISH will qos=0 "second""#);
}

#[test]
fn a_shutdown_publishes_no_will() {
    let mut bench = Bench::default();
    bench.connect_with(with_will(V5_0));
    let watcher = bench.subscriber(V5_0, "w", "will", 0);
    bench.shut_down();
    expect!(bench, watcher, "DISCONNECT ServerShuttingDown", "closed");
}
